//! Names as people really have them: with the middle dot of Uyghur and Tibetan names, up to fifty characters, and with
//! rare characters of GB 18030. They survive the form, the search, the print and the spreadsheet.

use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};
use paper::sheet::{Column, Export, Kind, Limits, Sheet, Value};

use crate::accounts::register::Registration;
use crate::papers::{PaperKind, Print};
use crate::testing::{PASSWORD, Someone, WEICHENG, worlds};
use crate::who::Actor;

static ROSTER: Sheet = Sheet { title: "名单", columns: &[Column::required("姓名", Kind::Text { chars_max: 50 })] };

/// As typed, as kept, and the beginning somebody would search by.
fn names() -> Vec<(String, String, &'static str)> {
    let same = |name: &str, begin: &'static str| (name.to_owned(), name.to_owned(), begin);
    let longest = format!("{}·{}", "阿卜杜热合曼".repeat(4), "买买提依明江".repeat(4) + "古");
    assert_eq!(longest.chars().count(), 50);
    vec![
        same("买买提·阿不都热依木", "买买提·"),
        ("迪丽热巴•迪力木拉提".to_owned(), "迪丽热巴·迪力木拉提".to_owned(), "迪丽热巴"),
        ("尼玛．次仁".to_owned(), "尼玛·次仁".to_owned(), "尼玛·次"),
        (longest.clone(), longest, "阿卜杜热合曼"),
        same("张㛃", "张㛃"), // CJK extension A
        same("王𬭚", "王𬭚"), // extension E, four bytes
        same("陈𬱖", "陈𬱖"), // U+2CC56, four bytes in UTF-8 and in GB 18030
        same("赵龘", "赵龘"),
        same("𠅤小满", "𠅤"), // extension B
    ]
}

#[tokio::test]
async fn a_name_survives_form_search_print_and_spreadsheet() {
    for world in worlds(date(2026, 8, 3)).await {
        let clerk = world.clerk(WEICHENG);
        for (place, (typed, kept, begin)) in names().into_iter().enumerate() {
            let serial = 600 + place as u32;
            let id = IdNumber::synthetic(serial, date(2000, 3, 1), Sex::Female);
            let phone = format!("139{serial:08}");
            let registration = Registration {
                name: typed.clone(),
                id_number: id.as_str().to_owned(),
                phone: phone.clone(),
                password: PASSWORD.to_owned(),
            };
            let key = world.key();
            let person = world.office.register(&key, registration).await.expect("the name is taken").person;
            let student = Someone { actor: Actor::student(person), person, id_number: id.as_str().to_owned(), phone };
            let number = world.submitted(&student, "370702").await;
            let view = world.office.case_view(&clerk, &number).await.unwrap();
            assert_eq!(view.student.name, kept, "on {:?}", world.engine());
            let found = world.office.county_search(&clerk, begin).await.unwrap();
            assert!(found.iter().any(|one| one.number == number && one.student_name == kept), "{begin}");

            // Printed as it is, or refused by name where the machine's fonts lack the character; never as a box.
            let print = Print { number: number.clone(), kind: PaperKind::ApplicationForm };
            let code = world.done(&clerk, print).await.code;
            match world.office.paper_pdf(&clerk, &code).await {
                Ok(pdf) => assert!(pdf.starts_with(b"%PDF")),
                Err(no) => assert!(format!("{no:?}").contains("no glyph"), "{kept}: {no:?}"),
            }

            let sheet = &ROSTER;
            let export = Export {
                title: "名单",
                columns: sheet.columns,
                filters: &[],
                exported_by: "测试",
                exported_at: date(2026, 8, 3).and_hms_opt(9, 0, 0).unwrap(),
            };
            let row = || [vec![Value::Text(kept.clone())]];
            for file in [export.xlsx(row()).unwrap(), export.csv(row())] {
                let read = sheet.read(&file, &Limits::default()).unwrap();
                assert_eq!(read.errors, [], "{kept}");
                assert_eq!(read.rows[0].text("姓名"), kept);
            }
        }
    }
}

#[test]
fn what_is_no_name_is_not_taken() {
    let check = |typed: &str, taken: bool| {
        assert_eq!(crate::application::answers::read_name(typed).is_some(), taken, "{typed:?}");
    };
    check(&"古".repeat(50), true);
    check(&"古".repeat(51), false);
    check("林", false);
    check("林小满2", false);
    check("·买买提", false);
    check("买买提··江", false);
    check("<script>alert(1)</script>", false);
}
