//! Reading requests: their heads and their bodies.

use std::borrow::Cow;

use http_body_util::BodyExt as _;
use hyper::Version;
use hyper::body::{Body as _, Incoming};
use hyper::http::request::Parts;
use tokio::time::timeout;

use super::budget::Share;
use super::limits::Limits;
use crate::protocol::authentication::is_of_signature;
use crate::protocol::percent;
use crate::protocol::request::HttpRequest;

/// The request without its body.
pub fn http_request(parts: &Parts) -> HttpRequest {
    let mut not_utf8 = (!percent::is_text(parts.uri.path())).then(|| "path".to_owned());
    let query = percent::pairs(parts.uri.query().unwrap_or_default().as_bytes());
    not_utf8 = not_utf8.or(query.not_utf8);
    let mut headers = Vec::with_capacity(parts.headers.len() + 1);
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if matches!(value, Cow::Owned(_)) && is_of_signature(name.as_str()) {
            not_utf8.get_or_insert_with(|| name.as_str().to_owned());
        }
        headers.push((name.as_str().to_owned(), value.into_owned()));
    }
    // HTTP/2 has the host elsewhere, but signatures cover it as a header.
    if let Some(authority) = parts.uri.authority()
        && !headers.iter().any(|(name, _)| name == "host")
    {
        headers.push(("host".to_owned(), authority.as_str().to_owned()));
    }
    HttpRequest {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: query.pairs,
        not_utf8,
        headers,
        body: Vec::new(),
    }
}

/// Why a body can't be read.
pub enum BodyError {
    /// It announces more bytes than it may have. Nothing was read.
    AnnouncedTooLarge,
    /// It has more bytes than it may have.
    TooLarge,
    /// The server holds too many bytes of requests that aren't authenticated yet.
    NoRoom,
    /// It ended early, or took too long.
    Incomplete,
}

/// Counts the head of an HTTP/2 request in the budget; that of an HTTP/1.1 request is counted while it arrives. Returns
/// false if there is no room for it.
pub fn count_head(parts: &Parts, share: &mut Share) -> bool {
    parts.version != Version::HTTP_2 || share.grow(size(parts))
}

/// Reads a body within the limits and the budget. `has_room` says whether there was room for its head.
pub async fn read_body(
    parts: &Parts,
    body: Incoming,
    limits: &Limits,
    share: &mut Share,
    has_room: bool,
) -> Result<Vec<u8>, BodyError> {
    // The announced length suffices to refuse a body that is too large.
    if body.size_hint().lower() > limits.body as u64 {
        return Err(BodyError::AnnouncedTooLarge);
    }
    if !has_room {
        return Err(BodyError::NoRoom);
    }
    // In HTTP/1.1, the bytes of the body that came in with the head are counted with it.
    let ahead = if parts.version == Version::HTTP_2 { 0 } else { share.bytes().saturating_sub(size(parts)) };
    let body = timeout(limits.body_time, read(body, limits.body, share, ahead)).await;
    body.unwrap_or(Err(BodyError::Incomplete))
}

/// Reads a body within the limit and the budget, in which so many of its bytes are counted already.
async fn read(
    mut body: Incoming,
    limit: usize,
    share: &mut Share,
    mut ahead: usize,
) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        let uncounted = data.len().saturating_sub(ahead);
        ahead = ahead.saturating_sub(data.len());
        if !share.grow(uncounted) {
            return Err(BodyError::NoRoom);
        }
        if bytes.is_empty() {
            // The buffer is reserved only once bytes arrive.
            let announced = usize::try_from(body.size_hint().lower()).unwrap_or_default();
            bytes.reserve_exact(announced.saturating_add(data.len()).min(limit));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// The size of the head of a request in HTTP/1.1, in bytes.
fn size(parts: &Parts) -> usize {
    let headers =
        parts.headers.iter().map(|(name, value)| name.as_str().len() + ": \r\n".len() + value.len());
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = parts.method.as_str().len() + target + "  HTTP/1.1\r\n".len();
    line + headers.sum::<usize>() + "\r\n".len()
}
