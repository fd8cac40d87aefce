//! What a borrower may change by himself where a dated policy allows it: 本金延期偿还 needs no approval and cannot be
//! taken back; 定价方式转换 is done once, within its window (R16.5, R16.6). A waiver asks nobody: the calendar sees to it.

use chrono::Datelike;
use loan::event::{ConvertTo, Event, EventKind};
use loan::life::Reason;
use loan::policy::{Scheme as LoanScheme, product};
use loan::settlement;
use serde::{Deserialize, Serialize};

use super::books;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role, Scope};

/// Who may: the two who owe, and the county's counter for them.
const PERMISSION: Permission =
    Permission { roles: &[Role::Student, Role::CoBorrower, Role::CountyClerk], scope: Scope::OwnOrOffice };

/// 本金延期偿还 of this year's principal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeferPrincipal {
    /// Contract number.
    pub contract: String,
}

/// 定价方式转换.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConvertPricing {
    /// Contract number.
    pub contract: String,
    /// True for LPR minus 30 basis points, false for a fixed rate.
    pub floating: bool,
}

refusals! {
    /// Why the principal is not deferred, in order of precedence.
    pub enum DeferPrincipalRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["waiver-2025-69" "本金延期"],
        /// No circular allows it for this year.
        NotThisYear = "not_this_year" ["waiver-2025-69" "本金延期"],
        /// Asked before.
        AlreadyDeferred = "already_deferred" ["waiver-2025-69" "本金延期"],
        /// No principal falls due in this year any more.
        NoInstalment = "no_instalment_in_that_year" ["waiver-2025-69" "本金延期"],
    }
}

refusals! {
    /// Why the pricing stays, in order of precedence.
    pub enum ConvertPricingRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["sdvcst-2022" "9"],
        /// Converted once already.
        AlreadyConverted = "pricing_already_converted" ["sdvcst-2022" "9"],
        /// Signed under the new pricing.
        NewContract = "conversion_of_new_contract" ["sdvcst-2022" "9"],
        /// Outside the window.
        OutsideWindow = "conversion_outside_window" ["sdvcst-2022" "9"],
    }
}

#[async_trait::async_trait]
impl Act for DeferPrincipal {
    const NAME: &'static str = "defer_principal";
    const PERMISSION: Permission = PERMISSION;
    type Done = ();
    type Refused = DeferPrincipalRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<DeferPrincipalRefusal>> {
        use DeferPrincipalRefusal as R;
        let mut ledger = super::ledger_of(desk, &self.contract).await?;
        if ledger.terms.is_none() {
            return Err(No::Refused(R::NotPaidOut));
        }
        let through = books::open(desk.tx, desk.on).await?;
        let year = through.day().year();
        if !product::deferral_allowed(desk.office.policy, LoanScheme::Origin, year).is_ok_and(|(allowed, _)| allowed) {
            return Err(No::Refused(R::NotThisYear));
        }
        let deferred = EventKind::Deferred { year };
        if ledger.events.iter().any(|event| event.kind == deferred) {
            return Err(No::Refused(R::AlreadyDeferred));
        }
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let life = ledger.life(&indexes, through.day())?;
        let falls_due = |row: &&loan::life::Row| row.due_on > through.day() && row.due_on.year() == year;
        if !life.rows.iter().filter(falls_due).any(|row| row.principal.is_positive()) {
            return Err(No::Refused(R::NoInstalment));
        }
        let actor = desk.actor.name();
        books::add(desk.tx, &mut ledger, through.day(), deferred, desk.at, &actor, through).await?;
        books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
        desk.note("year", year);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Act for ConvertPricing {
    const NAME: &'static str = "convert_pricing";
    const PERMISSION: Permission = PERMISSION;
    type Done = ();
    type Refused = ConvertPricingRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConvertPricingRefusal>> {
        use ConvertPricingRefusal as R;
        let mut ledger = super::ledger_of(desk, &self.contract).await?;
        let Some(terms) = ledger.terms.clone() else { return Err(No::Refused(R::NotPaidOut)) };
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        let kind = EventKind::Converted { to: if self.floating { ConvertTo::Floating } else { ConvertTo::Fixed } };
        let mut events = ledger.events.clone();
        events.push(Event { on: through.day(), kind: kind.clone() });
        let life = settlement::replay(&terms, &indexes, &events, through.day())
            .map_err(|no| store::Failure::corrupt(format!("contract {}: {}", ledger.row.number, no.reason.code())))?;
        let refused = life.refused.iter().find(|refused| refused.event + 1 == events.len());
        if let Some(refused) = refused {
            return Err(No::Refused(match refused.reason {
                Reason::PricingAlreadyConverted => R::AlreadyConverted,
                Reason::ConversionOfNewContract => R::NewContract,
                _ => R::OutsideWindow,
            }));
        }
        let actor = desk.actor.name();
        books::add(desk.tx, &mut ledger, through.day(), kind, desk.at, &actor, through).await?;
        books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
        desk.note("floating", self.floating);
        Ok(())
    }
}
