//! An office on a fresh database, with the sandbox as its outside world.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use office::Office;
use store::testing::TestDatabase;
use tokio::net::TcpListener;
use wire::line::AddressRules;
use wire::partners::Partners;
use wire::sandbox::client::{LenderKeys, SandboxClient};
use wire::sandbox::{Sandbox, SandboxSettings, serve};

/// The day on which the tests run, whatever the machine says.
struct Standing;

impl office::Clock for Standing {
    fn now(&self) -> DateTime<Utc> {
        store::testing::instant(0)
    }
}

struct Entropy;

impl office::Chance for Entropy {
    fn fill(&self, bytes: &mut [u8]) {
        store::testing::entropy()(bytes);
    }
}

/// The house.
pub struct House {
    pub office: Office,
    pub sandbox: SandboxClient,
    pub database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn new(database: TestDatabase) -> House {
        let folder = tempfile::tempdir().unwrap();
        let clock: wire::moment::Clock = Arc::new(|| store::testing::instant(0));
        let chance: wire::keys::Chance = store::testing::entropy();
        let settings = SandboxSettings {
            state: folder.path().to_owned(),
            clock: clock.clone(),
            chance: chance.clone(),
            addresses: AddressRules::demonstration(),
            open_registration: true,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::new(Sandbox::open(&settings).unwrap());
        tokio::spawn(async move { serve(listener, served, std::future::pending()).await });
        let sandbox = SandboxClient::new(&url).unwrap();
        let ours = LenderKeys::generate(&chance).unwrap();
        // Nobody listens there: what the sandbox has to tell waits for the day somebody does.
        let config = sandbox.introduce(&ours, "http://127.0.0.1:1/notify", "http://127.0.0.1:1/back").await.unwrap();
        let office = Office {
            store: database.store.clone(),
            partners: Partners::connect(&config, clock).unwrap(),
            policy: loan::policy::Book::standard(),
            clock: Arc::new(Standing),
            chance: Arc::new(Entropy),
            press: office::papers::LazyPress::default(),
            public_url: "http://127.0.0.1".into(),
        };
        House { office, sandbox, database, _folder: folder }
    }
}
