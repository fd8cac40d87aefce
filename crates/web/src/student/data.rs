//! 我的资料与授权 (F21), for students and co-borrowers alike: who opened my file, what I agreed to, a copy of everything,
//! deletion with its limits. Before everything is shown or lost, the password is asked for once more.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::rights::consent::{Consent, GiveConsent, PURPOSES, WithdrawConsent};
use office::rights::erase::{EraseMe, Erased, YEARS_AFTER_REFUSAL, YEARS_AFTER_SETTLEMENT};
use office::rights::looks::Looked;
use office::who::Who;

use crate::form::Form;
use crate::parts::fields::{Choice, Filled, Text, ticks};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::{day, day_text};
use crate::staff::{done, perform, refusal, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, file};

/// `/student` or `/co`: the same pages under the reader's own entrance.
pub(crate) fn base(visit: &Visit) -> &'static str {
    if matches!(visit.actor.who, Who::CoBorrower(_)) { "/co" } else { "/student" }
}

fn token(visit: &Visit) -> Result<&str, Stop> {
    visit.session.as_ref().map(|session| session.token.as_str()).ok_or(Stop::LogIn)
}

/// The page of all rights.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None, "").await
}

async fn show(visit: &Visit, refused: Option<&Refused>, link: &str) -> Answer {
    let consents = visit.office().my_consents(&visit.actor).await?;
    let looks = visit.office().my_looks(&visit.actor).await?;
    let proved = visit.office().has_proved(token(visit)?).await.map_err(Stop::failure)?;
    let base = base(visit);
    let told = match visit.query.text("done") {
        "proved" => "核对过了，十分钟内有效。",
        "given" => "已重新同意。",
        "withdrawn" => "已撤回同意。",
        _ => "",
    };
    let body = html! {
        div.col.stack {
            h1 { "我的资料与授权" }
            (refusal(refused))
            (done(told))
            section.sec {
                h2 { "下载我的资料" }
                p { "平台里关于你的全部资料：申请、合同、账目、短信、谁看过。下载链接 24 小时内有效，只能用一次，只有你自己登录后能打开。" }
                @if !link.is_empty() {
                    p.note { b { "链接已生成。" } a href={ (base) "/data/copy/" (link) } { "现在下载" } "（只能下载一次）" }
                } @else if proved { (act(visit, &format!("{base}/data/copy"), "生成下载链接", &[])) }
                @else { (prove(visit, base)) }
            }
            section.sec {
                h2 { "谁看过我的资料" }
                @if looks.is_empty() { p { "还没有工作人员打开过你的资料。" } }
                @else { p { "最近一次是 " (day(looks[0].on)) "，" (looks[0].office) "。" a href={ (base) "/data/looks" } { "全部 " (looks.len()) " 条" } } }
            }
            section.sec { h2 { "同意过的事" } (agreed(visit, base, &consents)) }
            section.sec {
                h2 { "资料有错、想投诉、想申诉" }
                p { a href={ (base) "/ask" } { "写给县级资助中心" } "，每一件都有答复的期限。" a href={ (base) "/ask/mine" } { "看我提过的" } }
            }
            section.sec { h2 { "删除我的资料" } p { "没有贷款、没有在办的申请，才能删除。" a href={ (base) "/data/erase" } { "看看我的能不能删" } } }
            p.hint { a href="/about/privacy" { "信息用在哪里、给谁看、保存多久" } }
        }
    };
    let page = visit.page("我的资料与授权").back(base, "返回首页");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn act(visit: &Visit, action: &str, word: &str, fields: &[(&str, &str)]) -> Markup {
    crate::staff::button(visit, action, "btn-2", word, fields)
}

/// The password once more; nothing is asked where a demonstration opened the session.
fn prove(visit: &Visit, base: &str) -> Markup {
    html! {
        form method="post" action={ (base) "/data/prove" } {
            (visit.hidden())
            input type="hidden" name="back" value=(visit.path);
            (Text::new("password", "再输一次登录密码").hint("确认是你本人。演示系统里不用填。").shape("w18", "text").autofill("current-password").draw_secret(Filled::fresh(&Form::default())))
            div.btns { button.btn.btn-2 { "核对" } }
        }
    }
}

fn purpose(code: &str) -> &'static str {
    match code {
        "sensitive_data" => "为办理贷款使用身份证、家庭经济等敏感信息",
        "credit_bureau" => "查询和报送信用报告",
        _ => "其他",
    }
}

fn agreed(visit: &Visit, base: &str, consents: &[Consent]) -> Markup {
    html! {
        @if consents.is_empty() { p { "还没有。提交申请时会逐项问你。" } }
        ul.rows {
            @for code in PURPOSES.iter().copied() {
                @let of: Vec<_> = consents.iter().filter(|one| one.purpose == code).collect();
                @if let Some(last) = of.last() {
                    li {
                        div.lr { h3 { (purpose(code)) } @if last.withdrawn_at.is_none() { (bare_tag(Tone::Done, "同意")) } @else { (bare_tag(Tone::End, "已撤回")) } }
                        p.hint { (day(office::clock::shanghai_on(last.given_at))) "同意" @if let Some(at) = last.withdrawn_at { "，" (day(office::clock::shanghai_on(at))) "撤回" } }
                        @if last.withdrawn_at.is_none() {
                            p { "撤回以后，没签合同的申请会停下；签了的合同按合同继续履行，已经报送的信用记录依法保留。" }
                            (act(visit, &format!("{base}/data/consent"), "撤回同意", &[("purpose", code), ("do", "withdraw")]))
                        } @else { (act(visit, &format!("{base}/data/consent"), "重新同意", &[("purpose", code), ("do", "give")])) }
                    }
                }
            }
        }
    }
}

/// The password once more.
pub async fn proved(visit: Visit) -> Answer {
    let outcome = visit.office().prove_again(token(&visit)?, visit.form.text("password")).await;
    match settle(outcome)? {
        Ok(()) if visit.form.text("back").ends_with("/erase") => visit.see(&format!("{}/data/erase", base(&visit))),
        Ok(()) => visit.see(&format!("{}/data?done=proved", base(&visit))),
        Err(refused) => show(&visit, Some(&refused), "").await,
    }
}

/// Makes the link of a copy.
pub async fn ask_copy(visit: Visit) -> Answer {
    let outcome = visit.office().ask_for_copy(&visit.actor, token(&visit)?).await;
    match settle(outcome)? {
        Ok(link) => show(&visit, None, &link.token).await,
        Err(refused) => show(&visit, Some(&refused), "").await,
    }
}

/// The copy behind a link, once.
pub async fn copy(visit: Visit) -> Answer {
    let outcome = visit.office().fetch_copy(&visit.actor, token(&visit)?, visit.param("token")).await;
    match settle(outcome)? {
        Ok(copy) => {
            let text = serde_json::to_vec_pretty(&copy).expect("a copy is plain data");
            file("我的助学贷款资料.json", "application/json; charset=utf-8", text)
        }
        Err(refused) => show(&visit, Some(&refused), "").await,
    }
}

/// Takes a consent back, or gives it again.
pub async fn consent(visit: Visit) -> Answer {
    let purpose = visit.form.text("purpose").to_owned();
    let (outcome, word) = match visit.form.text("do") {
        "withdraw" => (perform(&visit, "", WithdrawConsent { purpose }).await?.map(drop), "withdrawn"),
        "give" => (perform(&visit, "", GiveConsent { purpose }).await?, "given"),
        other => {
            let detail = format!("不认识的操作：{other}");
            return Err(Stop::Unreadable { code: "unknown_value", detail, field: Some("do".to_owned()) });
        }
    };
    match outcome {
        Ok(()) => visit.see(&format!("{}/data?done={word}", base(&visit))),
        Err(refused) => show(&visit, Some(&refused), "").await,
    }
}

/// Who opened the file.
pub async fn looks(visit: Visit) -> Answer {
    let looks = visit.office().my_looks(&visit.actor).await?;
    let what = |looked: Looked| match looked {
        Looked::Case => "打开办件",
        Looked::Scans => "看材料扫描件",
        Looked::IdNumber => "看完整证件号",
    };
    let body = html! {
        h1 { "谁看过我的资料" }
        p.mt3.col { "工作人员每打开一次都有记录。看完整证件号必须写原因。觉得不对，可以" a href={ (base(&visit)) "/ask?asked=complaint" } { "投诉" } "。" }
        @if looks.is_empty() { div.mt5 { (empty("还没有工作人员打开过你的资料。", html! { "打开以后这里会有记录。" })) } }
        @else {
            table.data.cards.mt5 {
                caption.vh { "谁在哪天看过什么" }
                thead { tr { th scope="col" { "日期" } th scope="col" { "单位" } th scope="col" { "谁" } th scope="col" { "看了什么" } th.n scope="col" { "次数" } th scope="col" { "原因" } } }
                tbody { @for look in &looks { tr {
                    th scope="row" { (day(look.on)) } td { (look.office) } td { (look.name) } td { (what(look.what)) } td.n { (look.times) } td { @if look.reason.is_empty() { "办理业务" } @else { (look.reason) } }
                } } }
            }
        }
    };
    visit.page("谁看过我的资料").back(&format!("{}/data", base(&visit)), "返回我的资料").show(body)
}

/// Deletion: what would happen, then the question.
pub async fn ask_erase(visit: Visit) -> Answer {
    erasing(&visit, None).await
}

async fn erasing(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let base = base(visit);
    let proved = visit.office().has_proved(token(visit)?).await.map_err(Stop::failure)?;
    let body = html! {
        div.col.stack {
            h1 { "删除我的资料" }
            (refusal(refused))
            ul.bul {
                li { "贷款没还清：不能删。合同要用这些资料，直到还清。共同借款人也一样。" }
                li { "贷款还清了：合同档案还要保存 " (YEARS_AFTER_SETTLEMENT) " 年，期间只存不用，到期删除。" }
                li { "申请没有批下来：保存 " (YEARS_AFTER_REFUSAL) " 年，期间只存不用，到期删除。" }
                li { "从来没有提交过申请：马上删除，不能恢复，账户同时注销。" }
            }
            @if proved {
                form method="post" action={ (base) "/data/erase" } {
                    (visit.hidden())
                    (ticks(Filled::fresh(&visit.form), "understood", "", "", &[Choice::new("yes", "我明白：删除以后不能恢复，以后再贷款要从头填")]))
                    div.btns { button.btn { "申请删除" } a.btn.btn-2 href={ (base) "/data" } { "不删了" } }
                }
            } @else { (prove(visit, base)) }
        }
    };
    let page = visit.page("删除我的资料").back(base, "返回首页");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Deletes, or says what stands against it.
pub async fn erase(visit: Visit) -> Answer {
    let proved = visit.office().has_proved(token(&visit)?).await.map_err(Stop::failure)?;
    let understood = visit.form.text("understood") == "yes";
    let outcome = match perform(&visit, "", EraseMe { understood, proved }).await? {
        Ok(outcome) => outcome,
        Err(refused) => return erasing(&visit, Some(&refused)).await,
    };
    let (title, words) = match outcome {
        Erased::NeededByLoan { loans } => (
            "现在不能删除",
            html! { "你还有 " (loans) " 笔贷款没有还清，履行合同要用这些资料。还清以后，再保存 " (YEARS_AFTER_SETTLEMENT) " 年。" },
        ),
        Erased::Restricted { until } => {
            ("已限制使用", html! { "从今天起，你的资料只存不用。" (day_text(until)) "以后，再来申请一次就会删除。" })
        }
        Erased::Deleted => ("已删除", html! { "你的资料已经删除，不能恢复。账户也已注销，可以关掉这个页面。" }),
    };
    let body = html! { div.col.stack { h1 { (title) } p { (words) } p { a href="/" { "回到首页" } } } };
    visit.page(title).show(body)
}
