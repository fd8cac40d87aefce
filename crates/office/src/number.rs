//! Numbers and codes people carry: the application number, the contract number, the receipt code of the
//! acceptance certificate and the code under a paper's QR. Numbers end in a check digit so that a slip of
//! the pen is caught before a search; codes are random and say nothing.

use std::fmt;
use std::str::FromStr;

use crate::clock::Chance;

/// `A` + year + book (4) + sequence (6) + check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApplicationNumber {
    /// Academic year.
    pub year: i32,
    /// The loan book it stands in.
    pub book: i64,
    /// Counter within book and year, from 1.
    pub sequence: i64,
}

/// Year + book (5) + sequence (7) + check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContractNumber {
    /// Academic year.
    pub year: i32,
    /// The loan book it stands in.
    pub book: i64,
    /// Counter within book and year, from 1.
    pub sequence: i64,
}

impl ApplicationNumber {
    /// The key of the row inside its book.
    pub const fn key(self) -> i64 {
        self.year as i64 * 1_000_000 + self.sequence
    }

    /// The number of a row.
    pub const fn of(book: i64, key: i64) -> ApplicationNumber {
        ApplicationNumber { year: (key / 1_000_000) as i32, book, sequence: key % 1_000_000 }
    }
}

impl ContractNumber {
    /// The key of the row inside its book.
    pub const fn key(self) -> i64 {
        self.year as i64 * 10_000_000 + self.sequence
    }

    /// The number of a row.
    pub const fn of(book: i64, key: i64) -> ContractNumber {
        ContractNumber { year: (key / 10_000_000) as i32, book, sequence: key % 10_000_000 }
    }
}

impl fmt::Display for ApplicationNumber {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:04}{:04}{:06}", self.year, self.book, self.sequence);
        write!(to, "A{digits}{}", check_digit(&digits))
    }
}

impl fmt::Display for ContractNumber {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:04}{:05}{:07}", self.year, self.book, self.sequence);
        write!(to, "{digits}{}", check_digit(&digits))
    }
}

/// The text is not a number of this kind, or its check digit is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl FromStr for ApplicationNumber {
    type Err = NotANumber;
    fn from_str(text: &str) -> Result<ApplicationNumber, NotANumber> {
        let digits = text.strip_prefix(['A', 'a']).ok_or(NotANumber)?;
        let (year, book, sequence) = parts(digits, 4, 6)?;
        Ok(ApplicationNumber { year, book, sequence })
    }
}

impl FromStr for ContractNumber {
    type Err = NotANumber;
    fn from_str(digits: &str) -> Result<ContractNumber, NotANumber> {
        let (year, book, sequence) = parts(digits, 5, 7)?;
        Ok(ContractNumber { year, book, sequence })
    }
}

fn parts(digits: &str, book: usize, sequence: usize) -> Result<(i32, i64, i64), NotANumber> {
    let whole = 4 + book + sequence;
    if digits.len() != whole + 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotANumber);
    }
    let (body, check) = digits.split_at(whole);
    if check != check_digit(body).to_string() {
        return Err(NotANumber);
    }
    let number = |from: usize, to: usize| body[from..to].parse::<i64>().map_err(|_| NotANumber);
    Ok((number(0, 4)? as i32, number(4, 4 + book)?, number(4 + book, whole)?))
}

/// ISO 7064 MOD 11,10: one digit that catches every single wrong digit and nearly every swap.
fn check_digit(digits: &str) -> u32 {
    let product = digits.bytes().fold(10, |product, byte| {
        let sum = (product + u32::from(byte - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Letters and digits nobody mixes up: no 0 O 1 I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Random characters of the unambiguous alphabet, five bits each.
fn random_text(chance: &dyn Chance, length: usize) -> String {
    let mut bytes = vec![0u8; length];
    chance.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

/// 回执校验码: twelve characters, 60 bits.
pub fn receipt_code(chance: &dyn Chance) -> String {
    random_text(chance, 12)
}

/// So many groups of four random characters, 20 bits each, joined by dashes: easy to read out and to type.
pub fn code_of_groups(chance: &dyn Chance, groups: usize) -> String {
    (0..groups).map(|_| random_text(chance, 4)).collect::<Vec<_>>().join("-")
}

/// The code of a one-time slip: ten characters, 50 bits.
pub fn slip_code(chance: &dyn Chance) -> String {
    random_text(chance, 10)
}

/// A recovery code of a second factor: ten characters in two groups.
pub fn recovery_code(chance: &dyn Chance) -> String {
    let text = random_text(chance, 10);
    format!("{}-{}", &text[..5], &text[5..])
}

/// Six digits for a text message.
pub fn text_code(chance: &dyn Chance) -> String {
    let mut bytes = [0u8; 8];
    chance.fill(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// The code of a paper: its book in the same alphabet, then 60 random bits, so that the page that checks it
/// finds the book without a search.
pub fn paper_code(book: i64, chance: &dyn Chance) -> String {
    let mut head = String::new();
    let mut rest = book;
    loop {
        head.insert(0, char::from(ALPHABET[(rest & 31) as usize]));
        rest >>= 5;
        if rest == 0 {
            break;
        }
    }
    head + &random_text(chance, 12)
}

/// The book a paper's code names, if it is of the right form.
pub fn paper_book(code: &str) -> Option<i64> {
    let head = code.len().checked_sub(12).filter(|&length| (1..=6).contains(&length))?;
    let value = |byte: u8| ALPHABET.iter().position(|&letter| letter == byte).map(|at| at as i64);
    if !code.bytes().all(|byte| value(byte).is_some()) {
        return None;
    }
    code.bytes().take(head).try_fold(0i64, |book, byte| Some(book << 5 | value(byte)?))
}

/// A code as typed: blanks and dashes dropped, letters raised, full-width folded.
pub fn tidy_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '\u{200b}'))
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// A new random token of 256 bits, as hexadecimal text.
pub fn token(chance: &dyn Chance) -> String {
    let mut bytes = [0u8; 32];
    chance.fill(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);
    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn numbers_come_back_and_a_slip_is_caught() {
        let number = ApplicationNumber { year: 2026, book: 12, sequence: 345 };
        let text = number.to_string();
        assert_eq!(text.len(), 16);
        assert_eq!(text.parse(), Ok(number));
        assert_eq!(ApplicationNumber::of(12, number.key()), number);
        for at in 1..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + 1) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(wrong.parse::<ApplicationNumber>(), Err(NotANumber), "{wrong}");
        }
        let contract = ContractNumber { year: 2026, book: 99_999, sequence: 9_999_999 };
        assert_eq!(contract.to_string().parse(), Ok(contract));
        assert_eq!(ContractNumber::of(99_999, contract.key()), contract);
        for text in ["", "A", "A2026", "202600001", "Ａ2026", "A20260012000345", "A2026001200034５5"] {
            assert_eq!(text.parse::<ApplicationNumber>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn a_paper_code_names_its_book() {
        let chance = Counting(0.into());
        for book in [0, 1, 31, 32, 12_345, 9_999_999] {
            assert_eq!(paper_book(&paper_code(book, &chance)), Some(book));
        }
        for code in ["", "23456789ABCD", "O3456789ABCDE", "../../etc/passwd", "2222222222222222222222"] {
            assert_eq!(paper_book(code), None, "{code}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(tidy_code(" ab2c-9kq4 ７xyz\u{200b}"), "AB2C9KQ47XYZ");
        assert_eq!(receipt_code(&Counting(0.into())).len(), 12);
    }
}
