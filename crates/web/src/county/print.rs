//! 打印中心: what a day left to print, chosen by kind and day, as one file for the printer. A paper that was printed
//! before needs a reason.

use axum::http::StatusCode;
use loan::calendar::Date;
use loan::policy::{Book, Question, Scheme, four_questions};
use maud::{Markup, html};
use office::papers::PaperKind;
use office::papers::centre::{AT_ONCE, OF_A_DAY, ToPrint};
use office::papers::slips::{Slip, SlipKind};

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Filled, Text, error_summary, select};
use crate::parts::lists::empty;
use crate::parts::show::{day_week, iso};
use crate::staff::{self, crumb, words};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, pdf};

/// The day's list.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &visit.query, &Mistakes::none(), None).await
}

fn kind_of(values: &Form) -> PaperKind {
    let chosen = PaperKind::of(values.text("kind"));
    chosen.filter(|kind| OF_A_DAY.iter().any(|(known, _)| known == kind)).unwrap_or(PaperKind::AcceptanceCertificate)
}

fn day_of(visit: &Visit, values: &Form) -> Date {
    values.text("on").parse().unwrap_or(visit.today())
}

/// One file with everything that was ticked.
pub async fn many(visit: Visit) -> Answer {
    let numbers: Vec<String> = visit.form.all("number").map(str::to_owned).collect();
    if numbers.is_empty() {
        return show(&visit, &visit.form, &Mistakes::one("number", "还没有勾选要打印的"), None).await;
    }
    if numbers.len() > AT_ONCE {
        let says = format!("一次最多打印 {AT_ONCE} 份，请分几次");
        return show(&visit, &visit.form, &Mistakes::one("number", says), None).await;
    }
    let (kind, reason) = (kind_of(&visit.form), visit.form.text("reason"));
    let file = visit.office().print_many(&visit.actor, &visit.key()?, kind, &numbers, reason).await;
    match staff::settle(file)? {
        Ok(file) => pdf(file),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

/// The card to hand out, or the poster for the window.
pub async fn slip(visit: Visit) -> Answer {
    let places = visit.office().county_centres().await.map_err(Stop::failure)?;
    let place = places.into_iter().find(|place| Some(place.office) == visit.actor.office()).ok_or(Stop::NotFound)?;
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let slip = match visit.param("slip") {
        "card" => {
            let county = (!place.county.is_empty()).then_some(place.county.as_str());
            let question = Question { county, ..Question::national(Scheme::Origin, visit.today()) };
            let answers =
                four_questions::answered(Book::standard(), &question).map_err(|gap| Stop::Failure(gap.to_string()))?;
            let said = |one: &four_questions::Answered| {
                let words: Vec<&str> = one.lines.iter().map(|line| line.text.as_str()).collect();
                (one.question.to_string(), words.join("；"))
            };
            Slip {
                kind: SlipKind::PolicyCard,
                number: format!("MBK-{}-{}", place.county, iso(visit.today())),
                link: format!("/where?county={}", place.county),
                headline: place.name.clone(),
                pairs: answers
                    .iter()
                    .map(said)
                    .chain([pair("地址电话", &format!("{}，{}", place.address, place.phone))])
                    .collect(),
                lines: vec![
                    "办贷款不收一分钱。谁以“代办助学贷款”的名义收费、要验证码，都是骗子，请打 110。".to_owned(),
                ],
            }
        }
        "poster" => Slip {
            kind: SlipKind::WindowPoster,
            number: format!("HB-{}-{}", place.office, iso(visit.today())),
            link: format!("/hall/{}", place.office),
            headline: place.name.clone(),
            pairs: vec![pair("办理时间", &place.hours), pair("电话", &place.phone), pair("地址", &place.address)],
            lines: vec!["办贷款不收费。请勿把短信验证码告诉任何人。".to_owned()],
        },
        _ => return Err(Stop::NotFound),
    };
    pdf(visit.office().slip(&visit.actor, slip).await.map_err(Stop::failure)?)
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let (kind, on) = (kind_of(values), day_of(visit, values));
    let lines = visit.office().to_print(&visit.actor, kind, on).await?;
    let values = values.clone().or([("kind", kind.code()), ("on", &iso(on))]);
    let filled = Filled { values: &values, mistakes };
    let named = |kind: &PaperKind| (kind.code().to_owned(), words::paper(kind.code()).to_owned());
    let kinds: Vec<(String, String)> = OF_A_DAY.iter().map(|(kind, _)| named(kind)).collect();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台")], "打印中心"))
            div.title { h1 { "打印中心 " small.mut.fw4 { (day_week(on)) } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            section.panel aria-label="打印什么" {
                form.filter method="get" action="/county/print" {
                    (select(filled, "kind", "文书", "", "请选择", &kinds))
                    (Text::new("on", "哪一天办的").shape("w8", "text").draw(filled))
                    div.btns { button.btn.btn-2 { "列出" } }
                }
                p.hint.mt2 { "发给学生和家长的：" a href="/county/print/card" { "政策明白卡（A5）" } "　贴在窗口的：" a href="/county/print/poster" { "二维码海报（A3）" } }
            }
            section.panel aria-label="名单" {
                @if lines.is_empty() {
                    (empty("这一天没有要打印的。", html! { "换一天，或者换一种文书。" }))
                } @else { (list(visit, &values, filled, (kind, on), &lines)) }
            }
        }
    };
    let page = visit.desk("打印中心").at("/county/print").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn list(visit: &Visit, values: &Form, filled: Filled<'_>, (kind, on): (PaperKind, Date), lines: &[ToPrint]) -> Markup {
    let asked: Vec<&str> = values.all("number").collect();
    // What was never printed is ticked beforehand: that is the work of the day.
    let ticked =
        |line: &ToPrint| if asked.is_empty() { line.copies == 0 } else { asked.contains(&line.number.as_str()) };
    let again = lines.iter().any(|line| line.copies > 0);
    let mistake = filled.mistakes.of("number");
    html! {
        form method="post" action="/county/print" {
            (visit.hidden())
            input type="hidden" name="kind" value=(kind.code());
            input type="hidden" name="on" value=(iso(on));
            @if let Some(message) = mistake { p.err id="number" { span.vh { "错误：" } (message) } }
            p.all { input #all type="checkbox" data-all="number"; label for="all" { "全选，共 " (lines.len()) " 份" } }
            div.scroll tabindex="0" role="region" aria-label="要打印的文书" {
                table.data {
                    caption.vh { "这一天要打印的文书" }
                    thead { tr { td {} th scope="col" { "姓名" } th scope="col" { "申请编号" } th scope="col" { "打印过" } } }
                    tbody { @for (place, line) in lines.iter().enumerate() {
                        @let id = format!("n{place}");
                        tr {
                            td { input type="checkbox" id=(id) name="number" value=(line.number) checked[ticked(line)]; }
                            th scope="row" { label for=(id) { (line.student_name) } }
                            td { a href={ "/county/case/" (line.number) } { (line.number) } }
                            td { @if line.copies > 0 { (line.copies) " 次" } @else { "没有" } }
                        }
                    } }
                }
            }
            @if again {
                div.mt3 { (Text::new("reason", "补打的原因").hint("勾了打印过的才要写，例如：打印机卡纸、学生丢失").shape("w18", "text").draw(filled)) }
            }
            div.btns { button.btn { "打印勾选的" } }
            p.hint.mt2 { "合成一个文件打开，直接送打印机。每一份记一次打印；补打的受理证明上没有初始密码。" }
        }
    }
}
