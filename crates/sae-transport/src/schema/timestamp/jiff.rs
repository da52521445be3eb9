//! The adapter for the crate jiff. It alone names it.

use jiff::Timestamp as JiffTimestamp;

use super::{Timestamp, TimestampError};

/// Fails for the last day of the year 9999, which jiff doesn't reach.
///
/// ```
/// let time = sae_transport::Timestamp::from_millis(1_562_831_689_704).ok_or("too far away")?;
/// assert_eq!(jiff::Timestamp::try_from(time)?.to_string(), "2019-07-11T07:54:49.704Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<Timestamp> for JiffTimestamp {
    type Error = jiff::Error;

    fn try_from(time: Timestamp) -> Result<Self, jiff::Error> {
        Self::from_millisecond(time.as_millis())
    }
}

/// Fails before 1970. What is finer than a millisecond is cut off.
impl TryFrom<JiffTimestamp> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: JiffTimestamp) -> Result<Self, TimestampError> {
        // Half a millisecond before 1970 would be cut to 1970.
        let millis = Some(time.as_millisecond()).filter(|_| time >= JiffTimestamp::UNIX_EPOCH);
        millis.and_then(Self::from_millis).ok_or(TimestampError(()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp as JiffTimestamp;

    use super::Timestamp;

    #[test]
    fn a_time_survives_both_ways() {
        for millis in [0, 999, 1_562_831_689_704] {
            let time = Timestamp::from_millis(millis).expect("within the range");
            let theirs = JiffTimestamp::try_from(time).expect("within the range");
            assert_eq!((theirs.as_millisecond(), Timestamp::try_from(theirs)), (millis, Ok(time)));
        }
        let last = "9999-12-31T23:59:59Z".parse::<Timestamp>().expect("within the range");
        assert!(JiffTimestamp::try_from(last).is_err());
        assert!(Timestamp::try_from(JiffTimestamp::MIN).is_err());
        let before = JiffTimestamp::from_nanosecond(-1).expect("within the range");
        assert!(Timestamp::try_from(before).is_err());
    }
}
