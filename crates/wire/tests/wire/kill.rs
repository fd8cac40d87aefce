//! The sandbox is killed in the middle of pay-outs: what it acknowledged it still knows, and nothing is paid twice.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loan::money::Fen;
use wire::partners::Partners;
use wire::platform::Trade;
use wire::sandbox::client::{LenderKeys, SandboxClient};

use crate::house::{Hands, PLATFORM_KEY, Running, open, pay_out};

const CHILD_FOLDER: &str = "WIRE_TEST_SANDBOX_TO_KILL";
const NAME: &str = "kill::acknowledged_pay_outs_survive_a_kill";

/// The child dies with the test, however that ends.
struct Mortal(Child);

impl Mortal {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        // Dead already in the good case.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn hands() -> Hands {
    Hands::at("2026-11-20T02:00:00Z")
}

/// The child: serves until it is killed, and writes its address into its folder.
async fn serve_until_killed(folder: PathBuf) {
    let running = Running::start(&folder, &hands(), true).await;
    std::fs::write(folder.join("url.new"), &running.url).unwrap();
    std::fs::rename(folder.join("url.new"), folder.join("url")).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn acknowledged_pay_outs_survive_a_kill() {
    if let Some(folder) = std::env::var_os(CHILD_FOLDER) {
        return serve_until_killed(folder.into()).await;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.pem"), PLATFORM_KEY).unwrap();
    std::fs::write(folder.path().join("unionpay.pem"), include_str!("keys/unionpay.b64")).unwrap();
    let lender = LenderKeys {
        app_id: "1".into(),
        seller_id: "2".into(),
        mer_id: "3".into(),
        our_key: wire::keys::Secret::new(include_str!("keys/lender.b64")),
        secret: wire::keys::Secret::new("s"),
    };
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", NAME, "--nocapture"])
        .env(CHILD_FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = Mortal(command.spawn().unwrap());
    let began = Instant::now();
    let url = loop {
        match std::fs::read_to_string(folder.path().join("url")) {
            Ok(url) => break url,
            Err(_) => assert!(began.elapsed() < Duration::from_secs(60), "the child never served"),
        }
        tokio::task::yield_now().await;
    };
    let connect = async |url: &str| {
        let hand = SandboxClient::new(url).unwrap();
        let config = hand.introduce(&lender, "http://127.0.0.1:1/", "http://127.0.0.1:1/").await.unwrap();
        (hand, Partners::connect(&config, hands().clock()).unwrap().platform)
    };
    let (_, platform) = connect(&url).await;
    let account = platform.open_account(&open(1)).await.unwrap().view.account;
    platform.activate_accounts(std::slice::from_ref(&account)).await.unwrap();

    // Two hundred pay-outs in twenty streams; the child dies when the fiftieth was acknowledged.
    let item = |number: u32| wire::platform::PayOut {
        out_trade_no: format!("pay-{number}"),
        ..pay_out(1, &account, Fen(100), Fen(40))
    };
    let (acknowledged, mut heard) = tokio::sync::mpsc::unbounded_channel::<Trade>();
    let mut streams = tokio::task::JoinSet::new();
    for stream in 0..20 {
        let items: Vec<_> = (0..10).map(|number| item(stream * 10 + number)).collect();
        let (platform, acknowledged) = (platform.clone(), acknowledged.clone());
        streams.spawn(async move {
            for item in items {
                if let Ok(answers) = platform.pay_out(&[item]).await {
                    acknowledged.send(answers[0].clone().unwrap()).unwrap();
                }
            }
        });
    }
    drop(acknowledged);
    let mut trades = Vec::new();
    while let Some(trade) = heard.recv().await {
        trades.push(trade);
        if trades.len() == 50 {
            child.kill();
        }
    }
    streams.join_all().await;
    assert!((50..200).contains(&trades.len()), "the kill came in the middle, after {}", trades.len());

    let again = Running::start(folder.path(), &hands(), true).await;
    let (hand, platform) = connect(&again.url).await;
    for trade in &trades {
        assert_eq!(platform.query(&trade.out_trade_no).await.unwrap().as_ref(), Some(trade));
    }
    let all: Vec<_> = (0..200).map(item).collect();
    assert!(platform.pay_out(&all).await.unwrap().iter().all(Result::is_ok));
    let balances = hand.accounts().await.unwrap();
    let balance = |account: &str| balances.iter().find(|known| known.account == account).unwrap().balance_fen;
    assert_eq!(balance(&account), 200 * 60, "every pay-out counts once");
    assert_eq!(balance("school:6222000000000000"), 200 * 40);
}
