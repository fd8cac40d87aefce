//! Notices on both databases: whom they reach, what comes with them, who confirmed.

use loan::calendar::date;

use super::Audience;
use super::confirm::ConfirmNotice;
use super::publish::{Attached, Publish, WithdrawNotice};
use crate::no::No;
use crate::scans::picture::tests::a_jpeg;
use crate::testing::{COLLEGE, UNIVERSITY, WEICHENG, staff, worlds};
use crate::who::{Actor, Role};

fn notice(audience: Audience, files: Vec<Attached>) -> Publish {
    Publish {
        article: false,
        audience,
        title: "做好 2023 年毕业生贷后管理工作".to_owned(),
        body: "各学院：\n\n请于 6 月 1 日前完成网上毕业确认。".to_owned(),
        answer_by: Some(date(2026, 8, 10)),
        files,
    }
}

#[tokio::test]
async fn a_school_tells_its_colleges_and_counts_their_receipts() {
    for world in worlds(date(2026, 8, 3)).await {
        let school = world.school(UNIVERSITY);
        let counsellor = |number: i64| staff(number, UNIVERSITY, &[Role::Counsellor]);
        let five: Vec<Attached> =
            (1..=5).map(|place| Attached::of(&format!("附件{place}.pdf"), b"%PDF-1.7 guide")).collect();
        let six = [five.clone(), vec![Attached::of("附件6.pdf", b"%PDF-1.7")]].concat();
        world.refused(&school, notice(Audience::Colleges, six), "too_many_files").await;
        let script = vec![Attached::of("附件1.pdf", b"<script>1</script>")];
        world.refused(&school, notice(Audience::Colleges, script), "file_unfit").await;
        world.refused(&school, notice(Audience::Counties, Vec::new()), "audience_not_open").await;
        let untitled = Publish { title: " ".into(), ..notice(Audience::Colleges, Vec::new()) };
        world.refused(&school, untitled, "title_wrong").await;
        let empty = Publish { body: " ".into(), ..notice(Audience::Colleges, Vec::new()) };
        world.refused(&school, empty, "body_wrong").await;
        let past = Publish { answer_by: Some(date(2026, 8, 2)), ..notice(Audience::Colleges, Vec::new()) };
        world.refused(&school, past, "answer_day_past").await;
        world.refused(&counsellor(31), notice(Audience::Colleges, Vec::new()), "forbidden").await;
        let number = world.done(&school, notice(Audience::Colleges, five)).await;

        let seen = world.office.notice(&counsellor(31), UNIVERSITY, number).await.unwrap();
        assert_eq!((seen.files.len(), seen.on, seen.paragraphs.len()), (5, date(2026, 8, 3), 2));
        let file = world.office.notice_file(&counsellor(31), UNIVERSITY, number, 5).await.unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("附件5.pdf", "application/pdf"));
        for stranger in [world.school(COLLEGE), world.clerk(WEICHENG), Actor::PUBLIC] {
            assert!(matches!(world.office.notice(&stranger, UNIVERSITY, number).await, Err(No::NotFound)));
            assert!(matches!(world.office.notice_file(&stranger, UNIVERSITY, number, 1).await, Err(No::NotFound)));
        }
        let confirm = |note: &str| ConfirmNotice { owner: UNIVERSITY, notice: number, note: note.to_owned() };
        world.done(&counsellor(31), confirm("已转各班")).await;
        world.refused(&counsellor(31), confirm(""), "notice_already_confirmed").await;
        world.refused(&world.school(COLLEGE), confirm(""), "not_found").await;
        assert!(world.office.notices(&counsellor(31)).await.unwrap()[0].confirmed);
        assert!(!world.office.notices(&counsellor(32)).await.unwrap()[0].confirmed);
        let receipts = world.office.notice(&school, UNIVERSITY, number).await.unwrap().receipts;
        assert_eq!(receipts.len(), 1);
        assert_eq!(receipts[0].2, "已转各班");
        world.move_to(date(2026, 8, 10)).await;
        world.done(&counsellor(32), confirm("")).await;
        world.move_to(date(2026, 8, 11)).await;
        world.refused(&counsellor(33), confirm(""), "receipt_too_late").await;
        world.done(&school, WithdrawNotice { notice: number }).await;
        world.refused(&school, WithdrawNotice { notice: number }, "notice_withdrawn").await;
        assert!(matches!(world.office.notice(&counsellor(31), UNIVERSITY, number).await, Err(No::NotFound)));
    }
    proof::proves!["R27.5"; page "/notices"];
}

#[tokio::test]
async fn an_article_has_pictures_with_captions_for_everybody() {
    for world in worlds(date(2026, 8, 3)).await {
        let province = world.in_role(Role::Province);
        let photo = a_jpeg(640, 480, &[(0xe1, b"Exif\0\0GPS")], b"");
        let article = |caption: &str, content: &[u8]| Publish {
            article: true,
            audience: Audience::Everybody,
            title: "送贷下乡".to_owned(),
            body: "神农架林区资助中心把窗口搬到了村里。".to_owned(),
            answer_by: None,
            files: vec![Attached::of(caption, content)],
        };
        world.refused(&province, article("", &photo), "caption_missing").await;
        world.refused(&province, article("村口的办理点", b"%PDF-1.7"), "file_unfit").await;
        let number = world.done(&province, article("村口的办理点", &photo)).await;
        let news = world.office.news().await.unwrap();
        assert_eq!((news.len(), news[0].article, news[0].files[0].name.as_str()), (1, true, "村口的办理点"));
        let owner = crate::testing::PROVINCE;
        let file = world.office.notice_file(&Actor::PUBLIC, owner, number, 1).await.unwrap();
        assert_eq!(file.content, a_jpeg(640, 480, &[], b""), "without the place it was taken at");
        // A notice to counties and schools is not for everybody.
        world.done(&province, notice(Audience::Schools, Vec::new())).await;
        assert_eq!(world.office.news().await.unwrap().len(), 1);
        assert_eq!(world.office.notices(&world.school(COLLEGE)).await.unwrap().len(), 1);
        assert_eq!(world.office.notices(&world.clerk(WEICHENG)).await.unwrap(), []);
        assert_eq!(world.office.page_read("news").await.unwrap(), 1);
        assert_eq!(world.office.page_read("news").await.unwrap(), 2, "on {:?}", world.engine());
    }
    proof::proves!["R27.6"; page "/news"];
}

#[test]
fn h046_a_small_group_of_the_public_report_stays_unsaid_also_by_subtraction() {
    let check = |submitted, paid_out, expected| {
        let told = super::YearFigures::told(2026, submitted, paid_out);
        assert_eq!((told.submitted, told.paid_out), expected, "{submitted} and {paid_out}");
    };
    check(0, 0, (Some(0), Some(0)));
    check(1, 0, (None, None));
    check(4, 4, (None, None));
    check(5, 5, (Some(5), Some(5)));
    check(5, 0, (Some(5), Some(0)));
    check(100, 4, (Some(100), None));
    check(100, 96, (Some(100), None));
    check(100, 95, (Some(100), Some(95)));
    check(100, 100, (Some(100), Some(100)));
}
