//! The page of the sandbox: accounts, trades, messages, notifications and switches, for a person with a browser.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use loan::money::Fen;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Sandbox;
use super::world::{BillFaultKind, Faults, Told, World};
use crate::fault::Refusal;
use crate::identity::FaceAnswer;
use crate::moment;
use crate::platform::{AccountStatus, TradeKind, TradeStatus};

/// How many of the latest rows a table shows.
const ROWS: usize = 25;

const STYLE: &str = "
:root{color-scheme:light}
body{margin:0;font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;color:#1a2733;background:#f4f6f8}
header{background:#1f4e79;color:#fff;padding:12px 24px}header h1{font-size:22px;margin:0}header p{margin:0}
nav{background:#fff;border-bottom:1px solid #d5dde5;padding:8px 24px;display:flex;gap:8px 20px;flex-wrap:wrap}a{color:#1f4e79}
main{max-width:1240px;margin:0 auto;padding:16px 24px 64px}
section{background:#fff;border:1px solid #d5dde5;border-radius:6px;margin:16px 0;padding:8px 20px 20px}
h2{font-size:19px;margin:10px 0}p.hint{color:#51606e;margin:4px 0 10px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}
th,td{border-bottom:1px solid #e3e9ee;padding:4px 8px;text-align:left;white-space:nowrap}td.text{white-space:normal;min-width:16em}
td form{flex-wrap:nowrap;margin:0}tr:last-child td{border-bottom:0}td summary{cursor:pointer;color:#1f4e79}
th{background:#eef3f7;white-space:nowrap}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
form{display:inline-flex;gap:8px;flex-wrap:wrap;align-items:end;margin:4px 12px 4px 0}
label{display:flex;flex-direction:column;font-size:14px;color:#34424f}label.tick{flex-direction:row;gap:6px;align-items:center}
input,select{font:inherit;padding:6px 8px;border:1px solid #7a8a99;border-radius:4px;min-width:0}
button{font:inherit;padding:7px 14px;border:0;border-radius:4px;background:#1f4e79;color:#fff;cursor:pointer}
button.quiet{background:#e3e9ee;color:#1a2733}
:focus-visible{outline:3px solid #f0a500;outline-offset:1px}
.bad{color:#a1260d}.good{color:#0b6b3a}
";

/// The pages.
pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new().route("/", get(home)).route("/sandbox/face/{session}", get(face))
}

fn page(title: &str, lead: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (title) } p { (lead) } }
                main { (body) }
            }
        }
    }
}

/// A refusal, for a person.
pub fn refused(refusal: &Refusal) -> Response {
    let body = html! {
        section {
            h2.bad { "没有办成" }
            p { (refusal.detail) }
            p.hint { "代码：" (refusal.code) }
            p { a href="/" { "返回" } }
        }
    };
    (StatusCode::CONFLICT, page("合作方沙箱", "操作没有完成", &body)).into_response()
}

#[derive(serde::Deserialize)]
struct Search {
    /// Part of an account or of a name.
    #[serde(default)]
    q: String,
}

async fn home(State(sandbox): State<Arc<Sandbox>>, Query(Search { q }): Query<Search>) -> Markup {
    let now = (sandbox.clock)();
    sandbox.look(|world| {
        let lead = format!("业务日期 {}。这里扮演支付平台、银联、短信等合作方，仅供演示和测试。", world.today(now));
        let parts = [
            ("people", "办理"),
            ("bills", "待还账单"),
            ("accounts", "账户"),
            ("trades", "交易"),
            ("orders", "云闪付"),
            ("messages", "短信"),
            ("notifications", "通知"),
            ("faults", "故障开关"),
        ];
        let body = html! {
            nav aria-label="本页内容" { @for (id, name) in parts { a href={ "#" (id) } { (name) } } }
            (date_and_people(world, now))
            (bills(world))
            (accounts(world, q.trim()))
            (trades(world, q.trim()))
            (orders(world))
            (messages(world))
            (notifications(world))
            (faults(&world.faults))
        };
        page("合作方沙箱", &lead, &body)
    })
}

fn date_and_people(world: &World, now: DateTime<Utc>) -> Markup {
    html! {
        section id="people" {
            h2 { "办理" }
            form method="post" action="/sandbox/date" {
                label { "业务日期" input type="date" name="date" value=(world.today(now)) required; }
                button { "向前调到这一天" }
            }
            form method="post" action="/sandbox/repay" {
                label { "助学贷款还款：借款人账户" (account_choice(world)) }
                label { "付款人姓名" input name="payer" value="李四"; }
                label { "金额（元）" input name="amount" inputmode="decimal" required size="10"; }
                button { "代为还款" }
            }
            form method="post" action="/sandbox/processing/complete" { button.quiet { "办结处理中的交易" } }
        }
    }
}

fn account_choice(world: &World) -> Markup {
    html! {
        select name="account" required {
            @for account in world.accounts.values().rev().take(500) {
                option value=(account.account) { (account.name) " " (account.account) }
            }
        }
    }
}

/// How much of a list is shown.
fn more(count: usize) -> Markup {
    html! {
        @match count {
            0 => p.hint { "还没有。" },
            1..=ROWS => {},
            _ => p.hint { "共 " (count) " 条，显示 " (ROWS) " 条。" },
        }
    }
}

fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

/// What anybody can pay for a borrower, found by account; the name stays masked.
fn bills(world: &World) -> Markup {
    let mut open: Vec<_> = world.bills.values().filter(|bill| bill.should_amount.is_positive()).collect();
    open.sort_by_key(|bill| (bill.repay_date, &bill.account));
    html! {
        section id="bills" {
            h2 { "待还账单" }
            (more(open.len()))
            div.wide { table {
                thead { tr { th { "还款日" } th { "账户" } th { "借款人" } th { "应还（元）" } th { "明细" } th { "代还" } } }
                tbody { @for bill in open.iter().take(ROWS) { tr {
                    td { (bill.repay_date) } td { (bill.account) }
                    td { @if let Some(account) = world.accounts.get(&bill.account) { (account.view().name_masked) } }
                    td.n { (bill.should_amount) }
                    td { @for line in &bill.repay_list {
                        div { "合同 " (line.contract_no) "：本金 " (line.capital_amount) "，利息 " (line.interest_amount) }
                    } }
                    td { form method="post" action="/sandbox/repay" {
                        input type="hidden" name="account" value=(bill.account);
                        input type="hidden" name="payer" value="李四";
                        input name="amount" inputmode="decimal" size="8" value=(bill.should_amount) aria-label="金额（元）";
                        button.quiet { "代为还款" }
                    } }
                } } }
            } }
        }
    }
}

fn accounts(world: &World, q: &str) -> Markup {
    let found: Vec<_> =
        world.accounts.values().rev().filter(|known| known.account.contains(q) || known.name.contains(q)).collect();
    let others = world.balances.iter().filter(|(account, _)| !world.accounts.contains_key(*account));
    html! {
        section id="accounts" {
            h2 { "账户" }
            p.hint { "充值的钱留在借款人账户，扣款日由贷款机构扣收。全部账户余额之和恒为零。" }
            form method="get" action="/" {
                label { "账户或户名" input name="q" value=(q); }
                button.quiet { "查找账户和交易" }
            }
            (more(found.len()))
            div.wide { table {
                thead { tr { th { "账户" } th { "户名" } th { "手机" } th { "状态" } th { "余额（元）" } th { "充值" } } }
                tbody {
                    @for account in found.iter().take(ROWS) {
                        tr {
                            td { (account.account) }
                            td { (account.name) }
                            td { (account.view().phone_masked) }
                            td { @match account.status {
                                AccountStatus::Active => span.good { "已激活" },
                                AccountStatus::Opened => details {
                                    summary { "未激活，首次登录" }
                                    form method="post" action={ "/sandbox/accounts/" (account.account) "/activate" } {
                                        label { "受理证明上的初始密码" input name="first_password" autocomplete="off" required; }
                                        label { "新密码（至少 8 位）" input type="password" name="new_password" autocomplete="new-password" required; }
                                        button.quiet { "修改并激活" }
                                    }
                                },
                            } }
                            td.n { (world.balance(&account.account)) }
                            td { form method="post" action={ "/sandbox/accounts/" (account.account) "/top-up" } {
                                input name="amount" inputmode="decimal" size="8" required aria-label={ "给" (account.name) "充值的金额（元）" };
                                button.quiet { "充值" }
                            } }
                        }
                    }
                    @for (account, fen) in others {
                        tr { td { (account) } td colspan="3" { (purpose(account)) } td.n { (yuan(*fen)) } td {} }
                    }
                }
            } }
        }
    }
}

fn purpose(account: &str) -> &'static str {
    match account.split(':').next() {
        Some("lender") => "贷款机构",
        Some("school") => "学校",
        _ => "平台之外",
    }
}

fn kind_name(kind: TradeKind) -> &'static str {
    match kind {
        TradeKind::PayOut => "放款",
        TradeKind::SchoolTransfer => "学费划转",
        TradeKind::Debit => "扣款",
        TradeKind::Repayment => "助学贷款还款",
        TradeKind::TopUp => "充值",
        TradeKind::Refund => "退款",
        TradeKind::Bounce => "退回",
    }
}

fn trades(world: &World, q: &str) -> Markup {
    let of =
        |account: &str| account.contains(q) || world.accounts.get(account).is_some_and(|known| known.name.contains(q));
    let found: Vec<_> = world.trades.values().rev().filter(|row| of(&row.trade.account)).collect();
    html! {
        section id="trades" {
            h2 { "交易" }
            (more(found.len()))
            div.wide { table {
                thead { tr {
                    th { "平台交易号" } th { "商户订单号" } th { "类型" } th { "账户" } th { "金额（元）" } th { "实际（元）" }
                    th { "入账日" } th { "状态" } th { "批次流水号" } th { "操作" }
                } }
                tbody { @for row in found.iter().take(ROWS) { @let trade = &row.trade; tr {
                    td { (trade.trade_no) } td { (trade.out_trade_no) } td { (kind_name(trade.kind)) } td { (trade.account) }
                    td.n { (trade.total_amount) } td.n { (trade.settled_amount) } td { (trade.value_on) }
                    td {
                        @match trade.trade_status {
                            TradeStatus::Success => span.good { "成功" },
                            TradeStatus::Processing => "处理中",
                            TradeStatus::Failed => span.bad { "失败" },
                            TradeStatus::Closed => "已关闭",
                        }
                        @if trade.reason.is_some() { " 余额不足" }
                    }
                    td { (trade.batch_serial.as_deref().unwrap_or_default()) }
                    td { @if trade.kind == TradeKind::Repayment && row.returned < trade.settled_amount {
                        form method="post" action={ "/sandbox/trades/" (trade.trade_no) "/bounce" } { button.quiet { "退回" } }
                    } }
                } } }
            } }
        }
    }
}

fn orders(world: &World) -> Markup {
    html! {
        section id="orders" {
            h2 { "云闪付订单" }
            (more(world.orders.len()))
            div.wide { table {
                thead { tr { th { "订单号" } th { "内容" } th { "金额（元）" } th { "状态" } } }
                tbody { @for order in world.orders.values().rev().take(ROWS) { tr {
                    td { (order.order_no) } td { (order.subject) } td.n { (order.amount) }
                    td { @match &order.paid {
                        Some((_, on)) => span.good { (on) " 已支付" },
                        None => form method="post" action="/sandbox/unionpay/pay" {
                            input type="hidden" name="tn" value=(order.tn);
                            button.quiet { "在手机上支付" }
                        },
                    } }
                } } }
            } }
        }
    }
}

fn notifications(world: &World) -> Markup {
    let about = |told: &Told| match told {
        Told::Trade(trade) => format!("{} {}", kind_name(trade.kind), trade.trade_no),
        Told::Activated(account) => format!("账户激活 {account}"),
        Told::QuickPass(order_no) => format!("云闪付 {order_no}"),
    };
    html! {
        section id="notifications" {
            h2 { "通知" }
            form method="post" action="/sandbox/notifications/flush" { button.quiet { "立即发送等待中的通知" } }
            (more(world.outgoing.len()))
            div.wide { table {
                thead { tr { th { "序号" } th { "内容" } th { "已发次数" } th { "状态" } } }
                tbody { @for outgoing in world.outgoing.values().rev().take(ROWS) { tr {
                    td { (outgoing.number) } td { (about(&outgoing.told)) } td.n { (outgoing.attempts) }
                    td { @match (outgoing.delivered, outgoing.due_at) {
                        (true, _) => span.good { "已送达" },
                        (false, Some(due_at)) => { "等待，下次 " (moment::shanghai_text(due_at)) },
                        (false, None) => span.bad { "已放弃" },
                    } }
                } } }
            } }
        }
    }
}

fn messages(world: &World) -> Markup {
    html! {
        section id="messages" {
            h2 { "短信" }
            (more(world.messages.len()))
            div.wide { table {
                thead { tr { th { "业务日期" } th { "发送时间" } th { "手机" } th { "内容" } } }
                tbody { @for message in world.messages.iter().rev().take(ROWS) { tr {
                    td { (message.on) } td { (moment::shanghai_text(message.sent_at)) } td { (message.phone) }
                    td.text { (message.sign_name) (message.text) }
                } } }
            } }
        }
    }
}

fn faults(faults: &Faults) -> Markup {
    let ticks = [
        ("drop_answers", "办成后断开，不回答", faults.drop_answers),
        ("answer_processing", "放款、扣款先答“处理中”", faults.answer_processing),
        ("platform_down", "支付平台停机", faults.platform_down),
        ("gateways_down", "其他合作方停机", faults.gateways_down),
        ("corrupt_signature", "签名错误", faults.corrupt_signature),
        ("reverse_notifications", "通知倒序", faults.reverse_notifications),
        ("lose_notifications", "通知丢失", faults.lose_notifications),
    ];
    let numbers = [
        ("delay_answers_ms", "回答延迟（毫秒）", faults.delay_answers_ms.to_string()),
        ("delay_notifications_s", "通知延迟（秒）", faults.delay_notifications_s.to_string()),
        ("repeat_notifications", "通知多发次数", faults.repeat_notifications.to_string()),
        ("lie_on_amount_fen", "金额虚报（分，可为负）", faults.lie_on_amount_fen.to_string()),
    ];
    let bills = [
        (BillFaultKind::None, "none", "正常"),
        (BillFaultKind::Truncated, "truncated", "传输中截断"),
        (BillFaultKind::CutOff, "cut_off", "生成时截断"),
        (BillFaultKind::WrongTotal, "wrong_total", "合计错误"),
        (BillFaultKind::Yesterday, "yesterday", "前一日的账单"),
        (BillFaultKind::OtherAmounts, "other_amounts", "放款金额多 1 分"),
        (BillFaultKind::Gbk, "gbk", "GBK 编码（正常）"),
    ];
    html! {
        section id="faults" {
            h2 { "故障开关" }
            p.hint { "全部关闭就是正常的一天。" }
            form method="post" action="/sandbox/faults" {
                @for (name, label, on) in ticks {
                    label.tick { input type="checkbox" name=(name) value="true" checked[on]; (label) }
                }
                @for (name, label, value) in numbers {
                    label { (label) input name=(name) value=(value) size="8" inputmode="numeric"; }
                }
                label { "日账单" select name="bill" {
                    @for (kind, name, label) in bills { option value=(name) selected[faults.bill == kind] { (label) } }
                } }
                button { "设定" }
            }
        }
    }
}

async fn face(State(sandbox): State<Arc<Sandbox>>, Path(session): Path<String>) -> Response {
    let Some(check) = sandbox.look(|world| world.faces.get(&session).cloned()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = html! {
        section {
            h2 { (check.name_masked) " 的人脸核验" }
            @match check.answer {
                FaceAnswer::Waiting => {
                    p { "演示中不使用摄像头，请选择核验结果。" }
                    form method="post" action="/sandbox/face" {
                        input type="hidden" name="session" value=(session);
                        button name="matched" value="true" { "是本人" }
                        button.quiet name="matched" value="false" { "不是本人" }
                    }
                }
                FaceAnswer::Matched => p.good { "已通过。请回到申请页面继续。" },
                FaceAnswer::NotMatched => p.bad { "未通过。请到县级资助中心现场办理。" },
            }
        }
    };
    page("人脸核验", "由核验机构办理，贷款机构只收到“是”或“否”", &body).into_response()
}
