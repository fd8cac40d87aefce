//! From JSON to terms, indexes and events (interfaces: `quote`, `replay`).

use chrono::NaiveDate;
use loan::contract::{DayCount, Index, IndexTable, Indexes, Pricing, Product, Terms};
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use loan::life::Reason;
use loan::money::Fen;
use loan::periodic::{Method, PeriodicDayCount, PeriodicTerms};

use super::fields::{Fields, Misformed};
use super::{NotCalculated, refused};

/// What a `quote` asks for.
pub(super) enum Asked {
    /// An origin-based contract.
    Origin(Origin),
    /// A campus-based plan.
    Periodic(PeriodicTerms),
}

/// An origin-based contract with what happens to it.
pub(super) struct Origin {
    pub(super) terms: Terms,
    pub(super) indexes: Indexes,
    pub(super) events: Vec<Event>,
}

pub(super) fn quote(text: &str, published: &Indexes) -> Result<Asked, NotCalculated> {
    let mut fields = Fields::parse(text)?;
    match fields.text("kind")?.as_str() {
        "origin" => {
            let mut origin = contract(&mut fields, published)?;
            let rate_is_fixed = matches!(origin.terms.pricing, Pricing::Fixed(_));
            for mut change in fields.objects("spread_changes")? {
                let on = change.date("decided_on")?;
                let spread_bp = spread(&mut change)?;
                change.end()?;
                if rate_is_fixed {
                    return Err(refused(Reason::SpreadOfFixedRate));
                }
                origin.events.push(Event { on, kind: EventKind::SpreadChanged { spread_bp } });
            }
            for mut prepayment in fields.objects("prepayments")? {
                let on = prepayment.date("filed_on")?;
                let amount = prepay_amount(&mut prepayment)?;
                prepayment.end()?;
                origin.events.push(Event { on, kind: EventKind::PrepayFiled { amount } });
            }
            for year in fields.years("deferrals")? {
                let on = settlement_day(&origin.terms, year);
                origin.events.push(Event { on, kind: EventKind::Deferred { year } });
            }
            for year in fields.years("waivers")? {
                let on = settlement_day(&origin.terms, year);
                origin.events.push(Event { on, kind: EventKind::Waived { year } });
            }
            fields.end()?;
            origin.events.sort_by_key(|event| event.on);
            Ok(Asked::Origin(origin))
        }
        "periodic" => Ok(Asked::Periodic(periodic(fields)?)),
        other => Err(fields.wrong("kind", format!("\"{other}\" is neither \"origin\" nor \"periodic\"")).into()),
    }
}

pub(super) fn replay(text: &str, published: &Indexes) -> Result<(Origin, NaiveDate), NotCalculated> {
    let mut fields = Fields::parse(text)?;
    let mut inner = fields.object("contract")?;
    if inner.has("kind") && inner.text("kind")? != "origin" {
        return Err(inner.wrong("kind", "only \"origin\" contracts have a life to replay").into());
    }
    let mut origin = contract(&mut inner, published)?;
    inner.end()?;
    for fields in fields.objects("events")? {
        origin.events.push(event(fields)?);
    }
    let as_of = fields.date("as_of")?;
    fields.end()?;
    // Stable, so that events of one day keep the order given.
    origin.events.sort_by_key(|event| event.on);
    Ok((origin, as_of))
}

/// The day a year settles; a year of maturity settles on the final day.
fn settlement_day(terms: &Terms, year: i32) -> NaiveDate {
    let day = if year == terms.matures_in { terms.product.final_settlement } else { terms.product.settlement };
    day.in_year(year)
}

fn contract(fields: &mut Fields, published: &Indexes) -> Result<Origin, NotCalculated> {
    let principal = fields.positive_fen("principal")?;
    let disbursed_on = fields.date("disbursed_on")?;
    let graduates_in = fields.year("graduates_in")?;
    let matures_in = fields.year("matures_in")?;
    let grace_years = u8::try_from(fields.integer("grace_years", 0..=30)?).expect("0 to 30 fits");

    let mut indexes = published.clone();
    let mut events = Vec::new();
    let mut rate = fields.object("rate")?;
    let pricing = if rate.has("fixed") {
        let fixed = rate.rate("fixed")?;
        if fields.has("index") || fields.has("index_after") {
            return Err(refused(Reason::IndexOfFixedRate));
        }
        Pricing::Fixed(fixed)
    } else {
        let mut floating = rate.object("floating")?;
        let index = match floating.text("index")?.as_str() {
            "LPR5Y" => Index::Lpr5Y,
            "PBOC5Y" => Index::Pboc5Y,
            other => {
                return Err(floating.wrong("index", format!("\"{other}\" is neither \"LPR5Y\" nor \"PBOC5Y\"")).into());
            }
        };
        let spread_bp = spread(&mut floating)?;
        floating.end()?;
        if let Some(table) = index_table(fields, "index")? {
            match index {
                Index::Lpr5Y => indexes.lpr5y = table,
                Index::Pboc5Y => indexes.pboc5y = table,
            }
        }
        if rate.has("conversion") {
            let mut conversion = rate.object("conversion")?;
            let on = conversion.date("filed_on")?;
            let to = convert_to(&mut conversion)?;
            conversion.end()?;
            events.push(Event { on, kind: EventKind::Converted { to } });
        }
        if index == Index::Pboc5Y
            && let Some(table) = index_table(fields, "index_after")?
        {
            indexes.lpr5y = table;
        }
        Pricing::Floating { index, spread_bp }
    };
    rate.end()?;

    let day_count = match fields.has("day_count").then(|| fields.text("day_count")).transpose()?.as_deref() {
        None | Some("year_or_days_360") => DayCount::YearOrDays360,
        Some("act_360") => DayCount::Act360,
        Some("act_365") => DayCount::Act365,
        Some(other) => {
            let message = format!("\"{other}\" is none of \"year_or_days_360\", \"act_360\", \"act_365\"");
            return Err(fields.wrong("day_count", message).into());
        }
    };
    let product = Product::default();
    let terms = Terms { principal, disbursed_on, graduates_in, matures_in, grace_years, pricing, day_count, product };
    Ok(Origin { terms, indexes, events })
}

fn spread(fields: &mut Fields) -> Result<i32, Misformed> {
    fields.integer("spread_bp", -10_000..=10_000).map(|bp| i32::try_from(bp).expect("within ten thousand"))
}

fn convert_to(fields: &mut Fields) -> Result<ConvertTo, Misformed> {
    match fields.text("to")?.as_str() {
        "floating" => Ok(ConvertTo::Floating),
        "fixed" => Ok(ConvertTo::Fixed),
        other => Err(fields.wrong("to", format!("\"{other}\" is neither \"floating\" nor \"fixed\""))),
    }
}

fn prepay_amount(fields: &mut Fields) -> Result<PrepayAmount, Misformed> {
    let text = fields.text("amount")?;
    if text == "all" {
        return Ok(PrepayAmount::All);
    }
    match text.parse::<Fen>() {
        Ok(fen) if fen.is_positive() => Ok(PrepayAmount::Part(fen)),
        Ok(_) => Err(fields.wrong("amount", "must be more than 0.00")),
        Err(error) => Err(fields.wrong("amount", format!("\"{text}\" {error}; or write \"all\""))),
    }
}

/// A table given in full: its last value holds for ever.
fn index_table(fields: &mut Fields, name: &str) -> Result<Option<IndexTable>, Misformed> {
    if !fields.has(name) {
        return Ok(None);
    }
    let mut points: Vec<(NaiveDate, loan::money::Rate)> = Vec::new();
    for mut entry in fields.objects(name)? {
        let from = entry.date("from")?;
        if points.last().is_some_and(|(before, _)| *before >= from) {
            return Err(entry.wrong("from", "must come after the entry before it"));
        }
        points.push((from, entry.rate("percent")?));
        entry.end()?;
    }
    if points.is_empty() {
        return Err(fields.wrong(name, "must have at least one entry"));
    }
    Ok(Some(IndexTable { points, known_until: None, synthetic_from: None }))
}

fn periodic(mut fields: Fields) -> Result<PeriodicTerms, Misformed> {
    let count = |fields: &mut Fields, name: &str, least: i64| {
        fields.integer(name, least..=1200).map(|n| u32::try_from(n).expect("at most 1200"))
    };
    let principal = fields.positive_fen("principal")?;
    let starts_on = fields.date("starts_on")?;
    let annual_rate = fields.rate("annual_rate")?;
    let periods = count(&mut fields, "periods", 1)?;
    let every_months = count(&mut fields, "every_months", 1)?;
    let method = match fields.text("method")?.as_str() {
        "equal_principal" => Method::EqualPrincipal,
        "equal_instalment" => Method::EqualInstalment,
        "bullet" => Method::Bullet,
        other => {
            let message = format!("\"{other}\" is none of \"equal_principal\", \"equal_instalment\", \"bullet\"");
            return Err(fields.wrong("method", message));
        }
    };
    let day_count = match fields.text("day_count")?.as_str() {
        "30_360" => PeriodicDayCount::Thirty360,
        "act_360" => PeriodicDayCount::Act360,
        "act_365" => PeriodicDayCount::Act365,
        other => {
            return Err(
                fields.wrong("day_count", format!("\"{other}\" is none of \"30_360\", \"act_360\", \"act_365\""))
            );
        }
    };
    let grace_periods = if fields.has("grace_periods") { count(&mut fields, "grace_periods", 0)? } else { 0 };
    let interest_from = fields.has("interest_from").then(|| fields.date("interest_from")).transpose()?;
    let unit = fields.has("instalment_unit").then(|| fields.positive_fen("instalment_unit")).transpose()?;
    let mut rate_changes: Vec<(u32, loan::money::Rate)> = Vec::new();
    for mut change in fields.objects("rate_changes")? {
        let from = count(&mut change, "from_period", 1)?;
        if rate_changes.last().is_some_and(|(before, _)| *before >= from) {
            return Err(change.wrong("from_period", "must come after the change before it"));
        }
        rate_changes.push((from, change.rate("annual_rate")?));
        change.end()?;
    }
    fields.end()?;
    Ok(PeriodicTerms {
        principal,
        starts_on,
        annual_rate,
        periods,
        every_months,
        method,
        day_count,
        grace_periods,
        interest_from,
        instalment_unit: unit.unwrap_or(Fen(1)),
        rate_changes,
    })
}

fn event(mut fields: Fields) -> Result<Event, Misformed> {
    let on = fields.date("on")?;
    let Some(name) = fields.first().map(str::to_owned) else {
        return Err(fields.wrong("", "names no event beside \"on\""));
    };
    let mut body = fields.object(&name)?;
    let kind = match name.as_str() {
        "paid" => EventKind::Paid {
            amount: body.positive_fen("amount")?,
            channel: body.text("channel")?,
            reference: body.text("reference")?,
        },
        "bounced" => EventKind::Bounced { channel: body.text("channel")?, reference: body.text("reference")? },
        "refunded" => EventKind::Refunded { amount: body.positive_fen("amount")? },
        "school_refunded" => EventKind::SchoolRefunded { amount: body.positive_fen("amount")? },
        "prepay_filed" => EventKind::PrepayFiled { amount: prepay_amount(&mut body)? },
        "prepay_cancelled" => EventKind::PrepayCancelled { effective_on: body.date("effective_on")? },
        "study_changed" => EventKind::StudyChanged {
            graduates_in: body.year("graduates_in")?,
            effective_on: body.has("effective_on").then(|| body.date("effective_on")).transpose()?,
            matures_in: body.has("matures_in").then(|| body.year("matures_in")).transpose()?,
        },
        "study_resumed" => {
            EventKind::StudyResumed { from: body.date("from")?, graduates_in: body.year("graduates_in")? }
        }
        "withdrew" => EventKind::Withdrew,
        "expelled" => EventKind::Expelled,
        "died" => EventKind::Died,
        "converted" => EventKind::Converted { to: convert_to(&mut body)? },
        "spread_changed" => EventKind::SpreadChanged { spread_bp: spread(&mut body)? },
        "deferred" => EventKind::Deferred { year: body.year("year")? },
        "waived" => EventKind::Waived { year: body.year("year")? },
        "relieved" => match body.integer("tier", 1..=2)? {
            1 => EventKind::Relieved(Relief::Whole),
            _ => EventKind::Relieved(Relief::Bill { year: body.year("year")? }),
        },
        "compensated" => EventKind::Compensated { amount: body.positive_fen("amount")? },
        "written_off" => EventKind::WrittenOff,
        _ => return Err(fields.wrong(&name, "is not a known event")),
    };
    body.end()?;
    fields.end()?;
    Ok(Event { on, kind })
}
