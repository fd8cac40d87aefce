//! 信息公开: the guide, the catalogue, the rules, the annual report, disclosure on request; the register of forms; the
//! list of materials with templates to take home; and for every county the four questions who, where, with whom, how.

use loan::policy::checklist::{self, Case};
use loan::policy::choice::Application;
use loan::policy::{Book, Question, Scheme, four_questions, reference};
use maud::{Markup, html};

use super::check::{material, material_text};
use crate::parts::lists::empty;
use crate::parts::shell::{HOTLINE, telephone};
use crate::parts::show::{day, day_text};
use crate::stop::Stop;
use crate::visit::{Answer, Visit, file};
use crate::words;

/// The menu of what is open.
pub async fn menu(visit: Visit) -> Answer {
    let lines = [
        ("/info/guide", "公开指南", "公开什么、在哪里看、怎么申请"),
        ("/info/catalogue", "公开目录", "每一类信息和它的页面"),
        ("/policy", "规章制度", "现在执行的每一条规定和出处"),
        ("/info/report", "年度报告", "每学年办了多少、放了多少"),
        ("/info/request", "依申请公开", "没有公开的，可以申请"),
    ];
    let body = html! {
        div.col { h1 { "信息公开" } ul.rows.mt5 { @for (href, head, about) in lines { li { h2 { a href=(href) { (head) } } p { (about) } } } } }
    };
    visit.page("信息公开").back("/", "返回首页").show(body)
}

/// One page of the menu.
pub async fn page(visit: Visit) -> Answer {
    let (title, body) = match visit.param("topic") {
        "guide" => ("公开指南", guide()),
        "catalogue" => ("公开目录", catalogue()),
        "report" => ("年度报告", report(&visit).await?),
        "request" => ("依申请公开", on_request()),
        _ => return Err(Stop::NotFound),
    };
    visit.page(title).back("/info", "返回信息公开").show(html! { div.col.stack { h1 { (title) } (body) } })
}

fn guide() -> Markup {
    html! {
        p { "助学贷款的规定、办理条件、材料、时间、地点和统计数字，都在这个网站公开，不用登录。" }
        p { "个人的申请、合同和还款情况不公开，只有本人和办理单位能看。" }
        p { "没有公开、你又想知道的，可以" a href="/info/request" { "申请公开" } "，20 个工作日内答复。" }
    }
}

fn catalogue() -> Markup {
    let lines = [
        ("办理条件", "/check", "资格自查"),
        ("四问：谁能办、哪里办、找谁办、怎么办", "/where", "按县查"),
        ("额度、期限、利率", "/calc", "还款试算"),
        ("材料清单和模板", "/materials", "查看、打印、下载"),
        ("表格和文书", "/forms", "文书登记册"),
        ("县级资助中心", "/offices", "地址、电话、办公时间"),
        ("规章制度", "/policy", "现行规定和文件"),
        ("工作动态", "/news", "各地怎么做"),
        ("文书真伪", "/v", "输校验码，或核对签名文件"),
    ];
    html! {
        table.data.slim {
            caption.vh { "公开目录" }
            thead { tr { th scope="col" { "信息" } th scope="col" { "在哪里" } } }
            tbody { @for (what, href, word) in lines { tr { th scope="row" { (what) } td { a href=(href) { (word) } } } } }
        }
    }
}

async fn report(visit: &Visit) -> Result<Markup, Stop> {
    let years = visit.office().annual_report().await.map_err(Stop::failure)?;
    Ok(html! {
        p { "全平台每学年提交的申请和已经发放的贷款，件数实时计算，不含个人信息；少于 5 件、或者相减会少于 5 件的不公布。" }
        @if years.is_empty() { (empty("还没有数字。", html! { "有申请提交以后，这里按学年列出。" })) }
        @else {
            table.data.slim {
                caption.vh { "每学年的申请和放款" }
                thead { tr { th scope="col" { "学年" } th.n scope="col" { "提交申请（件）" } th.n scope="col" { "已经放款（件）" } } }
                tbody { @for one in &years { tr { th scope="row" { (one.year) "–" (one.year + 1) } td.n { (counted(one.submitted)) } td.n { (counted(one.paid_out)) } } } }
            }
        }
    })
}

/// A count everybody may read; a small group stays unsaid (H046).
fn counted(shown: Option<i64>) -> String {
    shown.map_or_else(|| "少于 5，不公布".to_owned(), |many| many.to_string())
}

fn on_request() -> Markup {
    html! {
        p { "想看没有公开的信息，登录后在“写给县级资助中心”里选“申请公开信息”，写清楚要什么。20 个工作日内答复；涉及别人隐私的不提供。" }
        div.btns { a.btn href="/student/ask?asked=disclosure" { "登录后申请" } }
        p { "没有账户的，可以打 " (telephone(HOTLINE)) "，或者" a href="/offices" { "到县级资助中心" } "当面申请。" }
    }
}

/// The register of forms: every paper with its template version and copies.
pub async fn forms(visit: Visit) -> Answer {
    let forms = visit.office().form_register();
    let body = html! {
        h1 { "文书登记册" }
        p.mt3.col { "平台打印的每一种文书、模板版本和份数。文书都从系统打印，带编号和二维码；网上下载的空白表、手工涂改的合同都无效。" }
        table.data.cards.slim.mt5 {
            caption.vh { "文书、模板版本、份数和依据" }
            thead { tr { th scope="col" { "文书" } th scope="col" { "模板版本" } th.n scope="col" { "份数" } th scope="col" { "谁保存" } th scope="col" { "依据" } } }
            tbody { @for form in &forms { tr {
                th scope="row" { (form.title) } td { (form.template_version) } td.n { (form.copies) } td { (form.keepers) } td { (words::citation(&form.source)) }
            } } }
        }
    };
    visit.page("文书登记册").back("/info", "返回信息公开").show(body)
}

fn county_of(code: &str) -> Option<&'static reference::Division> {
    reference::division(code).filter(|division| division.level == "county")
}

/// The two kinds of a list: code, words, application.
const KINDS: [(&str, &str, Application); 2] =
    [("first", "首次贷款", Application::First), ("renewal", "续贷", Application::Renewal)];

/// Texts to take home and fill in, each with its name.
const TEMPLATES: [(&str, &str, &str); 2] = [
    (
        "hardship",
        "家庭经济困难证明（村、居委会）",
        "家庭经济困难证明\n\n____县（市、区）学生资助管理中心：\n\n兹证明 ________（身份证号 __________________）系我村（居）居民 ________ 家庭成员，\n家庭人口 ____ 人，主要收入来源 ________，主要困难情况：________________________________。\n该家庭经济困难，难以支付子女在校期间的学费、住宿费和基本生活费。\n\n情况属实，特此证明。\n\n                         村（居）民委员会（盖章）\n                         经办人：________  电话：____________\n                         ____年__月__日\n",
    ),
    (
        "statement",
        "续贷声明（写法）",
        "续贷声明\n\n这一年里，我在思想上 ________，学习上 ________（成绩、奖惩如实写），\n参加了 ________（志愿服务、社会实践），家庭情况有／没有变化：________。\n我知道助学贷款要按时还，毕业以后会及时更新联系方式。\n\n（内容客观真实，用自己的话写，不要抄别人的。登录系统后在“续贷声明”里填写。）\n",
    ),
];

/// The list of materials of a county, to print or take home (R9.10).
pub async fn materials(visit: Visit) -> Answer {
    let county = county_of(visit.query.text("county"));
    let chosen = KINDS.iter().find(|(code, ..)| *code == visit.query.text("kind")).unwrap_or(&KINDS[0]);
    let question =
        Question { county: county.map(|county| county.code), ..Question::national(Scheme::Origin, visit.today()) };
    let items = checklist::items(Book::standard(), &question, &Case::unknown(chosen.2))
        .map_err(|gap| Stop::Failure(gap.to_string()))?;
    if visit.query.text("as") == "file" {
        let mut text = format!("{}材料清单（{}）\n\n", chosen.1, day_text(visit.today()));
        for item in &items {
            text += &format!("□ {}\n", material_text(item));
        }
        return file("材料清单.txt", "text/plain; charset=utf-8", text.into_bytes());
    }
    let centres = visit.office().county_centres().await.map_err(Stop::failure)?;
    let body = html! {
        div.col {
            h1 { span.cap { @if let Some(county) = county { (county.name) } @else { "全国规定" } } (chosen.1) "材料清单" }
            p.mt3.mut.no-print { "到窗口以前对着准备，一项一项打勾。窗口核对的就是这一份。标“才要”的，看你家是不是这种情况。" }
            form.mt5.no-print method="get" action="/materials" {
                div.row-fields {
                    div.field { label for="county" { "哪个县" } select id="county" name="county" {
                        option value="" { "全国规定" }
                        @for place in &centres { option value=(place.county) selected[county.is_some_and(|county| county.code == place.county)] { (place.name) } }
                    } }
                    div.field { label for="kind" { "第几次" } select id="kind" name="kind" { @for (code, words, _) in KINDS { option value=(code) selected[code == chosen.0] { (words) } } } }
                }
                div.btns { button.btn.btn-2 { "看清单" } button.btn.btn-2 name="as" value="file" { "下载清单" } button.btn.btn-2 type="button" data-print="1" hidden { "打印" } }
            }
            ul.ticks.mt5 { @for item in &items { li { (material(item)) p.src { (words::citation(&item.citation)) } } } }
            section.sec.no-print { h2 { "模板" } ul.bul { @for (code, name, _) in TEMPLATES { li { a href={ "/materials/" (code) } { (name) } } } } }
        }
    };
    visit.page("材料清单").back("/", "返回首页").show(body)
}

/// A template to take home.
pub async fn template(visit: Visit) -> Answer {
    let wanted = visit.param("template");
    let (_, name, text) = TEMPLATES.iter().find(|(code, ..)| *code == wanted).ok_or(Stop::NotFound)?;
    file(&format!("{name}.txt"), "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

/// 谁能办、哪里办、找谁办、怎么办: for one county, or the choice of one (R2.22).
pub async fn four(visit: Visit) -> Answer {
    let centres = visit.office().county_centres().await.map_err(Stop::failure)?;
    let county = county_of(visit.query.text("county"));
    let question =
        Question { county: county.map(|county| county.code), ..Question::national(Scheme::Origin, visit.today()) };
    let answers =
        four_questions::answered(Book::standard(), &question).map_err(|gap| Stop::Failure(gap.to_string()))?;
    let place = county.and_then(|county| centres.iter().find(|place| place.county == county.code));
    let body = html! {
        div.col {
            h1 { span.cap { @if let Some(county) = county { (county.name) } @else { "全国规定" } } "谁能办、哪里办、找谁办、怎么办" }
            form.mt5.no-print method="get" action="/where" {
                div.field { label for="county" { "看哪个县的" } select id="county" name="county" {
                    option value="" { "全国规定" }
                    @for place in &centres { option value=(place.county) selected[county.is_some_and(|county| county.code == place.county)] { (place.name) } }
                } }
                div.btns { button.btn.btn-2 { "换一个县" } }
            }
            @for one in &answers {
                section.sec {
                    h2 { (one.question) }
                    @if one.question == "哪里办" { @if let Some(place) = place { p.note { b { (place.name) } (place.address) "，" (telephone(&place.phone)) "，" (place.hours) } } }
                    ul.bul { @for line in &one.lines { li { (line.text) " " span.src { (words::citation(&line.why)) } } } }
                }
            }
            p.mt5 { a href={ "/materials?county=" (county.map_or("", |county| county.code)) } { "要带的材料" } "　" a href={ "/check?county=" (county.map_or("", |county| county.code)) } { "查我能不能办" } "　" a href="/adviser" { "贷多少、贷几年合适" } }
        }
    };
    visit.page("谁能办、哪里办、找谁办、怎么办").back("/", "返回首页").show(body)
}

/// 学生管理: the menu of a school's student office (R27.3).
pub async fn campus(visit: Visit) -> Answer {
    let lines = [
        ("/student/change", "学籍管理", "升学、休学、转学、退学会影响贷款，先办就学信息变更"),
        ("/campus/aid", "奖助工作", "助学贷款的规定"),
        ("/questions", "奖励与处分", "按时还款和逾期各有什么后果"),
        ("/student/ask?asked=appeal", "学生申诉", "对贷款的处理结果不服，由没有经手的人复查"),
    ];
    let body = html! {
        div.col {
            p.crumb { a href="/" { "首页" } " › 学生管理" }
            h1 { "学生管理" }
            ul.rows.mt5 { @for (href, head, about) in lines { li { h2 { a href=(href) { (head) } } p { (about) } } } }
        }
    };
    visit.page("学生管理").show(body)
}

/// 奖助工作: the rules of aid.
pub async fn aid(visit: Visit) -> Answer {
    let body = html! {
        div.col {
            p.crumb { a href="/" { "首页" } " › " a href="/campus" { "学生管理" } " › 奖助工作" }
            h1 { "奖助工作" }
            ul.rows.mt5 { @for document in Book::standard().documents() { li {
                h2 { a href={ "/campus/aid/" (document.id) } { (document.title) } }
                p.hint { (document.issuer) @if let Some(on) = document.published_on { "，" (day(on)) } }
            } } }
        }
    };
    visit.page("奖助工作").show(body)
}

/// One rule as a campus portal shows it: date, readers, print and close, who to ask (R27.1).
pub async fn rule(visit: Visit) -> Answer {
    let document = Book::standard().document(visit.param("document")).ok_or(Stop::NotFound)?;
    let readers = visit.office().page_read(&format!("rule:{}", document.id)).await.map_err(Stop::failure)?;
    let entries: Vec<_> = Book::standard().entries().iter().filter(|entry| entry.citation.doc == document.id).collect();
    let place = visit.office().county_centres().await.map_err(Stop::failure)?.into_iter().next();
    let body = html! {
        div.col {
            p.crumb { a href="/" { "首页" } " › " a href="/campus" { "学生管理" } " › " a href="/campus/aid" { "奖助工作" } }
            h1 { (document.title) }
            p.hint.mt3 {
                @if let Some(on) = document.published_on { "发布：" (day(on)) "　" }
                (document.issuer) "　阅读 " (readers) " 次"
            }
            div.btns.no-print { button.btn.btn-2 type="button" data-print="1" hidden { "打印" } a.btn.btn-2 href="/campus/aid" { "关闭" } }
            ul.rows.mt5 { @for entry in &entries { li {
                h3 { (words::article(&entry.citation.article)) "　" (entry.parameter.words()) }
                p { (entry.value.words(entry.parameter)) @if let Some(note) = &entry.note { "。" (note) } }
            } } }
            @if entries.is_empty() { p.mt5 { "这份文件没有直接取用的数值，只作依据登记。" } }
            p.hint.mt6 {
                "联系：" @if let Some(place) = &place { (place.name) "，" (place.address) "，" (telephone(&place.phone)) } @else { (telephone(HOTLINE)) }
            }
        }
    };
    visit.page(&document.title).show(body)
}
