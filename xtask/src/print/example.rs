//! Examples in the documentation of requests.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::LitInt;

use super::tokens::{ident, text};
use crate::model::{Call, Docs, Example, Expression};

/// The lines of an example, below the documentation of its request. It runs as a test: the request can be sent.
pub fn lines(example: &Example) -> syn::Result<Docs> {
    let Example { module, types, request } = example;
    let (module, name) = (ident(module), ident(&request.name));
    let types = types.iter().map(|name| ident(name));
    let import = code(quote!(use sae_models::#module::{#(#types),*};))?;
    let body = code(quote!(fn example() { let request = #request; }))?;
    let body = body.lines().filter_map(|line| line.strip_prefix("    "));
    let mut lines: Docs = ["", "# Examples", "", "```"].map(str::to_owned).into();
    lines.extend(import.lines().map(str::to_owned));
    lines.push(String::new());
    lines.extend(body.map(str::to_owned));
    lines.push(format!("# let description = <{name} as sae_transport::Operation>::DESCRIPTION;"));
    lines.push("# sae_transport::RequestParts::of(description, &request)?;".to_owned());
    lines.push("# Ok::<(), sae_transport::Error>(())".to_owned());
    lines.push("```".to_owned());
    Ok(lines)
}

/// A number as an argument. Without a suffix it is taken for an `i32`.
fn integer(value: i64) -> TokenStream {
    let (sign, size) = ((value < 0).then(|| quote!(-)), value.unsigned_abs());
    let size = match i32::try_from(size) {
        Ok(size) => Literal::i32_unsuffixed(size).into_token_stream(),
        Err(_) => LitInt::new(&format!("{}_i64", grouped(size)), Span::call_site()).into_token_stream(),
    };
    quote!(#sign #size)
}

/// The digits of a number, three by three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let starts_group = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let pieces = digits
        .chars()
        .enumerate()
        .flat_map(|(at, digit)| starts_group(at).then_some('_').into_iter().chain([digit]));
    pieces.collect()
}

fn code(item: TokenStream) -> syn::Result<String> {
    Ok(prettyplease::unparse(&syn::parse2(item)?))
}

impl ToTokens for Call {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, arguments, setters } = self;
        let name = ident(name);
        let setters = setters.iter().map(|(name, value)| {
            let name = ident(name);
            quote!(.#name(#value))
        });
        tokens.extend(quote!(#name::new(#(#arguments),*) #(#setters)*));
    }
}

impl ToTokens for Expression {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Text(it) => text(it),
            Self::String(it) => {
                let it = text(it);
                quote!(#it.to_owned())
            }
            Self::Integer(value) => integer(*value),
            Self::Float(value) => {
                let (sign, size) = (value.is_sign_negative().then(|| quote!(-)), value.abs());
                let size = Literal::f64_unsuffixed(size);
                quote!(#sign #size)
            }
            Self::Boolean(value) => quote!(#value),
            Self::Arm { set, arm } => {
                let (set, arm) = (ident(set), ident(arm));
                quote!(#set::#arm)
            }
            Self::Call(call) => quote!(#call),
            Self::List(items) => quote!([#(#items),*]),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(name, value)| quote!((#name, #value)));
                quote!([#(#entries),*])
            }
        });
    }
}
