//! A list that came as an object: inside a wrapper that nobody announced, or as its only item.

use std::collections::BTreeMap;

use crate::Any;
use crate::schema::fields::{List, Open};
use crate::schema::memory::OverBudget;
use crate::wire::reading::{Left, Reading};

/// What an object is that stands for a list.
pub(crate) enum Items {
    /// The items, as a JSON list.
    Json(String),
    /// No items; what of the object has to be kept.
    None(Left),
}

/// Finds the items of a list in the members of an object. Where it can't be told what the object is, the list stays empty.
///
/// - An object of which the item knows a member is the item.
/// - A single member is a wrapper, as in `{"Region":[…]}`, if what it holds are items: objects of which the item knows a member, or
///   scalars where the items are.
/// - An object of which the item knows no member, none of which holds a structure, is an item too: it can't be a wrapper.
pub(crate) fn items(
    list: &mut dyn List,
    members: BTreeMap<String, Any>,
    reading: &mut Reading,
) -> Result<Items, OverBudget> {
    let items = match told(list, &members) {
        Told::Item => Any::List(vec![Any::Object(members)]),
        Told::Wrapper => members.into_values().next().unwrap_or_default(),
        Told::Nothing => {
            let json = reading.json_of(&members)?;
            return reading.misfit_json(json).map(Items::None);
        }
    };
    let items = match items {
        Any::List(items) if holds_objects(list) => Any::List(items.into_iter().map(or_empty).collect()),
        Any::Null => return Ok(Items::None(None)),
        Any::List(items) => Any::List(items),
        single => Any::List(vec![single]),
    };
    reading.json_of(&items).map(Items::Json)
}

/// How an object stands for a list.
enum Told {
    Item,
    Wrapper,
    Nothing,
}

fn told(list: &mut dyn List, members: &BTreeMap<String, Any>) -> Told {
    let mut values = members.values();
    let single = values.next().filter(|_| members.len() == 1);
    if !holds_objects(list) {
        return if single.is_some() { Told::Wrapper } else { Told::Nothing };
    }
    if is_known(list, members) {
        return Told::Item;
    }
    let mut is_item = |value: &Any| matches!(value, Any::Object(members) if is_known(list, members));
    match single {
        Some(Any::Null) => Told::Wrapper,
        Some(Any::List(items)) if items.is_empty() || items.iter().any(&mut is_item) => Told::Wrapper,
        Some(content @ Any::Object(_)) if is_item(content) => Told::Wrapper,
        _ if members.values().any(|value| matches!(value, Any::List(_) | Any::Object(_))) => Told::Nothing,
        _ => Told::Item,
    }
}

fn holds_objects(list: &mut dyn List) -> bool {
    let holds_objects = matches!(list.push().open(), Open::Object(_));
    list.pop();
    holds_objects
}

/// Whether an item knows one of these members.
fn is_known(list: &mut dyn List, members: &BTreeMap<String, Any>) -> bool {
    let is_known = match list.push().open() {
        Open::Object(item) => members.keys().any(|name| item.slot(name).is_some()),
        _ => false,
    };
    list.pop();
    is_known
}

/// `<Item/>` is an item that says nothing.
fn or_empty(item: Any) -> Any {
    match item {
        Any::Text(text) if text.trim().is_empty() => Any::Object(BTreeMap::new()),
        item => item,
    }
}
