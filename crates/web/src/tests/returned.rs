//! A file that is given back: the clerk names each item, the family reads exactly that; and what a rule stops is told with
//! its words, its article and what to bring.

use axum::http::StatusCode;
use loan::calendar::date;
use office::Role;
use office::testing::{WEICHENG, arrival, typed, world};

use super::desks::{between, led_to, said_no, sent};
use super::kit::{Browser, assert_sound, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_file_shows_clerk_and_family_the_same_items() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6401).await;
    let number = world.submitted(&student, "370702").await;
    let mut browser = Browser::over(world.office.clone());
    let (case, materials) = (format!("/county/case/{number}"), format!("/student/progress/{number}/materials"));

    browser.become_student(student.person).await;
    let beforehand = words(&browser.get(&materials).await.text);
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    world.done(&world.clerk(WEICHENG), arrival(&number, true, true)).await;
    let page = browser.get(&case).await;
    let named = between(&page.text, "<ul class=\"mat\">", "</ul>")[0].to_owned();
    let items: Vec<String> = between(&named, "<label for=\"m", "</label>")
        .into_iter()
        .map(|label| label.split_once('>').expect("a label has words").1.to_owned())
        .collect();
    assert!(items.len() > 3, "{items:?}");
    for item in &items {
        assert!(beforehand.contains(item.as_str()), "the family knows {item} beforehand");
    }
    assert!(page.text.contains("复印件和原件一致，签名、姓名和系统一致"), "what a tick says");

    // One item passed; the others are offered as missing, and the clerk says which it really is.
    let code = between(&page.text, "name=\"material\" value=\"", "\"")[0].to_owned();
    let saved = sent(&browser, &case, &format!("{case}/check"), &[("material", &code), ("do", "save")]).await;
    led_to(&saved, &format!("{case}?done=check"));
    let step = format!("{case}/return");
    let form = browser.get(&step).await;
    assert_sound(&step, &form.text.replace(&number, ""));
    let offered = between(&form.text, "<option value=\"missing\" selected>", "</option>").len();
    assert_eq!(offered, items.len() - 1);
    let flaws: Vec<String> =
        between(&form.text, "name=\"flaw_", "\"").into_iter().map(|code| format!("flaw_{code}")).collect();
    let none = [("reason", "material_missing"), ("note", "补齐再来")];
    said_no(&sent(&browser, &step, &step, &none).await, "还没有选是哪一项材料");
    let named = [none[0], none[1], (flaws[1].as_str(), "missing"), (flaws[2].as_str(), "copy_differs")];
    led_to(&sent(&browser, &step, &step, &named).await, &format!("{case}?done=return"));
    let page = words(&browser.get(&case).await.text);
    assert!(page.contains("上次退回：缺这一项") && page.contains("上次退回：复印件和原件不一致"), "{page}");
    let history = words(&browser.get(&format!("{case}/history")).await.text).replace(' ', "");
    assert!(history.contains("材料有问题2项") && history.contains("到窗口1次"), "{history}");

    browser.become_student(student.person).await;
    for path in [format!("/student/progress/{number}"), format!("/student/apply/{number}")] {
        let seen = browser.get(&path).await;
        assert_sound(&path, &seen.text.replace(&number, ""));
        let seen = words(&seen.text).replace(' ', "");
        for (item, flaw) in [(&items[1], "缺这一项"), (&items[2], "复印件和原件不一致")] {
            let item = item.replace(' ', "");
            assert!(seen.contains(&format!("{item}：{flaw}")), "{path}: {item} in {seen}");
        }
        assert!(!seen.contains(&format!("{}：", items[0].replace(' ', ""))), "what passed is not named");
    }
    let list = words(&browser.get(&materials).await.text).replace(' ', "");
    assert_eq!(list.matches("上次退回：").count(), 2, "{list}");
    proof::proves!["R9.16", "R9.11"; page "/county/case/{number}/return"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_says_the_rule_and_what_to_bring() {
    let world = world(date(2016, 8, 1)).await;
    let student = world.student(6402).await;
    let number = world.draft(&student, "450302").await;
    world.fill(&student, &number, "450302", "8000", "2030").await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_student(student.person).await;
    let path = format!("/student/apply/{number}/check");
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let check = async |rule: &str, bring: &str| {
        let seen = browser.get(&path).await;
        let (csrf, once) = (seen.hidden("csrf"), seen.hidden("once"));
        let tokens = [("csrf", csrf.as_str()), ("once", once.as_str())];
        let form: Vec<(&str, &str)> = tokens.into_iter().chain(all).collect();
        let seen = browser.post(&path, &form).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{}", seen.text);
        let said = words(&seen.text).replace(' ', "");
        for words in [rule, bring, "依据：", "你填的内容都在，没有丢"] {
            assert!(said.contains(words), "{words} in {said}");
        }
        assert_sound(&path, &seen.text.replace(&number, ""));
    };
    // The quiz was not sat; then the co-borrower is registered in another county.
    check("首贷须通过贷款知识考核", "请").await;
    world.done(&world.clerk(office::testing::XIUFENG), office::testing::sitting(&student, 40, 50)).await;
    let parent =
        loan::policy::id_number::IdNumber::synthetic(400, date(1970, 1, 1), loan::policy::id_number::Sex::Male);
    let co = typed(&[
        ("name", "林建国"),
        ("id_number", parent.as_str()),
        ("relation", "father"),
        ("phone", "13700000001"),
        ("household_county", "370702"),
        ("willing_and_capable", "yes"),
    ]);
    let section = office::application::answers::Section::CoBorrower;
    let save = office::origination::save_answers::SaveAnswers { number: number.clone(), section, fields: co };
    world.done(&student.actor, save).await;
    check("共同借款人户籍在本县", "户口").await;
    proof::proves!["R6.16"; page "/student/apply/{number}/check"];
}
