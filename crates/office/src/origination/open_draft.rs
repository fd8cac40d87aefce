//! 新增: the student opens an application for this academic year. One who has a draft gets it back.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Kind;
use crate::application::{ApplicationFact, Stage};
use crate::clock::academic_year;
use crate::desk::Case;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::who::{Permission, Role};

/// Opens a draft in the book of the county of the household registration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenDraft {
    /// Six-digit county of the student's household registration before enrolment.
    pub county: String,
}

/// The draft, new or found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its number.
    pub number: String,
    /// First loan or renewal, found from earlier loans.
    pub kind: Kind,
}

refusals! {
    /// Why no draft is opened.
    pub enum OpenDraftRefusal {
        /// No county centre of this platform serves that county.
        CountyNotServed = "county_not_served" ["sdvcst-2022" "5(四)"] @ "county",
        /// There is already an application of this academic year.
        AlreadyAppliedThisYear = "already_applied_this_year" ["sdvcst-2022" "5(六)", "xiufeng-2016" "二.3"],
    }
}

#[async_trait::async_trait]
impl Act for OpenDraft {
    const NAME: &'static str = "open_draft";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Opened;
    type Refused = OpenDraftRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Opened, No<OpenDraftRefusal>> {
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        let year = academic_year(desk.on);
        let Some(book) = crate::desk::book_of_county(desk.tx, &self.county, desk.on).await? else {
            return Err(No::Refused(OpenDraftRefusal::CountyNotServed));
        };
        if store::person::year_claim(desk.tx, person, i64::from(year)).await?.is_some() {
            return Err(No::Refused(OpenDraftRefusal::AlreadyAppliedThisYear));
        }
        let mine = store::application::list_of_person(desk.tx, book, person).await?;
        let open = |row: &&store::application::Application| {
            let at_home = Stage::of(&row.status).is_some_and(Stage::is_with_student);
            row.academic_year == i64::from(year) && at_home
        };
        if let Some(row) = mine.iter().find(open) {
            let kind = Kind::of(&row.kind).unwrap_or(Kind::First);
            desk.about(book, "application", &row.number)?;
            return Ok(Opened { number: row.number.clone(), kind });
        }

        let sequence = store::counter::next(desk.tx, book, &format!("application:{year}")).await?;
        let number = ApplicationNumber { year, book, sequence };
        let kind = if super::borrowed_before(desk.tx, person).await? { Kind::Renewal } else { Kind::First };
        let student = store::person::by_number(desk.tx, person).await?.ok_or(No::NotFound)?;
        let id_number = store::person::id_number(desk.tx, person).await?.unwrap_or_default();
        let phone = store::person::phone(desk.tx, person).await?;
        let keyring = desk.tx.keyring();
        let row = store::application::Application {
            book,
            application: number.key(),
            number: number.to_string(),
            person,
            co_person: None,
            academic_year: i64::from(year),
            scheme: "origin".to_owned(),
            kind: kind.code().to_owned(),
            policy_on: desk.on,
            created_at: desk.at,
            student_name: student.name,
            co_name: None,
            id_tail: keyring.tail_index("application", book, &id_number),
            phone_tail: phone.map(|phone| keyring.tail_index("application", book, &phone)),
            school_code: None,
            college: None,
            amount_fen: None,
            tuition_fen: None,
            lodging_fen: None,
            graduates_in: None,
            matures_in: None,
            status: Stage::Draft.code().to_owned(),
            changed_at: desk.at,
        };
        store::application::enter(desk.tx, &row).await?;
        desk.about(book, "application", &number.to_string())?;
        let mut case = Case::opened(row, kind, &self.county);
        desk.record(&mut case, ApplicationFact::Drafted).await?;
        Ok(Opened { number: number.to_string(), kind })
    }
}
