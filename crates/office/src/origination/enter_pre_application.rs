//! 预申请: a student is put on the list of a year after a look at the proof (R3.1 to R3.3, R3.7, R3.8). Each way has
//! its own door: the grant file and the county's proof come through the county centre, the proof of who studies
//! already through the university, a school's own list through that school. Which ways a county knows is policy.
//! The decision is kept with proof, reviewer, reason and date; a refused student may be looked at again.

use chrono::Datelike;
use serde::{Deserialize, Serialize};
use store::pre_application::{New, Seen};

use crate::act::{Act, Desk};
use crate::application::answers::{read_name, read_phone, tidy};
use crate::clock::academic_year;
use crate::no::No;
use crate::refusals;
use crate::who::{OfficeKind, Permission, Role};

/// Enters one student.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EnterPreApplication {
    /// Name.
    pub name: String,
    /// ID number as typed.
    pub id_number: String,
    /// Mobile phone; may be empty.
    pub phone: String,
    /// Code of [`SOURCES`].
    pub source: String,
    /// The proof seen.
    pub proof: String,
    /// Six-digit code of the county of household registration; empty means the county that enters.
    pub county: String,
    /// The school the student comes from; may be empty.
    pub origin_school: String,
    /// The reviewer says no.
    pub refused: bool,
    /// Why decided so; needed for a no.
    pub reason: String,
}

/// Where the entry comes from.
pub const SOURCES: &[&str] = &["grant_file", "county_proof", "university_proof", "school_list"];

refusals! {
    /// Why the student is not entered.
    pub enum EnterPreApplicationRefusal {
        /// The name is not a name.
        NotAName = "not_a_name" ["xiufeng-2016" "三(一)1(2)"] @ "name",
        /// The ID number is wrong; the figure says how.
        IdNumber(&'static str) = "id_number_wrong" ["xiufeng-2016" "三(一)1(2)"] @ "id_number",
        /// No such source.
        SourceUnknown = "source_unknown" ["xiufeng-2016" "三(一)1(2)"] @ "source",
        /// Another office looks at this kind of proof.
        SourceOfOthers = "source_of_others" ["xiufeng-2016" "三(一)1(2)", "xiufeng-2016" "三(一)1(3)"] @ "source",
        /// No county of that code writes loans here.
        CountyNotServed = "county_not_served" ["sdvcst-2022" "5(四)"] @ "county",
        /// The student belongs to another county.
        OtherCounty = "other_county" ["xiufeng-2016" "二.2"] @ "county",
        /// The rules of the county do not know this way on this day.
        WayNotKnown = "pre_application_way_not_known" ["xiufeng-2016" "三(一)1", "hubei-2024" "枣阳"] @ "source",
        /// The list is made in other months.
        OutOfMonth(String) = "pre_application_out_of_month" ["hubei-2024" "枣阳"],
        /// The proof is not named.
        ProofMissing = "proof_missing" ["xiufeng-2016" "三(一)1(2)"] @ "proof",
        /// A no needs its reason.
        ReasonMissing = "reason_missing" ["xiufeng-2016" "三(一)1(2)"] @ "reason",
        /// The student is on the list of this year.
        AlreadyEntered = "already_entered" ["xiufeng-2016" "三(一)1(2)"],
    }
    figures |refusal| match refusal {
        EnterPreApplicationRefusal::IdNumber(how) => vec![("how", (*how).to_owned())],
        EnterPreApplicationRefusal::OutOfMonth(months) => vec![("months", months.clone())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for EnterPreApplication {
    const NAME: &'static str = "enter_pre_application";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = EnterPreApplicationRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<EnterPreApplicationRefusal>> {
        use EnterPreApplicationRefusal as R;
        let name = read_name(&self.name).ok_or(No::Refused(R::NotAName))?;
        let demonstration = crate::day::is_demonstration(desk.tx).await?;
        let id = crate::rules::id_number(&self.id_number, desk.on, demonstration)
            .map_err(|how| No::Refused(R::IdNumber(how)))?;
        if !SOURCES.contains(&self.source.as_str()) {
            return Err(No::Refused(R::SourceUnknown));
        }
        let office = desk.actor.office().ok_or(No::Forbidden)?;
        let office = store::office_place::by_number(desk.tx, office).await?.ok_or(No::Forbidden)?;
        let county_office = OfficeKind::of(&office.kind) == Some(OfficeKind::County);
        let door = match self.source.as_str() {
            "university_proof" => office.school_code.is_some(),
            "county_proof" => county_office,
            // The grant file and the list of a school: the county, or the school itself when it is no university.
            _ => county_office || office.school_code.is_none(),
        };
        if !door {
            return Err(No::Refused(R::SourceOfOthers));
        }
        let (book, county) = self.place(desk, &office, county_office).await?;
        let question = loan::policy::Question {
            scheme: loan::policy::Scheme::Origin,
            on: desk.on,
            county: Some(&county),
            school: None,
        };
        let ways = crate::rules::pre_application_ways(desk.office, &question);
        if ways.is_some_and(|ways| !ways.contains(&self.source.as_str())) {
            return Err(No::Refused(R::WayNotKnown));
        }
        let months = crate::rules::pre_application_months(desk.office, &question);
        if let Some(months) = months.filter(|months| !months.contains(&desk.on.month())) {
            let months: Vec<String> = months.iter().map(u32::to_string).collect();
            return Err(No::Refused(R::OutOfMonth(months.join("、"))));
        }
        let (proof, reason) = (tidy(&self.proof), tidy(&self.reason));
        if proof.is_empty() && matches!(self.source.as_str(), "county_proof" | "university_proof") {
            return Err(No::Refused(R::ProofMissing));
        }
        if self.refused && reason.is_empty() {
            return Err(No::Refused(R::ReasonMissing));
        }

        let phone = read_phone(&self.phone).unwrap_or_default();
        let person = crate::accounts::person_of(desk, &name, &id.text, &phone).await?;
        let year = academic_year(desk.on);
        desk.about(book, "pre_application", &format!("{person}:{year}"))?;
        let before = store::pre_application::find(desk.tx, person, year).await?;
        if before.as_ref().is_some_and(|before| before.status != REFUSED || self.refused) {
            return Err(No::Refused(R::AlreadyEntered));
        }
        let typed = tidy(&self.origin_school);
        let own = if office.school_code.is_none() && !county_office { office.name.as_str() } else { "" };
        let origin_school = if typed.is_empty() { own.to_owned() } else { typed };
        let status = if self.refused { REFUSED } else { CERTIFIED };
        let said = serde_json::json!({ "proof": proof, "origin_school": origin_school, "reason": reason }).to_string();
        let reviewer = desk.actor.name();
        let entry = New {
            person,
            academic_year: year,
            book,
            source: &self.source,
            detail: &said,
            status,
            entered_by: &reviewer,
            entered_on: desk.on,
        };
        match before {
            Some(_) => store::pre_application::decide_anew(desk.tx, entry).await?,
            None => store::pre_application::enter(desk.tx, entry).await?,
        }
        desk.note("source", self.source.as_str());
        desk.note("status", status);
        let seen = Seen {
            owner: office.office_id,
            academic_year: i64::from(year),
            person,
            book,
            student_name: name,
            origin_school,
            source: self.source.clone(),
            proof,
            status: status.to_owned(),
            reason,
            reviewed_by: reviewer,
            reviewed_on: desk.on,
        };
        show_all(desk, seen).await?;
        Ok(())
    }
}

/// The student may apply.
pub const CERTIFIED: &str = "certified";
/// The reviewer said no.
pub const REFUSED: &str = "refused";

impl EnterPreApplication {
    /// Book and county the student belongs to, as far as this office may say.
    async fn place(
        &self,
        desk: &mut Desk<'_, '_>,
        office: &store::office_place::Office,
        county_office: bool,
    ) -> Result<(i64, String), No<EnterPreApplicationRefusal>> {
        use EnterPreApplicationRefusal as R;
        let typed = tidy(&self.county);
        if county_office {
            let book = crate::desk::county_book(desk.tx, office.office_id, desk.on).await?.ok_or(No::Forbidden)?;
            let county = crate::desk::county_of_book(desk.tx, book).await?;
            if !typed.is_empty() && typed != county {
                return Err(No::Refused(R::OtherCounty));
            }
            return Ok((book, county));
        }
        let home = office.division_code.clone().filter(|_| office.school_code.is_none());
        let county = if typed.is_empty() { home.unwrap_or_default() } else { typed };
        match crate::desk::book_of_county(desk.tx, &county, desk.on).await? {
            Some(book) => Ok((book, county)),
            None => Err(No::Refused(R::CountyNotServed)),
        }
    }
}

/// The entering office, the county and the school of origin see the entry (R3.9).
async fn show_all(desk: &mut Desk<'_, '_>, seen: Seen) -> Result<(), store::Failure> {
    let mut owners = vec![seen.owner];
    owners.extend(store::office_place::office_serving(desk.tx, seen.book, "county", desk.on).await?);
    if !seen.origin_school.is_empty() {
        let schools = store::office_place::list_of_kind(desk.tx, OfficeKind::School.code()).await?;
        owners.extend(schools.iter().filter(|school| school.name == seen.origin_school).map(|school| school.office_id));
    }
    owners.sort_unstable();
    owners.dedup();
    for owner in owners {
        store::pre_application::show(desk.tx, &Seen { owner, ..seen.clone() }).await?;
    }
    Ok(())
}
