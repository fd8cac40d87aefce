//! What the platform does with data, how it can be used by everybody, and where to complain.

use maud::{Markup, html};

use crate::parts::shell::{HOTLINE, telephone};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// One of the three explanations.
pub async fn page(visit: Visit) -> Answer {
    let (title, body) = match visit.param("topic") {
        "privacy" => ("隐私说明", privacy()),
        "access" => ("无障碍说明", access()),
        "complaint" => ("投诉与建议", complaint()),
        _ => return Err(Stop::NotFound),
    };
    visit.page(title).back("/", "返回首页").show(html! { div.col.stack { h1 { (title) } (body) } })
}

fn privacy() -> Markup {
    html! {
        p { "办理贷款要用到你的身份证号、户籍、学校和家庭经济信息。这里说清楚用在哪里、给谁看、保存多久。" }
        h2 { "用在哪里" }
        ul.bul {
            li { "核对你是不是符合条件，防止同一学年重复贷款。" }
            li { "签合同、放款、结息和还款。" }
            li { "放款以后，经你同意，向征信机构报送还款记录。" }
        }
        h2 { "谁能看到" }
        ul.bul {
            li { "你自己，以及你的共同借款人与这笔贷款有关的部分。" }
            li { "户籍所在县的资助中心、就读学校、经办银行，各看各自要办的部分。" }
            li { "页面和短信里的证件号、手机号只显示首尾几位。工作人员查看完整号码要写原因，并留下记录。" }
        }
        h2 { "保存多久" }
        ul.bul {
            li { "没有提交的草稿，180 天后删除。" }
            li { "没有获批的申请，两年后删除。" }
            li { "合同档案，按会计和信贷档案的规定，结清后继续保存，期间只存不用。" }
        }
        h2 { "你的权利" }
        p { "你可以查看、下载、更正自己的信息，也可以撤回同意。撤回后还没办完的贷款可能办不下去，已经放款的合同仍要履行。" }
    }
}

fn access() -> Markup {
    html! {
        ul.bul {
            li { "所有功能只用键盘就能完成，不开脚本也能用。" }
            li { "页面右上角可以换成长辈版，字更大，按钮更大。" }
            li { "状态都用文字写明，不只靠颜色。图表旁边都有同样内容的表格。" }
            li { "登录不用拼图、不用人脸。人脸识别不是唯一办法，随时可以改用短信或到窗口办。" }
        }
        p { "哪一页用起来不方便，请告诉我们：" (telephone(HOTLINE)) "。" }
    }
}

fn complaint() -> Markup {
    html! {
        p { "先找经办的县级资助中心，多数问题当场就能解决。" a href="/offices" { "查电话和地址" } "。" }
        p { "对答复不满意，可以向上一级资助中心反映，或拨打 " (telephone(HOTLINE)) "。" }
        p { "办理助学贷款不收任何费用。有人以办贷款为名收费，请保留证据并拨打上面的电话。" }
    }
}
