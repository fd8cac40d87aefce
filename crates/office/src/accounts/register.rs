//! 注册: a student opens the one account of his life with the platform (R1.1, R1.2). A co-borrower does the same
//! with the own ID number; whoever was entered before by somebody else takes the record over.

use loan::policy::id_number::age_on;
use loan::refusal::Citation;
use serde::{Deserialize, Serialize};
use store::Failure;

use super::password::{self, PasswordRefusal};
use crate::Office;
use crate::act::{Act, Desk, Key};
use crate::application::answers::{Mistake, read_name, read_phone};
use crate::no::{No, Refusal};
use crate::who::{Actor, Permission};

/// Youngest age of somebody with an account. From here to 17 a guardian stands in as co-borrower.
pub const AGE_MIN: u32 = 14;

/// What a person types to register.
#[derive(Clone)]
pub struct Registration {
    /// Name as on the ID card.
    pub name: String,
    /// ID number as typed.
    pub id_number: String,
    /// Mobile phone as typed.
    pub phone: String,
    /// The password.
    pub password: String,
}

/// The act behind [`Office::register`]: everything is read, the password is a hash.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    name: String,
    id_number: String,
    phone: String,
    /// Salted, so it differs each time and stays out of the digest.
    #[serde(skip)]
    password_hash: String,
}

/// Registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The person number.
    pub person: i64,
}

/// Why nobody is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterRefusal {
    /// Mistakes on the form, all of them.
    Mistakes(Vec<Mistake>),
    /// This ID number has an account.
    AlreadyRegistered,
}

impl Refusal for RegisterRefusal {
    fn code(&self) -> &'static str {
        match self {
            RegisterRefusal::Mistakes(_) => "mistakes",
            RegisterRefusal::AlreadyRegistered => "already_registered",
        }
    }
    fn why(&self) -> Vec<Citation> {
        match self {
            RegisterRefusal::Mistakes(_) => vec![Citation::of("xiufeng-2016", "三(一)3(1)")],
            RegisterRefusal::AlreadyRegistered => vec![Citation::of("xiufeng-2016", "三(二)2(1)")],
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[("mistakes", &[("xiufeng-2016", "三(一)3(1)")]), ("already_registered", &[("xiufeng-2016", "三(二)2(1)")])]
    }
}

impl PasswordRefusal {
    /// The code of the mistake on the password field.
    pub const fn code(self) -> &'static str {
        match self {
            PasswordRefusal::TooShort => "password_too_short",
            PasswordRefusal::TooLong => "password_too_long",
            PasswordRefusal::TooCommon => "password_too_common",
            PasswordRefusal::Guessable => "password_guessable",
        }
    }
}

impl Office {
    /// Registers a person, or names every mistake of the form at once.
    pub async fn register(&self, key: &Key, typed: Registration) -> Result<Registered, No<RegisterRefusal>> {
        let read = self.read_registration(&typed).await?;
        let password_hash = password::hash(self, &typed.password).await;
        self.perform(&Actor::PUBLIC, key, Register { password_hash, ..read }).await
    }

    async fn read_registration(&self, typed: &Registration) -> Result<Register, No<RegisterRefusal>> {
        let at = self.clock.now();
        let day: Result<_, Failure> = self
            .store
            .read("read_registration", |tx| {
                Box::pin(async move {
                    Ok((crate::day::business_on(tx, at).await?, crate::day::is_demonstration(tx).await?))
                })
            })
            .await;
        let (on, demonstration) = day?;
        let mut mistakes = Vec::new();
        let name = read_name(&typed.name);
        if name.is_none() {
            let code = if typed.name.trim().is_empty() { "missing" } else { "not_a_name" };
            mistakes.push(Mistake::of("name", code));
        }
        let id = crate::rules::id_number(&typed.id_number, on, demonstration);
        match &id {
            Err(code) => mistakes.push(Mistake::of("id_number", code)),
            // The law asks a guardian for every child below 14; no student of a university is one (PIPL 31).
            Ok(id) if age_on(id.born_on, on) < AGE_MIN => mistakes.push(Mistake::of("id_number", "under_fourteen")),
            Ok(_) => {}
        }
        let phone = read_phone(&typed.phone);
        if phone.is_none() {
            let code = if typed.phone.trim().is_empty() { "missing" } else { "not_a_phone" };
            mistakes.push(Mistake::of("phone", code));
        }
        let known = [
            name.clone().unwrap_or_default(),
            id.as_ref().map(|id| id.text.clone()).unwrap_or_default(),
            phone.clone().unwrap_or_default(),
        ];
        if let Err(refusal) = password::check(&typed.password, &known.each_ref().map(String::as_str)) {
            mistakes.push(Mistake::of("password", refusal.code()));
        }
        match (name, id, phone) {
            (Some(name), Ok(id), Some(phone)) if mistakes.is_empty() => {
                Ok(Register { name, id_number: id.text, phone, password_hash: String::new() })
            }
            _ => Err(No::Refused(RegisterRefusal::Mistakes(mistakes))),
        }
    }
}

#[async_trait::async_trait]
impl Act for Register {
    const NAME: &'static str = "register";
    const PERMISSION: Permission = Permission::PUBLIC;
    type Done = Registered;
    type Refused = RegisterRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Registered, No<RegisterRefusal>> {
        let person = super::person_of(desk, &self.name, &self.id_number, &self.phone).await?;
        let account = store::account::Account {
            person,
            password_hash: self.password_hash.clone(),
            must_change: false,
            failed_count: 0,
            failed_at: None,
            opened_at: desk.at,
            opened_by: "person".to_owned(),
            changed_at: desk.at,
            disabled_on: None,
        };
        if !store::account::open(desk.tx, &account).await? {
            return Err(No::Refused(RegisterRefusal::AlreadyRegistered));
        }
        // Somebody else may have entered the person before; the card and the phone are the person's own word.
        store::person::rename(desk.tx, person, &self.name, desk.at).await?;
        store::person::change_phone(desk.tx, person, &self.phone, desk.at).await?;
        desk.about(0, "person", &person.to_string())?;
        Ok(Registered { person })
    }
}
