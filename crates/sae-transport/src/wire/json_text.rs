//! A structure that travels as one string of JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::schema::fields::{Inline, Open, Scalar, Slot, View};
use crate::{Any, NoteKind, decode_json, encode_json};

/// A value that the service wants as a string of JSON: environment variables, probes, mounts, listeners.
///
/// Made from the value itself, so that nobody escapes quotes by hand; [`Json::raw`] takes a string as it is. What came from the
/// service keeps its own text, so that members which this version doesn't know survive a round trip.
///
/// ```
/// use sae_transport::Json;
///
/// let arguments: Json<Vec<String>> = ["-c", "echo 1234"].into();
/// assert_eq!(arguments.to_text(), r#"["-c","echo 1234"]"#);
/// assert_eq!(Json::<Vec<String>>::raw("1d").value(), None);
/// ```
#[derive(Clone, Default)]
pub struct Json<T> {
    /// Read when it is asked for. In a box, since it is often left out.
    value: OnceLock<Option<Box<T>>>,
    form: Form,
}

/// How the value stood, or will stand, on the wire.
#[derive(Clone, Debug, Default, PartialEq)]
enum Form {
    /// A string of JSON, made from the value when it is needed.
    #[default]
    Made,
    /// This very string.
    Text(String),
    /// The structure itself, not wrapped in a string, as it came.
    Inline(Box<Any>),
    /// The structure itself, filled member by member.
    Members,
}

impl<T> Json<T> {
    /// A value to be sent as JSON.
    pub fn new(value: T) -> Self {
        Self { value: OnceLock::from(Some(Box::new(value))), form: Form::Made }
    }
}

impl<T: Slot + Default> Json<T> {
    /// A string to be sent as it is. If it is JSON of this type, [`Json::value`] reads it.
    pub fn raw(text: impl Into<String>) -> Self {
        Self { value: OnceLock::new(), form: Form::Text(text.into()) }
    }

    /// The typed value; none if the text is empty or no JSON of this type. A text is read when this is called first.
    pub fn value(&self) -> Option<&T> {
        let read = || match &self.form {
            Form::Text(text) => parse(text).map(Box::new),
            Form::Made | Form::Inline(_) | Form::Members => None,
        };
        self.value.get_or_init(read).as_deref()
    }

    /// The typed value, by itself.
    pub fn into_value(self) -> Option<T> {
        self.value();
        self.value.into_inner().flatten().map(|value| *value)
    }

    /// The string of JSON that stands for the value.
    pub fn to_text(&self) -> String {
        match &self.form {
            Form::Text(text) => text.clone(),
            Form::Inline(structure) => structure.to_json(),
            Form::Made | Form::Members => {
                self.value().map(|it| encode_json::slot_to_string(it)).unwrap_or_default()
            }
        }
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// A list of whatever its items are made from: `["-c", "run"]` for arguments, `[("MODE", "fast")]` for environment variables.
impl<T, A: Into<T>, const N: usize> From<[A; N]> for Json<Vec<T>> {
    fn from(items: [A; N]) -> Self {
        items.into_iter().collect()
    }
}

/// The same for lists that are made at run time.
impl<T, A: Into<T>> FromIterator<A> for Json<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = A>>(items: I) -> Self {
        Self::new(items.into_iter().map(Into::into).collect())
    }
}

/// A map from pairs: `[("team", "shop")]` for labels.
impl<K: Into<String>, V: Into<T>, T, const N: usize> From<[(K, V); N]> for Json<BTreeMap<String, T>> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// The same for maps that are made at run time.
impl<K: Into<String>, V: Into<T>, T> FromIterator<(K, V)> for Json<BTreeMap<String, T>> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::new(entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Equal if the values are; if there is no value, if the texts are.
impl<T: Slot + Default + PartialEq> PartialEq for Json<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self.value(), other.value()) {
            (None, None) => self.form == other.form,
            (mine, theirs) => mine == theirs,
        }
    }
}

impl<T: Slot + Default> Slot for Json<T> {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        *self = Self::raw(value.text());
        true
    }

    fn is_unread(&self) -> bool {
        matches!(&self.form, Form::Text(text) if self.value().is_none() && !text.trim().is_empty())
    }

    fn open(&mut self) -> Open<'_> {
        Open::Inline(self)
    }

    fn view(&self) -> View<'_> {
        match (&self.form, self.value()) {
            (Form::Text(text), _) => View::Json(Cow::Borrowed(text)),
            (Form::Inline(structure), _) if !structure.view().is_absent() => structure.view(),
            (_, None) => View::Absent,
            (Form::Members, Some(value)) if !value.view().is_absent() => value.view(),
            // An empty structure can be told from none only as text.
            (_, Some(value)) => View::Json(Cow::Owned(encode_json::slot_to_string(value))),
        }
    }
}

impl<T: Slot + Default> Inline for Json<T> {
    fn keeping_size(&self) -> usize {
        size_of::<T>() + size_of::<Any>()
    }

    fn keep(&mut self, structure: Any) -> Option<&mut dyn Slot> {
        self.form = Form::Inline(Box::new(structure));
        self.value = OnceLock::from(Some(Box::default()));
        let value = self.value.get_mut()?.as_deref_mut()?;
        Some(value)
    }

    fn inner(&mut self) -> Open<'_> {
        *self = Self { value: OnceLock::from(Some(Box::default())), form: Form::Members };
        match self.value.get_mut() {
            Some(Some(value)) => value.open(),
            _ => Open::Scalar,
        }
    }
}

impl<T: Slot + Default> std::fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value() {
            Some(value) => crate::wire::redact::slot(value, f),
            // What can't be read may hold anything.
            None => f.write_str("(unread text)"),
        }
    }
}

/// Reads the text. One object may stand where a list is expected: `{"port":80}` for `[{"port":80}]`.
fn parse<T: Slot + Default>(text: &str) -> Option<T> {
    if text.trim().is_empty() {
        return None;
    }
    let mut value = T::default();
    let notes = decode_json::value(text, &mut value).ok()?;
    notes.iter().all(|note| note.kind != NoteKind::Misfit).then_some(value)
}
