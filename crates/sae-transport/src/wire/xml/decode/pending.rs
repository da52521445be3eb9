//! What of a struct in XML can't be told before its last element has been read.

use std::collections::BTreeMap;

use crate::Any;
use crate::schema::memory::{MemoryBudget, OverBudget};
use crate::wire::reading::LeftItems;

/// What can be told of a struct only when all of its elements have been read.
#[derive(Default)]
pub(super) struct Pending<'t> {
    /// How much had been noted before it.
    pub(super) first_note: usize,
    /// Lists that so far consist of empty elements alone: `<Data/>` by itself is an empty list, with others it is an item.
    pub(super) blanks: Vec<(&'t str, usize)>,
    /// What items of lists left over.
    pub(super) left: Vec<(&'t str, LeftItems)>,
    /// Values of fields that are no lists, which fit no reading or came again.
    pub(super) rest: Vec<Rest<'t>>,
    /// Elements that the struct doesn't know; the same name again makes a list.
    pub(super) unknown: BTreeMap<String, Any>,
    /// What these take for as long as they are collected.
    pub(super) unknown_size: usize,
}

/// What of a field has no place in it, as JSON with commas between.
pub(super) struct Rest<'t> {
    pub(super) name: &'t str,
    pub(super) json: String,
    pub(super) count: usize,
}

impl<'t> Pending<'t> {
    pub(super) fn add_rest(
        &mut self,
        name: &'t str,
        json: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        // While the text grows, up to three times its length are there.
        budget.take_piece(3 * (json.len() + size_of::<Rest<'_>>()))?;
        match self.rest.iter_mut().find(|rest| rest.name == name) {
            Some(rest) => {
                rest.json.push(',');
                rest.json.push_str(json);
                rest.count += 1;
            }
            None => self.rest.push(Rest { name, json: json.to_owned(), count: 1 }),
        }
        Ok(())
    }

    pub(super) fn has_rest(&self, name: &str) -> bool {
        self.rest.iter().any(|rest| rest.name == name)
    }

    /// How many empty elements have come for this list, which are items now.
    pub(super) fn take_blanks(&mut self, name: &str) -> usize {
        let found = self.blanks.iter_mut().find(|(list, _)| *list == name);
        found.map_or(0, |(_, count)| std::mem::take(count))
    }

    pub(super) fn left(&mut self, name: &'t str) -> Option<&mut LeftItems> {
        let at = self.left.iter().position(|(list, _)| *list == name).unwrap_or_else(|| {
            self.left.push((name, LeftItems::default()));
            self.left.len() - 1
        });
        self.left.get_mut(at).map(|(_, items)| items)
    }

    pub(super) fn left_count(&self, name: &str) -> usize {
        self.left.iter().find(|(list, _)| *list == name).map_or(0, |(_, items)| items.count())
    }
}
