//! 贷款知识考核 on the screen: a paper of ten is drawn from the bank, marked by the rules of the county, and every wrong
//! answer is explained. Where the rules want the answers on the spot, only who was checked in at today's training gets a
//! paper, and the result names that training and its teacher. Whoever fails draws another paper (R4.2, R4.4, R4.6).

use std::collections::BTreeMap;

use loan::policy::choice::{QuizWay, TrainingPart};
use loan::policy::questions::{Letters, Paper, QuestionBank};
use loan::policy::{Parameter, Question, Scheme, training};
use serde::{Deserialize, Serialize};
use store::Failure;
use store::training::Training;

use super::Kind;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Questions of one paper.
pub const QUESTIONS: usize = 10;
/// The session of a quiz that was not answered at a training.
pub const ONLINE: &str = "online";

/// Draws a paper for the student who asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenQuiz {
    /// County whose rules ask for it.
    pub county: String,
}

/// The paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub paper: String,
}

/// Hands the answers in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerQuiz {
    /// Id of the paper.
    pub paper: String,
    /// Letters chosen, by question: `A`, or `ACD`.
    pub answers: BTreeMap<String, String>,
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Right answers.
    pub right: u32,
    /// Of so many.
    pub asked: u32,
    /// Enough.
    pub passed: bool,
}

refusals! {
    /// Why there is no paper, or no result.
    pub enum QuizRefusal {
        /// No county of that code writes loans here.
        CountyNotServed = "county_not_served" ["sdvcst-2022" "5(四)"] @ "county",
        /// The rules of the county ask for no quiz that day.
        NoQuizAsked = "no_quiz_asked" ["xiufeng-2016" "五(三)"],
        /// The person passed.
        AlreadyPassed = "quiz_already_passed" ["xiufeng-2016" "五(三)"],
        /// The rules want the answers on the spot, at a training.
        OnTheSpotOnly = "quiz_on_the_spot" ["xiufeng-2016" "五(三)"],
        /// The paper was handed in.
        AlreadyAnswered = "quiz_already_answered" ["xiufeng-2016" "五(三)"],
    }
}

/// Where the answers are given.
struct Sat {
    session: String,
    invigilator: String,
}

/// The training of the county at which the person was checked in today; the screen anywhere, where the rules allow it.
async fn sat(desk: &mut Desk<'_, '_>, person: i64, county: &str) -> Result<Option<Sat>, Failure> {
    let question = Question { scheme: Scheme::Origin, on: desk.on, county: Some(county), school: None };
    for place in store::training::attendances_of(desk.tx, person).await?.iter().filter(|place| place.attended) {
        let found = store::training::by_number(desk.tx, place.owner, place.training).await?;
        let today = |training: &Training| training.kind == Kind::Borrowers.code() && training.on_day == desk.on;
        let Some(training) = found.filter(today) else { continue };
        let book = crate::desk::county_book(desk.tx, training.owner, desk.on).await?;
        let here = match book {
            Some(book) => crate::desk::county_of_book(desk.tx, book).await? == county,
            None => false,
        };
        if here {
            let session = format!("{} {}–{}", training.place, training.from_time, training.to_time);
            return Ok(Some(Sat { session, invigilator: training.held_by }));
        }
    }
    let ways: Vec<QuizWay> =
        desk.office.policy.choices(&question, Parameter::QuizWays).unwrap_or_else(|_| QuizWay::ALL.to_vec());
    let screen = || Sat { session: ONLINE.to_owned(), invigilator: "system".to_owned() };
    Ok(ways.contains(&QuizWay::Online).then(screen))
}

#[async_trait::async_trait]
impl Act for OpenQuiz {
    const NAME: &'static str = "open_quiz";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Opened;
    type Refused = QuizRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Opened, No<QuizRefusal>> {
        use QuizRefusal as R;
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        if crate::desk::book_of_county(desk.tx, &self.county, desk.on).await?.is_none() {
            return Err(No::Refused(R::CountyNotServed));
        }
        if crate::rules::quiz_pass_percent(desk.office, &self.county, desk.on).is_none() {
            return Err(No::Refused(R::NoQuizAsked));
        }
        if store::pre_application::quiz_list(desk.tx, person).await?.iter().any(|sitting| sitting.passed) {
            return Err(No::Refused(R::AlreadyPassed));
        }
        if sat(desk, person, &self.county).await?.is_none() {
            return Err(No::Refused(R::OnTheSpotOnly));
        }
        // A paper that lies open is gone on with: nobody draws until the questions please.
        let papers = store::training::papers_of(desk.tx, person).await?;
        let open = papers.into_iter().find(|paper| paper.answers.is_none() && paper.county == self.county);
        desk.about(0, "quiz", &person.to_string())?;
        if let Some(open) = open {
            return Ok(Opened { paper: open.paper });
        }
        let question = Question { scheme: Scheme::Origin, on: desk.on, county: Some(&self.county), school: None };
        let parts = training::parts(desk.office.policy, &question).unwrap_or_else(|_| TrainingPart::ALL.to_vec());
        let mut seed = [0; 8];
        desk.office.chance.fill(&mut seed);
        let drawn = QuestionBank::standard().paper(&parts, u64::from_be_bytes(seed), QUESTIONS);
        let ids: Vec<&str> = drawn.questions.iter().map(|question| question.id.as_str()).collect();
        let ids = serde_json::to_string(&ids).expect("codes are plain data");
        let paper = store::training::paper_open(desk.tx, person, &self.county, &ids, desk.at).await?;
        Ok(Opened { paper })
    }
}

/// The questions of a kept paper.
pub(super) fn questions_of(paper: &store::training::QuizPaper) -> Result<Paper<'static>, Failure> {
    let corrupt = || Failure::corrupt("a kept quiz cannot be read");
    let ids: Vec<String> = serde_json::from_str(&paper.questions).map_err(|error| corrupt().because(error))?;
    let bank = QuestionBank::standard();
    let questions = ids.iter().map(|id| bank.question(id)).collect::<Option<Vec<_>>>().ok_or_else(corrupt)?;
    Ok(Paper { questions })
}

/// Answers as the bank marks them; letters that are none count as not chosen.
pub(super) fn letters(answers: &BTreeMap<String, String>) -> BTreeMap<&str, Letters> {
    answers.iter().filter_map(|(id, text)| Letters::read(text).map(|letters| (id.as_str(), letters))).collect()
}

#[async_trait::async_trait]
impl Act for AnswerQuiz {
    const NAME: &'static str = "answer_quiz";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Answered;
    type Refused = QuizRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Answered, No<QuizRefusal>> {
        use QuizRefusal as R;
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        let Some(paper) = store::training::paper_by_number(desk.tx, person, &self.paper).await? else {
            return Err(No::NotFound);
        };
        desk.about(0, "quiz", &person.to_string())?;
        if paper.answers.is_some() {
            return Err(No::Refused(R::AlreadyAnswered));
        }
        let Some(sat) = sat(desk, person, &paper.county).await? else { return Err(No::Refused(R::OnTheSpotOnly)) };
        let marked = questions_of(&paper)?.mark(&letters(&self.answers));
        let question = Question { scheme: Scheme::Origin, on: desk.on, county: Some(&paper.county), school: None };
        let Ok(passed) = training::passed(desk.office.policy, &question, marked.quiz) else {
            return Err(No::Refused(R::NoQuizAsked));
        };
        let text = serde_json::to_string(&self.answers).expect("letters are plain data");
        store::training::paper_answer(desk.tx, person, &paper.paper, &text, desk.at).await?;
        let wrong: Vec<&str> = marked.wrong.iter().map(|question| question.id.as_str()).collect();
        let detail = serde_json::json!({
            "paper": paper.paper, "questions": marked.quiz.asked, "right": marked.quiz.right, "wrong": wrong,
        });
        let sitting = store::pre_application::Sitting {
            person,
            on_day: desk.on,
            at: desk.at,
            session: &sat.session,
            invigilator: &sat.invigilator,
            score: i64::from(marked.percent()),
            passed,
            detail: &detail.to_string(),
        };
        store::pre_application::quiz_record(desk.tx, sitting).await?;
        desk.note("passed", passed);
        Ok(Answered { right: marked.quiz.right, asked: marked.quiz.asked, passed })
    }
}
