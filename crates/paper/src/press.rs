//! Facts in, PDF bytes out: the one place where legal papers are typeset.
//!
//! Data never becomes markup: templates are fixed texts of the program and read the facts as a
//! dictionary, so a name that looks like code prints as that name. The same facts printed at the
//! same minute give the same bytes.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::Serialize;
use sm3::{Digest as _, Sm3};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{Faces, NoChineseFont};
use crate::forms::{Form, REGISTER};

/// A legal paper: serialisable facts and the row of the form register they fill.
pub trait Paper: Serialize {
    /// Which form it is.
    fn form(&self) -> &'static Form;

    /// What is printed but kept out of the digest, because a digest of a short secret betrays it:
    /// one-time passwords and receipt codes.
    fn secrets(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}

/// What every page of a legal paper says about itself.
#[derive(Clone, Debug, Serialize)]
pub struct Imprint {
    /// Number of the paper, such as `SF2026-004713`.
    pub number: String,
    /// Version of its contents, from 1; a changed field makes a new version and voids the old prints.
    pub version: u32,
    /// The policy it was made under, in words for people: `2024 版政策`.
    pub policy: String,
    /// Random code of this version, the last part of `verify_url`.
    pub code: String,
    /// Where the QR code leads: `https://host/v/<code>`.
    pub verify_url: String,
    /// When it was printed, China Standard Time.
    #[serde(serialize_with = "crate::forms::minute")]
    pub printed_at: NaiveDateTime,
    /// Who printed it: a clerk's name, or 本人 for a borrower at home.
    pub printed_by: String,
    /// Which print of this version it is, from 1.
    pub print_count: u32,
    /// True in a demonstration: 演示 无效 stands across every page.
    pub demonstration: bool,
}

/// The SM3 digest of what a paper says: form, template version, number, version, policy and facts.
/// Printing again does not change it; changing any printed fact does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactsDigest(pub [u8; 32]);

impl FactsDigest {
    /// All 64 hexadecimal digits, as stored and shown by the verification page.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The first 16 digits in groups of four, as printed: `7c1e 94b0 52af d36e`.
    pub fn short(&self) -> String {
        self.hex().as_bytes()[..16].chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>().join(" ")
    }
}

/// The digest of a paper without printing it, to tell whether facts changed since a print.
pub fn facts_digest<P: Paper>(paper: &P, imprint: &Imprint) -> FactsDigest {
    let facts = serde_json::to_value(paper).expect("facts of a paper are plain data");
    digest_of(paper.form(), &facts, imprint)
}

fn digest_of(form: &Form, facts: &serde_json::Value, imprint: &Imprint) -> FactsDigest {
    let canonical = serde_json::json!({
        "form": form.code, "template": form.template_version,
        "number": imprint.number, "version": imprint.version, "policy": imprint.policy,
        "facts": facts,
    });
    FactsDigest(Sm3::digest(canonical.to_string().as_bytes()).into())
}

/// A finished print.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The PDF file (PDF/A-2u, fonts embedded as subsets).
    pub pdf: Vec<u8>,
    /// Digest of the facts; its short form stands on every page.
    pub digest: FactsDigest,
    /// Number of pages.
    pub pages: usize,
}

/// Why a paper was not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The fonts of this machine have no glyph for a character, or it is invisible and could
    /// disguise the text. `field` is its path in the facts, such as `borrower.name`.
    #[error("cannot print U+{:04X} ({}) in {field}: no glyph in the fonts of this machine", *character as u32, visible(*character))]
    NoGlyph {
        /// The first such character.
        character: char,
        /// Path of the field that holds it.
        field: String,
    },
    /// The verification address does not fit into a QR code.
    #[error("the verification address is too long for a QR code")]
    AddressTooLong,
    /// The template could not be typeset: a fault of the program, not of the facts.
    #[error("typesetting of {form} failed: {cause}")]
    Typesetting {
        /// Code of the form.
        form: &'static str,
        /// What the typesetter said.
        cause: String,
    },
}

fn visible(character: char) -> String {
    if character.is_control() { "control character".into() } else { character.to_string() }
}

/// Fonts and templates, loaded once and shared by all threads (about 100 MB, most of it the fonts).
/// Printing only computes: on a server give it to a blocking thread.
pub struct Press {
    library: LazyHash<Library>,
    faces: Faces,
    sources: HashMap<FileId, Source>,
    mains: HashMap<&'static str, FileId>,
}

/// The style all papers share, imported by every template as `/house.typ`.
const HOUSE: &str = include_str!("../templates/house.typ");

impl Press {
    /// Reads the system's Chinese fonts and parses the templates.
    ///
    /// # Errors
    /// [`NoChineseFont`] names the package to install.
    pub fn new() -> Result<Press, NoChineseFont> {
        let faces = Faces::of_the_system()?;
        let mut sources = HashMap::new();
        let mut mains = HashMap::new();
        let house = file("house.typ");
        sources.insert(house, Source::new(house, HOUSE.into()));
        for form in REGISTER {
            let id = file(&format!("{}.typ", form.code));
            sources.insert(id, Source::new(id, form.template.into()));
            mains.insert(form.code, id);
        }
        Ok(Press { library: LazyHash::new(Library::default()), faces, sources, mains })
    }

    /// Prints a paper.
    ///
    /// # Errors
    /// [`PrintError::NoGlyph`] names the first character that cannot be printed and its field.
    pub fn print<P: Paper>(&self, paper: &P, imprint: &Imprint) -> Result<Printed, PrintError> {
        let (document, digest) = self.typeset(paper, imprint)?;
        let form = paper.form();
        let failed = |cause: String| PrintError::Typesetting { form: form.code, cause };
        let options = PdfOptions {
            ident: Smart::Custom(format!("{} {}", imprint.code, imprint.print_count)),
            creator: Smart::Custom(Some("Zhuxue".into())),
            timestamp: timestamp(imprint.printed_at),
            standards: PdfStandards::new(&[PdfStandard::A_2u]).map_err(|e| failed(e.message().to_string()))?,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| failed(first_message(&errors)))?;
        // Keep what the last few prints shared (glyph shapes, fixed clauses), forget the rest.
        typst::comemo::evict(10);
        Ok(Printed { pdf, digest, pages: document.pages().len() })
    }

    /// Lays a paper out without writing a file.
    pub(crate) fn typeset<P: Paper>(
        &self,
        paper: &P,
        imprint: &Imprint,
    ) -> Result<(PagedDocument, FactsDigest), PrintError> {
        let facts = serde_json::to_value(paper).expect("facts of a paper are plain data");
        let form = paper.form();
        let digest = digest_of(form, &facts, imprint);
        let mut sheet = serde_json::json!({
            "facts": facts,
            "secrets": paper.secrets(),
            "imprint": imprint,
            "form": form,
            "digest": digest.short(),
        });
        self.check_glyphs(&sheet, &mut String::new())?;
        sheet["qr"] = crate::qr_svg(&imprint.verify_url, "验真二维码").ok_or(PrintError::AddressTooLong)?.into();
        sheet["fonts"] = serde_json::json!({ "serif": self.faces.serif, "sans": self.faces.sans });
        let desk = Desk { press: self, main: self.mains[form.code], sheet: Bytes::from_string(sheet.to_string()) };
        let document = typst::compile::<PagedDocument>(&desk)
            .output
            .map_err(|errors| PrintError::Typesetting { form: form.code, cause: first_message(&errors) })?;
        Ok((document, digest))
    }

    /// Refuses the first character that would print as a box or not at all.
    fn check_glyphs(&self, value: &serde_json::Value, path: &mut String) -> Result<(), PrintError> {
        match value {
            serde_json::Value::String(text) => match text.chars().find(|c| !self.prints(*c)) {
                Some(character) => {
                    let field = path.trim_start_matches("facts.").to_owned();
                    Err(PrintError::NoGlyph { character, field })
                }
                None => Ok(()),
            },
            serde_json::Value::Array(items) => {
                items.iter().enumerate().try_for_each(|(index, item)| self.check_inside(item, path, &index.to_string()))
            }
            serde_json::Value::Object(fields) => {
                fields.iter().try_for_each(|(name, item)| self.check_inside(item, path, name))
            }
            _ => Ok(()),
        }
    }

    fn check_inside(&self, value: &serde_json::Value, path: &mut String, name: &str) -> Result<(), PrintError> {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        let checked = self.check_glyphs(value, path);
        path.truncate(length);
        checked
    }

    /// True for characters that a reader will see as themselves. Direction marks and other
    /// invisible characters are refused: they could make a paper read otherwise than its data. So are
    /// private-use characters, which each font draws as it likes; old rosters hold rare names in them.
    fn prints(&self, character: char) -> bool {
        let disguises = matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
        let private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
        character == '\n' || (!character.is_control() && !disguises && !private && self.faces.can_set(character))
    }
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("template names are plain file names");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

fn timestamp(at: NaiveDateTime) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).ok();
    let datetime = Datetime::from_ymd_hms(
        at.year(),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )?;
    Timestamp::new_local(datetime, 8 * 60)
}

fn first_message(errors: &[typst::diag::SourceDiagnostic]) -> String {
    errors.first().map_or_else(|| "no diagnostic".into(), |error| error.message.to_string())
}

/// One paper on the press: the shared fonts and templates with this paper's facts.
struct Desk<'a> {
    press: &'a Press,
    main: FileId,
    sheet: Bytes,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.faces.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.press.sources.get(&id).cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_with_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.vpath().get_with_slash() {
            "/paper.json" => Ok(self.sheet.clone()),
            other => Err(FileError::NotFound(other.into())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.faces.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
