//! The book of rules: reads `policy/`, and answers a question asked with a scheme, a day, a county and a school.
//!
//! A file holds the values of one scheme and one place, article by article. Where several levels answer, the one
//! nearest to the student holds; a document that prints a value its level may not set is kept as *printed* and never
//! applied. A day that no entry covers is an error, never a guess.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::choice::{Choice, Level, Mark, Scheme};
use super::index::{self, Series};
use super::parameter::Parameter;
use super::register::{self, Document};
use super::value::{Material, Value, whole_date};
use crate::calendar::{Date, MonthDay};
use crate::money::Fen;
use crate::refusal::Citation;

/// Whom and when a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The scheme.
    pub scheme: Scheme,
    /// The day.
    pub on: Date,
    /// Six-digit code of the county of origin, if it matters.
    pub county: Option<&'a str>,
    /// Ten-digit code of the school, if it matters.
    pub school: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// The national rules of a scheme on a day.
    pub const fn national(scheme: Scheme, on: Date) -> Question<'a> {
        Question { scheme, on, county: None, school: None }
    }

    /// The origin-based rules of a county for a student of a school.
    pub const fn origin(on: Date, county: &'a str, school: &'a str) -> Question<'a> {
        Question { scheme: Scheme::Origin, on, county: Some(county), school: Some(school) }
    }

    /// The same question on another day.
    pub const fn on(self, on: Date) -> Question<'a> {
        Question { on, ..self }
    }
}

/// One value of one article for a span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file it stands in, such as `origin/national.toml`.
    pub file: &'static str,
    /// The scheme.
    pub scheme: Scheme,
    /// Where it holds.
    pub place: Place,
    /// What it answers.
    pub parameter: Parameter,
    /// The answer.
    pub value: Value,
    /// First day.
    pub from: Date,
    /// Last day, that day included; `None` while it holds.
    pub to: Option<Date>,
    /// When the document was published, if that is known.
    pub published_on: Option<Date>,
    /// When a person last compared it with the source.
    pub last_checked_on: Date,
    /// Where it stands.
    pub citation: Citation,
    /// How well the source is known.
    pub mark: Mark,
    /// False for a value that the document prints although its level may not set it.
    pub applied: bool,
    /// The doubtful point, if there is one.
    pub note: Option<String>,
}

impl Entry {
    /// Whether the entry speaks about that day.
    pub fn covers(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

/// Where a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Everywhere.
    Nation,
    /// A province by its six-digit code.
    Province(String),
    /// A county by its six-digit code.
    County(String),
    /// A school by its ten-digit code.
    School(String),
}

impl Place {
    /// The level of the place.
    pub const fn level(&self) -> Level {
        match self {
            Place::Nation => Level::National,
            Place::Province(_) => Level::Province,
            Place::County(_) => Level::County,
            Place::School(_) => Level::School,
        }
    }

    /// Whether the question is asked from inside the place.
    pub fn holds(&self, question: &Question<'_>) -> bool {
        match self {
            Place::Nation => true,
            Place::Province(code) => question.county.is_some_and(|county| county.get(..2) == code.get(..2)),
            Place::County(code) => question.county == Some(code),
            Place::School(code) => question.school == Some(code),
        }
    }
}

/// The span that a file declares for a parameter; `check` compares the entries with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The file.
    pub file: &'static str,
    /// The scheme of the file.
    pub scheme: Scheme,
    /// The place of the file.
    pub place: Place,
    /// What is covered.
    pub parameter: Parameter,
    /// Whether the span is about applied or about printed values.
    pub applied: bool,
    /// First day.
    pub from: Date,
    /// Last day; `None` = still open.
    pub to: Option<Date>,
}

/// What the rules answer, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'b> {
    /// What was asked.
    pub parameter: Parameter,
    /// The value.
    pub value: &'b Value,
    /// The document and article.
    pub citation: &'b Citation,
    /// First day of the value.
    pub from: Date,
    /// Last day of it, if it has one.
    pub to: Option<Date>,
    /// Who set it.
    pub level: Level,
    /// How well the source is known.
    pub mark: Mark,
    /// The doubtful point, if there is one.
    pub note: Option<&'b str>,
    /// What lower documents print about it without being able to set it.
    pub printed: Vec<Printed<'b>>,
}

/// A value a document prints although a higher level sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed<'b> {
    /// The printed value.
    pub value: &'b Value,
    /// Where it is printed.
    pub citation: &'b Citation,
    /// Whether it is the value that holds; if not, it is stale.
    pub agrees: bool,
    /// Our remark.
    pub note: Option<&'b str>,
}

impl Answer<'_> {
    /// The value in words for people.
    pub fn words(&self) -> String {
        self.value.words(self.parameter)
    }

    /// The value for machines.
    pub fn code(&self) -> String {
        self.value.code()
    }
}

/// No entry covers the day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule of scheme {} covers {} on {on}", scheme.code(), parameter.code())]
pub struct NotCovered {
    /// The scheme asked about.
    pub scheme: Scheme,
    /// What was asked.
    pub parameter: Parameter,
    /// The day.
    pub on: Date,
}

/// All rules, all documents, all published rates.
#[derive(Clone, Debug)]
pub struct Book {
    pub(super) documents: Vec<Document>,
    pub(super) entries: Vec<Entry>,
    pub(super) covers: Vec<Cover>,
    pub(super) series: Vec<Series>,
    found: HashMap<(Scheme, Parameter), Vec<usize>>,
}

/// The files of `policy/`, compiled in; a change of one compiles this crate again.
macro_rules! policy_files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/", $name)))),*]
    };
}
pub(super) use policy_files;

/// The register of documents.
pub(super) const REGISTER: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/register.toml"));
/// Rules by scheme and place.
pub(super) const RULES: &[(&str, &str)] = policy_files![
    "common/limits.toml",
    "common/relief-years.toml",
    "origin/national.toml",
    "origin/xiufeng-2016.toml",
    "origin/sdvcst-2022.toml",
    "origin/hubei-2024.toml",
    "origin/zaoyang-2024.toml",
    "campus/national.toml",
    "campus/zju-2005.toml",
];
/// Published series of rates.
pub(super) const SERIES: &[(&str, &str)] = policy_files!["index/lpr.toml", "index/pboc.toml"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    schemes: Vec<String>,
    place: RawPlace,
    last_checked: toml::value::Datetime,
    covers: Vec<RawCover>,
    article: Vec<RawArticle>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    province: Option<String>,
    county: Option<String>,
    school: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCover {
    from: toml::value::Datetime,
    to: Option<toml::value::Datetime>,
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    printed: Vec<String>,
}

/// One article of one document for one span of days, with the values it sets or only prints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArticle {
    doc: String,
    article: String,
    published: Option<toml::value::Datetime>,
    from: toml::value::Datetime,
    to: Option<toml::value::Datetime>,
    mark: String,
    note: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, toml::Value>,
    #[serde(default)]
    printed: BTreeMap<String, toml::Value>,
}

impl Book {
    /// The rules this program was built with.
    ///
    /// # Panics
    /// Never in a tested build: a test reads the same files.
    pub fn standard() -> &'static Book {
        static BOOK: OnceLock<Book> = OnceLock::new();
        BOOK.get_or_init(|| Book::read(REGISTER, RULES, SERIES).expect("the files of policy/ were read by a test"))
    }

    /// Reads a register, rules and series.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong in it.
    pub fn read(
        register: &str,
        rules: &[(&'static str, &str)],
        series: &[(&'static str, &str)],
    ) -> Result<Book, String> {
        let documents = register::read(register)?;
        let (mut entries, mut covers) = (Vec::new(), Vec::new());
        for (name, text) in rules {
            read_rules(name, text, &mut entries, &mut covers).map_err(|error| format!("{name}: {error}"))?;
        }
        let series = series
            .iter()
            .map(|(name, text)| index::read(name, text).map_err(|error| format!("{name}: {error}")))
            .collect::<Result<_, _>>()?;
        Ok(Book::of(documents, entries, covers, series))
    }

    pub(super) fn of(documents: Vec<Document>, entries: Vec<Entry>, covers: Vec<Cover>, series: Vec<Series>) -> Book {
        let mut found: HashMap<_, Vec<usize>> = HashMap::new();
        for (position, entry) in entries.iter().enumerate() {
            found.entry((entry.scheme, entry.parameter)).or_default().push(position);
        }
        Book { documents, entries, covers, series, found }
    }

    /// Every registered document, in the order of the register.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document of that id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// Every entry, in file order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The published series.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// What holds: the value of the nearest level that may set it, with its citation.
    ///
    /// # Errors
    /// [`NotCovered`] names the parameter and the day.
    pub fn ask(&self, question: &Question<'_>, parameter: Parameter) -> Result<Answer<'_>, NotCovered> {
        let candidates = || {
            let found = self.found.get(&(question.scheme, parameter)).map_or(&[][..], Vec::as_slice);
            found
                .iter()
                .map(|position| &self.entries[*position])
                .filter(|entry| entry.place.holds(question) && entry.covers(question.on))
        };
        let entry = candidates()
            .filter(|entry| entry.applied)
            .max_by_key(|entry| entry.place.level())
            .ok_or(NotCovered { scheme: question.scheme, parameter, on: question.on })?;
        let printed = candidates()
            .filter(|other| !other.applied)
            .map(|other| Printed {
                value: &other.value,
                citation: &other.citation,
                agrees: other.value == entry.value,
                note: other.note.as_deref(),
            })
            .collect();
        Ok(Answer {
            parameter,
            value: &entry.value,
            citation: &entry.citation,
            from: entry.from,
            to: entry.to,
            level: entry.place.level(),
            mark: entry.mark,
            note: entry.note.as_deref(),
            printed,
        })
    }

    /// The citation of what holds.
    ///
    /// # Errors
    /// [`NotCovered`].
    pub fn why(&self, question: &Question<'_>, parameter: Parameter) -> Result<Citation, NotCovered> {
        Ok(self.ask(question, parameter)?.citation.clone())
    }
}

/// Typed questions: the form was checked when the file was read, so only a parameter of another form panics.
macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident -> $type:ty: $variant:ident($value:ident) => $result:expr;)*) => {
        impl Book {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`NotCovered`].
            ///
            /// # Panics
            /// When the parameter has another form.
            pub fn $name(&self, question: &Question<'_>, parameter: Parameter) -> Result<$type, NotCovered> {
                match self.ask(question, parameter)?.value {
                    Value::$variant($value) => Ok($result),
                    other => panic!("{} is {other:?}", parameter.code()),
                }
            }
        )*}
    };
}

typed! {
    /// An amount.
    amount -> Fen: Amount(fen) => *fen;
    /// A whole number in the parameter's unit.
    count -> i64: Count(count) => *count;
    /// A day of every year.
    month_day -> MonthDay: MonthDay(day) => *day;
    /// One day.
    date -> Date: Date(day) => *day;
    /// Yes or no.
    flag -> bool: Flag(yes) => *yes;
    /// Months of a year.
    months -> Vec<u32>: Months(months) => months.clone();
    /// Codes of provinces; empty means everywhere.
    provinces -> Vec<String>: Provinces(codes) => codes.clone();
    /// An address in the web.
    address -> String: Address(text) => text.clone();
    /// A checklist.
    materials -> Vec<Material>: Materials(items) => items.clone();
}

impl Book {
    /// A named answer.
    ///
    /// # Errors
    /// [`NotCovered`].
    ///
    /// # Panics
    /// When `T` is not the answer of the parameter.
    pub fn choice<T: Choice>(&self, question: &Question<'_>, parameter: Parameter) -> Result<T, NotCovered> {
        match self.ask(question, parameter)?.value {
            Value::Choice(code) => Ok(T::from_code(code).expect("T is the answer of the parameter")),
            other => panic!("{} is {other:?}", parameter.code()),
        }
    }

    /// Several named answers.
    ///
    /// # Errors
    /// [`NotCovered`].
    ///
    /// # Panics
    /// When `T` is not the answer of the parameter.
    pub fn choices<T: Choice>(&self, question: &Question<'_>, parameter: Parameter) -> Result<Vec<T>, NotCovered> {
        match self.ask(question, parameter)?.value {
            Value::Choices(codes) => {
                Ok(codes.iter().map(|code| T::from_code(code).expect("T is the answer of the parameter")).collect())
            }
            other => panic!("{} is {other:?}", parameter.code()),
        }
    }
}

/// Reads one rule file into entries and declared spans.
pub(super) fn read_rules(
    name: &'static str,
    text: &str,
    entries: &mut Vec<Entry>,
    covers: &mut Vec<Cover>,
) -> Result<(), String> {
    let file: RuleFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let schemes = file.schemes.iter();
    let schemes: Vec<Scheme> = schemes
        .map(|code| Scheme::from_code(code).ok_or_else(|| format!("unknown scheme {code:?}")))
        .collect::<Result<_, _>>()?;
    let place = match file.place {
        RawPlace { province: None, county: None, school: None } => Place::Nation,
        RawPlace { province: Some(code), county: None, school: None } => Place::Province(code),
        RawPlace { province: None, county: Some(code), school: None } => Place::County(code),
        RawPlace { province: None, county: None, school: Some(code) } => Place::School(code),
        RawPlace { .. } => return Err("a file holds for one place only".to_owned()),
    };
    let last_checked_on = day(&file.last_checked)?;
    for cover in &file.covers {
        let (from, to) = (day(&cover.from)?, cover.to.as_ref().map(day).transpose()?);
        for (codes, applied) in [(&cover.parameters, true), (&cover.printed, false)] {
            for code in codes {
                let parameter = parameter(code)?;
                for &scheme in &schemes {
                    covers.push(Cover { file: name, scheme, place: place.clone(), parameter, applied, from, to });
                }
            }
        }
    }
    for article in &file.article {
        let at = format!("{} {}", article.doc, article.article);
        let mark = Mark::from_code(&article.mark).ok_or_else(|| format!("{at}: unknown mark {:?}", article.mark))?;
        for (values, applied) in [(&article.set, true), (&article.printed, false)] {
            for (code, raw) in values {
                let parameter = parameter(code).map_err(|error| format!("{at}: {error}"))?;
                let value = Value::read(parameter, raw).map_err(|error| format!("{at}: {error}"))?;
                for &scheme in &schemes {
                    entries.push(Entry {
                        file: name,
                        scheme,
                        place: place.clone(),
                        parameter,
                        value: value.clone(),
                        from: day(&article.from)?,
                        to: article.to.as_ref().map(day).transpose()?,
                        published_on: article.published.as_ref().map(day).transpose()?,
                        last_checked_on,
                        citation: Citation { doc: article.doc.clone().into(), article: article.article.clone().into() },
                        mark,
                        applied,
                        note: article.note.clone(),
                    });
                }
            }
        }
    }
    Ok(())
}

fn parameter(code: &str) -> Result<Parameter, String> {
    Parameter::from_code(code).ok_or_else(|| format!("unknown parameter {code:?}"))
}

fn day(raw: &toml::value::Datetime) -> Result<Date, String> {
    whole_date(raw).ok_or_else(|| format!("{raw} is no civil date"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER_OF_ONE: &str = r#"
        [[document]]
        id = "d"
        title = "t"
        issuer = "i"
        published_on = 2020-01-01
        in_force = "f"
        scope = "s"
        kind = "bank_page"
        mark = "official"
        articles = ["1"]
    "#;

    const SOUND: &str = r#"
        schemes = ["origin"]
        place = { county = "450302" }
        last_checked = 2026-11-22

        [[covers]]
        from = 2020-01-01
        parameters = ["amount_min", "receipt_by"]

        [[article]]
        doc = "d"
        article = "1"
        from = 2020-01-01
        mark = "official"
        [article.set]
        amount_min = "1000.00"
        receipt_by = "09-30"
    "#;

    fn read(text: &str) -> Result<Book, String> {
        Book::read(REGISTER_OF_ONE, &[("test.toml", text)], &[])
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_by_name() {
        assert!(read(SOUND).is_ok());
        let check = |from: &str, to: &str, needle: &str| {
            assert!(SOUND.contains(from), "{from}");
            let error = read(&SOUND.replacen(from, to, 1)).unwrap_err();
            assert!(error.starts_with("test.toml: ") && error.contains(needle), "{error}");
        };
        check("last_checked =", "last_cheked =", "last_cheked");
        check("mark = \"official\"", "mark = \"official\"\ncolour = \"red\"", "colour");
        check("mark = \"official\"", "mark = \"certain\"", "certain");
        check("place = { county", "place = { town", "town");
        check("place = { county = \"450302\" }", "place = { county = \"450302\", school = \"1\" }", "one place");
        check("schemes = [\"origin\"]", "schemes = [\"other\"]", "other");
        check("parameters = [\"amount_min\"", "parameters = [\"amount_mini\"", "amount_mini");
        check("amount_min = \"1000.00\"", "amount_minimum = \"1000.00\"", "amount_minimum");
        check("from = 2020-01-01", "from = \"2020-01-01\"", "from");
        check("from = 2020-01-01", "from = 2020-01-01T00:00:00", "no civil date");
        check("from = 2020-01-01", "from = 2020-02-30", "test.toml");
        check("amount_min = \"1000.00\"", "amount_min = 1000", "amount_min must be yuan");
        check("amount_min = \"1000.00\"", "amount_min = \"1000.005\"", "amount_min must be yuan");
        check("receipt_by = \"09-30\"", "receipt_by = \"02-29\"", "receipt_by must be a day of every year");
        check("receipt_by = \"09-30\"", "receipt_by = \"9-30\"", "receipt_by must be a day of every year");
    }

    #[test]
    fn every_key_of_every_shipped_file_is_known() {
        for (name, text) in RULES.iter().chain(SERIES) {
            let spoilt = format!("stray = 1\n{text}");
            let pair = [(*name, spoilt.as_str())];
            let (rules, series): (&[_], &[_]) = if name.starts_with("index/") { (&[], &pair) } else { (&pair, &[]) };
            let error = Book::read(REGISTER, rules, series).unwrap_err();
            assert!(error.contains("stray"), "{error}");
            for key in ["[[article]]", "[[covers]]", "[[point]]"] {
                if text.contains(key) {
                    let spoilt = text.replacen(key, &format!("{key}\nstray = 1"), 1);
                    let pair = [(*name, spoilt.as_str())];
                    let (rules, series): (&[_], &[_]) = if key == "[[point]]" { (&[], &pair) } else { (&pair, &[]) };
                    assert!(Book::read(REGISTER, rules, series).unwrap_err().contains("stray"), "{name} {key}");
                }
            }
        }
        let spoilt = REGISTER.replacen("[[document]]", "[[document]]\nstray = 1", 1);
        assert!(Book::read(&spoilt, RULES, SERIES).unwrap_err().contains("stray"));
    }

    #[test]
    fn every_form_refuses_a_value_of_another_form() {
        let unlike = toml::Value::Float(0.5);
        for &parameter in Parameter::ALL {
            assert!(Value::read(parameter, &unlike).is_err(), "{}", parameter.code());
        }
        for entry in Book::standard().entries() {
            assert!(!entry.value.words(entry.parameter).is_empty(), "{}", entry.parameter.code());
        }
    }

    #[test]
    fn every_parameter_is_answered_somewhere() {
        let answered: std::collections::HashSet<_> =
            Book::standard().entries().iter().filter(|entry| entry.applied).map(|entry| entry.parameter).collect();
        for parameter in Parameter::ALL {
            assert!(answered.contains(parameter), "{} is never set", parameter.code());
        }
    }
}
