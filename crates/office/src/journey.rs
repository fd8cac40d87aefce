//! 一段路: a demonstration on its way to a later day. Ten years are more than one request may take, so the way is kept
//! and gone in stretches; pages tell how far it is. A program that ends on the way goes on where it stopped.

use chrono::{Days, TimeDelta};
use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::Office;
use crate::calendar::{DayReport, MoveDateRefusal, Town, merged};
use crate::no::{No, Refusal};
use crate::view::Seen;
use crate::who::{Actor, Role};

/// Setting: the way as it stands, JSON.
const JOURNEY: &str = "journey";
/// Name of the lease of the one who goes.
const LEASE: &str = "journey";
/// How long it holds without a word.
const TERM: TimeDelta = TimeDelta::seconds(60);
/// Days gone before the way is written down again.
const STRETCH: Days = Days::new(31);
/// The traveller's name in facts and audit records.
const JOB: Actor = Actor::system("journey");

/// A way, and what happened on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// The day it began.
    pub from: Date,
    /// Where it goes.
    pub to: Date,
    /// How far it is.
    pub at: Date,
    /// Days on which something happened, in order.
    pub days: Vec<DayReport>,
    /// Why it ended before its goal.
    pub stopped: Option<Halt>,
}

/// Why a way ended before its goal: the refusal with its figures, or `failure`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// Code of the refusal.
    pub code: String,
    /// The day it speaks of.
    pub day: Option<Date>,
}

impl Journey {
    /// True when nothing is left to go.
    pub fn is_over(&self) -> bool {
        self.stopped.is_some() || self.at >= self.to
    }

    /// Hundredths of the way that are behind.
    pub fn percent(&self) -> i64 {
        let whole = (self.to - self.from).num_days().max(1);
        (self.at - self.from).num_days() * 100 / whole
    }
}

async fn kept(tx: &mut Tx<'_>) -> Result<Option<Journey>, Failure> {
    let Some(text) = store::setting::by_name(tx, JOURNEY).await? else { return Ok(None) };
    let journey = serde_json::from_str(&text);
    journey.map(Some).map_err(|error| Failure::corrupt("the kept way cannot be read").because(error))
}

impl Office {
    /// Sets out for a later day; [`Office::travel`] then goes.
    ///
    /// # Errors
    /// Forbidden for anybody but the system administrator; the refusals of a moved date.
    pub async fn set_out(&self, actor: &Actor, to: Date) -> Result<(), No<MoveDateRefusal>> {
        self.may_move(actor, to).await?;
        let (at, by) = (self.clock.now(), actor.name());
        let by = by.as_str();
        self.store
            .write("set_out", |tx| {
                Box::pin(async move {
                    if kept(tx).await?.is_some_and(|journey| !journey.is_over()) {
                        return Err(No::Refused(MoveDateRefusal::AlreadyMoving));
                    }
                    let from = crate::day::business_on(tx, at).await?;
                    let journey = Journey { from, to, at: from, days: Vec::new(), stopped: None };
                    let text = serde_json::to_string(&journey).expect("a way is plain data");
                    store::setting::put(tx, JOURNEY, &text, at, by).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The last way, gone or under way.
    ///
    /// # Errors
    /// Forbidden for anybody but the three administrators.
    pub async fn journey(&self, actor: &Actor) -> Seen<Option<Journey>> {
        let keepers = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
        if !actor.roles().iter().any(|role| keepers.contains(role)) {
            return Err(No::Forbidden);
        }
        let journey: Result<_, Failure> = self.store.read("journey", |tx| Box::pin(kept(tx))).await;
        Ok(journey?)
    }

    /// Goes the way that was set out on, stretch by stretch, to its end; does nothing when there is none or somebody
    /// else goes it.
    ///
    /// # Errors
    /// A failure of our own; the way then ends where it is.
    pub async fn travel(&self, town: &dyn Town) -> Result<(), Failure> {
        let open: Result<_, Failure> = self.store.read("journey", |tx| Box::pin(kept(tx))).await;
        if open?.is_none_or(|journey| journey.is_over()) {
            return Ok(());
        }
        let now = self.clock.now();
        let taken = self.store.write("journey_take", |tx| {
            Box::pin(async move { store::work::lease_acquire(tx, LEASE, "traveller", now, now + TERM).await })
        });
        let Some(lease): Option<store::work::Lease> = taken.await? else { return Ok(()) };
        let lease = &lease;
        let gone = loop {
            let open: Result<_, Failure> = self.store.read("journey", |tx| Box::pin(kept(tx))).await;
            let Some(mut journey) = open?.filter(|journey| !journey.is_over()) else { break Ok(()) };
            let next = journey.at.checked_add_days(STRETCH).unwrap_or(journey.to).min(journey.to);
            let failed = match self.move_date(&JOB, next, town).await {
                Ok(days) => {
                    journey.days.extend(days);
                    journey.days = merged(std::mem::take(&mut journey.days));
                    journey.at = next;
                    None
                }
                Err(No::Refused(refusal)) => {
                    let day = match refusal {
                        MoveDateRefusal::Waiting(day) => Some(day),
                        _ => None,
                    };
                    journey.stopped = Some(Halt { code: refusal.code().to_owned(), day });
                    None
                }
                Err(No::Failure(failure)) => {
                    journey.stopped = Some(Halt { code: "failure".to_owned(), day: None });
                    Some(failure)
                }
                Err(_) => break Err(Failure::bug("the traveller may not travel")),
            };
            let (at, until) = (self.clock.now(), self.clock.now() + TERM);
            let text = serde_json::to_string(&journey).expect("a way is plain data");
            let text = text.as_str();
            let written: Result<(), Failure> = self
                .store
                .write("journey_note", |tx| {
                    Box::pin(async move {
                        store::work::lease_extend(tx, lease, until).await?;
                        store::setting::put(tx, JOURNEY, text, at, &JOB.name()).await
                    })
                })
                .await;
            written?;
            if let Some(failure) = failed {
                break Err(failure);
            }
        };
        let given: Result<bool, Failure> = self
            .store
            .write("journey_give", |tx| Box::pin(async move { store::work::lease_release(tx, lease).await }))
            .await;
        given?;
        gone
    }
}

#[cfg(test)]
mod tests {
    use loan::calendar::date;

    use super::Halt;
    use crate::calendar::Town;
    use crate::testing::{code_of, staff, worlds};
    use crate::who::Role;

    /// A town that stays where it is.
    struct Stubborn;

    #[async_trait::async_trait]
    impl Town for Stubborn {
        async fn move_to(&self, _: loan::calendar::Date) -> Result<(), String> {
            Err("asleep".to_owned())
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_way_of_ten_years_is_gone_in_stretches_and_tells_what_happened() {
        for world in worlds(date(2026, 8, 10)).await {
            world.bank_staff().await;
            world.paid_out(&world.student(7301).await).await;
            let admin = staff(901, crate::testing::SYSTEM, &[Role::SystemAdmin]);
            let auditor = staff(902, crate::testing::SYSTEM, &[Role::Auditor]);
            let to = date(2036, 9, 30);
            let no = world.office.set_out(&auditor, to).await.unwrap_err();
            assert_eq!(code_of(&no), "forbidden");
            world.office.set_out(&admin, to).await.expect("the way is open");
            let no = world.office.set_out(&admin, to).await.unwrap_err();
            assert_eq!(code_of(&no), "already_moving", "on {:?}", world.engine());

            // The sandbox does not follow: the way ends where it is, and may be begun again.
            world.office.travel(&Stubborn).await.expect("a refusal is no failure");
            let journey = world.office.journey(&admin).await.expect("readable").expect("a way");
            assert_eq!(journey.stopped, Some(Halt { code: "sandbox_stays".to_owned(), day: None }));
            world.office.set_out(&admin, to).await.expect("again");

            world.office.travel(&world.sandbox).await.expect("the whole way");
            let journey = world.office.journey(&admin).await.expect("readable").expect("a way");
            assert!(journey.is_over() && journey.stopped.is_none() && journey.percent() == 100);
            assert_eq!(world.office.business_on().await.expect("a day"), to);
            assert!(journey.days.windows(2).all(|pair| pair[0].day < pair[1].day), "each day once, in order");
            let billed: i64 = journey.days.iter().map(|day| day.billed_fen).sum();
            assert!(billed > 0 && journey.days.iter().any(|day| day.collected.full > 0));
            world.office.travel(&Stubborn).await.expect("nothing is left to go");
            world.true_books().await;
        }
    }
}
