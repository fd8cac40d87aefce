//! The families of a demonstration at their kitchen tables: when the platform is about to take money, most of them put
//! it into the account, some a day late, some too little, a few nothing. Their habits follow from the person's number,
//! so that the same years pass the same way every time. Whoever comes after the demonstration was filled is played by
//! its visitor, who puts money in on the sandbox's page.

use loan::calendar::Date;
use loan::money::Fen;
use office::calendar::Town;
use office::{Actor, No, Office};
use store::Failure;
use wire::sandbox::client::SandboxClient;

/// What somebody puts into the account who does not have more.
const LITTLE: Fen = Fen(10_000);

/// How a family pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Everything in time.
    InTime,
    /// Everything, but only for the next collection day.
    Late,
    /// A hundred yuan at a time.
    Little,
    /// Nothing.
    Never,
}

impl Habit {
    /// The habit of a person.
    pub const fn of(person: i64) -> Habit {
        match (person % 7, person % 9, person % 11) {
            (4, _, _) => Habit::Never,
            (_, 5, _) => Habit::Little,
            (_, _, 3) => Habit::Late,
            _ => Habit::InTime,
        }
    }

    /// What is put in when so much is asked on that day.
    pub fn brings(self, asked: Fen, day: Date) -> Fen {
        // Bills are taken on the 21st, what is overdue on the 20th.
        let collected = chrono::Datelike::day(&day) == 20;
        match self {
            Habit::InTime => asked,
            Habit::Late if collected => asked,
            Habit::Little => asked.min(LITTLE),
            Habit::Late | Habit::Never => Fen::ZERO,
        }
    }
}

/// Setting: the last person the demonstration was filled with.
const FAMILIES_THROUGH: &str = "families_through";

/// The world outside of a demonstration: the sandbox, and the families who live beside it.
pub struct Households {
    office: Office,
    sandbox: SandboxClient,
    /// While the demonstration is being filled, everybody is one of its families.
    filling: bool,
}

impl Households {
    /// The families a demonstration was filled with.
    pub fn new(office: Office, sandbox: SandboxClient) -> Households {
        Households { office, sandbox, filling: false }
    }

    /// Everybody, while the demonstration is being filled.
    pub fn of_everybody(office: Office, sandbox: SandboxClient) -> Households {
        Households { office, sandbox, filling: true }
    }

    /// Writes down who came with the filling; later people are the visitor's.
    pub async fn note_through(office: &Office, person: i64) -> Result<(), Failure> {
        let at = office.clock.now();
        office
            .store
            .write("families_through", |tx| {
                Box::pin(async move {
                    store::setting::put(tx, FAMILIES_THROUGH, &person.to_string(), at, "system:demonstration").await
                })
            })
            .await
    }

    async fn through(&self) -> Result<i64, Failure> {
        if self.filling {
            return Ok(i64::MAX);
        }
        let read = self.office.store.read("families_through", |tx| {
            Box::pin(async move { store::setting::by_name(tx, FAMILIES_THROUGH).await })
        });
        let text: Result<Option<String>, Failure> = read.await;
        Ok(text?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}

#[async_trait::async_trait]
impl Town for Households {
    async fn move_to(&self, day: Date) -> Result<(), String> {
        self.sandbox.move_to(day).await?;
        let asked = self.office.dues(&Actor::system("households"), day).await;
        let asked = asked.map_err(|no| match no {
            No::Failure(failure) => failure.to_string(),
            _ => "the families do not learn what is due".to_owned(),
        })?;
        let through = self.through().await.map_err(|failure| failure.to_string())?;
        for due in asked.into_iter().filter(|due| due.person <= through) {
            let Some(account) = due.account else { continue };
            let brought = Habit::of(due.person).brings(due.amount, day) + due.prepayment;
            if brought.is_positive() {
                self.sandbox.top_up(&account, brought).await.map_err(|fault| fault.to_string())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn every_habit_lives_in_three_hundred_families() {
        for habit in [Habit::InTime, Habit::Late, Habit::Little, Habit::Never] {
            let count = (1..=300).filter(|person| Habit::of(*person) == habit).count();
            assert!(count >= 10, "{habit:?}: {count}");
        }
    }

    #[test]
    fn what_is_brought_depends_on_the_habit_and_the_day() {
        let (asked, debit, collection) = (Fen::yuan(2_000), date(2031, 12, 21), date(2032, 1, 20));
        let check =
            |habit: Habit, day, brought| assert_eq!(habit.brings(asked, day), Fen::yuan(brought), "{habit:?} {day}");
        check(Habit::InTime, debit, 2_000);
        check(Habit::Late, debit, 0);
        check(Habit::Late, collection, 2_000);
        check(Habit::Little, debit, 100);
        check(Habit::Never, debit, 0);
        check(Habit::Never, collection, 0);
    }
}
