//! The site: the office behind the pages and the few settings of the pages themselves.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use loan::calendar::Date;
use office::clock::{Chance, Clock, shanghai_on};
use office::who::{Actor, OfficeKind, Who};
use tower_governor::governor::GovernorConfigBuilder;

use crate::parts::shell::Help;
use crate::session::Session;

/// Counts sendings by address: one a second, sixty at once.
type Allowance = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

fn allowance() -> Allowance {
    let limits = GovernorConfigBuilder::default().per_second(1).burst_size(60).finish();
    let limits = limits.expect("a period and a burst above zero make a limit");
    Box::new(move |caller| limits.limiter().check_key(&caller).is_ok())
}

/// The site.
pub struct Site {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    tls: bool,
    help: Help,
    allowance: Allowance,
}

impl Site {
    /// A site over plain http on the loopback, or behind TLS.
    pub fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, tls: bool) -> Site {
        Site { clock, chance, tls, help: Help { office: None }, allowance: allowance() }
    }

    /// The business day.
    pub fn today(&self) -> Date {
        shanghai_on(self.clock.now())
    }

    /// Who is logged in under that token.
    ///
    /// # Errors
    /// The cause, when the sessions cannot be read.
    pub async fn session(&self, _token: &str) -> Result<Option<Session>, String> {
        Ok(None)
    }

    /// Cookies and headers for TLS.
    pub fn tls(&self) -> bool {
        self.tls
    }

    /// Where a visitor finds help.
    pub fn help(&self) -> &Help {
        &self.help
    }

    /// Words of the band over every page of a demonstration.
    pub fn demonstration_words(&self) -> Option<&str> {
        None
    }

    /// A new random token.
    pub fn token(&self) -> String {
        let mut bytes = [0; 16];
        self.chance.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// A number for one request, easy to read out on the telephone.
    pub fn event(&self) -> String {
        let mut bytes = [0; 6];
        self.chance.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{:02}", byte % 100)).collect()
    }

    /// Counts a sending from that address; false when there were too many.
    pub fn allows_sending(&self, caller: Option<IpAddr>) -> bool {
        (self.allowance)(caller.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

/// The first page of a reader.
pub fn home_of(actor: &Actor) -> &'static str {
    match &actor.who {
        Who::Public | Who::System(_) => "/",
        Who::Student(_) => "/student",
        Who::CoBorrower(_) => "/co",
        Who::Staff { roles, .. } => match roles.first().and_then(|role| role.office_kind()) {
            Some(OfficeKind::County) => "/county",
            Some(OfficeKind::School) => "/school",
            Some(OfficeKind::Bank) => "/bank",
            Some(OfficeKind::Platform) => "/platform",
            Some(OfficeKind::Province) => "/province",
            Some(OfficeKind::System) => crate::staff::system_home(roles),
            None => "/",
        },
    }
}
