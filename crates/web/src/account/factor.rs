//! 动态口令: a member of staff sets the own device up. The secret is shown while it is being set up and never again;
//! the recovery codes are shown once.

use maud::{Markup, PreEscaped, html};
use office::No;
use office::accounts::entrance::Duty;
use office::accounts::factor::{FactorOffer, FactorView};

use super::show;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// How it stands with the device.
pub async fn page(visit: Visit) -> Answer {
    form(&visit, &Mistakes::none()).await
}

async fn form(visit: &Visit, mistakes: &Mistakes) -> Answer {
    let session = visit.session.as_ref().ok_or(Stop::LogIn)?;
    let factor = visit.office().factor(&session.token).await?;
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let body = html! {
        (error_summary(mistakes))
        h1 { "动态口令" }
        @if session.duty == Some(Duty::SecondFactor) {
            p.note.note-warn.mt3 { b { "先设置动态口令。" } "工作人员登录要密码加动态口令，设置好以后才能继续。" }
        }
        @match &factor.next {
            Some(offer) => (offered(visit, filled, offer)),
            None => (standing(visit, filled, &factor)),
        }
    };
    show(visit, "动态口令", mistakes, body)
}

fn standing(visit: &Visit, filled: Filled<'_>, factor: &FactorView) -> Markup {
    html! {
        @if factor.set { p.mt3 { "已经开启。还有 " b { (factor.recovery_left) } " 个恢复码没有用过。" } }
        @else { p.mt3 { "手机上装一个验证器（TOTP），扫一次二维码，以后登录时输入它显示的 6 位数字。不用流量，也不用短信。" } }
        form method="post" action="/account/factor" novalidate {
            (visit.hidden())
            @if factor.set { div.mt6 { (code_field(filled, "换手机前，先输入现在的动态口令或一个恢复码")) } }
            div.btns { button.btn name="do" value="begin" { @if factor.set { "换一部手机" } @else { "开始设置" } } }
        }
    }
}

fn offered(visit: &Visit, filled: Filled<'_>, offer: &FactorOffer) -> Markup {
    html! {
        ol.steps.mt5 {
            li { "打开手机上的验证器，扫描这个二维码。" div.qr-box.mt2 { (PreEscaped(&offer.qr)) } }
            li { "扫不了，就手工输入密钥：" b.nw { (offer.secret) } }
            li { "输入验证器现在显示的 6 位数字。" }
        }
        form method="post" action="/account/factor" novalidate {
            (visit.hidden())
            div.mt5 { (code_field(filled, "6 位数字，30 秒换一次")) }
            div.btns { button.btn name="do" value="confirm" { "确认开启" } }
        }
    }
}

fn code_field(filled: Filled<'_>, hint: &str) -> Markup {
    Text::new("code", "动态口令").hint(hint).shape("w8", "numeric").autofill("one-time-code").draw(filled)
}

/// Begins to set a device up, or puts it into use.
pub async fn act(visit: Visit) -> Answer {
    let session = visit.session.as_ref().ok_or(Stop::LogIn)?;
    let code = visit.form.text("code").to_owned();
    let outcome = if visit.form.text("do") == "confirm" {
        let mut reading = Reading::of(&visit.form);
        reading.text("code", "动态口令", 20);
        if let Err(mistakes) = reading.finish(()) {
            return form(&visit, &mistakes).await;
        }
        visit.office().confirm_factor(&session.token, &code).await.map(Some)
    } else {
        visit.office().begin_factor(&session.token, &code).await.map(|()| None)
    };
    match outcome {
        Ok(None) => visit.see("/account/factor"),
        Ok(Some(recovery)) => shown_once(&visit, &recovery),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            form(&visit, &Mistakes::one("code", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}

fn shown_once(visit: &Visit, recovery: &[String]) -> Answer {
    let body = html! {
        h1 { "动态口令已开启" }
        p.mt3 { "下次登录，输入密码以后再输入动态口令。" }
        section.sec {
            h2 { "恢复码，只显示这一次" }
            p { "手机丢了，用恢复码登录，每个只能用一次。请抄下来或打印，锁好。" }
            ul.codes.mt3 { @for code in recovery { li { (code) } } }
            div.btns.no-print { a.btn href=(crate::site::home_of(&visit.actor)) { "记好了，继续" } button.btn.btn-2 type="button" data-print hidden { "打印" } }
        }
    };
    show(visit, "动态口令已开启", &Mistakes::none(), body)
}
