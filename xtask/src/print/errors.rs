//! The error codes of a service.

use quote::quote;

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
        /// The error codes that are known for this service. There may be others: what the service says is kept as it is.
        pub mod error_code {
            use sae_transport::ErrorCode;

            #(#constants)*
        }
    });
    let infos = errors.codes.iter().map(|error| {
        let ErrorCode { code, status, message, common, gateway, absent, advice, .. } = error;
        let (status, retry) = (number(*status), arm(error.retry));
        quote! {
            ErrorInfo {
                code: #code,
                status: #status,
                message: #message,
                retry: Retry::#retry,
                common: #common,
                gateway: #gateway,
                absent: #absent,
                advice: #advice,
            }
        }
    });
    file.item(quote!(pub(super) static ERRORS: &[ErrorInfo] = &[#(#infos),*];));
    file
}
