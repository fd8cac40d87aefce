//! One material of the checklist: seen as an original, kept as a copy, or found missing (R9.11, R9.16).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Ticks, or unticks, one material.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TickMaterial {
    /// Number of the application.
    pub number: String,
    /// Code of the material.
    pub material: String,
    /// True when it is complete; false takes the tick back.
    pub complete: bool,
    /// What the clerk noticed.
    pub note: String,
}

refusals! {
    /// Why the tick is not taken.
    pub enum TickMaterialRefusal {
        /// Materials are checked at the counter only.
        NotAtCounter = "not_at_counter" ["sdvcst-2022" "12(二)"],
        /// The checklist of this application has no such material.
        NotOnTheList = "not_on_the_list" ["sdvcst-2022" "12(二)"] @ "material",
    }
}

#[async_trait::async_trait]
impl Act for TickMaterial {
    const NAME: &'static str = "tick_material";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::Volunteer]);
    type Done = ();
    type Refused = TickMaterialRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<TickMaterialRefusal>> {
        let case = desk.case(&self.number).await?;
        if case.stage() != crate::application::Stage::AtCounter {
            return Err(No::Refused(TickMaterialRefusal::NotAtCounter));
        }
        let known = crate::rules::known_facts(desk.tx, &case, desk.on).await?;
        let list = crate::rules::checklist(desk.office, &case, &known)?;
        let Some(item) = list.iter().find(|item| item.material.code == self.material) else {
            return Err(No::Refused(TickMaterialRefusal::NotOnTheList));
        };
        let tick = store::visit::Tick {
            book: case.book(),
            application: case.number.key(),
            material: self.material.clone(),
            copies: i64::from(item.material.copies),
            note: crate::application::answers::tidy(&self.note),
            ticked_by: desk.actor.name(),
            ticked_at: desk.at,
            on_day: desk.on,
        };
        if self.complete {
            store::visit::material_tick(desk.tx, tick).await?;
        } else {
            store::visit::material_untick(desk.tx, case.book(), case.number.key(), &self.material).await?;
        }
        desk.note("material", self.material.as_str());
        desk.note("complete", self.complete);
        Ok(())
    }
}
