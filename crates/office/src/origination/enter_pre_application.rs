//! 预申请: a student is put on the list of a year from the senior-high grant file, by the county or by the
//! university, after a look at the proof (R3.1 to R3.3, R3.8). One plain act enters and decides.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::{read_name, tidy};
use crate::clock::academic_year;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Enters one student.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
}

/// Where the entry comes from.
pub const SOURCES: &[&str] = &["grant_file", "county_proof", "university_proof"];

refusals! {
    /// Why the student is not entered.
    pub enum EnterPreApplicationRefusal {
        /// The name is not a name.
        NotAName = "not_a_name" ["xiufeng-2016" "三(一)1(2)"] @ "name",
        /// The ID number is wrong; the figure says how.
        IdNumber(&'static str) = "id_number_wrong" ["xiufeng-2016" "三(一)1(2)"] @ "id_number",
        /// No such source.
        SourceUnknown = "source_unknown" ["xiufeng-2016" "三(一)1(2)"] @ "source",
        /// Only the grant file needs no proof.
        ProofMissing = "proof_missing" ["xiufeng-2016" "三(一)1(2)"] @ "proof",
        /// The student is on the list of this year.
        AlreadyEntered = "already_entered" ["xiufeng-2016" "三(一)1(2)"],
    }
    figures |refusal| match refusal {
        EnterPreApplicationRefusal::IdNumber(how) => vec![("how", (*how).to_owned())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for EnterPreApplication {
    const NAME: &'static str = "enter_pre_application";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
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
        let proof = tidy(&self.proof);
        if proof.is_empty() && self.source != "grant_file" {
            return Err(No::Refused(R::ProofMissing));
        }
        let office = desk.actor.office().ok_or(No::Forbidden)?;
        let book = crate::desk::county_book(desk.tx, office, desk.on).await?.ok_or(No::Forbidden)?;
        let phone = crate::application::answers::read_phone(&self.phone).unwrap_or_default();
        let person = crate::accounts::person_of(desk, &name, &id.text, &phone).await?;
        let year = academic_year(desk.on);
        desk.about(book, "pre_application", &format!("{person}:{year}"))?;
        if store::pre_application::find(desk.tx, person, year).await?.is_some() {
            return Err(No::Refused(R::AlreadyEntered));
        }
        let entry = store::pre_application::New {
            person,
            academic_year: year,
            book,
            source: &self.source,
            detail: &serde_json::json!({ "proof": proof }).to_string(),
            status: "entered",
            entered_by: &desk.actor.name(),
            entered_on: desk.on,
        };
        store::pre_application::enter(desk.tx, entry).await?;
        Ok(())
    }
}
