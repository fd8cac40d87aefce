//! A small world for tests: a fresh database, a sandbox that plays the partners over HTTP, two counties, two
//! schools, a bank, a platform, people at every desk, and a clock that stands where the test puts it.

pub mod lent;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeZone, Utc};
use loan::calendar::{Date, date};
use loan::policy::id_number::{IdNumber, Sex};
use store::testing::TestDatabase;
use store::{Engine, Failure};
use wire::line::AddressRules;
use wire::partners::Partners;
use wire::sandbox::client::{LenderKeys, SandboxClient};
use wire::sandbox::{Sandbox, SandboxSettings};

use crate::accounts::register::Registration;
use crate::act::{Act, Key};
use crate::application::answers::Section;
use crate::clock::{Chance, Clock, shanghai_on};
use crate::no::{No, Refusal};
use crate::origination as o;
use crate::papers::LazyPress;
use crate::who::{Actor, Role, Who};
use crate::{Office, day};

/// Book and county office of Xiufeng, 450302.
pub const XIUFENG: i64 = 1;
/// Book and county office of the other county, 370702.
pub const WEICHENG: i64 = 2;
/// Offices of the two schools.
pub const COLLEGE: i64 = 20;
/// The other school.
pub const UNIVERSITY: i64 = 21;
/// The bank branch.
pub const BANK: i64 = 30;
/// The payment platform.
pub const PLATFORM: i64 = 40;
/// The province's centre.
pub const PROVINCE: i64 = 50;
/// The operator of the system.
pub const SYSTEM: i64 = 60;

/// School codes of the two schools.
pub const COLLEGE_CODE: &str = "4137012819";
/// 北京大学.
pub const UNIVERSITY_CODE: &str = "4111010001";

/// A clock that stands still until it is moved.
pub struct Standing(Mutex<DateTime<Utc>>);

impl Standing {
    /// So much later.
    pub fn forward(&self, by: chrono::TimeDelta) {
        *self.0.lock().expect("no holder panics") += by;
    }
}

impl Clock for Standing {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no holder panics")
    }
}

/// Random enough for tests, the same in every run.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        use sm3::Digest;
        for chunk in bytes.chunks_mut(32) {
            let next = self.0.fetch_add(1, Ordering::Relaxed);
            chunk.copy_from_slice(&sm3::Sm3::digest(next.to_be_bytes())[..chunk.len()]);
        }
    }
}

/// The world of one test on one database.
pub struct World {
    /// The office.
    pub office: Office,
    /// Its clock.
    pub clock: Arc<Standing>,
    /// A hand on the sandbox.
    pub sandbox: SandboxClient,
    /// The database.
    pub database: TestDatabase,
    keys: AtomicU64,
    _folder: tempfile::TempDir,
}

/// A student of a test.
#[derive(Clone, Debug)]
pub struct Someone {
    /// The actor.
    pub actor: Actor,
    /// The person number.
    pub person: i64,
    /// ID number.
    pub id_number: String,
    /// Phone.
    pub phone: String,
}

/// The password of everybody registered here.
pub const PASSWORD: &str = "kite2mango!blue";

/// One world on SQLite and one on PostgreSQL, on that business day.
pub async fn worlds(on: Date) -> Vec<World> {
    let mut worlds = Vec::new();
    for database in store::testing::databases().await {
        worlds.push(World::on(database, on).await);
    }
    worlds
}

/// A real installation with nothing in it yet, on either database.
pub async fn bare_worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for database in store::testing::databases().await {
        worlds.push(World::bare(database).await);
    }
    worlds
}

/// A world on SQLite alone, for what does not depend on the database.
pub async fn world(on: Date) -> World {
    World::on(store::testing::sqlite().await, on).await
}

impl World {
    async fn on(database: TestDatabase, on: Date) -> World {
        let world = World::bare(database).await;
        let start = world.office.clock.now();
        let offset = (on - shanghai_on(start)).num_days();
        let found: Result<(), Failure> =
            world.office.store.write("found", |tx| Box::pin(async move { settle_in(tx, start, offset).await })).await;
        found.expect("a fresh database takes its offices");
        world
    }

    async fn bare(database: TestDatabase) -> World {
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 1, 0, 0).single().expect("an instant that exists");
        let clock = Arc::new(Standing(Mutex::new(start)));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (partners, sandbox) = partners(folder.path(), start).await;
        let office = Office {
            store: database.store.clone(),
            partners,
            policy: loan::policy::Book::standard(),
            clock: clock.clone(),
            chance: Arc::new(Counting::default()),
            press: LazyPress::default(),
            public_url: "http://127.0.0.1:8080".into(),
        };
        World { office, clock, sandbox, database, keys: AtomicU64::new(0), _folder: folder }
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.database.engine
    }

    /// A new idempotency key.
    pub fn key(&self) -> Key {
        let next = self.keys.fetch_add(1, Ordering::Relaxed);
        Key::new(&format!("test-key-{next}")).expect("a short visible text")
    }

    /// Puts the business day forward.
    pub async fn move_to(&self, on: Date) {
        self.office.move_business_day(on, "test").await.expect("the day is kept").expect("forward");
    }

    /// Performs an act under a new key.
    pub async fn perform<A: Act>(&self, actor: &Actor, act: A) -> Result<A::Done, No<A::Refused>> {
        let key = self.key();
        self.office.perform(actor, &key, act).await
    }

    /// Performs an act that must happen.
    pub async fn done<A: Act>(&self, actor: &Actor, act: A) -> A::Done {
        match self.perform(actor, act).await {
            Ok(done) => done,
            Err(no) => panic!("{} on {:?}: {no:?}", A::NAME, self.engine()),
        }
    }

    /// Performs an act that must be refused with that code.
    pub async fn refused<A: Act>(&self, actor: &Actor, act: A, code: &str) {
        match self.perform(actor, act).await {
            Ok(_) => panic!("{} happened on {:?} instead of {code}", A::NAME, self.engine()),
            Err(no) => assert_eq!(code_of(&no), code, "{} on {:?}: {no:?}", A::NAME, self.engine()),
        }
    }

    /// A registered student; the serial number makes ID number and phone.
    pub async fn student(&self, serial: u32) -> Someone {
        let id = IdNumber::synthetic(serial, date(2000, 3, 1), Sex::Female);
        let phone = format!("139{serial:08}");
        let typed = Registration {
            name: "林小满".to_owned(),
            id_number: id.as_str().to_owned(),
            phone: phone.clone(),
            password: PASSWORD.to_owned(),
        };
        let key = self.key();
        let registered = self.office.register(&key, typed).await.expect("a new person registers");
        let person = registered.person;
        Someone { actor: Actor::student(person), person, id_number: id.as_str().to_owned(), phone }
    }

    /// A draft of that student in a county.
    pub async fn draft(&self, student: &Someone, county: &str) -> String {
        self.done(&student.actor, o::open_draft::OpenDraft { county: county.to_owned() }).await.number
    }

    /// Saves a section of the form.
    pub async fn save(&self, student: &Someone, number: &str, section: Section, fields: &[(&str, &str)]) {
        let act = o::save_answers::SaveAnswers { number: number.to_owned(), section, fields: typed(fields) };
        self.done(&student.actor, act).await;
    }

    /// Fills the whole form of a first loan with answers that break no rule.
    pub async fn fill(&self, student: &Someone, number: &str, county: &str, amount: &str, matures_in: &str) {
        let school = if county == "450302" { UNIVERSITY_CODE } else { COLLEGE_CODE };
        let (level, years) = if county == "450302" { ("undergraduate", "4") } else { ("college", "3") };
        let study = [
            ("school_code", school),
            ("major", "土木工程"),
            ("level", level),
            ("programme_years", years),
            ("grade", "1"),
            ("tuition", "7,000"),
            ("accommodation", "1,200"),
        ];
        self.save(student, number, Section::Study, &study).await;
        let family = [
            ("address", "青石镇学府社区 3 号"),
            ("contact_name", "林建国"),
            ("contact_phone", "13700000001"),
            ("hardship", "committee_certificate"),
            ("orphan", "no"),
            ("one_household_book", "yes"),
        ];
        self.save(student, number, Section::Family, &family).await;
        let parent = IdNumber::synthetic(400, date(1970, 1, 1), Sex::Male);
        let co = [
            ("name", "林建国"),
            ("id_number", parent.as_str()),
            ("relation", "father"),
            ("phone", "13700000001"),
            ("household_county", county),
            ("willing_and_capable", "yes"),
        ];
        self.save(student, number, Section::CoBorrower, &co).await;
        self.save(student, number, Section::Request, &[("amount", amount), ("matures_in", matures_in)]).await;
    }

    /// Submits with all declarations.
    pub async fn submit(&self, student: &Someone, number: &str) {
        self.done(&student.actor, submission(number)).await;
    }

    /// A submitted application: Xiufeng pre-applies and sits the quiz first, the other county does not ask.
    pub async fn submitted(&self, student: &Someone, county: &str) -> String {
        if county == "450302" {
            self.gates(student).await;
        }
        let number = self.draft(student, county).await;
        let year = number[1..5].parse::<i32>().expect("a number begins with its year");
        self.fill(student, &number, county, "8000", &(year + 14).to_string()).await;
        self.submit(student, &number).await;
        number
    }

    /// Pre-application and quiz of Xiufeng.
    pub async fn gates(&self, student: &Someone) {
        let clerk = self.clerk(XIUFENG);
        let enter = o::enter_pre_application::EnterPreApplication {
            name: "林小满".to_owned(),
            id_number: student.id_number.clone(),
            phone: String::new(),
            source: "grant_file".to_owned(),
            proof: String::new(),
            ..Default::default()
        };
        self.done(&clerk, enter).await;
        self.done(&clerk, sitting(student, 40, 50)).await;
    }

    /// An application at the counter with both present and all materials ticked.
    pub async fn at_counter(&self, student: &Someone, county: &str) -> String {
        let number = self.submitted(student, county).await;
        let clerk = self.clerk(if county == "450302" { XIUFENG } else { WEICHENG });
        self.done(&clerk, arrival(&number, true, true)).await;
        self.tick_all(&clerk, &number).await;
        let view = self.office.case_view(&clerk, &number).await.expect("the clerk sees the case");
        if view.certification_needed {
            let basis = "村委会证明".to_owned();
            self.done(&clerk, o::certify::Certify { number: number.clone(), basis }).await;
        }
        number
    }

    /// Ticks every material of the checklist.
    pub async fn tick_all(&self, clerk: &Actor, number: &str) {
        let view = self.office.case_view(clerk, number).await.expect("the clerk sees the case");
        for material in view.materials {
            let act = o::tick_material::TickMaterial {
                number: number.to_owned(),
                material: material.item.material.code,
                complete: true,
                note: String::new(),
            };
            self.done(clerk, act).await;
        }
    }

    /// A contract signed on paper; answers application and contract number.
    pub async fn signed(&self, student: &Someone, county: &str) -> (String, String) {
        let number = self.at_counter(student, county).await;
        let clerk = self.clerk(if county == "450302" { XIUFENG } else { WEICHENG });
        self.done(&clerk, o::accept::Accept { number: number.clone() }).await;
        let contract = self.contract(&clerk, &number).await;
        (number, contract)
    }

    /// Makes, reads and signs the contract of an accepted application.
    pub async fn contract(&self, clerk: &Actor, number: &str) -> String {
        use crate::application::fact::Party::{Borrower, CoBorrower};
        let generated = self.done(clerk, o::generate_contract::GenerateContract { number: number.to_owned() }).await;
        for by in [Borrower, CoBorrower] {
            self.done(clerk, o::confirm_read::ConfirmRead { number: number.to_owned(), by, chapters: Vec::new() })
                .await;
        }
        self.done(clerk, signature(number, &generated.contract)).await;
        generated.contract
    }

    /// A certificate issued; answers application number and receipt code.
    pub async fn certified(&self, student: &Someone, county: &str) -> (String, String) {
        let (number, _) = self.signed(student, county).await;
        let clerk = self.clerk(if county == "450302" { XIUFENG } else { WEICHENG });
        let key = self.key();
        self.office.issue_certificate(&clerk, &key, &number).await.expect("the certificate is issued");
        let code = self.receipt_code(student, &number).await;
        (number, code)
    }

    /// The receipt code as it stands on the valid certificate.
    pub async fn receipt_code(&self, student: &Someone, number: &str) -> String {
        let number: crate::number::ApplicationNumber = number.parse().expect("a number");
        let person = student.person;
        let code: Result<String, Failure> = self
            .office
            .store
            .read("receipt_code", |tx| {
                Box::pin(async move {
                    let case = crate::desk::load(tx, number).await?.expect("the case is there");
                    let version = case.progress.certificate.expect("a valid certificate");
                    let key = (number.book, number.key());
                    let certificate = store::certificate::find(tx, key, version, person).await?;
                    Ok(certificate.expect("the certificate has a row").code)
                })
            })
            .await;
        code.expect("the certificate can be read")
    }

    /// An application whose receipt is entered: it lies before the bank.
    pub async fn with_receipt(&self, student: &Someone, county: &str) -> String {
        let (number, code) = self.certified(student, county).await;
        let school = self.school(if county == "450302" { UNIVERSITY } else { COLLEGE });
        self.done(&school, receipt(&code, "5000", "1200")).await;
        number
    }

    /// The clerk of a county.
    pub fn clerk(&self, office: i64) -> Actor {
        staff(100 + office, office, &[Role::CountyClerk])
    }

    /// The reviewer of electronic contracts of a county.
    pub fn reviewer(&self, office: i64) -> Actor {
        staff(200 + office, office, &[Role::CountyReviewer])
    }

    /// The officer of a school.
    pub fn school(&self, office: i64) -> Actor {
        staff(100 + office, office, &[Role::SchoolOfficer])
    }

    /// A member of staff in one role, at the office of that kind.
    pub fn in_role(&self, role: Role) -> Actor {
        use crate::who::OfficeKind as K;
        let office = match role.office_kind() {
            Some(K::County) => XIUFENG,
            Some(K::School) => UNIVERSITY,
            Some(K::Bank) => BANK,
            Some(K::Platform) => PLATFORM,
            Some(K::Province) => PROVINCE,
            Some(K::System) | None => SYSTEM,
        };
        staff(300 + Role::ALL.iter().position(|known| *known == role).unwrap_or(0) as i64, office, &[role])
    }
}

/// The code of a no, whatever kind it is.
pub fn code_of<R: Refusal>(no: &No<R>) -> &'static str {
    match no {
        No::Refused(refusal) => refusal.code(),
        No::NotFound => "not_found",
        No::Forbidden => "forbidden",
        No::KeyReused => "key_reused",
        No::Failure(_) => "failure",
    }
}

/// Fields of a form.
pub fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

/// A submission with all declarations.
pub fn submission(number: &str) -> o::submit::Submit {
    o::submit::Submit { number: number.to_owned(), truthful: true, consent_sensitive: true, consent_credit: true }
}

/// An arrival at the counter.
pub fn arrival(number: &str, borrower: bool, co_borrower: bool) -> o::arrive::Arrive {
    o::arrive::Arrive { number: number.to_owned(), borrower, co_borrower, proxy: false }
}

/// A signature as it should be.
pub fn signature(number: &str, contract: &str) -> o::sign::Sign {
    let (number, contract) = (number.to_owned(), contract.to_owned());
    o::sign::Sign { number, contract, fingerprints: true, names_match: true }
}

/// A receipt with the papers shown.
pub fn receipt(code: &str, tuition: &str, accommodation: &str) -> o::enter_receipt::EnterReceipt {
    o::enter_receipt::EnterReceipt {
        code: code.to_owned(),
        tuition: tuition.to_owned(),
        accommodation: accommodation.to_owned(),
        papers_shown: true,
    }
}

/// A sitting of the quiz.
pub fn sitting(student: &Someone, right: i64, questions: i64) -> o::record_quiz::RecordQuiz {
    o::record_quiz::RecordQuiz {
        id_number: student.id_number.clone(),
        session: "秀峰区教育局401".to_owned(),
        questions,
        right,
    }
}

/// A member of staff.
pub fn staff(number: i64, office: i64, roles: &[Role]) -> Actor {
    let person_index = format!("human-{number}");
    Actor { who: Who::Staff { staff: number, person_index, office, roles: roles.to_vec() } }
}

/// Offices, books and who serves them.
async fn settle_in(tx: &mut store::Tx<'_>, at: DateTime<Utc>, offset: i64) -> Result<(), Failure> {
    store::setting::put(tx, day::DEMONSTRATION, "yes", at, "test").await?;
    store::setting::put(tx, day::OFFSET_DAYS, &offset.to_string(), at, "test").await?;
    let opened_on = date(2007, 1, 1);
    let offices = [
        (XIUFENG, "county", "秀峰区学生资助管理中心", Some("450302"), None),
        (WEICHENG, "county", "潍城区学生资助管理中心", Some("370702"), None),
        (COLLEGE, "school", "山东科技职业学院", None, Some(COLLEGE_CODE)),
        (UNIVERSITY, "school", "北京大学", None, Some(UNIVERSITY_CODE)),
        (BANK, "bank", "国家开发银行示范分行", None, None),
        (PLATFORM, "platform", "支付宝", None, None),
        (PROVINCE, "province", "省学生资助管理中心", None, None),
        (SYSTEM, "system", "平台运营", None, None),
    ];
    for (office_id, kind, name, division, school) in offices {
        let office = store::office_place::Office {
            office_id,
            kind: kind.to_owned(),
            name: name.to_owned(),
            division_code: division.map(str::to_owned),
            school_code: school.map(str::to_owned),
            address: "示范路 1 号".to_owned(),
            phone: "0700-5550101".to_owned(),
            hours: "周一至周五 8:30–17:30".to_owned(),
            opened_on,
            closed_on: None,
        };
        store::office_place::enter(tx, &office).await?;
    }
    for (book, county) in [(XIUFENG, "450302"), (WEICHENG, "370702")] {
        let row = store::office_place::Book {
            book,
            scheme: "origin".to_owned(),
            name: county.to_owned(),
            division_code: Some(county.to_owned()),
            opened_on,
        };
        store::office_place::book_open(tx, &row).await?;
        for (part, office_id) in [("county", book), ("bank", BANK), ("platform", PLATFORM), ("province", PROVINCE)] {
            let part = part.to_owned();
            let service = store::office_place::BookService { book, part, from_on: opened_on, office_id, to_on: None };
            store::office_place::book_serve(tx, &service).await?;
        }
        let today = shanghai_on(at) + chrono::TimeDelta::days(offset);
        for ahead in 1..60 {
            let on = today + chrono::TimeDelta::days(ahead);
            store::hall::slot::open(tx, (book, on, "loan", "09:30"), 2, 0).await?;
        }
    }
    Ok(())
}

/// Partners over a sandbox that lives as long as the test process.
async fn partners(folder: &Path, start: DateTime<Utc>) -> (Partners, SandboxClient) {
    let chance: wire::keys::Chance = Arc::new(|bytes: &mut [u8]| rand::Rng::fill_bytes(&mut rand::rng(), bytes));
    let clock: wire::moment::Clock = Arc::new(move || start);
    let state = folder.join("sandbox");
    let keys = keys(&chance);
    std::fs::create_dir_all(&state).expect("the temporary folder takes a folder");
    for name in ["platform.pem", "unionpay.pem", "authority.keys"] {
        std::fs::copy(keys.join(name), state.join(name)).expect("the kept keys are readable");
    }
    let settings = SandboxSettings {
        state,
        clock: clock.clone(),
        chance: chance.clone(),
        addresses: AddressRules::demonstration(),
        open_registration: true,
    };
    let sandbox = Arc::new(Sandbox::open(&settings).expect("the sandbox opens"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    tokio::spawn(wire::sandbox::serve(listener, sandbox, std::future::pending()));
    let client = SandboxClient::new(&format!("http://{address}")).expect("a loopback address is allowed");
    let config = client
        .introduce(&kept_lender(&keys), &format!("http://{address}/nobody"), &format!("http://{address}/nobody"))
        .await
        .expect("the sandbox takes the lender");
    (Partners::connect(&config, clock).expect("the settings are whole"), client)
}

fn kept_lender(keys: &Path) -> LenderKeys {
    let lender = std::fs::read_to_string(keys.join("lender.json")).expect("the kept keys are readable");
    serde_json::from_str(&lender).expect("the kept keys are whole")
}

fn kept_keys() -> PathBuf {
    std::env::temp_dir().join("zhuxue-test-keys-2")
}

/// Keys made once per machine: RSA takes its time, and tests do not need secrets.
fn keys(chance: &wire::keys::Chance) -> PathBuf {
    let kept = kept_keys();
    if kept.join("lender.json").exists() {
        return kept;
    }
    let making = tempfile::tempdir().expect("a temporary folder");
    wire::sandbox::keys::SandboxKeys::open(making.path(), chance).expect("keys can be made");
    let lender = LenderKeys::generate(chance).expect("keys can be made");
    let text = serde_json::to_string(&lender).expect("keys are plain data");
    std::fs::write(making.path().join("lender.json"), text).expect("the folder takes a file");
    // Another test may have been faster; then its keys are taken.
    let making = making.keep();
    if std::fs::rename(&making, &kept).is_err() {
        std::fs::remove_dir_all(&making).ok();
    }
    kept
}
