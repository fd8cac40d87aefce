//! The JSON interface that needs no login: a quote, a replay, the rules of a day, and the document that describes all
//! of it, with the acts of [`crate::acts`].
//! Bodies and answers are those of the command line; errors are `application/problem+json`.

use loan::policy::{Book, Question, Scheme, show};
use maud::{Markup, html};
use office::calculation::{NotCalculated, quote as quoted, replay as replayed};
use serde_json::{Value, json};

use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, json as answer};

/// Room for the longest list of events.
pub const BODY_MAX: usize = 1 << 20;

/// `POST /api/v1/quote`.
pub async fn quote(visit: Visit) -> Answer {
    let plan = quoted(text(&visit)?, &visit.indexes()).map_err(stop)?;
    answer(&plan.to_json())
}

/// `POST /api/v1/replay`.
pub async fn replay(visit: Visit) -> Answer {
    answer(&replayed(text(&visit)?, &visit.indexes()).map_err(stop)?)
}

fn text(visit: &Visit) -> Result<&str, Stop> {
    std::str::from_utf8(&visit.body).map_err(|_| Stop::Unreadable {
        code: "encoding",
        detail: "文字的编码不是 UTF-8。".to_owned(),
        field: None,
    })
}

fn stop(no: NotCalculated) -> Stop {
    match no {
        NotCalculated::Misformed(misformed) => {
            Stop::Unreadable { code: "misformed", detail: misformed.message, field: Some(misformed.field) }
        }
        NotCalculated::Refused { reason, why, .. } => {
            let says = format!("按规定算不出来：{reason}");
            Stop::Refused(Refused { code: reason, field: None, says, remedy: String::new(), why })
        }
    }
}

/// `GET /api/v1/policy?scheme=origin&on=2026-08-01&county=450302&school=…`.
pub async fn policy(visit: Visit) -> Answer {
    let query = &visit.query;
    let wrong = |field: &str, detail: &str| Stop::Unreadable {
        code: "misformed",
        detail: detail.to_owned(),
        field: Some(field.to_owned()),
    };
    let known = ["scheme", "on", "county", "school"];
    if let Some((name, _)) = query.iter().find(|(name, _)| !known.contains(name)) {
        return Err(wrong(name, "没有这个字段"));
    }
    let scheme = match query.text("scheme") {
        "" | "origin" => Scheme::Origin,
        "campus" => Scheme::Campus,
        _ => return Err(wrong("scheme", "应是 origin 或 campus")),
    };
    let on = match query.text("on") {
        "" => visit.today(),
        typed => typed.parse().map_err(|_| wrong("on", "应是 2026-08-01 这样的日期"))?,
    };
    let place = |name| Some(query.text(name)).filter(|code| !code.is_empty());
    let question = Question { scheme, on, county: place("county"), school: place("school") };
    let shown = show(Book::standard(), &question).map_err(|gap| wrong("on", &gap.to_string()))?;
    let answers: Vec<Value> = shown
        .answers
        .iter()
        .map(|found| {
            json!({
                "parameter": found.parameter.code(),
                "words": found.parameter.words(),
                "value": found.code(),
                "value_words": found.words(),
                "from": found.from.to_string(),
                "to": found.to.map(|to| to.to_string()),
                "level": found.level.code(),
                "mark": found.mark.code(),
                "why": { "doc": found.citation.doc, "article": found.citation.article },
            })
        })
        .collect();
    answer(&json!({ "scheme": scheme.code(), "on": on.to_string(), "answers": answers }))
}

/// One endpoint as the document and the page to read it tell.
struct Endpoint {
    method: &'static str,
    path: &'static str,
    does: &'static str,
    takes: &'static str,
    gives: &'static str,
}

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "post",
        path: "/api/v1/quote",
        does: "The repayment plan of one loan.",
        takes: "Quote",
        gives: "rows and totals; one row per settlement or prepayment day, in date order",
    },
    Endpoint {
        method: "post",
        path: "/api/v1/replay",
        does: "The life of a contract from its dated events, up to a day.",
        takes: "Replay",
        gives: "rows, balances, postings, refused, already_done and totals",
    },
    Endpoint {
        method: "get",
        path: "/api/v1/policy",
        does: "Every rule that holds at a place on a day, with its article.",
        takes: "",
        gives: "answers: parameter, value, days, level and article",
    },
];

/// `GET /api/v1/openapi.json`.
pub async fn openapi(_: Visit) -> Answer {
    answer(&document())
}

fn document() -> Value {
    let problem = json!({ "description": "Refused or misformed", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let mut paths = serde_json::Map::new();
    for endpoint in ENDPOINTS {
        let mut operation = json!({
            "summary": endpoint.does,
            "responses": {
                "200": { "description": endpoint.gives, "content": { "application/json": { "schema": { "type": "object" } } } },
                "400": problem,
                "409": problem,
            },
        });
        if endpoint.takes.is_empty() {
            let parameter = |name: &str, form: &str| json!({ "name": name, "in": "query", "required": false, "schema": { "type": "string", "description": form } });
            operation["parameters"] = json!([
                parameter("scheme", "origin (default) or campus"),
                parameter("on", "a day, YYYY-MM-DD; today by default"),
                parameter("county", "six-digit code"),
                parameter("school", "ten-digit code"),
            ]);
        } else {
            let schema = format!("#/components/schemas/{}", endpoint.takes);
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": { "$ref": schema } } } });
        }
        paths.insert(endpoint.path.to_owned(), json!({ endpoint.method: operation }));
    }
    for route in crate::acts::ROUTES {
        let method = route.method.as_str().to_lowercase();
        let mut parameters: Vec<Value> = (route.path.ends_with("{number}"))
            .then(|| json!({ "name": "number", "in": "path", "required": true, "schema": { "type": "string" } }))
            .into_iter()
            .collect();
        if route.path.starts_with("/api/v1/acts/") {
            parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": true,
                "schema": { "type": "string", "minLength": 8, "maxLength": 128 } }));
        }
        let mut operation = json!({
            "summary": told(route.path),
            "parameters": parameters,
            "responses": {
                "200": { "description": "Done; the same key again gives the same answer", "content": { "application/json": { "schema": {} } } },
                "400": problem, "401": problem, "403": problem, "404": problem, "409": problem,
            },
        });
        if method == "post" {
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": { "type": "object" } } } });
        }
        if !matches!(route.path, "/api/v1/login" | "/api/v1/register") {
            operation["security"] = json!([{ "token": [] }]);
        }
        paths.insert(route.path.to_owned(), json!({ method: operation }));
    }
    let amount = json!({ "type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$", "example": "12000.00" });
    let day = json!({ "type": "string", "format": "date" });
    let year = json!({ "type": "integer" });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Zhuxue", "version": "1", "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "paths": paths,
        "components": { "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }, "schemas": {
            "Quote": {
                "type": "object",
                "required": ["kind", "principal"],
                "properties": {
                    "kind": { "enum": ["origin", "periodic"] },
                    "principal": amount, "disbursed_on": day, "graduates_in": year, "matures_in": year, "grace_years": year,
                    "rate": { "type": "object", "description": "{\"fixed\": percent} or {\"floating\": {\"index\": …, \"spread_bp\": …}}" },
                    "day_count": { "enum": ["year_or_days_360", "act_360", "act_365"] },
                },
            },
            "Replay": {
                "type": "object",
                "required": ["contract", "events", "as_of"],
                "properties": { "contract": { "type": "object" }, "events": { "type": "array", "items": { "type": "object" } }, "as_of": day },
            },
            "Problem": {
                "type": "object",
                "required": ["status", "code", "detail"],
                "properties": {
                    "status": { "type": "integer" }, "code": { "type": "string" }, "field": { "type": "string" }, "detail": { "type": "string" },
                    "why": { "type": "array", "items": { "type": "object", "properties": { "doc": { "type": "string" }, "article": { "type": "string" } } } },
                },
            },
        } },
    })
}

/// What an address of the acts does, from its name.
fn told(path: &str) -> String {
    match path.rsplit_once('/').map(|(_, name)| name) {
        Some("login") => {
            "A token for the header Authorization: Bearer; login, password, door (student, co, staff).".to_owned()
        }
        Some("register") => "Opens the account of a person; name, id_number, phone, password.".to_owned(),
        Some("begin_face_check") => "The page of the identity partner on which the student shows the face.".to_owned(),
        Some("finish_face_check") => "Whether the face check of an online renewal ended.".to_owned(),
        Some("e_sign") => "Signs the contract of an online renewal that was read, electronically.".to_owned(),
        Some("{number}") => "Where an application stands, with every rule and every material.".to_owned(),
        name => format!("The act {}, with the role and the refusals it has on its page.", name.unwrap_or_default()),
    }
}

/// `/api/docs`: the same for people who write programs.
pub async fn docs(visit: Visit) -> Answer {
    let body: Markup = html! {
        div.col.stack lang="en" {
            h1 { "JSON interface" }
            p { "Money and rates are strings. Unknown fields are refused by name. Errors are " code { "application/problem+json" }
                " with a stable code. The machine-readable document: " a href="/api/v1/openapi.json" { "/api/v1/openapi.json" } "." }
            @for endpoint in ENDPOINTS {
                section.sec.s6 {
                    h2 { (endpoint.method.to_uppercase()) " " (endpoint.path) }
                    p { (endpoint.does) }
                    @if !endpoint.takes.is_empty() { p.hint { "Takes: " (endpoint.takes) } }
                    p.hint { "Gives: " (endpoint.gives) }
                }
            }
            @for route in crate::acts::ROUTES {
                section.sec.s6 { h2 { (route.method) " " (route.path) } p { (told(route.path)) } }
            }
        }
    };
    visit.page("JSON interface").show(body)
}
