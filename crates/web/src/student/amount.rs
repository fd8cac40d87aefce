//! 贷款金额和年限: what each choice costs, before anything is submitted. The plan is the real one, quoted by the
//! office under the rules of today.

use loan::money::Fen;
use loan::policy::limits::Allowed;
use loan::policy::terms::{Range, Study};
use maud::{Markup, html};
use office::application::answers::{Fields, Section, Study as Answered};
use office::view::case::CaseView;

use super::sections::keep;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, error_summary, radios};
use crate::parts::show;
use crate::plan::Plan;
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, see};
use crate::words;

/// The page, filled with the answer kept or with what the rules suggest.
pub async fn page(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let Some((study, allowed, range)) = known(&view)? else {
        return see(&format!("/student/apply/{}/study", view.number));
    };
    let values = match &view.answers.request {
        Some(request) if request.amount_fen == allowed.suggested.0 => {
            Form::of([("a", "fees".to_owned()), ("t", (request.matures_in - view.academic_year).to_string())])
        }
        Some(request) => Form::of([
            ("a", "other".to_owned()),
            ("sum", show::yuan_brief(Fen(request.amount_fen))),
            ("t", (request.matures_in - view.academic_year).to_string()),
        ]),
        None => Form::of([("a", "fees".to_owned()), ("t", range.max.to_string())]),
    };
    draw(&visit, &view, study, allowed, range, &values, Mistakes::none()).await
}

type Known<'v> = (&'v Answered, &'v Allowed, &'v Range);

/// What the page rests on; a rule that leaves no amount is a page of its own.
fn known(view: &CaseView) -> Result<Option<Known<'_>>, Stop> {
    let (Some(study), Some(amounts), Some(range)) = (&view.answers.study, &view.amounts, &view.terms) else {
        return Ok(None);
    };
    match amounts {
        Ok(allowed) => Ok(Some((study, allowed, range))),
        Err(broken) => {
            let (says, remedy) = words::told(broken.code, &broken.figures);
            Err(Stop::Refused(Refused { code: broken.code, field: None, says, remedy, why: broken.why.clone() }))
        }
    }
}

/// Recalculates, or saves.
pub async fn save(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let Some((study, allowed, range)) = known(&view)? else {
        return see(&format!("/student/apply/{}/study", view.number));
    };
    let read = read(&visit.form, allowed, range);
    let (amount, term) = match read {
        Ok(read) if visit.form.text("do") == "save" => read,
        Ok(_) => return draw(&visit, &view, study, allowed, range, &visit.form, Mistakes::none()).await,
        Err(mistakes) => return draw(&visit, &view, study, allowed, range, &visit.form, mistakes).await,
    };
    let matures_in = view.academic_year + i32::try_from(term).unwrap_or(0);
    let fields: Fields = [("amount", amount.to_string()), ("matures_in", matures_in.to_string())]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
    if let Some(mistakes) =
        keep(&visit, Section::Request, fields, &[("amount", "金额"), ("matures_in", "年限")]).await?
    {
        return draw(&visit, &view, study, allowed, range, &visit.form, mistakes).await;
    }
    see(&format!("/student/apply/{}", view.number))
}

fn read(form: &Form, allowed: &Allowed, range: &Range) -> Result<(Fen, u32), Mistakes> {
    let mut reading = Reading::of(form);
    let amount = match reading.choice("a", "借多少", &["fees", "other"]) {
        "fees" => allowed.suggested,
        _ => reading.amount("sum", "金额"),
    };
    if reading.mistakes().is_empty()
        && let Err(refusal) = allowed.accept(amount)
    {
        reading.mistake("sum", words::amount(&refusal));
    }
    let field = if form.text("t") == "other" { "years" } else { "t" };
    let term = reading.number(field, "年限", i64::from(range.min)..=i64::from(range.max)) as u32;
    reading.finish((amount, term))
}

async fn draw(
    visit: &Visit,
    view: &CaseView,
    study: &Answered,
    allowed: &Allowed,
    range: &Range,
    values: &Form,
    mistakes: Mistakes,
) -> Answer {
    let chosen = read(values, allowed, range).unwrap_or((allowed.suggested, range.max));
    let place = Study { length: study.programme_years as u32, grade: study.grade as u32 };
    let mut terms = crate::public::terms(range, place, Some(chosen.1));
    if !terms.contains(&chosen.1) {
        terms.push(chosen.1);
    }
    let mut plans = Vec::new();
    for term in &terms {
        plans.push((*term, plan(visit, view, study, chosen.0, *term).await?));
    }
    let plan = &plans.iter().find(|(term, _)| *term == chosen.1).expect("the chosen term is among them").1;
    // A term that was typed stands among the choices from now on.
    let typed = values.clone();
    let values = &if mistakes.is_empty() { typed.with("t", chosen.1.to_string()) } else { typed };
    let filled = Filled { values, mistakes: &mistakes };
    let back = format!("/student/apply/{}", view.number);
    let body = html! {
        form.split.split-3 method="post" novalidate {
            div {
                (error_summary(&mistakes))
                h1 { span.cap { "贷款金额和年限" } "借多少，分几年还？" }
                p.mt3.mut { "先满足学费和住宿费，剩下的可以当生活费。借得少，以后还得轻。" }
                (visit.hidden())
                div.mt6 { (amounts(filled, study, allowed)) }
                (years(filled, range, place, &plans))
                div.btns { button.btn.btn-2 name="do" value="calc" { "按新的选择重算" } }
            }
            aside.aside.side {
                section.box.sticky aria-labelledby="res" {
                    h2 #res { "借 " (show::yuan_brief(chosen.0)) " 元，" (chosen.1) " 年" }
                    (plan.figures())
                    p.hint.mt3 { "国家在校期间替你付利息 " (show::yuan(plan.subsidy())) " 元。" }
                }
            }
            div {
                section aria-labelledby="plan" {
                    h2 #plan { "每年要还多少" }
                    (plan.figure())
                    details.more.mt5 open { summary { "看每一年的数" } (plan.table())
                        @if let Some(end) = plan.ends_on() { p.hint { "最后一次是 " (show::day(end)) "。毕业前不用还。" } } }
                    p.src { "额度依据：" (words::citations(&allowed.why)) }
                    p.src { "年限依据：" (words::citations(&range.why)) }
                }
                div.btns.mt6 { button.btn name="do" value="save" { "保存并继续" } }
            }
        }
    };
    visit
        .page("贷款金额和年限")
        .at("/student/apply")
        .back(&back, "返回申请")
        .mistaken(&mistakes)
        .help(super::help(view))
        .show(body)
}

async fn plan(visit: &Visit, view: &CaseView, study: &Answered, amount: Fen, term: u32) -> Result<Plan, Stop> {
    let matures_in = view.academic_year + i32::try_from(term).unwrap_or(0);
    let life = visit.office().plan_at(&visit.actor, &view.number, amount, matures_in).await?;
    let disbursed_on = office::terms::expected_disbursement(view.academic_year, view.on);
    Ok(Plan::told(amount, disbursed_on, study.graduates_in, matures_in, life.rows))
}

fn amounts(filled: Filled<'_>, study: &Answered, allowed: &Allowed) -> Markup {
    let hint = format!(
        "{} 到 {} 元，以 {} 元为单位",
        show::yuan_brief(allowed.min),
        show::yuan_brief(allowed.max),
        show::yuan_brief(allowed.step)
    );
    let fees = html! { "学费 " (show::yuan_brief(Fen(study.tuition_fen))) " 元，住宿费 " (show::yuan_brief(Fen(study.accommodation_fen))) " 元" };
    let own = Choice {
        below: Some(html! { div.opt-in.unit { label.vh for="sum" { "金额" }
        input.in.w8 id="sum" name="sum" inputmode="numeric" value=(filled.values.text("sum"))
            aria-invalid=[filled.mistakes.of("sum").map(|_| "true")] aria-describedby="a-h"; span { "元" } }
        @if let Some(message) = filled.mistakes.of("sum") { p.err id="sum-e" { span.vh { "错误：" } (message) } } }),
        ..Choice::new("other", "自己填")
    };
    let head = format!("{} 元", show::yuan_brief(allowed.suggested));
    radios(filled, "a", "这一学年借多少", &hint, &[Choice::explained("fees", &head, fees), own])
}

fn years(filled: Filled<'_>, range: &Range, place: Study, plans: &[(u32, Plan)]) -> Markup {
    let after = range.max.saturating_sub(place.remaining());
    let hint = format!(
        "最短 {} 年，最长 {} 年：在校 {} 年加 {after} 年。选长的也可以随时提前还，不收费",
        range.min,
        range.max,
        place.remaining()
    );
    let mut choices: Vec<Choice> = plans
        .iter()
        .map(|(term, plan)| {
            let head = if *term == range.max { format!("{term} 年（最长）") } else { format!("{term} 年") };
            Choice::explained(term.to_string(), &head, html! { (plan.principal_words()) })
        })
        .collect();
    choices.push(Choice {
        below: Some(html! { div.opt-in.unit { label.vh for="years" { "年数" }
        input.in.w8 id="years" name="years" inputmode="numeric" value=(filled.values.text("years"))
            aria-invalid=[filled.mistakes.of("years").map(|_| "true")]; span { "年" } }
        @if let Some(message) = filled.mistakes.of("years") { p.err id="years-e" { span.vh { "错误：" } (message) } } }),
        ..Choice::new("other", "别的年数")
    });
    radios(filled, "t", "分几年还", &hint, &choices)
}
