//! The desks a family meets, each done by the one who does it in life, with nothing but pages.

use loan::calendar::Date;
use sim::people::Family;

use crate::actor::Actor;
use crate::paper;

/// The password a student chooses.
pub const PASSWORD: &str = "guihua-kaile-2025";
/// The password a student chooses at the payment platform.
const ACCOUNT_PASSWORD: &str = "lijiang-zhifu-2025";

/// What a student answers.
pub struct Wish {
    /// Words of the county in the list.
    pub county: &'static str,
    /// Name of the school.
    pub school: &'static str,
    /// Words of the level of study.
    pub level: &'static str,
    /// Length of the programme, as in the list.
    pub years: &'static str,
    /// Year of study, as in the list.
    pub grade: &'static str,
}

/// What the acceptance certificate tells the family.
pub struct Certificate {
    /// What the school types.
    pub receipt_code: String,
    /// First password of the payment account.
    pub first_password: String,
}

impl Actor {
    /// The student registers and is logged in.
    pub async fn register(&self, family: &Family) {
        self.open("/register").await;
        self.fill("姓名", &family.student.name).await;
        self.fill("身份证号", family.student.id_number.as_str()).await;
        self.fill("手机号", &family.student.phone).await;
        self.fill("设一个密码", PASSWORD).await;
        self.press("注册并登录").await;
        self.sees(&family.student.name).await;
    }

    /// Opens a draft and answers everything but the amount; gives the number of the application.
    pub async fn answer(&self, family: &Family, wish: &Wish) -> String {
        self.open("/student").await;
        self.press("开始申请").await;
        self.select("县（市、区）", wish.county).await;
        self.press("开始申请").await;
        self.sees("暂不能开始").await;
        let number = self.at().await.rsplit('/').next().unwrap_or_default().to_owned();

        self.press("学校和专业").await;
        self.fill("学校全名", wish.school).await;
        self.fill("专业", "软件工程").await;
        self.choose("读什么", wish.level).await;
        self.select("学制", wish.years).await;
        self.select("今年秋季上几年级", wish.grade).await;
        self.fill("每年学费", "5200").await;
        self.fill("每年住宿费", "８００").await;
        self.press("保存并继续").await;

        self.press("家庭和联系人").await;
        self.fill("家庭住址", &family.address).await;
        self.fill("联系人姓名", &family.parent.name).await;
        self.fill("联系人手机号", &family.parent.phone).await;
        self.choose("家庭经济困难", "村（居）委会证明").await;
        self.choose("你是孤儿吗", "不是").await;
        self.choose("同一本户口簿", "是").await;
        self.press("保存并继续").await;

        self.press("共同借款人").await;
        self.choose("和你的关系", if family.relation == "father" { "父亲" } else { "母亲" }).await;
        self.fill("姓名", &family.parent.name).await;
        self.fill("身份证号", family.parent.id_number.as_str()).await;
        self.fill("手机号", &family.parent.phone).await;
        self.choose("共同借款人的户籍", "在").await;
        self.choose("共同借款人愿意", "愿意，能签").await;
        self.press("保存并继续").await;
        self.sees("还剩 2 件").await;
        number
    }

    /// Declares and submits; what comes of it is on the page.
    pub async fn submit(&self) {
        for words in ["以上信息真实、完整", "同意为办理贷款使用", "同意查询我的信用报告"] {
            self.choose("", words).await;
        }
        self.press("提交贷款申请").await;
    }

    /// The clerk finds the application by its number and lets the family begin.
    pub async fn receive(&self, county: &str, number: &str) {
        self.become_staff(county, "资助中心经办").await;
        self.fill("查人查件", number).await;
        self.press("查找").await;
        self.sees("自动核查").await;
        self.choose("", "学生本人带证到场").await;
        self.choose("", "共同借款人本人带证到场").await;
        self.press("开始办理").await;
        self.sees("已登记到场").await;
    }

    /// Sets aside what may be set aside, ticks the materials, and accepts; gives the contract's number.
    pub async fn accept(&self, number: &str) -> String {
        let case = format!("/county/case/{number}");
        while self.can_press("放行").await {
            self.press("放行").await;
            self.fill("为什么可以放行", "家庭情况属实").await;
            self.fill("看了什么证明", "村委会证明，8 月 3 日开具").await;
            self.press("放行").await;
            self.sees("已放行").await;
        }
        if self.can_press("认定").await && !self.links("/certify").await.is_empty() {
            self.press("认定").await;
            self.fill("认定的依据", "最低生活保障证").await;
            self.press("出具认定").await;
            self.sees("已出具困难认定").await;
        }
        assert!(self.tick_all("material").await > 0, "a first loan needs materials");
        self.press("通过，生成合同").await;
        self.sees("已受理，合同已生成").await;
        self.open(&format!("{case}/sign")).await;
        let contract = self.read("//p[contains(., '现在有效的合同')]/b").await;
        self.open(&case).await;
        contract
    }

    /// Both have read and signed the paper.
    pub async fn record_signatures(&self, contract: &str) {
        self.press("登记签字").await;
        for words in ["（学生）读完还款计划", "（共同借款人）读完还款计划", "没有手写改动", "都捺了指印"]
        {
            self.choose("", words).await;
        }
        self.fill("纸上的合同编号", contract).await;
        self.press("登记签字").await;
        self.sees("签字已登记").await;
    }

    /// Issues and prints the certificate, and reads what is printed on it.
    pub async fn certify_acceptance(&self) -> Certificate {
        self.press("发受理证明").await;
        self.sees("受理证明已发").await;
        let words = self.download("受理证明").await;
        let printed =
            |label| paper::below(&words, label).unwrap_or_else(|| panic!("no {label} is printed:\n{words}")).to_owned();
        let (receipt_code, first_password) = (printed("回执校验码"), printed("初始密码"));
        Certificate { receipt_code, first_password }
    }

    /// The student opens the payment account with the first password, at the platform's own page.
    pub async fn activate_account(&self, certificate: &Certificate) {
        self.open_sandbox().await;
        self.press("未激活，首次登录").await;
        self.fill("受理证明上的初始密码", &certificate.first_password).await;
        self.fill("新密码", ACCOUNT_PASSWORD).await;
        self.press("修改并激活").await;
        self.sees("已激活").await;
    }

    /// The school enters the code with what is still owed.
    pub async fn enter_receipt(&self, school: &str, code: &str, owed: (&str, &str)) {
        self.become_staff(school, "高校资助").await;
        self.open("/school/receipt").await;
        self.type_receipt(code, owed).await;
        self.sees("的回执已录入").await;
    }

    /// Types one receipt and sends it.
    pub async fn type_receipt(&self, code: &str, owed: (&str, &str)) {
        self.fill("校验码", code).await;
        self.fill("欠学费", owed.0).await;
        self.fill("欠住宿费", owed.1).await;
        self.choose("核对", "学生本人提出").await;
        self.press("录入回执").await;
    }

    /// One reviews, another approves.
    pub async fn approve(&self) {
        for (role, press) in [("银行经办", "审查勾选的"), ("银行复核", "批准勾选的")] {
            self.become_staff("示范银行", role).await;
            self.open("/bank/approve").await;
            self.press(press).await;
            self.sees("办好 1 件").await;
        }
    }

    /// One builds the batch, another checks it against its total, and it is sent.
    pub async fn pay_out(&self, total: &str) {
        self.become_staff("示范银行", "银行经办").await;
        self.open("/bank/batches").await;
        self.press("全部放进一个批次").await;
        self.sees("经办不能复核自己做的批次").await;
        let batch = self.at().await;
        self.become_staff("示范银行", "银行复核").await;
        self.open(&batch).await;
        self.fill("输入合计", "1").await;
        self.press("复核通过").await;
        assert_eq!(self.mistakes().await, ["和批次的合计不一样，请照着合计再看一遍"]);
        self.fill("输入合计", total).await;
        self.press("复核通过").await;
        self.press("发给支付平台放款").await;
        self.sees("放出 1 笔；0 笔平台还没有答复").await;
    }

    /// The system's administrator moves the business day; the program shows what happened on the way.
    pub async fn move_to(&self, day: Date) {
        let words = loan_day(day);
        self.become_staff("系统运行办公室", "系统管理").await;
        self.open("/admin").await;
        self.fill("推到哪一天", &day.to_string()).await;
        self.press("推到这一天").await;
        self.sees(&format!("演示里的今天是 {words}")).await;
        // A long way is gone behind the page; the field is back when it is over.
        self.sees("推到哪一天").await;
    }

    /// Somebody puts money into the student's account at the platform.
    pub async fn top_up(&self, student: &str, yuan: &str) {
        self.open_sandbox().await;
        self.fill(&format!("给{student}充值的金额（元）"), yuan).await;
        self.press_in_row(student, "充值").await;
        let row = format!(
            "//section[@id='accounts']//tr[contains(normalize-space(.), \"{student}\") and contains(., \"{yuan}\")]"
        );
        self.read(&row).await;
    }
}

/// `2026年12月20日`.
pub fn loan_day(day: Date) -> String {
    use chrono::Datelike;
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
