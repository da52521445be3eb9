//! One request on a connection and its response, step by step.
//!
//! 1. The host is checked.
//! 2. The body is read, within the limits and the byte budget.
//! 3. The control interface or the [gateway](super::gateway) answers.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, DATE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode, Version};

use super::budget::Share;
use super::incoming::{BodyError, count_head, http_request, read_body};
use super::response_body::{ConnectionDropped, ResponseBody};
use super::server_state::{RETRY_SECONDS, ServerState};
use crate::control::{Control, http};
use crate::domain::Refusal;
use crate::protocol::host::HostPolicy;
use crate::protocol::request::HttpRequest;
use crate::protocol::response::{HttpResponse, Reply};

/// Responds to a request. Fails if a fault drops the connection.
pub async fn respond(
    state: &ServerState,
    policy: HostPolicy<'_>,
    request: Request<Incoming>,
    mut share: Share,
) -> Result<Response<ResponseBody>, ConnectionDropped> {
    let (parts, body) = request.into_parts();
    let has_room = count_head(&parts, &mut share);
    let has_large_head = share.bytes() > LARGE_HEAD;
    let mut request = http_request(&parts);
    let is_control = request.path == "/_local" || request.path.starts_with("/_local/");
    if let Err(refusal) = policy.check(&parts, !is_control) {
        return Ok(refuse_host(state, request, &refusal, is_control));
    }
    match read_body(&parts, body, &state.limits, &mut share, has_room).await {
        Ok(body) => request.body = body,
        Err(error) => return Ok(refuse_body(state, request, &error, parts.version)),
    }
    // The body is authenticated now, or discarded at once.
    drop(share);
    if is_control {
        let control = Control::new(Arc::clone(&state.gateway.backend));
        let (status, body) = http::answer(&control, policy, &request).await;
        return Ok(control_response(status, body));
    }
    match state.gateway.answer(request).await {
        // A connection keeps the buffer of its largest head; without authentication it must not.
        Reply::Whole(answer) if has_large_head && answer.code.is_some() => {
            Ok(closing(response(state, answer), parts.version))
        }
        Reply::Whole(answer) => Ok(response(state, answer)),
        Reply::Cut(mut answer) => {
            let body = std::mem::take(&mut answer.body);
            Ok(response(state, answer).map(|_| ResponseBody::cut(body)))
        }
        Reply::Dropped => Err(ConnectionDropped),
    }
}

/// Refuses a request because of its host, in the form of the interface that it is for.
fn refuse_host(
    state: &ServerState,
    request: HttpRequest,
    refusal: &Refusal,
    is_control: bool,
) -> Response<ResponseBody> {
    if is_control {
        let (status, body) = http::refused(refusal);
        control_response(status, body)
    } else {
        response(state, state.gateway.refuse(request, refusal))
    }
}

/// Refuses a request because of its body. Unless nothing of that was read, the connection is closed afterwards, since
/// the rest of the body is not read.
fn refuse_body(
    state: &ServerState,
    request: HttpRequest,
    error: &BodyError,
    version: Version,
) -> Response<ResponseBody> {
    let refusal = match error {
        BodyError::AnnouncedTooLarge | BodyError::TooLarge => {
            Refusal::with("Local.BodyTooLarge", [state.limits.body.to_string()])
        }
        BodyError::NoRoom => state.too_many_bytes(),
        BodyError::Incomplete => Refusal::new("Local.BodyUnreadable"),
    };
    let mut response = response(state, state.gateway.refuse(request, &refusal));
    if matches!(error, BodyError::AnnouncedTooLarge) {
        return response;
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    }
    closing(response, version)
}

/// A response after which an HTTP/1.1 connection is closed.
fn closing(mut response: Response<ResponseBody>, version: Version) -> Response<ResponseBody> {
    if version != Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The response with an answer of the gateway.
fn response(state: &ServerState, answer: HttpResponse) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    let id = (REQUEST_ID, answer.request_id);
    let others = answer.headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), value));
    let date = state.date().map(|date| (DATE, date));
    for (name, value) in [id].into_iter().chain(others).chain(date).filter(|(_, value)| !value.is_empty()) {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// The response with an answer of the control interface.
fn control_response(status: u16, body: String) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
/// Heads above this size make the buffer of a connection grow.
const LARGE_HEAD: usize = 16 * 1024;
