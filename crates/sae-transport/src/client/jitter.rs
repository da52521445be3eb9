//! Waits of random length, so that many clients don't come back at once.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::ops::Range;
use std::time::Duration;

/// A random share of a time, from the first of these to the second: `0.5..1.0` is from half of it to all of it.
///
/// It never panics: a share that is negative or no number is none of the time, and what is longer than [`Duration::MAX`] is that.
///
/// ```
/// use std::time::Duration;
///
/// use sae_transport::client::jittered;
///
/// let wait = jittered(Duration::from_secs(10), 0.5..1.0);
/// assert!((5..=10).contains(&wait.as_secs()));
/// ```
pub fn jittered(time: Duration, share: Range<f64>) -> Duration {
    // The keys of a hasher are random, and each has keys of its own. A crate for random numbers would do no more.
    let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    let random = f64::from(u32::from_le_bytes([a, b, c, d])) / f64::from(u32::MAX);
    // `max` takes 0 instead of what is no number.
    let seconds = (time.as_secs_f64() * (share.start + (share.end - share.start) * random)).max(0.0);
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::jittered;

    #[test]
    fn waits_are_spread_over_their_whole_range_and_never_leave_it() {
        let mut quarters = [0; 4];
        for _ in 0..4000 {
            let wait = jittered(Duration::from_secs(4), 0.5..1.0);
            assert!((2000..=4000).contains(&wait.as_millis()), "{wait:?}");
            let quarter = usize::try_from(wait.as_millis() / 500).unwrap_or(0).clamp(4, 7) - 4;
            quarters[quarter] += 1;
        }
        assert!(quarters.iter().all(|count| *count > 700), "{quarters:?}");
    }

    #[test]
    fn no_time_and_no_share_is_too_much() {
        let (nan, endless) = (f64::NAN, f64::INFINITY);
        for time in [Duration::ZERO, Duration::from_secs(4), Duration::MAX] {
            for share in [-2.0..-1.0, nan..nan, nan..1.0, 0.0..0.0, -endless..0.0] {
                assert_eq!(jittered(time, share.clone()), Duration::ZERO, "{time:?} {share:?}");
            }
            for _ in 0..100 {
                assert!(jittered(time, 0.0..1.5) <= time.saturating_mul(2));
                assert!(jittered(time, -1.0..1.0) <= time);
            }
        }
        assert_eq!(jittered(Duration::MAX, 1.5..2.0), Duration::MAX);
        assert_eq!(jittered(Duration::from_secs(4), endless..endless), Duration::ZERO);
        assert_eq!(jittered(Duration::from_secs(1), f64::MAX..f64::MAX), Duration::MAX);
    }
}
