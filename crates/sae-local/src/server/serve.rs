//! Serving a connection: HTTP/1.1 with keep-alive and pipelining, or HTTP/2 with prior knowledge.

use std::borrow::Cow;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, DATE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Version};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::budget::Share;
use super::connection::Connection;
use super::idle_tracker::{ConnectionStatus, IdleTracker};
use super::response_body::{ConnectionDropped, ResponseBody};
use super::server_state::{RETRY_SECONDS, ServerState};
use crate::control::{Control, http};
use crate::domain::Refusal;
use crate::protocol::authentication::is_of_signature;
use crate::protocol::host::HostPolicy;
use crate::protocol::percent;
use crate::protocol::request::HttpRequest;
use crate::protocol::response::{HttpResponse, Reply};

/// Answers the requests of a connection until the client closes it or reaches a limit. After the signal it ends with
/// the running requests.
pub async fn serve(stream: TcpStream, state: Arc<ServerState>, mut signal: watch::Receiver<bool>) {
    let tracker = IdleTracker::new(&state.budget);
    let (Ok(reached), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) else { return };
    let (reached, peer) = (reached.ip(), peer.ip());
    let service = service_fn(|request| {
        let state = Arc::clone(&state);
        let (under_way, share) = tracker.request(&state.budget);
        // Boxed, since the connection reserves space for this future even without a request.
        Box::pin(async move {
            let site = HostPolicy { hosts: &state.hosts, reached, peer, open: state.open };
            let response = respond(&state, site, request, share).await;
            drop(under_way);
            response
        })
    });
    let line = Connection::new(stream, Arc::clone(&tracker), Arc::clone(&state));
    let connection = state.http.serve_connection(TokioIo::new(line), service);
    let mut connection = pin!(connection);
    let mut stopping = false;
    let mut wake = pin!(sleep_until(Instant::now()));
    // A client that sends invalid HTTP has had its answer; no one else needs the error.
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = signal.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = wake.as_mut() => match tracker.status(&state.limits, Instant::now()) {
                ConnectionStatus::Fine(until) => wake.as_mut().reset(until),
                ConnectionStatus::SlowHead => return tracker.expire_head(),
                ConnectionStatus::Idle => {
                    connection.as_mut().graceful_shutdown();
                    let _ = timeout(CLOSE_TIMEOUT, connection).await;
                    return;
                }
            },
        }
    }
}

/// Refuses a connection because there are too many.
pub async fn refuse(mut stream: TcpStream, state: Arc<ServerState>) {
    let answer = state.unreadable("Local.TooManyConnections");
    let close = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        // Unread bytes would reset the connection before the client reads the answer.
        let mut rest = [0; 1024];
        for _ in 0..64 {
            if stream.read(&mut rest).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // An error only means that the client has closed the connection.
    let _ = timeout(CLOSE_TIMEOUT, close).await;
}

async fn respond(
    state: &ServerState,
    site: HostPolicy<'_>,
    request: Request<Incoming>,
    mut share: Share,
) -> Result<Response<ResponseBody>, ConnectionDropped> {
    let (parts, body) = request.into_parts();
    let close = |mut response: Response<ResponseBody>| {
        if parts.version != Version::HTTP_2 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    };
    // The head of an HTTP/2 request hasn't been counted yet.
    let counted = parts.version != Version::HTTP_2 || share.grow(size(&parts));
    let large = share.bytes() > LARGE_HEAD;
    let mut request = http_request(&parts);
    let (gateway, limits) = (&state.gateway, &state.limits);
    let controls = request.path == "/_local" || request.path.starts_with("/_local/");
    if let Err(refusal) = site.check(&parts, !controls) {
        if controls {
            let (status, body) = http::refused(&refusal);
            return Ok(control_response(status, body));
        }
        return Ok(state.response(gateway.refuse(request, &refusal)));
    }
    let limit = limits.body;
    let too_large = || Refusal::with("Local.BodyTooLarge", [limit.to_string()]);
    if body.size_hint().lower() > limit as u64 {
        // The announced length suffices to refuse a body that is too large.
        return Ok(state.response(gateway.refuse(request, &too_large())));
    }
    // In HTTP/1.1, the bytes of the body that came in with the head are counted with it.
    let ahead = if parts.version == Version::HTTP_2 { 0 } else { share.bytes().saturating_sub(size(&parts)) };
    let read =
        async { if counted { read(body, limit, &mut share, ahead).await } else { Err(BodyError::NoRoom) } };
    let refusal = match timeout(limits.body_time, read).await {
        Ok(Ok(body)) => {
            request.body = body;
            None
        }
        Ok(Err(BodyError::TooLarge)) => Some(too_large()),
        Ok(Err(BodyError::NoRoom)) => Some(state.too_many_bytes()),
        Ok(Err(BodyError::Incomplete)) | Err(_) => Some(Refusal::new("Local.BodyUnreadable")),
    };
    if let Some(refusal) = refusal {
        // The rest of the body is not read.
        let mut response = close(state.response(gateway.refuse(request, &refusal)));
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        return Ok(response);
    }
    // The body is authenticated now, or discarded at once.
    drop(share);
    if controls {
        let (status, body) = http::answer(&Control::new(Arc::clone(&gateway.backend)), site, &request).await;
        return Ok(control_response(status, body));
    }
    match gateway.answer(request).await {
        // A connection keeps the buffer of its largest head; without authentication it must not.
        Reply::Whole(answer) if large && answer.code.is_some() => Ok(close(state.response(answer))),
        Reply::Whole(answer) => Ok(state.response(answer)),
        Reply::Cut(mut answer) => {
            let body = std::mem::take(&mut answer.body);
            Ok(state.response(answer).map(|_| ResponseBody::cut(body)))
        }
        Reply::Dropped => Err(ConnectionDropped),
    }
}

/// Why a body can't be read.
enum BodyError {
    TooLarge,
    NoRoom,
    Incomplete,
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

/// The request without its body.
fn http_request(parts: &Parts) -> HttpRequest {
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

impl ServerState {
    fn response(&self, answer: HttpResponse) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::whole(answer.body));
        *response.status_mut() =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
        let id = (REQUEST_ID, answer.request_id);
        let others = answer.headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), value));
        let date = self.date().map(|date| (DATE, date));
        for (name, value) in [id].into_iter().chain(others).chain(date).filter(|(_, value)| !value.is_empty())
        {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// An answer of the control interface.
fn control_response(status: u16, body: String) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
/// How long closing a connection may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Heads above this size make the buffer of a connection grow.
const LARGE_HEAD: usize = 16 * 1024;
