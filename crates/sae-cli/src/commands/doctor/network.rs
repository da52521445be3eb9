//! Checks whether the service is reachable and accepts the signature, and whether the clocks agree.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use sae::model::{DescribeRegions, SERVICE};
use sae::transport::{Exchange as _, ExchangeError, Http, HttpRequest, Method, innermost_cause};
use sae::{Answer, Error, ErrorKind};

use super::check::Check;
use crate::context::Context;
use crate::output::advice;

/// Makes one read-only call to check network, signature and clock. Without a key it checks only network and clock.
pub async fn look(context: &Context, has_key: bool, checks: &mut Vec<Check>) {
    let client = match context.client() {
        Ok(client) => client,
        Err(failure) => return checks.push(Check::wrong("endpoint", failure.message(), ADDRESS)),
    };
    let endpoint = match client.endpoint(&SERVICE) {
        Ok(endpoint) => endpoint.to_string(),
        Err(error) => return checks.push(Check::wrong("endpoint", error.to_string(), ADDRESS)),
    };
    if !has_key {
        return probe(&endpoint, context, checks).await;
    }
    let reply = client.send(DescribeRegions::new()).await;
    match &reply {
        Ok(reply) => {
            checks.push(Check::well("endpoint", format!("{endpoint} answers")));
            checks.push(Check::well(
                "call",
                format!("DescribeRegions lists {} regions", reply.output.regions.len()),
            ));
        }
        Err(error) if error.answer().is_some() && error.code().is_none() => {
            let found = format!("{endpoint} answers, but not as SAE does: {}", error.message());
            checks.push(Check::wrong("endpoint", found, advice::of(error).unwrap_or(ADDRESS)));
        }
        Err(error) if error.answer().is_some() => {
            checks.push(Check::well("endpoint", format!("{endpoint} answers")));
            // A wrong key is reported by a check of its own.
            let explanation = error.explanation().and_then(|text| text.lines().next());
            let advice = explanation.or(error.advice()).unwrap_or("see the message");
            checks.push(Check::wrong("call", error.to_string(), advice));
        }
        Err(error) if error.kind() == ErrorKind::Credentials => {
            return probe(&endpoint, context, checks).await;
        }
        Err(error) => {
            checks.push(Check::wrong(
                "endpoint",
                format!("{endpoint}: {}", root(error)),
                advice::of(error).unwrap_or(NETWORK),
            ));
        }
    }
    let answer = match &reply {
        Ok(reply) => Some(&reply.answer),
        Err(error) => error.answer(),
    };
    checks.extend(answer.and_then(clock));
}

/// Sends an unsigned request: any response shows that the endpoint is reachable.
async fn probe(endpoint: &str, context: &Context, checks: &mut Vec<Check>) {
    let limit = context.connection.timeout.unwrap_or(PROBE);
    let request = HttpRequest::new(Method::Get, format!("{endpoint}/"));
    let found = match tokio::time::timeout(limit, Http::new().exchange(request)).await {
        Ok(Ok(answer) | Err(ExchangeError::TooLarge { partial: answer, .. })) => {
            checks.push(Check::well("endpoint", format!("{endpoint} answers")));
            checks.push(Check::noted("call", "not tried: there are no credentials"));
            checks.extend(clock(&answer));
            return;
        }
        Ok(Err(
            ExchangeError::Unsendable(source)
            | ExchangeError::NotSent(source)
            | ExchangeError::Broken { source, .. },
        )) => {
            let found = format!("{endpoint}: {}", innermost_cause(&*source));
            return checks.push(Check::wrong("endpoint", found, advice::of_connection(&*source)));
        }
        Ok(Err(_)) => "no answer".to_owned(),
        Err(_) => format!("no answer in {} s", limit.as_secs_f64()),
    };
    checks.push(Check::wrong("endpoint", format!("{endpoint}: {found}"), NETWORK));
}

/// The message of an error with its innermost cause.
fn root(error: &Error) -> String {
    match error.source() {
        Some(cause) => format!("{}: {}", error.message(), innermost_cause(cause)),
        None => error.message().to_owned(),
    }
}

fn clock(answer: &Answer) -> Option<Check> {
    let Ok(theirs) = httpdate::parse_http_date(answer.header("date")?) else {
        return Some(Check::noted("clock", "the service's time can't be read"));
    };
    let ours = SystemTime::now();
    let (apart, way) = match ours.duration_since(theirs) {
        Ok(ahead) => (ahead.as_secs(), "ahead of"),
        Err(behind) => (behind.duration().as_secs(), "behind"),
    };
    let found = format!("{apart} s {way} the service's");
    Some(match apart {
        0..=2 => Check::well("clock", "agrees with the service's"),
        3..=LIMIT => Check::well("clock", found),
        _ => Check::wrong("clock", found, "set it, as by NTP: requests that are 15 minutes off are refused"),
    })
}

const ADDRESS: &str =
    "give the address of SAE alone, as in https://sae.cn-hangzhou.aliyuncs.com, or a region in its place";
const NETWORK: &str = "check the address, the network and the proxies";
/// In seconds: much less than the 15 minutes that the service allows, and more than network delays.
const LIMIT: u64 = 60;
const PROBE: Duration = Duration::from_secs(10);
