//! The line to a partner: HTTP with time limits, size limits, no redirects, and only to addresses that the
//! configuration names (H078). A name that resolves into our own network is refused at each connection, so that a
//! name which changes its address between check and use finds the same wall.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::{Deserialize, Serialize};

use crate::fault::PartnerFault;

/// The longest answer read, in bytes; daily bills of a province fit.
pub const ANSWER_BYTES_MAX: usize = 512 << 20;

/// Which addresses may be called.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressRules {
    /// Host names or IP addresses, exactly as in the URLs; nothing else is called.
    pub hosts: Vec<String>,
    /// A demonstration may also use plain HTTP and addresses of this machine and its private network.
    #[serde(default)]
    pub demonstration: bool,
}

/// Why an address is not called. In order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// Not a URL.
    #[error("{0:?} is not a URL")]
    Form(String),
    /// Not `https` (a demonstration also takes `http`).
    #[error("only https is allowed, not {0}")]
    Scheme(String),
    /// Name and password inside the URL.
    #[error("a URL must not carry a user name or password")]
    Credentials,
    /// The host is not in the list of the configuration.
    #[error("the host {0} is not in the list of allowed hosts")]
    NotListed(String),
    /// An address of this machine, a private network, or one without meaning on the internet.
    #[error("the address {0} is not a public one")]
    NotPublic(IpAddr),
}

impl AddressRules {
    /// Rules of a demonstration: this machine, over plain HTTP.
    pub fn demonstration() -> AddressRules {
        let hosts = ["127.0.0.1", "[::1]", "localhost"].map(String::from).to_vec();
        AddressRules { hosts, demonstration: true }
    }

    /// Rules of a real installation: `https` to these hosts only.
    pub fn only(hosts: impl IntoIterator<Item = String>) -> AddressRules {
        AddressRules { hosts: hosts.into_iter().collect(), demonstration: false }
    }

    /// Reads and checks a URL.
    pub fn check(&self, text: &str) -> Result<Url, AddressRefused> {
        let url = Url::parse(text).map_err(|_| AddressRefused::Form(text.into()))?;
        match url.scheme() {
            "https" => {}
            "http" if self.demonstration => {}
            other => return Err(AddressRefused::Scheme(other.into())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressRefused::Credentials);
        }
        let host = url.host_str().ok_or_else(|| AddressRefused::Form(text.into()))?;
        if !self.hosts.iter().any(|listed| listed.eq_ignore_ascii_case(host)) {
            return Err(AddressRefused::NotListed(host.into()));
        }
        if let Ok(ip) = host.trim_matches(['[', ']']).parse() {
            self.check_ip(ip)?;
        }
        Ok(url)
    }

    fn check_ip(&self, ip: IpAddr) -> Result<(), AddressRefused> {
        let allowed = match reach(ip) {
            Reach::Public => true,
            Reach::Private => self.demonstration,
            Reach::Never => false,
        };
        if allowed { Ok(()) } else { Err(AddressRefused::NotPublic(ip)) }
    }
}

enum Reach {
    Public,
    /// This machine or its private network.
    Private,
    /// Cloud metadata, multicast, reserved: no partner ever lives there.
    Never,
}

fn reach(ip: IpAddr) -> Reach {
    match ip {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => reach_v6(v6),
    }
}

fn reach_v4(ip: Ipv4Addr) -> Reach {
    let [a, b, c, _] = ip.octets();
    match (a, b, c) {
        (127, ..) | (10, ..) | (192, 168, _) | (172, 16..=31, _) | (100, 64..=127, _) => Reach::Private,
        (0, ..) | (169, 254, _) | (192, 0, 0) | (192, 0, 2) | (198, 18..=19, _) => Reach::Never,
        (198, 51, 100) | (203, 0, 113) | (224..=255, ..) => Reach::Never,
        _ => Reach::Public,
    }
}

fn reach_v6(ip: Ipv6Addr) -> Reach {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return reach_v4(v4);
    }
    let s = ip.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        reach_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private,
        [0xfc00..=0xfdff, ..] => Reach::Private,
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        [0x2001, 0xdb8, ..] => Reach::Never,
        // Only global unicast is public; link-local, multicast and the rest are not.
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}

/// Resolves names and drops every address the rules do not allow.
struct GuardedNames(AddressRules);

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let (kept, dropped): (Vec<SocketAddr>, Vec<SocketAddr>) =
                found.partition(|address| rules.check_ip(address.ip()).is_ok());
            match (kept.is_empty(), dropped.first()) {
                (true, Some(address)) => Err(AddressRefused::NotPublic(address.ip()).into()),
                _ => Ok(Box::new(kept.into_iter()) as Addrs),
            }
        })
    }
}

/// An HTTP client that keeps to the rules.
#[derive(Clone, Debug)]
pub struct Line {
    client: reqwest::Client,
    rules: AddressRules,
}

/// What came back, whatever the status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text; anything that is not UTF-8 is no certain answer.
    pub fn text(&self) -> Result<&str, PartnerFault> {
        std::str::from_utf8(&self.body).map_err(|_| PartnerFault::Unreachable("the answer is not UTF-8".into()))
    }
}

impl Line {
    /// A line with the given rules: 5 s to connect, `patience` for the whole answer.
    pub fn new(rules: AddressRules, patience: Duration) -> Result<Line, PartnerFault> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(GuardedNames(rules.clone())));
        if rules.demonstration {
            // A demonstration talks to this machine only and must also start where no root certificates are installed.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|e| PartnerFault::Request(format!("no HTTP client: {}", whole(&e))))?;
        Ok(Line { client, rules })
    }

    /// POST with headers and a body.
    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, PartnerFault> {
        let url = self.rules.check(url)?;
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send().await).await
    }

    /// POST of a form.
    pub async fn post_form(&self, url: &str, body: String) -> Result<Answer, PartnerFault> {
        let kind = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        self.post(url, &[kind], body.into_bytes()).await
    }

    /// GET.
    pub async fn get(&self, url: &str) -> Result<Answer, PartnerFault> {
        let url = self.rules.check(url)?;
        read(self.client.get(url).send().await).await
    }
}

async fn read(sent: Result<reqwest::Response, reqwest::Error>) -> Result<Answer, PartnerFault> {
    let broken = |error: reqwest::Error| PartnerFault::Unreachable(whole(&error));
    let mut response = sent.map_err(broken)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(PartnerFault::Unreachable("the answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    if status >= 500 {
        return Err(PartnerFault::Unreachable(format!("HTTP {status}")));
    }
    Ok(Answer { status, body })
}

/// An error with its causes, without the URL (it may carry what a log must not).
fn whole(error: &reqwest::Error) -> String {
    let mut text = String::from(if error.is_timeout() { "timed out" } else { "connection failed" });
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h078_only_listed_public_https_hosts_are_called() {
        let hosts = ["pay.example.cn", "8.8.8.8", "127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"];
        let check = |rules: &AddressRules, url: &str, expected: Option<AddressRefused>| {
            assert_eq!(rules.check(url).err(), expected, "{url}");
        };
        let not_public = |ip: &str| Some(AddressRefused::NotPublic(ip.parse().unwrap()));
        let real = AddressRules::only(hosts.map(String::from));
        check(&real, "https://pay.example.cn/gateway.do", None);
        check(&real, "https://PAY.example.cn:8443/", None);
        check(&real, "https://8.8.8.8/", None);
        check(&real, "pay.example.cn", Some(AddressRefused::Form("pay.example.cn".into())));
        check(&real, "http://pay.example.cn/", Some(AddressRefused::Scheme("http".into())));
        check(&real, "file:///etc/passwd", Some(AddressRefused::Scheme("file".into())));
        check(&real, "https://a:b@pay.example.cn/", Some(AddressRefused::Credentials));
        check(&real, "https://evil.cn/", Some(AddressRefused::NotListed("evil.cn".into())));
        check(
            &real,
            "https://pay.example.cn.evil.cn/",
            Some(AddressRefused::NotListed("pay.example.cn.evil.cn".into())),
        );
        check(&real, "https://127.0.0.1/", not_public("127.0.0.1"));
        check(&real, "https://2130706433/", not_public("127.0.0.1"));
        check(&real, "https://169.254.169.254/latest/meta-data/", not_public("169.254.169.254"));
        check(&real, "https://[::1]/", not_public("::1"));
        check(&real, "https://localhost/", Some(AddressRefused::NotListed("localhost".into())));

        let demonstration = AddressRules { demonstration: true, ..real };
        check(&demonstration, "http://127.0.0.1:8090/gateway.do", None);
        check(&demonstration, "http://169.254.169.254/", not_public("169.254.169.254"));
        check(&demonstration, "ftp://127.0.0.1/", Some(AddressRefused::Scheme("ftp".into())));
    }

    #[test]
    fn h078_hidden_forms_of_private_addresses_are_seen() {
        let rules = AddressRules::only([]);
        for ip in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            let ip = ip.parse().unwrap();
            assert_eq!(rules.check_ip(ip), Err(AddressRefused::NotPublic(ip)));
        }
        for ip in ["172.32.0.1", "100.128.0.1", "1.1.1.1", "2400:3200::1", "64:ff9b::808:808"] {
            assert_eq!(rules.check_ip(ip.parse().unwrap()), Ok(()));
        }
    }

    #[tokio::test]
    async fn h078_a_listed_name_that_points_home_is_not_connected() {
        // `localhost` stands for any listed name whose address turns out to be ours.
        let rules = AddressRules { hosts: vec!["localhost".into()], demonstration: false };
        let resolved = GuardedNames(rules).resolve("localhost".parse().unwrap()).await;
        let reason = resolved.err().expect("the name resolves to this machine only").to_string();
        assert!(reason.contains("not a public one"), "{reason}");
    }
}
