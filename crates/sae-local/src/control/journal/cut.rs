//! The length of recorded texts.

use sae_transport::text::start_within;

/// Cuts a text that is longer than 8 KiB. A thousand of the longest URLs would take 100 MB.
pub fn cut(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(start_within(text, LONGEST).len());
        text.push('…');
    }
    text.shrink_to_fit();
}

/// The length of the longest text that is recorded whole, in bytes.
pub const LONGEST: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::{LONGEST, cut};

    #[test]
    fn only_very_long_texts_are_cut() {
        let mut text = "é".repeat(LONGEST / 2);
        cut(&mut text);
        assert_eq!(text.len(), LONGEST);
        text.push('é');
        text.insert(0, 'x');
        cut(&mut text);
        assert!(text.ends_with("é…") && text.len() < LONGEST + 4);
    }
}
