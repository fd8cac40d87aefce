//! What a setup would add to what is there, and every row that cannot be right. Nothing is written here, so a look
//! beforehand and the setup itself read the rows in the same way.

use std::collections::{BTreeMap, BTreeSet};

use loan::calendar::Date;
use loan::policy::reference;
use paper::sheet::RowError;
use store::office_place as place;
use store::{Failure, Tx};

use super::sheets::{
    BANK, DIVISION, ID_NUMBER, Institution, KIND, LOGIN, OFFICE_NAME, PERSON_NAME, PLATFORM, Person, ROLE, SCHOOL,
    SECOND_ROLE,
};
use crate::accounts::staff::login_fits;
use crate::application::answers::read_name;
use crate::who::{OfficeKind, Role};

/// The three who run the system, kept apart (security 1.2).
pub const ADMINISTRATORS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

/// What stands in the database.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Offices.
    pub offices: Vec<place::Office>,
    /// Loan books, with the office that serves each in each part today.
    pub books: Vec<(place::Book, BTreeMap<String, i64>)>,
    /// Accounts by login name: the office, the roles and the human.
    pub staff: BTreeMap<String, Account>,
}

/// An account as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Number.
    pub staff: i64,
    /// Office.
    pub office: i64,
    /// Roles held.
    pub roles: Vec<Role>,
    /// Blind index of the human.
    pub person_index: Option<Vec<u8>>,
}

impl Known {
    /// Reads it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(tx: &mut Tx<'_>, on: Date) -> Result<Known, Failure> {
        let offices = place::list(tx).await?;
        let mut books = Vec::new();
        for book in place::books(tx).await? {
            let mut serving = BTreeMap::new();
            for part in ["county", "bank", "platform", "province"] {
                if let Some(office) = place::office_serving(tx, book.book, part, on).await? {
                    serving.insert(part.to_owned(), office);
                }
            }
            books.push((book, serving));
        }
        let mut staff = BTreeMap::new();
        for row in store::staff::list(tx).await? {
            let roles = store::staff::roles(tx, row.staff).await?;
            let roles = roles.iter().filter_map(|code| Role::of(code)).collect();
            let account = Account { staff: row.staff, office: row.office_id, roles, person_index: row.person_index };
            staff.insert(row.login, account);
        }
        Ok(Known { offices, books, staff })
    }

    fn office(&self, name: &str) -> Option<&place::Office> {
        self.offices.iter().find(|office| office.name == name)
    }

    fn book_of(&self, county: &str) -> Option<&(place::Book, BTreeMap<String, i64>)> {
        self.books.iter().find(|(book, _)| book.scheme == "origin" && book.division_code.as_deref() == Some(county))
    }
}

/// The blind index of the human behind an ID number as typed; none when it is no ID number.
pub type Humans<'h> = &'h dyn Fn(&str) -> Option<Vec<u8>>;

/// What a setup adds, by name: numbers are given when it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Institutions that are not there yet.
    pub offices: Vec<Institution>,
    /// How many institutions of the table are there already.
    pub offices_known: usize,
    /// County centres that get a loan book, by name, with the county.
    pub books: Vec<(String, String)>,
    /// Services: county, part, name of the institution.
    pub services: Vec<(String, &'static str, String)>,
    /// People who have no account yet.
    pub people: Vec<Person>,
    /// How many people of the table have one already.
    pub people_known: usize,
    /// Wrong rows of the institutions.
    pub wrong_institutions: Vec<RowError>,
    /// Wrong rows of the people.
    pub wrong_people: Vec<RowError>,
}

impl Plan {
    /// True when there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.offices.is_empty() && self.books.is_empty() && self.services.is_empty() && self.people.is_empty()
    }

    /// True when every row can be written.
    pub fn is_right(&self) -> bool {
        self.wrong_institutions.is_empty() && self.wrong_people.is_empty()
    }

    /// Compares the tables with what is there.
    pub fn of(known: &Known, institutions: &[Institution], people: &[Person], human: Humans<'_>) -> Plan {
        let mut plan = Plan::default();
        plan.take_institutions(known, institutions);
        plan.take_people(known, institutions, people, human);
        plan
    }

    fn take_institutions(&mut self, known: &Known, rows: &[Institution]) {
        let mut names = BTreeSet::new();
        for row in rows {
            let wrong = if names.insert(row.name.as_str()) {
                wrong_institution(known, rows, row)
            } else {
                Some((OFFICE_NAME, format!("“{}”已经在上面出现过，请删掉一行", row.name)))
            };
            if let Some((column, message)) = wrong {
                self.wrong_institutions.push(mistake(row.row, column, &message));
                continue;
            }
            match known.office(&row.name) {
                Some(_) => self.offices_known += 1,
                None => self.offices.push(row.clone()),
            }
            if let (OfficeKind::County, Some(county)) = (row.kind, row.division_code.as_deref()) {
                self.take_book(known, rows, row, county);
            }
        }
    }

    /// The loan book of a county centre and who serves it.
    fn take_book(&mut self, known: &Known, rows: &[Institution], row: &Institution, county: &str) {
        let book = known.book_of(county);
        if book.is_none() {
            self.books.push((row.name.clone(), county.to_owned()));
        }
        let province = format!("{}0000", &county[..2]);
        let of_province = |kind: OfficeKind, division: Option<&str>| {
            kind == OfficeKind::Province && division == Some(province.as_str())
        };
        let known_province = known.offices.iter().find(|office| {
            OfficeKind::of(&office.kind).is_some_and(|kind| of_province(kind, office.division_code.as_deref()))
        });
        let province = rows
            .iter()
            .find(|other| of_province(other.kind, other.division_code.as_deref()))
            .map(|other| other.name.clone())
            .or_else(|| known_province.map(|office| office.name.clone()));
        let parts = [
            ("county", Some(row.name.clone())),
            ("bank", row.bank.clone()),
            ("platform", row.platform.clone()),
            ("province", province),
        ];
        for (part, name) in parts {
            let served = book.is_some_and(|(_, serving)| serving.contains_key(part));
            if let Some(name) = name.filter(|_| !served) {
                self.services.push((county.to_owned(), part, name));
            }
        }
    }

    fn take_people(&mut self, known: &Known, institutions: &[Institution], rows: &[Person], human: Humans<'_>) {
        let mut logins = BTreeSet::new();
        // Which login names belong to one human, and what that human does.
        let mut humans: BTreeMap<Vec<u8>, Vec<Role>> = BTreeMap::new();
        for account in known.staff.values() {
            if let Some(human) = &account.person_index {
                humans.entry(human.clone()).or_default().extend(&account.roles);
            }
        }
        for row in rows {
            let office = institutions
                .iter()
                .find(|office| office.name == row.office)
                .map(|office| office.kind)
                .or_else(|| known.office(&row.office).and_then(|office| OfficeKind::of(&office.kind)));
            let there = known.staff.get(&row.login);
            let typed = row.id_number.as_deref().map(human);
            let human = typed.clone().flatten();
            let held: &[Role] = match (&human, there) {
                (Some(human), None) => humans.get(human).map_or(&[], Vec::as_slice),
                _ => &[],
            };
            let wrong = if !logins.insert(row.login.as_str()) {
                Some((LOGIN, format!("“{}”已经在上面出现过，一个人一行", row.login)))
            } else if typed == Some(None) {
                Some((ID_NUMBER, "身份证号不对，请照身份证再填一遍".to_owned()))
            } else {
                wrong_person(known, row, office, there, held)
            };
            if let Some((column, message)) = wrong {
                self.wrong_people.push(mistake(row.row, column, &message));
                continue;
            }
            match there {
                Some(_) => self.people_known += 1,
                None => {
                    if let Some(human) = human {
                        humans.entry(human).or_default().extend(&row.roles);
                    }
                    self.people.push(row.clone());
                }
            }
        }
    }
}

/// A mistake as `paper` words its own.
fn mistake(row: u32, column: &'static str, message: &str) -> RowError {
    RowError { row, column, message: format!("第 {row} 行“{column}”：{message}") }
}

type Wrong = Option<(&'static str, String)>;

fn wrong_institution(known: &Known, rows: &[Institution], row: &Institution) -> Wrong {
    let division = row.division_code.as_deref().map(|code| (code, reference::division(code)));
    match (row.kind, division) {
        (_, Some((code, None))) => return Some((DIVISION, format!("没有 {code} 这个行政区划，请核对六位代码"))),
        (OfficeKind::County, None) => return Some((DIVISION, "县级资助中心要填本县的六位代码".to_owned())),
        (OfficeKind::County, Some((code, Some(division)))) if division.level != "county" => {
            return Some((DIVISION, format!("{code} 是{}，请填区县的代码", division.name)));
        }
        (OfficeKind::Province, None) => return Some((DIVISION, "省级中心要填本省的六位代码，后四位是 0".to_owned())),
        (OfficeKind::Province, Some((code, Some(division)))) if division.level != "province" => {
            return Some((DIVISION, format!("{code} 是{}，请填省的代码，后四位是 0", division.name)));
        }
        _ => {}
    }
    match (row.kind, row.school_code.as_deref()) {
        (OfficeKind::School, None) => return Some((SCHOOL, "高校要填教育部名单上的十位代码".to_owned())),
        (OfficeKind::School, Some(code)) if reference::school(code).is_none() => {
            return Some((SCHOOL, format!("教育部名单里没有 {code}，请核对十位代码")));
        }
        (OfficeKind::School, Some(code)) => {
            let same = |other: &Institution| {
                other.kind == OfficeKind::School && other.school_code.as_deref() == Some(code) && other.name != row.name
            };
            let taken = known
                .offices
                .iter()
                .any(|office| office.school_code.as_deref() == Some(code) && office.name != row.name);
            if taken || rows.iter().take_while(|other| other.row < row.row).any(same) {
                return Some((SCHOOL, format!("{code} 已经有一个机构，请删掉一行或改用原来的名称")));
            }
        }
        (_, Some(_)) => return Some((SCHOOL, "只有高校才填学校代码".to_owned())),
        (_, None) => {}
    }
    if row.kind == OfficeKind::County {
        let county = row.division_code.as_deref();
        let before = |other: &Institution| {
            other.row < row.row && other.kind == OfficeKind::County && other.division_code.as_deref() == county
        };
        if rows.iter().any(before) {
            return Some((DIVISION, "这个县上面已经有一个资助中心，一个县一个".to_owned()));
        }
        if row.bank.is_none() {
            return Some((BANK, "请填办理这个县贷款的银行，名称和“种类”为经办银行的那一行一样".to_owned()));
        }
        let parts = [(BANK, &row.bank, OfficeKind::Bank), (PLATFORM, &row.platform, OfficeKind::Platform)];
        for (column, name, kind) in parts {
            let Some(name) = name else { continue };
            let listed = rows.iter().any(|other| other.kind == kind && other.name == *name);
            let there = known.office(name).is_some_and(|office| office.kind == kind.code());
            if !listed && !there {
                return Some((column, format!("表里没有名为“{name}”的{column}，请加一行或核对名称")));
            }
        }
        if let Some((_, serving)) = county.and_then(|county| known.book_of(county)) {
            let parts = [("county", OFFICE_NAME, Some(&row.name)), ("bank", BANK, row.bank.as_ref())];
            for (part, column, name) in parts {
                let now = serving.get(part).and_then(|office| known.offices.iter().find(|o| o.office_id == *office));
                if let (Some(now), Some(name)) = (now, name)
                    && now.name != *name
                {
                    return Some((column, format!("这个县的贷款现在由“{}”办，换机构要在系统里办理", now.name)));
                }
            }
        }
    } else if row.bank.is_some() || row.platform.is_some() {
        let column = if row.bank.is_some() { BANK } else { PLATFORM };
        return Some((column, "只有县级资助中心才填这一列".to_owned()));
    }
    let there = known.office(&row.name)?;
    if there.kind != row.kind.code() {
        return Some((KIND, "同名的机构已经在系统里，种类不一样".to_owned()));
    }
    if there.division_code != row.division_code {
        return Some((DIVISION, "同名的机构已经在系统里，区划代码不一样".to_owned()));
    }
    if there.school_code != row.school_code {
        return Some((SCHOOL, "同名的机构已经在系统里，学校代码不一样".to_owned()));
    }
    None
}

fn wrong_person(
    known: &Known,
    row: &Person,
    office: Option<OfficeKind>,
    there: Option<&Account>,
    held: &[Role],
) -> Wrong {
    if !login_fits(&row.login) {
        return Some((LOGIN, "登录名用 3 到 40 个字母、数字、点或横线".to_owned()));
    }
    if read_name(&row.name).is_none() {
        return Some((PERSON_NAME, "请填本人的姓名".to_owned()));
    }
    let Some(office) = office else {
        return Some((OFFICE_NAME, format!("没有名为“{}”的机构，请和机构表写得一样", row.office)));
    };
    for (index, role) in row.roles.iter().enumerate() {
        let column = if index == 0 { ROLE } else { SECOND_ROLE };
        if role.office_kind() != Some(office) {
            return Some((column, format!("“{}”没有这个角色，请核对机构和角色", row.office)));
        }
        if row.roles[..index].iter().any(|other| other.conflicts_with(*role)) {
            return Some((column, "这两个角色不能是同一个人".to_owned()));
        }
        if held.iter().any(|other| other.conflicts_with(*role)) {
            return Some((ID_NUMBER, "同一个人的另一个账号有不能兼任的角色".to_owned()));
        }
    }
    let there = there?;
    let office_now = known.offices.iter().find(|office| office.office_id == there.office);
    if office_now.is_none_or(|office| office.name != row.office) {
        return Some((LOGIN, "这个登录名已经有人用，是别的机构的".to_owned()));
    }
    if row.roles.iter().any(|role| !there.roles.contains(role)) {
        return Some((ROLE, "这个账号已经开通，改角色请安全管理员在系统里办理".to_owned()));
    }
    None
}
