//! What the hall tells everybody, first of all that the season opens (R8.18).

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::hall::window::{self, Notice};

use super::prose;
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Puts an announcement up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Announce {
    /// Head.
    pub title: String,
    /// Text.
    pub words: String,
    /// Where else it is published: broadcast, paper, public account.
    pub media: String,
    /// First day it is shown.
    pub from_on: Date,
    /// Last day it is shown.
    pub to_on: Date,
}

refusals! {
    /// Why it is not put up.
    pub enum AnnounceRefusal {
        /// The head is missing.
        TitleMissing = "title_missing" [] @ "title",
        /// The text is missing or longer than 500 characters.
        WordsMissing = "words_missing" [] @ "words",
        /// The days are over or in the wrong order.
        DaysWrong = "days_wrong" [] @ "to_on",
    }
}

#[async_trait::async_trait]
impl Act for Announce {
    const NAME: &'static str = "announce";
    const PERMISSION: Permission = super::ARRANGE;
    /// Number of the announcement.
    type Done = i64;
    type Refused = AnnounceRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<AnnounceRefusal>> {
        let book = super::own_hall(desk).await?;
        let (title, words) = (prose(&self.title), prose(&self.words));
        if title.is_empty() || title.chars().count() > 40 {
            return Err(No::Refused(AnnounceRefusal::TitleMissing));
        }
        if words.is_empty() || words.chars().count() > 500 {
            return Err(No::Refused(AnnounceRefusal::WordsMissing));
        }
        if self.to_on < desk.on || self.to_on < self.from_on {
            return Err(No::Refused(AnnounceRefusal::DaysWrong));
        }
        let number = store::counter::next(desk.tx, book, "notice").await?;
        let notice = Notice {
            book,
            notice: number,
            title,
            words,
            media: prose(&self.media),
            from_on: self.from_on,
            to_on: self.to_on,
        };
        window::announce(desk.tx, &notice).await?;
        desk.about(book, "notice", &number.to_string())?;
        Ok(number)
    }
}
