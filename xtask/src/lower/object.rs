//! Structs: types, constructors and setters of fields.

use super::Context;
use super::member::Member;
use super::notation::Notation;
use super::symbols::Kind;
use super::text::one_line;
use super::{docs, graph, names};
use crate::model::{
    Argument, Constructor, Docs, Field, Object, Role, Scalar, Setter, Store, TimeReader, Type,
};
use crate::spec::Word;
use crate::spec::words::{Base, Origin};

/// What a struct stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// A request: people make it.
    Request,
    /// A shape that only parameters lead to: people make it.
    Made,
    /// A shape that parameters and answers lead to: people make it, and the service may leave out what they must give.
    Shared,
    /// Part of an answer: only the service makes it.
    Answer,
}

/// Lowers a struct; `around` is where the facts of its owner come from.
pub fn lower(
    name: String,
    docs: Docs,
    members: &[Member<'_>],
    purpose: Purpose,
    around: Origin,
    context: &Context<'_>,
) -> Object {
    let fields = members.iter().map(|member| field(&name, member, purpose, around, context)).collect();
    let constructor = (purpose != Purpose::Answer).then(|| constructor(members, purpose, context));
    let keeps_unknown = matches!(purpose, Purpose::Answer | Purpose::Shared);
    Object { name, docs, fields, constructor, keeps_unknown }
}

fn field(owner: &str, member: &Member<'_>, purpose: Purpose, around: Origin, context: &Context<'_>) -> Field {
    let name = member.rust_name();
    let mut wire = vec![member.wire().to_owned()];
    wire.extend(member.differs.and_then(|it| it.as_ref().name.as_ref()).map(|other| other.as_ref().clone()));
    let value = value_type(member);
    let is_bare = is_bare(member, purpose, context);
    let is_boxed = !is_bare && graph::is_recursive(owner, member, &context.shapes);
    let (r#type, store) = match (is_bare, is_boxed) {
        (true, _) => (value.clone(), Store::Bare),
        (false, false) => (value.clone().optional(), Store::Some),
        (false, true) => (Type::Boxed(Box::new(value.clone())).optional(), Store::SomeBox),
    };
    let role = match member.wrap {
        Some(wrap) => Role::Wrapped(wrap.as_ref().clone()),
        None if member.sensitive => Role::Secret,
        None => Role::Plain,
    };
    let setter = (purpose != Purpose::Answer && !member.required).then(|| Setter {
        name: names::method(&name),
        docs: docs::setter(&name),
        takes: value,
        store,
    });
    let time = member.time.and_then(Word::meaning).filter(|_| purpose == Purpose::Answer);
    let time = time.map(|form| TimeReader {
        name: names::method(&name),
        docs: docs::time(&name),
        form,
        is_text: member.notation == Notation::Scalar(Scalar::String),
    });
    let deprecated = member.deprecated.map(|it| one_line(it.as_ref()));
    Field { docs: docs::field(member, around, context), name, wire, r#type, role, setter, time, deprecated }
}

fn constructor(members: &[Member<'_>], purpose: Purpose, context: &Context<'_>) -> Constructor {
    let argument = |member: &Member<'_>| Argument {
        name: member.rust_name(),
        takes: value_type(member),
        store: if is_bare(member, purpose, context) { Store::Bare } else { Store::Some },
    };
    let arguments: Vec<_> = members.iter().filter(|member| member.required).map(argument).collect();
    Constructor {
        docs: docs::constructor(purpose == Purpose::Request, arguments.is_empty()),
        rest: arguments.len() < members.len() || purpose == Purpose::Shared,
        arguments,
    }
}

/// Whether a field is the value itself, with no `Option` around it.
///
/// What a request must have is, where nothing said is as good as empty. A number or a boolean is not: its default is a value like any
/// other, and a request that was made without `new` would send it.
fn is_bare(member: &Member<'_>, purpose: Purpose, context: &Context<'_>) -> bool {
    is_container(member)
        || match purpose {
            Purpose::Request => member.required && !has_a_default_that_says_something(member, context),
            Purpose::Made => member.required,
            Purpose::Shared | Purpose::Answer => false,
        }
}

fn has_a_default_that_says_something(member: &Member<'_>, context: &Context<'_>) -> bool {
    match &member.notation {
        Notation::Scalar(kind) => *kind != Scalar::String,
        Notation::Named(name) => matches!(
            context.symbols.get(name).map(|symbol| symbol.kind),
            Some(Kind::Enum(set)) if set.base.as_ref().is_some_and(|base| base.meaning() == Some(Base::Integer))
        ),
        _ => false,
    }
}

/// The type of a value that is there.
fn value_type(member: &Member<'_>) -> Type {
    let value = member.notation.value_type();
    if member.is_json { Type::Json(Box::new(value)) } else { value }
}

/// Whether emptiness says that there is none.
fn is_container(member: &Member<'_>) -> bool {
    !member.is_json && !member.notation.is_inline()
}
