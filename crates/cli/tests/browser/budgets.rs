//! What it costs to get through: pages, answers, clicks and keys of the most common ways, counted while somebody walks
//! them in a browser. Each has a limit; a page, question or click more than it allows fails here.

use sim::people::{Family, Registry};

use crate::actor::Actor;
use crate::counters::Wish;
use crate::driver::{Browser, Scripts, walk};
use crate::town::Town;

const XIUFENG: &str = "秀峰区";
const WISH: Wish =
    Wish { county: XIUFENG, school: "桂林电子科技大学", level: "本科", years: "四年", grade: "一年级" };

/// Pages from the door to the submitted application.
const APPLICATION_PAGES: usize = 12;
/// Answers without which an application is not submitted, those about the co-borrower and the declarations included.
const APPLICATION_ANSWERS: usize = 24;
/// Clicks of the county from the search to the printed certificate of a complete family.
const FIRST_LOAN_CLICKS: usize = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_loan_costs_few_pages_answers_and_clicks() {
    let town = Town::begin("2025-08-04");
    let browser = Browser::open(Scripts::On).await;
    let actor = Actor::new(&browser, &town);
    let family = Registry::new(2031).family(2025);
    walk("budgets", browser.client.clone(), path(actor, family)).await;
}

async fn path(actor: Actor, family: Family) {
    is_on_the_list(&actor, &family).await;
    let number = applies(&actor, &family).await;
    at_the_county(&actor, &number).await;
}

/// The county knows the family from its list, so that nothing has to be certified at the counter.
async fn is_on_the_list(actor: &Actor, family: &Family) {
    actor.become_staff(XIUFENG, "资助中心经办").await;
    actor.press("预申请").await;
    actor.press("录入一名").await;
    actor.fill("姓名", &family.student.name).await;
    actor.fill("身份证号", family.student.id_number.as_str()).await;
    actor.select("来源", "高中助学金档案").await;
    actor.choose("审核结果", "通过，列入名单").await;
    actor.press("录入").await;
    actor.sees("已录入").await;
    actor.open("/demo").await;
    actor.press("退出").await;
}

/// Every page is first sent empty, and says how many answers it cannot do without; then it is filled in.
async fn applies(actor: &Actor, family: &Family) -> String {
    actor.cost();
    actor.register(family).await;
    actor.open("/student").await;
    actor.press("开始申请").await;
    actor.press("开始申请").await;
    let mut answers = actor.mistakes().await.len();
    let number = actor.answer(family, &WISH).await;
    for section in ["study", "family", "co_borrower"] {
        actor.open(&format!("/student/apply/{number}/{section}")).await;
        answers += actor.sent_empty().await;
    }
    actor.open(&format!("/student/apply/{number}/request")).await;
    actor.press("保存并继续").await;
    actor.press("核对并提交").await;
    actor.press("提交贷款申请").await;
    answers += actor.mistakes().await.len();
    actor.submit().await;
    actor.sees("申请已提交").await;
    let pages = actor.cost().pages;
    println!("a first application: {} pages, {answers} answers it cannot do without", pages.len());
    assert!(answers <= APPLICATION_ANSWERS, "{answers} answers");
    assert!(pages.len() <= APPLICATION_PAGES, "{pages:?}");
    number
}

async fn at_the_county(actor: &Actor, number: &str) {
    actor.become_staff(XIUFENG, "资助中心经办").await;
    actor.cost();
    actor.type_and_send("查人查件", number).await;
    actor.sees("自动核查").await;
    let found = actor.cost();
    assert_eq!((found.clicks, found.keys), (0, 1), "from the search to the case");
    actor.window(1366, 768).await;
    let fits = actor.measure("return document.documentElement.scrollHeight <= window.innerHeight").await;
    assert_eq!(fits, true, "the case is seen whole at 1366 by 768");

    actor.choose("", "学生本人带证到场").await;
    actor.choose("", "共同借款人本人带证到场").await;
    actor.press("开始办理").await;
    actor.sees("已登记到场").await;
    actor.choose("", "全部看过").await;
    actor.press("通过，生成合同").await;
    actor.sees("已受理，合同已生成").await;
    let contract = actor.read("//p[starts-with(normalize-space(.), '合同 ')]").await;
    let contract = contract.trim_start_matches("合同 ").split('，').next().unwrap_or_default().to_owned();
    actor.download("借款合同").await;
    actor.record_signatures(&contract).await;
    actor.press("发受理证明").await;
    actor.sees("受理证明已发").await;
    actor.download("受理证明").await;
    let cost = actor.cost();
    println!("a first loan at the county: {cost:?}");
    assert!(cost.clicks <= FIRST_LOAN_CLICKS, "{cost:?}");
}
