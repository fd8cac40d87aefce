//! Reading what a person sent: every value is kept as typed, every mistake of a form is found at once, and each is
//! told as "what is wrong and how to put it right". Pasted blanks and full-width digits are not mistakes (H002, H011).

use std::collections::HashMap;

use loan::calendar::Date;
use loan::money::Fen;

/// More fields than any honest form of ours has (H010).
const FIELDS_MAX: usize = 2_500;

/// The values of a query or of a posted form, in the order sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// Why a body is not a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAForm {
    /// Bytes that are not UTF-8 (H015).
    Encoding,
    /// More fields than any of our forms has.
    TooManyFields,
}

impl Form {
    /// Reads `a=1&b=2` as browsers send it.
    pub fn parse(text: &[u8]) -> Result<Form, NotAForm> {
        let mut fields = Vec::new();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == FIELDS_MAX {
                return Err(NotAForm::TooManyFields);
            }
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(parts.next().unwrap_or_default())?;
            let value = decode(parts.next().unwrap_or_default())?;
            fields.push((name, value));
        }
        Ok(Form(fields))
    }

    /// A form with these values, for pages that open filled in.
    pub fn of<N: Into<String>, V: Into<String>>(fields: impl IntoIterator<Item = (N, V)>) -> Form {
        Form(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The last value of that name, as typed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value without blanks around it; empty when absent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// All values of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True when the name was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// True when nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same form with one value set anew.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Form {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The form with these defaults under what was sent.
    pub fn or<N: Into<String>, V: Into<String>>(mut self, defaults: impl IntoIterator<Item = (N, V)>) -> Form {
        let missing: Vec<(String, String)> = defaults
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .filter(|(name, _)| !self.has(name))
            .collect();
        self.0.splice(0..0, missing);
        self
    }

    /// `a=1&b=2` again, for links that carry the answers on.
    pub fn query(&self) -> String {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
        let code = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        self.0.iter().map(|(name, value)| format!("{}={}", code(name), code(value))).collect::<Vec<_>>().join("&")
    }
}

fn decode(bytes: &[u8]) -> Result<String, NotAForm> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_encoding::percent_decode(&spaced).decode_utf8().map_err(|_| NotAForm::Encoding)?;
    Ok(text.replace('\0', ""))
}

/// One mistake: where it is and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Name and id of the field.
    pub field: String,
    /// What is wrong and how to put it right.
    pub message: String,
}

/// The mistakes of one form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// None.
    pub const fn none() -> Mistakes {
        Mistakes(Vec::new())
    }

    /// True when the form is right.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    /// The message of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.message.as_str())
    }

    /// One more, unless the field has one already.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push(Mistake { field, message: message.into() });
        }
    }

    /// Just one.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Mistakes {
        Mistakes(vec![Mistake { field: field.into(), message: message.into() }])
    }
}

/// Reads the fields of one form one after the other and remembers each mistake. A field that is wrong gives a
/// harmless value, so that the rest is still read; [`Reading::finish`] tells whether the whole is right.
pub struct Reading<'a> {
    form: &'a Form,
    mistakes: Mistakes,
}

impl<'a> Reading<'a> {
    /// Starts reading.
    pub fn of(form: &'a Form) -> Reading<'a> {
        Reading { form, mistakes: Mistakes::none() }
    }

    /// Adds a mistake found by a rule of the page.
    pub fn mistake(&mut self, field: &str, message: impl Into<String>) {
        self.mistakes.add(field, message);
    }

    /// A text that must not be empty, at most `longest` characters.
    pub fn text(&mut self, field: &str, name: &str, longest: usize) -> String {
        let text = tidy(self.form.text(field));
        if text.is_empty() {
            self.mistakes.add(field, format!("请填写{name}"));
        }
        self.short(field, name, longest, text)
    }

    /// A text that may be empty.
    pub fn optional(&mut self, field: &str, name: &str, longest: usize) -> Option<String> {
        let text = tidy(self.form.text(field));
        let text = self.short(field, name, longest, text);
        (!text.is_empty()).then_some(text)
    }

    fn short(&mut self, field: &str, name: &str, longest: usize, text: String) -> String {
        let length = text.chars().count();
        if length > longest {
            self.mistakes.add(field, format!("{name}最多 {longest} 个字，现在是 {length} 个字，请缩短"));
        }
        text
    }

    /// One of the given answers.
    pub fn choice<'c>(&mut self, field: &str, ask: &str, choices: &[&'c str]) -> &'c str {
        let sent = self.form.text(field);
        match choices.iter().find(|choice| **choice == sent) {
            Some(choice) => choice,
            None => {
                self.mistakes.add(field, format!("请选择{ask}"));
                choices.first().copied().unwrap_or_default()
            }
        }
    }

    /// A tick that must be set.
    pub fn agreed(&mut self, field: &str, message: &str) {
        if !self.ticked(field) {
            self.mistakes.add(field, message);
        }
    }

    /// True when a tick is set.
    pub fn ticked(&self, field: &str) -> bool {
        !self.form.text(field).is_empty()
    }

    /// An amount in yuan with at most two decimals (H011).
    pub fn amount(&mut self, field: &str, name: &str) -> Fen {
        let typed = self.form.text(field);
        if typed.is_empty() {
            self.mistakes.add(field, format!("请填写{name}"));
            return Fen::ZERO;
        }
        match amount(typed) {
            Ok(amount) => amount,
            Err(message) => {
                self.mistakes.add(field, format!("{name}{message}"));
                Fen::ZERO
            }
        }
    }

    /// A whole number between two bounds, both allowed.
    pub fn number(&mut self, field: &str, name: &str, range: std::ops::RangeInclusive<i64>) -> i64 {
        let typed = half_width(self.form.text(field));
        let (least, most) = (*range.start(), *range.end());
        match typed.parse::<i64>() {
            Ok(number) if range.contains(&number) && typed.bytes().all(|byte| byte.is_ascii_digit()) => number,
            _ if typed.is_empty() => {
                self.mistakes.add(field, format!("请填写{name}"));
                least
            }
            _ => {
                self.mistakes.add(field, format!("{name}应是 {least} 到 {most} 之间的整数"));
                least
            }
        }
    }

    /// A mobile telephone number of eleven digits.
    pub fn phone(&mut self, field: &str, name: &str) -> String {
        let typed = digits(self.form.text(field));
        let length = typed.chars().count();
        if typed.is_empty() {
            self.mistakes.add(field, format!("请填写{name}"));
        } else if !typed.bytes().all(|byte| byte.is_ascii_digit()) {
            self.mistakes.add(field, format!("{name}只能是数字，请去掉别的字符"));
        } else if length < 11 {
            self.mistakes.add(field, format!("{name}少了 {} 位，应为 11 位数字", 11 - length));
        } else if length > 11 {
            self.mistakes.add(field, format!("{name}多了 {} 位，应为 11 位数字", length - 11));
        } else if !typed.starts_with('1') {
            self.mistakes.add(field, format!("{name}应以 1 开头，请填手机号，不要填座机"));
        }
        typed
    }

    /// A day typed as `2026-12-20`, `2026/12/20`, `20261220` or `2026年12月20日`.
    pub fn day(&mut self, field: &str, name: &str) -> Date {
        let typed = half_width(self.form.text(field));
        let numbers: Vec<&str> = typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let day = match numbers.as_slice() {
            [year, month, day] => ymd(year, month, day),
            [whole] if whole.len() == 8 => ymd(&whole[..4], &whole[4..6], &whole[6..]),
            _ => None,
        };
        match day {
            Some(day) => day,
            None => {
                let message = if typed.is_empty() {
                    format!("请填写{name}")
                } else {
                    format!("{name}不是一个真实的日期，请写成 2026-12-20 这样")
                };
                self.mistakes.add(field, message);
                Date::default()
            }
        }
    }

    /// A secret: never trimmed, never tidied.
    pub fn secret(&mut self, field: &str, name: &str) -> String {
        let typed = self.form.get(field).unwrap_or_default();
        if typed.is_empty() {
            self.mistakes.add(field, format!("请填写{name}"));
        }
        typed.to_owned()
    }

    /// The mistakes found so far.
    pub fn mistakes(&self) -> &Mistakes {
        &self.mistakes
    }

    /// The value read, if nothing was wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() { Ok(value) } else { Err(self.mistakes) }
    }
}

fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// An amount as people type it: `12,000`, `１２０００`, `¥12000`, `12000元` are the same. Everything else is refused
/// with the reason.
pub fn amount(typed: &str) -> Result<Fen, &'static str> {
    use loan::money::NotANumber;
    let plain = half_width(typed);
    let plain = plain.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    let plain = without_separators(plain).ok_or("里的逗号位置不对，请只写数字，例如 12000")?;
    plain.parse::<Fen>().map_err(|error| match error {
        NotANumber::Form => "应是数字，例如 12000 或 12000.50",
        NotANumber::Decimals => "最多两位小数，到分为止",
        NotANumber::Range => "太大，请再看一遍",
    })
}

/// Drops thousands separators that stand where they belong.
fn without_separators(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let groups: Vec<&str> = whole.split(',').collect();
    let right = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    let whole = groups.concat();
    right.then(|| fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

/// Full-width letters, digits and signs become ordinary ones; blanks and invisible characters go.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '。' => '.',
            c => c,
        })
        .filter(|c| !c.is_whitespace() && !invisible(*c))
        .collect()
}

/// A number that people write in groups: blanks and dashes go.
pub fn digits(text: &str) -> String {
    half_width(text).chars().filter(|c| !matches!(c, '-' | '(' | ')')).collect()
}

/// Free text: control and invisible characters go, line ends become one kind (H018).
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|c| (!c.is_control() || *c == '\n') && !invisible(*c))
        .collect::<String>()
        .trim()
        .to_owned()
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A JSON object whose fields are read one by one; a field nobody asked for is refused by name.
pub struct Object(HashMap<String, serde_json::Value>);

impl Object {
    /// Reads an object; anything else is refused.
    pub fn parse(bytes: &[u8]) -> Result<Object, String> {
        serde_json::from_slice(bytes)
            .map(Object)
            .map_err(|error| format!("不是合格的 JSON 对象：第 {} 行第 {} 列", error.line(), error.column()))
    }

    /// Takes a field out.
    pub fn take(&mut self, name: &str) -> Option<serde_json::Value> {
        self.0.remove(name)
    }

    /// The name of a field that was not taken.
    pub fn rest(&self) -> Option<&str> {
        self.0.keys().map(String::as_str).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = Form::parse("name=%E9%99%88+%E6%80%9D&box=1&box=2&empty=&flag".as_bytes()).unwrap();
        assert_eq!(form.get("name"), Some("陈 思"));
        assert_eq!(form.all("box").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("flag"), Some(""));
        assert_eq!(form.get("none"), None);
        assert_eq!(Form::parse(form.query().as_bytes()).unwrap(), form);
    }

    #[test]
    fn h015_bytes_that_are_not_utf_8_are_refused() {
        for body in [&b"name=%B3%C2%CB%BC"[..], b"name=\xff\xfe", b"%c3%28=1"] {
            assert_eq!(Form::parse(body), Err(NotAForm::Encoding));
        }
    }

    #[test]
    fn h010_ten_thousand_fields_are_refused() {
        let body = vec!["a=1"; 10_000].join("&").into_bytes();
        assert_eq!(Form::parse(&body), Err(NotAForm::TooManyFields));
    }

    #[test]
    fn h011_amounts_are_read_as_people_type_them_or_refused() {
        let check = |typed: &str, fen: Option<i64>| assert_eq!(amount(typed).ok(), fen.map(Fen), "{typed}");
        check("12,000", Some(1_200_000));
        check("１２０００", Some(1_200_000));
        check("12 000", Some(1_200_000));
        check("¥12,000.50 元", Some(1_200_050));
        check("1,234,567.89", Some(123_456_789));
        for typed in
            ["1e4", "NaN", "-1000", "1000.005", "0x10", "9223372036854775808", "12,00", "1,2000", ",100", "一万", ""]
        {
            check(typed, None);
        }
    }

    #[test]
    fn h002_telephones_and_days_forgive_blanks_and_width() {
        let check_phone = |typed: &str, message: Option<&str>| {
            let form = Form::of([("phone", typed)]);
            let mut reading = Reading::of(&form);
            let phone = reading.phone("phone", "手机号");
            assert_eq!(reading.mistakes().of("phone"), message, "{typed}");
            if message.is_none() {
                assert_eq!(phone, "13800001111");
            }
        };
        check_phone("138 0000 1111", None);
        check_phone("138-0000-1111\u{200b}", None);
        check_phone("１３８００００１１１１", None);
        check_phone("138 0000 111", Some("手机号少了 1 位，应为 11 位数字"));
        check_phone("138000011112", Some("手机号多了 1 位，应为 11 位数字"));
        check_phone("", Some("请填写手机号"));
        check_phone("1380000111a", Some("手机号只能是数字，请去掉别的字符"));
        check_phone("05551234567", Some("手机号应以 1 开头，请填手机号，不要填座机"));
        let check_day = |typed: &str, day: Option<Date>| {
            let form = Form::of([("on", typed)]);
            let mut reading = Reading::of(&form);
            let read = reading.day("on", "日期");
            assert_eq!(reading.finish(read).ok(), day, "{typed}");
        };
        for typed in ["2026-12-20", "2026/12/20", "２０２６年12月20日", "20261220", " 2026.12.20 "] {
            check_day(typed, Some(date(2026, 12, 20)));
        }
        for typed in ["", "2026-02-29", "2026-13-01", "26-12-20", "2026-12", "明天"] {
            check_day(typed, None);
        }
    }

    #[test]
    fn all_mistakes_are_found_at_once_and_nothing_typed_is_lost() {
        let form = Form::of([("name", " "), ("sum", "abc"), ("kind", "x"), ("years", "23")]);
        let mut reading = Reading::of(&form);
        reading.text("name", "姓名", 20);
        reading.amount("sum", "金额");
        reading.choice("kind", "学段", &["a", "b"]);
        reading.number("years", "年限", 1..=22);
        reading.agreed("ok", "请确认信息真实");
        let mistakes = reading.finish(()).unwrap_err();
        let messages: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "请填写姓名",
                "金额应是数字，例如 12000 或 12000.50",
                "请选择学段",
                "年限应是 1 到 22 之间的整数",
                "请确认信息真实"
            ]
        );
        assert_eq!(form.get("sum"), Some("abc"));
    }

    #[test]
    fn h018_line_ends_and_invisible_signs_do_not_reach_a_single_line() {
        let form = Form::of([("phone", "13800001111\nERROR forged"), ("memo", "一\r\n二\u{202e}\u{7}")]);
        let mut reading = Reading::of(&form);
        reading.phone("phone", "手机号");
        assert!(reading.mistakes().of("phone").is_some());
        assert_eq!(reading.text("memo", "备注", 10), "一\n二");
    }
}
