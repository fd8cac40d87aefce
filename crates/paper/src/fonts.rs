//! Chinese type for legal papers, taken from the system: one serif for the text, one sans in
//! regular and bold for headings and figures. Nothing is downloaded and no font is part of the program.

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Families a legal paper reads well in, best first. Any other CJK font serves when none is found.
const SERIF: [&str; 10] = [
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "Songti SC",
    "STSong",
    "SimSun",
    "FandolSong",
    "AR PL UMing CN",
    "AR PL SungtiL GB",
];
/// The same for headings, figures and running heads.
const SANS: [&str; 12] = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "FandolHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
];

/// Characters no contract can do without; a font that lacks one is not a Chinese text font.
const PROBE: &str = "生源地助学贷款合同壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整，。《》0123456789";

/// The faces in use, with the names the templates ask for.
pub(crate) struct Faces {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
    pub(crate) serif: String,
    pub(crate) sans: String,
}

/// No font on this machine can set Chinese text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no Chinese font was found on this machine: legal papers cannot be printed; install one, on Debian: apt-get install fonts-noto-cjk"
)]
pub struct NoChineseFont;

impl Faces {
    /// Finds and reads the faces: at most three files.
    pub(crate) fn of_the_system() -> Result<Faces, NoChineseFont> {
        let mut known = fontdb::Database::new();
        known.load_system_fonts();
        Faces::choose(&known)
    }

    /// Chooses among known faces: the preferred families first, then anything that sets the probe text.
    pub(crate) fn choose(known: &fontdb::Database) -> Result<Faces, NoChineseFont> {
        // Only headings and figures are bold, and they are set in sans: a second serif file would be dead weight.
        let serif = SERIF.iter().find_map(|family| read_family(known, family, &[fontdb::Weight::NORMAL]));
        let both = [fontdb::Weight::NORMAL, fontdb::Weight::BOLD];
        let sans = SANS.iter().find_map(|family| read_family(known, family, &both));
        let (serif, sans) = match (serif, sans) {
            (Some(serif), Some(sans)) => (serif, sans),
            (Some(only), None) | (None, Some(only)) => (only.clone(), only),
            (None, None) => {
                let only = any_chinese(known).ok_or(NoChineseFont)?;
                (only.clone(), only)
            }
        };
        let (serif_name, sans_name) = (serif[0].info().family.to_string(), sans[0].info().family.to_string());
        let mut fonts = serif;
        if serif_name != sans_name {
            fonts.extend(sans);
        }
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Faces { book, fonts, serif: serif_name, sans: sans_name })
    }

    /// True when some face in use has a glyph for the character.
    pub(crate) fn can_set(&self, character: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(character as u32))
    }
}

/// The upright faces of one family in these weights that set the probe text; `None` without any.
fn read_family(known: &fontdb::Database, family: &str, weights: &[fontdb::Weight]) -> Option<Vec<Font>> {
    let mut fonts: Vec<Font> = Vec::new();
    for weight in weights {
        let query = fontdb::Query { families: &[fontdb::Family::Name(family)], weight: *weight, ..Default::default() };
        if let Some(font) = known.query(&query).and_then(|id| read_face(known, id)) {
            let fits = !fonts.contains(&font) && PROBE.chars().all(|c| font.info().coverage.contains(c as u32));
            if fits {
                fonts.push(font);
            }
        }
    }
    (!fonts.is_empty()).then_some(fonts)
}

/// The first face that sets the probe text, in the order the system lists them.
fn any_chinese(known: &fontdb::Database) -> Option<Vec<Font>> {
    known.faces().find_map(|face| {
        let font = read_face(known, face.id)?;
        PROBE.chars().all(|c| font.info().coverage.contains(c as u32)).then(|| vec![font])
    })
}

fn read_face(known: &fontdb::Database, id: fontdb::ID) -> Option<Font> {
    let (data, index) = known.with_face_data(id, |data, index| (data.to_vec(), index))?;
    Font::new(Bytes::new(data), index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_chinese_fonts_is_told_what_to_install() {
        let refused = Faces::choose(&fontdb::Database::new()).err();
        assert_eq!(refused, Some(NoChineseFont));
        assert!(NoChineseFont.to_string().contains("fonts-noto-cjk"));
    }
}
