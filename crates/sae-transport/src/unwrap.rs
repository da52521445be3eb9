//! A list that came as an object: inside a wrapper that nobody announced, or as its only item.

use std::collections::BTreeMap;

use crate::decode_json::{At, fill};
use crate::fields::{List, Open, Scalar};
use crate::{Any, encode_json};

/// Fills a list from the members of an object whose first one no item knows.
///
/// A single member is a wrapper, as in `{"Region":[…]}`; several are those of one item that has gained new ones.
pub(crate) fn list(list: &mut dyn List, mut members: BTreeMap<String, Any>, at: At<'_>) {
    let holds_objects = matches!(list.push().open(), Open::Object(_));
    list.pop();
    if members.len() == 1
        && let Some((_, content)) = members.pop_first()
    {
        match content {
            Any::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    push(list, item, at, index);
                }
            }
            Any::Null => {}
            Any::Object(_) => push(list, &content, at, 0),
            // A single new member of an item, of which nothing else is there.
            _ if holds_objects => {
                list.push();
            }
            _ => push(list, &content, at, 0),
        }
    } else if holds_objects {
        push(list, &Any::Object(members), at, 0);
    } else {
        at.misfit(encode_json::slot_to_string(&members));
    }
}

fn push(list: &mut dyn List, item: &Any, at: At<'_>, index: usize) {
    let path = at.path.item(index);
    let at = At { path, ..at };
    let text = match item {
        Any::Text(text) => {
            let slot = list.push();
            // `<Item/>` is an item that says nothing.
            let says_nothing = text.trim().is_empty() && matches!(slot.open(), Open::Object(_));
            if !says_nothing && !slot.put(Scalar::Text(text)) {
                list.pop();
                at.misfit(text);
            }
            return;
        }
        structure => structure.to_json(),
    };
    if fill(&text, list.push(), at).is_err() {
        list.pop();
        at.misfit(text);
    }
}
