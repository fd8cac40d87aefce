//! 审计: who did what to which thing, everything that happened to one thing, and whether the chain holds. Nothing
//! here can change anything: there is no form but the one that searches.

use chrono::{FixedOffset, TimeDelta};
use maud::{Markup, html};
use office::view::audit::{BookView, RecordView};
use office::who::Role;

use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::iso;
use crate::route::{Reach, Route, Rule, get};
use crate::staff::{crumb, loans};
use crate::to;
use crate::visit::{Answer, Visit};

const AUDITOR: Rule = Rule::only([(Role::Auditor, Reach::Any), (Role::AuditAdmin, Reach::Any)]);
const LOANS: Rule = Rule::only([(Role::Auditor, Reach::Any)]);

/// Addresses of the audit.
pub const ROUTES: &[Route] = &[
    get("/audit", AUDITOR, to!(search)),
    get("/audit/chain", AUDITOR, to!(chain)),
    get("/audit/loans", LOANS, to!(loans::list)),
    get("/audit/loan/{number}", LOANS, to!(loans::page)),
    get("/audit/loan/{number}/life", LOANS, to!(loans::life)),
];

/// The timeline of one thing, or the newest records of a book.
async fn search(visit: Visit) -> Answer {
    let typed = visit.query.text("q").to_owned();
    let book = visit.query.text("book").parse::<i64>().unwrap_or(0);
    let books = visit.office().audit_books(&visit.actor).await?;
    let records = match typed.is_empty() {
        true => visit.office().audit_records(&visit.actor, book).await?,
        false => visit.office().audit_timeline(&visit.actor, &typed).await?,
    };
    let body = html! {
        main.main.wrap #main {
            div.title {
                h1 { @if typed.is_empty() { "最近的事件" } @else { (typed) " 的全部经过" } }
                form.unit.find method="get" action="/audit" role="search" {
                    label.vh for="find" { "对象编号" }
                    input.in id="find" name="q" value=(typed) placeholder="申请编号、合同编号、批次编号、账号序号" data-key="/";
                    span { button.btn.btn-2 { "查时间线" } }
                }
            }
            section.panel aria-label="事件" {
                form.filter method="get" action="/audit" {
                    div {
                        label for="book" { "账本" }
                        select id="book" name="book" { @for one in &books { option value=(one.book) selected[one.book == book && typed.is_empty()] { (name(one)) } } }
                    }
                    div { button.btn.btn-2 { "看最近的事件" } }
                }
                @if records.is_empty() { div.mt3 { (empty("没有事件。", html! { "核对编号；或者换一个账本。" })) } } @else { (table(&records)) }
            }
        }
    };
    visit.desk("事件检索").at("/audit").show(body)
}

fn name(book: &BookView) -> String {
    match (&book.county, book.book) {
        (Some(county), number) => format!("{county}（{number} 号）"),
        (None, 0) => "系统".to_owned(),
        (None, number) => format!("{number} 号"),
    }
}

fn table(records: &[RecordView]) -> Markup {
    let zone =
        FixedOffset::east_opt(TimeDelta::hours(8).num_seconds() as i32).expect("eight hours are less than a day");
    html! {
        div.scroll tabindex="0" role="region" aria-label="事件" {
            table.data.dense {
                caption.vh { "事件" }
                thead { tr { th scope="col" { "时间" } th scope="col" { "业务日期" } th scope="col" { "谁" } th scope="col" { "做了什么" } th scope="col" { "对象" } th scope="col" { "数据" } th.n scope="col" { "涉及行" } } }
                tbody {
                    @for one in records {
                        tr {
                            td.nw { (one.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S")) }
                            td.nw { (iso(one.on)) }
                            td.nw { (one.by) }
                            td { (act(&one.act)) }
                            td { a href={ "/audit?q=" (one.subject.1) } { (subject(&one.subject.0)) " " (one.subject.1) } }
                            td.mut { (detail(&one.detail)) }
                            td.n { (one.rows) }
                        }
                    }
                }
            }
        }
    }
}

/// Figures of a record: `a=1，b=2`.
fn detail(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let pairs = value.as_object().into_iter().flatten().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    });
    pairs.collect::<Vec<_>>().join("，")
}

fn subject(kind: &str) -> &str {
    match kind {
        "application" => "申请",
        "contract" => "合同",
        "batch" => "批次",
        "staff" => "账号",
        "session" => "登录",
        "person" => "人员",
        "visit" => "到访",
        "window" => "窗口",
        "shift" => "班次",
        "volunteer" => "志愿者",
        "phone_call" => "来电",
        "home_visit" => "上门",
        "question" => "提问",
        "book" => "账簿",
        "system" => "系统",
        "request" => "来件",
        "notice" => "通知",
        other => other,
    }
}

fn act(name: &str) -> &str {
    match name {
        "log_in" => "登录",
        "register" => "注册",
        "open_staff" => "开通账号",
        "set_role" => "改角色",
        "open_draft" => "开始填写",
        "save_answers" => "保存填写",
        "submit" => "提交申请",
        "withdraw" => "撤回",
        "book_visit" | "book_time" => "预约",
        "cancel_booking" => "取消预约",
        "join_wait_list" => "候补",
        "set_times" => "放号",
        "set_hall_day" => "排乡镇和时间",
        "set_window" => "设置窗口",
        "follow_load" => "开关潮汐窗口",
        "pause_window" => "暂停窗口",
        "announce" => "发公告",
        "check_in" | "walk_in" => "取号",
        "call_next" => "叫号",
        "handle_visit" => "办理进度",
        "plan_shift" => "排班",
        "serve_shift" => "记工时",
        "recruit_volunteer" => "招募志愿者",
        "log_call" => "记来电",
        "plan_home_visit" => "安排上门",
        "record_home_visit" => "记上门",
        "stock_hall" => "建物资清单",
        "count_goods" => "清点物资",
        "ask_question" => "提问",
        "answer_question" => "答复提问",
        "arrive" => "登记到场",
        "tick_material" => "核对材料",
        "override_rule" => "放行规定",
        "certify" => "困难认定",
        "return_application" => "退回补正",
        "mark_untrue" => "资料不实",
        "accept" => "受理",
        "generate_contract" => "生成合同",
        "confirm_read" => "读过合同",
        "sign" => "登记签字",
        "e_sign" => "电子签名",
        "review_e_contract" => "复核电子合同",
        "void_contract" => "作废合同",
        "issue_certificate" => "发受理证明",
        "print" => "打印",
        "enter_receipt" => "录入回执",
        "bank_review" => "银行审查",
        "bank_approve" => "银行批准",
        "bank_refuse" => "银行不予批准",
        "build_batch" => "生成批次",
        "remove_row" => "移出批次",
        "check_batch" => "复核批次",
        "send_batch" => "发送批次",
        "pay_out" => "放款",
        "confirm_statement" => "审过声明",
        "return_statement" => "退回声明",
        "undo_step" => "撤销上一步",
        "attach_scan" => "放扫描件",
        "detach_scan" => "拿掉扫描件",
        "reveal_id" => "看完整证件号",
        "alert_id_numbers" => "看证件号超过上限",
        "withdraw_consent" => "撤回同意",
        "give_consent" => "重新同意",
        "ask_for_copy" => "申请下载资料",
        "fetch_copy" => "下载资料",
        "erase_me" => "申请删除资料",
        "ask" => "反映问题",
        "answer_request" => "答复来件",
        "publish_notice" => "发布通知",
        "withdraw_notice" => "撤下通知",
        "confirm_notice" => "通知回执",
        other => other,
    }
}

/// Walks the chain of every book, now.
async fn chain(visit: Visit) -> Answer {
    let chains = visit.office().audit_chain(&visit.actor).await?;
    let broken = chains.iter().filter(|chain| !chain.faults.is_empty()).count();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/audit", "事件检索")], "链校验"))
            div.title {
                h1 { "链校验 " @if broken == 0 { (bare_tag(Tone::Done, "全部完好")) } @else { (bare_tag(Tone::Bad, &format!("{broken} 本不一致"))) } }
                div.btns { a.btn href="/audit/chain" { "再校验一次" } }
            }
            section.panel aria-label="各账本" {
                p.hint { "每打开一次就从头校验一次：逐行比对事件、分录和记录的摘要，再走一遍链。有人在库里改过、删过、换过次序，会指出在哪里。" }
                div.scroll tabindex="0" role="region" aria-label="各账本" {
                    table.data {
                        caption.vh { "各账本的校验结果" }
                        thead { tr { th scope="col" { "账本" } th.n scope="col" { "记录" } th.n scope="col" { "还没封" } th.n scope="col" { "数据行" } th scope="col" { "结果" } } }
                        tbody {
                            @for one in &chains {
                                tr {
                                    th scope="row" { (name(&one.book)) }
                                    td.n { (one.records) } td.n { (one.unsealed) } td.n { (one.rows) }
                                    td {
                                        @match one.faults.first() {
                                            None => { (bare_tag(Tone::Done, "完好")) }
                                            Some(fault) => { (bare_tag(Tone::Bad, &format!("{} 处不一致", one.faults.len()))) " " (fault.table) " " (fault.place) "：" (fault.what) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    visit.desk("链校验").at("/audit/chain").show(body)
}
