//! What the counter sends: each sending is handed to the acts it stands for, and leads back to the case. A rule's no
//! is shown where the question was asked, with everything that was typed.

use office::application::fact::Party;
use office::application::progress::Statement;
use office::origination as o;
use office::papers::{PaperKind, Print};
use office::view::case::CaseView;

use super::{case, steps};
use crate::form::{Mistakes, Reading};
use crate::staff::{key_of, perform, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{self, Answer, Visit};

/// What came of a sending: done, or a rule's no.
type Outcome = Result<Result<(), Refused>, Stop>;

/// One sending about one case.
pub async fn act(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let step = visit.param("step").to_owned();
    let outcome = match step.as_str() {
        "arrive" => arrive(&visit, number.clone()).await?,
        "check" => {
            let case = visit.office().case_view(&visit.actor, &number).await?;
            let outcome = match visit.form.text("do") {
                "renew" => renew_at_counter(&visit, &case).await?,
                _ => check(&visit, &case).await?,
            };
            match outcome {
                Ok(()) if visit.form.text("do") == "renew" => return back(&visit, &number, "renew"),
                Ok(()) if visit.form.text("do") == "accept" => match accept(&visit, &number).await? {
                    Ok(()) => return back(&visit, &number, "accept"),
                    refused => refused,
                },
                outcome => outcome,
            }
        }
        "accept" => accept(&visit, &number).await?,
        "renew" => match statement(&visit, &number).await? {
            Ok(()) => accept(&visit, &number).await?,
            refused => refused,
        },
        "undo" => {
            let Ok(step) = serde_json::from_str(visit.form.text("step")) else { return Err(Stop::NotFound) };
            perform(&visit, "", o::undo_step::UndoStep { number: number.clone(), step }).await?
        }
        "contract" => generate(&visit, &number).await?,
        "certificate" => {
            let key = key_of(&visit, "certificate")?;
            let issued = visit.office().issue_certificate(&visit.actor, &key, &number).await;
            settle(issued)?.map(drop)
        }
        "print" => return print(&visit, number).await,
        "statement" => perform(&visit, "", o::confirm_statement::ConfirmStatement { number: number.clone() }).await?,
        _ => return asked(&visit, number, &step).await,
    };
    match outcome {
        Ok(()) => back(&visit, &number, &step),
        Err(refused) => case::show(&visit, Some(&refused)).await,
    }
}

fn back(visit: &Visit, number: &str, done: &str) -> Answer {
    visit.see(&format!("/county/case/{number}?done={done}"))
}

async fn arrive(visit: &Visit, number: String) -> Outcome {
    let ticked = |name: &str| !visit.form.text(name).is_empty();
    let (borrower, co_borrower, proxy) = (ticked("borrower"), ticked("co_borrower"), ticked("proxy"));
    perform(visit, "", o::arrive::Arrive { number, borrower, co_borrower, proxy }).await
}

async fn statement(visit: &Visit, number: &str) -> Outcome {
    let confirm = o::confirm_statement::ConfirmStatement { number: number.to_owned() };
    perform(visit, "statement", confirm).await
}

/// A renewal at the counter in one sending: who came, what was shown, the statement read, accepted, contract made.
async fn renew_at_counter(visit: &Visit, case: &CaseView) -> Outcome {
    let ticked = |name: &str| !visit.form.text(name).is_empty();
    let (borrower, co_borrower) = (ticked("borrower"), ticked("co_borrower"));
    let arrive = o::arrive::Arrive { number: case.number.clone(), borrower, co_borrower, proxy: false };
    if let Err(refused) = perform(visit, "arrive", arrive).await? {
        return Ok(Err(refused));
    }
    if let Err(refused) = check(visit, case).await? {
        return Ok(Err(refused));
    }
    if case.progress.statement == Statement::ConfirmedBySchool
        && let Err(refused) = statement(visit, &case.number).await?
    {
        return Ok(Err(refused));
    }
    accept(visit, &case.number).await
}

/// Keeps the ticks that changed.
async fn check(visit: &Visit, case: &CaseView) -> Outcome {
    for (place, material) in case.materials.iter().enumerate() {
        let code = &material.item.material.code;
        let complete = visit.form.all("material").any(|sent| sent == code);
        if complete == material.ticked.is_some() {
            continue;
        }
        let tick = o::tick_material::TickMaterial {
            number: case.number.clone(),
            material: code.clone(),
            complete,
            note: String::new(),
        };
        if let Err(refused) = perform(visit, &format!("m{place}"), tick).await? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(()))
}

/// Accepts, and makes the contract at once: the family waits for it.
async fn accept(visit: &Visit, number: &str) -> Outcome {
    match perform(visit, "accept", o::accept::Accept { number: number.to_owned() }).await? {
        Ok(()) => generate(visit, number).await,
        refused => Ok(refused),
    }
}

async fn generate(visit: &Visit, number: &str) -> Outcome {
    let made = perform(visit, "contract", o::generate_contract::GenerateContract { number: number.to_owned() }).await?;
    Ok(made.map(drop))
}

async fn print(visit: &Visit, number: String) -> Answer {
    let Some(kind) = PaperKind::of(visit.form.text("kind")) else { return Err(Stop::NotFound) };
    // The page stays open while papers are downloaded: each kind of paper is a sending of its own.
    match perform(visit, kind.code(), Print { number, kind }).await? {
        Ok(printed) => visit.see(&format!("/county/paper/{}", printed.code)),
        Err(refused) => case::show(visit, Some(&refused)).await,
    }
}

/// The file of a paper that has its force.
pub async fn paper(visit: Visit) -> Answer {
    visit::pdf(visit.office().paper_pdf(&visit.actor, visit.param("code")).await?)
}

/// A step that asked something on its own page.
async fn asked(visit: &Visit, number: String, step: &str) -> Answer {
    let done = number.clone();
    let mut reading = Reading::of(&visit.form);
    let outcome = match step {
        "return" => {
            let reason = reading.choice("reason", "退回的原因", o::return_application::REASONS).to_owned();
            let note = reading.text("note", "要补正什么", 300);
            let defects = steps::defects(&visit.form);
            match reading.finish(o::return_application::ReturnApplication { number, reason, note, defects }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "override" => {
            let rule = reading.text("rule", "要放行的规定", 80);
            let reason = reading.text("reason", "为什么可以放行", 300);
            let evidence = reading.text("evidence", "看了什么证明", 300);
            match reading.finish(o::override_rule::OverrideRule { number, rule, reason, evidence }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "certify" => {
            let basis = reading.text("basis", "认定的依据", 300);
            match reading.finish(o::certify::Certify { number, basis }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "sign" => {
            let contract = reading.text("contract", "纸上的合同编号", 60);
            let contract = crate::form::half_width(&contract);
            match reading.finish(contract) {
                Ok(contract) => sign(visit, number, contract).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "void" => {
            let reason = reading.text("reason", "为什么作废", 300);
            let co_borrower_name = reading.optional("co_borrower_name", "共同借款人姓名", 60);
            match reading.finish(o::void_contract::VoidContract { number, reason, co_borrower_name }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "untrue" => {
            let reason = reading.text("reason", "查实了什么", 300);
            match reading.finish(o::mark_untrue::MarkUntrue { number, reason }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "statement-return" => {
            let reason = reading.text("reason", "为什么退回", 300);
            match reading.finish(o::return_statement::ReturnStatement { number, reason }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        "review" => {
            let problem = reading.optional("problem", "发现的问题", 300).unwrap_or_default();
            match reading.finish(o::review_e_contract::ReviewEContract { number, problem }) {
                Ok(act) => perform(visit, "", act).await?,
                Err(mistakes) => return again(visit, &mistakes).await,
            }
        }
        _ => return Err(Stop::NotFound),
    };
    match outcome {
        // The reviewer goes on to the next contract at once.
        Ok(()) if step == "review" && visit.form.text("problem").is_empty() => {
            match visit.office().county_next(&visit.actor, &done).await? {
                Some(next) => back(visit, &next.number, "reviewed"),
                None => visit.see("/county/review?done=all"),
            }
        }
        Ok(()) => back(visit, &done, step),
        Err(refused) => steps::show(visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn again(visit: &Visit, mistakes: &Mistakes) -> Answer {
    steps::show(visit, &visit.form, mistakes, None).await
}

/// Records who read it, then the signatures.
async fn sign(visit: &Visit, number: String, contract: String) -> Outcome {
    let case = visit.office().case_view(&visit.actor, &number).await?;
    let read_by = case.progress.contract.as_ref().map(|living| living.read_by.clone()).unwrap_or_default();
    for (name, by) in [("borrower", Party::Borrower), ("co_borrower", Party::CoBorrower)] {
        let ticked = visit.form.all("read").any(|sent| sent == name);
        if !ticked || read_by.contains(&by) {
            continue;
        }
        let read = o::confirm_read::ConfirmRead { number: number.clone(), by, chapters: Vec::new() };
        if let Err(refused) = perform(visit, name, read).await? {
            return Ok(Err(refused));
        }
    }
    let seen = |name: &str| visit.form.all("seen").any(|sent| sent == name);
    let (fingerprints, names_match) = (seen("fingerprints"), seen("names"));
    perform(visit, "sign", o::sign::Sign { number, contract, fingerprints, names_match }).await
}
