//! What is taken as a scan: a JPEG or PNG by its first bytes, whole, of a size a person could have scanned. Everything
//! beside the picture itself is left behind: where and with what it was taken, comments, previews, and whatever was
//! appended after its end (H058). Only the way up of a phone's photograph is kept.

/// Most pixels in one direction.
pub const SIDE_MAX: u32 = 12_000;
/// Most pixels altogether: an A3 page at 300 dots an inch has 17 million.
pub const PIXELS_MAX: u64 = 40_000_000;
/// Most bytes of one picture.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;

/// A picture as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The picture and nothing beside it.
    pub bytes: Vec<u8>,
}

/// Why a file is not a picture for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPicture {
    /// By its first bytes neither JPEG nor PNG, whatever its name says.
    OtherType,
    /// More bytes than [`BYTES_MAX`].
    TooHeavy,
    /// More pixels than anybody scans.
    TooLarge,
    /// It begins like a picture and does not go on like one.
    Broken,
}

/// Reads a file as a picture and leaves everything else behind.
///
/// # Errors
/// [`NotAPicture`].
pub fn picture(file: &[u8]) -> Result<Picture, NotAPicture> {
    if file.len() > BYTES_MAX {
        return Err(NotAPicture::TooHeavy);
    }
    let picture = if file.starts_with(&[0xff, 0xd8, 0xff]) {
        jpeg(file).ok_or(NotAPicture::Broken)?
    } else if file.starts_with(PNG) {
        png(file).ok_or(NotAPicture::Broken)?
    } else {
        return Err(NotAPicture::OtherType);
    };
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    if picture.width > SIDE_MAX || picture.height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(NotAPicture::TooLarge);
    }
    if pixels == 0 {
        return Err(NotAPicture::Broken);
    }
    Ok(picture)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks a PNG is drawn from; all others tell about it.
const PNG_KEPT: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"pHYs", b"IDAT", b"IEND"];

fn png(file: &[u8]) -> Option<Picture> {
    let mut bytes = PNG.to_vec();
    let mut rest = &file[PNG.len()..];
    let (mut size, mut drawn) = (None, false);
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let kind: &[u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let whole = rest.get(..length.checked_add(12)?)?;
        let content = &whole[8..8 + length];
        if (kind == b"IHDR") != size.is_none() {
            return None;
        }
        if kind == b"IHDR" {
            let side = |at: usize| Some(u32::from_be_bytes(content.get(at..at + 4)?.try_into().ok()?));
            size = Some((side(0)?, side(4)?));
        }
        if PNG_KEPT.contains(&kind) {
            bytes.extend_from_slice(whole);
        }
        drawn |= kind == b"IDAT" && length > 0;
        if kind == b"IEND" {
            break;
        }
        rest = &rest[whole.len()..];
    }
    let (width, height) = size.filter(|_| drawn)?;
    Some(Picture { media_type: "image/png", width, height, bytes })
}

/// Walks the segments of a JPEG up to its end mark.
fn jpeg(file: &[u8]) -> Option<Picture> {
    let mut bytes = vec![0xff, 0xd8];
    let mut at = 2;
    let (mut size, mut way_up, mut drawn) = (None, None, false);
    loop {
        // Any number of fill bytes may stand before a mark.
        while file.get(at) == Some(&0xff) && file.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (0xff, mark) = (*file.get(at)?, *file.get(at + 1)?) else { return None };
        if mark == 0xd9 {
            bytes.extend_from_slice(&[0xff, 0xd9]);
            break;
        }
        let length = usize::from(u16::from_be_bytes(file.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = file.get(at..at + 2 + length).filter(|_| length >= 2)?;
        let content = &segment[4..];
        at += segment.len();
        match mark {
            // Frame headers: C4, C8 and CC are tables and reserved.
            0xc0..=0xcf if !matches!(mark, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at: usize| Some(u32::from(u16::from_be_bytes(content.get(at..at + 2)?.try_into().ok()?)));
                size = Some((side(3)?, side(1)?));
                bytes.extend_from_slice(segment);
            }
            0xe1 => way_up = way_up.or_else(|| orientation(content)),
            // JFIF and Adobe's colours belong to the picture; other application data and comments do not.
            0xe2..=0xed | 0xef | 0xfe => {}
            0xda => {
                bytes.extend_from_slice(segment);
                let from = at;
                while *file.get(at)? != 0xff || matches!(*file.get(at + 1)?, 0x00 | 0xff | 0xd0..=0xd7) {
                    at += 1;
                }
                bytes.extend_from_slice(&file[from..at]);
                drawn |= at > from;
            }
            _ => bytes.extend_from_slice(segment),
        }
    }
    let (width, height) = size.filter(|_| drawn)?;
    if let Some(way_up) = way_up.filter(|way_up| (2..=8).contains(way_up)) {
        bytes.splice(2..2, only_orientation(way_up));
    }
    Some(Picture { media_type: "image/jpeg", width, height, bytes })
}

/// The way up in an EXIF segment: 1 as it is, 2 to 8 turned or mirrored.
fn orientation(content: &[u8]) -> Option<u8> {
    let tiff = content.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) } as usize;
    let entries = usize::from(short(first)?);
    (0..entries.min(64)).map(|entry| first + 2 + 12 * entry).find_map(|entry| {
        (short(entry)? == 0x0112).then(|| short(entry + 8)).flatten().and_then(|value| u8::try_from(value).ok())
    })
}

/// An EXIF segment that says the way up and nothing else.
fn only_orientation(way_up: u8) -> Vec<u8> {
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend_from_slice(&[way_up, 0, 0, 0, 0, 0, 0]);
    segment
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A JPEG of that size with these segments before its frame; the smallest that browsers take as one.
    pub(crate) fn a_jpeg(width: u16, height: u16, before: &[(u8, &[u8])], after: &[u8]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        let mut segment = |mark: u8, content: &[u8]| {
            file.extend_from_slice(&[0xff, mark]);
            file.extend_from_slice(&(content.len() as u16 + 2).to_be_bytes());
            file.extend_from_slice(content);
        };
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        for (mark, content) in before {
            segment(*mark, content);
        }
        segment(0xdb, &[&[0u8][..], &[1; 64]].concat());
        let [(high, low), (h2, l2)] = [height, width].map(|side| ((side >> 8) as u8, side as u8));
        segment(0xc0, &[8, high, low, h2, l2, 1, 1, 0x11, 0]);
        segment(0xc4, &[&[0u8, 1][..], &[0; 15], &[0]].concat());
        segment(0xc4, &[&[0x10u8, 1][..], &[0; 15], &[0]].concat());
        segment(0xda, &[1, 1, 0, 0, 63, 0]);
        file.extend_from_slice(&[0x2a, 0xff, 0x00, 0xff, 0xd0, 0x3f, 0xff, 0xd9]);
        file.extend_from_slice(after);
        file
    }

    fn a_png(width: u32, height: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = PNG.to_vec();
        let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
        head.extend_from_slice(&[8, 0, 0, 0, 0]);
        let drawn: [(&[u8; 4], &[u8]); 2] = [(b"IDAT", b"x"), (b"IEND", b"")];
        for (kind, content) in [(b"IHDR", &head[..])].into_iter().chain(chunks.iter().copied()).chain(drawn) {
            file.extend_from_slice(&(content.len() as u32).to_be_bytes());
            file.extend_from_slice(kind);
            file.extend_from_slice(content);
            file.extend_from_slice(&[0; 4]);
        }
        file
    }

    /// EXIF with a place and, as its second entry, a way up.
    fn exif(way_up: u8) -> Vec<u8> {
        let mut content = b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0".to_vec();
        content.extend_from_slice(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0");
        content.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, way_up, 0, 0, 0]);
        content.extend_from_slice(b"GPS 25.27,110.29");
        content
    }

    #[test]
    fn h058_a_picture_is_what_its_bytes_say_and_nothing_beside() {
        let check = |what: &str, file: &[u8], expected: Result<(&str, u32, u32), NotAPicture>| {
            let read = picture(file);
            let short = read.as_ref().map(|picture| (picture.media_type, picture.width, picture.height));
            assert_eq!(short, expected.as_ref().map(|one| *one), "{what}");
        };
        check("a scan", &a_jpeg(1240, 1754, &[], b""), Ok(("image/jpeg", 1240, 1754)));
        check("a screenshot", &a_png(800, 600, &[]), Ok(("image/png", 800, 600)));
        check("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", Err(NotAPicture::OtherType));
        check("html called .jpg", b"<!doctype html><script>1</script>", Err(NotAPicture::OtherType));
        check("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Err(NotAPicture::OtherType));
        check("gif", b"GIF89a\x01\0\x01\0", Err(NotAPicture::OtherType));
        check("nothing", b"", Err(NotAPicture::OtherType));
        check("as wide as may be", &a_png(12_000, 3_000, &[]), Ok(("image/png", 12_000, 3_000)));
        check("one too wide", &a_png(12_001, 1, &[]), Err(NotAPicture::TooLarge));
        check("a bomb", &a_png(30_000, 30_000, &[]), Err(NotAPicture::TooLarge));
        check("a JPEG bomb", &a_jpeg(30_000, 30_000, &[], b""), Err(NotAPicture::TooLarge));
        check("many pixels", &a_png(8_000, 5_001, &[]), Err(NotAPicture::TooLarge));
        check("no pixels", &a_jpeg(0, 10, &[], b""), Err(NotAPicture::Broken));
        check("a length that lies", &a_jpeg(10, 10, &[], b"")[..60], Err(NotAPicture::Broken));
        check("half a PNG", &a_png(10, 10, &[])[..40], Err(NotAPicture::Broken));
        check("too heavy", &vec![0xff; BYTES_MAX + 1], Err(NotAPicture::TooHeavy));
    }

    #[test]
    fn h058_where_it_was_taken_is_left_behind() {
        let place = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"GPS");
        let plain = picture(&a_jpeg(10, 10, &[], b"")).unwrap().bytes;
        let told = a_jpeg(10, 10, &[(0xe1, &exif(1)), (0xed, b"GPS in IPTC"), (0xfe, b"GPS comment")], b"<script>GPS");
        assert!(place(&told));
        assert_eq!(picture(&told).unwrap().bytes, plain, "the same picture without what was told about it");
        let text: [(&[u8; 4], &[u8]); 2] = [(b"eXIf", b"GPS"), (b"tEXt", b"GPS")];
        assert_eq!(picture(&a_png(10, 10, &text)).unwrap().bytes, a_png(10, 10, &[]));
    }

    #[test]
    fn a_photograph_stays_the_right_way_up() {
        let turned = picture(&a_jpeg(10, 10, &[(0xe1, &exif(6))], b"")).unwrap();
        assert!(!turned.bytes.windows(3).any(|part| part == b"GPS"));
        let again = picture(&turned.bytes).unwrap();
        assert_eq!(again.bytes, turned.bytes, "cleaning what is clean changes nothing");
        let way_up = |way_up: u8| {
            let bytes = picture(&a_jpeg(10, 10, &[(0xe1, &exif(way_up))], b"")).unwrap().bytes;
            (bytes[3] == 0xe1).then(|| orientation(&bytes[6..]).unwrap())
        };
        assert_eq!([1, 3, 6, 8, 9].map(way_up), [None, Some(3), Some(6), Some(8), None]);
    }
}
