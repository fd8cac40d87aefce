//! Amounts as a legal paper writes them: figures with separators, and the capital numerals (大写)
//! that nobody can alter with a stroke of the pen.

use loan::money::Fen;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["仟", "佰", "拾", ""];
const GROUPS: [&str; 5] = ["亿亿", "万亿", "亿", "万", ""];

/// The amount in capital numerals, as contracts and vouchers print it.
///
/// Written by the rules for settlement vouchers (支付结算办法, annex 1): 整 after whole yuan and whole
/// jiao, one 零 for any run of zeros inside the number, and 零 between yuan and fen without jiao.
///
/// ```
/// use loan::money::Fen;
/// assert_eq!(paper::amount_in_words(Fen::yuan(12_000)), "壹万贰仟元整");
/// assert_eq!(paper::amount_in_words(Fen(1_000_005)), "壹万元零伍分");
/// ```
pub fn amount_in_words(amount: Fen) -> String {
    let sign = if amount.0 < 0 { "负" } else { "" };
    let fen = amount.0.unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut words = String::from(sign);
    if yuan > 0 || (jiao == 0 && fen == 0) {
        words += &whole(yuan);
        words.push('元');
    }
    match (jiao, fen) {
        (0, 0) => words.push('整'),
        (jiao, 0) => words.extend([DIGITS[jiao as usize], '角', '整']),
        (0, fen) => {
            if yuan > 0 {
                words.push('零');
            }
            words.extend([DIGITS[fen as usize], '分']);
        }
        (jiao, fen) => words.extend([DIGITS[jiao as usize], '角', DIGITS[fen as usize], '分']),
    }
    words
}

/// A whole number in capital numerals, four digits at a time.
fn whole(number: u64) -> String {
    if number == 0 {
        return "零".into();
    }
    let mut words = String::new();
    let mut skipped_zero = false;
    for (index, unit) in GROUPS.iter().enumerate() {
        let scale = 10_000u64.pow(4 - index as u32);
        let group = number / scale % 10_000;
        if group == 0 {
            skipped_zero = !words.is_empty();
            continue;
        }
        for (place, name) in PLACES.iter().enumerate() {
            let digit = group / 10u64.pow(3 - place as u32) % 10;
            if digit == 0 {
                skipped_zero = !words.is_empty();
                continue;
            }
            if skipped_zero {
                words.push('零');
                skipped_zero = false;
            }
            words.push(DIGITS[digit as usize]);
            words += name;
        }
        // Zeros that end a group are read only when something follows, and never twice.
        words += unit;
    }
    words
}

/// The amount in figures with thousands separators and two decimals: `12,000.00`.
///
/// ```
/// assert_eq!(paper::amount_in_figures(loan::money::Fen(-123_456_789)), "-1,234,567.89");
/// ```
pub fn amount_in_figures(amount: Fen) -> String {
    let text = amount.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (yuan, fen) = text.split_once('.').expect("an amount prints two decimals");
    let mut grouped = String::from(sign);
    for (index, digit) in yuan.chars().enumerate() {
        if index > 0 && (yuan.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + "." + fen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_capital_numerals() {
        let check = |fen: i64, expected: &str| assert_eq!(amount_in_words(Fen(fen)), expected, "{fen} fen");
        check(0, "零元整");
        check(1, "壹分");
        check(5, "伍分");
        check(10, "壹角整");
        check(99, "玖角玖分");
        check(100, "壹元整");
        check(101, "壹元零壹分");
        check(110, "壹元壹角整");
        check(1_000, "壹拾元整");
        check(1_500, "壹拾伍元整");
        check(10_005, "壹佰元零伍分");
        check(101_000, "壹仟零壹拾元整");
        check(100_100, "壹仟零壹元整");
        check(123_050, "壹仟贰佰叁拾元伍角整");
        check(109_090, "壹仟零玖拾元玖角整");
        check(1_000_000, "壹万元整");
        check(1_200_000, "壹万贰仟元整");
        check(1_005_000, "壹万零伍拾元整");
        check(1_050_000, "壹万零伍佰元整");
        check(2_000_000, "贰万元整");
        check(10_000_000, "壹拾万元整");
        check(10_000_100, "壹拾万零壹元整");
        check(20_050_000, "贰拾万零伍佰元整");
        check(12_340_000, "壹拾贰万叁仟肆佰元整");
        check(100_000_000, "壹佰万元整");
        check(10_000_000_000, "壹亿元整");
        check(10_001_000_000, "壹亿零壹万元整");
        check(10_000_000_100, "壹亿零壹元整");
        check(10_010_001_000, "壹亿零壹拾万零壹拾元整");
        check(123_456_789_012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分");
        check(10_000_000_000_000, "壹仟亿元整");
        check(-1_200_000, "负壹万贰仟元整");
        check(100_000_000_000_000, "壹万亿元整");
        check(i64::MAX, "玖亿亿贰仟贰佰叁拾叁万亿柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分");
    }

    #[test]
    fn figures_carry_separators() {
        for (fen, text) in
            [(0, "0.00"), (99_999, "999.99"), (100_000, "1,000.00"), (-1, "-0.01"), (-100_000, "-1,000.00")]
        {
            assert_eq!(amount_in_figures(Fen(fen)), text);
        }
    }
}
