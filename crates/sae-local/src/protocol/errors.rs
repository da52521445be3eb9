//! The error codes of this server, and the codes that an operation may answer.

use sae_transport::{Description, ErrorInfo, Retry, Service};

use crate::domain::Refusal;

/// Writes a refusal as its code and its message.
pub fn describe(service: &Service, refusal: &Refusal) -> String {
    let info = service.error(refusal.code()).or_else(|| local_error(refusal.code()));
    let message = info.map(|info| refusal.message(info.message)).unwrap_or_default();
    format!("{}: {message}", refusal.code())
}

/// Looks up a code that only this server has.
pub fn local_error(code: &str) -> Option<&'static ErrorInfo> {
    LOCAL.iter().find(|info| info.code == code)
}

/// Whether an operation may answer a code; none stands for the gateway before the operation is known.
pub fn may_answer(description: Option<&Description>, info: &ErrorInfo) -> bool {
    let listed = description.is_some_and(|description| description.errors.contains(&info.code));
    listed || info.gateway || (description.is_some() && info.common)
}

/// The codes that only this server has.
static LOCAL: &[ErrorInfo] = &[
    local(
        "Local.NotImplemented",
        400,
        "The local SAE does not implement %s. GET /_local/ lists the operations that it implements; open an issue in its repository to ask for another one.",
    ),
    local("Local.OutOfScope", 400, "The local SAE does not serve %s: %s."),
    local(
        "Local.HostUnreadable",
        400,
        "A request must have one Host header with a name or an address, and the same host in its request line if that has one; \
         this one has {%s}.",
    ),
    local(
        "Local.HostUnknown",
        403,
        "The local SAE does not answer to the host %s. Start it with --host %s (Builder::host) to allow it.",
    ),
    local("Local.BodyTooLarge", 413, "The body of the request is larger than %s bytes."),
    local("Local.BodyUnreadable", 400, "The body of the request did not arrive completely."),
    local("Local.HeadUnreadable", 400, "The request line or the headers are not valid HTTP."),
    local("Local.HeadTimeout", 408, "The headers of the request did not arrive in time."),
    local("Local.UriTooLong", 414, "The request line is too long."),
    local("Local.HeadTooLarge", 431, "The headers of the request are too large or too many."),
    local(
        "Local.TooManyBytes",
        503,
        "The local SAE already holds %s bytes of requests that are not authenticated yet.",
    ),
    local("Local.TooManyConnections", 503, "The local SAE already serves %s connections."),
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
