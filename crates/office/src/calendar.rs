//! What falls due by itself, day by day. A day is opened (receipt deadlines, waivers, orders to the platform) and, when
//! it is over, closed: settlement on the 20th, debits on the 21st, collection, prepayments, the last 20 September. A
//! job calls [`Office::keep_up`] again and again; whatever was done is not done twice, and a server that was down for
//! three days makes up for them in order. In a demonstration [`Office::move_date`] lets the years pass.

use chrono::Datelike;
use loan::calendar::Date;
use loan::event::EventKind;
use loan::money::Fen;
use loan::policy::{Question, Scheme, product, receipt};
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::act::Key;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::origination::pass_deadline::PassDeadline;
use crate::servicing::books::{self, CLOSED_THROUGH, Through};
use crate::servicing::collect::{CHUNK, Collected};
use crate::servicing::reconcile::Reconciled;
use crate::who::{Actor, Role};
use crate::{Office, refusals};

/// Setting: the last day that was opened.
const OPENED_THROUGH: &str = "opened_through";
/// The job's name in facts and audit records.
const JOB: &str = "system:calendar";

/// What happened on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayReport {
    /// The day.
    pub day: Date,
    /// Applications that missed the receipt deadline.
    pub expired: usize,
    /// Contracts whose interest of the year the state took over.
    pub waived: usize,
    /// People whose wish to be deleted could be fulfilled.
    pub deleted: usize,
    /// What the platform collected.
    pub collected: Collected,
    /// Contracts whose books were closed.
    pub closed: usize,
    /// Sum of the bills that became final, in fen.
    pub billed_fen: i64,
    /// Contracts that were settled.
    pub settled: usize,
    /// The platform's files of past days beside our books.
    pub reconciled: Reconciled,
    /// False while the platform owes an answer; the day stays open.
    pub complete: bool,
}

impl DayReport {
    fn of(day: Date) -> DayReport {
        DayReport {
            day,
            expired: 0,
            waived: 0,
            deleted: 0,
            collected: Collected::default(),
            closed: 0,
            billed_fen: 0,
            settled: 0,
            reconciled: Reconciled::default(),
            complete: true,
        }
    }

    /// Counts what happened under another report as well, as if both were one.
    pub fn add(&mut self, more: &DayReport) {
        self.expired += more.expired;
        self.waived += more.waived;
        self.deleted += more.deleted;
        self.closed += more.closed;
        self.billed_fen += more.billed_fen;
        self.settled += more.settled;
        self.reconciled = self.reconciled.and(more.reconciled);
        self.complete = more.complete;
        let (sum, more) = (&mut self.collected, more.collected);
        sum.full += more.full;
        sum.partial += more.partial;
        sum.failed += more.failed;
        sum.unknown = more.unknown;
        sum.taken_fen += more.taken_fen;
    }

    fn is_empty(&self) -> bool {
        *self == DayReport::of(self.day)
    }
}

/// The world outside whose date must move with ours in a demonstration.
#[async_trait::async_trait]
pub trait Town: Send + Sync {
    /// Moves the date forward; to the present date changes nothing.
    async fn move_to(&self, day: Date) -> Result<(), String>;
}

#[async_trait::async_trait]
impl Town for wire::sandbox::client::SandboxClient {
    async fn move_to(&self, day: Date) -> Result<(), String> {
        // A sandbox may have started ahead of us; its date never goes back.
        match self.date().await {
            Ok(date) if date >= day => Ok(()),
            Ok(_) => self.move_date(day).await.map_err(|fault| fault.to_string()),
            Err(fault) => Err(fault.to_string()),
        }
    }
}

refusals! {
    /// Why the date is not moved, in order of precedence.
    pub enum MoveDateRefusal {
        /// Only a demonstration may move its date.
        NotADemonstration = "not_a_demonstration" ["sdvcst-2022" "22"],
        /// The date never goes back.
        Backwards = "backwards" ["sdvcst-2022" "22"] @ "to",
        /// Farther than any contract of today runs.
        TooFar = "too_far" ["sdvcst-2022" "8"] @ "to",
        /// The sandbox does not follow.
        SandboxStays(String) = "sandbox_stays" ["sdvcst-2022" "22"],
        /// The platform owes an answer for that day.
        Waiting(Date) = "waiting_for_platform" ["sdvcst-2022" "26"],
        /// The date is on its way already.
        AlreadyMoving = "already_moving" ["sdvcst-2022" "22"],
    }
    figures |refusal| match refusal {
        MoveDateRefusal::SandboxStays(why) => vec![("why", why.clone())],
        MoveDateRefusal::Waiting(day) => vec![("day", day.to_string())],
        _ => Vec::new(),
    }
}

/// Years a date may be moved at once.
const YEARS_MAX: i32 = 30;

impl Office {
    /// Closes every day before today that is still open and opens today. Days without anything due are passed over.
    ///
    /// # Errors
    /// A failure of our own, such as a rate that is not published; the days before it stay done.
    pub async fn keep_up(&self) -> Result<Vec<DayReport>, Failure> {
        self.keep_up_by(1).await
    }

    /// As [`Office::keep_up`], closing so many books side by side.
    ///
    /// # Errors
    /// As [`Office::keep_up`].
    pub async fn keep_up_by(&self, workers: usize) -> Result<Vec<DayReport>, Failure> {
        let today = self.business_on().await?;
        self.begin_calendar(today).await?;
        let (mut closed, mut opened) = self.days_done(today).await?;
        let mut reports = Vec::new();
        self.close_contracts(closed, &mut DayReport::of(closed), workers).await?;
        loop {
            let busy = self.next_busy_day(closed).await?;
            let day = busy.map_or(today, |busy| busy.min(today));
            if closed.succ_opt() < Some(day) {
                closed = day.pred_opt().unwrap_or(day);
                self.note_day(CLOSED_THROUGH, closed).await?;
            }
            let mut report = DayReport::of(day);
            if day <= today && (opened < day || self.has_pending(day).await?) {
                self.open_day(day, &mut report).await?;
                if report.complete && opened < day {
                    opened = day;
                    self.note_day(OPENED_THROUGH, day).await?;
                }
            }
            let over = day < today && report.complete;
            if over {
                // First the mark: from here on nothing acts on this day, and a run that dies goes on from it.
                self.note_day(CLOSED_THROUGH, day).await?;
                closed = day;
                self.close_contracts(day, &mut report, workers).await?;
                report.reconciled = self.reconcile(today).await?;
            }
            if !report.is_empty() {
                tracing::info!(?report, "day");
                reports.push(report);
            }
            if !over {
                return Ok(reports);
            }
        }
    }

    /// Moves the date of a demonstration, doing everything that falls due on the way.
    ///
    /// # Errors
    /// The refusals above; the days before the one that refused are done.
    pub async fn move_date(
        &self,
        actor: &Actor,
        to: Date,
        town: &dyn Town,
    ) -> Result<Vec<DayReport>, No<MoveDateRefusal>> {
        self.may_move(actor, to).await?;
        // The worker lets days pass too; two at once would close a day under each other's feet.
        let turn = self.wait_for_turn().await?;
        self.in_turn(turn, self.move_date_alone(actor, to, town)).await
    }

    /// Whether the actor may move the date to that day.
    pub(crate) async fn may_move(&self, actor: &Actor, to: Date) -> Result<(), No<MoveDateRefusal>> {
        if !actor.roles().contains(&Role::SystemAdmin) && !matches!(actor.who, crate::Who::System(_)) {
            return Err(No::Forbidden);
        }
        let crate::day::Today { on, demonstration } = self.today().await?;
        if !demonstration {
            return Err(No::Refused(MoveDateRefusal::NotADemonstration));
        }
        if to < on {
            return Err(No::Refused(MoveDateRefusal::Backwards));
        }
        if to.year() > on.year() + YEARS_MAX {
            return Err(No::Refused(MoveDateRefusal::TooFar));
        }
        Ok(())
    }

    async fn move_date_alone(
        &self,
        actor: &Actor,
        to: Date,
        town: &dyn Town,
    ) -> Result<Vec<DayReport>, No<MoveDateRefusal>> {
        let mut today = self.business_on().await?;
        let by = actor.name();
        let mut reports = self.keep_up().await?;
        while today < to {
            let busy = self.next_busy_day(today).await?;
            // The day after a busy one is entered too, so that the busy one is closed before the next is opened.
            let next = busy.map_or(to, |busy| busy.min(to)).max(today.succ_opt().unwrap_or(to));
            town.move_to(next).await.map_err(|why| No::Refused(MoveDateRefusal::SandboxStays(why)))?;
            if self.move_business_day(next, &by).await?.is_err() {
                return Err(No::Refused(MoveDateRefusal::Backwards));
            }
            let done = self.keep_up().await?;
            let waiting = done.iter().find(|report| !report.complete).map(|report| report.day);
            reports.extend(done);
            if let Some(day) = waiting {
                return Err(No::Refused(MoveDateRefusal::Waiting(day)));
            }
            today = next;
        }
        Ok(merged(reports))
    }

    /// Writes down where the calendar of a new database begins; without it a worker that was away for days would take
    /// them for closed.
    pub(crate) async fn begin_calendar(&self, today: Date) -> Result<(), Failure> {
        let begun: Result<bool, Failure> = self
            .store
            .read("calendar_begun", |tx| {
                Box::pin(async move { Ok(store::setting::by_name(tx, CLOSED_THROUGH).await?.is_some()) })
            })
            .await;
        if begun? { Ok(()) } else { self.note_day(CLOSED_THROUGH, today.pred_opt().unwrap_or(today)).await }
    }

    /// The last closed and the last opened day.
    pub(crate) async fn days_done(&self, today: Date) -> Result<(Date, Date), Failure> {
        self.store
            .read("days_done", |tx| {
                Box::pin(async move {
                    let closed = books::closed_through(tx, today).await?;
                    let opened = match store::setting::by_name(tx, OPENED_THROUGH).await? {
                        Some(text) => text.parse().map_err(|_| Failure::corrupt("the last opened day is no date"))?,
                        None => closed,
                    };
                    Ok((closed, opened))
                })
            })
            .await
    }

    async fn note_day(&self, name: &'static str, day: Date) -> Result<(), Failure> {
        let at = self.clock.now();
        self.store
            .write("note_day", |tx| {
                Box::pin(async move { store::setting::put(tx, name, &day.to_string(), at, JOB).await })
            })
            .await
    }

    /// The first day after that one on which something falls due.
    async fn next_busy_day(&self, after: Date) -> Result<Option<Date>, Failure> {
        self.store
            .read("next_busy_day", |tx| {
                Box::pin(async move {
                    let contract = store::contract::first_due(tx).await?;
                    let deadline = deadlines(tx, self)
                        .await?
                        .into_iter()
                        .map(|(_, last_on)| last_on.succ_opt().unwrap_or(last_on))
                        .min();
                    let first = contract.into_iter().chain(deadline).min();
                    Ok(first.map(|first| first.max(after.succ_opt().unwrap_or(after))))
                })
            })
            .await
    }

    /// True while a debit up to that day has no certain outcome.
    async fn has_pending(&self, day: Date) -> Result<bool, Failure> {
        let platforms = self.platforms().await?;
        let (platforms, at) = (&platforms, self.clock.now() + chrono::TimeDelta::seconds(1));
        self.store
            .read("has_pending", |tx| {
                Box::pin(async move {
                    for &platform in platforms {
                        let pending = store::trade::list_pending(tx, platform, at, i64::from(u16::MAX)).await?;
                        if pending.iter().any(|order| order.kind == "debit" && order.on_day <= day) {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                })
            })
            .await
    }

    /// The morning of a day, in this order: receipt deadlines, waivers of the year, orders to the platform.
    async fn open_day(&self, day: Date, report: &mut DayReport) -> Result<(), Failure> {
        self.pass_signings(day).await?;
        let late =
            self.store.read("receipt_deadlines", |tx| Box::pin(async move { deadlines(tx, self).await })).await?;
        for (number, _) in late.into_iter().filter(|(_, last_on)| *last_on < day) {
            let number = number.to_string();
            let key = Key::new(&format!("deadline-{number}")).expect("numbers are visible text");
            match self.perform(&Actor::system("calendar"), &key, PassDeadline { number }).await {
                Ok(()) => report.expired += 1,
                Err(No::Failure(failure)) => return Err(failure),
                Err(_) => {}
            }
        }
        if product::interest_waived(self.policy, Scheme::Origin, day.year()).is_ok_and(|(waived, _)| waived) {
            report.waived = self.waive(day).await?;
        }
        report.deleted = self.delete_kept(day).await?;
        report.collected = self.collect(day).await?;
        report.complete = report.collected.unknown == 0;
        Ok(())
    }

    /// 免息: own interest that falls due today is the state's, without anybody asking.
    async fn waive(&self, day: Date) -> Result<usize, Failure> {
        let mut count = 0;
        for book in self.books().await? {
            let mut after = 0;
            loop {
                let at = self.clock.now();
                let (waived, last) = self
                    .store
                    .write("waive_interest", |tx| {
                        Box::pin(async move { waive_chunk(tx, self, book, day, after, at).await })
                    })
                    .await?;
                count += waived;
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(count)
    }

    /// The evening of a day: everything its end decides, for every contract with something due.
    async fn close_contracts(&self, day: Date, report: &mut DayReport, workers: usize) -> Result<(), Failure> {
        let mut waiting = self.books().await?.into_iter();
        let mut running = tokio::task::JoinSet::new();
        loop {
            while running.len() < workers.max(1) {
                let Some(book) = waiting.next() else { break };
                let office = self.clone();
                running.spawn(async move { office.close_book(day, book).await });
            }
            let Some(done) = running.join_next().await else { return Ok(()) };
            let done =
                done.map_err(|error| Failure::bug("the closing of a book ended in a panic").because(error))??;
            report.closed += done.contracts;
            report.billed_fen += done.billed.0;
            report.settled += done.settled;
        }
    }

    async fn close_book(&self, day: Date, book: i64) -> Result<Closed, Failure> {
        let mut whole = Closed { contracts: 0, billed: Fen::ZERO, settled: 0, last: Some(0) };
        while let Some(after) = whole.last {
            let at = self.clock.now();
            let done = self
                .store
                .write("close_contracts", |tx| {
                    Box::pin(async move { close_chunk(tx, self, book, day, after, at).await })
                })
                .await?;
            whole.contracts += done.contracts;
            whole.billed += done.billed;
            whole.settled += done.settled;
            whole.last = done.last;
        }
        Ok(whole)
    }
}

/// Applications that a receipt deadline can end, with their last day.
async fn deadlines(tx: &mut Tx<'_>, office: &Office) -> Result<Vec<(ApplicationNumber, Date)>, Failure> {
    let mut found = Vec::new();
    for book in store::office_place::books(tx).await? {
        let rows = store::application::list_under_way(tx, book.book).await?;
        for row in rows.into_iter().filter(|row| row.scheme == "origin") {
            let question = Question {
                scheme: Scheme::Origin,
                on: row.policy_on,
                county: book.division_code.as_deref(),
                school: row.school_code.as_deref(),
            };
            let year = i32::try_from(row.academic_year).unwrap_or_default();
            let deadline = receipt::deadline(office.policy, &question, year)
                .map_err(|gap| Failure::corrupt(format!("application {}: {gap}", row.number)))?;
            found.push((ApplicationNumber::of(row.book, row.application), deadline.last_on));
        }
    }
    Ok(found)
}

async fn waive_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    day: Date,
    after: i64,
    at: store::Instant,
) -> Result<(usize, Option<i64>), Failure> {
    let due = store::contract::list_due(tx, book, day, after, CHUNK).await?;
    let last = due.last().map(|row| row.contract).filter(|_| due.len() as i64 == CHUNK);
    if due.is_empty() {
        return Ok((0, None));
    }
    let through = books::open(tx, day).await?;
    let indexes = books::indexes(tx, office).await?;
    let mut count = 0;
    store::audit::begin(tx, book, at)?;
    for mut ledger in books::load_all(tx, book, due).await? {
        let year = day.year();
        let known = ledger.events.iter().any(|event| event.kind == EventKind::Waived { year });
        let life = ledger.life(&indexes, day)?;
        let earns = life.rows.iter().any(|row| row.due_on == day && row.days > 0);
        if known || !earns {
            continue;
        }
        books::add(tx, &mut ledger, day, EventKind::Waived { year }, at, JOB, through).await?;
        count += 1;
    }
    write_audit(tx, day, "waive_interest", book, serde_json::json!({ "contracts": count })).await?;
    Ok((count, last))
}

struct Closed {
    contracts: usize,
    billed: Fen,
    settled: usize,
    last: Option<i64>,
}

async fn close_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    day: Date,
    after: i64,
    at: store::Instant,
) -> Result<Closed, Failure> {
    let due = store::contract::list_due(tx, book, day, after, CHUNK).await?;
    let mut done = Closed { contracts: due.len(), billed: Fen::ZERO, settled: 0, last: None };
    let (Some(first), Some(last)) = (due.first().map(|row| row.contract), due.last().map(|row| row.contract)) else {
        return Ok(done);
    };
    done.last = (due.len() as i64 == CHUNK).then_some(last);
    let indexes = books::indexes(tx, office).await?;
    store::audit::begin(tx, book, at)?;
    for mut ledger in books::load_all(tx, book, due).await? {
        let brought = books::bring_forward(tx, &indexes, &mut ledger, Through::Closed(day), at, JOB).await?;
        done.billed += brought.billed;
        done.settled += usize::from(ledger.row.settled_on == Some(day));
    }
    let mark = store::posting::SettlementDone {
        book,
        on_day: day,
        chunk: first,
        until: last,
        contracts: done.contracts as i64,
        total_fen: done.billed.0,
        done_at: at,
    };
    store::posting::settlement_mark(tx, &mark).await?;
    let detail = serde_json::json!({ "contracts": done.contracts, "billed": done.billed.to_string() });
    write_audit(tx, day, "close_day", book, detail).await?;
    Ok(done)
}

async fn write_audit(
    tx: &mut Tx<'_>,
    on_day: Date,
    act: &'static str,
    book: i64,
    detail: serde_json::Value,
) -> Result<(), Failure> {
    let (subject_id, detail) = (book.to_string(), detail.to_string());
    let entry =
        store::audit::Entry { on_day, actor: JOB, act, subject: "book", subject_id: &subject_id, detail: &detail };
    store::audit::write(tx, entry).await.map(drop)
}

/// One report a day: a day that was opened in one run and closed in the next is one day.
pub(crate) fn merged(reports: Vec<DayReport>) -> Vec<DayReport> {
    let mut days: Vec<DayReport> = Vec::with_capacity(reports.len());
    for report in reports {
        match days.last_mut().filter(|last| last.day == report.day) {
            Some(last) => last.add(&report),
            None => days.push(report),
        }
    }
    days
}
