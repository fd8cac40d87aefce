//! What the student answers, section by section. Reading a section collects every mistake at once; a
//! mistake names its field and a code, the sentence for it stands in `web`. Whether the rules allow the
//! answers is not asked here: that is the submission's matter.

use std::collections::BTreeMap;

use loan::money::{AMOUNT_MAX, Fen};
use loan::policy::choice::{Choice, StudyLevel};
use serde::{Deserialize, Serialize};

/// The fields of one form as they were typed.
pub type Fields = BTreeMap<String, String>;

/// One mistake on a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Name of the field.
    pub field: &'static str,
    /// What is wrong: `missing`, `not_an_amount`, …
    pub code: &'static str,
    /// Figures its sentence needs.
    pub figures: Vec<(&'static str, String)>,
}

impl Mistake {
    /// A mistake without figures.
    pub const fn of(field: &'static str, code: &'static str) -> Mistake {
        Mistake { field, code, figures: Vec::new() }
    }
}

/// A section of the task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 学校和专业.
    Study,
    /// 家庭和联系人.
    Family,
    /// 共同借款人.
    CoBorrower,
    /// 贷款金额和年限.
    Request,
    /// 续贷声明, renewals only.
    Statement,
}

impl Section {
    /// All of them, in the order of the task list.
    pub const ALL: [Section; 5] =
        [Section::Study, Section::Family, Section::CoBorrower, Section::Request, Section::Statement];

    /// The name in addresses and interfaces.
    pub const fn code(self) -> &'static str {
        match self {
            Section::Study => "study",
            Section::Family => "family",
            Section::CoBorrower => "co_borrower",
            Section::Request => "request",
            Section::Statement => "statement",
        }
    }

    /// The section of that name.
    pub fn of(code: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.code() == code)
    }
}

/// The answers kept so far; they are stored sealed with the student's key, as one text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// 学校和专业.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Study>,
    /// 家庭和联系人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// 共同借款人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub co_borrower: Option<CoBorrower>,
    /// 贷款金额和年限.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// 续贷声明.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
}

/// 学校和专业.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    /// Ten-digit code of the ministry's list.
    pub school_code: String,
    /// 院系, may be empty for a freshman.
    pub department: String,
    /// 专业.
    pub major: String,
    /// 学号, may be empty.
    pub student_number: String,
    /// Code of [`StudyLevel`].
    pub level: String,
    /// 学制 in years.
    pub programme_years: i32,
    /// Year of study in the academic year of the application, from 1.
    pub grade: i32,
    /// Year of graduation, derived.
    pub graduates_in: i32,
    /// Yearly tuition.
    pub tuition_fen: i64,
    /// Yearly accommodation fee.
    pub accommodation_fen: i64,
}

impl Study {
    /// The level of study.
    pub fn level(&self) -> StudyLevel {
        StudyLevel::from_code(&self.level).expect("a kept answer was read from this list")
    }

    /// Tuition and accommodation of one year.
    pub fn fees(&self) -> Fen {
        Fen(self.tuition_fen) + Fen(self.accommodation_fen)
    }

    /// Years of study left, the coming one included.
    pub const fn years_left(&self) -> i32 {
        self.programme_years - self.grade + 1
    }
}

/// 家庭和联系人.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// 乡镇, for the calling days of a county; may be empty.
    pub township: String,
    /// Home address.
    pub address: String,
    /// A relative or friend who can be reached.
    pub contact_name: String,
    /// Phone of the contact person.
    pub contact_phone: String,
    /// Code of [`HARDSHIP`].
    pub hardship: String,
    /// Codes of [`CIRCUMSTANCES`] that apply.
    pub circumstances: Vec<String>,
    /// True for an orphan (sdvcst-2022 6(三)).
    pub orphan: bool,
    /// True when student and co-borrower stand in one household book.
    pub one_household_book: bool,
}

/// What the hardship rests on (xiufeng-2016 四(六)).
pub const HARDSHIP: &[&str] =
    &["minimum_living_allowance", "laid_off", "disability", "committee_certificate", "grant_file", "none"];

/// Circumstances that rule a loan out where the policy asks for them (xiufeng-2016 二.6); the codes are those of the rules.
pub const CIRCUMSTANCES: &[&str] = &[
    "rule_no_car_or_luxury_home",
    "rule_no_costly_computer",
    "rule_no_luxuries",
    "rule_no_hotels_and_travel",
    "rule_no_off_campus_rent",
    "rule_no_other_luxury",
    "rule_income_insufficient",
    "rule_not_improved",
];

/// 共同借款人. The person's own record is made when the application is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoBorrower {
    /// Name as on the ID card.
    pub name: String,
    /// ID number, normalised.
    pub id_number: String,
    /// Mobile phone.
    pub phone: String,
    /// Code of [`RELATIONS`].
    pub relation: String,
    /// Six-digit county of the household registration.
    pub household_county: String,
    /// Code of [`REASONS`]: why it is not a parent; empty for a parent.
    pub reason: String,
    /// Volunteers joint liability with full civil capacity.
    pub willing_and_capable: bool,
}

/// How the co-borrower stands to the student.
pub const RELATIONS: &[&str] = &["father", "mother", "guardian", "close_relative", "volunteer"];

/// Why the co-borrower is not a parent (sdvcst-2022 6(二), 6(三)).
pub const REASONS: &[&str] = &["parents_lost_capacity", "orphan", "other"];

/// 贷款金额和年限.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Amount for the academic year.
    pub amount_fen: i64,
    /// Year of maturity.
    pub matures_in: i32,
}

/// 续贷声明.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The past year's thinking and study.
    pub text: String,
}

/// Reads one form, collecting mistakes.
struct Reader<'f> {
    fields: &'f Fields,
    mistakes: Vec<Mistake>,
}

impl<'f> Reader<'f> {
    fn new(fields: &'f Fields) -> Reader<'f> {
        Reader { fields, mistakes: Vec::new() }
    }

    fn raw(&self, field: &str) -> String {
        tidy(self.fields.get(field).map_or("", String::as_str))
    }

    fn wrong(&mut self, field: &'static str, code: &'static str) {
        self.mistakes.push(Mistake::of(field, code));
    }

    /// A text of at most `longest` characters that must be there.
    fn text(&mut self, field: &'static str, longest: usize) -> String {
        let text = self.optional(field, longest);
        if text.is_empty() && !self.mistakes.iter().any(|mistake| mistake.field == field) {
            self.wrong(field, "missing");
        }
        text
    }

    fn optional(&mut self, field: &'static str, longest: usize) -> String {
        let text = self.raw(field);
        if text.chars().count() > longest {
            self.mistakes.push(Mistake { field, code: "too_long", figures: vec![("longest", longest.to_string())] });
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            self.wrong(field, "unreadable");
        }
        text
    }

    /// A whole number between two bounds.
    fn whole(&mut self, field: &'static str, from: i32, to: i32) -> i32 {
        let text = self.raw(field);
        match text.parse::<i32>() {
            _ if text.is_empty() => self.wrong(field, "missing"),
            Ok(number) if (from..=to).contains(&number) => return number,
            Ok(_) => self.mistakes.push(Mistake {
                field,
                code: "out_of_range",
                figures: vec![("from", from.to_string()), ("to", to.to_string())],
            }),
            Err(_) => self.wrong(field, "not_a_number"),
        }
        from
    }

    fn amount(&mut self, field: &'static str) -> i64 {
        let text = self.raw(field);
        match read_amount(&text) {
            _ if text.is_empty() => self.wrong(field, "missing"),
            Ok(amount) => return amount.0,
            Err(code) => self.wrong(field, code),
        }
        0
    }

    /// One of a closed list.
    fn choice(&mut self, field: &'static str, list: &[&str]) -> String {
        let text = self.raw(field);
        if text.is_empty() {
            self.wrong(field, "missing");
        } else if !list.contains(&text.as_str()) {
            self.wrong(field, "not_in_the_list");
        }
        text
    }

    fn yes_or_no(&mut self, field: &'static str) -> bool {
        match self.raw(field).as_str() {
            "yes" => true,
            "no" => false,
            "" => {
                self.wrong(field, "missing");
                false
            }
            _ => {
                self.wrong(field, "not_in_the_list");
                false
            }
        }
    }

    fn phone(&mut self, field: &'static str) -> String {
        let text = self.raw(field);
        match read_phone(&text) {
            _ if text.is_empty() => self.wrong(field, "missing"),
            Some(phone) => return phone,
            None => self.wrong(field, "not_a_phone"),
        }
        String::new()
    }

    fn done<T>(self, read: T) -> Result<T, Vec<Mistake>> {
        if self.mistakes.is_empty() { Ok(read) } else { Err(self.mistakes) }
    }
}

/// Reads 学校和专业 for an academic year.
pub fn read_study(fields: &Fields, academic_year: i32) -> Result<Study, Vec<Mistake>> {
    let mut form = Reader::new(fields);
    let levels: Vec<&str> = StudyLevel::TABLE.iter().map(|(code, _)| *code).collect();
    let school_code = form.text("school_code", 10);
    let department = form.optional("department", 60);
    let major = form.text("major", 60);
    let student_number = form.optional("student_number", 30);
    let level = form.choice("level", &levels);
    let programme_years = form.whole("programme_years", 1, 9);
    let grade = form.whole("grade", 1, 9);
    let tuition_fen = form.amount("tuition");
    let accommodation_fen = form.amount("accommodation");
    if grade > programme_years && form.mistakes.is_empty() {
        form.wrong("grade", "beyond_the_programme");
    }
    let graduates_in = academic_year - grade + 1 + programme_years;
    form.done(Study {
        school_code,
        department,
        major,
        student_number,
        level,
        programme_years,
        grade,
        graduates_in,
        tuition_fen,
        accommodation_fen,
    })
}

/// Reads 家庭和联系人.
pub fn read_family(fields: &Fields) -> Result<Family, Vec<Mistake>> {
    let mut form = Reader::new(fields);
    let township = form.optional("township", 40);
    let address = form.text("address", 120);
    let contact_name = form.text("contact_name", 40);
    let contact_phone = form.phone("contact_phone");
    let hardship = form.choice("hardship", HARDSHIP);
    let circumstances: Vec<String> =
        form.raw("circumstances").split([',', ' ']).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    if circumstances.iter().any(|code| !CIRCUMSTANCES.contains(&code.as_str())) {
        form.wrong("circumstances", "not_in_the_list");
    }
    let orphan = form.yes_or_no("orphan");
    let one_household_book = form.yes_or_no("one_household_book");
    form.done(Family {
        township,
        address,
        contact_name,
        contact_phone,
        hardship,
        circumstances,
        orphan,
        one_household_book,
    })
}

/// Reads 共同借款人. `id_number` turns a typed ID number into its normal form or names what is wrong with it.
pub fn read_co_borrower(
    fields: &Fields,
    id_number: impl Fn(&str) -> Result<String, &'static str>,
) -> Result<CoBorrower, Vec<Mistake>> {
    let mut form = Reader::new(fields);
    let name = form.text("name", 40);
    if !name.is_empty() && read_name(&name).is_none() {
        form.wrong("name", "not_a_name");
    }
    let typed = form.text("id_number", 40);
    let id_number = match id_number(&typed) {
        Ok(id_number) => id_number,
        Err(code) => {
            if !typed.is_empty() {
                form.wrong("id_number", code);
            }
            typed
        }
    };
    let relation = form.choice("relation", RELATIONS);
    let phone = form.phone("phone");
    let household_county = form.text("household_county", 6);
    let parent = matches!(relation.as_str(), "father" | "mother");
    let reason = if parent { String::new() } else { form.choice("reason", REASONS) };
    let willing_and_capable = form.yes_or_no("willing_and_capable");
    let name = read_name(&name).unwrap_or(name);
    form.done(CoBorrower { name, id_number, phone, relation, household_county, reason, willing_and_capable })
}

/// Reads 贷款金额和年限.
pub fn read_request(fields: &Fields) -> Result<Request, Vec<Mistake>> {
    let mut form = Reader::new(fields);
    let amount_fen = form.amount("amount");
    let matures_in = form.whole("matures_in", 2000, 2100);
    form.done(Request { amount_fen, matures_in })
}

/// Reads 续贷声明 between the policy's lengths, in characters without blanks.
pub fn read_statement(fields: &Fields, shortest: usize, longest: usize) -> Result<Statement, Vec<Mistake>> {
    let mut form = Reader::new(fields);
    let text = fields.get("statement").map_or("", String::as_str).trim().replace("\r\n", "\n");
    let length = text.chars().filter(|c| !c.is_whitespace()).count();
    let figures =
        vec![("shortest", shortest.to_string()), ("longest", longest.to_string()), ("length", length.to_string())];
    if text.is_empty() {
        form.wrong("statement", "missing");
    } else if length < shortest {
        form.mistakes.push(Mistake { field: "statement", code: "too_short", figures });
    } else if length > longest {
        form.mistakes.push(Mistake { field: "statement", code: "too_long", figures });
    }
    form.done(Statement { text })
}

/// Sentences as written, without what nobody sees and blanks around; their punctuation is theirs.
pub fn prose(written: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}');
    written.chars().filter(seen).collect::<String>().trim().to_owned()
}

/// Folds what a Chinese keyboard adds: full-width digits and letters, blanks around, zero-width characters.
pub fn tidy(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}'))
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '，' | '．' | '－' => {
                char::from_u32(c as u32 - 0xFEE0).expect("the full-width block mirrors ASCII")
            }
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// An amount in yuan as people type it: `12,000`, `¥8000`, `６５００元`. No signs, exponents or third decimals (H011).
pub fn read_amount(typed: &str) -> Result<Fen, &'static str> {
    let plain = tidy(typed);
    let plain = plain.trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, ""));
    let grouped = whole.contains(',');
    if grouped {
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or("");
        if first.is_empty() || first.len() > 3 || !groups.all(|group| group.len() == 3) {
            return Err("not_an_amount");
        }
    }
    let digits = whole.replace(',', "");
    if digits.is_empty()
        || !digits.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit())
        || plain.ends_with('.')
    {
        return Err("not_an_amount");
    }
    if rest.len() > 2 {
        return Err("finer_than_fen");
    }
    let amount: Fen = format!("{digits}.{rest:0<2}").parse().map_err(|_| "too_large")?;
    if amount > AMOUNT_MAX { Err("too_large") } else { Ok(amount) }
}

/// A mainland mobile number: eleven digits from 13 to 19, blanks, dashes and +86 dropped.
pub fn read_phone(typed: &str) -> Option<String> {
    let digits: String = tidy(typed).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    let right = digits.len() == 11
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.starts_with('1')
        && digits.as_bytes()[1] >= b'3';
    right.then(|| digits.to_owned())
}

/// A name as on an ID card: letters of any script, inner blanks and the middle dot of Uyghur or Tibetan names,
/// whose look-alikes are folded into `·`; 2 to 50 characters, rare characters included.
pub fn read_name(typed: &str) -> Option<String> {
    let name: String = tidy(typed)
        .chars()
        .map(|c| if matches!(c, '•' | '‧' | '∙' | '・' | '．' | '.' | '●' | '⋅') { '·' } else { c })
        .collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    let fits = (2..=50).contains(&length)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, '·' | ' ' | '-' | '\''))
        && name.chars().next().is_some_and(char::is_alphabetic)
        && name.chars().last().is_some_and(char::is_alphabetic)
        && !name.contains("··");
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn h011_amounts_as_people_type_them() {
        let check = |typed: &str, expected: Result<i64, &str>| {
            assert_eq!(read_amount(typed).map(|amount| amount.0), expected, "{typed:?}");
        };
        check("12,000", Ok(1_200_000));
        check("１２０００", Ok(1_200_000));
        check(" ¥8000元 ", Ok(800_000));
        check("1000.5", Ok(100_050));
        check("0", Ok(0));
        check("1e4", Err("not_an_amount"));
        check("NaN", Err("not_an_amount"));
        check("-1000", Err("not_an_amount"));
        check("－1000", Err("not_an_amount"));
        check("1000.005", Err("finer_than_fen"));
        check("0x10", Err("not_an_amount"));
        check("9223372036854775808", Err("too_large"));
        check("100000000000.01", Err("too_large"));
        check("1,2000", Err("not_an_amount"));
        check(",100", Err("not_an_amount"));
        check("5.", Err("not_an_amount"));
        check("", Err("not_an_amount"));
    }

    #[test]
    fn names_of_every_people_are_names() {
        let check =
            |typed: &str, expected: Option<&str>| assert_eq!(read_name(typed).as_deref(), expected, "{typed:?}");
        check("张三", Some("张三"));
        check("阿卜杜拉•买买提", Some("阿卜杜拉·买买提"));
        check("迪丽热巴.迪力木拉提", Some("迪丽热巴·迪力木拉提"));
        check("𠮷田", Some("𠮷田"));
        check("㛃", None);
        check("Li  Na", Some("Li Na"));
        check("张三1", None);
        check("<script>", None);
        check("·张三", None);
        check("", None);
    }

    #[test]
    fn phones_lose_blanks_and_country_code() {
        let check =
            |typed: &str, expected: Option<&str>| assert_eq!(read_phone(typed).as_deref(), expected, "{typed:?}");
        check("139 1234 5678", Some("13912345678"));
        check("+86-13912345678", Some("13912345678"));
        check("１３９１２３４５６７８", Some("13912345678"));
        check("12912345678", None);
        check("1391234567", None);
        check("0773-2886219", None);
    }

    #[test]
    fn a_form_names_every_mistake_at_once() {
        let typed = fields(&[
            ("school_code", "4111010001"),
            ("level", "king"),
            ("programme_years", "4"),
            ("grade", "x"),
            ("tuition", "5,000"),
        ]);
        let mistakes = read_study(&typed, 2026).unwrap_err();
        let named: Vec<(&str, &str)> = mistakes.iter().map(|mistake| (mistake.field, mistake.code)).collect();
        assert_eq!(
            named,
            [
                ("major", "missing"),
                ("level", "not_in_the_list"),
                ("grade", "not_a_number"),
                ("accommodation", "missing")
            ]
        );
    }

    #[test]
    fn graduation_follows_from_grade_and_length() {
        let check = |years: &str, grade: &str, expected: Result<i32, &str>| {
            let typed = fields(&[
                ("school_code", "4111010001"),
                ("major", "数学"),
                ("level", "undergraduate"),
                ("programme_years", years),
                ("grade", grade),
                ("tuition", "5000"),
                ("accommodation", "1200"),
            ]);
            let read = read_study(&typed, 2026).map(|study| study.graduates_in).map_err(|mistakes| mistakes[0].code);
            assert_eq!(read, expected, "{years} years, grade {grade}");
        };
        check("4", "1", Ok(2030));
        check("4", "4", Ok(2027));
        check("3", "2", Ok(2028));
        check("4", "5", Err("beyond_the_programme"));
        check("0", "1", Err("out_of_range"));
    }

    #[test]
    fn a_statement_is_counted_without_blanks() {
        let check = |text: &str, expected: Option<&str>| {
            let read = read_statement(&fields(&[("statement", text)]), 4, 6);
            assert_eq!(read.err().map(|mistakes| mistakes[0].code), expected, "{text:?}");
        };
        check("", Some("missing"));
        check("一 二 三", Some("too_short"));
        check("一 二 三\n四", None);
        check("一二三四五六", None);
        check("一二三四五六七", Some("too_long"));
    }
}
