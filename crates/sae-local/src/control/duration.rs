//! Durations as text.

use std::time::Duration;

/// Reads `250ms`, `90s`, `1h30m` or `2d`. A number without a unit is in milliseconds.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(millis) = rest.parse() {
        return Some(Duration::from_millis(millis));
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(end);
        let (unit, tail) = tail.split_at(tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len()));
        let unit = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let millis = number.parse::<u64>().ok()?.checked_mul(unit)?;
        total = total.checked_add(Duration::from_millis(millis))?;
        rest = tail;
    }
    (!text.trim().is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_are_read() {
        for (text, millis) in [
            ("250ms", Some(250)),
            ("250", Some(250)),
            ("0s", Some(0)),
            ("90s", Some(90_000)),
            ("1h30m", Some(5_400_000)),
            ("1h 30 min", Some(5_400_000)),
            ("2d", Some(172_800_000)),
            ("", None),
            ("m", None),
            ("5x", None),
            ("-5s", None),
            ("1.5s", None),
            ("5s3", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(parse(text).map(|time| time.as_millis()), millis, "{text}");
        }
    }
}
