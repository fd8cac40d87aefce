//! The acts as programs reach them: the same roles, the same refusals, each sending with its key.

use axum::body::Body;
use axum::http::{StatusCode, header};
use office::Role;
use serde_json::{Value, json};

use super::kit::{Browser, COUNTY, Town};
use super::student::{answered, registered};
use crate::acts::NAMES;

/// A program that holds somebody's token.
struct Program<'b> {
    browser: &'b Browser,
    token: String,
}

impl<'b> Program<'b> {
    async fn of_staff(browser: &'b Browser, staff: i64) -> Program<'b> {
        let opened = browser.town.site.enter_as_staff(staff).await.unwrap();
        Program { browser, token: opened.token }
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = self.browser.request("POST", path).header(header::CONTENT_TYPE, "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let seen = self.browser.send(request.body(Body::from(body.to_string())).unwrap()).await;
        (seen.status, serde_json::from_str(&seen.text).unwrap())
    }

    async fn act(&self, name: &str, key: &str, body: Value) -> (StatusCode, Value) {
        self.post(&format!("/api/v1/acts/{name}"), key, &body).await
    }

    async fn done(&self, name: &str, key: &str, body: Value) -> Value {
        let (status, answer) = self.act(name, key, body).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        answer
    }

    async fn refused(&self, name: &str, key: &str, body: Value, code: &str) -> Value {
        let (status, answer) = self.act(name, key, body).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!(code)), "{name}: {answer}");
        answer
    }

    async fn case(&self, number: &str) -> (StatusCode, Value) {
        let request = self.browser.request("GET", &format!("/api/v1/applications/{number}"));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let seen = self.browser.send(request.body(Body::empty()).unwrap()).await;
        (seen.status, serde_json::from_str(&seen.text).unwrap())
    }
}

#[test]
fn the_address_of_an_act_is_its_name() {
    for (path, name) in NAMES {
        assert_eq!(path, name);
    }
}

#[tokio::test]
async fn an_application_goes_from_the_first_answer_to_the_signature_by_json() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 61).await;
    browser.cookies.clear();
    let nobody = Program { browser: &browser, token: "0".repeat(64) };
    let id = loan::policy::id_number::IdNumber::synthetic(
        61,
        loan::calendar::date(1998, 3, 12),
        loan::policy::id_number::Sex::Male,
    );
    let login = |password: &str| json!({ "login": id.as_str(), "password": password, "door": "student" });
    let (status, answer) = nobody.post("/api/v1/login", "", &login("青山绿水常相伴")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("wrong_name_or_password")), "{answer}");
    let (status, answer) = nobody.post("/api/v1/login", "", &login("青山绿水常相伴随")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let student = Program { browser: &browser, token: answer["token"].as_str().unwrap().to_owned() };

    let (status, answer) = nobody.act("open_draft", "nobody-01", json!({ "county": COUNTY })).await;
    assert_eq!((status, &answer["code"]), (StatusCode::UNAUTHORIZED, &json!("log_in")));
    let (status, answer) = student.act("open_draft", "", json!({ "county": COUNTY })).await;
    assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency_key_missing")));
    let (_, answer) = student.act("open_draft", "draft-001", json!({ "county": COUNTY, "colour": "red" })).await;
    assert_eq!((&answer["code"], &answer["field"]), (&json!("misformed"), &json!("colour")));
    let (_, answer) = student.act("open_draft", "draft-001", json!({})).await;
    assert_eq!((&answer["code"], &answer["field"]), (&json!("misformed"), &json!("county")));
    let number = student.done("open_draft", "draft-001", json!({ "county": COUNTY })).await["number"].clone();
    let again = student.done("open_draft", "draft-001", json!({ "county": COUNTY })).await;
    assert_eq!(again["number"], number, "the same key, the same answer");
    student.refused("open_draft", "draft-001", json!({ "county": "450303" }), "idempotency_key_reused").await;

    let save = async |section: &str, fields: Value| {
        let key = format!("section-{section}");
        student.done("save_answers", &key, json!({ "number": number, "section": section, "fields": fields })).await
    };
    save(
        "study",
        json!({ "school_code": "4133010335", "department": "", "major": "土木工程", "level": "undergraduate",
        "programme_years": "4", "grade": "1", "tuition": "5800", "accommodation": "1200" }),
    )
    .await;
    save(
        "family",
        json!({ "address": "甲路 1 号", "contact_name": "陈国梁", "contact_phone": "13700005530",
        "hardship": "minimum_living_allowance", "orphan": "no", "one_household_book": "yes" }),
    )
    .await;
    let parent = loan::policy::id_number::IdNumber::synthetic(
        77,
        loan::calendar::date(1978, 3, 12),
        loan::policy::id_number::Sex::Male,
    );
    save(
        "co_borrower",
        json!({ "relation": "father", "name": "陈国强", "id_number": parent.as_str(), "phone": "13700005530",
        "household_county": COUNTY, "willing_and_capable": "yes" }),
    )
    .await;
    save("request", json!({ "amount": "12000", "matures_in": "2045" })).await;
    let submit = |consent: bool| json!({ "number": number, "truthful": true, "consent_sensitive": true, "consent_credit": consent });
    let no = student.refused("submit", "submit-01", submit(false), "consent_missing").await;
    assert_eq!((&no["why"][0]["doc"], &no["why"][0]["article"]), (&json!("sdvcst-2022"), &json!("27")));
    student.done("submit", "submit-02", submit(true)).await;
    student.refused("submit", "submit-03", submit(true), "already_submitted").await;

    let number = number.as_str().unwrap();
    let foreign = Program::of_staff(&browser, 200).await;
    assert_eq!(foreign.case(number).await.0, StatusCode::NOT_FOUND, "another county does not find it");
    let arrive = json!({ "number": number, "borrower": true, "co_borrower": true, "proxy": false });
    assert_eq!(foreign.act("arrive", "arrive-01", arrive.clone()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(student.act("arrive", "arrive-02", arrive.clone()).await.0, StatusCode::FORBIDDEN);
    let clerk = Program::of_staff(&browser, Town::staff(Role::CountyClerk)).await;
    clerk.done("arrive", "arrive-03", arrive).await;
    clerk.refused("accept", "accept-01", json!({ "number": number }), "materials_missing").await;
    let (_, case) = clerk.case(number).await;
    assert!(case["findings"].as_array().unwrap().iter().all(|found| found["why"]["doc"].is_string()), "{case}");
    for material in case["materials"].as_array().unwrap() {
        let code = &material["material"];
        let tick = json!({ "number": number, "material": code, "complete": true, "note": "" });
        clerk.done("tick_material", &format!("tick-{}", code.as_str().unwrap()), tick).await;
    }
    for rule in case["to_override"].as_array().unwrap() {
        let set_aside = json!({ "number": number, "rule": rule, "reason": "家庭情况属实", "evidence": "村委会证明" });
        clerk.done("override_rule", &format!("rule-{}", rule.as_str().unwrap()), set_aside).await;
    }
    if case["certification_needed"] == true {
        clerk.done("certify", "certify-01", json!({ "number": number, "basis": "最低生活保障证" })).await;
    }
    clerk.done("accept", "accept-02", json!({ "number": number })).await;
    let contract = clerk.done("generate_contract", "contract-1", json!({ "number": number })).await["contract"].clone();
    let sign = json!({ "number": number, "contract": contract, "fingerprints": true, "names_match": true });
    for by in ["borrower", "co_borrower"] {
        clerk.done("confirm_read", &format!("read-{by}"), json!({ "number": number, "by": by })).await;
    }
    clerk.done("sign", "sign-0001", sign).await;
    assert_eq!(clerk.case(number).await.1["stage"], "contract_signed");
}

#[tokio::test]
async fn pages_and_programs_see_the_same_application() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 62).await;
    let number = answered(&mut browser).await;
    let token = browser.cookies.iter().find_map(|cookie| cookie.strip_prefix("zhuxue=")).unwrap().to_owned();
    browser.cookies.clear();
    let (status, case) = Program { browser: &browser, token }.case(&number).await;
    assert_eq!((status, &case["stage"]), (StatusCode::OK, &json!("draft")), "{case}");
    assert_eq!(case["contract"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_registers_a_person_and_signs_a_renewal_without_a_visit() {
    use office::application::answers::Section;
    use office::origination as o;
    use office::testing::{COLLEGE, WEICHENG, world};
    let world = world(loan::calendar::date(2026, 8, 10)).await;
    world.bank_staff().await;
    let browser = Browser::over(world.office.clone());
    let nobody = Program { browser: &browser, token: "0".repeat(64) };
    let id = loan::policy::id_number::IdNumber::synthetic(
        6310,
        loan::calendar::date(2001, 5, 1),
        loan::policy::id_number::Sex::Female,
    );
    let person =
        json!({ "name": "林小满", "id_number": id.as_str(), "phone": "13900006310", "password": "kite2mango!blue" });
    let (status, answer) = nobody.post("/api/v1/register", "register-1", &person).await;
    assert_eq!((status, &answer["registered"]), (StatusCode::OK, &json!(true)), "{answer}");
    let (status, answer) = nobody.post("/api/v1/register", "register-2", &person).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("already_registered")), "{answer}");
    let entrance = json!({ "login": "13900006310", "password": "kite2mango!blue", "door": "student" });
    let (status, answer) = nobody.post("/api/v1/login", "", &entrance).await;
    assert!(status == StatusCode::OK && answer["token"].is_string(), "{answer}");

    let student = world.student(6311).await;
    world.paid_out(&student).await;
    world.move_to(loan::calendar::date(2027, 6, 1)).await;
    let number = world.draft(&student, "370702").await;
    world.fill(&student, &number, "370702", "8000", "2040").await;
    let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
    world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
    world.submit(&student, &number).await;
    let opened = world.office.enter_as_person(student.person, office::accounts::entrance::Door::Student).await.unwrap();
    let program = Program { browser: &browser, token: opened.token };
    let one = || json!({ "number": number });
    let page = program.done("begin_face_check", "", one()).await["page_url"].as_str().unwrap().to_owned();
    let waits = program.done("finish_face_check", "face-0001", one()).await;
    assert_eq!((&waits["waiting"], &waits["matched"]), (&json!(true), &json!(false)));
    let session = page.rsplit('/').next().unwrap();
    world.sandbox.decide_face(session, true).await.unwrap();
    assert_eq!(program.done("finish_face_check", "face-0002", one()).await["matched"], json!(true));
    let (clerk, school) = (world.clerk(WEICHENG), world.school(COLLEGE));
    for confirms in [&school, &clerk] {
        world.done(confirms, o::confirm_statement::ConfirmStatement { number: number.clone() }).await;
    }
    world.done(&clerk, o::accept::Accept { number: number.clone() }).await;
    world.done(&clerk, o::generate_contract::GenerateContract { number: number.clone() }).await;
    program.refused("e_sign", "sign-0001", one(), "not_read").await;
    let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| code);
    program
        .refused("confirm_read", "read-0000", json!({ "number": number, "by": "borrower" }), "chapter_not_read")
        .await;
    let read = json!({ "number": number, "by": "borrower", "chapters": chapters });
    program.done("confirm_read", "read-0001", read).await;
    assert_eq!(program.done("e_sign", "sign-0002", one()).await["signed"], json!(true));
    let staff = Program::of_staff(&browser, world.hire(WEICHENG, Role::CountyClerk).await).await;
    assert_eq!(staff.act("e_sign", "sign-0003", one()).await.0, StatusCode::FORBIDDEN);
}
