//! A row as a plain struct: one declaration gives the struct, its columns and its values, in one order.

use sea_orm::FromQueryResult;
use sea_orm::sea_query::Value;

/// A row of one table.
pub trait Row: FromQueryResult {
    /// Its table.
    const TABLE: &'static str;
    /// Its columns, in the order of the fields.
    const COLUMNS: &'static [&'static str];
    /// Its values, in the same order.
    fn values(&self) -> Vec<Value>;
}

/// Declares the struct of a row: `row! { /// doc  pub struct Name in "table" { /// doc  pub column: Type, … } }`.
macro_rules! row {
    ($(#[$about:meta])* $vis:vis struct $name:ident in $table:literal {
        $($(#[$doc:meta])* pub $column:ident: $kind:ty,)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
        $vis struct $name { $($(#[$doc])* pub $column: $kind,)* }

        impl $crate::row::Row for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];
            fn values(&self) -> Vec<sea_orm::sea_query::Value> {
                vec![$(sea_orm::sea_query::Value::from(self.$column.clone())),*]
            }
        }
    };
}
pub(crate) use row;

/// Values for the placeholders of a statement, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::sea_query::Value::from($value)),*] };
}
pub(crate) use values;

/// Unambiguous bytes of values, for digests: every value tells its type and length.
pub(crate) fn canonical(table: &str, values: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 + 12 * values.len());
    let mut put = |kind: u8, content: &[u8]| {
        bytes.push(kind);
        bytes.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(content);
    };
    put(b't', table.as_bytes());
    for value in values {
        match value {
            Value::BigInt(Some(number)) => put(b'i', &number.to_be_bytes()),
            Value::Bool(Some(truth)) => put(b'b', &[u8::from(*truth)]),
            Value::String(Some(text)) => put(b's', text.as_bytes()),
            Value::Bytes(Some(content)) => put(b'x', content),
            Value::ChronoDate(Some(day)) => put(b'd', day.to_string().as_bytes()),
            Value::ChronoDateTimeUtc(Some(at)) => put(b'a', &at.timestamp_micros().to_be_bytes()),
            _ => put(b'n', &[]),
        }
    }
    bytes
}
