//! The error codes of a service.

use proc_macro2::TokenStream;
use quote::quote;
use sae_transport::Retry;

use super::file::File;
use super::tokens::{arm, docs, ident, number};
use crate::model::{ErrorCode, Errors};

/// Prints an `errors.rs`.
pub fn print(errors: &Errors) -> File {
    let mut file = File::new(&errors.source);
    let constants = errors.codes.iter().map(|error| {
        let ErrorCode { name, docs: lines, code, .. } = error;
        let (name, lines) = (ident(name), docs(lines));
        quote!(#lines pub const #name: ErrorCode = ErrorCode::from_static(#code);)
    });
    file.item(quote!(
        use sae_transport::{ErrorInfo, Retry};
    ));
    file.item(quote! {
        /// Known error codes of this service. It may send others, which are kept as text.
        pub mod error_code {
            use sae_transport::ErrorCode;

            #(#constants)*
        }
    });
    let infos = errors.codes.iter().map(info);
    file.item(quote!(pub(super) static ERRORS: &[ErrorInfo] = &[#(#infos),*];));
    file
}

fn info(error: &ErrorCode) -> TokenStream {
    let ErrorCode { code, status, message, retry, common, gateway, absent, advice, .. } = error;
    let status = number(*status);
    let message = (!message.is_empty()).then(|| quote!(.message(#message)));
    let retry = (*retry != Retry::Never).then(|| {
        let retry = arm(retry);
        quote!(.retry(Retry::#retry))
    });
    let common = common.then(|| quote!(.common()));
    let gateway = gateway.then(|| quote!(.gateway()));
    let absent = absent.then(|| quote!(.absent()));
    quote!(ErrorInfo::new(#code, #status) #message #retry #common #gateway #absent.advice(#advice))
}
