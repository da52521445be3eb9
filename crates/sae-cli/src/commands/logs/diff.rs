//! Finds new lines in a log, of which the service only returns the latest part.

/// The last version of a log that was read.
#[derive(Clone, Debug, Default)]
pub struct LogDiff {
    lines: Vec<String>,
    /// The last line if it has no line break: it may still grow.
    open: Option<String>,
}

impl LogDiff {
    /// The new lines. A last line without a line break counts once it stays the same.
    pub fn advance(&mut self, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let open = if text.is_empty() || text.ends_with('\n') { None } else { lines.pop() };
        let is_still = open.is_some() && open == self.open;
        if is_still {
            lines.extend(open.clone());
        }
        let new = lines.split_off(overlap(&self.lines, &lines).min(lines.len()));
        lines.extend(new.iter().cloned());
        // An empty response is no sign that the log began again.
        if !lines.is_empty() {
            self.lines = lines;
        }
        self.open = open;
        new
    }

    /// The unfinished last line, when nothing more will come.
    pub fn close(&mut self) -> Option<String> {
        self.open.take().filter(|open| self.lines.last() != Some(open))
    }

    /// Whether nothing has been read.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.open.is_none()
    }
}

/// How many lines at the end of `old` are the beginning of `new`: as many as possible, in linear time (Knuth, Morris, Pratt).
fn overlap(old: &[String], new: &[String]) -> usize {
    // For each line of the new ones, how long the longest beginning is that ends there, other than all up to there.
    let mut borders = vec![0_usize; new.len()];
    let at = |index: usize| new.get(index);
    let border = |borders: &[usize], length: usize| {
        length.checked_sub(1).and_then(|last| borders.get(last)).copied().unwrap_or(0)
    };
    for index in 1..new.len() {
        let mut length = border(&borders, index);
        while length > 0 && at(length) != at(index) {
            length = border(&borders, length);
        }
        if at(length) == at(index) {
            length += 1;
        }
        if let Some(slot) = borders.get_mut(index) {
            *slot = length;
        }
    }
    let mut length = 0;
    for line in old {
        while length > 0 && at(length) != Some(line) {
            length = border(&borders, length);
        }
        if at(length) == Some(line) {
            length += 1;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::LogDiff;

    /// Each text in turn, and the lines that were new in it.
    fn check(turns: &[(&str, &[&str])]) {
        let mut diff = LogDiff::default();
        for (text, new) in turns {
            assert_eq!(diff.advance(text), *new, "{text:?} of {turns:?}");
        }
    }

    #[test]
    fn no_line_comes_twice_while_the_log_grows() {
        check(&[("a\nb\n", &["a", "b"]), ("a\nb\n", &[]), ("a\nb\nc\n", &["c"])]);
    }

    #[test]
    fn no_line_comes_twice_while_the_window_slides() {
        check(&[("a\nb\nc\n", &["a", "b", "c"]), ("b\nc\nd\n", &["d"]), ("e\nf\n", &["e", "f"])]);
    }

    #[test]
    fn lines_that_repeat_themselves_are_counted() {
        check(&[("x\nx\n", &["x", "x"]), ("x\nx\nx\n", &["x"]), ("x\nx\ny\n", &["y"])]);
        check(&[("x\ny\nx\ny\n", &["x", "y", "x", "y"]), ("x\ny\nx\ny\nx\n", &["x"])]);
    }

    #[test]
    fn a_log_that_begins_anew_is_shown_from_its_beginning() {
        check(&[("start 1\nready\n", &["start 1", "ready"]), ("start 2\n", &["start 2"])]);
    }

    #[test]
    fn a_line_without_an_end_is_shown_once_it_stays_or_ends() {
        check(&[("a\nb", &["a"]), ("a\nbc", &[]), ("a\nbcd\n", &["bcd"])]);
        check(&[("a\nb", &["a"]), ("a\nb", &["b"]), ("a\nb\nc\n", &["c"])]);
        let mut diff = LogDiff::default();
        diff.advance("a\nb");
        assert_eq!(diff.close().as_deref(), Some("b"));
        assert_eq!(diff.close(), None);
    }

    #[test]
    fn an_answer_without_text_forgets_nothing() {
        check(&[("a\n", &["a"]), ("", &[]), ("a\nb\n", &["b"])]);
    }
}
