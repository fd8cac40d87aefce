//! What pages read: plain structs shaped for a page, with the same scopes as the acts. [`case`] is one application
//! with everything around it, [`student`] the student's home, [`county`] the desk and its search, [`school`] the
//! missing receipts and [`receipts`] those of a county, [`pre_application`] who was entered
//! and did not apply, [`owed`] a contract that was paid out, [`what_if`] what a change would do to it, [`relief`] who
//! asks for help, [`dues`] what is asked on a day, [`repayment`] what is owed and when, [`messages`] what was
//! told, [`logins`] who stays away, [`open`] what everybody may know. [`people`] says who works where. The branch has [`bank`] and, with the
//! county, [`contract`]; the branch's calendar is [`due_days`];
//! the school's money is [`finance`], its borrowers [`borrowers`], the orders [`platform`]; above them stand [`province`] and
//! [`audit`].

pub mod audit;
pub mod bank;
pub mod borrowers;
pub mod case;
pub mod contract;
pub mod county;
pub mod due_days;
pub mod dues;
pub mod finance;
pub mod logins;
pub mod messages;
pub mod open;
pub mod owed;
pub mod people;
pub mod platform;
pub mod pre_application;
pub mod province;
pub mod receipts;
pub mod relief;
pub mod repayment;
pub mod school;
pub mod student;
pub mod what_if;

use loan::calendar::Date;
use loan::contract::{Indexes, Terms};
use loan::life::Row;
use store::{Failure, Tx};

use crate::Office;
use crate::no::{Never, No};
use crate::who::{Permission, Role, Scope};

/// Who may look at an application: both signatories, and the offices that have to do with it.
pub const READERS: Permission = Permission {
    roles: &[
        Role::Student,
        Role::CoBorrower,
        Role::CountyClerk,
        Role::CountyReviewer,
        Role::HallManager,
        Role::Volunteer,
        Role::SchoolOfficer,
        Role::LoanAssistant,
        Role::BankMaker,
        Role::BankChecker,
        Role::Province,
    ],
    scope: Scope::OwnOrOffice,
};

/// The whole plan of a contract as quoted today.
pub async fn plan(tx: &mut Tx<'_>, office: &Office, terms: &Terms) -> Result<Vec<Row>, Failure> {
    let indexes = crate::servicing::books::indexes(tx, office).await?;
    quote(&indexes, terms).map(|life| life.rows)
}

/// The plan with its sums.
pub fn quote(indexes: &Indexes, terms: &Terms) -> Result<loan::life::Life, Failure> {
    loan::settlement::quote(terms, indexes, &[])
        .map_err(|refused| Failure::corrupt(format!("a kept contract cannot be quoted: {:?}", refused.reason)))
}

/// The name behind an actor of a fact: of a member of staff, of the student, or of the program.
pub async fn actor_name(tx: &mut Tx<'_>, actor: &str) -> Result<String, Failure> {
    let number = |prefix: &str| actor.strip_prefix(prefix).and_then(|number| number.parse::<i64>().ok());
    if let Some(staff) = number("staff:") {
        return Ok(store::staff::by_number(tx, staff).await?.map_or_else(|| actor.to_owned(), |staff| staff.name));
    }
    if let Some(person) = number("student:").or_else(|| number("co_borrower:")) {
        return Ok(store::person::by_number(tx, person).await?.map_or_else(|| actor.to_owned(), |person| person.name));
    }
    Ok("系统".to_owned())
}

/// The names behind the actors of one page, each looked up once.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    /// As [`actor_name`].
    pub(crate) async fn of(&mut self, tx: &mut Tx<'_>, actor: &str) -> Result<String, Failure> {
        if let Some((_, name)) = self.0.iter().find(|(known, _)| known == actor) {
            return Ok(name.clone());
        }
        let name = actor_name(tx, actor).await?;
        self.0.push((actor.to_owned(), name.clone()));
        Ok(name)
    }
}

/// 138****5678.
pub fn mask_phone(phone: &str) -> String {
    match (phone.get(..3), phone.get(7..)) {
        (Some(head), Some(tail)) if !tail.is_empty() => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

/// Days from one day to another; negative when it is over.
pub fn days_until(from: Date, to: Date) -> i64 {
    (to - from).num_days()
}

/// What a view answers.
pub type Seen<T> = Result<T, No<Never>>;
