//! The house on a fresh PostgreSQL database, with the machine's clock and the sandbox as its outside world.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use office::{Act, Actor, Key, Office};
use store::testing::TestDatabase;
use tokio::net::TcpListener;
use wire::line::AddressRules;
use wire::partners::Partners;
use wire::sandbox::client::{LenderKeys, SandboxClient};
use wire::sandbox::{Sandbox, SandboxSettings, serve};

use crate::figures::{Wrong, said};

struct RealClock;

impl office::Clock for RealClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

struct RealChance;

impl office::Chance for RealChance {
    fn fill(&self, bytes: &mut [u8]) {
        store::testing::entropy()(bytes);
    }
}

/// The house.
pub struct House {
    /// Its office.
    pub office: Office,
    /// Its outside world.
    pub sandbox: SandboxClient,
    /// Its database.
    pub database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl House {
    /// Opens it.
    pub async fn new() -> Result<House, Wrong> {
        let database = store::testing::postgres().await;
        let folder = tempfile::tempdir()?;
        let clock: wire::moment::Clock = Arc::new(Utc::now);
        let chance: wire::keys::Chance = store::testing::entropy();
        let settings = SandboxSettings {
            state: folder.path().to_owned(),
            clock: clock.clone(),
            chance: chance.clone(),
            addresses: AddressRules::demonstration(),
            open_registration: true,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let served = Arc::new(Sandbox::open(&settings)?);
        tokio::spawn(async move { serve(listener, served, std::future::pending()).await });
        let sandbox = SandboxClient::new(&url)?;
        let ours = LenderKeys::generate(&chance)?;
        // Nobody listens there: what the sandbox has to tell is of no interest here.
        let config = sandbox.introduce(&ours, "http://127.0.0.1:1/notify", "http://127.0.0.1:1/back").await?;
        let office = Office {
            store: database.store.clone(),
            partners: Partners::connect(&config, clock)?,
            policy: loan::policy::Book::standard(),
            clock: Arc::new(RealClock),
            chance: Arc::new(RealChance),
            press: office::papers::LazyPress::default(),
            public_url: "http://127.0.0.1".into(),
        };
        Ok(House { office, sandbox, database, _folder: folder })
    }

    /// A key nobody used.
    pub fn key(&self) -> Key {
        Key::new(&office::number::token(self.office.chance.as_ref())).expect("a token is visible text")
    }

    /// Performs one act, or says what stopped it.
    pub async fn act<A: Act>(&self, actor: &Actor, act: A) -> Result<A::Done, Wrong> {
        self.office.perform(actor, &self.key(), act).await.map_err(said(A::NAME))
    }
}
