use proptest::prelude::*;

use super::*;
use crate::calendar::date;
use crate::policy::training;

fn xiufeng() -> crate::policy::Question<'static> {
    crate::policy::Question::origin(date(2016, 8, 1), "450302", "4133010335")
}

fn bank() -> &'static QuestionBank {
    QuestionBank::standard()
}

#[test]
fn the_bank_is_sound_and_has_twenty_questions_and_more_of_each_part() {
    let faults = check(Book::standard(), bank());
    assert!(faults.is_empty(), "{}", faults.iter().map(|fault| format!("{fault}\n")).collect::<String>());
    for part in Part::ALL {
        assert!(bank().of(*part).count() >= PER_PART, "{part:?}");
        for kind in QuestionKind::ALL {
            assert!(bank().of(*part).any(|question| question.kind == *kind), "{part:?} has no {kind:?}");
        }
    }
    assert_eq!(bank().question("alipay-01").map(|question| question.part), Some(Part::Alipay));
    assert_eq!(bank().question("alipay-00"), None);
}

#[test]
fn no_letter_is_a_safe_guess() {
    let single: Vec<_> = bank().questions().iter().filter(|question| question.kind == QuestionKind::Single).collect();
    for letter in ["A", "B", "C", "D"] {
        let right = single.iter().filter(|question| Some(question.answer) == Letters::read(letter)).count();
        assert!(right * 3 < single.len(), "{letter} is right {right} times of {}", single.len());
    }
}

#[test]
fn every_fault_of_a_question_is_found() {
    let check = |change: fn(&mut Question), needle: &str| {
        for kind in QuestionKind::ALL {
            let mut spoilt = bank().clone();
            let place = spoilt.questions.iter().position(|question| question.kind == *kind).unwrap();
            change(&mut spoilt.questions[place]);
            let id = spoilt.questions[place].id.clone();
            let faults = super::check(Book::standard(), &spoilt);
            let found = faults.iter().any(|fault| fault.subject == id && fault.what.contains(needle));
            assert!(found, "{kind:?} {needle}: {faults:?}");
        }
    };
    check(|question| question.citation.doc = "".into(), "is not registered");
    check(|question| question.citation.doc = "no-such-document".into(), "is not registered");
    check(|question| question.citation.article = "".into(), "is not registered");
    check(|question| question.citation.article = "无此条".into(), "is not registered");
    check(|question| question.answer = Letters::read("H").unwrap(), "not among its options");
    check(|question| question.answer = Letters::default(), "has no answer");
    check(|question| question.options.clear(), "too few options");
    check(|question| question.options.extend((0..8).map(|n| n.to_string())), "too many");
    check(|question| question.options[1] = question.options[0].clone(), "an option twice");
    check(|question| question.options[1] = " ".to_owned(), "empty stem or option");
    check(|question| question.stem.clear(), "empty stem or option");
    check(|question| question.explanation.clear(), "one whole sentence");
    check(|question| question.explanation.push_str("还有一句。"), "one whole sentence");
    check(|question| question.explanation = "因为办法这样写".to_owned(), "one whole sentence");
    check(|question| question.id = "other-01".to_owned(), "does not begin with its part");
}

#[test]
fn a_question_asks_for_as_many_answers_as_it_has() {
    let check = |kind: QuestionKind, answer: &str, needle: &str| {
        let mut spoilt = bank().clone();
        let question = spoilt.questions.iter_mut().find(|question| question.kind == kind).unwrap();
        question.answer = Letters::read(answer).unwrap();
        let faults = super::check(Book::standard(), &spoilt);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].what.contains(needle), "{faults:?}");
    };
    check(QuestionKind::Single, "AB", "asks for one answer and has several");
    check(QuestionKind::TrueFalse, "AB", "asks for one answer and has several");
    check(QuestionKind::Several, "A", "asks for several answers and has one");
}

#[test]
fn a_stem_or_an_id_that_stands_twice_is_found() {
    let check = |change: fn(&mut Question, &Question), needle: &str| {
        let mut spoilt = bank().clone();
        let first = spoilt.questions[0].clone();
        change(&mut spoilt.questions[1], &first);
        let faults = super::check(Book::standard(), &spoilt);
        assert!(faults.iter().any(|fault| fault.what.contains(needle)), "{faults:?}");
    };
    check(|second, first| second.stem.clone_from(&first.stem), "asks nearly what student-system-01 asks");
    check(|second, first| second.stem = format!("{} ", first.stem.replace('，', "、")), "asks nearly what");
    check(|second, first| second.stem = first.stem.replace("正确", "对"), "asks nearly what");
    check(|second, first| second.id.clone_from(&first.id), "stands twice");
}

#[test]
fn a_part_with_nineteen_questions_is_found_and_one_with_twenty_is_not() {
    let check = |keep: usize, faulty: bool| {
        for part in Part::ALL {
            let mut short = bank().clone();
            let ids: Vec<String> = short.of(*part).skip(keep).map(|question| question.id.clone()).collect();
            short.questions.retain(|question| !ids.contains(&question.id));
            let faults = super::check(Book::standard(), &short);
            assert_eq!(faults.iter().any(|fault| fault.subject == part.code()), faulty, "{part:?} {keep}");
        }
    };
    check(0, true);
    check(PER_PART - 1, true);
    check(PER_PART, false);
}

const SOUND: &str = r#"
    part = "alipay"
    last_checked = 2026-11-23

    [[question]]
    id = "alipay-01"
    kind = "several"
    stem = "问"
    options = ["一", "二", "三"]
    answer = "AC"
    explanation = "因为如此。"
    doc = "xiufeng-2016"
    article = "三(一)3(5)"

    [[question]]
    id = "alipay-02"
    kind = "true_false"
    stem = "说"
    answer = "错"
    explanation = "因为如此。"
    doc = "xiufeng-2016"
    article = "三(一)3(5)"
"#;

#[test]
fn what_is_not_of_the_form_is_refused_by_name() {
    let read = |text: &str| QuestionBank::read(&[("test.toml", text)]);
    let sound = read(SOUND).unwrap();
    assert_eq!(sound.questions()[0].answer, Letters::read("CA").unwrap());
    assert_eq!(sound.questions()[1].options, ["对", "错"]);
    assert_eq!(sound.questions()[1].answer.to_string(), "B");
    let check = |from: &str, to: &str, needle: &str| {
        assert!(SOUND.contains(from), "{from}");
        let error = read(&SOUND.replacen(from, to, 1)).unwrap_err();
        assert!(error.starts_with("test.toml: ") && error.contains(needle), "{error}");
    };
    check("part = \"alipay\"", "part = \"wechat\"", "wechat");
    check("2026-11-23", "2026-11-23T00:00:00", "no civil date");
    check("kind = \"several\"", "kind = \"open\"", "open");
    check("answer = \"AC\"", "answer = \"AA\"", "alipay-01: no answer is called \"AA\"");
    check("answer = \"AC\"", "answer = \"I\"", "alipay-01: no answer is called \"I\"");
    check("answer = \"AC\"", "answer = \"一\"", "alipay-01: no answer is called");
    check("answer = \"错\"", "answer = \"B\"", "alipay-02: no answer is called");
    check("answer = \"错\"", "options = [\"是\"]\nanswer = \"错\"", "alipay-02: a sentence has no options");
    check("doc = \"xiufeng-2016\"", "", "doc");
    check("article = \"三(一)3(5)\"", "", "article");
    check("explanation = \"因为如此。\"", "", "explanation");
    check("stem = \"问\"", "stem = \"问\"\nhint = \"二\"", "hint");
}

#[test]
fn letters_are_read_and_written() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(Letters::read(text).map(|letters| letters.to_string()).as_deref(), expected, "{text}");
    };
    check("A", Some("A"));
    check("DCA", Some("ACD"));
    check("H", Some("H"));
    check("", Some(""));
    check("I", None);
    check("AA", None);
    check("a", None);
    check("A B", None);
    check("@", None);
}

/// The right answer of every question of the paper but the last `wrong`.
fn chosen<'b>(paper: &Paper<'b>, wrong: usize) -> BTreeMap<&'b str, Letters> {
    let right = paper.questions.len() - wrong;
    paper.questions[..right].iter().map(|question| (question.id.as_str(), question.answer)).collect()
}

#[test]
fn eighty_percent_passes_and_seventy_nine_does_not() {
    let check = |asked: usize, wrong: usize, percent: u32, passes: bool| {
        let paper = bank().paper(Part::ALL, 20_160_801, asked);
        let marked = paper.mark(&chosen(&paper, wrong));
        assert_eq!(marked.percent(), percent, "{wrong} wrong of {asked}");
        assert_eq!(marked.wrong, paper.questions[asked - wrong..], "the wrong ones are explained");
        assert_eq!(training::passed(Book::standard(), &xiufeng(), marked.quiz), Ok(passes), "{wrong} wrong of {asked}");
    };
    check(100, 21, 79, false);
    check(100, 20, 80, true);
    check(100, 19, 81, true);
    check(24, 5, 79, false);
    check(24, 4, 83, true);
    check(30, 6, 80, true);
    check(30, 7, 76, false);
    check(1, 0, 100, true);
    check(1, 1, 0, false);
    check(0, 0, 0, false);
    proof::proves!["R4.2"];
}

#[test]
fn only_exactly_the_right_options_count() {
    let paper = bank().paper(Part::ALL, 1, usize::MAX);
    let everything = paper.questions.len();
    assert_eq!(everything, bank().questions().len(), "a paper cannot be longer than the bank");
    for question in &paper.questions {
        for set in 0..=u8::MAX {
            let given = Letters(set);
            let marked = Paper { questions: vec![question] }.mark(&BTreeMap::from([(question.id.as_str(), given)]));
            assert_eq!(marked.quiz.right == 1, given == question.answer, "{} {given}", question.id);
        }
        let other = BTreeMap::from([("no-such-question", question.answer)]);
        assert_eq!(Paper { questions: vec![question] }.mark(&other).quiz, Quiz { right: 0, asked: 1 });
    }
}

#[test]
fn a_seed_draws_the_same_paper_of_all_six_parts() {
    let ids = |seed: u64, count: usize| -> Vec<String> {
        bank().paper(Part::ALL, seed, count).questions.iter().map(|question| question.id.clone()).collect()
    };
    assert_eq!(ids(7, 20), ids(7, 20));
    let different: BTreeSet<Vec<String>> = (0..100).map(|seed| ids(seed, 20)).collect();
    assert_eq!(different.len(), 100, "another seed draws another paper");
    let taught = training::parts(Book::standard(), &xiufeng()).unwrap();
    for (seed, count) in (0..200).flat_map(|seed| [(seed, 6), (seed, 20), (seed, 50)]) {
        let paper = bank().paper(&taught, seed, count);
        let mut parts: Vec<Part> = paper.questions.iter().map(|question| question.part).collect();
        assert!(parts.is_sorted(), "in the order of the training");
        for part in &taught {
            let share = parts.iter().filter(|of| *of == part).count();
            assert!((count / 6..=count.div_ceil(6)).contains(&share), "{part:?} has {share} of {count}");
        }
        parts.dedup();
        assert_eq!(parts, taught);
    }
    assert_eq!(taught.len(), 6);
    proof::proves!["R4.1"];
}

#[test]
fn the_numbers_drawn_are_the_published_ones_of_the_sequence() {
    let mut draw = Draw(0);
    let numbers = [draw.next(), draw.next(), draw.next()];
    assert_eq!(numbers, [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]);
}

proptest! {
    #[test]
    fn a_paper_has_no_question_twice_and_only_the_parts_asked_for(
        seed: u64, count in 0_usize..200, parts in proptest::sample::subsequence(Part::ALL, 0..=6)
    ) {
        let paper = bank().paper(&parts, seed, count);
        let ids: BTreeSet<&str> = paper.questions.iter().map(|question| question.id.as_str()).collect();
        let all: usize = parts.iter().map(|part| bank().of(*part).count()).sum();
        prop_assert_eq!(ids.len(), paper.questions.len());
        prop_assert_eq!(paper.questions.len(), count.min(all));
        let drawn: BTreeSet<Part> = paper.questions.iter().map(|question| question.part).collect();
        prop_assert!(drawn.iter().all(|part| parts.contains(part)));
        prop_assert!(count < parts.len() || drawn.len() == parts.len());
    }
}
