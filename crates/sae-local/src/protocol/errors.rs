//! The error codes of this server, and which codes an operation may answer.

use sae_transport::{Description, ErrorInfo, Retry, Service};

use crate::domain::Refusal;

/// A refusal in words: its code and its message.
pub fn describe(service: &Service, refusal: &Refusal) -> String {
    let info = service.error(refusal.code()).or_else(|| local_error(refusal.code()));
    let message = info.map(|info| refusal.message(info.message)).unwrap_or_default();
    format!("{}: {message}", refusal.code())
}

/// A code of this server alone.
pub fn local_error(code: &str) -> Option<&'static ErrorInfo> {
    LOCAL.iter().find(|info| info.code == code)
}

/// Whether an operation, or the gateway before it knows the operation, may answer a code.
pub fn may_answer(description: Option<&Description>, info: &ErrorInfo) -> bool {
    let listed = description.is_some_and(|description| description.errors.contains(&info.code));
    listed || info.gateway || (description.is_some() && info.common)
}

/// Codes of this server alone.
static LOCAL: &[ErrorInfo] = &[
    local(
        "Local.NotImplemented",
        400,
        "The local SAE does not implement %s. GET /_local/ lists the operations that it implements; an issue in its repository asks for another one.",
    ),
    local(
        "Local.HostUnreadable",
        400,
        "A request has one Host header, a name or an address with or without a port, and the same host in its line if that has \
         one; this one has {%s}.",
    ),
    local(
        "Local.HostUnknown",
        403,
        "The local SAE does not answer to the host %s. Start it with --host %s (Builder::host) if it is called so.",
    ),
    local("Local.BodyTooLarge", 413, "The body of the request is larger than %s bytes."),
    local("Local.BodyUnreadable", 400, "The body of the request did not arrive whole."),
    local("Local.HeadUnreadable", 400, "The line or the headers of the request break the rules of HTTP."),
    local("Local.HeadTimeout", 408, "The headers of the request did not arrive in time."),
    local("Local.UriTooLong", 414, "The line of the request is too long."),
    local("Local.HeadTooLarge", 431, "The headers of the request are too large or too many."),
    local(
        "Local.TooManyBytes",
        503,
        "The local SAE holds %s bytes already of requests that nobody has signed for yet.",
    ),
    local("Local.TooManyConnections", 503, "The local SAE serves %s connections already."),
];

const fn local(code: &'static str, status: u16, message: &'static str) -> ErrorInfo {
    ErrorInfo {
        code,
        status,
        message,
        retry: Retry::Never,
        common: false,
        gateway: true,
        absent: false,
        advice: "",
    }
}
