//! The JSON form of a computed life (interfaces: `quote`, `replay`).

use loan::event::{Event, EventKind};
use loan::life::{Cause, Life, Posting, Row};
use loan::money::Fen;
use loan::refusal::Citation;
use serde_json::{Map, Value, json};

/// Rows and totals of a plan.
pub(super) fn quote(life: &Life) -> Value {
    json!({ "rows": life.rows.iter().map(plan_row).collect::<Vec<_>>(), "totals": totals(life) })
}

/// Rows with what was paid on them, balances, postings and refusals.
pub(super) fn replay(life: &Life, events: &[Event]) -> Value {
    let balances = &life.balances;
    json!({
        "rows": life.rows.iter().map(settled_row).collect::<Vec<_>>(),
        "balances": {
            "principal_not_due": yuan(balances.principal_not_due),
            "due_principal": yuan(balances.due_principal),
            "due_interest": yuan(balances.due_interest),
            "overdue_principal": yuan(balances.overdue_principal),
            "overdue_interest": yuan(balances.overdue_interest),
            "penalty": yuan(balances.penalty),
            "deposit": yuan(balances.deposit),
            "accrued_interest_own": yuan(balances.accrued_interest_own),
            "accrued_interest_state": yuan(balances.accrued_interest_state),
        },
        "postings": life.postings.iter().map(|p| posting(p, events)).collect::<Vec<_>>(),
        "refused": life.refused.iter().map(|refused| json!({
            "on": refused.on.to_string(),
            "event": events[refused.event].kind.code(),
            "reason": refused.reason.code(),
            "why": why(&refused.why),
        })).collect::<Vec<_>>(),
        "already_done": life.already_done.iter().map(|&index| repeat(&events[index])).collect::<Vec<_>>(),
        "totals": totals(life),
    })
}

fn yuan(fen: Fen) -> Value {
    Value::String(fen.to_string())
}

fn why(citations: &[Citation]) -> Value {
    citations.iter().map(|c| json!({ "doc": c.doc, "article": c.article })).collect()
}

fn totals(life: &Life) -> Value {
    json!({
        "principal": yuan(life.totals.principal),
        "interest": yuan(life.totals.interest),
        "interest_subsidised": yuan(life.totals.interest_subsidised),
        "total": yuan(life.totals.total),
    })
}

fn plan_row(row: &Row) -> Value {
    let mut value = json!({
        "due_on": row.due_on.to_string(),
        "debit_on": row.debit_on.to_string(),
        "days": row.days,
        "rate_percent": row.rate.to_string(),
        "rate_projected": row.rate_projected,
        "opening": yuan(row.opening),
        "principal": yuan(row.principal),
        "interest": yuan(row.interest),
        "interest_subsidised": yuan(row.interest_subsidised),
        "total": yuan(row.total),
        "closing": yuan(row.closing),
        "why": why(&row.why),
    });
    if row.rate_synthetic {
        value.as_object_mut().expect("a row is an object").insert("synthetic".to_owned(), true.into());
    }
    value
}

fn settled_row(row: &Row) -> Value {
    let mut value = plan_row(row);
    let fields = value.as_object_mut().expect("a row is an object");
    for (name, fen) in [
        ("paid_principal", row.paid_principal),
        ("paid_interest", row.paid_interest),
        ("paid_penalty", row.paid_penalty),
        ("overdue_principal", row.overdue_principal),
        ("overdue_interest", row.overdue_interest),
        ("waived", row.waived),
        ("relieved", row.relieved),
    ] {
        fields.insert(name.to_owned(), yuan(fen));
    }
    value
}

fn posting(posting: &Posting, events: &[Event]) -> Value {
    let cause = match posting.cause {
        Cause::Disbursement => "disbursement".to_owned(),
        Cause::Day(day) => day.to_string(),
        Cause::Event(index) => events[index].kind.code().to_owned(),
    };
    let mut accounts = Map::new();
    for (account, fen) in posting.legs.iter() {
        let name = match &posting.legs.channel {
            Some(channel) if account == loan::life::Account::Platform => format!("platform:{channel}"),
            _ => account.code().to_owned(),
        };
        accounts.insert(name, yuan(fen));
    }
    json!({ "on": posting.on.to_string(), "kind": posting.kind.code(), "cause": cause, "accounts": accounts })
}

fn repeat(event: &Event) -> Value {
    let mut value = json!({ "on": event.on.to_string(), "event": event.kind.code() });
    if let EventKind::Paid { channel, reference, .. } | EventKind::Bounced { channel, reference } = &event.kind {
        value["channel"] = json!(channel);
        value["reference"] = json!(reference);
    }
    value
}
