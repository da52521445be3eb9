//! The example in the documentation of a request: the call of its constructor with the values that the spec gives as examples.

use std::collections::BTreeSet;

use serde_json::Value;

use super::member::Member;
use super::notation::Notation;
use super::rules::Site;
use super::symbols::Kind;
use super::{Context, Typed, enums, names};
use crate::diagnostics::did_you_mean;
use crate::model::{Call, Example, Expression, Scalar};
use crate::spec::document::{Enum, Text};

/// Lowers the example of an operation; none if a required parameter has no example, or if it would set nothing that there is.
pub fn lower(typed: &Typed<'_>, context: &Context<'_>, site: &mut Site<'_>) -> Option<Example> {
    let document = &typed.file.document;
    let (parameters, with) = (&typed.parameters, &document.example_with);
    for name in with {
        check(name, parameters, site);
    }
    let mut maker = Maker { context, types: BTreeSet::new() };
    let request = names::camel(document.name.as_ref());
    let named = |name: &Text| parameters.iter().find(|it| it.wire() == name.as_ref() && !it.required);
    let shown = parameters.iter().filter(|member| member.required).chain(with.iter().filter_map(named));
    let call = maker.call(&request, shown, of_parameter);
    let Some(request) = call else {
        if let Some(first) = with.first().filter(|_| !context.symbols.is_partial()) {
            let lacking = parameters.iter().find(|member| member.required && member.example.is_none());
            let text = match lacking {
                Some(member) => format!("{} is required and has no key \"example\"", member.wire()),
                None => "an example has values that can't be written as Rust".to_owned(),
            };
            site.report(&first.span(), &format!("example_with: {text}"));
        }
        return None;
    };
    // Beside parameters that an operation has, a request without any would look complete.
    if request.arguments.is_empty() && request.setters.is_empty() && !parameters.is_empty() {
        return None;
    }
    let product = context.service.manifest.document.product.as_ref().clone();
    Some(Example { module: names::snake(&product), types: maker.types, request })
}

/// Checks that the example can set a parameter.
fn check(name: &Text, parameters: &[Member<'_>], site: &mut Site<'_>) {
    let wire = name.as_ref().as_str();
    let Some(member) = parameters.iter().find(|member| member.wire() == wire) else {
        let near = did_you_mean(wire, parameters.iter().map(Member::wire));
        site.report(&name.span(), &format!("example_with: there is no parameter \"{wire}\"{near}"));
        return;
    };
    let lack = if member.required {
        "is required, so the example has it anyway"
    } else if member.deprecated.is_some() {
        "is deprecated"
    } else if member.example.is_none() {
        "has no key \"example\""
    } else {
        return;
    };
    site.report(&name.span(), &format!("example_with: {wire} {lack}"));
}

/// The example of a parameter.
fn of_parameter<'v>(member: &Member<'v>) -> Option<Given<'v>> {
    member.example.map(|text| Given::Text(text.as_ref()))
}

/// A value of an example.
#[derive(Clone, Copy)]
enum Given<'v> {
    /// As it would stand on the wire.
    Text(&'v str),
    /// A part of a JSON document.
    Json(&'v Value),
}

impl Given<'_> {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Json(Value::String(text)) => text.clone(),
            Self::Json(other) => other.to_string(),
        }
    }

    fn json(self) -> Option<Value> {
        match self {
            Self::Text(text) => serde_json::from_str(text).ok(),
            Self::Json(Value::String(text)) => serde_json::from_str(text).ok(),
            Self::Json(value) => Some(value.clone()),
        }
    }
}

/// What a value stands for in the code around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An argument, which is turned into what the parameter takes.
    Argument,
    /// An item of a list or map that is taken as it is.
    Item,
}

/// Makes expressions and notes which types they name.
struct Maker<'c, 'a> {
    context: &'c Context<'a>,
    types: BTreeSet<String>,
}

impl Maker<'_, '_> {
    /// The constructor of a type with what it requires, and the setters of what else is given.
    fn call<'v>(
        &mut self,
        name: &str,
        members: impl IntoIterator<Item = &'v Member<'v>>,
        given: impl Fn(&Member<'v>) -> Option<Given<'v>>,
    ) -> Option<Call> {
        let mut call = Call { name: name.to_owned(), arguments: Vec::new(), setters: Vec::new() };
        self.types.insert(name.to_owned());
        for member in members {
            let Some(value) = given(member) else {
                if member.required {
                    return None;
                }
                continue;
            };
            let value = self.argument(member, value)?;
            if member.required {
                call.arguments.push(value);
            } else {
                call.setters.push((names::method(&member.rust_name()), value));
            }
        }
        Some(call)
    }

    /// What a constructor or a setter is given for a member.
    fn argument(&mut self, member: &Member<'_>, given: Given<'_>) -> Option<Expression> {
        match &member.notation {
            Notation::Scalar(_) | Notation::Named(_) => self.value(&member.notation, given, Place::Argument),
            // A string of JSON is made from whatever its items are made from, a list is not.
            _ if member.is_json => self.structure(&member.notation, &given.json()?, Place::Argument),
            _ => self.structure(&member.notation, &given.json()?, Place::Item),
        }
    }

    fn value(&mut self, notation: &Notation, given: Given<'_>, place: Place) -> Option<Expression> {
        match notation {
            Notation::Scalar(Scalar::String) => Some(match place {
                Place::Argument => Expression::Text(given.text()),
                Place::Item => Expression::String(given.text()),
            }),
            Notation::Scalar(Scalar::Integer) => given.text().parse().ok().map(Expression::Integer),
            Notation::Scalar(Scalar::Float) => {
                given.text().parse().ok().filter(|number: &f64| number.is_finite()).map(Expression::Float)
            }
            Notation::Scalar(Scalar::Boolean) => given.text().parse().ok().map(Expression::Boolean),
            Notation::Named(name) => match self.context.symbols.get(name)?.kind {
                Kind::Enum(set) => self.arm(name, set, &given.text()),
                Kind::Shape(_) => self.structure(notation, &given.json()?, place),
            },
            // Nothing turns into these inside of a list or map.
            Notation::List(_) | Notation::Map(_) | Notation::Any => None,
        }
    }

    fn structure(&mut self, notation: &Notation, value: &Value, place: Place) -> Option<Expression> {
        match (notation, value) {
            (Notation::Named(name), Value::Object(given)) => {
                let members = self.context.shapes.get(name.as_str())?;
                let of = |member: &Member<'_>| {
                    member.wire_names().find_map(|name| given.get(name)).map(Given::Json)
                };
                self.call(name, members, of).map(Expression::Call)
            }
            (Notation::List(inner), Value::Array(items)) if !items.is_empty() => {
                let items = items.iter().map(|item| self.value(inner, Given::Json(item), place));
                items.collect::<Option<_>>().map(Expression::List)
            }
            (Notation::Map(inner), Value::Object(entries)) if !entries.is_empty() => {
                let entries = entries.iter().map(|(name, value)| {
                    let key = match place {
                        Place::Argument => Expression::Text(name.clone()),
                        Place::Item => Expression::String(name.clone()),
                    };
                    Some((key, self.value(inner, Given::Json(value), place)?))
                });
                entries.collect::<Option<_>>().map(Expression::Map)
            }
            _ => None,
        }
    }

    fn arm(&mut self, set: &str, of: &Enum, spelling: &str) -> Option<Expression> {
        let arm = enums::arm(of, spelling)?;
        self.types.insert(set.to_owned());
        Some(Expression::Arm { set: set.to_owned(), arm })
    }
}
