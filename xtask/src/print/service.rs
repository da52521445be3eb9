//! The `mod.rs` of a service, and the one above all services.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::File;
use super::tokens::ident;
use crate::model::{Envelope, Group, Region, Service};
use crate::spec;

/// Prints the `mod.rs` above all services.
pub fn root(services: &[Service]) -> File {
    let mut file = File::new(spec::FOLDER);
    let modules = services.iter().map(|service| ident(&service.module));
    file.item(quote!(#(pub mod #modules;)*));
    file
}

/// Prints the `mod.rs` of a service.
///
/// Its modules stand in it, and all types side by side in a module of their own: documentation shows the former, and people
/// write both. Neither takes anything by name: a shape may be called `Region`, too.
pub fn print(service: &Service) -> File {
    let Service { product, version, title, public_endpoint, vpc_endpoint, .. } = service;
    let mut file = File::new(&service.source);
    file.docs(&service.docs);
    let groups: Vec<_> = service.groups.iter().map(|group| ident(&group.module)).collect();
    let conditions: Vec<_> = service.groups.iter().map(condition).collect();
    let public = |(module, condition)| (module, quote!(#condition pub mod #module;));
    let of_groups = groups.iter().zip(&conditions).map(public);
    let (shapes, errors) = (ident("shapes"), ident("errors"));
    let of_shapes = service.shapes.as_ref().map(|_| {
        (
            &shapes,
            quote!(
                pub mod shapes;
            ),
        )
    });
    let mut modules: Vec<_> = of_groups
        .chain(of_shapes)
        .chain([(
            &errors,
            quote!(
                mod errors;
            ),
        )])
        .collect();
    modules.sort_by_key(|(module, _)| *module);
    let declared = modules.iter().map(|(_, declared)| declared);
    file.item(quote!(#(#declared)*));
    file.item(quote!(
        pub use self::errors::error_code;
    ));
    let regions = service.regions.iter().map(region);
    let envelope = envelope(&service.envelope, &quote!(sae_transport::EnvelopeShape));
    file.item(quote! {
        /// What is known about the service: product code, version, endpoints, regions, error codes.
        pub static SERVICE: sae_transport::Service = sae_transport::Service {
            product: #product,
            version: #version,
            title: #title,
            public_endpoint: #public_endpoint,
            vpc_endpoint: #vpc_endpoint,
            regions: &[#(#regions),*],
            errors: errors::ERRORS,
            envelope: &#envelope,
        };
    });
    file.item(quote! {
        /// The operations of the service, group by group. A program that names it has the code of all of them.
        pub const OPERATIONS: &[&[sae_transport::Registered]] = &[#(#conditions #groups::OPERATIONS),*];
    });
    let shapes = service.shapes.as_ref().map(|_| {
        quote!(
            pub use super::shapes::*;
        )
    });
    let types = groups
        .iter()
        .zip(&conditions)
        .map(|(module, condition)| quote!(#condition pub use super::#module::*;));
    file.item(quote! {
        /// All types of the service side by side.
        #[doc(hidden)]
        pub mod types { #shapes #(#types)* }
    });
    file
}

/// The attribute that leaves a group out of builds without its feature.
fn condition(group: &Group) -> TokenStream {
    group.feature.as_ref().map_or_else(TokenStream::new, |feature| quote!(#[cfg(feature = #feature)]))
}

/// Prints an envelope.
pub fn envelope(envelope: &Envelope, name: &TokenStream) -> TokenStream {
    let Envelope { fields, numeric_code, text_success } = envelope;
    let numeric_code = numeric_code.then(|| quote!(.numeric_code()));
    let text_success = text_success.then(|| quote!(.text_success()));
    quote!(#name::new(&[#(#fields),*]) #numeric_code #text_success)
}

fn region(region: &Region) -> TokenStream {
    let Region { id, public, vpc } = region;
    let public = public.as_ref().map(|host| quote!(.public_endpoint(#host)));
    let vpc = vpc.as_ref().map(|host| quote!(.vpc_endpoint(#host)));
    quote!(sae_transport::Region::new(#id) #public #vpc)
}
