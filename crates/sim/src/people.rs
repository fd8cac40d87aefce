//! Families that cannot exist: plausible names, ID numbers of an area that was never assigned, phone numbers of a
//! block that no carrier has. The same seed makes the same people.

use loan::calendar::{Date, date};
use loan::policy::id_number::{IdNumber, Sex};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One invented person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Name as on the ID card.
    pub name: String,
    /// ID number; only a demonstration takes it.
    pub id_number: IdNumber,
    /// Mobile phone.
    pub phone: String,
}

/// A student and the parent who signs too.
#[derive(Clone, Debug)]
pub struct Family {
    /// The student.
    pub student: Person,
    /// The co-borrower.
    pub parent: Person,
    /// `father` or `mother`.
    pub relation: &'static str,
    /// Home address within the county.
    pub address: String,
}

const SURNAMES: &[&str] = &[
    "李", "王", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯", "韩", "曹", "曾", "彭", "萧", "蔡", "潘", "田", "董", "袁",
    "于", "余", "韦", "覃", "蒙", "莫", "农", "欧阳", "诸葛", "上官",
];
const FIRST: &[&str] = &[
    "嘉", "子", "思", "雨", "文", "志", "晓", "明", "建", "春", "秋", "海", "永", "国", "佳", "欣", "浩", "俊", "立",
    "慧", "桂", "漓", "青", "诗", "书", "安", "宏", "世", "天", "玉",
];
const SECOND: &[&str] = &[
    "怡", "轩", "涵", "杰", "婷", "强", "芳", "伟", "敏", "静", "磊", "洋", "艳", "勇", "娟", "涛", "超", "霞", "平",
    "刚", "兰", "梅", "竹", "菊", "华", "林", "峰", "云", "山", "江",
];
/// Names that forms and papers must bear: a middle dot, characters of GB 18030 outside the common set.
const RARE: &[&str] = &["阿依古丽·买买提", "王𬭎", "李㛃", "扎西·次仁", "陈䶮", "张𫟦"];
const STREETS: &[&str] = &["榕湖路", "信义路", "中山中路", "丽君路", "西山路", "甲山路", "翊武路", "解放西路"];

/// Makes families, one after another.
pub struct Registry {
    chance: ChaCha8Rng,
    made: u32,
}

impl Registry {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Registry {
        Registry { chance: ChaCha8Rng::seed_from_u64(seed), made: 0 }
    }

    /// The next family, whose student begins to study in the autumn of `freshman_in` at about eighteen.
    pub fn family(&mut self, freshman_in: i32) -> Family {
        let number = self.made;
        self.made += 1;
        let surname = self.pick(SURNAMES);
        let given = format!("{}{}", self.pick(FIRST), self.pick(SECOND));
        let rare = (number % 50 == 7).then(|| RARE[(number / 50) as usize % RARE.len()]);
        let name = rare.map_or_else(|| format!("{surname}{given}"), str::to_owned);
        let father = self.chance.random_bool(0.55);
        let parent_name = match name.split_once('·') {
            Some((_, parent)) => parent.to_owned(),
            None if father && rare.is_none() => format!("{surname}{}", self.pick(SECOND)),
            None => format!("{}{}", self.pick(SURNAMES), self.pick(SECOND)),
        };
        let sex = if self.chance.random_bool(0.5) { Sex::Male } else { Sex::Female };
        let student_born = self.day_of(freshman_in - 18);
        let parent_age = self.chance.random_range(22..=31);
        let parent_born = self.day_of(freshman_in - 18 - parent_age);
        let parent_sex = if father { Sex::Male } else { Sex::Female };
        let (street, house) = (self.pick(STREETS), self.chance.random_range(1..200));
        Family {
            student: Person {
                name,
                id_number: IdNumber::synthetic(number * 2, student_born, sex),
                phone: format!("1990000{number:04}"),
            },
            parent: Person {
                name: parent_name,
                id_number: IdNumber::synthetic(number * 2 + 1, parent_born, parent_sex),
                phone: format!("1990001{number:04}"),
            },
            relation: if father { "father" } else { "mother" },
            address: format!("{street}{house}号"),
        }
    }

    fn pick(&mut self, list: &'static [&'static str]) -> &'static str {
        list[self.chance.random_range(0..list.len())]
    }

    fn day_of(&mut self, year: i32) -> Date {
        date(year, self.chance.random_range(1..=12), self.chance.random_range(1..=28))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_real_and_nobody_comes_twice() {
        let mut registry = Registry::new(1);
        let families: Vec<Family> = (0..600).map(|number| registry.family(2016 + number % 11)).collect();
        let people = || families.iter().flat_map(|family| [&family.student, &family.parent]);
        let today = date(2027, 1, 1);
        for person in people() {
            assert!(IdNumber::read(person.id_number.as_str(), today, false).is_err(), "a real database refuses it");
            assert!(IdNumber::read(person.id_number.as_str(), today, true).is_ok());
            assert!(office::application::answers::read_name(&person.name).is_some(), "{}", person.name);
            assert!(office::application::answers::read_phone(&person.phone).is_some());
        }
        let distinct: std::collections::BTreeSet<&str> = people().map(|person| person.id_number.as_str()).collect();
        assert_eq!(distinct.len(), 1200);
        for rare in ["·", "𬭎"] {
            assert!(families.iter().any(|family| family.student.name.contains(rare)), "{rare}");
        }
        let mut again = Registry::new(1);
        assert_eq!(again.family(2016).student.id_number, families[0].student.id_number);
    }
}
