//! First and forgotten passwords of staff: the system administrator starts it with a one-time slip, the owner of the
//! account chooses the password. The second factor stays, so a slip in wrong hands opens nothing (ASVS 6.4.6).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::entry::StaffSlip;
use store::{Failure, Tx};

use super::password;
use super::slip::SlipRefusal;
use crate::Office;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::number::{slip_code, tidy_code};
use crate::refusals;
use crate::who::{Permission, Role};

/// How long a slip of staff is worth something: the owner may come tomorrow.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// Wrong codes after which it is worth nothing.
const WRONG_MAX: i64 = 5;

/// Gives a one-time slip for an account of staff.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueStaffSlip {
    /// The account.
    pub staff: i64,
}

/// A slip of staff to be handed over; shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSlipIssued {
    /// The code.
    pub code: String,
    /// Login name it belongs to.
    pub login: String,
    /// Name of the owner.
    pub name: String,
    /// Worth nothing from then on.
    pub until: DateTime<Utc>,
}

refusals! {
    /// Why no slip is given.
    pub enum IssueStaffSlipRefusal {
        /// Nobody gives a slip to himself.
        Oneself = "oneself" [],
        /// The account was closed.
        Disabled = "disabled" [],
    }
}

#[async_trait::async_trait]
impl Act for IssueStaffSlip {
    const NAME: &'static str = "issue_staff_slip";
    const PERMISSION: Permission = Permission::any_or_system(&[Role::SystemAdmin]);
    type Done = StaffSlipIssued;
    type Refused = IssueStaffSlipRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<StaffSlipIssued, No<IssueStaffSlipRefusal>> {
        use IssueStaffSlipRefusal as R;
        let staff = store::staff::by_number(desk.tx, self.staff).await?.ok_or(No::NotFound)?;
        let index = staff.person_index.as_ref().map(hex::encode);
        if desk.actor.same_human(&format!("staff:{}", self.staff), index.as_deref()) {
            return Err(No::Refused(R::Oneself));
        }
        if staff.disabled_on.is_some_and(|day| day <= desk.on) {
            return Err(No::Refused(R::Disabled));
        }
        let code = slip_code(desk.office.chance.as_ref());
        let slip = StaffSlip {
            staff: self.staff,
            code_index: index_of(desk.tx, &code),
            issued_by: desk.actor.name(),
            issued_at: desk.at,
            expires_at: desk.at + LIFE,
            wrong_count: 0,
        };
        store::entry::staff_slip_enter(desk.tx, &slip).await?;
        desk.about(0, "staff", &self.staff.to_string())?;
        Ok(StaffSlipIssued { code, login: staff.login, name: staff.name, until: slip.expires_at })
    }
}

/// Closes an account of staff: its sessions end at once, its name stays on what it signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CloseStaff {
    /// The account.
    pub staff: i64,
}

refusals! {
    /// Why the account stays open.
    pub enum CloseStaffRefusal {
        /// Nobody closes the own account.
        Oneself = "oneself" [],
        /// It was closed before.
        NothingToChange = "nothing_to_change" [],
    }
}

#[async_trait::async_trait]
impl Act for CloseStaff {
    const NAME: &'static str = "close_staff";
    const PERMISSION: Permission = Permission::any_or_system(&[Role::SystemAdmin]);
    type Done = ();
    type Refused = CloseStaffRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CloseStaffRefusal>> {
        let staff = store::staff::by_number(desk.tx, self.staff).await?.ok_or(No::NotFound)?;
        let index = staff.person_index.as_ref().map(hex::encode);
        if desk.actor.same_human(&format!("staff:{}", self.staff), index.as_deref()) {
            return Err(No::Refused(CloseStaffRefusal::Oneself));
        }
        if staff.disabled_on.is_some() {
            return Err(No::Refused(CloseStaffRefusal::NothingToChange));
        }
        store::staff::disable(desk.tx, self.staff, desk.on).await?;
        store::entry::staff_slip_end(desk.tx, self.staff).await?;
        store::account::sessions_end_of_staff(desk.tx, self.staff).await?;
        desk.about(0, "staff", &self.staff.to_string())?;
        Ok(())
    }
}

fn index_of(tx: &Tx<'_>, code: &str) -> Vec<u8> {
    tx.keyring().blind_index("staff slip", &tidy_code(code))
}

impl Office {
    /// Sets the password of an account of staff by its slip.
    pub async fn set_staff_password(&self, login: &str, slip: &str, new: &str) -> Result<(), No<SlipRefusal>> {
        let at = self.clock.now();
        let login = crate::application::answers::tidy(login);
        let login = login.as_str();
        let found: Result<Option<store::staff::Staff>, Failure> = self
            .store
            .write("staff_slip", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(staff) = store::staff::by_login(tx, login).await? else { return Ok(None) };
                    let kept = store::entry::staff_slip(tx, staff.staff).await?;
                    let Some(kept) = kept.filter(|kept| at < kept.expires_at && kept.wrong_count < WRONG_MAX) else {
                        return Ok(None);
                    };
                    if kept.code_index != index_of(tx, slip) {
                        store::entry::staff_slip_note_wrong(tx, staff.staff).await?;
                        return Ok(None);
                    }
                    Ok(Some(staff).filter(|staff| staff.disabled_on.is_none_or(|day| day > on)))
                })
            })
            .await;
        let staff = found?.ok_or(No::Refused(SlipRefusal::SlipWrong))?;
        if let Err(refusal) = password::check(new, &[&staff.name, &staff.login]) {
            return Err(No::Refused(SlipRefusal::Unfit(refusal.code())));
        }
        let hash = password::hash(self, new).await;
        let (hash, number) = (hash.as_str(), staff.staff);
        let set: Result<bool, Failure> = self
            .store
            .write("set_staff_password", |tx| {
                Box::pin(async move {
                    // Of two who bring the same slip at once only one finds it.
                    let kept = store::entry::staff_slip(tx, number).await?;
                    if kept.is_none_or(|kept| kept.code_index != index_of(tx, slip)) {
                        return Ok(false);
                    }
                    store::entry::staff_slip_end(tx, number).await?;
                    store::staff::change_password(tx, number, hash, false).await?;
                    store::account::sessions_end_of_staff(tx, number).await?;
                    let name = format!("staff:{number}");
                    super::note(tx, at, &name, "set_staff_password", &name, "{}").await?;
                    Ok(true)
                })
            })
            .await;
        if set? { Ok(()) } else { Err(No::Refused(SlipRefusal::SlipWrong)) }
    }
}
