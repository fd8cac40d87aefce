//! The first page: what this loan is in ten seconds, what time of the loan year it is, who, where, with whom, how.

use chrono::Datelike;
use loan::calendar::{Date, date};
use loan::contract::Indexes;
use loan::money::Fen;
use loan::policy::terms::{Study, graduates_in, matures_in, range};
use loan::policy::{Book, NotCovered, Parameter, Question, Scheme, StudyLevel, limits, receipt};
use maud::{Markup, html};

use crate::parts::show;
use crate::plan::{Plan, estimated_disbursement};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The first page.
pub async fn page(visit: Visit) -> Answer {
    let today = visit.today();
    let facts = facts(&visit.indexes(), today).map_err(|gap| Stop::Failure(gap.to_string()))?;
    let body = html! {
        div.split {
            div.stack {
                h1.display { "上大学缺学费，" br; "可以在家乡申请助学贷款" }
                p.lead { "家庭经济困难的大学生和父母一起，在户籍所在的县申请。在校期间利息由国家付，毕业后再慢慢还。不用抵押，不收任何费用。" }
                div.btns {
                    a.btn href="/check" { "查一查我能不能贷" }
                    a.btn.btn-2 href="/calc" { "算一算要还多少" }
                }
                p.hint { "资格自查只问 6 个问题，不用登录。已经申请过？" a href="/login" { "登录看进度和账单" } }
            }
            (season(today, &facts))
        }
        dl.facts.sec {
            div { dt { "本专科每年最多" } dd { (show::yuan_brief(facts.undergraduate)) small { "元" } } }
            div { dt { "研究生每年最多" } dd { (show::yuan_brief(facts.graduate)) small { "元" } } }
            @if let Some(rate) = &facts.rate { div { dt { "现在的年利率" } dd { (rate) small { "%" @if facts.example.as_ref().is_some_and(Plan::is_synthetic) { "，演示利率" } } } } }
            div { dt { "最长可以借" } dd { (facts.term_max) small { "年" } } }
        }
        @if let Some(example) = &facts.example { (life(example)) }
        (four())
    };
    visit.page("首页").at("/").show(body)
}

struct Facts {
    undergraduate: Fen,
    graduate: Fen,
    term_max: i64,
    rate: Option<String>,
    receipt_by: Date,
    repay_by: Date,
    bills_from: Date,
    example: Option<Plan>,
}

fn facts(published: &Indexes, today: Date) -> Result<Facts, NotCovered> {
    let book = Book::standard();
    let question = Question::national(Scheme::Origin, today);
    let limit = |level| limits::allowed(book, &question, level, None).map(|allowed| allowed.max);
    let covered = |no| match no {
        limits::NoAmount::NotCovered(gap) => gap,
        limits::NoAmount::FeesBelowMinimum { .. } => unreachable!("no fees were given"),
    };
    let year = today.year() + i32::from(today.month() > 10);
    let study = Study { length: 4, grade: 1 };
    let term = range(book, &question, study)?.max;
    let example = Plan::of(
        published,
        today,
        estimated_disbursement(year),
        Fen::yuan(12_000),
        graduates_in(year, study),
        matures_in(year, term),
    )
    .ok();
    Ok(Facts {
        undergraduate: limit(StudyLevel::Undergraduate).map_err(covered)?,
        graduate: limit(StudyLevel::Master).map_err(covered)?,
        term_max: book.count(&question, Parameter::TermMax)?,
        rate: example.as_ref().and_then(|plan| plan.rows.first()).map(|row| row.rate.to_string()),
        receipt_by: receipt::deadline(book, &question, today.year())?.last_on,
        repay_by: book.month_day(&question, Parameter::SettlementDay)?.in_year(today.year()),
        bills_from: book.month_day(&question, Parameter::BillVisibleFrom)?.in_year(today.year()),
        example: example.filter(|plan| !plan.rows.is_empty()),
    })
}

/// What time of the loan year it is, told by the day.
fn season(today: Date, facts: &Facts) -> Markup {
    let year = today.year();
    let repaying = (facts.bills_from..=facts.repay_by).contains(&today);
    let applying = (date(year, 7, 1)..=facts.receipt_by).contains(&today);
    html! {
        aside.box.stack aria-labelledby="season" {
            @if repaying {
                h2 #season { "现在是还款期" }
                p { (show::month_day(facts.bills_from)) "至" (show::month_day(facts.repay_by)) "，"
                    a href="/student/repay" { "登录查看并偿还" } "本年应还的利息和本金。距最后一天" (show::days_left(today, facts.repay_by)) "。" }
            } @else if applying {
                h2 #season { "现在是申请期" }
                p { "先" a href="/check" { "查资格" } "，再到户籍所在的县办理。开学后把回执交给学校，学校录入回执的最后一天是 "
                    (show::month_day(facts.receipt_by)) "，" (show::days_left(today, facts.receipt_by)) "。" }
            } @else {
                h2 #season { "贷款年度里的重要日期" }
                p { "暑假受理申请，开学交回执，11 月放款，12 月还款。" }
            }
            table.data {
                caption.vh { "贷款年度里的重要日期" }
                tbody {
                    tr { th.nw scope="row" { "5月" } td { "高中和县中心登记预申请名单" } }
                    tr.hit[applying] { th.nw scope="row" { "7月至9月" } td { "县中心受理贷款" } }
                    tr { th.nw scope="row" { (show::month_day(facts.receipt_by)) } td { "学校录入回执的最后一天" } }
                    tr.hit[repaying] { th.nw scope="row" { (show::month_day(facts.repay_by)) } td { "本年还款最后一天" } }
                }
            }
        }
    }
}

/// One loan from its first day to its last, as an example with its figures.
fn life(plan: &Plan) -> Markup {
    let (from, graduates) = (plan.disbursed_on.year(), plan.graduates_in);
    let interest_only = plan.years.iter().find(|year| year.own.is_positive() && year.year == graduates + 1);
    let (Some(first), Some(interest), Some(end)) = (plan.first_principal(), interest_only, plan.ends_on()) else {
        return html! {};
    };
    html! {
        section.sec aria-labelledby="life" {
            h2 #life { "一笔贷款怎么走完" }
            p.mut { "以 " (from) " 年入学、四年制本科、借 " (show::yuan_brief(plan.principal)) " 元、借 " (plan.years_total) " 年为例，按现在的利率。" }
            ol.life.mt5 {
                li { span.bar.state {} h3 { "在校 " (graduates - from) " 年" } p.mut { (from) "–" (graduates) } p.end { "国家付利息，你一分不用还。" } }
                li { span.bar.soft {} h3 { "毕业后头 " (first.year - graduates) " 年" } p.mut { (graduates) "–" (first.year) }
                    p.end { "只还利息，每年 " (show::yuan_brief(interest.own)) " 元。" } }
                li { span.bar {} h3 { "再往后 " (end.year() - first.year) " 年" } p.mut { (first.year) "–" (end.year()) }
                    p.end { "每年还本金 " (show::yuan_brief(first.principal)) " 元和剩下的利息，最后一次是 " (show::day(end)) "。随时可以提前还，不收费。" } }
            }
        }
    }
}

fn four() -> Markup {
    html! {
        section.sec aria-labelledby="four" {
            h2.vh #four { "谁能办、在哪办、和谁一起办、怎么办" }
            div.box { div.cols-2 {
                section.stack { h3 { "谁能办" }
                    ul.bul { li { "考上大学或正在读大学、研究生，学校在教育部名单里" } li { "学生和共同借款人的户籍都在本县" }
                        li { "家里的收入不够交学费和住宿费" } li { "今年没有办别的助学贷款" } }
                    p { a href="/check" { "用 6 个问题查一查" } } }
                section.stack { h3 { "在哪办" }
                    p { "首次贷款到户籍所在县的学生资助管理中心，只跑一次。续贷可以在网上办，也可以由学生或家长任一人到窗口办。" }
                    p { a href="/offices" { "找我县的资助中心" } } }
                section.stack { h3 { "和谁一起办" }
                    p { "原则上是父亲或母亲，称作“共同借款人”，和学生一起还款。父母不能办的，可以是其他监护人或近亲属，25 至 60 周岁。" } }
                section.stack { h3 { "怎么办" }
                    ol.steps { li { "网上填申请，随时可以存下再填" } li { "和家长带证件到县中心签合同" }
                        li { "开学把回执交给学校" } li { "11 月放款，学费直接到学校" } }
                    p { a href="/student/apply" { "开始申请" } } }
            } }
        }
    }
}
