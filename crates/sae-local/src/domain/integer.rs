//! Whole numbers in texts.

/// Reads a whole number as the service writes it: digits, perhaps with a minus before them. A plus, spaces, `1e3` and
/// `0x1` are refused.
pub fn parse(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
