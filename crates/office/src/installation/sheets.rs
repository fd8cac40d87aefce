//! The two tables a county or province fills in before a real installation: its institutions and their people. One
//! workbook may hold both, each on a tab of its own.

use paper::sheet::{Column, Import, Kind, Limits, NotRead, RowError, Sheet};

use crate::who::{OfficeKind, Role};

/// Kinds of institution as the table calls them.
const KINDS: &[&str] = &["县级资助中心", "高校", "经办银行", "支付平台", "省级中心", "系统运行单位"];

/// What a kind of institution is called in the table.
const fn kind_word(kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::County => "县级资助中心",
        OfficeKind::School => "高校",
        OfficeKind::Bank => "经办银行",
        OfficeKind::Platform => "支付平台",
        OfficeKind::Province => "省级中心",
        OfficeKind::System => "系统运行单位",
    }
}

fn kind_of(word: &str) -> Option<OfficeKind> {
    use OfficeKind::{Bank, County, Platform, Province, School, System};
    [County, School, Bank, Platform, Province, System].into_iter().find(|kind| kind_word(*kind) == word)
}

/// Roles as the table and the pages call them.
const ROLES: &[&str] = &[
    "资助中心经办",
    "合同复核",
    "大厅负责人",
    "志愿者",
    "高校资助",
    "高校财务",
    "辅导员",
    "贷款助理",
    "银行经办",
    "银行复核",
    "热线坐席",
    "支付平台",
    "省级中心",
    "审计",
    "系统管理",
    "安全管理",
    "审计管理",
];

/// The role behind a word of the table; the order is that of [`Role::ALL`] after students and co-borrowers.
pub fn role_of(word: &str) -> Option<Role> {
    let at = ROLES.iter().position(|known| *known == word)?;
    Role::ALL.into_iter().filter(|role| role.office_kind().is_some()).nth(at)
}

/// What a role of staff is called in the table.
pub fn role_word(role: Role) -> Option<&'static str> {
    ROLES.iter().copied().find(|word| role_of(word) == Some(role))
}

pub(super) const KIND: &str = "种类";
pub(super) const OFFICE_NAME: &str = "机构名称";
pub(super) const DIVISION: &str = "区划代码";
pub(super) const SCHOOL: &str = "学校代码";
const ADDRESS: &str = "地址";
const PHONE: &str = "电话";
const HOURS: &str = "开放时间";
pub(super) const BANK: &str = "经办银行";
pub(super) const PLATFORM: &str = "支付平台";

/// 机构.
pub const INSTITUTIONS: Sheet = Sheet {
    title: "机构",
    columns: &[
        Column::required(KIND, Kind::Choice(KINDS)),
        Column::required(OFFICE_NAME, Kind::Text { chars_max: 60 }),
        Column::optional(DIVISION, Kind::Code { places: Some(6) }),
        Column::optional(SCHOOL, Kind::Code { places: Some(10) }),
        Column::optional(ADDRESS, Kind::Text { chars_max: 100 }),
        Column::optional(PHONE, Kind::Text { chars_max: 40 }),
        Column::optional(HOURS, Kind::Text { chars_max: 60 }),
        Column::optional(BANK, Kind::Text { chars_max: 60 }),
        Column::optional(PLATFORM, Kind::Text { chars_max: 60 }),
    ],
};

pub(super) const LOGIN: &str = "登录名";
pub(super) const PERSON_NAME: &str = "姓名";
pub(super) const ROLE: &str = "角色";
pub(super) const SECOND_ROLE: &str = "第二个角色";
pub(super) const ID_NUMBER: &str = "身份证号";

/// 人员.
pub const PEOPLE: Sheet = Sheet {
    title: "人员",
    columns: &[
        Column::required(LOGIN, Kind::Text { chars_max: 40 }),
        Column::required(PERSON_NAME, Kind::Text { chars_max: 60 }),
        Column::required(OFFICE_NAME, Kind::Text { chars_max: 60 }),
        Column::required(ROLE, Kind::Choice(ROLES)),
        Column::optional(SECOND_ROLE, Kind::Choice(ROLES)),
        Column::optional(ID_NUMBER, Kind::IdNumber),
    ],
};

/// A row of [`INSTITUTIONS`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Institution {
    /// Number of the row as the spreadsheet shows it; 0 for one the program adds.
    pub row: u32,
    /// What kind of place it is.
    pub kind: OfficeKind,
    /// Full name; institutions are told apart by it.
    pub name: String,
    /// Six-digit division.
    pub division_code: Option<String>,
    /// For a school its ten-digit code.
    pub school_code: Option<String>,
    /// Street address.
    pub address: String,
    /// Public telephone.
    pub phone: String,
    /// Opening hours in words.
    pub hours: String,
    /// For a county centre: name of the bank branch that serves its loan book.
    pub bank: Option<String>,
    /// For a county centre: name of the payment platform.
    pub platform: Option<String>,
}

/// A row of [`PEOPLE`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Number of the row as the spreadsheet shows it; 0 for one the program adds.
    pub row: u32,
    /// Login name.
    pub login: String,
    /// Name printed on what the person signs.
    pub name: String,
    /// Name of the institution.
    pub office: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// The person's own ID number: two accounts of one human are one human.
    pub id_number: Option<String>,
}

/// Rows that can be read, and every wrong cell of the others.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// Rows, in order.
    pub rows: Vec<T>,
    /// Wrong cells, each with its row, its column and a sentence that says what to do.
    pub mistakes: Vec<RowError>,
}

/// Reads the institutions of an uploaded workbook.
///
/// # Errors
/// [`NotRead`] when the file as a whole is no such table.
pub fn read_institutions(file: &[u8]) -> Result<Read<Institution>, NotRead> {
    let Import { rows, errors, .. } = INSTITUTIONS.read(file, &Limits::default())?;
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let rows = rows.iter().filter_map(|row| {
        Some(Institution {
            row: row.number,
            kind: kind_of(row.text(KIND))?,
            name: row.text(OFFICE_NAME).to_owned(),
            division_code: filled(row.text(DIVISION)),
            school_code: filled(row.text(SCHOOL)),
            address: row.text(ADDRESS).to_owned(),
            phone: row.text(PHONE).to_owned(),
            hours: row.text(HOURS).to_owned(),
            bank: filled(row.text(BANK)),
            platform: filled(row.text(PLATFORM)),
        })
    });
    Ok(Read { rows: rows.collect(), mistakes: errors })
}

/// Reads the people of an uploaded workbook.
///
/// # Errors
/// [`NotRead`] when the file as a whole is no such table.
pub fn read_people(file: &[u8]) -> Result<Read<Person>, NotRead> {
    let Import { rows, errors, .. } = PEOPLE.read(file, &Limits::default())?;
    let rows = rows.iter().map(|row| Person {
        row: row.number,
        login: row.text(LOGIN).to_owned(),
        name: row.text(PERSON_NAME).to_owned(),
        office: row.text(OFFICE_NAME).to_owned(),
        roles: [ROLE, SECOND_ROLE].iter().filter_map(|title| role_of(row.text(title))).collect(),
        id_number: Some(row.text(ID_NUMBER).to_owned()).filter(|text| !text.is_empty()),
    });
    Ok(Read { rows: rows.collect(), mistakes: errors })
}
