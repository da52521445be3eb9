//! A request to a source of credentials.

use std::time::Duration;

use sae_transport::client::{ExchangeError, HttpRequest, jittered, sleep, timeout};
use sae_transport::{Answer, Error, innermost_cause};
use serde_json::Value;

use super::{Environment, unavailable};

/// A source, with its time limit and its number of attempts.
pub(super) struct Source<'a> {
    /// Name in messages, as in `STS at https://sts.aliyuncs.com`. It contains no secret.
    pub(super) name: &'a str,
    /// Time limit of one attempt.
    pub(super) limit: Duration,
    /// Number of attempts before a passing fault is an error.
    pub(super) attempts: u32,
}

/// Sends a request, and accepts an answer with status 200. Each attempt makes a new request, since it needs a new signature.
pub(super) async fn fetch(
    environment: &Environment,
    source: Source<'_>,
    mut request: impl FnMut() -> Result<HttpRequest, Error>,
) -> Result<Answer, Error> {
    let (sender, limit) = (environment.sender(), environment.limit(source.limit));
    let mut attempt = 1;
    loop {
        let asked = timeout(limit, sender.exchange(request()?))?.await;
        let (error, passing) = match asked {
            Ok(Ok(answer)) if answer.status == 200 => return Ok(answer),
            Ok(Ok(answer)) => (refusal(source.name, &answer), answer.status >= 500),
            Ok(Err(error)) => {
                // After a redirect, somebody else has the signed request already.
                let passing =
                    !matches!(error, ExchangeError::Unsendable(_) | ExchangeError::Redirected { .. });
                (unanswered(source.name, error), passing)
            }
            Err(_) => {
                let message = format!("{} did not answer within {:.1} s", source.name, limit.as_secs_f64());
                (unavailable(message), false)
            }
        };
        if !passing || attempt >= source.attempts {
            return Err(error);
        }
        attempt += 1;
        sleep(jittered(PAUSE, 0.0..1.0))?.await;
    }
}

/// The JSON of an answer. The error quotes nothing of it.
pub(super) fn document(name: &str, text: &[u8]) -> Result<Value, Error> {
    let document = serde_json::from_slice::<Value>(text).ok().filter(Value::is_object);
    document.ok_or_else(|| unavailable(format!("{name} answered no JSON object")))
}

/// Only code and request id of the body are shown, because messages may quote the request.
fn refusal(name: &str, answer: &Answer) -> Error {
    let body = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    let word = |member: &str| body.get(member)?.as_str().filter(|text| is_word(text));
    let mut message = format!("{name} refused with HTTP status {}", answer.status);
    for (title, member) in [("code", "Code"), ("code", "ErrorCode"), ("request id", "RequestId")] {
        if let Some(word) = word(member) {
            message.push_str(&format!(", {title} {word}"));
        }
    }
    unavailable(message)
}

/// Whether a text looks like a code or an identifier. Tokens are longer.
fn is_word(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

fn unanswered(name: &str, error: ExchangeError) -> Error {
    match error {
        ExchangeError::NotSent(cause) => {
            unavailable(format!("no connection to {name}: {}", innermost_cause(&*cause)))
        }
        ExchangeError::Unsendable(cause) => {
            unavailable(format!("{name} can't be asked: {}", innermost_cause(&*cause)))
        }
        redirected @ ExchangeError::Redirected { .. } => {
            unavailable(format!("{name} was not the one that answered: {redirected}"))
        }
        ExchangeError::TooLarge { limit, .. } => {
            unavailable(format!("{name} answered more than {limit} bytes"))
        }
        _ => unavailable(format!("the connection to {name} broke before the answer was whole")),
    }
}

/// The longest wait between two attempts.
const PAUSE: Duration = Duration::from_millis(200);
