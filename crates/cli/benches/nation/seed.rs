//! A nation of families: a small demonstration goes through the acts, then every application of its last season is
//! the pattern of many, in counties enough. Who is number `n`, where and how far, follows from `n` alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use loan::calendar::{Date, date};
use loan::policy::id_number::{IdNumber, Sex};
use office::accounts::staff::{OpenStaff, SetRole};
use office::establish::{EstablishOffice, OpenBook, ServeBook};
use office::number::{ApplicationNumber, ContractNumber, paper_code, receipt_code};
use office::who::OfficeKind;
use office::{Actor, Role};
use serde_json::{Value, json};
use sim::demonstration::season::Goal;
use sim::demonstration::{Plan, fill};
use store::Failure;
use store::testing::crowd::{self, Family, Human};

use crate::figures::{Wrong, said};
use crate::house::House;

/// Families written by one transaction.
const CHUNK: usize = 1_000;
/// The season everybody is in.
const YEAR: i32 = 2026;
/// Numbers of a book before this one stay for the demonstration.
const FIRST_SEQUENCE: usize = 10_000;
/// How many of a hundred are at each place of a season at its height.
const WEIGHTS: &[(Goal, usize)] = &[
    (Goal::Draft, 8),
    (Goal::Returned, 2),
    (Goal::Submitted, 22),
    (Goal::Booked, 15),
    (Goal::AtCounter, 1),
    (Goal::Accepted, 2),
    (Goal::Generated, 2),
    (Goal::Signed, 4),
    (Goal::Voided, 1),
    (Goal::Missed, 27),
    (Goal::ReceiptEntered, 9),
    (Goal::Reviewed, 3),
    (Goal::Approved, 4),
];

const SURNAMES: &[&str] = &[
    "李", "王", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯", "韩", "韦", "覃", "莫",
];
const GIVEN: &[&str] = &[
    "嘉", "子", "思", "雨", "文", "志", "晓", "明", "建", "春", "秋", "海", "永", "国", "佳", "欣", "浩", "俊", "立",
    "慧", "桂", "青", "诗", "书", "安", "宏", "世", "天", "玉", "怡", "轩", "涵", "杰", "婷", "强", "芳", "伟", "敏",
    "静", "磊",
];

/// A county of the nation.
#[derive(Clone, Debug)]
pub struct County {
    /// Six-digit code.
    pub code: String,
    /// Its loan book.
    pub book: i64,
    /// Its clerk.
    pub clerk: i64,
    /// Who runs its hall.
    pub manager: i64,
}

/// Everybody.
pub struct Nation {
    /// Counties, each with as many families as any other.
    pub counties: Vec<County>,
    /// Families.
    pub families: usize,
    /// How long the writing took.
    pub took: Duration,
    /// Business day.
    pub on: Date,
    patterns: Arc<Vec<(Goal, Family)>>,
}

/// Mixes a number so that neighbours have nothing in common.
pub fn mixed(n: usize) -> usize {
    let mut mixed = (n as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) as usize >> 1
}

impl Nation {
    /// Fills an empty house.
    pub async fn settle(house: &House, counties: usize, families: usize) -> Result<Nation, Wrong> {
        let began = Instant::now();
        let report = fill(&house.office, &house.sandbox, &Plan::small(), &|| began.elapsed()).await;
        let report = report.map_err(|stopped| Wrong(format!("{stopped:?}")))?;
        let mut patterns = Vec::new();
        for student in &report.students {
            let Ok(number) = student.application.parse::<ApplicationNumber>() else { continue };
            if number.year != YEAR || !WEIGHTS.iter().any(|(goal, _)| *goal == student.goal) {
                continue;
            }
            let read: Result<Option<Family>, Failure> = house
                .office
                .store
                .read("pattern", |tx| Box::pin(async move { crowd::family(tx, number.book, number.key()).await }))
                .await;
            patterns.extend(read?.map(|family| (student.goal, family)));
        }
        if let Some((goal, _)) = WEIGHTS.iter().find(|(goal, _)| patterns.iter().all(|(known, _)| known != goal)) {
            return Err(Wrong(format!("the demonstration has nobody at {goal:?}")));
        }
        let counties = establish(house, counties).await?;
        let on = report.ends_on;
        let nation = Nation { counties, families, took: Duration::ZERO, on, patterns: Arc::new(patterns) };
        let began = Instant::now();
        nation.write(house).await?;
        house.database.as_owner("VACUUM (ANALYZE)").await?;
        Ok(Nation { took: began.elapsed(), ..nation })
    }

    /// All families, county by county, two hands at a time: one seals while the other's rows are written.
    async fn write(&self, house: &House) -> Result<(), Wrong> {
        let mut hands = tokio::task::JoinSet::new();
        for (at, county) in self.counties.iter().enumerate() {
            let here: Vec<usize> = (at..self.families).step_by(self.counties.len()).collect();
            for part in here.chunks(CHUNK) {
                while hands.len() >= 3 {
                    if let Some(done) = hands.join_next().await {
                        done??;
                    }
                }
                let (office, patterns) = (house.office.clone(), self.patterns.clone());
                let (county, part, on, all) = (county.clone(), part.to_vec(), self.on, self.counties.len());
                hands.spawn(async move {
                    let likeness = |n: &usize| Likeness::new(&office, &patterns, &county, *n, all).family();
                    let families: Vec<Family> = part.iter().map(likeness).collect();
                    let (families, at) = (&families, office.clock.now());
                    let settled: Result<(), Failure> = office
                        .store
                        .write_locked("settle_in", |tx| {
                            Box::pin(async move { crowd::settle_in(tx, county.book, families, on, at).await })
                        })
                        .await;
                    settled.map_err(Wrong::from)
                });
            }
            eprintln!("{} of {} counties", at + 1, self.counties.len());
        }
        while let Some(done) = hands.join_next().await {
            done??;
        }
        Ok(())
    }

    /// How far number `n` is.
    pub fn goal(&self, n: usize) -> Goal {
        goal(n)
    }

    /// The county of number `n`.
    pub fn county(&self, n: usize) -> &County {
        &self.counties[n % self.counties.len()]
    }

    /// The application of number `n`.
    pub fn number(&self, n: usize) -> ApplicationNumber {
        let sequence = (FIRST_SEQUENCE + n / self.counties.len()) as i64;
        ApplicationNumber { year: YEAR, book: self.county(n).book, sequence }
    }

    /// Rows of the tables that were filled.
    pub async fn rows(&self, house: &House) -> Result<Value, Wrong> {
        let counted: Result<Vec<(String, i64)>, Failure> =
            house.office.store.read("rows", |tx| Box::pin(crowd::counted(tx))).await;
        Ok(counted?
            .into_iter()
            .map(|(table, rows)| (table, Value::from(rows)))
            .collect::<serde_json::Map<_, _>>()
            .into())
    }

    /// What was made, for the figures.
    pub fn described(&self) -> Value {
        json!({ "counties": self.counties.len(), "families": self.families })
    }
}

fn goal(n: usize) -> Goal {
    let mut left = mixed(n) % 100;
    for (goal, many) in WEIGHTS {
        if left < *many {
            return *goal;
        }
        left -= many;
    }
    Goal::Submitted
}

/// The student of number `n`: name, ID number, phone.
pub fn student(n: usize) -> (String, IdNumber, String) {
    let dice = mixed(n ^ 0x5151);
    let mut name = SURNAMES[dice % SURNAMES.len()].to_owned();
    name += GIVEN[dice / 37 % GIVEN.len()];
    if !dice.is_multiple_of(5) {
        name += GIVEN[dice / 1_511 % GIVEN.len()];
    }
    let sex = if n.is_multiple_of(2) { Sex::Female } else { Sex::Male };
    let born_on = date(2007, 9, 1) + TimeDelta::days((n % 300) as i64);
    (name, IdNumber::synthetic(1_000 + (n / 300) as u32, born_on, sex), format!("1990{:07}", 1_000_000 + n))
}

/// The parent of number `n`.
fn parent(n: usize) -> (String, IdNumber, String) {
    let dice = mixed(n ^ 0x7272);
    let name = format!("{}{}", SURNAMES[dice % SURNAMES.len()], GIVEN[dice / 41 % GIVEN.len()]);
    let born_on = date(1970, 1, 1) + TimeDelta::days((n % 3_000) as i64);
    (name, IdNumber::synthetic(1_000 + (n / 3_000) as u32, born_on, Sex::Male), format!("1990{:07}", 4_000_000 + n))
}

/// One family in the likeness of its pattern.
struct Likeness<'a> {
    office: &'a office::Office,
    pattern: &'a Family,
    county: &'a County,
    n: usize,
    key: i64,
    number: String,
    /// Words of the pattern and what stands for them.
    words: Vec<(String, String)>,
    /// Numbers of the pattern and what stands for them.
    numbers: Vec<(i64, i64)>,
}

impl<'a> Likeness<'a> {
    fn new(
        office: &'a office::Office,
        patterns: &'a [(Goal, Family)],
        county: &'a County,
        n: usize,
        counties: usize,
    ) -> Likeness<'a> {
        let goal = goal(n);
        let fitting: Vec<&Family> = patterns.iter().filter(|(known, _)| *known == goal).map(|(_, one)| one).collect();
        let pattern = fitting[mixed(n) / 100 % fitting.len()];
        let sequence = (FIRST_SEQUENCE + n / counties) as i64;
        let number = ApplicationNumber { year: YEAR, book: county.book, sequence };
        Likeness {
            office,
            pattern,
            county,
            n,
            key: number.key(),
            number: number.to_string(),
            words: Vec::new(),
            numbers: Vec::new(),
        }
    }

    fn family(mut self) -> Family {
        let mut family = self.pattern.clone();
        let student = self.human(&mut family.student, student(self.n), "student");
        let parent = family.co.as_mut().map(|co| self.human(co, parent(self.n), "co_borrower"));
        let row = &mut family.application;
        self.words.push((row.number.clone(), self.number.clone()));
        self.numbers.push((row.application, self.key));
        let county = loan::policy::reference::division(&self.county.code).map_or("", |division| division.code);
        let home = office::number::ApplicationNumber::of(row.book, row.application);
        self.words.push((home.to_string(), self.number.clone()));
        self.words.push((self.pattern_county(), county.to_owned()));
        for (at, contract) in family.contracts.iter_mut().enumerate() {
            let sequence = (2 * (FIRST_SEQUENCE as i64 + self.key % 1_000_000)) + at as i64;
            let number = ContractNumber { year: YEAR, book: self.county.book, sequence };
            self.numbers.push((contract.contract, number.key()));
            self.words.push((contract.number.clone(), number.to_string()));
        }
        for (certificate, _) in &mut family.certificates {
            let code = receipt_code(self.office.chance.as_ref());
            self.words.push((std::mem::replace(&mut certificate.code, code.clone()), code));
        }
        let (book, key) = (self.county.book, self.key);
        let since = TimeDelta::seconds((mixed(self.n ^ 0x33) % 2_000_000) as i64);
        (row.book, row.application, row.number) = (book, key, self.number.clone());
        (row.student_name, row.co_name) = (student, row.co_name.as_ref().and(parent));
        row.changed_at -= since;
        family.answers = family.answers.as_ref().map(|text| self.json(text));
        for fact in &mut family.facts {
            (fact.book, fact.subject_id) = (book, key);
            (fact.actor, fact.detail) = (self.word(&fact.actor), self.json(&fact.detail));
        }
        for contract in &mut family.contracts {
            (contract.book, contract.application) = (book, key);
            (contract.contract, contract.number) = (self.swapped(contract.contract), self.word(&contract.number));
            (contract.student_name, contract.co_name) =
                (self.word(&contract.student_name), contract.co_name.as_ref().map(|name| self.word(name)));
            contract.terms = self.json(&contract.terms);
        }
        for tick in &mut family.ticks {
            (tick.book, tick.application) = (book, key);
        }
        for (at, paper) in family.papers.iter_mut().enumerate() {
            paper.paper = 1_000_000 + key % 1_000_000 * 16 + at as i64;
            paper.code = paper_code(book, self.office.chance.as_ref());
            (paper.book, paper.subject_id, paper.number) =
                (book, self.swapped(paper.subject_id), self.word(&paper.number));
        }
        if let Some(receipt) = &mut family.receipt {
            (receipt.book, receipt.application) = (book, key);
        }
        if let Some((_, seen, code)) = &mut family.school {
            (seen.book, seen.application, seen.number) = (book, key, self.word(&seen.number));
            (seen.student_name, seen.contract) =
                (self.word(&seen.student_name), seen.contract.map(|one| self.swapped(one)));
            *code = code.as_ref().map(|code| self.word(code));
        }
        if let Some(bank) = &mut family.bank {
            (bank.book, bank.application, bank.contract) = (book, key, self.swapped(bank.contract));
            (bank.number, bank.student_name) = (self.word(&bank.number), self.word(&bank.student_name));
        }
        for loan in &mut family.loans {
            (loan.book, loan.contract) = (book, self.swapped(loan.contract));
        }
        family
    }

    /// Puts somebody else into the place of a person; answers the new name.
    fn human(&mut self, human: &mut Human, new: (String, IdNumber, String), part: &str) -> String {
        let keyring = self.office.store.keyring();
        let person = |id_number: &str| store::person::number_of(&keyring.id_index(id_number));
        let (name, id_number, phone) = new;
        let (before, after) = (person(&human.id_number), person(id_number.as_str()));
        self.numbers.push((before, after));
        self.words.push((format!("{part}:{before}"), format!("{part}:{after}")));
        self.words.push((human.id_number.clone(), id_number.as_str().to_owned()));
        self.words.push((human.name.clone(), name.clone()));
        if let Some(old) = &human.phone {
            self.words.push((old.clone(), phone.clone()));
        }
        (human.born_on, human.sex) =
            (id_number.born_on(), if id_number.sex() == Sex::Male { "male" } else { "female" }.to_owned());
        (human.id_number, human.name) = (id_number.as_str().to_owned(), name.clone());
        human.phone = human.phone.as_ref().map(|_| phone);
        name
    }

    fn pattern_county(&self) -> String {
        let co = self.pattern.answers.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        co.and_then(|answers| answers["co_borrower"]["household_county"].as_str().map(str::to_owned))
            .unwrap_or_else(|| "450302".to_owned())
    }

    fn swapped(&self, number: i64) -> i64 {
        self.numbers.iter().find(|(before, _)| *before == number).map_or(number, |(_, after)| *after)
    }

    fn word(&self, word: &str) -> String {
        self.words.iter().find(|(before, _)| before == word).map_or_else(|| word.to_owned(), |(_, after)| after.clone())
    }

    fn json(&self, text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Ok(mut value) => {
                self.exchange(&mut value);
                value.to_string()
            }
            Err(_) => text.to_owned(),
        }
    }

    fn exchange(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.word(text),
            Value::Number(number) => {
                if let Some(known) = number.as_i64() {
                    *value = Value::from(self.swapped(known));
                }
            }
            Value::Array(all) => all.iter_mut().for_each(|one| self.exchange(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.exchange(one)),
            Value::Null | Value::Bool(_) => {}
        }
    }
}

/// Opens further county centres, each with a book, a clerk and somebody who runs the hall.
async fn establish(house: &House, many: usize) -> Result<Vec<County>, Wrong> {
    let setup = Actor::system("setup");
    let offices: Result<Vec<store::office_place::Office>, Failure> =
        house.office.store.read("offices", |tx| Box::pin(store::office_place::list(tx))).await;
    let offices = offices?;
    let taken: Vec<&str> = offices.iter().filter_map(|office| office.division_code.as_deref()).collect();
    let serving: Vec<i64> = offices
        .iter()
        .filter(|office| ["bank", "platform", "province"].contains(&office.kind.as_str()))
        .map(|office| office.office_id)
        .collect();
    let from_on = house.office.business_on().await?;
    let divisions = loan::policy::reference::divisions();
    let free = divisions.iter().filter(|one| {
        one.level == "county" && one.code.starts_with("45") && !taken.contains(&one.code) && one.name.ends_with('县')
    });
    let mut counties = Vec::new();
    for division in free.take(many) {
        let act = EstablishOffice {
            kind: OfficeKind::County,
            name: format!("{}学生资助管理中心（示范）", division.name),
            division_code: Some(division.code.to_owned()),
            school_code: None,
            address: "示范路1号".to_owned(),
            phone: "0770-0000000".to_owned(),
            hours: "工作日 9:00 至 17:30".to_owned(),
        };
        let office = house.act(&setup, act).await?;
        let book = OpenBook {
            scheme: "origin".to_owned(),
            name: format!("{}生源地信用助学贷款", division.name),
            division_code: Some(division.code.to_owned()),
        };
        let book = house.act(&setup, book).await?;
        for office in serving.iter().chain([&office]) {
            house.act(&setup, ServeBook { book, office: *office, from_on }).await?;
        }
        let mut staff = Vec::new();
        for (at, (word, role)) in [("clerk", Role::CountyClerk), ("hall", Role::HallManager)].into_iter().enumerate() {
            let id = IdNumber::synthetic((2 * counties.len() + at) as u32, date(1969, 3, 1), Sex::Female);
            let open = OpenStaff {
                login: format!("{word}-{}", division.code),
                name: "何桂芳".to_owned(),
                office,
                id_number: Some(id.as_str().to_owned()),
                password: office::number::token(house.office.chance.as_ref()),
            };
            let opened = house.office.open_staff(&setup, &house.key(), open).await.map_err(said("open_staff"))?;
            house.act(&setup, SetRole { staff: opened, role, held: true }).await?;
            staff.push(opened);
        }
        counties.push(County { code: division.code.to_owned(), book, clerk: staff[0], manager: staff[1] });
    }
    if counties.len() < many {
        return Err(Wrong(format!("the list has only {} counties to open", counties.len())));
    }
    Ok(counties)
}
