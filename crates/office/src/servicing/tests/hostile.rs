//! News in the wrong order, two hands on one batch, a clock that jumps, and the last second of a deadline.

use chrono::TimeDelta;
use loan::calendar::{Date, date};
use loan::life::PostingKind;
use loan::money::Fen;
use wire::platform::{Trade, TradeKind, TradeStatus};
use wire::sandbox::world::Faults;

use super::start;
use crate::servicing::receive::Heard;
use crate::testing::lent::{checker, maker};
use crate::testing::{BANK, COLLEGE, PLATFORM, UNIVERSITY, World, code_of, receipt, world, worlds};

fn refused(reason: &str) -> Heard {
    Heard::Refused(reason.to_owned())
}

impl World {
    async fn hear(&self, trade: Trade) -> Heard {
        self.office.take_trade(PLATFORM, trade).await.expect("heard")
    }

    /// What the platform says about a number of ours.
    async fn asked(&self, number: &str) -> Trade {
        self.office.partners.platform.query(number).await.expect("an answer").expect("a trade")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h066_a_final_word_is_not_taken_back_by_a_later_one() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7401).await;
        world.approved(&student).await;
        let account = world.activate(&student).await;
        let made = world.checked().await;
        world.office.send_batch(&maker(), BANK, &made.batch).await.expect("sent");
        let paid = world.asked(&format!("{}-00001", made.batch)).await;
        let failed = Trade { trade_status: TradeStatus::Failed, ..paid.clone() };
        assert_eq!(world.hear(failed).await, refused("state_conflict"), "success, then failed");
        assert_eq!(world.hear(paid).await, Heard::Taken, "the first word again is no news");

        // Failed, then success: a debit found nothing in the account.
        let contract = world.office.repayment(&student.actor).await.expect("readable").loans[0].number.clone();
        world.reach(date(2029, 12, 20)).await;
        let empty = wire::platform::Debit {
            out_trade_no: "OTHER-0002".into(),
            account: account.clone(),
            amount: Fen(world.balance(&account).await),
            partial_allowed: false,
            subject: "另一贷款人".into(),
        };
        world.office.partners.platform.debit(&[empty]).await.expect("the other lender was faster");
        world.reach(date(2029, 12, 21)).await;
        let before = world.loan(&student, &contract).await;
        let nothing = world.asked(&format!("K20291221-{contract}-D")).await;
        assert_eq!(nothing.trade_status, TradeStatus::Failed);
        let lie = Trade { trade_status: TradeStatus::Success, settled_amount: nothing.total_amount, ..nothing };
        assert_eq!(world.hear(lie).await, refused("state_conflict"), "failed, then success");
        assert_eq!(world.loan(&student, &contract).await.postings, before.postings, "on {:?}", world.engine());
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h066_a_payment_taken_back_before_it_was_told_waits_for_it() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7402).await;
        let (contract, account) = world.paid_out(&student).await;
        let payment = world.sandbox.repay(&account, "李建国", Fen::yuan(100)).await.expect("somebody pays");
        let bounce = world.sandbox.bounce(&payment.trade_no).await.expect("and takes it back");
        assert_eq!(world.hear(bounce.clone()).await, refused("original_unknown"), "the platform comes again");
        assert_eq!(world.hear(payment).await, Heard::Taken);
        assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::yuan(100));
        for _ in 0..2 {
            assert_eq!(world.hear(bounce.clone()).await, Heard::Taken);
            assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::ZERO);
        }
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h067_news_before_our_own_commit_comes_again_and_is_posted_once() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7403).await;
        let number = world.approved(&student).await;
        world.activate(&student).await;
        let made = world.checked().await;
        // An order of ours that we do not find: not a word of success.
        let early = world.sandbox.repay(&world.account(&student).await, "李建国", Fen::yuan(1)).await.expect("a trade");
        let early = Trade { kind: TradeKind::PayOut, out_trade_no: format!("{}-00001", made.batch), ..early };
        assert_eq!(world.hear(early).await, refused("order_unknown"));

        // The platform paid, our server died before it heard; the call comes, then the server is back.
        world.sandbox.set_faults(&Faults { drop_answers: true, ..Faults::default() }).await.expect("a fault");
        let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("a run");
        assert_eq!((sent.paid, sent.unknown), (0, 1));
        world.sandbox.set_faults(&Faults::default()).await.expect("no fault");
        let told = world.asked(&format!("{}-00001", made.batch)).await;
        assert_eq!(world.hear(told.clone()).await, Heard::Taken);
        world.office.send_batch(&maker(), BANK, &made.batch).await.map_or_else(
            |no| assert_eq!(code_of(&no), "not_checked", "nothing is left to send"),
            |again| assert_eq!((again.paid, again.unknown), (0, 0), "the row is done"),
        );
        assert_eq!(world.hear(told).await, Heard::Taken);
        let case = world.office.case_view(&world.clerk(crate::testing::WEICHENG), &number).await.expect("seen");
        let loan = world.loan(&student, &case.contract.expect("a contract").number).await;
        let disbursed = loan.postings.iter().filter(|posting| posting.kind == PostingKind::Disbursed).count();
        assert_eq!(disbursed, 1, "on {:?}", world.engine());
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h069_two_hands_on_one_batch_pay_it_once() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7404).await;
        world.approved(&student).await;
        let account = world.activate(&student).await;
        let made = world.checked().await;
        let slow = Faults { delay_answers_ms: 400, ..Faults::default() };
        world.sandbox.set_faults(&slow).await.expect("a slow platform");
        let (maker, checker) = (maker(), checker());
        let (one, other) = tokio::join!(
            world.office.send_batch(&maker, BANK, &made.batch),
            world.office.send_batch(&checker, BANK, &made.batch),
        );
        world.sandbox.set_faults(&Faults::default()).await.expect("no fault");
        let (done, no): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
        let paid: usize = done.iter().flatten().map(|sent| sent.paid).sum();
        assert_eq!((done.len(), paid), (1, 1), "on {:?}", world.engine());
        let no = no.into_iter().find_map(Result::err).expect("the other hand");
        assert_eq!(code_of(&no), "already_running");
        assert_eq!(world.balance(&account).await, 180_000, "paid once");
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h088_a_clock_that_jumps_runs_no_day_twice_and_leaves_none_out() {
    for world in worlds(start()).await {
        world.bank_staff().await;
        let student = world.student(7405).await;
        let (contract, account) = world.paid_out(&student).await;
        world.reach(date(2029, 12, 20)).await;
        world.top_up(&account, Fen::yuan(1_000)).await;
        // Two hours back within the day, then over the debit day and two days more at once.
        world.clock.forward(TimeDelta::hours(-1));
        assert!(world.office.keep_up().await.expect("a run").is_empty(), "the day is open already");
        world.clock.forward(TimeDelta::hours(1) + TimeDelta::days(3));
        let days = world.office.keep_up().await.expect("the days in between are made up for");
        let closed: Vec<Date> = days.iter().filter(|day| day.closed > 0).map(|day| day.day).collect();
        assert_eq!(closed, [date(2029, 12, 20), date(2029, 12, 21)], "in order, on {:?}", world.engine());
        let after = world.loan(&student, &contract).await;
        // Back over midnight: what is closed stays closed.
        world.clock.forward(TimeDelta::days(-2));
        assert!(world.office.keep_up().await.expect("a run").iter().all(|day| day.collected.full == 0));
        world.clock.forward(TimeDelta::days(2));
        assert!(world.office.keep_up().await.expect("a run").is_empty());
        assert_eq!(world.loan(&student, &contract).await.postings, after.postings);
        world.true_books().await;
    }
    // Births fall into the years of summer time; a civil day has no clock.
    let born = loan::policy::id_number::IdNumber::synthetic(9, date(1988, 4, 10), loan::policy::id_number::Sex::Male);
    assert_eq!(born.born_on(), date(1988, 4, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn h097_the_last_second_of_the_receipt_day_counts_and_the_next_does_not() {
    let check = async |season: Date, county: &str, last_on: Date| {
        let world = world(season).await;
        let (punctual, late) = (world.student(7406).await, world.student(7407).await);
        let (_, first) = world.certified(&punctual, county).await;
        let (_, second) = world.certified(&late, county).await;
        let school = world.school(if county == "450302" { UNIVERSITY } else { COLLEGE });
        world.move_to(last_on).await;
        // The clock stands at nine in the morning in Shanghai.
        world.clock.forward(TimeDelta::hours(15) - TimeDelta::seconds(1));
        assert_eq!(world.office.business_on().await.expect("a day"), last_on);
        world.done(&school, receipt(&first, "5000", "1200")).await;
        world.clock.forward(TimeDelta::seconds(1));
        world.refused(&school, receipt(&second, "5000", "1200"), "deadline_passed").await;
    };
    check(date(2016, 8, 5), "450302", date(2016, 9, 30)).await;
    check(date(2022, 10, 1), "370702", date(2022, 10, 15)).await;
    proof::proves!["R11.4"];
}
