//! 贷款知识考核: the result of one sitting on the spot is kept with date, session and invigilator; whoever
//! failed sits again (R4.2, R4.6). One plain act records it.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Records one sitting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordQuiz {
    /// ID number of the student as typed.
    pub id_number: String,
    /// Place and session.
    pub session: String,
    /// Questions asked.
    pub questions: i64,
    /// Questions answered rightly.
    pub right: i64,
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizRecorded {
    /// Enough.
    pub passed: bool,
}

refusals! {
    /// Why the sitting is not recorded.
    pub enum RecordQuizRefusal {
        /// The ID number is wrong; the figure says how.
        IdNumber(&'static str) = "id_number_wrong" ["xiufeng-2016" "五(三)"] @ "id_number",
        /// Nobody with that ID number is known: register or pre-apply first.
        PersonUnknown = "person_unknown" ["xiufeng-2016" "五(三)"] @ "id_number",
        /// No question, or more right answers than questions.
        CountsWrong = "counts_wrong" ["xiufeng-2016" "三(一)2(1)"] @ "right",
        /// Place and session are missing.
        SessionMissing = "session_missing" ["xiufeng-2016" "三(一)2(3)"] @ "session",
        /// The rules of this county ask for no quiz that day.
        NoQuizAsked = "no_quiz_asked" ["xiufeng-2016" "五(三)"],
    }
    figures |refusal| match refusal {
        RecordQuizRefusal::IdNumber(how) => vec![("how", (*how).to_owned())],
        _ => Vec::new(),
    }
}

/// Whether so many right answers are enough: exactly the percentage is (40 of 50 at 80 %).
pub const fn passes(right: i64, questions: i64, percent: i64) -> bool {
    right * 100 >= questions * percent
}

#[async_trait::async_trait]
impl Act for RecordQuiz {
    const NAME: &'static str = "record_quiz";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = QuizRecorded;
    type Refused = RecordQuizRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<QuizRecorded, No<RecordQuizRefusal>> {
        use RecordQuizRefusal as R;
        let demonstration = crate::day::is_demonstration(desk.tx).await?;
        let id = crate::rules::id_number(&self.id_number, desk.on, demonstration)
            .map_err(|how| No::Refused(R::IdNumber(how)))?;
        let Some(person) = store::person::by_id_number(desk.tx, &id.text).await? else {
            return Err(No::Refused(R::PersonUnknown));
        };
        if self.questions < 1 || self.right < 0 || self.right > self.questions {
            return Err(No::Refused(R::CountsWrong));
        }
        let session = tidy(&self.session);
        if session.is_empty() {
            return Err(No::Refused(R::SessionMissing));
        }
        let office = desk.actor.office().ok_or(No::Forbidden)?;
        let book = crate::desk::county_book(desk.tx, office, desk.on).await?.ok_or(No::Forbidden)?;
        let county = crate::desk::county_of_book(desk.tx, book).await?;
        let Some(percent) = crate::rules::quiz_pass_percent(desk.office, &county, desk.on) else {
            return Err(No::Refused(R::NoQuizAsked));
        };
        let passed = passes(self.right, self.questions, percent);
        let result = store::pre_application::Sitting {
            person: person.person,
            on_day: desk.on,
            at: desk.at,
            session: &session,
            invigilator: &desk.actor.name(),
            score: self.right * 100 / self.questions,
            passed,
            detail: &serde_json::json!({ "questions": self.questions, "right": self.right }).to_string(),
        };
        store::pre_application::quiz_record(desk.tx, result).await?;
        desk.about(book, "quiz", &person.person.to_string())?;
        desk.note("passed", passed);
        Ok(QuizRecorded { passed })
    }
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn four_fifths_pass_and_one_less_does_not() {
        let check =
            |right, questions, expected| assert_eq!(passes(right, questions, 80), expected, "{right} of {questions}");
        check(40, 50, true);
        check(39, 50, false);
        check(8, 10, true);
        check(7, 10, false);
        check(0, 1, false);
        proof::proves!["R4.2"];
    }
}
