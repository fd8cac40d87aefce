//! The credit bureau: a file of records per reporting day, and the answer which of them were taken.
//!
//! The file is lines of `|`-separated fields in UTF-8: a head `A`, one `B` per contract, a trailer `Z` with count and
//! sums. A correction is a new record of kind [`ReportKind::Correction`]; nothing that was sent is altered (R22.6).

use async_trait::async_trait;
use loan::calendar::Date;
use loan::money::Fen;
use serde::{Deserialize, Serialize};

use crate::fault::PartnerFault;
use crate::keys::sm3_hex;
use crate::sealed::SealedGateway;

/// Path of the gateway.
pub const SUBMIT: &str = "/bureau/files";

/// Takes files.
#[async_trait]
pub trait CreditBureau: Send + Sync {
    /// Submits a file. The same name with the same content answers the same receipt.
    async fn submit(&self, file: &BureauFile) -> Result<BureauReceipt, PartnerFault>;
}

/// The state of one contract on the reporting day (R22.1, R22.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BureauRecord {
    /// Why it is reported.
    pub kind: ReportKind,
    /// Contract number.
    pub contract_no: String,
    /// ID number of the borrower.
    pub cert_no: String,
    /// Name of the borrower.
    pub name: String,
    /// First disbursement.
    pub opened_on: Date,
    /// Sum of disbursements.
    pub loan_amount: Fen,
    /// Outstanding principal.
    pub balance: Fen,
    /// Principal and interest overdue.
    pub overdue: Fen,
    /// Since when something is overdue.
    pub overdue_since: Option<Date>,
    /// The day the contract was settled.
    pub settled_on: Option<Date>,
}

/// Why a contract is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The contract took effect.
    Opened,
    /// Regular state.
    Regular,
    /// Puts an earlier report right.
    Correction,
    /// Settled.
    Closed,
}

impl ReportKind {
    fn code(self) -> &'static str {
        match self {
            ReportKind::Opened => "10",
            ReportKind::Regular => "20",
            ReportKind::Correction => "30",
            ReportKind::Closed => "40",
        }
    }
}

/// Why no file was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BureauRefused {
    /// A text that would break the form; records count from 1.
    #[error("record {record}: {field} holds a separator or is empty")]
    Text {
        /// Its number.
        record: usize,
        /// Which field.
        field: &'static str,
    },
    /// An overdue amount without its day, or the reverse; records count from 1.
    #[error("record {0}: an overdue amount and the day it began belong together")]
    Overdue(usize),
}

/// A file ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BureauFile {
    /// Institution, day and number.
    pub name: String,
    /// The lines.
    pub content: String,
    /// SM3 of the content, hex.
    pub digest: String,
}

/// The bureau's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BureauReceipt {
    /// The bureau's number.
    pub receipt_no: String,
    /// How many records were taken.
    pub accepted: usize,
    /// Those that were not.
    pub rejected: Vec<RejectedRecord>,
}

/// A record the bureau did not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// Its number in the file, from 1.
    pub record: usize,
    /// Why.
    pub reason: String,
}

/// Writes a file: the same records always give the same bytes.
pub fn write_file(
    institution: &str,
    reported_on: Date,
    number: u32,
    records: &[BureauRecord],
) -> Result<BureauFile, BureauRefused> {
    let mut content = format!("A|{institution}|{reported_on}|{number}\n");
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let (mut balance, mut overdue) = (Fen::ZERO, Fen::ZERO);
    for (index, record) in records.iter().enumerate() {
        for (field, text) in
            [("contract_no", &record.contract_no), ("cert_no", &record.cert_no), ("name", &record.name)]
        {
            if text.is_empty() || text.contains(|sign: char| sign == '|' || sign.is_control()) {
                return Err(BureauRefused::Text { record: index + 1, field });
            }
        }
        if record.overdue.is_positive() != record.overdue_since.is_some() {
            return Err(BureauRefused::Overdue(index + 1));
        }
        balance += record.balance;
        overdue += record.overdue;
        let fields = [
            "B",
            record.kind.code(),
            &record.contract_no,
            &record.cert_no,
            &record.name,
            &record.opened_on.to_string(),
            &record.loan_amount.to_string(),
            &record.balance.to_string(),
            &record.overdue.to_string(),
            &day(record.overdue_since),
            &day(record.settled_on),
        ]
        .join("|");
        content.push_str(&fields);
        content.push('\n');
    }
    content.push_str(&format!("Z|{}|{balance}|{overdue}\n", records.len()));
    let name = format!("{institution}-{}-{number:04}.txt", reported_on.format("%Y%m%d"));
    Ok(BureauFile { name, digest: sm3_hex(content.as_bytes()), content })
}

#[async_trait]
impl CreditBureau for SealedGateway {
    async fn submit(&self, file: &BureauFile) -> Result<BureauReceipt, PartnerFault> {
        self.ask(SUBMIT, file).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    fn record() -> BureauRecord {
        BureauRecord {
            kind: ReportKind::Regular,
            contract_no: "C1".into(),
            cert_no: "999999200401010010".into(),
            name: "张三".into(),
            opened_on: date(2026, 11, 20),
            loan_amount: Fen::yuan(12_000),
            balance: Fen::yuan(12_000),
            overdue: Fen(16_033),
            overdue_since: Some(date(2030, 12, 22)),
            settled_on: None,
        }
    }

    #[test]
    fn a_file_carries_its_count_and_sums() {
        let settled = BureauRecord {
            kind: ReportKind::Correction,
            overdue: Fen::ZERO,
            overdue_since: None,
            balance: Fen::ZERO,
            settled_on: Some(date(2031, 1, 5)),
            ..record()
        };
        let file = write_file("450302", date(2031, 1, 31), 7, &[record(), settled]).unwrap();
        assert_eq!(file.name, "450302-20310131-0007.txt");
        assert_eq!(
            file.content,
            "A|450302|2031-01-31|7\n\
             B|20|C1|999999200401010010|张三|2026-11-20|12000.00|12000.00|160.33|2030-12-22|\n\
             B|30|C1|999999200401010010|张三|2026-11-20|12000.00|0.00|0.00||2031-01-05\n\
             Z|2|12000.00|160.33\n"
        );
        assert_eq!(file.digest, sm3_hex(file.content.as_bytes()));
    }

    #[test]
    fn texts_that_break_the_form_are_refused() {
        let check = |change: &dyn Fn(&mut BureauRecord), expected: BureauRefused| {
            let mut changed = record();
            change(&mut changed);
            assert_eq!(write_file("450302", date(2031, 1, 31), 1, &[record(), changed]), Err(expected));
        };
        check(&|r| r.name = "张|三".into(), BureauRefused::Text { record: 2, field: "name" });
        check(&|r| r.name = "张\n三".into(), BureauRefused::Text { record: 2, field: "name" });
        check(&|r| r.contract_no.clear(), BureauRefused::Text { record: 2, field: "contract_no" });
        check(&|r| r.overdue = Fen::ZERO, BureauRefused::Overdue(2));
        check(&|r| r.overdue_since = None, BureauRefused::Overdue(2));
    }
}
