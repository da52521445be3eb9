//! The CPU and memory that an application has used.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::domain::time::{start_of_day, start_of_month};

/// An amount of CPU and memory over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Millicores times milliseconds.
    cpu: i64,
    /// MB times milliseconds.
    memory: i64,
}

impl Amount {
    /// In core minutes, rounded up.
    pub fn core_minutes(self) -> f64 {
        minutes(self.cpu, 1000.0)
    }

    /// In GiB minutes, rounded up.
    pub fn gib_minutes(self) -> f64 {
        minutes(self.memory, 1024.0)
    }

    fn grow(&mut self, rate: (i64, i64), time: Millis) {
        self.cpu = self.cpu.saturating_add(rate.0.saturating_mul(time));
        self.memory = self.memory.saturating_add(rate.1.saturating_mul(time));
    }
}

/// The usage of one application on the current day and in the current month, both in China Standard Time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    since: Millis,
    /// Millicores and MB in use.
    rate: (i64, i64),
    day: Amount,
    month: Amount,
}

impl Usage {
    /// No usage yet.
    pub const fn new(now: Millis) -> Self {
        Self { since: now, rate: (0, 0), day: ZERO, month: ZERO }
    }

    /// Records that this many millicores and MB are in use from now on.
    pub fn change(&mut self, rate: (i64, i64), now: Millis) {
        *self = Self { rate, ..self.settled(now) };
    }

    /// The usage of the day so far.
    pub fn of_day(&self, now: Millis) -> Amount {
        self.settled(now).day
    }

    /// The usage of the month so far.
    pub fn of_month(&self, now: Millis) -> Amount {
        self.settled(now).month
    }

    fn settled(&self, now: Millis) -> Self {
        let now = now.max(self.since);
        let extended = |amount: Amount, start: Millis| {
            let mut amount = if self.since < start { ZERO } else { amount };
            amount.grow(self.rate, now - self.since.max(start));
            amount
        };
        Self {
            since: now,
            rate: self.rate,
            day: extended(self.day, start_of_day(now)),
            month: extended(self.month, start_of_month(now)),
        }
    }
}

const ZERO: Amount = Amount { cpu: 0, memory: 0 };

/// Rounds up to whole minutes, since clients of 2019 read nothing else.
#[expect(clippy::cast_precision_loss, reason = "the answer has a floating-point number")]
fn minutes(amount: i64, unit: f64) -> f64 {
    (amount as f64 / 60_000.0 / unit).ceil()
}

#[cfg(test)]
mod tests {
    use super::Usage;

    const MINUTE: i64 = 60_000;
    /// 2019-07-31 23:50:00 in China Standard Time.
    const LATE: i64 = 1_564_588_200_000;

    #[test]
    fn use_grows_with_time_and_starts_anew_with_the_month() {
        let mut usage = Usage::new(LATE);
        usage.change((1000, 2048), LATE);
        assert!((usage.of_month(LATE + 5 * MINUTE).core_minutes() - 5.0).abs() < 1e-9);
        assert!((usage.of_month(LATE + 5 * MINUTE + 1).core_minutes() - 6.0).abs() < 1e-9);
        assert!((usage.of_day(LATE + 5 * MINUTE).gib_minutes() - 10.0).abs() < 1e-9);
        usage.change((500, 1024), LATE + 5 * MINUTE);
        assert!((usage.of_month(LATE + 7 * MINUTE).core_minutes() - 6.0).abs() < 1e-9);
        assert!((usage.of_month(LATE + 14 * MINUTE).core_minutes() - 2.0).abs() < 1e-9);
    }
}
