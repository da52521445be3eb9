//! The seam between generated structs and the hand-written codecs.
//!
//! A generated struct knows two things about itself: where the value of a wire name goes ([`Fields::slot`]) and what it holds
//! ([`Fields::walk`]). Everything else (JSON, XML, query strings, `Debug`, serde) is written once, on top of these, and is
//! generic over no operation.

use std::borrow::Cow;

use crate::{Any, UnknownMembers};

/// A struct whose fields are reached by their wire names.
pub trait Fields: Send + Sync {
    /// The slot of the field with this wire name, if there is one.
    fn slot(&mut self, wire_name: &str) -> Option<&mut dyn Slot>;

    /// Shows every field to the visitor, in the order of the spec.
    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>);

    /// The name of the single member inside which a list field travels: `Region` for `{"Regions":{"Region":[…]}}`.
    fn wrapper(&self, wire_name: &str) -> Option<&'static str> {
        let _ = wire_name;
        None
    }

    /// What came and has no field; nothing for a request, which only people make.
    fn unknown_members(&self) -> Option<&UnknownMembers> {
        None
    }

    /// The same, to be filled.
    fn unknown_members_mut(&mut self) -> Option<&mut UnknownMembers> {
        None
    }
}

impl<T: Fields + ?Sized> Fields for Box<T> {
    fn slot(&mut self, wire_name: &str) -> Option<&mut dyn Slot> {
        (**self).slot(wire_name)
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        (**self).walk(visitor);
    }

    fn wrapper(&self, wire_name: &str) -> Option<&'static str> {
        (**self).wrapper(wire_name)
    }

    fn unknown_members(&self) -> Option<&UnknownMembers> {
        (**self).unknown_members()
    }

    fn unknown_members_mut(&mut self) -> Option<&mut UnknownMembers> {
        (**self).unknown_members_mut()
    }
}

/// What [`Fields::walk`] reports to.
pub trait Visitor<'a> {
    /// An ordinary field.
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot);

    /// A field that holds a secret; an ordinary one to every codec, a blank to `Debug`.
    fn secret(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        self.field(wire_name, slot);
    }

    /// A field of the envelope that the operation sends as a number, or as a text, though its type is the other.
    fn recast(&mut self, wire_name: &'static str, form: Form, slot: &'a dyn Slot) {
        let _ = form;
        self.field(wire_name, slot);
    }

    /// A list that travels inside an object with a single member.
    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, slot: &'a dyn Slot) {
        let _ = member;
        self.field(wire_name, slot);
    }
}

/// The form in which a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "codecs match on all of them")]
pub enum Form {
    /// As a whole number, if it is one.
    Number,
    /// As a text.
    Text,
}

/// The place of one value. All tolerance towards the service lives in its implementations.
pub trait Slot {
    /// Whether values of this type are scalars, so that an object or a list can only be kept as JSON text.
    fn is_scalar() -> bool
    where
        Self: Sized;

    /// Takes a scalar; `false` if it fits no reading of this type, and then the slot holds nothing new.
    fn put(&mut self, value: Scalar<'_>) -> bool;

    /// Whether it holds a value, be it an empty one. Lists and maps without anything in them count as none.
    fn has_value(&self) -> bool {
        match self.view() {
            View::Null => false,
            view => !view.is_absent(),
        }
    }

    /// Whether it holds a text that was to be JSON of its type and isn't. Such a text is kept and sent as it is.
    fn is_unread(&self) -> bool {
        false
    }

    /// How many bytes of memory of its own [`Slot::open`] takes.
    fn opening_size(&self) -> usize {
        0
    }

    /// The same for a value of this type that is made for it.
    fn own_size() -> usize
    where
        Self: Sized,
    {
        0
    }

    /// Makes the value present and shows what it can be filled with.
    fn open(&mut self) -> Open<'_>;

    /// What it holds.
    fn view(&self) -> View<'_>;
}

/// A scalar on its way to or from the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the scalars of JSON; codecs match on all of them")]
pub enum Scalar<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text; in XML everything is.
    Text(&'a str),
}

/// What a slot can be filled with.
#[expect(clippy::exhaustive_enums, reason = "codecs match on all of them")]
#[expect(
    missing_debug_implementations,
    reason = "a short-lived view of somebody else's data, which may be secret"
)]
pub enum Open<'a> {
    /// Scalars alone, through [`Slot::put`].
    Scalar,
    /// The members of an object.
    Object(&'a mut dyn Fields),
    /// The items of a list.
    List(&'a mut dyn List),
    /// The entries of a map.
    Map(&'a mut dyn Map),
    /// Whatever comes.
    Any(&'a mut Any),
    /// A structure in place of the string of JSON that was to stand for it.
    Inline(&'a mut dyn Inline),
}

impl Open<'_> {
    /// The place to be filled member by member, whether or not a string of JSON was to stand for it.
    pub fn structure(self) -> Self {
        match self {
            Self::Inline(place) => place.inner().structure(),
            open => open,
        }
    }
}

/// What a slot holds.
#[expect(clippy::exhaustive_enums, reason = "codecs match on all of them")]
#[expect(
    missing_debug_implementations,
    reason = "a short-lived view of somebody else's data, which may be secret"
)]
pub enum View<'a> {
    /// Nothing: left out.
    Absent,
    /// JSON's `null`.
    Null,
    /// A scalar.
    Scalar(Scalar<'a>),
    /// A structure that travels as a string of JSON.
    Json(Cow<'a, str>),
    /// An object.
    Object(&'a dyn Fields),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
}

impl View<'_> {
    /// Whether there is nothing to write: the service does not tell "none" from "not said", so empty lists and maps count.
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            _ => false,
        }
    }
}

/// The place of a structure that travels as a string of JSON.
pub trait Inline {
    /// Takes the structure itself, whole, so that what its type doesn't know is kept as well; returns the place of the typed value, to
    /// be filled from it.
    fn keep(&mut self, structure: Any) -> Option<&mut dyn Slot>;

    /// How many bytes of memory of its own [`Inline::keep`] takes.
    fn keeping_size(&self) -> usize;

    /// The typed value inside.
    fn inner(&mut self) -> Open<'_>;
}

/// A list of slots.
pub trait List {
    /// Appends an empty item.
    fn push(&mut self) -> &mut dyn Slot;
    /// Removes the last item.
    fn pop(&mut self);
    /// How many items there are.
    fn len(&self) -> usize;
    /// The bytes that the items lie in now, and those that they will lie in with another one; zeros while there is room.
    fn growth(&self) -> (usize, usize);
    /// Shows every item.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a dyn Slot));
    /// Whether there is no item.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A map from names to slots.
pub trait Map {
    /// The slot of a name, made when missing, and whether it was there.
    fn entry(&mut self, name: &str) -> (&mut dyn Slot, bool);
    /// Removes the entry of a name.
    fn remove(&mut self, name: &str);
    /// The bytes of an entry.
    fn entry_size(&self) -> usize;
    /// Shows every entry, in the order of the names.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Slot));
    /// Whether there is no entry.
    fn is_empty(&self) -> bool;
}
