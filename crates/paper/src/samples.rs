//! One filled specimen of every form, for the tests and for `cargo run -p paper --example specimens`.

use loan::calendar::{MonthDay, date};
use loan::contract::{DayCount, Index, IndexTable, Indexes, Pricing, Product, Terms};
use loan::event::Event;
use loan::life::Row;
use loan::money::{Fen, Rate};
use paper::forms::*;
use paper::{Imprint, Paper};

pub fn imprint() -> Imprint {
    Imprint {
        number: "SF2026-004713".into(),
        version: 1,
        policy: "2024 版政策".into(),
        code: "K7QM2VX9RT4HP3WD".into(),
        verify_url: "https://zhuxue.example.gov.cn/v/K7QM2VX9RT4HP3WD".into(),
        printed_at: date(2026, 8, 12).and_hms_opt(10, 27, 0).expect("a minute of the day"),
        printed_by: "王晓琳".into(),
        print_count: 1,
        demonstration: false,
    }
}

fn borrower() -> Party {
    Party { name: "陈思远".into(), id_number: "999901200803150010".into(), phone: "13800000017".into() }
}

fn co_borrower() -> CoBorrower {
    CoBorrower {
        name: "陈国强".into(),
        id_number: "999901197506021234".into(),
        relation: "父亲".into(),
        phone: "13800000018".into(),
    }
}

pub const LENDER: &str = "国家开发银行示范省分行";
pub const AGENCY: &str = "示范县学生资助管理中心";
pub const SCHOOL: &str = "示范理工大学";

const SETTLEMENT: MonthDay = MonthDay { month: 12, day: 20 };
const FINAL_SETTLEMENT: MonthDay = MonthDay { month: 9, day: 20 };

/// The specimen's rows: 12 000 yuan paid out on 20 November 2026, graduation 2030, maturity 2045, LPR - 70 basis
/// points with 3.50 % known until the end of 2026.
pub fn quoted(events: &[Event]) -> Vec<Row> {
    let terms = Terms {
        principal: Fen::yuan(12_000),
        disbursed_on: date(2026, 11, 20),
        graduates_in: 2030,
        matures_in: 2045,
        grace_years: 5,
        pricing: Pricing::Floating { index: Index::Lpr5Y, spread_bp: -70 },
        day_count: DayCount::YearOrDays360,
        product: Product::default(),
    };
    let points = vec![(date(2025, 5, 20), Rate(35_000))];
    let table = IndexTable { points, known_until: Some(date(2026, 12, 31)), synthetic_from: None };
    let indexes = Indexes { lpr5y: table.clone(), pboc5y: table };
    loan::settlement::quote(&terms, &indexes, events).expect("the specimen is an accepted contract").rows
}

pub fn contract() -> LoanContract {
    LoanContract {
        borrower: borrower(),
        co_borrower: co_borrower(),
        household: "示范省示范市示范县青石镇学府社区".into(),
        lender: LENDER.into(),
        agency: AGENCY.into(),
        principal: Fen::yuan(12_000),
        school: SCHOOL.into(),
        academic_year: 2026,
        matures_on: date(2045, 9, 20),
        term_years: 19,
        pricing: Pricing::Floating { index: Index::Lpr5Y, spread_bp: -70 },
        day_count: DayCount::YearOrDays360,
        settlement: SETTLEMENT,
        final_settlement: FINAL_SETTLEMENT,
        subsidy_ends_on: date(2030, 8, 31),
        own_interest_from: date(2030, 9, 1),
        grace_years: 5,
        first_principal_on: date(2035, 12, 20),
        plan: quoted(&[]).iter().filter(|row| row.due_on > date(2030, 8, 31)).map(Instalment::from).collect(),
        prepayment: PrepaymentRule::MonthlyTwentieth,
        receipt_due_on: date(2026, 10, 10),
        penalty_percent: 130,
        window: WindowCheck {
            present: "借款学生、共同借款人均到场".into(),
            checked_at: "2026-08-12 10:24".into(),
            documents: "身份证、户口簿原件已验".into(),
            window: "3 号，王晓琳".into(),
        },
        electronic: false,
    }
}

pub fn acceptance() -> AcceptanceCertificate {
    AcceptanceCertificate {
        contract_number: "SF2026-004713".into(),
        contract_version: 1,
        signed_on: date(2026, 8, 12),
        borrower: borrower(),
        co_borrower: "陈国强".into(),
        school: SCHOOL.into(),
        academic_year: 2026,
        principal: Fen::yuan(12_000),
        agency: AGENCY.into(),
        agency_phone: "0700-555 0101".into(),
        lender: LENDER.into(),
        receipt_due_on: date(2026, 10, 10),
        receipt_code: "7KQ4-MX9R-T2HP".into(),
        first_password: Some(FirstPassword {
            platform: "支付宝".into(),
            account: "999901200803150010@zxdk".into(),
            password: "Hq73-vRt9".into(),
        }),
    }
}

pub fn application(eligibility: Eligibility, statement: &str) -> ApplicationForm {
    ApplicationForm {
        kind: if statement.is_empty() { "首次贷款" } else { "续贷" }.into(),
        applicant: Applicant {
            name: "陈思远".into(),
            sex: "男".into(),
            born_on: date(2008, 3, 15),
            id_number: "999901200803150010".into(),
            phone: "13800000017".into(),
            email: String::new(),
            household: "示范省示范市示范县青石镇学府社区".into(),
            address: "示范省示范市示范县青石镇学府社区 12 号".into(),
        },
        studies: Studies {
            school: SCHOOL.into(),
            college: "土木工程学院".into(),
            major: "给排水科学与工程".into(),
            level: "本科".into(),
            student_number: "录取通知书 2026-018834".into(),
            programme_years: 4,
            enrolled_in: 2026,
            graduates_on: date(2030, 6, 30),
        },
        co_applicant: CoApplicant {
            name: "陈国强".into(),
            relation: "父亲".into(),
            id_number: "999901197506021234".into(),
            phone: "13800000018".into(),
            household: "示范省示范市示范县青石镇学府社区".into(),
            work: "务农".into(),
        },
        contacts: vec![
            Contact { name: "陈国华".into(), relation: "叔父".into(), phone: "13800000019".into() },
            Contact { name: "李老师".into(), relation: "高中班主任".into(), phone: "13800000020".into() },
        ],
        request: LoanRequest {
            academic_year: 2026,
            tuition: Fen::yuan(5_200),
            accommodation: Fen::yuan(1_200),
            amount: Fen::yuan(12_000),
            term_years: 19,
            matures_on: date(2045, 9, 20),
        },
        eligibility,
        renewal_statement: statement.into(),
        agency: AGENCY.into(),
        check_code: "K7QM-2VX9".into(),
    }
}

pub fn plan() -> RepaymentPlan {
    let rows: Vec<PlanRow> = quoted(&[]).iter().map(PlanRow::from).collect();
    RepaymentPlan {
        contract_number: "SF2026-004713".into(),
        borrower: borrower(),
        lender: LENDER.into(),
        principal: Fen::yuan(12_000),
        as_of: date(2026, 12, 31),
        settlement: SETTLEMENT,
        final_settlement: FINAL_SETTLEMENT,
        totals: PlanTotals::of(&rows),
        rows,
    }
}

pub fn statement() -> Statement {
    let line = |on, what: &str, reference: &str, amount, balance| StatementLine {
        on,
        what: what.into(),
        reference: reference.into(),
        amount: Fen(amount),
        balance: Fen(balance),
    };
    Statement {
        contract_number: "SF2026-004713".into(),
        borrower: borrower(),
        lender: LENDER.into(),
        from: date(2035, 1, 1),
        to: date(2035, 12, 31),
        opening: Fen::yuan(12_000),
        lines: vec![
            line(date(2035, 12, 20), "年度利息", "2035 年结息", 33_600, 1_233_600),
            line(date(2035, 12, 21), "银行扣款", "支付宝 20351221000047", -142_690, 1_090_910),
        ],
        closing: Fen(1_090_910),
        overdue: Fen::ZERO,
        deposit: Fen::ZERO,
    }
}

pub fn settled() -> SettlementCertificate {
    SettlementCertificate {
        contract_number: "SF2026-004713".into(),
        borrower: borrower(),
        co_borrower: co_borrower(),
        lender: LENDER.into(),
        agency: AGENCY.into(),
        school: SCHOOL.into(),
        disbursed_on: date(2026, 11, 20),
        principal: Fen::yuan(12_000),
        paid_principal: Fen::yuan(12_000),
        paid_interest: Fen(334_523),
        paid_penalty: Fen::ZERO,
        borne_by_others: Fen::ZERO,
        settled_on: date(2045, 9, 21),
    }
}

pub fn change(kind: ChangeKind) -> ChangeForm {
    let change = |field: &str, before: &str, after: &str| Change {
        field: field.into(),
        before: before.into(),
        after: after.into(),
    };
    let (reason, changes, next) = match kind {
        ChangeKind::Account => (
            "改用第三方支付平台账户",
            vec![change("还款账户", "代理结算行 6222 **** 0017", "支付宝 999901****0017")],
            "",
        ),
        ChangeKind::Identity => ("姓名录入有误", vec![change("姓名", "陈思元", "陈思远")], ""),
        ChangeKind::CoBorrower => {
            ("原共同借款人去世", vec![change("共同借款人", "陈国强（父亲）", "刘秀英（母亲）")], "")
        }
        ChangeKind::Study => (
            "升学（硕士研究生）",
            vec![change("学校", SCHOOL, "示范大学"), change("毕业年份", "2030 年", "2033 年")],
            "请同时办理还款计划变更",
        ),
        ChangeKind::Plan => (
            "升学引起的还款计划变更",
            vec![
                change("贴息截止日", "2030-08-31", "2033-08-31"),
                change("宽限期", "2030 年起 5 年", "2033 年起 5 年"),
            ],
            "",
        ),
    };
    ChangeForm {
        kind,
        contract_number: "SF2026-004713".into(),
        borrower: borrower(),
        agency: AGENCY.into(),
        lender: LENDER.into(),
        filed_by: "借款学生 陈思远".into(),
        reason: reason.into(),
        effective_on: date(2030, 8, 20),
        changes,
        proofs: vec!["身份证原件".into(), "录取通知书复印件".into()],
        next: next.into(),
    }
}

pub fn audit_form() -> AuditForm {
    AuditForm {
        applicant: borrower(),
        school: SCHOOL.into(),
        college: "土木工程学院".into(),
        major: "结构工程".into(),
        level: "硕士".into(),
        student_number: "22005001".into(),
        enrolled_in: 2005,
        graduates_on: date(2008, 6, 30),
        academic_year: 2005,
        tuition_loan: Fen::yuan(5_000),
        living_loan: Fen::yuan(1_000),
        total: Fen::yuan(6_000),
        hardship: "父亲患病，家中靠母亲务农，收入不够支付学费。".into(),
        family: vec!["父亲 陈国强，务农".into(), "母亲 刘秀英，务农".into()],
    }
}

pub fn voucher() -> Voucher {
    Voucher {
        contract_number: "XY2005-000212".into(),
        borrower: borrower(),
        lender: "示范银行大学城支行".into(),
        school: SCHOOL.into(),
        academic_year: 2005,
        purpose: "学费贷款".into(),
        payout: "一次汇入学校账户".into(),
        amount: Fen::yuan(5_000),
        credit_line: Fen::yuan(15_000),
        drawn_before: Fen::ZERO,
        rate: Rate(55_800),
        drawn_on: date(2005, 11, 1),
        matures_on: date(2014, 6, 30),
    }
}

pub fn agreement() -> RepaymentAgreement {
    RepaymentAgreement {
        contract_number: "XY2005-000212".into(),
        borrower: borrower(),
        lender: "示范银行大学城支行".into(),
        school: SCHOOL.into(),
        college: "土木工程学院".into(),
        left_on: date(2008, 6, 30),
        destination: "示范设计院，示范省示范市".into(),
        contact: "手机 13800000017，邮箱 chen@example.test".into(),
        relative: "父亲 陈国强，13800000018".into(),
        principal: Fen::yuan(15_000),
        own_interest_from: date(2008, 7, 1),
        method: "季".into(),
        rate: Rate(57_600),
        plan: (1..=12)
            .map(|quarter| Instalment {
                due_on: date(2010 + (quarter - 1) / 4, (quarter as u32 - 1) % 4 * 3 + 3, 20),
                principal: Fen::yuan(1_250),
                closing: Fen::yuan(15_000 - 1_250 * i64::from(quarter)),
            })
            .collect(),
    }
}

/// A small paper with everything it can hold.
pub fn plain(kind: PlainKind) -> PlainPaper {
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let base = PlainPaper { kind, ..PlainPaper::default() };
    match kind {
        PlainKind::MaterialList => PlainPaper {
            headline: "首次贷款，按 2026 年的规定".into(),
            pairs: vec![pair("借款学生", "陈思远"), pair("办理地点", AGENCY)],
            columns: texts(&["齐了打勾", "材料", "看原件", "收复印件"]),
            rows: vec![
                texts(&["□", "借款学生身份证", "看", "1 份"]),
                texts(&["□", "共同借款人身份证", "看", "1 份"]),
                texts(&["□", "录取通知书（新生）或学生证（在校生）", "看", "1 份"]),
                texts(&["□", "户口簿（学生和共同借款人不在一本的，两本都带）", "看", "不收"]),
            ],
            lines: texts(&["带齐再来，一次办完。缺一样，窗口会写明缺什么。"]),
            ..base
        },
        PlainKind::AppointmentSlip => PlainPaper {
            headline: "8月12日 10:00".into(),
            pairs: vec![pair("姓名", "陈**"), pair("办什么", "首次贷款"), pair("地点", AGENCY)],
            lines: texts(&["请提前 10 分钟到，两个人都带身份证。来不了请在网上取消，名额让给别人。"]),
            ..base
        },
        PlainKind::QueueTicket => PlainPaper {
            headline: "A017".into(),
            pairs: vec![pair("姓名", "陈**"), pair("前面还有", "3 人")],
            lines: texts(&["看屏幕或听叫号。过号了到导办台，不用重新取号。"]),
            ..base
        },
        PlainKind::RenewalStatement => PlainPaper {
            pairs: vec![pair("借款学生", "陈思远"), pair("学校", SCHOOL), pair("学年", "2027–2028 学年")],
            lines: texts(&[&"这一年里我学习认真，参加志愿服务，家庭情况没有变化，知道助学贷款要按时还。".repeat(5)]),
            signers: texts(&["借款学生", "学校学生资助部门", "县级资助中心"]),
            ..base
        },
        PlainKind::GraduationConfirmation => PlainPaper {
            pairs: vec![
                pair("借款学生", "陈思远"),
                pair("借款合同", "SF2026-004713"),
                pair("毕业日期", "2030 年 7 月 1 日"),
                pair("开始自付利息", "2030 年 9 月 1 日"),
                pair("首次还本", "2035 年 12 月 20 日"),
                pair("毕业后住址", "示范省示范市示范县青石镇学府社区 12 号"),
            ],
            lines: texts(&["本人已核对以上内容，知道每年 12 月 20 日前把应还的钱存进还款账户；联系方式变了及时更新。"]),
            signers: texts(&["借款学生", "学校学生资助部门"]),
            ..base
        },
        PlainKind::PrepaymentReceipt => PlainPaper {
            pairs: vec![
                pair("借款合同", "SF2026-004713"),
                pair("申请日期", "2036 年 3 月 10 日"),
                pair("还款日", "2036 年 3 月 20 日"),
                pair("提前还本金", "3,000.00 元（大写：叁仟元整）"),
            ],
            lines: texts(&["请在还款日前把钱存进还款账户。改主意了，还款日前可以撤销。"]),
            ..base
        },
        PlainKind::PaymentReceipt => PlainPaper {
            pairs: vec![
                pair("借款合同", "SF2026-004713"),
                pair("还款日期", "2035 年 12 月 21 日"),
                pair("金额", "1,426.90 元（大写：壹仟肆佰贰拾陆元玖角整）"),
                pair("渠道", "支付宝 20351221000047"),
            ],
            ..base
        },
        PlainKind::PolicyCard => PlainPaper {
            headline: AGENCY.into(),
            pairs: vec![
                pair("谁能办", "家庭经济困难，考上或在读全日制大学，户籍在本县"),
                pair("借多少", "本专科每年最多 20,000 元，研究生 25,000 元"),
                pair("借多久", "剩余学制加 15 年，最长 22 年"),
                pair("利息", "在校期间国家付，毕业后自己付"),
                pair("带什么", "两人身份证、录取通知书或学生证、户口簿"),
                pair("到哪里", "示范县教育局一楼，电话 0700-555 0101"),
            ],
            lines: texts(&["办贷款不收一分钱。谁以“代办助学贷款”名义收费、要验证码，都是骗子，请打 95593 或 110。"]),
            ..base
        },
        PlainKind::WindowPoster => PlainPaper {
            headline: AGENCY.into(),
            pairs: vec![pair("办理时间", "工作日 8:30–12:00，14:30–17:30"), pair("电话", "0700-555 0101")],
            lines: texts(&["办贷款不收费。请勿把短信验证码告诉任何人。"]),
            ..base
        },
    }
}

/// Calls `print` with a specimen of every form of the register, in its order.
pub fn each(mut print: impl FnMut(&dyn Specimen)) {
    print(&application(Eligibility::CountyCertifies, ""));
    print(&plain(PlainKind::MaterialList));
    print(&plain(PlainKind::AppointmentSlip));
    print(&plain(PlainKind::QueueTicket));
    print(&plain(PlainKind::RenewalStatement));
    print(&contract());
    print(&acceptance());
    print(&plan());
    print(&plain(PlainKind::GraduationConfirmation));
    print(&plain(PlainKind::PrepaymentReceipt));
    print(&plain(PlainKind::PaymentReceipt));
    print(&statement());
    print(&change(ChangeKind::Account));
    print(&change(ChangeKind::CoBorrower));
    print(&change(ChangeKind::Study));
    print(&change(ChangeKind::Plan));
    print(&settled());
    print(&plain(PlainKind::PolicyCard));
    print(&plain(PlainKind::WindowPoster));
    print(&audit_form());
    print(&voucher());
    print(&agreement());
}

/// A paper whose kind does not matter.
pub trait Specimen {
    fn form(&self) -> &'static Form;
    fn print(&self, press: &paper::Press) -> paper::Printed;
}

impl<P: Paper> Specimen for P {
    fn form(&self) -> &'static Form {
        Paper::form(self)
    }

    fn print(&self, press: &paper::Press) -> paper::Printed {
        press.print(self, &imprint()).unwrap_or_else(|refused| panic!("{}: {refused}", Paper::form(self).code))
    }
}
