//! 还款救助: a family that a blow has struck asks, or the county finds it; another person of the county decides, and
//! the relief fund pays that year's bill (R15.5, b15). What was written about the family stays sealed with its key.

use chrono::Datelike;
use loan::event::{Event, EventKind, Relief};
use loan::life::Reason;
use serde::{Deserialize, Serialize};
use store::request::Request;
use store::{Failure, Tx};

use super::books::{self, Ledger};
use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role, Scope};

/// The kind of these requests.
pub const KIND: &str = "relief";

/// What struck the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blow {
    /// 自然灾害.
    Disaster,
    /// 重病、伤残.
    Illness,
    /// 家庭突发变故.
    Accident,
    /// 低保、特困、长期没有收入.
    Poverty,
}

impl Blow {
    /// All of them, in the order of a list.
    pub const ALL: [Blow; 4] = [Blow::Disaster, Blow::Illness, Blow::Accident, Blow::Poverty];

    /// The name in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Blow::Disaster => "disaster",
            Blow::Illness => "illness",
            Blow::Accident => "accident",
            Blow::Poverty => "poverty",
        }
    }

    /// The blow of that name.
    pub fn of(code: &str) -> Option<Blow> {
        Blow::ALL.into_iter().find(|blow| blow.code() == code)
    }
}

/// What was written, as it is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Year of the bill.
    pub year: i32,
    /// What happened.
    pub blow: Blow,
    /// In the family's own words.
    pub words: String,
}

/// 申请还款救助 for this year's bill.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskRelief {
    /// Contract number.
    pub contract: String,
    /// What happened.
    pub blow: Blow,
    /// In the family's own words.
    pub words: String,
}

/// The county's decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecideRelief {
    /// Contract number.
    pub contract: String,
    /// Number of the request.
    pub request: String,
    /// Yes or no.
    pub granted: bool,
    /// Which papers were seen, or why not; the applicant reads it.
    pub note: String,
}

refusals! {
    /// Why nothing is asked, in order of precedence.
    pub enum AskReliefRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["caijiao-2015-7" "还款救助"],
        /// Nothing is owed any more.
        ContractClosed = "contract_closed" ["caijiao-2015-7" "还款救助"],
        /// Nothing was written.
        WordsMissing = "relief_words_missing" ["caijiao-2015-7" "还款救助"] @ "words",
        /// A request for this year waits already.
        AlreadyAsked = "relief_already_asked" ["caijiao-2015-7" "还款救助"],
        /// The borrower pays nothing in this year.
        NoBill = "no_bill_of_that_year" ["caijiao-2015-7" "还款救助"],
        /// Nothing of this year's bill is open.
        BillAlreadyPaid = "bill_already_paid" ["caijiao-2015-7" "还款救助"],
        /// The fund pays it already.
        AlreadyRelieved = "bill_already_relieved" ["caijiao-2015-7" "还款救助"],
    }
}

refusals! {
    /// Why nothing is decided, in order of precedence.
    pub enum DecideReliefRefusal {
        /// There is no such request, or it was decided.
        NotWaiting = "relief_not_waiting" ["caijiao-2015-7" "还款救助"],
        /// Whoever wrote the request down does not decide it.
        SameHuman = "same_human" ["caijiao-2015-7" "还款救助"],
        /// The applicant must learn why.
        NoteMissing = "reason_missing" ["caijiao-2015-7" "还款救助"] @ "note",
        /// The borrower pays nothing in that year.
        NoBill = "no_bill_of_that_year" ["caijiao-2015-7" "还款救助"],
        /// Nothing of that bill is open any more.
        BillAlreadyPaid = "bill_already_paid" ["caijiao-2015-7" "还款救助"],
        /// The fund pays it already.
        AlreadyRelieved = "bill_already_relieved" ["caijiao-2015-7" "还款救助"],
    }
}

/// The number shown to people: digits that can be read out on the telephone.
fn number_of(book: i64, request: i64) -> String {
    format!("8{book:03}{request:06}")
}

/// Why the fund could not pay that year's bill.
async fn obstacle(desk: &mut Desk<'_, '_>, ledger: &Ledger, year: i32) -> Result<(EventKind, Option<Reason>), Failure> {
    let kind = EventKind::Relieved(Relief::Bill { year });
    let indexes = books::indexes(desk.tx, desk.office).await?;
    let day = books::open(desk.tx, desk.on).await?.day();
    let mut events = ledger.events.clone();
    events.push(Event { on: day, kind: kind.clone() });
    let life = loan::settlement::replay(ledger.terms()?, &indexes, &events, day)
        .map_err(|no| Failure::corrupt(format!("contract {}: {}", ledger.row.number, no.reason.code())))?;
    let refused = life.refused.iter().find(|refused| refused.event + 1 == events.len()).map(|refused| refused.reason);
    // A bill of nothing, as in the years at school, is no bill a family needs help with.
    let plan = ledger.life(&indexes, day)?;
    let owes = plan.rows.iter().any(|row| row.due_on.year() == year && row.total.is_positive());
    Ok((kind, refused.or((!owes).then_some(Reason::NoBillOfThatYear))))
}

fn unexpected(ledger: &Ledger, reason: Reason) -> Failure {
    Failure::corrupt(format!("contract {}: {}", ledger.row.number, reason.code()))
}

#[async_trait::async_trait]
impl Act for AskRelief {
    const NAME: &'static str = "ask_relief";
    const PERMISSION: Permission =
        Permission { roles: &[Role::Student, Role::CoBorrower, Role::CountyClerk], scope: Scope::OwnOrOffice };
    type Done = String;
    type Refused = AskReliefRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<String, No<AskReliefRefusal>> {
        use AskReliefRefusal as R;
        let ledger = super::ledger_of(desk, &self.contract).await?;
        if ledger.terms.is_none() {
            return Err(No::Refused(R::NotPaidOut));
        }
        if ledger.row.settled_on.is_some() {
            return Err(No::Refused(R::ContractClosed));
        }
        let words = tidy(&self.words);
        if words.is_empty() {
            return Err(No::Refused(R::WordsMissing));
        }
        let (book, contract) = (ledger.row.book, ledger.row.contract);
        let standing = store::request::list_of_contract(desk.tx, book, contract).await?;
        if standing.iter().any(|request| request.kind == KIND && request.status == "asked") {
            return Err(No::Refused(R::AlreadyAsked));
        }
        let year = desk.on.year();
        match obstacle(desk, &ledger, year).await? {
            (_, None) => {}
            (_, Some(Reason::NoBillOfThatYear)) => return Err(No::Refused(R::NoBill)),
            (_, Some(Reason::BillAlreadyPaid)) => return Err(No::Refused(R::BillAlreadyPaid)),
            (_, Some(Reason::BillAlreadyRelieved)) => return Err(No::Refused(R::AlreadyRelieved)),
            (_, Some(reason)) => return Err(No::Failure(unexpected(&ledger, reason))),
        }
        let request = store::counter::next(desk.tx, book, "request").await?;
        let row = Request {
            book,
            request,
            number: number_of(book, request),
            kind: KIND.to_owned(),
            person: ledger.row.person,
            application: Some(ledger.row.application),
            contract: Some(contract),
            status: "asked".to_owned(),
            filed_on: desk.on,
            due_on: None,
            decided_on: None,
        };
        let written = serde_json::to_string(&Written { year, blow: self.blow, words }).expect("plain data");
        store::request::file(desk.tx, &row, &written).await?;
        record(desk, book, request, "asked", "").await?;
        desk.note("request", row.number.clone());
        Ok(row.number)
    }
}

async fn record(desk: &mut Desk<'_, '_>, book: i64, request: i64, kind: &str, note: &str) -> Result<(), Failure> {
    let actor = desk.actor.name();
    let detail = serde_json::json!({ "note": note }).to_string();
    let fact = store::fact::NewFact {
        book,
        subject: "request",
        subject_id: request,
        kind,
        on_day: desk.on,
        at: desk.at,
        actor: &actor,
        detail: &detail,
    };
    store::fact::append(desk.tx, fact).await.map(drop)
}

#[async_trait::async_trait]
impl Act for DecideRelief {
    const NAME: &'static str = "decide_relief";
    const PERMISSION: Permission = Permission::same_office(&[Role::HallManager, Role::CountyReviewer]);
    type Done = ();
    type Refused = DecideReliefRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<DecideReliefRefusal>> {
        use DecideReliefRefusal as R;
        let mut ledger = super::ledger_of(desk, &self.contract).await?;
        let (book, contract) = (ledger.row.book, ledger.row.contract);
        let standing = store::request::list_of_contract(desk.tx, book, contract).await?;
        let found = standing
            .into_iter()
            .find(|request| request.kind == KIND && request.status == "asked" && request.number == self.request.trim());
        let Some(request) = found else { return Err(No::Refused(R::NotWaiting)) };
        let facts = store::fact::list(desk.tx, book, "request", request.request).await?;
        if let Some(asked) = facts.first() {
            let index = crate::accounts::staff_index(desk.tx, &asked.actor).await?;
            if desk.actor.same_human(&asked.actor, index.as_deref()) {
                return Err(No::Refused(R::SameHuman));
            }
        }
        let note = tidy(&self.note);
        if note.is_empty() {
            return Err(No::Refused(R::NoteMissing));
        }
        let status = if self.granted { "granted" } else { "declined" };
        if self.granted {
            let year = written(desk.tx, &request).await?.year;
            let (kind, reason) = obstacle(desk, &ledger, year).await?;
            match reason {
                None => {}
                Some(Reason::NoBillOfThatYear) => return Err(No::Refused(R::NoBill)),
                Some(Reason::BillAlreadyPaid) => return Err(No::Refused(R::BillAlreadyPaid)),
                Some(Reason::BillAlreadyRelieved) => return Err(No::Refused(R::AlreadyRelieved)),
                Some(reason) => return Err(No::Failure(unexpected(&ledger, reason))),
            }
            let indexes = books::indexes(desk.tx, desk.office).await?;
            let through = books::open(desk.tx, desk.on).await?;
            let actor = desk.actor.name();
            books::add(desk.tx, &mut ledger, through.day(), kind, desk.at, &actor, through).await?;
            books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
        }
        store::request::set_status(desk.tx, book, request.request, status, Some(desk.on)).await?;
        record(desk, book, request.request, status, &note).await?;
        desk.note("request", request.number);
        desk.note("granted", self.granted);
        Ok(())
    }
}

/// What the family wrote.
pub(crate) async fn written(tx: &mut Tx<'_>, request: &Request) -> Result<Written, Failure> {
    let text = store::request::detail(tx, request).await?;
    let text = text.ok_or_else(|| Failure::corrupt(format!("request {} holds nothing", request.number)))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::corrupt(format!("request {} cannot be read", request.number)).because(error))
}
