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
/// It re-exports all types of the service, so it takes nothing else by name: a shape may be called `Region`, too.
pub fn print(service: &Service) -> File {
    let Service { product, version, title, public_endpoint, vpc_endpoint, .. } = service;
    let mut file = File::new(&service.source);
    file.docs(&service.docs);
    let groups: Vec<_> = service.groups.iter().map(|group| ident(&group.module)).collect();
    let conditions: Vec<_> = service.groups.iter().map(condition).collect();
    let shapes = service.shapes.as_ref().map(|_| (ident("shapes"), quote!(), quote!(*)));
    let of_groups = groups.iter().zip(&conditions);
    let of_groups = of_groups.map(|(module, condition)| (module.clone(), condition.clone(), quote!(*)));
    let mut modules: Vec<_> =
        of_groups.chain(shapes).chain([(ident("errors"), quote!(), quote!(error_code))]).collect();
    modules.sort_by(|(left, ..), (right, ..)| left.cmp(right));
    let declared = modules.iter().map(|(module, condition, _)| quote!(#condition mod #module;));
    file.item(quote!(#(#declared)*));
    let exported =
        modules.iter().map(|(module, condition, names)| quote!(#condition pub use self::#module::#names;));
    file.item(quote!(#(#exported)*));
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
        /// The operations of the service, group by group.
        pub static OPERATIONS: &[&[sae_transport::Registered]] = &[#(#conditions #groups::OPERATIONS),*];
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
