//! Xiufeng in 2016: hundreds, a pre-application and a quiz before anything, the receipt by 30 September.

use loan::calendar::date;
use sim::people::{Family, Registry};

use crate::actor::Actor;
use crate::counters::{PASSWORD, Wish};
use crate::driver::{Browser, Scripts, walk};
use crate::town::Town;

const XIUFENG: &str = "秀峰区";
const SCHOOL: &str = "山东科技职业学院";

const WISH: Wish = Wish { county: XIUFENG, school: SCHOOL, level: "专科", years: "三年", grade: "一年级" };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loan_of_xiufeng_2016_is_begun_in_a_browser() {
    let town = Town::begin("2016-08-02");
    let browser = Browser::open(Scripts::Off).await;
    let actor = Actor::new(&browser, &town);
    let family = Registry::new(2016).family(2016);
    walk("xiufeng-2016", browser.client.clone(), path(actor, family)).await;
    proof::proves!["R4.6", "R12.7", "R2.4"; page "/county/quiz"];
}

async fn path(actor: Actor, family: Family) {
    actor.register(&family).await;
    let number = actor.answer(&family, &WISH).await;
    asks_for_hundreds(&actor).await;
    stands_before_the_gate(&actor, &family, &number).await;

    actor.receive(XIUFENG, &number).await;
    let contract = actor.accept(&number).await;
    actor.record_signatures(&contract).await;
    let certificate = actor.certify_acceptance().await;
    actor.activate_account(&certificate).await;
    actor.move_to(date(2016, 9, 20)).await;
    actor.enter_receipt(SCHOOL, &certificate.receipt_code, ("5200", "800")).await;
    actor.approve().await;
    actor.move_to(date(2016, 11, 18)).await;
    actor.pay_out("6000.00").await;
    first_bill(&actor, &family).await;
}

async fn asks_for_hundreds(actor: &Actor) {
    actor.press("贷款金额和年限").await;
    actor.choose("借多少", "自己填").await;
    actor.fill("金额", "5950").await;
    actor.press("保存并继续").await;
    assert_eq!(actor.mistakes().await, ["金额要是 100 元的整数倍，请改成整百"]);
    actor.fill("金额", "8100").await;
    actor.press("保存并继续").await;
    assert_eq!(
        actor.mistakes().await,
        ["金额太大，最多 6,000 元"],
        "the fees are the limit where they are less than 8,000"
    );
    actor.fill("金额", "6000").await;
    actor.choose("分几年还", "别的年数").await;
    actor.fill("年数", "6").await;
    actor.press("保存并继续").await;
}

/// Without pre-application and quiz there is no application; the county records both facts, and then there is.
async fn stands_before_the_gate(actor: &Actor, family: &Family, number: &str) {
    actor.press("核对并提交").await;
    actor.submit().await;
    actor.sees("还没有提交").await;
    actor.refused("考核").await;

    let id_number = family.student.id_number.as_str();
    actor.become_staff(XIUFENG, "资助中心经办").await;
    actor.press("预申请").await;
    actor.press("录入一名").await;
    actor.fill("姓名", &family.student.name).await;
    actor.fill("身份证号", id_number).await;
    actor.select("来源", "高中助学金档案").await;
    actor.choose("审核结果", "通过，列入名单").await;
    actor.press("录入").await;
    actor.sees("已录入").await;
    actor.press("登记考核成绩").await;
    for (right, words) in [("39", "不合格"), ("40", "成绩已登记：合格")] {
        actor.fill("学生身份证号", id_number).await;
        actor.fill("场次", "8 月第一周周一，二楼会议室").await;
        actor.fill("一共几题", "50").await;
        actor.fill("答对几题", right).await;
        actor.press("登记成绩").await;
        actor.sees(words).await;
    }

    actor.log_in(id_number, PASSWORD).await;
    actor.open(&format!("/student/apply/{number}/check")).await;
    actor.submit().await;
    actor.sees("申请已提交").await;
    actor.sees("2016年9月30日").await;
}

/// In study the state pays: the bill of December is nought for the student.
async fn first_bill(actor: &Actor, family: &Family) {
    actor.move_to(date(2016, 12, 21)).await;
    actor.log_in(family.student.id_number.as_str(), PASSWORD).await;
    actor.open("/student/repay").await;
    actor.sees("2016-12-20").await;
    // 6,000 yuan at 4.90 % for 33 days of 360.
    actor.sees("26.95").await;
}
