//! 登录记录: everybody sees where he is logged in now and ends what he does not know (ASVS 7.5.2).

use chrono::{DateTime, Utc};
use store::account::Session as Row;
use store::{Failure, Tx};

use super::entrance::Door;
use crate::Office;
use crate::who::Who;

/// One place somebody is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Names it in a form; not its token, nor what is stored of it.
    pub id: String,
    /// The door it came through.
    pub door: Door,
    /// The browser, shortened.
    pub agent: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// The last request, to the minute.
    pub seen_at: DateTime<Utc>,
    /// True for the one that asks.
    pub this: bool,
}

/// Which sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One, by the id of its view.
    One(String),
    /// All but the one that asks.
    Others,
}

fn id_of(row: &Row) -> String {
    hex::encode(&store::keyring::sm3(&row.token_hash)[..8])
}

/// The living sessions of whoever holds a session; none when that one is over.
async fn living(tx: &mut Tx<'_>, who: &Who, at: DateTime<Utc>) -> Result<Vec<Row>, Failure> {
    let mut rows = match who {
        Who::Student(person) | Who::CoBorrower(person) => store::account::sessions_of_person(tx, *person).await?,
        Who::Staff { staff, .. } => store::account::sessions_of_staff(tx, *staff).await?,
        Who::Public | Who::System(_) => Vec::new(),
    };
    rows.retain(|row| Door::of(&row.portal).is_some_and(|door| at < row.expires_at && at < row.seen_at + door.idle()));
    Ok(rows)
}

impl Office {
    /// Where the holder of a session is logged in now, newest first.
    pub async fn sessions(&self, token: &str) -> Result<Vec<SessionView>, Failure> {
        let Some(session) = self.session(token).await? else { return Ok(Vec::new()) };
        let (at, who) = (self.clock.now(), &session.actor.who);
        let this = store::account::token_hash(token.as_bytes());
        let rows: Result<Vec<Row>, Failure> = self.store.read("sessions", |tx| Box::pin(living(tx, who, at))).await;
        let view = |row: Row| {
            Some(SessionView {
                id: id_of(&row),
                door: Door::of(&row.portal)?,
                this: row.token_hash == this,
                agent: row.agent,
                began_at: row.created_at,
                seen_at: row.seen_at,
            })
        };
        Ok(rows?.into_iter().filter_map(view).collect())
    }

    /// Ends sessions of the holder; answers how many. A session of somebody else is not found among them.
    pub async fn end_sessions(&self, token: &str, which: &Ending) -> Result<usize, Failure> {
        let Some(session) = self.session(token).await? else { return Ok(0) };
        let (at, who) = (self.clock.now(), &session.actor.who);
        let this = store::account::token_hash(token.as_bytes());
        let this = this.as_slice();
        let name = session.actor.name();
        let name = name.as_str();
        self.store
            .write("end_sessions", |tx| {
                Box::pin(async move {
                    let mut ended = 0;
                    for row in living(tx, who, at).await? {
                        let meant = match which {
                            Ending::One(id) => id_of(&row) == *id,
                            Ending::Others => row.token_hash != this,
                        };
                        if meant && store::account::session_end(tx, &row.token_hash).await? {
                            ended += 1;
                        }
                    }
                    if ended > 0 {
                        let detail = format!("{{\"ended\":{ended}}}");
                        super::note(tx, at, name, "end_sessions", name, &detail).await?;
                    }
                    Ok(ended)
                })
            })
            .await
    }
}
