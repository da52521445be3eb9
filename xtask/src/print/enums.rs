//! Value sets.

use quote::quote;

use super::file::File;
use super::tokens::{docs, ident, spelling};
use crate::model::Enum;

/// Prints a value set.
pub fn print(set: &Enum, file: &mut File) {
    let (name, lines, base) = (ident(&set.name), docs(&set.docs), ident(set.base));
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
    file.table(&format!("sae_transport::{}", set.set), &set.name, rows);
}
