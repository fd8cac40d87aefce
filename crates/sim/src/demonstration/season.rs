//! One season of one year: the families of the year come, each gets as far as it was meant to, and whoever misses the
//! receipt is ended by the deadline.

use loan::calendar::Date;
use office::Actor;
use office::accounts::register::Registration;
use office::origination as o;
use office::servicing::decide::{Approve, Refuse};
use office::servicing::review::Review;
use tokio::task::JoinSet;

use super::places::{County, Places, School, visit_time};
use super::{Days, renewals};
use crate::Stopped;
use crate::households::Households;
use crate::people::{Family, Registry};
use crate::steps::{Steps, Wish, stopped};

/// From this year on those whose pay-out failed are still waiting.
const LATE_FROM: i32 = 2024;

/// How far an application gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Goal {
    /// 草稿.
    Draft,
    /// 已退回.
    Returned,
    /// 学生撤回.
    Withdrawn,
    /// 已提交.
    Submitted,
    /// 已预约.
    Booked,
    /// 资料不实.
    Failed,
    /// 窗口办理中.
    AtCounter,
    /// 已受理.
    Accepted,
    /// 合同已生成.
    Generated,
    /// 合同已签.
    Signed,
    /// 合同作废后重新生成.
    Voided,
    /// 受理证明已发, and the receipt never comes.
    Missed,
    /// 回执已录入.
    ReceiptEntered,
    /// 银行不予批准.
    Refused,
    /// 银行审查.
    Reviewed,
    /// 已批准.
    Approved,
    /// 在放款批次里.
    Batched,
    /// 支付平台处理中.
    Sent,
    /// 已发放.
    Disbursed,
}

impl Goal {
    /// What a season in the middle of its work shows.
    pub const UNDER_WAY: &'static [Goal] = &[
        Goal::Draft,
        Goal::Returned,
        Goal::Submitted,
        Goal::Booked,
        Goal::AtCounter,
        Goal::Accepted,
        Goal::Generated,
        Goal::Signed,
        Goal::Voided,
        Goal::Missed,
        Goal::ReceiptEntered,
        Goal::Reviewed,
        Goal::Approved,
        Goal::Batched,
        Goal::Sent,
    ];
}

/// A student of the demonstration.
#[derive(Clone, Debug)]
pub struct Student {
    /// Person number.
    pub person: i64,
    /// The family.
    pub family: Family,
    /// Position of the county.
    pub county: usize,
    /// Position of the school.
    pub school: usize,
    /// First year of study.
    pub freshman_in: i32,
    /// Number of the application of the first season.
    pub application: String,
    /// Number of its contract, once there is one.
    pub contract: String,
    /// How far it was meant to get.
    pub goal: Goal,
}

/// One season.
pub struct Season<'a, 'o> {
    /// The desks' steps.
    pub steps: &'a Steps<'o>,
    /// Offices and people.
    pub places: &'a Places,
    /// The sandbox and the families.
    pub town: &'a Households,
    /// The year.
    pub year: i32,
    /// True for the season in which the demonstration ends.
    pub is_last: bool,
}

impl Season<'_, '_> {
    /// Lets the season pass; the last one stops in the middle of September.
    pub async fn pass(
        &mut self,
        registry: &mut Registry,
        goals: &[Goal],
        students: &mut Vec<Student>,
    ) -> Result<(), Stopped> {
        let days = Days::of(self.year);
        self.go_to(days.forms).await?;
        self.places.open_season(self.steps, self.year).await?;
        let begin = students.len();
        for (index, goal) in goals.iter().enumerate() {
            // Who misses the receipt in 2016 is of Xiufeng and of two others in turn.
            let county = index % self.places.counties.len();
            let school = (begin + index) % self.places.schools.len();
            let family = registry.family(self.year);
            let (freshman_in, application, contract, goal) = (self.year, String::new(), String::new(), *goal);
            students.push(Student { person: 0, family, county, school, freshman_in, application, contract, goal });
        }
        self.care(&students[..begin]).await?;
        let newcomers = &mut students[begin..];
        self.register(newcomers).await?;
        for (turn, student) in newcomers.iter_mut().enumerate() {
            self.fill_in(student, turn).await?;
        }
        self.go_to(days.counters).await?;
        for student in newcomers.iter_mut().filter(|student| student.goal >= Goal::Failed) {
            self.at_counter(student).await?;
        }
        self.go_to(days.receipts).await?;
        self.prepay(&students[..begin]).await?;
        let newcomers = &students[begin..];
        for (turn, student) in newcomers.iter().enumerate().filter(|(_, student)| student.goal >= Goal::ReceiptEntered)
        {
            self.at_school(student, turn).await?;
        }
        let mut at_bank: Vec<(String, Goal)> = newcomers
            .iter()
            .filter(|student| student.goal >= Goal::ReceiptEntered)
            .map(|student| (student.application.clone(), student.goal))
            .collect();
        let renewed = renewals::pass(self, students, begin).await?;
        at_bank.extend(renewed.into_iter().map(|number| (number, Goal::Disbursed)));
        self.go_to(days.decisions).await?;
        self.at_bank(&at_bank).await?;
        if self.is_last {
            return self.last_day(&students[begin..], days.last).await;
        }
        self.go_to(days.deadline_passed).await?;
        if at_bank.iter().any(|(_, goal)| *goal == Goal::Disbursed) {
            self.pay(&students[begin..]).await?;
        }
        self.school_money().await?;
        self.wrong_file().await
    }

    /// The bank reviews, and another person decides.
    async fn at_bank(&self, waiting: &[(String, Goal)]) -> Result<(), Stopped> {
        let Places { maker, checker, .. } = self.places;
        for (number, goal) in waiting.iter().filter(|(_, goal)| *goal > Goal::ReceiptEntered) {
            let number = number.clone();
            self.steps.act(maker, Review { number: number.clone() }).await?;
            match goal {
                Goal::Reviewed => {}
                Goal::Refused => {
                    let reason = "共同借款人在其他银行有逾期贷款".to_owned();
                    self.steps.act(checker, Refuse { number, reason }).await?;
                }
                _ => self.steps.act(checker, Approve { number }).await?,
            }
        }
        Ok(())
    }

    /// The money goes out. Who forgot the account is refused by the platform; in most years the county reminds them
    /// and the bank sends again.
    async fn pay(&self, newcomers: &[Student]) -> Result<(), Stopped> {
        let Places { bank, maker, checker, .. } = self.places;
        let (_, refused) = self.steps.pay_out(*bank, maker, checker).await?;
        if refused == 0 || self.year >= LATE_FROM {
            return Ok(());
        }
        for (turn, student) in newcomers.iter().enumerate().filter(|(_, student)| student.goal == Goal::Disbursed) {
            if self.forgets_account(turn) {
                self.steps.activate_account(student.person, &student.application).await?;
            }
        }
        self.steps.pay_out(*bank, maker, checker).await.map(drop)
    }

    /// True for those of the late seasons whose pay-out failed and was not sent again.
    pub(super) fn waits_for_money(&self, index: usize, students: &[Student]) -> bool {
        let cohort = students[index].freshman_in;
        let begin = students.iter().position(|student| student.freshman_in == cohort).unwrap_or(0);
        cohort >= LATE_FROM && (index - begin) % 5 == 3
    }

    /// Some never open the payment account on time.
    fn forgets_account(&self, turn: usize) -> bool {
        if self.year >= LATE_FROM { turn % 5 == 3 } else { turn % 10 == 3 }
    }

    pub(super) async fn go_to(&self, day: Date) -> Result<(), Stopped> {
        self.steps.pass(day, self.town).await
    }

    pub(super) fn county(&self, student: &Student) -> &County {
        &self.places.counties[student.county]
    }

    pub(super) fn school(&self, student: &Student) -> &School {
        &self.places.schools[student.school]
    }

    /// Accounts are opened side by side: hashing a password is heavy and touches nothing else. Every fifth parent
    /// opens an own account.
    async fn register(&self, newcomers: &mut [Student]) -> Result<(), Stopped> {
        let mut opening = JoinSet::new();
        for (index, student) in newcomers.iter().enumerate() {
            let parent = index.is_multiple_of(5).then_some((None, &student.family.parent));
            for (place, person) in [(Some(index), &student.family.student)].into_iter().chain(parent) {
                let typed = Registration {
                    name: person.name.clone(),
                    id_number: person.id_number.as_str().to_owned(),
                    phone: person.phone.clone(),
                    // Nobody knows it: in a demonstration everybody enters with one click.
                    password: office::number::token(self.steps.office.chance.as_ref()),
                };
                let (office, key) = (self.steps.office.clone(), self.steps.key());
                opening.spawn(async move {
                    let opened = office.register(&key, typed).await;
                    opened.map(|opened| (place, opened.person)).map_err(stopped("register", &Actor::PUBLIC))
                });
            }
        }
        while let Some(opened) = opening.join_next().await {
            let (place, person) = opened.map_err(|error| Stopped(error.to_string()))??;
            if let Some(index) = place {
                newcomers[index].person = person;
            }
        }
        Ok(())
    }

    /// Pre-application, training and the form, as far as the student's own hands reach.
    async fn fill_in(&self, student: &mut Student, turn: usize) -> Result<(), Stopped> {
        let county = self.county(student);
        let (person, family) = (&student.family.student, &student.family);
        // One in four did not pre-apply: the clerk then asks for the reason.
        if !turn.is_multiple_of(4) {
            let act = o::enter_pre_application::EnterPreApplication {
                name: person.name.clone(),
                id_number: person.id_number.as_str().to_owned(),
                phone: person.phone.clone(),
                source: "grant_file".to_owned(),
                proof: String::new(),
                ..Default::default()
            };
            self.steps.act(&county.clerk, act).await?;
        }
        let act = o::record_quiz::RecordQuiz {
            id_number: person.id_number.as_str().to_owned(),
            session: format!("{}年暑期第一场", self.year),
            questions: 50,
            right: 40 + (turn % 11) as i64,
        };
        self.steps.quiz(&county.clerk, act).await?;
        let actor = Actor::student(student.person);
        let wish = self.wish(student, turn);
        student.application = self.steps.draft(&actor, family, county.code, &wish, false).await?;
        let number = student.application.as_str();
        if student.goal == Goal::Draft {
            return Ok(());
        }
        self.steps.submit(&actor, number).await?;
        match student.goal {
            Goal::Returned => {
                let (reason, note) = ("form_not_signed".to_owned(), "申请表第二页没有本人签字".to_owned());
                let flaw = office::application::fact::Flaw::NotSigned;
                let defect = office::application::fact::Defect { material: "application_form".to_owned(), flaw };
                let (number, defects) = (number.to_owned(), vec![defect]);
                let act = o::return_application::ReturnApplication { number, reason, note, defects };
                self.steps.act(&county.clerk, act).await
            }
            Goal::Withdrawn => self.steps.act(&actor, o::withdraw::Withdraw { number: number.to_owned() }).await,
            Goal::Submitted => Ok(()),
            // Some come without an appointment.
            _ if student.goal != Goal::Booked && turn % 3 == 1 => Ok(()),
            _ => {
                let (day, slot) = visit_time(self.year, turn);
                self.steps.book_visit(&actor, number, day, &slot).await
            }
        }
    }

    pub(super) fn wish(&self, student: &Student, turn: usize) -> Wish {
        let school = self.school(student);
        let tuition = 4_500 + 100 * (turn as i64 % 17);
        let accommodation = 800 + 50 * (turn as i64 % 9);
        let grade = self.year - student.freshman_in + 1;
        let graduates_in = student.freshman_in + school.years;
        Wish {
            school_code: school.code.to_owned(),
            level: school.level,
            programme_years: school.years,
            grade,
            tuition,
            accommodation,
            amount: (tuition + accommodation) / 100 * 100,
            // One in three chooses the shortest term of those days.
            matures_in: if self.year < 2021 && turn.is_multiple_of(3) { self.year + 6 } else { graduates_in + 8 },
        }
    }

    /// The counter, up to the certificate.
    async fn at_counter(&self, student: &mut Student) -> Result<(), Stopped> {
        let clerk = &self.county(student).clerk;
        let number = student.application.as_str();
        self.steps.arrive(clerk, number).await?;
        match student.goal {
            Goal::AtCounter => return Ok(()),
            Goal::Failed => {
                let reason = "户口簿复印件与原件不符".to_owned();
                return self.steps.act(clerk, o::mark_untrue::MarkUntrue { number: number.to_owned(), reason }).await;
            }
            _ => self.steps.accept(clerk, number).await?,
        }
        if student.goal == Goal::Accepted {
            return Ok(());
        }
        let mut contract = self.steps.contract(clerk, number).await?;
        if student.goal == Goal::Generated {
            return Ok(());
        }
        if student.goal == Goal::Voided {
            let reason = "打印件被涂改".to_owned();
            let act = o::void_contract::VoidContract { number: number.to_owned(), reason, co_borrower_name: None };
            self.steps.act(clerk, act).await?;
            contract = self.steps.contract(clerk, number).await?;
        }
        self.steps.sign(clerk, number, &contract).await?;
        student.contract = contract;
        if student.goal == Goal::Signed {
            return Ok(());
        }
        self.steps.certificate(clerk, number).await
    }

    /// At school: the account is opened with the first password, and the receipt is entered. One in ten forgets the
    /// account.
    async fn at_school(&self, student: &Student, turn: usize) -> Result<(), Stopped> {
        let number = student.application.as_str();
        // Whom the bank pays out in the days around the hand-over has opened it.
        if !self.forgets_account(turn) || matches!(student.goal, Goal::Batched | Goal::Sent) {
            self.steps.activate_account(student.person, number).await?;
        }
        let wish = self.wish(student, turn);
        // Some paid part of the fees already.
        let owed = if turn.is_multiple_of(3) { (wish.tuition / 2, 0) } else { (wish.tuition, wish.accommodation) };
        let code = self.steps.receipt_code(student.person, number).await?;
        self.steps.receipt(&self.school(student).officer, code, owed).await
    }
}
