//! Lengths of time as people write and read them.

use std::time::Duration;

/// Parses `90`, `90s`, `1.5m`, `1h30m`, `2d`; a number without a unit is seconds.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let mut whole = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let (unit, tail) = tail.split_at(tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len()));
        let seconds = match unit.trim() {
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        whole = whole.checked_add(part)?;
        rest = tail;
    }
    (!text.trim().is_empty()).then_some(whole)
}

/// Formats a duration as a clock: `0:41`, `12:05`, `1:02:33`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::{clock, parse};
    use std::time::Duration;

    #[test]
    fn durations_are_read() {
        for (text, millis) in [
            ("90", Some(90_000)),
            ("0.5", Some(500)),
            ("90s", Some(90_000)),
            ("10m", Some(600_000)),
            ("1h30m", Some(5_400_000)),
            ("1h 30 min", Some(5_400_000)),
            ("1.5m", Some(90_000)),
            ("250ms", Some(250)),
            ("2d", Some(172_800_000)),
            ("", None),
            ("m", None),
            ("5x", None),
            ("-5s", None),
            ("-5", None),
            ("nan", None),
            ("5s3", None),
            ("1e400", None),
        ] {
            assert_eq!(parse(text).map(|time| time.as_millis()), millis, "{text}");
        }
    }

    #[test]
    fn durations_are_shown() {
        for (seconds, text) in [(0, "0:00"), (41, "0:41"), (725, "12:05"), (3753, "1:02:33")] {
            assert_eq!(clock(Duration::from_secs(seconds)), text);
        }
    }
}
