//! The tables row by row, the setup on both databases, and the code that works once.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};

use super::sheets::{INSTITUTIONS, PEOPLE, role_of, role_word};
use super::{FirstSecret, Institution, Person, Plan, Tables, plan_for_new};
use crate::accounts::entrance::{Door, LogIn};
use crate::no::No;
use crate::testing::{World, bare_worlds, code_of, world};
use crate::who::{OfficeKind, Role};

fn place(row: u32, kind: OfficeKind, name: &str) -> Institution {
    let code = |code: &str| Some(code.to_owned());
    Institution {
        row,
        kind,
        name: name.to_owned(),
        division_code: match kind {
            OfficeKind::County => code("450302"),
            OfficeKind::Province => code("450000"),
            _ => None,
        },
        school_code: (kind == OfficeKind::School).then(|| "4145010602".to_owned()),
        address: "中山中路1号".to_owned(),
        phone: "0773-0000000".to_owned(),
        hours: "工作日9:00至12:00".to_owned(),
        bank: (kind == OfficeKind::County).then(|| "桂林分行".to_owned()),
        platform: (kind == OfficeKind::County).then(|| "支付平台".to_owned()),
    }
}

fn person(row: u32, login: &str, office: &str, roles: &[Role]) -> Person {
    Person {
        row,
        login: login.to_owned(),
        name: "何桂芳".to_owned(),
        office: office.to_owned(),
        roles: roles.to_vec(),
        id_number: None,
    }
}

fn tables() -> Tables {
    use OfficeKind::{Bank, County, Platform, Province, School, System};
    let kinds = [
        (System, "运行中心"),
        (Province, "省中心"),
        (Bank, "桂林分行"),
        (Platform, "支付平台"),
        (County, "秀峰中心"),
        (School, "广西师大"),
    ];
    let institutions = kinds.iter().zip(2..).map(|((kind, name), row)| place(row, *kind, name)).collect();
    let people = vec![
        person(2, "xitong", "运行中心", &[Role::SystemAdmin]),
        person(3, "anquan", "运行中心", &[Role::SecurityAdmin]),
        person(4, "shenji", "运行中心", &[Role::AuditAdmin]),
        person(5, "xf-jingban", "秀峰中心", &[Role::CountyClerk, Role::CountyReviewer]),
        person(6, "bank-jingban", "桂林分行", &[Role::BankMaker]),
    ];
    Tables { institutions, people }
}

#[test]
fn every_role_of_staff_has_a_word_in_the_table() {
    for role in Role::ALL {
        let word = role_word(role);
        assert_eq!(word.is_some(), role.office_kind().is_some(), "{role:?}");
        assert_eq!(word.and_then(role_of), word.map(|_| role));
    }
    INSTITUTIONS.template().expect("a workbook");
    PEOPLE.template().expect("a workbook");
}

/// One wrong cell, one row: its row, its column and the words that help.
#[test]
fn every_wrong_row_is_named_with_its_column_and_what_to_do() {
    let on = date(2026, 11, 23);
    assert!(plan_for_new(tables(), on).is_right());
    let check = |change: &dyn Fn(&mut Tables), row: u32, column: &str, words: &str| {
        let mut wrong = tables();
        change(&mut wrong);
        let Plan { wrong_institutions, wrong_people, .. } = plan_for_new(wrong, on);
        let named: Vec<_> = wrong_institutions.iter().chain(&wrong_people).collect();
        let [only] = named.as_slice() else { panic!("{column} {words}: {named:?}") };
        assert_eq!((only.row, only.column), (row, column), "{}", only.message);
        assert!(only.message.contains(words), "{} should say {words}", only.message);
        assert!(only.message.starts_with(&format!("第 {row} 行“{column}”")), "{}", only.message);
    };
    let county = 4;
    check(&|t| t.institutions[county].division_code = Some("450399".into()), 6, "区划代码", "450399");
    check(&|t| t.institutions[county].division_code = None, 6, "区划代码", "六位代码");
    check(&|t| t.institutions[county].division_code = Some("450300".into()), 6, "区划代码", "请填区县的代码");
    check(&|t| t.institutions[1].division_code = Some("450300".into()), 3, "区划代码", "请填省的代码");
    check(&|t| t.institutions[5].school_code = None, 7, "学校代码", "十位代码");
    check(&|t| t.institutions[5].school_code = Some("4199999999".into()), 7, "学校代码", "名单里没有");
    check(&|t| t.institutions[2].school_code = Some("4145010602".into()), 4, "学校代码", "只有高校");
    check(&|t| t.institutions[county].bank = None, 6, "经办银行", "请填");
    check(&|t| t.institutions[county].bank = Some("南宁分行".into()), 6, "经办银行", "南宁分行");
    check(&|t| t.institutions[county].platform = Some("别的平台".into()), 6, "支付平台", "别的平台");
    check(&|t| t.institutions[5].bank = Some("桂林分行".into()), 7, "经办银行", "只有县级资助中心");
    check(&|t| t.institutions.push(place(8, OfficeKind::Bank, "桂林分行")), 8, "机构名称", "已经在上面出现过");
    check(&|t| t.institutions.push(place(8, OfficeKind::County, "又一个中心")), 8, "区划代码", "已经有一个资助中心");
    check(&|t| t.institutions.push(place(8, OfficeKind::School, "又一所学校")), 8, "学校代码", "已经有一个机构");
    check(&|t| t.people[3].login = "何".into(), 5, "登录名", "3 到 40");
    check(&|t| t.people[3].login = "xitong".into(), 5, "登录名", "已经在上面出现过");
    check(&|t| t.people[3].name = "7".into(), 5, "姓名", "姓名");
    check(&|t| t.people[3].office = "阳朔中心".into(), 5, "机构名称", "阳朔中心");
    check(&|t| t.people[3].roles = vec![Role::BankMaker], 5, "角色", "没有这个角色");
    check(&|t| t.people[3].roles[1] = Role::SchoolOfficer, 5, "第二个角色", "没有这个角色");
    check(&|t| t.people[4].roles.push(Role::BankChecker), 6, "第二个角色", "不能是同一个人");
    let slipped = real_id_number().replace("1990", "1991");
    check(&|t| t.people[3].id_number = Some(slipped.clone()), 5, "身份证号", "身份证号不对");
}

#[test]
fn h032_one_human_never_holds_two_of_the_three_administrations_through_two_accounts() {
    let id_number = real_id_number();
    let mut wrong = tables();
    wrong.people[0].id_number = Some(id_number.clone());
    wrong.people[2].id_number = Some(id_number);
    let plan = plan_for_new(wrong, date(2026, 11, 23));
    assert_eq!(plan.wrong_people.len(), 1);
    assert_eq!((plan.wrong_people[0].row, plan.wrong_people[0].column), (4, "身份证号"));
}

/// A number of the right form with the area of Xiufeng; made here, nobody's on purpose.
fn real_id_number() -> String {
    let body = "45030219900307001";
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    format!("{body}{}", char::from(check))
}

async fn install(world: &World, tables: Tables) -> (super::Written, Vec<super::Entrance>) {
    let prepared = world.office.prepare_setup(tables, &|_| {}).await.expect("every row is right");
    let entrances = prepared.entrances.clone();
    (world.office.set_up(prepared).await.expect("installed"), entrances)
}

async fn log_in(world: &World, login: &str, password: &str) -> Result<bool, &'static str> {
    let typed = LogIn { login: login.into(), password: password.into(), door: Door::Staff, agent: String::new() };
    world.office.log_in(typed).await.map(|opened| opened.must_change).map_err(|no| code_of(&no))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_written_whole_and_doing_it_again_changes_nothing() {
    for world in bare_worlds().await {
        let (written, entrances) = install(&world, tables()).await;
        assert_eq!((written.offices, written.books, written.accounts), (6, 1, 5), "{:?}", world.engine());
        let codes = entrances.iter().filter(|one| matches!(one.by, FirstSecret::Code { .. })).count();
        assert_eq!((entrances.len(), codes), (5, 3), "the three administrators get codes, the others passwords");
        let served: Result<_, store::Failure> = world
            .office
            .store
            .read("served", |tx| Box::pin(async move { Ok(super::Known::read(tx, date(2026, 11, 23)).await?.books) }))
            .await;
        let served = served.expect("readable");
        assert_eq!(served.len(), 1);
        assert_eq!(
            served[0].1.keys().map(String::as_str).collect::<Vec<_>>(),
            ["bank", "county", "platform", "province"]
        );

        let (again, nobody) = install(&world, tables()).await;
        assert_eq!((again, nobody), (super::Written::default(), Vec::new()));
        let mut more = tables();
        more.people.push(person(7, "xf-dating", "秀峰中心", &[Role::HallManager]));
        assert_eq!(install(&world, more).await.0.accounts, 1, "only what is new");
        let mut moved = tables();
        moved.people[3].office = "桂林分行".into();
        moved.people[3].roles = vec![Role::BankChecker];
        let refused = world.office.prepare_setup(moved, &|_| {}).await.err().expect("refused");
        assert_eq!(code_of(&refused), "rows_wrong");

        let FirstSecret::Password(first) = &entrances[3].by else { panic!("{:?}", entrances[3]) };
        assert_eq!(log_in(&world, "xf-jingban", first).await, Ok(true), "the first password must be changed");
        assert_eq!(world.office.roots().await.expect("roots").len(), 0);
    }
    proof::proves!["R1.9"];
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tables_the_three_administrators_are_there_and_kept_apart() {
    for world in bare_worlds().await {
        let (written, entrances) = install(&world, Tables::default()).await;
        assert_eq!((written.offices, written.accounts), (1, 3));
        let logins: Vec<&str> = entrances.iter().map(|one| one.login.as_str()).collect();
        assert_eq!(logins, ["system-admin", "security-admin", "audit-admin"]);
        assert_eq!(install(&world, Tables::default()).await.0, super::Written::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h122_a_first_code_works_once_within_a_day_and_nothing_works_without_it() {
    for world in bare_worlds().await {
        let (_, entrances) = install(&world, tables()).await;
        let FirstSecret::Code { code, .. } = &entrances[0].by else { panic!("{:?}", entrances[0]) };
        for guess in ["admin", "xitong", "password", "123456"] {
            assert_eq!(log_in(&world, "xitong", guess).await, Err("wrong_name_or_password"), "{guess}");
            world.clock.forward(TimeDelta::minutes(20));
        }
        let redeem = async |code: &str, password: &str| {
            world.office.redeem_first_entrance(code, password).await.map_err(|no| code_of(&no))
        };
        let good = "gui-hua-man-cheng-7";
        assert_eq!(redeem("ABCD-EFGH-JKLM-NPQR-STUV-WXYZ", good).await, Err("first_code_unknown"));
        assert_eq!(redeem(code, "xitong-2026").await, Err("password_guessable"), "and the code is not used up");
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(redeem(&typed, good).await, Ok("xitong".to_owned()), "as people type it");
        assert_eq!(log_in(&world, "xitong", good).await, Ok(false));
        assert_eq!(redeem(code, "another-good-one-8").await, Err("first_code_unknown"), "it worked once");

        let FirstSecret::Code { code: second, .. } = &entrances[1].by else { panic!("{:?}", entrances[1]) };
        let fresh = world.office.new_first_entrance("anquan").await.expect("given").expect("an administrator").0;
        assert_eq!(redeem(second, good).await, Err("first_code_unknown"), "a newer code replaces it");
        world.clock.forward(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert_eq!(
            redeem(&fresh, "short").await,
            Err("password_too_short"),
            "a second before the day is over it lives"
        );
        world.clock.forward(TimeDelta::seconds(1));
        assert_eq!(redeem(&fresh, good).await, Err("first_code_unknown"), "after a day it is dead");
        for nobody in ["xf-jingban", "nobody"] {
            let given = world.office.new_first_entrance(nobody).await.expect("asked");
            assert_eq!(given, None, "{nobody} is no administrator");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_is_never_made_a_real_installation() {
    let world = world(date(2026, 8, 3)).await;
    let refused = world.office.prepare_setup(tables(), &|_| {}).await.err().expect("refused");
    assert!(matches!(&refused, No::Refused(super::SetUpRefusal::ADemonstration)));
    // The number of a demonstration's person is none in a real installation.
    let synthetic = IdNumber::synthetic(1, date(1990, 3, 7), Sex::Female);
    let mut wrong = tables();
    wrong.people[3].id_number = Some(synthetic.as_str().to_owned());
    assert_eq!(plan_for_new(wrong, date(2026, 11, 23)).wrong_people.len(), 1);
}
