//! 还款试算: three terms side by side, then one of them as chart and table. A plain GET form: an address is a result.

use chrono::{Datelike, NaiveDate as Date};
use loan::contract::Indexes;
use loan::money::Fen;
use loan::policy::product::agreed;
use loan::policy::terms::{Range, Study, graduates_in, matures_in, range};
use loan::policy::{Book, Question, Scheme, StudyLevel, limits};
use loan::refusal::Citation;
use maud::{Markup, html};

use crate::form::{Form, Mistakes, Reading};
use crate::parts::chart;
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios, select};
use crate::parts::show;
use crate::plan::{NoPlan, Plan, estimated_disbursement, paid};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// What was asked.
struct Asked {
    amount: Fen,
    study: Study,
    term: Option<u32>,
}

/// The calculator.
pub async fn page(visit: Visit) -> Answer {
    let values =
        visit.query.clone().or([("level", "undergraduate"), ("length", "4"), ("grade", "1"), ("sum", "12,000")]);
    let today = visit.today();
    let (mistakes, result) = match read(&values, today) {
        Ok(asked) => (Mistakes::none(), Some(plans(&visit.indexes(), today, &asked)?)),
        Err(mistakes) => (mistakes, None),
    };
    let filled = Filled { values: &values, mistakes: &mistakes };
    let body = html! {
        (error_summary(&mistakes))
        h1 { "借多少，以后每年还多少？" }
        p.mt3.mut { "不用登录，不留记录。改一个数，再点一次“按新的选择重算”。" }
        (ask(filled, today)?)
        @if let Some(result) = &result { (tell(result, &values)) }
    };
    visit.page("还款试算").at("/calc").mistaken(&mistakes).show(body)
}

/// The year an application filed about now is for: until the receipts close it is this autumn, then the next.
fn applied_in(today: Date) -> i32 {
    today.year() + i32::from(today.month() > 10)
}

fn question(today: Date) -> Question<'static> {
    Question::national(Scheme::Origin, today)
}

fn read(values: &Form, today: Date) -> Result<Asked, Mistakes> {
    let mut reading = Reading::of(values);
    let level = match reading.choice("level", "学段", &["undergraduate", "graduate"]) {
        "graduate" => StudyLevel::Master,
        _ => StudyLevel::Undergraduate,
    };
    let length = reading.number("length", "学制", 1..=8) as u32;
    let grade = reading.number("grade", "年级", 1..=8) as u32;
    if grade > length {
        reading.mistake("grade", format!("学制是 {length} 年，年级不能超过 {length}"));
    }
    let amount = reading.amount("sum", "金额");
    if reading.mistakes().of("sum").is_none()
        && let Ok(allowed) = limits::allowed(Book::standard(), &question(today), level, None)
        && let Err(refusal) = allowed.accept(amount)
    {
        reading.mistake("sum", words::amount(&refusal));
    }
    let term = (!values.text("term").is_empty()).then(|| values.text("term").parse().ok()).flatten();
    reading.finish(Asked { amount, study: Study { length, grade }, term })
}

fn ask(filled: Filled<'_>, today: Date) -> Result<Markup, Stop> {
    let limit = |level| {
        limits::allowed(Book::standard(), &question(today), level, None).map_err(|no| Stop::Failure(no.to_string()))
    };
    let (under, graduate) = (limit(StudyLevel::Undergraduate)?, limit(StudyLevel::Master)?);
    let hint = format!(
        "本专科 {} 到 {} 元，研究生最多 {} 元，以 {} 元为单位",
        show::yuan_brief(under.min),
        show::yuan_brief(under.max),
        show::yuan_brief(graduate.max),
        show::yuan_brief(under.step)
    );
    let years = |from: u32, to: u32, words: &str| -> Vec<(String, String)> {
        (from..=to).map(|n| (n.to_string(), words.replace('#', &crate::words::chinese(n)))).collect()
    };
    Ok(html! {
        form.mt6 method="get" action="/calc" {
            (radios(filled, "level", "读什么", "", &[Choice::new("undergraduate", "本科或专科"), Choice::new("graduate", "研究生")]))
            div.row-fields.field {
                (select(filled, "length", "学制", "整个专业要读几年", "", &years(1, 8, "#年")))
                (select(filled, "grade", "这笔贷款用在哪一年", "新生选第一年", "", &years(1, 8, "第#年")))
                (Text::new("sum", "这一学年借多少").hint(&hint).shape("w11", "numeric").unit("元").draw(filled))
            }
            div.btns { button.btn.btn-2 { "按新的选择重算" } }
        }
    })
}

struct Compared {
    plans: Vec<(u32, Plan)>,
    chosen: usize,
    range: Range,
    study: Study,
    amount: Fen,
    why: Vec<Citation>,
}

fn plans(published: &Indexes, today: Date, asked: &Asked) -> Result<Compared, Stop> {
    let range = range(Book::standard(), &question(today), asked.study).map_err(|gap| Stop::Failure(gap.to_string()))?;
    let year = applied_in(today);
    let mut plans = Vec::new();
    for term in terms(&range, asked.study, asked.term) {
        let plan = Plan::of(
            published,
            today,
            estimated_disbursement(year),
            asked.amount,
            graduates_in(year, asked.study),
            matures_in(year, term),
        );
        plans.push((term, plan.map_err(failure)?));
    }
    let chosen = plans.iter().position(|(term, _)| Some(*term) == asked.term).unwrap_or(0);
    let why = agreed(Book::standard(), today).map_err(Stop::failure)?.why;
    Ok(Compared { plans, chosen, range, study: asked.study, amount: asked.amount, why })
}

fn failure(no: NoPlan) -> Stop {
    Stop::Failure(match no {
        NoPlan::NotCovered(gap) => gap.to_string(),
        NoPlan::Refused(refused) => format!("{refused:?}"),
    })
}

/// Longest, middle and a short term that still leaves two payments of principal; the asked one in place of the middle.
pub fn terms(range: &Range, study: Study, asked: Option<u32>) -> Vec<u32> {
    let short = (study.remaining() + 6).clamp(range.min, range.max);
    let middle = asked.filter(|term| (range.min..=range.max).contains(term) && *term != short && *term != range.max);
    let mut terms = vec![range.max, middle.unwrap_or((range.max + short).div_ceil(2)), short];
    terms.dedup();
    terms
}

fn tell(result: &Compared, values: &Form) -> Markup {
    let (_, chosen) = &result.plans[result.chosen];
    let top = result.plans.iter().flat_map(|(_, plan)| &plan.years).map(paid).max().unwrap_or_default();
    html! {
        section.sec aria-labelledby="three" {
            h2 #three { "分几年还，差多少" }
            p.hint { "最短 " (result.range.min) " 年，最长 " (result.range.max) " 年：在校 " (result.study.remaining())
                " 年加毕业后的年数。选长的也可以随时提前还，不收费。" }
            div.three.mt5 {
                @for (place, (term, plan)) in result.plans.iter().enumerate() {
                    div.plan-box.on[place == result.chosen] {
                        h3 { (term) " 年" @if *term == result.range.max { "（最长）" } }
                        (chart::small(&plan.years, &plan.chart_words(), top))
                        (plan.figures())
                        @if place == result.chosen { p.mt3 { b { "下面是这个方案" } } }
                        @else { p.mt3 { a href={ "/calc?" (values.clone().with("term", term.to_string()).query()) "#plan" } { "看 " (term) " 年的方案" } } }
                    }
                }
            }
        }
        section.sec.col aria-labelledby="plan" {
            h2 #plan { "借 " (show::yuan_brief(result.amount)) " 元，" (result.plans[result.chosen].0) " 年，每年要还多少" }
            (chosen.figure())
            details.more.mt5 open { summary { "看每一年的数" } (chosen.table()) (ending(chosen)) }
            p.hint.mt3 { "国家在校期间替你付利息 " (show::yuan(chosen.subsidy())) " 元。" }
            @if chosen.is_projected() { p.hint { "其中没有公布的利率，按最近一次公布的推算。" } }
            p.src { "依据：" (words::citations(&result.why)) "，年限：" (words::citations(&result.range.why)) }
            div.btns.mt5 { a.btn href="/check" { "查一查我能不能贷" } }
        }
    }
}

fn ending(plan: &Plan) -> Markup {
    html! {
        @if let Some(end) = plan.ends_on() {
            p.hint { "最后一次是 " (show::day(end)) "。" (plan.disbursed_on.year()) "–" (plan.graduates_in - 1) " 年在校，不用还。" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_terms_are_offered_without_repeats() {
        let check = |min, max, length, grade, asked, expected: &[u32]| {
            let range = Range { min, max, why: vec![] };
            assert_eq!(terms(&range, Study { length, grade }, asked), expected);
        };
        check(5, 19, 4, 1, None, &[19, 15, 10]);
        check(5, 19, 4, 1, Some(12), &[19, 12, 10]);
        check(5, 19, 4, 1, Some(19), &[19, 15, 10]);
        check(5, 19, 4, 1, Some(40), &[19, 15, 10]);
        check(9, 10, 8, 1, None, &[10]);
    }
}
