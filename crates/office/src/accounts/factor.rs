//! 动态口令: staff log in with two factors, one of them a secret of their own device. The device is set up by its
//! owner after the first login and cannot be looked at again; ten recovery codes stand in for a lost one, each once.
//! Only the security administrator takes a lost device away, and never his own.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use super::entrance::{Door, Duty, Holder, LogInRefusal, Opened};
use super::totp;
use crate::Office;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::number::{recovery_code, tidy_code, token};
use crate::refusals;
use crate::who::{Permission, Role, Who};

/// How long the code may follow the password.
const TICKET: TimeDelta = TimeDelta::minutes(5);
/// Wrong codes after which the password is asked anew.
const WRONG_MAX: i64 = 5;
/// Recovery codes given out with a device.
const RECOVERY_CODES: usize = 10;
/// The portal of a ticket: no door of anybody.
const TICKET_PORTAL: &str = "second_factor";

/// What is kept, sealed, of a member of staff.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Secret of the device in use.
    secret: Option<String>,
    /// Secret of the device being set up.
    next: Option<String>,
    /// Step of the last code that was taken.
    used: i64,
    /// Blind indexes of the recovery codes left.
    recovery: Vec<String>,
}

impl Kept {
    async fn of(tx: &mut Tx<'_>, staff: i64) -> Result<Kept, Failure> {
        let Some(text) = store::entry::factor(tx, staff).await? else { return Ok(Kept::default()) };
        serde_json::from_str(&text).map_err(|error| Failure::corrupt("a second factor cannot be read").because(error))
    }

    async fn keep(&self, tx: &mut Tx<'_>, staff: i64) -> Result<(), Failure> {
        let text = serde_json::to_string(self).expect("a factor is plain data");
        store::entry::factor_keep(tx, staff, Some(&text)).await
    }

    /// Takes a code of the device, or a recovery code; each counts once.
    fn take(&mut self, tx: &Tx<'_>, typed: &str, at: chrono::DateTime<chrono::Utc>) -> bool {
        if let Some(step) =
            secret(self.secret.as_deref()).and_then(|secret| totp::step_typed(&secret, typed, at, self.used))
        {
            self.used = step;
            return true;
        }
        let index = index_of(tx, typed);
        let before = self.recovery.len();
        self.recovery.retain(|known| *known != index);
        self.secret.is_some() && self.recovery.len() < before
    }
}

fn secret(kept: Option<&str>) -> Option<Vec<u8>> {
    kept.and_then(|text| hex::decode(text).ok())
}

fn index_of(tx: &Tx<'_>, code: &str) -> String {
    hex::encode(tx.keyring().blind_index("recovery code", &tidy_code(code)))
}

/// What a member of staff must do about the device. A demonstration asks nobody to have one.
pub(crate) async fn duty(tx: &mut Tx<'_>, staff: i64) -> Result<Option<Duty>, Failure> {
    let set = Kept::of(tx, staff).await?.secret.is_some();
    Ok((!set && !crate::day::is_demonstration(tx).await?).then_some(Duty::SecondFactor))
}

/// How it stands with somebody's device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorView {
    /// A device is in use.
    pub set: bool,
    /// Recovery codes left.
    pub recovery_left: usize,
    /// The device being set up: what it reads.
    pub next: Option<FactorOffer>,
}

/// What a new device reads, until its first code is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorOffer {
    /// The secret in groups of four, to be typed.
    pub secret: String,
    /// The same as a QR code, SVG.
    pub qr: String,
}

refusals! {
    /// Why the second factor stays as it is.
    pub enum FactorRefusal {
        /// The session is over, or is not one of staff.
        NotStaff = "not_logged_in" [],
        /// The code is not one of the device.
        CodeWrong = "code_wrong" [] @ "code",
        /// No device is being set up.
        NothingBegun = "factor_not_begun" [],
    }
}

impl Office {
    pub(crate) async fn factor_is_set(&self, staff: i64) -> Result<bool, Failure> {
        self.store
            .read("factor_is_set", |tx| Box::pin(async move { Ok(Kept::of(tx, staff).await?.secret.is_some()) }))
            .await
    }

    /// A ticket for somebody whose password was right.
    pub(crate) async fn ticket(&self, staff: i64, must_change: bool) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let text = token(self.chance.as_ref());
        let row = store::account::Session {
            token_hash: store::account::token_hash(text.as_bytes()),
            person: None,
            staff: Some(staff),
            portal: TICKET_PORTAL.to_owned(),
            csrf: String::new(),
            created_at: at,
            seen_at: at,
            expires_at: at + TICKET,
            stepped_up_at: None,
            agent: String::new(),
            detail: "0".to_owned(),
        };
        let row = &row;
        let begun: Result<(), Failure> = self
            .store
            .write("ticket", |tx| Box::pin(async move { store::account::session_begin(tx, row).await }))
            .await;
        begun?;
        let actor = crate::who::Actor::PUBLIC;
        Ok(Opened { token: text, csrf: String::new(), actor, must_change, code_wanted: true })
    }

    /// The second step of a staff login: the code of the device, or a recovery code.
    pub async fn second_factor(&self, ticket: &str, typed: &str, agent: &str) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let hash = store::account::token_hash(ticket.as_bytes());
        let hash = hash.as_slice();
        let taken: Result<Result<i64, LogInRefusal>, Failure> = self
            .store
            .write("second_factor", |tx| {
                Box::pin(async move {
                    let row = store::account::session_by_token(tx, hash).await?;
                    let row = row.filter(|row| row.portal == TICKET_PORTAL && at < row.expires_at);
                    let Some((row, staff)) = row.and_then(|row| row.staff.map(|staff| (row, staff))) else {
                        return Ok(Err(LogInRefusal::TicketOver));
                    };
                    let mut kept = Kept::of(tx, staff).await?;
                    if kept.take(tx, typed, at) {
                        kept.keep(tx, staff).await?;
                        store::account::session_end(tx, hash).await?;
                        return Ok(Ok(staff));
                    }
                    let wrong = row.detail.parse::<i64>().unwrap_or(WRONG_MAX) + 1;
                    store::staff::note_wrong_password(tx, staff, at).await?;
                    if wrong >= WRONG_MAX {
                        store::account::session_end(tx, hash).await?;
                        return Ok(Err(LogInRefusal::TicketOver));
                    }
                    store::account::session_keep(tx, hash, &wrong.to_string()).await?;
                    Ok(Err(LogInRefusal::CodeWrong))
                })
            })
            .await;
        let staff = taken?.map_err(No::Refused)?;
        self.open_session(Holder::Staff(staff), Door::Staff, agent, false).await
    }

    /// How it stands with the device of the session's holder.
    pub async fn factor(&self, token: &str) -> Result<FactorView, No<FactorRefusal>> {
        let staff = self.staff_of(token).await?;
        let read: Result<(Kept, String), Failure> = self
            .store
            .read("factor", |tx| {
                Box::pin(async move {
                    let login = store::staff::by_number(tx, staff).await?.map_or_else(String::new, |staff| staff.login);
                    Ok((Kept::of(tx, staff).await?, login))
                })
            })
            .await;
        let (kept, login) = read?;
        let next = secret(kept.next.as_deref()).map(|secret| {
            let text = totp::base32(&secret);
            let groups: Vec<&str> =
                text.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
            let qr = paper::qr_svg(&totp::address(&login, &secret), "动态口令的二维码").unwrap_or_default();
            FactorOffer { secret: groups.join(" "), qr }
        });
        Ok(FactorView { set: kept.secret.is_some(), recovery_left: kept.recovery.len(), next })
    }

    /// Begins to set up a device. Whoever has one already proves it with a code of it.
    pub async fn begin_factor(&self, token: &str, code: &str) -> Result<(), No<FactorRefusal>> {
        let staff = self.staff_of(token).await?;
        let at = self.clock.now();
        let mut bytes = [0u8; totp::SECRET_BYTES];
        self.chance.fill(&mut bytes);
        let begun: Result<bool, Failure> = self
            .store
            .write("begin_factor", |tx| {
                Box::pin(async move {
                    let mut kept = Kept::of(tx, staff).await?;
                    if kept.secret.is_some() && !kept.take(tx, code, at) {
                        return Ok(false);
                    }
                    kept.next = Some(hex::encode(bytes));
                    kept.keep(tx, staff).await?;
                    Ok(true)
                })
            })
            .await;
        if begun? { Ok(()) } else { Err(No::Refused(FactorRefusal::CodeWrong)) }
    }

    /// Puts the device that was set up into use with its first code. Gives the recovery codes, which are shown this
    /// once; every other session of the account ends.
    pub async fn confirm_factor(&self, token: &str, code: &str) -> Result<Vec<String>, No<FactorRefusal>> {
        let staff = self.staff_of(token).await?;
        let at = self.clock.now();
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(self.chance.as_ref())).collect();
        let given = &codes;
        let keep = store::account::token_hash(token.as_bytes());
        let keep = keep.as_slice();
        let confirmed: Result<Result<(), FactorRefusal>, Failure> = self
            .store
            .write("confirm_factor", |tx| {
                Box::pin(async move {
                    let mut kept = Kept::of(tx, staff).await?;
                    let Some(next) = secret(kept.next.as_deref()) else { return Ok(Err(FactorRefusal::NothingBegun)) };
                    let Some(step) = totp::step_typed(&next, code, at, 0) else {
                        return Ok(Err(FactorRefusal::CodeWrong));
                    };
                    kept = Kept {
                        secret: kept.next.take(),
                        next: None,
                        used: step,
                        recovery: given.iter().map(|code| index_of(tx, code)).collect(),
                    };
                    kept.keep(tx, staff).await?;
                    for session in store::account::sessions_of_staff(tx, staff).await? {
                        if session.token_hash != keep {
                            store::account::session_end(tx, &session.token_hash).await?;
                        }
                    }
                    super::note(tx, at, &format!("staff:{staff}"), "set_factor", &format!("staff:{staff}"), "{}")
                        .await?;
                    Ok(Ok(()))
                })
            })
            .await;
        confirmed?.map_err(No::Refused)?;
        Ok(codes)
    }

    async fn staff_of(&self, token: &str) -> Result<i64, No<FactorRefusal>> {
        match self.session(token).await?.map(|session| session.actor.who) {
            Some(Who::Staff { staff, .. }) => Ok(staff),
            _ => Err(No::Refused(FactorRefusal::NotStaff)),
        }
    }
}

/// Takes a lost device away; its owner sets up another one at the next login.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeFactorAway {
    /// The account.
    pub staff: i64,
}

refusals! {
    /// Why the device stays.
    pub enum TakeFactorAwayRefusal {
        /// Nobody takes his own second factor away.
        Oneself = "oneself" [],
        /// There is none.
        NothingToChange = "nothing_to_change" [],
    }
}

#[async_trait::async_trait]
impl Act for TakeFactorAway {
    const NAME: &'static str = "take_factor_away";
    const PERMISSION: Permission = Permission::any(&[Role::SecurityAdmin]);
    type Done = ();
    type Refused = TakeFactorAwayRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<TakeFactorAwayRefusal>> {
        let staff = store::staff::by_number(desk.tx, self.staff).await?.ok_or(No::NotFound)?;
        let index = staff.person_index.as_ref().map(hex::encode);
        if desk.actor.same_human(&format!("staff:{}", self.staff), index.as_deref()) {
            return Err(No::Refused(TakeFactorAwayRefusal::Oneself));
        }
        if Kept::of(desk.tx, self.staff).await?.secret.is_none() {
            return Err(No::Refused(TakeFactorAwayRefusal::NothingToChange));
        }
        store::entry::factor_keep(desk.tx, self.staff, None).await?;
        store::account::sessions_end_of_staff(desk.tx, self.staff).await?;
        desk.about(0, "staff", &self.staff.to_string())?;
        Ok(())
    }
}
