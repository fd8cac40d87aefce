//! 短信验证码登录: for citizens without a password, and for owners whose account was slowed down by somebody's guesses.
//! The page after the question is the same whoever was meant.

use maud::html;
use office::No;
use office::accounts::entrance::Door;
use office::accounts::text_code::{AskCode, LogInByCode};

use super::entrance::opened_page;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios};
use crate::site::home_of;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// Whose phone?
pub async fn page(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        return see(home_of(&session.actor));
    }
    question(&visit, &visit.query, &Mistakes::none())
}

fn question(visit: &Visit, values: &Form, mistakes: &Mistakes) -> Answer {
    let values = values.clone().or([("door", "student")]);
    let filled = Filled { values: &values, mistakes };
    let doors = [Choice::new("student", "我是学生"), Choice::new("co", "我是共同借款人（家长）")];
    let body = html! {
        div.split {
            form method="post" action="/login/code" novalidate {
                (error_summary(mistakes))
                h1 { "用短信验证码登录" }
                (visit.hidden())
                div.mt6 { (radios(filled, "door", "你是谁", "", &doors)) }
                (Text::new("login", "手机号或身份证号").hint("一家人共用一个手机号的，请填身份证号").shape("w18", "text").autofill("username").draw(filled))
                div.btns { button.btn { "发送验证码" } a href="/login" { "用密码登录" } }
            }
            aside.aside { section { h2 { "收不到短信" } p { "手机号换了，带身份证到县级资助中心或学校资助中心改；也可以打 95593。" } } }
        }
    };
    visit.page("用短信验证码登录").back("/login", "返回登录").mistaken(mistakes).show(body)
}

fn door(visit: &Visit) -> Door {
    if visit.form.text("door") == "co" { Door::CoBorrower } else { Door::Student }
}

/// Sends a code to the phone we know, or nothing; the answer is the same.
pub async fn ask(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let login = reading.text("login", "手机号或身份证号", 60);
    let login = match reading.finish(login) {
        Ok(login) => login,
        Err(mistakes) => return question(&visit, &visit.form, &mistakes),
    };
    let asked = AskCode { login, door: door(&visit), request: visit.request(), caller: visit.place() };
    let on_its_way = visit.office().ask_code(&asked).await.map_err(Stop::failure)?;
    visit.office().hand_over_soon(on_its_way);
    answer(&visit, &Mistakes::none())
}

fn answer(visit: &Visit, mistakes: &Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let (login, door) = (visit.form.text("login"), visit.form.text("door"));
    let body = html! {
        div.split {
            div {
                (error_summary(mistakes))
                h1 { "输入短信验证码" }
                p.mt3 { "如果这个号码登记过，验证码已经发到登记的手机上，5 分钟内有效。" }
                @if visit.day.demonstration { p.note.mt3 { "演示系统不发真短信，验证码在演示用支付平台页面的“短信”里看。" } }
                form method="post" action="/login/code/enter" novalidate {
                    (visit.hidden())
                    input type="hidden" name="login" value=(login);
                    input type="hidden" name="door" value=(door);
                    input type="hidden" name="back" value=(visit.form.text("back"));
                    div.mt5 { (Text::new("code", "验证码").hint("6 位数字").shape("w8", "numeric").autofill("one-time-code").draw(filled)) }
                    div.btns { button.btn { "登录" } }
                }
                form.mt5 method="post" action="/login/code" {
                    (visit.hidden())
                    input type="hidden" name="login" value=(login);
                    input type="hidden" name="door" value=(door);
                    button.btn.btn-2 { "没收到，再发一次" }
                }
                p.hint.mt2 { "隔 60 秒才能再发，一天最多 5 条。" }
            }
            aside.aside { section { h2 { "小心诈骗" } p { "工作人员不会向你要验证码。谁问你要，都不要给。" } } }
        }
    };
    visit.page("输入短信验证码").back("/login/code", "换一个号码").mistaken(mistakes).show(body)
}

/// The code opens the session.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let code = reading.text("code", "验证码", 20);
    let code = match reading.finish(code) {
        Ok(code) => code,
        Err(mistakes) => return answer(&visit, &mistakes),
    };
    let typed = LogInByCode {
        login: visit.form.text("login").to_owned(),
        door: door(&visit),
        request: visit.request(),
        code,
        agent: visit.agent.clone(),
    };
    match visit.office().log_in_by_code(&typed).await {
        Ok(opened) => opened_page(&visit, &opened),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            answer(&visit, &Mistakes::one("code", format!("{}。{}", told.says, told.remedy)))
        }
        Err(no) => Err(no.into()),
    }
}
