//! Contracts signed electronically, from the counter to the file that proves itself.

use loan::calendar::date;

use crate::application::Stage;
use crate::application::fact::Party;
use crate::no::Never;
use crate::number::ApplicationNumber;
use crate::origination as o;
use crate::papers::{PaperKind, Print};
use crate::signing::{NotProved, SignedBy};
use crate::testing::{Someone, WEICHENG, World, code_of, signature, worlds};
use crate::who::Actor;

/// Accepted at the counter with both there, the contract made; application number and the two who sign.
async fn ready(world: &World, serial: u32) -> (String, Someone, Actor) {
    let student = world.student(serial).await;
    let number = world.at_counter(&student, "370702").await;
    let clerk = world.clerk(WEICHENG);
    world.done(&clerk, o::accept::Accept { number: number.clone() }).await;
    world.done(&clerk, o::generate_contract::GenerateContract { number: number.clone() }).await;
    let co = Actor::co_borrower(co_person(world, &number).await);
    (number, student, co)
}

async fn co_person(world: &World, number: &str) -> i64 {
    let number: ApplicationNumber = number.parse().expect("a number");
    let row: Result<_, store::Failure> = world
        .office
        .store
        .read("row", |tx| Box::pin(async move { store::application::by_number(tx, number.book, number.key()).await }))
        .await;
    row.unwrap().unwrap().co_person.expect("a submitted application has a co-borrower")
}

fn read(number: &str, by: Party) -> o::confirm_read::ConfirmRead {
    let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| code.to_owned()).to_vec();
    o::confirm_read::ConfirmRead { number: number.to_owned(), by, chapters }
}

async fn sign(world: &World, actor: &Actor, number: &str) -> Result<(), &'static str> {
    let key = world.key();
    world.office.e_sign(actor, &key, number).await.map_err(|no| code_of(&no))
}

async fn printed(world: &World, actor: &Actor, number: &str) -> (String, Vec<u8>) {
    let print = Print { number: number.to_owned(), kind: PaperKind::LoanContract };
    let code = world.done(actor, print).await.code;
    let pdf = world.office.paper_pdf(actor, &code).await.unwrap_or_else(|no: crate::No<Never>| panic!("{no:?}"));
    (code, pdf)
}

#[tokio::test]
async fn both_sign_on_their_own_phones_and_the_file_proves_it() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, student, co) = ready(&world, 700).await;
        let clerk = world.clerk(WEICHENG);
        assert_eq!(sign(&world, &student.actor, &number).await, Err("not_read"));
        world.refused(&student.actor, read(&number, Party::CoBorrower), "not_yours").await;
        world.done(&student.actor, read(&number, Party::Borrower)).await;
        world.done(&co, read(&number, Party::CoBorrower)).await;
        let (_, unsigned) = printed(&world, &student.actor, &number).await;
        assert_eq!(world.office.check_pdf(&unsigned), Err(NotProved::Unsigned));

        let key = world.key();
        world.office.e_sign(&student.actor, &key, &number).await.unwrap();
        world.office.e_sign(&student.actor, &key, &number).await.expect("the same request has its answer");
        assert_eq!(sign(&world, &student.actor, &number).await, Err("already_e_signed"));
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let contract = view.contract.unwrap();
        assert_eq!((view.stage, contract.status.as_str()), (Stage::Accepted, "partly_signed"));
        world.refused(&clerk, signature(&number, &contract.number), "begun_electronically").await;
        let (code, once) = printed(&world, &student.actor, &number).await;

        sign(&world, &co, &number).await.unwrap();
        assert_eq!(world.office.case_view(&clerk, &number).await.unwrap().stage, Stage::ContractESigned);
        let (again, twice) = printed(&world, &co, &number).await;
        assert_eq!(again, code, "one paper with both signatures");
        assert_eq!(printed(&world, &student.actor, &number).await, (code.clone(), twice.clone()), "each downloads it");
        let found = world.office.check_pdf(&twice).unwrap();
        let told = |one: &SignedBy| (one.name.clone(), one.part.clone());
        let names: Vec<_> = found.iter().map(told).collect();
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let co_name = view.co_borrower.as_ref().map(|co| co.name.clone()).unwrap_or_default();
        assert_eq!(names, [(view.student.name.clone(), "借款学生".into()), (co_name, "共同借款人".into())]);
        assert_eq!(world.office.check_pdf(&once).unwrap(), found[..1]);
        for place in [40, unsigned.len() / 2, once.len() - 20, twice.len() - 2] {
            let mut changed = twice.clone();
            changed[place] ^= 1;
            assert_eq!(world.office.check_pdf(&changed), Err(NotProved::Changed), "byte {place}");
        }

        // The reviewer passes it; a correction takes its force, and the page behind its code says so.
        let review = o::review_e_contract::ReviewEContract { number: number.clone(), problem: String::new() };
        world.done(&world.reviewer(WEICHENG), review).await;
        let void = o::void_contract::VoidContract {
            number: number.clone(),
            reason: "共同借款人姓名写错".into(),
            co_borrower_name: Some("林建刚".into()),
        };
        world.done(&clerk, void).await;
        assert!(world.office.paper(&code).await.unwrap().unwrap().voided.is_some());
        assert!(world.office.paper_pdf(&student.actor, &code).await.is_err(), "a void contract is not handed out");
        world.done(&clerk, o::generate_contract::GenerateContract { number: number.clone() }).await;
        assert_eq!(sign(&world, &co, &number).await, Err("not_read"), "the new one is read again");
    }
    proof::proves!["R10.1", "R10.3", "R10.4"; page "/student/progress/{number}/online"];
}

/// A stranger's look at a signed PDF: what its byte range covers and what stands in the hole.
fn torn_apart(pdf: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let place = pdf.windows(11).rposition(|window| window == b"/ByteRange[").expect("a byte range") + 11;
    let text: String = pdf[place..].iter().take_while(|byte| **byte != b']').map(|byte| *byte as char).collect();
    let numbers: Vec<usize> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [from, to, after, rest] = numbers[..] else { panic!("{text}") };
    assert_eq!((from, after + rest), (0, pdf.len()), "the range ends with the file");
    let content = [&pdf[..to], &pdf[after..]].concat();
    let cms = hex::decode(&pdf[to + 1..after - 1]).unwrap();
    let length = 4 + usize::from(u16::from_be_bytes([cms[2], cms[3]]));
    (content, cms[..length].to_vec())
}

#[tokio::test]
async fn a_stranger_with_openssl_believes_the_signed_contract() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, student, _) = ready(&world, 703).await;
        world.done(&student.actor, read(&number, Party::Borrower)).await;
        sign(&world, &student.actor, &number).await.unwrap();
        let (_, pdf) = printed(&world, &student.actor, &number).await;
        let (content, cms) = torn_apart(&pdf);
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        let root = world.sandbox.public_keys().await.unwrap().authority;
        write("root.pem", format!("-----BEGIN CERTIFICATE-----\n{root}\n-----END CERTIFICATE-----\n").as_bytes());
        write("signature", &cms);
        let at = world.office.clock.now().timestamp().to_string();
        let believed = |content: &[u8]| {
            write("content", content);
            let arguments = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content"];
            let trust = ["-CAfile", "root.pem", "-purpose", "any", "-attime", &at, "-out", "out"];
            let ran =
                std::process::Command::new("openssl").args(arguments).args(trust).current_dir(folder.path()).output();
            ran.expect("./test installs openssl, which checks our signatures as a stranger").status.success()
        };
        assert!(believed(&content));
        let mut changed = content.clone();
        changed[content.len() / 2] ^= 1;
        assert!(!believed(&changed));
    }
    proof::proves!["R10.1"];
}

#[tokio::test]
async fn names_that_changed_since_are_signed_by_nobody() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, student, co) = ready(&world, 701).await;
        let clerk = world.clerk(WEICHENG);
        world.done(&student.actor, read(&number, Party::Borrower)).await;
        world.done(&co, read(&number, Party::CoBorrower)).await;
        let rename = async |name: &str| {
            let (person, at) = (student.person, world.office.clock.now());
            let renamed: Result<(), store::Failure> = world
                .office
                .store
                .write("rename", |tx| Box::pin(async move { store::person::rename(tx, person, name, at).await }))
                .await;
            renamed.unwrap();
        };
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let contract = view.contract.unwrap().number;
        rename("王小明").await;
        assert_eq!(sign(&world, &student.actor, &number).await, Err("names_differ"));
        world.refused(&clerk, signature(&number, &contract), "names_differ").await;
        rename(&view.student.name).await;
        sign(&world, &student.actor, &number).await.unwrap();
        sign(&world, &co, &number).await.unwrap();
        rename("王小明").await;
        let reviewer = world.reviewer(WEICHENG);
        let review =
            |problem: &str| o::review_e_contract::ReviewEContract { number: number.clone(), problem: problem.into() };
        world.refused(&reviewer, review(""), "names_differ").await;
        world.done(&reviewer, review("学生改了名字")).await;
        rename(&view.student.name).await;
        world.done(&reviewer, review("")).await;
    }
    proof::proves!["R10.2", "R9.11"];
}

#[tokio::test]
async fn half_a_signature_loses_its_force_after_three_days() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, student, co) = ready(&world, 702).await;
        let clerk = world.clerk(WEICHENG);
        world.done(&student.actor, read(&number, Party::Borrower)).await;
        world.done(&co, read(&number, Party::CoBorrower)).await;
        assert_eq!(world.office.pass_signings(date(2026, 8, 9)).await.unwrap(), 0, "nobody signed");
        sign(&world, &student.actor, &number).await.unwrap();
        let (code, _) = printed(&world, &student.actor, &number).await;
        world.move_to(date(2026, 8, 6)).await;
        assert_eq!(world.office.pass_signings(date(2026, 8, 6)).await.unwrap(), 0, "the third day is not over");
        world.move_to(date(2026, 8, 7)).await;
        world.office.pass_signings(date(2026, 8, 7)).await.unwrap();
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert_eq!((view.stage, view.contract.is_none()), (Stage::Accepted, true));
        assert_eq!(view.progress.voided.last().map(|(_, why)| why.as_str()), Some("not_signed_in_time"));
        assert!(world.office.paper(&code).await.unwrap().unwrap().voided.is_some());
        assert_eq!(sign(&world, &co, &number).await, Err("nothing_to_sign"));
        world.contract(&clerk, &number).await;
    }
}

#[tokio::test]
async fn h059_old_prints_are_void_after_an_edit_and_an_edited_code_is_nobodys() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, _) = world.certified(&world.student(704).await, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let print = async |kind| world.done(&clerk, Print { number: number.clone(), kind }).await.code;
        let old = [print(PaperKind::LoanContract).await, print(PaperKind::AcceptanceCertificate).await];
        for code in &old {
            assert_eq!(world.office.paper(code).await.unwrap().unwrap().voided, None);
            let last = if code.ends_with('A') { "B" } else { "A" };
            let edited = format!("{}{last}", &code[..code.len() - 1]);
            assert_eq!(world.office.paper(&edited).await.unwrap(), None, "an edited code is nobody's");
        }
        let reason = "共同借款人姓名写错".to_owned();
        let co_borrower_name = Some("林建刚".to_owned());
        world.done(&clerk, o::void_contract::VoidContract { number: number.clone(), reason, co_borrower_name }).await;
        for code in &old {
            let (_, why) = world.office.paper(code).await.unwrap().unwrap().voided.expect("void after the edit");
            assert_eq!(why, "共同借款人姓名写错");
            assert!(world.office.paper_pdf(&clerk, code).await.is_err(), "a void paper is not handed out");
        }
    }
}
