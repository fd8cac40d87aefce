//! A loan that is lived in front of the program: a fresh database with an office around it, whose clock is the
//! machine's, so that the program called beside it stands on the same business day.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use loan::calendar::{Date, date};
use loan::money::Fen;
use office::accounts::register::Registration;
use office::establish::BecomeDemonstration;
use office::origination as o;
use office::servicing::decide::Approve;
use office::servicing::review::Review;
use office::{Actor, Office};
use sim::demonstration::{BEGINS_ON, places};
use sim::people::Registry;
use sim::steps::{Steps, Wish};
use store::testing::TestDatabase;
use tokio::net::TcpListener;
use wire::line::AddressRules;
use wire::partners::Partners;
use wire::sandbox::client::{LenderKeys, SandboxClient};
use wire::sandbox::{Sandbox, SandboxSettings, serve};

struct Now;

impl office::Clock for Now {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

struct Entropy;

impl office::Chance for Entropy {
    fn fill(&self, bytes: &mut [u8]) {
        store::testing::entropy()(bytes);
    }
}

/// What the program said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The office, its outside world and its database.
pub struct House {
    pub office: Office,
    pub sandbox: SandboxClient,
    pub database: TestDatabase,
    folder: tempfile::TempDir,
}

impl House {
    pub async fn new(database: TestDatabase) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock: wire::moment::Clock = Arc::new(Utc::now);
        let chance: wire::keys::Chance = store::testing::entropy();
        let settings = SandboxSettings {
            state: folder.path().join("sandbox"),
            clock: clock.clone(),
            chance: chance.clone(),
            addresses: AddressRules::demonstration(),
            open_registration: true,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = Arc::new(Sandbox::open(&settings).expect("a sandbox"));
        tokio::spawn(async move { serve(listener, served, std::future::pending()).await });
        let sandbox = SandboxClient::new(&url).expect("an address of this machine");
        let ours = LenderKeys::generate(&chance).expect("keys");
        // Nobody listens there: what the sandbox has to tell waits for the day somebody does.
        let (notify, back) = ("http://127.0.0.1:1/notify", "http://127.0.0.1:1/back");
        let config = sandbox.introduce(&ours, notify, back).await.expect("the sandbox knows us");
        std::fs::write(folder.path().join("partners.toml"), toml::to_string(&config).expect("plain texts"))
            .expect("the folder takes a file");
        let office = Office {
            store: database.store.clone(),
            partners: Partners::connect(&config, clock).expect("keys that fit"),
            policy: loan::policy::Book::standard(),
            clock: Arc::new(Now),
            chance: Arc::new(Entropy),
            press: office::papers::LazyPress::default(),
            public_url: "http://127.0.0.1".into(),
        };
        House { office, sandbox, database, folder }
    }

    /// Runs the program on this house's database.
    pub fn zhuxue(&self, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_zhuxue"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", &self.database.url)
            .env("ZHUXUE_KEY", hex::encode([42; 32]))
            .env("ZHUXUE_PARTNERS", self.partners())
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) }
    }

    fn partners(&self) -> PathBuf {
        self.folder.path().join("partners.toml")
    }

    pub fn steps(&self) -> Steps<'_> {
        Steps::new(&self.office, &self.sandbox)
    }
}

/// A student of Xiufeng borrows 6,000 yuan in 2016 for three years of study, to be paid back in 2022; the money is
/// paid out on 18 November 2016. Answers the person, the book and the contract's number.
pub async fn borrow(house: &House) -> (i64, i64, String) {
    let steps = house.steps();
    house.sandbox.move_date(BEGINS_ON).await.expect("the sandbox follows");
    let begun = steps.act(&Actor::system("setup"), BecomeDemonstration { begins_on: BEGINS_ON }).await;
    begun.expect("a fresh database");
    let places = places::establish(&steps).await.expect("the places");
    let (county, school) = (&places.counties[0], &places.schools[4]);
    steps.go_to(date(2016, 8, 2)).await.expect("the summer");
    let family = Registry::new(2016).family(2016);
    let id_number = family.student.id_number.as_str().to_owned();
    let (name, phone) = (family.student.name.clone(), family.student.phone.clone());
    let typed = Registration {
        name: name.clone(),
        id_number: id_number.clone(),
        phone: phone.clone(),
        password: "guihua-2016-kaile".to_owned(),
    };
    let person = house.office.register(&steps.key(), typed).await.expect("the student registers").person;
    let student = Actor::student(person);
    let source = "grant_file".to_owned();
    let pre_application = o::enter_pre_application::EnterPreApplication {
        name,
        id_number: id_number.clone(),
        phone,
        source,
        ..Default::default()
    };
    steps.act(&county.clerk, pre_application).await.expect("the pre-application");
    let sitting =
        o::record_quiz::RecordQuiz { id_number, session: "暑期第一场".to_owned(), questions: 50, right: 40 };
    steps.act(&county.clerk, sitting).await.expect("the quiz");
    let wish = Wish {
        school_code: school.code.to_owned(),
        level: "college",
        programme_years: 3,
        grade: 1,
        tuition: 5_200,
        accommodation: 800,
        amount: 6_000,
        matures_in: 2022,
    };
    let number = steps.draft(&student, &family, county.code, &wish, false).await.expect("a draft");
    steps.submit(&student, &number).await.expect("submitted");
    steps.arrive(&county.clerk, &number).await.expect("arrived");
    steps.accept(&county.clerk, &number).await.expect("accepted");
    let contract = steps.contract(&county.clerk, &number).await.expect("a contract");
    steps.sign(&county.clerk, &number, &contract).await.expect("signed");
    steps.certificate(&county.clerk, &number).await.expect("certified");
    steps.activate_account(person, &number).await.expect("an account");
    steps.go_to(date(2016, 9, 20)).await.expect("the autumn");
    let code = steps.receipt_code(person, &number).await.expect("a code");
    steps.receipt(&school.officer, code, (5_200, 800)).await.expect("the receipt");
    steps.act(&places.maker, Review { number: number.clone() }).await.expect("reviewed");
    steps.act(&places.checker, Approve { number }).await.expect("approved");
    steps.go_to(date(2016, 11, 18)).await.expect("November");
    let paid = steps.pay_out(places.bank, &places.maker, &places.checker).await.expect("paid out");
    assert_eq!(paid, (1, 0));
    (person, county.book, contract)
}

/// Brings so much to the payment account and lets the days pass up to one.
pub async fn pay_and_go(house: &House, person: i64, amount: i64, day: Date) {
    let steps = house.steps();
    if amount > 0 {
        let account = steps.account(person).await.expect("read").expect("the certificate opened an account");
        house.sandbox.top_up(&account, Fen(amount)).await.expect("the account takes money");
    }
    steps.go_to(day).await.unwrap_or_else(|stopped| panic!("to {day}: {stopped}"));
}
