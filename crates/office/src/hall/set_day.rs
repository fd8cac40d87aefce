//! 分乡镇错峰: which township comes on which day, and the hours of a day that differ from the usual: early, late, on a
//! holiday, or not at all (R8.3, R8.8). What is set here is what the public reads.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::hall::slot::{self, Day};

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Sets hours and townships of one day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetDay {
    /// The day.
    pub on: Date,
    /// From when to when, such as `07:30` and `19:00`; nothing for a day without service.
    pub hours: Option<(String, String)>,
    /// Townships served; none means all.
    pub towns: Vec<String>,
    /// What the public should know.
    pub note: String,
}

refusals! {
    /// Why the day stays as it is.
    pub enum SetDayRefusal {
        /// The day is over.
        DayOver = "day_over" [] @ "on",
        /// The hours are no times, or in the wrong order.
        HoursWrong = "hours_wrong" [] @ "opens",
        /// The name of a township is too long or holds a digit.
        TownWrong = "town_wrong" [] @ "towns",
    }
}

#[async_trait::async_trait]
impl Act for SetDay {
    const NAME: &'static str = "set_hall_day";
    const PERMISSION: Permission = super::ARRANGE;
    type Done = ();
    type Refused = SetDayRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<SetDayRefusal>> {
        use SetDayRefusal as R;
        let book = super::own_hall(desk).await?;
        if self.on < desk.on {
            return Err(No::Refused(R::DayOver));
        }
        if let Some((opens, closes)) = &self.hours {
            match (super::minute_of(opens), super::minute_of(closes)) {
                (Some(opens), Some(closes)) if opens < closes => {}
                _ => return Err(No::Refused(R::HoursWrong)),
            }
        }
        let towns: Vec<String> = self.towns.iter().map(|town| tidy(town)).filter(|town| !town.is_empty()).collect();
        let odd =
            |town: &String| town.chars().count() > 20 || town.chars().any(|c| c.is_whitespace() || c.is_ascii_digit());
        if towns.iter().any(odd) {
            return Err(No::Refused(R::TownWrong));
        }
        let (opens, closes) = self.hours.clone().unzip();
        let day = Day { book, on_day: self.on, opens, closes, towns: towns.join(" "), note: super::prose(&self.note) };
        slot::set_day(desk.tx, &day).await?;
        desk.about(book, "book", &book.to_string())?;
        desk.note("day", self.on.to_string());
        Ok(())
    }
}
