//! 修改密码: with the old one, and into one that is good enough. Every other session ends; staff log in again with
//! the new password, and so prove that they know it.

use loan::refusal::Citation;
use store::Failure;

use super::entrance::Session;
use super::password;
use crate::Office;
use crate::no::{No, Refusal};
use crate::who::Who;

/// Why the password stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangePasswordRefusal {
    /// The session is over.
    NotLoggedIn,
    /// The old password is wrong.
    WrongPassword,
    /// The new one is the old one.
    Unchanged,
    /// The new one is not good enough; its code says why.
    Unfit(&'static str),
}

impl Refusal for ChangePasswordRefusal {
    fn code(&self) -> &'static str {
        match self {
            ChangePasswordRefusal::NotLoggedIn => "not_logged_in",
            ChangePasswordRefusal::WrongPassword => "wrong_password",
            ChangePasswordRefusal::Unchanged => "password_unchanged",
            ChangePasswordRefusal::Unfit(how) => how,
        }
    }
    fn why(&self) -> Vec<Citation> {
        Vec::new()
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            ChangePasswordRefusal::NotLoggedIn => None,
            ChangePasswordRefusal::WrongPassword => Some("old_password"),
            ChangePasswordRefusal::Unchanged | ChangePasswordRefusal::Unfit(_) => Some("new_password"),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("not_logged_in", &[]),
            ("wrong_password", &[]),
            ("password_unchanged", &[]),
            ("password_too_short", &[]),
            ("password_too_long", &[]),
            ("password_too_common", &[]),
            ("password_guessable", &[]),
        ]
    }
}

/// What is known about the one who changes the password.
struct Holder {
    hash: String,
    context: Vec<String>,
}

impl Office {
    /// Changes the password of the session's holder.
    pub async fn change_password(&self, token: &str, old: &str, new: &str) -> Result<(), No<ChangePasswordRefusal>> {
        let session = self.session(token).await?.ok_or(No::Refused(ChangePasswordRefusal::NotLoggedIn))?;
        let holder = self.password_holder(&session).await?;
        let holder = holder.ok_or(No::Refused(ChangePasswordRefusal::NotLoggedIn))?;
        if !password::verify(old, Some(holder.hash)).await {
            return Err(No::Refused(ChangePasswordRefusal::WrongPassword));
        }
        if old == new {
            return Err(No::Refused(ChangePasswordRefusal::Unchanged));
        }
        let context: Vec<&str> = holder.context.iter().map(String::as_str).collect();
        if let Err(refusal) = password::check(new, &context) {
            return Err(No::Refused(ChangePasswordRefusal::Unfit(refusal.code())));
        }
        let hash = password::hash(self, new).await;
        let (at, who, name) = (self.clock.now(), &session.actor.who, session.actor.name());
        let (hash, name) = (hash.as_str(), name.as_str());
        let token_hash = store::account::token_hash(token.as_bytes());
        let token_hash = token_hash.as_slice();
        let changed: Result<(), Failure> = self
            .store
            .write("change_password", |tx| {
                Box::pin(async move {
                    match who {
                        Who::Student(person) | Who::CoBorrower(person) => {
                            store::account::change_password(tx, *person, hash, false, at, Some(token_hash)).await?;
                        }
                        Who::Staff { staff, .. } => {
                            store::staff::change_password(tx, *staff, hash, false).await?;
                            store::account::sessions_end_of_staff(tx, *staff).await?;
                        }
                        Who::Public | Who::System(_) => return Ok(()),
                    }
                    store::audit::begin(tx, 0, at)?;
                    let entry = store::audit::Entry {
                        on_day: crate::day::business_on(tx, at).await?,
                        actor: name,
                        act: "change_password",
                        subject: "account",
                        subject_id: name,
                        detail: "{}",
                    };
                    store::audit::write(tx, entry).await.map(drop)
                })
            })
            .await;
        Ok(changed?)
    }

    async fn password_holder(&self, session: &Session) -> Result<Option<Holder>, Failure> {
        let who = &session.actor.who;
        self.store
            .read("password_holder", |tx| {
                Box::pin(async move {
                    Ok(match who {
                        Who::Student(person) | Who::CoBorrower(person) => {
                            let Some(account) = store::account::by_person(tx, *person).await? else { return Ok(None) };
                            let id_number = store::person::id_number(tx, *person).await?.unwrap_or_default();
                            let phone = store::person::phone(tx, *person).await?.unwrap_or_default();
                            let context = vec![session.name.clone(), id_number, phone];
                            Some(Holder { hash: account.password_hash, context })
                        }
                        Who::Staff { staff, .. } => store::staff::by_number(tx, *staff)
                            .await?
                            .map(|staff| Holder { context: vec![staff.name, staff.login], hash: staff.password_hash }),
                        Who::Public | Who::System(_) => None,
                    })
                })
            })
            .await
    }
}
