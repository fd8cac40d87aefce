//! The question bank of the quiz before a first loan (贷款知识考核): six parts, as the training has them, each question
//! with its answer, one sentence of reason and the article it follows from.
//!
//! Whoever holds a quiz passes a seed; the same seed draws the same paper, so a paper can be drawn again to be marked or
//! shown. Nothing here decides who has to sit ([`super::eligibility`]) or keeps a result. Whether the share of right
//! answers is enough is a rule: [`super::training::passed`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;

use super::book::{Book, policy_files};
use super::check::{Fault, cited, fault};
pub use super::choice::{QuestionKind, TrainingPart as Part};
use super::eligibility::Quiz;
use super::value::whole_date;
use crate::calendar::Date;
use crate::refusal::Citation;

/// Fewer questions than this of one part are too few to sit again with others.
pub const PER_PART: usize = 20;

/// Two stems that share more than this percentage of their neighbouring characters ask the same thing.
const ALIKE_PERCENT: usize = 80;

/// The files of `policy/questions/`, one for each part of the training.
const FILES: &[(&str, &str)] = policy_files![
    "questions/student-system.toml",
    "questions/alipay.toml",
    "questions/contract-knowledge.toml",
    "questions/repayment.toml",
    "questions/integrity.toml",
    "questions/quiz.toml",
];

/// A set of options by their letters; `A` is the first option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Letters(u8);

impl Letters {
    /// Reads `B` or `ACD`, in any order. `None` for a letter beyond `H`, a letter given twice, or anything else; an empty
    /// text is the empty set, the answer of somebody who chose nothing.
    pub fn read(text: &str) -> Option<Letters> {
        text.chars().try_fold(Letters::default(), |set, letter| {
            let place = u32::from(letter).checked_sub(u32::from('A')).filter(|place| *place < u8::BITS)?;
            let bit = 1 << place;
            (set.0 & bit == 0).then_some(Letters(set.0 | bit))
        })
    }

    /// Whether the option at that place, counted from 0, is in the set.
    pub const fn has(self, place: usize) -> bool {
        place < u8::BITS as usize && self.0 & (1 << place) != 0
    }

    /// How many options.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether every letter is one of so many options.
    const fn within(self, options: usize) -> bool {
        options >= (u8::BITS - self.0.leading_zeros()) as usize
    }
}

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ('A'..='H').enumerate().filter(|(place, _)| self.has(*place)).try_for_each(|(_, letter)| write!(f, "{letter}"))
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The file it stands in.
    pub file: &'static str,
    /// Stable id, such as `alipay-01`; a kept paper names its questions so.
    pub id: String,
    /// The part of the training it belongs to.
    pub part: Part,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub stem: String,
    /// What can be chosen; `对` and `错` for a sentence.
    pub options: Vec<String>,
    /// What is right.
    pub answer: Letters,
    /// One sentence that says why.
    pub explanation: String,
    /// The article the answer follows from.
    pub citation: Citation,
    /// When a person last compared it with the source.
    pub last_checked_on: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    part: Part,
    last_checked: toml::value::Datetime,
    question: Vec<RawQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    id: String,
    kind: QuestionKind,
    stem: String,
    #[serde(default)]
    options: Vec<String>,
    answer: String,
    explanation: String,
    doc: String,
    article: String,
}

/// All questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionBank {
    questions: Vec<Question>,
}

impl QuestionBank {
    /// The bank this program was built with.
    ///
    /// # Panics
    /// Never in a tested build: a test reads the same files.
    pub fn standard() -> &'static QuestionBank {
        static BANK: OnceLock<QuestionBank> = OnceLock::new();
        BANK.get_or_init(|| QuestionBank::read(FILES).expect("the files of policy/questions/ were read by a test"))
    }

    /// Reads files of questions.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong in it.
    pub fn read(files: &[(&'static str, &str)]) -> Result<QuestionBank, String> {
        let mut questions = Vec::new();
        for (name, text) in files {
            read_file(name, text, &mut questions).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(QuestionBank { questions })
    }

    /// Every question, part by part.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The questions of one part.
    pub fn of(&self, part: Part) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(move |question| question.part == part)
    }

    /// The question of that id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// Draws a paper from these parts ([`Part::ALL`] for a whole quiz): the parts take turns until there are `count`
    /// questions or no more, so each has its equal share. The same seed gives the same paper; no question comes twice.
    pub fn paper(&self, parts: &[Part], seed: u64, count: usize) -> Paper<'_> {
        let mut draw = Draw(seed);
        let parts: BTreeSet<Part> = parts.iter().copied().collect();
        let mut stacks: Vec<Vec<&Question>> = parts.into_iter().map(|part| self.of(part).collect()).collect();
        for stack in &mut stacks {
            draw.shuffle(stack);
        }
        // Which part gives one more when the count does not divide is drawn too.
        draw.shuffle(&mut stacks);
        let deepest = stacks.iter().map(Vec::len).max().unwrap_or(0);
        let turns = (0..deepest).flat_map(|round| stacks.iter().filter_map(move |stack| stack.get(round).copied()));
        let mut questions: Vec<&Question> = turns.take(count).collect();
        questions.sort_by_key(|question| question.part);
        Paper { questions }
    }
}

fn read_file(name: &'static str, text: &str, questions: &mut Vec<Question>) -> Result<(), String> {
    let file: QuestionFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let last_checked_on =
        whole_date(&file.last_checked).ok_or_else(|| format!("{} is no civil date", file.last_checked))?;
    for raw in file.question {
        let (options, answer) = match (raw.kind, raw.answer.as_str()) {
            (QuestionKind::TrueFalse, _) if !raw.options.is_empty() => {
                return Err(format!("{}: a sentence has no options of its own", raw.id));
            }
            (QuestionKind::TrueFalse, "对") => (vec!["对".to_owned(), "错".to_owned()], Letters::read("A")),
            (QuestionKind::TrueFalse, "错") => (vec!["对".to_owned(), "错".to_owned()], Letters::read("B")),
            (QuestionKind::TrueFalse, _) => (Vec::new(), None),
            (QuestionKind::Single | QuestionKind::Several, letters) => (raw.options, Letters::read(letters)),
        };
        questions.push(Question {
            file: name,
            answer: answer.ok_or_else(|| format!("{}: no answer is called {:?}", raw.id, raw.answer))?,
            id: raw.id,
            part: file.part,
            kind: raw.kind,
            stem: raw.stem,
            options,
            explanation: raw.explanation,
            citation: Citation { doc: raw.doc.into(), article: raw.article.into() },
            last_checked_on,
        });
    }
    Ok(())
}

/// The questions of one sitting, in the order of the training's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper<'b> {
    /// The questions.
    pub questions: Vec<&'b Question>,
}

/// A marked paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked<'b> {
    /// Right answers of those asked; [`super::training::passed`] says whether that is enough.
    pub quiz: Quiz,
    /// The questions to explain: answered wrongly, in part, or not at all.
    pub wrong: Vec<&'b Question>,
}

impl<'b> Paper<'b> {
    /// Marks what was chosen, by the question's id. A question counts when exactly the right options were chosen.
    pub fn mark(&self, chosen: &BTreeMap<&str, Letters>) -> Marked<'b> {
        let is_wrong = |question: &&Question| chosen.get(question.id.as_str()) != Some(&question.answer);
        let wrong: Vec<&Question> = self.questions.iter().copied().filter(is_wrong).collect();
        let whole = |number: usize| u32::try_from(number).expect("a paper is shorter than the bank");
        let quiz = Quiz { right: whole(self.questions.len() - wrong.len()), asked: whole(self.questions.len()) };
        Marked { quiz, wrong }
    }
}

impl Marked<'_> {
    /// The score in whole percent, rounded down.
    pub const fn percent(&self) -> u32 {
        self.quiz.percent()
    }
}

/// A fixed sequence of numbers from a seed (SplitMix64): drawing has to give the same paper everywhere and for ever.
struct Draw(u64);

impl Draw {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}

/// Every fault of the bank: a citation that is not registered, an answer that cannot be chosen, a stem asked twice, a part
/// with too few questions.
pub(super) fn check(book: &Book, bank: &QuestionBank) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for question in &bank.questions {
        let mut report = |what: String| fault(&mut faults, question.file, &question.id, what);
        if !ids.insert(&question.id) {
            report("stands twice".to_owned());
        }
        if !question.id.starts_with(&format!("{}-", question.part.code().replace('_', "-"))) {
            report(format!("has an id that does not begin with its part, {}", question.part.code()));
        }
        for what in unanswerable(question).into_iter().chain(unsaid(question)) {
            report(what.to_owned());
        }
        cited(book, &mut faults, question.file, &question.id, &question.citation);
    }
    alike(bank, &mut faults);
    for part in Part::ALL {
        let many = bank.of(*part).count();
        if many < PER_PART {
            let what = format!("has {many} questions; {PER_PART} are the least");
            fault(&mut faults, "questions", part.code(), what);
        }
    }
    faults
}

/// What keeps a question from being answered.
fn unanswerable(question: &Question) -> Vec<&'static str> {
    let mut what = Vec::new();
    let (options, right) = (question.options.len(), question.answer.count());
    let enough = match question.kind {
        QuestionKind::TrueFalse => options == 2,
        QuestionKind::Single | QuestionKind::Several => (3..=8).contains(&options),
    };
    if !enough {
        what.push("has too few options, or too many");
    }
    if question.options.iter().collect::<BTreeSet<_>>().len() != options {
        what.push("offers an option twice");
    }
    if !question.answer.within(options) {
        what.push("has an answer that is not among its options");
    }
    match (question.kind, right) {
        (_, 0) => what.push("has no answer"),
        (QuestionKind::Several, 1) => what.push("asks for several answers and has one"),
        (QuestionKind::Several, _) | (_, 1) => {}
        (QuestionKind::Single | QuestionKind::TrueFalse, _) => what.push("asks for one answer and has several"),
    }
    what
}

/// What a question leaves unsaid.
fn unsaid(question: &Question) -> Vec<&'static str> {
    let mut what = Vec::new();
    if question.stem.trim().is_empty() || question.options.iter().any(|option| option.trim().is_empty()) {
        what.push("has an empty stem or option");
    }
    if question.explanation.chars().count() < 5
        || !question.explanation.ends_with('。')
        || question.explanation.matches('。').count() != 1
    {
        what.push("must be explained in one whole sentence");
    }
    what
}

/// Stems that ask the same thing, in the same words or nearly so.
fn alike(bank: &QuestionBank, faults: &mut Vec<Fault>) {
    let pairs: Vec<BTreeMap<(char, char), usize>> =
        bank.questions.iter().map(|question| neighbours(&question.stem)).collect();
    let size = |pairs: &BTreeMap<_, usize>| pairs.values().sum::<usize>();
    for (at, later) in bank.questions.iter().enumerate() {
        for (before, earlier) in bank.questions[..at].iter().enumerate() {
            let shared: usize =
                pairs[at].iter().map(|(pair, many)| (*many).min(pairs[before].get(pair).copied().unwrap_or(0))).sum();
            if shared * 200 > (size(&pairs[at]) + size(&pairs[before])) * ALIKE_PERCENT {
                fault(faults, later.file, &later.id, format!("asks nearly what {} asks", earlier.id));
            }
        }
    }
}

/// How often two characters stand side by side; punctuation and spaces do not count.
fn neighbours(stem: &str) -> BTreeMap<(char, char), usize> {
    let letters: Vec<char> = stem.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let mut pairs = BTreeMap::new();
    for pair in letters.windows(2) {
        *pairs.entry((pair[0], pair[1])).or_default() += 1;
    }
    pairs
}

#[cfg(test)]
mod tests;
