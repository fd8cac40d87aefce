//! A loan whose money moved: the bank's people, the batch, the days that pass, and the accounts at the platform.

use std::sync::Arc;

use loan::calendar::Date;
use loan::money::Fen;
use store::Failure;
use wire::form::Form;
use wire::platform::Trade;
use wire::platform::notification::{News, Notification, write_notification};
use wire::sandbox::keys::SandboxKeys;

use super::{BANK, Someone, WEICHENG, World, staff};
use crate::servicing::batch::{BuildBatch, CheckBatch, Made};
use crate::servicing::decide::Approve;
use crate::servicing::review::Review;
use crate::view::owed::LoanView;
use crate::who::{Actor, Role};

/// Makes batches.
pub fn maker() -> Actor {
    staff(501, BANK, &[Role::BankMaker])
}

/// Checks them.
pub fn checker() -> Actor {
    staff(502, BANK, &[Role::BankChecker])
}

impl World {
    /// The bank's three accounts, two of which are one human.
    pub async fn bank_staff(&self) {
        let at = self.office.clock.now();
        let done: Result<(), Failure> = self
            .office
            .store
            .write("bank_staff", |tx| {
                Box::pin(async move {
                    for (number, human) in [(501, "501"), (502, "502"), (503, "501")] {
                        let row = store::staff::Staff {
                            staff: number,
                            login: format!("bank{number}"),
                            office_id: BANK,
                            name: "示范经办".to_owned(),
                            person_index: Some(format!("human-{human}").into_bytes()),
                            password_hash: String::new(),
                            must_change: false,
                            failed_count: 0,
                            failed_at: None,
                            disabled_on: None,
                            created_at: at,
                        };
                        store::staff::enter(tx, &row).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done.expect("the bank's staff is entered");
    }

    /// An application the bank approved.
    pub async fn approved(&self, student: &Someone) -> String {
        let number = self.with_receipt(student, "370702").await;
        self.done(&maker(), Review { number: number.clone() }).await;
        self.done(&checker(), Approve { number: number.clone() }).await;
        number
    }

    /// The student's account at the platform.
    pub async fn account(&self, student: &Someone) -> String {
        let person = student.person;
        let account: Result<_, Failure> = self
            .office
            .store
            .read("account", |tx| Box::pin(async move { store::certificate::account(tx, person).await }))
            .await;
        account.expect("readable").expect("an account was opened").account
    }

    /// Makes the student's account active; answers it.
    pub async fn activate(&self, student: &Someone) -> String {
        let account = self.account(student).await;
        self.office
            .partners
            .platform
            .activate_accounts(std::slice::from_ref(&account))
            .await
            .expect("the centre activates");
        account
    }

    /// A batch of everything approved, checked by the second person.
    pub async fn checked(&self) -> Made {
        let made = self.done(&maker(), BuildBatch { contracts: Vec::new() }).await;
        self.done(&checker(), CheckBatch { batch: made.batch.clone(), digest: made.digest.clone() }).await;
        made
    }

    /// A loan that was paid out; answers contract number and account.
    pub async fn paid_out(&self, student: &Someone) -> (String, String) {
        let number = self.approved(student).await;
        let account = self.activate(student).await;
        let made = self.checked().await;
        let sent = self.office.send_batch(&maker(), BANK, &made.batch).await.expect("the batch is sent");
        assert_eq!((sent.paid, sent.unknown, sent.refused.len()), (1, 0, 0));
        let case = self.office.case_view(&self.clerk(WEICHENG), &number).await.expect("the clerk sees the case");
        (case.contract.expect("a contract").number, account)
    }

    /// Moves the business day, ours and the sandbox's, through every day on the way.
    pub async fn reach(&self, day: Date) {
        let moved = self.office.move_date(&Actor::system("test"), day, &self.sandbox).await;
        moved.unwrap_or_else(|no| panic!("to {day} on {:?}: {no:?}", self.engine()));
    }

    /// A loan as its borrower sees it.
    pub async fn loan(&self, student: &Someone, number: &str) -> LoanView {
        self.office.owed_view(&student.actor, number).await.expect("the borrower sees the own loan")
    }

    /// What an account at the platform holds, in fen.
    pub async fn balance(&self, account: &str) -> i64 {
        let accounts = self.sandbox.accounts().await.expect("the sandbox answers");
        accounts.iter().find(|held| held.account == account).map_or(0, |held| held.balance_fen)
    }

    /// Puts money into an account at the platform.
    pub async fn top_up(&self, account: &str, amount: Fen) {
        self.sandbox.top_up(account, amount).await.expect("the account takes money");
    }

    /// Every stored posting and bill is what the events give.
    pub async fn true_books(&self) {
        let report = self.office.verify_ledger().await.expect("the ledger is readable");
        assert_eq!(report.faults, [], "on {:?}", self.engine());
        assert!(report.contracts > 0);
    }

    /// Gives a member of staff an account with one role; answers its number.
    pub async fn hire(&self, office: i64, role: Role) -> i64 {
        let number = 9_000 + office * 100 + role as i64;
        let at = self.office.clock.now();
        let done: Result<(), Failure> = self
            .office
            .store
            .write("hire", |tx| {
                Box::pin(async move {
                    let row = store::staff::Staff {
                        staff: number,
                        login: format!("desk{number}"),
                        office_id: office,
                        name: "王晓琳".to_owned(),
                        person_index: Some(format!("human-{number}").into_bytes()),
                        password_hash: String::new(),
                        must_change: false,
                        failed_count: 0,
                        failed_at: None,
                        disabled_on: None,
                        created_at: at,
                    };
                    store::staff::enter(tx, &row).await?;
                    let role = store::staff::StaffRole {
                        staff: number,
                        role: role.code().to_owned(),
                        granted_at: at,
                        granted_by: "test".to_owned(),
                        revoked_at: None,
                    };
                    store::staff::role_grant(tx, &role).await.map(drop)
                })
            })
            .await;
        done.expect("a new account is entered");
        number
    }

    /// News about a trade as the platform writes and signs it, for us or for another application or payee.
    pub fn notice(&self, trade: &Trade, app_id: Option<&str>, seller_id: Option<&str>) -> Form {
        let lender = super::kept_lender(&super::kept_keys());
        let chance: wire::keys::Chance = Arc::new(|bytes: &mut [u8]| rand::Rng::fill_bytes(&mut rand::rng(), bytes));
        let keys = SandboxKeys::open(&super::kept_keys(), &chance).expect("the kept keys are readable");
        let (notify_id, notify_at) = (format!("n{}", trade.trade_no), self.office.clock.now());
        let notification = Notification { notify_id, notify_at, news: News::Trade(trade.clone()) };
        let (app_id, seller_id) = (app_id.unwrap_or(&lender.app_id), seller_id.unwrap_or(&lender.seller_id));
        write_notification(&notification, app_id, seller_id, &keys.platform)
    }

    /// The token with which a university's graduate system sends somebody over; the clock of the partners stands still.
    pub fn assertion(&self, student: &Someone, nonce: &str) -> String {
        let at = chrono::TimeZone::with_ymd_and_hms(&chrono::Utc, 2026, 11, 23, 1, 0, 0);
        let said = wire::graduate::Assertion {
            school_code: "4133010335".to_owned(),
            student_number: "22612001".to_owned(),
            name: "林小满".to_owned(),
            id_number: student.id_number.clone(),
            written_at: wire::moment::shanghai_text(at.single().expect("an instant that exists")),
            nonce: nonce.to_owned(),
        };
        wire::graduate::write_assertion(&said, &super::kept_lender(&super::kept_keys()).secret)
    }

    /// Has the partners tell these addresses what happens.
    pub async fn tell(&self, notify_url: &str, back_url: &str) {
        let told = self.sandbox.introduce(&super::kept_lender(&super::kept_keys()), notify_url, back_url).await;
        told.expect("the sandbox takes the addresses");
    }
}
