//! The headers of an answer.

use std::fmt;

/// Names in lower case with their values, in the order in which they came. All of them lie in one piece of memory, since hardly
/// any is ever looked at.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    text: String,
    /// Where each name and each value ends; each begins where the one before it ends.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// Adds a header.
    pub fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.ends.push((middle, self.text.len()));
    }

    /// The first value of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(middle, end)| {
            let part = |from, to| self.text.get(from..to).unwrap_or_default();
            let header = (part(start, middle), part(middle, end));
            start = end;
            header
        })
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let headers = headers.into_iter();
        let count = headers.size_hint().0;
        let mut all =
            Self { text: String::with_capacity(count * USUAL_LENGTH), ends: Vec::with_capacity(count) };
        for (name, value) in headers {
            all.push(name.as_ref(), value.as_ref());
        }
        all
    }
}

/// Names alone: a value may be a secret.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Of a name and its value; longer ones cost a growth.
const USUAL_LENGTH: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_again_in_their_order() {
        let pairs = [("date", "today"), ("x-empty", ""), ("etag", "ä"), ("date", "tomorrow")];
        let headers: Headers = pairs.into_iter().collect();
        assert!(headers.iter().eq(pairs));
        assert_eq!(headers.value("date"), Some("today"));
        assert_eq!(headers.value("x-empty"), Some(""));
        assert_eq!(headers.value("host"), None);
        assert_eq!(format!("{headers:?}"), r#"["date", "x-empty", "etag", "date"]"#);
    }
}
