//! A form with files: its fields as any other form, the files beside them, each with its name.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;

use crate::form::Form;
use crate::stop::Stop;

/// A file as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Name of the field.
    pub field: String,
    /// Name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Reads the fields and the files of a `multipart/form-data` body that is already held in full.
pub async fn parse(content_type: &str, body: Bytes) -> Result<(Form, Vec<Sent>), Stop> {
    let broken = |detail: String| Stop::Unreadable { code: "multipart", detail, field: None };
    let request = Request::builder()
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body))
        .map_err(|_| broken("文件表单不完整。".to_owned()))?;
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| broken("文件表单不完整。".to_owned()))?;
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut files: Vec<Sent> = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(|_| broken("文件表单不完整。".to_owned()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Stop::TooLarge)?;
        match file_name {
            Some(file_name) => {
                fields.push((name.clone(), file_name.clone()));
                // A file field that was left empty is sent without a name.
                if !file_name.is_empty() || !bytes.is_empty() {
                    files.push(Sent { field: name, name: file_name, bytes });
                }
            }
            None => {
                let text =
                    String::from_utf8(bytes.to_vec()).map_err(|_| broken("文字的编码不是 UTF-8。".to_owned()))?;
                fields.push((name, text));
            }
        }
    }
    Ok((Form::of(fields), files))
}
