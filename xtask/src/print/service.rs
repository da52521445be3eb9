//! The `mod.rs` of a service, and the one above all services.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::File;
use super::tokens::{ident, optional};
use crate::model::{Envelope, Region, Service};
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
/// It re-exports all types of the service, so it takes nothing else by name: a shape may be called `Region`, too.
pub fn print(service: &Service) -> File {
    let Service { product, version, title, public_endpoint, vpc_endpoint, .. } = service;
    let mut file = File::new(&service.source);
    file.docs(&service.docs);
    let groups: Vec<_> = service.groups.iter().map(|group| ident(&group.module)).collect();
    let shapes = service.shapes.as_ref().map(|_| ident("shapes"));
    let types = groups.iter().chain(&shapes).map(|module| (module.clone(), quote!(*)));
    let mut modules: Vec<_> = types.chain([(ident("errors"), quote!(error_code))]).collect();
    modules.sort_by(|(left, _), (right, _)| left.cmp(right));
    let (modules, exported): (Vec<_>, Vec<_>) = modules.into_iter().unzip();
    file.item(quote!(#(mod #modules;)*));
    file.item(quote!(#(pub use self::#modules::#exported;)*));
    let regions = service.regions.iter().map(region);
    file.item(quote! {
        /// The service, as the spec describes it.
        pub static SERVICE: sae_transport::Service = sae_transport::Service {
            product: #product,
            version: #version,
            title: #title,
            public_endpoint: #public_endpoint,
            vpc_endpoint: #vpc_endpoint,
            regions: &[#(#regions),*],
            errors: errors::ERRORS,
        };
    });
    file.item(quote! {
        /// Its operations, group by group, in reading order.
        pub static OPERATIONS: &[&[sae_transport::Registered]] = &[#(#groups::OPERATIONS),*];
    });
    let envelope = envelope(&service.envelope, &quote!(sae_transport::EnvelopeShape));
    file.item(quote! {
        pub(crate) static ENVELOPE: sae_transport::EnvelopeShape = #envelope;
    });
    file
}

/// Prints an envelope.
pub fn envelope(envelope: &Envelope, name: &TokenStream) -> TokenStream {
    let Envelope { fields, numeric_code } = envelope;
    quote!(#name { fields: &[#(#fields),*], numeric_code: #numeric_code })
}

fn region(region: &Region) -> TokenStream {
    let Region { id, public, vpc } = region;
    let (public, vpc) = (optional(public.as_ref()), optional(vpc.as_ref()));
    quote!(sae_transport::Region { id: #id, public_endpoint: #public, vpc_endpoint: #vpc })
}
