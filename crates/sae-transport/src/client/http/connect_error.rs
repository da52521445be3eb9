//! Why there is no connection, in words. What TLS and tunnels say by themselves is meant for those who write them.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};
use std::{fmt, io};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, InvalidMessage};

/// A failure that has been put into words. It has no source: nothing below it would tell more.
#[derive(Debug)]
pub(super) struct ConnectError(String);

pub(super) type Failure = Box<dyn StdError + Send + Sync>;

impl ConnectError {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// Of a connection to the service.
    pub(super) fn of(failure: Failure) -> Failure {
        match words(&*failure) {
            Some(words) => Self(words).into(),
            None => failure,
        }
    }

    /// Of a connection to the proxy at this address, or of what was asked of it.
    pub(super) fn of_proxy(address: &str, failure: &Failure) -> Failure {
        let why = words(&**failure).unwrap_or_else(|| match innermost(&**failure).to_string() {
            cause if cause.ends_with("tunnel error: unsuccessful") => {
                "it makes no connection to there".to_owned()
            }
            cause if cause.ends_with("proxy authorization required") => {
                "it asks for a name and a password, or for others".to_owned()
            }
            cause => cause,
        });
        Self(format!("the proxy {address}: {why}")).into()
    }

    /// Of the certificates that this machine trusts.
    pub(super) fn of_roots(error: rustls::Error) -> Failure {
        match error {
            rustls::Error::General(_) => Self::new(NO_ROOTS).into(),
            other => other.into(),
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for ConnectError {}

/// What TLS complains about, if it is TLS that does.
fn words(failure: &(dyn StdError + 'static)) -> Option<String> {
    let mut cause = failure;
    loop {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            return Some(of_tls(error));
        }
        let io = cause.downcast_ref::<io::Error>();
        // The source of such an error is not what it holds, but the source of that.
        let held = io.and_then(io::Error::get_ref).map(|held| held as &(dyn StdError + 'static));
        match held.or_else(|| cause.source()) {
            Some(deeper) => cause = deeper,
            None if cause.to_string() == "tls handshake eof" => return Some(NO_HANDSHAKE.to_owned()),
            None => return None,
        }
    }
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => {
            format!("the certificate isn't trusted: {}", of_certificate(error))
        }
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => NO_TLS.to_owned(),
        other => format!("TLS: {other}"),
    }
}

fn of_certificate(error: &CertificateError) -> String {
    match error {
        // The other: by one that has the name of an authority that is known, but not its key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => UNKNOWN_ISSUER.to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<_> = presented.iter().map(|name| bare(name)).collect();
            let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(" and ") };
            format!("it is for {names}, not for {}", expected.to_str())
        }
        CertificateError::ExpiredContext { not_after, .. } => format!("it ended on {}", date(*not_after)),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("it begins on {}", date(*not_before))
        }
        other => match other.to_string() {
            text if text.contains("CaUsedAsEndEntity") => AUTHORITY.to_owned(),
            text => text,
        },
    }
}

/// A name as it stands in a certificate, out of `DnsName("…")`.
fn bare(name: &str) -> &str {
    let inside = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.map_or(name, |inside| inside.trim_matches('"'))
}

fn date(time: UnixTime) -> String {
    let time = Duration::from_secs(time.as_secs().min(LAST_SECOND));
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + time)
}

fn innermost<'a>(mut cause: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause
}

const NO_TLS: &str = "what answers there speaks no TLS; for plain HTTP the endpoint begins with http://";
const NO_HANDSHAKE: &str =
    "the connection ended before TLS was agreed on; perhaps what listens there speaks none";
const UNKNOWN_ISSUER: &str =
    "it is signed by no authority that this machine knows; SSL_CERT_FILE can name a file with another";
const AUTHORITY: &str = "it is one of an authority, as many that sign themselves; a server needs one that an authority has signed for it";
const NO_ROOTS: &str = "this machine has no certificates of authorities to trust: install them (the package is often called \
                        ca-certificates), or let SSL_CERT_FILE name a file with them";
/// Of the year 9999, the last one with four digits.
const LAST_SECOND: u64 = 253_402_300_799;
