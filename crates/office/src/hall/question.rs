//! 线上沟通: a student asks, one member of staff takes the question, both write until it is clear (R8.17). ID and phone
//! numbers do not stay in what is written; the application has them already.

use serde::{Deserialize, Serialize};
use store::hall::question::{self, Entry, Question};

use super::prose;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Longest text.
const WORDS_MAX: usize = 500;

/// Puts a question, or adds to one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskQuestion {
    /// Six-digit county asked.
    pub county: String,
    /// The question added to; none for a new one.
    pub question: Option<i64>,
    /// What is asked.
    pub words: String,
}

refusals! {
    /// Why the question is not taken.
    pub enum AskQuestionRefusal {
        /// No office on the platform serves that county.
        CountyNotServed = "county_not_served" [] @ "county",
        /// Nothing is asked.
        WordsMissing = "words_missing" [] @ "words",
        /// Longer than 500 characters.
        WordsTooLong = "words_too_long" [] @ "words",
        /// Five questions wait for an answer already.
        TooManyOpen = "too_many_open" [] @ "words",
    }
}

#[async_trait::async_trait]
impl Act for AskQuestion {
    const NAME: &'static str = "ask_question";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    /// Number of the question.
    type Done = i64;
    type Refused = AskQuestionRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<AskQuestionRefusal>> {
        use AskQuestionRefusal as R;
        let Some(person) = desk.actor.person() else { return Err(No::NotFound) };
        let Some(book) = crate::desk::book_of_county(desk.tx, &self.county, desk.on).await? else {
            return Err(No::Refused(R::CountyNotServed));
        };
        let words = without_numbers(&self.words);
        if words.is_empty() {
            return Err(No::Refused(R::WordsMissing));
        }
        if words.chars().count() > WORDS_MAX {
            return Err(No::Refused(R::WordsTooLong));
        }
        let Some(row) = store::person::by_number(desk.tx, person).await? else { return Err(No::NotFound) };
        let number = match self.question {
            Some(number) => {
                let found = question::find(desk.tx, book, number).await?.filter(|one| one.person == person);
                let Some(mut one) = found else { return Err(No::NotFound) };
                one.status = "open".to_owned();
                question::change(desk.tx, &one).await?;
                number
            }
            None => {
                let mine = question::list_of_person(desk.tx, person).await?;
                if mine.iter().filter(|one| one.status == "open").count() >= 5 {
                    return Err(No::Refused(R::TooManyOpen));
                }
                let number = store::counter::next(desk.tx, book, "question").await?;
                let one = Question {
                    book,
                    question: number,
                    person,
                    title: words.chars().take(30).collect(),
                    status: "open".to_owned(),
                    assigned_to: None,
                    assigned_name: None,
                    asked_on: desk.on,
                    asked_at: desk.at,
                    answered_at: None,
                };
                question::enter(desk.tx, &one).await?;
                number
            }
        };
        write(desk, book, number, (false, row.name), words).await?;
        desk.about(book, "question", &number.to_string())?;
        Ok(number)
    }
}

async fn write(
    desk: &mut Desk<'_, '_>,
    book: i64,
    question: i64,
    (by_staff, name): (bool, String),
    words: String,
) -> Result<(), store::Failure> {
    let seq = question::thread(desk.tx, book, question).await?.len() as i64 + 1;
    question::write(desk.tx, &Entry { book, question, seq, at: desk.at, by_staff, name, words }).await
}

/// Takes a question, answers it, or closes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerQuestion {
    /// Number of the question.
    pub question: i64,
    /// The answer; empty to take the question only.
    pub words: String,
    /// Nothing more to say.
    pub close: bool,
}

refusals! {
    /// Why it is not answered.
    pub enum AnswerQuestionRefusal {
        /// A colleague has it; the figure says who.
        TakenByOther(String) = "taken_by_other" [],
        /// Longer than 500 characters.
        WordsTooLong = "words_too_long" [] @ "words",
        /// Nobody has answered yet.
        NotAnswered = "not_answered" [] @ "words",
    }
    figures |refusal| match refusal {
        AnswerQuestionRefusal::TakenByOther(name) => vec![("name", name.clone())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for AnswerQuestion {
    const NAME: &'static str = "answer_question";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::HallManager]);
    type Done = ();
    type Refused = AnswerQuestionRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<AnswerQuestionRefusal>> {
        use AnswerQuestionRefusal as R;
        let book = super::own_hall(desk).await?;
        let Some(mut one) = question::find(desk.tx, book, self.question).await? else { return Err(No::NotFound) };
        let me = desk.actor.name();
        let name = crate::view::actor_name(desk.tx, &me).await?;
        // The hall manager may take a question over.
        let manager = desk.actor.roles().contains(&Role::HallManager);
        if one.assigned_to.as_ref().is_some_and(|other| *other != me) && !manager {
            return Err(No::Refused(R::TakenByOther(one.assigned_name.unwrap_or_default())));
        }
        let words = without_numbers(&self.words);
        if words.chars().count() > WORDS_MAX {
            return Err(No::Refused(R::WordsTooLong));
        }
        if self.close && words.is_empty() && one.answered_at.is_none() {
            return Err(No::Refused(R::NotAnswered));
        }
        one.assigned_to = Some(me);
        one.assigned_name = Some(name.clone());
        desk.about(book, "question", &self.question.to_string())?;
        if !words.is_empty() {
            write(desk, book, self.question, (true, name), words).await?;
            one.answered_at = one.answered_at.or(Some(desk.at));
            one.status = "answered".to_owned();
            let body = format!("您问的“{}”有了答复，请登录后在“我的提问”里看。", one.title);
            let message = store::message::NewMessage {
                person: one.person,
                kind: "question_answered",
                channel: "notice",
                body: &body,
                about: None,
                at: desk.at,
                on_day: desk.on,
            };
            store::message::write(desk.tx, message).await?;
        }
        if self.close {
            one.status = "closed".to_owned();
        }
        question::change(desk.tx, &one).await?;
        Ok(())
    }
}

/// What was written, with every number of eight digits or more made unreadable.
pub(crate) fn without_numbers(typed: &str) -> String {
    let text = prose(typed);
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    let close = |digits: &mut String, out: &mut String| {
        if digits.len() >= 8 {
            out.push_str(&"*".repeat(digits.len()));
        } else {
            out.push_str(digits);
        }
        digits.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() || (digits.len() == 17 && matches!(c, 'X' | 'x')) {
            digits.push(c);
        } else {
            close(&mut digits, &mut out);
            out.push(c);
        }
    }
    close(&mut digits, &mut out);
    out
}
