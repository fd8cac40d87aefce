//! What an uploaded file really is, decided by its bytes before any parser sees it: an honest xlsx
//! within the limits, or plain text. Everything else is turned away with a sentence that says why.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::NotRead;

/// What a file may cost to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: usize,
    /// Bytes of everything inside an xlsx, unpacked.
    pub unpacked_bytes: u64,
    /// Files inside an xlsx.
    pub entries: usize,
    /// Rows with something in them, the head row not counted.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Characters in one cell.
    pub cell_chars: usize,
}

impl Default for Limits {
    /// Enough for 20 000 rows of a roster.
    fn default() -> Limits {
        Limits {
            file_bytes: 10 << 20,
            unpacked_bytes: 100 << 20,
            entries: 500,
            rows: 20_000,
            columns: 100,
            cell_chars: 2_000,
        }
    }
}

/// The contents of an accepted file.
pub(super) enum Content {
    /// A checked workbook, still packed.
    Xlsx,
    /// Text of a csv file.
    Csv(String),
}

/// Decides by content, never by name.
pub(super) fn recognise(file: &[u8], limits: &Limits) -> Result<Content, NotRead> {
    if file.len() > limits.file_bytes {
        return Err(NotRead::TooLarge { what: "文件", limit: format!("{} MB", limits.file_bytes >> 20) });
    }
    if file.is_empty() {
        return Err(NotRead::Empty);
    }
    let head = &file[..file.len().min(1024)];
    if head.windows(5).any(|five| five == b"%PDF-") {
        return Err(NotRead::OtherFormat("这是 PDF 文件"));
    }
    match head {
        [b'P', b'K', 3, 4, ..] => check_workbook(file, limits).map(|()| Content::Xlsx),
        [b'P', b'K', ..] => Err(NotRead::OtherFormat("这是空的或损坏的压缩文件")),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(NotRead::OtherFormat("这是旧版 xls 或加了密码的工作簿")),
        [0x1f, 0x8b, ..] | [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, ..] => {
            Err(NotRead::OtherFormat("这是压缩文件"))
        }
        _ => text(file).map(Content::Csv),
    }
}

/// UTF-8 with or without a mark, else GB18030; nothing that holds control characters is text.
fn text(file: &[u8]) -> Result<String, NotRead> {
    let bytes = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or(NotRead::OtherFormat("文件的编码既不是 UTF-8 也不是 GB18030"))?
            .into_owned(),
    };
    if decoded.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(NotRead::OtherFormat("文件不是文本"));
    }
    let start = decoded.trim_start().as_bytes();
    if start.starts_with(b"<") || start.starts_with(b"{\\rtf") {
        return Err(NotRead::OtherFormat("这是网页或文档，不是表格"));
    }
    Ok(decoded)
}

/// Walks the directory of the archive, then unpacks every part once into nowhere, so that neither
/// a false size nor an entity reaches the parser.
fn check_workbook(file: &[u8], limits: &Limits) -> Result<(), NotRead> {
    let damaged = || NotRead::OtherFormat("文件已损坏，打不开");
    let unpacked_too_large =
        || NotRead::TooLarge { what: "解开后的内容", limit: format!("{} MB", limits.unpacked_bytes >> 20) };
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| damaged())?;
    if archive.offset() != 0 {
        return Err(damaged());
    }
    if archive.len() > limits.entries {
        return Err(NotRead::TooLarge { what: "工作簿里的部件", limit: format!("{} 个", limits.entries) });
    }

    let mut names = Vec::with_capacity(archive.len());
    let mut declared = 0u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| damaged())?;
        let name = entry.name().map_err(|_| damaged())?.into_owned();
        if entry.encrypted() {
            return Err(NotRead::OtherFormat("工作簿加了密码"));
        }
        if entry.enclosed_name().is_none() || name.contains('\\') || name.starts_with('/') {
            return Err(NotRead::OtherFormat("工作簿里有不正常的路径"));
        }
        declared = declared.saturating_add(entry.size());
        if declared > limits.unpacked_bytes {
            return Err(unpacked_too_large());
        }
        names.push(name);
    }
    if names.iter().any(|name| name == "mimetype") {
        return Err(NotRead::OtherFormat("这是 ODS 表格"));
    }
    if names.iter().any(|name| name.ends_with("vbaProject.bin")) {
        return Err(NotRead::OtherFormat("工作簿里有宏"));
    }
    if !names.iter().any(|name| name == "xl/workbook.xml") || !names.iter().any(|name| name == "[Content_Types].xml") {
        return Err(NotRead::OtherFormat("压缩文件里没有 Excel 工作簿"));
    }

    let mut left = limits.unpacked_bytes;
    let mut chunk = vec![0u8; 64 << 10];
    for (index, name) in names.iter().enumerate() {
        let mut entry = archive.by_index(index).map_err(|_| damaged())?;
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut start = true;
        let mut tail: Vec<u8> = Vec::new();
        loop {
            let read = entry.read(&mut chunk).map_err(|_| damaged())?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read as u64).ok_or_else(unpacked_too_large)?;
            if is_xml {
                // A mark of UTF-16 would hide a document type from the search below.
                if start && matches!(chunk[..read], [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..]) {
                    return Err(NotRead::OtherFormat("工作簿的编码不正常"));
                }
                tail.extend_from_slice(&chunk[..read]);
                if contains(&tail, b"<!DOCTYPE") || contains(&tail, b"<!ENTITY") {
                    return Err(NotRead::OtherFormat("工作簿里有不允许的内容"));
                }
                if name == "[Content_Types].xml" && contains(&tail, b"macroEnabled") {
                    return Err(NotRead::OtherFormat("工作簿里有宏"));
                }
                tail.drain(..tail.len().saturating_sub(16));
            }
            start = false;
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
