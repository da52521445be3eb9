//! Numbers on the command line.

/// A whole number that is no smaller than this.
pub fn at_least<const MIN: i64>(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|number| *number >= MIN)
        .ok_or_else(|| format!("expected a whole number, {MIN} or more"))
}

/// An amount of memory: bytes, or as in `64M`, where K, M and G are powers of 1024.
pub fn bytes(text: &str) -> Result<usize, String> {
    let units = [('K', 10), ('M', 20), ('G', 30)];
    let unit = units.into_iter().find(|(unit, _)| text.ends_with(*unit));
    let number = unit.map_or(Some(text), |(unit, _)| text.strip_suffix(unit));
    number
        .and_then(|number| number.parse::<usize>().ok())
        .and_then(|number| number.checked_mul(1 << unit.map_or(0, |(_, power)| power)))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "expected a number of bytes, as in 1048576 or 64M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn memory_has_units() {
        let read = |text| bytes(text).ok();
        assert_eq!([read("7"), read("2K"), read("64M")], [Some(7), Some(2048), Some(64 << 20)]);
        for wrong in ["", "0", "-1", "1.5M", "M", "64 M", "1T", "99999999999999999999", "99999999999999G"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
