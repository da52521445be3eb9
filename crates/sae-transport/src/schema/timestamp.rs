//! Points in time, as answers have them and as programs use them.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sae_sign::Scheme;

/// A point in time between the years 1970 and 9999, to the millisecond.
///
/// Answers keep a time as the service wrote it: a number of milliseconds or a text. Structs with such a field have a method of the same
/// name that reads it as a `Timestamp`, and `None` where it is absent or not a time.
///
/// `Display` and `Debug` write RFC 3339 in UTC, with milliseconds where there are any. A timestamp converts to [`SystemTime`], and with
/// the features `jiff` and `chrono` to the types of those crates.
///
/// ```
/// use sae_transport::Timestamp;
///
/// let started = Timestamp::from_millis(1_562_831_689_704).ok_or("too far away")?;
/// assert_eq!(started.to_string(), "2019-07-11T07:54:49.704Z");
/// assert!(started < "2019-07-11T16:00:00+08:00".parse()?);
/// assert!(std::time::SystemTime::from(started) < std::time::SystemTime::now());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Since 1970; a year between 1970 and 9999.
    millis: i64,
}

impl Timestamp {
    /// The time that is so many milliseconds after the beginning of 1970 in UTC; `None` before it and after the year 9999.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Option<Self> {
        if 0 <= millis && millis < END { Some(Self { millis }) } else { None }
    }

    /// The time that is so many seconds after the beginning of 1970 in UTC; `None` before it and after the year 9999.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(1000) {
            Some(millis) => Self::from_millis(millis),
            None => None,
        }
    }

    /// Reads a text of the service: `2019-07-11 15:54:49`, which is China Standard Time (UTC+8) as all its times without a zone,
    /// RFC 3339, or a number of milliseconds. `None` for any other text and for 0, which the service writes where there is no time.
    ///
    /// ```
    /// use sae_transport::Timestamp;
    ///
    /// let read = |text| Timestamp::from_service(text).map(|time| time.to_string());
    /// assert_eq!(read("2019-07-11 15:54:49").as_deref(), Some("2019-07-11T07:54:49Z"));
    /// assert_eq!(read("1562831689704").as_deref(), Some("2019-07-11T07:54:49.704Z"));
    /// assert_eq!(read("soon"), None);
    /// ```
    #[must_use]
    pub fn from_service(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().and_then(Self::from_service_millis);
        }
        let (local, rest) = text.split_at_checked(SECONDS)?;
        if rest.is_empty() {
            return Self::from_millis((local_seconds(local)? - CHINA) * 1000);
        }
        text.parse().ok()
    }

    /// Reads a number of milliseconds in an answer: `None` for 0, which the service writes where there is no time.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_service_millis(millis: i64) -> Option<Self> {
        if millis == 0 { None } else { Self::from_millis(millis) }
    }

    /// Reads a number of seconds in an answer, likewise.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_service_seconds(seconds: i64) -> Option<Self> {
        if seconds == 0 { None } else { Self::from_seconds(seconds) }
    }

    /// Milliseconds since the beginning of 1970 in UTC, as most parameters for times take them.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.millis
    }

    /// Whole seconds since the beginning of 1970 in UTC.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.millis / 1000
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Scheme::Acs3.write_date(self.as_seconds()).unwrap_or_default();
        let millis = self.millis % 1000;
        if millis > 0 {
            text.truncate(SECONDS);
            text.push_str(&format!(".{millis:03}Z"));
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads RFC 3339, which always has a zone: `2019-07-11T07:54:49Z`, `2019-07-11 15:54:49.704+08:00`. What is finer than a millisecond
/// is cut off.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        rfc_3339(text).and_then(Self::from_millis).ok_or(TimestampError(()))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        UNIX_EPOCH + Duration::from_millis(time.millis.unsigned_abs())
    }
}

/// Fails before 1970 and after the year 9999. What is finer than a millisecond is cut off.
impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Self, TimestampError> {
        let since = time.duration_since(UNIX_EPOCH).map_err(|_| TimestampError(()))?;
        let millis = i64::try_from(since.as_millis()).ok();
        millis.and_then(Self::from_millis).ok_or(TimestampError(()))
    }
}

/// What was given is not a time between 1970 and 9999, or not written as RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(());

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time between 1970 and 9999, such as 2019-07-11T07:54:49Z")
    }
}

impl std::error::Error for TimestampError {}

/// Milliseconds since 1970.
fn rfc_3339(text: &str) -> Option<i64> {
    let (local, rest) = text.split_at_checked(SECONDS)?;
    let (millis, zone) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    Some((local_seconds(local)? - offset(zone)?) * 1000 + millis)
}

/// Reads `2019-07-11T15:54:49`, or the same with a space, as if it were UTC. The calendar is that of request dates.
fn local_seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_at_checked(DATE)?;
    let time = time.strip_prefix(['T', 't', ' '])?;
    // A leap second, which calendars of computers don't have, is the first second after it.
    let leap = time.strip_suffix(":60").map(|minute| format!("{date}T{minute}:59Z"));
    match leap {
        Some(leap) => Some(Scheme::Acs3.read_date(&leap)? + 1),
        None => Scheme::Acs3.read_date(&format!("{date}T{time}Z")),
    }
}

/// Splits `704+08:00` into milliseconds and the zone.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, zone) = text.split_at_checked(end)?;
    let millis: String = digits.chars().chain("00".chars()).take(3).collect();
    Some((if digits.is_empty() { None } else { millis.parse().ok() }?, zone))
}

/// Seconds by which a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if let "Z" | "z" = zone {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str, below: i64| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| is_number && *number < below)
    };
    Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
}

/// Length of a date.
const DATE: usize = "2019-07-11".len();
/// Length of a date with a time.
const SECONDS: usize = "2019-07-11T15:54:49".len();
/// China Standard Time is so many seconds ahead of UTC, all year.
const CHINA: i64 = 8 * 3600;
/// The first millisecond of the year 10000.
const END: i64 = 253_402_300_800_000;

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{END, Timestamp};

    #[test]
    fn times_are_written_as_rfc_3339_and_read_again() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (1_562_831_689_000, "2019-07-11T07:54:49Z"),
            (1_709_251_199_990, "2024-02-29T23:59:59.990Z"),
            (END - 1, "9999-12-31T23:59:59.999Z"),
        ] {
            let time = Timestamp::from_millis(millis).expect("within the range");
            assert_eq!((time.to_string().as_str(), format!("{time:?}").as_str()), (text, text));
            assert_eq!(text.parse(), Ok(time));
            assert_eq!((time.as_millis(), time.as_seconds()), (millis, millis / 1000));
            assert_eq!(Timestamp::try_from(SystemTime::from(time)), Ok(time));
        }
        let time = Timestamp::from_seconds(0).expect("within the range");
        assert_eq!(format!("[{time:>21}]"), "[ 1970-01-01T00:00:00Z]");
    }

    #[test]
    fn rfc_3339_has_many_forms() {
        let millis = |text: &str| text.parse().map(Timestamp::as_millis).ok();
        for (text, expected) in [
            ("1970-01-01t08:00:00.5+08:00", Some(500)),
            ("1970-01-01 00:00:00.25z", Some(250)),
            ("1969-12-31T23:30:00-00:30", None),
            ("1970-01-01T00:00:00-01:30", Some(5_400_000)),
            ("1970-01-01T00:00:00.123456789Z", Some(123)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_800_000)),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01T00:00:00.Z", None),
            ("1970-01-01T00:00:00+0800", None),
            ("1970-01-01T00:00:00+8:00", None),
            ("1970-01-01T00:00:00+24:00", None),
            ("1970-01-01T00:00:00+08:60", None),
            ("2023-02-29T00:00:00Z", None),
            ("1970-01-01", None),
            ("19日0-01-01T00:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_of_the_service_are_read() {
        let read = |text| Timestamp::from_service(text).map(Timestamp::as_millis);
        for (text, expected) in [
            ("2019-07-11 15:54:49", Some(1_562_831_689_000)),
            ("2019-07-11T15:54:49", Some(1_562_831_689_000)),
            ("2019-07-11T07:54:49Z", Some(1_562_831_689_000)),
            ("1563373372746", Some(1_563_373_372_746)),
            ("1970-01-01 07:59:59", None),
            ("2019-07-11", None),
            ("2019-13-11 15:54:49", None),
            ("99999999999999999999", None),
            ("-1", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(Timestamp::from_service_millis(0), None);
        assert_eq!(Timestamp::from_service_seconds(0), None);
    }

    #[test]
    fn other_years_are_refused() {
        for millis in [i64::MIN, -1, END, i64::MAX] {
            assert_eq!(Timestamp::from_millis(millis), None);
            assert_eq!(Timestamp::from_seconds(millis), None);
        }
        assert!(Timestamp::try_from(UNIX_EPOCH - Duration::from_nanos(1)).is_err());
        let error = "soon".parse::<Timestamp>().expect_err("it is no time").to_string();
        assert_eq!(error, "not a time between 1970 and 9999, such as 2019-07-11T07:54:49Z");
    }
}
