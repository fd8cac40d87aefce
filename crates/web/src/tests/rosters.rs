//! Lists in and out at the pages: what is no list is turned away with words, mistakes are listed by row and column,
//! nothing is done before somebody decides, and the result is no formula.

use axum::body::Body;
use axum::http::{StatusCode, header};
use office::Role;

use super::kit::{Browser, Seen, Town, assert_sound};

/// Sends a page's form with a file, as a browser does.
async fn sent(browser: &Browser, path: &str, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Seen {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let mut body = Vec::new();
    for (field, value) in [("csrf", csrf.as_str()), ("once", once.as_str())].iter().chain(fields) {
        body.extend(
            format!("--line\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    let head = format!(
        "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--line--\r\n");
    let request = browser.request("POST", path).header(header::ORIGIN, "http://localhost");
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=line");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

/// Sends one of the buttons of a page.
async fn pressed(browser: &Browser, path: &str, what: &str) -> Seen {
    let page = browser.get(path).await;
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    browser.post(path, &[("csrf", &csrf), ("once", &once), ("do", what)]).await
}

/// A zip whose directory says that one part unpacks to so many bytes.
fn zip_claiming(size: u32) -> Vec<u8> {
    let name = b"xl/workbook.xml";
    let mut zip = Vec::new();
    let fields = |zip: &mut Vec<u8>| {
        zip.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        zip.extend([0; 4]);
        zip.extend(0u32.to_le_bytes());
        zip.extend(size.to_le_bytes());
        zip.extend((name.len() as u16).to_le_bytes());
    };
    zip.extend(b"PK\x03\x04");
    fields(&mut zip);
    zip.extend([0, 0]);
    zip.extend(name);
    let directory = zip.len() as u32;
    zip.extend(b"PK\x01\x02\x14\x00");
    fields(&mut zip);
    zip.extend([0; 12]);
    zip.extend(0u32.to_le_bytes());
    zip.extend(name);
    let length = zip.len() as u32 - directory;
    zip.extend(b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00");
    zip.extend(length.to_le_bytes());
    zip.extend(directory.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[tokio::test]
async fn h049_h051_what_is_no_list_is_turned_away_with_words() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    let path = "/school/import/receipts";
    assert_sound(path, &browser.get(path).await.text);
    let refused = async |file: &[u8], words: &str| {
        let seen = sent(&browser, path, &[("papers_shown", "yes")], "回执.xlsx", file).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{words}: {}", seen.text);
        assert!(seen.text.contains(words), "{words} in {}", seen.text);
    };
    refused(b"%PDF-1.7 and then PK\x03\x04", "这是 PDF 文件").await;
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "这是旧版 xls 或加了密码的工作簿").await;
    refused(b"Rar!\x1a\x07", "这是压缩文件").await;
    refused(b"PK\x03\x04 broken", "文件已损坏").await;
    refused(b"<html><script>alert(1)</script>", "这是网页或文档").await;
    refused(&zip_claiming(500 << 20), "解开后的内容超过 100 MB").await;
    refused("姓名\n陈思远\n".as_bytes(), "表头缺少：校验码、欠学费、欠住宿费").await;
    let long = format!("校验码,欠学费,欠住宿费\n{}", "AAAABBBBCCCC,1,1\n".repeat(20_100));
    refused(long.as_bytes(), "行数超过 20000 行").await;
    let unseen = sent(&browser, path, &[], "回执.csv", "校验码,欠学费,欠住宿费\nAAAABBBBCCCC,1,1\n".as_bytes()).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT);
    assert!(unseen.text.contains("请先看过合同和受理证明"));
    let nothing = sent(&browser, path, &[("papers_shown", "yes")], "", b"").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let huge = sent(&browser, path, &[("papers_shown", "yes")], "大.csv", &vec![b'a'; 12 << 20]).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    let template = browser.get(&format!("{path}/template")).await;
    assert!(template.status == StatusCode::OK && template.text.starts_with("PK"));
    assert_eq!(browser.get("/school/import/quiz_results").await.status, StatusCode::FORBIDDEN, "not a list of schools");
    assert_eq!(browser.get("/school/import/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn h053_h055_a_list_is_checked_shown_and_done_only_after_the_readers_word() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let path = "/county/import/pre_applications";
    assert_sound(path, &browser.get(path).await.text);
    let id = |serial| {
        let born = loan::calendar::date(2008, 3, 15);
        loan::policy::id_number::IdNumber::synthetic(serial, born, loan::policy::id_number::Sex::Male)
            .as_str()
            .to_owned()
    };
    let csv = format!(
        "姓名,身份证号,来源,毕业学校,户籍县代码,证明材料\n李明,{},高中助学金档案,=HYPERLINK(1),450302,\n\
         王芳,{},高中助学金档案,,450303,\n赵强,12345,高中助学金档案,,,\n钱多多,{},县级困难证明,,,\n",
        id(1),
        id(2),
        id(3),
    );
    let taken = sent(&browser, path, &[], "名单.csv", csv.as_bytes()).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let roster = taken.header("location").to_owned();
    let page = browser.get(&roster).await;
    assert_sound(&roster, &page.text.replace("HYPERLINK", ""));
    for words in [
        "第 3 行（户籍县代码）：学生的户籍在别的县。请学生到户籍所在地的县级资助中心办理。",
        "第 4 行身份证号应为 18 位",
        "第 5 行（证明材料）：请写明看过什么证明",
        "导入没有错的 1 行",
        "改好文件再传",
    ] {
        assert!(page.text.contains(words), "{words} in {}", page.text);
    }
    assert!(!page.text.contains(&id(1)), "codes are masked");
    assert!(browser.get("/county/pre").await.text.contains("今年还没有录入"), "nothing is done yet");
    let done = pressed(&browser, &roster, "confirm").await;
    assert_eq!(done.header("location"), roster, "{}", done.text);
    let page = browser.get(&roster).await;
    assert!(page.text.contains("导入 1 行，3 行没有导入"), "{}", page.text);
    let result = browser.get(&format!("{roster}/result")).await;
    assert!(result.text.starts_with("PK") && result.header("content-disposition").starts_with("attachment"));
    let list = browser.get("/county/pre").await;
    assert_sound("/county/pre", &list.text.replace("HYPERLINK", ""));
    assert!(list.text.contains("李明") && list.text.contains("还没申请") && list.text.contains("高中助学金档案"));

    let again = sent(&browser, path, &[], "名单 2.csv", csv.as_bytes()).await;
    assert_eq!(again.header("location"), format!("{roster}?said=known"), "the same file leads to the same roster");
    let page = browser.get(again.header("location")).await;
    assert!(page.text.contains("这份文件以前传过"));
    browser.become_staff(200).await;
    assert_eq!(browser.get(&roster).await.status, StatusCode::NOT_FOUND, "the other county does not find it");
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    let foreign = roster.replace("/county", "/school");
    assert_eq!(browser.get(&foreign).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_student_is_entered_by_the_county_and_one_by_the_university() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let path = "/county/pre/enter";
    assert_sound(path, &browser.get(path).await.text);
    let born = loan::calendar::date(2007, 3, 15);
    let id = loan::policy::id_number::IdNumber::synthetic(7, born, loan::policy::id_number::Sex::Female);
    let form = |source: &'static str, verdict: &'static str| {
        let id = id.as_str().to_owned();
        [("name", "韦小兰".to_owned()), ("id_number", id), ("source", source.into()), ("verdict", verdict.into())]
    };
    let send = async |browser: &mut Browser, path: &str, form: &[(&str, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.fill(path, &form).await
    };
    let empty = send(&mut browser, path, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("请填写姓名") && empty.text.contains("请选择审核结果"));
    let refused = send(&mut browser, path, &form("county_proof", "yes")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("请写明看过什么证明") && refused.text.contains("韦小兰"), "what was typed is kept");
    let done = send(&mut browser, path, &form("grant_file", "yes")).await;
    assert_eq!(done.header("location"), "/county/pre?done=yes", "{}", done.text);
    let open = browser.get("/county/pre?show=open").await;
    assert!(open.text.contains("韦小兰") && open.text.contains("还没申请"));
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    assert_sound("/school/pre", &browser.get("/school/pre").await.text);
    assert_sound("/school/pre/enter", &browser.get("/school/pre/enter").await.text);
    let refused = send(&mut browser, "/school/pre/enter", &form("grant_file", "yes")).await;
    assert!(refused.text.contains("这种来源不归本单位审核"), "{}", refused.text);
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    assert_sound("/county/receipts", &browser.get("/county/receipts").await.text);
}

/// Opens a page and sends one of its forms.
async fn form(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Seen {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let fields: Vec<(&str, &str)> =
        [("csrf", csrf.as_str()), ("once", once.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.post(path, &fields).await
}

#[tokio::test]
async fn a_training_is_planned_filled_and_closed_at_the_desk() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let path = "/county/training";
    assert_sound(path, &browser.get(path).await.text);
    let when = [("from_time", "09:00"), ("to_time", "12:00"), ("place", "401"), ("held_by", "李老师")];
    let plan = async |browser: &Browser, kind: &'static str, day: &'static str| {
        let fields: Vec<_> = [("do", "one"), ("kind", kind), ("on_day", day)].into_iter().chain(when).collect();
        form(browser, "/county/training", &fields).await
    };
    let wrong = plan(&browser, "leavers", "八月").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("请选择哪一种培训") && wrong.text.contains("日期不是一个真实的日期"));
    let season: Vec<_> = [("do", "season")].into_iter().chain(when).collect();
    let none = form(&browser, path, &season).await;
    assert_eq!(none.status, StatusCode::CONFLICT);
    assert!(none.text.contains("当地的规定没有定培训的起止日期"));
    let planned = plan(&browser, "staff", "2026-08-05").await;
    let training = planned.header("location").to_owned();
    assert!(training.starts_with("/county/training/"), "{}", planned.text);
    let page = browser.get(&training).await;
    assert_sound(&training, &page.text);
    let go = |seen: &Seen| assert_eq!(seen.header("location"), format!("{training}?done=yes"), "{}", seen.text);
    go(&form(&browser, &training, &[("do", "enrol"), ("name", "陈静"), ("belongs_to", "资助中心")]).await);
    let twice = form(&browser, &training, &[("do", "enrol"), ("name", "陈静"), ("belongs_to", "资助中心")]).await;
    assert!(twice.status == StatusCode::CONFLICT && twice.text.contains("已经录入过"));
    go(&form(&browser, &training, &[("do", "mark"), ("attended", "1")]).await);
    let early = form(&browser, &training, &[("do", "close")]).await;
    assert!(early.text.contains("还有 1 份材料没有发"), "{}", early.text);
    go(&form(&browser, &training, &[("do", "deliver"), ("what", "业务手册")]).await);
    go(&form(&browser, &training, &[("do", "close")]).await);
    let page = browser.get(&training).await;
    assert!(page.text.contains("办结。") && page.text.contains("业务手册") && page.text.contains("到场 1 人"));
    assert_eq!(browser.get("/county/training/99").await.status, StatusCode::NOT_FOUND);

    // The list of a training can be uploaded too.
    let borrowers = plan(&browser, "borrowers", "2026-08-05").await.header("location").to_owned();
    let page = browser.get(&borrowers).await;
    assert_sound(&borrowers, &page.text);
    assert!(page.text.contains("支付宝操作") && page.text.contains("考核成绩"));
    let upload = page.text.split("href=\"").find(|rest| rest.starts_with("/county/import/attendees")).unwrap();
    let upload = upload.split('"').next().unwrap();
    let opened = browser.get(upload).await;
    assert_eq!(opened.hidden("training"), borrowers.rsplit('/').next().unwrap());
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    assert_eq!(browser.get("/school/training/1").await.status, StatusCode::NOT_FOUND, "another office's");
    assert_sound("/school/training", &browser.get("/school/training").await.text);
}

#[tokio::test]
async fn a_student_learns_answers_and_reads_why() {
    let mut browser = Browser::in_season_of_xiufeng().await;
    super::student::registered(&mut browser, 61).await;
    let empty = browser.get("/student/quiz").await;
    assert_sound("/student/quiz", &empty.text);
    assert!(empty.text.contains("还不知道你的户籍县") && empty.text.contains("诚信教育"));
    assert_eq!(browser.get("/student/quiz/certificate").await.status, StatusCode::NOT_FOUND);
    let drafted = browser.fill("/student/apply", &[("county", super::kit::COUNTY)]).await;
    assert_eq!(drafted.status, StatusCode::SEE_OTHER, "{}", drafted.text);
    assert!(browser.get("/student").await.text.contains("首次贷款要先通过考核"));
    let far = form(&browser, "/student/quiz", &[]).await;
    assert_eq!(far.status, StatusCode::CONFLICT);
    assert!(far.text.contains("这个县要求在培训现场答题"), "{}", far.text);

    // Checked in at the training, the phone shows the paper.
    let student = browser.cookies.clone();
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let when = [("from_time", "09:00"), ("to_time", "12:00"), ("place", "401"), ("held_by", "李老师")];
    let fields: Vec<_> =
        [("do", "one"), ("kind", "borrowers"), ("on_day", "2016-08-05")].into_iter().chain(when).collect();
    let training = form(&browser, "/county/training", &fields).await.header("location").to_owned();
    let born = loan::calendar::date(1998, 3, 12);
    let id = loan::policy::id_number::IdNumber::synthetic(61, born, loan::policy::id_number::Sex::Male);
    form(&browser, &training, &[("do", "enrol"), ("name", "陈思远"), ("id_number", id.as_str())]).await;
    form(&browser, &training, &[("do", "mark"), ("attended", "1")]).await;
    browser.cookies = student;
    let paper = form(&browser, "/student/quiz", &[]).await.header("location").to_owned();
    assert!(paper.starts_with("/student/quiz/"), "{paper}");
    let page = browser.get(&paper).await;
    assert!(page.text.contains("10. ") && !page.text.contains("正确答案"), "{}", page.text);
    let missing = form(&browser, &paper, &[]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text.contains("第 1 题还没有答") && missing.text.contains("第 10 题还没有答"));

    // Ten right answers, read from the bank by the names of the fields.
    let bank = loan::policy::questions::QuestionBank::standard();
    let mut fields: Vec<(String, String)> = Vec::new();
    for question in bank.questions().iter().filter(|one| page.text.contains(&format!("name=\"{}\"", one.id))) {
        fields.extend(question.answer.to_string().chars().map(|letter| (question.id.clone(), letter.to_string())));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = form(&browser, &paper, &fields).await;
    assert_eq!(done.header("location"), paper, "{}", done.text);
    let result = browser.get(&paper).await;
    assert!(
        result.text.contains("通过了，答对 10 题，共 10 题") && result.text.contains("正确答案"),
        "{}",
        result.text
    );
    let certificate = browser.get("/student/quiz/certificate").await;
    assert_sound("/student/quiz/certificate", &certificate.text);
    assert!(certificate.text.contains("合格证") && certificate.text.contains("100 分"), "{}", certificate.text);
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    assert!(browser.get(&training).await.text.contains("通过，100 分"));
}
