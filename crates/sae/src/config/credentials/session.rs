//! Temporary credentials in the forms of their sources.

use sae_transport::Error;
use serde_json::Value;

use super::{Credentials, timestamp, unavailable};

/// Reads an answer of STS, CloudSSO, the metadata service or a credentials URI. All four members are required.
pub(super) fn session(name: &str, value: &Value) -> Result<Credentials, Error> {
    let text = |member: &str| {
        let text = value.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| unavailable(format!("{name} answered without {member}")))
    };
    let credentials = Credentials::new(text("AccessKeyId")?, text("AccessKeySecret")?)
        .with_security_token(text("SecurityToken")?);
    text("Expiration")?;
    expiring(name, credentials, value.get("Expiration"))
}

/// Adds the expiration: a time as text, or seconds since 1970.
pub(super) fn expiring(
    name: &str,
    credentials: Credentials,
    end: Option<&Value>,
) -> Result<Credentials, Error> {
    let time = match end {
        None | Some(Value::Null) => return Ok(credentials),
        Some(Value::String(text)) if text.is_empty() => return Ok(credentials),
        Some(Value::String(text)) => timestamp::parse(text),
        Some(other) => other.as_i64().and_then(timestamp::at),
    };
    match time {
        Some(time) => Ok(credentials.with_expiration(time)),
        None => Err(unavailable(format!("{name} gave an expiration that is no time"))),
    }
}
