//! A form with a file: its fields as any other form, the one file beside them.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;

use crate::form::Form;
use crate::stop::Stop;

/// Reads the fields and the file of a `multipart/form-data` body that is already held in full.
pub async fn parse(content_type: &str, body: Bytes) -> Result<(Form, Bytes), Stop> {
    let broken = |detail: String| Stop::Unreadable { code: "multipart", detail, field: None };
    let request = Request::builder()
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body))
        .map_err(|_| broken("文件表单不完整。".to_owned()))?;
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| broken("文件表单不完整。".to_owned()))?;
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut file = Bytes::new();
    while let Some(field) = multipart.next_field().await.map_err(|_| broken("文件表单不完整。".to_owned()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Stop::TooLarge)?;
        match file_name {
            Some(file_name) => {
                fields.push((name, file_name));
                file = bytes;
            }
            None => {
                let text =
                    String::from_utf8(bytes.to_vec()).map_err(|_| broken("文字的编码不是 UTF-8。".to_owned()))?;
                fields.push((name, text));
            }
        }
    }
    Ok((Form::of(fields), file))
}
