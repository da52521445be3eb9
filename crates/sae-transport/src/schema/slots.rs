//! The slots of scalars, options, lists and maps: what the service may write for each, and what is read from it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::Any;
use crate::schema::fields::{List, Map, Open, Scalar, Slot, View};
use crate::schema::memory::grown;

impl Slot for String {
    fn is_scalar() -> bool {
        true
    }

    /// Numbers and booleans are kept as the service would write them: `"Code": 200` reads like `"Code": "200"`.
    #[inline]
    fn put(&mut self, value: Scalar<'_>) -> bool {
        *self = if let Scalar::Text(text) = value { text.to_owned() } else { written(value) };
        true
    }

    fn open(&mut self) -> Open<'_> {
        Open::Scalar
    }

    fn view(&self) -> View<'_> {
        View::Scalar(Scalar::Text(self))
    }
}

impl Slot for bool {
    fn is_scalar() -> bool {
        true
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        let read = match value {
            Scalar::Bool(value) => Some(value),
            Scalar::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
            Scalar::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        store(self, read)
    }

    fn open(&mut self) -> Open<'_> {
        Open::Scalar
    }

    fn view(&self) -> View<'_> {
        View::Scalar(Scalar::Bool(*self))
    }
}

impl Slot for i64 {
    fn is_scalar() -> bool {
        true
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        let read = match value {
            Scalar::Int(value) => Some(value),
            Scalar::Float(value) => whole(value),
            Scalar::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
            }
            Scalar::Bool(_) => None,
        };
        store(self, read)
    }

    fn open(&mut self) -> Open<'_> {
        Open::Scalar
    }

    fn view(&self) -> View<'_> {
        View::Scalar(Scalar::Int(*self))
    }
}

impl Slot for f64 {
    fn is_scalar() -> bool {
        true
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        let read = match value {
            #[expect(
                clippy::cast_precision_loss,
                reason = "the field is documented as a floating-point number"
            )]
            Scalar::Int(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            Scalar::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Scalar::Bool(_) => None,
        };
        store(self, read)
    }

    fn open(&mut self) -> Open<'_> {
        Open::Scalar
    }

    fn view(&self) -> View<'_> {
        View::Scalar(Scalar::Float(*self))
    }
}

impl<T: Slot + Default> Slot for Option<T> {
    fn is_scalar() -> bool {
        T::is_scalar()
    }

    /// An empty string where a number, a boolean or an object is expected means that there is none.
    fn put(&mut self, value: Scalar<'_>) -> bool {
        let mut inner = T::default();
        if inner.put(value) {
            *self = Some(inner);
            return true;
        }
        if !T::is_scalar() {
            *self = None;
        }
        is_blank(value)
    }

    fn has_value(&self) -> bool {
        self.as_ref().is_some_and(Slot::has_value)
    }

    fn is_unread(&self) -> bool {
        self.as_ref().is_some_and(Slot::is_unread)
    }

    fn opening_size(&self) -> usize {
        if self.is_none() { T::own_size() } else { 0 }
    }

    fn open(&mut self) -> Open<'_> {
        if T::is_scalar() { Open::Scalar } else { self.get_or_insert_default().open() }
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, Slot::view)
    }
}

impl<T: Slot> Slot for Box<T> {
    fn is_scalar() -> bool {
        T::is_scalar()
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        (**self).put(value)
    }

    fn has_value(&self) -> bool {
        (**self).has_value()
    }

    fn is_unread(&self) -> bool {
        (**self).is_unread()
    }

    fn own_size() -> usize {
        size_of::<T>()
    }

    fn open(&mut self) -> Open<'_> {
        (**self).open()
    }

    fn view(&self) -> View<'_> {
        (**self).view()
    }
}

impl<T: Slot + Default> Slot for Vec<T> {
    fn is_scalar() -> bool {
        false
    }

    /// A single value may stand for a list of one, an empty string for an empty list.
    fn put(&mut self, value: Scalar<'_>) -> bool {
        if is_blank(value) {
            return true;
        }
        let mut item = T::default();
        let fits = item.put(value);
        if fits {
            // Most such lists stay at one.
            self.reserve_exact(1);
            self.push(item);
        }
        fits
    }

    fn open(&mut self) -> Open<'_> {
        Open::List(self)
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Slot + Default> List for Vec<T> {
    fn push(&mut self) -> &mut dyn Slot {
        let at = self.len();
        if at == self.capacity() {
            self.reserve_exact(grown(at, size_of::<T>()) - at);
        }
        self.push(T::default());
        // The slice from the old end holds exactly the new item.
        #[expect(clippy::indexing_slicing, reason = "the item was pushed in the line above")]
        &mut self[at]
    }

    fn pop(&mut self) {
        self.pop();
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn growth(&self) -> (usize, usize) {
        let (length, size) = (self.len(), size_of::<T>());
        if length < self.capacity() { (0, 0) } else { (length * size, grown(length, size) * size) }
    }

    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a dyn Slot)) {
        for item in self {
            visit(item);
        }
    }
}

impl<T: Slot + Default> Slot for BTreeMap<String, T> {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        is_blank(value)
    }

    fn open(&mut self) -> Open<'_> {
        Open::Map(self)
    }

    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<T: Slot + Default> Map for BTreeMap<String, T> {
    fn entry(&mut self, name: &str) -> (&mut dyn Slot, bool) {
        match self.entry(name.to_owned()) {
            Entry::Vacant(place) => (place.insert(T::default()), false),
            Entry::Occupied(place) => (place.into_mut(), true),
        }
    }

    fn remove(&mut self, name: &str) {
        self.remove(name);
    }

    fn entry_size(&self) -> usize {
        size_of::<(String, T)>()
    }

    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Slot)) {
        for (name, value) in self {
            visit(name, value);
        }
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl Slot for Any {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        *self = match value {
            Scalar::Bool(value) => Any::Bool(value),
            Scalar::Int(value) => Any::Int(value),
            Scalar::Float(value) => Any::Float(value),
            Scalar::Text(text) => Any::Text(text.to_owned()),
        };
        true
    }

    fn open(&mut self) -> Open<'_> {
        Open::Any(self)
    }

    fn view(&self) -> View<'_> {
        match self {
            Any::Null => View::Null,
            Any::Bool(value) => View::Scalar(Scalar::Bool(*value)),
            Any::Int(value) => View::Scalar(Scalar::Int(*value)),
            Any::Float(value) => View::Scalar(Scalar::Float(*value)),
            Any::Text(text) => View::Scalar(Scalar::Text(text)),
            Any::List(items) => View::List(items),
            Any::Object(members) => View::Map(members),
        }
    }
}

impl<'a> Scalar<'a> {
    /// The value as text: numbers and booleans as they stand in a query string, in XML or in a string.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(value.to_string()),
        }
    }
}

/// Numbers and booleans are rare where a text is announced.
#[cold]
fn written(value: Scalar<'_>) -> String {
    value.text().into_owned()
}

fn is_blank(value: Scalar<'_>) -> bool {
    matches!(value, Scalar::Text(text) if text.trim().is_empty())
}

fn store<T>(place: &mut T, read: Option<T>) -> bool {
    let fits = read.is_some();
    if let Some(value) = read {
        *place = value;
    }
    fits
}

/// The whole number that a floating-point one stands for, as in `1563373372746.0`.
pub(crate) fn whole(value: f64) -> Option<i64> {
    /// 2^53: up to here every whole number has a floating-point form of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
