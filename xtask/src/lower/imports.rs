//! What a generated file takes from elsewhere: exactly what it uses.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::symbols::Scope;
use crate::model::{Imports, Items, Object, Type};

/// Collects what a file needs.
#[derive(Debug, Default)]
pub struct Collector {
    std: BTreeSet<&'static str>,
    transport: BTreeSet<&'static str>,
    generated: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Collector {
    /// Items of sae-transport that the printed code names.
    pub fn transport(&mut self, names: impl IntoIterator<Item = &'static str>) {
        self.transport.extend(names);
    }

    /// What a struct needs.
    pub fn object(&mut self, object: &Object, user: Scope, context: &Context<'_>) {
        self.transport(["Fields", "Slot", "Visitor"]);
        if object.keeps_unknown {
            self.transport(["UnknownMembers"]);
        }
        for field in &object.fields {
            self.types(&field.r#type, user, context);
        }
    }

    /// What a type needs.
    pub fn types(&mut self, r#type: &Type, user: Scope, context: &Context<'_>) {
        for part in r#type.parts() {
            match part {
                Type::Any => self.transport(["Any"]),
                Type::Json(_) => self.transport(["Json"]),
                Type::Map(_) => {
                    self.std.insert("std::collections::BTreeMap");
                }
                Type::Named(name) => self.named(name, user, context),
                Type::Std(_) | Type::List(_) | Type::Option(_) | Type::Boxed(_) => {}
            }
        }
    }

    /// What the shapes and value sets of a file need.
    pub fn items(&mut self, items: &Items, user: Scope, context: &Context<'_>) {
        for object in &items.objects {
            self.object(object, user, context);
        }
        if !items.enums.is_empty() {
            self.transport(["Unknown"]);
        }
    }

    /// The result, sorted.
    pub fn finish(self) -> Imports {
        Imports {
            std: self.std.into_iter().collect(),
            transport: self.transport.into_iter().collect(),
            generated: self
                .generated
                .into_iter()
                .map(|(path, names)| (path, names.into_iter().collect()))
                .collect(),
        }
    }

    fn named(&mut self, name: &str, user: Scope, context: &Context<'_>) {
        let Some(symbol) = context.symbols.get(name).filter(|symbol| symbol.scope != user) else { return };
        let module = if symbol.scope == Scope::Service { "super::super::shapes" } else { "super::shapes" };
        self.generated.entry(module).or_default().insert(name.to_owned());
    }
}
