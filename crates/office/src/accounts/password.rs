//! Passwords: long enough, not among the common ones, not made of what others know about the person
//! (security V6). No rules of composition, no forced change. Kept as Argon2id; hashing is heavy, so it runs on
//! a thread of its own and never inside a transaction.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::Office;

/// Shortest password.
pub const LENGTH_MIN: usize = 8;
/// Longest password; the limit only guards the hashing.
pub const LENGTH_MAX: usize = 128;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// Shorter than eight characters.
    TooShort,
    /// Longer than 128 characters.
    TooLong,
    /// Among those tried first by everybody.
    TooCommon,
    /// Made of the person's ID number, birth day, phone, name or of the service's name.
    Guessable,
}

/// What others know about the person: ID number, phone, name, login.
pub type Context<'a> = [&'a str];

/// Says whether a new password may be taken.
pub fn check(password: &str, context: &Context<'_>) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < LENGTH_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    if length > LENGTH_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    let plain = password.to_lowercase();
    if common(&plain) {
        return Err(PasswordRefusal::TooCommon);
    }
    if guessable(&plain, context) {
        return Err(PasswordRefusal::Guessable);
    }
    Ok(())
}

/// A random first password of 80 bits, in groups of four; the person must change it before anything else.
pub fn first(chance: &dyn crate::Chance, context: &Context<'_>) -> String {
    loop {
        let password = crate::number::code_of_groups(chance, 4);
        if check(&password, context).is_ok() {
            return password;
        }
    }
}

/// Words the common passwords are made of; digits and signs around them do not help.
const WORDS: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "woaini",
    "iloveyou",
    "qwerty",
    "asdfgh",
    "zxcvbn",
    "1qaz2wsx",
    "qazwsx",
    "1q2w3e4r",
    "q1w2e3r4",
    "abcd",
    "abc",
    "aa",
    "a",
    "qq",
    "admin",
    "administrator",
    "root",
    "test",
    "user",
    "guest",
    "welcome",
    "letmein",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "superman",
    "batman",
    "master",
    "shadow",
    "michael",
    "woaiwo",
    "wodemima",
    "mima",
    "nihao",
    "zhongguo",
    "china",
    "beijing",
    "wangyut",
    "caonima",
    "5201314",
    "woaiwojia",
    "student",
    "teacher",
    "school",
    "daxue",
    "xuesheng",
    "zhuxue",
    "daikuan",
    "zizhu",
    "csls",
    "sls",
    "alipay",
    "zhifubao",
    "qwert",
    "qwer",
    "asdf",
    "zxcv",
    "qaz",
    "wsx",
    "iloveu",
    "loveyou",
    "forever",
    "baobao",
    "laopo",
    "laogong",
    "default",
    "changeme",
];

fn common(plain: &str) -> bool {
    let letters: Vec<char> = plain.chars().collect();
    let distinct = letters.iter().collect::<std::collections::BTreeSet<_>>().len();
    // 11111111, abababab and the like.
    if distinct <= 2 {
        return true;
    }
    // 12345678, 87654321, abcdefgh, also twice in a row.
    let steps = |by: i64| letters.windows(2).filter(|pair| pair[1] as i64 - pair[0] as i64 == by).count();
    if steps(1) + 2 >= letters.len() || steps(-1) + 2 >= letters.len() {
        return true;
    }
    // 12341234, 123123123.
    let repeats =
        |unit: usize| letters.len() > unit && (unit..letters.len()).all(|at| letters[at] == letters[at - unit]);
    if (1..=4).any(repeats) {
        return true;
    }
    const WALKS: [&str; 6] =
        ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfvtgb"];
    let walked = |text: &str| {
        WALKS.iter().any(|walk| walk.contains(text) || walk.chars().rev().collect::<String>().contains(text))
    };
    if walked(plain) {
        return true;
    }
    // A common word with digits and signs around it: password1, woaini520, abc123456, a12345678.
    let core = plain.trim_matches(|c: char| !c.is_alphabetic() && c != '@');
    let rest: String = plain.chars().filter(|c| c.is_ascii_digit()).collect();
    let plain_digits = rest.len() <= 4
        || walked(&rest)
        || common_digits(&rest)
        || (rest.len() == 8 && (rest.starts_with("19") || rest.starts_with("20")));
    if WORDS.contains(&plain) || (WORDS.contains(&core) && plain_digits) {
        return true;
    }
    plain.chars().all(|c| c.is_ascii_digit()) && common_digits(plain)
}

/// Digits people love: a birth day, 520 and 1314, one digit again and again.
fn common_digits(digits: &str) -> bool {
    const LOVED: [&str; 12] = [
        "5201314",
        "1314520",
        "147258369",
        "159753",
        "12344321",
        "123654789",
        "147852369",
        "789456123",
        "123321",
        "112233",
        "00000000",
        "741852963",
    ];
    let birthday = digits.len() == 8 && matches!(digits.get(..2), Some("19" | "20")) && {
        let part = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
        (1..=12).contains(&part(4, 6)) && (1..=31).contains(&part(6, 8))
    };
    birthday || LOVED.iter().any(|loved| digits.contains(loved))
}

fn guessable(plain: &str, context: &Context<'_>) -> bool {
    let site = ["zhuxue", "助学", "生源地", "daikuan"];
    if site.iter().any(|word| plain.contains(word)) {
        return true;
    }
    context.iter().any(|known| {
        let known = known.to_lowercase();
        let known: Vec<char> = known.chars().collect();
        // Six digits in a row of an ID number or phone; a whole name or login of any length from two.
        let window = if known.iter().any(|c| c.is_ascii_digit()) && known.len() > 6 { 6 } else { known.len() };
        window >= 2 && known.windows(window).any(|part| plain.contains(&part.iter().collect::<String>()))
    })
}

fn argon2() -> Argon2<'static> {
    // OWASP's second profile: 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, Some(32)).expect("the parameters are inside their ranges");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// How many passwords are worked on at once. Each takes 19 MiB: a crowd at the door waits instead of using up memory.
static HANDS: Semaphore = Semaphore::const_new(4);

/// The hash to keep, in PHC text.
pub async fn hash(office: &Office, password: &str) -> String {
    let mut salt = [0u8; 16];
    office.chance.fill(&mut salt);
    let password = password.to_owned();
    let _hand = HANDS.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(move || {
        argon2().hash_password_with_salt(password.as_bytes(), &salt).expect("a salt of 16 bytes is taken").to_string()
    })
    .await
    .expect("hashing does not panic")
}

/// Whether the password is the one of the hash. Without a hash it takes as long and says no, so that nobody
/// learns who has an account.
pub async fn verify(password: &str, hash: Option<String>) -> bool {
    let password = password.to_owned();
    let _hand = HANDS.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let right = match PasswordHash::new(&hash) {
            Ok(hash) => argon2().verify_password(password.as_bytes(), &hash).is_ok(),
            Err(_) => false,
        };
        known && right
    })
    .await
    .expect("verifying does not panic")
}

/// A hash with the same cost that belongs to nobody.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h023_what_everybody_tries_first_is_refused() {
        use PasswordRefusal::{Guessable, TooCommon, TooLong, TooShort};
        let context = ["999999200401010010", "13912345678", "张三", "office-7"];
        let check = |password: &str, expected: Result<(), PasswordRefusal>| {
            assert_eq!(check(password, &context), expected, "{password}");
        };
        check("", Err(TooShort));
        check("abcdef7", Err(TooShort));
        check(&"长".repeat(129), Err(TooLong));
        for common in [
            "12345678",
            "123456789",
            "87654321",
            "11111111",
            "abababab",
            "password",
            "Password1",
            "woaini520",
            "qwertyuiop",
            "1qaz2wsx",
            "abc123456",
            "a12345678",
            "5201314a",
            "20040101",
            "19991231",
            "12341234",
            "asdfghjkl",
            "iloveyou1314",
            "admin123",
            "qq123456789",
            "P@ssw0rd",
        ] {
            check(common, Err(TooCommon));
        }
        for guessable in [
            "0101001012ab",
            "my139123456",
            "张三张三张三张三1",
            "office-7office",
            "zhuxue@kaiyuan",
            "我的生源地贷款密码",
        ] {
            check(guessable, Err(Guessable));
        }
        for good in
            ["正确的马电池订书钉", "correct horse battery staple", "tG7#kq2pX", "blau-weisser-kran", "kite2mango"]
        {
            check(good, Ok(()));
        }
    }
}
