//! Times in the format of STS: ISO 8601.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sae_transport::sign::Scheme;

/// `2026-11-22T08:00:00Z`, whole seconds; none before 1970 or after 9999.
pub(super) fn format(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Scheme::Acs3.write_date(i64::try_from(seconds).ok()?)
}

/// `2026-11-22T08:00:00Z`, optionally with a fraction of a second, or with an offset instead of `Z`.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let (date, time) = text.trim().split_once('T')?;
    let (time, ahead) = match time.strip_suffix('Z') {
        Some(time) => (time, 0),
        None => offset(time)?,
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    number(fraction, i64::MAX)?;
    let [year, month, day] = numbers(date, '-', [9999, 12, 31])?;
    let [hour, minute, second] = numbers(time, ':', [23, 59, 60])?;
    if year < 1970 || month < 1 || day < 1 {
        return None;
    }
    let (year, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5 + day - 1;
    let seconds = (days - DAYS_TO_1970) * DAY + hour * 3600 + minute * 60 + second - ahead;
    at(seconds)
}

/// Splits `08:00:00+08:00` into the time of day and the offset in seconds.
fn offset(time: &str) -> Option<(&str, i64)> {
    let (time, offset) = time.split_at_checked(time.rfind(['+', '-'])?)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = number(hours, 23)? * 3600 + number(minutes, 59)? * 60;
    Some((time, if offset.starts_with('-') { -seconds } else { seconds }))
}

/// Seconds since 1970.
pub(super) fn at(seconds: i64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

fn numbers<const N: usize>(text: &str, separator: char, largest: [i64; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut found = [0; N];
    for (place, largest) in found.iter_mut().zip(largest) {
        *place = number(parts.next()?, largest)?;
    }
    parts.next().is_none().then_some(found)
}

fn number(text: &str, largest: i64) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= largest)
}

const DAY: i64 = 86_400;
/// From the first of March of the year 0.
const DAYS_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1999-12-31T23:59:59Z", 946_684_799),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-22T08:00:00Z", 1_795_334_400),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            assert_eq!(parse(text), at(seconds), "{text}");
            assert_eq!(at(seconds).and_then(format).as_deref(), Some(text));
        }
    }

    #[test]
    fn fractions_and_offsets_are_read() {
        assert_eq!(parse("2026-11-22T08:00:00.123Z"), parse("2026-11-22T08:00:00Z"));
        assert_eq!(parse("2026-11-22T16:00:00+08:00"), parse("2026-11-22T08:00:00Z"));
        assert_eq!(parse("2026-11-21T23:30:00-08:30"), parse("2026-11-22T08:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "T", "2026-11-22", "2026-11-22T08:00:00", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["+026-1-1T0:0:0Z", "2026-1-0T0:0:0Z", "2026-1-1T0:0:0:0Z", "2026-1-1T0:0:0.Z", "日T月Z"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
