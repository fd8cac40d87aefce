//! The application form: exported from what the student typed, signed in two copies. A form typed
//! on a downloaded blank has no number, version and check code and is refused at the counter
//! (xiufeng-2016 五(一)).

use loan::calendar::Date;
use loan::money::Fen;
use serde::{Serialize, Serializer};

use super::{APPLICATION_FORM, Form};
use crate::Paper;

/// 申请表.
#[derive(Clone, Debug, Serialize)]
pub struct ApplicationForm {
    /// 首次贷款 or 续贷.
    pub kind: String,
    /// Borrower.
    pub applicant: Applicant,
    /// School and course.
    pub studies: Studies,
    /// Co-borrower.
    pub co_applicant: CoApplicant,
    /// People who can always reach the borrower; one or two.
    pub contacts: Vec<Contact>,
    /// What is asked for.
    pub request: LoanRequest,
    /// How eligibility is proved.
    #[serde(serialize_with = "eligibility_line")]
    pub eligibility: Eligibility,
    /// Renewal statement (续贷声明); empty at the first loan.
    pub renewal_statement: String,
    /// County aid centre the form is handed to.
    pub agency: String,
    /// Check code of the form, typed or scanned at the counter.
    pub check_code: String,
}

/// The borrower on the application form.
#[derive(Clone, Debug, Serialize)]
pub struct Applicant {
    /// Name exactly as on the identity card.
    pub name: String,
    /// 男 or 女.
    pub sex: String,
    /// Birthday.
    #[serde(serialize_with = "super::day")]
    pub born_on: Date,
    /// Identity number.
    pub id_number: String,
    /// Mobile phone.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
    /// Registered household.
    pub household: String,
    /// Where the family lives; letters are served there.
    pub address: String,
}

/// School and course on the application form.
#[derive(Clone, Debug, Serialize)]
pub struct Studies {
    /// School.
    pub school: String,
    /// College or department.
    pub college: String,
    /// Major.
    pub major: String,
    /// 本科, 专科, 硕士, 博士 …
    pub level: String,
    /// Student number, or the number of the admission letter.
    pub student_number: String,
    /// Length of the course in years.
    pub programme_years: u32,
    /// Year of enrolment.
    pub enrolled_in: i32,
    /// Expected day of graduation.
    #[serde(serialize_with = "super::day")]
    pub graduates_on: Date,
}

/// The co-borrower on the application form.
#[derive(Clone, Debug, Serialize)]
pub struct CoApplicant {
    /// Name exactly as on the identity card.
    pub name: String,
    /// Relation to the borrower.
    pub relation: String,
    /// Identity number.
    pub id_number: String,
    /// Mobile phone.
    pub phone: String,
    /// Registered household.
    pub household: String,
    /// Work place; 务农, 暂无工作 are good answers.
    pub work: String,
}

/// A person who can always reach the borrower.
#[derive(Clone, Debug, Serialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Relation to the borrower.
    pub relation: String,
    /// Phone number.
    pub phone: String,
}

/// What is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct LoanRequest {
    /// First calendar year of the academic year.
    #[serde(serialize_with = "super::academic_year")]
    pub academic_year: i32,
    /// Tuition of the year.
    #[serde(serialize_with = "super::figures")]
    pub tuition: Fen,
    /// Accommodation of the year.
    #[serde(serialize_with = "super::figures")]
    pub accommodation: Fen,
    /// Amount asked for.
    #[serde(serialize_with = "super::amount")]
    pub amount: Fen,
    /// Term in years.
    pub term_years: u32,
    /// Last day of the loan.
    #[serde(serialize_with = "super::day")]
    pub matures_on: Date,
}

/// How eligibility is proved (xiufeng-2016 五(二)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eligibility {
    /// On the pre-application list: no certification on the form.
    PreApplied,
    /// A renewal: no certification on the form.
    Renewal,
    /// The county centre certifies on the form.
    CountyCertifies,
}

fn eligibility_line<S: Serializer>(eligibility: &Eligibility, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match eligibility {
        Eligibility::PreApplied => "已通过预申请，不须在本表认定。",
        Eligibility::Renewal => "续贷，不须在本表认定。",
        Eligibility::CountyCertifies => "",
    })
}

impl Paper for ApplicationForm {
    fn form(&self) -> &'static Form {
        &APPLICATION_FORM
    }
}
