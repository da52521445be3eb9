use std::borrow::Cow;
use std::cmp::Ordering;

use crate::scan::{lower, trimmed};

/// Name and value.
pub(crate) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Borrowed pairs that get sorted. Those of an ordinary request fit on the stack.
pub(crate) struct Pairs<'a> {
    inline: [Entry<'a>; INLINE],
    len: usize,
    /// Takes all of them once there are too many.
    heap: Vec<Entry<'a>>,
}

/// A pair with the beginning of its name as a number, so that most comparisons need not look at the name.
#[derive(Clone, Copy)]
struct Entry<'a> {
    key: [u64; 2],
    pair: &'a Pair<'a>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let heap = if capacity > INLINE { Vec::with_capacity(capacity) } else { Vec::new() };
        Self { inline: [Entry { key: [0; 2], pair: &EMPTY }; INLINE], len: 0, heap }
    }

    /// Adds a query parameter.
    pub(crate) fn push_parameter(&mut self, pair: &'a Pair<'a>) {
        self.push(Entry { key: key(pair.0.as_bytes()), pair });
    }

    /// Adds a header. The first `shared` bytes of its name are those of all the others, whatever their case.
    pub(crate) fn push_header(&mut self, pair: &'a Pair<'a>, shared: usize) {
        let name = pair.0.as_bytes().get(shared..).unwrap_or_default();
        self.push(Entry { key: key(name).map(lower), pair });
    }

    /// Sorts by name, byte by byte.
    pub(crate) fn sort_parameters(&mut self) {
        self.entries_mut().sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| a.pair.0.cmp(&b.pair.0)));
    }

    /// Sorts by lower-case name, then by value.
    pub(crate) fn sort_headers(&mut self) {
        self.entries_mut().sort_unstable_by(|a, b| {
            let (key, (a, b)) = (a.key.cmp(&b.key), (a.pair, b.pair));
            key.then_with(|| cmp_lower(&a.0, &b.0)).then_with(|| trimmed(&a.1).cmp(trimmed(&b.1)))
        });
    }

    /// The first name that is followed by the same one.
    pub(crate) fn repeated(&self, same: impl Fn(&str, &str) -> bool) -> Option<&'a str> {
        self.entries().windows(2).find_map(|entries| match entries {
            [a, b] if a.key == b.key && same(&a.pair.0, &b.pair.0) => Some(&*a.pair.0),
            _ => None,
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.entries().iter().map(|entry| (&*entry.pair.0, &*entry.pair.1))
    }

    fn push(&mut self, entry: Entry<'a>) {
        if self.heap.capacity() == 0 {
            if let Some(slot) = self.inline.get_mut(self.len) {
                *slot = entry;
                self.len += 1;
                return;
            }
            self.heap.extend_from_slice(&self.inline);
        }
        self.heap.push(entry);
    }

    fn entries(&self) -> &[Entry<'a>] {
        if self.heap.capacity() == 0 { self.inline.get(..self.len).unwrap_or_default() } else { &self.heap }
    }

    fn entries_mut(&mut self) -> &mut [Entry<'a>] {
        if self.heap.capacity() == 0 {
            self.inline.get_mut(..self.len).unwrap_or_default()
        } else {
            &mut self.heap
        }
    }
}

/// The first bytes of a name, then zeros. Ordered like the name as far as they differ.
fn key(name: &[u8]) -> [u64; 2] {
    let number = |bytes: &[u8]| {
        let whole = bytes.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
        whole.unwrap_or_else(|| {
            (0..8).fold(0, |key, n| key << 8 | bytes.get(n).map_or(0, |byte| u64::from(*byte)))
        })
    };
    [number(name), number(name.get(8..).unwrap_or_default())]
}

fn cmp_lower(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

static EMPTY: Pair<'static> = (Cow::Borrowed(""), Cow::Borrowed(""));

/// As many as nearly every operation has headers or parameters.
const INLINE: usize = 16;

#[cfg(test)]
mod tests {
    use super::{INLINE, Pair, Pairs};

    #[test]
    fn pairs_beyond_the_stack_move_to_the_heap() {
        for (announced, pushed) in
            [(0, 3), (3, INLINE), (0, INLINE + 1), (INLINE + 5, INLINE + 5), (0, 3 * INLINE)]
        {
            let all: Vec<Pair<'_>> = (0..pushed).map(|n| (n.to_string().into(), "".into())).collect();
            let mut pairs = Pairs::with_capacity(announced);
            for pair in &all {
                pairs.push_parameter(pair);
            }
            assert!(pairs.iter().map(|pair| pair.0).eq(all.iter().map(|pair| &*pair.0)));
        }
    }

    #[test]
    fn parameters_sort_by_name_byte_by_byte() {
        let sorted = [
            "",
            "\0",
            "A",
            "A\0",
            "AppId",
            "Tags.1",
            "Tags.10",
            "Tags.2",
            "Z",
            "_",
            "a",
            "abcdefghijklmnop",
            "abcdefghijklmnop\0",
            "abcdefghijklmnopA",
            "abcdefghijklmnopa",
            "b",
            "é",
            "中",
            "🚀",
        ];
        let all: Vec<Pair<'_>> = sorted.iter().rev().map(|name| ((*name).into(), "".into())).collect();
        let mut pairs = Pairs::with_capacity(all.len());
        for pair in &all {
            pairs.push_parameter(pair);
        }
        pairs.sort_parameters();
        assert!(pairs.iter().map(|pair| pair.0).eq(sorted));
        assert_eq!(pairs.repeated(|a, b| a == b), None);
    }

    #[test]
    fn headers_sort_by_lower_case_name_then_value() {
        let all = [
            ("x-b", "1"),
            ("X-A", " 2"),
            ("x-a", "1"),
            ("X-aa", ""),
            ("x-Abcdefghijklmnop-Z", ""),
            ("x-abcdefghijklmnop-a", ""),
        ];
        let all = all.map(|(name, value)| (name.into(), value.into()));
        let sorted = ["x-a", "X-A", "X-aa", "x-abcdefghijklmnop-a", "x-Abcdefghijklmnop-Z", "x-b"];
        for shared in [0, 2] {
            let mut pairs = Pairs::with_capacity(0);
            for pair in &all {
                pairs.push_header(pair, shared);
            }
            pairs.sort_headers();
            assert!(pairs.iter().map(|pair| pair.0).eq(sorted));
            assert_eq!(pairs.repeated(str::eq_ignore_ascii_case), Some("x-a"));
        }
    }
}
