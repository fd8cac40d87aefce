//! The rules of today, from the first question to the last fen: a student in the final year borrows in the summer of
//! 2025, the first own interest falls due on 20 December 2026.

use loan::calendar::date;
use sim::people::{Family, Registry};

use crate::actor::Actor;
use crate::counters::{PASSWORD, Wish};
use crate::driver::{Browser, Scripts, walk};
use crate::town::Town;

const XIUFENG: &str = "秀峰区";
const SCHOOL: &str = "桂林电子科技大学";

const WISH: Wish = Wish { county: XIUFENG, school: SCHOOL, level: "本科", years: "四年", grade: "四年级" };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loan_of_today_is_lived_in_a_browser() {
    live("today", Scripts::On).await;
    proof::proves!["R6.9", "R10.11", "R6.14"; page "/student/progress"];
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loan_of_today_is_lived_without_javascript() {
    live("today-without-scripts", Scripts::Off).await;
    proof::proves!["R16.13", "R5.3", "R1.1"; page "/student/repay"];
}

async fn live(name: &'static str, scripts: Scripts) {
    let town = Town::begin("2025-08-04");
    let browser = Browser::open(scripts).await;
    let actor = Actor::new(&browser, &town);
    let family = Registry::new(2025).family(2022);
    walk(name, browser.client.clone(), path(actor, family)).await;
    let log = town.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

async fn path(actor: Actor, family: Family) {
    asks_whether(&actor).await;
    registers_with_mistakes(&actor, &family).await;
    let number = applies(&actor, &family).await;
    at_the_counter(&actor, &family, &number).await;
    let certificate = actor.certify_acceptance().await;
    stands_at(&actor, &family, &number, "待学校回执").await;
    actor.activate_account(&certificate).await;
    at_school(&actor, &certificate.receipt_code).await;
    stands_at(&actor, &family, &number, "待银行审查").await;
    actor.approve().await;
    stands_at(&actor, &family, &number, "待放款").await;
    actor.move_to(date(2025, 11, 18)).await;
    actor.pay_out("8000.00").await;
    actor.become_staff(SCHOOL, "高校财务").await;
    actor.sees("批次流水号").await;
    actor.sees(&number).await;
    stands_at(&actor, &family, &number, "已放款").await;
    first_bill(&actor, &family).await;
    overdue(&actor, &family).await;
    prepays(&actor, &family).await;
}

/// The student looks where it stands, on any day.
async fn stands_at(actor: &Actor, family: &Family, number: &str, stage: &str) {
    actor.log_in(family.student.id_number.as_str(), PASSWORD).await;
    actor.open(&format!("/student/progress/{number}")).await;
    assert_eq!(actor.read("//h1").await.lines().last(), Some(stage));
}

/// Six questions before anybody logs in, answered wrongly and rightly.
async fn asks_whether(actor: &Actor) {
    actor.open("/").await;
    actor.press("查一查我能不能贷").await;
    actor.press("看结果").await;
    assert_eq!(actor.mistakes().await.len(), 6);
    for (question, answer) in [
        ("中国国籍", "是"),
        ("你要读什么", "本科在校"),
        ("同一个县", "都在同一个县"),
        ("谁和你一起借款", "父亲"),
        ("办过别的助学贷款", "没有"),
        ("有没有登记或认定", "高中或县里已经登记了预申请"),
    ] {
        actor.choose(question, answer).await;
    }
    actor.press("看结果").await;
    actor.sees("你可以申请").await;
}

/// Every mistake is told at once, and what was typed stays.
async fn registers_with_mistakes(actor: &Actor, family: &Family) {
    let id_number = family.student.id_number.as_str();
    // Nobody logs in before having registered.
    actor.open("/login").await;
    actor.fill("身份证号或手机号", id_number).await;
    actor.fill("密码", PASSWORD).await;
    actor.press("登录").await;
    assert_eq!(actor.mistakes().await.len(), 1);
    actor.open("/register").await;
    actor.fill("姓名", &family.student.name).await;
    actor.fill("身份证号", &id_number[..17]).await;
    actor.fill("手机号", "1990000").await;
    actor.fill("设一个密码", "123").await;
    actor.press("注册并登录").await;
    let mistakes = actor.mistakes().await;
    assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    assert_eq!(actor.typed("姓名").await, family.student.name);
    assert_eq!(actor.typed("身份证号").await, &id_number[..17]);
    assert_eq!(actor.typed("设一个密码").await, "", "a password is never sent back");
    actor.register(family).await;
}

async fn applies(actor: &Actor, family: &Family) -> String {
    let number = actor.answer(family, &WISH).await;
    actor.press("贷款金额和年限").await;
    actor.choose("借多少", "自己填").await;
    actor.fill("金额", "20100").await;
    actor.press("保存并继续").await;
    assert_eq!(actor.mistakes().await, ["金额太大，最多 20,000 元"]);
    assert_eq!(actor.typed("金额").await, "20100");
    actor.refused("额度依据").await;
    actor.fill("金额", "8000").await;
    actor.choose("分几年还", "7 年").await;
    actor.press("按新的选择重算").await;
    actor.sees("借 8,000 元，7 年").await;
    actor.sees("最后一次是 2032年9月20日").await;
    actor.choose("分几年还", "别的年数").await;
    actor.fill("年数", "17").await;
    actor.press("保存并继续").await;
    assert_eq!(actor.mistakes().await, ["年限应是 5 到 16 之间的整数"]);
    actor.fill("年数", "6").await;
    actor.press("按新的选择重算").await;
    actor.sees("借 8,000 元，6 年").await;
    actor.press("保存并继续").await;

    actor.press("核对并提交").await;
    actor.press("提交贷款申请").await;
    assert_eq!(actor.mistakes().await.len(), 3, "each declaration by itself");
    actor.submit().await;
    actor.sees("申请已提交").await;
    actor.sees(&number).await;
    actor.press("约个时间").await;
    actor.press("预约这个时间").await;
    assert_eq!(actor.mistakes().await, ["请选一个时间"]);
    actor.choose("选一个时间", "09:00").await;
    actor.press("预约这个时间").await;
    actor.sees("我的预约").await;
    actor.sees("09:00").await;
    number
}

/// Another county does not even learn that the application exists; the right one sees every rule.
async fn at_the_counter(actor: &Actor, family: &Family, number: &str) {
    let case = format!("/county/case/{number}");
    actor.become_staff("七星区", "资助中心经办").await;
    actor.open(&case).await;
    actor.sees("没有找到这一页").await;
    actor.does_not_see(&family.student.name).await;

    actor.receive(XIUFENG, number).await;
    actor.sees("符合").await;
    actor.refused("自动核查").await;
    actor.press("通过，生成合同").await;
    actor.sees("材料还没有齐").await;
    let contract = actor.accept(number).await;

    let form = actor.download("申请表").await;
    assert!(form.contains(&family.student.name) && form.contains(number), "{form}");
    let printed = actor.download("借款合同").await;
    for words in [contract.as_str(), "捌仟元整", &family.parent.name, "共同承担还款责任"] {
        assert!(printed.contains(words), "{words} in {printed}");
    }
    actor.record_signatures(&contract).await;
}

async fn at_school(actor: &Actor, code: &str) {
    actor.become_staff(SCHOOL, "高校资助").await;
    actor.open("/school/receipt").await;
    actor.type_receipt("AAAA-BBBB-CCCC", ("5200", "800.001")).await;
    assert_eq!(actor.mistakes().await, ["欠住宿费最多两位小数，到分为止"]);
    actor.type_receipt("AAAA-BBBB-CCCC", ("5200", "800")).await;
    actor.refused("校验码").await;
    actor.enter_receipt(SCHOOL, code, ("5200", "2770")).await;
    actor.sees("7,970.00").await;
    actor.sees("30.00").await;
}

/// From November on the student sees what is due in December, and how it comes about.
async fn first_bill(actor: &Actor, family: &Family) {
    for day in [date(2026, 11, 1), date(2026, 12, 20)] {
        actor.move_to(day).await;
        actor.log_in(family.student.id_number.as_str(), PASSWORD).await;
        actor.open("/student/repay").await;
        actor.sees("本年应还").await;
        actor.sees("2026年12月20日").await;
        // 8,000 yuan at 2.80 % for the 111 days from 1 September to 20 December.
        actor.sees("69.07").await;
    }
    actor.press("这笔钱怎么算的").await;
    actor.sees("本金 8,000.00 元，年利率 2.80%，你付 111 天").await;
}

/// Not half of it is in the account: the rest is overdue until somebody pays it for the student.
async fn overdue(actor: &Actor, family: &Family) {
    let id_number = family.student.id_number.as_str();
    // What was left of the loan after the fees is all there is.
    actor.move_to(date(2026, 12, 21)).await;
    let day = actor.read("//tr[th[contains(., '2026-12-21')]]").await;
    assert!(day.contains(" 30.00 "), "{day}");
    actor.log_in(id_number, PASSWORD).await;
    actor.open("/student/repay").await;
    actor.sees("已逾期 ¥39.07").await;

    actor.move_to(date(2027, 1, 15)).await;
    actor.open_sandbox().await;
    actor.fill("付款人姓名", &family.parent.name).await;
    actor.fill("金额（元）", "50.00").await;
    actor.press("代为还款").await;
    actor.sees("助学贷款还款").await;
    actor.log_in(id_number, PASSWORD).await;
    actor.comes_to_see("/student/repay", "账户里已经有 ¥50.00").await;
    actor.move_to(date(2027, 1, 21)).await;
    actor.log_in(id_number, PASSWORD).await;
    actor.open("/student/repay").await;
    actor.sees("还款计划").await;
    actor.does_not_see("已逾期").await;
}

/// The student pays the rest early, after a sum that is too small, and gets the paper that says so.
async fn prepays(actor: &Actor, family: &Family) {
    let (student, id_number) = (&family.student.name, family.student.id_number.as_str());
    actor.open("/student/prepay").await;
    actor.sees("你今天申请，还款日是 2027年2月20日").await;
    actor.choose("", "还一部分").await;
    actor.fill("还多少本金", "100").await;
    actor.press("看一共要多少钱").await;
    assert_eq!(actor.mistakes().await.len(), 1);
    assert_eq!(actor.typed("还多少本金").await, "100");
    actor.choose("", "全部还清").await;
    actor.press("看一共要多少钱").await;
    let sum = actor.read("//p[contains(@class, 'money')]").await.replace(['¥', ','], "");
    actor.press("提交提前还款申请").await;
    actor.sees("已申请 2027年2月20日 提前还款").await;
    actor.top_up(student, &sum).await;
    actor.move_to(date(2027, 2, 22)).await;
    actor.log_in(id_number, PASSWORD).await;
    actor.open("/student/repay").await;
    actor.sees("都还清了").await;
    let contract = actor.links("/student/loan/").await.into_iter().min_by_key(String::len);
    actor.open(&contract.expect("the contract is still there")).await;
    actor.press("结清证明").await;
    let paper = actor.download("打开结清证明").await;
    assert!(paper.contains("结清证明") && paper.contains(student), "{paper}");
}
