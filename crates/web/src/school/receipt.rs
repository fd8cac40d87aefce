//! 录入回执: the code from the certificate and what the student still owes; the countdown stands beside it.

use axum::http::StatusCode;
use loan::money::Fen;
use maud::{Markup, html};
use office::origination::enter_receipt::EnterReceipt;
use office::view::school::Season;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, error_summary, ticks};
use crate::parts::lists::figures;
use crate::parts::show::{day_week, days_left, yuan};
use crate::staff::{self, crumb};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// The form.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None).await
}

/// Enters one receipt.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let code = reading.text("code", "校验码", 40);
    let tuition = reading.amount("tuition", "欠学费");
    let accommodation = reading.amount("accommodation", "欠住宿费");
    if tuition.0 < 0 {
        reading.mistake("tuition", "欠学费不能小于 0");
    }
    if accommodation.0 < 0 {
        reading.mistake("accommodation", "欠住宿费不能小于 0");
    }
    reading.agreed("papers_shown", "请先看学生的合同和受理证明，看过再勾选");
    let papers_shown = reading.ticked("papers_shown");
    let plain = |amount: Fen| format!("{}.{:02}", amount.0 / 100, amount.0 % 100);
    let act = EnterReceipt { code, tuition: plain(tuition), accommodation: plain(accommodation), papers_shown };
    let act = match reading.finish(act) {
        Ok(act) => act,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
    };
    match staff::perform(&visit, "", act).await? {
        Ok(entered) => visit.see(&format!("/school/receipt?entered={}", entered.number)),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let season = visit.office().school_season(&visit.actor).await?;
    let filled = Filled { values, mistakes };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/school", "工作台")], "录入回执"))
            div.title { h1 { "录入回执" } (countdown(&season)) }
            (staff::refusal(refused))
            (error_summary(mistakes))
            (entered(&season, visit.query.text("entered")))
            div.grid.g-main {
                section.panel aria-label="回执" {
                    form method="post" action="/school/receipt" data-keep {
                        (visit.hidden())
                        (Text::new("code", "校验码").hint("照受理证明输入，12 位。大小写、空格不用管，也可以用扫码枪。").shape("w18", "text").draw(filled))
                        (Text::new("tuition", "欠学费").hint("没有欠就填 0。").shape("w8", "decimal").unit("元").draw(filled))
                        (Text::new("accommodation", "欠住宿费").hint("没有欠就填 0。").shape("w8", "decimal").unit("元").draw(filled))
                        (ticks(filled, "papers_shown", "核对", "", &[Choice::new("yes", "学生本人提出，出示了借款合同和受理证明")]))
                        div.btns { button.btn { "录入回执" } }
                    }
                }
                section.panel aria-labelledby="rl" {
                    h2 #rl { "规则" }
                    ul.bul {
                        li { "贷款先抵欠的学费和住宿费，余下的到学生自己的账户。" }
                        li { "欠费比贷款多，也只抵到贷款的数。" }
                        li { "校验码一个小时输错 5 次，就要等下一个小时。" }
                        li { "录完不能改。金额录错了，请马上联系县资助中心作废重办。" }
                    }
                    p.mt3 { a href="/school/missing" { "还有 " (season.missing.len()) " 人没录" } }
                }
            }
        }
    };
    let page = visit.desk("录入回执").at("/school/receipt").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn countdown(season: &Season) -> Markup {
    let next = season
        .missing
        .iter()
        .filter(|one| one.days_left.is_some_and(|left| left >= 0))
        .find_map(|one| one.row.receipt_due_on);
    html! { @if let Some(last) = next { p { "最近的截止 " (day_week(last)) "，" (days_left(season.on, last)) } } }
}

fn entered(season: &Season, number: &str) -> Markup {
    let row = season.entered.iter().find(|row| !number.is_empty() && row.number == number);
    html! {
        @if let Some(row) = row {
            @let owed = Fen(row.owed_fen.unwrap_or_default());
            @let loan = Fen(row.amount_fen);
            section.panel.mb3 role="status" aria-label="已录入" {
                h2 { (row.student_name) " 的回执已录入" }
                (figures(&[
                    (html! { "贷款" }, html! { (yuan(loan)) " 元" }),
                    (html! { "欠费" }, html! { (yuan(owed)) " 元" }),
                    (html! { "放款后到学校" }, html! { (yuan(owed.min(loan))) " 元" }),
                    (html! { "余下给学生" }, html! { (yuan(loan - owed.min(loan))) " 元" }),
                ]))
                p.hint { "接下来由银行审批。可以录下一个学生。" }
            }
        }
    }
}
