//! The adapter for the crate chrono. It alone names it.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::{Timestamp, TimestampError};

/// ```
/// let time = sae_transport::Timestamp::from_millis(1_562_831_689_704).ok_or("too far away")?;
/// assert_eq!(chrono::DateTime::from(time).timestamp_millis(), 1_562_831_689_704);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl From<Timestamp> for DateTime<Utc> {
    fn from(time: Timestamp) -> Self {
        // chrono reaches beyond the year 200000.
        Self::UNIX_EPOCH + TimeDelta::milliseconds(time.as_millis())
    }
}

/// Fails before 1970 and after the year 9999. What is finer than a millisecond is cut off.
impl<Zone: TimeZone> TryFrom<DateTime<Zone>> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: DateTime<Zone>) -> Result<Self, TimestampError> {
        Self::from_millis(time.timestamp_millis()).ok_or(TimestampError(()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::Timestamp;

    #[test]
    fn a_time_survives_both_ways() {
        for millis in [0, 999, 1_562_831_689_704, 253_402_300_799_999] {
            let time = Timestamp::from_millis(millis).expect("within the range");
            let theirs = DateTime::<Utc>::from(time);
            assert_eq!((theirs.timestamp_millis(), Timestamp::try_from(theirs)), (millis, Ok(time)));
        }
        assert!(Timestamp::try_from(DateTime::<Utc>::MIN_UTC).is_err());
        assert!(Timestamp::try_from(DateTime::<Utc>::MAX_UTC).is_err());
        assert!(Timestamp::try_from(DateTime::from_timestamp_nanos(-1)).is_err());
    }
}
