//! 换手机号: whoever lost the phone comes with the ID card to the county's counter or to the school. The number
//! changes at once, every session ends, the old number is told, and for three days details of money stay as they
//! are, so that a thief with somebody's card gains nothing before the owner can object.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::entry::PhoneChange;
use store::{Failure, Tx};
use wire::sms::TextMessage;

use super::{office_knows, person_on_card, tell};
use crate::Office;
use crate::act::{Act, Desk};
use crate::application::answers::read_phone;
use crate::messages::SIGN_NAME;
use crate::no::No;
use crate::refusals;
use crate::who::{OfficeKind, Permission, Role};

/// How long details of money stay as they are after a change at a desk.
pub const MONEY_HOLD: TimeDelta = TimeDelta::days(3);

/// Changes the mobile number of somebody who shows the own ID card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePhone {
    /// ID number read from the card.
    pub id_number: String,
    /// Name read from the card.
    pub name: String,
    /// The new number as told.
    pub phone: String,
    /// What the operator saw.
    pub proof: String,
}

/// The number is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneChanged {
    /// Whose.
    pub person: i64,
    /// Name of the person.
    pub name: String,
    /// Until then details of money stay as they are.
    pub money_from: DateTime<Utc>,
    /// True when there was a number before, which is told.
    pub old_told: bool,
}

refusals! {
    /// Why the number stays.
    pub enum ChangePhoneRefusal {
        /// Nobody of that name and number, or the files are at another office.
        AccountUnknown = "account_unknown" ["sdvcst-2022" "20(二)"] @ "id_number",
        /// The new number is no mobile number.
        NotAPhone = "not_a_phone" [] @ "phone",
        /// It is the number we know.
        NothingToChange = "nothing_to_change" [] @ "phone",
        /// It was not written down what was seen.
        ProofMissing = "proof_missing" ["sdvcst-2022" "20(二)"] @ "proof",
    }
}

#[async_trait::async_trait]
impl Act for ChangePhone {
    const NAME: &'static str = "change_phone";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = PhoneChanged;
    type Refused = ChangePhoneRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<PhoneChanged, No<ChangePhoneRefusal>> {
        use ChangePhoneRefusal as R;
        let person = person_on_card(desk, &self.id_number, &self.name).await?;
        let known = match &person {
            Some(person) => office_knows(desk, person.person).await?,
            None => false,
        };
        let Some(person) = person.filter(|_| known) else { return Err(No::Refused(R::AccountUnknown)) };
        let Some(phone) = read_phone(&self.phone) else { return Err(No::Refused(R::NotAPhone)) };
        let old = store::person::phone(desk.tx, person.person).await?;
        if old.as_deref() == Some(phone.as_str()) {
            return Err(No::Refused(R::NothingToChange));
        }
        if self.proof.trim().is_empty() {
            return Err(No::Refused(R::ProofMissing));
        }
        let county = desk.actor.roles().iter().any(|role| role.office_kind() == Some(OfficeKind::County));
        let change = PhoneChange {
            person: person.person,
            change: desk.tx.keyring().uuid7(desk.at).to_string(),
            channel: if county { "county" } else { "school" }.to_owned(),
            proof: self.proof.trim().chars().take(200).collect(),
            changed_by: desk.actor.name(),
            changed_at: desk.at,
            told_at: None,
            money_from: desk.at + MONEY_HOLD,
        };
        store::entry::phone_change_enter(desk.tx, &change, old.as_deref()).await?;
        store::person::change_phone(desk.tx, person.person, &phone, desk.at).await?;
        store::entry::slips_end(desk.tx, person.person, desk.at).await?;
        store::account::sessions_end_of_person(desk.tx, person.person, None).await?;
        let words =
            "你的手机号已经改成这一个，以后的短信发到这里。三天内不能改收款、还款账户；不是本人办的，请马上打 95593。";
        tell(desk.tx, person.person, "phone_changed", words, desk.at, desk.on).await?;
        desk.about(0, "person", &person.person.to_string())?;
        desk.note("channel", change.channel);
        desk.note("proof", change.proof);
        Ok(PhoneChanged {
            person: person.person,
            name: person.name,
            money_from: change.money_from,
            old_told: old.is_some(),
        })
    }
}

/// Until when details of money of a person stay as they are; none when they may be changed now.
pub async fn money_held(tx: &mut Tx<'_>, person: i64, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Failure> {
    Ok(store::entry::money_from(tx, person).await?.filter(|until| at < *until))
}

impl Office {
    /// Tells old numbers that they were changed; answers how many. The gateway's request number is that of the
    /// change, so that each is told once.
    pub async fn tell_old_phones(&self, limit: i64) -> Result<usize, Failure> {
        let waiting: Vec<PhoneChange> = self
            .store
            .read("phone_changes_untold", |tx| Box::pin(store::entry::phone_changes_untold(tx, limit)))
            .await?;
        let mut told = 0;
        for change in waiting {
            let (person, id) = (change.person, change.change.as_str());
            let phone: Option<String> = self
                .store
                .read("old_phone", |tx| Box::pin(async move { store::entry::old_phone(tx, person, id).await }))
                .await?;
            if let Some(phone) = phone {
                let text = TextMessage {
                    request_no: format!("phone-{id}"),
                    phone,
                    sign_name: SIGN_NAME.to_owned(),
                    text: "助学贷款登记的手机号已从这个号码改为别的号码。如果不是你本人办的，请马上打 95593 或联系县级资助中心。"
                        .to_owned(),
                };
                if let Err(fault) = self.partners.sms.send(&text).await {
                    tracing::warn!(%fault, "an old number was not told yet");
                    continue;
                }
                told += 1;
            }
            let at = self.clock.now();
            let noted: Result<(), Failure> = self
                .store
                .write("phone_change_told", |tx| {
                    Box::pin(async move { store::entry::phone_change_told(tx, person, id, at).await })
                })
                .await;
            noted?;
        }
        Ok(told)
    }
}
