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

/// Calls `print` with a specimen of every form of the register, in its order.
pub fn each(mut print: impl FnMut(&dyn Specimen)) {
    print(&application(Eligibility::CountyCertifies, ""));
    print(&contract());
    print(&acceptance());
    print(&plan());
    print(&statement());
    print(&change(ChangeKind::Account));
    print(&change(ChangeKind::CoBorrower));
    print(&change(ChangeKind::Study));
    print(&change(ChangeKind::Plan));
    print(&settled());
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
