//! 账号协助: the counter gives a one-time slip or changes a lost phone number, the school changes the number, the
//! hotline sends a code to the phone we know. Nobody here sees or chooses a password.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::accounts::phone::ChangePhone;
use office::accounts::slip::{IssueSlip, SendHotlineCode};

use super::{crumb, done, perform, refusal};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary, select};
use crate::parts::show::instant;
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// What the operator saw, as it goes into the audit.
const PROOFS: [&str; 2] = ["本人到场，核对居民身份证原件", "本人到场，核对临时身份证或户口簿"];
/// What the hotline compared.
const HEARD: [&str; 2] = ["核对姓名、身份证号和就读学校", "核对姓名、身份证号和贷款金额"];

/// The page of a county or school.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None)
}

fn home(visit: &Visit) -> &'static str {
    if visit.is(Role::CountyClerk) { "/county" } else { "/school" }
}

fn choices(words: &[&str]) -> Vec<(String, String)> {
    words.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect()
}

/// Name and number read from the card, and what was seen.
fn card(filled: Filled<'_>, proofs: &[&str]) -> Markup {
    html! {
        (Text::new("name", "姓名").draw(filled))
        (Text::new("id_number", "身份证号").hint("可以用读卡器，读出来等于打字").draw(filled))
        (select(filled, "proof", "看了什么", "", "请选择", &choices(proofs)))
    }
}

fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let county = visit.is(Role::CountyClerk);
    let home = home(visit);
    let title = if county { "账号协助" } else { "改手机号" };
    let filled = Filled { values, mistakes };
    let fresh = Form::default();
    // Two forms share the names of their fields: what was typed goes back into the one that was sent.
    let sent_phone = values.has("phone");
    let (for_slip, for_phone) =
        if sent_phone { (Filled::fresh(&fresh), filled) } else { (filled, Filled::fresh(&fresh)) };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(home, "工作台")], title))
            div.title { h1 { (title) } }
            (refusal(refused))
            (error_summary(mistakes))
            (done(if visit.query.has("done") { "手机号已经改好，旧号码会收到通知。三天内不能改收款、还款账户。" } else { "" }))
            div.grid.g-main {
                section.panel aria-labelledby="ph" {
                    h2 #ph { "手机丢了、换号了" }
                    form method="post" action={ (home) "/accounts/phone" } data-keep {
                        (visit.hidden())
                        (scoped("p", card(for_phone, &PROOFS)))
                        (Text::new("phone", "新手机号").shape("w11", "tel").draw(for_phone))
                        div.btns { button.btn { "改手机号" } }
                    }
                }
                @if county {
                    section.panel aria-labelledby="sl" {
                        h2 #sl { "忘了密码" }
                        form method="post" action="/county/accounts/slip" data-keep {
                            (visit.hidden())
                            (card(for_slip, &PROOFS))
                            div.btns { button.btn { "打印一次性登录条" } }
                        }
                        p.hint.mt2 { "登录条 30 分钟有效，本人还要用手机收验证码，自己设密码。你看不到密码，也不能替人设。手机丢了，先改手机号。" }
                    }
                }
            }
        }
    };
    let page = visit.desk(title).at(if county { "/county/accounts" } else { "/school/accounts" }).mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// The same fields a second time on one page: every id gets a prefix, the names stay.
fn scoped(prefix: &str, fields: Markup) -> Markup {
    let html = fields.into_string();
    let html = ["id=\"", "for=\"", "aria-describedby=\""]
        .iter()
        .fold(html, |html, mark| html.replace(&format!(" {mark}"), &format!(" {mark}{prefix}-")));
    maud::PreEscaped(html)
}

/// The card as typed; every mistake is collected.
fn read_card(reading: &mut Reading<'_>, proofs: &[&str]) -> (String, String, String) {
    let name = reading.text("name", "姓名", 60);
    let id_number = reading.text("id_number", "身份证号", 40);
    let proof = reading.choice("proof", "看了什么", proofs).to_owned();
    (name, id_number, proof)
}

/// Gives a slip, to be printed and handed over.
pub async fn issue_slip(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let (name, id_number, proof) = read_card(&mut reading, &PROOFS);
    let act = match reading.finish(IssueSlip { id_number, name, proof }) {
        Ok(act) => act,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None),
    };
    let slip = match perform(&visit, "", act).await? {
        Ok(slip) => slip,
        Err(refused) => return show(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
    };
    let body = html! {
        main.slip #main {
            h1.c { "一次性登录条" }
            hr;
            p.code { (slip.code) }
            dl { dt { "姓名" } dd { (slip.name) } dt { "有效到" } dd { (instant(slip.until)) } }
            hr;
            ol.steps {
                li { "手机打开助学贷款网站，点“登录”，再点“在这里设新密码”。" }
                li { "输入身份证号和上面的码。" }
                li { "输入手机收到的验证码，自己设一个新密码。" }
            }
            p { "只能用一次。不要给别人看，工作人员也不会问你密码。" }
            p.no-print { button.btn.btn-2 type="button" data-print hidden { "打印" } " " a href="/county/accounts" { "回到账号协助" } }
        }
    };
    visit.sheet("一次性登录条", "paper").show(body)
}

/// Changes the number.
pub async fn change_phone(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let (name, id_number, proof) = read_card(&mut reading, &PROOFS);
    let phone = reading.phone("phone", "新手机号");
    let act = match reading.finish(ChangePhone { id_number, name, phone, proof }) {
        Ok(act) => act,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None),
    };
    match perform(&visit, "", act).await? {
        Ok(_) => visit.see(&format!("{}/accounts?done=phone", home(&visit))),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
    }
}

/// The hotline's page.
pub async fn hotline(visit: Visit) -> Answer {
    hotline_form(&visit, &Form::default(), &Mistakes::none(), None)
}

fn hotline_form(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "重设密码" } }
            (refusal(refused))
            (error_summary(mistakes))
            (done(if visit.query.has("done") { "一次性登录码已经发到登记的手机上，30 分钟内有效。请告诉来电人：打开网站，点“登录”，再点“在这里设新密码”。" } else { "" }))
            section.panel aria-label="重设密码" {
                form method="post" action="/hotline" data-keep {
                    (visit.hidden())
                    (card(filled, &HEARD))
                    div.btns { button.btn { "发送一次性登录码" } }
                }
                p.hint.mt2 { "码只发到本人登记的手机，你看不到。手机号换了，请来电人带身份证到县级资助中心或学校改。不要问密码，也不要问验证码。" }
            }
        }
    };
    let page = visit.desk("重设密码").at("/hotline").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Sends the code to the phone we know.
pub async fn send_hotline_code(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let (name, id_number, proof) = read_card(&mut reading, &HEARD);
    let act = match reading.finish(SendHotlineCode { id_number, name, proof }) {
        Ok(act) => act,
        Err(mistakes) => return hotline_form(&visit, &visit.form, &mistakes, None),
    };
    match perform(&visit, "", act).await? {
        Ok(sent) => {
            // The gateway may be slow or down; the message is kept and leaves with the next ones.
            visit.office().send_message(sent.person, &sent.message).await.map_err(Stop::failure)?;
            visit.see("/hotline?done=yes")
        }
        Err(refused) => hotline_form(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
    }
}
