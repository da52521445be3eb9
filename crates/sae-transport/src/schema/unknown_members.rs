//! What came in an answer and has no field.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use crate::schema::memory::{MemoryBudget, OverBudget, grown};

/// Members of an object that this version of the SDK doesn't know, and values that fitted no reading of their field.
///
/// They are written where the object is written again, so that nothing that came is lost. One pointer in size while there are
/// none. `Debug` shows how many there are and no value, since anything may be a secret.
///
/// ```
/// use sae_transport::{Any, UnknownMembers};
///
/// let mut members = UnknownMembers::default();
/// members.insert("Zone", &Any::from("cn-hangzhou-b"));
/// assert_eq!(members.get("Zone"), Some(Any::from("cn-hangzhou-b")));
/// assert_eq!(members.names(), ["Zone"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnknownMembers(Option<Box<Members>>);

/// The members as a JSON object: as text they take no more than they took in the answer.
#[derive(Clone, PartialEq, Eq)]
struct Members {
    json: String,
}

impl UnknownMembers {
    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The names, sorted.
    pub fn names(&self) -> Vec<String> {
        self.values().into_keys().collect()
    }

    /// Adds a member whose value is this JSON, as far as the budget goes.
    pub(crate) fn keep(
        &mut self,
        name: &str,
        json: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        let more = name.len() * 2 + json.len() + 5;
        let (length, capacity) =
            self.0.as_ref().map_or((0, 0), |members| (members.json.len(), members.json.capacity()));
        if self.0.is_none() {
            budget.take_piece(size_of::<Members>())?;
        }
        if length + more > capacity {
            let next = grown(capacity, 1).max(length + more);
            budget.take_growth((capacity, next))?;
            self.text().reserve_exact(next - length);
        }
        self.push(name, json);
        Ok(())
    }

    /// The members as they came, for an encoder.
    pub(crate) fn values(&self) -> BTreeMap<String, &RawValue> {
        serde_json::from_str(self.json()).unwrap_or_default()
    }

    /// Adds a member whose value is this JSON.
    pub(crate) fn push(&mut self, name: &str, json: &str) {
        let text = self.text();
        let is_first = text.pop().is_none();
        text.push(if is_first { '{' } else { ',' });
        push_quoted(text, name);
        text.push(':');
        text.push_str(json);
        text.push('}');
    }

    fn text(&mut self) -> &mut String {
        &mut self.0.get_or_insert_with(|| Box::new(Members { json: String::new() })).json
    }

    /// All of them as one JSON object.
    pub(crate) fn json(&self) -> &str {
        self.0.as_ref().map_or("{}", |members| &members.json)
    }
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(&mut out, text);
    out
}

/// Appends a text as JSON.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} unknown", self.values().len())
    }
}
