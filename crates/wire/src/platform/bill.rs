//! The daily bill: every trade of one business day as the platform booked it, the evidence that settles doubts.
//!
//! A CSV file between `#` lines, in UTF-8 or GBK, with LF or CRLF: head with merchant and day, the list, its end, and
//! one total line per direction. A file that is cut, altered or of another day is refused whole; nothing of it counts.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use loan::calendar::Date;
use loan::money::Fen;

use super::TradeKind;
use crate::keys::sm3_hex;

/// A downloaded file with what the signed answer said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFile {
    /// The business day asked for.
    pub on: Date,
    /// SM3 of the bytes, hex, from the signed answer.
    pub digest: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A daily bill, read and proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyBill {
    /// Its business day.
    pub on: Date,
    /// Its trades in the order of the file, each once.
    pub lines: Vec<BillLine>,
}

/// One trade of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// The platform's number.
    pub trade_no: String,
    /// Our number.
    pub out_trade_no: String,
    /// What it is.
    pub kind: TradeKind,
    /// The borrower's account.
    pub account: String,
    /// What moved.
    pub amount: Fen,
    /// 批次流水号, or empty.
    pub batch_serial: String,
    /// The trade it takes back, or empty.
    pub original_trade_no: String,
}

/// Which way the lender's money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the lender.
    In,
    /// From the lender.
    Out,
    /// From the borrower on to the school.
    Onward,
}

/// Why a file is not taken. In order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillRefused {
    /// The bytes are not those of the signed answer.
    #[error("the file is not the one the platform signed for")]
    Digest,
    /// Neither UTF-8 nor GBK.
    #[error("the file is neither UTF-8 nor GBK")]
    Encoding,
    /// The head is missing or unreadable.
    #[error("the head of the file is not of the form")]
    Head,
    /// Another merchant's bill.
    #[error("the bill is of merchant {0:?}")]
    OtherMerchant(String),
    /// Another day's bill.
    #[error("the bill is of {0:?}")]
    OtherDay(String),
    /// The end of the list or a total line is missing.
    #[error("the file is cut off")]
    CutOff,
    /// A line that cannot be read; lines count from 1.
    #[error("line {line}: {reason}")]
    Line {
        /// Its number.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// One trade twice with different content.
    #[error("trade {0} stands twice with different content")]
    Twice(String),
    /// A total differs from the lines.
    #[error("total of {0:?}: the file says {1}, its lines say {2}")]
    Total(Direction, String, String),
    /// Something stands behind the totals.
    #[error("text after the totals: {0}")]
    After(String),
}

const TITLE: &str = "#助学贷款支付平台业务明细";
const LIST: &str = "#--------业务明细列表--------";
const LIST_END: &str = "#--------业务明细列表结束--------";
const COLUMNS: [&str; 8] =
    ["平台交易号", "商户订单号", "业务类型", "收支", "账户", "金额（元）", "批次流水号", "原交易号"];

const KINDS: [(TradeKind, &str, Direction); 6] = [
    (TradeKind::PayOut, "放款", Direction::Out),
    (TradeKind::SchoolTransfer, "学费划转", Direction::Onward),
    (TradeKind::Debit, "扣款", Direction::In),
    (TradeKind::Repayment, "助学贷款还款", Direction::In),
    (TradeKind::Refund, "退款", Direction::Out),
    (TradeKind::Bounce, "退回", Direction::Out),
];

const DIRECTIONS: [(Direction, &str); 3] =
    [(Direction::In, "收入"), (Direction::Out, "支出"), (Direction::Onward, "转付")];

/// Which way money of this kind goes; `None` for what is not on a lender's bill.
pub fn direction(kind: TradeKind) -> Option<Direction> {
    KINDS.iter().find(|(found, ..)| *found == kind).map(|(.., direction)| *direction)
}

fn direction_name(direction: Direction) -> &'static str {
    DIRECTIONS.iter().find(|(found, _)| *found == direction).expect("every direction has a name").1
}

fn total_line(direction: Direction, count: usize, sum: Fen) -> String {
    format!("#{}合计：{count}笔，{sum}元", direction_name(direction))
}

/// Writes the file; the platform's side. Trades that are not on a lender's bill are left out.
pub fn write(seller_id: &str, on: Date, lines: &[BillLine]) -> Vec<u8> {
    let mut text = format!("{TITLE}\n#商户号：[{seller_id}]\n#账单日期：[{on}]\n{LIST}\n{}\n", COLUMNS.join(","));
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut totals = BTreeMap::from(DIRECTIONS.map(|(direction, _)| (direction, (0, Fen::ZERO))));
    for line in lines {
        let Some((_, name, direction)) = KINDS.iter().find(|(kind, ..)| *kind == line.kind) else { continue };
        let total = totals.get_mut(direction).expect("every direction has a total");
        *total = (total.0 + 1, total.1 + line.amount);
        let amount = line.amount.to_string();
        let record = [
            &line.trade_no,
            &line.out_trade_no,
            *name,
            direction_name(*direction),
            &line.account,
            &amount,
            &line.batch_serial,
            &line.original_trade_no,
        ];
        table.write_record(record).expect("writing to memory does not fail");
    }
    text.push_str(
        &String::from_utf8(table.into_inner().expect("writing to memory does not fail")).expect("it was text"),
    );
    text.push_str(LIST_END);
    for (direction, (count, sum)) in totals {
        let _ = write!(text, "\n{}", total_line(direction, count, sum));
    }
    text.push('\n');
    text.into_bytes()
}

/// SM3 of a file, hex, as the signed answer carries it.
pub fn digest(bytes: &[u8]) -> String {
    sm3_hex(bytes)
}

/// Proves and reads a file.
pub fn read(file: &BillFile, seller_id: &str) -> Result<DailyBill, BillRefused> {
    if !digest(&file.bytes).eq_ignore_ascii_case(&file.digest) {
        return Err(BillRefused::Digest);
    }
    let text = decode(&file.bytes)?;
    let (head, rest) = text.split_once(LIST).ok_or(BillRefused::Head)?;
    read_head(head, seller_id, file.on)?;
    let rest = rest.trim_start_matches('\r').strip_prefix('\n').ok_or(BillRefused::Head)?;
    let (columns, rest) = rest.split_once('\n').ok_or(BillRefused::Head)?;
    if columns.trim_end_matches('\r') != COLUMNS.join(",") {
        return Err(BillRefused::Head);
    }
    let (list, trailer) = rest.split_once(LIST_END).ok_or(BillRefused::CutOff)?;
    let (lines, totals) = read_list(list)?;
    read_trailer(trailer, &totals)?;
    Ok(DailyBill { on: file.on, lines })
}

type Totals = BTreeMap<Direction, (usize, i128)>;

fn read_head(head: &str, seller_id: &str, on: Date) -> Result<(), BillRefused> {
    let rows: Vec<&str> = head.lines().collect();
    let [TITLE, merchant, day] = rows[..] else { return Err(BillRefused::Head) };
    let merchant = bracketed(merchant, "#商户号：").ok_or(BillRefused::Head)?;
    let day = bracketed(day, "#账单日期：").ok_or(BillRefused::Head)?;
    if merchant != seller_id {
        return Err(BillRefused::OtherMerchant(merchant.into()));
    }
    if day != on.to_string() {
        return Err(BillRefused::OtherDay(day.into()));
    }
    Ok(())
}

/// Lines before the list: title, merchant, day, start of the list, names of the columns.
const LINES_BEFORE_LIST: u64 = 5;

fn read_list(list: &str) -> Result<(Vec<BillLine>, Totals), BillRefused> {
    let mut lines: Vec<BillLine> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut totals = Totals::new();
    let mut table = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(list.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        let at = usize::try_from(LINES_BEFORE_LIST + table.position().line()).unwrap_or(usize::MAX);
        let refuse = |reason: String| BillRefused::Line { line: at, reason };
        if !table.read_record(&mut record).map_err(|reason| refuse(reason.to_string()))? {
            return Ok((lines, totals));
        }
        let (line, direction) = read_line(&record).map_err(refuse)?;
        let total = totals.entry(direction).or_default();
        *total = (total.0 + 1, total.1 + i128::from(line.amount.0));
        match known.get(&line.trade_no) {
            Some(index) if lines[*index] == line => {}
            Some(_) => return Err(BillRefused::Twice(line.trade_no)),
            None => {
                known.insert(line.trade_no.clone(), lines.len());
                lines.push(line);
            }
        }
    }
}

fn read_trailer(trailer: &str, totals: &Totals) -> Result<(), BillRefused> {
    let trailer = trailer.trim_start_matches('\r').strip_prefix('\n').ok_or(BillRefused::CutOff)?;
    let mut rows = trailer.lines();
    for (direction, _) in DIRECTIONS {
        let told = rows.next().ok_or(BillRefused::CutOff)?;
        let (count, sum) = totals.get(&direction).copied().unwrap_or_default();
        let found = i64::try_from(sum).map(|sum| total_line(direction, count, Fen(sum)));
        if found.as_deref() != Ok(told) {
            let found = found.unwrap_or_else(|_| "more than fits".into());
            return Err(BillRefused::Total(direction, told.into(), found));
        }
    }
    match rows.find(|row| !row.is_empty()) {
        Some(row) => Err(BillRefused::After(row.into())),
        None => Ok(()),
    }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, BillRefused> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.into());
    }
    encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes).ok_or(BillRefused::Encoding)
}

fn bracketed<'a>(row: &'a str, name: &str) -> Option<&'a str> {
    row.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')
}

fn read_line(record: &csv::StringRecord) -> Result<(BillLine, Direction), String> {
    if record.len() != COLUMNS.len() {
        return Err(format!("{} columns instead of {}", record.len(), COLUMNS.len()));
    }
    let cell = |column: usize| record[column].trim().to_owned();
    let (kind, _, direction) = *KINDS
        .iter()
        .find(|(_, name, direction)| *name == cell(2) && direction_name(*direction) == cell(3))
        .ok_or_else(|| format!("{}/{} is no kind of trade", cell(2), cell(3)))?;
    let amount = cell(5).parse().map_err(|reason| format!("the amount {:?} {reason}", cell(5)))?;
    if cell(0).is_empty() {
        return Err("the trade has no number".into());
    }
    let line = BillLine {
        trade_no: cell(0),
        out_trade_no: cell(1),
        kind,
        account: cell(4),
        amount,
        batch_serial: cell(6),
        original_trade_no: cell(7),
    };
    Ok((line, direction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    const SELLER: &str = "2088000000000001";

    fn on() -> Date {
        date(2027, 12, 21)
    }

    fn line(trade_no: &str, kind: TradeKind, fen: i64) -> BillLine {
        BillLine {
            trade_no: trade_no.into(),
            out_trade_no: format!("our,{trade_no}"),
            kind,
            account: "dk00000001@zhifu.example".into(),
            amount: Fen(fen),
            batch_serial: String::new(),
            original_trade_no: String::new(),
        }
    }

    fn lines() -> Vec<BillLine> {
        vec![
            line("T1", TradeKind::Debit, 110),
            line("T2", TradeKind::Repayment, 5),
            line("T3", TradeKind::PayOut, 1_200_000),
            line("T4", TradeKind::SchoolTransfer, 800_000),
        ]
    }

    fn file(bytes: Vec<u8>) -> BillFile {
        BillFile { on: on(), digest: digest(&bytes), bytes }
    }

    fn text() -> String {
        String::from_utf8(write(SELLER, on(), &lines())).unwrap()
    }

    #[test]
    fn a_bill_is_read_as_it_was_written() {
        let bill = read(&file(text().into_bytes()), SELLER).unwrap();
        assert_eq!(bill, DailyBill { on: on(), lines: lines() });
        let empty = read(&file(write(SELLER, on(), &[])), SELLER).unwrap();
        assert_eq!(empty.lines, []);
    }

    #[test]
    fn h073_encodings_line_ends_and_amount_forms_are_normalised() {
        let expected = read(&file(text().into_bytes()), SELLER).unwrap();
        let check = |bytes: Vec<u8>| assert_eq!(read(&file(bytes), SELLER).unwrap(), expected);
        check(text().replace('\n', "\r\n").into_bytes());
        check(encoding_rs::GBK.encode(&text()).0.into_owned());
        check([b"\xef\xbb\xbf", text().as_bytes()].concat());
        assert!(text().contains(",1.10,"), "the row to rewrite is there");
        check(text().replace(",1.10,", ",1.1,").into_bytes());
    }

    #[test]
    fn h073_wrong_cut_or_foreign_bills_are_refused_whole() {
        let check = |change: &dyn Fn(String) -> String, expected: BillRefused| {
            assert_eq!(read(&file(change(text()).into_bytes()), SELLER), Err(expected));
        };
        check(&|t| t.replace("明细\n", "\n"), BillRefused::Head);
        check(&|t| t.replace(SELLER, "2088000000000002"), BillRefused::OtherMerchant("2088000000000002".into()));
        check(&|t| t.replace("[2027-12-21]", "[2027-12-20]"), BillRefused::OtherDay("2027-12-20".into()));
        check(&|t| t.split(LIST_END).next().unwrap().into(), BillRefused::CutOff);
        check(&|t| t.split("#转付").next().unwrap().into(), BillRefused::CutOff);
        check(
            &|t| t.replace(",1.10,", ",1.105,"),
            BillRefused::Line { line: 6, reason: "the amount \"1.105\" has too many decimals".into() },
        );
        check(
            &|t| t.replace("扣款", "偷走"),
            BillRefused::Line { line: 6, reason: "偷走/收入 is no kind of trade".into() },
        );
        check(&|t| t.replace("\nT2,", "\nT1,"), BillRefused::Twice("T1".into()));
        let total = |told: &str| BillRefused::Total(Direction::In, told.into(), "#收入合计：2笔，1.15元".into());
        check(&|t| t.replace("2笔，1.15元", "2笔，1.16元"), total("#收入合计：2笔，1.16元"));
        check(&|t| t.replace("2笔，1.15元", "3笔，1.15元"), total("#收入合计：3笔，1.15元"));
        check(&|t| t + "T9,", BillRefused::After("T9,".into()));

        let mut altered = file(text().into_bytes());
        altered.bytes[200] ^= 1;
        assert_eq!(read(&altered, SELLER), Err(BillRefused::Digest));
        assert_eq!(read(&file(vec![0xff, 0xff, 0xff]), SELLER), Err(BillRefused::Encoding));
    }

    #[test]
    fn h073_a_row_that_stands_twice_counts_once() {
        let mut twice = lines();
        twice.push(lines()[0].clone());
        let bill = read(&file(write(SELLER, on(), &twice)), SELLER).unwrap();
        assert_eq!(bill.lines, lines());
    }
}
