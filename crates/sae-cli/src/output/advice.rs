//! Advice for failed calls, by their cause.

use std::error::Error as StdError;
use std::io;

use sae::transport::DecodeError;
use sae::{Error, ErrorKind};

/// Advice for an error, if known. The spec's advice for the code takes precedence over status and cause.
pub fn of(error: &Error) -> Option<&'static str> {
    if let Some(advice) = error.advice() {
        return Some(advice);
    }
    match error.kind() {
        ErrorKind::Credentials => Some(
            "Run `sae configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET; `sae doctor` tells more.",
        ),
        ErrorKind::Connect => Some(of_connection(error)),
        ErrorKind::Timeout => Some(match last_attempt(error).and_then(Error::status) {
            Some(status) if status >= 500 => OUTAGE,
            _ => "Try again with a larger --timeout.",
        }),
        ErrorKind::Transport => Some("Try again: nothing was changed."),
        ErrorKind::Decode if is_beyond_memory(error) => Some(
            "If you trust the answer, let it take more memory: --answer-memory, or ALIBABA_CLOUD_SAE_ANSWER_MEMORY.",
        ),
        ErrorKind::Service | ErrorKind::Decode => of_answer(error),
        _ => None,
    }
}

/// Advice for a failed connection. The innermost cause is the most specific.
pub fn of_connection(error: &(dyn StdError + 'static)) -> &'static str {
    let (mut causes, mut cause) = (vec![error], error);
    while let Some(deeper) = cause.source() {
        causes.push(deeper);
        cause = deeper;
    }
    let kind = causes.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind));
    let says = |part: &str| causes.iter().any(|cause| cause.to_string().contains(part));
    if says("the proxy ") || says("_PROXY ") || says("_proxy ") {
        "Check the proxy that the environment names, or except the endpoint with NO_PROXY; nothing was sent."
    } else if says("certificate") {
        "Check the host of the endpoint and the clock of this machine; an authority of your own goes into the system's trust store, or \
         on Linux into the file of SSL_CERT_FILE. Nothing was sent."
    } else if says("TLS") || says("tls") {
        "Check that the endpoint's port speaks HTTPS, or write http:// where it doesn't; nothing was sent."
    } else if says("lookup address") || says("dns error") {
        "Check the name of the endpoint, the region in it, and the name server; nothing was sent."
    } else if kind == Some(io::ErrorKind::ConnectionRefused) {
        "Nothing listens there: check host and port of the endpoint, and that the server runs; nothing was sent."
    } else if kind == Some(io::ErrorKind::TimedOut) {
        "Nothing answers there: check the endpoint, the network, firewalls and proxies; nothing was sent."
    } else {
        "Check the endpoint, the network and the proxy settings; it is safe to try again."
    }
}

/// Advice for a response without a known code, from its status.
fn of_answer(error: &Error) -> Option<&'static str> {
    match error.status() {
        Some(429) => Some("Too many calls: try again later, or make fewer at a time."),
        Some(500..) => Some(OUTAGE),
        // SAE and EDAS always send a code, so something else refused.
        _ if error.code().is_some() => None,
        Some(401 | 403 | 407) => Some(
            "SAE gives a code with each refusal, so a proxy or gateway on the way refused: check the proxies and the endpoint.",
        ),
        _ => Some(
            "Check that the endpoint is one of SAE or EDAS, and that no proxy or portal on the way answers in its place.",
        ),
    }
}

fn is_beyond_memory(error: &Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<DecodeError>());
    cause.is_some_and(|unreadable| unreadable.memory_limit().is_some())
}

/// The error of the last attempt before a timeout.
fn last_attempt(error: &Error) -> Option<&Error> {
    error.source()?.downcast_ref()
}

const OUTAGE: &str = "The service, or a gateway before it, is failing or overloaded: try again later. https://status.alibabacloud.com tells of \
outages; --max-attempts and --timeout say how long a call tries.";

#[cfg(test)]
mod tests {
    use sae::Answer;

    use super::*;

    fn answered(kind: ErrorKind, status: u16) -> Error {
        Error::new(kind, "the service answered something").with_answer(Answer::new(
            status,
            Vec::new(),
            Vec::new(),
        ))
    }

    #[test]
    fn advice_fits_the_cause_of_a_failed_connection() {
        for (kind, text, expected) in [
            (
                io::ErrorKind::Other,
                "failed to lookup address information: Name or service not known",
                "name server",
            ),
            (io::ErrorKind::ConnectionRefused, "Connection refused", "Nothing listens there"),
            (io::ErrorKind::TimedOut, "no connection in 5 s", "Nothing answers there"),
            (io::ErrorKind::Other, "the certificate isn't trusted: it ended on …", "SSL_CERT_FILE"),
            (io::ErrorKind::Other, "what answers there speaks no TLS", "speaks HTTPS"),
            (io::ErrorKind::ConnectionRefused, "the proxy http://proxy:1: Connection refused", "NO_PROXY"),
            (io::ErrorKind::NetworkUnreachable, "Network is unreachable", "the network"),
        ] {
            let error =
                Error::new(ErrorKind::Connect, "no connection").with_source(io::Error::new(kind, text));
            let advice = of(&error).unwrap_or_default();
            assert!(advice.contains(expected), "{text}: {advice}");
        }
    }

    #[test]
    fn advice_fits_the_status_of_an_answer_without_a_code() {
        for kind in [ErrorKind::Service, ErrorKind::Decode] {
            for (status, expected) in [
                (500, "try again later"),
                (502, "try again later"),
                (503, "status.alibabacloud.com"),
                (504, "try again later"),
                (429, "Too many calls"),
                (407, "proxy or gateway on the way"),
                (403, "proxy or gateway on the way"),
                (404, "endpoint is one of SAE or EDAS"),
                (302, "endpoint is one of SAE or EDAS"),
                (200, "endpoint is one of SAE or EDAS"),
            ] {
                let advice = of(&answered(kind, status)).unwrap_or_default();
                assert!(advice.contains(expected), "{status}: {advice}");
            }
        }
        let timed_out = Error::new(ErrorKind::Timeout, "the time is over");
        assert!(of(&timed_out).is_some_and(|advice| advice.contains("larger --timeout")));
        let outage = timed_out.with_source(answered(ErrorKind::Service, 503));
        assert!(of(&outage).is_some_and(|advice| advice.contains("try again later")));
    }
}
