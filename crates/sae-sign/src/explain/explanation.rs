//! What an explanation holds, and how it reads.

use std::fmt;

/// What [`explain`](super::explain) found out. `Display` gives the cause in a line, then a line for each difference.
///
/// ```
/// let explanation = sae_sign::explain::explain("GET\n\n\n\n\n/a", "GET\n\n\n\n\n/b");
/// assert_eq!(explanation.differences.len(), 1);
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Where the fault lies.
    pub cause: Cause,
    /// The parts that differ, if the cause is [`Cause::Request`] or [`Cause::WhiteSpace`]; those that may differ, if it is
    /// [`Cause::Unknown`].
    pub differences: Vec<Difference>,
}

/// Where the fault lies.
///
/// ```
/// use sae_sign::explain::{Cause, explain};
///
/// assert_eq!(explain("GET\n\n\n\n\n/", "ACS3-HMAC-SHA256\n00").cause, Cause::Scheme);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Both sides signed the same text, so they have different secrets.
    Secret,
    /// Both sides signed the same text but for white space at its ends or for the kind of its line breaks. One of them
    /// signed that, or it was added when the text was saved or copied.
    WhiteSpace,
    /// Only the server's text is known.
    Unknown,
    /// The server received another request than the one that was signed.
    Request,
    /// The two texts belong to different schemes, or one is a canonical request and the other isn't.
    Scheme,
    /// ACS3: only hashes are known, and they differ.
    HashOnly,
    /// The own text is not built as the scheme wants it.
    OwnLayout,
    /// The server's text is missing or can't be read.
    NoServerText,
}

/// A part of the request in which the two texts differ, or may.
///
/// ```
/// use sae_sign::explain::{Part, explain};
///
/// let explanation = explain("GET\n\n\n\n\n/?Name=a b", "GET\n\n\n\n\n/?Name=a%20b");
/// let difference = &explanation.differences[0];
/// assert_eq!(difference.part, Part::Query("Name".into()));
/// assert!(difference.advice.contains("raw"));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which part.
    pub part: Part,
    /// What the client signed; `None` if it is absent, or could be a secret.
    pub own: Option<String>,
    /// What the server signed; `None` if it is absent, or could be a secret.
    pub server: Option<String>,
    /// What to do.
    pub advice: &'static str,
}

/// A part of a signed request.
///
/// ```
/// use sae_sign::explain::Part;
///
/// assert_eq!(Part::Header("date".into()).to_string(), "header date");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The method.
    Method,
    /// A header, by its lower-case name.
    Header(String),
    /// The path.
    Path,
    /// A query parameter, by its name as it stands in the text; by no name if the query string doesn't begin with one.
    Query(String),
    /// ACS3: the list of signed headers.
    SignedHeaders,
    /// ACS3: the hash of the body.
    BodyHash,
    /// The order of headers or parameters.
    Order,
    /// White space before the text.
    Beginning,
    /// White space after the text.
    End,
    /// The characters between the lines.
    LineBreaks,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Secret => f.write_str(
                "both sides signed the same text: the access key secret is wrong, or belongs to another access key id",
            )?,
            Cause::WhiteSpace => f.write_str(
                "the two texts are the same but for white space. If it was signed, it is the cause; if a file or copying added it, the \
                 access key secret is wrong, or belongs to another access key id:",
            )?,
            Cause::Request => {
                let count = self.differences.len();
                let places = if count == 1 { "place" } else { "places" };
                write!(f, "the server signed another text, in {count} {places}:")?;
            }
            Cause::Unknown => {
                f.write_str(
                    "the client has to sign the same text; if it did, the access key secret is wrong, or belongs to another access \
                     key id",
                )?;
                if !self.differences.is_empty() {
                    f.write_str(". If it didn't, look at:")?;
                }
            }
            Cause::Scheme => f.write_str(
                "the two texts are of different kinds: compare a ROA string-to-sign with one, or an ACS3 canonical \
                 request with one",
            )?,
            Cause::HashOnly => {
                f.write_str("the canonical requests differ, but only their hashes are given: compare the canonical requests")?;
            }
            Cause::OwnLayout => f.write_str(
                "the client's text is not built as the scheme wants it: after the method, Accept, Content-MD5, \
                 Content-Type and Date have a line each, blank when absent; then x-acs- headers; then the path",
            )?,
            Cause::NoServerText => f.write_str(
                "there is no string-to-sign of the server: give the message of the error, or what follows \
                 \"server string to sign is:\" in it",
            )?,
        }
        for difference in &self.differences {
            write!(f, "\n- {difference}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        match (&self.own, &self.server) {
            (Some(own), Some(server)) => write!(f, ": signed {own:?}, the server has {server:?}")?,
            (Some(own), None) => write!(f, ": signed {own:?}, the server has none")?,
            (None, Some(server)) => write!(f, ": not signed, the server has {server:?}")?,
            (None, None) => {}
        }
        write!(f, ": {}", self.advice)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Path => f.write_str("path"),
            Self::Query(name) if name.is_empty() => f.write_str("beginning of the query string"),
            Self::Query(name) => write!(f, "query parameter {name}"),
            Self::SignedHeaders => f.write_str("list of signed headers"),
            Self::BodyHash => f.write_str("hash of the body"),
            Self::Order => f.write_str("order"),
            Self::Beginning => f.write_str("beginning of the text"),
            Self::End => f.write_str("end of the text"),
            Self::LineBreaks => f.write_str("line breaks"),
        }
    }
}
