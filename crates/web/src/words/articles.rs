//! How documents and their articles are named to people.

use loan::policy::Book;

/// `第二十二条` for `22`, `第五条第三项` for `5(三)`; other forms stay as printed.
pub fn article(printed: &str) -> String {
    let digits: String = printed.chars().take_while(char::is_ascii_digit).collect();
    let Ok(number) = digits.parse::<u32>() else { return printed.to_owned() };
    let rest = &printed[digits.len()..];
    if rest.is_empty() {
        return format!("第{}条", chinese(number));
    }
    let inner = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    match inner {
        Some(item) if item.chars().all(|c| "一二三四五六七八九十".contains(c)) => {
            format!("第{}条第{item}项", chinese(number))
        }
        _ => format!("第{}条{rest}", chinese(number)),
    }
}

/// `二十二` for 22; figures beyond 99.
pub fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    match (tens, ones) {
        (0, 0) => "零".to_owned(),
        (10.., _) => number.to_string(),
        (0, ones) => DIGITS[ones as usize].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones as usize]),
        (tens, ones) => format!("{}十{}", DIGITS[tens as usize], DIGITS[ones as usize]),
    }
}

/// The name people use for a registered document: the short name of those we cite often, the registered title of others.
pub fn document(id: &str) -> String {
    let short = match id {
        "sdvcst-2022" => "管理办法",
        "xiufeng-2016" => "秀峰区办理须知",
        "zju-2005" => "浙江大学实施细则",
        "hubei-grad-2023" => "湖北毕业还款通知",
        "hubei-2024" => "湖北助学贷款报道",
        "zhuxue" => "本平台约定",
        _ => "",
    };
    if !short.is_empty() {
        return short.to_owned();
    }
    match Book::standard().document(id) {
        Some(document) => document.number.clone().unwrap_or_else(|| document.title.clone()),
        None => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_named_as_printed_in_law() {
        for (printed, words) in [
            ("22", "第二十二条"),
            ("10", "第十条"),
            ("8", "第八条"),
            ("5(三)", "第五条第三项"),
            ("21(一)1", "第二十一条(一)1"),
            ("二(五)", "二(五)"),
            ("20", "第二十条"),
        ] {
            assert_eq!(article(printed), words);
        }
    }
}
