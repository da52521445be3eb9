//! Small pieces of Rust.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote};

use crate::model;

/// A name of the typed form.
pub fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(word) => Ident::new_raw(word, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Lines of documentation.
pub fn docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Lines of documentation of the module around.
pub fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}

/// `Some(text)` or `None`.
pub fn optional(text: Option<&String>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

/// A number without a suffix.
pub fn number(number: u16) -> TokenStream {
    Literal::u16_unsuffixed(number).into_token_stream()
}

/// A value as it stands in code.
pub fn spelling(literal: &model::Literal) -> String {
    match literal {
        model::Literal::Text(text) => Literal::string(text).to_string(),
        model::Literal::Number(number) => number.to_string(),
    }
}

impl ToTokens for model::Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(match self {
            Self::Std(name) => ident(name).into_token_stream(),
            Self::Any => quote!(Any),
            Self::Named(name) => ident(name).into_token_stream(),
            Self::Map(inner) => quote!(BTreeMap<String, #inner>),
            Self::List(inner) => quote!(Vec<#inner>),
            Self::Option(inner) => quote!(Option<#inner>),
            Self::Boxed(inner) => quote!(Box<#inner>),
            Self::Json(inner) => quote!(Json<#inner>),
        });
    }
}
