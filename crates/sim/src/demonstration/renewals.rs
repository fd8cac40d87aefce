//! 续贷: students of earlier seasons who still study borrow again. In past seasons a few go the whole way at the
//! counter; in the last season, most of them online, they stand at every step of it.

use office::Actor;

use super::season::{Goal, Season, Student};
use crate::Stopped;
use crate::steps::Wish;

/// How far a renewal gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Renewal {
    /// The statement waits for the school.
    Written,
    /// The school gave it back.
    ReturnedBySchool,
    /// The county gave it back.
    ReturnedByCounty,
    /// The face is matched, the statement waits.
    FaceMatched,
    /// The school confirmed.
    ConfirmedBySchool,
    /// The county confirmed.
    ConfirmedByCounty,
    /// The contract is signed electronically.
    ESigned,
    /// The review found a problem.
    Problem,
    /// The review passed.
    Reviewed,
    /// All the way.
    Disbursed,
}

impl Renewal {
    /// What the last season shows, five times each.
    const UNDER_WAY: [Renewal; 9] = [
        Renewal::Reviewed,
        Renewal::ESigned,
        Renewal::Problem,
        Renewal::ConfirmedByCounty,
        Renewal::ConfirmedBySchool,
        Renewal::FaceMatched,
        Renewal::Written,
        Renewal::ReturnedBySchool,
        Renewal::ReturnedByCounty,
    ];
}

/// Renewals of a past season.
const A_SEASON: usize = 4;

/// Lets earlier students, those before `begin`, renew. Gives the numbers that lie before the bank.
pub async fn pass(season: &Season<'_, '_>, students: &[Student], begin: usize) -> Result<Vec<String>, Stopped> {
    let mut still_studying = Vec::new();
    for (index, student) in students[..begin].iter().enumerate() {
        let years = season.school(student).years;
        let studies = student.freshman_in < season.year && season.year < student.freshman_in + years;
        // Xiufeng knew only the counter until 2017, and its rules are still those of some contracts.
        if studies && student.goal == Goal::Disbursed && season.year >= 2018 && !season.waits_for_money(index, students)
        {
            still_studying.push((index, student));
        }
    }
    let goals: Vec<Renewal> = if season.is_last {
        Renewal::UNDER_WAY.iter().flat_map(|goal| std::iter::repeat_n(*goal, 5)).collect()
    } else {
        vec![Renewal::Disbursed; A_SEASON]
    };
    let mut before_bank = Vec::new();
    for ((turn, student), goal) in still_studying.into_iter().zip(goals) {
        if let Some(number) = renew(season, student, turn, goal).await? {
            before_bank.push(number);
        }
    }
    Ok(before_bank)
}

async fn renew(
    season: &Season<'_, '_>,
    student: &Student,
    turn: usize,
    goal: Renewal,
) -> Result<Option<String>, Stopped> {
    use Renewal as R;
    let steps = season.steps;
    let (county, school) = (season.county(student), season.school(student));
    let actor = Actor::student(student.person);
    let wish = season.wish(student, turn);
    let number = steps.draft(&actor, &student.family, county.code, &wish, true).await?;
    steps.submit(&actor, &number).await?;
    match goal {
        R::Written => return Ok(None),
        R::ReturnedBySchool => return steps.return_statement(&school.officer, &number).await.map(|()| None),
        R::ReturnedByCounty => {
            steps.confirm_statement(&school.officer, &number).await?;
            return steps.return_statement(&county.clerk, &number).await.map(|()| None);
        }
        // Signing on the phone is news of this season; the years before came to the counter.
        R::Disbursed if !season.is_last => {}
        _ => steps.match_face(&actor, &number).await?,
    }
    if goal == R::FaceMatched {
        return Ok(None);
    }
    steps.confirm_statement(&school.officer, &number).await?;
    if goal == R::ConfirmedBySchool {
        return Ok(None);
    }
    steps.confirm_statement(&county.clerk, &number).await?;
    if goal == R::ConfirmedByCounty {
        return Ok(None);
    }
    if !season.is_last {
        steps.arrive(&county.clerk, &number).await?;
    }
    steps.accept(&county.clerk, &number).await?;
    let contract = steps.contract(&county.clerk, &number).await?;
    if !season.is_last {
        steps.sign(&county.clerk, &number, &contract).await?;
        return certified(season, student, &number, &wish).await.map(Some);
    }
    steps.e_sign(&actor, &number).await?;
    if goal == R::ESigned {
        return Ok(None);
    }
    if goal == R::Problem {
        let problem = "合同中的专业名称与学籍不符";
        return steps.review(&county.reviewer, &number, problem).await.map(|()| None);
    }
    steps.review(&county.reviewer, &number, "").await?;
    if goal == R::Reviewed {
        return Ok(None);
    }
    certified(season, student, &number, &wish).await.map(Some)
}

/// Certificate and receipt; the number that lies before the bank then.
async fn certified(season: &Season<'_, '_>, student: &Student, number: &str, wish: &Wish) -> Result<String, Stopped> {
    let (steps, county, school) = (season.steps, season.county(student), season.school(student));
    steps.certificate(&county.clerk, number).await?;
    let code = steps.receipt_code(student.person, number).await?;
    steps.receipt(&school.officer, code, (wish.tuition, wish.accommodation)).await?;
    Ok(number.to_owned())
}
