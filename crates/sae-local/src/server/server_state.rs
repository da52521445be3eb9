//! What all connections of a server share.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::StatusCode;
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto;
use sae_models::sae;

use super::budget::Budget;
use super::gateway::Gateway;
use super::limits::Limits;
use crate::domain::{Refusal, id};
use crate::protocol::host::Hosts;
use crate::protocol::response::{HttpResponse, Responder};

/// What all connections of a server share.
pub struct ServerState {
    /// Answers calls.
    pub gateway: Arc<Gateway>,
    /// The limits for clients.
    pub limits: Limits,
    /// The address that the server listens on.
    pub listen: SocketAddr,
    /// The hosts that it answers to.
    pub hosts: Hosts,
    /// Whether the control interface answers to other machines.
    pub allow_remote: bool,
    /// The bytes of requests that haven't been authenticated yet.
    pub budget: Arc<Budget>,
    /// Settings of the HTTP library.
    pub http: auto::Builder<TokioExecutor>,
}

impl ServerState {
    /// The state of a server with these settings.
    pub fn new(
        gateway: Arc<Gateway>,
        limits: Limits,
        listen: SocketAddr,
        hosts: Hosts,
        allow_remote: bool,
    ) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        // The library has a minimum for its buffer.
        let head = limits.head.max(8 * 1024);
        http.http1().header_read_timeout(None).max_buf_size(head);
        http.http2()
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(64 * 1024)
            .initial_connection_window_size(256 * 1024);
        let budget = Budget::new(limits.unauthenticated);
        Self { gateway, limits, listen, hosts, allow_remote, budget, http }
    }

    /// The date for answers; none if it is the system's.
    pub fn date(&self) -> Option<String> {
        if self.gateway.backend.clock.skew() == 0 {
            return None;
        }
        let millis = u64::try_from(self.gateway.backend.clock.now()).unwrap_or_default();
        // Dates after the year 9999 can't be written.
        let date: SystemTime = UNIX_EPOCH + Duration::from_millis(millis.min(LAST_DATE));
        Some(httpdate::fmt_http_date(date))
    }

    /// The refusal of a request for which there are too many bytes already.
    pub fn too_many_bytes(&self) -> Refusal {
        Refusal::with("Local.TooManyBytes", [self.limits.unauthenticated.to_string()])
    }

    /// The complete answer to what can't be read as a request. The connection is closed after it.
    pub fn unreadable(&self, code: &'static str) -> Vec<u8> {
        let refusal = match code {
            "Local.TooManyConnections" => Refusal::with(code, [self.limits.connections.to_string()]),
            "Local.TooManyBytes" => self.too_many_bytes(),
            _ => Refusal::new(code),
        };
        let to = Responder {
            request_id: id::uuid(fastrand::u64(..), fastrand::u64(..)).to_ascii_uppercase(),
            host: self.listen.to_string(),
            xml: false,
        };
        let HttpResponse { status, request_id, content_type, body, .. } =
            to.refusal(&sae::SERVICE, None, &refusal);
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let date = self.date().unwrap_or_else(|| httpdate::fmt_http_date(SystemTime::now()));
        let mut text = format!("HTTP/1.1 {status} {}\r\n", reason.unwrap_or_default());
        for (name, value) in [
            ("content-type", content_type),
            ("x-acs-request-id", &request_id),
            ("content-length", &body.len().to_string()),
            ("connection", "close"),
            ("date", &date),
            ("retry-after", if status == 503 { RETRY_SECONDS } else { "" }),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        {
            // Writing to a string can't fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        text.push_str(&body);
        text.into_bytes()
    }
}

const STREAMS: u32 = 256;
/// The number of seconds after which a client may try again that was refused for a limit.
pub const RETRY_SECONDS: &str = "1";
/// The end of the year 9999.
const LAST_DATE: u64 = 253_402_300_799_000;
