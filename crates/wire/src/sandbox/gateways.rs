//! The small gateways played: text messages, identity, credit bureau, certificate authority. All speak sealed JSON.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::SubsecRound;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::world::{Act, Answered, FaceCheck, Fact, SentMessage};
use super::{Sandbox, faulty, platform::salted};
use crate::authority::issue::Signing;
use crate::authority::{DocumentSignature, SIGN_DOCUMENT, SignRequest};
use crate::bureau::{BureauFile, BureauReceipt, SUBMIT};
use crate::fault::Refusal;
use crate::identity::{COMPARE, Compared, FACE_BEGIN, FACE_RESULT, FaceAnswer, FaceResult, FaceSession, Person};
use crate::keys::{Secret, random_text, sm3_hex};
use crate::platform::{mask_name, refusals};
use crate::sealed::{KEY_ID, SEAL, Sealed, SealedAnswer, TIME, question_holds};
use crate::sms::{SEND, TextMessage, TextReceipt};

/// Every `POST` of a small gateway.
pub async fn ask(State(sandbox): State<Arc<Sandbox>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let faults = sandbox.look(|world| world.faults.clone());
    if faults.gateways_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(secret) = sandbox.look(|world| world.merchants.get(header(KEY_ID)).map(|known| known.secret.clone()))
    else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let question = (uri.path(), header(KEY_ID), header(TIME), body.as_ref());
    if !question_holds(question, header(SEAL), &secret, (sandbox.clock)()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let host = header("host");
    let answered = sandbox.act(|act| answer(act, uri.path(), header(KEY_ID), &body, host, &sandbox)).await;
    let answer = match answered {
        Ok(Ok(content)) => SealedAnswer::Done(content),
        Ok(Err(refusal)) => SealedAnswer::Refused(refusal),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let secret = if faults.corrupt_signature { Secret::new("somebody else") } else { secret };
    faulty::send(&faults, Json(Sealed::write(&answer, header(SEAL), &secret)).into_response()).await
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|reason| Refusal::new(refusals::INVALID_PARAMETER, reason.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfSession {
    session: String,
}

fn answer(
    act: &mut Act<'_>,
    path: &str,
    key_id: &str,
    body: &[u8],
    host: &str,
    sandbox: &Sandbox,
) -> Result<Value, Refusal> {
    match path {
        SEND => {
            let message: TextMessage = read(body)?;
            once(act, (path, key_id, &message.request_no), body, |act| {
                if message.phone.len() != 11 || !message.phone.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(Refusal::new("PHONE_INVALID", "手机号码应为 11 位数字"));
                }
                let message_no = format!("M{:010}", act.number());
                let TextMessage { phone, sign_name, text, .. } = message.clone();
                let sent = SentMessage {
                    message_no: message_no.clone(),
                    sent_at: act.now,
                    on: act.today,
                    phone,
                    sign_name,
                    text,
                };
                act.record(Fact::Message(sent));
                Ok(json!(TextReceipt { message_no }))
            })
        }
        COMPARE => {
            let person: Person = read(body)?;
            once(act, (path, key_id, &person.request_no), body, |act| {
                // The sandbox has no register: every complete person is real, unless the name says otherwise.
                let matches = person.cert_no.len() == 18 && !person.name.contains('假');
                Ok(json!(Compared { matches, token: random_text(act.chance, 24) }))
            })
        }
        FACE_BEGIN => {
            let person: Person = read(body)?;
            once(act, (path, key_id, &person.request_no), body, |act| {
                let session = random_text(act.chance, 24);
                let name_masked = mask_name(&person.name);
                let face =
                    FaceCheck { session: session.clone(), name_masked, answer: FaceAnswer::Waiting, token: None };
                act.record(Fact::Face(face));
                let page_url = format!("http://{host}/sandbox/face/{session}");
                Ok(json!(FaceSession { session, page_url }))
            })
        }
        FACE_RESULT => {
            let asked: OfSession = read(body)?;
            let unknown = || Refusal::new("SESSION_NOT_EXIST", "没有这次核验");
            let face = act.world.faces.get(&asked.session).ok_or_else(unknown)?;
            Ok(json!(FaceResult { answer: face.answer, token: face.token.clone() }))
        }
        SUBMIT => {
            let file: BureauFile = read(body)?;
            once(act, (path, key_id, &file.name), body, |act| {
                if sm3_hex(file.content.as_bytes()) != file.digest {
                    return Err(Refusal::new("DIGEST_WRONG", "文件摘要不符"));
                }
                let accepted = file.content.lines().filter(|line| line.starts_with("B|")).count();
                let told = file.content.lines().last().and_then(|trailer| trailer.split('|').nth(1));
                if told != Some(accepted.to_string().as_str()) {
                    return Err(Refusal::new("COUNT_WRONG", "文件尾的笔数与明细不符"));
                }
                let receipt_no = format!("ZX{:010}", act.number());
                Ok(json!(BureauReceipt { receipt_no, accepted, rejected: Vec::new() }))
            })
        }
        SIGN_DOCUMENT => {
            let request: SignRequest = read(body)?;
            once(act, (path, key_id, &request.request_no), body, |act| {
                let digest = hex::decode(&request.document_sha256).ok().and_then(|digest| digest.try_into().ok());
                let Some(digest) = digest else {
                    return Err(Refusal::new("DIGEST_WRONG", "文件摘要应为 64 位十六进制"));
                };
                if request.identity_token.is_empty() {
                    return Err(Refusal::new("IDENTITY_NOT_PROVED", "没有身份核验凭据，不能签发证书"));
                }
                let number = act.number();
                let signing = Signing {
                    name: &request.name,
                    cert_no: &request.cert_no,
                    document_sha256: &digest,
                    number,
                    at: act.now.trunc_subsecs(0),
                };
                let unfit = |_| Refusal::new("SUBJECT_INVALID", "姓名不能写进证书");
                let cms = sandbox.keys.authority.sign(&signing, act.chance).map_err(unfit)?;
                let signature = DocumentSignature { signature_no: format!("S{number:012}"), cms: BASE64.encode(cms) };
                Ok(json!(signature))
            })
        }
        _ => Err(Refusal::new(refusals::INVALID_METHOD, "没有这个接口")),
    }
}

/// The same number gets the same answer; with other content it is refused. A refusal is not kept.
fn once(
    act: &mut Act<'_>,
    (path, key_id, number): (&str, &str, &str),
    body: &[u8],
    one: impl FnOnce(&mut Act<'_>) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let key = format!("{path}|{key_id}|{number}");
    let digest = salted(act.world, &sm3_hex(body));
    match act.world.answered.get(&key) {
        Some(answered) if answered.digest == digest => Ok(answered.answer.clone()),
        Some(_) => Err(Refusal::new(refusals::REQUEST_CONFLICT, format!("编号 {number} 已用于内容不同的请求"))),
        None => {
            let answer = one(act)?;
            act.record(Fact::Answered(key, Answered { digest, answer: answer.clone() }));
            Ok(answer)
        }
    }
}
