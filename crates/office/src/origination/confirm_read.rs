//! 已阅读并理解: before signing, each signatory confirms to have read the contract and to understand rights,
//! duties and what default means (R4.12, R10.7). At the counter the clerk records it; online the student does.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Party;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role, Scope, Who};

/// Records one confirmation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmRead {
    /// Number of the application.
    pub number: String,
    /// Who confirms.
    pub by: Party,
    /// Codes of the chapters somebody ticked one by one for himself. At the counter the clerk reads the contract with
    /// the family and leaves this out.
    #[serde(default)]
    pub chapters: Vec<String>,
}

/// The chapters of the contract that are confirmed one by one: code, title, and what it comes down to.
pub const CHAPTERS: [(&str, &str, &str); 5] = [
    ("amount", "第一、二条　金额和期限", "借多少、用在哪里、哪一天必须还清，不能展期。"),
    ("interest", "第三、四条　利率和贴息", "利率每年会变；在校期间国家付利息，毕业后自己付。"),
    ("repayment", "第五、六条　还款和提前还款", "每年 12 月 20 日前把钱存进还款账户；手头宽裕可以提前还。"),
    ("default", "第七至九条　放款、逾期和变更", "没有按时还，要付罚息，记入征信；升学、退学、换号码要来办变更。"),
    ("duties", "第十至十三条　两个人的责任", "学生和共同借款人一起还，一个人还不上，另一个人要还。"),
];

refusals! {
    /// Why it is not recorded.
    pub enum ConfirmReadRefusal {
        /// There is no contract waiting to be signed.
        NothingToSign = "nothing_to_sign" ["sdvcst-2022" "32"],
        /// A person confirms only for himself.
        NotYours = "not_yours" ["sdvcst-2022" "32"] @ "by",
        /// Somebody who reads for himself left a chapter out.
        ChapterNotRead = "chapter_not_read" ["sdvcst-2022" "32"] @ "chapters",
        /// It was confirmed before.
        AlreadyConfirmed = "already_confirmed" ["sdvcst-2022" "32"],
    }
}

#[async_trait::async_trait]
impl Act for ConfirmRead {
    const NAME: &'static str = "confirm_read";
    const PERMISSION: Permission =
        Permission { roles: &[Role::Student, Role::CoBorrower, Role::CountyClerk], scope: Scope::OwnOrOffice };
    type Done = ();
    type Refused = ConfirmReadRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConfirmReadRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted) else {
            return Err(No::Refused(ConfirmReadRefusal::NothingToSign));
        };
        let himself = match desk.actor.who {
            Who::Student(_) => self.by == Party::Borrower,
            Who::CoBorrower(_) => self.by == Party::CoBorrower,
            // The clerk records it for those who stand before him.
            _ => case.progress.present.contains(&self.by),
        };
        if !himself {
            return Err(No::Refused(ConfirmReadRefusal::NotYours));
        }
        let all = CHAPTERS.map(|(code, ..)| code);
        let alone = matches!(desk.actor.who, Who::Student(_) | Who::CoBorrower(_));
        if alone && !all.iter().all(|code| self.chapters.iter().any(|read| read == code)) {
            return Err(No::Refused(ConfirmReadRefusal::ChapterNotRead));
        }
        if living.read_by.contains(&self.by) {
            return Err(No::Refused(ConfirmReadRefusal::AlreadyConfirmed));
        }
        let chapters = all.map(str::to_owned).to_vec();
        let fact = ApplicationFact::ReadAndUnderstood { contract: living.contract, by: self.by, chapters };
        desk.record(&mut case, fact).await?;
        Ok(())
    }
}
