//! 贷后: contracts by state, what is overdue, and one contract with every row, posting and event. County, bank and
//! audit read the same page.

use chrono::{FixedOffset, TimeDelta};
use loan::calendar::Date;
use loan::event::{ConvertTo, EventKind, PrepayAmount, Relief};
use loan::life::{Life, RowKind};
use loan::money::Fen;
use maud::{Markup, html};
use office::Role;
use office::papers::{PaperKind, Print};
use office::view::contract::{Contract, LIST_MAX, LoanList, LoanView, Posting};

use super::crumb;
use crate::form::{Mistakes, Reading};
use crate::parts::fields::{self, Filled, Text};
use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{self, iso, yuan, yuan_brief};
use crate::stop::Stop;
use crate::visit::{self, Answer, Visit, pdf};
use crate::words::citation;

/// States a list may be filtered by, with their words.
const STATES: &[(&str, &str)] = &[
    ("overdue", "有逾期"),
    ("in_study", "在校"),
    ("in_grace", "宽限期"),
    ("in_repayment", "还款期"),
    ("settled", "已结清"),
    ("signed", "已签未放款"),
    ("voided", "已作废"),
];

/// Word and tone of a contract's state.
pub fn state(status: &str) -> (Tone, &'static str) {
    match status {
        "generated" => (Tone::Wait, "待签"),
        "signed" | "reviewed" => (Tone::Now, "已签未放款"),
        "under_review" => (Tone::Act, "待复核"),
        "problem" => (Tone::Bad, "复核有问题"),
        "voided" => (Tone::End, "已作废"),
        "in_force" | "in_study" => (Tone::Now, "在校"),
        "in_grace" => (Tone::Now, "宽限期"),
        "in_repayment" => (Tone::Now, "还款期"),
        "overdue" => (Tone::Bad, "有逾期"),
        "settled" => (Tone::Done, "已结清"),
        _ => (Tone::Wait, "其他"),
    }
}

/// The first part of the path: whose page it is.
fn portal(visit: &Visit) -> &'static str {
    match visit.path.split('/').nth(1) {
        Some("county") => "/county",
        Some("bank") => "/bank",
        _ => "/audit",
    }
}

/// Contracts by state or by what was looked for; the overdue ones at first.
pub async fn list(visit: Visit) -> Answer {
    let base = portal(&visit);
    let typed = visit.query.text("q");
    let wanted = visit.query.text("state");
    let shown = STATES.iter().find(|(code, _)| *code == wanted).unwrap_or(&STATES[0]);
    let which = match (typed.is_empty(), shown.0) {
        (false, _) => LoanList::Search(typed),
        (true, "overdue") => LoanList::Overdue,
        (true, status) => LoanList::Status(status),
    };
    let found = visit.office().loans(&visit.actor, which).await?;
    if let ([only], false) = (found.as_slice(), typed.is_empty()) {
        return visit.see(&format!("{base}/loan/{}", only.number));
    }
    let here = format!("{base}/loans");
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(base, "工作台")], "贷后"))
            div.title {
                h1 { @if typed.is_empty() { (shown.1) "的合同" } @else { "查找“" (typed) "”" } }
                form.unit.find method="get" action=(here) role="search" {
                    label.vh for="find" { "查合同" }
                    input.in id="find" name="q" value=(typed) placeholder="姓名、合同编号" data-key="/";
                    span { button.btn.btn-2 { "查找" } }
                }
            }
            section.panel aria-label="合同" {
                form.filter method="get" action=(here) {
                    div {
                        label for="state" { "状态" }
                        select id="state" name="state" { @for (code, word) in STATES { option value=(code) selected[*code == shown.0] { (word) } } }
                    }
                    div { button.btn.btn-2 { "筛选" } }
                }
                @if found.is_empty() {
                    div.mt3 { (empty("没有这样的合同。", html! { "换一个状态，或者按姓名、合同编号查找。" })) }
                } @else {
                    (table(base, &found))
                    @if found.len() as i64 >= LIST_MAX { p.hint { "只显示前 " (LIST_MAX) " 笔。" } }
                }
            }
        }
    };
    visit.desk("贷后").at(&here).show(body)
}

fn table(base: &str, found: &[Contract]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="合同" {
            table.data {
                caption.vh { "合同" }
                thead { tr { th scope="col" { "姓名" } th scope="col" { "合同编号" } th.n scope="col" { "贷款（元）" } th.n scope="col" { "未还本金" } th.n scope="col" { "逾期（元）" } th scope="col" { "下一个还款日" } th scope="col" { "现在" } } }
                tbody {
                    @for row in found {
                        @let (tone, word) = state(&row.status);
                        tr {
                            th scope="row" { a href={ (base) "/loan/" (row.number) } { (row.student_name) } }
                            td { (row.number) }
                            td.n { (yuan(Fen(row.principal_fen))) }
                            td.n { (yuan(Fen(row.outstanding_fen))) }
                            td.n { @if row.overdue_fen > 0 { b { (yuan(Fen(row.overdue_fen))) } } @else { "--" } }
                            td { (row.next_due_on.map_or("--".to_owned(), iso)) }
                            td { (bare_tag(tone, word)) }
                        }
                    }
                }
                tfoot { tr.total {
                    th scope="row" colspan="2" { "合计 " (found.len()) " 笔" }
                    td.n { (yuan(found.iter().map(|row| Fen(row.principal_fen)).sum())) }
                    td.n { (yuan(found.iter().map(|row| Fen(row.outstanding_fen)).sum())) }
                    td.n { (yuan(found.iter().map(|row| Fen(row.overdue_fen)).sum())) }
                    td colspan="2" {}
                } }
            }
        }
    }
}

/// The day asked for with `on`, or what is wrong with it; `None` is today.
fn as_of(visit: &Visit) -> Result<Option<Date>, Mistakes> {
    if visit.query.text("on").is_empty() {
        return Ok(None);
    }
    let mut reading = Reading::of(&visit.query);
    let day = reading.day("on", "日期");
    let day = reading.finish(day)?;
    if day > visit.today() {
        return Err(Mistakes::one("on", "这一天还没有到，请填今天或以前的日期"));
    }
    Ok(Some(day))
}

/// One contract, today or as it stood at the end of an earlier day.
pub async fn page(visit: Visit) -> Answer {
    let base = portal(&visit);
    let (asked, mistakes) = match as_of(&visit) {
        Ok(day) => (day, Mistakes::none()),
        Err(mistakes) => (None, mistakes),
    };
    let view = visit.office().loan_view(&visit.actor, visit.param("number"), asked).await?;
    let past = view.on < view.today;
    let (tone, word) = state(&view.row.status);
    let here = format!("{base}/loans");
    let title = format!("{} {}", view.row.student_name, view.row.number);
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(base, "工作台"), (&here, "贷后")], &view.row.student_name))
            div.title {
                h1 { (view.row.student_name) "　" span.mut.fw4 { (view.row.number) "，第 " (view.row.version) " 版" } }
                p { (bare_tag(tone, word)) @if base == "/county" { "　" a href={ "/county/case/" (view.application) } { "看申请" } } }
                @if !past { (deeds(&visit, base, &view)) }
            }
            @if visit.query.text("done") == "study" { p.note { b { "就学信息和还款计划已经改好。" } "下面就是新计划，以前结过的账没有变。" } }
            (on_a_day(&visit, base, &view, &mistakes))
            @if let Some(life) = &view.life { (standing(&view, life)) }
            @else if past { p.note { "这一天还没有放款，没有账。" } }
            @else { p.note { "还没有放款，没有账。" } }
            @if let Some(life) = &view.life { (rows(life)) }
            div.grid.g-2.mt3 { (events(&view)) (postings(&view.postings)) }
        }
    };
    visit.desk(&title).at(&here).mistaken(&mistakes).show(body)
}

/// Which day the figures are of, another day to look at, and the file to do the sum again.
fn on_a_day(visit: &Visit, base: &str, view: &LoanView, mistakes: &Mistakes) -> Markup {
    let here = format!("{base}/loan/{}", view.row.number);
    html! {
        section.panel aria-label="哪一天的账" {
            (fields::error_summary(mistakes))
            @if view.on < view.today {
                p.note { b { (show::day(view.on)) "当天结束时的账。" } "后来的收款和变更没有算在里面。" a href=(here) { "看今天的" } }
            }
            form.filter method="get" action=(here) {
                (Text::new("on", "看哪一天的账").hint("例如 2026-12-20").shape("w11", "text").draw(Filled { values: &visit.query, mistakes }))
                div { button.btn.btn-2 { "查看" } }
                @if view.file.is_some() { div { a href={ (here) "/life?on=" (view.on) } { "下载复算文件" } } }
            }
        }
    }
}

/// The contract's terms and events as the input of `zhuxue replay`.
pub async fn life(visit: Visit) -> Answer {
    let asked = as_of(&visit).map_err(|_| Stop::NotFound)?;
    let view = visit.office().loan_view(&visit.actor, visit.param("number"), asked).await?;
    let Some(file) = view.file else { return Err(Stop::NotFound) };
    let text = serde_json::to_string_pretty(&file).expect("a value of ours is JSON");
    visit::file(&format!("{}-{}.json", view.row.number, view.on), "application/json", text.into_bytes())
}

/// What can be done from here.
fn deeds(visit: &Visit, base: &str, view: &LoanView) -> Markup {
    let number = &view.row.number;
    let settled = view.row.settled_on.is_some();
    let clerk = visit.is(Role::CountyClerk);
    let prints = clerk || visit.is(Role::BankMaker) || visit.is(Role::BankChecker);
    html! {
        @if settled && prints { div.btns { (super::button(visit, &format!("{base}/loan/{number}/settled"), "btn-2", "打印结清证明", &[])) } }
        @if !settled && clerk && view.life.is_some() { div.btns { a.btn.btn-2 href={ (base) "/loan/" (number) "/study" } { "就学信息变更" } } }
        @if clerk && base == "/county" && view.life.is_some() { (crate::student::settled::buttons(visit, &format!("{base}/loan/{number}"))) }
    }
}

/// Prints the certificate that everything is paid.
pub async fn settled(visit: Visit) -> Answer {
    let base = portal(&visit);
    let view = visit.office().loan_view(&visit.actor, visit.param("number"), None).await?;
    let act = Print { number: view.application, kind: PaperKind::SettlementCertificate };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    visit.see(&format!("{base}/paper/{}", printed.code))
}

/// Prints one of the papers of a running loan.
pub async fn print_one(visit: Visit) -> Answer {
    let base = portal(&visit);
    let kind = crate::student::settled::wanted(&visit)?;
    let view = visit.office().loan_view(&visit.actor, visit.param("number"), None).await?;
    let act = Print { number: view.application, kind };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    visit.see(&format!("{base}/paper/{}", printed.code))
}

/// The file of a paper that has its force.
pub async fn paper(visit: Visit) -> Answer {
    pdf(visit.office().paper_pdf(&visit.actor, visit.param("code")).await?)
}

fn standing(view: &LoanView, life: &Life) -> Markup {
    let open = &life.balances;
    let overdue = open.overdue_principal + open.overdue_interest;
    let due = open.due_principal + open.due_interest;
    counters(&[
        ("贷款", html! { (yuan(Fen(view.row.principal_fen))) small { (view.school_name) } }),
        ("未到期本金", html! { (yuan(open.principal_not_due)) }),
        ("待扣款", html! { (yuan(due)) }),
        ("逾期", html! { (yuan(overdue)) @if open.penalty.is_positive() { small { "罚息 " (yuan(open.penalty)) } } }),
        ("学生余款", html! { (yuan(open.deposit)) }),
        (
            "放款日",
            html! { (view.row.disbursed_on.map_or("--".to_owned(), iso)) small { (view.row.matures_in) " 年到期" } },
        ),
    ])
}

fn rows(life: &Life) -> Markup {
    html! {
        section.panel aria-labelledby="rw" {
            div.lr { h2 #rw { "每一期" } span.hint { "过去的按账，将来的按现在的利率预计" } }
            div.scroll tabindex="0" role="region" aria-labelledby="rw" {
                table.data.dense {
                    caption.vh { "每一期应还和已还" }
                    thead { tr {
                        th scope="col" { "结息日" } th scope="col" { "种类" } th.n scope="col" { "天数" } th.n scope="col" { "利率" }
                        th.n scope="col" { "本金" } th.n scope="col" { "利息" } th.n scope="col" { "国家贴息" } th.n scope="col" { "应还" }
                        th.n scope="col" { "已还" } th.n scope="col" { "逾期" } th.n scope="col" { "余本金" } th scope="col" { "依据" }
                    } }
                    tbody {
                        @for row in &life.rows {
                            @let overdue = row.overdue_principal + row.overdue_interest;
                            tr {
                                th.nw scope="row" { (iso(row.due_on)) }
                                td { (kind(row.kind)) }
                                td.n { (row.days) }
                                td.n { (row.rate) "%" @if row.rate_projected { "（预计）" } @else if row.rate_synthetic { "（演示利率）" } }
                                td.n { (yuan(row.principal)) }
                                td.n { (yuan(row.interest)) }
                                td.n { (yuan(row.interest_subsidised)) }
                                td.n { b { (yuan(row.total)) } }
                                td.n { (yuan(row.paid_principal + row.paid_interest)) }
                                td.n { @if overdue.is_positive() { (bare_tag(Tone::Bad, &yuan(overdue))) } @else { "--" } }
                                td.n { (yuan(row.closing)) }
                                td { @if let Some(why) = row.why.first() { span.src { (citation(why)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Settlement => "结息",
        RowKind::Prepayment => "提前还款",
        RowKind::Closing => "结清",
        RowKind::Period => "分期",
    }
}

fn events(view: &LoanView) -> Markup {
    let zone =
        FixedOffset::east_opt(TimeDelta::hours(8).num_seconds() as i32).expect("eight hours are less than a day");
    html! {
        section.panel aria-labelledby="ev" {
            h2 #ev { "发生过什么" }
            @if view.events.is_empty() { p.hint { "还没有。" } } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="ev" {
                    table.data.dense {
                        caption.vh { "合同上的事件" }
                        thead { tr { th scope="col" { "日期" } th scope="col" { "事件" } th scope="col" { "登记" } } }
                        tbody {
                            @for one in &view.events {
                                tr { td.nw { (iso(one.event.on)) } td { (event(&one.event.kind)) } td.nw.mut { (one.by) " " (one.at.with_timezone(&zone).format("%m-%d %H:%M")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What happened, in words.
pub fn event(kind: &EventKind) -> Markup {
    match kind {
        EventKind::Paid { amount, channel, reference } => {
            html! { "收到 " (yuan(*amount)) " 元 " span.mut { (paid_through(channel)) " " (reference) } }
        }
        EventKind::Bounced { reference, .. } => html! { "收款被退回 " span.mut { (reference) } },
        EventKind::Refunded { amount } => html! { "退给学生 " (yuan(*amount)) " 元" },
        EventKind::SchoolRefunded { amount } => html! { "学校退回本金 " (yuan(*amount)) " 元" },
        EventKind::PrepayFiled { amount: PrepayAmount::All } => html! { "申请提前还清" },
        EventKind::PrepayFiled { amount: PrepayAmount::Part(part) } => html! { "申请提前还本金 " (yuan(*part)) " 元" },
        EventKind::PrepayCancelled { effective_on } => html! { "撤销 " (iso(*effective_on)) " 的提前还款" },
        EventKind::StudyChanged { graduates_in, .. } => html! { "毕业年份改为 " (graduates_in) " 年" },
        EventKind::StudyResumed { from, graduates_in } => html! { (iso(*from)) " 起又读书，" (graduates_in) " 年毕业" },
        EventKind::Withdrew => html! { "退学" },
        EventKind::Expelled => html! { "开除学籍" },
        EventKind::Died => html! { "借款人死亡" },
        EventKind::Converted { to: ConvertTo::Floating } => html! { "利率转为浮动" },
        EventKind::Converted { to: ConvertTo::Fixed } => html! { "利率转为固定" },
        EventKind::SpreadChanged { spread_bp } => html! { "加点改为 " (spread_bp) " 个基点" },
        EventKind::Deferred { year } => html! { (year) " 年本金延期" },
        EventKind::Waived { year } => html! { (year) " 年免息" },
        EventKind::Relieved(Relief::Whole) => html! { "还款救助，全部" },
        EventKind::Relieved(Relief::Bill { year }) => html! { "还款救助，" (year) " 年这一期" },
        EventKind::Compensated { amount } => html! { "风险补偿 " (yuan(*amount)) " 元" },
        EventKind::WrittenOff => html! { "核销" },
    }
}

fn paid_through(channel: &str) -> &str {
    match channel {
        "alipay" => "支付宝",
        "unionpay" => "银联",
        other => other,
    }
}

fn postings(postings: &[Posting]) -> Markup {
    html! {
        section.panel aria-labelledby="ps" {
            div.lr { h2 #ps { "记账" } span.hint { (postings.len()) " 笔，每笔借贷相抵" } }
            @if postings.is_empty() { p.hint { "还没有。" } } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="ps" {
                    table.data.dense {
                        caption.vh { "记账分录" }
                        thead { tr { th.n scope="col" { "序号" } th scope="col" { "日期" } th scope="col" { "种类" } th scope="col" { "起因" } th scope="col" { "科目和金额（元）" } } }
                        tbody {
                            @for one in postings {
                                tr {
                                    td.n { (one.seq) } td.nw { (iso(one.on_day)) } td { (posting(&one.kind)) } td { (cause(&one.cause)) }
                                    td { @for (place, (account, amount)) in one.legs.iter().enumerate() { @if place > 0 { "，" } span.nw { (ledger_account(account.code())) " " (yuan_brief(amount)) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn posting(kind: &str) -> &str {
    match kind {
        "disbursed" => "放款",
        "settled" => "结息",
        "billed" => "贴息申请",
        "received" => "收款",
        "collected" => "收回逾期",
        "debited" => "扣款",
        "prepaid" => "提前还款",
        "adjusted" => "调整",
        "waived" => "免息",
        "relieved" => "还款救助",
        "compensated" => "风险补偿",
        "written_off" => "核销",
        "deferred" => "延期",
        "recovered" => "核销后收回",
        "refunded" => "退款",
        "bounced" => "退回",
        "school_refunded" => "学校退回",
        other => other,
    }
}

fn cause(cause: &str) -> Markup {
    match cause.split_once(':') {
        Some(("day", day)) => html! { (day) " 到期" },
        Some(("event", number)) => html! { "第 " (number) " 个事件" },
        _ => html! { "放款" },
    }
}

fn ledger_account(code: &str) -> &str {
    match code {
        "principal" => "本金",
        "interest_own" => "应收利息-学生",
        "interest_state" => "应收贴息",
        "penalty" => "应收罚息",
        "interest_income" => "利息收入",
        "penalty_income" => "罚息收入",
        "deposit" => "学生余款",
        "disbursing" => "在途放款",
        "platform" => "平台清算",
        "finance" => "财政贴息清算",
        "relief_fund" => "还款救助",
        "risk_fund" => "风险补偿金",
        "school" => "学校应付",
        "suspense" => "挂账",
        "written_off" => "核销",
        other => other,
    }
}
