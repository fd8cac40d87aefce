//! A lender and a sandbox in one room: two servers on free ports, one clock that the test moves.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use loan::money::Fen;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wire::fault::{PartnerFault, Refusal};
use wire::keys::{Chance, OurKey, Secret};
use wire::line::AddressRules;
use wire::moment::Clock;
use wire::partners::Partners;
use wire::platform::notification::{News, Notification};
use wire::platform::{Debit, OpenAccount, PayOut, SchoolShare, Trade};
use wire::sandbox::client::{LenderKeys, SandboxClient};
use wire::sandbox::world::Faults;
use wire::sandbox::{Sandbox, SandboxSettings, serve};

pub const PLATFORM_KEY: &str = include_str!("keys/platform.b64");
const UNIONPAY_KEY: &str = include_str!("keys/unionpay.b64");
const LENDER_KEY: &str = include_str!("keys/lender.b64");

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Hands {
    pub fn at(text: &str) -> Hands {
        Hands(Arc::new(Mutex::new(text.parse().unwrap())))
    }

    pub fn forward(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || hands.now())
    }
}

/// The same "random" bytes in every run, never twice in one.
pub fn chance() -> Chance {
    let drawn = Mutex::new(0_u64);
    Arc::new(move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let mut drawn = drawn.lock().unwrap();
            *drawn += 1;
            chunk.copy_from_slice(&Sha256::digest(drawn.to_le_bytes())[..chunk.len()]);
        }
    })
}

/// A sandbox at work, until it is stopped.
pub struct Running {
    pub url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Running {
    pub async fn start(state: &Path, hands: &Hands, open_registration: bool) -> Running {
        let settings = SandboxSettings {
            state: state.to_owned(),
            clock: hands.clock(),
            chance: chance(),
            addresses: AddressRules::demonstration(),
            open_registration,
        };
        let sandbox = Arc::new(Sandbox::open(&settings).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            serve(listener, sandbox, async { drop(stopped.await) }).await.unwrap();
        });
        Running { url, stop, served }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap();
    }
}

/// The lender's side: what its servers heard and what they answer.
pub struct Ear {
    pub url: String,
    pub heard: mpsc::UnboundedReceiver<Vec<u8>>,
    answer: Arc<Mutex<(u16, &'static str)>>,
}

impl Ear {
    async fn open() -> Ear {
        let (told, heard) = mpsc::unbounded_channel();
        let answer = Arc::new(Mutex::new((200, "success")));
        let given = answer.clone();
        let hear = move |body: axum::body::Bytes| {
            told.send(body.to_vec()).unwrap();
            let (status, text) = *given.lock().unwrap();
            async move { (axum::http::StatusCode::from_u16(status).unwrap(), text) }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/notify", axum::routing::post(hear));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Ear { url, heard, answer }
    }

    pub fn answer(&self, status: u16, text: &'static str) {
        *self.answer.lock().unwrap() = (status, text);
    }

    /// Everything heard so far.
    pub fn take(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }
}

pub struct House {
    pub folder: TempDir,
    pub hands: Hands,
    pub running: Running,
    pub hand: SandboxClient,
    pub lender: LenderKeys,
    pub partners: Partners,
    pub ear: Ear,
}

impl House {
    /// A lender that has introduced itself, on 20 November 2026 at ten in Shanghai.
    pub async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        // Keys made beforehand: making them is slow and tested once.
        std::fs::write(folder.path().join("platform.pem"), PLATFORM_KEY).unwrap();
        std::fs::write(folder.path().join("unionpay.pem"), UNIONPAY_KEY).unwrap();
        let hands = Hands::at("2026-11-20T02:00:00Z");
        let lender = LenderKeys {
            app_id: "2026000000000001".into(),
            seller_id: "2088000000000001".into(),
            mer_id: "777000000000001".into(),
            our_key: Secret::new(LENDER_KEY),
            secret: Secret::new("a secret between two"),
        };
        let ear = Ear::open().await;
        let running = Running::start(folder.path(), &hands, true).await;
        let hand = SandboxClient::new(&running.url).unwrap();
        let config = hand.introduce(&lender, &ear.url, &ear.url).await.unwrap();
        let partners = Partners::connect(&config, hands.clock()).unwrap();
        House { folder, hands, running, hand, lender, partners, ear }
    }

    /// Stops the sandbox and starts it again on the same folder, at another port.
    pub async fn restart(self) -> House {
        let House { folder, hands, running, lender, ear, .. } = self;
        running.stop().await;
        let running = Running::start(folder.path(), &hands, true).await;
        let hand = SandboxClient::new(&running.url).unwrap();
        let config = hand.introduce(&lender, &ear.url, &ear.url).await.unwrap();
        let partners = Partners::connect(&config, hands.clock()).unwrap();
        House { folder, hands, running, hand, lender, partners, ear }
    }

    pub async fn faults(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = Faults::default();
        change(&mut faults);
        self.hand.set_faults(&faults).await.unwrap();
    }

    /// An active account.
    pub async fn borrower(&self, number: u32) -> String {
        let opened = self.partners.platform.open_account(&open(number)).await.unwrap();
        let account = opened.view.account;
        self.partners.platform.activate_accounts(std::slice::from_ref(&account)).await.unwrap();
        account
    }

    /// What an account holds, in fen.
    pub async fn balance(&self, account: &str) -> i64 {
        let accounts = self.hand.accounts().await.unwrap();
        assert_eq!(accounts.iter().map(|known| known.balance_fen).sum::<i64>(), 0, "no money appears or vanishes");
        accounts.iter().find(|known| known.account == account).map_or(0, |known| known.balance_fen)
    }

    /// Delivers what waits and reads what was heard.
    pub async fn news(&mut self) -> Vec<Notification> {
        self.hand.flush().await.unwrap();
        self.ear.take().iter().map(|raw| self.partners.read_notification(raw).unwrap()).collect()
    }

    /// Delivers what waits; all of it is about trades.
    pub async fn trade_news(&mut self) -> Vec<Trade> {
        let trade = |notification: Notification| match notification.news {
            News::Trade(trade) => trade,
            other => panic!("{other:?} is not about a trade"),
        };
        self.news().await.into_iter().map(trade).collect()
    }
}

pub fn open(number: u32) -> OpenAccount {
    OpenAccount {
        out_request_no: format!("open-{number}"),
        name: format!("张{number}"),
        cert_no: format!("99999920040101{number:04}"),
        phone: format!("139{number:08}"),
    }
}

pub fn pay_out(number: u32, account: &str, amount: Fen, to_school: Fen) -> PayOut {
    PayOut {
        out_trade_no: format!("pay-{number}"),
        batch_no: "batch-1".into(),
        account: account.into(),
        name: format!("张{number}"),
        amount,
        school: to_school.is_positive().then(|| SchoolShare {
            school_account: "6222000000000000".into(),
            school_name: "示例大学".into(),
            amount: to_school,
        }),
    }
}

pub fn debit(number: u32, account: &str, amount: Fen) -> Debit {
    Debit {
        out_trade_no: format!("debit-{number}"),
        account: account.into(),
        amount,
        partial_allowed: true,
        subject: "国家助学贷款还款".into(),
    }
}

pub fn platform_key() -> OurKey {
    OurKey::read(PLATFORM_KEY).unwrap()
}

/// The code of a refusal by the partner.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, PartnerFault>) -> String {
    match answer.unwrap_err() {
        PartnerFault::Refused(Refusal { code, .. }) => code,
        other => panic!("{other:?} is not a refusal"),
    }
}
