//! Lists that come in pages.

use crate::Operation;
use crate::schema::fields::{Fields, View, Visitor};

/// A request for one page of a list.
///
/// Implemented by the generated requests whose spec has a table `[pages]`.
pub trait Paged: Operation + Clone {
    /// What the list is of.
    type Item: Fields + Send + 'static;

    /// How pages are turned.
    const PAGES: &'static Pages;

    /// The items of a page, where the service sent a list.
    fn items(output: &mut Self::Output) -> Option<&mut Vec<Self::Item>>;
}

/// How the pages of a list are turned.
///
/// Exhaustive, like [`Description`](crate::Description): it is written by the generator, in step with this crate.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Pages {
    /// What leads from a page to the next.
    pub turn: Turn,
    /// Wire names of the fields that together tell an item from all others; none where the service gives no identifier.
    pub id: &'static [&'static str],
}

/// What leads from a page to the next.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two ways of the services; code that turns pages matches on both"
)]
pub enum Turn {
    /// Pages are numbered.
    Number {
        /// The parameter for the number of the page.
        page: &'static str,
        /// The number of the first page: 1, or 0 in some lists of EDAS.
        first: i64,
        /// The parameter for the number of items on a page.
        size: &'static str,
        /// Where the answer says how many items there are on all pages; empty where it doesn't.
        total: &'static [&'static str],
    },
    /// Each page names the next one.
    Token {
        /// The parameter for the token.
        parameter: &'static str,
        /// Where the answer has the token of the next page.
        next: &'static [&'static str],
    },
}

impl Pages {
    /// What tells an item from all others; nothing if it doesn't say all of it.
    pub fn id_of(&self, item: &dyn Fields) -> Option<String> {
        let parts: Option<Vec<_>> = self.id.iter().map(|name| text_at(item, &[name])).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("\u{1f}"))
    }
}

/// The scalar at this path of wire names, as text; nothing if there is none, or an empty one.
pub fn text_at(fields: &dyn Fields, path: &[&str]) -> Option<String> {
    let (name, rest) = path.split_first()?;
    let mut find = Find { name, rest, found: None };
    fields.walk(&mut find);
    find.found.filter(|text| !text.is_empty())
}

struct Find<'p> {
    name: &'p str,
    rest: &'p [&'p str],
    found: Option<String>,
}

impl<'a> Visitor<'a> for Find<'_> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn crate::Slot) {
        if wire_name != self.name {
            return;
        }
        self.found = match slot.view() {
            View::Object(fields) => text_at(fields, self.rest),
            View::Scalar(scalar) if self.rest.is_empty() => Some(scalar.text().into_owned()),
            _ => None,
        };
    }
}
