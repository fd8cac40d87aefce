//! A morning in the halls: windows open everywhere; in the first county families draw tickets, some are served, people are
//! trained and ask questions, so that the desk and the calling screen of a demonstration have something to show.

use chrono::Days;
use office::Actor;
use office::hall::Business::{self, First, Renewal, Service};
use office::hall::Side;
use office::hall::announce::Announce;
use office::hall::call::CallNext;
use office::hall::duty::PlanShift;
use office::hall::goods::StockHall;
use office::hall::question::{AnswerQuestion, AskQuestion};
use office::hall::set_day::SetDay;
use office::hall::set_times::SetTimes;
use office::hall::walk_in::WalkIn;
use office::hall::windows::SetWindow;
use office::training::Kind;
use office::training::attend::{DeliverMaterial, MarkAttendance};
use office::training::enrol::EnrolAttendee;
use office::training::plan::{PlanTraining, Setting};

use super::places::County;
use crate::Stopped;
use crate::steps::Steps;

/// Who comes, in order; invented like everybody here.
const FAMILIES: &[(Business, &str, &str)] = &[
    (First, "赵明月", "青石镇"),
    (First, "钱立群", "青石镇"),
    (Renewal, "孙小雨", ""),
    (First, "李思远", "白石乡"),
    (Service, "周建军", ""),
    (First, "吴桂英", "青石镇"),
    (Renewal, "郑海涛", ""),
    (First, "王春燕", "白石乡"),
    (First, "冯志强", "青石镇"),
    (Service, "陈国平", ""),
    (Renewal, "褚文静", ""),
    (First, "卫东升", "青石镇"),
    (First, "蒋玉兰", "白石乡"),
    (Service, "沈佳怡", ""),
    (First, "韩晓峰", "青石镇"),
    (First, "杨柳青", "青石镇"),
];

/// Fills the hall of one county on the business day of now.
pub async fn morning(steps: &Steps<'_>, county: &County) -> Result<(), Stopped> {
    let (hall, clerk) = (&county.hall, &county.clerk);
    let today = steps.office.business_on().await?;
    open(steps, county).await?;
    for (ahead, town) in [(1, "青石镇"), (2, "白石乡"), (3, "红岭乡")] {
        let day = SetDay {
            on: today + Days::new(ahead),
            hours: Some(("07:30".to_owned(), "19:00".to_owned())),
            towns: vec![town.to_owned()],
            note: String::new(),
        };
        steps.act(hall, day).await?;
    }
    steps.act(hall, StockHall).await?;
    let notice = Announce {
        title: "生源地助学贷款正在办理".to_owned(),
        words: "分乡镇、分时段办理，请先在网上预约；没有预约的，到服务台取号也能办。".to_owned(),
        media: "县电视台、公众号".to_owned(),
        from_on: today,
        to_on: today + Days::new(30),
    };
    steps.act(hall, notice).await?;
    for (business, name, town) in FAMILIES {
        let family = WalkIn {
            business: *business,
            name: (*name).to_owned(),
            id_number: String::new(),
            town: (*town).to_owned(),
            first: false,
        };
        steps.act(clerk, family).await?;
    }
    call(steps, clerk).await?;
    trainings(steps, clerk).await
}

/// Opens the windows of a hall, its times of the next two weeks, and its telephone by day and night.
pub async fn open(steps: &Steps<'_>, county: &County) -> Result<(), Stopped> {
    let hall = &county.hall;
    let today = steps.office.business_on().await?;
    let windows: [(&[Business], bool); 6] = [
        (&[First, Renewal], false),
        (&[First, Renewal], false),
        (&[First], false),
        (&[Service], false),
        (&[First, Renewal], true),
        (&[Service], true),
    ];
    for (number, (serves, tidal)) in (1..).zip(windows) {
        let window = SetWindow { window_no: number, serves: serves.to_vec(), tidal, open: !tidal, staffed: 1 };
        steps.act(hall, window).await?;
    }
    for side in [Side::Loan, Side::Service] {
        let times = SetTimes {
            from_on: today + Days::new(1),
            to_on: today + Days::new(14),
            side,
            begins: "08:00".to_owned(),
            ends: "12:00".to_owned(),
            places: if side == Side::Loan { 8 } else { 3 },
            walk_in_percent: 25,
            free_days_too: false,
        };
        steps.act(hall, times).await?;
    }
    for (begins, ends, who) in [("08:00", "20:00", "陆文山"), ("20:00", "08:00", "秦漓江")] {
        let shift = PlanShift {
            on: today,
            begins: begins.to_owned(),
            ends: ends.to_owned(),
            duty: "phone".to_owned(),
            who: who.to_owned(),
            phone: "0773-5550101".to_owned(),
            volunteer: None,
            area: String::new(),
        };
        steps.act(hall, shift).await?;
    }
    Ok(())
}

/// The staff's own training of the year and one of head teachers, both held; and a briefing still to come.
async fn trainings(steps: &Steps<'_>, clerk: &Actor) -> Result<(), Stopped> {
    let today = steps.office.business_on().await?;
    let people: [(Kind, &str, &[&str]); 2] = [
        (Kind::Staff, "年度业务培训", &["何桂芳", "陆文山", "秦漓江"]),
        (Kind::HeadTeachers, "高三班主任政策宣讲专题培训班", &["蒋立平", "韦晓春", "覃建国", "莫玉兰"]),
    ];
    let setting = |title: &str, place: &str| Setting {
        title: title.to_owned(),
        from_time: "09:00".to_owned(),
        to_time: "12:00".to_owned(),
        place: place.to_owned(),
        held_by: "县资助中心".to_owned(),
    };
    for (kind, title, names) in people {
        let plan = PlanTraining { kind, on_day: today, setting: setting(title, "教育局四楼 401 室") };
        let planned = steps.act(clerk, plan).await?;
        let training = planned.trainings[0];
        for name in names {
            let (name, id_number, belongs_to) = ((*name).to_owned(), String::new(), "示范单位".to_owned());
            steps.act(clerk, EnrolAttendee { training, name, id_number, belongs_to }).await?;
        }
        let attended: Vec<i64> = (1..names.len() as i64).collect();
        steps.act(clerk, MarkAttendance { training, attended, know: Vec::new() }).await?;
        steps.act(clerk, DeliverMaterial { training, what: "政策问答手册".to_owned() }).await?;
    }
    let briefing = PlanTraining {
        kind: Kind::Briefing,
        on_day: today + Days::new(7),
        setting: setting("进校宣讲", "示范中学礼堂"),
    };
    steps.act(clerk, briefing).await.map(drop)
}

/// Questions of students to a county, some of them answered.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "我爸在外地打工，能不能让叔叔陪我去签字？",
        "首次贷款要父亲或母亲到场。父母确实办不了的，带证明来，其他近亲属可以。",
    ),
    ("学校还没录回执，是不是就贷不了了？", "先把受理证明交给学校资助中心，请他们在最后一天以前录入。"),
    ("续贷一定要到窗口吗？", ""),
];

/// Puts the questions and answers those that have an answer.
pub async fn questions(steps: &Steps<'_>, county: &County, students: &[Actor]) -> Result<(), Stopped> {
    for ((words, answer), student) in QUESTIONS.iter().zip(students) {
        let ask = AskQuestion { county: county.code.to_owned(), question: None, words: (*words).to_owned() };
        let question = steps.act(student, ask).await?;
        if !answer.is_empty() {
            let words = (*answer).to_owned();
            steps.act(&county.clerk, AnswerQuestion { question, words, close: true }).await?;
        }
    }
    Ok(())
}

/// Every window calls; two of them a second time, which ends their first visit.
async fn call(steps: &Steps<'_>, clerk: &Actor) -> Result<(), Stopped> {
    for window_no in [1, 2, 3, 4, 1, 2] {
        steps.act(clerk, CallNext { window_no }).await?;
    }
    Ok(())
}
