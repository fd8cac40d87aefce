//! 新增: the student opens an application for this academic year. One who has a draft gets it back.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Kind;
use crate::application::{Answers, ApplicationFact, Progress, Stage};
use crate::clock::academic_year;
use crate::desk::{Case, load};
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
        let Some(book) = store::office_place::book_of_county(desk.tx, &self.county, desk.on).await? else {
            return Err(No::Refused(OpenDraftRefusal::CountyNotServed));
        };
        if store::application::claim(desk.tx, person, year).await?.is_some() {
            return Err(No::Refused(OpenDraftRefusal::AlreadyAppliedThisYear));
        }
        if let Some(key) = store::application::draft_of(desk.tx, book, person, year, Stage::Draft.code()).await? {
            let number = ApplicationNumber::of(book, key);
            let case = load(desk.tx, number).await?.ok_or(No::NotFound)?;
            desk.about(book, "application", &number.to_string());
            return Ok(Opened { number: number.to_string(), kind: case.kind });
        }

        let sequence = store::counter::next(desk.tx, book, &format!("application:{year}")).await?;
        let number = ApplicationNumber { year, book, sequence };
        let earlier = store::application::borrowed_before(desk.tx, person).await?;
        let kind = if earlier { Kind::Renewal } else { Kind::First };
        let row = store::application::New {
            book,
            application: number.key(),
            number: &number.to_string(),
            person,
            academic_year: year,
            scheme: "origin",
            kind: kind.code(),
            policy_on: desk.on,
            status: Stage::Draft.code(),
            at: desk.at,
        };
        let row = store::application::create(desk.tx, row).await?;
        desk.about(book, "application", &number.to_string());
        let mut case =
            Case { number, row, kind, answers: Answers::default(), progress: Progress::new(kind), facts: Vec::new() };
        desk.record(&mut case, ApplicationFact::Drafted).await?;
        Ok(Opened { number: number.to_string(), kind })
    }
}
