//! 快捷键: comfort for those who work here all day; every key has its button.

use maud::html;

use crate::visit::{Answer, Visit};

/// The keys, and how to do without them.
pub async fn page(visit: Visit) -> Answer {
    const KEYS: &[(&str, &str)] =
        &[("/", "到查找框"), ("A", "通过（绿色主按钮）"), ("D", "退回补正"), ("?", "打开这一页")];
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
