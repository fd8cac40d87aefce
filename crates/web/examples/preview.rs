//! Serves the public pages on a port, to look at them: `cargo run -p web --example preview -- 127.0.0.1:8090`.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use office::clock::{Chance, Clock};

struct Real;

impl Clock for Real {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

impl Chance for Real {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address: SocketAddr = std::env::args().nth(1).unwrap_or("127.0.0.1:8090".to_owned()).parse().expect("an address and port");
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{address}/");
    let site = Arc::new(web::Site::new(Arc::new(Real), Arc::new(Real), false));
    axum::serve(listener, web::app(site).into_make_service_with_connect_info::<SocketAddr>()).await
}
