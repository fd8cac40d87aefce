//! The table of addresses walked with every role (H038): what the rule says is what happens, for the own file, for
//! a file of the same office, for a file of another office, and for nobody at all. `docs/routes.md` is the table as
//! printed; run with `ZHUXUE_UPDATE=1` after a change.

use axum::http::{Method, StatusCode};
use loan::calendar::date;
use office::accounts::entrance::Door;
use office::papers::{PaperKind, Print};
use office::roster::Kind;
use office::servicing::batch::{BuildBatch, CheckBatch};
use office::servicing::decide::Approve;
use office::servicing::review::Review;
use office::testing::{BANK, COLLEGE, PLATFORM, PROVINCE, SYSTEM, UNIVERSITY, WEICHENG, World, XIUFENG, world};
use office::who::{Actor, OfficeKind, Who};
use office::{Key, Role};

use super::kit::{Browser, person_of_staff};
use crate::route::{Reach, Route, table};

/// What a part of an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    /// The application.
    Application,
    /// The contract that was paid out.
    Contract,
    /// The batch it was paid with.
    Batch,
    /// A print of the application form.
    Paper,
    /// A list the county uploaded.
    CountyRoster,
    /// A list the school uploaded.
    SchoolRoster,
    /// An account of staff.
    Staff,
    /// Something this walk makes none of: nobody finds it, near or far. The tests of its own pages tell whose it is.
    Unmade,
    /// Nothing that belongs to anybody: a word, or a page everybody may read.
    Word(&'static str),
}

/// The kind of the uploaded lists.
const LIST: File = File::Word("pre_applications");

/// What stands in the parts of addresses. Every address is walked with every role; those with a row here also with a
/// file that is near and one that is far, so a new kind of file belongs here. That no address is forgotten is held by
/// the printed table below.
const FILES: &[(&str, &[File])] = &[
    // The certificate of a quiz nobody here sat.
    ("/student/quiz/certificate", &[File::Unmade]),
    ("/policy/{document}", &[File::Word("xiufeng-2016")]),
    ("/v/{code}", &[File::Word("2AAAAAAAAAAAA")]),
    ("/demo/{who}/{number}", &[File::Word("student"), File::Word("0")]),
    ("/about/{topic}", &[File::Word("privacy")]),
    ("/co/enter/{token}", &[File::Word("0123")]),
    ("/campus/enter/{token}", &[File::Word("0123")]),
    ("/student/apply/{number}", &[File::Application]),
    ("/student/apply/{number}/study", &[File::Application]),
    ("/student/apply/{number}/family", &[File::Application]),
    ("/student/apply/{number}/co_borrower", &[File::Application]),
    ("/student/apply/{number}/statement", &[File::Application]),
    ("/student/apply/{number}/request", &[File::Application]),
    ("/student/apply/{number}/check", &[File::Application]),
    ("/student/apply/{number}/done", &[File::Application]),
    ("/student/progress/{number}", &[File::Application]),
    ("/student/progress/{number}/materials", &[File::Application]),
    ("/student/progress/{number}/visit", &[File::Application]),
    ("/student/progress/{number}/withdraw", &[File::Application]),
    ("/student/progress/{number}/invite", &[File::Application]),
    ("/api/v1/applications/{number}", &[File::Application]),
    ("/co/case/{number}", &[File::Application]),
    ("/student/loan/{number}", &[File::Contract]),
    ("/student/loan/{number}/pay", &[File::Contract]),
    ("/student/loan/{number}/prepay", &[File::Contract]),
    ("/student/loan/{number}/prepay/check", &[File::Contract]),
    ("/student/loan/{number}/prepay/done", &[File::Unmade]),
    ("/student/loan/{number}/prepay/cancel", &[File::Unmade]),
    ("/student/loan/{number}/defer", &[File::Contract]),
    ("/student/loan/{number}/convert", &[File::Contract]),
    ("/student/loan/{number}/relief", &[File::Contract]),
    ("/student/loan/{number}/study", &[File::Contract]),
    ("/student/loan/{number}/settled", &[File::Contract]),
    ("/student/paper/{code}", &[File::Paper]),
    ("/co/loan/{number}", &[File::Contract]),
    ("/co/loan/{number}/pay", &[File::Contract]),
    ("/co/loan/{number}/prepay", &[File::Contract]),
    ("/co/loan/{number}/prepay/check", &[File::Contract]),
    ("/co/loan/{number}/prepay/done", &[File::Unmade]),
    ("/co/loan/{number}/prepay/cancel", &[File::Unmade]),
    ("/co/loan/{number}/defer", &[File::Contract]),
    ("/co/loan/{number}/convert", &[File::Contract]),
    ("/co/loan/{number}/relief", &[File::Contract]),
    ("/co/loan/{number}/study", &[File::Contract]),
    ("/co/loan/{number}/settled", &[File::Contract]),
    ("/co/paper/{code}", &[File::Paper]),
    ("/county/loan/{number}/settled", &[File::Contract]),
    ("/county/loan/{number}/study", &[File::Contract]),
    ("/county/relief/{contract}/{request}", &[File::Contract, File::Unmade]),
    ("/bank/loan/{number}/settled", &[File::Contract]),
    ("/bank/paper/{code}", &[File::Paper]),
    ("/county/case/{number}", &[File::Application]),
    ("/county/case/{number}/history", &[File::Application]),
    ("/county/case/{number}/{step}", &[File::Application, File::Word("return")]),
    ("/county/paper/{code}", &[File::Paper]),
    ("/county/loan/{number}", &[File::Contract]),
    ("/county/receipts/{number}/remind", &[File::Application]),
    ("/county/import/{kind}", &[LIST]),
    ("/county/import/{kind}/template", &[LIST]),
    ("/county/import/{kind}/{roster}", &[LIST, File::CountyRoster]),
    ("/county/import/{kind}/{roster}/result", &[LIST, File::CountyRoster]),
    ("/school/missing/{number}/remind", &[File::Application]),
    ("/county/training/{training}", &[File::Unmade]),
    ("/school/training/{training}", &[File::Unmade]),
    ("/student/quiz/{paper}", &[File::Unmade]),
    ("/school/import/{kind}", &[LIST]),
    ("/school/import/{kind}/template", &[LIST]),
    ("/school/import/{kind}/{roster}", &[LIST, File::SchoolRoster]),
    ("/school/import/{kind}/{roster}/result", &[LIST, File::SchoolRoster]),
    ("/school/statements/{number}/{verdict}", &[File::Application, File::Word("confirm")]),
    ("/bank/case/{number}", &[File::Application]),
    ("/bank/case/{number}/refuse", &[File::Application]),
    ("/bank/batch/{number}", &[File::Batch]),
    ("/bank/batch/{number}/{step}", &[File::Batch, File::Word("check")]),
    ("/bank/loan/{number}", &[File::Contract]),
    ("/audit/loan/{number}", &[File::Contract]),
    ("/admin/staff/{staff}/role", &[File::Staff]),
    ("/admin/staff/{staff}/slip", &[File::Staff]),
    ("/admin/staff/{staff}/close", &[File::Staff]),
    ("/admin/staff/{staff}/factor", &[File::Staff]),
];

/// The second bank, which serves no book of these files.
const OTHER_BANK: i64 = 31;
/// A second platform and a second province, which serve nothing.
const OTHER_PLATFORM: i64 = 41;
const OTHER_PROVINCE: i64 = 51;
/// An account of staff the administrators act on.
const SOMEBODY: i64 = 999;

/// A loan that was paid out, and somebody of every role near it and far from it.
struct Place {
    world: World,
    application: String,
    contract: String,
    batch: String,
    paper: String,
    county_roster: String,
    school_roster: String,
    student: i64,
    co_borrower: i64,
    other_student: i64,
}

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leads {
    /// A file that is near or far.
    ToAFile,
    /// A page that is no file of anybody.
    ToAPage,
    /// Something that is not there.
    Nowhere,
    /// An address without a row in [`FILES`]: walked with something nobody has, so that only the door is tried.
    Unlisted,
}

/// Near the file or far from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Near,
    Far,
}

impl Place {
    async fn new() -> Place {
        let world = world(date(2026, 8, 10)).await;
        let student = world.student(901).await;
        let other = world.student(902).await;
        let application = world.with_receipt(&student, "370702").await;
        let print = Print { number: application.clone(), kind: PaperKind::ApplicationForm };
        let paper = world.done(&world.clerk(WEICHENG), print).await.code;
        let (maker, checker) = (world.in_role(Role::BankMaker), world.in_role(Role::BankChecker));
        world.done(&maker, Review { number: application.clone() }).await;
        world.done(&checker, Approve { number: application.clone() }).await;
        let made = world.done(&maker, BuildBatch { contracts: Vec::new() }).await;
        world.done(&checker, CheckBatch { batch: made.batch.clone(), digest: made.digest.clone() }).await;
        world.office.partners.platform.activate_accounts(&[account_of(&world, student.person).await]).await.unwrap();
        world.office.send_batch(&maker, BANK, &made.batch).await.unwrap();
        let case = world.office.case_view(&world.clerk(WEICHENG), &application).await.unwrap();
        let place = Place {
            contract: case.contract.unwrap().number,
            co_borrower: co_borrower_of(&world, &application).await,
            county_roster: roster_of(&world, &world.clerk(WEICHENG)).await,
            school_roster: roster_of(&world, &world.school(COLLEGE)).await,
            batch: made.batch,
            student: student.person,
            other_student: other.person,
            application,
            paper,
            world,
        };
        place.staff().await;
        place
    }

    /// One member of staff for each role and side, with roles kept in the database.
    async fn staff(&self) {
        let at = self.world.office.clock.now();
        let done: Result<(), store::Failure> = self
            .world
            .office
            .store
            .write("people", |tx| {
                Box::pin(async move {
                    for (number, kind) in
                        [(OTHER_BANK, "bank"), (OTHER_PLATFORM, "platform"), (OTHER_PROVINCE, "province")]
                    {
                        let office = store::office_place::Office {
                            office_id: number,
                            kind: kind.to_owned(),
                            name: format!("别的机构{number}"),
                            division_code: None,
                            school_code: None,
                            address: "别处".to_owned(),
                            phone: "0700-5550109".to_owned(),
                            hours: "周一至周五".to_owned(),
                            opened_on: date(2007, 1, 1),
                            closed_on: None,
                        };
                        store::office_place::enter(tx, &office).await?;
                    }
                    person_of_staff(tx, SOMEBODY, XIUFENG, Role::HallManager, at).await?;
                    for role in Role::ALL.into_iter().filter(|role| role.office_kind().is_some()) {
                        for side in [Side::Near, Side::Far] {
                            person_of_staff(tx, number_of(role, side), office_of(role, side), role, at).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    /// Somebody's browser: a role, near or far.
    async fn browser(&self, visitor: &Browser, role: Role, side: Side) -> Browser {
        let site = &visitor.town.site;
        let near = side == Side::Near;
        let opened = match role {
            Role::Student => {
                site.enter_as_person(if near { self.student } else { self.other_student }, Door::Student).await
            }
            Role::CoBorrower => {
                // Somebody who stands in for nobody here.
                let person = if near { self.co_borrower } else { self.other_student };
                site.enter_as_person(person, Door::CoBorrower).await
            }
            _ => site.enter_as_staff(number_of(role, side)).await,
        };
        let mut browser = visitor.another();
        browser.cookies = vec![format!("zhuxue={}", opened.unwrap().token)];
        browser
    }

    /// The address with its parts filled in, and what it leads to.
    fn filled(&self, route: &Route) -> (String, Leads) {
        let files = FILES.iter().find(|(path, _)| *path == route.path).map(|(_, files)| *files);
        if !route.path.contains('{') {
            return (route.path.to_owned(), if files.is_some() { Leads::Nowhere } else { Leads::ToAPage });
        }
        let Some(files) = files else {
            let parts = route.path.split('/').map(|part| if part.starts_with('{') { "99999999" } else { part });
            return (parts.collect::<Vec<_>>().join("/"), Leads::Unlisted);
        };
        let mut rest = files.iter();
        let part = |part: &str| match part.starts_with('{').then(|| rest.next()).flatten() {
            Some(File::Application) => self.application.clone(),
            Some(File::Contract) => self.contract.clone(),
            Some(File::Batch) => self.batch.clone(),
            Some(File::Paper) => self.paper.clone(),
            Some(File::CountyRoster) => self.county_roster.clone(),
            Some(File::SchoolRoster) => self.school_roster.clone(),
            Some(File::Staff) => SOMEBODY.to_string(),
            Some(File::Unmade) => "99999999".to_owned(),
            Some(File::Word(word)) => (*word).to_owned(),
            None => part.to_owned(),
        };
        let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        let leads = if files.contains(&File::Unmade) {
            Leads::Nowhere
        } else if files.iter().any(|file| !matches!(file, File::Word(_) | File::Staff)) {
            Leads::ToAFile
        } else {
            Leads::ToAPage
        };
        (path, leads)
    }
}

async fn roster_of(world: &World, actor: &Actor) -> String {
    let file = "姓名,身份证号,来源\n林小满,999999200003010025,学校推荐名单\n".as_bytes().to_vec();
    let about = std::collections::BTreeMap::new();
    let uploaded =
        world.office.upload_roster(actor, &world.key(), Kind::PreApplications, about, "list.csv", file).await;
    uploaded.unwrap().roster
}

async fn account_of(world: &World, person: i64) -> String {
    let account: Result<_, store::Failure> = world
        .office
        .store
        .read("account", |tx| Box::pin(async move { store::certificate::account(tx, person).await }))
        .await;
    account.unwrap().unwrap().account
}

async fn co_borrower_of(world: &World, number: &str) -> i64 {
    let number: office::number::ApplicationNumber = number.parse().unwrap();
    let found: Result<i64, store::Failure> = world
        .office
        .store
        .read("co_borrower", |tx| {
            Box::pin(async move {
                let row = store::application::by_number(tx, number.book, number.key()).await?.unwrap();
                Ok(row.co_person.unwrap())
            })
        })
        .await;
    found.unwrap()
}

fn number_of(role: Role, side: Side) -> i64 {
    1_000 + 100 * i64::from(side == Side::Far) + role as i64
}

fn office_of(role: Role, side: Side) -> i64 {
    let (near, far) = match role.office_kind().expect("a role of staff") {
        OfficeKind::County => (WEICHENG, XIUFENG),
        OfficeKind::School => (COLLEGE, UNIVERSITY),
        OfficeKind::Bank => (BANK, OTHER_BANK),
        OfficeKind::Platform => (PLATFORM, OTHER_PLATFORM),
        OfficeKind::Province => (PROVINCE, OTHER_PROVINCE),
        OfficeKind::System => (SYSTEM, SYSTEM),
    };
    if side == Side::Near { near } else { far }
}

/// What an answer may be; the mistake when it is something else.
fn mistake(route: &Route, role: Role, side: Side, leads: Leads, status: StatusCode) -> Option<String> {
    let get = *route.method == Method::GET;
    let closed = matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
    let right = match (route.rule.of(role), side) {
        _ if status.is_server_error() => false,
        (Reach::Never, _) => status == StatusCode::FORBIDDEN,
        _ if leads == Leads::Unlisted => !get || status != StatusCode::FORBIDDEN,
        // What a form lacks may be said before what it is about is looked for.
        _ if leads == Leads::Nowhere => !get || status == StatusCode::NOT_FOUND,
        // A page says "not found", never "not allowed": that would tell that the file is there.
        (Reach::Own | Reach::SameOffice, Side::Far) if leads == Leads::ToAFile && get => {
            status == StatusCode::NOT_FOUND
        }
        (Reach::Own | Reach::SameOffice, Side::Far) if leads == Leads::ToAFile => closed,
        // A sending may still be refused by the act's own permission; far from here there may be nothing to send about.
        (_, Side::Far) if !get => true,
        (_, Side::Near) if !get => status != StatusCode::NOT_FOUND,
        _ => !closed,
    };
    (!right).then(|| format!("{role:?} {side:?} {} {}: {status}", route.method, route.path))
}

#[tokio::test(flavor = "multi_thread")]
async fn h038_every_page_opens_to_exactly_the_roles_and_files_of_its_rule() {
    let place = Place::new().await;
    let visitor = Browser::over(place.world.office.clone());
    let mut mistakes = Vec::new();
    for role in Role::ALL {
        for side in [Side::Near, Side::Far] {
            let browser = place.browser(&visitor, role, side).await;
            for route in table().iter().filter(|route| route.method == Method::GET && !route.rule.is_public()) {
                let (path, leads) = place.filled(route);
                let seen = browser.get(&path).await;
                mistakes.extend(mistake(route, role, side, leads, seen.status));
                // H033: a list of another office does not name the file either.
                if side == Side::Far
                    && leads == Leads::ToAPage
                    && !matches!(route.rule.of(role), Reach::Any | Reach::Never)
                {
                    for name in [&place.application, &place.contract, &place.batch] {
                        assert!(!seen.text.contains(name.as_str()), "{role:?} sees {name} at {path}");
                    }
                }
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h038_every_sending_is_open_to_exactly_the_roles_and_files_of_its_rule() {
    let place = Place::new().await;
    let visitor = Browser::over(place.world.office.clone());
    let mut mistakes = Vec::new();
    let routes: Vec<Route> = table()
        .into_iter()
        .filter(|route| route.method == Method::POST && !route.rule.is_public() && route.path != "/logout")
        .collect();
    // Those who may not come first, so that nothing is changed before they try.
    for side in [Side::Far, Side::Near] {
        for role in Role::ALL {
            for route in &routes {
                let browser = place.browser(&visitor, role, side).await;
                let (path, leads) = place.filled(route);
                let seen = browser.send_form(&path, &[("role", "volunteer"), ("do", "check")]).await;
                mistakes.extend(mistake(route, role, side, leads, seen.status));
                if route.rule.of(role) != Reach::Never {
                    // Without the tokens of its page every sending is turned away.
                    let bare = browser.post(&path, &[]).await.status;
                    assert!(
                        matches!(bare, StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST | StatusCode::SEE_OTHER),
                        "{path} {bare}"
                    );
                }
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[tokio::test]
async fn h038_a_visitor_reaches_public_pages_only() {
    let browser = Browser::in_season().await;
    let filled = |route: &Route| {
        route
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "99999999" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    for route in table().iter().filter(|route| route.method == Method::GET) {
        let seen = browser.get(&filled(route)).await;
        let door = seen.header("location").starts_with("/login") || seen.header("location").starts_with("/staff");
        if route.rule.is_public() {
            assert!(!door, "{}", route.path);
        } else if route.path.starts_with("/api/") {
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{}", route.path);
        } else {
            assert!(seen.status == StatusCode::SEE_OTHER && door, "{} {}", route.path, seen.status);
        }
    }
}

#[tokio::test]
async fn h038_a_visitor_sends_nothing_but_to_public_pages() {
    for route in table().iter().filter(|route| route.method == Method::POST && !route.rule.is_public()) {
        let browser = Browser::in_season().await;
        let seen = browser.post(route.path, &[]).await;
        let door = seen.header("location").starts_with("/login") || seen.header("location").starts_with("/staff");
        assert!(door || seen.status == StatusCode::UNAUTHORIZED, "{} {}", route.path, seen.status);
    }
}

/// R1.14: helpers without a say send nothing that decides. The county's case and hall pages take their ticks and
/// whom they receive; their acts refuse the rest.
#[test]
fn helpers_without_a_say_have_no_way_to_decide() {
    for route in table().iter().filter(|route| route.method == Method::POST && !route.rule.is_public()) {
        for role in Role::ALL.into_iter().filter(|role| role.is_restricted()) {
            let open = route.rule.of(role) != Reach::Never;
            let own_account = route.path.starts_with("/account") || ["/logout", "/password"].contains(&route.path);
            let helps = [
                "/county/case/{number}/{step}",
                "/county/case/{number}/scans",
                "/county/case/{number}/scan/{digest}/off",
                "/county/hall/do/{act}",
                "/api/v1/acts/tick_material",
                "/api/v1/acts/check_in",
                "/api/v1/acts/walk_in",
                "/api/v1/acts/handle_visit",
                "/api/v1/acts/log_call",
                "/api/v1/acts/count_goods",
            ];
            assert!(!open || own_account || helps.contains(&route.path), "{role:?} {}", route.path);
        }
    }
    proof::proves!["R1.14"];
}

#[tokio::test]
async fn h041_who_only_reads_is_refused_every_act() {
    let place = Place::new().await;
    for role in [Role::Auditor, Role::PlatformOperator, Role::AuditAdmin] {
        let who = Who::Staff {
            staff: 1,
            person_index: String::new(),
            office: office_of(role, Side::Near),
            roles: vec![role],
        };
        let key = Key::new("read-only-1").unwrap();
        let act = Approve { number: place.application.clone() };
        let no = place.world.office.perform(&Actor { who }, &key, act).await.unwrap_err();
        assert!(matches!(no, office::No::Forbidden), "{role:?}");
    }
}

#[test]
fn the_printed_table_is_the_table() {
    let mut now = String::from(
        "# Addresses and who reaches them\n\nPrinted from the route table by a test (`ZHUXUE_UPDATE=1` writes it anew); the same table builds the router, and a test \
         walks it with every role against the own file, a file of the same office and one of another office. *own*: the reader's own file; *same office*: files of the \
         reader's office, anybody else's is answered 404; *all*: everything behind the address. A role that is not named is answered 403, a visitor is led to the door.\n\n\
         | method | address | who |\n|---|---|---|\n",
    );
    for route in table() {
        let who = if route.rule.is_public() {
            "everybody".to_owned()
        } else {
            let mut reaches: Vec<(Reach, Vec<&str>)> = Vec::new();
            for role in Role::ALL.into_iter().filter(|role| route.rule.of(*role) != Reach::Never) {
                let reach = route.rule.of(role);
                match reaches.iter_mut().find(|(known, _)| *known == reach) {
                    Some((_, roles)) => roles.push(role.code()),
                    None => reaches.push((reach, vec![role.code()])),
                }
            }
            let staff = Role::ALL.into_iter().filter(|role| role.office_kind().is_some()).count();
            let said = |(reach, roles): (Reach, Vec<&str>)| match roles.len() {
                all if all == Role::ALL.len() => format!("everybody logged in: {}", reach.word()),
                all if all == staff && !roles.contains(&"student") => format!("all staff: {}", reach.word()),
                _ => format!("{}: {}", roles.join(", "), reach.word()),
            };
            reaches.into_iter().map(said).collect::<Vec<_>>().join("; ")
        };
        now.push_str(&format!("| {} | `{}` | {who} |\n", route.method, route.path));
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/routes.md");
    if std::env::var_os("ZHUXUE_UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "docs/routes.md is not of this table: run this test with ZHUXUE_UPDATE=1");
}
