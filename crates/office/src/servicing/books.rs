//! The ledger writer. A contract's postings and bills are a pure function of its terms and events; whatever act or
//! job adds an event calls [`bring_forward`], which replays the contract and appends what is not stored yet.
//!
//! A day is open until [`crate::calendar`] closes it. While it is open, money that moved is posted at once; what the
//! end of the day decides (settlement, debit, collection, prepayment) is posted when the day is closed. A row that is
//! stored never changes: a replay that would change one is a mistake of the program and fails.

use chrono::{DateTime, Datelike, Utc};
use loan::calendar::{Date, date};
use loan::contract::{Indexes, Terms};
use loan::event::{Event, EventKind};
use loan::life::{Account, Balances, Cause, Life, Posting, PostingKind};
use loan::money::{AMOUNT_MAX, Fen};
use loan::policy::Book;
use loan::settlement::{self, ContractRefused};
use store::{Failure, Tx};

use super::event;
use crate::Office;
use crate::terms::KeptTerms;

/// Setting: the last day whose end is in the books.
pub const CLOSED_THROUGH: &str = "closed_through";

/// A contract as the arithmetic reads it.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The row.
    pub row: store::contract::Contract,
    /// Its terms with the day of disbursement; `None` before the money moved.
    pub terms: Option<Terms>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// How far the books go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Today is open; the days up to `closed` are in the books.
    Open {
        /// The business day.
        today: Date,
        /// The last closed day.
        closed: Date,
    },
    /// This day ends now.
    Closed(Date),
}

impl Through {
    /// The day the figures are of.
    pub const fn day(self) -> Date {
        match self {
            Through::Open { today, .. } => today,
            Through::Closed(day) => day,
        }
    }

    /// The last day whose end is final.
    pub const fn closed(self) -> Date {
        match self {
            Through::Open { closed, .. } => closed,
            Through::Closed(day) => day,
        }
    }
}

/// What a bringing forward did.
#[derive(Clone, Debug)]
pub struct Brought {
    /// How many postings are new.
    pub posted: usize,
    /// Bills that became final: their sum.
    pub billed: Fen,
    /// The life of the contract up to the day, with the plan from there on.
    pub life: Life,
}

impl Ledger {
    /// A row with its events.
    pub fn of(row: store::contract::Contract, events: &[store::contract::ContractEvent]) -> Result<Ledger, Failure> {
        let terms = match row.disbursed_on {
            Some(disbursed_on) => Some(terms(&row, disbursed_on)?),
            None => None,
        };
        let events = events.iter().map(event::read).collect::<Result<_, _>>()?;
        Ok(Ledger { row, terms, events })
    }

    /// The terms of a contract that was paid out.
    pub fn terms(&self) -> Result<&Terms, Failure> {
        self.terms.as_ref().ok_or_else(|| Failure::bug(format!("contract {} is not paid out yet", self.row.number)))
    }

    /// The life up to a day and the plan from there on.
    pub fn life(&self, indexes: &Indexes, day: Date) -> Result<Life, Failure> {
        settlement::outlook(self.terms()?, indexes, &self.events, day).map_err(|no| stopped(&self.row, &no))
    }

    /// Whether that payment is among the events already.
    pub fn has_payment(&self, paid_channel: &str, paid_reference: &str) -> bool {
        self.events.iter().any(|event| match &event.kind {
            EventKind::Paid { channel, reference, .. } => channel == paid_channel && reference == paid_reference,
            _ => false,
        })
    }

    /// What the borrower still has to bring on that day so that everything the end of the day asks for is paid.
    pub fn shortfall(&self, indexes: &Indexes, day: Date) -> Result<Shortfall, Failure> {
        let plenty = EventKind::Paid { amount: AMOUNT_MAX, channel: String::new(), reference: String::new() };
        let mut events = self.events.clone();
        events.push(Event { on: day, kind: plenty });
        let life = settlement::replay(self.terms()?, indexes, &events, day).map_err(|no| stopped(&self.row, &no))?;
        let before = settlement::replay(self.terms()?, indexes, &self.events, day.pred_opt().unwrap_or(day))
            .map_err(|no| stopped(&self.row, &no))?;
        let (old, today) = life.postings.split_at(before.postings.len().min(life.postings.len()));
        let deposit = |posting: &Posting| posting.legs.amounts[Account::Deposit as usize];
        let prepaid = today.iter().any(|posting| posting.kind == PostingKind::Prepaid);
        let due = |posting: &Posting| {
            posting.kind == PostingKind::Debited || (posting.kind == PostingKind::Collected && !prepaid)
        };
        let asked = |posting: &Posting| {
            matches!(posting.kind, PostingKind::Collected | PostingKind::Debited | PostingKind::Prepaid)
        };
        let closing =
            |posting: &Posting| posting.kind == PostingKind::Refunded && !matches!(posting.cause, Cause::Event(_));
        let must: Fen = today.iter().filter(|posting| due(posting)).map(deposit).sum();
        let whole: Fen = today.iter().filter(|posting| asked(posting)).map(deposit).sum();
        let other = today.iter().filter(|posting| !asked(posting) && !closing(posting));
        let held: Fen = old.iter().chain(other).map(deposit).sum();
        // Deposits stand on the credit side, and the money that is only supposed is not there.
        let held = Fen(-held.0) - AMOUNT_MAX;
        let must_bring = (must - held).max(Fen::ZERO);
        let whole_bring = (whole - held).max(Fen::ZERO);
        Ok(Shortfall { due: must_bring, prepayment: whole_bring - must_bring })
    }
}

/// What is missing on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// For the bill on its debit day, or for overdue money on its collection day. A part of it helps.
    pub due: Fen,
    /// For a prepayment on the day after its 20th, with what must be paid before it. A part of it is of no use.
    pub prepayment: Fen,
}

fn terms(row: &store::contract::Contract, disbursed_on: Date) -> Result<Terms, Failure> {
    let kept: KeptTerms = serde_json::from_str(&row.terms)
        .map_err(|error| Failure::corrupt(format!("terms of contract {} cannot be read", row.number)).because(error))?;
    kept.disbursed_on(disbursed_on)
        .ok_or_else(|| Failure::corrupt(format!("terms of contract {} hold an unknown word", row.number)))
}

/// A replay that stopped: the contract with the named reason, so that the operator knows what is missing.
pub(crate) fn stopped(row: &store::contract::Contract, no: &ContractRefused) -> Failure {
    let on = no.on.map(|on| format!(" ({on})")).unwrap_or_default();
    Failure::corrupt(format!("contract {} in book {}: {}{on}", row.number, row.book, no.reason.code()))
}

/// The published rates; in a demonstration carried to its day by invented entries, which every figure that rests on
/// them tells.
pub async fn indexes(tx: &mut Tx<'_>, office: &Office) -> Result<Indexes, Failure> {
    indexes_on(tx, office.policy, office.clock.now()).await
}

/// As [`indexes`], for those who have no office around them.
pub async fn indexes_on(tx: &mut Tx<'_>, policy: &Book, at: DateTime<Utc>) -> Result<Indexes, Failure> {
    Ok(crate::day::today(tx, at).await?.indexes(policy))
}

/// The rates as they will be known on a day that is close ahead.
pub(crate) async fn indexes_of_day(tx: &mut Tx<'_>, office: &Office, day: Date) -> Result<Indexes, Failure> {
    let today = crate::day::today(tx, office.clock.now()).await?;
    Ok(crate::day::Today { on: today.on.max(day), ..today }.indexes(office.policy))
}

/// The last closed day; before the first one, the day before today.
pub async fn closed_through(tx: &mut Tx<'_>, today: Date) -> Result<Date, Failure> {
    match store::setting::by_name(tx, CLOSED_THROUGH).await? {
        Some(text) => text.parse().map_err(|_| Failure::corrupt("the last closed day is no date")),
        None => Ok(today.pred_opt().unwrap_or(today)),
    }
}

/// The state of the books on an open day.
pub async fn open(tx: &mut Tx<'_>, today: Date) -> Result<Through, Failure> {
    let closed = closed_through(tx, today).await?;
    // Nothing acts on a closed day any more: what comes late counts for the first open one.
    let first_open = closed.succ_opt().unwrap_or(closed);
    Ok(Through::Open { today: today.max(first_open), closed })
}

/// A contract with everything that happened to it.
pub async fn load(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Option<Ledger>, Failure> {
    let Some(row) = store::contract::by_number(tx, book, contract).await? else { return Ok(None) };
    let events = store::contract::events(tx, book, contract).await?;
    Ledger::of(row, &events).map(Some)
}

/// The ledgers of rows of one book.
pub async fn load_all(
    tx: &mut Tx<'_>,
    book: i64,
    rows: Vec<store::contract::Contract>,
) -> Result<Vec<Ledger>, Failure> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let events = store::contract::events_range(tx, book, first.contract, last.contract).await?;
    rows.into_iter()
        .map(|row| {
            let from = events.partition_point(|event| event.contract < row.contract);
            let to = events.partition_point(|event| event.contract <= row.contract);
            Ledger::of(row, &events[from..to])
        })
        .collect()
}

/// Adds what happened, under the audit record begun. It acts on the day named, but never before what is
/// stored and never in the future.
pub async fn add(
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    on: Date,
    kind: EventKind,
    at: DateTime<Utc>,
    actor: &str,
    through: Through,
) -> Result<Date, Failure> {
    let first_open = through.closed().succ_opt().unwrap_or(on);
    let last = ledger.events.last().map_or(first_open, |event| event.on);
    let on = on.min(through.day()).max(first_open).max(last);
    let (name, detail) = event::columns(&kind);
    let row = store::contract::ContractEvent {
        book: ledger.row.book,
        contract: ledger.row.contract,
        seq: ledger.events.len() as i64 + 1,
        on_day: on,
        kind: name.to_owned(),
        detail,
        at: chrono::SubsecRound::trunc_subsecs(at, 6),
        actor: actor.to_owned(),
    };
    store::contract::events_append(tx, &[row]).await?;
    ledger.events.push(Event { on, kind });
    Ok(on)
}

/// Money that moved on the first open day is posted on the spot; the end of that day comes later. What moved on a day
/// after it waits: an open day before it may still have something to post.
fn on_the_spot(posting: &Posting, first_open: Date) -> bool {
    let by_event = matches!(posting.cause, Cause::Event(_) | Cause::Disbursement);
    let moved = matches!(
        posting.kind,
        PostingKind::Disbursed
            | PostingKind::Received
            | PostingKind::Recovered
            | PostingKind::Bounced
            | PostingKind::Refunded
    );
    posting.on == first_open && by_event && moved
}

/// The life of a contract on that day, and how many of its postings are final.
pub fn firm(indexes: &Indexes, ledger: &Ledger, through: Through) -> Result<(Life, usize), Failure> {
    let life = ledger.life(indexes, through.day())?;
    let firm = match through {
        Through::Closed(_) => life.postings.len(),
        Through::Open { closed, .. } => {
            let old = settlement::replay(ledger.terms()?, indexes, &ledger.events, closed)
                .map_err(|no| stopped(&ledger.row, &no))?
                .postings
                .len();
            let first_open = closed.succ_opt().unwrap_or(closed);
            old + life.postings[old..].iter().take_while(|posting| on_the_spot(posting, first_open)).count()
        }
    };
    Ok((life, firm))
}

/// Replays a contract, appends the postings and bills that became final and are not stored yet, and brings the index
/// columns of its row up to date, under the audit record begun.
///
/// # Errors
/// A stored row that the replay would change; a rate that is not published.
pub async fn bring_forward(
    tx: &mut Tx<'_>,
    indexes: &Indexes,
    ledger: &mut Ledger,
    through: Through,
    at: DateTime<Utc>,
    actor: &str,
) -> Result<Brought, Failure> {
    let (book, contract) = (ledger.row.book, ledger.row.contract);
    let (life, firm) = firm(indexes, ledger, through)?;
    let computed: Vec<store::posting::Posting> = life.postings[..firm]
        .iter()
        .enumerate()
        .map(|(index, posting)| store::posting::Posting::of(book, contract, index, posting))
        .collect();
    let stored = store::posting::list(tx, book, contract).await?;
    let same = stored.iter().zip(&computed).take_while(|(stored, computed)| stored == computed).count();
    if same < stored.len() {
        return Err(Failure::bug(format!(
            "posting {} of contract {} in book {book} is stored and would change",
            same + 1,
            ledger.row.number
        )));
    }
    store::posting::append(tx, &computed[same..]).await?;

    let mut bills = Vec::new();
    let due: Vec<_> = life.rows.iter().filter(|row| row.debit_on <= through.closed()).collect();
    if !due.is_empty() {
        let kept = store::posting::bills(tx, book, contract).await?;
        for row in due {
            let bill = store::posting::Bill::of(book, contract, row);
            if !kept.iter().any(|kept| (kept.due_on, &kept.kind) == (bill.due_on, &bill.kind)) {
                bills.push(bill);
            }
        }
        store::posting::bills_append(tx, &bills).await?;
    }
    // What the end of an open day will post makes it a day with something to do.
    let first_open = through.closed().succ_opt().unwrap_or(through.day());
    let waiting = life.postings.get(firm).map(|posting| posting.on.max(first_open));
    refresh(tx, ledger, &life, waiting, through, at, actor).await?;
    Ok(Brought { posted: firm - same, billed: bills.iter().map(|bill| Fen(bill.total_fen)).sum(), life })
}

/// Index columns and the facts that follow from the figures: an overdue case opens and closes, a contract is settled.
async fn refresh(
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    life: &Life,
    waiting: Option<Date>,
    through: Through,
    at: DateTime<Utc>,
    actor: &str,
) -> Result<(), Failure> {
    let day = through.day();
    let before = ledger.row.clone();
    let balances = &life.balances;
    let outstanding = balances.principal_not_due + balances.due_principal + balances.overdue_principal;
    let overdue = balances.overdue_principal + balances.overdue_interest;
    let over = matches!(through, Through::Closed(_)) && nothing_left(balances);
    let status = match over {
        true => "settled",
        false => standing(ledger, balances, day)?,
    };
    let row = &mut ledger.row;
    row.outstanding_fen = outstanding.0;
    row.overdue_fen = overdue.0;
    row.next_due_on = next_due(life, through.closed()).into_iter().chain(waiting).min();
    row.status = status.to_owned();
    row.settled_on = if over { before.settled_on.or(Some(day)) } else { None };
    row.changed_at = at;
    store::contract::change(tx, row).await?;

    let (was, is) = (before.overdue_fen > 0, row.overdue_fen > 0);
    let mut facts = Vec::new();
    if is && !was {
        facts.push(("overdue_opened", serde_json::json!({ "amount_fen": overdue.0 })));
    }
    if was && !is {
        facts.push(("overdue_closed", serde_json::json!({ "amount_fen": before.overdue_fen })));
    }
    if row.settled_on.is_some() && before.settled_on.is_none() {
        facts.push(("settled", serde_json::json!({})));
        bound(tx, row, Some(day)).await?;
    }
    if row.settled_on.is_none() && before.settled_on.is_some() {
        facts.push(("reopened", serde_json::json!({ "outstanding_fen": outstanding.0 })));
    }
    for (kind, detail) in facts {
        let detail = detail.to_string();
        let (book, subject_id) = (row.book, row.contract);
        let fact = store::fact::NewFact {
            book,
            subject: "contract",
            subject_id,
            kind,
            on_day: day,
            at,
            actor,
            detail: &detail,
        };
        store::fact::append(tx, fact).await?;
    }
    Ok(())
}

/// A settled contract binds nobody any more.
async fn bound(tx: &mut Tx<'_>, row: &store::contract::Contract, until: Option<Date>) -> Result<(), Failure> {
    let Some(until) = until else { return Ok(()) };
    for person in [Some(row.person), row.co_person].into_iter().flatten() {
        let loans = store::person::open_loans(tx, person).await?;
        if loans.iter().any(|loan| (loan.book, loan.contract) == (row.book, row.contract) && loan.closed_on.is_none()) {
            store::person::open_loan_close(tx, person, row.book, row.contract, until).await?;
        }
    }
    Ok(())
}

fn nothing_left(balances: &Balances) -> bool {
    let owed = [
        balances.principal_not_due,
        balances.due_principal,
        balances.due_interest,
        balances.overdue_principal,
        balances.overdue_interest,
        balances.penalty,
        balances.accrued_interest_own,
        balances.accrued_interest_state,
    ];
    owed.iter().all(|fen| fen.is_zero())
}

/// Where a contract in force stands (b5): overdue first, then by the years of study and grace.
pub fn standing(ledger: &Ledger, balances: &Balances, day: Date) -> Result<&'static str, Failure> {
    if balances.overdue_principal + balances.overdue_interest + balances.penalty > Fen::ZERO {
        return Ok("overdue");
    }
    let terms = ledger.terms()?;
    let (mut graduates_in, mut left_on) = (terms.graduates_in, None);
    for event in ledger.events.iter().filter(|event| event.on <= day) {
        match event.kind {
            EventKind::StudyChanged { graduates_in: year, .. } | EventKind::StudyResumed { graduates_in: year, .. } => {
                (graduates_in, left_on) = (year, None);
            }
            EventKind::Withdrew | EventKind::Expelled => {
                (graduates_in, left_on) = (event.on.year(), Some(first_of_next_month(event.on)));
            }
            _ => {}
        }
    }
    let own_from = left_on.unwrap_or_else(|| terms.product.own_interest_from.in_year(graduates_in));
    let grace_over = terms.product.own_interest_from.in_year(graduates_in + i32::from(terms.grace_years));
    Ok(if day < own_from {
        "in_study"
    } else if day < grace_over {
        "in_grace"
    } else {
        "in_repayment"
    })
}

fn first_of_next_month(day: Date) -> Date {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    date(year, month, 1)
}

/// The next 20th on which overdue money is collected: every month but November (R19.2).
pub fn next_collection_after(day: Date) -> Date {
    let (mut year, mut month) = (day.year(), day.month());
    loop {
        let candidate = date(year, month, 20);
        if candidate > day && month != 11 {
            return candidate;
        }
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// The next day with something to do: a settlement or prepayment day, its debit day, a collection day.
fn next_due(life: &Life, after: Date) -> Option<Date> {
    let rows = life.rows.iter().flat_map(|row| [row.due_on, row.debit_on]).filter(|&day| day > after);
    let balances = &life.balances;
    let overdue = balances.overdue_principal + balances.overdue_interest + balances.penalty > Fen::ZERO;
    rows.chain(overdue.then(|| next_collection_after(after))).min()
}

#[cfg(test)]
mod tests {
    use super::next_collection_after;
    use loan::calendar::date;

    #[test]
    fn overdue_money_is_collected_on_every_twentieth_but_in_november() {
        let check = |day, next| assert_eq!(next_collection_after(day), next);
        check(date(2031, 1, 19), date(2031, 1, 20));
        check(date(2031, 1, 20), date(2031, 2, 20));
        check(date(2031, 10, 20), date(2031, 12, 20));
        check(date(2031, 11, 5), date(2031, 12, 20));
        check(date(2031, 12, 21), date(2032, 1, 20));
        proof::proves!["R19.2"];
    }
}
