//! A citizen's identity number (公民身份号码, GB 11643): read as people type it, accepted only when it can be one.

use std::fmt;

use super::reference;
use crate::calendar::Date;

/// First four digits of the area codes that only a demonstration accepts; no division has them.
pub const DEMONSTRATION_AREA: &str = "9900";

/// A well-formed identity number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdNumber(String);

/// Sex as the number tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Even serial number.
    Female,
    /// Odd serial number.
    Male,
}

/// Why a text is no identity number, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Nothing was typed.
    #[error("id_number_missing")]
    Missing,
    /// An old number of fifteen digits.
    #[error("id_number_has_fifteen_digits")]
    FifteenDigits,
    /// Another count of characters.
    #[error("id_number_length")]
    Length,
    /// Not seventeen digits and a digit or X.
    #[error("id_number_form")]
    Form,
    /// The first six digits belong to no division.
    #[error("id_number_area_unknown")]
    AreaUnknown,
    /// The day of birth does not exist.
    #[error("id_number_birth_date")]
    BirthDate,
    /// The day of birth is still to come.
    #[error("id_number_birth_in_future")]
    BirthInFuture,
    /// The last character does not follow from the others.
    #[error("id_number_last_digit")]
    LastDigit,
}

impl Fault {
    /// What to tell the person who typed it.
    pub const fn words(self) -> &'static str {
        match self {
            Fault::Missing => "请填写身份证号",
            Fault::FifteenDigits => "这是15位的旧号码，请填写现在使用的18位身份证号",
            Fault::Length => "身份证号应为18位，请对照身份证核对",
            Fault::Form => "身份证号应为17位数字加最后一位数字或X",
            Fault::AreaUnknown => "身份证号前6位不是有效的地区码，请对照身份证核对",
            Fault::BirthDate => "身份证号中的出生日期不存在，请核对第7至14位",
            Fault::BirthInFuture => "身份证号中的出生日期在未来，请核对第7至14位",
            Fault::LastDigit => "身份证号最后一位与前面的数字不符，请逐位核对",
        }
    }
}

/// What people type becomes plain: full-width characters turn to half-width, `x` to `X`; spaces and invisible
/// characters go.
///
/// ```
/// use loan::policy::id_number::normalised;
/// assert_eq!(normalised("１１０１０５ 19491231\u{200b}002ｘ"), "11010519491231002X");
/// ```
pub fn normalised(text: &str) -> String {
    let invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let half_width = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !invisible(*c))
        .map(|c| half_width(c).to_ascii_uppercase())
        .collect()
}

impl IdNumber {
    /// Reads what a person typed. `today` bounds the day of birth; `demonstration` opens [`DEMONSTRATION_AREA`].
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn read(text: &str, today: Date, demonstration: bool) -> Result<IdNumber, Fault> {
        let number = normalised(text);
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        match number.chars().count() {
            0 => return Err(Fault::Missing),
            15 if digits == 15 => return Err(Fault::FifteenDigits),
            18 => {}
            _ => return Err(Fault::Length),
        }
        let last_fits = number.ends_with(|c: char| c.is_ascii_digit() || c == 'X');
        if !number.is_ascii() || !last_fits || !number.as_bytes()[..17].iter().all(u8::is_ascii_digit) {
            return Err(Fault::Form);
        }
        if !area_known(&number[..6], demonstration) {
            return Err(Fault::AreaUnknown);
        }
        let birth = birth_date(&number).ok_or(Fault::BirthDate)?;
        if birth > today {
            return Err(Fault::BirthInFuture);
        }
        if number.as_bytes()[17] != last_character(&number[..17]) {
            return Err(Fault::LastDigit);
        }
        Ok(IdNumber(number))
    }

    /// A synthetic number that only a demonstration accepts. `serial` counts people of one day; its last two digits and
    /// the area's are taken from it.
    pub fn synthetic(serial: u32, born_on: Date, sex: Sex) -> IdNumber {
        let order = serial % 500 * 2 + u32::from(sex == Sex::Male);
        let first = format!("{DEMONSTRATION_AREA}{:02}{}{order:03}", serial / 500 % 100, born_on.format("%Y%m%d"));
        let last = char::from(last_character(&first));
        IdNumber(format!("{first}{last}"))
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// First three and last three characters around stars, as lists show it.
    pub fn masked(&self) -> String {
        format!("{}{}{}", &self.0[..3], "*".repeat(12), &self.0[15..])
    }

    /// First six and last four characters around stars, as only the case at hand may show it.
    pub fn masked_for_case(&self) -> String {
        format!("{}{}{}", &self.0[..6], "*".repeat(8), &self.0[14..])
    }

    /// Six-digit area code of the first registration.
    pub fn area(&self) -> &str {
        &self.0[..6]
    }

    /// The division of the area code, none for one that was abolished since.
    pub fn division(&self) -> Option<&'static reference::Division> {
        reference::division(self.area())
    }

    /// Day of birth.
    ///
    /// # Panics
    /// Never: `read` refuses a number without one.
    pub fn born_on(&self) -> Date {
        birth_date(&self.0).expect("a number that was read has a day of birth")
    }

    /// Sex as the number tells it.
    pub fn sex(&self) -> Sex {
        if (self.0.as_bytes()[16] - b'0').is_multiple_of(2) { Sex::Female } else { Sex::Male }
    }
}

impl fmt::Debug for IdNumber {
    /// Masked, so that no log shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

/// Age in completed years (周岁): it grows on the birthday; who was born on 29 February grows on 1 March of other years.
///
/// ```
/// use loan::{calendar::date, policy::id_number::age_on};
/// assert_eq!(age_on(date(2000, 2, 29), date(2025, 2, 28)), 24);
/// assert_eq!(age_on(date(2000, 2, 29), date(2025, 3, 1)), 25);
/// ```
pub fn age_on(born_on: Date, on: Date) -> u32 {
    on.years_since(born_on).unwrap_or(0)
}

/// Six digits are known when the county is listed, or was one of a listed province: people keep the number of a county
/// that was abolished. Residents of Taiwan, Hong Kong and Macao have 83, 81 and 82.
fn area_known(area: &str, demonstration: bool) -> bool {
    if area.starts_with(DEMONSTRATION_AREA) {
        return demonstration;
    }
    if matches!(area, "810000" | "820000" | "830000") {
        return true;
    }
    let province = format!("{}0000", &area[..2]);
    reference::province_name(&province).is_some() && &area[2..] != "0000"
}

fn birth_date(number: &str) -> Option<Date> {
    let year: i32 = number[6..10].parse().ok()?;
    let (month, day) = (number[10..12].parse().ok()?, number[12..14].parse().ok()?);
    Date::from_ymd_opt(year, month, day).filter(|_| year >= 1850)
}

/// The character that seventeen digits ask for (ISO 7064, MOD 11-2).
fn last_character(first: &str) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const LAST: &[u8; 11] = b"10X98765432";
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    LAST[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    fn check(text: &str, expected: Result<&str, Fault>) {
        let read = IdNumber::read(text, date(2026, 11, 23), false);
        assert_eq!(read.as_ref().map(IdNumber::as_str).map_err(|fault| *fault), expected, "{text}");
    }

    /// Seventeen digits with the character they ask for.
    fn complete(first: &str) -> String {
        format!("{first}{}", char::from(last_character(first)))
    }

    #[test]
    fn h001_a_wrong_last_character_is_named() {
        check("11010519491231002X", Ok("11010519491231002X"));
        check("110105194912310021", Err(Fault::LastDigit));
        assert!(Fault::LastDigit.words().contains("最后一位"));
    }

    #[test]
    fn h002_what_people_type_is_made_plain_first() {
        for typed in [
            "11010519491231002x",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002x",
            " 1101051949\u{200b}1231002X\u{feff}",
            "110105\u{3000}19491231002ｘ\n",
        ] {
            check(typed, Ok("11010519491231002X"));
        }
    }

    #[test]
    fn h003_the_day_of_birth_must_exist_and_be_past() {
        check(&complete("11010520230229002"), Err(Fault::BirthDate));
        check(&complete("11010520241301002"), Err(Fault::BirthDate));
        check(&complete("11010520241131002"), Err(Fault::BirthDate));
        check(&complete("11010500000101002"), Err(Fault::BirthDate));
        check(&complete("11010520990101002"), Err(Fault::BirthInFuture));
        check(&complete("11010520261124002"), Err(Fault::BirthInFuture));
        let today = complete("11010520261123002");
        check(&today, Ok(&today));
    }

    #[test]
    fn h004_unknown_areas_and_old_numbers_are_refused() {
        check(&complete("99999919900101002"), Err(Fault::AreaUnknown));
        check(&complete("11000019900101002"), Err(Fault::AreaUnknown));
        check("110105491231002", Err(Fault::FifteenDigits));
        assert!(Fault::FifteenDigits.words().contains("18位"));
        check("", Err(Fault::Missing));
        check("\u{200b} ", Err(Fault::Missing));
        check("11010519491231002", Err(Fault::Length));
        check("1101051949123100211", Err(Fault::Length));
        check("11010519491231O02X", Err(Fault::Form));
        check("1101051949123100XX", Err(Fault::Form));
        check("११०१०५१९४९१२३१००२X", Err(Fault::Form));
        let abolished = complete("11010319900101002");
        check(&abolished, Ok(&abolished));
    }

    #[test]
    fn synthetic_numbers_exist_only_in_a_demonstration() {
        let born_on = date(2008, 2, 29);
        let one = IdNumber::synthetic(1_234, born_on, Sex::Female);
        let two = IdNumber::synthetic(1_234, born_on, Sex::Male);
        assert_ne!(one, two);
        assert_eq!((one.born_on(), one.sex(), two.sex()), (born_on, Sex::Female, Sex::Male));
        assert_eq!(IdNumber::read(one.as_str(), date(2026, 11, 23), true), Ok(one.clone()));
        assert_eq!(IdNumber::read(one.as_str(), date(2026, 11, 23), false), Err(Fault::AreaUnknown));
        let all: std::collections::HashSet<_> =
            (0..50_000).map(|serial| IdNumber::synthetic(serial, born_on, Sex::Male)).collect();
        assert_eq!(all.len(), 50_000);
    }

    #[test]
    fn no_log_shows_a_whole_number() {
        let number = IdNumber::read("11010519491231002X", date(2026, 11, 23), false).unwrap();
        assert_eq!(format!("{number:?}"), "IdNumber(110************02X)");
        assert_eq!(number.masked_for_case(), "110105********002X");
        assert_eq!(number.division().map(|division| division.name), Some("朝阳区"));
        assert_eq!(number.sex(), Sex::Female);
    }
}
