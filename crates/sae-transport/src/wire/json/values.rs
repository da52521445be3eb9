//! JSON of values whose shape the spec doesn't know.

use std::collections::BTreeMap;

use crate::{Any, UnknownMembers, decode_json, encode_json};

impl Any {
    /// The value as JSON.
    pub fn to_json(&self) -> String {
        encode_json::slot_to_string(self)
    }
}

impl UnknownMembers {
    /// The value of a member. Of a field that holds a list it is what of the list could not be read, by index.
    pub fn get(&self, name: &str) -> Option<Any> {
        self.to_map().remove(name)
    }

    /// All of them by name.
    pub fn to_map(&self) -> BTreeMap<String, Any> {
        let mut members = BTreeMap::new();
        if !self.is_empty() {
            // What is kept has been read as JSON once.
            let _ = decode_json::value(self.json(), &mut members);
        }
        members
    }

    /// Adds a member; the last of a name counts.
    pub fn insert(&mut self, name: &str, value: &Any) {
        self.push(name, &value.to_json());
    }
}
