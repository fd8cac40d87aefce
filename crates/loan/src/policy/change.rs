//! What if: the book with a proposed change in it, and what then differs. The change is written like a rule file and is
//! checked like one; the book that is in force never changes.

use super::book::{Book, Cover, Entry, Place, read_rules};
use super::check::{Fault, check};
use super::choice::Scheme;
use super::parameter::Parameter;
use super::value::Value;
use crate::calendar::Date;

/// One value that a change moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The scheme.
    pub scheme: Scheme,
    /// Where.
    pub place: Place,
    /// What.
    pub parameter: Parameter,
    /// First day of the new value.
    pub from: Date,
    /// Last day of it, if it has one.
    pub to: Option<Date>,
    /// What held on that first day, if anything did.
    pub before: Option<Value>,
    /// What would hold.
    pub after: Value,
}

/// Why a change cannot be put into the book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// The text is not of the form of a rule file.
    #[error("{0}")]
    Unreadable(String),
    /// The book would not be sound with it.
    #[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("; "))]
    Unsound(Vec<Fault>),
}

impl Book {
    /// The book with a change in it, and the differences in the order of the change. `[[covers]]` may stay empty: the
    /// change takes its days from the entries that hold now.
    ///
    /// # Errors
    /// [`ChangeRefused`]: the text cannot be read, or the rules would have a gap, an overlap or an unknown citation.
    pub fn with_change(&self, text: &str) -> Result<(Book, Vec<Difference>), ChangeRefused> {
        let (mut added, mut new_covers) = (Vec::new(), Vec::new());
        read_rules("change.toml", text, &mut added, &mut new_covers).map_err(ChangeRefused::Unreadable)?;
        let (mut entries, mut covers) = (self.entries.clone(), self.covers.clone());
        covers.extend(new_covers);
        let mut differences = Vec::new();
        for mut entry in added {
            let before = entries.iter().find(|other| same(other, &entry) && other.covers(entry.from));
            differences.push(Difference {
                scheme: entry.scheme,
                place: entry.place.clone(),
                parameter: entry.parameter,
                from: entry.from,
                to: entry.to,
                before: before.map(|other| other.value.clone()),
                after: entry.value.clone(),
            });
            entries = entries.into_iter().flat_map(|other| cut(other, &entry)).collect();
            take_into_cover(&mut entry, &mut covers);
            entries.push(entry);
        }
        let book = Book::of(self.documents.clone(), entries, covers, self.series.clone());
        let faults = check(&book);
        if faults.is_empty() { Ok((book, differences)) } else { Err(ChangeRefused::Unsound(faults)) }
    }
}

fn same(one: &Entry, other: &Entry) -> bool {
    (one.scheme, &one.place, one.parameter, one.applied) == (other.scheme, &other.place, other.parameter, other.applied)
}

/// What is left of an entry beside a new one of the same parameter and place.
fn cut(old: Entry, new: &Entry) -> Vec<Entry> {
    let apart = old.to.is_some_and(|to| to < new.from) || new.to.is_some_and(|to| old.from > to);
    if !same(&old, new) || apart {
        return vec![old];
    }
    let before = (old.from < new.from).then(|| Entry { to: new.from.pred_opt(), ..old.clone() });
    let follows = new.to.filter(|to| old.to.is_none_or(|end| *to < end)).and_then(|to| to.succ_opt());
    let after = follows.map(|from| Entry { from, ..old.clone() });
    before.into_iter().chain(after).collect()
}

/// Puts an entry under the declared span it continues or lies in, made longer where needed; a new parameter gets its own.
fn take_into_cover(entry: &mut Entry, covers: &mut Vec<Cover>) {
    let reaches = |cover: &&mut Cover| {
        let same = (cover.scheme, &cover.place, cover.parameter, cover.applied)
            == (entry.scheme, &entry.place, entry.parameter, entry.applied);
        let next = cover.to.map(|to| to.succ_opt().unwrap_or(to));
        same && cover.from <= entry.from && next.is_none_or(|next| entry.from <= next)
    };
    match covers.iter_mut().filter(reaches).max_by_key(|cover| cover.from) {
        Some(cover) => {
            entry.file = cover.file;
            cover.to = match (cover.to, entry.to) {
                (Some(end), Some(to)) => Some(end.max(to)),
                _ => None,
            };
        }
        None => covers.push(Cover {
            file: entry.file,
            scheme: entry.scheme,
            place: entry.place.clone(),
            parameter: entry.parameter,
            applied: entry.applied,
            from: entry.from,
            to: entry.to,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::money::Fen;
    use crate::policy::Question;

    fn change(place: &str, days: &str, doc: &str, set: &str) -> String {
        format!(
            "schemes = [\"origin\"]\nplace = {place}\nlast_checked = 2026-11-22\ncovers = []\n[[article]]\n\
             doc = \"{doc}\"\narticle = \"额度\"\n{days}\nmark = \"secondary\"\n[article.set]\n{set}\n"
        )
    }

    fn limit(book: &Book, on: Date) -> Fen {
        book.amount(&Question::national(Scheme::Origin, on), Parameter::AmountMaxUndergraduate).unwrap()
    }

    #[test]
    fn a_change_holds_on_its_days_and_nowhere_else() {
        let book = Book::standard();
        let set = "amount_max_undergraduate = \"22000.00\"";
        let text = change("{}", "from = 2027-09-01\nto = 2028-08-31", "caijiao-2024-188", set);
        let (changed, differences) = book.with_change(&text).unwrap();
        let check = |on, yuan: i64| assert_eq!(limit(&changed, on), Fen::yuan(yuan), "{on}");
        check(date(2027, 8, 31), 20_000);
        check(date(2027, 9, 1), 22_000);
        check(date(2028, 8, 31), 22_000);
        check(date(2028, 9, 1), 20_000);
        assert_eq!(limit(book, date(2027, 9, 1)), Fen::yuan(20_000), "the book in force did not change");
        assert_eq!(differences.len(), 1);
        let difference = &differences[0];
        assert_eq!(difference.before, Some(Value::Amount(Fen::yuan(20_000))));
        assert_eq!(difference.after, Value::Amount(Fen::yuan(22_000)));
    }

    #[test]
    fn a_county_may_add_a_rule_of_its_own() {
        let text = change(
            "{ county = \"450303\" }",
            "from = 2027-07-01",
            "cdb-guide",
            "receipt_by = \"09-30\"\nquiz_pass_percent = 90",
        );
        let (changed, differences) = Book::standard().with_change(&text).unwrap();
        let here = Question::origin(date(2027, 8, 1), "450303", "4133010335");
        assert_eq!(changed.ask(&here, Parameter::ReceiptBy).unwrap().code(), "09-30");
        assert_eq!(changed.count(&here, Parameter::QuizPassPercent), Ok(90));
        assert!(differences.iter().all(|difference| difference.before.is_none()), "nothing of its own held before");
    }

    #[test]
    fn an_unsound_change_is_refused_with_its_faults() {
        let refused = |text: &str, needle: &str| {
            let error = Book::standard().with_change(text).unwrap_err().to_string();
            assert!(error.contains(needle), "{error}");
        };
        let set = "amount_max_undergraduate = \"22000.00\"";
        refused(&change("{}", "from = 2027-09-01", "no-such-circular", set), "not registered");
        refused(
            &change("{ county = \"450302\" }", "from = 2027-09-01", "cdb-guide", set),
            "may not be set by a county",
        );
        refused(&change("{}", "from = 2027-09-01\nto = 2027-08-01", "cdb-guide", set), "before it begins");
        refused(&change("{}", "from = 2000-01-01\nto = 2000-12-31", "cdb-guide", set), "gap");
        refused("schemes = [\"origin\"]", "missing field");
    }
}
