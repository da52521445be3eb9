//! Timestamps as logs and people write them.

use std::time::{SystemTime, UNIX_EPOCH};

use sae::Timestamp;

/// Milliseconds since 1970.
pub type Millis = i64;

/// Parses the timestamp at the beginning of a text: `2026-11-22 08:30:00.250`, `2026-11-22T08:30:00+08:00`, with or without seconds
/// and fraction. Without a zone it is in China Standard Time, like those of the service.
pub fn leading(text: &str) -> Option<Millis> {
    read(text.trim_start_matches('[')).map(|(at, _)| at)
}

/// Parses a text that is a timestamp and nothing else.
pub fn whole(text: &str) -> Option<Millis> {
    read(text.trim()).filter(|(_, rest)| rest.is_empty()).map(|(at, _)| at)
}

/// Adds the zone to a timestamp of the service; other texts stay unchanged.
pub fn zoned(text: &str) -> String {
    let is_bare = text.len() == "2026-11-22 08:30:00".len() && whole(text).is_some();
    if is_bare { format!("{}+08:00", text.replacen(' ', "T", 1)) } else { text.to_owned() }
}

/// The present time.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

fn read(text: &str) -> Option<(Millis, &str)> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix(['-', '/'])?, 2)?;
    let (day, rest) = number(rest.strip_prefix(['-', '/'])?, 2)?;
    let (hour, rest) = number(rest.strip_prefix(['T', ' '])?, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = rest.strip_prefix(':').and_then(|rest| number(rest, 2)).unwrap_or((0, rest));
    let utc = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let utc: Timestamp = utc.parse().ok()?;
    let (millis, rest) = fraction(rest);
    let (zone, rest) = zone(rest);
    Some((utc.as_millis() + millis - zone, rest))
}

/// Parses a number of exactly this many digits.
fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(digits)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().map(|number| (number, rest))
}

fn fraction(text: &str) -> (i64, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let millis: String = digits.chars().chain("000".chars()).take(3).collect();
    (millis.parse().unwrap_or(0), rest)
}

/// Offset of the zone from UTC in milliseconds.
fn zone(text: &str) -> (Millis, &str) {
    if let Some(rest) = text.strip_prefix('Z') {
        return (0, rest);
    }
    let offset = |sign: i64, rest| {
        let (hours, rest) = number(rest, 2)?;
        let (minutes, rest) = number(rest.strip_prefix(':').unwrap_or(rest), 2)?;
        Some((sign * (hours * 60 + minutes) * 60_000, rest))
    };
    let found = match text.split_at_checked(1) {
        Some(("+", rest)) => offset(1, rest),
        Some(("-", rest)) => offset(-1, rest),
        _ => None,
    };
    found.unwrap_or((CHINA, text))
}

/// China Standard Time is eight hours ahead of UTC, all year.
const CHINA: Millis = 8 * 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use sae_local::service_time;

    use super::{leading, whole, zoned};

    #[test]
    fn a_time_of_the_service_is_shown_with_its_zone() {
        for (text, shown) in [
            ("2026-11-22 08:30:00", "2026-11-22T08:30:00+08:00"),
            ("2026-11-22T08:30:00Z", "2026-11-22T08:30:00Z"),
            ("yesterday", "yesterday"),
            ("", ""),
        ] {
            assert_eq!(zoned(text), shown);
            assert_eq!(whole(text), whole(shown));
        }
    }

    #[test]
    fn times_are_read() {
        for (text, at) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01 08:00", Some(0)),
            ("1970-01-01 08:00:00.250 started", Some(250)),
            ("[1970-01-01 08:00:01,5] started", Some(1500)),
            ("2019-07-11T15:54:49+08:00", Some(1_562_831_689_000)),
            ("2019-07-11 15:54:49 ready", Some(1_562_831_689_000)),
            ("2024-02-29T12:00:00-0130", Some(1_709_213_400_000)),
            ("2019-13-11 15:54:49", None),
            ("started 2019-07-11", None),
            ("2019", None),
            ("20é9-07-11 15:54", None),
        ] {
            assert_eq!(leading(text), at, "{text}");
        }
        for at in [0, -1000, 951_782_399_000, 1_562_831_689_000, 1_709_136_000_000, 4_102_444_799_000] {
            assert_eq!(whole(&service_time(at)), Some(at));
        }
        assert_eq!(whole("2019-07-11 15:54:49 ready"), None);
        assert_eq!(whole(" 2019-07-11 15:54:49 "), Some(1_562_831_689_000));
    }
}
