//! The small papers around a loan that have no clauses of their own: a list, a statement, a receipt, a slip of a hall,
//! a card to take home, a poster for the window. What they say is handed in as pairs, lines and rows; each keeps its
//! own shape and title in the register.

use serde::Serialize;

use super::{
    APPOINTMENT_SLIP, Form, GRADUATION_CONFIRMATION, MATERIAL_LIST, PAYMENT_RECEIPT, POLICY_CARD, PREPAYMENT_RECEIPT,
    QUEUE_TICKET, RENEWAL_STATEMENT, WINDOW_POSTER,
};
use crate::Paper;

/// A small paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlainPaper {
    /// Which one; decides title, size and template.
    #[serde(skip)]
    pub kind: PlainKind,
    /// The one thing to be read from afar: the number of a ticket, the name of an office.
    pub headline: String,
    /// Label and value, in reading order.
    pub pairs: Vec<(String, String)>,
    /// Sentences, one paragraph each.
    pub lines: Vec<String>,
    /// Titles of a table; empty when there is none.
    pub columns: Vec<String>,
    /// Rows of the table.
    pub rows: Vec<Vec<String>>,
    /// Who signs or seals, one box each.
    pub signers: Vec<String>,
}

/// Which small paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlainKind {
    /// 材料清单.
    #[default]
    MaterialList,
    /// 预约凭条, 80 mm wide.
    AppointmentSlip,
    /// 叫号小票, 80 mm wide.
    QueueTicket,
    /// 续贷声明.
    RenewalStatement,
    /// 毕业确认表.
    GraduationConfirmation,
    /// 提前还款申请回单.
    PrepaymentReceipt,
    /// 还款凭证.
    PaymentReceipt,
    /// 政策明白卡, A5.
    PolicyCard,
    /// 窗口二维码海报, A3.
    WindowPoster,
}

impl Paper for PlainPaper {
    fn form(&self) -> &'static Form {
        match self.kind {
            PlainKind::MaterialList => &MATERIAL_LIST,
            PlainKind::AppointmentSlip => &APPOINTMENT_SLIP,
            PlainKind::QueueTicket => &QUEUE_TICKET,
            PlainKind::RenewalStatement => &RENEWAL_STATEMENT,
            PlainKind::GraduationConfirmation => &GRADUATION_CONFIRMATION,
            PlainKind::PrepaymentReceipt => &PREPAYMENT_RECEIPT,
            PlainKind::PaymentReceipt => &PAYMENT_RECEIPT,
            PlainKind::PolicyCard => &POLICY_CARD,
            PlainKind::WindowPoster => &WINDOW_POSTER,
        }
    }
}
