//! 政策依据: every rule that holds today with its value, its days and its article; and one page per document.

use loan::policy::{Book, Document, Mark, Parameter, Question, Scheme, Value, reference, show};
use maud::{Markup, html};

use crate::parts::lists::{Tone, bare_tag};
use crate::parts::show as written;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// The rules in force at a place on a day.
pub async fn page(visit: Visit) -> Answer {
    let book = Book::standard();
    let county = visit.query.text("county");
    let county = reference::division(county).filter(|division| division.level == "county");
    let on = match visit.query.text("on") {
        "" => visit.today(),
        typed => typed.parse().unwrap_or(visit.today()),
    };
    let question = Question { county: county.map(|county| county.code), ..Question::national(Scheme::Origin, on) };
    let shown = show(book, &question);
    let body = html! {
        h1 { span.cap { "生源地信用助学贷款" } "现在的规定和依据" }
        p.mt3.col { "每一条都写明取值、从哪天起、出自哪份文件的哪一条。平台里的每个判断和每个数，都用这里的规定。" }
        form.mt5 method="get" action="/policy" {
            div.row-fields.col {
                (crate::parts::fields::Text::new("on", "看哪一天的规定").shape("w11", "numeric")
                    .draw(crate::parts::fields::Filled::fresh(&crate::form::Form::of([("on", written::iso(on))]))))
            }
            div.btns { button.btn.btn-2 { "换一天看" } }
        }
        @match &shown {
            Ok(shown) => (rules(&shown.answers)),
            Err(_) => p.note.mt5 { b { "这一天还没有生源地信用助学贷款的规定。" } "这项贷款从 2007 年开始试点，请选后面的日子。" },
        }
        section.sec aria-labelledby="docs" {
            h2 #docs { "文件" }
            ul.rows { @for document in book.documents() { li { (line(document)) } } }
        }
    };
    visit.page("政策依据").show(body)
}

fn rules(answers: &[loan::policy::Answer<'_>]) -> Markup {
    html! {
        table.data.cards.slim.mt5 {
            caption.vh { "规定、取值、起始日和依据" }
            thead { tr { th scope="col" { "规定" } th scope="col" { "取值" } th scope="col" { "从哪天起" } th scope="col" { "依据" } } }
            tbody {
                @for answer in answers.iter().filter(|answer| !matches!(answer.parameter, Parameter::ChecklistFirst | Parameter::ChecklistRenewal)) {
                    tr {
                        th scope="row" { (answer.parameter.words()) }
                        td { (value_words(answer.value, answer.parameter)) @if let Some(note) = answer.note { br; span.hint { (note) } } }
                        td.nw { (written::iso(answer.from)) " 起" }
                        td { (words::citation(answer.citation)) @if answer.mark != Mark::Official { " " span.hint { "（" (answer.mark.words()) "）" } } }
                    }
                }
            }
        }
    }
}

/// The value in words; an amount with its thousands apart, as on every other page.
fn value_words(value: &Value, parameter: Parameter) -> String {
    match value {
        Value::Amount(fen) => format!("{} 元", written::yuan_brief(*fen)),
        other => other.words(parameter),
    }
}

fn line(document: &Document) -> Markup {
    html! {
        a href={ "/policy/" (document.id) } { (document.title) }
        p.hint { (document.issuer) @if let Some(number) = &document.number { "，" (number) } "，" (document.kind.words()) }
    }
}

/// One document: what it is and which values rest on it.
pub async fn document(visit: Visit) -> Answer {
    let book = Book::standard();
    let document = book.document(visit.param("document")).ok_or(Stop::NotFound)?;
    let entries: Vec<_> = book.entries().iter().filter(|entry| entry.citation.doc == document.id).collect();
    let body = html! {
        div.col {
            h1 { span.cap { (document.kind.words()) } (document.title) }
            dl.sum.mt5 {
                div { dt { "发文" } dd { (document.issuer) } }
                @if let Some(number) = &document.number { div { dt { "文号" } dd { (number) } } }
                @if let Some(on) = document.published_on { div { dt { "公布" } dd { (written::day(on)) } } }
                div { dt { "效力" } dd { (document.in_force) } }
                div { dt { "适用" } dd { (document.scope) } }
                @if let Some(by) = &document.interpreted_by { div { dt { "解释" } dd { (by) } } }
            }
            @if let Some(note) = &document.note { p.hint.mt3 { (note) } }
        }
        section.sec {
            h2 { "出自这份文件的规定" }
            table.data.cards.slim {
                caption.vh { "条款、规定、取值和期间" }
                thead { tr { th scope="col" { "条款" } th scope="col" { "规定" } th scope="col" { "取值" } th scope="col" { "期间" } th scope="col" { "状态" } } }
                tbody {
                    @for entry in &entries {
                        tr {
                            th scope="row" { (words::article(&entry.citation.article)) }
                            td { (entry.parameter.words()) }
                            td { (value_words(&entry.value, entry.parameter)) @if let Some(note) = &entry.note { br; span.hint { (note) } } }
                            td.nw { (written::iso(entry.from)) "–" @if let Some(to) = entry.to { (written::iso(to)) } }
                            td { @if entry.applied { (bare_tag(Tone::Done, "适用")) } @else { (bare_tag(Tone::End, "印在文件里，不适用")) } }
                        }
                    }
                }
            }
        }
    };
    visit.page(&document.title).back("/policy", "返回政策依据").show(body)
}
