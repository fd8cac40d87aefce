//! A strict reader of JSON objects: every field is asked for by name, and what was not asked for is refused.

use std::fmt;

use chrono::NaiveDate;
use loan::money::{Fen, Rate};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misformed {
    /// Path of the field, such as `prepayments[0].amount`; empty for the whole text.
    pub field: String,
    /// What is wrong with it and what is expected.
    pub message: String,
}

impl fmt::Display for Misformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.field, self.message) }
    }
}

/// JSON whose objects keep their order and never repeat a key.
#[derive(Clone, Debug)]
pub(super) enum Strict {
    Null,
    Bool,
    Integer(i64),
    Decimal,
    Text(String),
    List(Vec<Strict>),
    Object(Vec<(String, Strict)>),
}

impl Strict {
    fn kind(&self) -> &'static str {
        match self {
            Strict::Null => "null",
            Strict::Bool => "a truth value",
            Strict::Integer(_) | Strict::Decimal => "a number",
            Strict::Text(_) => "a text",
            Strict::List(_) => "a list",
            Strict::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Strict;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
                Ok(Strict::Bool)
            }
            fn visit_i64<E>(self, number: i64) -> Result<Strict, E> {
                Ok(Strict::Integer(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Strict, E> {
                Ok(i64::try_from(number).map_or(Strict::Decimal, Strict::Integer))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
                Ok(Strict::Decimal)
            }
            fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
                Ok(Strict::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Strict::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
                let mut fields: Vec<(String, Strict)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Strict>()? {
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom(format!("the field \"{name}\" stands twice")));
                    }
                    fields.push((name, value));
                }
                Ok(Strict::Object(fields))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// An object being read: each field is taken once, and [`Fields::end`] refuses the rest by name.
pub(super) struct Fields {
    path: String,
    left: Vec<(String, Strict)>,
}

impl Fields {
    /// The object that a text holds.
    pub(super) fn parse(text: &str) -> Result<Fields, Misformed> {
        let value = serde_json::from_str(text)
            .map_err(|error| Misformed { field: String::new(), message: format!("not JSON of the form: {error}") })?;
        Fields::of(value, String::new())
    }

    fn of(value: Strict, path: String) -> Result<Fields, Misformed> {
        match value {
            Strict::Object(left) => Ok(Fields { path, left }),
            other => Err(Misformed { field: path, message: format!("must be an object, not {}", other.kind()) }),
        }
    }

    fn name(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    /// An error at a field of this object.
    pub(super) fn wrong(&self, field: &str, message: impl Into<String>) -> Misformed {
        Misformed { field: self.name(field), message: message.into() }
    }

    fn take(&mut self, field: &str) -> Option<Strict> {
        let at = self.left.iter().position(|(name, _)| name == field)?;
        Some(self.left.remove(at).1)
    }

    fn required(&mut self, field: &str) -> Result<Strict, Misformed> {
        self.take(field).ok_or_else(|| self.wrong(field, "is missing"))
    }

    /// True while a field of that name is still unread.
    pub(super) fn has(&self, field: &str) -> bool {
        self.left.iter().any(|(name, _)| name == field)
    }

    /// The name of the first unread field.
    pub(super) fn first(&self) -> Option<&str> {
        self.left.first().map(|(name, _)| name.as_str())
    }

    /// Refuses what was not asked for.
    pub(super) fn end(self) -> Result<(), Misformed> {
        match self.left.first() {
            None => Ok(()),
            Some((name, _)) => Err(self.wrong(name, "is not a known field here")),
        }
    }

    /// A required text.
    pub(super) fn text(&mut self, field: &str) -> Result<String, Misformed> {
        match self.required(field)? {
            Strict::Text(text) => Ok(text),
            other => Err(self.wrong(field, format!("must be a text in quotes, not {}", other.kind()))),
        }
    }

    /// A required whole number within bounds.
    pub(super) fn integer(&mut self, field: &str, bounds: std::ops::RangeInclusive<i64>) -> Result<i64, Misformed> {
        match self.required(field)? {
            Strict::Integer(number) if bounds.contains(&number) => Ok(number),
            Strict::Integer(number) => {
                Err(self.wrong(field, format!("{number} is not within {} to {}", bounds.start(), bounds.end())))
            }
            other => Err(self.wrong(field, format!("must be a whole number, not {}", other.kind()))),
        }
    }

    /// A required year.
    pub(super) fn year(&mut self, field: &str) -> Result<i32, Misformed> {
        self.integer(field, 1900..=2200).map(|year| i32::try_from(year).expect("a year within 1900 to 2200 fits"))
    }

    /// A required civil date, `2027-12-20`.
    pub(super) fn date(&mut self, field: &str) -> Result<NaiveDate, Misformed> {
        let text = self.text(field)?;
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(self.wrong(field, format!("\"{text}\" is not a date such as \"2027-12-20\"")));
        }
        text.parse().map_err(|_| self.wrong(field, format!("there is no day \"{text}\"")))
    }

    /// A required amount in yuan, as text.
    pub(super) fn fen(&mut self, field: &str) -> Result<Fen, Misformed> {
        let text = self.text(field)?;
        text.parse().map_err(|error| self.wrong(field, format!("\"{text}\" {error}")))
    }

    /// A required amount above zero.
    pub(super) fn positive_fen(&mut self, field: &str) -> Result<Fen, Misformed> {
        let fen = self.fen(field)?;
        if fen.is_positive() { Ok(fen) } else { Err(self.wrong(field, "must be more than 0.00")) }
    }

    /// A required rate in percent, as text.
    pub(super) fn rate(&mut self, field: &str) -> Result<Rate, Misformed> {
        let text = self.text(field)?;
        text.parse().map_err(|error| self.wrong(field, format!("\"{text}\" {error}")))
    }

    /// A required inner object.
    pub(super) fn object(&mut self, field: &str) -> Result<Fields, Misformed> {
        let name = self.name(field);
        Fields::of(self.required(field)?, name)
    }

    fn list(&mut self, field: &str) -> Result<Vec<(String, Strict)>, Misformed> {
        let name = self.name(field);
        match self.take(field) {
            None => Ok(Vec::new()),
            Some(Strict::List(items)) => {
                Ok(items.into_iter().enumerate().map(|(i, item)| (format!("{name}[{i}]"), item)).collect())
            }
            Some(other) => Err(Misformed { field: name, message: format!("must be a list, not {}", other.kind()) }),
        }
    }

    /// An optional list of objects; empty when absent.
    pub(super) fn objects(&mut self, field: &str) -> Result<Vec<Fields>, Misformed> {
        self.list(field)?.into_iter().map(|(name, item)| Fields::of(item, name)).collect()
    }

    /// An optional list of years; empty when absent.
    pub(super) fn years(&mut self, field: &str) -> Result<Vec<i32>, Misformed> {
        let year = |(name, item): (String, Strict)| match item {
            Strict::Integer(year @ 1900..=2200) => Ok(i32::try_from(year).expect("a year within 1900 to 2200 fits")),
            _ => Err(Misformed { field: name, message: "must be a year such as 2034".to_owned() }),
        };
        self.list(field)?.into_iter().map(year).collect()
    }
}
