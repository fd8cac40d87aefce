//! The hall manager opens half-hours for booking, side by side for loans and for repayment business, and keeps a part
//! of each for those who just come (随来随办, R8.8).

use chrono::Datelike;
use loan::calendar::Date;
use loan::policy::reference;
use serde::{Deserialize, Serialize};
use store::hall::slot;

use super::Side;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Opens, or changes, the half-hours of a number of days.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetTimes {
    /// First day.
    pub from_on: Date,
    /// Last day, at most a hundred days later.
    pub to_on: Date,
    /// Which windows.
    pub side: Side,
    /// First half-hour, such as `08:00`.
    pub begins: String,
    /// When the last half-hour ends.
    pub ends: String,
    /// Families per half-hour.
    pub places: i64,
    /// Percent of them kept for those who come without booking; rounded up.
    pub walk_in_percent: i64,
    /// Also on weekends and holidays (R8.8).
    pub free_days_too: bool,
}

refusals! {
    /// Why no times are opened.
    pub enum SetTimesRefusal {
        /// The days are in the past, in the wrong order or too many.
        DaysWrong = "days_wrong" [] @ "to_on",
        /// The times are no half-hours, or in the wrong order.
        SlotWrong = "slot_wrong" [] @ "begins",
        /// Fewer than one or more than a hundred families at once.
        CapacityWrong = "capacity_wrong" [] @ "places",
        /// More than everything is kept.
        WalkInWrong = "walk_in_wrong" [] @ "walk_in_percent",
        /// The holidays of the year are not known yet.
        HolidaysUnknown(i32) = "holidays_unknown" [] @ "from_on",
    }
    figures |refusal| match refusal {
        SetTimesRefusal::HolidaysUnknown(year) => vec![("year", year.to_string())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for SetTimes {
    const NAME: &'static str = "set_times";
    const PERMISSION: Permission = super::ARRANGE;
    /// Half-hours opened.
    type Done = usize;
    type Refused = SetTimesRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<usize, No<SetTimesRefusal>> {
        use SetTimesRefusal as R;
        let book = super::own_hall(desk).await?;
        let days = (self.to_on - self.from_on).num_days();
        if self.from_on <= desk.on || !(0..=100).contains(&days) {
            return Err(No::Refused(R::DaysWrong));
        }
        let half_hour = |time: &str| super::minute_of(time).filter(|minute| minute % 30 == 0);
        let (Some(begins), Some(ends)) = (half_hour(&self.begins), half_hour(&self.ends)) else {
            return Err(No::Refused(R::SlotWrong));
        };
        if begins >= ends {
            return Err(No::Refused(R::SlotWrong));
        }
        if !(1..=100).contains(&self.places) {
            return Err(No::Refused(R::CapacityWrong));
        }
        if !(0..=100).contains(&self.walk_in_percent) {
            return Err(No::Refused(R::WalkInWrong));
        }
        let kept = (self.places * self.walk_in_percent + 99) / 100;
        let mut opened = 0;
        for on in self.from_on.iter_days().take_while(|on| *on <= self.to_on) {
            let working = reference::is_working_day(on).map_err(|_| No::Refused(R::HolidaysUnknown(on.year())))?;
            if !working && !self.free_days_too {
                continue;
            }
            for minute in (begins..ends).step_by(30) {
                let time = format!("{:02}:{:02}", minute / 60, minute % 60);
                slot::open(desk.tx, (book, on, self.side.code(), &time), self.places, kept).await?;
                opened += 1;
            }
        }
        desk.about(book, "book", &book.to_string())?;
        desk.note("half_hours", opened);
        Ok(opened)
    }
}
