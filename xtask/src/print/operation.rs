//! The file of an operation.

use proc_macro2::TokenStream;
use quote::quote;
use sae_transport::{BodyFormat, Position, Style};

use super::file::File;
use super::service::envelope;
use super::tokens::{arm, ident, text};
use super::{example, object};
use crate::model::{Description, Operation, Pages, Parameter, Payload, Step, Turn};

/// Prints an operation.
pub fn print(operation: &Operation) -> syn::Result<File> {
    let mut file = File::new(&operation.source);
    let (request, output) = (ident(&operation.request.name), ident(&operation.output.name));
    file.foreign(&operation.foreign);
    file.transport(&["Description", "Effect", "Method", "Operation"]);
    let example = operation.example.as_ref().map(example::lines).transpose()?.unwrap_or_default();
    object::object(&operation.request, &example, &mut file)?;
    file.item(quote! {
        impl Operation for #request {
            type Output = #output;
            const DESCRIPTION: &'static Description = &DESCRIPTION;
        }
    });
    object::object(&operation.output, &[], &mut file)?;
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
                #[inline]
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
                #[inline]
                fn items(output: &mut #output) -> Option<&mut Vec<#item>> { #items }
            }
        });
    }
    object::items(&operation.items, &mut file)?;
    let others = std::iter::once(&operation.output).chain(&operation.items.objects);
    file.item(object::behaviour(Some(&operation.request), others));
    let own_envelope = operation.envelope.as_ref().map(|_| quote!(&ENVELOPE));
    let Description { body, parameters, .. } = &operation.description;
    if *body != BodyFormat::None {
        file.transport(&["BodyFormat"]);
    }
    if !parameters.is_empty() {
        file.transport(&["Parameter"]);
    }
    if parameters.iter().any(|parameter| parameter.position != Position::Query) {
        file.transport(&["Position"]);
    }
    if parameters.iter().any(|parameter| parameter.style != Style::Plain) {
        file.transport(&["Style"]);
    }
    file.item(description(&operation.description, own_envelope.as_ref()));
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
        #[inline]
        fn data(&self) -> Option<&#data> { #borrowed }
        #[inline]
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
        Turn::Number { page, first, size, total } => {
            let first = proc_macro2::Literal::i64_unsuffixed(*first);
            quote!(Turn::Number { page: #page, first: #first, size: #size, total: &[#(#total),*] })
        }
        Turn::Token { parameter, next } => {
            quote!(Turn::Token { parameter: #parameter, next: &[#(#next),*] })
        }
    };
    quote!(Pages { turn: #turn, id: &[#(#id),*] })
}

fn description(description: &Description, envelope: Option<&TokenStream>) -> TokenStream {
    let Description { name, summary, group, path, errors, .. } = description;
    let (method, effect) = (arm(description.method), arm(description.effect));
    let other_path = description.other_path.as_ref().map(|path| quote!(other_path: Some(#path),));
    let other_methods = some(&description.other_methods).map(|methods| {
        let methods = methods.iter().map(|method| arm(*method));
        quote!(other_methods: &[#(Method::#methods),*],)
    });
    let body = (description.body != BodyFormat::None).then(|| {
        let body = arm(description.body);
        quote!(body: BodyFormat::#body,)
    });
    let parameters = some(&description.parameters).map(|parameters| {
        let parameters = parameters.iter().map(parameter);
        quote!(parameters: &[#(#parameters),*],)
    });
    let errors = some(errors).map(|errors| quote!(errors: &[#(#errors),*],));
    let envelope = envelope.map(|envelope| quote!(envelope: #envelope,));
    quote! {
        static DESCRIPTION: Description = Description {
            name: #name,
            summary: #summary,
            group: #group,
            method: Method::#method,
            path: #path,
            #other_path
            #other_methods
            effect: Effect::#effect,
            #body
            #parameters
            #errors
            #envelope
            ..Description::of(&super::super::SERVICE)
        };
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter { name, kind, position, style, required, sensitive, doc, .. } = parameter;
    let position = (*position != Position::Query).then(|| {
        let position = arm(position);
        quote!(.position(Position::#position))
    });
    let style = (*style != Style::Plain).then(|| {
        let style = arm(style);
        quote!(.style(Style::#style))
    });
    let required = required.then(|| quote!(.required()));
    let sensitive = sensitive.then(|| quote!(.sensitive()));
    let default = parameter.default.as_ref().map(|default| text(default)).map(|it| quote!(.default(#it)));
    let example = parameter.example.as_ref().map(|example| text(example)).map(|it| quote!(.example(#it)));
    let values = some(&parameter.values).map(|values| quote!(.values(&[#(#values),*])));
    let deprecated = parameter.deprecated.as_ref().map(|instead| quote!(.deprecated(#instead)));
    quote! {
        Parameter::new(#name, #kind)
            #position #style #required #sensitive #default #example #values #deprecated.doc(#doc)
    }
}

/// A list with something in it.
fn some<T>(list: &[T]) -> Option<&[T]> {
    Some(list).filter(|list| !list.is_empty())
}
