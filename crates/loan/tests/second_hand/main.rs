//! The second hand: every sum computed once more from money.md alone, and compared with the engine.
//!
//! `hand` is the calculator, slow and plain; `anchors` keep it honest with printed sums; `dice` makes contracts and
//! lives from a seed; `compare` finds the first difference and shrinks it; `identities` need no second answer.

mod anchors;
mod campus_dice;
mod compare;
mod dice;
mod hand;
mod identities;

/// One test per family, so that they run side by side; together 100 000 contracts with random events.
mod agrees_on_100_000_random_contracts {
    use crate::compare::agree;
    use crate::dice::Family;

    #[test]
    fn plans() {
        agree(Family::Plans, 25_000);
    }

    #[test]
    fn payments() {
        agree(Family::Payments, 20_000);
    }

    #[test]
    fn prepayments() {
        agree(Family::Prepayments, 20_000);
    }

    #[test]
    fn studies() {
        agree(Family::Studies, 15_000);
    }

    #[test]
    fn aid() {
        agree(Family::Aid, 10_000);
    }

    #[test]
    fn everything() {
        agree(Family::Everything, 10_000);
    }
}

#[test]
fn agrees_on_periodic() {
    campus_dice::agree(0..20_000);
}
