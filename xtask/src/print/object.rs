//! Structs with their constructors, setters and field tables.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::enums;
use super::file::File;
use super::tokens::{docs, ident};
use crate::model::{Constructor, Field, Items, Object, Role, Setter, Store};

/// Prints shapes and value sets.
pub fn items(items: &Items, file: &mut File) {
    for shape in &items.objects {
        object(shape, &[], file);
    }
    for set in &items.enums {
        enums::print(set, file);
    }
}

/// Prints a struct; `more` are further lines of its documentation.
pub fn object(object: &Object, more: &[String], file: &mut File) {
    let Object { name, docs: lines, fields, constructor, keeps_unknown } = object;
    file.transport(&["Fields", "Slot", "Visitor"]);
    if *keeps_unknown {
        file.transport(&["UnknownMembers"]);
    }
    for field in fields {
        file.types(&field.r#type);
    }
    let (name, lines, more) = (ident(name), docs(lines), docs(more));
    let members = fields.iter().map(|field| {
        let (lines, name, kind) = (docs(&field.docs), ident(&field.name), &field.r#type);
        let deprecated = deprecated(field);
        quote!(#lines #deprecated pub #name: #kind,)
    });
    let unknown = keeps_unknown.then(|| {
        let lines = docs(&["What came and has no field here.".to_owned()]);
        quote!(#lines pub unknown_members: UnknownMembers,)
    });
    file.item(quote! {
        #lines
        #more
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #(#members)* #unknown }
    });
    if let Some(constructor) = constructor {
        let constructor = self::constructor(constructor);
        let setters = fields.iter().filter_map(|field| field.setter.as_ref().map(|it| setter(field, it)));
        file.item(quote!(impl #name { #constructor #(#setters)* }));
    }
    let (slot, walk, wrapper) = (slot(fields), walk(fields), wrapper(fields));
    let unknown = keeps_unknown.then(|| quote!(sae_transport::unknown_members!();));
    file.item(quote!(impl Fields for #name { #unknown #slot #walk #wrapper }));
}

/// What all structs of a file have in common; a request must be one that can be sent.
pub fn behaviour<'a>(request: Option<&Object>, others: impl IntoIterator<Item = &'a Object>) -> TokenStream {
    let request = request.map(|object| ident(&object.name)).map(|name| quote!(request #name;));
    let names: Vec<_> = others.into_iter().map(|object| ident(&object.name)).collect();
    let call = (!names.is_empty()).then(|| quote!(sae_transport::object!(#request #(#names),*);));
    quote!(#call)
}

fn constructor(constructor: &Constructor) -> TokenStream {
    let lines = docs(&constructor.docs);
    let names: Vec<_> = constructor.arguments.iter().map(|argument| ident(&argument.name)).collect();
    let kinds = constructor.arguments.iter().map(|argument| &argument.takes);
    let values =
        constructor.arguments.iter().zip(&names).map(|(argument, name)| stored(argument.store, name));
    let rest = constructor.rest.then(|| quote!(..Self::default()));
    let body =
        if names.is_empty() { quote!(Self::default()) } else { quote!(Self { #(#names: #values,)* #rest }) };
    quote! {
        #lines
        #[must_use]
        pub fn new(#(#names: impl Into<#kinds>),*) -> Self { #body }
    }
}

fn setter(field: &Field, setter: &Setter) -> TokenStream {
    let (deprecated, expected) = (deprecated(field), touches_deprecated(std::slice::from_ref(field)));
    let (lines, name, takes, field) =
        (docs(&setter.docs), ident(&setter.name), &setter.takes, ident(&field.name));
    let value = stored(setter.store, &ident("value"));
    quote! {
        #lines
        #deprecated
        #expected
        #[must_use]
        pub fn #name(mut self, value: impl Into<#takes>) -> Self {
            self.#field = #value;
            self
        }
    }
}

/// The attribute of a field that is deprecated.
fn deprecated(field: &Field) -> TokenStream {
    field.deprecated.as_ref().map_or_else(TokenStream::new, |note| quote!(#[deprecated(note = #note)]))
}

/// The attribute of a function over these fields, where a deprecated one is among them.
fn touches_deprecated(fields: &[Field]) -> TokenStream {
    if fields.iter().all(|field| field.deprecated.is_none()) {
        return TokenStream::new();
    }
    quote!(#[expect(deprecated, reason = "the service still has it")])
}

fn stored(store: Store, value: &Ident) -> TokenStream {
    match store {
        Store::Bare => quote!(#value.into()),
        Store::Some => quote!(Some(#value.into())),
        Store::SomeBox => quote!(Some(Box::new(#value.into()))),
    }
}

fn slot(fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(
            fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
                None
            }
        );
    }
    let arms = fields.iter().map(|field| {
        let (wire, name) = (&field.wire, ident(&field.name));
        quote!(#(#wire)|* => Some(&mut self.#name),)
    });
    let expected = touches_deprecated(fields);
    quote! {
        #expected
        fn slot(&mut self, wire_name: &str) -> Option<&mut dyn Slot> {
            match wire_name {
                #(#arms)*
                _ => None,
            }
        }
    }
}

fn walk(fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(
            fn walk<'a>(&'a self, _: &mut dyn Visitor<'a>) {}
        );
    }
    let calls = fields.iter().map(|field| {
        let (wire, name) = (field.wire_name(), ident(&field.name));
        match &field.role {
            Role::Plain => quote!(visitor.field(#wire, &self.#name);),
            Role::Secret => quote!(visitor.secret(#wire, &self.#name);),
            Role::Wrapped(member) => quote!(visitor.wrapped(#wire, #member, &self.#name);),
        }
    });
    let expected = touches_deprecated(fields);
    quote!(#expected fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) { #(#calls)* })
}

fn wrapper(fields: &[Field]) -> TokenStream {
    let arms: Vec<_> = fields
        .iter()
        .filter_map(|field| match &field.role {
            Role::Wrapped(member) => {
                let wire = &field.wire;
                Some(quote!(#(#wire)|* => Some(#member),))
            }
            Role::Plain | Role::Secret => None,
        })
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn wrapper(&self, wire_name: &str) -> Option<&'static str> {
            match wire_name {
                #(#arms)*
                _ => None,
            }
        }
    }
}
