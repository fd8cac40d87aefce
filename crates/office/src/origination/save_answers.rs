//! The student saves one section of the form. Every mistake of the section is named at once; what was saved
//! before stays.

use loan::refusal::Citation;
use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::{self, Fields, Mistake, Section};
use crate::application::fact::Kind;
use crate::application::{ApplicationFact, progress};
use crate::no::{No, Refusal};
use crate::rules;
use crate::who::{Permission, Role};

/// Saves one section as typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveAnswers {
    /// Number of the application.
    pub number: String,
    /// Which section.
    pub section: Section,
    /// The fields as they were typed.
    pub fields: Fields,
}

/// What is still open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Sections not answered yet, in order.
    pub open: Vec<Section>,
}

/// Why a section is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveAnswersRefusal {
    /// The application is no longer in the student's hands.
    NotWithStudent,
    /// Only a renewal has a statement.
    NoStatementNeeded,
    /// Someone is reading the statement, or confirmed it.
    StatementUnderReview,
    /// Mistakes on the form, all of them.
    Mistakes(Vec<Mistake>),
}

impl Refusal for SaveAnswersRefusal {
    fn code(&self) -> &'static str {
        match self {
            SaveAnswersRefusal::NotWithStudent => "not_with_student",
            SaveAnswersRefusal::NoStatementNeeded => "no_statement_needed",
            SaveAnswersRefusal::StatementUnderReview => "statement_under_review",
            SaveAnswersRefusal::Mistakes(_) => "mistakes",
        }
    }
    fn why(&self) -> Vec<Citation> {
        match self {
            SaveAnswersRefusal::NotWithStudent => vec![Citation::of("xiufeng-2016", "五(四)")],
            SaveAnswersRefusal::NoStatementNeeded | SaveAnswersRefusal::StatementUnderReview => {
                vec![Citation::of("sdvcst-2022", "12(四)")]
            }
            SaveAnswersRefusal::Mistakes(_) => vec![Citation::of("sdvcst-2022", "29")],
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("not_with_student", &[("xiufeng-2016", "五(四)")]),
            ("no_statement_needed", &[("sdvcst-2022", "12(四)")]),
            ("statement_under_review", &[("sdvcst-2022", "12(四)")]),
            ("mistakes", &[("sdvcst-2022", "29")]),
        ]
    }
}

#[async_trait::async_trait]
impl Act for SaveAnswers {
    const NAME: &'static str = "save_answers";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Saved;
    type Refused = SaveAnswersRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Saved, No<SaveAnswersRefusal>> {
        use SaveAnswersRefusal::{Mistakes, NoStatementNeeded, NotWithStudent, StatementUnderReview};
        let mut case = desk.case(&self.number).await?;
        // A statement given back is written again while the rest of the application stays where it is.
        let statement = self.section == Section::Statement;
        let rewriting = statement
            && !case.stage().is_over()
            && matches!(
                case.progress.statement,
                progress::Statement::ReturnedBySchool(_) | progress::Statement::ReturnedByCounty(_)
            );
        if !case.stage().is_with_student() && !rewriting {
            return Err(No::Refused(NotWithStudent));
        }
        if statement && case.kind != Kind::Renewal {
            return Err(No::Refused(NoStatementNeeded));
        }
        let settled = [progress::Statement::ConfirmedBySchool, progress::Statement::ConfirmedByCounty];
        if statement && settled.contains(&case.progress.statement) {
            return Err(No::Refused(StatementUnderReview));
        }

        let wrong = |mistakes| No::Refused(Mistakes(mistakes));
        let fields = &self.fields;
        match self.section {
            Section::Study => {
                let study = answers::read_study(fields, case.number.year).map_err(wrong)?;
                if loan::policy::reference::school(&study.school_code).is_none() {
                    return Err(wrong(vec![Mistake::of("school_code", "not_in_the_list")]));
                }
                case.answers.study = Some(study);
            }
            Section::Family => case.answers.family = Some(answers::read_family(fields).map_err(wrong)?),
            Section::CoBorrower => {
                let day = desk.on;
                let demonstration = crate::day::is_demonstration(desk.tx).await?;
                let id_number = |typed: &str| crate::rules::id_number(typed, day, demonstration).map(|read| read.text);
                let co = answers::read_co_borrower(fields, id_number).map_err(wrong)?;
                if loan::policy::reference::division(&co.household_county).is_none() {
                    return Err(wrong(vec![Mistake::of("household_county", "not_in_the_list")]));
                }
                if store::person::id_number(desk.tx, case.row.person).await?.as_deref() == Some(co.id_number.as_str()) {
                    return Err(wrong(vec![Mistake::of("id_number", "is_the_student")]));
                }
                case.answers.co_borrower = Some(co);
            }
            Section::Request => case.answers.request = Some(answers::read_request(fields).map_err(wrong)?),
            Section::Statement => {
                let (shortest, longest) = crate::rules::statement_lengths(desk.office, &case, desk.on)?;
                let statement = answers::read_statement(fields, shortest, longest).map_err(wrong)?;
                let digest = crate::seal::sm3_hex(statement.text.as_bytes());
                case.answers.statement = Some(statement);
                desk.record(&mut case, ApplicationFact::StatementWritten { digest }).await?;
            }
        }
        desk.keep_answers(&mut case).await?;
        desk.note("section", self.section.code());
        Ok(Saved { open: open_sections(desk.office, &case, desk.on)? })
    }
}

/// Sections a case still needs before it can be submitted under the rules of that day: where no statement is asked for
/// (xiufeng-2016 三(二)2), a renewal is whole without one.
pub fn open_sections(
    office: &crate::Office,
    case: &crate::desk::Case,
    on: loan::calendar::Date,
) -> Result<Vec<Section>, store::Failure> {
    let answers = &case.answers;
    let statement = case.kind == Kind::Renewal && rules::statement_needed(office, case, on)?;
    let open = |section: &Section| match section {
        Section::Study => answers.study.is_none(),
        Section::Family => answers.family.is_none(),
        Section::CoBorrower => answers.co_borrower.is_none(),
        Section::Request => answers.request.is_none(),
        Section::Statement => statement && answers.statement.is_none(),
    };
    Ok(Section::ALL.into_iter().filter(open).collect())
}
