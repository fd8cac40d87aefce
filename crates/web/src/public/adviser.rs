//! 贷多少、贷几年: a family says what it has and what it needs; the page proposes an amount and a term and shows the
//! burden (R2.21). Advice only.

use loan::money::Fen;
use loan::policy::choice::{Choice as _, StudyLevel};
use loan::policy::product::agreed;
use loan::policy::{Book, Question, Scheme, adviser, limits, terms};
use maud::{Markup, html};

use crate::form::{Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios};
use crate::parts::lists::figures;
use crate::parts::show::yuan_brief;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The sums asked for: field, label, hint.
const SUMS: [(&str, &str, &str); 5] = [
    ("fees", "一年的学费加住宿费", "看录取通知书"),
    ("living", "一年的生活费", "吃饭、交通、学习用品"),
    ("can_pay", "家里一年拿得出", "不用借就能付的"),
    ("other_help", "助学金和其他资助", "没有填 0"),
    ("can_repay", "工作以后一年还得起的本金", "按一个月还得起的乘 12"),
];

/// The questions, and the proposal once they are answered.
pub async fn page(visit: Visit) -> Answer {
    if visit.query.is_empty() {
        return show(&visit, &Mistakes::none(), None);
    }
    let mut reading = Reading::of(&visit.query);
    let level = reading.choice("level", "读什么", &["college", "undergraduate", "master", "doctor"]).to_owned();
    let years = u32::try_from(reading.number("years", "学制", 1..=8)).unwrap_or(1);
    let grade = u32::try_from(reading.number("grade", "年级", 1..=8)).unwrap_or(1);
    let sums: Vec<Fen> = SUMS.iter().map(|(field, label, _)| reading.amount(field, label)).collect();
    if grade > years {
        reading.mistake("grade", "年级不能超过学制");
    }
    if let Err(mistakes) = reading.finish(()) {
        return show(&visit, &mistakes, None);
    }
    let book = Book::standard();
    let question = Question::national(Scheme::Origin, visit.today());
    let study = terms::Study { length: years, grade };
    let level = StudyLevel::from_code(&level).unwrap_or(StudyLevel::Undergraduate);
    let gap = |gap: String| Stop::Failure(gap);
    let allowed = limits::allowed(book, &question, level, Some(sums[0])).map_err(|none| gap(none.to_string()))?;
    let range = terms::range(book, &question, study).map_err(|none| gap(none.to_string()))?;
    let grace = agreed(book, visit.today()).map_err(|none| gap(none.to_string()))?.grace_years;
    let family =
        adviser::Family { fees: sums[0], living: sums[1], can_pay: sums[2], other_help: sums[3], can_repay: sums[4] };
    let advice = adviser::advise(&allowed, &range, study, u32::from(grace), family);
    show(&visit, &Mistakes::none(), Some(advised(&advice)))
}

fn advised(advice: &adviser::Advice) -> Markup {
    let yuan = |amount: Fen| html! { (yuan_brief(amount)) " 元" };
    html! {
        section.bill aria-labelledby="adv" {
            @if advice.amount.is_zero() {
                h2 #adv { "按你填的，不用贷款" }
                p { "家里拿得出的加上资助，够这一年的花费。以后有变化再来算。" }
            } @else {
                h2 #adv { "建议今年贷 " (yuan_brief(advice.amount)) " 元，期限 " (advice.term) " 年" }
                (figures(&[
                    (html! { "每年都这样，毕业时一共借" }, yuan(advice.total)),
                    (html! { "开始还本金以后，每年还本金约" }, yuan(advice.yearly_principal)),
                ]))
                @if !advice.bearable { p.note.note-warn { b { "超过了你说的还得起的数。" } "贷到最长年限也是这样，想想能不能少贷一些。" } }
                @if advice.uncovered.is_positive() { p.note { b { "还差 " (yuan_brief(advice.uncovered)) " 元。" } "规定最多只能贷这么多，差的部分可以问学校的助学金、勤工助学。" } }
            }
            p.hint { "只是建议，贷多少由你和家里决定，窗口也可以一起商量。利息另算，见" a href="/calc" { "还款试算" } "。" }
        }
    }
}

fn show(visit: &Visit, mistakes: &Mistakes, advice: Option<Markup>) -> Answer {
    let filled = Filled { values: &visit.query, mistakes };
    let levels = [("college", "专科"), ("undergraduate", "本科"), ("master", "硕士"), ("doctor", "博士")];
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "贷多少、贷几年合适" }
            p.mt3.mut { "不用登录，不留记录。按一年的花费和家里的情况算一个建议。" }
            @if let Some(advice) = advice { (advice) }
            form.mt5 method="get" action="/adviser" novalidate {
                (radios(filled, "level", "读什么", "", &levels.map(|(code, words)| Choice::new(code, words))))
                div.row-fields {
                    (Text::new("years", "学制（年）").shape("w8", "numeric").draw(filled))
                    (Text::new("grade", "今年几年级").shape("w8", "numeric").draw(filled))
                }
                @for (field, label, hint) in SUMS { (Text::new(field, label).hint(hint).shape("w11", "numeric").unit("元").draw(filled)) }
                div.btns { button.btn { "算一算" } }
            }
        }
    };
    visit.page("贷多少、贷几年合适").back("/", "返回首页").mistaken(mistakes).show(body)
}
