//! Before the first student comes: the reference lists are loaded, offices are established, loan books are opened
//! and given to those who serve them, counters get their times. `zhuxue setup` and the demonstration do it with
//! these acts; later a system administrator does it on a page. People and roles are [`crate::accounts::staff`].

use chrono::Datelike;
use loan::calendar::Date;
use loan::policy::reference;
use serde::{Deserialize, Serialize};
use store::Failure;
use store::office_place as place;

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::day::{DEMONSTRATION, OFFSET_DAYS};
use crate::no::{Never, No};
use crate::refusals;
use crate::who::{OfficeKind, Permission, Role};

/// Offices, books and services are set up by the program itself or by a system administrator.
const SETTING_UP: Permission = Permission::any_or_system(&[Role::SystemAdmin]);

/// Makes an untouched database a demonstration whose business day begins where it is told. Nothing turns a database
/// with offices into a demonstration, and nothing turns a demonstration into a real one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BecomeDemonstration {
    /// The first business day.
    pub begins_on: Date,
}

refusals! {
    /// Why the database does not become a demonstration.
    pub enum BecomeDemonstrationRefusal {
        /// It has offices, or was told before what it is.
        AlreadyInUse = "already_in_use" [],
    }
}

#[async_trait::async_trait]
impl Act for BecomeDemonstration {
    const NAME: &'static str = "become_demonstration";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = ();
    type Refused = BecomeDemonstrationRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<BecomeDemonstrationRefusal>> {
        let told = store::setting::by_name(desk.tx, DEMONSTRATION).await?;
        if told.is_some() || !place::list(desk.tx).await?.is_empty() {
            return Err(No::Refused(BecomeDemonstrationRefusal::AlreadyInUse));
        }
        let offset = (self.begins_on - crate::clock::shanghai_on(desk.at)).num_days();
        let by = desk.actor.name();
        store::setting::put(desk.tx, DEMONSTRATION, "yes", desk.at, &by).await?;
        store::setting::put(desk.tx, OFFSET_DAYS, &offset.to_string(), desk.at, &by).await?;
        desk.note("begins_on", self.begins_on.to_string());
        Ok(())
    }
}

/// Loads divisions down to the county, schools and holidays as the program was built with them. Doing it again adds
/// what is new.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoadReference;

/// How much was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// Provinces, cities and counties.
    pub divisions: usize,
    /// Schools.
    pub schools: usize,
    /// Holidays and working weekends.
    pub holidays: usize,
}

#[async_trait::async_trait]
impl Act for LoadReference {
    const NAME: &'static str = "load_reference";
    const PERMISSION: Permission = SETTING_UP;
    type Done = Loaded;
    type Refused = Never;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Loaded, No<Never>> {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let of_offices = reference::divisions().iter().filter(|division| division.level != "township");
        let divisions: Vec<place::Division> = of_offices
            .map(|division| place::Division {
                code: division.code.to_owned(),
                name: division.name.to_owned(),
                level: division.level.to_owned(),
                parent: filled(division.parent),
            })
            .collect();
        let schools: Vec<place::School> = reference::schools()
            .iter()
            .map(|school| place::School {
                code: school.code.to_owned(),
                name: school.name.to_owned(),
                authority: school.authority.to_owned(),
                city: school.city.to_owned(),
                level: school.level.to_owned(),
                remark: school.remark.to_owned(),
            })
            .collect();
        let holidays: Vec<place::Holiday> = reference::holidays()
            .iter()
            .map(|day| place::Holiday {
                on_day: day.on,
                kind: if day.free { "holiday" } else { "working_weekend" }.to_owned(),
                name: day.name.to_owned(),
            })
            .collect();
        place::divisions_enter(desk.tx, &divisions).await?;
        place::schools_enter(desk.tx, &schools).await?;
        place::holidays_enter(desk.tx, &holidays).await?;
        Ok(Loaded { divisions: divisions.len(), schools: schools.len(), holidays: holidays.len() })
    }
}

/// Establishes an office.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EstablishOffice {
    /// What kind of place it is.
    pub kind: OfficeKind,
    /// Name shown to people.
    pub name: String,
    /// Six-digit division it stands in or is there for.
    pub division_code: Option<String>,
    /// For a school, and only for one: its ten-digit code.
    pub school_code: Option<String>,
    /// Street address.
    pub address: String,
    /// Public telephone.
    pub phone: String,
    /// Opening hours in words.
    pub hours: String,
}

refusals! {
    /// Why the office is not established.
    pub enum EstablishOfficeRefusal {
        /// The name is missing.
        NameMissing = "name_missing" [] @ "name",
        /// No such division; a county centre and a province centre need one.
        DivisionUnknown = "division_unknown" [] @ "division_code",
        /// No such school; a school needs its code, other offices have none.
        SchoolUnknown = "school_unknown" [] @ "school_code",
        /// The school has its office.
        SchoolEstablished = "school_established" [] @ "school_code",
    }
}

#[async_trait::async_trait]
impl Act for EstablishOffice {
    const NAME: &'static str = "establish_office";
    const PERMISSION: Permission = SETTING_UP;
    type Done = i64;
    type Refused = EstablishOfficeRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<EstablishOfficeRefusal>> {
        use EstablishOfficeRefusal as R;
        let name = tidy(&self.name);
        if name.is_empty() {
            return Err(No::Refused(R::NameMissing));
        }
        let needs_division = matches!(self.kind, OfficeKind::County | OfficeKind::Province);
        let known = self.division_code.as_deref().map(|code| reference::division(code).is_some());
        if known == Some(false) || (known.is_none() && needs_division) {
            return Err(No::Refused(R::DivisionUnknown));
        }
        let is_school = self.kind == OfficeKind::School;
        match self.school_code.as_deref() {
            None if !is_school => {}
            Some(code) if is_school && reference::school(code).is_some() => {
                if place::by_school(desk.tx, code).await?.is_some() {
                    return Err(No::Refused(R::SchoolEstablished));
                }
            }
            _ => return Err(No::Refused(R::SchoolUnknown)),
        }
        let last = place::list(desk.tx).await?.last().map_or(0, |office| office.office_id);
        let office = place::Office {
            office_id: last + 1,
            kind: self.kind.code().to_owned(),
            name,
            division_code: self.division_code.clone(),
            school_code: self.school_code.clone(),
            address: tidy(&self.address),
            phone: tidy(&self.phone),
            hours: tidy(&self.hours),
            opened_on: desk.on,
            closed_on: None,
        };
        if !place::enter(desk.tx, &office).await? {
            return Err(No::Failure(Failure::bug("two offices got one number")));
        }
        desk.about(0, "office", &office.office_id.to_string())?;
        desk.note("kind", office.kind);
        Ok(office.office_id)
    }
}

/// Opens a loan book; its number never changes, whatever happens to offices and county codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenBook {
    /// `origin` or `campus`.
    pub scheme: String,
    /// Whose book it is when opened.
    pub name: String,
    /// County it is opened for; an origin-based book needs one.
    pub division_code: Option<String>,
}

refusals! {
    /// Why no book is opened.
    pub enum OpenBookRefusal {
        /// Neither scheme.
        SchemeUnknown = "scheme_unknown" [] @ "scheme",
        /// The name is missing.
        NameMissing = "name_missing" [] @ "name",
        /// No such county.
        DivisionUnknown = "division_unknown" [] @ "division_code",
    }
}

#[async_trait::async_trait]
impl Act for OpenBook {
    const NAME: &'static str = "open_book";
    const PERMISSION: Permission = SETTING_UP;
    type Done = i64;
    type Refused = OpenBookRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<OpenBookRefusal>> {
        use OpenBookRefusal as R;
        if !matches!(self.scheme.as_str(), "origin" | "campus") {
            return Err(No::Refused(R::SchemeUnknown));
        }
        let name = tidy(&self.name);
        if name.is_empty() {
            return Err(No::Refused(R::NameMissing));
        }
        let county = self.division_code.as_deref().map(|code| reference::division(code));
        let fits = match county {
            Some(division) => division.is_some_and(|division| division.level == "county"),
            None => self.scheme == "campus",
        };
        if !fits {
            return Err(No::Refused(R::DivisionUnknown));
        }
        let last = place::books(desk.tx).await?.last().map_or(0, |book| book.book);
        let book = place::Book {
            book: last + 1,
            scheme: self.scheme.clone(),
            name,
            division_code: self.division_code.clone(),
            opened_on: desk.on,
        };
        if !place::book_open(desk.tx, &book).await? {
            return Err(No::Failure(Failure::bug("two books got one number")));
        }
        desk.about(book.book, "book", &book.book.to_string())?;
        Ok(book.book)
    }
}

/// Gives a book to the office that serves it from a day on; whoever served it before stops the day before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServeBook {
    /// The book.
    pub book: i64,
    /// The office; its kind is the part it plays: county, bank, platform or province.
    pub office: i64,
    /// First day of service.
    pub from_on: Date,
}

refusals! {
    /// Why the service does not change.
    pub enum ServeBookRefusal {
        /// No such book.
        BookUnknown = "book_unknown" [] @ "book",
        /// No such office.
        OfficeUnknown = "office_unknown" [] @ "office",
        /// Schools and the system serve no book.
        WrongOffice = "wrong_office" [] @ "office",
        /// It serves the book already.
        AlreadyServes = "already_serves" [] @ "office",
    }
}

#[async_trait::async_trait]
impl Act for ServeBook {
    const NAME: &'static str = "serve_book";
    const PERMISSION: Permission = SETTING_UP;
    type Done = ();
    type Refused = ServeBookRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ServeBookRefusal>> {
        use ServeBookRefusal as R;
        if place::book_by_number(desk.tx, self.book).await?.is_none() {
            return Err(No::Refused(R::BookUnknown));
        }
        let Some(office) = place::by_number(desk.tx, self.office).await? else {
            return Err(No::Refused(R::OfficeUnknown));
        };
        if matches!(OfficeKind::of(&office.kind), Some(OfficeKind::School | OfficeKind::System) | None) {
            return Err(No::Refused(R::WrongOffice));
        }
        if place::office_serving(desk.tx, self.book, &office.kind, self.from_on).await? == Some(self.office) {
            return Err(No::Refused(R::AlreadyServes));
        }
        let service = place::BookService {
            book: self.book,
            part: office.kind,
            from_on: self.from_on,
            office_id: self.office,
            to_on: None,
        };
        place::book_serve(desk.tx, &service).await?;
        desk.about(self.book, "book", &self.book.to_string())?;
        desk.note("office", self.office);
        desk.note("from_on", self.from_on.to_string());
        Ok(())
    }
}

/// Opens the half-hours of a county's counter on every working day of a season.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSlots {
    /// Book of the county.
    pub book: i64,
    /// First day.
    pub from_on: Date,
    /// Last day, at most a hundred days later.
    pub to_on: Date,
    /// Half-hours such as `09:30`.
    pub slots: Vec<String>,
    /// Families per half-hour.
    pub capacity: i64,
}

refusals! {
    /// Why no times are opened.
    pub enum OpenSlotsRefusal {
        /// The days are in the past, in the wrong order or too many.
        DaysWrong = "days_wrong" [] @ "to_on",
        /// A time is not a half-hour of the day.
        SlotWrong = "slot_wrong" [] @ "slots",
        /// Fewer than one or more than a hundred families at once.
        CapacityWrong = "capacity_wrong" [] @ "capacity",
        /// The holidays of the year are not known yet.
        HolidaysUnknown(i32) = "holidays_unknown" [] @ "from_on",
    }
    figures |refusal| match refusal {
        OpenSlotsRefusal::HolidaysUnknown(year) => vec![("year", year.to_string())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for OpenSlots {
    const NAME: &'static str = "open_slots";
    const PERMISSION: Permission = Permission::any_or_system(&[Role::HallManager]);
    /// Days on which the counter is open.
    type Done = usize;
    type Refused = OpenSlotsRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<usize, No<OpenSlotsRefusal>> {
        use OpenSlotsRefusal as R;
        // A hall manager opens the own counter only; the scope of an act without a case is asked here.
        let serving = place::office_serving(desk.tx, self.book, OfficeKind::County.code(), desk.on).await?;
        if serving.is_none() || desk.actor.office().is_some_and(|office| serving != Some(office)) {
            return Err(No::NotFound);
        }
        let days = (self.to_on - self.from_on).num_days();
        if self.from_on <= desk.on || !(0..=100).contains(&days) {
            return Err(No::Refused(R::DaysWrong));
        }
        let half_hour = |slot: &String| {
            let read = chrono::NaiveTime::parse_from_str(slot, "%H:%M");
            slot.len() == 5 && read.is_ok_and(|time| matches!(chrono::Timelike::minute(&time), 0 | 30))
        };
        if self.slots.is_empty() || !self.slots.iter().all(half_hour) {
            return Err(No::Refused(R::SlotWrong));
        }
        if !(1..=100).contains(&self.capacity) {
            return Err(No::Refused(R::CapacityWrong));
        }
        let mut open = 0;
        for on in self.from_on.iter_days().take_while(|on| *on <= self.to_on) {
            let working = reference::is_working_day(on).map_err(|_| No::Refused(R::HolidaysUnknown(on.year())))?;
            if working {
                open += 1;
                for slot in &self.slots {
                    store::hall::slot::open(desk.tx, (self.book, on, "loan", slot), self.capacity, 0).await?;
                }
            }
        }
        desk.about(self.book, "book", &self.book.to_string())?;
        desk.note("days", open);
        Ok(open)
    }
}
