//! The path from the bank's desk to the last fen, walked on both databases against a sandbox, with its faults.

mod hostile;

use loan::calendar::{Date, date};
use loan::money::Fen;
use wire::sandbox::world::Faults;

use super::batch::{BuildBatch, CheckBatch, RemoveRow};
use super::decide::{Approve, Refuse};
use super::prepay::{CancelPrepayment, FilePrepayment};
use super::receive::Heard;
use super::review::Review;
use super::school_money::{HandOut, PostSerial};
use crate::no::No;
use crate::number::ContractNumber;
use crate::testing::lent::{checker, maker};
use crate::testing::{BANK, COLLEGE, PLATFORM, code_of, staff, world, worlds};
use crate::who::{Actor, Role};

/// The day the loans of these tests are applied for and paid out.
const START: (i32, u32, u32) = (2026, 8, 10);

fn start() -> Date {
    date(START.0, START.1, START.2)
}

/// The maker's second account: another number, the same human.
fn maker_as_checker() -> Actor {
    let mut actor = staff(503, BANK, &[Role::BankChecker]);
    if let crate::Who::Staff { person_index, .. } = &mut actor.who {
        *person_index = hex::encode("human-501");
    }
    actor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loan_lives_from_the_banks_desk_to_the_last_fen() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7001).await;
        let (contract, account) = world.paid_out(&student).await;
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.status.as_str(), loan.balances.principal_not_due), ("in_study", Fen::yuan(8_000)));
        assert_eq!(loan.terms.as_ref().map(|terms| terms.disbursed_on), Some(start()), "interest from this day");
        assert_eq!(world.balance(&account).await, 180_000, "6 200 yuan of fees moved on to the school");
        world.true_books().await;

        // Three years of study: the state pays, nothing is overdue.
        world.reach(date(2029, 12, 19)).await;
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.status.as_str(), loan.next_due_on), ("in_grace", Some(date(2029, 12, 20))));
        assert!(loan.rows.iter().filter(|row| row.row.due_on < date(2029, 1, 1)).all(|row| row.row.total.is_zero()));

        // The first own interest is due, and only a part of it is there.
        let left = world.balance(&account).await;
        let other = [wire::platform::Debit {
            out_trade_no: "OTHER-0001".into(),
            account: account.clone(),
            amount: Fen(left - 1_000),
            partial_allowed: false,
            subject: "另一贷款人".into(),
        }];
        let drained = world.office.partners.platform.debit(&other).await.expect("the platform answers");
        drained[0].as_ref().expect("another lender takes its money");
        let bill = loan.rows.iter().find(|row| row.row.due_on == date(2029, 12, 20)).expect("a bill").row.clone();
        assert_eq!(bill.days, 111);
        world.reach(date(2029, 12, 21)).await;
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.status.as_str(), loan.overdue.len()), ("overdue", 1));
        assert_eq!(loan.overdue[0].interest, bill.interest - Fen(1_000));
        assert_eq!((loan.overdue[0].days, loan.overdue[0].rate.0), (1, bill.rate.0 * 130 / 100));

        // Paid on the next collection day with its penalty.
        world.top_up(&account, Fen::yuan(500)).await;
        world.reach(date(2030, 1, 21)).await;
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.status.as_str(), loan.overdue.len()), ("in_grace", 0));
        let row = loan.rows.iter().find(|row| row.row.due_on == date(2029, 12, 20)).expect("the row stays");
        assert_eq!((row.state, row.row.paid_interest), ("settled", bill.interest));
        assert!(row.row.paid_penalty.is_positive());
        world.true_books().await;

        // Prepaid in full: filed, funded, settled on the 20th.
        world.reach(date(2030, 3, 10)).await;
        let cost = world.office.prepayment_cost(&student.actor, &contract, "all").await.expect("a cost");
        let filed =
            world.done(&student.actor, FilePrepayment { contract: contract.clone(), amount: "all".into() }).await;
        assert_eq!(filed, cost, "what the page said is what is asked");
        assert_eq!((filed.effective_on, filed.principal_fen), (date(2030, 3, 20), 800_000));
        let again = FilePrepayment { contract: contract.clone(), amount: "1000".into() };
        world.refused(&student.actor, again, "prepayment_of_that_day_exists").await;
        let before = world.balance(&account).await;
        world.top_up(&account, Fen(filed.to_bring_fen)).await;
        world.reach(date(2030, 3, 22)).await;
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.status.as_str(), loan.settled_on), ("settled", Some(date(2030, 3, 21))));
        assert_eq!((loan.balances.principal_not_due, loan.next_due_on), (Fen::ZERO, None));
        assert_eq!(world.balance(&account).await, before, "not a fen more than the page said");
        world.true_books().await;

        // Whoever changes a posting by hand is found.
        let key: ContractNumber = contract.parse().expect("a contract number");
        let sql = format!(
            "UPDATE posting SET principal = principal - 1, deposit = deposit + 1 WHERE book = {} AND contract = {} AND seq = 1",
            key.book,
            key.key()
        );
        world.database.as_owner(&sql).await.expect("the owner may");
        let faults = world.office.verify_ledger().await.expect("readable").faults;
        assert_eq!(faults.len(), 1);
        let fault = &faults[0];
        assert_eq!((fault.book, fault.contract.as_str(), fault.seq), (key.book, contract.as_str(), Some(1)));
        assert_eq!(
            fault.to_string(),
            format!(
                "book {}, posting of contract {contract} seq 1: the stored posting is not the replayed one",
                key.book
            )
        );
    }
    proof::proves!["R12.2", "R16.1", "R17.9"];
}

#[tokio::test(flavor = "multi_thread")]
async fn h040_nobody_approves_the_own_work_not_even_through_a_second_account() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7002).await;
        let number = world.with_receipt(&student, "370702").await;
        world.refused(&checker(), Approve { number: number.clone() }, "not_reviewed").await;
        world.done(&maker(), Review { number: number.clone() }).await;
        world.refused(&maker(), Review { number: number.clone() }, "not_waiting").await;
        world.refused(&maker_as_checker(), Approve { number: number.clone() }, "same_human").await;
        world.refused(&maker(), BuildBatch { contracts: Vec::new() }, "nothing_approved").await;
        world.done(&checker(), Approve { number: number.clone() }).await;
        let refuse = Refuse { number: number.clone(), reason: "too late".into() };
        world.refused(&checker(), refuse, "not_waiting").await;
        let made = world.done(&maker(), BuildBatch { contracts: Vec::new() }).await;
        assert_eq!((made.rows, made.total_fen, made.to_school_fen), (1, 800_000, 620_000));
        let check = |digest: &str| CheckBatch { batch: made.batch.clone(), digest: digest.into() };
        world.refused(&maker_as_checker(), check(&made.digest), "same_human").await;
        world.refused(&checker(), check("another"), "digest_differs").await;
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await;
        assert_eq!(sent.as_ref().map_err(code_of), Err("not_checked"));
        world.done(&checker(), check(&made.digest)).await;
        world.refused(&checker(), check(&made.digest), "not_waiting").await;
        let other_bank = staff(504, BANK + 1, &[Role::BankMaker]);
        assert!(matches!(world.office.send_batch(&other_bank, BANK, &made.batch).await, Err(No::Forbidden)));
    }
    proof::proves!["R12.1"];
}

#[tokio::test(flavor = "multi_thread")]
async fn h070_a_batch_that_was_changed_is_not_paid() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7003).await;
        world.approved(&student).await;
        world.activate(&student).await;
        let made = world.checked().await;
        let sql = format!("UPDATE batch_row SET amount_fen = 900000 WHERE batch = '{}'", made.batch);
        world.database.as_owner(&sql).await.expect("the owner may");
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await;
        assert_eq!(sent.as_ref().map_err(code_of), Err("digest_differs"));
        let sql = format!("UPDATE batch_row SET amount_fen = 800000 WHERE batch = '{}'", made.batch);
        world.database.as_owner(&sql).await.expect("the owner may");
        // An edit asks for a new check, and the loan waits for another batch.
        let edited = world.done(&maker(), RemoveRow { batch: made.batch.clone(), row_no: 1 }).await;
        assert_eq!((edited.rows, edited.total_fen), (0, 0));
        assert_ne!(edited.digest, made.digest);
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await;
        assert_eq!(sent.as_ref().map_err(code_of), Err("not_checked"));
        assert_eq!(world.done(&maker(), BuildBatch { contracts: Vec::new() }).await.rows, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loan_waits_while_the_account_is_not_active() {
    let world = world(start()).await;
    world.bank_staff().await;
    let student = world.student(7004).await;
    world.approved(&student).await;
    let made = world.checked().await;
    let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("the batch is sent");
    assert_eq!(sent.refused, [(1, "ACCOUNT_NOT_ACTIVE".to_owned())]);
    let account = world.activate(&student).await;
    let made = world.checked().await;
    let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("the second batch is sent");
    assert_eq!((sent.paid, sent.paid_fen), (1, 800_000));
    assert_eq!(world.balance(&account).await, 180_000);
    proof::proves!["R12.8", "R12.3", "R12.4"];
}

#[tokio::test(flavor = "multi_thread")]
async fn h068_a_batch_whose_answers_are_lost_pays_everybody_once() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7005).await;
        let number = world.approved(&student).await;
        let account = world.activate(&student).await;
        let made = world.checked().await;
        world.sandbox.set_faults(&Faults { drop_answers: true, ..Faults::default() }).await.expect("a fault");
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("a run");
        assert_eq!((sent.paid, sent.unknown), (0, 1));
        assert_eq!(world.balance(&account).await, 180_000, "the platform paid, but we do not know");
        world.sandbox.set_faults(&Faults::default()).await.expect("no fault");
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("the next run");
        assert_eq!((sent.paid, sent.unknown), (1, 0));
        assert_eq!(world.balance(&account).await, 180_000, "nobody is paid twice");
        let again = world.office.send_batch(&maker(), BANK, &made.batch).await;
        assert_eq!(again.as_ref().map_err(code_of), Err("not_checked"), "the batch is done");

        // The school sees the money, finance posts it once, the receipt is handed out once.
        let arrivals: Result<Vec<store::arrival::Arrival>, store::Failure> = world
            .office
            .store
            .read("arrivals", |tx| Box::pin(async move { store::arrival::list(tx, COLLEGE, 10).await }))
            .await;
        let arrivals = arrivals.expect("readable");
        assert_eq!(arrivals.iter().map(|row| row.amount_fen).collect::<Vec<_>>(), [620_000]);
        let finance = staff(601, COLLEGE, &[Role::SchoolFinance]);
        let teacher = staff(602, COLLEGE, &[Role::Counsellor]);
        let hand_out = || HandOut { number: number.clone() };
        world.refused(&teacher, hand_out(), "no_receipt").await;
        world.refused(&finance, PostSerial { serial: "PL0".into() }, "serial_unknown").await;
        let serial = arrivals[0].serial.clone();
        let posted = world.done(&finance, PostSerial { serial: serial.clone() }).await;
        assert_eq!((posted.receipts, posted.total_fen), (vec![1], 620_000));
        world.refused(&finance, PostSerial { serial }, "already_posted").await;
        world.done(&teacher, hand_out()).await;
        world.refused(&teacher, hand_out(), "already_handed_out").await;
    }
    proof::proves!["R12.5", "R12.6"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_not_closed_while_the_platform_owes_an_answer() {
    let world = world(start()).await;
    world.bank_staff().await;
    let student = world.student(7006).await;
    let (contract, account) = world.paid_out(&student).await;
    world.reach(date(2029, 12, 20)).await;
    let before = world.balance(&account).await;
    world.sandbox.set_faults(&Faults { drop_answers: true, ..Faults::default() }).await.expect("a fault");
    assert_eq!(world.office.move_business_day(date(2029, 12, 21), "test").await.expect("moved"), Ok(()));
    let silent = world.office.keep_up().await.expect("a run");
    assert_eq!(silent.last().map(|report| (report.complete, report.collected.unknown)), Some((false, 1)));
    world.sandbox.set_faults(&Faults::default()).await.expect("no fault");
    let heard = world.office.keep_up().await.expect("the next run");
    assert_eq!(heard.last().map(|report| (report.complete, report.collected.full)), Some((true, 1)));
    assert!(world.office.keep_up().await.expect("a third run").is_empty(), "nothing is left to do");
    world.reach(date(2029, 12, 23)).await;
    let loan = world.loan(&student, &contract).await;
    let bill = loan.rows.iter().find(|row| row.row.due_on == date(2029, 12, 20)).expect("a bill");
    assert_eq!((bill.state, loan.status.as_str()), ("settled", "in_grace"));
    assert_eq!(world.balance(&account).await, before - bill.row.interest.0, "taken once");
    world.true_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h061_a_payment_told_again_and_again_is_posted_once() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7007).await;
        let (contract, account) = world.paid_out(&student).await;
        let trade = world.sandbox.repay(&account, "李建国", Fen::yuan(100)).await.expect("somebody pays");
        for _ in 0..3 {
            assert_eq!(world.office.take_trade(PLATFORM, trade.clone()).await.expect("taken"), Heard::Taken);
        }
        let loan = world.loan(&student, &contract).await;
        assert_eq!((loan.balances.deposit, loan.events.len()), (Fen::yuan(100), 1));
        let lie = wire::platform::Trade { total_amount: Fen(10_001), settled_amount: Fen(10_001), ..trade.clone() };
        let heard = world.office.take_trade(PLATFORM, lie).await.expect("refused");
        assert_eq!(heard, Heard::Refused("content_differs".into()));
        let bounce = world.sandbox.bounce(&trade.trade_no).await.expect("the channel takes it back");
        assert_eq!(world.office.take_trade(PLATFORM, bounce).await.expect("taken"), Heard::Taken);
        assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::ZERO);
        let heard = world.office.hear_platform(b"sign=x&sign_type=RSA2").await.expect("refused");
        assert_eq!(heard.answer(), "failure");
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepayment_can_be_taken_back_until_the_day_before_its_twentieth() {
    let world = world(start()).await;
    world.bank_staff().await;
    let student = world.student(7008).await;
    let (contract, _) = world.paid_out(&student).await;
    world.reach(date(2026, 9, 16)).await;
    let file = |amount: &str| FilePrepayment { contract: contract.clone(), amount: amount.into() };
    let cancel = |effective_on: Date| CancelPrepayment { contract: contract.clone(), effective_on };
    world.refused(&student.actor, file("nothing"), "amount_not_an_amount").await;
    world.refused(&student.actor, file("499.99"), "below_minimum").await;
    let stranger = world.student(7009).await;
    world.refused(&stranger.actor, file("all"), "not_found").await;
    world.refused(&student.actor, cancel(date(2026, 10, 20)), "prepayment_unknown").await;
    let filed = world.done(&student.actor, file("500")).await;
    assert_eq!((filed.effective_on, filed.pay_by), (date(2026, 10, 20), date(2026, 10, 21)));
    assert_eq!((filed.total_fen, filed.interest_fen), (50_000, 0), "the state bears the interest of the study");
    world.reach(date(2026, 10, 19)).await;
    world.done(&student.actor, cancel(filed.effective_on)).await;
    world.done(&student.actor, file("all")).await;
    world.reach(date(2026, 12, 20)).await;
    world.refused(&student.actor, cancel(date(2026, 12, 20)), "prepayment_already_sent").await;
    // Not funded: it lapses without harm.
    world.reach(date(2026, 12, 23)).await;
    let loan = world.loan(&student, &contract).await;
    assert_eq!((loan.status.as_str(), loan.balances.principal_not_due), ("in_study", Fen::yuan(8_000)));
    world.true_books().await;
    proof::proves!["R18.2", "R18.3", "R18.8"];
}
