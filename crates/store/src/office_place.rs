//! Places: divisions, schools, holidays, offices, and which office serves which book.

use crate::row::{row, values};
use crate::{Date, Failure, Tx};

row! {
    /// An administrative division.
    pub struct Division in "division" {
        /// Six-digit code.
        pub code: String,
        /// Name.
        pub name: String,
        /// `province`, `city` or `county`.
        pub level: String,
        /// Code of the division above.
        pub parent: Option<String>,
    }
}

row! {
    /// A school that may enrol borrowers.
    pub struct School in "school" {
        /// Ten-digit code.
        pub code: String,
        /// Official name.
        pub name: String,
        /// 主管部门.
        pub authority: String,
        /// City.
        pub city: String,
        /// 本科 or 专科.
        pub level: String,
        /// Remark.
        pub remark: String,
    }
}

row! {
    /// A holiday or a weekend that is worked.
    pub struct Holiday in "holiday" {
        /// The day.
        pub on_day: Date,
        /// `holiday` or `working_weekend`.
        pub kind: String,
        /// Name of the holiday.
        pub name: String,
    }
}

row! {
    /// A place that does business on the platform.
    pub struct Office in "office" {
        /// Number.
        pub office_id: i64,
        /// `county`, `school`, `bank`, `platform`, `province` or `system`.
        pub kind: String,
        /// Name.
        pub name: String,
        /// Division it is in.
        pub division_code: Option<String>,
        /// For a school, its code.
        pub school_code: Option<String>,
        /// Street address.
        pub address: String,
        /// Telephone.
        pub phone: String,
        /// Opening hours in words.
        pub hours: String,
        /// First day of business.
        pub opened_on: Date,
        /// Last day of business.
        pub closed_on: Option<Date>,
    }
}

row! {
    /// A loan book.
    pub struct Book in "book" {
        /// Number; 0 is the system's.
        pub book: i64,
        /// `origin`, `campus` or `system`.
        pub scheme: String,
        /// Whose it was when opened.
        pub name: String,
        /// County it was opened for.
        pub division_code: Option<String>,
        /// First day.
        pub opened_on: Date,
    }
}

row! {
    /// Which office serves a book in which part.
    pub struct BookService in "book_service" {
        /// The book.
        pub book: i64,
        /// `county`, `bank`, `platform` or `province`.
        pub part: String,
        /// First day.
        pub from_on: Date,
        /// The office.
        pub office_id: i64,
        /// Last day.
        pub to_on: Option<Date>,
    }
}

/// Enters divisions; known codes keep what they have.
pub async fn divisions_enter(tx: &mut Tx<'_>, divisions: &[Division]) -> Result<(), Failure> {
    for division in divisions {
        tx.insert_new(division).await?;
    }
    Ok(())
}

/// A division by code.
pub async fn division_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Division>, Failure> {
    tx.find("WHERE code = $1", values![code]).await
}

/// Divisions right below one, or the provinces.
pub async fn divisions_below(tx: &mut Tx<'_>, parent: Option<&str>) -> Result<Vec<Division>, Failure> {
    match parent {
        Some(parent) => tx.select("WHERE parent = $1 ORDER BY code", values![parent]).await,
        None => tx.select("WHERE level = 'province' ORDER BY code", Vec::new()).await,
    }
}

/// Enters schools; known codes keep what they have.
pub async fn schools_enter(tx: &mut Tx<'_>, schools: &[School]) -> Result<(), Failure> {
    for school in schools {
        tx.insert_new(school).await?;
    }
    Ok(())
}

/// A school by code.
pub async fn school_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<School>, Failure> {
    tx.find("WHERE code = $1", values![code]).await
}

/// Schools whose name holds the text, or whose code begins with it.
pub async fn schools_search(tx: &mut Tx<'_>, text: &str, limit: i64) -> Result<Vec<School>, Failure> {
    let inside = format!("%{}%", like_literal(text));
    let begin = format!("{}%", like_literal(text));
    let tail = "WHERE name LIKE $1 ESCAPE '!' OR code LIKE $2 ESCAPE '!' ORDER BY code LIMIT $3";
    tx.select(tail, values![inside, begin, limit]).await
}

/// The text as LIKE must see it to mean itself; the statement says `ESCAPE '!'`.
pub(crate) fn like_literal(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Enters holidays; a day entered again takes the new kind.
pub async fn holidays_enter(tx: &mut Tx<'_>, holidays: &[Holiday]) -> Result<(), Failure> {
    for holiday in holidays {
        let sql = "INSERT INTO holiday (on_day, kind, name) VALUES ($1, $2, $3) \
                   ON CONFLICT (on_day) DO UPDATE SET kind = excluded.kind, name = excluded.name";
        tx.run(sql, values![holiday.on_day, holiday.kind.as_str(), holiday.name.as_str()]).await?;
    }
    Ok(())
}

/// Holidays and worked weekends from one day to another, both included.
pub async fn holidays_between(tx: &mut Tx<'_>, from: Date, to: Date) -> Result<Vec<Holiday>, Failure> {
    tx.select("WHERE on_day >= $1 AND on_day <= $2 ORDER BY on_day", values![from, to]).await
}

/// Enters an office; false when the number is taken.
pub async fn enter(tx: &mut Tx<'_>, office: &Office) -> Result<bool, Failure> {
    tx.insert_new(office).await
}

/// An office by number.
pub async fn by_number(tx: &mut Tx<'_>, office_id: i64) -> Result<Option<Office>, Failure> {
    tx.find("WHERE office_id = $1", values![office_id]).await
}

/// Offices of a kind.
pub async fn list_of_kind(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<Office>, Failure> {
    tx.select("WHERE kind = $1 ORDER BY office_id", values![kind]).await
}

/// All offices.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Office>, Failure> {
    tx.select("ORDER BY office_id", Vec::new()).await
}

/// The office of a school.
pub async fn by_school(tx: &mut Tx<'_>, school_code: &str) -> Result<Option<Office>, Failure> {
    tx.find("WHERE school_code = $1 AND kind = 'school' ORDER BY office_id", values![school_code]).await
}

/// Changes what people read about an office.
pub async fn change_contact(
    tx: &mut Tx<'_>,
    office_id: i64,
    address: &str,
    phone: &str,
    hours: &str,
) -> Result<(), Failure> {
    let sql = "UPDATE office SET address = $2, phone = $3, hours = $4 WHERE office_id = $1";
    tx.run_one(sql, values![office_id, address, phone, hours]).await
}

/// Opens a book; false when the number is taken.
pub async fn book_open(tx: &mut Tx<'_>, book: &Book) -> Result<bool, Failure> {
    tx.insert_new(book).await
}

/// All books.
pub async fn books(tx: &mut Tx<'_>) -> Result<Vec<Book>, Failure> {
    tx.select("ORDER BY book", Vec::new()).await
}

/// A book by number.
pub async fn book_by_number(tx: &mut Tx<'_>, book: i64) -> Result<Option<Book>, Failure> {
    tx.find("WHERE book = $1", values![book]).await
}

/// Sets who serves a book in a part from a day on; the service before ends the day before.
pub async fn book_serve(tx: &mut Tx<'_>, service: &BookService) -> Result<(), Failure> {
    let sql = "UPDATE book_service SET to_on = $3 WHERE book = $1 AND part = $2 AND from_on < $4 \
               AND (to_on IS NULL OR to_on >= $4)";
    let before = service.from_on.pred_opt().ok_or_else(|| Failure::bug("a service begins on a usual day"))?;
    tx.run(sql, values![service.book, service.part.as_str(), before, service.from_on]).await?;
    tx.insert(service).await
}

/// The office that serves a book in a part on a day.
pub async fn office_serving(tx: &mut Tx<'_>, book: i64, part: &str, on: Date) -> Result<Option<i64>, Failure> {
    let sql = "SELECT office_id FROM book_service WHERE book = $1 AND part = $2 AND from_on <= $3 \
               AND (to_on IS NULL OR to_on >= $3)";
    tx.value(sql, values![book, part, on]).await
}

/// The last day on which an office served a book in a part; none while it serves, and for one that never did.
pub async fn served_until(tx: &mut Tx<'_>, book: i64, part: &str, office_id: i64) -> Result<Option<Date>, Failure> {
    let sql = "SELECT max(to_on) FROM book_service WHERE book = $1 AND part = $2 AND office_id = $3";
    let until: Option<Option<Date>> = tx.value(sql, values![book, part, office_id]).await?;
    Ok(until.flatten())
}

/// The books an office serves in a part on a day.
pub async fn books_served(tx: &mut Tx<'_>, office_id: i64, part: &str, on: Date) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT book FROM book_service WHERE office_id = $1 AND part = $2 AND from_on <= $3 \
               AND (to_on IS NULL OR to_on >= $3) ORDER BY book";
    tx.column(sql, values![office_id, part, on]).await
}
