//! Files as families, schools and attackers send them.

use std::io::{Cursor, Write};

use chrono::NaiveDateTime;
use loan::calendar::date;
use loan::money::Fen;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;

const ROSTER: Sheet = Sheet {
    title: "预申请名单",
    columns: &[
        Column::required("姓名", Kind::Text { chars_max: 50 }),
        Column::required("身份证号", Kind::IdNumber),
        Column::optional("手机", Kind::Phone),
        Column::optional("学费", Kind::Amount),
        Column::optional("入学日期", Kind::Day),
        Column::optional("年级", Kind::Whole { min: 1, max: 8 }),
        Column::optional("学历", Kind::Choice(&["专科", "本科", "硕士"])),
        Column::optional("校验码", Kind::Code { places: Some(6) }),
        Column::optional("银行卡号", Kind::Account),
    ],
};
const ID: &str = "999901200803150010";

fn read(file: &[u8]) -> Result<Import, NotRead> {
    ROSTER.read(file, &Limits::default())
}

/// One csv row under the roster's head.
fn csv_row(fields: &str) -> Import {
    let head: Vec<&str> = ROSTER.columns.iter().map(|column| column.title).collect();
    read(format!("{}\n{fields}\n", head.join(",")).as_bytes()).expect("the head is complete")
}

fn at() -> NaiveDateTime {
    date(2026, 8, 12).and_hms_opt(10, 27, 0).expect("a minute of the day")
}

/// An honest workbook with one row; its parts are the raw material of the attacks.
fn honest() -> Vec<u8> {
    let export =
        Export { title: "名单", columns: ROSTER.columns, filters: &[], exported_by: "王晓琳", exported_at: at() };
    export.xlsx([vec!["陈思远".into(), ID.into()]]).expect("a small workbook")
}

/// The workbook with some parts replaced or added.
fn altered(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut source = ZipArchive::new(Cursor::new(honest())).expect("an honest archive");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default();
    for index in 0..source.len() {
        let mut entry = source.by_index(index).expect("an honest entry");
        let name = entry.name().expect("a plain name").into_owned();
        if !parts.iter().any(|(replaced, _)| *replaced == name) {
            out.start_file(&*name, packed).expect("memory");
            std::io::copy(&mut entry, &mut out).expect("memory");
        }
    }
    for (name, bytes) in parts {
        out.start_file(*name, packed).expect("memory");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

fn part(name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(honest())).expect("an honest archive");
    std::io::read_to_string(archive.by_name(name).expect("the part exists")).expect("text")
}

#[test]
fn cells_are_normalised_or_refused_with_their_cause() {
    let right = |fields: &str, title: &str, expected: Value| {
        let import = csv_row(fields);
        assert_eq!(import.errors, [], "{fields}");
        assert_eq!(*import.rows[0].value(title), expected, "{fields}");
    };
    let text = |text: &str| Value::Text(text.into());
    right("陈思远,９９９９０１２００８０３１５００１０", "身份证号", text(ID));
    right("陈思远,999901 20080315 0010", "身份证号", text(ID));
    right("陈思远,'999901200803150010", "身份证号", text(ID));
    right("　陈思远　,999901200803150010", "姓名", text("陈思远"));
    right("买买提·艾力,11010519491231002x", "身份证号", text("11010519491231002X"));
    right("陈,999901200803150010,138-0000 0017", "手机", text("13800000017"));
    right("陈,999901200803150010,+8613800000017", "手机", text("13800000017"));
    right("陈,999901200803150010,,\"5,200.50\"", "学费", Value::Amount(Fen(520_050)));
    right("陈,999901200803150010,,¥5200元", "学费", Value::Amount(Fen(520_000)));
    for typed in
        ["2026-09-01", "2026/9/1", "2026.9.1", "2026年9月1日", "20260901", "２０２６-09-01", "2026-09-01 00:00:00"]
    {
        right(&format!("陈,999901200803150010,,,{typed}"), "入学日期", Value::Day(date(2026, 9, 1)));
    }
    right("陈,999901200803150010,,,,3", "年级", Value::Whole(3));
    right("陈,999901200803150010,,,,,本科", "学历", text("本科"));
    right("陈,999901200803150010,,,,,,0a3b5c", "校验码", text("0A3B5C"));
    right("陈,999901200803150010,,,,,,,6222 0000 1234 5678", "银行卡号", text("6222000012345678"));
    right("陈,999901200803150010", "学费", Value::Empty);

    let wrong = |fields: &str, message: &str| {
        let import = csv_row(fields);
        assert_eq!((import.rows.len(), import.total), (0, 1), "{fields}");
        let messages: Vec<&str> = import.errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, [message], "{fields}");
    };
    wrong(",999901200803150010", "第 2 行没有填姓名");
    wrong("陈,999901200803150018", "第 2 行身份证号最后一位不对，请对照证件再看一遍");
    wrong("陈,99990120080315001", "第 2 行身份证号应为 18 位，请对照证件再看一遍");
    wrong("陈,999901200802300017", "第 2 行身份证号里的出生日期不存在，请对照证件再看一遍");
    wrong("陈,9.99901E+17", "第 2 行身份证号被 Excel 转成数字，末 3 位已丢失，请用模板重填");
    wrong("陈,999901200803150010,1380000001", "第 2 行手机应为 11 位手机号");
    wrong("陈,999901200803150010,,5200.505", "第 2 行学费最多两位小数");
    wrong("陈,999901200803150010,,-1", "第 2 行学费不能是负数");
    wrong("陈,999901200803150010,,\"1,5\"", "第 2 行学费不是金额，请填数字，例如 5200.00");
    wrong("陈,999901200803150010,,100000000000.01", "第 2 行学费太大");
    wrong("陈,999901200803150010,,,2026-02-29", "第 2 行入学日期不是日期，请按 2026-09-01 的样子填写");
    wrong("陈,999901200803150010,,,明天", "第 2 行入学日期不是日期，请按 2026-09-01 的样子填写");
    wrong("陈,999901200803150010,,,,9", "第 2 行年级应在 1 到 8 之间");
    wrong("陈,999901200803150010,,,,二", "第 2 行年级应为整数");
    wrong("陈,999901200803150010,,,,,大学", "第 2 行学历应填其中一个：专科、本科、硕士");
    wrong("陈,999901200803150010,,,,,,12345", "第 2 行校验码应为 6 位");
    wrong(&format!("{},999901200803150010", "长".repeat(51)), "第 2 行姓名超过 50 个字");
}

#[test]
fn numbers_that_excel_has_damaged_are_refused_by_row() {
    let mut book = Workbook::new();
    let tab = book.add_worksheet();
    for (place, column) in ROSTER.columns.iter().enumerate() {
        tab.write_string(0, place as u16, column.title).unwrap();
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for row in 1..=12 {
        tab.write_string(row, 0, "陈思远").unwrap();
        tab.write_string(row, 1, ID).unwrap();
    }
    tab.write_number(11, 1, 999901200803150010.0).unwrap();
    tab.write_number(1, 2, 13800000017.0).unwrap();
    tab.write_number(1, 3, 5_200.1).unwrap();
    tab.write_number(2, 3, 5_200.105).unwrap();
    tab.write_datetime_with_format(1, 4, ExcelDateTime::from_ymd(2026, 9, 1).unwrap(), &day).unwrap();
    tab.write_number(2, 4, 46_266.0).unwrap();
    tab.write_number(3, 4, 20_260_901.0).unwrap();
    tab.write_number(3, 7, 12_345.0).unwrap();
    tab.write_number(4, 7, 123_456.0).unwrap();
    tab.write_number(5, 8, 6_222_000_012_345_678.0).unwrap();
    tab.write_datetime_with_format(6, 7, ExcelDateTime::from_ymd(2026, 9, 1).unwrap(), &day).unwrap();
    let import = read(&book.save_to_buffer().unwrap()).unwrap();
    let messages: Vec<&str> = import.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "第 3 行学费最多两位小数",
            "第 4 行校验码被 Excel 转成数字，前面的 0 已丢失，请用模板重填",
            "第 6 行银行卡号被 Excel 转成数字，末尾几位已丢失，请用模板重填",
            "第 7 行校验码被 Excel 转成日期，请用模板重填",
            "第 12 行身份证号被 Excel 转成数字，末 3 位已丢失，请用模板重填",
        ]
    );
    assert_eq!((import.total, import.rows.len()), (12, 7));
    let first = &import.rows[0];
    assert_eq!((first.number, first.text("手机"), first.amount("学费")), (2, "13800000017", Some(Fen(520_010))));
    assert_eq!(first.day("入学日期"), Some(date(2026, 9, 1)));
}

#[test]
fn mistakes_go_back_as_a_list() {
    let import = csv_row("陈,999901200803150018,1");
    let export = Export {
        title: "导入错误",
        columns: Import::ERROR_COLUMNS,
        filters: &[],
        exported_by: "王晓琳",
        exported_at: at(),
    };
    let csv = String::from_utf8(export.csv(import.error_rows())).unwrap();
    let lines: Vec<&str> = csv.lines().skip(3).collect();
    assert_eq!(
        lines,
        [
            "行号,列,问题",
            "2,身份证号,第 2 行身份证号最后一位不对，请对照证件再看一遍",
            "2,手机,第 2 行手机应为 11 位手机号"
        ]
    );
}

#[test]
fn serial_dates_follow_the_date_system_of_the_workbook() {
    let check = |serial: f64, epoch_1904, expected| {
        let column = &ROSTER.columns[4];
        let raw = cell::Raw::Number { value: serial, date: false };
        assert_eq!(cell::value(&raw, column, 2, epoch_1904), Ok(Value::Day(expected)), "{serial}");
    };
    check(46_266.0, false, date(2026, 9, 1));
    check(44_804.0, true, date(2026, 9, 1));
    check(61.0, false, date(1900, 3, 1));
    check(20_260_901.0, false, date(2026, 9, 1));
    assert!(cell::value(&cell::Raw::Number { value: 1e9, date: true }, &ROSTER.columns[4], 2, false).is_err());
}

#[test]
fn csv_is_read_in_utf8_and_gb18030() {
    let text = format!("姓名,身份证号\r\n\u{4dae}陈思远,{ID}\r\n");
    let with_mark = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    for file in [text.as_bytes(), &with_mark, &gb] {
        assert_eq!(read(file).unwrap().rows[0].text("姓名"), "\u{4dae}陈思远");
    }
    assert_eq!(read(b"\xff\xff\xff\xff").unwrap_err(), NotRead::OtherFormat("文件的编码既不是 UTF-8 也不是 GB18030"));
}

#[test]
fn the_head_row_may_stand_lower_and_in_any_order() {
    let import = read(format!("名单\n导出：王\n\n身份证号,备注,姓名*\n{ID},无,陈\n").as_bytes()).unwrap();
    assert_eq!((import.rows[0].number, import.rows[0].text("姓名")), (5, "陈"));
    assert_eq!(read("姓名,手机\n陈,1".as_bytes()).unwrap_err(), NotRead::MissingColumns(vec!["身份证号"]));
    assert_eq!(read("姓名,姓名,身份证号\n陈,陈,1".as_bytes()).unwrap_err(), NotRead::RepeatedColumn("姓名"));
    assert_eq!(read(b"").unwrap_err(), NotRead::Empty);
}

#[test]
fn the_template_is_read_back_and_its_code_columns_are_text() {
    let template = ROSTER.template().unwrap();
    assert_eq!(read(&template).map(|import| (import.total, import.errors)), Ok((0, vec![])));
    let styles = ZipArchive::new(Cursor::new(&template))
        .map(|mut archive| std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap())
        .unwrap();
    assert!(styles.contains("专科,本科,硕士"), "a choice is a list to pick from: {styles}");
    assert!(styles.contains("<cols>") && styles.contains("style="), "columns carry the text format: {styles}");
}

#[test]
fn h049_only_xlsx_and_csv_are_accepted_by_content() {
    let check = |file: Vec<u8>, expected: &'static str| {
        assert_eq!(read(&file).unwrap_err(), NotRead::OtherFormat(expected));
    };
    let zip_of = |parts: &[(&str, &[u8])]| {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        }
        out.finish().unwrap().into_inner()
    };
    let ods_bomb = br#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    check(
        zip_of(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", ods_bomb)]),
        "这是 ODS 表格",
    );
    check(
        [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 512]].concat(),
        "这是旧版 xls 或加了密码的工作簿",
    );
    check(altered(&[("xl/vbaProject.bin", b"x")]), "工作簿里有宏");
    let types = part("[Content_Types].xml").replace("spreadsheetml.sheet.main", "sheet.macroEnabled.main");
    check(altered(&[("[Content_Types].xml", types.as_bytes())]), "工作簿里有宏");
    check([b"%PDF-1.7\n".as_slice(), &honest()].concat(), "这是 PDF 文件");
    check(altered(&[("../../etc/cron.d/x", b"x")]), "工作簿里有不正常的路径");
    check(altered(&[("..\\x", b"x")]), "工作簿里有不正常的路径");
    check(zip_of(&[("word/document.xml", b"<w/>")]), "压缩文件里没有 Excel 工作簿");
    check(b"PK\x05\x06".to_vec(), "这是空的或损坏的压缩文件");
    check(honest()[..600].to_vec(), "文件已损坏，打不开");
    check(b"\x1f\x8b\x08\x00".to_vec(), "这是压缩文件");
    check("<html><table>姓名".into(), "这是网页或文档，不是表格");
    check(b"\x7fELF\x02\x01\x01\x00\x00".to_vec(), "文件不是文本");
    assert_eq!(read(&honest()).unwrap().rows.len(), 1, "the honest workbook passes");
}

#[test]
fn h050_no_entity_is_expanded() {
    let sheet = part("xl/worksheets/sheet1.xml");
    let (declaration, body) = sheet.split_once("?>").unwrap();
    for attack in [
        r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>"#,
        r#"<!doctype x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#,
    ] {
        let hostile = format!("{declaration}?>{attack}{}", body.replace("陈思远", "&e;"));
        let refused = read(&altered(&[("xl/worksheets/sheet1.xml", hostile.as_bytes())])).unwrap_err();
        assert_eq!(refused, NotRead::OtherFormat("工作簿里有不允许的内容"));
    }
    let far: String = " ".repeat((64 << 10) - 5) + "<!DOCTYPE x>";
    let hostile = format!("{declaration}?>{far}{body}");
    assert!(read(&altered(&[("xl/worksheets/sheet1.xml", hostile.as_bytes())])).is_err(), "across a chunk's edge");
}

#[test]
fn h051_limits_hold_before_and_while_a_file_is_read() {
    let limit = |limits: Limits, file: &[u8]| match ROSTER.read(file, &limits) {
        Err(NotRead::TooLarge { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let all = Limits::default();
    let bomb = altered(&[("xl/media/zeros.bin", &vec![0; 4 << 20])]);
    assert!(bomb.len() < 64 << 10, "the bomb is small on disk");
    assert_eq!(limit(Limits { unpacked_bytes: 1 << 20, ..all }, &bomb), "解开后的内容");
    // The same bomb with a directory that lies about its size.
    let mut liar = bomb.clone();
    let size = (4u32 << 20).to_le_bytes();
    while let Some(at) = liar.windows(4).position(|four| four == size) {
        liar[at..at + 4].copy_from_slice(&16u32.to_le_bytes());
    }
    assert!(ROSTER.read(&liar, &Limits { unpacked_bytes: 1 << 20, ..all }).is_err());
    assert_eq!(limit(Limits { file_bytes: 100, ..all }, &honest()), "文件");
    assert_eq!(limit(Limits { entries: 3, ..all }, &honest()), "工作簿里的部件");

    let sheet = part("xl/worksheets/sheet1.xml");
    let wide = sheet.replace("</sheetData>", r#"<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>"#);
    assert_eq!(limit(all, &altered(&[("xl/worksheets/sheet1.xml", wide.as_bytes())])), "列数");
    // A cell in the last row Excel has costs one row, not a million.
    let deep = sheet.replace("</sheetData>", r#"<row r="1048576"><c r="C1048576"><v>1</v></c></row></sheetData>"#);
    let import = read(&altered(&[("xl/worksheets/sheet1.xml", deep.as_bytes())])).unwrap();
    assert_eq!(import.errors[0].message, "第 1048576 行没有填姓名");

    let many: String = format!("姓名,身份证号\n{}", format!("陈,{ID}\n").repeat(200));
    assert_eq!(limit(Limits { rows: 100, ..all }, many.as_bytes()), "行数");
    let export = Export { title: "长", columns: ROSTER.columns, filters: &[], exported_by: "王", exported_at: at() };
    let long = export.xlsx((0..200).map(|_| vec!["陈".into(), ID.into()])).unwrap();
    assert_eq!(limit(Limits { rows: 100, ..all }, &long), "行数");
    let cell = format!("姓名,身份证号\n{},{ID}", "长".repeat(2_001));
    assert_eq!(limit(all, cell.as_bytes()), "一格的文字");
}

#[test]
fn h053_formulas_leave_as_text_and_come_back_as_typed() {
    let names =
        ["=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "'=1", "陈思远"];
    let export = Export {
        title: "=1+1",
        columns: ROSTER.columns,
        filters: &[("姓名", "=2+2")],
        exported_by: "王晓琳",
        exported_at: at(),
    };
    let rows =
        || names.iter().map(|name| vec![Value::from(*name), ID.into(), Value::Empty, Value::Amount(Fen(520_050))]);
    let xlsx = export.xlsx(rows()).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&xlsx)).unwrap();
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "no cell is a formula");
    let styles = std::io::read_to_string(archive.by_name("xl/styles.xml").unwrap()).unwrap();
    assert!(styles.contains("quotePrefix=\"1\""));
    let csv = String::from_utf8(export.csv(rows())).unwrap();
    for field in csv.trim_start_matches('\u{feff}').split(['\n', ',']) {
        let field = field.trim_start_matches('"');
        assert!(!field.starts_with(['=', '+', '@', '\t']), "{field:?} would run");
    }
    for file in [xlsx.as_slice(), csv.as_bytes()] {
        let import = read(file).unwrap();
        assert_eq!(import.errors, []);
        let back: Vec<&str> = import.rows.iter().map(|row| row.text("姓名")).collect();
        // Blanks before a name are dropped like all blanks around a cell.
        let expected = [names[0], names[1], names[2], names[3], "=1+1", "=1+1"];
        assert_eq!(back[..6], expected);
        assert_eq!((back[7], import.rows[0].amount("学费")), ("陈思远", Some(Fen(520_050))));
    }
}

#[test]
fn an_export_says_who_took_it_out_and_by_which_filter() {
    let export = Export {
        title: "逾期名单",
        columns: ROSTER.columns,
        filters: &[("学年", "2026–2027"), ("状态", "已逾期")],
        exported_by: "王晓琳",
        exported_at: at(),
    };
    let csv = String::from_utf8(export.csv([])).unwrap();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[1], "导出：王晓琳　2026-08-12 10:27:00　仅限工作使用，不得外传");
    assert_eq!(lines[2], "筛选：学年：2026–2027；状态：已逾期");
    assert_eq!(export.xlsx([]).unwrap(), export.xlsx([]).unwrap(), "the same list gives the same bytes");
    let text = calamine_text(&export.xlsx([]).unwrap());
    assert!(text.contains("导出：王晓琳") && text.contains("已逾期"), "{text}");
}

fn calamine_text(file: &[u8]) -> String {
    use calamine::{Reader, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range("数据").unwrap();
    range.used_cells().map(|(_, _, value)| value.to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_damaged_file_is_refused_and_never_brings_the_reader_down() {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut damage = |bytes: &[u8]| {
        let mut damaged = bytes.to_vec();
        for _ in 0..4 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let at = seed as usize % damaged.len();
            damaged[at] = (seed >> 32) as u8;
        }
        damaged
    };
    // Either answer is right; ending without a panic and inside the limits is the point.
    let read_within_limits = |file: &[u8]| {
        if let Ok(import) = read(file) {
            assert!(import.rows.len() <= import.total && import.total <= 20_000);
        }
    };
    let file = honest();
    let csv = format!("姓名,身份证号,学费,入学日期\n\"陈\",{ID},\"5,200\",2026-09-01\n");
    for _ in 0..200 {
        read_within_limits(&damage(&file));
        read_within_limits(&damage(csv.as_bytes()));
    }
    // Damage inside the parts gets past the checksums of the archive.
    for name in ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"] {
        let xml = part(name);
        for _ in 0..60 {
            read_within_limits(&altered(&[(name, &damage(xml.as_bytes()))]));
        }
    }
}

#[test]
fn two_thousand_receipts_are_read_well_under_ten_seconds() {
    let export =
        Export { title: "回执", columns: ROSTER.columns, filters: &[], exported_by: "王", exported_at: at() };
    let file = export.xlsx((0..2_000).map(|_| vec!["陈思远".into(), ID.into()])).unwrap();
    let began = std::time::Instant::now();
    assert_eq!(read(&file).unwrap().rows.len(), 2_000);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
