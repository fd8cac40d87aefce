//! The register of documents: what each rule may cite, down to the article. Titles and numbers, no text of theirs.

use serde::Deserialize;

use super::choice::{Choice, Mark};
use super::value::whole_date;
use crate::calendar::Date;

/// One document a rule may cite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Stable id, the `doc` of every citation.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// Number as printed, such as `财教〔2024〕188号`.
    pub number: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// Day of publication, when it is known.
    pub published_on: Option<Date>,
    /// What is known of the publication when it is not, or is more than, a day.
    pub published: Option<String>,
    /// From when it says it holds, in words.
    pub in_force: String,
    /// To whom and where it applies, in words.
    pub scope: String,
    /// Who interprets it.
    pub interpreted_by: Option<String>,
    /// What kind of paper it is.
    pub kind: Kind,
    /// How well its text is known to this project.
    pub mark: Mark,
    /// Articles a citation may name.
    pub articles: Vec<String>,
    /// Titles of attachments.
    pub attachments: Vec<String>,
    /// Doubts and remarks.
    pub note: Option<String>,
}

/// What kind of paper a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A circular of ministries or of the State Council's office.
    NationalCircular,
    /// A circular of a province.
    ProvincialCircular,
    /// Rules of a county or district.
    CountyRules,
    /// Rules of a school.
    SchoolRules,
    /// A notice inside a school.
    SchoolNotice,
    /// A report in the press.
    PressReport,
    /// The bank's operating manual or contract form.
    BankRules,
    /// A page of the lending bank.
    BankPage,
    /// A published series of rates.
    RateSeries,
    /// A national standard.
    NationalStandard,
    /// A decision of this project where the documents are silent.
    ProjectDecision,
}

impl Kind {
    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Kind::NationalCircular => "国家文件",
            Kind::ProvincialCircular => "省级文件",
            Kind::CountyRules => "县（市、区）办法",
            Kind::SchoolRules => "学校办法",
            Kind::SchoolNotice => "学校通知",
            Kind::PressReport => "新闻报道",
            Kind::BankRules => "银行规程与合同",
            Kind::BankPage => "银行网页",
            Kind::RateSeries => "利率公布",
            Kind::NationalStandard => "国家标准",
            Kind::ProjectDecision => "本平台约定",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterFile {
    document: Vec<RawDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDocument {
    id: String,
    title: String,
    number: Option<String>,
    issuer: String,
    published_on: Option<toml::value::Datetime>,
    published: Option<String>,
    in_force: String,
    scope: String,
    interpreted_by: Option<String>,
    kind: Kind,
    mark: String,
    articles: Vec<String>,
    #[serde(default)]
    attachments: Vec<String>,
    note: Option<String>,
}

/// Reads the register.
///
/// # Errors
/// One sentence that names the document or the field.
pub(super) fn read(text: &str) -> Result<Vec<Document>, String> {
    let file: RegisterFile = toml::from_str(text).map_err(|error| format!("register.toml: {error}"))?;
    file.document
        .into_iter()
        .map(|raw| {
            let published_on = match &raw.published_on {
                Some(day) => Some(whole_date(day).ok_or_else(|| format!("{}: published_on is no date", raw.id))?),
                None => None,
            };
            let mark = Mark::from_code(&raw.mark).ok_or_else(|| format!("{}: unknown mark {:?}", raw.id, raw.mark))?;
            Ok(Document {
                id: raw.id,
                title: raw.title,
                number: raw.number,
                issuer: raw.issuer,
                published_on,
                published: raw.published,
                in_force: raw.in_force,
                scope: raw.scope,
                interpreted_by: raw.interpreted_by,
                kind: raw.kind,
                mark,
                articles: raw.articles,
                attachments: raw.attachments,
                note: raw.note,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::Book;

    fn document(id: &str) -> &'static Document {
        Book::standard().document(id).unwrap_or_else(|| panic!("{id} is not registered"))
    }

    #[test]
    fn every_document_the_rules_of_schools_rest_on_is_registered() {
        for number in [
            "鲁政办发〔2008〕66号",
            "鲁教财字〔2009〕2号",
            "鄂学助〔2012〕3号",
            "浙大发研〔2005〕161号",
            "国办发〔2000〕6号",
            "银发〔2001〕245号",
            "银发〔2002〕38号",
            "国办发〔2004〕51号",
        ] {
            let documents = Book::standard().documents();
            assert_eq!(documents.iter().filter(|d| d.number.as_deref() == Some(number)).count(), 1, "{number}");
        }
        assert!(document("cdb-procedure-2016").title.contains("2016版"));
        for document in Book::standard().documents() {
            assert!(!document.title.is_empty() && !document.issuer.is_empty() && !document.scope.is_empty());
        }
        proof::proves!["R2.16"];
    }

    #[test]
    fn interpretation_and_validity_are_kept_per_document() {
        let college = document("sdvcst-2022");
        assert_eq!(college.interpreted_by.as_deref(), Some("学生工作处"));
        assert_eq!(college.published.as_deref(), Some("2022-09-26 12:32"));
        assert_eq!(college.published_on, Some(date(2022, 9, 26)));
        assert!(college.in_force.contains("自发布之日起"));
        let campus = document("zju-2005");
        assert_eq!(campus.interpreted_by.as_deref(), Some("研究生院"));
        assert!(campus.in_force.contains("2004年9月以后"));
        assert_eq!(campus.published.as_deref(), Some("2005年10月修订"));
        proof::proves!["R2.17", "R23.34"];
    }

    #[test]
    fn the_district_rules_and_the_overwritten_copy_are_stored_under_their_own_names() {
        let district = document("xiufeng-2016");
        assert_eq!(district.issuer, "桂林市秀峰区学生资助管理中心");
        assert_eq!(district.published_on, Some(date(2016, 7, 22)));
        assert!(district.in_force.contains("2016"));
        let campus = document("zju-2005");
        assert_eq!(campus.number.as_deref(), Some("浙大发研〔2005〕161号"));
        assert!(!campus.title.contains("8040") && campus.note.is_some());
        assert_eq!(document("hubei-grad-2023").attachments.len(), 5);
        proof::proves!["R2.24", "R23.35"];
    }
}
