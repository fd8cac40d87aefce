//! 我的资料, and the page that says which change is done where.

use chrono::Datelike;
use maud::html;

use crate::parts::lists::{Change, Fact, empty, summary};
use crate::visit::{Answer, Visit};

/// Masked data and where it is put right.
pub async fn me(visit: Visit) -> Answer {
    let home = visit.office().home(&visit.actor).await?;
    let person = home.current.as_ref().map(|view| &view.student);
    let fact = |name, value: String| Fact { name, value: html! { (value) }, change: Change::No };
    let body = html! {
        div.col {
            h1 { "我的资料" }
            @match person {
                Some(person) => { div.mt5 { (summary(&[
                    fact("姓名", home.name.clone()), fact("身份证号", person.id_masked.clone()), fact("手机", person.phone_masked.clone()),
                    fact("户籍", person.household.clone()),
                ])) } }
                None => { div.mt5 { (summary(&[fact("姓名", home.name.clone())])) (empty("还没有申请，其余资料在申请时核对。", html! { a href="/student/apply" { "开始申请" } })) } }
            }
            div.btns { a.btn.btn-2 href="/account" { "密码和登录记录" } }
            p.mt5 { "姓名和身份证号有错，带身份证到县级资助中心更正。证件号只显示首尾几位。" a href="/about/privacy" { "信息用在哪里、保存多久" } "。" }
        }
    };
    visit.page("我的资料").back("/student", "返回首页").show(body)
}

/// 我要变更: what happened, what it changes, where it is done. A change of a loan opens on its contract.
pub async fn change(visit: Visit) -> Answer {
    let base = super::loan::base(&visit);
    let owed = visit.office().repayment(&visit.actor).await?;
    let open: Vec<_> = owed.loans.iter().filter(|loan| loan.settled_on.is_none()).collect();
    let lines: [(&str, &str, &str); 9] = [
        ("有钱了，想提前还", "省下以后的利息。不用批准，当场告诉你哪天还、一共多少。", "prepay"),
        ("又读书了（专升本、考研、考博）", "读书期间利息由国家付，还款计划往后推。先看变更以后怎么还。", "study"),
        ("休学、转学、退学、延长学制", "先看变更以后怎么还，再带学校证明到县级资助中心办。", "study"),
        ("今年的本金还不上", "有延期政策的年份，可以把今年的本金延后一年，不收罚息。", "defer"),
        ("家里遭灾、重病、低保", "可以申请还款救助，当年应还由救助金付。", "relief"),
        ("2020 年以前签的合同，想换计息方式", "随市场利率或固定利率，一份合同只能换一次。", "convert"),
        ("改了名字或身份证号", "带户口簿和新身份证到窗口办“身份信息变更”。", ""),
        ("换共同借款人", "新旧共同借款人和学生一起到窗口。", ""),
        (
            "换了手机号",
            "带身份证到县级资助中心或学校资助中心，当场改。旧号码会收到通知，三天内不能改收款、还款账户。",
            "",
        ),
    ];
    let body = html! {
        div.split {
            div { h1 { "发生了什么事？" }
                p.mt3.mut { "找到你的情况，看怎么办。先办变更，再谈还款，往往能少还。" }
                ul.rows.mt5 { @for (event, how, page) in lines { li { h3 { (event) } p { (how) }
                    @if !page.is_empty() && !open.is_empty() {
                        p.mt2 { @for loan in &open { a href={ (base) "/loan/" (loan.number) "/" (page) } { (loan.terms.disbursed_on.year()) " 年合同" span.vh { (event) } } "　" } }
                    }
                } } } }
            aside.aside { section { h2 { "在哪办" } p { "户籍所在县的资助中心。" a href="/offices" { "查电话和地址" } } } }
        }
    };
    let here = if base == "/co" { "/co/change" } else { "/student/change" };
    visit.page("变更").at(here).show(body)
}
