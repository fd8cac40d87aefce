//! What is written to people leaves through the gateway afterwards, outside the act that wrote it: a message is sent
//! once, however often the job runs, because its id is the gateway's request number.

use store::Failure;
use wire::sms::TextMessage;

use crate::Office;

/// The signature at the head of every message.
pub(crate) const SIGN_NAME: &str = "【助学】";

impl Office {
    /// Hands waiting text messages to the gateway; answers how many it took. A message the gateway refuses keeps its
    /// reason and is not tried again.
    pub async fn send_messages(&self, limit: i64) -> Result<usize, Failure> {
        let waiting: Vec<store::message::Message> =
            self.store.read("messages_unsent", |tx| Box::pin(store::message::list_unsent(tx, limit))).await?;
        self.send_all(waiting).await
    }

    /// Hands one message to the gateway at once, because somebody waits for it.
    pub async fn send_message(&self, person: i64, message: &str) -> Result<usize, Failure> {
        let found: Option<store::message::Message> = self
            .store
            .read("message_unsent", |tx| {
                Box::pin(async move { store::message::unsent_by_id(tx, person, message).await })
            })
            .await?;
        self.send_all(found.into_iter().collect()).await
    }

    async fn send_all(&self, waiting: Vec<store::message::Message>) -> Result<usize, Failure> {
        let mut sent = 0;
        for message in waiting {
            let (person, id) = (message.person, message.message.as_str());
            let read: Result<_, Failure> = self
                .store
                .read("message_read", |tx| {
                    Box::pin(async move {
                        let body = store::message::body(tx, person, id).await?;
                        Ok((store::person::phone(tx, person).await?, body))
                    })
                })
                .await;
            let (phone, body) = read?;
            let outcome = match (phone, body) {
                (Some(phone), Some(text)) => {
                    let sign_name = SIGN_NAME.to_owned();
                    let text = TextMessage { request_no: id.to_owned(), phone, sign_name, text };
                    self.partners.sms.send(&text).await.map(drop)
                }
                _ => Ok(()),
            };
            if outcome.as_ref().is_err_and(wire::fault::PartnerFault::outcome_unknown) {
                continue;
            }
            let failure = outcome.err().map(|fault| fault.to_string());
            sent += usize::from(failure.is_none());
            let sent_at = failure.is_none().then(|| self.clock.now());
            let failure = failure.as_deref();
            let noted: Result<(), Failure> = self
                .store
                .write("message_sent", |tx| {
                    Box::pin(async move { store::message::note_sent(tx, person, id, sent_at, failure).await })
                })
                .await;
            noted?;
        }
        Ok(sent)
    }
}
