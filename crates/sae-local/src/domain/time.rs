//! Points in time, and how the service writes them.

use std::time::Duration;

/// A time, or a duration, in milliseconds. Times count from 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// A duration in milliseconds, at most a century.
pub fn millis(time: Duration) -> Millis {
    const CENTURY: Millis = 100 * 366 * DAY;
    Millis::try_from(time.as_millis()).unwrap_or(CENTURY).min(CENTURY)
}

/// Writes a time, in milliseconds since 1970, as the service does in its answers: in China Standard Time.
///
/// ```
/// assert_eq!(sae_local::service_time(1_562_831_689_704), "2019-07-11 15:54:49");
/// ```
pub fn text(at: Millis) -> String {
    let (date, of_day) = split(at);
    let (year, month, day) = date;
    let seconds = of_day / 1000;
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// The same in UTC, as Kubernetes writes it: `2021-01-02T15:04:05Z`.
pub fn utc(at: Millis) -> String {
    text(at - ZONE).replace(' ', "T") + "Z"
}

/// The same with milliseconds, as in the version that the service gives to an image: `2019-04-26 15:56:34.115`.
pub fn text_with_millis(at: Millis) -> String {
    format!("{}.{:03}", text(at), at.rem_euclid(1000))
}

/// The start of the day, in China Standard Time.
pub fn start_of_day(at: Millis) -> Millis {
    at - (at + ZONE).rem_euclid(DAY)
}

/// The start of the month, in China Standard Time.
pub fn start_of_month(at: Millis) -> Millis {
    let ((_, _, day), _) = split(at);
    start_of_day(at) - (day - 1) * DAY
}

type Date = (i64, i64, i64);

/// The date, and the milliseconds of the day.
fn split(at: Millis) -> (Date, i64) {
    let local = at.saturating_add(ZONE);
    (civil(local.div_euclid(DAY)), local.rem_euclid(DAY))
}

/// The date of the Gregorian calendar for a number of days since 1970. From Howard Hinnant, "chrono-compatible
/// low-level date algorithms".
fn civil(days: i64) -> Date {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

const DAY: i64 = 24 * 60 * 60 * 1000;
/// China Standard Time is eight hours ahead of UTC all year.
const ZONE: i64 = 8 * 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::{start_of_day, start_of_month, text, text_with_millis};

    #[test]
    fn times_are_written_in_china_standard_time() {
        for (at, written) in [
            (0, "1970-01-01 08:00:00"),
            (1_562_831_689_704, "2019-07-11 15:54:49"),
            (951_782_399_000, "2000-02-29 07:59:59"),
            (1_709_136_000_000, "2024-02-29 00:00:00"),
            (-28_800_001, "1969-12-31 23:59:59"),
        ] {
            assert_eq!(text(at), written);
        }
        assert_eq!(text_with_millis(1_556_265_394_115), "2019-04-26 15:56:34.115");
    }

    #[test]
    fn days_and_months_begin_at_midnight() {
        let at = 1_562_831_689_704;
        assert_eq!(text(start_of_day(at)), "2019-07-11 00:00:00");
        assert_eq!(text(start_of_month(at)), "2019-07-01 00:00:00");
        assert_eq!(start_of_month(start_of_month(at)), start_of_month(at));
    }
}
