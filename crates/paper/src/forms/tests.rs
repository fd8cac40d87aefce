//! Papers as a clerk would check them: what stands on each page, and what must never print.

use std::sync::LazyLock;

use loan::money::Fen;
use typst::layout::{Abs, Frame, FrameItem};
use typst::visualize::Geometry;

use super::*;
use crate::samples::{self, imprint};
use crate::{Paper, Press, PrintError, facts_digest};

/// Fonts are read once for all tests of a process.
static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new().expect("./test installs a Chinese font"));

/// The text of each page, in drawing order.
fn pages_of<P: Paper>(paper: &P) -> Vec<String> {
    let (document, _) = PRESS.typeset(paper, &imprint()).unwrap_or_else(|refused| panic!("{refused}"));
    document.pages().iter().map(|page| text_of(&page.frame)).collect()
}

fn text_of(frame: &Frame) -> String {
    let mut text = String::new();
    for (_, item) in frame.items() {
        match item {
            FrameItem::Text(run) => text += &run.text,
            FrameItem::Group(group) => text += &text_of(&group.frame),
            _ => {}
        }
    }
    text
}

fn count_boxes(frame: &Frame, width: Abs, height: Abs) -> usize {
    let close = |a: Abs, b: Abs| (a - b).abs() < Abs::pt(0.1);
    let counts = frame.items().map(|(_, item)| match item {
        FrameItem::Group(group) => count_boxes(&group.frame, width, height),
        FrameItem::Shape(shape, _) => match shape.geometry {
            Geometry::Rect(size) => usize::from(close(size.x, width) && close(size.y, height)),
            _ => 0,
        },
        _ => 0,
    });
    counts.sum()
}

#[track_caller]
fn contains(text: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(text.contains(piece), "{piece} is missing in: {text}");
    }
}

#[test]
fn every_form_of_the_register_prints_with_its_imprint() {
    let mut printed = Vec::new();
    samples::each(|specimen| {
        let out = specimen.print(&PRESS);
        assert!(out.pdf.starts_with(b"%PDF-1.7"), "{}", specimen.form().code);
        printed.push((specimen.form().code, out.pages));
    });
    assert_eq!(
        printed,
        [
            ("application-form", 2),
            ("material-list", 1),
            ("appointment-slip", 1),
            ("queue-ticket", 1),
            ("renewal-statement", 1),
            ("loan-contract", 2),
            ("acceptance-certificate", 1),
            ("repayment-plan", 1),
            ("graduation-confirmation", 1),
            ("prepayment-receipt", 1),
            ("payment-receipt", 1),
            ("statement", 1),
            ("account-change", 1),
            ("identity-change", 1),
            ("study-change", 1),
            ("plan-change", 1),
            ("settlement-certificate", 1),
            ("policy-card", 1),
            ("window-poster", 1),
            ("audit-form", 1),
            ("voucher", 1),
            ("repayment-agreement", 2),
        ]
    );
    let listed: Vec<&str> = REGISTER.iter().map(|form| form.code).collect();
    assert!(listed.iter().all(|code| printed.iter().any(|(other, _)| other == code)), "every form has a specimen");
    assert!(REGISTER.iter().all(|form| form.copies > 0 && !form.template_version.is_empty()));
    proof::proves!["R27.4"];
}

#[test]
fn the_application_form_is_two_numbered_copies_with_a_check_code() {
    let pages = pages_of(&samples::application(Eligibility::CountyCertifies, ""));
    assert_eq!(pages.len(), 2);
    for (page, copy) in pages.iter().zip(["第 1 份", "第 2 份"]) {
        contains(
            page,
            &[
                copy,
                "一式两份",
                "编号　SF2026-004713",
                "版本　1",
                "校验码　K7QM-2VX9",
                "国家开发银行生源地信用助学贷款申请表",
                "陈思远",
                "陈国强（父亲）",
                "12,000.00 元",
                "壹万贰仟元整",
                "2026–2027 学年",
                "借款学生签名",
                "共同借款人签名",
                "资格认定",
                "第 1 页，共 1 页",
            ],
        );
    }
    proof::proves!["R6.2", "R6.3"];
}

#[test]
fn a_renewal_prints_its_statement_and_needs_no_village_opinion() {
    let sentence = "一年来我按时上课，成绩在班里前三分之一，假期在社区做志愿者。";
    let pages = pages_of(&samples::application(Eligibility::Renewal, &sentence.repeat(4)));
    assert_eq!(pages.len(), 2, "an ordinary statement fits on one page a copy");
    contains(&pages[0], &["续贷声明", "前三分之一", "续贷，不须在本表认定。"]);
    assert!(!pages[0].contains("居）民委员会"));

    let pages = pages_of(&samples::application(Eligibility::Renewal, &sentence.repeat(17)));
    assert_eq!(pages.len(), 4, "the longest one takes two pages a copy");
    for (page, place) in pages.iter().zip(["第 1 页", "第 2 页", "第 1 页", "第 2 页"]) {
        contains(page, &[&format!("{place}，共 2 页"), "SF2026-004713"]);
    }
}

#[test]
fn the_contract_states_amount_term_rate_subsidy_grace_and_plan() {
    let contract = samples::contract();
    let (document, digest) = PRESS.typeset(&contract, &imprint()).unwrap();
    let pages: Vec<String> = document.pages().iter().map(|page| text_of(&page.frame)).collect();
    contains(
        &pages.concat(),
        &[
            "人民币 12,000.00 元（大写：壹万贰仟元整）",
            "至 2045 年 9 月 20 日止，共 19 年",
            "五年期以上贷款市场报价利率减 70 个基点",
            "结息日为每年 12 月 20 日，最后一年为 9 月 20 日",
            "满一年的按年利率计算",
            "至 2030 年 8 月 31 日止",
            "自 2030 年 9 月 1 日起，利息由甲方支付",
            "甲方毕业后 5 年为还本宽限期",
            "自 2035 年 12 月 20 日起按等额本金",
            "2035-12-20",
            "10,909.10",
            "2045-09-20",
            "1,091.00",
            "15 日（含）前申请的",
            "2026 年 10 月 10 日前学校未录入回执的，本合同不生效",
            "130%",
            "第十一条　甲方的义务",
            "甲方已逐条阅读，知道自己的权利、义务和违约责任。",
            "复核人（不得与经办人相同）",
        ],
    );
    for (index, page) in pages.iter().enumerate() {
        contains(
            page,
            &[
                "编号",
                "SF2026-004713",
                "打印 2026-08-12 10:27　王晓琳　第 1 次打印",
                &format!("SM3 摘要 {}", digest.short()),
                &format!("第 {} 页，共 {} 页", index + 1, pages.len()),
            ],
        );
    }
    let boxes: usize = document.pages().iter().map(|page| count_boxes(&page.frame, Abs::mm(30.0), Abs::mm(20.0))).sum();
    assert_eq!(boxes, 4, "fingerprints and seals have 30 by 20 mm each");
    proof::proves!["R10.5"];
}

#[test]
fn earlier_contracts_print_their_own_rate_and_prepayment_rules() {
    let mut contract = samples::contract();
    contract.pricing = loan::contract::Pricing::Floating { index: loan::contract::Index::Pboc5Y, spread_bp: 0 };
    contract.prepayment = PrepaymentRule::AsAnnounced;
    contract.day_count = loan::contract::DayCount::Act360;
    contract.grace_years = 3;
    let text = pages_of(&contract).concat();
    contains(
        &text,
        &[
            "五年期以上贷款基准利率，每年",
            "以乙方当年公布的为准",
            "利息按实际天数、以一年 360 天计算",
            "甲方毕业后 3 年",
        ],
    );
    assert!(!text.contains("报价利率") && !text.contains("15 日（含）前申请"));
}

#[test]
fn the_acceptance_certificate_has_the_code_above_and_the_password_below_the_cut_line() {
    let pages = pages_of(&samples::acceptance());
    assert_eq!(pages.len(), 1);
    let order = [
        "生源地信用助学贷款受理证明",
        "编号 SF2026-004713　版本 1",
        "12,000.00 元",
        "示范理工大学",
        "2026 年 10 月 10 日",
        "回执校验码",
        "7KQ4-MX9R-T2HP",
        "沿虚线剪下",
        "支付宝账户（剪下妥善保管）",
        "Hq73-vRt9",
    ];
    let places: Vec<usize> =
        order.iter().map(|piece| pages[0].find(piece).unwrap_or_else(|| panic!("{piece}: {}", pages[0]))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let mut later = samples::acceptance();
    later.first_password = None;
    let text = pages_of(&later).concat();
    assert!(!text.contains("剪下") && text.contains("7KQ4-MX9R-T2HP"), "a reprint has no password any more");
    proof::proves!["R11.10"];
}

#[test]
fn h007_names_that_look_like_code_print_as_they_are() {
    for name in
        ["#panic(\"x\")", "#{1+1}", "<script>alert(1)</script>", "$x^2$ *粗* _斜_ `码`", "{{7*7}} \\ // [a]", "= 标题"]
    {
        let mut certificate = samples::settled();
        certificate.borrower.name = name.into();
        // Break marks inside long runs are no part of the name.
        contains(&pages_of(&certificate).concat().replace('\u{200b}', ""), &[name]);
    }
}

#[test]
fn long_values_stay_on_the_page() {
    let mut form = samples::application(Eligibility::CountyCertifies, "");
    form.applicant.name = "阿卜杜热依木·麦麦提吐尔逊·阿卜杜克热木".into();
    form.applicant.email = format!("{}@example.test", "a".repeat(64));
    form.studies.major = "机械设计制造及其自动化（智能制造与机器人方向中外合作办学）".into();
    let (document, _) = PRESS.typeset(&form, &imprint()).unwrap();
    assert_eq!(document.pages().len(), 2);
    for page in document.pages() {
        let right = rightmost(&page.frame, Abs::zero());
        assert!(right <= Abs::mm(210.0 - 17.5), "text reaches {right:?}");
    }
}

/// How far to the right any text of the frame reaches.
fn rightmost(frame: &Frame, from: Abs) -> Abs {
    let reach = frame.items().map(|(at, item)| match item {
        FrameItem::Text(run) => from + at.x + run.width(),
        FrameItem::Group(group) => rightmost(&group.frame, from + at.x),
        _ => Abs::zero(),
    });
    reach.max().unwrap_or_default()
}

#[test]
fn small_papers_have_their_size_and_imprint_and_hold_long_names() {
    let sizes = [
        (PlainKind::MaterialList, 210.0),
        (PlainKind::AppointmentSlip, 80.0),
        (PlainKind::QueueTicket, 80.0),
        (PlainKind::RenewalStatement, 210.0),
        (PlainKind::GraduationConfirmation, 210.0),
        (PlainKind::PrepaymentReceipt, 210.0),
        (PlainKind::PaymentReceipt, 210.0),
        (PlainKind::PolicyCard, 148.0),
        (PlainKind::WindowPoster, 297.0),
    ];
    let longest = format!("{}·{}", "阿卜杜热合曼".repeat(4), "买买提依明江".repeat(4) + "古");
    for (kind, width) in sizes {
        let mut paper = samples::plain(kind);
        paper.pairs[0].1 = longest.clone();
        let (document, digest) = PRESS.typeset(&paper, &imprint()).unwrap();
        assert_eq!(document.pages().len(), 1, "{kind:?}");
        let frame = &document.pages()[0].frame;
        assert!((frame.width() - Abs::mm(width)).abs() < Abs::mm(0.5), "{kind:?}: {:?}", frame.width());
        assert!(rightmost(frame, Abs::zero()) <= Abs::mm(width), "{kind:?}");
        let text = text_of(frame);
        contains(
            &text,
            &[&longest, "SF2026-004713", &digest.short(), "2026-08-12 10:27", "王晓琳", "第 1 页，共 1 页"],
        );
    }
    proof::proves!["R9.10"];
}

#[test]
fn the_longest_names_keep_the_layout_of_every_signed_paper() {
    let longest = format!("{}·{}", "阿卜杜热合曼".repeat(4), "买买提依明江".repeat(4) + "古");
    assert_eq!(longest.chars().count(), 50);
    for name in [longest.as_str(), "王𬭚", "𠅤小满"] {
        let mut contract = samples::contract();
        (contract.borrower.name, contract.co_borrower.name) = (name.into(), name.into());
        let mut certificate = samples::acceptance();
        (certificate.borrower.name, certificate.co_borrower) = (name.into(), name.into());
        // The boxes for the signatures never break: with the longest names they move to a page of their own.
        for (document, pages) in [
            (PRESS.typeset(&contract, &imprint()).map(|(document, _)| document), 3),
            (PRESS.typeset(&certificate, &imprint()).map(|(document, _)| document), 1),
        ] {
            match document {
                Ok(document) => {
                    assert!(document.pages().len() <= pages, "{name}");
                    for page in document.pages() {
                        assert!(rightmost(&page.frame, Abs::zero()) <= Abs::mm(210.0 - 17.5), "{name}");
                    }
                }
                // A machine whose fonts lack the character names it; it never prints as a box.
                Err(refused) => assert!(matches!(refused, PrintError::NoGlyph { .. }), "{refused}"),
            }
        }
    }
    proof::proves!["R10.2"];
}

#[test]
fn a_contract_signed_electronically_has_no_boxes_for_a_pen() {
    let mut contract = samples::contract();
    contract.electronic = true;
    let text = pages_of(&contract).concat();
    contains(&text, &["网上电子签名", "文件改动一处，签名即失效"]);
    assert!(!text.contains("捺印"));
    let mut pdf = PRESS.print(&contract, &imprint()).unwrap().pdf;
    let signer =
        |name: &str| crate::signature::Signer {
            name: name.into(), part: "借款学生".into(), at: imprint().printed_at
        };
    for name in ["陈思远", "陈国强"] {
        let prepared = crate::signature::prepare(&pdf, &signer(name)).unwrap();
        pdf = prepared.embed(name.as_bytes()).unwrap();
    }
    let found = crate::signature::signatures(&pdf).unwrap();
    assert_eq!(found.iter().map(|one| one.signer.name.as_str()).collect::<Vec<_>>(), ["陈思远", "陈国强"]);
}

#[test]
fn a_demonstration_marks_every_page_as_void() {
    let mut imprint = imprint();
    imprint.demonstration = true;
    let (document, digest) = PRESS.typeset(&samples::acceptance(), &imprint).unwrap();
    assert!(document.pages().iter().all(|page| text_of(&page.frame).contains("演示　无效")));
    assert_eq!(facts_digest(&samples::acceptance(), &samples::imprint()), digest);
}

#[test]
fn a_character_without_a_glyph_stops_the_print_and_is_named() {
    let check = |name: &str, expected: Option<char>| {
        let mut certificate = samples::settled();
        certificate.borrower.name = name.into();
        let refused = PRESS.print(&certificate, &imprint()).err();
        let expected = expected.map(|character| PrintError::NoGlyph { character, field: "borrower.name".into() });
        assert_eq!(refused, expected, "{name:?}");
    };
    check("陈\u{e000}", Some('\u{e000}'));
    check("陈\u{202e}远", Some('\u{202e}'));
    check("陈\u{200b}远", Some('\u{200b}'));
    check("陈\u{7}", Some('\u{7}'));
    check("买买提·䶮", None);
    let message = PrintError::NoGlyph { character: '\u{e000}', field: "borrower.name".into() }.to_string();
    assert!(message.contains("U+E000") && message.contains("borrower.name"), "{message}");
}

#[test]
fn the_same_facts_give_the_same_bytes_and_digest() {
    let certificate = samples::settled();
    let first = PRESS.print(&certificate, &imprint()).unwrap();
    let again = PRESS.print(&certificate, &imprint()).unwrap();
    assert!(first.pdf == again.pdf, "two prints of one minute are equal");

    let mut reprint = imprint();
    reprint.print_count = 2;
    reprint.printed_by = "李敏".into();
    assert_eq!(facts_digest(&certificate, &reprint), first.digest, "printing again changes no fact");
    let mut next_version = imprint();
    next_version.version = 2;
    assert_ne!(facts_digest(&certificate, &next_version), first.digest);
    let mut other = samples::settled();
    other.paid_interest += Fen(1);
    assert_ne!(facts_digest(&other, &imprint()), first.digest, "one fen is another paper");
}

#[test]
fn secrets_stay_out_of_the_digest() {
    let mut other = samples::acceptance();
    let digest = facts_digest(&other, &imprint());
    other.receipt_code = "0000-0000-0000".into();
    other.first_password = None;
    assert_eq!(facts_digest(&other, &imprint()), digest);
    assert!(!format!("{:?}", samples::acceptance().first_password).contains("Hq73"), "nor do logs show them");
}

#[test]
fn digests_of_the_specimens_are_kept() {
    // A change here means that every paper printed before gets another digest: raise the template version instead.
    let check = |digest: crate::FactsDigest, expected: &str| assert_eq!(digest.short(), expected);
    check(facts_digest(&samples::contract(), &imprint()), "9fbc d00d 50a7 6e93");
    check(facts_digest(&samples::acceptance(), &imprint()), "2a1f 73a1 d895 79b3");
    check(facts_digest(&samples::settled(), &imprint()), "e33b a651 6384 fe2b");
    assert_eq!(facts_digest(&samples::settled(), &imprint()).hex().len(), 64);
}
