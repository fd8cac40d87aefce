//! Several papers as one file, for a counter that prints a day's work at once. Every paper keeps its pages, numbers and
//! codes; the bundle itself is no paper and is never signed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::pdf::{File, NotOurs, number};

/// Binds papers of our press, in the given order.
///
/// # Errors
/// [`NotOurs::Form`] when one of them is not laid out as our press does it, or there is none.
pub fn bundle(papers: &[Vec<u8>]) -> Result<Vec<u8>, NotOurs> {
    if papers.is_empty() {
        return Err(NotOurs::Form);
    }
    let (catalog, root) = (1, 2);
    let mut next = 3;
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = BTreeMap::new();
    let (mut kids, mut count) = (String::new(), 0);
    for paper in papers {
        let file = File::read(paper)?;
        let last = file.places.keys().next_back().copied().ok_or(NotOurs::Form)?;
        let head = number(file.trailer.as_bytes(), "/Root ")?;
        let tree = number(file.dictionary(head)?.as_bytes(), "/Pages ")?;
        count += number(file.dictionary(tree)?.as_bytes(), "/Count ")?;
        for object in file.places.keys().filter(|object| **object != head) {
            let (words, stream) = file.parts(*object)?;
            let mut words = moved(words, next);
            if *object == tree {
                let inside = words.strip_suffix(b">>").ok_or(NotOurs::Form)?.len();
                words.truncate(inside);
                words.extend(format!("/Parent {root} 0 R>>").as_bytes());
            }
            places.insert(object + next, bytes.len());
            bytes.extend(format!("{} 0 obj\n", object + next).as_bytes());
            bytes.extend(words);
            bytes.extend(stream);
            bytes.extend(b"\nendobj\n");
        }
        write!(kids, "{} 0 R ", tree + next).expect("a text takes any words");
        next += last + 1;
    }
    places.insert(catalog, bytes.len());
    bytes.extend(format!("{catalog} 0 obj\n<</Type/Catalog/Pages {root} 0 R>>\nendobj\n").as_bytes());
    places.insert(root, bytes.len());
    let tree = format!("{root} 0 obj\n<</Type/Pages/Count {count}/Kids[{}]>>\nendobj\n", kids.trim_end());
    bytes.extend(tree.as_bytes());
    let table = bytes.len();
    let mut end = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (object, place) in &places {
        write!(end, "{object} 1\n{place:010} 00000 n \n").expect("a text takes any words");
    }
    write!(end, "trailer\n<</Size {next}/Root {catalog} 0 R>>\nstartxref\n{table}\n%%EOF\n")
        .expect("a text takes any words");
    bytes.extend(end.as_bytes());
    Ok(bytes)
}

/// The words of an object with every number of another object moved up.
fn moved(words: &[u8], by: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(words.len() + 16);
    let mut at = 0;
    while at < words.len() {
        let digits = words[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            // A name or a word may end in digits that are no number.
            let word = words[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count().max(1);
            out.extend(&words[at..at + word]);
            at += word;
            continue;
        }
        let number = &words[at..at + digits];
        at += digits;
        let is_reference =
            words[at..].starts_with(b" 0 R") && !words[at + 4..].first().is_some_and(u8::is_ascii_alphanumeric);
        let value = std::str::from_utf8(number).ok().and_then(|text| text.parse::<usize>().ok());
        match value.filter(|_| is_reference) {
            Some(object) => out.extend((object + by).to_string().as_bytes()),
            None => out.extend(number),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::ChangeKind;
    use crate::{Press, samples};

    #[test]
    fn papers_bound_together_keep_every_page() {
        let press = Press::new().expect("./test installs a Chinese font");
        let print = |pdf: crate::Printed| pdf.pdf;
        let first = print(press.print(&samples::contract(), &samples::imprint()).unwrap());
        let second = print(press.print(&samples::change(ChangeKind::Study), &samples::imprint()).unwrap());
        let bound = bundle(&[first.clone(), second, first]).unwrap();
        let file = File::read(&bound).unwrap();
        let root = number(file.trailer.as_bytes(), "/Root ").unwrap();
        let tree = number(file.dictionary(root).unwrap().as_bytes(), "/Pages ").unwrap();
        assert_eq!(number(file.dictionary(tree).unwrap().as_bytes(), "/Count ").unwrap(), 5);
        assert!(file.first_page(&file.dictionary(root).unwrap()).is_ok());
        let again = bundle(&[bound.clone(), bound]).unwrap();
        assert!(File::read(&again).is_ok(), "a bundle can be bound again");
        assert_eq!(bundle(&[]), Err(NotOurs::Form));
        assert_eq!(bundle(&[b"%PDF".to_vec()]), Err(NotOurs::Form));
    }

    #[test]
    fn only_references_are_moved() {
        let check = |words: &str, expected: &str| {
            assert_eq!(String::from_utf8(moved(words.as_bytes(), 10)).unwrap(), expected);
        };
        check("<</Kids[3 0 R 12 0 R]/Count 2>>", "<</Kids[13 0 R 22 0 R]/Count 2>>");
        check("<</F1 7 0 R/W[0 0 5]/Rotate 90>>", "<</F1 17 0 R/W[0 0 5]/Rotate 90>>");
        check("[1 0 0 RG 3 0 R]", "[1 0 0 RG 13 0 R]");
    }
}
