//! Log lines with their times, merged from several logs.

use crate::timestamp::{self, Millis};

/// A line of an instance's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The identifier of the instance.
    pub instance: String,
    /// Its time, or that of the line before it.
    pub at: Option<Millis>,
    pub text: String,
}

/// Parses the times of the lines of one instance. A line without a time gets that of the line before it.
pub fn timed(instance: &str, texts: Vec<String>, mut last: Option<Millis>) -> Vec<Line> {
    texts
        .into_iter()
        .map(|text| {
            last = timestamp::leading(&text).or(last);
            Line { instance: instance.to_owned(), at: last, text }
        })
        .collect()
}

/// Merges the lines of several instances by time; the lines of one instance keep their order.
pub fn merged(logs: Vec<Vec<Line>>) -> Vec<Line> {
    let mut lines = Vec::new();
    for log in logs {
        // If the clock was set back, the lines of a log would be torn apart.
        let mut latest = None;
        lines.extend(log.into_iter().map(|line| {
            latest = latest.max(line.at);
            (latest, line)
        }));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::{merged, timed};

    #[test]
    fn logs_are_merged_by_time_and_lines_stay_with_the_line_before_them() {
        let log =
            |name: &str, lines: &[&str]| timed(name, lines.iter().map(ToString::to_string).collect(), None);
        let one =
            log("1", &["2026-01-01 00:00:01 a", "  at b", "2026-01-01 00:00:05 c", "2026-01-01 00:00:04 d"]);
        let two = log("2", &["no time", "2026-01-01 00:00:02 x"]);
        let texts: Vec<_> =
            merged(vec![one, two]).into_iter().map(|line| line.instance + " " + &line.text).collect();
        let expected = [
            "2 no time",
            "1 2026-01-01 00:00:01 a",
            "1   at b",
            "2 2026-01-01 00:00:02 x",
            "1 2026-01-01 00:00:05 c",
            "1 2026-01-01 00:00:04 d",
        ];
        assert_eq!(texts, expected);
    }
}
