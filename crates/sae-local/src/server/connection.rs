//! One connection: HTTP/1.1 with keep-alive and pipelining, or HTTP/2 by prior knowledge; with limits.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::line::Line;
use super::payload::{Broken, Payload};
use super::pulse::{Pulse, Verdict};
use super::station::Station;
use crate::answer::Answer;
use crate::arrival::Arrival;
use crate::control::{self, Control};
use crate::domain::Refusal;
use crate::gateway::Reply;
use crate::host::Site;
use crate::percent;

/// Answers the requests of a connection until the client closes it or runs into a limit. Once the signal has come, it
/// ends with the requests under way.
pub async fn serve(stream: TcpStream, station: Arc<Station>, mut signal: watch::Receiver<bool>) {
    let pulse = Pulse::new();
    let (Ok(reached), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) else { return };
    let (reached, peer) = (reached.ip(), peer.ip());
    let service = service_fn(|request| {
        let (station, under_way) = (Arc::clone(&station), pulse.request());
        // In a box of its own: the connection keeps room for what is here, and most of the time there is no request.
        Box::pin(async move {
            let site = Site { hosts: &station.hosts, reached, peer, open: station.open };
            let response = respond(&station, site, request).await;
            drop(under_way);
            response
        })
    });
    let line = Line::new(stream, Arc::clone(&pulse), Arc::clone(&station));
    let connection = station.http.serve_connection(TokioIo::new(line), service);
    let mut connection = pin!(connection);
    let mut stopping = false;
    let mut wake = pin!(sleep_until(Instant::now()));
    // A client that breaks the rules of HTTP or goes away has had its answer; there is nobody else to tell.
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = signal.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = wake.as_mut() => match pulse.verdict(&station.limits, Instant::now()) {
                Verdict::Fine(until) => wake.as_mut().reset(until),
                Verdict::SlowHead => return pulse.condemn(),
                Verdict::Idle => {
                    connection.as_mut().graceful_shutdown();
                    let _ = timeout(FAREWELL, connection).await;
                    return;
                }
            },
        }
    }
}

/// Refuses a connection that is one too many.
pub async fn refuse(mut stream: TcpStream, station: Arc<Station>) {
    let answer = station.unreadable("Local.TooManyConnections");
    let farewell = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        // What the client has sent is read, or else the end of the connection would overtake the answer.
        let mut rest = [0; 1024];
        for _ in 0..64 {
            if stream.read(&mut rest).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // A client that goes away has lost nothing.
    let _ = timeout(FAREWELL, farewell).await;
}

async fn respond(
    station: &Station,
    site: Site<'_>,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Broken> {
    let (parts, body) = request.into_parts();
    let mut arrival = arrival(&parts);
    let (gateway, limits) = (&station.gateway, &station.limits);
    let controls = arrival.path == "/_local" || arrival.path.starts_with("/_local/");
    if let Err(refusal) = site.check(&parts, !controls) {
        if controls {
            let (status, body) = control::refused(&refusal);
            return Ok(told(status, body));
        }
        return Ok(station.response(gateway.refuse(arrival, &refusal)));
    }
    let limit = limits.body;
    let too_large = || Refusal::with("Local.BodyTooLarge", [limit.to_string()]);
    if body.size_hint().lower() > limit as u64 {
        // Nobody waits for bytes that are too many: what is announced is believed.
        return Ok(station.response(gateway.refuse(arrival, &too_large())));
    }
    arrival.body = match timeout(limits.body_time, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => body.to_bytes().into(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Ok(station.response(gateway.refuse(arrival, &too_large())));
        }
        Ok(Err(_)) | Err(_) => {
            let refusal = Refusal::new("Local.BodyUnreadable");
            return Ok(station.response(gateway.refuse(arrival, &refusal)));
        }
    };
    if controls {
        let (status, body) = control::answer(&Control::new(Arc::clone(gateway)), site, &arrival).await;
        return Ok(told(status, body));
    }
    match gateway.answer(arrival).await {
        Reply::Whole(answer) => Ok(station.response(answer)),
        Reply::Cut(mut answer) => {
            let body = std::mem::take(&mut answer.body);
            Ok(station.response(answer).map(|_| Payload::cut(body)))
        }
        Reply::Dropped => Err(Broken),
    }
}

/// What the gateway needs of a request's head.
fn arrival(parts: &Parts) -> Arrival {
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let mut headers: Vec<_> = headers.collect();
    // HTTP/2 has the host elsewhere; signatures cover it as the header.
    if let Some(authority) = parts.uri.authority()
        && !headers.iter().any(|(name, _)| name == "host")
    {
        headers.push(("host".to_owned(), authority.as_str().to_owned()));
    }
    Arrival {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: percent::pairs(parts.uri.query().unwrap_or_default()),
        headers,
        body: Vec::new(),
    }
}

impl Station {
    fn response(&self, answer: Answer) -> Response<Payload> {
        let mut response = Response::new(Payload::whole(answer.body));
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
fn told(status: u16, body: String) -> Response<Payload> {
    let mut response = Response::new(Payload::whole(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
/// How long the end of a connection may take.
const FAREWELL: Duration = Duration::from_secs(1);
