//! A crowd written at once reads like families written one by one, and its facts are witnessed.

use super::records::{sample_application, sample_contract};
use super::{day, on_both, write};
use crate::application::{Search, search};
use crate::certificate::{Certificate, Receipt};
use crate::fact::Fact;
use crate::owner_case::BankCase;
use crate::person::{OpenLoan, YearClaim, by_id_number};
use crate::testing::crowd::{Family, Human, family, settle_in};
use crate::visit::Tick;
use crate::{Failure, Tx, application, audit, testing};

/// So many that PostgreSQL copies them.
const FAMILIES: i64 = 40;

fn human(serial: i64, name: &str) -> Human {
    Human {
        id_number: format!("99000020080315{serial:04}"),
        name: name.to_owned(),
        phone: Some(format!("1990000{serial:04}")),
        contact: Some("{\"address\":\"榕湖路\"}".to_owned()),
        born_on: day("2008-03-15"),
        sex: "male".to_owned(),
        account: None,
    }
}

fn family_of(tx: &Tx<'_>, number: i64) -> Family {
    let row = application::Application {
        co_person: Some(0),
        co_name: Some("王母".to_owned()),
        status: "certificate_issued".to_owned(),
        ..sample_application(tx, 1, number)
    };
    let by = "staff:7".to_owned();
    let (on_day, at) = (day("2026-08-20"), testing::instant(5));
    let fact = |seq: i64, kind: &str| Fact {
        book: 1,
        subject: "application".to_owned(),
        subject_id: number,
        seq,
        kind: kind.to_owned(),
        on_day,
        at,
        actor: by.clone(),
        detail: "{}".to_owned(),
    };
    let certificate = Certificate {
        version: 1,
        code: format!("CODE{number:08}"),
        first_password: Some("secret".to_owned()),
        issued_on: on_day,
        issued_at: at,
        voided_at: None,
    };
    let loan = |part: &str| OpenLoan {
        person: 0,
        book: 1,
        contract: number,
        part: part.to_owned(),
        opened_on: on_day,
        closed_on: None,
    };
    Family {
        student: human(number, &row.student_name),
        co: Some(human(5_000 + number, "王母")),
        answers: Some(format!("{{\"family\":{number}}}")),
        facts: vec![fact(1, "opened"), fact(2, "submitted")],
        contracts: vec![crate::contract::Contract { application: number, ..sample_contract(tx, 1, number) }],
        ticks: vec![Tick {
            book: 1,
            application: number,
            material: "id_card".to_owned(),
            copies: 2,
            note: String::new(),
            ticked_by: by.clone(),
            ticked_at: at,
            on_day,
        }],
        papers: Vec::new(),
        certificates: vec![(certificate, by.clone())],
        receipt: Some(Receipt {
            book: 1,
            application: number,
            certificate: 1,
            school_code: "4111010001".to_owned(),
            owed_tuition_fen: 500_000,
            owed_lodging_fen: 0,
            entered_by: by.clone(),
            entered_on: on_day,
            entered_at: at,
        }),
        school: None,
        bank: Some(BankCase {
            owner: 3,
            book: 1,
            application: number,
            contract: number,
            number: format!("2026{number:07}"),
            student_name: row.student_name.clone(),
            school_code: "4111010001".to_owned(),
            academic_year: 2026,
            amount_fen: 1_200_000,
            to_school_fen: 500_000,
            status: "receipt_entered".to_owned(),
            batch: None,
        }),
        loans: vec![loan("borrower"), loan("co_borrower")],
        claim: Some(YearClaim { person: 0, academic_year: 2026, book: 1, application: number, claimed_at: at }),
        application: row,
    }
}

#[tokio::test]
async fn a_crowd_reads_like_families_written_one_by_one_and_is_witnessed() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let families: Vec<Family> = (1..=FAMILIES).map(|number| family_of(tx, number)).collect();
            settle_in(tx, 1, &families, day("2026-08-20"), testing::instant(9)).await?;
            let given = &families[17];
            let read = family(tx, 1, 18).await?.expect("number 18 is there");
            let student = by_id_number(tx, &given.student.id_number).await?.expect("the student is there").person;
            let co = by_id_number(tx, "990000200803155018").await?.expect("the parent is there").person;
            assert_eq!((read.application.person, read.application.co_person), (student, Some(co)));
            assert_eq!((&read.answers, &read.facts, &read.ticks), (&given.answers, &given.facts, &given.ticks));
            assert_eq!((&read.receipt, &read.bank), (&given.receipt, &given.bank));
            assert!(read.certificates == given.certificates, "certificates are opened again");
            assert_eq!((read.contracts[0].person, read.contracts[0].contract), (student, 18));
            assert_eq!(read.loans.iter().map(|loan| loan.person).collect::<Vec<_>>(), [student, co]);
            assert_eq!(read.claim.map(|claim| (claim.person, claim.application)), Some((student, 18)));
            assert_eq!(
                (read.student.phone, read.student.contact),
                (given.student.phone.clone(), given.student.contact.clone())
            );
            for by in [Search::IdTail("0018"), Search::PhoneTail("0018"), Search::Name("王18")] {
                let found = search(tx, 1, by, 50).await?;
                assert_eq!(found.iter().map(|row| row.application).collect::<Vec<_>>(), [18], "{by:?}");
            }
            assert_eq!(search(tx, 1, Search::Name("王母"), 50).await?.len() as i64, FAMILIES);
            let last = crate::fact::last_days(tx, 1, "application", "submitted", &[3, 4, 999]).await?;
            assert_eq!(last.len(), 2, "a subject without the fact is left out");
            assert!(last.contains(&(3, day("2026-08-20"))));
            Ok(())
        });
        done.expect("settles in");
        let report = write!(db, |tx| audit::verify_book(tx, 1).await).expect("walks the chain");
        assert_eq!((report.rows as i64, report.faults.len()), (2 * FAMILIES, 0), "{:?}", report.faults);
    })
    .await;
}
