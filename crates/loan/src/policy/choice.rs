//! The named answers a rule may give. Each name is a code of `policy/*.toml` and of the interface; each has its words for people.

/// A closed set of named answers.
pub trait Choice: Copy + 'static {
    /// `(code, words)` of every answer, in order.
    const TABLE: &'static [(&'static str, &'static str)];

    /// The answer of that code.
    fn from_code(code: &str) -> Option<Self>;
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $words:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every answer, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The code in `policy/*.toml` and in interfaces.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// The words for people.
            pub const fn words(self) -> &'static str {
                match self { $($name::$variant => $words,)* }
            }
        }

        impl Choice for $name {
            const TABLE: &'static [(&'static str, &'static str)] = &[$(($code, $words)),*];

            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some($name::$variant),)* _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                $name::from_code(&code).ok_or_else(|| serde::de::Error::unknown_variant(&code, &[$($code),*]))
            }
        }
    )*};
}

choices! {
    /// The two lending schemes; no student may use both in one academic year.
    Scheme {
        /// 生源地信用助学贷款, granted by the county of origin.
        Origin = "origin" "生源地信用助学贷款",
        /// 国家助学贷款 through the school and its bank.
        Campus = "campus" "校园地国家助学贷款",
    }

    /// Who may set a value; a later level is nearer to the student and goes before an earlier one.
    Level {
        /// The ministries and the lending bank, for the whole country.
        National = "national" "国家",
        /// A province.
        Province = "province" "省",
        /// A county or district.
        County = "county" "县（市、区）",
        /// A school.
        School = "school" "学校",
        /// The signed contract.
        Contract = "contract" "合同约定",
    }

    /// How well the source of a value is known.
    Mark {
        /// The text of the document itself.
        Official = "official" "原文",
        /// Another publication that repeats it.
        Secondary = "secondary" "转引",
        /// Our own reading or memory; to be checked.
        Unverified = "unverified" "待核实",
    }

    /// What the sum of tuition and accommodation does to the amount.
    FeeRule {
        /// The sum is the ceiling when it lies below the limit.
        Ceiling = "ceiling" "学费住宿费总和低于上限的，以总和为准",
        /// The amount may follow the sum; it is no ceiling.
        MayFollow = "may_follow" "学费住宿费总和低于上限的，可按总和确定",
        /// Fees first, the surplus may serve living costs.
        FeesFirst = "fees_first" "先缴学费住宿费，超出部分可弥补日常生活费",
        /// Tuition loan and living loan have limits of their own.
        ByFeePaying = "by_fee_paying" "按是否缴费分学费贷款和生活费贷款",
    }

    /// How a sum of fees between two steps becomes an amount.
    Rounding {
        /// Down to the step.
        Down = "down" "向下取整到百元",
    }

    /// What happens when the ceiling lies below the smallest amount.
    BelowMinimum {
        /// No loan: the family pays the small fee itself.
        Refuse = "refuse" "不予贷款",
        /// The smallest amount is lent.
        LendMinimum = "lend_minimum" "按最低额度贷款",
    }

    /// What the money may be used for.
    Purpose {
        /// Tuition and accommodation only.
        FeesOnly = "fees_only" "只用于学费和住宿费",
        /// Tuition and accommodation first, then living costs.
        FeesThenLiving = "fees_then_living" "先用于学费和住宿费，剩余可用于生活费",
    }

    /// How longer study shortens the years after graduation (xiufeng-2016 一(三)).
    TermReading {
        /// Study plus the years after it, never above the longest term.
        A = "a" "学制加毕业后年限，不超过最长期限",
        /// Each school year beyond the fourth takes one year off the years after graduation.
        B = "b" "学制超过四年的，每多一年毕业后少一年",
    }

    /// Which December after graduation carries the first principal (sdvcst-2022 articles 11 and 23).
    FirstPrincipalReading {
        /// After the whole grace period.
        AfterGrace = "after_grace" "宽限期满后的第一个12月20日",
        /// In the last year of grace.
        InLastGraceYear = "in_last_grace_year" "宽限期最后一年的12月20日",
    }

    /// How days become interest.
    DayCountRule {
        /// A whole settlement year at the yearly rate, other days over 360.
        YearOrDays360 = "year_or_days_360" "整年按年利率，零头天数÷360",
        /// Actual days over 360.
        Act360 = "act_360" "实际天数÷360",
        /// Actual days over 365.
        Act365 = "act_365" "实际天数÷365",
    }

    /// Which published series the rate rests on.
    RateIndex {
        /// Benchmark lending rate over five years.
        Pboc5Y = "PBOC5Y" "人民银行五年以上贷款基准利率",
        /// Loan prime rate over five years.
        Lpr5Y = "LPR5Y" "五年期以上贷款市场报价利率（LPR）",
        /// The central bank's rate for the agreed term.
        PbocSameTerm = "PBOC_SAME_TERM" "人民银行同期限贷款利率",
    }

    /// What the penalty is counted on.
    PenaltyBaseRule {
        /// Overdue principal and interest.
        OverdueAmount = "overdue_amount" "逾期本金和利息",
        /// Overdue principal only.
        OverduePrincipal = "overdue_principal" "只按逾期本金",
        /// As the central bank rules for the agreed loan.
        CentralBankRule = "central_bank_rule" "按人民银行有关规定",
    }

    /// When money for an overdue item stops the penalty.
    ValueDayRule {
        /// On the next collection day.
        Collection = "collection" "收款日（每月20日）",
        /// On the day it arrives.
        Receipt = "receipt" "到账当日",
    }

    /// How money short of a bill is spread.
    AllocationOrder {
        /// Oldest due date first; within it penalty, interest, principal.
        OldestFirst = "oldest_first" "先还最早到期的；同一期内先罚息、再利息、后本金",
    }

    /// Whether a loan may be extended.
    ExtensionRule {
        /// Never.
        Forbidden = "forbidden" "不得展期",
        /// If the bank agrees.
        WithBankApproval = "with_bank_approval" "经办银行批准后可以展期",
        /// Named among the daily business of a window.
        ServedAtWindows = "served_at_windows" "窗口办理展期业务",
    }

    /// What becomes of a loan whose receipt is not entered in time.
    ReceiptConsequence {
        /// 贷款合同无效.
        ContractInvalid = "contract_invalid" "贷款合同无效",
        /// 贷款申请将被谢绝.
        ApplicationDeclined = "application_declined" "贷款申请将被谢绝",
    }

    /// How a word such as "before" counts its own day.
    DeadlineReading {
        /// The day itself is in time.
        Included = "included" "当日仍算按时",
        /// The day itself is late.
        Excluded = "excluded" "当日已算逾期",
    }

    /// What the state does about interest while a student rests or studies on.
    SubsidyRule {
        /// All of it, without asking.
        Full = "full" "财政全额补贴",
        /// All of it once the application is approved.
        OnApproval = "on_approval" "经申请批准后财政全额补贴",
        /// It ends; the borrower pays from the first of the next month.
        EndsNextMonth = "ends_next_month" "停止贴息，自下月1日起自付",
        /// As at school, once written proof is handed in.
        OnProof = "on_proof" "提供书面证明后继续贴息",
    }

    /// Which treasury pays the interest of the time at school.
    BearerRule {
        /// Central schools and schools of another province: the centre; a local school at home: its province.
        AuthorityAndProvince = "authority_and_province" "中央高校和跨省就读由中央财政，本省地方高校由地方财政",
        /// Central schools: the centre; local schools: their province.
        Authority = "authority" "中央高校由中央财政，地方高校由地方财政",
    }

    /// What a day of the loan year is for.
    Duty {
        /// Training before a first loan begins.
        TrainingBegins = "training_begins" "贷前培训开始",
        /// and ends.
        TrainingEnds = "training_ends" "贷前培训结束",
        /// Graduates file their confirmation.
        Confirmation = "confirmation" "毕业生提交毕业确认",
        /// The school reviews the confirmations.
        ConfirmationReview = "confirmation_review" "学校复核毕业确认",
        /// Those who study on change study data and plan.
        StudyChange = "study_change" "升学学生办理就学信息和还款计划变更",
        /// The platform reminds of the last settlement.
        FinalReminder = "final_reminder" "最后一年还款短信提醒",
        /// Last settlement of loans that end this year.
        FinalSettlement = "final_settlement" "最后一年结息还款",
        /// Its debit.
        FinalDebit = "final_debit" "最后一年扣款",
        /// The school enters the receipts.
        Receipt = "receipt" "高校录入回执截止",
        /// This year's bill can be seen.
        BillVisible = "bill_visible" "可查询本年应还本息",
        /// Intensified reminders begin.
        RemindersBegin = "reminders_begin" "集中提醒还款开始",
        /// Advised day to have the money on the account.
        Deposit = "deposit" "建议存足还款资金",
        /// The platform reminds of the settlement.
        Reminder = "reminder" "还款短信提醒",
        /// Yearly settlement.
        Settlement = "settlement" "年度结息还款",
        /// Intensified reminders end.
        RemindersEnd = "reminders_end" "集中提醒还款结束",
        /// Its debit.
        Debit = "debit" "年度扣款",
    }

    /// When the borrower's own interest begins.
    OwnInterestStart {
        /// 1 September of the year of graduation.
        SeptemberOfGraduation = "september_of_graduation" "毕业当年9月1日",
        /// The first of the month after certificate or formalities.
        MonthAfterFormalities = "month_after_formalities" "取得毕业证书或办理手续的下月1日",
    }

    /// How a loan is renewed.
    RenewalWay {
        /// Online after a face match.
        OnlineFace = "online_face" "线上办理（人脸识别）",
        /// Borrower or co-borrower alone at the county.
        EitherParty = "either_party" "学生或共同借款人任一方到县级资助中心",
        /// Both together at the county.
        BothTogether = "both_together" "学生与共同借款人一起到场",
        /// A new voucher under the contract of the first year.
        Voucher = "voucher" "按年填写借款凭证",
    }

    /// How campus-based loans are paid back.
    RepaymentForm {
        /// 利随本清.
        AtOnce = "at_once" "一次性利随本清",
        /// By the year.
        Yearly = "yearly" "按年分次偿还",
        /// By the quarter.
        Quarterly = "quarterly" "按季分次偿还",
        /// By the month.
        Monthly = "monthly" "按月分次偿还",
    }

    /// What a bad record touches (sdvcst-2022 article 27).
    CreditConsequence {
        /// The credit record itself.
        CreditRecord = "credit_record" "个人征信留下不良记录",
        /// Finding work.
        Employment = "employment" "就业",
        /// Leaving the country.
        GoingAbroad = "going_abroad" "出国",
        /// Buying things.
        Consumption = "consumption" "消费",
        /// A bank's credit card.
        CreditCard = "credit_card" "办理银行信用卡",
        /// A loan for a car.
        CarLoan = "car_loan" "车贷",
        /// A loan for a home.
        HouseLoan = "house_loan" "房贷",
    }

    /// When a default may be published by name.
    PublicationCase {
        /// The borrower broke the contract.
        Default = "default" "违约借款人",
        /// Sent abroad by the state, a year over time, unpaid.
        AbroadOneYear = "abroad_one_year" "公派出国逾期一年不返校且未还清",
        /// Left school by withdrawal or expulsion without settling.
        LeftUnsettled = "left_unsettled" "中途退学、被开除离校而未按规定还清",
        /// Hid from the bank, or a year past the end without an approved extension.
        EvasionOneYear = "evasion_one_year" "蓄意逃废债务，或到期逾期一年未还清",
    }

    /// Parts of the training before a loan (xiufeng-2016 三(一)2(1)).
    TrainingPart {
        /// How to use the student system.
        StudentSystem = "student_system" "学生在线服务系统操作",
        /// How to use Alipay.
        Alipay = "alipay" "支付宝操作",
        /// What the contract says.
        ContractKnowledge = "contract_knowledge" "贷款合同知识",
        /// How to repay.
        Repayment = "repayment" "还款说明",
        /// Integrity.
        Integrity = "integrity" "诚信教育",
        /// The quiz on the spot.
        Quiz = "quiz" "现场答题",
    }

    /// Where the quiz may be answered (xiufeng-2016 五(三)).
    QuizWay {
        /// In the room of the training.
        OnSite = "on_site" "现场答题",
        /// On a screen anywhere.
        Online = "online" "网上答题",
    }

    /// How a question of the quiz is answered.
    QuestionKind {
        /// One option is right.
        Single = "single" "单选题",
        /// Two options or more are right, and all of them have to be found.
        Several = "several" "多选题",
        /// A sentence that is right or wrong.
        TrueFalse = "true_false" "判断题",
    }

    /// Ways into the pre-application list (xiufeng-2016 三(一)1, hubei-2024 枣阳).
    PreApplicationWay {
        /// From the grant file of the senior high school, without new proof.
        GrantFile = "grant_file" "高中助学金档案",
        /// With proof that the county centre looked at.
        CountyProof = "county_proof" "县级困难证明",
        /// With proof that the university looked at.
        UniversityProof = "university_proof" "高校困难证明",
        /// From the list of the school.
        SchoolList = "school_list" "学校推荐名单",
    }

    /// A first loan or a further one.
    Application {
        /// 首贷.
        First = "first" "首次贷款",
        /// 续贷.
        Renewal = "renewal" "续贷",
    }

    /// What a co-borrower is to the student.
    Relation {
        /// 父亲.
        Father = "father" "父亲",
        /// 母亲.
        Mother = "mother" "母亲",
        /// 其他法定监护人.
        Guardian = "guardian" "其他法定监护人",
        /// 近亲属.
        CloseRelative = "close_relative" "其他近亲属",
        /// A natural person who volunteers joint liability for an orphan.
        Volunteer = "volunteer" "自愿共同承担还款责任的其他人",
    }

    /// What the check of one rule found.
    Verdict {
        /// Kept.
        Pass = "pass" "符合",
        /// Broken, and nobody may set the rule aside.
        Fail = "fail" "不符合",
        /// Broken, but a clerk may set it aside with reason and proof.
        NeedsOverride = "needs_override" "需经办人核实后放行",
        /// Not known yet.
        Unknown = "unknown" "尚待核实",
        /// Advice that does not block.
        Advised = "advised" "提醒",
    }

    /// What all findings together mean.
    Outcome {
        /// Every rule is kept.
        Eligible = "eligible" "符合条件",
        /// A clerk has to decide about a soft rule.
        NeedsOverride = "needs_override" "有条件需要县级资助中心核实",
        /// Something is not known yet, and nothing known is broken.
        Incomplete = "incomplete" "还有信息需要核实",
        /// A hard rule is broken.
        NotEligible = "not_eligible" "不符合条件",
    }

    /// Levels of study that rules tell apart.
    StudyLevel {
        /// 高职高专.
        College = "college" "专科（高职高专）",
        /// 本科.
        Undergraduate = "undergraduate" "本科",
        /// 第二学士学位.
        SecondBachelor = "second_bachelor" "第二学士学位",
        /// 预科.
        Preparatory = "preparatory" "预科",
        /// 硕士研究生.
        Master = "master" "硕士研究生",
        /// 博士研究生.
        Doctor = "doctor" "博士研究生",
    }

    /// How binding a rule of eligibility is.
    Strength {
        /// Nobody may set it aside.
        Hard = "hard" "必须满足",
        /// "In principle": a clerk may set it aside with reason and proof.
        Soft = "soft" "原则上须满足，经办人可凭理由和材料放行",
        /// Advice; it blocks nothing.
        Advice = "advice" "建议",
        /// The document does not ask for it.
        NotAsked = "not_asked" "不作要求",
    }

    /// On whom an item of a checklist falls.
    When {
        /// Everybody.
        Always = "always" "",
        /// A freshman.
        Freshman = "freshman" "新生",
        /// A student already at school.
        Enrolled = "enrolled" "在校生",
        /// Student and co-borrower stand in two household books.
        SeparateBooks = "separate_books" "学生与共同借款人不在同一本户口簿",
        /// The card of identity was lost.
        IdCardLost = "id_card_lost" "身份证遗失",
        /// First loan without a pre-application.
        NotPreApplied = "not_pre_applied" "未进行预申请的首贷学生",
        /// First loan without a pre-application, with a certificate of hardship.
        NotPreAppliedWithCertificate = "not_pre_applied_with_certificate" "未预申请、有低保、下岗失业、残障等证件",
        /// First loan without a pre-application and without a certificate of hardship.
        NotPreAppliedNoCertificate = "not_pre_applied_no_certificate" "未预申请且没有低保、下岗失业、残障等证件",
    }
}

impl StudyLevel {
    /// Master and doctor have the limits of graduate students.
    pub const fn is_graduate(self) -> bool {
        matches!(self, StudyLevel::Master | StudyLevel::Doctor)
    }
}
