//! Question pages of the application: school, family, co-borrower, renewal statement. Each opens filled with what is
//! known; a mistake brings back everything typed.

use loan::policy::StudyLevel;
use loan::policy::choice::Choice as Named;
use loan::policy::reference;
use maud::{Markup, html};
use office::No;
use office::application::answers::{CIRCUMSTANCES, Fields, HARDSHIP, Section};
use office::origination::save_answers::{SaveAnswers, SaveAnswersRefusal};
use office::view::case::CaseView;

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, Text, area, error_summary, radios, select, ticks};
use crate::parts::show;
use crate::visit::{Answer, Visit, see};
use crate::words;

async fn view(visit: &Visit) -> Result<CaseView, crate::stop::Stop> {
    Ok(visit.office().case_view(&visit.actor, visit.param("number")).await?)
}

/// The frame all question pages share: form left, reason right.
fn question(
    visit: &Visit,
    view: &CaseView,
    title: &str,
    head: &str,
    mistakes: &Mistakes,
    fields: Markup,
    aside: Markup,
) -> Answer {
    let back = format!("/student/apply/{}", view.number);
    let body = html! {
        div.split {
            form method="post" novalidate data-keep="1" {
                (error_summary(mistakes))
                h1 { span.cap { (title) } (head) }
                (visit.hidden())
                div.mt6 { (fields) }
                div.btns { button.btn { "保存并继续" } }
            }
            aside.aside { (aside) }
        }
    };
    visit.page(title).at("/student/apply").back(&back, "返回申请").mistaken(mistakes).help(super::help(view)).show(body)
}

/// Hands a section to the act. `Ok(None)`: saved; `Ok(Some)`: mistakes to show.
pub(super) async fn keep(
    visit: &Visit,
    section: Section,
    fields: Fields,
    names: &[(&str, &str)],
) -> Result<Option<Mistakes>, crate::stop::Stop> {
    let act = SaveAnswers { number: visit.param("number").to_owned(), section, fields };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(_) => Ok(None),
        Err(No::Refused(SaveAnswersRefusal::Mistakes(found))) => {
            let mut mistakes = Mistakes::none();
            for mistake in &found {
                let name =
                    names.iter().find(|(field, _)| *field == mistake.field).map_or("这一项", |(_, name)| name);
                mistakes.add(mistake.field, words::mistake(name, mistake));
            }
            Ok(Some(mistakes))
        }
        Err(no) => Err(no.into()),
    }
}

/// The posted fields of a section, without those of the frame.
pub(super) fn fields(form: &Form) -> Fields {
    form.iter()
        .filter(|(name, _)| !matches!(*name, "csrf" | "once" | "do"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn next(visit: &Visit) -> Answer {
    see(&format!("/student/apply/{}", visit.param("number")))
}

/// 学校和专业.
pub async fn study(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let filled = match &view.answers.study {
        Some(study) => Form::of([
            ("school_name", view.school_name.clone()),
            ("school_code", study.school_code.clone()),
            ("department", study.department.clone()),
            ("major", study.major.clone()),
            ("student_number", study.student_number.clone()),
            ("level", study.level.clone()),
            ("programme_years", study.programme_years.to_string()),
            ("grade", study.grade.to_string()),
            ("tuition", show::yuan_brief(loan::money::Fen(study.tuition_fen))),
            ("accommodation", show::yuan_brief(loan::money::Fen(study.accommodation_fen))),
        ]),
        None => Form::default(),
    };
    study_page(&visit, &view, &filled, &Mistakes::none(), &[])
}

fn study_page(
    visit: &Visit,
    view: &CaseView,
    values: &Form,
    mistakes: &Mistakes,
    found: &[&reference::School],
) -> Answer {
    let filled = Filled { values, mistakes };
    let levels: Vec<Choice> = StudyLevel::TABLE.iter().map(|(code, words)| Choice::new(*code, words)).collect();
    let years = |words: &str| -> Vec<(String, String)> {
        (1..=9).map(|n| (n.to_string(), words.replace('#', &words::chinese(n)))).collect()
    };
    let fields = html! {
        (Text::new("school_name", "学校全名").hint("和录取通知书上一致").draw(filled))
        @if !found.is_empty() {
            @let choices: Vec<Choice> = found.iter().map(|school| Choice::explained(school.code, school.name, html! { (school.city) })).collect();
            (radios(filled, "school_code", "是下面哪一所", "", &choices))
        } @else if !values.text("school_code").is_empty() { input type="hidden" name="school_code" value=(values.text("school_code")); }
        (Text::new("department", "院系（可不填）").draw(filled))
        (Text::new("major", "专业").draw(filled))
        (Text::new("student_number", "学号（可不填）").hint("新生还没有学号，不用填").shape("w18", "text").draw(filled))
        (radios(filled, "level", "读什么", "", &levels))
        (select(filled, "programme_years", "学制", "整个专业要读几年", "请选择", &years("#年")))
        (select(filled, "grade", "今年秋季上几年级", "新生选一年级", "请选择", &years("#年级")))
        (Text::new("tuition", "每年学费").shape("w8", "decimal").unit("元").draw(filled))
        (Text::new("accommodation", "每年住宿费").hint("不住校就填 0").shape("w8", "decimal").unit("元").draw(filled))
    };
    let aside = html! { section { h2 { "为什么要问" } p { "学校决定能不能贷，学制和年级决定毕业年份和最长年限，费用决定建议的金额。" } } };
    question(visit, view, "学校和专业", "你读什么学校、什么专业？", mistakes, fields, aside)
}

const STUDY_NAMES: &[(&str, &str)] = &[
    ("school_code", "学校"),
    ("school_name", "学校全名"),
    ("department", "院系"),
    ("major", "专业"),
    ("student_number", "学号"),
    ("level", "读什么"),
    ("programme_years", "学制"),
    ("grade", "年级"),
    ("tuition", "每年学费"),
    ("accommodation", "每年住宿费"),
];

/// Saves 学校和专业. The school is found by its name; several of them are offered to choose from.
pub async fn save_study(visit: Visit) -> Answer {
    let form = &visit.form;
    let typed = crate::form::half_width(form.text("school_name")).replace('(', "（").replace(')', "）");
    let chosen = reference::school(form.text("school_code"))
        .filter(|school| school.name == typed || form.all("school_code").count() > 0 && school.name.contains(&typed));
    let found: Vec<&reference::School> = match chosen {
        Some(_) => Vec::new(),
        None if typed.chars().count() < 2 => Vec::new(),
        None => {
            let exact: Vec<&reference::School> =
                reference::schools().iter().filter(|school| school.name == typed).collect();
            if exact.len() == 1 {
                exact
            } else {
                reference::schools().iter().filter(|school| school.name.contains(&typed)).take(12).collect()
            }
        }
    };
    let school = chosen.or_else(|| found.first().copied().filter(|school| found.len() == 1 && school.name == typed));
    let mut sent = fields(form);
    sent.insert("school_code".to_owned(), school.map_or_else(String::new, |school| school.code.to_owned()));
    let unknown = school.is_none();
    if let Some(mut mistakes) = keep(&visit, Section::Study, sent, STUDY_NAMES).await? {
        let view = view(&visit).await?;
        if unknown {
            let mut own = Mistakes::none();
            match (typed.is_empty(), found.is_empty()) {
                (true, _) => own.add("school_name", "请填写学校全名"),
                (_, true) => own.add("school_name", "名单里没有这所学校，请对照录取通知书再看一遍"),
                _ => own.add("school_code", "请选是下面哪一所学校"),
            }
            for mistake in mistakes.iter().filter(|mistake| mistake.field != "school_code") {
                own.add(mistake.field.clone(), mistake.message.clone());
            }
            mistakes = own;
        }
        return study_page(&visit, &view, form, &mistakes, if unknown { &found } else { &[] });
    }
    next(&visit)
}

/// 家庭和联系人.
pub async fn family(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let filled = match &view.answers.family {
        Some(family) => {
            let mut values = vec![
                ("township", family.township.clone()),
                ("address", family.address.clone()),
                ("contact_name", family.contact_name.clone()),
                ("contact_phone", family.contact_phone.clone()),
                ("hardship", family.hardship.clone()),
                ("orphan", yes(family.orphan)),
                ("one_household_book", yes(family.one_household_book)),
            ];
            values.extend(family.circumstances.iter().map(|code| ("circumstances", code.clone())));
            Form::of(values)
        }
        None => Form::default(),
    };
    family_page(&visit, &view, &filled, &Mistakes::none())
}

fn family_page(visit: &Visit, view: &CaseView, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let yes_no = || [Choice::new("yes", "是"), Choice::new("no", "不是")];
    let hardship: Vec<Choice> = HARDSHIP.iter().map(|code| Choice::new(*code, hardship_words(code))).collect();
    let circumstances: Vec<Choice> = CIRCUMSTANCES
        .iter()
        .filter_map(|code| {
            loan::policy::Parameter::from_code(code).map(|rule| Choice::new(*code, circumstance_words(rule.code())))
        })
        .collect();
    let fields = html! {
        (Text::new("address", "家庭住址").hint("乡镇、村或街道、门牌").autofill("street-address").draw(filled))
        (Text::new("township", "乡镇或街道（可不填）").hint("县里按乡镇安排办理时间").shape("w18", "text").draw(filled))
        (Text::new("contact_name", "联系人姓名").hint("找不到你时可以找的亲友，不能是你自己").shape("w11", "text").draw(filled))
        (Text::new("contact_phone", "联系人手机号").shape("w11", "tel").draw(filled))
        (radios(filled, "hardship", "家庭经济困难，有什么证明", "有几样的，选最主要的一样", &hardship))
        (radios(filled, "orphan", "你是孤儿吗", "", &yes_no()))
        (radios(filled, "one_household_book", "你和共同借款人在同一本户口簿上吗", "", &yes_no()))
        (ticks(filled, "circumstances", "有下面情况的请勾选", "都没有就不用勾", &circumstances))
    };
    let aside = html! { section { h2 { "填了会怎样" } p { "这些只用来判断是不是符合条件、要带什么材料。如实填写；填错或隐瞒会导致申请失败。" } } };
    question(visit, view, "家庭和联系人", "家里的情况", mistakes, fields, aside)
}

fn hardship_words(code: &str) -> &'static str {
    match code {
        "minimum_living_allowance" => "低保",
        "laid_off" => "下岗失业",
        "disability" => "残疾",
        "committee_certificate" => "村（居）委会证明",
        "grant_file" => "已在学校或学生资助系统建档",
        _ => "没有证明",
    }
}

fn circumstance_words(code: &str) -> &'static str {
    match code {
        "rule_no_car_or_luxury_home" => "家里有小车、豪华装修的住房或高档通讯工具",
        "rule_no_costly_computer" => "买了或长期租用高价电脑（专业需要的除外）",
        "rule_no_luxuries" => "买了高档电器、时装、首饰、化妆品",
        "rule_no_hotels_and_travel" => "经常出入酒店，节假日经常旅游",
        "rule_no_off_campus_rent" => "在校外租房，经常出入网吧",
        "rule_no_other_luxury" => "有其他高消费",
        "rule_income_insufficient" => "家庭年收入够交学费",
        _ => "去年贷过款，今年家里已经好转、够交学费",
    }
}

const FAMILY_NAMES: &[(&str, &str)] = &[
    ("address", "家庭住址"),
    ("township", "乡镇或街道"),
    ("contact_name", "联系人姓名"),
    ("contact_phone", "联系人手机号"),
    ("hardship", "困难证明"),
    ("orphan", "是不是孤儿"),
    ("one_household_book", "是不是同一本户口簿"),
    ("circumstances", "情况"),
];

/// Saves 家庭和联系人.
pub async fn save_family(visit: Visit) -> Answer {
    let mut sent = fields(&visit.form);
    sent.insert("circumstances".to_owned(), visit.form.all("circumstances").collect::<Vec<_>>().join(","));
    if let Some(mistakes) = keep(&visit, Section::Family, sent, FAMILY_NAMES).await? {
        return family_page(&visit, &view(&visit).await?, &visit.form, &mistakes);
    }
    next(&visit)
}

/// 共同借款人.
pub async fn co_borrower(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let filled = match &view.answers.co_borrower {
        Some(co) => Form::of([
            ("relation", co.relation.clone()),
            ("name", co.name.clone()),
            ("id_number", co.id_number.clone()),
            ("phone", co.phone.clone()),
            ("where", if co.household_county == view.county_code { "here" } else { "elsewhere" }.to_owned()),
            ("county_name", reference::division(&co.household_county).map_or("", |division| division.name).to_owned()),
            ("reason", co.reason.clone()),
            ("willing_and_capable", if co.willing_and_capable { "yes" } else { "no" }.to_owned()),
        ]),
        None => Form::default(),
    };
    co_page(&visit, &view, &filled, &Mistakes::none())
}

fn co_page(visit: &Visit, view: &CaseView, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let relations = [
        Choice::new("father", "父亲"),
        Choice::new("mother", "母亲"),
        Choice::new("guardian", "其他监护人"),
        Choice::new("close_relative", "其他近亲属"),
        Choice::new("volunteer", "自愿共同还款的人（孤儿）"),
    ];
    let reasons = [
        ("parents_lost_capacity".to_owned(), "父母因残疾、患病等办不了".to_owned()),
        ("orphan".to_owned(), "我是孤儿".to_owned()),
        ("other".to_owned(), "其他原因".to_owned()),
    ];
    let here = format!("在{}", view.county);
    let elsewhere = Choice {
        below: Some(html! { div.opt-in { label.vh for="county_name" { "别的县的名字" }
        input.in.w18 id="county_name" name="county_name" value=(values.text("county_name")) placeholder="县、区的全名"; } }),
        ..Choice::new("elsewhere", "在别的县")
    };
    let fields = html! {
        (radios(filled, "relation", "和你的关系", "", &relations))
        (select(filled, "reason", "不是父母的，写明原因", "父亲、母亲不用选", "不用选", &reasons))
        (Text::new("name", "姓名").hint("和身份证上一致").shape("w11", "text").draw(filled))
        (Text::new("id_number", "身份证号").hint("18 位，最后一位可能是字母 X").shape("w18", "text").draw(filled))
        (Text::new("phone", "手机号").hint("共同借款人自己的号码").shape("w11", "tel").draw(filled))
        (radios(filled, "where", "共同借款人的户籍", "", &[Choice::new("here", &here), elsewhere]))
        (radios(filled, "willing_and_capable", "共同借款人愿意一起还款，能独立签字吗", "具有完全民事行为能力，自愿承担还款责任",
            &[Choice::new("yes", "愿意，能签"), Choice::new("no", "不能")]))
        details.more.mt6 { summary { "为什么要问身份证号" } p { "用来核对户籍和年龄，并确认这个人没有别的未结清助学贷款。依据"
            (words::citation(&loan::refusal::Citation::of("sdvcst-2022", "6"))) "。页面和短信里只显示首尾几位。" } }
    };
    let aside = html! {
        section { h2 { "父母都办不了时" } p { "因残疾、患病等失去劳动能力或民事行为能力的，可以是其他近亲属；孤儿可以是其他监护人。这时要求 25 至 60 周岁。" }
            p.src.mt2 { (words::citation(&loan::refusal::Citation::of("sdvcst-2022", "6(二)"))) "，" (words::citation(&loan::refusal::Citation::of("sdvcst-2022", "6(五)"))) } }
    };
    question(visit, view, "共同借款人", "谁和你一起借款？", mistakes, fields, aside)
}

const CO_NAMES: &[(&str, &str)] = &[
    ("relation", "和你的关系"),
    ("reason", "原因"),
    ("name", "姓名"),
    ("id_number", "身份证号"),
    ("phone", "手机号"),
    ("household_county", "户籍所在的县"),
    ("willing_and_capable", "是不是愿意"),
];

/// Saves 共同借款人.
pub async fn save_co_borrower(visit: Visit) -> Answer {
    let before = view(&visit).await?;
    let form = &visit.form;
    let county = match form.text("where") {
        "here" => before.county_code.clone(),
        "elsewhere" => county_named(form.text("county_name")).unwrap_or_default(),
        _ => String::new(),
    };
    let mut sent = fields(form);
    sent.insert("household_county".to_owned(), county);
    if let Some(found) = keep(&visit, Section::CoBorrower, sent, CO_NAMES).await? {
        let mut mistakes = Mistakes::none();
        for mistake in found.iter() {
            match (mistake.field.as_str(), form.text("where")) {
                ("household_county", "elsewhere") => mistakes.add("where", "没有找到这个县，请写全名，例如“秀峰区”"),
                ("household_county", _) => mistakes.add("where", "请选共同借款人的户籍在哪里"),
                (field, _) => mistakes.add(field, mistake.message.clone()),
            }
        }
        return co_page(&visit, &before, form, &mistakes);
    }
    next(&visit)
}

/// The code of a county by its name, when only one has it.
fn county_named(name: &str) -> Option<String> {
    let mut named =
        reference::divisions().iter().filter(|division| division.level == "county" && division.name == name);
    match (named.next(), named.next()) {
        (Some(one), None) => Some(one.code.to_owned()),
        _ => None,
    }
}

/// 续贷声明.
pub async fn statement(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let text = view.answers.statement.as_ref().map(|said| said.text.clone()).unwrap_or_default();
    statement_page(&visit, &view, &Form::of([("statement", text)]), &Mistakes::none())
}

fn statement_page(visit: &Visit, view: &CaseView, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let written = values.text("statement").chars().filter(|c| !c.is_whitespace()).count();
    let hint = match view.statement_lengths {
        Some((fewest, most)) => format!("用自己的话写 {fewest} 到 {most} 字，学校和县中心都会看。现在 {written} 字。"),
        None => format!("用自己的话写，学校和县中心都会看。现在 {written} 字。"),
    };
    let fields = html! {
        (area(filled, "statement", "这一年的思想和学习", &hint, 12))
        details.more.mt6 { summary { "看一个例子" } p { (EXAMPLE) } p.hint { "这是别人的例子，学校和县中心都认得。写你自己的事。" } }
    };
    let aside = html! {
    section { h2 { "怎么写" } p { "客观真实，积极向上，说说这一年的思想和学习。" }
        p.src.mt2 { (words::citation(&loan::refusal::Citation::of("sdvcst-2022", "12(四)"))) } }
    @if let Some(reason) = given_back(view) { section { h2 { "上次退回的原因" } p { (reason) } } }
     section { h2 { "可以写什么" } ul.bul { li { "这一年学了什么，成绩怎么样" } li { "参加过什么活动" } li { "家里的情况有没有变化，为什么还要贷款" } li { "以后怎么还" } } } };
    question(visit, view, "续贷声明", "写一写这一年", mistakes, fields, aside)
}

/// Why the school or the county gave the last statement back.
fn given_back(view: &CaseView) -> Option<&str> {
    use office::application::progress::Statement::{ReturnedByCounty, ReturnedBySchool};
    match &view.progress.statement {
        ReturnedBySchool(reason) | ReturnedByCounty(reason) => Some(reason),
        _ => None,
    }
}

/// What a good statement looks like; written for this page.
const EXAMPLE: &str = "去年我拿到助学贷款，交清了学费和住宿费，可以安心上课。这一年我修了十一门课，高等数学和测量学都在八十五分以上，\
    英语还不够好，下学期打算每天多练半小时。我参加了学校的支教队，暑假在镇上的小学教了三个星期。家里情况没有大的变化，\
    父亲在工地做工，母亲照顾奶奶，收入还不够交我的费用，所以今年继续申请。我知道这笔钱以后要自己还，毕业后打算先工作，\
    每年按时还本付息，也会告诉学弟学妹按时还款。";

/// Saves 续贷声明.
pub async fn save_statement(visit: Visit) -> Answer {
    if let Some(mistakes) = keep(&visit, Section::Statement, fields(&visit.form), &[("statement", "续贷声明")]).await?
    {
        return statement_page(&visit, &view(&visit).await?, &visit.form, &mistakes);
    }
    next(&visit)
}
