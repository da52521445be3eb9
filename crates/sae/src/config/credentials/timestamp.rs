//! Times in the format of STS: ISO 8601.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sae_transport::Timestamp;
use sae_transport::sign::Scheme;

/// `2026-11-22T08:00:00Z`, whole seconds; none before 1970 or after 9999.
pub(super) fn format(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Scheme::Acs3.write_date(i64::try_from(seconds).ok()?)
}

/// `2026-11-22T08:00:00Z`, optionally with a fraction of a second, which is cut off, or with an offset instead of `Z`.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    text.trim().parse().ok().and_then(|time: Timestamp| at(time.as_seconds()))
}

/// Seconds since 1970.
pub(super) fn at(seconds: i64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

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
