//! Small pieces of Rust.

use std::fmt;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote};

use crate::model::{self, Scalar};

/// A name of the typed form; a keyword becomes a raw identifier.
pub fn ident(name: &str) -> Ident {
    if KEYWORDS.binary_search(&name).is_ok() {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// The arm of an enum of sae-transport: its debug form is its name.
pub fn arm(value: impl fmt::Debug) -> Ident {
    ident(&format!("{value:?}"))
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

/// A text, raw where it has quotes that would need an escape.
pub fn text(text: &str) -> TokenStream {
    let is_raw = text.contains('"') && !text.contains("\"#") && !text.contains('\r');
    let raw = is_raw.then(|| format!("r#\"{text}\"#").parse().ok()).flatten();
    raw.unwrap_or_else(|| quote!(#text))
}

/// A number without a suffix.
pub fn number(number: u16) -> TokenStream {
    Literal::u16_unsuffixed(number).into_token_stream()
}

/// A type as it stands in code.
pub fn spelled(it: &model::Type) -> syn::Result<String> {
    let alias = prettyplease::unparse(&syn::parse2(quote!(type T = #it;))?);
    Ok(alias.trim().trim_start_matches("type T = ").trim_end_matches(';').to_owned())
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
            Self::Scalar(kind) => quote!(#kind),
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

impl ToTokens for Scalar {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(match self {
            Self::String => quote!(String),
            Self::Integer => quote!(i64),
            Self::Float => quote!(f64),
            Self::Boolean => quote!(bool),
        });
    }
}

/// The keywords that can be raw identifiers, reserved ones and those of later editions included; sorted.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_become_raw_identifiers() {
        assert!(KEYWORDS.is_sorted());
        for (name, expected) in [("type", "r#type"), ("gen", "r#gen"), ("union", "union"), ("self_", "self_")]
        {
            assert_eq!(ident(name).to_string(), expected);
        }
        for keyword in KEYWORDS {
            assert!(syn::parse_str::<Ident>(&ident(keyword).to_string()).is_ok(), "{keyword}");
        }
    }
}
