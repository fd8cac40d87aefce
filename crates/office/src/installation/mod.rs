//! 安装: a real installation comes to life. The institutions and their people are read from two tables, checked row by
//! row against the registers and against what is there, and written in one transaction: all of it or nothing. The
//! three who run the system (system, security, audit) are three different people with an account each; nobody has a
//! password that somebody else chose: administrators redeem a code that works once, staff change a random first
//! password before anything else. Doing it again adds what is new and changes nothing.

mod plan;
pub mod sheets;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use serde::{Deserialize, Serialize};

use crate::Office;
use crate::accounts::staff::{OpenStaff, OpenStaffAccount, SetRole};
use crate::accounts::{first_entrance, password};
use crate::act::{Act, Desk, Key};
use crate::establish::{EstablishOffice, LoadReference, OpenBook, ServeBook};
use crate::no::No;
use crate::number::token;
use crate::refusals;
use crate::who::{Actor, OfficeKind, Permission, Role};

pub use plan::{ADMINISTRATORS, Known, Plan};
pub use sheets::{Institution, Person};

/// Name of the office that is made when the tables bring none for those who run the system.
pub const SYSTEM_OFFICE: &str = "系统运行办公室";

/// What to install.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    /// Institutions.
    pub institutions: Vec<Institution>,
    /// People.
    pub people: Vec<Person>,
}

impl Tables {
    /// The same tables with an account for each of the three administrators that neither they nor the database have.
    #[must_use]
    pub fn with_administrators(mut self, known: &Known) -> Tables {
        let held = |role: Role, tables: &Tables| {
            tables.people.iter().any(|person| person.roles.contains(&role))
                || known.staff.values().any(|account| account.roles.contains(&role))
        };
        let missing: Vec<Role> = ADMINISTRATORS.into_iter().filter(|role| !held(*role, &self)).collect();
        if missing.is_empty() {
            return self;
        }
        let listed = self.institutions.iter().find(|office| office.kind == OfficeKind::System);
        let there = known.offices.iter().find(|office| office.kind == OfficeKind::System.code());
        let office = match (listed, there) {
            (Some(office), _) => office.name.clone(),
            (None, Some(office)) => office.name.clone(),
            (None, None) => {
                self.institutions.push(Institution {
                    row: 0,
                    kind: OfficeKind::System,
                    name: SYSTEM_OFFICE.to_owned(),
                    division_code: None,
                    school_code: None,
                    address: String::new(),
                    phone: String::new(),
                    hours: String::new(),
                    bank: None,
                    platform: None,
                });
                SYSTEM_OFFICE.to_owned()
            }
        };
        for role in missing {
            let (login, name) = match role {
                Role::SystemAdmin => ("system-admin", "系统管理员"),
                Role::SecurityAdmin => ("security-admin", "安全管理员"),
                _ => ("audit-admin", "审计管理员"),
            };
            self.people.push(Person {
                row: 0,
                login: login.to_owned(),
                name: name.to_owned(),
                office: office.clone(),
                roles: vec![role],
                id_number: None,
            });
        }
        self
    }
}

/// What somebody gets to come in with for the first time. Told once, kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// Login name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Institution.
    pub office: String,
    /// How.
    pub by: FirstSecret,
}

/// The first secret of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstSecret {
    /// A code to redeem at `/setup` until an instant: the person chooses the password there.
    Code {
        /// The code, in groups of four.
        code: String,
        /// When it stops working.
        until: DateTime<Utc>,
    },
    /// A password that must be changed before anything else.
    Password(String),
}

/// A setup that is checked and ready to be written.
pub struct Prepared {
    /// What will be written.
    pub plan: Plan,
    /// What the new people come in with, in the order of the table.
    pub entrances: Vec<Entrance>,
    act: SetUp,
}

/// Writes offices, books, services, accounts and roles in one transaction.
#[derive(Clone, Debug, Serialize)]
pub struct SetUp {
    tables: Tables,
    #[serde(skip)]
    entrants: Vec<Entrant>,
}

/// A new account's secrets, as the database keeps them.
#[derive(Clone, Debug)]
struct Entrant {
    login: String,
    password_hash: String,
    code_hash: Option<Vec<u8>>,
}

/// What a setup wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Institutions.
    pub offices: usize,
    /// Loan books.
    pub books: usize,
    /// Accounts.
    pub accounts: usize,
}

refusals! {
    /// Why nothing is installed, in order of precedence.
    pub enum SetUpRefusal {
        /// The database was made as a demonstration.
        ADemonstration = "a_demonstration" [],
        /// A row cannot be right; the plan names every one.
        RowsWrong = "rows_wrong" [],
        /// Somebody else installed in the meantime.
        ChangedMeanwhile = "changed_meanwhile" [],
    }
}

impl Office {
    /// What the tables would add to this database, without writing anything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn setup_plan(&self, tables: Tables) -> Result<(Tables, Plan), store::Failure> {
        let on = self.business_on().await?;
        let known = self.store.read("setup_plan", |tx| Box::pin(Known::read(tx, on))).await?;
        let tables = tables.with_administrators(&known);
        let plan = planned(&known, &tables, on, self.store.keyring());
        Ok((tables, plan))
    }

    /// Loads the registers and makes a setup ready: every row is right, every new person has a first secret.
    ///
    /// # Errors
    /// [`SetUpRefusal`]; which rows are wrong tells [`Office::setup_plan`].
    pub async fn prepare_setup(
        &self,
        tables: Tables,
        progress: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Prepared, No<SetUpRefusal>> {
        if self.is_demonstration().await? {
            return Err(No::Refused(SetUpRefusal::ADemonstration));
        }
        let (tables, plan) = self.setup_plan(tables).await?;
        if !plan.is_right() {
            return Err(No::Refused(SetUpRefusal::RowsWrong));
        }
        let mut entrances = Vec::new();
        let mut entrants = Vec::new();
        for person in &plan.people {
            let administers = person.roles.iter().any(|role| ADMINISTRATORS.contains(role));
            let (by, secret, code_hash) = if administers {
                let code = first_entrance::new_code(self.chance.as_ref());
                let until = self.clock.now() + first_entrance::TERM;
                let hash = first_entrance::hash_of(&code);
                // Nobody ever learns this one: the administrator chooses another with the code.
                (FirstSecret::Code { code, until }, token(self.chance.as_ref()), Some(hash))
            } else {
                let secret = password::first(self.chance.as_ref(), &[&person.login, &person.name]);
                (FirstSecret::Password(secret.clone()), secret, None)
            };
            let password_hash = password::hash(self, &secret).await;
            entrants.push(Entrant { login: person.login.clone(), password_hash, code_hash });
            entrances.push(Entrance {
                login: person.login.clone(),
                name: person.name.clone(),
                office: person.office.clone(),
                by,
            });
            progress(entrances.len());
        }
        Ok(Prepared { plan, entrances, act: SetUp { tables, entrants } })
    }

    /// Writes what was prepared. Registers of divisions, schools and holidays come first; they belong to the program
    /// and change nothing when they are there.
    ///
    /// # Errors
    /// [`SetUpRefusal::ChangedMeanwhile`] when the database is not what it was; failures.
    pub async fn set_up(&self, prepared: Prepared) -> Result<Written, No<SetUpRefusal>> {
        let setup = Actor::system("setup");
        let key = || Key::new(&token(self.chance.as_ref())).expect("hexadecimal digits are visible");
        match self.perform(&setup, &key(), LoadReference).await {
            Ok(_) => {}
            Err(No::Failure(failure)) => return Err(No::Failure(failure)),
            Err(_) => return Err(No::Failure(store::Failure::bug("the registers are never refused to the program"))),
        }
        self.begin_calendar(self.business_on().await?).await?;
        if prepared.plan.is_empty() {
            return Ok(Written::default());
        }
        self.perform(&setup, &key(), prepared.act).await
    }
}

/// The plan of tables on a day of a real installation.
fn planned(known: &Known, tables: &Tables, on: Date, keyring: &store::Keyring) -> Plan {
    let human = |typed: &str| {
        let read = crate::rules::id_number(typed, on, false).ok()?;
        Some(keyring.id_index(&read.text))
    };
    Plan::of(known, &tables.institutions, &tables.people, &human)
}

/// The plan of tables for a database that is not there yet.
pub fn plan_for_new(tables: Tables, on: Date) -> Plan {
    let tables = tables.with_administrators(&Known::default());
    // Without keys two accounts of one human are compared by the number itself, in memory only.
    let human = |typed: &str| crate::rules::id_number(typed, on, false).ok().map(|read| read.text.into_bytes());
    Plan::of(&Known::default(), &tables.institutions, &tables.people, &human)
}

#[async_trait::async_trait]
impl Act for SetUp {
    const NAME: &'static str = "set_up";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = Written;
    type Refused = SetUpRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Written, No<SetUpRefusal>> {
        use SetUpRefusal as R;
        if crate::day::is_demonstration(desk.tx).await? {
            return Err(No::Refused(R::ADemonstration));
        }
        let known = Known::read(desk.tx, desk.on).await?;
        let plan = planned(&known, &self.tables, desk.on, desk.office.store.keyring());
        if !plan.is_right() {
            return Err(No::Refused(R::RowsWrong));
        }
        desk.about(0, "system", "setup")?;
        for office in &plan.offices {
            establish(desk, office).await?;
        }
        for (county_centre, county) in &plan.books {
            let name = format!("{county_centre}生源地信用助学贷款");
            let book = OpenBook { scheme: "origin".to_owned(), name, division_code: Some(county.clone()) };
            book.decide(desk).await.map_err(sure)?;
        }
        let offices = Known::read(desk.tx, desk.on).await?;
        let number = |name: &str| offices.offices.iter().find(|office| office.name == name).map(|o| o.office_id);
        for (county, _, name) in &plan.services {
            let book = offices.books.iter().find(|(book, _)| book.division_code.as_deref() == Some(county));
            let (Some((book, _)), Some(office)) = (book, number(name)) else {
                return Err(No::Failure(store::Failure::bug("a service without its book or office")));
            };
            let serve = ServeBook { book: book.book, office, from_on: desk.on };
            serve.decide(desk).await.map_err(sure)?;
        }
        for person in &plan.people {
            let Some(entrant) = self.entrants.iter().find(|entrant| entrant.login == person.login) else {
                return Err(No::Refused(R::ChangedMeanwhile));
            };
            let office = number(&person.office).ok_or(No::Refused(R::ChangedMeanwhile))?;
            open_account(desk, person, office, entrant).await?;
        }
        let written = Written { offices: plan.offices.len(), books: plan.books.len(), accounts: plan.people.len() };
        desk.note("offices", written.offices);
        desk.note("books", written.books);
        desk.note("accounts", plan.people.iter().map(|person| person.login.clone()).collect::<Vec<_>>());
        Ok(written)
    }
}

async fn establish(desk: &mut Desk<'_, '_>, office: &Institution) -> Result<(), No<SetUpRefusal>> {
    let act = EstablishOffice {
        kind: office.kind,
        name: office.name.clone(),
        division_code: office.division_code.clone(),
        school_code: office.school_code.clone(),
        address: office.address.clone(),
        phone: office.phone.clone(),
        hours: office.hours.clone(),
    };
    act.decide(desk).await.map(drop).map_err(sure)
}

async fn open_account(
    desk: &mut Desk<'_, '_>,
    person: &Person,
    office: i64,
    entrant: &Entrant,
) -> Result<(), No<SetUpRefusal>> {
    let asked = OpenStaff {
        login: person.login.clone(),
        name: person.name.clone(),
        office,
        id_number: person.id_number.clone(),
        password: String::new(),
    };
    let open = OpenStaffAccount::with_hash(asked, entrant.password_hash.clone());
    let staff = open.decide(desk).await.map_err(sure)?;
    for role in &person.roles {
        SetRole { staff, role: *role, held: true }.decide(desk).await.map_err(sure)?;
    }
    if let Some(hash) = &entrant.code_hash {
        first_entrance::keep(desk.tx, staff, hash.clone(), desk.at).await?;
    }
    Ok(())
}

/// The plan asked everything these acts ask; a no of theirs is a mistake of the program.
fn sure<R: crate::no::Refusal>(no: No<R>) -> No<SetUpRefusal> {
    match no {
        No::Failure(failure) => No::Failure(failure),
        No::Refused(refusal) => {
            No::Failure(store::Failure::bug(format!("a planned row was refused: {}", refusal.code())))
        }
        _ => No::Failure(store::Failure::bug("a planned row was refused")),
    }
}
