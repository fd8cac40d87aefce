//! The one way to write money, days and masked facts, so that a figure looks the same on every page.

use chrono::{DateTime, Datelike, NaiveDate as Date, Utc, Weekday};
use loan::money::Fen;
use maud::{Markup, html};

/// `12,000.00`: yuan with thousands separators and two decimals, without a sign of currency.
pub fn yuan(amount: Fen) -> String {
    let fen = amount.0.unsigned_abs();
    let sign = if amount.0 < 0 { "−" } else { "" };
    format!("{sign}{}.{:02}", thousands(fen / 100), fen % 100)
}

/// What a page says where a rate was invented for a demonstration.
pub const SYNTHETIC_RATE: &str = "这是演示：没有公布过的利率用的是演示利率，只供参考。";

/// `12,000` for whole yuan, `1,090.90` otherwise: for running text.
pub fn yuan_brief(amount: Fen) -> String {
    let text = yuan(amount);
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// `¥12,000.00`.
pub fn money(amount: Fen) -> String {
    format!("¥{}", yuan(amount))
}

/// `--` for nothing, for a cell of a table; the amount otherwise.
pub fn cell(amount: Fen) -> String {
    if amount.is_zero() { "--".to_owned() } else { yuan(amount) }
}

/// `456,333`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `周日`.
pub fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}

/// `2026年12月20日` as plain text.
pub fn day_text(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年12月20日`, never broken over two lines.
pub fn day(day: Date) -> Markup {
    html! { span.nw { (day_text(day)) } }
}

/// `2026年12月20日（周日）`, never broken over two lines.
pub fn day_week(day: Date) -> Markup {
    html! { span.nw { (day_text(day)) "（" (weekday(day)) "）" } }
}

/// `12月20日`, never broken over two lines.
pub fn month_day(day: Date) -> Markup {
    html! { span.nw { (day.month()) "月" (day.day()) "日" } }
}

/// `12月20日（周日）`.
pub fn month_day_week(day: Date) -> Markup {
    html! { span.nw { (day.month()) "月" (day.day()) "日（" (weekday(day)) "）" } }
}

/// `12月20日 14:05`, in China Standard Time.
pub fn instant(at: DateTime<Utc>) -> Markup {
    let zone = chrono::FixedOffset::east_opt(8 * 3_600).expect("eight hours are less than a day");
    let local = at.with_timezone(&zone);
    html! { span.nw { (local.month()) "月" (local.day()) "日 " (local.format("%H:%M")) } }
}

/// `2040-09-20`, for tables.
pub fn iso(day: Date) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// How far away a last day is: `还剩 28 天`, `今天是最后一天`, `已经过了 3 天`.
pub fn days_left(today: Date, last: Date) -> Markup {
    match (last - today).num_days() {
        0 => html! { b { "今天是最后一天" } },
        left if left > 0 => html! { "还剩 " b { (left) " 天" } },
        past => html! { "已经过了 " b { (-past) " 天" } },
    }
}

/// `4****************7`: one character at each end.
pub fn mask_id(id_number: &str) -> String {
    mask(id_number, 1, 1)
}

/// `138****6021`.
pub fn mask_phone(phone: &str) -> String {
    mask(phone, 3, 4)
}

/// `陈**`: for screens in a hall.
pub fn mask_name(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => format!("{first}**"),
        None => String::new(),
    }
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= head + tail {
        return "*".repeat(characters.len());
    }
    let hidden = characters.len() - head - tail;
    characters[..head]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(characters[characters.len() - tail..].iter().copied())
        .collect()
}

/// A number in groups of four, spaced by style and not by characters: `SF20 2600 4713`.
pub fn groups(number: &str) -> Markup {
    let characters: Vec<char> = number.chars().collect();
    html! {
        span.groups { @for part in characters.chunks(4) { i { (part.iter().collect::<String>()) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn money_is_written_one_way() {
        let check = |fen: i64, full: &str, brief: &str| {
            assert_eq!(yuan(Fen(fen)), full);
            assert_eq!(yuan_brief(Fen(fen)), brief);
        };
        check(0, "0.00", "0");
        check(1, "0.01", "0.01");
        check(99_999, "999.99", "999.99");
        check(100_000, "1,000.00", "1,000");
        check(123_456_789, "1,234,567.89", "1,234,567.89");
        check(-16_033, "−160.33", "−160.33");
    }

    #[test]
    fn days_are_written_whole_and_counted() {
        let last = date(2026, 12, 20);
        assert_eq!(day_week(last).into_string(), r#"<span class="nw">2026年12月20日（周日）</span>"#);
        let check = |today, text: &str| assert_eq!(days_left(today, last).into_string(), text);
        check(date(2026, 11, 22), "还剩 <b>28 天</b>");
        check(date(2026, 12, 19), "还剩 <b>1 天</b>");
        check(date(2026, 12, 20), "<b>今天是最后一天</b>");
        check(date(2026, 12, 21), "已经过了 <b>1 天</b>");
    }

    #[test]
    fn facts_are_masked_by_their_kind() {
        assert_eq!(mask_id("11010519491231002X"), "1****************X");
        assert_eq!(mask_phone("13812346021"), "138****6021");
        assert_eq!(mask_name("阿依古丽"), "阿**");
        assert_eq!(mask_name(""), "");
        assert_eq!(mask_phone("110"), "***");
    }
}
