//! Puts the engine's answer beside the hand's and names the first difference.

use crate::dice::{Case, Dice, Family};
use crate::hand::{self, HandLife};
use loan::life::Life;
use loan::settlement;

/// The first difference between two answers, if any.
fn first_difference(engine: &Life, hand: &HandLife, quote: bool) -> Option<String> {
    for place in 0..engine.rows.len().max(hand.rows.len()) {
        let (Some(theirs), Some(ours)) = (engine.rows.get(place), hand.rows.get(place)) else {
            return Some(format!(
                "row {place} is on one side only\n engine {:?}\n hand   {:?}",
                engine.rows.get(place),
                hand.rows.get(place)
            ));
        };
        let shown = &hand.shown[place];
        let mut fields = vec![
            ("due_on", theirs.due_on.to_string(), ours.due_on.to_string()),
            ("debit_on", theirs.debit_on.to_string(), ours.debit_on.to_string()),
            ("kind", format!("{:?}", theirs.kind), format!("{:?}", ours.kind)),
            ("opening", theirs.opening.0.to_string(), ours.opening.to_string()),
            ("principal", theirs.principal.0.to_string(), ours.principal.to_string()),
            ("interest", theirs.interest.0.to_string(), ours.interest.to_string()),
            ("interest_subsidised", theirs.interest_subsidised.0.to_string(), ours.subsidised.to_string()),
            ("total", theirs.total.0.to_string(), (ours.principal + ours.interest).to_string()),
            ("closing", theirs.closing.0.to_string(), ours.closing.to_string()),
            ("days", theirs.days.to_string(), ours.days.to_string()),
            ("rate", theirs.rate.0.to_string(), ours.ppm.to_string()),
            ("rate_projected", theirs.rate_projected.to_string(), ours.projected.to_string()),
        ];
        if !quote {
            fields.extend([
                ("paid_principal", theirs.paid_principal.0.to_string(), shown.paid_principal.to_string()),
                ("paid_interest", theirs.paid_interest.0.to_string(), shown.paid_interest.to_string()),
                ("paid_penalty", theirs.paid_penalty.0.to_string(), shown.paid_penalty.to_string()),
                ("overdue_principal", theirs.overdue_principal.0.to_string(), shown.overdue_principal.to_string()),
                ("overdue_interest", theirs.overdue_interest.0.to_string(), shown.overdue_interest.to_string()),
                ("waived", theirs.waived.0.to_string(), ours.waived.to_string()),
                ("compensated", theirs.compensated.0.to_string(), shown.compensated.to_string()),
                ("written_off", theirs.written_off.0.to_string(), shown.written_off.to_string()),
                ("credited", theirs.credited.0.to_string(), ours.credited.to_string()),
                ("relieved", theirs.relieved.0.to_string(), shown.relieved.to_string()),
            ]);
        }
        for (name, theirs, ours) in fields {
            if theirs != ours {
                let on = engine.rows[place].due_on;
                return Some(format!("row {place} ({on}) {name}: engine {theirs}, hand {ours}"));
            }
        }
    }
    let sum = |pick: fn(&crate::hand::HandRow) -> i64| hand.rows.iter().map(pick).sum::<i64>();
    let totals = [
        ("principal", engine.totals.principal.0, sum(|r| r.principal)),
        ("interest", engine.totals.interest.0, sum(|r| r.interest)),
        ("interest_subsidised", engine.totals.interest_subsidised.0, sum(|r| r.subsidised)),
        ("total", engine.totals.total.0, sum(|r| r.principal + r.interest)),
    ];
    for (name, theirs, ours) in totals {
        if theirs != ours {
            return Some(format!("totals.{name}: engine {theirs}, hand {ours}"));
        }
    }
    if quote {
        return None;
    }
    let refused: Vec<_> = engine.refused.iter().map(|r| (r.on, r.event, r.reason.code())).collect();
    let same = refused.len() == hand.refused.len()
        && refused.iter().zip(&hand.refused).all(|(a, b)| a.0 == b.0 && a.1 == b.1 && same_reason(a.2, b.2));
    if !same {
        return Some(format!("refused\n engine {refused:?}\n hand   {:?}", hand.refused));
    }
    if engine.already_done != hand.already_done {
        return Some(format!("already_done: engine {:?}, hand {:?}", engine.already_done, hand.already_done));
    }
    if engine.balances != hand.balances {
        return Some(format!("balances\n engine {:?}\n hand   {:?}", engine.balances, hand.balances));
    }
    for place in 0..engine.postings.len().max(hand.postings.len()) {
        let theirs =
            engine.postings.get(place).map(|p| (p.on, p.kind, p.legs.amounts.map(|fen| fen.0), p.legs.channel.clone()));
        let ours = hand.postings.get(place).map(|p| (p.on, p.kind, p.legs, p.channel.clone()));
        if theirs != ours {
            return Some(format!("posting {place}\n engine {}\n hand   {}", legs(&theirs), legs(&ours)));
        }
    }
    None
}

type PostingFields = Option<(hand::Day, loan::life::PostingKind, [i64; loan::life::Account::COUNT], Option<String>)>;

fn legs(posting: &PostingFields) -> String {
    let Some((on, kind, amounts, channel)) = posting else { return "none".to_owned() };
    let named: Vec<String> = loan::life::Account::ALL
        .iter()
        .filter(|account| amounts[**account as usize] != 0)
        .map(|account| format!("{} {}", account.code(), amounts[*account as usize]))
        .collect();
    format!("{on} {} {channel:?}: {}", kind.code(), named.join(", "))
}

/// The hand names reasons with its own words; this is the dictionary.
fn same_reason(engine: &str, hand: &str) -> bool {
    engine == hand
}

fn difference(case: &Case, family: Family) -> Option<String> {
    let quote = family == Family::Plans;
    let told = std::panic::catch_unwind(|| answers(case, quote));
    let Ok((engine, hand)) = told else { return Some("one side panics".to_owned()) };
    match (engine, hand) {
        (Ok(engine), Ok(hand)) => first_difference(&engine, &hand, quote),
        (Err(_), Err(_)) => None,
        (Err(engine), Ok(_)) => Some(format!("engine refuses: {:?} {:?}", engine.reason.code(), engine.on)),
        (Ok(_), Err(hand)) => Some(format!("the hand refuses: {hand:?}")),
    }
}

type Answers = (Result<Life, settlement::ContractRefused>, Result<HandLife, hand::NoAnswer>);

fn answers(case: &Case, quote: bool) -> Answers {
    if quote {
        (
            settlement::quote(&case.terms, &case.indexes, &case.events),
            hand::quote(&case.terms, &case.indexes, &case.events),
        )
    } else {
        (
            settlement::replay(&case.terms, &case.indexes, &case.events, case.as_of),
            hand::replay(&case.terms, &case.indexes, &case.events, case.as_of),
        )
    }
}

/// Both answers in short lines, for the eye.
fn both(case: &Case, family: Family) -> String {
    let quote = family == Family::Plans;
    let (engine, hand) = answers(case, quote);
    let mut text = String::new();
    if let Ok(life) = engine {
        for r in &life.rows {
            text.push_str(&format!(
                "engine {} {:?} days {} open {} prin {} int {} sub {} close {} | paid {} {} {} over {} {} w {} r {} c {} wo {} cr {}\n",
                r.due_on, r.kind, r.days, r.opening.0, r.principal.0, r.interest.0, r.interest_subsidised.0, r.closing.0,
                r.paid_penalty.0, r.paid_interest.0, r.paid_principal.0, r.overdue_interest.0, r.overdue_principal.0,
                r.waived.0, r.relieved.0, r.compensated.0, r.written_off.0, r.credited.0,
            ));
        }
        for p in &life.postings {
            let fields = Some((p.on, p.kind, p.legs.amounts.map(|fen| fen.0), p.legs.channel.clone()));
            text.push_str(&format!("engine {}\n", legs(&fields)));
        }
        text.push_str(&format!("engine {:?}\n", life.balances));
    }
    if let Ok(life) = hand {
        for (r, s) in life.rows.iter().zip(&life.shown) {
            text.push_str(&format!(
                "hand   {} {:?} days {} open {} prin {} int {} sub {} close {} | paid {} {} {} over {} {} w {} r {} c {} wo {} cr {}\n",
                r.due_on, r.kind, r.days, r.opening, r.principal, r.interest, r.subsidised, r.closing,
                s.paid_penalty, s.paid_interest, s.paid_principal, s.overdue_interest, s.overdue_principal,
                r.waived, s.relieved, s.compensated, s.written_off, r.credited,
            ));
        }
        for p in &life.postings {
            text.push_str(&format!("hand   {}\n", legs(&Some((p.on, p.kind, p.legs, p.channel.clone())))));
        }
        text.push_str(&format!("hand   {:?}\n", life.balances));
    }
    text
}

/// Drops events while the two still differ in the same part of the answer.
fn shrink(mut case: Case, family: Family) -> Case {
    let kind = |what: &str| what.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_owned();
    let wanted = difference(&case, family).map(|what| kind(&what)).unwrap_or_default();
    let mut place = 0;
    while place < case.events.len() {
        let mut smaller = case.clone();
        smaller.events.remove(place);
        if difference(&smaller, family).is_some_and(|what| kind(&what) == wanted) {
            case = smaller;
            place = 0;
        } else {
            place += 1;
        }
    }
    case
}

pub fn literal(case: &Case) -> String {
    let mut text = format!("{:?}\n", case.terms);
    text.push_str(&format!("lpr5y {:?}\n", short(&case.indexes.lpr5y, case)));
    text.push_str(&format!("pboc5y {:?}\n", short(&case.indexes.pboc5y, case)));
    for (index, event) in case.events.iter().enumerate() {
        text.push_str(&format!("event {index}: {} {:?}\n", event.on, event.kind));
    }
    text.push_str(&format!("as_of {}", case.as_of));
    text
}

fn short(table: &loan::contract::IndexTable, case: &Case) -> Vec<String> {
    table.points.iter().filter(|(on, _)| on <= &case.as_of).map(|(on, rate)| format!("{on} {}", rate.0)).collect()
}

/// A number from the environment, for hunting: `SECOND_HAND_FROM` shifts all seeds, so that other contracts are tried;
/// `SECOND_HAND_DIFFERENCES` is how many differences are gathered before a family gives up.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// Compares many cases; a difference is printed with its seed, shrunk.
pub fn agree(family: Family, contracts: u64) {
    let from = setting("SECOND_HAND_FROM", 0);
    let mut differ = Vec::new();
    for seed in from..from + contracts {
        let case = Dice::of(seed).case(family);
        if difference(&case, family).is_none() {
            continue;
        }
        let small = shrink(case, family);
        let what = difference(&small, family).expect("it still differs after shrinking");
        let both = std::panic::catch_unwind(|| both(&small, family)).unwrap_or_default();
        differ.push(format!("seed {seed} of {family:?}: {what}\n{}\n{both}", literal(&small)));
        if differ.len() as u64 >= setting("SECOND_HAND_DIFFERENCES", 1) {
            break;
        }
    }
    assert!(differ.is_empty(), "the engine and the second hand differ\n{}", differ.join("\n\n"));
}
