//! JSON text as a value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeSeq, Serializer};
use serde_json::Deserializer;
use serde_json::value::RawValue;

/// A JSON document as a value for any format of serde, written from its text: no tree of it is built.
///
/// Members come out sorted by name, and the last of a name counts.
///
/// ```
/// use sae_transport::JsonDocument;
///
/// let document = JsonDocument::new(r#"{"b":[1,true],"a":"x"}"#);
/// assert_eq!(serde_json::to_string(&document)?, r#"{"a":"x","b":[1,true]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct JsonDocument<'a> {
    json: &'a str,
    text: Change,
    depth: usize,
}

/// What becomes of a text.
type Change = fn(&str) -> Cow<'_, str>;

impl<'a> JsonDocument<'a> {
    /// The document with this text.
    pub fn new(json: &'a str) -> Self {
        Self::with_texts(json, |text| Cow::Borrowed(text))
    }

    /// The same with every text in it changed, the names of members among them.
    pub fn with_texts(json: &'a str, text: fn(&str) -> Cow<'_, str>) -> Self {
        Self { json: json.trim_start(), text, depth: 0 }
    }

    /// Its text.
    pub const fn as_str(&self) -> &'a str {
        self.json
    }

    /// The members of an object, by name.
    pub fn members(&self) -> serde_json::Result<BTreeMap<String, JsonDocument<'a>>> {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(self.json)?;
        Ok(members.into_iter().map(|(name, value)| (name, self.inner(value))).collect())
    }

    /// Hands over the items of a list, one after the other, as long as they are taken.
    pub fn each_item(&self, take: &mut dyn FnMut(JsonDocument<'a>) -> bool) -> serde_json::Result<()> {
        let mut is_taken = true;
        let mut list = Deserializer::from_str(self.json);
        let read = list.deserialize_seq(Items { of: *self, take, is_taken: &mut is_taken });
        // What is left of a list that isn't taken to its end is no mistake.
        if is_taken { read.and_then(|()| list.end()) } else { Ok(()) }
    }

    fn inner(self, value: &'a RawValue) -> Self {
        Self { json: value.get(), text: self.text, depth: self.depth + 1 }
    }
}

/// Without its text: anything in it may be a secret.
impl fmt::Debug for JsonDocument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of JSON", self.json.len())
    }
}

/// The members of an object by name; none of what is no object.
pub(crate) fn members(json: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(json).unwrap_or_default()
}

impl Serialize for JsonDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.depth > MAX_DEPTH {
            return Err(S::Error::custom("nested too deep"));
        }
        match self.json.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> =
                    serde_json::from_str(self.json).map_err(S::Error::custom)?;
                let members = members.iter().map(|(name, value)| ((self.text)(name), self.inner(value)));
                serializer.collect_map(members)
            }
            Some(b'[') => {
                let mut out = serializer.serialize_seq(None)?;
                let mut written = Ok(());
                let read = self.each_item(&mut |item| {
                    written = out.serialize_element(&item);
                    written.is_ok()
                });
                written?;
                read.map_err(S::Error::custom)?;
                out.end()
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(self.json).map_err(S::Error::custom)?;
                serializer.serialize_str(&(self.text)(&text))
            }
            _ => {
                let scalar: serde_json::Value = serde_json::from_str(self.json).map_err(S::Error::custom)?;
                scalar.serialize(serializer)
            }
        }
    }
}

/// Hands the items of a list on.
struct Items<'a, 't> {
    of: JsonDocument<'a>,
    take: &'t mut dyn FnMut(JsonDocument<'a>) -> bool,
    is_taken: &'t mut bool,
}

impl<'a> Visitor<'a> for Items<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while *self.is_taken
            && let Some(item) = items.next_element::<&RawValue>()?
        {
            *self.is_taken = (self.take)(self.of.inner(item));
        }
        Ok(())
    }
}

/// Deeper than anything that was read from an answer, and than what was put around it.
const MAX_DEPTH: usize = 2 * crate::schema::memory::MAX_DEPTH;

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::JsonDocument;

    #[test]
    fn it_is_what_a_tree_would_be() {
        for json in [
            "null",
            "-0.5",
            "18446744073709551615",
            "\"a\\n\\u00e9\"",
            " [ ]",
            "[1, [2, {}], {\"b\": null, \"a\": [\"\"], \"b\": 2}]",
            "{\"\\u0041\": {\"x\": 1e3}}",
        ] {
            let tree: serde_json::Value = serde_json::from_str(json).expect("JSON");
            let pretty = serde_json::to_string_pretty(&JsonDocument::new(json)).expect("it is written");
            assert_eq!(pretty, serde_json::to_string_pretty(&tree).expect("it is written"), "{json}");
        }
    }

    #[test]
    fn texts_are_changed_and_depth_has_an_end() {
        let loud = JsonDocument::with_texts("{\"a\":[\"b\",1]}", |text| Cow::Owned(text.to_uppercase()));
        assert_eq!(serde_json::to_string(&loud).expect("it is written"), "{\"A\":[\"B\",1]}");
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(serde_json::to_string(&JsonDocument::new(&deep)).is_err());
        for broken in ["", "[1", "{\"a\"", "x"] {
            assert!(serde_json::to_string(&JsonDocument::new(broken)).is_err(), "{broken}");
        }
    }
}
