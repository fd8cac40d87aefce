//! Changes of study: new bearers for the days they reach, a new plan for the principal not yet due, and a
//! difference for rows that were settled under the old ones.

use super::arrears::{Penalty, Take};
use super::course::{Book, Cause, Course};
use super::days::{self, Day};
use super::deposit::Purpose;
use super::facts::Fact;
use super::rates::{Denied, Published};
use crate::life::{Account, PostingKind, Reason};

/// How fixed penalties changed: what is owed more or less, what the state bears more, what went back to the deposit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Refixed {
    pub(crate) owed: i64,
    pub(crate) state: i64,
    pub(crate) returned: i64,
}

impl Course {
    /// 就学信息变更: a new year of graduation, from `effective_on` on.
    pub(crate) fn study_changed<B: Book>(
        &mut self,
        graduates_in: i32,
        effective_on: Day,
        matures_in: Option<i32>,
        fact: &Fact,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        let (today, event) = (fact.day, fact.event);
        let new_maturity = matures_in.unwrap_or(self.matures_in);
        if graduates_in >= new_maturity {
            return Err(Denied::Refused(Reason::GraduationNotBeforeMaturity));
        }
        if self.turns.own_from(graduates_in) <= self.disbursed_on {
            return Err(Denied::Refused(Reason::DisbursedAfterGraduation));
        }
        if new_maturity != self.matures_in && (self.turns.maturity(new_maturity) < today || !self.row_expected()) {
            return Err(Denied::Refused(Reason::MaturityInThePast));
        }
        self.know_rates(today - 1, published).map_err(Denied::Stop)?;
        self.matures_in = new_maturity;
        self.graduates_in = graduates_in;
        self.study.change(effective_on, self.turns.own_from(graduates_in));
        self.restate(today, event, book);
        self.replan(self.year);
        Ok(())
    }

    /// 继续攻读: a second subsidised time after graduation; grace and instalments start again.
    pub(crate) fn study_resumed<B: Book>(
        &mut self,
        from: Day,
        graduates_in: i32,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        if graduates_in >= self.matures_in {
            return Err(Denied::Refused(Reason::GraduationNotBeforeMaturity));
        }
        if from < self.study.ends_on() {
            return Err(Denied::Refused(Reason::StudyResumedTooEarly));
        }
        let own_from = self.turns.own_from(graduates_in);
        if own_from <= from {
            return Err(Denied::Refused(Reason::StudyEndsBeforeItStarts));
        }
        self.know_rates(today - 1, published).map_err(Denied::Stop)?;
        self.graduates_in = graduates_in;
        self.study.add(from, own_from);
        self.restate(today, event, book);
        self.replan(self.turns.year_of(from));
        Ok(())
    }

    /// 退学、开除: the subsidy ends with the month, and the year counts as the year of graduation.
    pub(crate) fn left_school<B: Book>(
        &mut self,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        if !self.study.subsidised_on(today) {
            return Err(Denied::Refused(Reason::NotInStudy));
        }
        self.know_rates(today - 1, published).map_err(Denied::Stop)?;
        self.graduates_in = chrono::Datelike::year(&days::civil(today));
        self.study.cut(days::end_of_month(today) + 1);
        self.restate(today, event, book);
        self.replan(self.year);
        Ok(())
    }

    fn replan(&mut self, keep_before: i32) {
        self.settles_on = self.turns.settles_on(self.year, self.matures_in);
        self.lay_plan(keep_before);
    }

    /// Settled rows keep their figures; what they would be now, less what they were, waits for the next row.
    fn restate<B: Book>(&mut self, today: Day, event: u32, book: &mut B) {
        let (mut own_difference, mut state_difference) = (0, 0);
        let mut credited = false;
        for at in 0..self.items.len() {
            let (own, state) = self.bears(&self.items[at]);
            let item = &mut self.items[at];
            own_difference += own - item.bears_own;
            state_difference += state - item.bears_state;
            (item.bears_own, item.bears_state) = (own, state);
            // A credit once given stays; what a later change bills again is a new bill.
            let credit = if item.in_waived_year { 0 } else { item.first_own - own };
            if credit > item.spared_interest {
                credited = true;
                item.spared_interest = credit;
            }
        }
        self.adjust_own += own_difference;
        self.adjust_state += state_difference;
        if credited {
            let refixed = self.refix(0);
            let legs = [
                (Account::Penalty, refixed.owed),
                (Account::PenaltyIncome, -(refixed.owed + refixed.state - refixed.returned)),
                (Account::InterestState, refixed.state),
                (Account::Deposit, -refixed.returned),
            ];
            book.posting(today, PostingKind::Adjusted, Cause::Event(event), None, &legs);
        }
        if !self.row_expected() {
            self.adjust_last_row(today, event, book);
        }
    }

    /// Counts the fixed penalties of items from `first` on anew. What falls away leaves the unpaid part, then goes back
    /// to the deposit; what a waiver moved is claimed from the state.
    pub(crate) fn refix(&mut self, first: usize) -> Refixed {
        let mut sum = Refixed::default();
        for at in first..self.items.len() {
            let old = self.items[at].fixed;
            if !self.items[at].was_overdue {
                continue;
            }
            let mut new = self.penalty_of(at, None, 0).0;
            let item = &mut self.items[at];
            let less = (old.own - new.own).max(0);
            let forgiven = less.min(item.open_penalty);
            let returned = (less - forgiven).min(item.paid_penalty);
            // What a fund paid stays paid, and stays the borrower's.
            let kept = less - forgiven - returned;
            if kept > 0 {
                // Only a waiver moves the rest to the state, and no more than it takes off here.
                let state = new.state.min(old.state + forgiven + returned);
                let stays = Penalty { own: new.own + kept, state };
                item.kept_penalty = item.kept_penalty.plus(stays.minus(new));
                new = stays;
            }
            item.fixed = new;
            let more = (new.own - old.own).max(0);
            item.open_penalty += more - forgiven;
            item.paid_penalty -= returned;
            let takes = &mut self.takes;
            self.deposit.give_back(returned, Purpose::Penalty(at), |day, _| {
                takes.push(Take { item: at, day, interest: 0, principal: 0 });
            });
            sum.owed += more - forgiven;
            sum.state += new.state - old.state;
            sum.returned += returned;
        }
        sum
    }

    /// No row follows any more: the difference joins the last one at once.
    fn adjust_last_row<B: Book>(&mut self, today: Day, event: u32, book: &mut B) {
        let (own, state) = (std::mem::take(&mut self.adjust_own), std::mem::take(&mut self.adjust_state));
        let Some(at) = self.items.len().checked_sub(1) else { return };
        if own == 0 && state == 0 {
            return;
        }
        let item = &mut self.items[at];
        item.adjusted = true;
        item.interest += own;
        item.interest_subsidised += state;
        let credit = (-own).max(0);
        if credit > 0 {
            item.credited -= credit;
            self.deposit.credit(credit);
        } else if own > 0 {
            item.open_interest += own;
            self.takes.push(Take { item: at, day: today, interest: -own, principal: 0 });
            self.first_open = self.first_open.min(at);
        }
        let legs = [
            (Account::InterestOwn, own + credit),
            (Account::InterestState, state),
            (Account::InterestIncome, -(own + state)),
            (Account::Deposit, -credit),
        ];
        book.posting(today, PostingKind::Adjusted, Cause::Event(event), None, &legs);
    }
}
