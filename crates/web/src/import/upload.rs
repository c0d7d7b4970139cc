use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
};

use super::{ImportSpec, ReadError, Sheet, read};
use crate::{Failure, Refused, form::Raw};

/// A file sent by a form, and the fields beside it. Its route needs [`crate::large_body`].
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name the file has on the person's computer: only ever shown.
    pub name: String,
    pub bytes: Bytes,
    pub fields: Raw,
}

impl Upload {
    /// Reads the table, off the async threads.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn read(&self, spec: &ImportSpec) -> Result<Sheet, ReadError> {
        if self.bytes.is_empty() {
            return Err(ReadError::NoFile);
        }
        let (bytes, spec) = (self.bytes.clone(), spec.clone());
        let work = tokio::task::spawn_blocking(move || read(&bytes, &spec));
        work.await.unwrap_or(Err(ReadError::Damaged))
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| Refused::WRONG_TYPE)?;
        let mut upload = Self {
            name: String::new(),
            bytes: Bytes::new(),
            fields: Raw::default(),
        };
        let mut fields = vec![];
        while let Some(part) = parts.next_field().await.map_err(|it| refused(&it))? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = part.file_name().map(shown_name) {
                upload.bytes = part.bytes().await.map_err(|it| refused(&it))?;
                upload.name = file;
            } else {
                let text = part.text().await.map_err(|it| refused(&it))?;
                fields.push((name, text.replace('\0', "").trim().to_owned()));
            }
        }
        upload.fields = fields.into_iter().collect();
        Ok(upload)
    }
}

fn refused(error: &MultipartError) -> Refused {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refused::TOO_LARGE;
    }
    Refused::BAD_REQUEST
}

/// Some browsers send a whole path.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|it| !it.is_control())
        .take(120)
        .collect()
}
