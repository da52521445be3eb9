//! The dates of requests. They are read strictly: as the documents write them and no other way.

use crate::Scheme;

impl Scheme {
    /// The header in which requests of this scheme carry their date, in lower case.
    ///
    /// ```
    /// assert_eq!(sae_sign::Scheme::Acs3.date_header(), "x-acs-date");
    /// ```
    pub const fn date_header(self) -> &'static str {
        match self {
            Self::Roa => "date",
            Self::Acs3 => "x-acs-date",
        }
    }

    /// Writes the date that is so many seconds after the beginning of 1970, as [`Scheme::read_date`] reads it. `None` if its
    /// year is not between 1970 and 9999.
    ///
    /// ```
    /// use sae_sign::Scheme;
    ///
    /// assert_eq!(Scheme::Roa.write_date(1_566_809_756).as_deref(), Some("Mon, 26 Aug 2019 08:55:56 GMT"));
    /// assert_eq!(Scheme::Acs3.write_date(1_566_809_756).as_deref(), Some("2019-08-26T08:55:56Z"));
    /// ```
    pub fn write_date(self, seconds: i64) -> Option<String> {
        let (day_number, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = calendar(day_number);
        if !(1970..=9999).contains(&year) {
            return None;
        }
        let mut out = String::with_capacity(if self == Self::Roa { 29 } else { 20 });
        let (before_time, end) = match self {
            Self::Roa => {
                // The first day of 1970 was a Thursday.
                out.push_str(nth(&WEEKDAYS, day_number % 7));
                push(&mut out, ", ", day);
                out.push(' ');
                out.push_str(nth(&MONTHS, month - 1));
                push(&mut out, " ", year / 100);
                push(&mut out, "", year % 100);
                (" ", " GMT")
            }
            Self::Acs3 => {
                push(&mut out, "", year / 100);
                push(&mut out, "", year % 100);
                push(&mut out, "-", month);
                push(&mut out, "-", day);
                ("T", "Z")
            }
        };
        push(&mut out, before_time, second / 3600);
        push(&mut out, ":", second / 60 % 60);
        push(&mut out, ":", second % 60);
        out.push_str(end);
        Some(out)
    }

    /// Reads a date as the scheme writes it: `Mon, 26 Aug 2019 08:55:56 GMT` for ROA, `2019-08-26T08:55:56Z` for ACS3.
    /// Gives the seconds since 1970, or `None` for any other form and for a day that there isn't.
    ///
    /// ```
    /// use sae_sign::Scheme;
    ///
    /// assert_eq!(Scheme::Roa.read_date("Mon, 26 Aug 2019 08:55:56 GMT"), Some(1_566_809_756));
    /// assert_eq!(Scheme::Acs3.read_date("2019-08-26T08:55:56Z"), Some(1_566_809_756));
    /// assert_eq!(Scheme::Acs3.read_date("2019-02-29T08:55:56Z"), None);
    /// ```
    pub fn read_date(self, text: &str) -> Option<i64> {
        match self {
            Self::Roa => http_date(text),
            Self::Acs3 => iso_date(text),
        }
    }
}

fn http_date(text: &str) -> Option<i64> {
    let (weekday, rest) = text.as_bytes().split_first_chunk::<3>()?;
    let (date, time) = rest.split_first_chunk()?;
    let [b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' '] = date else { return None };
    let time = time.strip_suffix(b" GMT")?;
    let month = (1..).zip(MONTHS).find(|(_, name)| name.as_bytes() == [*m1, *m2, *m3])?.0;
    let day = days(number(&[*y1, *y2, *y3, *y4])?, month, number(&[*d1, *d2])?)?;
    if nth(&WEEKDAYS, day % 7).as_bytes() == weekday { Some(day * DAY + seconds(time)?) } else { None }
}

fn iso_date(text: &str) -> Option<i64> {
    let (date, time) = text.as_bytes().split_first_chunk()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T'] = date else { return None };
    let [time @ .., b'Z'] = time else { return None };
    let day = days(number(&[*y1, *y2, *y3, *y4])?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)?;
    Some(day * DAY + seconds(time)?)
}

/// `08:55:56` as seconds.
fn seconds(text: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text else { return None };
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// The days from 1970 to a date, which must be one of the calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let first = first_of(year, month);
    let length = first_of(year + month / 12, month % 12 + 1) - first;
    ((1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=length).contains(&day))
        .then_some(first + day - 1)
}

/// The days from 1970 to the first of a month. Years are counted from March, so that a leap day is their last.
const fn first_of(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 - 719_468
}

/// Year, month and day that so many days after the first of 1970 are. Source: Howard Hinnant, "chrono-compatible low-level date
/// algorithms".
const fn calendar(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let (month, later) = if from_march < 10 { (from_march + 3, 0) } else { (from_march - 9, 1) };
    (era * 400 + year_of_era + later, month, day)
}

/// The nth name, from zero.
fn nth(names: &[&'static str], n: i64) -> &'static str {
    usize::try_from(n).ok().and_then(|n| names.get(n)).copied().unwrap_or_default()
}

/// Appends a number of two digits.
fn push(out: &mut String, before: &str, number: i64) {
    let number = u8::try_from(number).unwrap_or_default();
    out.push_str(before);
    out.push(char::from(b'0' + number / 10));
    out.push(char::from(b'0' + number % 10));
}

/// A number of digits alone.
fn number(digits: &[u8]) -> Option<i64> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

const DAY: i64 = 24 * 60 * 60;
/// In the order of the days from the first of 1970 on.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use crate::Scheme::{Acs3, Roa};

    #[test]
    fn dates_of_both_schemes_are_read_and_written() {
        for (roa, acs3, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z", 0),
            ("Mon, 26 Aug 2019 08:55:56 GMT", "2019-08-26T08:55:56Z", 1_566_809_756),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z", 1_709_251_199),
            ("Tue, 31 Dec 2024 00:00:00 GMT", "2024-12-31T00:00:00Z", 1_735_603_200),
            ("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!((Roa.read_date(roa), Acs3.read_date(acs3)), (Some(seconds), Some(seconds)), "{roa}");
            assert_eq!(Roa.write_date(seconds).as_deref(), Some(roa));
            assert_eq!(Acs3.write_date(seconds).as_deref(), Some(acs3));
        }
    }

    #[test]
    fn a_date_that_is_written_reads_as_the_same() {
        for scheme in [Roa, Acs3] {
            // Every day up to 2400, at another time each, and the end of the last year.
            let seconds = (0..157_000).map(|day| day * 86_400 + day * 7919 % 86_400);
            for seconds in seconds.chain([253_402_300_799]) {
                let text = scheme.write_date(seconds);
                assert_eq!(
                    text.as_deref().and_then(|text| scheme.read_date(text)),
                    Some(seconds),
                    "{text:?}"
                );
            }
            for seconds in [i64::MIN, -1, 253_402_300_800, i64::MAX] {
                assert_eq!(scheme.write_date(seconds), None);
            }
        }
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            "",
            "Mon, 26 Aug 2019 08:55:56",
            "Mon, 26 Aug 2019 08:55:56 UTC",
            "Mon, 26 Aug 2019 08:55:56 +0000",
            "Mon, 26 Aug 2019 08:55:56 GMT ",
            " Mon, 26 Aug 2019 08:55:56 GMT",
            "Tue, 26 Aug 2019 08:55:56 GMT",
            "mon, 26 aug 2019 08:55:56 gmt",
            "Mon, 6 Aug 2019 08:55:56 GMT",
            "Mon,  26 Aug 2019 08:55:56 GMT",
            "Monday, 26-Aug-19 08:55:56 GMT",
            "Mon Aug 26 08:55:56 2019",
            "Sun, 32 Aug 2019 08:55:56 GMT",
            "Mon, 26 Aug 2019 24:00:00 GMT",
            "2019-08-26T08:55:56Z",
        ] {
            assert_eq!(Roa.read_date(text), None, "{text:?}");
        }
        for text in [
            "",
            "T",
            "--TZ",
            "2019-08-26",
            "2019-08-26T08:55:56",
            "2019-08-26 08:55:56Z",
            "2019-08-26T08:55:56+00:00",
            "2019-08-26T08:55:56.000Z",
            "2019-08-26t08:55:56z",
            "2019-08-26T08:55Z",
            "2019-8-26T08:55:56Z",
            "2019-008-26T08:55:56Z",
            "2019-+8-26T08:55:56Z",
            "2019-13-26T08:55:56Z",
            "2019-00-26T08:55:56Z",
            "2019-04-31T08:55:56Z",
            "2023-02-29T08:55:56Z",
            "2019-08-00T08:55:56Z",
            "2019-08-26T08:55:60Z",
            "1969-12-31T23:59:59Z",
            "20190826T085556Z",
            "Mon, 26 Aug 2019 08:55:56 GMT",
        ] {
            assert_eq!(Acs3.read_date(text), None, "{text:?}");
        }
    }
}
