//! 研究生管理信息系统登录: a campus applicant comes from the system of the own university, which logged him in (R1.12). The
//! assertion says who he is; he shows that it is he with the last four of the ID number. It is believed once.

use chrono::TimeDelta;
use store::{Failure, Tx};
use wire::graduate::Assertion;

use super::entrance::{Door, Holder, LogInRefusal, Opened};
use super::note;
use crate::Office;
use crate::application::answers::read_name;
use crate::no::No;
use crate::number::tidy_code;
use crate::refusals;

/// Tries after which an assertion is worth nothing.
const TRIES_MAX: i64 = 5;

refusals! {
    /// Why nobody is let in.
    pub enum GraduateEntranceRefusal {
        /// Not sealed by a university we know, too old, or of somebody with another name.
        NotBelieved = "assertion_not_believed" ["zju-2005" "四.2"],
        /// Somebody came in with it already.
        Used = "assertion_used" ["zju-2005" "四.2"],
        /// Not the last four of that person.
        TailWrong = "tail_wrong" ["zju-2005" "四.2"] @ "tail",
        /// The account was closed.
        Disabled = "disabled" [],
    }
}

impl Office {
    /// Lets a student in who was logged in by the own university's graduate system.
    ///
    /// # Errors
    /// The refusals above.
    pub async fn enter_by_graduate_system(
        &self,
        token: &str,
        tail: &str,
        agent: &str,
    ) -> Result<Opened, No<GraduateEntranceRefusal>> {
        use GraduateEntranceRefusal as R;
        let said = self.partners.read_assertion(token).map_err(|why| {
            tracing::warn!(?why, "an assertion of a graduate system is not believed");
            No::Refused(R::NotBelieved)
        })?;
        let tail = tidy_code(tail);
        let (said, tail) = (&said, tail.as_str());
        let person: Result<Result<i64, R>, Failure> =
            self.store.write("enter_by_graduate_system", |tx| Box::pin(person_of(tx, self, said, tail))).await;
        let person = person?.map_err(No::Refused)?;
        self.open_session(Holder::Person(person), Door::Student, agent, false).await.map_err(|no| match no {
            No::Refused(LogInRefusal::Disabled) => No::Refused(R::Disabled),
            No::Failure(failure) => No::Failure(failure),
            _ => No::Refused(R::NotBelieved),
        })
    }
}

/// The person an assertion is about, entered if he was never here.
async fn person_of(
    tx: &mut Tx<'_>,
    office: &Office,
    said: &Assertion,
    tail: &str,
) -> Result<Result<i64, GraduateEntranceRefusal>, Failure> {
    use GraduateEntranceRefusal as R;
    let at = office.clock.now();
    let on = crate::day::business_on(tx, at).await?;
    let demonstration = crate::day::is_demonstration(tx).await?;
    let Ok(read) = crate::rules::id_number(&said.id_number, on, demonstration) else { return Ok(Err(R::NotBelieved)) };
    let Some(name) = read_name(&said.name) else { return Ok(Err(R::NotBelieved)) };
    let once = format!("graduate {} {}", said.school_code, said.nonce);
    let hour = at - TimeDelta::seconds(at.timestamp().rem_euclid(3600));
    let hour = chrono::SubsecRound::trunc_subsecs(hour, 0);
    if store::rate::add(tx, &format!("{once} tried"), hour).await? > TRIES_MAX {
        return Ok(Err(R::NotBelieved));
    }
    if tail.len() != 4 || !read.text.ends_with(tail) {
        return Ok(Err(R::TailWrong));
    }
    match store::account::earlier_answer(tx, &once, "entered", b"graduate").await? {
        store::account::Earlier::No => {}
        _ => return Ok(Err(R::Used)),
    }
    let known = store::person::by_id_number(tx, &read.text).await?;
    if known.as_ref().is_some_and(|person| person.name != name) {
        return Ok(Err(R::NotBelieved));
    }
    let person = match known {
        Some(person) => person.person,
        None => {
            let new = store::person::NewPerson {
                id_number: &read.text,
                name: &name,
                phone: None,
                born_on: read.born_on,
                sex: read.sex,
                demonstration,
            };
            store::person::enter(tx, &new, at).await?.0
        }
    };
    store::account::keep_answer(tx, &once, "entered", b"graduate", "{}", at).await?;
    let detail = serde_json::json!({ "school": said.school_code }).to_string();
    note(tx, at, &format!("student:{person}"), "enter_by_graduate_system", &format!("student:{person}"), &detail)
        .await?;
    Ok(Ok(person))
}
