//! 培训: planned, with its list, who came, what was handed out, and when it is over. County and university hold their
//! own kinds on the same pages.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::origination::record_quiz::RecordQuiz;
use office::training::Kind;
use office::training::attend::{DeliverMaterial, MarkAttendance};
use office::training::close::CloseTraining;
use office::training::enrol::EnrolAttendee;
use office::training::plan::{PlanSeason, PlanTraining, Setting};
use office::training::view::TrainingView;

use super::{crumb, done, perform, refusal};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary, select};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::{day_week, iso};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};
use crate::words::trainings as words;

/// `/school` or `/county`.
fn desk_of(visit: &Visit) -> &'static str {
    if visit.path.starts_with("/school") { "/school" } else { "/county" }
}

fn kinds(visit: &Visit) -> Vec<(String, String)> {
    let mine = |kind: &Kind| visit.is(kind.held_by());
    Kind::ALL.into_iter().filter(mine).map(|kind| (kind.code().to_owned(), words::kind(kind).to_owned())).collect()
}

fn name_of(training: &TrainingView) -> &str {
    if training.title.is_empty() { words::kind(training.kind) } else { &training.title }
}

/// All trainings of the office.
pub async fn page(visit: Visit) -> Answer {
    show_list(&visit, &Form::default(), &Mistakes::none(), None).await
}

/// Plans one training, or a whole season.
pub async fn plan(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let setting = Setting {
        title: reading.optional("title", "名称", 60).unwrap_or_default(),
        from_time: reading.text("from_time", "开始时间", 5),
        to_time: reading.text("to_time", "结束时间", 5),
        place: reading.text("place", "地点", 60),
        held_by: reading.text("held_by", "主讲人", 40),
    };
    let season = visit.form.text("do") == "season";
    let outcome = if season {
        match reading.finish(PlanSeason { setting }) {
            Ok(act) => perform(&visit, "", act).await?,
            Err(mistakes) => return show_list(&visit, &visit.form, &mistakes, None).await,
        }
    } else {
        let kinds = kinds(&visit);
        let codes: Vec<&str> = kinds.iter().map(|(code, _)| code.as_str()).collect();
        let kind = Kind::of(reading.choice("kind", "哪一种培训", &codes)).ok_or(Stop::Forbidden)?;
        let on_day = reading.day("on_day", "日期");
        match reading.finish(PlanTraining { kind, on_day, setting }) {
            Ok(act) => perform(&visit, "", act).await?,
            Err(mistakes) => return show_list(&visit, &visit.form, &mistakes, None).await,
        }
    };
    match outcome {
        Ok(planned) if !season => visit.see(&format!(
            "{}/training/{}",
            desk_of(&visit),
            planned.trainings.first().copied().unwrap_or_default()
        )),
        Ok(_) => visit.see(&format!("{}/training?done=season", desk_of(&visit))),
        Err(refused) => show_list(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn show_list(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let all = visit.office().trainings(&visit.actor).await?;
    let here = format!("{}/training", desk_of(visit));
    let filled = Filled { values, mistakes };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(visit), "工作台")], "培训"))
            div.title { h1 { "培训" } }
            (refusal(refused))
            (error_summary(mistakes))
            (done(if visit.query.has("done") { "这一季的培训都排好了。" } else { "" }))
            div.grid.g-main {
                section.panel aria-label="培训" {
                    @if all.is_empty() { (empty("还没有安排培训。", html! { "在右边填好时间和地点，就能安排。" })) } @else {
                        div.scroll tabindex="0" role="region" aria-label="培训" {
                            table.data.dense {
                                caption.vh { "培训，新的在前" }
                                thead { tr { th scope="col" { "培训" } th scope="col" { "时间" } th scope="col" { "地点" } th scope="col" { "主讲人" } th.n scope="col" { "名册" } th.n scope="col" { "到场" } th scope="col" { "现在" } } }
                                tbody { @for one in &all { tr {
                                    th scope="row" { a href={ (here) "/" (one.number) } { (name_of(one)) } }
                                    td { (iso(one.on_day)) " " (one.times.0) "–" (one.times.1) }
                                    td { (one.place) } td { (one.held_by) }
                                    td.n { (one.list.len()) } td.n { (one.attended()) }
                                    td { @if one.closed_on.is_some() { (bare_tag(Tone::Done, "办结")) } @else if one.on_day > visit.today() { (bare_tag(Tone::Wait, "还没开始")) } @else { (bare_tag(Tone::Act, "要签到、办结")) } }
                                } } }
                            }
                        }
                    }
                }
                section.panel aria-labelledby="np" {
                    h2 #np { "安排一场" }
                    form method="post" action=(here) data-keep {
                        (visit.hidden())
                        (select(filled, "kind", "哪一种", "", "请选择", &kinds(visit)))
                        (Text::new("title", "名称").hint("可以不填，用平常的叫法。").draw(filled))
                        (Text::new("on_day", "日期").hint("例如 2026-08-03。").shape("w11", "text").draw(filled))
                        (Text::new("from_time", "开始").hint("例如 09:00。").shape("w8", "text").draw(filled))
                        (Text::new("to_time", "结束").hint("例如 12:00。").shape("w8", "text").draw(filled))
                        (Text::new("place", "地点").hint("房间，或者班级群的名称。").draw(filled))
                        (Text::new("held_by", "主讲人").draw(filled))
                        div.btns {
                            button.btn name="do" value="one" { "安排这一场" }
                            @if desk_of(visit) == "/county" { button.btn.btn-2 name="do" value="season" { "按规定排满一季贷前培训" } }
                        }
                        @if desk_of(visit) == "/county" { p.hint.mt2 { "有的县规定了培训的起止日期，每周一场。按规定排时，不用填日期。" } }
                    }
                }
            }
        }
    };
    let page = visit.desk("培训").at(&here).mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn number_of(visit: &Visit) -> Result<i64, Stop> {
    visit.param("training").parse().map_err(|_| Stop::NotFound)
}

/// One training.
pub async fn view(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None).await
}

/// Everything that is done at one training.
pub async fn act(visit: Visit) -> Answer {
    let training = number_of(&visit)?;
    let mut reading = Reading::of(&visit.form);
    let numbers = |name| visit.form.all(name).filter_map(|text| text.parse().ok()).collect::<Vec<i64>>();
    let outcome = match visit.form.text("do") {
        "enrol" => {
            let act = EnrolAttendee {
                training,
                name: reading.text("name", "姓名", 50),
                id_number: reading.optional("id_number", "身份证号", 30).unwrap_or_default(),
                belongs_to: reading.optional("belongs_to", "单位或班级", 60).unwrap_or_default(),
            };
            match reading.finish(act) {
                Ok(act) => perform(&visit, "", act).await?,
                Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
            }
        }
        "mark" => {
            let act = MarkAttendance { training, attended: numbers("attended"), know: numbers("know") };
            perform(&visit, "", act).await?
        }
        "deliver" => {
            let what = visit.form.text("what").to_owned();
            perform(&visit, "", DeliverMaterial { training, what }).await?
        }
        "close" => perform(&visit, "", CloseTraining { training }).await?,
        "quiz" => {
            let act = RecordQuiz {
                id_number: reading.text("quiz_id", "身份证号", 30),
                session: visit.form.text("session").to_owned(),
                questions: reading.number("questions", "总题数", 1..=500),
                right: reading.number("right", "答对题数", 0..=500),
            };
            match reading.finish(act) {
                Ok(act) => perform(&visit, "", act).await?.map(drop),
                Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
            }
        }
        _ => return Err(Stop::NotFound),
    };
    match outcome {
        Ok(()) => visit.see(&format!("{}/training/{training}?done=yes", desk_of(&visit))),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let training = visit.office().training(&visit.actor, number_of(visit)?).await?;
    let list = format!("{}/training", desk_of(visit));
    let here = format!("{list}/{}", training.number);
    let filled = Filled { values, mistakes };
    let open = training.closed_on.is_none();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(visit), "工作台"), (&list, "培训")], name_of(&training)))
            div.title { h1 { (name_of(&training)) " " small.mut.fw4 { (day_week(training.on_day)) " " (training.times.0) "–" (training.times.1) "，" (training.place) "，" (training.held_by) } } }
            (refusal(refused))
            (error_summary(mistakes))
            (done(if visit.query.has("done") { "已登记。" } else { "" }))
            @if let Some(day) = training.closed_on { p.note { b { "办结。" } (iso(day)) "，到场 " (training.attended()) " 人。" } }
            div.grid.g-main {
                div {
                    section.panel aria-labelledby="ls" {
                        h2 #ls { "名册和签到 " small.mut { (training.list.len()) " 人，到场 " (training.attended()) " 人" } }
                        (roll(visit, &training, &here, open))
                    }
                    @if open { (enrol(visit, &training, &here, filled)) }
                }
                div {
                    @if !training.parts.is_empty() {
                        section.panel aria-labelledby="pt" { h2 #pt { "讲什么" } ol.steps { @for part in &training.parts { li { (part.words()) } } } }
                    }
                    (papers(visit, &training, &here, open, filled))
                    @if training.kind == Kind::Borrowers { (quiz(visit, &training, &here, filled)) }
                    @if open {
                        section.panel.mt3 aria-labelledby="cl" {
                            h2 #cl { "办结" }
                            p.hint { (when_over(training.kind)) }
                            div.btns { (super::button(visit, &here, "btn-2", "办结这场培训", &[("do", "close")])) }
                        }
                    }
                }
            }
        }
    };
    let page = visit.desk(name_of(&training)).at(&list).mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// What a training is over with.
const fn when_over(kind: Kind) -> &'static str {
    match kind {
        Kind::Leavers => "四份材料都发到群里，名册上的人都说得出何时还款、如何还款，才能办结。",
        Kind::HeadTeachers => "名册上的班主任都到场，才能办结。",
        Kind::Staff => "有人到场，用了什么材料登记下来，才能办结。",
        _ => "有人到场就能办结。办结以后不能再改。",
    }
}

fn roll(visit: &Visit, training: &TrainingView, here: &str, open: bool) -> Markup {
    let knows = training.kind == Kind::Leavers;
    let quiz = training.kind == Kind::Borrowers;
    html! {
        @if training.list.is_empty() {
            (empty("名册还是空的。", html! { "一个一个加，或者上传名册。" }))
        } @else {
            form method="post" action=(here) {
                (visit.hidden())
                input type="hidden" name="do" value="mark";
                div.scroll tabindex="0" role="region" aria-labelledby="ls" {
                    table.data.dense {
                        caption.vh { "名册和签到" }
                        thead { tr { th scope="col" { "姓名" } th scope="col" { "单位或班级" } th scope="col" { "到场" } @if knows { th scope="col" { "知道何时还款、如何还款" } } @if quiz { th scope="col" { "考核" } } } }
                        tbody { @for one in &training.list { tr {
                            th scope="row" { (one.name) }
                            td { (one.belongs_to) }
                            td { input type="checkbox" name="attended" value=(one.number) checked[one.attended] disabled[!open] aria-label={ (one.name) "到场" }; }
                            @if knows { td { input type="checkbox" name="know" value=(one.number) checked[one.knows] disabled[!open] aria-label={ (one.name) "知道何时还款、如何还款" }; } }
                            @if quiz { td { @match one.quiz {
                                Some((score, true)) => (bare_tag(Tone::Done, &format!("通过，{score} 分"))),
                                Some((score, false)) => (bare_tag(Tone::Act, &format!("没通过，{score} 分"))),
                                None => (bare_tag(Tone::Wait, "没考")),
                            } } }
                        } } }
                    }
                }
                @if open { div.btns { button.btn { "存下签到" } } }
            }
        }
    }
}

fn enrol(visit: &Visit, training: &TrainingView, here: &str, filled: Filled<'_>) -> Markup {
    html! {
        section.panel.mt3 aria-labelledby="en" {
            div.lr { h2 #en { "加到名册" } a href={ (desk_of(visit)) "/import/attendees?training=" (training.number) } { "上传名册" } }
            form method="post" action=(here) {
                (visit.hidden())
                input type="hidden" name="do" value="enrol";
                (Text::new("name", "姓名").shape("w11", "text").draw(filled))
                @if training.kind.of_borrowers() { (Text::new("id_number", "身份证号").shape("w18", "text").draw(filled)) }
                (Text::new("belongs_to", "单位或班级").hint("没有可以不填。").draw(filled))
                div.btns { button.btn.btn-2 { "加上" } }
            }
        }
    }
}

fn papers(visit: &Visit, training: &TrainingView, here: &str, open: bool, filled: Filled<'_>) -> Markup {
    let given = |code: &str| training.delivered.iter().any(|paper| paper.what == code);
    html! {
        section.panel.mt3 aria-labelledby="mt" {
            h2 #mt { "发了什么材料" }
            ul.rows {
                @for paper in &training.delivered { li { div.lr { span { (words::material(&paper.what)) } span { (bare_tag(Tone::Done, "已发")) " " (iso(paper.on)) } } } }
                @for code in training.kind.materials().iter().copied().filter(|code| !given(code)) {
                    li { div.lr { span { (words::material(code)) } @if open { (super::button(visit, here, "btn-2", "登记已发", &[("do", "deliver"), ("what", code)])) } } }
                }
            }
            @if open {
                details.more {
                    summary { "登记别的材料" }
                    form method="post" action=(here) {
                        (visit.hidden())
                        input type="hidden" name="do" value="deliver";
                        (Text::new("what", "材料名称").draw(filled))
                        div.btns { button.btn.btn-2 { "登记" } }
                    }
                }
            }
        }
    }
}

fn quiz(visit: &Visit, training: &TrainingView, here: &str, filled: Filled<'_>) -> Markup {
    let session = format!("{} {} {}–{}", training.place, training.on_day, training.times.0, training.times.1);
    html! {
        section.panel.mt3 aria-labelledby="qz" {
            div.lr { h2 #qz { "考核成绩" } a href="/county/import/quiz_results" { "批量导入" } }
            p.hint { "签到的学生当天可以用手机答题，成绩自动记下。纸质答题的在这里登记；没通过的，下一场再考。" }
            form method="post" action=(here) {
                (visit.hidden())
                input type="hidden" name="do" value="quiz";
                input type="hidden" name="session" value=(session);
                (Text::new("quiz_id", "学生身份证号").shape("w18", "text").draw(filled))
                (Text::new("questions", "总题数").shape("w8", "numeric").draw(filled))
                (Text::new("right", "答对题数").shape("w8", "numeric").draw(filled))
                div.btns { button.btn.btn-2 { "登记成绩" } }
            }
        }
    }
}
