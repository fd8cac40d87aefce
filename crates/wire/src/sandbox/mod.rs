//! The sandbox plays every partner over HTTP, with its own keys and its own memory on disk: `zhuxue sandbox`.
//!
//! [`world`] is what it knows and [`journal`] how that survives a kill; [`platform`], [`quickpass`] and [`gateways`]
//! answer lenders; [`notify`] tells lenders what happened; [`people`] is what borrowers and payers do, through
//! [`control`] (JSON) and [`page`] (a browser); [`faulty`] is everything that can go wrong on purpose; [`client`] is
//! how the demonstration and the tests hold it by the hand.
//!
//! It is for demonstrations and tests. It keeps no ID number and no password, only salted digests of them.

pub mod client;
pub mod control;
pub mod faulty;
pub mod gateways;
pub mod journal;
pub mod keys;
pub mod notify;
pub mod page;
pub mod people;
pub mod platform;
pub mod quickpass;
pub mod world;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chrono::TimeDelta;

use self::journal::Journal;
use self::keys::SandboxKeys;
use self::world::{Act, Fact, Line as JournalLine, World};
use crate::form::FORM_BYTES_MAX;
use crate::keys::{Chance, random_text};
use crate::line::{AddressRules, Line};
use crate::moment::Clock;
use crate::{authority, bureau, identity, sms, unionpay};

/// What a sandbox needs from the program.
#[derive(Clone)]
pub struct SandboxSettings {
    /// Its folder: keys and journal.
    pub state: PathBuf,
    /// The present instant.
    pub clock: Clock,
    /// The random source.
    pub chance: Chance,
    /// Where notifications may go.
    pub addresses: AddressRules,
    /// Whether lenders may introduce themselves over HTTP; only in a demonstration.
    pub open_registration: bool,
}

/// A running sandbox.
pub struct Sandbox {
    keys: SandboxKeys,
    clock: Clock,
    chance: Chance,
    open_registration: bool,
    world: Mutex<World>,
    journal: Journal,
    line: Line,
    wake: tokio::sync::Notify,
    delivering: tokio::sync::Mutex<()>,
    /// Daily bills waiting to be fetched, by ticket.
    downloads: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Sandbox {
    /// Opens the folder: makes the keys the first time, reads the journal every time. Another sandbox on the same
    /// folder, or a journal that cannot be read, is an error that names the place.
    pub fn open(settings: &SandboxSettings) -> io::Result<Sandbox> {
        std::fs::create_dir_all(&settings.state)?;
        let (journal, lines) = Journal::open(&settings.state.join("journal.jsonl"))?;
        let mut world = World::default();
        for (index, text) in lines.iter().enumerate() {
            let line: JournalLine = serde_json::from_str(text)
                .map_err(|reason| io::Error::other(format!("journal.jsonl, line {}: {reason}", index + 1)))?;
            world.counter = line.counter;
            line.facts.into_iter().for_each(|fact| world.apply(fact));
        }
        if world.salt.is_empty() {
            let salt = random_text(&settings.chance, 32);
            let first = JournalLine { counter: 0, facts: vec![Fact::Salted(salt.clone())] };
            drop(journal.append(serde_json::to_string(&first).map_err(io::Error::other)?));
            world.apply(Fact::Salted(salt));
        }
        Ok(Sandbox {
            keys: SandboxKeys::open(&settings.state, &settings.chance)?,
            clock: settings.clock.clone(),
            chance: settings.chance.clone(),
            open_registration: settings.open_registration,
            world: Mutex::new(world),
            journal,
            line: Line::new(settings.addresses.clone(), Duration::from_secs(10)).map_err(io::Error::other)?,
            wake: tokio::sync::Notify::new(),
            delivering: tokio::sync::Mutex::new(()),
            downloads: Mutex::default(),
        })
    }

    /// Looks at the world.
    pub fn look<T>(&self, see: impl FnOnce(&World) -> T) -> T {
        see(&self.world.lock().expect("no act panics"))
    }

    /// Does something and answers when it is on disk; the error says why the disk did not take it.
    pub async fn act<T>(&self, deed: impl FnOnce(&mut Act<'_>) -> T) -> Result<T, String> {
        let (outcome, written, has_news) = {
            let mut world = self.world.lock().expect("no act panics");
            let mut act = Act::new(&mut world, (self.clock)(), &self.chance);
            let outcome = deed(&mut act);
            let Some(line) = act.finish() else { return Ok(outcome) };
            let text = serde_json::to_string(&line).expect("facts are plain data");
            // Inside the lock: the journal has the order of the acts.
            let has_news =
                line.facts.iter().any(|fact| matches!(fact, Fact::Outgoing(outgoing) if outgoing.attempts == 0));
            (outcome, self.journal.append(text), has_news)
        };
        written.await.unwrap_or_else(|_| Err("the journal is closed".to_owned()))?;
        if has_news {
            self.wake.notify_one();
        }
        Ok(outcome)
    }

    /// Everything it answers, without the delivery of notifications.
    pub fn router(self: &Arc<Sandbox>) -> Router {
        let sealed = [
            sms::SEND,
            identity::COMPARE,
            identity::FACE_BEGIN,
            identity::FACE_RESULT,
            bureau::SUBMIT,
            authority::SIGN_DOCUMENT,
        ];
        let mut router = Router::new()
            .route("/gateway.do", post(platform::gateway))
            .route("/platform/bills/{ticket}", get(platform::download));
        for path in sealed {
            router = router.route(path, post(gateways::ask));
        }
        for path in [unionpay::ORDER, unionpay::BACK, unionpay::QUERY] {
            router = router.route(path, post(quickpass::ask));
        }
        router
            .merge(control::routes())
            .merge(page::routes())
            .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
            .with_state(self.clone())
    }

    /// Delivers notifications for ever.
    pub async fn deliver_all(&self) {
        loop {
            self.deliver(false).await;
            let now = (self.clock)();
            let pause = self.next_delivery().map_or(TimeDelta::minutes(1), |due_at| due_at - now);
            let pause = pause.clamp(TimeDelta::milliseconds(50), TimeDelta::minutes(1)).to_std();
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause.unwrap_or(Duration::from_secs(60))) => {}
            }
        }
    }
}

/// Serves until `stop` is ready; what was acknowledged is on disk whenever it ends.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sandbox: Arc<Sandbox>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = sandbox.router();
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop).into_future();
    tokio::select! {
        ended = serving => ended,
        () = sandbox.deliver_all() => Ok(()),
    }
}
