//! The instalments that are still to come: which settlement years carry principal, and how much.

/// Instalments by settlement year, ascending; their sum is the principal not yet due.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    entries: Vec<(i32, i64)>,
    /// Entries before this one are settled.
    next: usize,
    /// Years whose instalment was moved on.
    deferred: Vec<i32>,
}

impl Plan {
    pub(crate) fn begin(&mut self) {
        self.entries.clear();
        self.next = 0;
        self.deferred.clear();
    }

    /// Lays the principal anew over every year from `first` to `last` that is not deferred; entries before `keep_before` stay.
    pub(crate) fn lay(&mut self, principal: i64, first: i32, last: i32, keep_before: i32) {
        let kept = self.entries[self.next..].iter().take_while(|&&(year, _)| year < keep_before).count();
        self.entries.truncate(self.next + kept);
        let stays: i64 = self.entries[self.next..].iter().map(|&(_, amount)| amount).sum();
        let from = self.entries.len();
        for year in first.min(last)..=last {
            // Deferred years stay empty; the last one takes whatever no other date takes.
            if year == last || (year >= keep_before && !self.deferred.contains(&year)) {
                self.entries.push((year, 0));
            }
        }
        spread(&mut self.entries[from..], principal - stays);
    }

    /// Spreads what remains again over the dates that remain.
    pub(crate) fn spread_again(&mut self, principal: i64) {
        if principal == 0 {
            self.entries.truncate(self.next);
        } else {
            spread(&mut self.entries[self.next..], principal);
        }
    }

    /// Takes the instalment that falls due in a year.
    pub(crate) fn take(&mut self, year: i32) -> i64 {
        match self.entries.get(self.next) {
            Some(&(due, amount)) if due == year => {
                self.next += 1;
                amount
            }
            _ => 0,
        }
    }

    /// The next instalment, if it falls due in a year.
    pub(crate) fn due_in(&self, year: i32) -> i64 {
        self.entries.get(self.next).filter(|&&(due, _)| due == year).map_or(0, |&(_, amount)| amount)
    }

    /// True when an instalment of that year is still to come.
    pub(crate) fn has(&self, year: i32) -> bool {
        self.entries[self.next..].iter().any(|&(due, _)| due == year)
    }

    /// Moves the instalment of a year to the next; the year is no date any more.
    pub(crate) fn defer(&mut self, year: i32) {
        self.deferred.push(year);
        let Some(at) = self.entries[self.next..].iter().position(|&(due, _)| due == year).map(|at| at + self.next)
        else {
            return;
        };
        let amount = self.entries[at].1;
        match self.entries.get_mut(at + 1) {
            Some(following) if following.0 == year + 1 => {
                following.1 += amount;
                self.entries.remove(at);
            }
            _ => self.entries[at].0 = year + 1,
        }
    }
}

/// Equal principal: each entry `floor(principal / n)`, the last takes the rest.
fn spread(entries: &mut [(i32, i64)], principal: i64) {
    let count = entries.len() as i64;
    if let Some((last, others)) = entries.split_last_mut() {
        let each = principal / count;
        for entry in others {
            entry.1 = each;
        }
        last.1 = principal - each * (count - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h089_equal_principal_puts_the_rest_into_the_last_instalment() {
        let mut plan = Plan::default();
        plan.lay(1_200_000, 2030, 2036, 0);
        let amounts: Vec<i64> = (2030..=2036).map(|year| plan.take(year)).collect();
        assert_eq!(amounts, [171_428, 171_428, 171_428, 171_428, 171_428, 171_428, 171_432]);
        assert_eq!(amounts.iter().sum::<i64>(), 1_200_000);
    }

    #[test]
    fn a_deferred_instalment_joins_the_next_year_and_its_own_year_stays_empty() {
        let mut plan = Plan::default();
        plan.lay(1_000, 2030, 2033, 0);
        plan.defer(2031);
        plan.defer(2032);
        let amounts: Vec<i64> = (2030..=2033).map(|year| plan.take(year)).collect();
        assert_eq!(amounts, [250, 0, 0, 750]);
        plan.begin();
        plan.lay(1_000, 2030, 2033, 0);
        plan.defer(2031);
        plan.spread_again(900);
        let amounts: Vec<i64> = (2030..=2033).map(|year| plan.take(year)).collect();
        assert_eq!(amounts, [300, 0, 300, 300]);
        proof::proves!["R15.4", "R15.9"];
    }
}
