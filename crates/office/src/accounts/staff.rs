//! People of an office and their roles. Only a system administrator opens accounts; only a security administrator
//! gives roles; no account may hold two that belong apart (H032).

use serde::{Deserialize, Serialize};

use super::password;
use crate::Office;
use crate::act::{Act, Desk, Key};
use crate::application::answers::{read_name, tidy};
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, OfficeKind, Permission, Role};

/// Opens an account for a member of staff.
#[derive(Clone, Serialize)]
pub struct OpenStaff {
    /// Login name.
    pub login: String,
    /// Name printed on what the person signs.
    pub name: String,
    /// The office.
    pub office: i64,
    /// The person's own ID number, if known.
    pub id_number: Option<String>,
    /// The first password; it must be changed at the first login.
    #[serde(skip)]
    pub password: String,
}

/// The act behind [`Office::open_staff`].
#[derive(Clone, Serialize)]
pub struct OpenStaffAccount {
    asked: OpenStaff,
    #[serde(skip)]
    hash: String,
}

refusals! {
    /// Why no account is opened.
    pub enum OpenStaffRefusal {
        /// The login is not 3 to 40 letters, digits, dots or dashes.
        LoginUnfit = "login_unfit" [] @ "login",
        /// The name is not a name.
        NotAName = "not_a_name" [] @ "name",
        /// The ID number is wrong.
        IdNumber(&'static str) = "id_number_wrong" [] @ "id_number",
        /// No such office.
        OfficeUnknown = "office_unknown" [] @ "office",
        /// The password is not good enough; the figure says why.
        Password(&'static str) = "password_unfit" [] @ "password",
        /// Somebody has that login.
        LoginTaken = "login_taken" [] @ "login",
    }
    figures |refusal| match refusal {
        OpenStaffRefusal::Password(how) | OpenStaffRefusal::IdNumber(how) => vec![("how", (*how).to_owned())],
        _ => Vec::new(),
    }
}

impl OpenStaffAccount {
    /// For those who hashed the first password themselves.
    pub(crate) fn with_hash(asked: OpenStaff, hash: String) -> OpenStaffAccount {
        OpenStaffAccount { asked, hash }
    }
}

/// Whether a login name is 3 to 40 letters, digits, dots or dashes.
pub fn login_fits(login: &str) -> bool {
    (3..=40).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

impl Office {
    /// Opens an account for a member of staff; roles come apart from it.
    pub async fn open_staff(&self, actor: &Actor, key: &Key, asked: OpenStaff) -> Result<i64, No<OpenStaffRefusal>> {
        if let Err(refusal) = password::check(&asked.password, &[&asked.login, &asked.name]) {
            return Err(No::Refused(OpenStaffRefusal::Password(refusal.code())));
        }
        let hash = password::hash(self, &asked.password).await;
        self.perform(actor, key, OpenStaffAccount { asked, hash }).await
    }
}

#[async_trait::async_trait]
impl Act for OpenStaffAccount {
    const NAME: &'static str = "open_staff";
    const PERMISSION: Permission = Permission::any_or_system(&[Role::SystemAdmin]);
    type Done = i64;
    type Refused = OpenStaffRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<OpenStaffRefusal>> {
        use OpenStaffRefusal as R;
        let asked = &self.asked;
        let login = tidy(&asked.login);
        if !login_fits(&login) {
            return Err(No::Refused(R::LoginUnfit));
        }
        let name = read_name(&asked.name).ok_or(No::Refused(R::NotAName))?;
        let person_index = match &asked.id_number {
            Some(typed) => {
                let demonstration = crate::day::is_demonstration(desk.tx).await?;
                let read = crate::rules::id_number(typed, desk.on, demonstration)
                    .map_err(|how| No::Refused(R::IdNumber(how)))?;
                Some(desk.tx.keyring().id_index(&read.text))
            }
            None => None,
        };
        if store::office_place::by_number(desk.tx, asked.office).await?.is_none() {
            return Err(No::Refused(R::OfficeUnknown));
        }
        let staff = store::staff::next_number(desk.tx).await?;
        let row = store::staff::Staff {
            staff,
            login,
            office_id: asked.office,
            name,
            person_index,
            password_hash: self.hash.clone(),
            must_change: true,
            failed_count: 0,
            failed_at: None,
            disabled_on: None,
            created_at: desk.at,
        };
        if !store::staff::enter(desk.tx, &row).await? {
            return Err(No::Refused(R::LoginTaken));
        }
        desk.about(0, "staff", &staff.to_string())?;
        Ok(staff)
    }
}

/// Gives one role to one member of staff, or takes it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetRole {
    /// The account.
    pub staff: i64,
    /// The role.
    pub role: Role,
    /// True gives it, false takes it back.
    pub held: bool,
}

refusals! {
    /// Why the roles stay as they are.
    pub enum SetRoleRefusal {
        /// Nobody gives a role to himself.
        Oneself = "oneself" [],
        /// The role belongs to another kind of office.
        WrongOffice = "wrong_office" [] @ "role",
        /// The account holds a role that belongs apart.
        BelongsApart = "belongs_apart" [] @ "role",
        /// Nothing would change.
        NothingToChange = "nothing_to_change" [],
    }
}

#[async_trait::async_trait]
impl Act for SetRole {
    const NAME: &'static str = "set_role";
    const PERMISSION: Permission = Permission::any_or_system(&[Role::SecurityAdmin]);
    type Done = ();
    type Refused = SetRoleRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<SetRoleRefusal>> {
        use SetRoleRefusal as R;
        let staff = store::staff::by_number(desk.tx, self.staff).await?.ok_or(No::NotFound)?;
        let index = staff.person_index.as_ref().map(hex::encode);
        if desk.actor.same_human(&format!("staff:{}", self.staff), index.as_deref()) {
            return Err(No::Refused(R::Oneself));
        }
        let office = store::office_place::by_number(desk.tx, staff.office_id).await?.ok_or(No::NotFound)?;
        if self.role.office_kind() != OfficeKind::of(&office.kind) {
            return Err(No::Refused(R::WrongOffice));
        }
        let held = store::staff::roles(desk.tx, self.staff).await?;
        let held: Vec<Role> = held.iter().filter_map(|code| Role::of(code)).collect();
        if self.held && held.iter().any(|role| role.conflicts_with(self.role)) {
            return Err(No::Refused(R::BelongsApart));
        }
        if held.contains(&self.role) == self.held {
            return Err(No::Refused(R::NothingToChange));
        }
        if self.held {
            let role = store::staff::StaffRole {
                staff: self.staff,
                role: self.role.code().to_owned(),
                granted_at: desk.at,
                granted_by: desk.actor.name(),
                revoked_at: None,
            };
            store::staff::role_grant(desk.tx, &role).await?;
        } else {
            store::staff::role_revoke(desk.tx, self.staff, self.role.code(), desk.at).await?;
        }
        desk.about(0, "staff", &self.staff.to_string())?;
        desk.note("role", self.role.code());
        desk.note("held", self.held);
        Ok(())
    }
}
