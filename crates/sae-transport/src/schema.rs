//! What generated code is made of: fields, slots, descriptions, paging.

pub(crate) mod any;
pub(crate) mod description;
pub(crate) mod fields;
pub(crate) mod memory;
pub(crate) mod note;
pub(crate) mod paged;
pub(crate) mod slots;
pub(crate) mod unknown_members;
