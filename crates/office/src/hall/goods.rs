//! What a hall has ready: service areas, machines, water and shade, and the 便民小药箱 (R8.12, R8.13). The first list
//! comes from what halls reported; each hall counts its own.

use serde::{Deserialize, Serialize};
use store::hall::goods::{self, Supply};

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Shelves, in the order of the list.
pub const SHELVES: &[&str] = &["area", "machine", "comfort", "medicine", "tea"];
/// Fewest kinds of emergency medicine in the box.
pub const MEDICINES_MIN: usize = 10;

/// The list a new hall begins with: shelf, what, how many.
pub const FIRST_LIST: &[(&str, &str, i64)] = &[
    ("area", "咨询区", 1),
    ("area", "材料预审区", 1),
    ("area", "填表等候区", 1),
    ("area", "受理签约区", 1),
    ("machine", "办理电脑", 4),
    ("machine", "免费打印复印一体机", 1),
    ("machine", "身份证阅读器", 2),
    ("machine", "高拍仪", 2),
    ("comfort", "饮水机", 1),
    ("comfort", "一次性水杯", 200),
    ("comfort", "遮阳棚", 2),
    ("comfort", "风扇", 4),
    ("medicine", "风油精", 5),
    ("medicine", "清凉油", 5),
    ("medicine", "藿香正气水", 10),
    ("medicine", "仁丹", 5),
    ("medicine", "十滴水", 10),
    ("medicine", "创可贴", 50),
    ("medicine", "碘伏棉签", 20),
    ("medicine", "纱布", 10),
    ("medicine", "葡萄糖口服液", 20),
    ("medicine", "晕车贴", 10),
    ("medicine", "体温计", 2),
    ("tea", "菊花茶", 100),
    ("tea", "金银花茶", 100),
];

/// Writes the first list down; what is there already stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockHall;

#[async_trait::async_trait]
impl Act for StockHall {
    const NAME: &'static str = "stock_hall";
    const PERMISSION: Permission = super::ARRANGE;
    /// Kinds of goods added.
    type Done = usize;
    type Refused = crate::no::Never;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<usize, No<crate::no::Never>> {
        let book = super::own_hall(desk).await?;
        let known = goods::list(desk.tx, book).await?;
        let mut added = 0;
        for (shelf, item, least) in FIRST_LIST {
            if known.iter().any(|supply| supply.item == *item) {
                continue;
            }
            let supply = Supply {
                book,
                item: (*item).to_owned(),
                shelf: (*shelf).to_owned(),
                least: *least,
                stock: 0,
                checked_on: None,
                checked_by: None,
            };
            goods::set(desk.tx, &supply).await?;
            added += 1;
        }
        desk.about(book, "book", &book.to_string())?;
        desk.note("added", added);
        Ok(added)
    }
}

/// Counts one kind of goods, or adds a new kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CountGoods {
    /// What.
    pub item: String,
    /// Code of [`SHELVES`].
    pub shelf: String,
    /// How many there should be.
    pub least: i64,
    /// How many there are.
    pub stock: i64,
}

refusals! {
    /// Why nothing is counted.
    pub enum CountGoodsRefusal {
        /// The name is missing or too long.
        ItemMissing = "item_missing" [] @ "item",
        /// No such shelf.
        ShelfUnknown = "shelf_unknown" [] @ "shelf",
        /// Not a number from 0 to 9999.
        CountWrong = "count_wrong" [] @ "stock",
    }
}

#[async_trait::async_trait]
impl Act for CountGoods {
    const NAME: &'static str = "count_goods";
    const PERMISSION: Permission = super::RECEIVE;
    type Done = ();
    type Refused = CountGoodsRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CountGoodsRefusal>> {
        let book = super::own_hall(desk).await?;
        let item = tidy(&self.item);
        if item.is_empty() || item.chars().count() > 20 {
            return Err(No::Refused(CountGoodsRefusal::ItemMissing));
        }
        if !SHELVES.contains(&self.shelf.as_str()) {
            return Err(No::Refused(CountGoodsRefusal::ShelfUnknown));
        }
        if !(0..=9999).contains(&self.stock) || !(0..=9999).contains(&self.least) {
            return Err(No::Refused(CountGoodsRefusal::CountWrong));
        }
        let supply = Supply {
            book,
            item,
            shelf: self.shelf.clone(),
            least: self.least,
            stock: self.stock,
            checked_on: Some(desk.on),
            checked_by: Some(desk.actor.name()),
        };
        goods::set(desk.tx, &supply).await?;
        desk.about(book, "book", &book.to_string())?;
        desk.note("item", supply.item);
        desk.note("stock", self.stock);
        Ok(())
    }
}

/// What the medicine box lacks: kinds short of what there should be, and whether ten kinds of medicine are in it.
pub fn box_lacks(supplies: &[Supply]) -> (Vec<String>, bool) {
    let boxed = supplies.iter().filter(|supply| matches!(supply.shelf.as_str(), "medicine" | "tea"));
    let lacking = boxed.filter(|supply| supply.stock < supply.least).map(|supply| supply.item.clone()).collect();
    let kinds = supplies.iter().filter(|supply| supply.shelf == "medicine" && supply.stock > 0).count();
    (lacking, kinds >= MEDICINES_MIN)
}
