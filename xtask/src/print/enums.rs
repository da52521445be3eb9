//! Value sets.

use quote::quote;

use super::file::File;
use super::tokens::{docs, ident, spelling};
use crate::model::{Enum, Scalar};
use crate::spec::words::Base;

/// Prints a value set.
pub fn print(set: &Enum, file: &mut File) {
    let (table, base) = match set.base {
        Base::String => ("sae_transport::string_set", Scalar::String),
        Base::Integer => ("sae_transport::number_set", Scalar::Integer),
    };
    let (name, lines) = (ident(&set.name), docs(&set.docs));
    file.transport(&["Unknown"]);
    let arms = set.values.iter().map(|value| ident(&value.name));
    let arm_lines = set.values.iter().map(|value| docs(&value.docs));
    file.item(quote! {
        #lines
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#arm_lines #arms,)*
            /// A value that this version doesn't know, kept as it came.
            Unknown(Unknown<#base>),
        }
    });
    let rows = set.values.iter().map(|value| (value.name.clone(), spelling(&value.wire)));
    file.table(table, &set.name, rows);
}
