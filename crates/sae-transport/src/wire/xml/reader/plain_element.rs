//! The form that most elements of an answer have.

use memchr::memchr2;

/// `<Name>text</Name>`: no attribute, and a text that means itself.
///
/// quick-xml reads such an element in three pieces, checks again that each is UTF-8, and keeps the name until the element ends, which
/// takes as long as filling the fields. Here it is one step; what differs in any byte is left to quick-xml.
pub(super) struct PlainElement<'t> {
    pub(super) name: &'t str,
    pub(super) text: &'t str,
    /// From the first `<` to the last `>`.
    pub(super) length: usize,
}

impl<'t> PlainElement<'t> {
    /// The element that a document begins with, if it is such a one.
    #[inline]
    pub(super) fn first(document: &'t str) -> Option<Self> {
        let tag = document.strip_prefix('<')?;
        let (name, rest) = tag.split_at_checked(tag.bytes().position(|byte| !is_in_name(byte))?)?;
        let rest = rest.strip_prefix('>').filter(|_| !name.is_empty())?;
        let (text, rest) = rest.split_at_checked(memchr2(b'<', b'&', rest.as_bytes())?)?;
        let rest = rest.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        Some(Self { name, text, length: document.len() - rest.len() })
    }
}

/// Whether it is a byte of nothing but names.
const fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
