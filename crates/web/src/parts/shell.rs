//! The frame of every page: skip link, header with the 助学 seal, navigation, help strip, footer. Citizens get a calm
//! column, staff a dense desk, printed slips a bare sheet.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets::ASSETS;

/// Where help is found; the same place on every page (WCAG 3.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The office that serves this reader; none while it is not known.
    pub office: Option<HelpOffice>,
}

/// One office to turn to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpOffice {
    /// Its name.
    pub name: String,
    /// Its telephone as printed.
    pub phone: String,
    /// When it is open.
    pub hours: String,
}

/// Telephone of the lender's student-loan service, printed on every page.
pub const HOTLINE: &str = "95593";

/// One entry of a navigation.
pub type Entry = (&'static str, &'static str);

/// Navigation of a visitor who has not logged in: address and word.
pub const NAV_PUBLIC: &[Entry] =
    &[("/", "首页"), ("/check", "资格自查"), ("/calc", "还款试算"), ("/student", "查进度")];
/// Navigation of a student.
pub const NAV_STUDENT: &[Entry] = &[
    ("/student", "首页"),
    ("/student/apply", "申请"),
    ("/student/repay", "还款"),
    ("/student/change", "变更"),
    ("/student/messages", "消息"),
];
/// Navigation of a co-borrower.
pub const NAV_CO: &[Entry] =
    &[("/co", "首页"), ("/co/repay", "还款"), ("/co/change", "变更"), ("/co/duty", "责任说明"), ("/calc", "试算")];

/// Who a frame is drawn for.
pub enum Kind {
    /// One column, one thing per page.
    Citizen,
    /// A desk: dense, one screen per case.
    Staff {
        /// Name of the office.
        office: String,
        /// Single-key shortcuts are on.
        shortcuts: bool,
    },
    /// A slip, list or hall screen: no navigation at all.
    Bare {
        /// Class of `body`.
        class: &'static str,
    },
}

/// Everything a frame needs besides the page itself.
pub struct Frame<'a> {
    /// Title of the page, without the site's name.
    pub title: &'a str,
    /// The page shows mistakes: the title says so first.
    pub mistaken: bool,
    /// Who it is drawn for.
    pub kind: Kind,
    /// Large letters and targets.
    pub elder: bool,
    /// Name of the person who is logged in.
    pub name: Option<&'a str>,
    /// Navigation.
    pub nav: &'a [Entry],
    /// Address of the current entry.
    pub current: &'a str,
    /// Where this page was asked for, to come back after a switch.
    pub address: &'a str,
    /// Token for the small forms of the frame.
    pub csrf: &'a str,
    /// Where help is found.
    pub help: &'a Help,
    /// Words of the demonstration band; none on a real system.
    pub demonstration: Option<&'a str>,
}

/// The whole document.
pub fn document(frame: &Frame<'_>, main: Markup) -> Markup {
    let staff = matches!(frame.kind, Kind::Staff { .. });
    let paper = matches!(frame.kind, Kind::Bare { .. });
    let site = if staff { "助学贷款" } else { "生源地助学贷款" };
    let shortcuts = matches!(frame.kind, Kind::Staff { shortcuts: true, .. }).then_some("on");
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=[frame.elder.then_some("elder")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { @if frame.mistaken { "错误：" } (frame.title) " · " (site) }
                link rel="stylesheet" href=(ASSETS.style.url);
                @if staff { link rel="stylesheet" href=(ASSETS.staff.url); }
                @if paper { link rel="stylesheet" href=(ASSETS.paper.url); }
                link rel="icon" href="data:,";
                script defer src=(ASSETS.script.url) {}
            }
            body class=[body_class(&frame.kind)] data-shortcuts=[shortcuts] {
                a.skip href="#main" { "跳到正文" }
                @if let Some(words) = frame.demonstration { @if !paper { p.demo { span.wrap { (words) a href="/demo" { "换一个人看" } } } } }
                @match &frame.kind {
                    Kind::Citizen => { (citizen_header(frame)) (main) (help(frame.help)) (footer()) }
                    Kind::Staff { office, .. } => { (staff_header(frame, office)) (main) }
                    Kind::Bare { .. } => { (main) }
                }
            }
        }
    }
}

fn body_class(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Citizen => None,
        Kind::Staff { .. } => Some("staff"),
        Kind::Bare { class } => Some(class),
    }
}

fn citizen_header(frame: &Frame<'_>) -> Markup {
    let under = frame.help.office.as_ref().map_or("国家助学贷款，在家乡办", |office| office.name.as_str());
    html! {
        header.top {
            div.wrap.top-in {
                a.brand href="/" {
                    span.seal aria-hidden="true" { "助学" }
                    span { "生源地助学贷款" small { (under) } }
                }
                nav.top-links aria-label="账户" {
                    a href=(elder_switch(frame)) { @if frame.elder { "标准版" } @else { "长辈版" } }
                    @if let Some(name) = frame.name {
                        a.me href=(if frame.nav == NAV_STUDENT { "/student/me" } else { "/account" }) { (name) }
                        (log_out(frame.csrf))
                    } @else {
                        a href="/login" { "登录" }
                    }
                }
            }
        }
        nav.nav aria-label="主要栏目" {
            div.wrap {
                @for (href, word) in frame.nav {
                    a href=(href) aria-current=[(*href == frame.current).then_some("page")] { (word) }
                }
            }
        }
    }
}

fn elder_switch(frame: &Frame<'_>) -> String {
    let back = percent_encoding::utf8_percent_encode(frame.address, percent_encoding::NON_ALPHANUMERIC);
    format!("/elder?on={}&back={back}", u8::from(!frame.elder))
}

fn log_out(csrf: &str) -> Markup {
    html! {
        form.inline method="post" action="/logout" {
            input type="hidden" name="csrf" value=(csrf);
            button.link { "退出" }
        }
    }
}

fn staff_header(frame: &Frame<'_>, office: &str) -> Markup {
    html! {
        header.sbar {
            div.wrap {
                div.who { b { "助学贷款" } "　" (office) }
                nav aria-label="主要栏目" {
                    @for (href, word) in frame.nav {
                        a href=(href) aria-current=[(*href == frame.current).then_some("page")] { (word) }
                    }
                }
                div.me { a href="/account" { (frame.name.unwrap_or_default()) } a href="/help/keys" { "帮助 " kbd { "?" } } (log_out(frame.csrf)) }
            }
        }
    }
}

fn help(help: &Help) -> Markup {
    html! {
        section.help aria-labelledby="help-h" {
            div.wrap {
                h2 #help-h { "需要帮助" }
                dl {
                    @if let Some(office) = &help.office {
                        div { dt { (office.name) } dd { (telephone(&office.phone)) } }
                        div { dt { "办公时间" } dd { (office.hours) } }
                    } @else {
                        div { dt { "县级学生资助管理中心" } dd { a href="/offices" { "查电话和地址" } } }
                    }
                    div { dt { "助学贷款热线" } dd { (telephone(HOTLINE)) } }
                    div { dt { "自己查" } dd { a href="/questions" { "常见问题" } "　" a href="/policy" { "政策依据" } } }
                }
            }
        }
    }
}

/// A telephone number that a phone can dial.
pub fn telephone(number: &str) -> Markup {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    html! { a.tel href={ "tel:" (digits) } { (number) } }
}

fn footer() -> Markup {
    html! {
        footer.foot {
            div.wrap {
                p {
                    a href="/about/privacy" { "隐私说明" }
                    a href="/about/access" { "无障碍说明" }
                    a href="/about/complaint" { "投诉与建议" }
                    a href="/policy" { "政策依据" }
                    a href="/staff" { "工作人员登录" }
                }
            }
        }
    }
}

/// The `main` of a citizen page: back link, then the page.
pub fn citizen_main(back: Option<(&str, &str)>, body: Markup) -> Markup {
    html! {
        main.main.wrap #main {
            @if let Some((href, word)) = back { a.back href=(href) { (word) } }
            (body)
        }
    }
}

/// The hatch pattern that charts refer to; once per page.
pub fn hatch() -> Markup {
    PreEscaped(
        concat!(
            r#"<svg width="0" height="0" class="vh" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" "#,
            r#"patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-bg" width="5" height="5"/>"#,
            r#"<path class="hatch-ln" d="M0 0V5"/></pattern></defs></svg>"#
        )
        .to_owned(),
    )
}
