//! One desk after another, as a family meets them. Every step is one act of the office, done by the one who does it
//! in life; what a clerk answers a refusal with (tick the missing materials, set an "in principle" rule aside with a
//! reason, certify) is done here as the clerk would do it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use loan::calendar::Date;
use office::application::answers::{Fields, Section};
use office::application::fact::Party;
use office::calendar::Town;
use office::number::ApplicationNumber;
use office::origination as o;
use office::servicing::batch::{BuildBatch, CheckBatch, Made};
use office::servicing::pay_out::Sent;
use office::{Act, Actor, Key, No, Office, Refusal};
use wire::sandbox::client::SandboxClient;

use crate::Stopped;
use crate::people::Family;

/// The office, the sandbox, and a counter that gives every request its own key.
pub struct Steps<'o> {
    /// The office.
    pub office: &'o Office,
    /// The outside world.
    pub sandbox: &'o SandboxClient,
    asked: AtomicU64,
}

/// What a student answers about study and money.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Ten-digit code of the school.
    pub school_code: String,
    /// Code of the level of study.
    pub level: &'static str,
    /// Length of the programme.
    pub programme_years: i32,
    /// Year of study.
    pub grade: i32,
    /// Tuition, yuan.
    pub tuition: i64,
    /// Accommodation, yuan.
    pub accommodation: i64,
    /// Amount asked for, yuan.
    pub amount: i64,
    /// Year of maturity.
    pub matures_in: i32,
}

/// Every no in one sentence: the act, who asked, the code and its figures.
pub fn stopped<R: Refusal>(act: &str, actor: &Actor) -> impl FnOnce(No<R>) -> Stopped {
    let (act, actor) = (act.to_owned(), actor.name());
    move |no| {
        Stopped(match no {
            No::Refused(refusal) => format!("{act} by {actor}: {} {:?}", refusal.code(), refusal.figures()),
            No::NotFound => format!("{act} by {actor}: not found"),
            No::Forbidden => format!("{act} by {actor}: forbidden"),
            No::KeyReused => format!("{act} by {actor}: key used before"),
            No::Failure(failure) => format!("{act} by {actor}: {failure}"),
        })
    }
}

fn fields<const N: usize>(pairs: [(&str, String); N]) -> Fields {
    BTreeMap::from(pairs.map(|(field, value)| (field.to_owned(), value)))
}

impl<'o> Steps<'o> {
    /// Begins.
    pub fn new(office: &'o Office, sandbox: &'o SandboxClient) -> Steps<'o> {
        Steps { office, sandbox, asked: AtomicU64::new(0) }
    }

    /// The key of the next request.
    pub fn key(&self) -> Key {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        Key::new(&format!("demonstration-{number:08}")).expect("a key of visible characters")
    }

    /// Performs one act, or says what stopped it.
    pub async fn act<A: Act>(&self, actor: &Actor, act: A) -> Result<A::Done, Stopped> {
        self.office.perform(actor, &self.key(), act).await.map_err(stopped(A::NAME, actor))
    }

    /// The county records a quiz sitting, where its rules ask for one.
    pub async fn quiz(&self, clerk: &Actor, sitting: o::record_quiz::RecordQuiz) -> Result<(), Stopped> {
        use o::record_quiz::RecordQuizRefusal::NoQuizAsked;
        match self.office.perform(clerk, &self.key(), sitting).await {
            Ok(_) | Err(office::No::Refused(NoQuizAsked)) => Ok(()),
            Err(no) => Err(stopped("record_quiz", clerk)(no)),
        }
    }

    /// Moves the business day of the office and of the sandbox; everything due on the way is done.
    pub async fn go_to(&self, day: Date) -> Result<(), Stopped> {
        self.pass(day, self.sandbox).await
    }

    /// As [`Steps::go_to`], in a world where more moves than the sandbox.
    pub async fn pass(&self, day: Date, town: &dyn Town) -> Result<(), Stopped> {
        let actor = Actor::system("demonstration");
        let moved = self.office.move_date(&actor, day, town).await;
        moved.map(drop).map_err(stopped("move_date", &actor))
    }

    /// Opens a draft and answers every section; a renewal writes its statement too. Gives the number back.
    pub async fn draft(
        &self,
        student: &Actor,
        family: &Family,
        county: &str,
        wish: &Wish,
        statement: bool,
    ) -> Result<String, Stopped> {
        let opened = self.act(student, o::open_draft::OpenDraft { county: county.to_owned() }).await?;
        let number = opened.number;
        let save = async |section, fields| {
            let act = o::save_answers::SaveAnswers { number: number.clone(), section, fields };
            self.act(student, act).await.map(drop)
        };
        let study = [
            ("school_code", wish.school_code.clone()),
            ("department", "信息工程学院".to_owned()),
            ("major", "软件工程".to_owned()),
            ("level", wish.level.to_owned()),
            ("programme_years", wish.programme_years.to_string()),
            ("grade", wish.grade.to_string()),
            ("tuition", wish.tuition.to_string()),
            ("accommodation", wish.accommodation.to_string()),
        ];
        save(Section::Study, fields(study)).await?;
        let home = [
            ("address", family.address.clone()),
            ("contact_name", family.parent.name.clone()),
            ("contact_phone", family.parent.phone.clone()),
            ("hardship", "committee_certificate".to_owned()),
            ("orphan", "no".to_owned()),
            ("one_household_book", "yes".to_owned()),
        ];
        save(Section::Family, fields(home)).await?;
        let parent = [
            ("name", family.parent.name.clone()),
            ("id_number", family.parent.id_number.as_str().to_owned()),
            ("phone", family.parent.phone.clone()),
            ("relation", family.relation.to_owned()),
            ("household_county", county.to_owned()),
            ("willing_and_capable", "yes".to_owned()),
        ];
        save(Section::CoBorrower, fields(parent)).await?;
        let request = [("amount", wish.amount.to_string()), ("matures_in", wish.matures_in.to_string())];
        save(Section::Request, fields(request)).await?;
        if statement {
            let text =
                "过去一年我认真学习专业课程，成绩在班级中上，遵守校规校纪，课余参加勤工助学和志愿服务，".repeat(4);
            save(Section::Statement, fields([("statement", text)])).await?;
        }
        Ok(number)
    }

    /// Submits with every declaration ticked.
    pub async fn submit(&self, student: &Actor, number: &str) -> Result<(), Stopped> {
        let act = o::submit::Submit {
            number: number.to_owned(),
            truthful: true,
            consent_sensitive: true,
            consent_credit: true,
        };
        self.act(student, act).await.map(drop)
    }

    /// Both stand before the clerk with their ID cards.
    pub async fn arrive(&self, clerk: &Actor, number: &str) -> Result<(), Stopped> {
        let act = o::arrive::Arrive { number: number.to_owned(), borrower: true, co_borrower: true, proxy: false };
        self.act(clerk, act).await
    }

    /// The clerk accepts, after doing whatever is still missing for it.
    pub async fn accept(&self, clerk: &Actor, number: &str) -> Result<(), Stopped> {
        use o::accept::AcceptRefusal as R;
        let number = number.to_owned();
        for _ in 0..8 {
            let act = o::accept::Accept { number: number.clone() };
            match self.office.perform(clerk, &self.key(), act).await {
                Ok(()) => return Ok(()),
                Err(No::Refused(R::MaterialsMissing(missing))) => {
                    for material in missing {
                        let (number, note) = (number.clone(), String::new());
                        let tick = o::tick_material::TickMaterial { number, material, complete: true, note };
                        self.act(clerk, tick).await?;
                    }
                }
                Err(No::Refused(R::RuleNotOverridden(rule))) => {
                    let (reason, evidence) = ("村委会证明属实".to_owned(), "村委会证明原件".to_owned());
                    let act = o::override_rule::OverrideRule { number: number.clone(), rule, reason, evidence };
                    self.act(clerk, act).await?;
                }
                Err(No::Refused(R::NotCertified)) => {
                    let act = o::certify::Certify {
                        number: number.clone(),
                        basis: "家庭经济困难认定申请表".to_owned(),
                    };
                    self.act(clerk, act).await?;
                }
                Err(no) => return Err(stopped("accept", clerk)(no)),
            }
        }
        Err(Stopped(format!("accept of {number} found something missing again and again")))
    }

    /// The contract of an accepted application; its number.
    pub async fn contract(&self, clerk: &Actor, number: &str) -> Result<String, Stopped> {
        let act = o::generate_contract::GenerateContract { number: number.to_owned() };
        self.act(clerk, act).await.map(|made| made.contract)
    }

    /// Both read and sign on paper.
    pub async fn sign(&self, clerk: &Actor, number: &str, contract: &str) -> Result<(), Stopped> {
        for by in [Party::Borrower, Party::CoBorrower] {
            self.act(clerk, o::confirm_read::ConfirmRead { number: number.to_owned(), by, chapters: Vec::new() })
                .await?;
        }
        let (number, contract) = (number.to_owned(), contract.to_owned());
        self.act(clerk, o::sign::Sign { number, contract, fingerprints: true, names_match: true }).await
    }

    /// The acceptance certificate; the payment account is opened at the platform if there is none.
    pub async fn certificate(&self, clerk: &Actor, number: &str) -> Result<(), Stopped> {
        let issued = self.office.issue_certificate(clerk, &self.key(), number).await;
        issued.map(drop).map_err(stopped("issue_certificate", clerk))
    }

    /// The receipt code as printed on the certificate the student shows at school.
    pub async fn receipt_code(&self, person: i64, number: &str) -> Result<String, Stopped> {
        self.certificate_of(person, number).await.map(|certificate| certificate.code)
    }

    async fn certificate_of(&self, person: i64, number: &str) -> Result<store::certificate::Certificate, Stopped> {
        let parsed: ApplicationNumber =
            number.parse().map_err(|_| Stopped(format!("{number} is no application number")))?;
        let found: Result<_, store::Failure> = self
            .office
            .store
            .read("demonstration_certificate", |tx| {
                Box::pin(async move {
                    let Some(case) = office::desk::load(tx, parsed).await? else { return Ok(None) };
                    let key = (case.book(), case.number.key());
                    store::certificate::find(tx, key, case.progress.certificates, person).await
                })
            })
            .await;
        found?.ok_or_else(|| Stopped(format!("{number} has no certificate")))
    }

    /// The student opens the payment account with the first password of the certificate.
    pub async fn activate_account(&self, person: i64, number: &str) -> Result<(), Stopped> {
        let first = self.certificate_of(person, number).await?.first_password;
        let (Some(first), Some(account)) = (first, self.account(person).await?) else { return Ok(()) };
        let first = wire::keys::Secret::new(first);
        Ok(self.sandbox.activate(&account, &first, "guihua-2016").await?)
    }

    /// The school enters the receipt with what the student still owes, in yuan.
    pub async fn receipt(&self, officer: &Actor, code: String, owed: (i64, i64)) -> Result<(), Stopped> {
        let act = o::enter_receipt::EnterReceipt {
            code,
            tuition: owed.0.to_string(),
            accommodation: owed.1.to_string(),
            papers_shown: true,
        };
        self.act(officer, act).await.map(drop)
    }

    /// The family chooses a counter time.
    pub async fn book_visit(&self, student: &Actor, number: &str, for_on: Date, slot: &str) -> Result<(), Stopped> {
        let act = o::book_visit::BookVisit { number: number.to_owned(), for_on, slot: slot.to_owned() };
        self.act(student, act).await
    }

    /// The student's face matches the ID card, at the vendor's page.
    pub async fn match_face(&self, student: &Actor, number: &str) -> Result<(), Stopped> {
        let begun = self.office.begin_face_check(student, number).await;
        let session = begun.map_err(stopped("begin_face_check", student))?.session;
        self.sandbox.decide_face(&session, true).await?;
        let ended = self.office.finish_face_check(student, &self.key(), number, &session).await;
        ended.map_err(stopped("finish_face_check", student))?.ok_or_else(|| Stopped("the face check waits".to_owned()))
    }

    /// School or county confirms the renewal statement.
    pub async fn confirm_statement(&self, reader: &Actor, number: &str) -> Result<(), Stopped> {
        self.act(reader, o::confirm_statement::ConfirmStatement { number: number.to_owned() }).await
    }

    /// School or county gives the renewal statement back.
    pub async fn return_statement(&self, reader: &Actor, number: &str) -> Result<(), Stopped> {
        let reason = "请写清楚本学年的学习情况".to_owned();
        self.act(reader, o::return_statement::ReturnStatement { number: number.to_owned(), reason }).await
    }

    /// The student reads and signs electronically.
    pub async fn e_sign(&self, student: &Actor, number: &str) -> Result<(), Stopped> {
        let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| code.to_owned()).to_vec();
        let act = o::confirm_read::ConfirmRead { number: number.to_owned(), by: Party::Borrower, chapters };
        self.act(student, act).await?;
        self.office.e_sign(student, &self.key(), number).await.map_err(stopped("e_sign", student))
    }

    /// Another clerk reviews the electronic contract; an empty problem passes it.
    pub async fn review(&self, reviewer: &Actor, number: &str, problem: &str) -> Result<(), Stopped> {
        let act = o::review_e_contract::ReviewEContract { number: number.to_owned(), problem: problem.to_owned() };
        self.act(reviewer, act).await
    }

    /// Everything approved goes into one batch, another person checks it, and it is sent. Gives the number of loans
    /// paid out and of those refused.
    pub async fn pay_out(&self, branch: i64, maker: &Actor, checker: &Actor) -> Result<(usize, usize), Stopped> {
        let made = self.act(maker, BuildBatch { contracts: Vec::new() }).await?;
        let sent = self.send(branch, checker, &made).await?;
        if sent.unknown > 0 {
            return Err(Stopped(format!("{} pay-outs of {} have no answer", sent.unknown, made.batch)));
        }
        Ok((sent.paid, sent.refused.len()))
    }

    /// Another person checks a batch, and it is sent.
    pub async fn send(&self, branch: i64, checker: &Actor, made: &Made) -> Result<Sent, Stopped> {
        let (batch, digest) = (made.batch.clone(), made.digest.clone());
        self.act(checker, CheckBatch { batch, digest }).await?;
        self.office.send_batch(checker, branch, &made.batch).await.map_err(stopped("send_batch", checker))
    }

    /// The payment account of a person at the platform, if there is one.
    pub async fn account(&self, person: i64) -> Result<Option<String>, Stopped> {
        let account: Result<_, store::Failure> = self
            .office
            .store
            .read("demonstration_account", |tx| Box::pin(async move { store::certificate::account(tx, person).await }))
            .await;
        Ok(account?.map(|account| account.account))
    }
}
