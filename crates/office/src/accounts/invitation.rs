//! 共同借款人的链接: a parent never needs a password. The student sends a link to the phone he gave for the
//! co-borrower; whoever opens it proves to be that person with the last four characters of the ID number. The link
//! serves a month, ends after five wrong answers, and shows nothing but the loans the co-borrower stands in for.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use store::Failure;
use store::entry::Invitation;

use super::entrance::{Door, Holder, LogInRefusal, Opened};
use super::tell;
use crate::Office;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::number::{tidy_code, token};
use crate::refusals;
use crate::who::{Permission, Role};

/// How long a link serves.
const LIFE: TimeDelta = TimeDelta::days(30);
/// Wrong answers after which it ends.
const WRONG_MAX: i64 = 5;
/// Links for one application in a day.
const A_DAY: i64 = 3;

/// Sends the co-borrower of an application a link to come in by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteCoBorrower {
    /// Number of the application.
    pub number: String,
}

/// The link is written; it leaves with the next messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The co-borrower.
    pub person: i64,
    /// The message that holds the link.
    pub message: String,
}

refusals! {
    /// Why no link is sent.
    pub enum InviteCoBorrowerRefusal {
        /// The application was not submitted, so nobody is named yet.
        NotSubmitted = "not_submitted" ["sdvcst-2022" "6"],
        /// It is over.
        AlreadyOver = "already_over" [],
        /// Three links went out today.
        InvitedTooOften = "invited_too_often" [],
    }
}

#[async_trait::async_trait]
impl Act for InviteCoBorrower {
    const NAME: &'static str = "invite_co_borrower";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Invited;
    type Refused = InviteCoBorrowerRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Invited, No<InviteCoBorrowerRefusal>> {
        use InviteCoBorrowerRefusal as R;
        let case = desk.case::<R>(&self.number).await?;
        let Some(person) = case.row.co_person else { return Err(No::Refused(R::NotSubmitted)) };
        let stage = case.stage();
        if stage.is_over() && stage != crate::application::Stage::Disbursed {
            return Err(No::Refused(R::AlreadyOver));
        }
        let day = crate::clock::shanghai_on(desk.at).and_time(chrono::NaiveTime::MIN).and_utc();
        if store::rate::add(desk.tx, &format!("invitations {}", case.number), day).await? > A_DAY {
            return Err(No::Refused(R::InvitedTooOften));
        }
        let secret = token(desk.office.chance.as_ref());
        let token = format!("{person:016x}{}", &secret[..32]);
        let invitation = Invitation {
            person,
            token_hash: store::account::token_hash(token.as_bytes()),
            book: case.book(),
            application: case.number.key(),
            sent_at: desk.at,
            expires_at: desk.at + LIFE,
            wrong_count: 0,
            opened_at: None,
        };
        store::entry::invitation_enter(desk.tx, &invitation).await?;
        let words = format!(
            "{}申请助学贷款，填你为共同借款人。看要承担什么、办到哪一步，请打开 {}/co/enter/{token} ，不用密码，凭身份证号后四位进入。",
            case.row.student_name, desk.office.public_url
        );
        let message = tell(desk.tx, person, "invitation", &words, desk.at, desk.on).await?;
        Ok(Invited { person, message })
    }
}

impl Office {
    /// Lets a co-borrower in by a link and the last four characters of the own ID number.
    pub async fn enter_by_invitation(&self, token: &str, tail: &str, agent: &str) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let Some(person) = token.get(..16).and_then(|head| i64::from_str_radix(head, 16).ok()) else {
            return Err(No::Refused(LogInRefusal::LinkOver));
        };
        let hash = store::account::token_hash(token.as_bytes());
        let hash = hash.as_slice();
        let tail = tidy_code(tail);
        let tail = tail.as_str();
        let answered: Result<Result<(), LogInRefusal>, Failure> = self
            .store
            .write("enter_by_invitation", |tx| {
                Box::pin(async move {
                    let found = store::entry::invitation(tx, person, hash).await?;
                    if found.is_none_or(|found| at >= found.expires_at || found.wrong_count >= WRONG_MAX) {
                        return Ok(Err(LogInRefusal::LinkOver));
                    }
                    let id_number = store::person::id_number(tx, person).await?.unwrap_or_default();
                    if tail.len() != 4 || !id_number.ends_with(tail) {
                        store::entry::invitation_note_wrong(tx, person, hash).await?;
                        return Ok(Err(LogInRefusal::TailWrong));
                    }
                    store::entry::invitation_note_opened(tx, person, hash, at).await?;
                    Ok(Ok(()))
                })
            })
            .await;
        answered?.map_err(No::Refused)?;
        self.open_session(Holder::Person(person), Door::CoBorrower, agent, false).await
    }
}
