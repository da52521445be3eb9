//! The dates of requests, read strictly: as the documents write them and no other way.

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
    let (weekday, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let time = words.next()?;
    if words.next() != Some("GMT") || words.next().is_some() {
        return None;
    }
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let day = days(number(year, 4)?, month, number(day, 2)?)?;
    // The first day of 1970 was a Thursday.
    let named = WEEKDAYS.get(usize::try_from(day % 7).ok()?)?;
    if *named == weekday { Some(day * DAY + seconds(time)?) } else { None }
}

fn iso_date(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(days(number(year, 4)?, number(month, 2)?, number(day, 2)?)? * DAY + seconds(time)?)
}

/// `08:55:56` as seconds.
fn seconds(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':').map(|part| number(part, 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
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

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

const DAY: i64 = 24 * 60 * 60;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use crate::Scheme::{Acs3, Roa};

    #[test]
    fn dates_of_both_schemes_are_read() {
        for (roa, acs3, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z", 0),
            ("Mon, 26 Aug 2019 08:55:56 GMT", "2019-08-26T08:55:56Z", 1_566_809_756),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z", 1_709_251_199),
            ("Tue, 31 Dec 2024 00:00:00 GMT", "2024-12-31T00:00:00Z", 1_735_603_200),
            ("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!((Roa.read_date(roa), Acs3.read_date(acs3)), (Some(seconds), Some(seconds)), "{roa}");
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
