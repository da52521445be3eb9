//! Which types a generated file takes from the shapes of its group and of its service.

use super::Context;
use super::symbols::Scope;
use crate::model::{Foreign, Home, Object, Type};

/// The types of other files that the fields of these objects and these types name.
pub fn foreign<'m>(
    objects: impl IntoIterator<Item = &'m Object>,
    types: impl IntoIterator<Item = &'m Type>,
    user: Scope,
    context: &Context<'_>,
) -> Foreign {
    let fields = objects.into_iter().flat_map(|object| &object.fields).map(|field| &field.r#type);
    let mut foreign = Foreign::new();
    for part in fields.chain(types).flat_map(Type::parts) {
        let Type::Named(name) = part else { continue };
        let Some(symbol) = context.symbols.get(name).filter(|symbol| symbol.scope != user) else { continue };
        let home = if symbol.scope == Scope::Service { Home::Service } else { Home::Group };
        foreign.entry(home).or_default().insert(name.clone());
    }
    foreign
}
