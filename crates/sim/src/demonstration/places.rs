//! The places of the demonstration and the people who work there: a province centre, three county centres, five
//! schools, a bank branch, the payment platform and the system's own office; one account for every role.

use chrono::Datelike;
use loan::calendar::{Date, date};
use loan::policy::id_number::{IdNumber, Sex};
use office::accounts::staff::{OpenStaff, SetRole};
use office::establish::{EstablishOffice, LoadReference, OpenBook, OpenSlots, ServeBook};
use office::who::OfficeKind;
use office::{Actor, Role};

use crate::Stopped;
use crate::steps::{Steps, stopped};

/// Half-hours of every counter.
pub const SLOTS: &[&str] = &["09:00", "09:30", "10:00", "10:30", "11:00", "14:30", "15:00", "15:30", "16:00", "16:30"];
/// Families per half-hour.
const CAPACITY: i64 = 8;

/// One documented entry: whoever starts the demonstration may enter as this person with one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the account.
    pub staff: i64,
    /// Login name.
    pub login: String,
    /// Name.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Where.
    pub office_name: String,
}

/// A county centre.
#[derive(Clone, Debug)]
pub struct County {
    /// Six-digit code.
    pub code: &'static str,
    /// Its loan book.
    pub book: i64,
    /// 经办人.
    pub clerk: Actor,
    /// 电子合同复核专人.
    pub reviewer: Actor,
    /// 办理大厅负责人.
    pub hall: Actor,
}

/// A school.
#[derive(Clone, Debug)]
pub struct School {
    /// Ten-digit code.
    pub code: &'static str,
    /// Code of the level of study.
    pub level: &'static str,
    /// Length of its programmes.
    pub years: i32,
    /// 学生资助管理部门.
    pub officer: Actor,
    /// 财务处.
    pub finance: Actor,
    /// 辅导员.
    pub counsellor: Actor,
}

/// Everybody who is there before the first student.
#[derive(Clone, Debug)]
pub struct Places {
    /// County centres.
    pub counties: Vec<County>,
    /// Schools.
    pub schools: Vec<School>,
    /// Number of the bank branch.
    pub bank: i64,
    /// 经办银行经办.
    pub maker: Actor,
    /// 经办银行复核.
    pub checker: Actor,
    /// One-click entries.
    pub entries: Vec<Entry>,
}

const COUNTIES: [(&str, &str, &str); 3] =
    [("450302", "秀峰区", "xiufeng"), ("450305", "七星区", "qixing"), ("450321", "阳朔县", "yangshuo")];

const SCHOOLS: [(&str, &str, i32, &str); 5] = [
    ("4145010602", "undergraduate", 4, "gxnu"),
    ("4145010595", "undergraduate", 4, "guet"),
    ("4145010596", "undergraduate", 4, "glut"),
    ("4133010335", "undergraduate", 4, "zju"),
    ("4137012819", "college", 3, "sdvcst"),
];

/// Names of the invented staff, in the order in which accounts are opened.
const NAMES: &[&str] = &[
    "何桂芳",
    "陆文山",
    "秦漓江",
    "蒋立平",
    "韦晓春",
    "覃建国",
    "莫玉兰",
    "农志刚",
    "唐书竹",
    "邓海云",
    "萧敏",
    "廖青峰",
    "石永强",
    "白雨婷",
    "龙天佑",
    "阳朔生",
    "熊静怡",
    "侯明轩",
    "雷春华",
    "汤诗涵",
    "苏宏伟",
    "倪秋霞",
    "尹志远",
    "段玉梅",
    "谭文博",
    "岳子涵",
    "施国平",
    "鲁嘉敏",
    "康书娟",
    "毛安平",
    "贺晓峰",
    "龚立华",
    "庞海燕",
    "史永梅",
    "俞天浩",
    "纪青兰",
];

/// Opens everything.
pub async fn establish(steps: &Steps<'_>) -> Result<Places, Stopped> {
    let mut setting = Setting { steps, setup: Actor::system("setup"), entries: Vec::new() };
    steps.act(&setting.setup, LoadReference).await?;
    let system = setting.office(OfficeKind::System, "系统运行办公室", None, None).await?;
    for (login, role) in [
        ("xitong", Role::SystemAdmin),
        ("anquan", Role::SecurityAdmin),
        ("shenji-admin", Role::AuditAdmin),
        ("shenji", Role::Auditor),
    ] {
        setting.person(system, login, role).await?;
    }
    let province =
        setting.office(OfficeKind::Province, "广西壮族自治区学生资助管理中心（示范）", Some("450000"), None).await?;
    setting.person(province, "shengji", Role::Province).await?;
    let bank = setting.office(OfficeKind::Bank, "示范银行桂林分行", Some("450302"), None).await?;
    let maker = setting.person(bank, "bank-jingban", Role::BankMaker).await?;
    let checker = setting.person(bank, "bank-fuhe", Role::BankChecker).await?;
    setting.person(bank, "rexian", Role::HotlineAgent).await?;
    let platform = setting.office(OfficeKind::Platform, "示范支付平台", None, None).await?;
    setting.person(platform, "pingtai", Role::PlatformOperator).await?;

    let mut counties = Vec::new();
    for (code, name, login) in COUNTIES {
        let office_name = format!("桂林市{name}学生资助管理中心（示范）");
        let office = setting.office(OfficeKind::County, &office_name, Some(code), None).await?;
        let clerk = setting.person(office, &format!("{login}-jingban"), Role::CountyClerk).await?;
        let reviewer = setting.person(office, &format!("{login}-fuhe"), Role::CountyReviewer).await?;
        let hall = setting.person(office, &format!("{login}-dating"), Role::HallManager).await?;
        setting.person(office, &format!("{login}-zhiyuan"), Role::Volunteer).await?;
        let book = OpenBook {
            scheme: "origin".to_owned(),
            name: format!("{name}生源地信用助学贷款"),
            division_code: Some(code.to_owned()),
        };
        let book = steps.act(&setting.setup, book).await?;
        let from_on = steps.office.business_on().await?;
        for office in [office, bank, platform, province] {
            steps.act(&setting.setup, ServeBook { book, office, from_on }).await?;
        }
        counties.push(County { code, book, clerk, reviewer, hall });
    }
    let mut schools = Vec::new();
    for (code, level, years, login) in SCHOOLS {
        let name = loan::policy::reference::school(code).map_or(code, |school| school.name);
        let office = setting.office(OfficeKind::School, name, None, Some(code)).await?;
        let officer = setting.person(office, &format!("{login}-zizhu"), Role::SchoolOfficer).await?;
        let finance = setting.person(office, &format!("{login}-caiwu"), Role::SchoolFinance).await?;
        let counsellor = setting.person(office, &format!("{login}-fudao"), Role::Counsellor).await?;
        setting.person(office, &format!("{login}-zhuli"), Role::LoanAssistant).await?;
        schools.push(School { code, level, years, officer, finance, counsellor });
    }
    Ok(Places { counties, schools, bank, maker, checker, entries: setting.entries })
}

impl Places {
    /// Every counter opens its times for what is left of the season of a year.
    pub async fn open_season(&self, steps: &Steps<'_>, year: i32) -> Result<(), Stopped> {
        let tomorrow = steps.office.business_on().await?.succ_opt().expect("a demonstration ends before the calendar");
        let (from_on, to_on) = (tomorrow.max(date(year, 8, 3)), date(year, 9, 20));
        if from_on > to_on {
            return Ok(());
        }
        for county in &self.counties {
            let slots = OpenSlots {
                book: county.book,
                from_on,
                to_on,
                slots: SLOTS.iter().map(|slot| (*slot).to_owned()).collect(),
                capacity: CAPACITY,
            };
            steps.act(&county.hall, slots).await?;
        }
        Ok(())
    }
}

/// A working day of the season, so many working days after the counters opened, and the half-hour.
pub fn visit_time(year: i32, turn: usize) -> (Date, String) {
    let per_day = SLOTS.len() * CAPACITY as usize;
    let first = date(year, 8, 10);
    let working = first
        .iter_days()
        .filter(|on| loan::policy::reference::is_working_day(*on).unwrap_or(on.weekday().num_days_from_monday() < 5))
        .nth(turn / per_day)
        .unwrap_or(first);
    (working, SLOTS[turn % SLOTS.len()].to_owned())
}

struct Setting<'s, 'o> {
    steps: &'s Steps<'o>,
    setup: Actor,
    entries: Vec<Entry>,
}

impl Setting<'_, '_> {
    async fn office(
        &self,
        kind: OfficeKind,
        name: &str,
        division: Option<&str>,
        school: Option<&str>,
    ) -> Result<i64, Stopped> {
        let act = EstablishOffice {
            kind,
            name: name.to_owned(),
            division_code: division.map(str::to_owned),
            school_code: school.map(str::to_owned),
            address: "示范路1号".to_owned(),
            phone: "0773-0000000".to_owned(),
            hours: "工作日 9:00 至 12:00、14:30 至 17:30".to_owned(),
        };
        self.steps.act(&self.setup, act).await
    }

    /// An account with one role, and the actor as a session has it. Nobody knows the password: in a demonstration
    /// everybody enters with one click.
    async fn person(&mut self, office: i64, login: &str, role: Role) -> Result<Actor, Stopped> {
        let number = self.entries.len();
        let name = NAMES[number % NAMES.len()];
        let sex = if number.is_multiple_of(2) { Sex::Female } else { Sex::Male };
        let born_on = date(1975 + (number % 20) as i32, 3, 1 + (number % 28) as u32);
        let open = OpenStaff {
            login: login.to_owned(),
            name: name.to_owned(),
            office,
            id_number: Some(IdNumber::synthetic(40_000 + number as u32, born_on, sex).as_str().to_owned()),
            password: office::number::token(self.steps.office.chance.as_ref()),
        };
        let opened = self.steps.office.open_staff(&self.setup, &self.steps.key(), open).await;
        let staff = opened.map_err(stopped("open_staff", &self.setup))?;
        self.steps.act(&self.setup, SetRole { staff, role, held: true }).await?;
        let session = self.steps.office.enter_as_staff(staff).await.map_err(stopped("enter_as_staff", &self.setup))?;
        self.steps.office.log_out(&session.token).await?;
        let office_name: Result<_, store::Failure> = self
            .steps
            .office
            .store
            .read("demonstration_office", |tx| {
                Box::pin(async move { store::office_place::by_number(tx, office).await })
            })
            .await;
        let office_name = office_name?.map(|office| office.name).unwrap_or_default();
        self.entries.push(Entry { staff, login: login.to_owned(), name: name.to_owned(), role, office_name });
        Ok(session.actor)
    }
}
