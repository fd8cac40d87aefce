//! 看完整证件号: the reason first, then the number for this one page view; a minute later the page goes back.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use maud::html;
use office::application::fact::Party;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, area, error_summary};
use crate::staff::{self, key_of, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

fn party(visit: &Visit) -> Result<Party, Stop> {
    match visit.param("party") {
        "borrower" => Ok(Party::Borrower),
        "co_borrower" => Ok(Party::CoBorrower),
        _ => Err(Stop::NotFound),
    }
}

/// The question why.
pub async fn page(visit: Visit) -> Answer {
    ask(&visit, &Form::default(), &Mistakes::none(), None).await
}

async fn ask(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let of = party(visit)?;
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let address = format!("/county/case/{}", case.number);
    let whose = match of {
        Party::Borrower => case.student.name.clone(),
        Party::CoBorrower => case.co_borrower.as_ref().map(|co| co.name.clone()).ok_or(Stop::NotFound)?,
    };
    let filled = Filled { values, mistakes };
    let again = refused.is_some_and(|refused| refused.code == "prove_again" || refused.code == "wrong_password");
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[("/county", "工作台"), (&address, &case.student.name)], "看完整证件号"))
            div.title { h1 { "看完整证件号　" span.mut.fw4 { (whose) } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            section.panel aria-label="看完整证件号" {
                p { "平时用掩码就够。每看一次都有记录，" (whose) "本人也能看到是谁、为什么。一小时看 30 次以上要再输密码，100 次停住。" }
                form method="post" action={ (address) "/id/" (visit.param("party")) } {
                    (visit.hidden())
                    (area(filled, "reason", "为什么要看", "例如：核对户口簿上的号码。", 2))
                    @if again { (Text::new("password", "再输一次登录密码").hint("演示系统里不用填。").shape("w18", "text").autofill("current-password").draw_secret(filled)) }
                    @if again { input type="hidden" name="again" value="yes"; }
                    div.btns { button.btn { "看" } a.btn.btn-2 href=(address) { "不看了" } }
                }
            }
        }
    };
    let page = visit.desk("看完整证件号").at("/county/cases").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Shows it once.
pub async fn show(visit: Visit) -> Answer {
    let of = party(&visit)?;
    let mut reading = Reading::of(&visit.form);
    let reason = reading.text("reason", "为什么要看", 200);
    let reason = match reading.finish(reason) {
        Ok(reason) => reason,
        Err(mistakes) => return ask(&visit, &visit.form, &mistakes, None).await,
    };
    let token = visit.session.as_ref().map(|session| session.token.clone()).ok_or(Stop::LogIn)?;
    if visit.form.text("again") == "yes"
        && let Err(refused) = settle(visit.office().prove_again(&token, visit.form.text("password")).await)?
    {
        return ask(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await;
    }
    let key = key_of(&visit, "id")?;
    let number = visit.param("number");
    let shown = visit.office().reveal_id(&visit.actor, &token, &key, number, of, &reason).await;
    let id_number = match settle(shown)? {
        Ok(id_number) => id_number,
        Err(refused) => return ask(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    };
    let address = format!("/county/case/{number}");
    let groups = [&id_number[..6], &id_number[6..14], &id_number[14..]];
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[("/county", "工作台"), (&address, "办件")], "完整证件号"))
            div.title { h1 { "完整证件号" } }
            section.panel aria-label="完整证件号" {
                p.big { @for group in groups { span.nw { (group) } " " } }
                p.hint { "一分钟后自动回到办件。不要抄在纸上、不要拍照。" }
                div.btns { a.btn href=(address) { "回到办件" } }
            }
        }
    };
    let mut answer = visit.desk("完整证件号").at("/county/cases").show(body)?;
    let back = HeaderValue::from_str(&format!("60; url={address}")).map_err(|_| Stop::NotFound)?;
    answer.headers_mut().insert(HeaderName::from_static("refresh"), back);
    Ok(answer)
}
