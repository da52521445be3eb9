//! A list that came as an object: inside a wrapper that nobody announced, or as its only item.

use std::collections::BTreeMap;

use crate::decode_json::fill;
use crate::fields::{List, Open, Scalar};
use crate::note::Notes;
use crate::{Any, encode_json};

/// Fills a list from the members of an object whose first one no item knows.
///
/// A single member is a wrapper, as in `{"Region":[…]}`; several are those of one item that has gained new ones.
pub(crate) fn list(list: &mut dyn List, mut members: BTreeMap<String, Any>, notes: &mut Notes) {
    let holds_objects = matches!(list.push().open(), Open::Object(_));
    list.pop();
    if members.len() == 1
        && let Some((_, content)) = members.pop_first()
    {
        match content {
            Any::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    push(list, item, notes, index);
                }
            }
            Any::Null => {}
            Any::Object(_) => push(list, &content, notes, 0),
            // A single new member of an item, of which nothing else is there.
            _ if holds_objects => {
                list.push();
            }
            _ => push(list, &content, notes, 0),
        }
    } else if holds_objects {
        push(list, &Any::Object(members), notes, 0);
    } else {
        notes.misfit(encode_json::slot_to_string(&members));
    }
}

fn push(list: &mut dyn List, item: &Any, notes: &mut Notes, index: usize) {
    let before = notes.count();
    let slot = list.push();
    let misfit = match item {
        Any::Text(text) => {
            // `<Item/>` is an item that says nothing.
            let says_nothing = text.trim().is_empty() && matches!(slot.open(), Open::Object(_));
            (!says_nothing && !slot.put(Scalar::Text(text))).then(|| text.clone())
        }
        structure => {
            let text = structure.to_json();
            fill(&text, slot, notes).is_err().then_some(text)
        }
    };
    if let Some(value) = misfit {
        list.pop();
        notes.misfit(value);
    }
    notes.inside_item(before, index);
}
