//! Numbers on the command line.

/// A whole number that is no smaller than this.
pub fn at_least<const MIN: i64>(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|number| *number >= MIN)
        .ok_or_else(|| format!("expected a whole number, {MIN} or more"))
}
