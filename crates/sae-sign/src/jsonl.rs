//! Signing as text: a JSON object in, a JSON object out, each on one line.
//!
//! For programs in other languages that compare their signer with this one. A line has these keys, no others:
//!
//! | key | value |
//! | --- | --- |
//! | `scheme` | `"roa"` or `"acs3"` |
//! | `method`, `path` | texts; the path as it stands on the wire |
//! | `query`, `headers` | objects of texts, optional; the query raw, date and nonce among the headers |
//! | `body` | text, optional |
//! | `access_key_id`, `access_key_secret` | texts |
//! | `security_token` | text, optional |
//!
//! The answer has `string_to_sign`, for ACS3 `canonical_request`, `signature` and `authorization`; or it has `error`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Credentials, Request, Scheme, same_secret, sign};

/// Answers one line.
///
/// ```
/// let line = r#"{"scheme":"roa","method":"GET","path":"/","headers":{"Accept":"application/json"},
///     "access_key_id":"id","access_key_secret":"secret"}"#;
/// assert_eq!(
///     sae_sign::jsonl::answer(line),
///     concat!(
///         r#"{"string_to_sign":"GET\napplication/json\n\n\n\n/","signature":"7Rjn2smhNqg6ze1UhcO3pFPWaxo=","#,
///         r#""authorization":"acs id:7Rjn2smhNqg6ze1UhcO3pFPWaxo="}"#,
///     ),
/// );
/// assert_eq!(sae_sign::jsonl::answer("{}"), r#"{"error":"the key scheme is missing"}"#);
/// ```
///
/// Never fails: what can't be signed is answered with the error.
pub fn answer(line: &str) -> String {
    let result = Line::parse(line).and_then(Line::sign);
    let pairs = match &result {
        Ok(pairs) => pairs.iter().map(|(key, value)| (*key, value.as_str())).collect(),
        Err(error) => vec![("error", error.as_str())],
    };
    serde_json::to_string(&Object(pairs)).unwrap_or_default()
}

type Texts = Vec<(Cow<'static, str>, Cow<'static, str>)>;

#[derive(Default)]
struct Line {
    scheme: Scheme,
    method: String,
    path: String,
    query: Texts,
    headers: Texts,
    body: String,
    id: String,
    secret: String,
    token: String,
}

impl Line {
    fn parse(line: &str) -> Result<Self, String> {
        let json = serde_json::from_str(line)
            .map_err(|error| format!("not a line of JSON, at column {}", error.column()))?;
        let Json::Object(mut pairs) = json else { return Err("the line is not a JSON object".to_owned()) };
        let scheme = text(&mut pairs, "scheme")?.ok_or_else(|| missing("scheme"))?;
        let parsed = Self {
            scheme: scheme.parse().map_err(|error: crate::UnknownScheme| error.to_string())?,
            method: text(&mut pairs, "method")?.ok_or_else(|| missing("method"))?,
            path: text(&mut pairs, "path")?.ok_or_else(|| missing("path"))?,
            query: texts(&mut pairs, "query")?,
            headers: texts(&mut pairs, "headers")?,
            body: text(&mut pairs, "body")?.unwrap_or_default(),
            id: text(&mut pairs, "access_key_id")?.ok_or_else(|| missing("access_key_id"))?,
            secret: text(&mut pairs, "access_key_secret")?.ok_or_else(|| missing("access_key_secret"))?,
            token: text(&mut pairs, "security_token")?.unwrap_or_default(),
        };
        match pairs.first() {
            Some((key, _)) if KEYS.contains(&key.as_str()) => Err(format!("the key {key} is given twice")),
            Some((key, _)) if !same_secret(&parsed.secret, key) => Err(format!("unknown key {key:?}")),
            Some(_) => Err("unknown key".to_owned()),
            None => Ok(parsed),
        }
    }

    fn sign(self) -> Result<Vec<(&'static str, String)>, String> {
        let request = Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: self.body.as_bytes(),
        };
        let credentials = Credentials::new(&self.id, &self.secret).with_token(self.token.as_str());
        let signed = sign(self.scheme, &request, &credentials).map_err(|error| error.to_string())?;
        let mut pairs = vec![("string_to_sign", signed.string_to_sign)];
        pairs.extend(signed.canonical_request.map(|text| ("canonical_request", text)));
        pairs.extend([("signature", signed.signature), ("authorization", signed.authorization)]);
        Ok(pairs)
    }
}

fn take(pairs: &mut Vec<(String, Json)>, key: &str) -> Option<Json> {
    let at = pairs.iter().position(|(name, _)| name == key)?;
    Some(pairs.remove(at).1)
}

fn text(pairs: &mut Vec<(String, Json)>, key: &str) -> Result<Option<String>, String> {
    match take(pairs, key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text)),
        Some(_) => Err(format!("the key {key} must be a string")),
    }
}

fn texts(pairs: &mut Vec<(String, Json)>, key: &str) -> Result<Texts, String> {
    let members = match take(pairs, key) {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Object(members)) => members,
        Some(_) => return Err(format!("the key {key} must be an object of strings")),
    };
    let text = |(name, value)| match value {
        Json::Text(value) => Ok((Cow::Owned(name), Cow::Owned(value))),
        _ => Err(format!("in {key}, the value of {name:?} must be a string")),
    };
    members.into_iter().map(text).collect()
}

fn missing(key: &str) -> String {
    format!("the key {key} is missing")
}

/// JSON as far as a line needs it. Unlike a map it keeps a name that occurs twice, so that signing can refuse it; and its
/// errors never quote a value, which could be the secret.
enum Json {
    Null,
    Text(String),
    Object(Vec<(String, Json)>),
    Other,
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Json::Object(pairs))
    }
}

struct Object<'a>(Vec<(&'a str, &'a str)>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

const KEYS: [&str; 9] = [
    "scheme",
    "method",
    "path",
    "query",
    "headers",
    "body",
    "access_key_id",
    "access_key_secret",
    "security_token",
];
