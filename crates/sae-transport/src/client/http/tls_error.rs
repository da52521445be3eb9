//! What TLS complains about, in words.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// The words for an error of TLS; nothing for any other.
pub(super) fn words(error: &(dyn StdError + 'static), only_added: bool) -> Option<String> {
    error.downcast_ref().map(|error| of_tls(error, only_added))
}

/// Whether the server refused the certificate of this client, or wanted one. With TLS 1.3 that is told after the client has begun to
/// write, but before the server reads any of it.
pub(super) fn is_client_refused(error: &(dyn StdError + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(Error::AlertReceived(alert)) if of_client(*alert).is_some())
}

/// That there is nobody to trust.
pub(super) fn is_without_roots(error: &Error) -> bool {
    matches!(error, Error::General(_))
}

fn of_tls(error: &Error, only_added: bool) -> String {
    match error {
        Error::InvalidCertificate(error) => {
            format!("the certificate isn't trusted: {}", of_certificate(error, only_added))
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => NO_TLS.to_owned(),
        Error::AlertReceived(alert) => {
            of_client(*alert).map_or_else(|| format!("TLS: {error}"), str::to_owned)
        }
        other => format!("TLS: {other}"),
    }
}

fn of_certificate(error: &CertificateError, only_added: bool) -> String {
    match error {
        // The other: by one that has the name of an authority that is known, but not its key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            if only_added {
                NOT_ADDED.to_owned()
            } else {
                UNKNOWN_ISSUER.to_owned()
            }
        }
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

/// Why a server refuses a client by its certificate.
fn of_client(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateRequired => Some(WANTS_CLIENT),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        // Of the signature on the handshake: it is by another authority of the same name.
        | AlertDescription::DecryptError => Some(REFUSES_CLIENT),
        _ => None,
    }
}

const NO_TLS: &str = "what answers there speaks no TLS; for plain HTTP the endpoint begins with http://";
const UNKNOWN_ISSUER: &str =
    "it is signed by no authority that this machine knows; SSL_CERT_FILE can name a file with another";
const NOT_ADDED: &str =
    "it is signed by none of the authorities that were added in code, which alone are trusted";
const AUTHORITY: &str = "it is one of an authority, as many that sign themselves; a server needs one that an authority has signed for it";
pub(super) const NO_ROOTS: &str = "this machine has no certificates of authorities to trust: install them (the package is often called \
                        ca-certificates), or let SSL_CERT_FILE name a file with them";
/// Of the year 9999, the last one with four digits.
const LAST_SECOND: u64 = 253_402_300_799;
const WANTS_CLIENT: &str = "the server wants a client certificate, and none is set";
const REFUSES_CLIENT: &str = "the server refuses the client certificate";
