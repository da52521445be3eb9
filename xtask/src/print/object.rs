//! Structs with their constructors, setters and field tables.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::enums;
use super::file::File;
use super::tokens::{docs, ident, spelled};
use crate::model::{Constructor, Field, Items, Object, Role, Setter, Store};
use crate::spec::words::TimeForm;

/// Prints shapes and value sets.
pub fn items(items: &Items, file: &mut File) -> syn::Result<()> {
    for shape in &items.objects {
        object(shape, &[], file)?;
    }
    for set in &items.enums {
        enums::print(set, file);
    }
    Ok(())
}

/// Prints a struct; `more` are further lines of its documentation.
pub fn object(object: &Object, more: &[String], file: &mut File) -> syn::Result<()> {
    let Object { name, docs: lines, fields, constructor, keeps_unknown } = object;
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
        let lines =
            docs(&["Members that this version doesn't know. They are written out again with the others."
                .to_owned()]);
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
        let (rows, others) = setters(fields)?;
        let item = quote!(impl #name { #constructor #(#others)* });
        if rows.is_empty() {
            file.item(item);
        } else {
            file.item_with(item, &format!("    sae_transport::setters! {{\n{rows}    }}\n"));
        }
    }
    let times: Vec<_> = fields.iter().filter_map(time).collect();
    if !times.is_empty() {
        file.transport(&["Timestamp"]);
        file.item(quote!(impl #name { #(#times)* }));
    }
    let mut rows: String = fields.iter().map(row).collect();
    if *keeps_unknown {
        rows.push_str("    ..unknown_members\n");
    }
    file.lines(if rows.is_empty() {
        format!("sae_transport::field_table!({name} {{}});\n")
    } else {
        format!("sae_transport::field_table!({name} {{\n{rows}}});\n")
    });
    Ok(())
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

/// The setters: rows of a table, and functions where a row can't say it.
fn setters(fields: &[Field]) -> syn::Result<(String, Vec<TokenStream>)> {
    let (mut rows, mut others) = (String::new(), Vec::new());
    for field in fields {
        let Some(setter) = &field.setter else { continue };
        let some = match setter.store {
            Store::Bare if setter.name == field.name => "",
            Store::Some if setter.name == field.name => "Some",
            Store::Bare | Store::Some | Store::SomeBox => {
                others.push(self::setter(field, setter));
                continue;
            }
        };
        for line in &setter.docs {
            rows.extend(["        /// ", line, "\n"]);
        }
        if let Some(note) = &field.deprecated {
            let note = Literal::string(note).to_string();
            rows.extend(["        #[deprecated(note = ", &note, ")]\n"]);
            rows.push_str("        #[expect(deprecated, reason = \"the service still has it\")]\n");
        }
        let (name, takes) = (ident(&field.name).to_string(), spelled(&setter.takes)?);
        rows.extend(["        ", &name, ": ", some, "(", &takes, "),\n"]);
    }
    Ok((rows, others))
}

fn setter(field: &Field, setter: &Setter) -> TokenStream {
    let deprecated = deprecated(field);
    let expected =
        field.deprecated.as_ref().map(|_| quote!(#[expect(deprecated, reason = "the service still has it")]));
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

/// The method that reads a field as a time.
fn time(field: &Field) -> Option<TokenStream> {
    let reader = field.time.as_ref()?;
    let (lines, name, field) = (docs(&reader.docs), ident(&reader.name), ident(&field.name));
    let body = match (reader.is_text, reader.form) {
        (true, _) => quote!(Timestamp::from_service(self.#field.as_deref()?)),
        (false, TimeForm::Seconds) => quote!(Timestamp::from_service_seconds(self.#field?)),
        (false, _) => quote!(Timestamp::from_service_millis(self.#field?)),
    };
    Some(quote! {
        #lines
        #[must_use]
        #[inline]
        pub fn #name(&self) -> Option<Timestamp> { #body }
    })
}

/// The attribute of a field that is deprecated.
fn deprecated(field: &Field) -> TokenStream {
    field.deprecated.as_ref().map_or_else(TokenStream::new, |note| quote!(#[deprecated(note = #note)]))
}

fn stored(store: Store, value: &Ident) -> TokenStream {
    match store {
        Store::Bare => quote!(#value.into()),
        Store::Some => quote!(Some(#value.into())),
        Store::SomeBox => quote!(Some(Box::new(#value.into()))),
    }
}

/// The row of a field.
fn row(field: &Field) -> String {
    let (show, member) = match &field.role {
        Role::Plain => ("field", None),
        Role::Secret => ("secret", None),
        Role::Wrapped(member) => ("wrapped", Some(member)),
    };
    let wire: Vec<_> = field.wire.iter().map(|wire| Literal::string(wire).to_string()).collect();
    let member = member.map_or(String::new(), |member| format!(" in {}", Literal::string(member)));
    format!("    {show} {} = {}{member},\n", ident(&field.name), wire.join(" | "))
}
