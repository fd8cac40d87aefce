//! Study changes: the bearers and the plan move, what was settled is counted again (money.md sections 9 and 12).

use super::bills::Released;
use super::days::Recognised;
use super::{Day, Hand, day};
use chrono::Datelike;
use loan::life::PostingKind;

impl Hand<'_> {
    fn own_from(&self, graduates_in: i32) -> Day {
        self.terms.product.own_interest_from.in_year(graduates_in)
    }

    /// A new `G`: it moves the subsidy end from `effective_on` on; earlier days keep their bearer.
    pub(super) fn study_changed(
        &mut self,
        index: usize,
        graduates_in: i32,
        effective_on: Day,
        matures_in: Option<i32>,
    ) {
        let matures = matures_in.unwrap_or(self.matures_in);
        let end = self.own_from(graduates_in);
        if graduates_in >= matures {
            return self.refuse(index, "graduation_not_before_maturity");
        }
        if self.terms.disbursed_on >= end {
            return self.refuse(index, "disbursed_after_graduation");
        }
        let past = self.terms.product.final_settlement.in_year(matures) < self.today;
        if matures != self.matures_in && (past || self.not_due == 0) {
            return self.refuse(index, "maturity_in_the_past");
        }
        // From `effective_on` on the last subsidised interval ends before the new 1 September; earlier days keep theirs.
        let (last, others) = self.subsidised.split_last().expect("there is always study");
        let mut intervals = others.to_vec();
        if last.0 < last.1.min(effective_on) {
            intervals.push((last.0, last.1.min(effective_on)));
        }
        let from = last.0.max(effective_on);
        match intervals.last_mut() {
            Some(before) if from < end && before.1 == from => before.1 = end,
            _ if from < end => intervals.push((from, end)),
            _ => {}
        }
        if intervals.is_empty() {
            intervals.push((last.0, last.0));
        }
        self.subsidised = intervals;
        self.graduates_in = graduates_in;
        self.matures_in = matures;
        self.plan_anew();
        self.count_again();
    }

    /// Restudy: a second subsidised interval.
    pub(super) fn study_resumed(&mut self, index: usize, from: Day, graduates_in: i32) {
        let end = self.own_from(graduates_in);
        let last_end = self.subsidised.iter().map(|(_, to)| *to).max().expect("there is always study");
        if graduates_in >= self.matures_in {
            return self.refuse(index, "graduation_not_before_maturity");
        }
        if from < last_end {
            return self.refuse(index, "study_resumed_too_early");
        }
        if from >= end {
            return self.refuse(index, "study_ends_before_it_starts");
        }
        self.subsidised.push((from, end));
        self.graduates_in = graduates_in;
        // Instalments due before `from` stay.
        let mut kept = 0;
        for (year, amount) in std::mem::take(&mut self.plan) {
            if self.settlement_day(year) < from {
                self.plan.insert(year, amount);
                kept += amount;
            }
        }
        let years = self.instalment_years(self.first_principal_year());
        let rest = self.not_due - kept;
        if rest > 0 || kept == 0 {
            self.spread(rest, &years);
        }
        self.count_again();
    }

    /// Withdrawal or expulsion: the subsidy ends on the last day of that month.
    pub(super) fn left_school(&mut self, index: usize) {
        let today = self.today;
        let Some(place) = self.subsidised.iter().position(|(from, to)| *from <= today && today < *to) else {
            return self.refuse(index, "not_in_study");
        };
        let first_of_next =
            if today.month() == 12 { day(today.year() + 1, 1, 1) } else { day(today.year(), today.month() + 1, 1) };
        self.subsidised[place].1 = first_of_next;
        self.graduates_in = today.year();
        self.plan_anew();
        self.count_again();
    }

    /// The new plan covers exactly the principal not yet due, over dates not yet settled.
    fn plan_anew(&mut self) {
        self.plan.clear();
        let years = self.instalment_years(self.first_principal_year());
        if self.not_due > 0 {
            self.spread(self.not_due, &years);
        }
    }

    /// Each settled row is counted again with the new bearers; new minus old waits for the next row.
    fn count_again(&mut self) {
        let mut released = Released::default();
        for place in 0..self.found.rows.len() {
            let (slices, year) = (self.found.rows[place].slices.clone(), self.found.rows[place].year);
            let old = self.found.rows[place].counted;
            let new = self.figure_billed(&slices, year);
            if new == old {
                continue;
            }
            self.found.rows[place].counted = new;
            self.pending.0 += new.0 - old.0;
            self.pending.1 += new.1 - old.1;
            let item = self.items.iter().position(|item| item.row == place).expect("each row has its bill");
            // A credit once given stays; what a later change bills again is a new bill, in the next row.
            let credited = self.found.rows[place].billed - new.0;
            if !self.waived.contains(&year) {
                self.items[item].credited = self.items[item].credited.max(credited);
            }
            released.add(self.release_penalty(item, false));
        }
        // Section 12: "penalty on a credited amount is credited with it".
        self.post(self.today, PostingKind::Adjusted, &released.legs(), None);
        let row_follows = self.not_due > 0 || !self.departed.is_empty();
        if !row_follows && self.pending != (0, 0) {
            self.adjust_last_row();
        }
    }

    /// Section 12: "posted at once on the last row if none follows".
    fn adjust_last_row(&mut self) {
        let adjusted = std::mem::take(&mut self.pending);
        let credited = (-adjusted.0).max(0);
        let row = self.found.rows.last_mut().expect("something was settled");
        row.interest += adjusted.0;
        row.subsidised += adjusted.1;
        row.credited -= credited;
        self.credit_deposit(credited);
        let today = self.today;
        let item = self.items.last_mut().expect("each row has its bill");
        item.interest += adjusted.0.max(0);
        if adjusted.0 > 0 && item.debit_on < today {
            item.added.push((today, adjusted.0));
        }
        let recognised = Recognised { own: 0, state: 0, adjusted, used: 0, credited };
        self.post_adjusted(self.today, &recognised);
    }
}
