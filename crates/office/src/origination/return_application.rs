//! 退回: the clerk names the defect and each material that is missing or differs (R9.11, R9.16); the application goes back
//! into the student's hands with every answer kept (R6.4).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::answers::tidy;
use crate::application::fact::Defect;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Gives the application back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReturnApplication {
    /// Number of the application.
    pub number: String,
    /// Code of [`REASONS`].
    pub reason: String,
    /// What to put right, in words for the student.
    pub note: String,
    /// Which materials of the checklist, and what is wrong with each.
    #[serde(default)]
    pub defects: Vec<Defect>,
}

/// The canned reasons, in the order of the keys 1 to 9.
pub const REASONS: &[&str] = &[
    "form_incomplete",
    "form_not_signed",
    "blank_form_used",
    "material_missing",
    "copy_differs",
    "name_differs",
    "amount_wrong",
    "co_borrower_unfit",
    "other",
];

refusals! {
    /// Why it is not given back.
    pub enum ReturnApplicationRefusal {
        /// It is not in the county's hands.
        NotBeingHandled = "not_being_handled" ["xiufeng-2016" "四(一)"],
        /// No such reason.
        ReasonUnknown = "reason_unknown" ["xiufeng-2016" "四(一)"] @ "reason",
        /// The student must learn what to put right.
        NoteMissing = "note_missing" ["xiufeng-2016" "四(一)"] @ "note",
        /// Which material is missing or differs.
        DefectsMissing = "defects_missing" ["xiufeng-2016" "四", "xiufeng-2016" "五(四)"] @ "defects",
        /// The checklist of this application has no such material.
        NotOnTheList = "not_on_the_list" ["sdvcst-2022" "12(二)"] @ "defects",
    }
}

#[async_trait::async_trait]
impl Act for ReturnApplication {
    const NAME: &'static str = "return_application";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = ReturnApplicationRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ReturnApplicationRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !super::being_handled(&case) {
            return Err(No::Refused(ReturnApplicationRefusal::NotBeingHandled));
        }
        if !REASONS.contains(&self.reason.as_str()) {
            return Err(No::Refused(ReturnApplicationRefusal::ReasonUnknown));
        }
        let note = tidy(&self.note);
        if note.is_empty() {
            return Err(No::Refused(ReturnApplicationRefusal::NoteMissing));
        }
        let about_papers = matches!(self.reason.as_str(), "material_missing" | "copy_differs");
        if about_papers && self.defects.is_empty() {
            return Err(No::Refused(ReturnApplicationRefusal::DefectsMissing));
        }
        let known = crate::rules::known_facts(desk.tx, &case, desk.on).await?;
        let list = crate::rules::checklist(desk.office, &case, &known)?;
        let listed = |defect: &Defect| list.iter().any(|item| item.material.code == defect.material);
        if !self.defects.iter().all(listed) {
            return Err(No::Refused(ReturnApplicationRefusal::NotOnTheList));
        }
        crate::hall::booking::release(desk, case.row.person, (case.book(), case.number.key()), "returned").await?;
        store::visit::material_clear(desk.tx, case.book(), case.number.key()).await?;
        let (reason, defects) = (self.reason.clone(), self.defects.clone());
        desk.record(&mut case, ApplicationFact::Returned { reason, note, defects }).await?;
        Ok(())
    }
}
