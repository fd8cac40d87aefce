//! 通知和工作动态: what a province tells its counties and schools, a school its colleges, and every office everybody. A
//! notice has up to five attachments and, where asked for, receipts; an article has pictures with captions. Here are
//! also the figures of the annual report and the count of readers of a public page.

pub mod confirm;
pub mod publish;

#[cfg(test)]
mod tests;

use loan::calendar::Date;
use store::notice::{FileHead, Notice};
use store::{Failure, Tx};

use crate::Office;
use crate::no::No;
use crate::view::{Seen, actor_name};
use crate::who::{Actor, OfficeKind, Role};

/// Whom a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every county centre.
    Counties,
    /// Every school.
    Schools,
    /// The colleges of the school that publishes.
    Colleges,
    /// Everybody, without login.
    Everybody,
}

impl Audience {
    /// All of them.
    pub const ALL: [Audience; 4] = [Audience::Counties, Audience::Schools, Audience::Colleges, Audience::Everybody];

    /// The name kept.
    pub const fn code(self) -> &'static str {
        match self {
            Audience::Counties => "counties",
            Audience::Schools => "schools",
            Audience::Colleges => "colleges",
            Audience::Everybody => "everybody",
        }
    }

    /// The audience of that name.
    pub fn of(code: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.code() == code)
    }

    /// Whom an office of a kind may address.
    pub fn open_to(kind: OfficeKind) -> &'static [Audience] {
        match kind {
            OfficeKind::Province => &[Audience::Counties, Audience::Schools, Audience::Everybody],
            OfficeKind::School => &[Audience::Colleges, Audience::Everybody],
            OfficeKind::County => &[Audience::Everybody],
            OfficeKind::Bank | OfficeKind::Platform | OfficeKind::System => &[],
        }
    }

    /// Whether a notice of that owner reaches an office.
    fn reaches(self, owner: i64, office: i64, kind: OfficeKind) -> bool {
        match self {
            Audience::Counties => kind == OfficeKind::County,
            Audience::Schools => kind == OfficeKind::School,
            Audience::Colleges => owner == office,
            Audience::Everybody => true,
        }
    }
}

/// A notice as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// Office that published, by number.
    pub owner: i64,
    /// Number inside the office.
    pub notice: i64,
    /// Name of the office.
    pub office: String,
    /// True for an article with pictures.
    pub article: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// Headline.
    pub title: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Day of publication.
    pub on: Date,
    /// Last day for the receipt.
    pub answer_by: Option<Date>,
    /// Attachments or pictures.
    pub files: Vec<FileHead>,
    /// True once the reader's own receipt is there.
    pub confirmed: bool,
    /// Receipts, for the office that published: office, reader, note.
    pub receipts: Vec<(String, String, String)>,
}

/// Counts below this are not told to everybody: too few people to hide among.
const SMALL: i64 = 5;

/// Figures of one academic year for the annual report; of everybody together, nobody's own. A group of fewer than five
/// stays unsaid, and so does a figure that would give it away by subtraction (H046).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YearFigures {
    /// The academic year, by its autumn.
    pub year: i64,
    /// Applications submitted; none for a small group.
    pub submitted: Option<i64>,
    /// Applications paid out; none for a small group.
    pub paid_out: Option<i64>,
}

impl YearFigures {
    /// What may be told of these counts.
    fn told(year: i64, submitted: i64, paid_out: i64) -> YearFigures {
        let small = |many: i64| (1..SMALL).contains(&many);
        let hidden = small(paid_out) || small(submitted - paid_out);
        YearFigures {
            year,
            submitted: (!small(submitted)).then_some(submitted),
            paid_out: (!small(submitted) && !hidden).then_some(paid_out),
        }
    }
}

/// Most notices a list shows.
const SHOWN: i64 = 100;

async fn view_of(tx: &mut Tx<'_>, row: Notice, reader: Option<&Actor>) -> Result<Option<NoticeView>, Failure> {
    let Some(audience) = Audience::of(&row.audience) else { return Ok(None) };
    let office = store::office_place::by_number(tx, row.owner).await?.map(|office| office.name).unwrap_or_default();
    let own = reader.and_then(Actor::office) == Some(row.owner);
    let name = reader.map(Actor::name).unwrap_or_default();
    let mut receipts = Vec::new();
    let mut confirmed = false;
    for receipt in store::notice::receipts(tx, row.owner, row.notice).await? {
        confirmed |= receipt.reader == name;
        if own {
            let from = store::office_place::by_number(tx, receipt.receiver).await?;
            let from = from.map(|office| office.name).unwrap_or_default();
            receipts.push((from, actor_name(tx, &receipt.reader).await?, receipt.note));
        }
    }
    Ok(Some(NoticeView {
        files: store::notice::files(tx, row.owner, row.notice).await?,
        owner: row.owner,
        notice: row.notice,
        office,
        article: row.kind == "article",
        audience,
        title: row.title,
        paragraphs: row.body.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        on: row.on_day,
        answer_by: row.answer_by,
        confirmed,
        receipts,
    }))
}

/// Whether somebody may read a notice.
async fn open_to(tx: &mut Tx<'_>, row: &Notice, actor: &Actor) -> Result<bool, Failure> {
    let Some(audience) = Audience::of(&row.audience) else { return Ok(false) };
    let own = actor.office() == Some(row.owner);
    if row.withdrawn_at.is_some() {
        return Ok(false);
    }
    if own || audience == Audience::Everybody {
        return Ok(true);
    }
    let Some(office) = actor.office() else { return Ok(false) };
    let kind = store::office_place::by_number(tx, office).await?.and_then(|office| OfficeKind::of(&office.kind));
    Ok(kind.is_some_and(|kind| audience.reaches(row.owner, office, kind)))
}

impl Office {
    /// What was published for everybody, newest first.
    pub async fn news(&self) -> Result<Vec<NoticeView>, Failure> {
        self.store
            .read("news", |tx| {
                Box::pin(async move {
                    let mut found = Vec::new();
                    for row in store::notice::list_of_audience(tx, Audience::Everybody.code(), SHOWN).await? {
                        found.extend(view_of(tx, row, None).await?);
                    }
                    Ok(found)
                })
            })
            .await
    }

    /// What reaches the actor's office, and what it published itself; newest first.
    pub async fn notices(&self, actor: &Actor) -> Seen<Vec<NoticeView>> {
        let office = actor.office().ok_or(No::Forbidden)?;
        let found: Result<Vec<NoticeView>, Failure> = self
            .store
            .read("notices", |tx| {
                Box::pin(async move {
                    let mut rows = store::notice::list_of_owner(tx, office, SHOWN).await?;
                    for audience in [Audience::Counties, Audience::Schools] {
                        rows.extend(store::notice::list_of_audience(tx, audience.code(), SHOWN).await?);
                    }
                    let mut found: Vec<NoticeView> = Vec::new();
                    for row in rows {
                        let known = found.iter().any(|one| (one.owner, one.notice) == (row.owner, row.notice));
                        if !known && open_to(tx, &row, actor).await? {
                            found.extend(view_of(tx, row, Some(actor)).await?);
                        }
                    }
                    found.sort_by_key(|one| (std::cmp::Reverse(one.on), one.owner, std::cmp::Reverse(one.notice)));
                    Ok(found)
                })
            })
            .await;
        Ok(found?)
    }

    /// One notice, if the actor may read it.
    pub async fn notice(&self, actor: &Actor, owner: i64, notice: i64) -> Seen<NoticeView> {
        let found: Result<Option<NoticeView>, Failure> = self
            .store
            .read("notice", |tx| {
                Box::pin(async move {
                    let Some(row) = store::notice::by_number(tx, owner, notice).await? else { return Ok(None) };
                    if open_to(tx, &row, actor).await? { view_of(tx, row, Some(actor)).await } else { Ok(None) }
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// One attachment: its name, type and bytes.
    pub async fn notice_file(
        &self,
        actor: &Actor,
        owner: i64,
        notice: i64,
        row_no: i64,
    ) -> Seen<store::notice::NoticeFile> {
        let found: Result<Option<store::notice::NoticeFile>, Failure> = self
            .store
            .read("notice_file", |tx| {
                Box::pin(async move {
                    let Some(row) = store::notice::by_number(tx, owner, notice).await? else { return Ok(None) };
                    if !open_to(tx, &row, actor).await? {
                        return Ok(None);
                    }
                    store::notice::file(tx, owner, notice, row_no).await
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// A public page was read; answers how often it now was.
    pub async fn page_read(&self, page: &str) -> Result<i64, Failure> {
        self.store.write("page_read", |tx| Box::pin(store::notice::page_read(tx, page))).await
    }

    /// The figures of the annual report, the newest year first.
    pub async fn annual_report(&self) -> Result<Vec<YearFigures>, Failure> {
        let at = self.clock.now();
        self.store
            .read("annual_report", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let now = i64::from(crate::clock::academic_year(on));
                    let mut years = Vec::new();
                    for year in (now - 9..=now).rev() {
                        let (mut all, mut paid_out) = (0, 0);
                        for book in store::office_place::books(tx).await? {
                            for (status, many) in store::application::counts_of_status(tx, book.book, year).await? {
                                let stage = crate::application::Stage::of(&status);
                                let submitted = stage.is_some_and(|stage| stage != crate::application::Stage::Draft);
                                all += if submitted { many } else { 0 };
                                let paid = stage == Some(crate::application::Stage::Disbursed);
                                paid_out += if paid { many } else { 0 };
                            }
                        }
                        if all > 0 {
                            years.push(YearFigures::told(year, all, paid_out));
                        }
                    }
                    Ok(years)
                })
            })
            .await
    }
}

/// Roles that publish for their office.
pub(crate) const PUBLISHERS: &[Role] = &[Role::Province, Role::SchoolOfficer, Role::HallManager];
