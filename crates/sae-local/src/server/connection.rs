//! One connection: HTTP/1.1 with keep-alive and limits.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::answer::Answer;
use crate::arrival::Arrival;
use crate::domain::Refusal;
use crate::gateway::Gateway;
use crate::percent;

/// Answers the requests of a connection until the client closes it. Once the signal has come, it ends with the request
/// under way.
pub async fn serve(stream: TcpStream, gateway: Arc<Gateway>, mut signal: watch::Receiver<bool>) {
    let service = service_fn(|request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(respond(&gateway, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // A client that breaks the rules of HTTP or goes away has had its answer from hyper; there is nobody else to tell.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = signal.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn respond(gateway: &Gateway, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let mut arrival = arrival(&parts);
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        // Nobody waits for bytes that are too many: what is announced is believed.
        return response(Gateway::refuse(&arrival, &too_large()));
    }
    let answer = match timeout(BODY_TIME, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(body)) => {
            arrival.body = body.to_bytes().into();
            gateway.answer(&arrival).await
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Gateway::refuse(&arrival, &too_large()),
        Ok(Err(_)) | Err(_) => Gateway::refuse(&arrival, &Refusal::new("Local.BodyUnreadable")),
    };
    response(answer)
}

fn too_large() -> Refusal {
    Refusal::with("Local.BodyTooLarge", [BODY_LIMIT.to_string()])
}

/// What the gateway needs of a request's head.
fn arrival(parts: &Parts) -> Arrival {
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Arrival {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: percent::pairs(parts.uri.query().unwrap_or_default()),
        headers: headers.collect(),
        body: Vec::new(),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Ok(id) = HeaderValue::try_from(answer.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
/// For the line of the request and the headers together: the gateway's URLs are long, since JSON travels in them. A
/// line alone may have 64 KiB.
const HEAD_LIMIT: usize = 128 * 1024;
const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// Also how long a connection may be idle between two requests: longer than anybody waits between two looks at a change order.
const HEADER_TIME: Duration = Duration::from_secs(75);
const BODY_TIME: Duration = Duration::from_secs(30);
