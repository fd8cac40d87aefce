//! Reading a downloaded paper as a person does: its words, in the order in which they stand.

use std::collections::HashMap;

use hayro_cmap::{BfString, CMap};
use hayro_syntax::Pdf;
use hayro_syntax::content::ops::TypedInstruction as I;
use hayro_syntax::object::{Dict, Object, Stream};
use hayro_syntax::page::Page;

/// The words of a PDF, one run of letters a line.
pub fn words(bytes: &[u8]) -> String {
    assert!(bytes.starts_with(b"%PDF-"), "not a PDF: {:?}", &bytes[..bytes.len().min(16)]);
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF that opens");
    let mut words = String::new();
    for page in pdf.pages().iter() {
        read(page, &mut words);
    }
    words
}

fn read(page: &Page<'_>, words: &mut String) {
    let mut fonts: HashMap<Vec<u8>, CMap> = HashMap::new();
    let mut font = Vec::new();
    let mut operations = page.typed_operations();
    while let Some(operation) = operations.next() {
        match operation {
            I::TextFont(chosen) => {
                font = chosen.0.as_ref().to_vec();
                if !fonts.contains_key(&font)
                    && let Some(letters) = page.resources().get_font(chosen.0).as_ref().and_then(letters)
                {
                    fonts.insert(font.clone(), letters);
                }
            }
            I::ShowText(run) => spell(fonts.get(&font), run.0.as_bytes(), words),
            I::ShowTexts(runs) => {
                for part in runs.0.iter::<Object<'_>>() {
                    if let Object::String(run) = part {
                        spell(fonts.get(&font), run.as_bytes(), words);
                    }
                }
            }
            I::EndText(_) => words.push('\n'),
            _ => {}
        }
    }
}

/// Which letters the glyphs of a font are.
fn letters(font: &Dict<'_>) -> Option<CMap> {
    let stream: Stream<'_> = font.get("ToUnicode")?;
    CMap::parse(&stream.decoded().ok()?, |_| None)
}

fn spell(letters: Option<&CMap>, run: &[u8], words: &mut String) {
    for glyph in run.chunks_exact(2) {
        let glyph = u32::from(u16::from_be_bytes([glyph[0], glyph[1]]));
        match letters.and_then(|letters| letters.lookup_bf_string(glyph)) {
            Some(BfString::Char(letter)) => words.push(letter),
            Some(BfString::String(several)) => words.push_str(&several),
            None => {}
        }
    }
}

/// What stands on the line below a label.
pub fn below<'w>(words: &'w str, label: &str) -> Option<&'w str> {
    let mut lines = words.lines().map(str::trim);
    lines.find(|line| *line == label)?;
    lines.find(|line| !line.is_empty())
}
