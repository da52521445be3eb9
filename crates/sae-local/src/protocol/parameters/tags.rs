//! Tags in parameters, which clients write in different ways.

use std::borrow::Cow;

use serde_json::Value;

use crate::protocol::json;

/// A list of tags as the spec has it: members in lower case, without the nulls that Terraform's provider sends. What isn't
/// such a list, or has nothing but nulls, stays as it is, to be refused.
pub fn normal(text: &str) -> Cow<'_, str> {
    let Ok(Value::Array(items)) = json::parse(text.as_bytes()) else { return Cow::Borrowed(text) };
    let empty = items.is_empty();
    let tags: Vec<Value> = items.into_iter().filter(|item| !item.is_null()).map(lower).collect();
    if tags.is_empty() && !empty {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Value::Array(tags).to_string())
}

/// Renames the members `Key` and `Value`, unless the other name is there as well.
fn lower(tag: Value) -> Value {
    let Value::Object(mut members) = tag else { return tag };
    for (capital, name) in [("Key", "key"), ("Value", "value")] {
        if !members.contains_key(name)
            && let Some(value) = members.remove(capital)
        {
            members.insert(name.to_owned(), value);
        }
    }
    Value::Object(members)
}
