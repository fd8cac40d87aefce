//! One whole life: a student of Xiufeng borrows 6,000 yuan in 2016 at the counter, under the printed rules of that
//! summer and the central bank's rate, studies three years, pays every autumn from the payment account and is
//! settled in September 2022. Every figure is computed here once more, with nothing but the four operations.

use loan::calendar::{Date, date};
use office::Actor;
use office::accounts::register::Registration;
use office::establish::BecomeDemonstration;
use office::origination as o;
use office::servicing::decide::Approve;
use office::servicing::review::Review;
use sim::Stopped;
use sim::demonstration::{BEGINS_ON, places};
use sim::people::Registry;
use sim::steps::{Steps, Wish};

use crate::house::House;

/// 4.90 %, the central bank's rate for more than five years since 24 October 2015.
const RATE_PPM: i128 = 49_000;
/// What was borrowed, in fen.
const PRINCIPAL: i128 = 600_000;

/// Interest of so many days in fen, rounded half up; a whole settlement year earns the whole rate.
fn interest(from: Date, until: Date) -> i64 {
    let days = i128::from((until - from).num_days());
    let whole_year = from == date(chrono::Datelike::year(&until) - 1, 12, 21)
        && until == date(chrono::Datelike::year(&until), 12, 21);
    let (over, under) = if whole_year { (1, 1) } else { (days, 360) };
    let top = PRINCIPAL * RATE_PPM * over;
    let bottom = 1_000_000 * under;
    i64::try_from((2 * top + bottom) / (2 * bottom)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loan_of_2016_is_lived_to_its_last_fen_on_both_databases() {
    for database in store::testing::databases().await {
        let house = House::new(database).await;
        live(&house).await.unwrap_or_else(|stopped| panic!("{:?}: {stopped}", house.database.engine));
    }
}

async fn live(house: &House) -> Result<(), Stopped> {
    let steps = Steps::new(&house.office, &house.sandbox);
    house.sandbox.move_date(BEGINS_ON).await?;
    steps.act(&Actor::system("setup"), BecomeDemonstration { begins_on: BEGINS_ON }).await?;
    let places = places::establish(&steps).await?;
    let (county, school) = (&places.counties[0], &places.schools[4]);
    steps.go_to(date(2016, 8, 2)).await?;
    let family = Registry::new(2016).family(2016);
    let typed = Registration {
        name: family.student.name.clone(),
        id_number: family.student.id_number.as_str().to_owned(),
        phone: family.student.phone.clone(),
        password: "guihua-2016-kaile".to_owned(),
    };
    let person = house.office.register(&steps.key(), typed).await.expect("the student registers").person;
    let student = Actor::student(person);
    let pre_application = o::enter_pre_application::EnterPreApplication {
        name: family.student.name.clone(),
        id_number: family.student.id_number.as_str().to_owned(),
        phone: family.student.phone.clone(),
        source: "grant_file".to_owned(),
        proof: String::new(),
        ..Default::default()
    };
    steps.act(&county.clerk, pre_application).await?;
    let sitting = o::record_quiz::RecordQuiz {
        id_number: family.student.id_number.as_str().to_owned(),
        session: "2016年暑期第一场".to_owned(),
        questions: 50,
        right: 40,
    };
    assert!(steps.act(&county.clerk, sitting).await?.passed, "exactly eighty of a hundred");
    let wish = Wish {
        school_code: school.code.to_owned(),
        level: "college",
        programme_years: 3,
        grade: 1,
        tuition: 5_200,
        accommodation: 800,
        amount: 6_000,
        matures_in: 2022,
    };
    let number = steps.draft(&student, &family, county.code, &wish, false).await?;
    steps.submit(&student, &number).await?;
    steps.arrive(&county.clerk, &number).await?;
    steps.accept(&county.clerk, &number).await?;
    let contract = steps.contract(&county.clerk, &number).await?;
    steps.sign(&county.clerk, &number, &contract).await?;
    steps.certificate(&county.clerk, &number).await?;
    steps.activate_account(person, &number).await?;
    steps.go_to(date(2016, 9, 20)).await?;
    let code = steps.receipt_code(person, &number).await?;
    steps.receipt(&school.officer, code, (5_200, 800)).await?;
    steps.act(&places.maker, Review { number: number.clone() }).await?;
    steps.act(&places.checker, Approve { number: number.clone() }).await?;
    steps.go_to(date(2016, 11, 18)).await?;
    assert_eq!(steps.pay_out(places.bank, &places.maker, &places.checker).await?, (1, 0));

    let paid_out = date(2016, 11, 18);
    let (twentieth, first_own) = (|year| date(year, 12, 21), date(2019, 9, 1));
    // Due on, the borrower's interest, the state's, the principal.
    let expected = [
        (date(2016, 12, 20), 0, interest(paid_out, twentieth(2016)), 0),
        (date(2017, 12, 20), 0, interest(twentieth(2016), twentieth(2017)), 0),
        (date(2018, 12, 20), 0, interest(twentieth(2017), twentieth(2018)), 0),
        (date(2019, 12, 20), interest(first_own, twentieth(2019)), interest(twentieth(2018), first_own), 0),
        (date(2020, 12, 20), interest(twentieth(2019), twentieth(2020)), 0, 0),
        (date(2021, 12, 20), interest(twentieth(2020), twentieth(2021)), 0, 0),
        // 2022 was a year of waiver: the state bore what the borrower would have.
        (date(2022, 9, 20), 0, interest(twentieth(2021), date(2022, 9, 21)), 600_000),
    ];
    assert_eq!(expected.map(|row| row.1 + row.3), [0, 0, 0, 9_065, 29_400, 29_400, 600_000]);
    assert_eq!(expected.map(|row| row.2), [2_695, 29_400, 29_400, 20_743, 0, 0, 22_377]);
    let account = steps.account(person).await?.expect("the certificate opened an account");
    for (due_on, own, _, principal) in expected {
        steps.go_to(due_on.pred_opt().expect("a day before")).await?;
        if own + principal > 0 {
            house.sandbox.top_up(&account, loan::money::Fen(own + principal)).await?;
        }
        steps.go_to(due_on.succ_opt().expect("a day after")).await?;
    }
    steps.go_to(date(2022, 9, 30)).await?;

    let found: Result<_, store::Failure> = house
        .office
        .store
        .read("life", |tx| {
            let contract = contract.as_str();
            Box::pin(async move {
                let row = store::contract::by_public_number(tx, county.book, contract).await?.expect("the contract");
                let bills = store::posting::bills(tx, row.book, row.contract).await?;
                Ok((row, bills))
            })
        })
        .await;
    let (row, bills) = found?;
    let billed: Vec<_> =
        bills.iter().map(|bill| (bill.due_on, bill.interest_fen, bill.subsidised_fen, bill.principal_fen)).collect();
    assert_eq!(billed, expected);
    // The last bill is of the 20th; the debit of the 21st pays it.
    assert_eq!((row.status.as_str(), row.settled_on), ("settled", Some(date(2022, 9, 21))));
    assert_eq!((row.outstanding_fen, row.overdue_fen), (0, 0));
    Ok(())
}
