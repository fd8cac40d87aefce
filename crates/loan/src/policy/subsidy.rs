//! Who bears the interest of the time at school, and what the state puts aside for bad loans.

use super::book::{Book, NotCovered, Question};
use super::choice::BearerRule;
use super::parameter::Parameter as P;
use super::reference::{School, province_name, provinces};
use crate::money::{Fen, round_half_up};
use crate::refusal::Citation;

/// The treasury that pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bearer {
    /// 中央财政.
    Central,
    /// 地方财政 of the province with that six-digit code.
    Local(&'static str),
}

/// The six-digit code of the province in which a school stands; its own code carries it.
pub fn province_of(school: &School) -> Option<&'static str> {
    let prefix = school.code.get(2..4)?;
    provinces().iter().find(|province| province.code.starts_with(prefix)).map(|province| province.code)
}

/// Whether a school belongs to a ministry or another body of the centre rather than to a province.
pub fn is_central(school: &School) -> bool {
    let first_two: String = school.authority.chars().take(2).collect();
    !provinces().iter().any(|province| province.name.starts_with(&first_two))
}

/// The treasury that bears the interest of a student of that school; the county of origin is the question's.
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::{Book, Question, reference, subsidy};
/// let college = reference::school("4137012819").unwrap();
/// let at_home = Question::origin(date(2022, 10, 1), "370702", college.code);
/// assert_eq!(subsidy::bearer(Book::standard(), &at_home, college).unwrap().0, subsidy::Bearer::Local("370000"));
/// ```
///
/// # Errors
/// [`NotCovered`].
pub fn bearer(book: &Book, question: &Question<'_>, school: &School) -> Result<(Bearer, Citation), NotCovered> {
    let why = book.why(question, P::SubsidyBearer)?;
    let province = province_of(school);
    let at_home = question.county.is_some_and(|county| province.is_some_and(|code| code.get(..2) == county.get(..2)));
    let local = match book.choice(question, P::SubsidyBearer)? {
        BearerRule::AuthorityAndProvince => at_home,
        BearerRule::Authority => true,
    };
    let bearer = match province {
        Some(code) if local && !is_central(school) => Bearer::Local(code),
        _ => Bearer::Central,
    };
    Ok((bearer, why))
}

impl Bearer {
    /// The words for people.
    pub fn words(self) -> String {
        match self {
            Bearer::Central => "中央财政".to_owned(),
            Bearer::Local(code) => format!("{}财政", province_name(code).unwrap_or(code)),
        }
    }
}

/// What the state puts into the risk fund for that sum of a year's lending, rounded half up once.
///
/// # Errors
/// [`NotCovered`].
pub fn risk_fund(book: &Book, question: &Question<'_>, lent: Fen) -> Result<Fen, NotCovered> {
    let percent = i128::from(book.count(question, P::RiskFundPercent)?);
    let share = round_half_up(i128::from(lent.0) * percent, 100);
    Ok(Fen(i64::try_from(share).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::{Scheme, reference};

    #[test]
    fn the_treasury_follows_the_schools_owner_and_the_students_home() {
        let check = |scheme, county: &str, name: &str, expected: Bearer| {
            let school = reference::schools().iter().find(|school| school.name == name).unwrap();
            let question = Question { scheme, on: date(2026, 10, 1), county: Some(county), school: Some(school.code) };
            assert_eq!(bearer(Book::standard(), &question, school).unwrap().0, expected, "{county} {name}");
        };
        check(Scheme::Origin, "370702", "山东科技职业学院", Bearer::Local("370000"));
        check(Scheme::Origin, "450302", "山东科技职业学院", Bearer::Central);
        check(Scheme::Origin, "330102", "浙江大学", Bearer::Central);
        check(Scheme::Origin, "450302", "浙江大学", Bearer::Central);
        check(Scheme::Campus, "450302", "山东科技职业学院", Bearer::Local("370000"));
        check(Scheme::Campus, "330102", "浙江大学", Bearer::Central);
    }

    #[test]
    fn every_listed_school_has_a_province_and_an_owner() {
        assert!(reference::schools().iter().all(|school| province_of(school).is_some()));
        let central = reference::schools().iter().filter(|school| is_central(school)).count();
        assert_eq!(central, 119, "schools of ministries and other central bodies");
        let owner = |name: &str| is_central(reference::schools().iter().find(|school| school.name == name).unwrap());
        assert!(!owner("塔里木大学"), "the production corps of Xinjiang is no body of the centre here");
    }

    #[test]
    fn the_risk_fund_fell_from_fifteen_to_five_percent() {
        let fund = |on| risk_fund(Book::standard(), &Question::national(Scheme::Origin, on), Fen(1_000_010));
        assert_eq!(fund(date(2021, 9, 13)), Ok(Fen(150_002)));
        assert_eq!(fund(date(2021, 9, 14)), Ok(Fen(50_001)));
    }
}
