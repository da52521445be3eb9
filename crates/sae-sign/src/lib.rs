//! Request signatures of Alibaba Cloud, for clients and for servers.
//!
//! A pure crate: request in, string-to-sign and headers out. It reads no clock, no randomness and no environment; date and
//! nonce are headers that the caller puts into the request. The feature `now` makes them: [`Scheme::fresh_headers`],
//! [`Scheme::date_now`] and [`nonce`].
//!
//! Two schemes, chosen by [`Scheme`]:
//!
//! | scheme | signature | header |
//! | --- | --- | --- |
//! | [`Roa`](Scheme::Roa) | HMAC-SHA1 over method, four headers, `x-acs-*` headers, path and raw query | `acs ID:SIGNATURE` |
//! | [`Acs3`](Scheme::Acs3) | HMAC-SHA256 over the hash of a canonical request, body included | `ACS3-HMAC-SHA256 Credential=…` |
//!
//! [`sign`] is the client's side, [`verify`] the server's, and [`mod@explain`] tells the two apart when they disagree.
//!
//! ```
//! use sae_sign::{Credentials, Request, Scheme, sign, verify};
//!
//! let request = Request {
//!     method: "GET",
//!     path: "/pop/v1/sam/app/describeApplicationStatus",
//!     query: &[("AppId".into(), "7171a6ca-d1cd".into())],
//!     headers: &[
//!         ("Accept".into(), "application/json".into()),
//!         ("Date".into(), "Mon, 26 Aug 2019 08:55:56 GMT".into()),
//!         ("x-acs-signature-nonce".into(), "f63659d4-10ac-483b-99da-ea8fde61eae3".into()),
//!         ("x-acs-version".into(), "2019-05-06".into()),
//!     ],
//!     body: b"",
//! };
//! let signed = sign(Scheme::Roa, &request, &Credentials::new("local", "local-secret"))?;
//! assert_eq!(signed.authorization, "acs local:35MjPpilUpcMJMhRiyv0M+1QOIU=");
//! assert!(verify(&request, &signed.authorization, "local-secret").is_ok());
//! # Ok::<(), sae_sign::SignError>(())
//! ```
//!
//! [`sign`] refuses what can't be right, and where the official signers disagree with each other it refuses the request
//! instead of guessing what the service does: see [`SignError`]. [`verify`] takes every spelling of theirs.

mod acs3;
mod authorization;
mod credentials;
mod date;
mod decode;
mod digest;
mod encode;
mod error;
pub mod explain;
#[cfg(feature = "jsonl")]
pub mod jsonl;
#[cfg(feature = "now")]
mod now;
mod pairs;
mod request;
mod roa;
mod rules;
mod scan;
mod scheme;
mod secret;
mod sign;
mod signed;
mod verify;
mod verify_error;

pub use authorization::{Authorization, AuthorizationError, parse_authorization};
pub use credentials::Credentials;
pub use decode::{decode, decode_utf8};
pub use digest::{content_md5, sha256_hex};
pub use encode::{encode, encode_into};
pub use error::SignError;
#[cfg(feature = "now")]
pub use now::nonce;
pub use request::Request;
pub use rules::{is_access_key_id, is_nonce};
pub use scheme::{Scheme, UnknownScheme};
pub use secret::same_secret;
pub use sign::sign;
pub use signed::Signed;
pub use verify::{expected, verify};
pub use verify_error::{Mismatch, VerifyError};
