//! The file of an operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::File;
use super::service::envelope;
use super::tokens::{arm, ident, optional};
use super::{example, object};
use crate::model::{Description, Operation, Pages, Parameter, Payload, Step, Turn};

/// Prints an operation.
pub fn print(operation: &Operation) -> syn::Result<File> {
    let mut file = File::new(&operation.source);
    let (request, output) = (ident(&operation.request.name), ident(&operation.output.name));
    file.foreign(&operation.foreign);
    file.transport(&["BodyFormat", "Description", "Effect", "Method", "Operation"]);
    let example = operation.example.as_ref().map(example::lines).transpose()?.unwrap_or_default();
    object::object(&operation.request, &example, &mut file);
    file.item(quote! {
        impl Operation for #request {
            type Output = #output;
            const DESCRIPTION: &'static Description = &DESCRIPTION;
        }
    });
    object::object(&operation.output, &[], &mut file);
    if let Some(it) = &operation.payload {
        let payload = payload(it);
        file.transport(&["HasData"]);
        file.item(quote!(impl HasData for #output { #payload }));
    }
    if let Some(steps) = &operation.change_order {
        let id = field(steps);
        file.transport(&["HasChangeOrder"]);
        file.item(quote! {
            impl HasChangeOrder for #output {
                fn change_order_id(&self) -> Option<&str> { #id }
            }
        });
    }
    if let Some(pages) = &operation.pages {
        let (item, items) = (&pages.item, list(&pages.items));
        file.transport(&["Paged", "Pages", "Turn"]);
        file.types(item);
        file.item(quote! {
            impl Paged for #request {
                type Item = #item;
                const PAGES: &'static Pages = &PAGES;
                fn items(output: &mut #output) -> Option<&mut Vec<#item>> { #items }
            }
        });
    }
    object::items(&operation.items, &mut file);
    let others = std::iter::once(&operation.output).chain(&operation.items.objects);
    file.item(object::behaviour(Some(&operation.request), others));
    let (own, shared) = (quote!(&ENVELOPE), quote!(&super::super::ENVELOPE));
    let used = if operation.envelope.is_some() { own } else { shared };
    if !operation.description.parameters.is_empty() {
        file.transport(&["Parameter", "Position", "Style"]);
    }
    file.item(description(&operation.description, &used));
    if let Some(it) = &operation.pages {
        let pages = pages(it);
        file.item(quote!(static PAGES: Pages = #pages;));
    }
    if let Some(it) = &operation.envelope {
        let envelope = envelope(it, &quote!(EnvelopeShape));
        file.transport(&["EnvelopeShape"]);
        file.item(quote!(static ENVELOPE: EnvelopeShape = #envelope;));
    }
    Ok(file)
}

fn payload(payload: &Payload) -> TokenStream {
    let data = &payload.data;
    let (borrowed, owned) = if payload.always {
        (quote!(Some(&self.data)), quote!(Some(self.data)))
    } else {
        (quote!(self.data.as_ref()), quote!(self.data))
    };
    quote! {
        type Data = #data;
        fn data(&self) -> Option<&#data> { #borrowed }
        fn into_data(self) -> Option<#data> { #owned }
    }
}

/// The text at the end of these steps, borrowed from an answer.
fn field(steps: &[Step]) -> TokenStream {
    let mut code = quote!(self);
    for (index, step) in steps.iter().enumerate() {
        let name = ident(&step.name);
        let is_last = index + 1 == steps.len();
        code = match (is_last, step.optional) {
            (true, _) => quote!(#code.#name.as_deref()),
            (false, true) => quote!(#code.#name.as_ref()?),
            (false, false) => quote!(#code.#name),
        };
    }
    code
}

/// The list at the end of these steps, in an answer.
fn list(steps: &[Step]) -> TokenStream {
    let names: Vec<_> = steps.iter().map(|step| ident(&step.name)).collect();
    match names.as_slice() {
        [first, rest @ ..] if steps.first().is_some_and(|step| step.optional) => {
            quote!(output.#first.as_mut().map(|it| &mut it.#(#rest).*))
        }
        names => quote!(Some(&mut output.#(#names).*)),
    }
}

fn pages(pages: &Pages) -> TokenStream {
    let Pages { turn, id, .. } = pages;
    let turn = match turn {
        Turn::Number { page, size, total } => {
            quote!(Turn::Number { page: #page, size: #size, total: &[#(#total),*] })
        }
        Turn::Token { parameter, next } => {
            quote!(Turn::Token { parameter: #parameter, next: &[#(#next),*] })
        }
    };
    quote!(Pages { turn: #turn, id: &[#(#id),*] })
}

fn description(description: &Description, envelope: &TokenStream) -> TokenStream {
    let Description { name, summary, group, path, errors, .. } = description;
    let (method, effect, body) = (arm(description.method), arm(description.effect), arm(description.body));
    let other_path = optional(description.other_path.as_ref());
    let other_methods = description.other_methods.iter().map(|method| arm(*method));
    let parameters = description.parameters.iter().map(parameter);
    quote! {
        static DESCRIPTION: Description = Description {
            name: #name,
            summary: #summary,
            service: &super::super::SERVICE,
            group: #group,
            method: Method::#method,
            path: #path,
            other_path: #other_path,
            other_methods: &[#(Method::#other_methods),*],
            effect: Effect::#effect,
            body: BodyFormat::#body,
            parameters: &[#(#parameters),*],
            errors: &[#(#errors),*],
            envelope: #envelope,
        };
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter { name, kind, required, sensitive, values, doc, .. } = parameter;
    let (position, style) = (arm(parameter.position), arm(parameter.style));
    let deprecated = optional(parameter.deprecated.as_ref());
    let (default, example) = (optional(parameter.default.as_ref()), optional(parameter.example.as_ref()));
    quote! {
        Parameter {
            name: #name,
            kind: #kind,
            position: Position::#position,
            style: Style::#style,
            required: #required,
            sensitive: #sensitive,
            default: #default,
            example: #example,
            values: &[#(#values),*],
            deprecated: #deprecated,
            doc: #doc,
        }
    }
}
