//! Parsers of option values, with their error messages.

use std::time::Duration;

use crate::duration;
use crate::timestamp::{self, Millis};

/// Parses a whole number that is at least `MIN`.
pub fn at_least<const MIN: i64>(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|number| *number >= MIN)
        .ok_or_else(|| format!("expected a whole number, {MIN} or more"))
}

/// Parses an amount of memory: bytes, or with a unit as in `64M`, where K, M and G are powers of 1024.
pub fn bytes(text: &str) -> Result<usize, String> {
    let units = [('K', 10), ('M', 20), ('G', 30)];
    let unit = units.into_iter().find(|(unit, _)| text.ends_with(*unit));
    let number = unit.map_or(Some(text), |(unit, _)| text.strip_suffix(unit));
    number
        .and_then(|number| number.parse::<usize>().ok())
        .and_then(|number| number.checked_mul(1 << unit.map_or(0, |(_, power)| power)))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "expected a number of bytes, as in 1048576 or 64M".to_owned())
}

/// Parses a duration of at most one day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let time =
        duration::parse(text).ok_or("expected a number of seconds, or a time as in 90s, 10m, 1h30m")?;
    if time > Duration::ZERO && time <= Duration::from_secs(24 * 60 * 60) {
        Ok(time)
    } else {
        Err("expected more than 0 and at most 86400 seconds".to_owned())
    }
}

/// Parses whole minutes; a number without a unit is minutes.
pub fn minutes(text: &str) -> Result<i64, String> {
    if let Ok(minutes) = text.parse::<u16>() {
        return Ok(minutes.into());
    }
    let seconds = duration::parse(text).ok_or("expected minutes, as in 5 or 5m")?.as_secs();
    if seconds % 60 != 0 {
        return Err("the service waits whole minutes".to_owned());
    }
    i64::try_from(seconds / 60).map_err(|_| "too long".to_owned())
}

/// Parses a time, or how long ago it was.
pub fn since(text: &str) -> Result<Millis, String> {
    let ago = |time: Duration| {
        timestamp::now().saturating_sub(Millis::try_from(time.as_millis()).unwrap_or(Millis::MAX))
    };
    timestamp::whole(text)
        .or_else(|| duration::parse(text).map(ago))
        .ok_or_else(|| "expected how long ago, as in 10m, or a time, as in 2026-11-22T08:30:00Z".to_owned())
}

/// Trims white space, which is often copied by accident. An empty text is an error.
pub fn trimmed(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is empty"),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn memory_has_units() {
        let read = |text| bytes(text).ok();
        assert_eq!([read("7"), read("2K"), read("64M")], [Some(7), Some(2048), Some(64 << 20)]);
        for wrong in ["", "0", "-1", "1.5M", "M", "64 M", "1T", "99999999999999999999", "99999999999999G"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
