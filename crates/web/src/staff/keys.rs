//! 快捷键: comfort for those who work here all day; every key has its button.

use maud::html;

use crate::visit::{Answer, Visit};

/// The keys, and how to do without them.
pub async fn page(visit: Visit) -> Answer {
    const KEYS: &[(&str, &str)] = &[
        ("/", "到查找框，也可以用扫码枪、身份证阅读器"),
        ("A", "这一步的主按钮，例如通过"),
        ("D", "退回补正"),
        ("U", "撤销上一步（签字以前）"),
        ("S", "看扫描件"),
        ("J", "下一件，下一张"),
        ("K", "上一张"),
        ("B", "回到办件"),
        ("N", "打开下一位"),
        ("1–9", "退回时选现成的原因"),
        ("?", "打开这一页"),
    ];
    let body = html! {
        main.main.wrap #main {
            h1 { "快捷键" }
            p { "光标不在输入框里的时候有效。每个键都有对应的按钮，不用键盘一样能办。" }
            table.data {
                caption.vh { "快捷键" }
                thead { tr { th scope="col" { "按键" } th scope="col" { "作用" } } }
                tbody { @for (key, does) in KEYS { tr { th scope="row" { kbd { (key) } } td { (does) } } } }
            }
        }
    };
    visit.desk("快捷键").show(body)
}
