//! 结清证明: the last paper of a loan, to print or to keep; its code can be checked by anybody.

use loan::refusal::Citation;
use maud::{Markup, html};
use office::papers::{PaperKind, Print};

use super::loan::{base, home, name, nav, view};
use crate::parts::lists::{Change, Fact, summary};
use crate::parts::show;
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, pdf};
use crate::words;

/// What it says, and the button that makes it.
pub async fn page(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let Some(on) = view.settled_on else {
        let (says, remedy) = words::told::<&str>("not_settled", &[]);
        let why = vec![Citation::of("sdvcst-2022", "23")];
        return Err(Stop::Refused(Refused { code: "not_settled", field: None, says, remedy, why }));
    };
    let here = home(&visit);
    let fact = |name, value: String| Fact { name, value: html! { (value) }, change: Change::No };
    let principal = view.terms.as_ref().map_or(loan::money::Fen::ZERO, |terms| terms.principal);
    let body = html! {
        form.col method="post" {
            h1 { span.cap { (name(&view)) } "结清证明" }
            div.mt5 { (summary(&[
                fact("借款学生", view.student_name.clone()),
                fact("合同编号", view.number.clone()),
                fact("贷款金额", format!("{} 元", show::yuan(principal))),
                fact("结清日期", show::day_text(on)),
            ])) }
            (visit.hidden())
            div.btns { button.btn { "打开结清证明" } }
            p.hint.mt3 { "证明上有二维码。拿到证明的人扫码，就能查到它是真的、现在还有效。" }
        }
    };
    visit.page("结清证明").at(nav(&visit)).back(&here, "返回合同").show(body)
}

/// Prints it.
pub async fn print(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let act = Print { number: view.application, kind: PaperKind::SettlementCertificate };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    visit.see(&format!("{}/paper/{}", base(&visit), printed.code))
}

/// Papers of a running loan, each with its name on the button.
pub(crate) const OF_A_LOAN: [(PaperKind, &str); 5] = [
    (PaperKind::RepaymentPlan, "还款计划表"),
    (PaperKind::PaymentReceipt, "还款凭证"),
    (PaperKind::PrepaymentReceipt, "提前还款回单"),
    (PaperKind::GraduationConfirmation, "毕业确认表"),
    (PaperKind::StudyChange, "就学变更单"),
];

/// The kind of paper a button asked for.
pub(crate) fn wanted(visit: &Visit) -> Result<PaperKind, Stop> {
    let asked = PaperKind::of(visit.form.text("kind"));
    asked.filter(|kind| OF_A_LOAN.iter().any(|(known, _)| known == kind)).ok_or(Stop::NotFound)
}

/// A button for every paper of a loan.
pub(crate) fn buttons(visit: &Visit, here: &str) -> Markup {
    html! {
        form method="post" action={ (here) "/print" } {
            (visit.hidden())
            div.btns { @for (kind, name) in OF_A_LOAN { button.btn.btn-2.btn-s name="kind" value=(kind.code()) { (name) } } }
        }
    }
}

/// Prints one of them.
pub async fn print_one(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let act = Print { number: view.application, kind: wanted(&visit)? };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    visit.see(&format!("{}/paper/{}", base(&visit), printed.code))
}

/// The PDF.
pub async fn paper(visit: Visit) -> Answer {
    pdf(visit.office().paper_pdf(&visit.actor, visit.param("code")).await?)
}
