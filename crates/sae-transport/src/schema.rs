//! What generated code is made of: fields, slots, descriptions, paging.

pub(crate) mod any;
pub(crate) mod checks;
mod const_builders;
pub(crate) mod description;
pub(crate) mod fields;
mod macros;
pub(crate) mod memory;
pub(crate) mod note;
pub(crate) mod paged;
pub(crate) mod slots;
pub(crate) mod timestamp;
pub(crate) mod unknown_members;
