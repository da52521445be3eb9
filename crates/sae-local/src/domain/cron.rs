//! Schedules in the syntax of cron: `30 8 * * MON-FRI` in a time zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::domain::Millis;

/// A schedule: minutes, hours, days of the month, months and days of the week, in a time zone.
///
/// A day matches if both of its fields do; if both are restricted, one of them is enough, as in other crons.
#[derive(Clone, Debug)]
pub struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    /// Sunday is 0.
    weekdays: u64,
    /// Whether a day that matches one of its two fields is enough.
    either: bool,
    zone: TimeZone,
}

/// Why text isn't a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// It doesn't have five fields.
    Fields,
    /// A field isn't readable, or has a value out of its range.
    Field(&'static str),
    /// There is no such time zone.
    Zone,
    /// There is no such day, for example 30 February.
    Never,
}

impl Schedule {
    /// Reads a cron expression of five fields, with `*`, `?`, lists, ranges, steps, and English names of months and days
    /// in three letters. A time zone is a name of the time zone database, or an offset such as `GMT+8:00`.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else { return Err(ScheduleError::Fields) };
        let schedule = Self {
            minutes: MINUTES.parse(minutes)?,
            hours: HOURS.parse(hours)?,
            days: DAYS.parse(days)?,
            months: MONTHS.parse(months)?,
            // 7 is Sunday, too.
            weekdays: WEEKDAYS.parse(weekdays).map(|set| (set | set >> 7) & 0x7F)?,
            either: ![days, weekdays].into_iter().any(|field| field.starts_with(['*', '?'])),
            zone: time_zone(zone).ok_or(ScheduleError::Zone)?,
        };
        if schedule.next(0).is_some() { Ok(schedule) } else { Err(ScheduleError::Never) }
    }

    /// The first time after this one. Times that a change of the clock skips are left out, and of those that it repeats
    /// the earlier one counts.
    pub fn next(&self, after: Millis) -> Option<Millis> {
        let local = self.zone.to_datetime(Timestamp::from_millisecond(after).ok()?);
        let mut date = local.date();
        for _ in 0..SEARCH {
            if self.has_day(date) {
                // Earlier times of the first day have passed.
                let from = if date == local.date() { local.hour() } else { 0 };
                let times = members(self.hours)
                    .filter(|hour| *hour >= from)
                    .flat_map(|hour| members(self.minutes).map(move |minute| date.at(hour, minute, 0, 0)))
                    .filter(|time| *time > local);
                if let Some(found) = times.filter_map(|time| self.timestamp(time)).find(|time| *time > after)
                {
                    return Some(found);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn has_day(&self, date: Date) -> bool {
        let day = contains(self.days, date.day());
        let weekday = contains(self.weekdays, date.weekday().to_sunday_zero_offset());
        let fits = if self.either { day || weekday } else { day && weekday };
        fits && contains(self.months, date.month())
    }

    fn timestamp(&self, time: DateTime) -> Option<Millis> {
        let ambiguous = self.zone.to_ambiguous_timestamp(time);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return None;
        }
        Some(ambiguous.earlier().ok()?.as_millisecond())
    }
}

/// A time such as `2022-07-11T15:00:39Z`; none if it isn't written so.
pub fn instant(text: &str) -> Option<Millis> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// A time zone by its name, or by its offset from UTC: `Asia/Shanghai`, `GMT+8:00`, `UTC-5`.
fn time_zone(name: &str) -> Option<TimeZone> {
    let Some(offset) = name.strip_prefix("GMT").or_else(|| name.strip_prefix("UTC")) else {
        return TimeZoneDatabase::bundled().get(name).ok();
    };
    if offset.is_empty() {
        return Some(TimeZone::UTC);
    }
    let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    let digits = hours.strip_prefix(['+', '-'])?;
    let number = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i32>().ok().filter(|_| plain)
    };
    let (hours, minutes) = (number(digits)?, number(minutes).filter(|minutes| *minutes < 60)?);
    let seconds = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(sign * seconds).ok().filter(|_| hours <= 14)?;
    Some(TimeZone::fixed(offset))
}

/// One of the five fields.
struct Field {
    name: &'static str,
    first: i8,
    last: i8,
    /// The names of its values, from the first one.
    names: &'static [&'static str],
}

impl Field {
    /// The values of a list such as `1,10-20/2,*/15`, a bit each.
    fn parse(&self, text: &str) -> Result<u64, ScheduleError> {
        let error = ScheduleError::Field(self.name);
        text.split(',').try_fold(0, |set, item| Some(set | self.item(item)?)).ok_or(error)
    }

    fn item(&self, text: &str) -> Option<u64> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(number(step).filter(|step| *step > 0)?)),
            None => (text, None),
        };
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            None if matches!(range, "*" | "?") => (self.first, self.last),
            None => {
                let value = self.value(range)?;
                // `10/5` counts from 10 on.
                (value, if step.is_some() { self.last } else { value })
            }
        };
        let step = usize::try_from(step.unwrap_or(1)).ok()?;
        let set = (first..=last).step_by(step).fold(0, |set, value| set | bit(value));
        (set != 0).then_some(set)
    }

    fn value(&self, text: &str) -> Option<i8> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let named = named.and_then(|at| Some(self.first + i8::try_from(at).ok()?));
        named.or_else(|| number(text)).filter(|value| (self.first..=self.last).contains(value))
    }
}

fn number(text: &str) -> Option<i8> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn bit(value: i8) -> u64 {
    u32::try_from(value).ok().and_then(|value| 1_u64.checked_shl(value)).unwrap_or_default()
}

fn contains(set: u64, value: i8) -> bool {
    set & bit(value) != 0
}

fn members(set: u64) -> impl Iterator<Item = i8> {
    (0..60).filter(move |value| contains(set, *value))
}

const MINUTES: Field = Field { name: "minute", first: 0, last: 59, names: &[] };
const HOURS: Field = Field { name: "hour", first: 0, last: 23, names: &[] };
const DAYS: Field = Field { name: "day of the month", first: 1, last: 31, names: &[] };
const MONTHS: Field = Field {
    name: "month",
    first: 1,
    last: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const WEEKDAYS: Field = Field {
    name: "day of the week",
    first: 0,
    last: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
/// How many days to look ahead: 29 February may be eight years away.
const SEARCH: usize = 8 * 366;

#[cfg(test)]
mod tests {
    use super::{Schedule, ScheduleError, instant};

    /// The first three times after one.
    fn times(expression: &str, zone: &str, after: &str) -> Vec<String> {
        let schedule = Schedule::parse(expression, zone).unwrap();
        let mut at = instant(after).unwrap();
        let mut found = Vec::new();
        for _ in 0..3 {
            at = schedule.next(at).unwrap();
            found.push(jiff::Timestamp::from_millisecond(at).unwrap().to_string());
        }
        found
    }

    #[test]
    fn the_next_time_is_the_first_one_that_matches() {
        let start = "2022-07-11T15:00:00Z";
        for (expression, zone, expected) in [
            (
                "0 1 */1 * ?",
                "GMT+8:00",
                ["2022-07-11T17:00:00Z", "2022-07-12T17:00:00Z", "2022-07-13T17:00:00Z"],
            ),
            (
                "0 1 * * *",
                "Asia/Shanghai",
                ["2022-07-11T17:00:00Z", "2022-07-12T17:00:00Z", "2022-07-13T17:00:00Z"],
            ),
            ("*/20 * * * *", "UTC", ["2022-07-11T15:20:00Z", "2022-07-11T15:40:00Z", "2022-07-11T16:00:00Z"]),
            (
                "0,30 9-10/1 * * mon-fri",
                "UTC",
                ["2022-07-12T09:00:00Z", "2022-07-12T09:30:00Z", "2022-07-12T10:00:00Z"],
            ),
            (
                "50/5 23 * * *",
                "UTC",
                ["2022-07-11T23:50:00Z", "2022-07-11T23:55:00Z", "2022-07-12T23:50:00Z"],
            ),
            // Both days are restricted: one of them is enough.
            ("0 0 13 * FRI", "UTC", ["2022-07-13T00:00:00Z", "2022-07-15T00:00:00Z", "2022-07-22T00:00:00Z"]),
            ("0 0 * * 7", "UTC", ["2022-07-17T00:00:00Z", "2022-07-24T00:00:00Z", "2022-07-31T00:00:00Z"]),
            ("0 0 29 2 *", "UTC", ["2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
            (
                "0 0 1 JAN *",
                "UTC-5:30",
                ["2023-01-01T05:30:00Z", "2024-01-01T05:30:00Z", "2025-01-01T05:30:00Z"],
            ),
        ] {
            assert_eq!(times(expression, zone, start), expected, "{expression} {zone}");
        }
    }

    #[test]
    fn a_changed_clock_skips_and_repeats_times() {
        let zone = "America/New_York";
        let skipped = times("30 2 * * *", zone, "2024-03-09T12:00:00Z");
        assert_eq!(skipped, ["2024-03-11T06:30:00Z", "2024-03-12T06:30:00Z", "2024-03-13T06:30:00Z"]);
        let repeated = times("30 1 * * *", zone, "2024-11-02T12:00:00Z");
        assert_eq!(repeated, ["2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z", "2024-11-05T06:30:00Z"]);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for (expression, zone, error) in [
            ("", "UTC", ScheduleError::Fields),
            ("99", "UTC", ScheduleError::Fields),
            ("* * * *", "UTC", ScheduleError::Fields),
            ("* * * * * *", "UTC", ScheduleError::Fields),
            ("60 * * * *", "UTC", ScheduleError::Field("minute")),
            ("* 24 * * *", "UTC", ScheduleError::Field("hour")),
            ("* * 0 * *", "UTC", ScheduleError::Field("day of the month")),
            ("* * L * *", "UTC", ScheduleError::Field("day of the month")),
            ("* * * 13 *", "UTC", ScheduleError::Field("month")),
            ("* * * * 8", "UTC", ScheduleError::Field("day of the week")),
            ("*/0 * * * *", "UTC", ScheduleError::Field("minute")),
            ("5-1 * * * *", "UTC", ScheduleError::Field("minute")),
            ("+5 * * * *", "UTC", ScheduleError::Field("minute")),
            ("1,, * * * *", "UTC", ScheduleError::Field("minute")),
            ("* * * * *", "Moon/Base", ScheduleError::Zone),
            ("* * * * *", "GMT+15", ScheduleError::Zone),
            ("* * * * *", "GMT8", ScheduleError::Zone),
            ("* * * * *", "", ScheduleError::Zone),
            ("0 0 30 2 *", "UTC", ScheduleError::Never),
        ] {
            assert_eq!(Schedule::parse(expression, zone).map(drop), Err(error), "{expression} {zone}");
        }
    }
}
