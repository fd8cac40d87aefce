//! The families of a demonstration at their kitchen tables: when the platform is about to take money, most of them put
//! it into the account, some a day late, some too little, a few nothing. Their habits follow from the person's number,
//! so that the same years pass the same way every time.

use loan::calendar::Date;
use loan::money::Fen;
use office::calendar::Town;
use office::{Actor, No, Office};
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

/// The world outside of a demonstration: the sandbox, and the families who live beside it.
pub struct Households {
    office: Office,
    sandbox: SandboxClient,
}

impl Households {
    /// The families of that office's borrowers.
    pub fn new(office: Office, sandbox: SandboxClient) -> Households {
        Households { office, sandbox }
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
        for due in asked {
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
