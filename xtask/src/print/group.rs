//! The `mod.rs` of a group.

use quote::quote;

use super::file::File;
use super::tokens::ident;
use crate::model::Group;

/// Prints a group.
pub fn print(group: &Group) -> File {
    let mut file = File::new(&group.source);
    file.docs(&group.docs);
    let operations: Vec<_> = group.operations.iter().map(|operation| ident(&operation.module)).collect();
    let requests = group.operations.iter().map(|operation| ident(&operation.request.name));
    let shapes = group.shapes.as_ref().map(|_| ident("shapes"));
    let mut modules: Vec<_> = operations.iter().chain(&shapes).collect();
    modules.sort();
    file.item(quote!(#(mod #modules;)*));
    file.item(quote!(
        use sae_transport::Registered;
    ));
    file.item(quote!(#(pub use self::#modules::*;)*));
    file.item(quote! {
        /// The operations of this group.
        pub(super) const OPERATIONS: &[Registered] = &[#(Registered::of::<#requests>()),*];
    });
    file
}
