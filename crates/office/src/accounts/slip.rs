//! 一次性登录条 (R1.4): whoever forgot the password gets a one-time code, at the county's counter on a slip of paper
//! after showing the ID card, or by telephone from the hotline in a text message to the phone we know. With it the
//! person sets a new password. Nobody of staff sees or chooses it: a slip from the counter also needs the code we
//! send to the phone, and a code from the hotline is sent to the phone alone (H029).

use chrono::{DateTime, TimeDelta, Utc};
use loan::refusal::Citation;
use serde::{Deserialize, Serialize};
use store::entry::Slip;
use store::message::CodeAnswer;
use store::{Failure, Tx};

use super::entrance::Door;
use super::password;
use super::text_code::{AskCode, OnItsWay};
use super::{office_knows, person_on_card, tell};
use crate::Office;
use crate::act::{Act, Desk};
use crate::no::{No, Refusal};
use crate::number::{slip_code, tidy_code};
use crate::refusals;
use crate::who::{Actor, Permission, Role, Who};

/// How long a slip is worth something.
const LIFE: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes after which it is worth nothing.
const WRONG_MAX: i64 = 5;

/// Gives a slip to somebody who stands at the county's counter with the own ID card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueSlip {
    /// ID number read from the card.
    pub id_number: String,
    /// Name read from the card.
    pub name: String,
    /// What the operator saw.
    pub proof: String,
}

/// A slip to be printed and handed over; shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The code.
    pub code: String,
    /// Worth nothing from then on.
    pub until: DateTime<Utc>,
    /// Name of the person.
    pub name: String,
}

refusals! {
    /// Why no slip is given.
    pub enum IssueSlipRefusal {
        /// No account of that name and number, or its files are at another office.
        AccountUnknown = "account_unknown" ["xiufeng-2016" "五(六)"] @ "id_number",
        /// It was not written down what was seen.
        ProofMissing = "proof_missing" ["xiufeng-2016" "五(六)"] @ "proof",
    }
}

#[async_trait::async_trait]
impl Act for IssueSlip {
    const NAME: &'static str = "issue_slip";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = Issued;
    type Refused = IssueSlipRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Issued, No<IssueSlipRefusal>> {
        let person = with_account(desk, &self.id_number, &self.name).await?;
        let known = match &person {
            Some(person) => office_knows(desk, person.person).await?,
            None => false,
        };
        let Some(person) = person.filter(|_| known) else {
            return Err(No::Refused(IssueSlipRefusal::AccountUnknown));
        };
        if self.proof.trim().is_empty() {
            return Err(No::Refused(IssueSlipRefusal::ProofMissing));
        }
        let code = enter(desk, person.person, "counter", &self.proof).await?;
        let words = "县级资助中心刚为你开了一张一次性登录条，30 分钟内有效。如果不是你本人办的，请马上打 95593。";
        tell(desk.tx, person.person, "slip_issued", words, desk.at, desk.on).await?;
        Ok(Issued { code, until: desk.at + LIFE, name: person.name })
    }
}

/// Sends a code to the phone of somebody who called the hotline.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendHotlineCode {
    /// ID number as told.
    pub id_number: String,
    /// Name as told.
    pub name: String,
    /// What the operator asked and compared.
    pub proof: String,
}

#[async_trait::async_trait]
impl Act for SendHotlineCode {
    const NAME: &'static str = "send_hotline_code";
    const PERMISSION: Permission = Permission::any(&[Role::HotlineAgent]);
    type Done = Sent;
    type Refused = IssueSlipRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Sent, No<IssueSlipRefusal>> {
        let person = with_account(desk, &self.id_number, &self.name).await?;
        let phone = match &person {
            Some(person) => store::person::phone(desk.tx, person.person).await?,
            None => None,
        };
        let (Some(person), Some(_)) = (person, phone) else {
            return Err(No::Refused(IssueSlipRefusal::AccountUnknown));
        };
        if self.proof.trim().is_empty() {
            return Err(No::Refused(IssueSlipRefusal::ProofMissing));
        }
        let code = enter(desk, person.person, "hotline", &self.proof).await?;
        let words = format!(
            "一次性登录码 {code}，30 分钟内有效，用来重设助学贷款的登录密码。不是你打的热线，请不要理会，也不要告诉任何人。"
        );
        let message = tell(desk.tx, person.person, "hotline_code", &words, desk.at, desk.on).await?;
        Ok(Sent { person: person.person, message })
    }
}

/// A message that holds a code; its text is the phone's alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// To whom.
    pub person: i64,
    /// Which message.
    pub message: String,
}

async fn with_account(
    desk: &mut Desk<'_, '_>,
    id_number: &str,
    name: &str,
) -> Result<Option<store::person::Person>, Failure> {
    let Some(person) = person_on_card(desk, id_number, name).await? else { return Ok(None) };
    let account = store::account::by_person(desk.tx, person.person).await?;
    let on = desk.on;
    let open = account.is_some_and(|account| account.disabled_on.is_none_or(|day| day > on));
    Ok(Some(person).filter(|_| open))
}

/// Keeps a new slip and says in the audit who gave it, by which way, and what he saw.
async fn enter(desk: &mut Desk<'_, '_>, person: i64, channel: &'static str, proof: &str) -> Result<String, Failure> {
    let code = slip_code(desk.office.chance.as_ref());
    let slip = Slip {
        person,
        slip: desk.tx.keyring().uuid7(desk.at).to_string(),
        channel: channel.to_owned(),
        code_index: index_of(desk.tx, &code),
        proof: proof.trim().chars().take(200).collect(),
        issued_by: desk.actor.name(),
        issued_at: desk.at,
        expires_at: desk.at + LIFE,
        wrong_count: 0,
        ended_at: None,
    };
    store::entry::slip_enter(desk.tx, &slip).await?;
    desk.about(0, "person", &person.to_string())?;
    desk.note("channel", channel);
    desk.note("proof", slip.proof);
    Ok(code)
}

fn index_of(tx: &Tx<'_>, code: &str) -> Vec<u8> {
    tx.keyring().blind_index("entry slip", &tidy_code(code))
}

/// Who brings a slip.
#[derive(Clone, Debug)]
pub struct BySlip {
    /// ID number as typed.
    pub id_number: String,
    /// The code of the slip, or of the hotline's message.
    pub slip: String,
    /// The browser that asks.
    pub request: String,
    /// The place it is asked from, if known.
    pub caller: Option<String>,
}

/// What is still wanted with a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The code just sent to the phone, and a new password.
    TextCode,
    /// Only a new password: the code came to the phone already.
    Password,
}

/// Why no password is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipRefusal {
    /// Staff do not use slips of others: log out first.
    NotForStaff,
    /// No such slip, or it is used, too old or was tried too often: nobody learns which.
    SlipWrong,
    /// The code that came to the phone is wrong or dead.
    CodeWrong,
    /// The new password is not good enough; its code says why.
    Unfit(&'static str),
}

impl Refusal for SlipRefusal {
    fn code(&self) -> &'static str {
        match self {
            SlipRefusal::NotForStaff => "slip_not_for_staff",
            SlipRefusal::SlipWrong => "slip_wrong",
            SlipRefusal::CodeWrong => "code_wrong",
            SlipRefusal::Unfit(how) => how,
        }
    }
    fn why(&self) -> Vec<Citation> {
        vec![Citation::of("xiufeng-2016", "五(六)")]
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            SlipRefusal::NotForStaff => None,
            SlipRefusal::SlipWrong => Some("slip"),
            SlipRefusal::CodeWrong => Some("code"),
            SlipRefusal::Unfit(_) => Some("password"),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("slip_not_for_staff", &[]),
            ("slip_wrong", &[]),
            ("code_wrong", &[]),
            ("password_too_short", &[]),
            ("password_too_long", &[]),
            ("password_too_common", &[]),
            ("password_guessable", &[]),
        ]
    }
}

impl Office {
    /// Looks at a slip and says what else is wanted; for a slip from the counter a code goes to the phone.
    pub async fn try_slip(&self, actor: &Actor, by: &BySlip) -> Result<(Wanted, OnItsWay), No<SlipRefusal>> {
        let slip = self.slip_of(actor, by).await?;
        if slip.channel == "hotline" {
            return Ok((Wanted::Password, OnItsWay(None)));
        }
        let asked = AskCode {
            login: by.id_number.clone(),
            door: Door::Student,
            request: by.request.clone(),
            caller: by.caller.clone(),
        };
        Ok((Wanted::TextCode, self.make_code("slip", &asked, Some(slip.person)).await?))
    }

    /// Sets a new password by a slip. The slip is used up, every session of the person ends, and the person is told.
    pub async fn set_password_by_slip(
        &self,
        actor: &Actor,
        by: &BySlip,
        code: &str,
        new: &str,
    ) -> Result<(), No<SlipRefusal>> {
        let slip = self.slip_of(actor, by).await?;
        let person = slip.person;
        let known: Result<Vec<String>, Failure> = self
            .store
            .read("slip_context", |tx| {
                Box::pin(async move {
                    let name = store::person::by_number(tx, person).await?.map_or_else(String::new, |row| row.name);
                    let id_number = store::person::id_number(tx, person).await?.unwrap_or_default();
                    Ok(vec![name, id_number, store::person::phone(tx, person).await?.unwrap_or_default()])
                })
            })
            .await;
        let known = known?;
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        // The password is judged first, so that a code is not used up for nothing.
        if let Err(refusal) = password::check(new, &known) {
            return Err(No::Refused(SlipRefusal::Unfit(refusal.code())));
        }
        let hash = password::hash(self, new).await;
        let (at, hash, slip) = (self.clock.now(), hash.as_str(), &slip);
        let set: Result<bool, Failure> = self
            .store
            .write("set_password_by_slip", |tx| {
                Box::pin(async move {
                    let living = store::entry::slip(tx, person).await?;
                    if living.is_none_or(|living| living.slip != slip.slip) {
                        return Ok(false);
                    }
                    if slip.channel == "counter" {
                        let key = (person, "slip", by.request.as_bytes());
                        if store::message::code_try(tx, key, &tidy_code(code), at).await? != CodeAnswer::Right {
                            return Ok(false);
                        }
                    }
                    store::entry::slips_end(tx, person, at).await?;
                    store::account::change_password(tx, person, hash, false, at, None).await?;
                    let on = crate::day::business_on(tx, at).await?;
                    let words =
                        "你的登录密码刚刚重新设置，其他地方的登录都已退出。如果不是你本人办的，请马上打 95593。";
                    tell(tx, person, "password_reset", words, at, on).await?;
                    let detail = serde_json::json!({
                        "channel": slip.channel, "issued_by": slip.issued_by, "proof": slip.proof,
                    });
                    let name = format!("student:{person}");
                    super::note(tx, at, &name, "reset_password", &format!("person:{person}"), &detail.to_string())
                        .await?;
                    Ok(true)
                })
            })
            .await;
        if set? { Ok(()) } else { Err(No::Refused(SlipRefusal::CodeWrong)) }
    }

    async fn slip_of(&self, actor: &Actor, by: &BySlip) -> Result<Slip, No<SlipRefusal>> {
        if matches!(actor.who, Who::Staff { .. }) {
            return Err(No::Refused(SlipRefusal::NotForStaff));
        }
        let at = self.clock.now();
        let found: Result<Option<Slip>, Failure> = self
            .store
            .write("slip_of", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let demonstration = crate::day::is_demonstration(tx).await?;
                    let Ok(id) = crate::rules::id_number(&by.id_number, on, demonstration) else { return Ok(None) };
                    let Some(person) = store::person::by_id_number(tx, &id.text).await? else { return Ok(None) };
                    let slip = store::entry::slip(tx, person.person).await?;
                    let Some(slip) = slip.filter(|slip| at < slip.expires_at && slip.wrong_count < WRONG_MAX) else {
                        return Ok(None);
                    };
                    if slip.code_index != index_of(tx, &by.slip) {
                        store::entry::slip_note_wrong(tx, person.person).await?;
                        return Ok(None);
                    }
                    Ok(Some(slip))
                })
            })
            .await;
        found?.ok_or(No::Refused(SlipRefusal::SlipWrong))
    }
}
