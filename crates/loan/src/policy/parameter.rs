//! Every question a rule can answer: its code, its words, the form of its value and the levels that may set it.

use super::choice::{self, Choice, Level};

/// The form of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Fen, written `"8000.00"` (yuan).
    Amount,
    /// A whole number of that unit.
    Count(&'static str),
    /// A day of every year, written `"12-20"`.
    MonthDay,
    /// One day.
    Date,
    /// Yes or no.
    Flag,
    /// One of a closed set.
    Choice(&'static [(&'static str, &'static str)]),
    /// Several of a closed set, in order, none twice.
    Choices(&'static [(&'static str, &'static str)]),
    /// Months 1 to 12, none twice.
    Months,
    /// Six-digit codes of provinces; empty means everywhere.
    Provinces,
    /// A checklist of materials.
    Materials,
    /// An address in the web, with or without `https://`.
    Address,
}

use Form::{Amount, Count, Flag, Materials, Months, Provinces};
const YEARS: Form = Count("年");
const MONTHS: Form = Count("个月");
const DAYS: Form = Count("天");
const PERCENT: Form = Count("%");
const BASIS_POINTS: Form = Count("个基点");
const CHARACTERS: Form = Count("字");
const DATE: Form = Form::Date;
const MONTH_DAY: Form = Form::MonthDay;
const STRENGTH: Form = Form::Choice(choice::Strength::TABLE);

const fn one<T: Choice>() -> Form {
    Form::Choice(T::TABLE)
}
const fn many<T: Choice>() -> Form {
    Form::Choices(T::TABLE)
}

/// Only the ministries and the lending bank.
const N: &[Level] = &[Level::National];
/// The signed contract carries its own.
const NX: &[Level] = &[Level::National, Level::Contract];
/// A county may set its own.
const NC: &[Level] = &[Level::National, Level::Province, Level::County];
/// A county or a school may set its own.
const NCS: &[Level] = &[Level::National, Level::Province, Level::County, Level::School];

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident = $code:literal $words:literal $form:expr, $levels:expr;)*) => {
        /// One question about the rules. The order is the order of `policy show`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Parameter { $($(#[$doc])* $name,)* }

        impl Parameter {
            /// Every parameter, in the order in which they are shown.
            pub const ALL: &'static [Parameter] = &[$(Parameter::$name),*];

            /// The code in `policy/*.toml` and in interfaces.
            pub const fn code(self) -> &'static str {
                match self { $(Parameter::$name => $code,)* }
            }

            /// The words for people.
            pub const fn words(self) -> &'static str {
                match self { $(Parameter::$name => $words,)* }
            }

            /// The form of its value.
            pub fn form(self) -> Form {
                match self { $(Parameter::$name => $form,)* }
            }

            /// The levels that may set it.
            pub const fn levels(self) -> &'static [Level] {
                match self { $(Parameter::$name => $levels,)* }
            }

            /// The parameter of that code.
            pub fn from_code(code: &str) -> Option<Parameter> {
                match code { $($code => Some(Parameter::$name),)* _ => None }
            }
        }
    };
}

parameters! {
    /// Where the scheme is open at all.
    OpenIn = "open_in" "开办地区" Provinces, N;
    /// Where students find the online service.
    ServiceAddress = "service_address" "学生在线服务系统网址" Form::Address, NCS;
    /// Levels of study that may borrow.
    EligibleLevels = "eligible_levels" "可申请的学历层次" many::<choice::StudyLevel>(), NCS;
    /// Ceiling per academic year below graduate level.
    AmountMaxUndergraduate = "amount_max_undergraduate" "本专科学生每学年最高额度" Amount, N;
    /// Ceiling per academic year for graduate students.
    AmountMaxGraduate = "amount_max_graduate" "研究生每学年最高额度" Amount, N;
    /// Smallest amount per academic year.
    AmountMin = "amount_min" "每学年最低额度" Amount, NC;
    /// Amounts are multiples of it.
    AmountStep = "amount_step" "额度的最小单位" Amount, NC;
    /// What the sum of the fees does.
    FeeRule = "fee_rule" "学费住宿费与额度的关系" one::<choice::FeeRule>(), NCS;
    /// How a sum between two steps is rounded.
    FeeTotalRounding = "fee_total_rounding" "费用总和不是整百时" one::<choice::Rounding>(), NC;
    /// A ceiling below the smallest amount.
    BelowMinimum = "below_minimum" "费用总和低于最低额度时" one::<choice::BelowMinimum>(), NC;
    /// Ceiling of the tuition loan per year (campus).
    TuitionLoanMax = "tuition_loan_max" "学费贷款每学年最高额度" Amount, NCS;
    /// Ceiling of the tuition loan per half-year (campus).
    TuitionLoanMaxHalfYear = "tuition_loan_max_half_year" "学费贷款每半年最高额度" Amount, NCS;
    /// Ceiling of the living loan per year (campus).
    LivingLoanMax = "living_loan_max" "生活费贷款每学年最高额度" Amount, NCS;
    /// Ceiling of the living loan per half-year (campus).
    LivingLoanMaxHalfYear = "living_loan_max_half_year" "生活费贷款每半年最高额度" Amount, NCS;
    /// What the money is for.
    Purpose = "purpose" "贷款用途" one::<choice::Purpose>(), NCS;
    /// Shortest term.
    TermMin = "term_min" "最短贷款年限" YEARS, N;
    /// Longest term.
    TermMax = "term_max" "最长贷款年限" YEARS, N;
    /// Years after the end of study, at most.
    TermAfterStudy = "term_after_study" "毕业后最长年限" YEARS, N;
    /// How longer study shortens them.
    TermReading = "term_reading" "学制较长时毕业后年限的算法" one::<choice::TermReading>(), NC;
    /// Latest start of repayment after the end of study (campus).
    RepayStartWithin = "repay_start_within" "毕业后最迟开始还款" MONTHS, NCS;
    /// Latest end of repayment after the end of study (campus).
    RepayEndWithin = "repay_end_within" "毕业后最迟还清" MONTHS, NCS;
    /// Forms of repayment on offer (campus).
    RepaymentForms = "repayment_forms" "还款方式" many::<choice::RepaymentForm>(), NCS;
    /// One adjustment of the plan within so many months (campus).
    PlanAdjustWithin = "plan_adjust_within" "毕业后可申请一次调整还款计划的期限" MONTHS, NCS;
    /// Years of grace on principal.
    GraceYears = "grace_years" "还本宽限期" YEARS, NX;
    /// Which December carries the first principal.
    FirstPrincipal = "first_principal" "第一次还本金的时间" one::<choice::FirstPrincipalReading>(), NX;
    /// Series of the rate of new contracts.
    RateIndex = "rate_index" "利率基准" one::<choice::RateIndex>(), NCS;
    /// Spread of new contracts.
    RateSpread = "rate_spread" "新合同加减点" BASIS_POINTS, NX;
    /// Spread decided for contracts that already run.
    ExistingSpread = "existing_spread" "存量合同加减点" BASIS_POINTS, N;
    /// First day to convert the pricing.
    ConversionFrom = "conversion_from" "定价方式转换起始日" DATE, N;
    /// Last day to convert the pricing.
    ConversionTo = "conversion_to" "定价方式转换截止日" DATE, N;
    /// Spread after a conversion.
    ConversionSpread = "conversion_spread" "定价方式转换后的加减点" BASIS_POINTS, N;
    /// How often the pricing may be converted.
    ConversionCount = "conversion_count" "定价方式可转换次数" Count("次"), N;
    /// How days become interest.
    DayCount = "day_count" "计息天数" one::<choice::DayCountRule>(), NX;
    /// 结息日.
    SettlementDay = "settlement_day" "结息日（还款日）" MONTH_DAY, NX;
    /// 结息日 of the last year.
    FinalSettlementDay = "final_settlement_day" "最后一年的结息日" MONTH_DAY, NX;
    /// Days from settlement to debit.
    DebitAfter = "debit_after" "结息日到扣款日" DAYS, N;
    /// Whether a holiday moves a settlement or debit day.
    HolidayShifts = "holiday_shifts" "节假日顺延" Flag, N;
    /// When own interest begins.
    OwnInterestStart = "own_interest_start" "自付利息开始" one::<choice::OwnInterestStart>(), NCS;
    /// Day of the graduation year on which own interest begins (origin).
    OwnInterestFrom = "own_interest_from" "毕业当年自付利息起始日" MONTH_DAY, N;
    /// Advised last day to have the interest on the account.
    DepositBy = "deposit_by" "建议存入还款资金的日期" MONTH_DAY, NCS;
    /// First day on which this year's bill can be seen.
    BillVisibleFrom = "bill_visible_from" "可查询本年应还的起始日" MONTH_DAY, NCS;
    /// Days before the repayment day on which the platform reminds.
    ReminderBefore = "reminder_before" "还款日前短信提醒" DAYS, N;
    /// Penalty rate as percent of the contract rate.
    PenaltyPercent = "penalty_percent" "罚息利率（占合同利率）" PERCENT, NX;
    /// What the penalty is counted on.
    PenaltyBase = "penalty_base" "罚息基数" one::<choice::PenaltyBaseRule>(), NCS;
    /// When money stops the penalty.
    OverdueValueDay = "overdue_value_day" "逾期还款起效日" one::<choice::ValueDayRule>(), NX;
    /// How money is spread.
    Allocation = "allocation" "还款资金的冲抵顺序" one::<choice::AllocationOrder>(), N;
    /// Months without collection and prepayment.
    ClosedMonths = "closed_months" "不办理提前还款和逾期还款的月份" Months, N;
    /// Last day of a month to file for its 20th.
    PrepaymentFileBy = "prepayment_file_by" "提前还款当月申请截止日" Count("日"), N;
    /// Smallest prepayment.
    PrepaymentMin = "prepayment_min" "提前还款最低金额" Amount, N;
    /// Prepayments per month.
    PrepaymentPerMonth = "prepayment_per_month" "每月提前还款次数" Count("次"), N;
    /// Whether anybody approves a prepayment.
    PrepaymentApproval = "prepayment_approval" "提前还款需要审批" Flag, N;
    /// Whether the loan may be extended.
    Extension = "extension" "展期" one::<choice::ExtensionRule>(), N;
    /// Interest falling due this year is the state's.
    InterestWaiver = "interest_waiver" "免除当年应还利息" Flag, N;
    /// Principal of this year may be deferred.
    PrincipalDeferral = "principal_deferral" "本金可延期一年偿还" Flag, N;
    /// Interest while at school.
    SubsidyInStudy = "subsidy_in_study" "在校期间利息" one::<choice::SubsidyRule>(), NCS;
    /// Interest while studying for a further degree.
    SubsidyContinuedStudy = "subsidy_continued_study" "继续攻读学位期间利息" one::<choice::SubsidyRule>(), NCS;
    /// Interest while resting from study.
    SubsidySuspension = "subsidy_suspension" "休学期间利息" one::<choice::SubsidyRule>(), NCS;
    /// Which treasury pays it.
    SubsidyBearer = "subsidy_bearer" "在校利息由哪级财政负担" one::<choice::BearerRule>(), N;
    /// Share of the year's lending put into the risk fund.
    RiskFundPercent = "risk_fund_percent" "风险补偿金比例（占当年发放额）" PERCENT, N;
    /// Last day for study and plan changes of those who study on.
    StudyChangeBy = "study_change_by" "升学学生办理就学信息和还款计划变更截止日" MONTH_DAY, NCS;
    /// Working days to tell a new employer.
    JobUpdateWithin = "job_update_within" "确定工作单位后更新信息的期限" Count("个工作日"), NCS;
    /// Graduates file the confirmation until then.
    ConfirmationBy = "confirmation_by" "毕业确认学生申请截止日" MONTH_DAY, NCS;
    /// The school reviews the confirmations around then.
    ConfirmationReviewBy = "confirmation_review_by" "毕业确认学校复核日" MONTH_DAY, NCS;
    /// Last day of the receipt.
    ReceiptBy = "receipt_by" "高校录入回执截止日" MONTH_DAY, NCS;
    /// Whether that day itself is in time.
    ReceiptReading = "receipt_reading" "回执截止日当天" one::<choice::DeadlineReading>(), NCS;
    /// What a missed receipt means.
    ReceiptConsequence = "receipt_consequence" "未按时录入回执" one::<choice::ReceiptConsequence>(), NCS;
    /// First-time borrowers must have pre-applied.
    PreApplicationGate = "pre_application_gate" "首贷须先预申请" STRENGTH, NCS;
    /// Ways into the pre-application list.
    PreApplicationWays = "pre_application_ways" "预申请的来源" many::<choice::PreApplicationWay>(), NCS;
    /// Months in which the pre-application list is made.
    PreApplicationMonths = "pre_application_months" "预申请名单的月份" Months, NCS;
    /// First-time borrowers must pass the quiz.
    QuizGate = "quiz_gate" "首贷须通过贷款知识考核" STRENGTH, NCS;
    /// Right answers needed.
    QuizPassPercent = "quiz_pass_percent" "考核正确率" PERCENT, NCS;
    /// Where the quiz may be answered.
    QuizWays = "quiz_ways" "考核方式" many::<choice::QuizWay>(), NCS;
    /// Parts of the training.
    TrainingParts = "training_parts" "贷前培训内容" many::<choice::TrainingPart>(), NCS;
    /// First day of the training season.
    TrainingFrom = "training_from" "贷前培训开始" DATE, NCS;
    /// Last day of the training season.
    TrainingTo = "training_to" "贷前培训结束" DATE, NCS;
    /// Renewal and pre-applied students need no certification.
    CertificationExempt = "certification_exempt" "续贷和已预申请学生免资格认定" Flag, NCS;
    /// Ways to renew.
    RenewalWays = "renewal_ways" "续贷办理方式" many::<choice::RenewalWay>(), NCS;
    /// A renewal needs a statement confirmed by school and county.
    RenewalStatement = "renewal_statement" "续贷须提交续贷声明" Flag, NCS;
    /// Shortest statement.
    StatementMin = "statement_min" "续贷声明最少字数" CHARACTERS, NCS;
    /// Longest statement.
    StatementMax = "statement_max" "续贷声明最多字数" CHARACTERS, NCS;
    /// Materials of a first loan.
    ChecklistFirst = "checklist_first" "首次贷款材料" Materials, NCS;
    /// Materials of a renewal.
    ChecklistRenewal = "checklist_renewal" "续贷材料" Materials, NCS;
    /// Copies of the application form.
    FormCopies = "form_copies" "申请表份数" Count("份"), NCS;
    /// Nationality of the People's Republic.
    RuleNationality = "rule_nationality" "具有中华人民共和国国籍" STRENGTH, NCS;
    /// Honest and law-abiding.
    RuleLawAbiding = "rule_law_abiding" "诚实守信，遵纪守法" STRENGTH, NCS;
    /// Admitted or enrolled, full-time.
    RuleAdmitted = "rule_admitted" "已被正式录取的全日制新生或在校生" STRENGTH, NCS;
    /// A school of the ministry's list.
    RuleSchoolListed = "rule_school_listed" "就读学校在教育部公布的名单内" STRENGTH, NCS;
    /// The level of study is one of the scheme.
    RuleLevel = "rule_level" "学历层次符合要求" STRENGTH, NCS;
    /// Household registration before enrolment in this county.
    RuleStudentHousehold = "rule_student_household" "学生入学前户籍在本县（市、区）" STRENGTH, NCS;
    /// Household registration of the co-borrower in this county.
    RuleCoHousehold = "rule_co_household" "共同借款人户籍在本县（市、区）" STRENGTH, NCS;
    /// Hardship, certified.
    RuleHardship = "rule_hardship" "家庭经济困难" STRENGTH, NCS;
    /// No other student loan this year.
    RuleNoOtherLoan = "rule_no_other_loan" "当年没有获得其他助学贷款" STRENGTH, NCS;
    /// True and complete data.
    RuleTruthful = "rule_truthful" "申请信息真实、完整、准确、有效" STRENGTH, NCS;
    /// Father or mother as co-borrower.
    RuleCoParent = "rule_co_parent" "共同借款人原则上为父母" STRENGTH, NCS;
    /// Age of a co-borrower who is not a parent.
    RuleCoAge = "rule_co_age" "非父母的共同借款人年龄" STRENGTH, NCS;
    /// Youngest such co-borrower.
    CoAgeMin = "co_age_min" "非父母共同借款人最小年龄" Count("周岁"), NCS;
    /// Oldest such co-borrower, in completed years.
    CoAgeMax = "co_age_max" "非父母共同借款人最大年龄" Count("周岁"), NCS;
    /// Full civil capacity and free will of a co-borrower who is not a parent.
    RuleCoCapacity = "rule_co_capacity" "共同借款人自愿且有完全民事行为能力" STRENGTH, NCS;
    /// The co-borrower has no open student loan.
    RuleCoNoOpenLoan = "rule_co_no_open_loan" "共同借款人没有未结清的助学贷款" STRENGTH, NCS;
    /// Car, luxurious house, high-grade telephones.
    RuleNoCarOrLuxuryHome = "rule_no_car_or_luxury_home" "家庭没有小车、豪华装修住房或高档通讯工具" STRENGTH, NCS;
    /// Expensive computer.
    RuleNoCostlyComputer = "rule_no_costly_computer" "没有购买或长期租用高价电脑（特殊专业除外）" STRENGTH, NCS;
    /// Luxuries.
    RuleNoLuxuries = "rule_no_luxuries" "没有购买高档电器、时装、首饰、化妆品等奢侈品" STRENGTH, NCS;
    /// Hotels and holidays.
    RuleNoHotelsAndTravel = "rule_no_hotels_and_travel" "没有经常出入酒店或节假日经常旅游" STRENGTH, NCS;
    /// Rooms off campus and internet cafés.
    RuleNoOffCampusRent = "rule_no_off_campus_rent" "在校期间没有校外租房或经常出入网吧" STRENGTH, NCS;
    /// Other luxury.
    RuleNoOtherLuxury = "rule_no_other_luxury" "没有其他高消费或奢侈消费" STRENGTH, NCS;
    /// Income that plainly suffices.
    RuleIncomeInsufficient = "rule_income_insufficient" "家庭年收入不足以缴纳学费" STRENGTH, NCS;
    /// No better off than last year.
    RuleNotImproved = "rule_not_improved" "去年贷款后家庭情况没有好转到能缴学费" STRENGTH, NCS;
    /// Able to repay within two years: better not to borrow.
    RuleNoEarlyRepayer = "rule_no_early_repayer" "能在获贷第二年内还清的，建议不申请" STRENGTH, NCS;
    /// Full civil capacity of the student (campus).
    RuleStudentCapacity = "rule_student_capacity" "学生本人具有完全民事行为能力" STRENGTH, NCS;
    /// Studies hard and can finish (campus).
    RuleStudiesHard = "rule_studies_hard" "学习刻苦，能够正常完成学业" STRENGTH, NCS;
    /// Recommended by school and college (campus).
    RuleRecommended = "rule_recommended" "经学校和所在学院推荐" STRENGTH, NCS;
    /// Whatever the lender asks besides (campus).
    RuleLenderConditions = "rule_lender_conditions" "符合贷款人规定的其他条件" STRENGTH, NCS;
    /// Not punished by the school (campus).
    RuleNotPunished = "rule_not_punished" "没有受校纪校规处分" STRENGTH, NCS;
    /// Not resting from study (campus).
    RuleNotSuspended = "rule_not_suspended" "不在休学期间" STRENGTH, NCS;
    /// No poor results from a wrong attitude (campus).
    RuleGoodResults = "rule_good_results" "学习态度端正，成绩不差" STRENGTH, NCS;
    /// No smoking, drinking, waste (campus).
    RuleNoWaste = "rule_no_waste" "没有抽烟、酗酒等不良嗜好及挥霍浪费" STRENGTH, NCS;
    /// What a bad record touches.
    CreditConsequences = "credit_consequences" "不良信用记录的影响" many::<choice::CreditConsequence>(), NCS;
    /// When a default may be published.
    PublicationCases = "publication_cases" "可公布违约信息的情形" many::<choice::PublicationCase>(), NCS;
    /// First day of the season's intensified reminders.
    RemindersFrom = "reminders_from" "集中提醒还款开始" MONTH_DAY, NCS;
    /// Last day of them.
    RemindersTo = "reminders_to" "集中提醒还款结束" MONTH_DAY, NCS;
    /// Months between two contacts with a borrower.
    ContactEvery = "contact_every" "与贷款毕业生联系的间隔" MONTHS, NCS;
    /// Applications of enrolled students open (campus).
    EnrolledApplyFrom = "enrolled_apply_from" "老生申请开始" MONTH_DAY, NCS;
    /// and close.
    EnrolledApplyTo = "enrolled_apply_to" "老生申请结束" MONTH_DAY, NCS;
    /// Applications of new students open (campus).
    FreshmanApplyFrom = "freshman_apply_from" "新生申请开始" MONTH_DAY, NCS;
    /// and close.
    FreshmanApplyTo = "freshman_apply_to" "新生申请结束" MONTH_DAY, NCS;
}

impl serde::Serialize for Parameter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
