//! 发布: an office publishes a notice or an article, or takes one back. What an attachment is, its first bytes say.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::notice::{Notice, NoticeFile};

use super::{Audience, PUBLISHERS};
use crate::act::{Act, Desk};
use crate::application::answers::{prose, tidy};
use crate::no::No;
use crate::refusals;
use crate::scans::picture::picture;
use crate::who::{OfficeKind, Permission};

/// Most attachments of a notice, most pictures of an article.
pub const FILES_MAX: usize = 5;
/// Most bytes of one of them.
pub const FILE_MAX: usize = 8 * 1024 * 1024;

/// A file that comes with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attached {
    /// Name of the file; of a picture its caption.
    pub name: String,
    /// SM3 of the file: names the request, so that the file itself need not.
    pub digest: String,
    /// The file.
    #[serde(skip)]
    pub content: Vec<u8>,
}

impl Attached {
    /// A file with its name or caption.
    pub fn of(name: &str, content: &[u8]) -> Attached {
        Attached { name: name.to_owned(), digest: crate::seal::sm3_hex(content), content: content.to_vec() }
    }
}

/// Publishes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publish {
    /// An article with pictures, or a notice with attachments.
    pub article: bool,
    /// Whom for.
    pub audience: Audience,
    /// Headline.
    pub title: String,
    /// Text; paragraphs are parted by empty lines.
    pub body: String,
    /// Last day for the receipt of a notice.
    pub answer_by: Option<Date>,
    /// What comes with it.
    pub files: Vec<Attached>,
}

refusals! {
    /// Why it is not published.
    pub enum PublishRefusal {
        /// The headline is missing or too long.
        TitleWrong = "title_wrong" [] @ "title",
        /// The text is missing or too long.
        BodyWrong = "body_wrong" [] @ "body",
        /// The office does not address these.
        AudienceNotOpen = "audience_not_open" [] @ "audience",
        /// The last day has passed.
        AnswerDayPast = "answer_day_past" [] @ "answer_by",
        /// Too many files.
        TooManyFiles = "too_many_files" [] @ "file",
        /// Neither a picture nor PDF, Word or Excel; or a picture of an article that is none.
        FileUnfit = "file_unfit" [] @ "file",
        /// Too many bytes.
        FileTooHeavy = "file_too_heavy" [] @ "file",
        /// A picture needs a caption.
        CaptionMissing = "caption_missing" [] @ "caption",
    }
}

/// The type of an attachment by its first bytes, and the bytes to keep.
fn read(file: &[u8], article: bool) -> Result<(&'static str, Vec<u8>), PublishRefusal> {
    if file.len() > FILE_MAX {
        return Err(PublishRefusal::FileTooHeavy);
    }
    if let Ok(picture) = picture(file) {
        return Ok((picture.media_type, picture.bytes));
    }
    match file {
        _ if article => Err(PublishRefusal::FileUnfit),
        [b'%', b'P', b'D', b'F', b'-', ..] => Ok(("application/pdf", file.to_vec())),
        [b'P', b'K', 3, 4, ..] => Ok(("application/zip", file.to_vec())),
        _ => Err(PublishRefusal::FileUnfit),
    }
}

#[async_trait::async_trait]
impl Act for Publish {
    const NAME: &'static str = "publish_notice";
    const PERMISSION: Permission = Permission::same_office(PUBLISHERS);
    /// Number inside the office.
    type Done = i64;
    type Refused = PublishRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<PublishRefusal>> {
        use PublishRefusal as R;
        let title = prose(&self.title);
        if title.is_empty() || title.chars().count() > 80 {
            return Err(No::Refused(R::TitleWrong));
        }
        let body = self.body.replace("\r\n", "\n").trim().to_owned();
        if body.is_empty() || body.chars().count() > 20_000 {
            return Err(No::Refused(R::BodyWrong));
        }
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let office = store::office_place::by_number(desk.tx, owner).await?;
        let kind = office.and_then(|office| OfficeKind::of(&office.kind)).ok_or(No::Forbidden)?;
        if !Audience::open_to(kind).contains(&self.audience) {
            return Err(No::Refused(R::AudienceNotOpen));
        }
        if self.answer_by.is_some_and(|day| day < desk.on) {
            return Err(No::Refused(R::AnswerDayPast));
        }
        if self.files.len() > FILES_MAX {
            return Err(No::Refused(R::TooManyFiles));
        }
        let mut files = Vec::new();
        for file in &self.files {
            let (media_type, content) = read(&file.content, self.article).map_err(No::Refused)?;
            let name = tidy(&file.name);
            if self.article && name.is_empty() {
                return Err(No::Refused(R::CaptionMissing));
            }
            files.push((name, media_type, content));
        }
        let notice = store::counter::next_of_owner(desk.tx, owner, "notice").await?;
        let row = Notice {
            owner,
            notice,
            kind: if self.article { "article" } else { "notice" }.to_owned(),
            audience: self.audience.code().to_owned(),
            title,
            body,
            on_day: desk.on,
            answer_by: self.answer_by.filter(|_| !self.article),
            published_by: desk.actor.name(),
            published_at: desk.at,
            withdrawn_at: None,
        };
        store::notice::enter(desk.tx, &row).await?;
        for (place, (name, media_type, content)) in files.into_iter().enumerate() {
            let media_type = media_type.to_owned();
            let file = NoticeFile { owner, notice, row_no: place as i64 + 1, name, media_type, content };
            store::notice::file_enter(desk.tx, &file).await?;
        }
        desk.about(0, "notice", &format!("{owner}-{notice}"))?;
        desk.note("audience", self.audience.code());
        Ok(notice)
    }
}

/// Takes a notice back; its receipts stay on record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WithdrawNotice {
    /// Number inside the office.
    pub notice: i64,
}

refusals! {
    /// Why it stays.
    pub enum WithdrawNoticeRefusal {
        /// It was taken back before.
        AlreadyWithdrawn = "notice_withdrawn" [],
    }
}

#[async_trait::async_trait]
impl Act for WithdrawNotice {
    const NAME: &'static str = "withdraw_notice";
    const PERMISSION: Permission = Permission::same_office(PUBLISHERS);
    type Done = ();
    type Refused = WithdrawNoticeRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<WithdrawNoticeRefusal>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let row = store::notice::by_number(desk.tx, owner, self.notice).await?.ok_or(No::NotFound)?;
        desk.about(0, "notice", &format!("{owner}-{}", self.notice))?;
        if row.withdrawn_at.is_some() {
            return Err(No::Refused(WithdrawNoticeRefusal::AlreadyWithdrawn));
        }
        store::notice::withdraw(desk.tx, owner, self.notice, desk.at).await?;
        Ok(())
    }
}
