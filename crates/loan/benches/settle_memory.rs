//! How fast dated events become bill and posting rows: a million different contracts, one core, no database.
//!
//! Every contract runs from disbursement to closing; everyone pays every bill in time through the deposit; one in ten
//! has a prepayment or a deferral. Terms, events and what must be paid are made before the clock starts. Prints JSON.

use std::hint::black_box;
use std::time::{Duration, Instant};

use loan::calendar::date;
use loan::contract::{DayCount, Index, IndexTable, Indexes, Pricing, Product, Terms};
use loan::event::PrepayAmount;
use loan::life::{Account, PostingKind, Reason};
use loan::money::{Fen, Rate};
use loan::settlement::course::{Book, Cause, Course, Funds, History};
use loan::settlement::days::{self, Day};
use loan::settlement::facts::{Fact, What};
use loan::settlement::rates::Published;

const CONTRACTS: usize = 1_000_000;
/// Small enough that the rows of a chunk stay near the core.
const CHUNK: usize = 512;

/// A posting as a row of the ledger.
struct Entry {
    contract: u32,
    on: Day,
    kind: PostingKind,
    cause: Cause,
    channel: Option<u32>,
    legs: (u32, u32),
}

/// A bill as a row of the statement.
struct Bill {
    contract: u32,
    due_on: Day,
    principal: i64,
    interest: i64,
    interest_subsidised: i64,
    closing: i64,
    paid: i64,
}

#[derive(Default)]
struct Ledger {
    contract: u32,
    entries: Vec<Entry>,
    legs: Vec<(Account, i64)>,
    bills: Vec<Bill>,
    refused: usize,
}

impl Book for Ledger {
    fn posting(&mut self, on: Day, kind: PostingKind, cause: Cause, channel: Option<u32>, legs: &[(Account, i64)]) {
        let from = self.legs.len() as u32;
        self.legs.extend(legs.iter().filter(|&&(_, fen)| fen != 0));
        let to = self.legs.len() as u32;
        if to > from {
            self.entries.push(Entry { contract: self.contract, on, kind, cause, channel, legs: (from, to) });
        }
    }

    fn refused(&mut self, _: Day, _: u32, _: Reason) {
        self.refused += 1;
    }

    fn already_done(&mut self, _: u32) {
        self.refused += 1;
    }
}

/// A small generator of our own: the same contracts on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn terms(dice: &mut Dice) -> Terms {
    let year = 2020 + dice.below(7) as i32;
    let graduates_in = year + 1 + dice.below(4) as i32;
    Terms {
        principal: Fen::yuan(1_000 + 100 * dice.below(191) as i64),
        disbursed_on: date(year, 10 + dice.below(3) as u32, 1 + dice.below(28) as u32),
        graduates_in,
        matures_in: graduates_in + 10 + dice.below(6) as i32,
        grace_years: 3 + 2 * dice.below(2) as u8,
        pricing: Pricing::Floating { index: Index::Lpr5Y, spread_bp: -30 - 10 * dice.below(5) as i32 },
        day_count: DayCount::YearOrDays360,
        product: Product::default(),
    }
}

/// What happens to one in ten, without the payments.
fn requests(terms: &Terms, dice: &mut Dice) -> Option<Fact> {
    if dice.below(10) > 0 {
        return None;
    }
    let year = terms.matures_in - 1 - dice.below(4) as i32;
    if dice.below(2) == 0 {
        return Some(Fact { day: days::of(year, 11, 5), event: 0, what: What::Deferred { year } });
    }
    let filed_on = days::of(year, 1 + dice.below(9) as u32, 1 + dice.below(28) as u32);
    let amount = PrepayAmount::Part(Fen::yuan(500));
    Some(Fact { day: filed_on, event: 0, what: What::PrepayFiled { amount } })
}

/// A table that moves a little every few months and is known far enough.
fn published() -> Published {
    let points =
        (0..120).map(|n| (date(2019 + n / 4, 1 + 3 * (n as u32 % 4), 20), Rate(35_000 + 500 * i64::from(n % 7))));
    let lpr5y = IndexTable { points: points.collect(), known_until: None, synthetic_from: None };
    let pboc5y =
        IndexTable { points: vec![(date(2015, 10, 24), Rate(49_000))], known_until: None, synthetic_from: None };
    Published::of(&Indexes { lpr5y, pboc5y }).expect("the table ascends")
}

fn main() {
    let published = published();
    let mut dice = Dice(20_271_220);
    let (mut course, mut ledger) = (Course::new(), Ledger::default());
    let mut spent = Duration::ZERO;
    let (mut years, mut bills, mut postings, mut legs, mut sum) = (0u64, 0u64, 0u64, 0u64, 0i64);
    let mut chunks: Vec<f64> = Vec::new();
    let mut done = 0;
    while done < CONTRACTS {
        let size = CHUNK.min(CONTRACTS - done);
        let contracts: Vec<(Terms, Vec<Fact>)> =
            (0..size).map(|_| contract(&mut course, &published, &mut dice)).collect();
        let started = Instant::now();
        ledger.entries.clear();
        ledger.legs.clear();
        ledger.bills.clear();
        for (number, (terms, facts)) in contracts.iter().enumerate() {
            ledger.contract = number as u32;
            let history = History { facts, payments: facts.len() as u32 };
            course
                .run(terms, &published, history, Funds::Real, Day::MAX - 1, &mut ledger)
                .expect("an accepted contract");
            ledger.bills.extend(course.items().iter().map(|item| Bill {
                contract: number as u32,
                due_on: item.due_on,
                principal: item.principal,
                interest: item.interest,
                interest_subsidised: item.interest_subsidised,
                closing: item.closing,
                paid: item.paid_principal + item.paid_interest,
            }));
        }
        let elapsed = started.elapsed();
        spent += elapsed;
        let ledger = black_box(&ledger);
        check(ledger, size);
        let of_chunk = course_years(ledger);
        years += of_chunk;
        chunks.push(of_chunk as f64 / elapsed.as_secs_f64());
        bills += ledger.bills.len() as u64;
        postings += ledger.entries.len() as u64;
        legs += ledger.legs.len() as u64;
        sum += ledger.bills.iter().map(|bill| bill.interest + bill.interest_subsidised).sum::<i64>();
        done += size;
    }
    let per_second = years as f64 / spent.as_secs_f64();
    // On a machine with other work the whole is slowed by what ran between; a chunk of a millisecond seldom is.
    chunks.sort_by(f64::total_cmp);
    let median = chunks[chunks.len() / 2];
    println!(
        "{{\"name\": \"settle_memory\", \"figure\": {per_second:.0}, \"unit\": \"contract-years per second, one core\", \
         \"median_of_chunks\": {median:.0}, \
         \"contracts\": {CONTRACTS}, \"contract_years\": {years}, \"bill_rows\": {bills}, \"posting_rows\": {postings}, \
         \"legs\": {legs}, \"interest_fen\": {sum}, \"seconds\": {:.3}, \"compared_with\": {{\"target\": 10000000}}}}",
        spent.as_secs_f64()
    );
}

/// Terms and events of one contract: what its plan asks for is paid within the weeks before it falls due.
fn contract(course: &mut Course, published: &Published, dice: &mut Dice) -> (Terms, Vec<Fact>) {
    let terms = terms(dice);
    let mut facts: Vec<Fact> = requests(&terms, dice).into_iter().collect();
    let mut silent = Ledger::default();
    let history = History { facts: &facts, payments: 0 };
    let plan = Funds::AssumedAfter(Day::MIN + 1);
    course.run(&terms, published, history, plan, Day::MAX - 1, &mut silent).expect("an accepted contract");
    for item in course.items().iter().filter(|item| item.principal + item.interest > 0) {
        let (amount, payment) = (item.principal + item.interest, facts.len() as u32);
        let day = item.due_on - dice.below(18) as Day;
        facts.push(Fact { day, event: payment, what: What::Paid { amount, payment, channel: 0 } });
    }
    facts.sort_by_key(|fact| fact.day);
    (terms, facts)
}

/// Nothing was refused, every posting is zero together, and every bill was paid in full.
fn check(ledger: &Ledger, contracts: usize) {
    assert_eq!(ledger.refused, 0);
    assert!(ledger.bills.iter().all(|bill| bill.paid == bill.principal + bill.interest && bill.due_on > 0));
    assert_eq!(ledger.bills.iter().filter(|bill| bill.closing == 0).count(), contracts);
    assert!(ledger.bills.iter().all(|bill| (bill.contract as usize) < contracts));
    for entry in &ledger.entries {
        let legs = &ledger.legs[entry.legs.0 as usize..entry.legs.1 as usize];
        assert_eq!(legs.iter().map(|&(_, fen)| fen).sum::<i64>(), 0, "{:?} {:?}", entry.kind, entry.cause);
        assert_eq!(entry.channel.is_some(), entry.kind == PostingKind::Received, "{} {}", entry.contract, entry.on);
    }
}

/// Settlement years in the rows of a chunk: one row each, prepayments apart.
fn course_years(ledger: &Ledger) -> u64 {
    let settled = |bill: &&Bill| {
        let day = chrono::Datelike::day(&days::civil(bill.due_on));
        let month = chrono::Datelike::month(&days::civil(bill.due_on));
        day == 20 && (month == 12 || (month == 9 && bill.closing == 0))
    };
    ledger.bills.iter().filter(settled).count() as u64
}
