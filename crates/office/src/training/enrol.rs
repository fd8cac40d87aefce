//! 名册: who is to come. Borrowers stand on it by their ID number, so that what they learned is found again with the
//! person; teachers and staff by name.

use serde::{Deserialize, Serialize};
use store::training::Attendee;

use super::open_training;
use crate::act::{Act, Desk};
use crate::application::answers::{read_name, tidy};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Puts somebody on the list of a training.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolAttendee {
    /// Number of the training at the office.
    pub training: i64,
    /// Name.
    pub name: String,
    /// ID number as typed; only for borrowers.
    pub id_number: String,
    /// School, class or department; may be empty.
    pub belongs_to: String,
}

refusals! {
    /// Why nobody is put on the list.
    pub enum EnrolAttendeeRefusal {
        /// The training is over.
        TrainingClosed = "training_closed" ["xiufeng-2016" "三(一)2(3)"],
        /// The name is not a name.
        NotAName = "not_a_name" ["xiufeng-2016" "三(一)2(3)"] @ "name",
        /// The ID number is wrong; the figure says how.
        IdNumber(&'static str) = "id_number_wrong" ["xiufeng-2016" "三(一)2(3)"] @ "id_number",
        /// The person stands on the list.
        AlreadyEntered = "already_entered" ["xiufeng-2016" "三(一)2(3)"],
    }
    figures |refusal| match refusal {
        EnrolAttendeeRefusal::IdNumber(how) => vec![("how", (*how).to_owned())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for EnrolAttendee {
    const NAME: &'static str = "enrol_attendee";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = EnrolAttendeeRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<EnrolAttendeeRefusal>> {
        use EnrolAttendeeRefusal as R;
        let (training, kind, closed) = open_training(desk, self.training).await?;
        if closed {
            return Err(No::Refused(R::TrainingClosed));
        }
        let name = read_name(&self.name).ok_or(No::Refused(R::NotAName))?;
        let person = if kind.of_borrowers() {
            let demonstration = crate::day::is_demonstration(desk.tx).await?;
            let id = crate::rules::id_number(&self.id_number, desk.on, demonstration)
                .map_err(|how| No::Refused(R::IdNumber(how)))?;
            Some(crate::accounts::person_of(desk, &name, &id.text, "").await?)
        } else {
            None
        };
        let belongs_to = tidy(&self.belongs_to);
        let known = store::training::attendees(desk.tx, training.owner, training.training).await?;
        let same = |other: &Attendee| match person {
            Some(_) => other.person == person,
            None => other.name == name && other.belongs_to == belongs_to,
        };
        if known.iter().any(same) {
            return Err(No::Refused(R::AlreadyEntered));
        }
        let attendee = Attendee {
            owner: training.owner,
            training: training.training,
            attendee: known.last().map_or(1, |last| last.attendee + 1),
            person,
            name,
            belongs_to,
            attended: false,
            knows: false,
            marked_by: desk.actor.name(),
            marked_at: desk.at,
        };
        store::training::attendee_enter(desk.tx, &attendee).await?;
        Ok(())
    }
}
