//! Slips, cards and posters: papers that prove nothing and are not kept, but say where they come from like any other.
//! What they say is what a page shows to the same reader.

use paper::Imprint;
use paper::forms::{PlainKind, PlainPaper};
use store::Failure;

use super::shanghai;
use crate::Office;
use crate::who::Actor;

/// Which slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipKind {
    /// 预约凭条.
    Appointment,
    /// 叫号小票.
    Ticket,
    /// 政策明白卡.
    PolicyCard,
    /// 窗口二维码海报.
    WindowPoster,
}

/// A slip to print.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Which.
    pub kind: SlipKind,
    /// Number of the paper.
    pub number: String,
    /// Where its QR code leads, from the root of the site.
    pub link: String,
    /// What is read from afar.
    pub headline: String,
    /// Label and value.
    pub pairs: Vec<(String, String)>,
    /// Sentences.
    pub lines: Vec<String>,
}

impl Office {
    /// The PDF of a slip.
    ///
    /// # Errors
    /// A failure of ours, such as a machine without a Chinese font.
    pub async fn slip(&self, actor: &Actor, slip: Slip) -> Result<Vec<u8>, Failure> {
        let (at, name) = (self.clock.now(), actor.name());
        let (by, day): (String, crate::day::Today) = self
            .store
            .read("slip", |tx| {
                let name = name.as_str();
                Box::pin(
                    async move { Ok((crate::view::actor_name(tx, name).await?, crate::day::today(tx, at).await?)) },
                )
            })
            .await?;
        let imprint = Imprint {
            number: slip.number.clone(),
            version: 1,
            policy: format!("{} 起执行的政策", day.on),
            code: slip.number,
            verify_url: format!("{}{}", self.public_url.trim_end_matches('/'), slip.link),
            printed_at: shanghai(at),
            printed_by: by,
            print_count: 1,
            demonstration: day.demonstration,
        };
        let paper = PlainPaper {
            kind: match slip.kind {
                SlipKind::Appointment => PlainKind::AppointmentSlip,
                SlipKind::Ticket => PlainKind::QueueTicket,
                SlipKind::PolicyCard => PlainKind::PolicyCard,
                SlipKind::WindowPoster => PlainKind::WindowPoster,
            },
            headline: slip.headline,
            pairs: slip.pairs,
            lines: slip.lines,
            ..PlainPaper::default()
        };
        let press = self.press.clone();
        let printing = tokio::task::spawn_blocking(move || {
            let printed = press.get()?.print(&paper, &imprint);
            printed.map(|printed| printed.pdf).map_err(|error| Failure::bug(error.to_string()))
        });
        printing.await.map_err(|error| Failure::bug("printing panicked").because(error))?
    }
}
