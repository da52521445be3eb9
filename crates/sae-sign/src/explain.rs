//! Why the server's signature is another one.
//!
//! A server that refuses a signature answers with the text that it signed itself. [`explain`] compares it with the client's
//! own, part by part, and names the cause.

pub use self::compare::is_harmless;
use self::compare::{ORDER, compare_parts, compare_query};
pub use self::explanation::{Cause, Difference, Explanation, Part};
pub use self::key::{KeyFault, key_faults};
pub use self::message::{server_text, without_server_text};
use self::read::{Kind, read};
use crate::sha256_hex;

mod compare;
mod explanation;
mod hints;
mod key;
mod message;
mod read;
mod white_space;

/// Compares the client's own string-to-sign or canonical request with the server's.
///
/// `server` is the message of the server's refusal or the bare text from it. For ACS3 give the canonical request as `own`
/// where you have it: the string-to-sign holds nothing but its hash.
///
/// ```
/// use sae_sign::explain::{Cause, explain};
///
/// let own = "GET\napplication/json\n\n\nMon, 26 Aug 2019 08:55:56 GMT\nx-acs-version:2019-05-06\n/pop/v1/paas/regionConfig";
/// let message = format!("The signature does not match. server string to sign is:{own}");
/// assert_eq!(explain(own, &message).cause, Cause::Secret);
///
/// let message = message.replace("application/json", "*/*");
/// assert_eq!(
///     explain(own, &message).to_string(),
///     "the server signed another text, in 1 place:\n\
///      - header accept: signed \"application/json\", the server has \"*/*\": \
///      what is sent must be what was signed; an HTTP library or a proxy may have replaced it",
/// );
/// ```
pub fn explain(own: &str, server: &str) -> Explanation {
    let message = server;
    let server = server_text(message, own);
    let server = server.as_ref();
    if read(own.trim()).kind == Kind::Canonical && read(server).kind != Kind::Canonical {
        let hashed = server_text(message, "");
        if read(&hashed).kind == Kind::Hash {
            return explain_hash(own, hashed.trim_end());
        }
    }
    if server.is_empty() {
        return Explanation { cause: Cause::NoServerText, differences: Vec::new() };
    }
    if own == server {
        return Explanation { cause: Cause::Secret, differences: Vec::new() };
    }
    let (own, server, white_space) = white_space::apart(own, server);
    if own == server {
        return Explanation { cause: Cause::WhiteSpace, differences: white_space };
    }
    let (own_read, server_read) = (read(&own), read(server));
    let cause = match (own_read.kind, server_read.kind) {
        (Kind::Hash, Kind::Hash) => Cause::HashOnly,
        (Kind::Other, _) => Cause::OwnLayout,
        (_, Kind::Other) => Cause::NoServerText,
        (a, b) if a != b => Cause::Scheme,
        _ => Cause::Request,
    };
    let mut differences = Vec::new();
    if cause == Cause::Request {
        compare_parts(&own_read, &server_read, &mut differences);
        compare_query(&own_read, &server_read, &mut differences);
        if differences.is_empty() {
            differences.push(Difference { part: Part::Order, own: None, server: None, advice: ORDER });
        }
        differences.extend(white_space);
    }
    Explanation { cause, differences }
}

/// Compares the client's canonical request with the hash of the server's.
fn explain_hash(own: &str, hashed: &str) -> Explanation {
    let is_signed = |text: &str| hashed.ends_with(&sha256_hex(text));
    let bare = own.trim_end();
    if is_signed(own) {
        Explanation { cause: Cause::Secret, differences: Vec::new() }
    } else if is_signed(bare) {
        explain(own, bare)
    } else {
        Explanation { cause: Cause::HashOnly, differences: Vec::new() }
    }
}

/// Names the likely causes where the client's text isn't known.
///
/// What the server signed is what the client has to sign for the request that arrived. The differences of the explanation are
/// parts that clients are known to sign otherwise; there may be none.
///
/// ```
/// use sae_sign::explain::{Cause, Part, explain_server};
///
/// let message = "The signature does not match. server string to sign is:GET\n\n\n\n\n/?Name=a b";
/// let explanation = explain_server(message);
/// assert_eq!(explanation.cause, Cause::Unknown);
/// assert_eq!(explanation.differences[0].part, Part::Query("Name".into()));
/// ```
pub fn explain_server(message: &str) -> Explanation {
    let server = server_text(message, "");
    let server = read(&server);
    let cause = match server.kind {
        Kind::Roa | Kind::Canonical => Cause::Unknown,
        Kind::Hash => Cause::HashOnly,
        Kind::Other => Cause::NoServerText,
    };
    Explanation { cause, differences: hints::hints(&server) }
}
