//! What the small papers of a case say: the list of materials, the renewal statement, and after the pay-out the plan,
//! the confirmation at graduation, receipts and the change of study. Each is made of what is kept; where there is
//! nothing to say, there is no paper.

use chrono::Datelike;
use loan::calendar::Date;
use loan::event::{Event, EventKind, PrepayAmount};
use loan::money::Fen;
use paper::forms::{Change, ChangeForm, ChangeKind, Party, PlainKind, PlainPaper, PlanRow, PlanTotals, RepaymentPlan};
use paper::{amount_in_figures, amount_in_words};
use store::{Failure, Tx};

use super::{Content, PaperKind, mask_id, office_of};
use crate::application::ApplicationFact;
use crate::application::fact::Kind;
use crate::desk::Case;
use crate::servicing::books::{self, Ledger};
use crate::{Office, rules};

/// Who the paper is about, as every small paper names him.
pub(super) struct About {
    pub borrower: Party,
    pub school: String,
    pub county: store::office_place::Office,
}

/// The content of a small paper; `None` where there is nothing to say.
pub(super) async fn content(
    tx: &mut Tx<'_>,
    office: &Office,
    case: &Case,
    kind: PaperKind,
    (about, on): (About, Date),
) -> Result<Option<Content>, Failure> {
    match kind {
        PaperKind::MaterialList => materials(tx, office, case, (about, on)).await,
        PaperKind::RenewalStatement => Ok(statement(case, &about)),
        _ => match &case.progress.contract {
            Some(living) => match books::load(tx, case.book(), living.contract).await? {
                Some(ledger) if ledger.terms.is_some() => {
                    of_ledger(tx, office, (case, kind), ledger, (about, on)).await
                }
                _ => Ok(None),
            },
            None => Ok(None),
        },
    }
}

fn pair(label: &str, value: impl Into<String>) -> (String, String) {
    (label.to_owned(), value.into())
}

fn day(on: Date) -> String {
    format!("{} 年 {} 月 {} 日", on.year(), on.month(), on.day())
}

fn both(amount: Fen) -> String {
    format!("{} 元（大写：{}）", amount_in_figures(amount), amount_in_words(amount))
}

fn plain(paper: PlainPaper) -> Option<Content> {
    Some(Content::Plain(Box::new(paper)))
}

async fn materials(
    tx: &mut Tx<'_>,
    office: &Office,
    case: &Case,
    (about, on): (About, Date),
) -> Result<Option<Content>, Failure> {
    let known = rules::known_facts(tx, case, on).await?;
    let items = rules::checklist(office, case, &known)?;
    let rows = items.into_iter().map(|item| {
        let material = item.material;
        let mut name = material.name;
        if !material.pages.is_empty() {
            name += &format!("（{}）", material.pages.join("、"));
        }
        let original = match (material.show_original, material.hand_in_original) {
            (_, true) => "收原件",
            (true, false) => "看",
            (false, false) => "不用",
        };
        let copies = if material.copies > 0 { format!("{} 份", material.copies) } else { "不收".to_owned() };
        vec!["□".to_owned(), name, original.to_owned(), copies, if item.certain { "" } else { "视情况" }.to_owned()]
    });
    Ok(plain(PlainPaper {
        kind: PlainKind::MaterialList,
        headline: if case.kind == Kind::First { "首次贷款" } else { "续贷" }.to_owned(),
        pairs: vec![
            pair("借款学生", about.borrower.name),
            pair("办理地点", format!("{}（{}）", about.county.name, about.county.address)),
        ],
        columns: ["齐了打勾", "材料", "原件", "复印件", "说明"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        lines: vec!["带齐再来，一次办完。缺一样，窗口会写明缺什么。办贷款不收一分钱。".to_owned()],
        ..PlainPaper::default()
    }))
}

fn statement(case: &Case, about: &About) -> Option<Content> {
    let said = case.answers.statement.as_ref()?;
    let confirmed = |school: bool| {
        let found = case.facts.iter().rev().find(|recorded| match recorded.fact {
            ApplicationFact::StatementConfirmedBySchool => school,
            ApplicationFact::StatementConfirmedByCounty => !school,
            _ => false,
        });
        found.map_or_else(|| "还没有确认".to_owned(), |recorded| format!("{}确认", day(recorded.on)))
    };
    plain(PlainPaper {
        kind: PlainKind::RenewalStatement,
        pairs: vec![
            pair("借款学生", about.borrower.name.clone()),
            pair("身份证号", mask_id(&about.borrower.id_number)),
            pair("学校", about.school.clone()),
            pair("学年", format!("{}–{} 学年", case.number.year, case.number.year + 1)),
            pair("学校", confirmed(true)),
            pair("县级资助中心", confirmed(false)),
        ],
        lines: said.text.lines().map(str::to_owned).collect(),
        signers: vec!["借款学生".to_owned(), about.county.name.clone()],
        ..PlainPaper::default()
    })
}

async fn of_ledger(
    tx: &mut Tx<'_>,
    office: &Office,
    (case, kind): (&Case, PaperKind),
    ledger: Ledger,
    (about, on): (About, Date),
) -> Result<Option<Content>, Failure> {
    let Some(terms) = &ledger.terms else { return Ok(None) };
    let borrower = Party { id_number: mask_id(&about.borrower.id_number), ..about.borrower };
    let number = ledger.row.number.clone();
    let head = || {
        vec![
            pair("借款学生", borrower.name.clone()),
            pair("身份证号", borrower.id_number.clone()),
            pair("借款合同", number.clone()),
        ]
    };
    let happened = |wanted: fn(&EventKind) -> bool| -> Vec<&Event> {
        ledger.events.iter().filter(|event| event.on <= on && wanted(&event.kind)).collect()
    };
    let table = |kind, columns: &[&str], rows: Vec<Vec<String>>, line: &str| {
        if rows.is_empty() {
            return None;
        }
        plain(PlainPaper {
            kind,
            pairs: head(),
            columns: columns.iter().map(|title| (*title).to_owned()).collect(),
            rows,
            lines: vec![line.to_owned()],
            ..PlainPaper::default()
        })
    };
    Ok(match kind {
        PaperKind::RepaymentPlan => {
            let indexes = books::indexes(tx, office).await?;
            let life = ledger.life(&indexes, on.max(terms.disbursed_on))?;
            let plan = crate::view::quote(&indexes, terms)?;
            // What is over as it was, what is to come as it is quoted today.
            let past = life.rows.iter().filter(|row| row.due_on <= on);
            let rows: Vec<PlanRow> =
                past.chain(plan.rows.iter().filter(|row| row.due_on > on)).map(PlanRow::from).collect();
            Some(Content::Plan(Box::new(RepaymentPlan {
                contract_number: number,
                borrower,
                lender: office_of(tx, case.book(), "bank", on).await?.name,
                principal: terms.principal,
                as_of: on,
                settlement: terms.product.settlement,
                final_settlement: terms.product.final_settlement,
                totals: PlanTotals::of(&rows),
                rows,
            })))
        }
        PaperKind::GraduationConfirmation => {
            let own_interest_from = terms.product.own_interest_from.in_year(terms.graduates_in);
            let family = case.answers.family.as_ref();
            let mut pairs = head();
            pairs.extend([
                pair("学校", about.school),
                pair("毕业年份", format!("{} 年", terms.graduates_in)),
                pair("借款本金", both(terms.principal)),
                pair("开始自付利息", day(own_interest_from)),
                pair("宽限期", format!("{} 年，只还利息", terms.grace_years)),
                pair("最后还清", day(terms.product.final_settlement.in_year(terms.matures_in))),
                pair("手机", borrower.phone.clone()),
                pair("家庭住址", family.map(|family| family.address.clone()).unwrap_or_default()),
                pair(
                    "常用联系人",
                    family
                        .map(|family| format!("{}，{}", family.contact_name, family.contact_phone))
                        .unwrap_or_default(),
                ),
                pair("毕业去向", ""),
            ]);
            plain(PlainPaper {
                kind: PlainKind::GraduationConfirmation,
                pairs,
                lines: vec!["本人已核对以上内容，知道每年 12 月 20 日前把应还的钱存进还款账户；手机、住址、工作单位变了，及时登录更新。".to_owned()],
                signers: vec!["借款学生".to_owned(), "学校学生资助部门".to_owned()],
                ..PlainPaper::default()
            })
        }
        PaperKind::PrepaymentReceipt => {
            let rows = happened(|kind| matches!(kind, EventKind::PrepayFiled { .. })).into_iter().map(|event| {
                let EventKind::PrepayFiled { amount } = &event.kind else { return Vec::new() };
                let amount = match amount {
                    PrepayAmount::Part(amount) => both(*amount),
                    PrepayAmount::All => "全部".to_owned(),
                };
                vec![day(event.on), amount, day(loan::settlement::prepayment_effective_on(event.on))]
            });
            table(
                PlainKind::PrepaymentReceipt,
                &["申请日期", "提前还的本金", "还款日"],
                rows.collect(),
                "请在还款日前把钱存进还款账户。还款日以前可以撤销；钱不够的，申请自动失效。",
            )
        }
        PaperKind::PaymentReceipt => {
            let rows = happened(|kind| matches!(kind, EventKind::Paid { .. } | EventKind::Bounced { .. }));
            let rows = rows.into_iter().map(|event| match &event.kind {
                EventKind::Paid { amount, channel, reference } => {
                    vec![day(event.on), both(*amount), format!("{} {reference}", channel_words(channel))]
                }
                EventKind::Bounced { channel, reference } => {
                    vec![day(event.on), "退回".to_owned(), format!("{} {reference}", channel_words(channel))]
                }
                _ => Vec::new(),
            });
            table(
                PlainKind::PaymentReceipt,
                &["到账日期", "金额", "渠道和流水号"],
                rows.collect(),
                "以上为截至打印日到账的还款。",
            )
        }
        PaperKind::StudyChange => {
            let Some(event) = happened(|kind| matches!(kind, EventKind::StudyChanged { .. })).pop() else {
                return Ok(None);
            };
            let EventKind::StudyChanged { graduates_in, effective_on, matures_in } = &event.kind else {
                return Ok(None);
            };
            let mut changes = vec![Change {
                field: "毕业年份".to_owned(),
                before: format!("{} 年", terms.graduates_in),
                after: format!("{graduates_in} 年"),
            }];
            if let Some(matures_in) = matures_in {
                changes.push(Change {
                    field: "到期年份".to_owned(),
                    before: format!("{} 年", terms.matures_in),
                    after: format!("{matures_in} 年"),
                });
            }
            Some(Content::Change(Box::new(ChangeForm {
                kind: ChangeKind::Study,
                contract_number: number,
                filed_by: format!("借款学生 {}", borrower.name),
                borrower,
                agency: about.county.name,
                lender: office_of(tx, case.book(), "bank", on).await?.name,
                reason: "就学信息变更".to_owned(),
                effective_on: effective_on.unwrap_or(event.on),
                changes,
                proofs: Vec::new(),
                next: "贴息截止日、宽限期和还款计划随之改变，新的还款计划表可以同时打印。".to_owned(),
            })))
        }
        _ => None,
    })
}

fn channel_words(channel: &str) -> &str {
    match channel {
        "alipay" => "支付宝",
        "unionpay" => "云闪付",
        "school" => "学校",
        other => other,
    }
}
