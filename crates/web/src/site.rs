//! The site: the office behind the pages and the few settings of the pages themselves.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;

use office::Office;
use office::calendar::Town;
use office::who::{Actor, OfficeKind, Role, Who};
use tower_governor::governor::GovernorConfigBuilder;

use crate::parts::shell::{Help, HelpOffice};
use crate::session::Session;

/// Counts sendings by address: one a second, sixty at once.
type Allowance = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

fn allowance() -> Allowance {
    let limits = GovernorConfigBuilder::default().per_second(1).burst_size(60).finish();
    let limits = limits.expect("a period and a burst above zero make a limit");
    Box::new(move |caller| limits.limiter().check_key(&caller).is_ok())
}

/// Counts a partner's messages: five hundred a second, five thousand at once, enough for the debits of a province
/// on the 21st of December and not enough to fill the disk (H010).
fn notices() -> Allowance {
    let limits = GovernorConfigBuilder::default().per_millisecond(2).burst_size(5_000).finish();
    let limits = limits.expect("a period and a burst above zero make a limit");
    Box::new(move |caller| limits.limiter().check_key(&caller).is_ok())
}

/// The site. It lends its office: `site.perform(…)`.
pub struct Site {
    office: Office,
    tls: bool,
    help: Help,
    allowance: Allowance,
    notices: Allowance,
    town: Option<Box<dyn Town>>,
}

impl Deref for Site {
    type Target = Office;
    fn deref(&self) -> &Office {
        &self.office
    }
}

impl Site {
    /// A site over plain http on the loopback, or behind TLS.
    pub fn new(office: Office, tls: bool) -> Site {
        Site { office, tls, help: Help { office: None }, allowance: allowance(), notices: notices(), town: None }
    }

    /// With the world outside of a demonstration, whose date moves with ours.
    pub fn with_town(self, town: Box<dyn Town>) -> Site {
        Site { town: Some(town), ..self }
    }

    /// The world outside of a demonstration; none on a real system.
    pub fn town(&self) -> Option<&dyn Town> {
        self.town.as_deref()
    }

    /// The office behind the pages.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Who is logged in under that token.
    ///
    /// # Errors
    /// The cause, when the sessions cannot be read.
    pub async fn visitor(&self, token: &str) -> Result<Option<Session>, String> {
        let session = self.office.session(token).await.map_err(|failure| failure.to_string())?;
        let Some(session) = session else { return Ok(None) };
        let office = session.office_name.unwrap_or_default();
        let (actor, name, duty) = (session.actor, session.name, session.duty);
        Ok(Some(Session { token: token.to_owned(), actor, name, office, duty }))
    }

    /// Cookies and headers for TLS.
    pub fn tls(&self) -> bool {
        self.tls
    }

    /// Where a visitor finds help.
    pub fn help(&self) -> &Help {
        &self.help
    }

    /// A new random token.
    pub fn token(&self) -> String {
        let mut bytes = [0; 16];
        self.office.chance.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// A number for one request, easy to read out on the telephone.
    pub fn event(&self) -> String {
        let mut bytes = [0; 6];
        self.office.chance.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{:02}", byte % 100)).collect()
    }

    /// Counts a sending from that address; false when there were too many.
    pub fn allows_sending(&self, caller: Option<IpAddr>) -> bool {
        (self.allowance)(caller.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }

    /// Counts a message of a partner's program from that address; false when there were too many.
    pub fn allows_notice(&self, caller: Option<IpAddr>) -> bool {
        (self.notices)(caller.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

/// Help from a county centre.
pub fn help_of(place: &office::view::open::Place) -> Help {
    Help {
        office: Some(HelpOffice { name: place.name.clone(), phone: place.phone.clone(), hours: place.hours.clone() }),
    }
}

/// The first page of a reader.
pub fn home_of(actor: &Actor) -> &'static str {
    match &actor.who {
        Who::Public | Who::System(_) => "/",
        Who::Student(_) => "/student",
        Who::CoBorrower(_) => "/co",
        Who::Staff { roles, .. } if roles.first() == Some(&Role::SchoolFinance) => "/school/batches",
        Who::Staff { roles, .. } if roles.first() == Some(&Role::LoanAssistant) => "/school/missing",
        Who::Staff { roles, .. } if roles.first() == Some(&Role::HotlineAgent) => "/hotline",
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
