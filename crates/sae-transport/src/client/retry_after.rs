//! The wait that a refusal asks for, in the headers that gateways and load balancers use.

use std::time::{Duration, SystemTime};

use crate::Answer;

/// How long the answer asks to wait before the next attempt. What is no positive number is ignored, as the official SDKs do.
///
/// `x-acs-retry-after` is the gateway's own word and comes first; then the standard `Retry-After`; then what is left of the window
/// of a rate limit that is used up.
pub(super) fn of(answer: &Answer) -> Option<Duration> {
    acs(answer)
        .or_else(|| standard(answer))
        .or_else(|| RATE_LIMITS.iter().filter_map(|name| window(answer, name)).max())
}

/// Whole milliseconds.
fn acs(answer: &Answer) -> Option<Duration> {
    positive(answer.header("x-acs-retry-after")?).map(Duration::from_millis)
}

/// Seconds, or a date. A date counts from the answer's own, so that the clock of this machine doesn't matter.
fn standard(answer: &Answer) -> Option<Duration> {
    let value = answer.header("retry-after")?.trim();
    if let Some(seconds) = positive(value) {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let now = answer.header("date").and_then(date).unwrap_or_else(SystemTime::now);
    date(value)?.duration_since(now).ok().filter(|wait| !wait.is_zero())
}

/// Pairs of names and numbers, `Limit:30,Remain:0,TimeLeft:1200`: with nothing that remains, milliseconds until it does. The official
/// SDK for Java waits a little longer, and so does this.
fn window(answer: &Answer, name: &str) -> Option<Duration> {
    let pairs = answer.header(name)?;
    let number = |wanted: &str| {
        let values = pairs.split(',').filter_map(|pair| pair.split_once(':'));
        values
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
            .find_map(|(_, value)| value.trim().parse::<u64>().ok())
    };
    let left = number("TimeLeft").filter(|_| number("Remain") == Some(0))?;
    Some(Duration::from_millis(left) + MARGIN)
}

fn positive(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|number| *number > 0)
}

const RATE_LIMITS: [&str; 2] = ["x-ratelimit-user-api", "x-ratelimit-user"];
const MARGIN: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_from_every_header_that_asks_for_one() {
        let check = |headers: &[(&str, &str)], expected: Option<u64>| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let answer = Answer::new(429, headers.collect(), Vec::new());
            assert_eq!(of(&answer), expected.map(Duration::from_millis), "{:?}", answer.headers);
        };
        check(&[], None);
        check(&[("x-acs-retry-after", "120")], Some(120));
        check(&[("x-acs-retry-after", "0")], None);
        check(&[("x-acs-retry-after", "soon"), ("retry-after", "2")], Some(2000));
        check(&[("x-acs-retry-after", "120"), ("retry-after", "2")], Some(120));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(&[date, ("retry-after", "Sun, 06 Nov 1994 08:49:40 GMT")], Some(3000));
        check(&[date, ("retry-after", "Sun, 06 Nov 1994 08:49:30 GMT")], None);
        check(&[("x-ratelimit-user", "Limit:30,Remain:0,TimeLeft:400")], Some(500));
        check(&[("x-ratelimit-user", "Limit:30,Remain:3,TimeLeft:400")], None);
        let both = ("x-ratelimit-user-api", "Remain:0, TimeLeft:900");
        check(&[both, ("x-ratelimit-user", "Remain:0,TimeLeft:400")], Some(1000));
        check(&[("x-ratelimit-user", "nonsense")], None);
    }
}
