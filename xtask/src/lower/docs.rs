//! The words of the documentation that are the same everywhere.

use sae_transport::{Effect, Method, Position};

use super::member::Member;
use super::text::{capital, code, docs, escape, sentence};
use super::{Context, values};
use crate::model::Docs;
use crate::spec::Word;
use crate::spec::document::{Differs, Operation, Text};
use crate::spec::words::Origin;

/// Documentation of a request.
pub fn request(operation: &Operation, context: &Context<'_>) -> Docs {
    let mut paragraphs = vec![escape(words(operation.summary.as_ref()))];
    paragraphs.push(escape(words(operation.description.as_ref())));
    if let Some(instead) = &operation.deprecated {
        paragraphs.push(format!("Deprecated: {}", sentence(&escape(instead.as_ref()))));
    }
    let mut notes = Vec::new();
    notes.extend(only(operation.from.as_ref(), Origin::Both, &context.document));
    notes.extend(operation.differs.as_ref().map(|differs| difference(differs.as_ref(), &context.document)));
    paragraphs.push(notes.join(" "));
    paragraphs.push(table(operation, context));
    if !operation.errors.is_empty() {
        paragraphs.push("# Errors".to_owned());
        paragraphs.push("The documentation lists these codes in addition to the common ones:".to_owned());
        let codes: Vec<String> =
            operation.errors.iter().map(|error| listed_error(error.as_ref(), context)).collect();
        paragraphs.push(codes.join("\n"));
    }
    docs(paragraphs, 0)
}

/// The facts of an operation at a glance.
fn table(operation: &Operation, context: &Context<'_>) -> String {
    let method = operation.method.as_ref().and_then(Word::meaning).map_or("", Method::as_str);
    let mut rows = vec![("Request", code(&format!("{method} {}", words(operation.path.as_ref()))))];
    let effect = operation.effect.as_ref().and_then(Word::meaning);
    rows.extend(effect.map(|effect| match effect {
        Effect::Read => ("Effect", "Read".to_owned()),
        Effect::Write => ("Effect", "**Write**".to_owned()),
    }));
    rows.extend(operation.ram.as_ref().map(|ram| {
        let ram = ram.as_ref();
        let resource = ram.resource.as_ref().map_or(String::new(), |it| format!(" on {}", code(it.as_ref())));
        ("Permission", format!("{}{resource}", code(ram.action.as_ref())))
    }));
    rows.extend(operation.source.as_ref().map(|source| ("Source", escape(source.as_ref()))));
    let is_published = operation.from.as_ref().and_then(Word::meaning) != Some(Origin::Document);
    let page = context.service.manifest.document.reference.as_ref().filter(|_| is_published);
    rows.extend(page.map(|pattern| {
        let name = operation.name.as_ref().as_str();
        ("Reference", format!("[{name}]({})", pattern.as_ref().replace("{operation}", name)))
    }));
    let rows = rows.into_iter().map(|(name, value)| format!("| {name} | {} |", value.replace('|', "\\|")));
    std::iter::once("| | |\n| --- | --- |".to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

/// Documentation of the answer to an operation.
pub fn output(operation: &str, is_empty: bool) -> Docs {
    let rest = if is_empty { ", which has only the common envelope" } else { "" };
    docs([format!("The answer to [`{operation}`]{rest}.")], 0)
}

/// Documentation of a shape or a value set.
pub fn definition(doc: Option<&Text>, from: Option<&Word<Origin>>, context: &Context<'_>) -> Docs {
    let note = only(from, Origin::Both, &context.document);
    docs([escape(words(doc)), note.unwrap_or_default()], 0)
}

/// Documentation of a field; `around` is where the facts of its owner come from.
pub fn field(member: &Member<'_>, around: Origin, context: &Context<'_>) -> Docs {
    docs([escape(words(member.doc)), facts(member, around, context)], FIELD_INDENT)
}

/// Documentation of a value of a set.
pub fn value(
    wire: &str,
    doc: Option<&Text>,
    from: Option<&Word<Origin>>,
    around: Origin,
    context: &Context<'_>,
) -> Docs {
    let note = only(from, around, &context.document).map_or(".".to_owned(), |note| format!(". {note}"));
    docs([escape(words(doc)), format!("Value {}{note}", code(wire))], FIELD_INDENT)
}

/// Documentation of a chained setter.
pub fn setter(field: &str) -> Docs {
    vec![format!("Sets [`{field}`](#structfield.{field}).")]
}

/// Documentation of a method that reads a field as a time.
pub fn time(field: &str) -> Docs {
    vec![format!("[`{field}`](#structfield.{field}) as a time; `None` if it is absent or no time.")]
}

/// Documentation of a constructor.
pub fn constructor(is_request: bool, takes_nothing: bool) -> Docs {
    let text = match (is_request, takes_nothing) {
        (true, true) => "Creates a request; no parameter is required.",
        (true, false) => "Creates a request with its required parameters.",
        (false, true) => "Creates an empty value.",
        (false, false) => "Creates a value with its required fields.",
    };
    vec![text.to_owned()]
}

/// What is known about a member besides its meaning: wire name, rules, examples, history.
fn facts(member: &Member<'_>, around: Origin, context: &Context<'_>) -> String {
    let mut facts = Vec::new();
    if member.required {
        facts.push("required".to_owned());
    }
    if let Some(position) = member.position.filter(|position| position.meaning() != Some(Position::Query)) {
        facts.push(format!("in the {}", position.as_ref()));
    }
    if member.is_json {
        facts.push("a JSON string on the wire".to_owned());
    }
    let values = values::of(member, &context.symbols);
    if !values.is_empty() {
        let listed: Vec<String> = values.iter().map(|value| code(value)).collect();
        facts.push(format!("one of {}", listed.join(", ")));
    }
    if let Some(default) = member.default {
        facts.push(format!("default {}", code(default.as_ref())));
    }
    // Beside all values, or beside the same default, an example tells nothing.
    let says_something = |example: &&Text| {
        let is_default = member.default.is_some_and(|default| default.as_ref() == example.as_ref());
        !example.as_ref().is_empty() && values.is_empty() && !is_default
    };
    if let Some(example) = member.example.filter(says_something) {
        facts.push(format!("for example {}", code(example.as_ref())));
    }
    let mut sentences = Vec::new();
    if member.sensitive {
        sentences.push("Secret: `Debug` does not print it.".to_owned());
    }
    sentences.extend(only(member.from, around, &context.document));
    sentences.extend(member.differs.map(|differs| difference(differs.as_ref(), &context.document)));

    let mut text =
        format!("{} {}", if member.is_parameter() { "Parameter" } else { "Field" }, code(member.wire()));
    for (index, fact) in facts.iter().enumerate() {
        text.push_str(if index == 0 { ", " } else { "; " });
        text.push_str(fact);
    }
    text.push('.');
    for sentence in sentences {
        text.push(' ');
        text.push_str(&sentence);
    }
    text
}

/// Where a fact comes from, if that is something else than where everything around it does.
fn only(from: Option<&Word<Origin>>, around: Origin, document: &str) -> Option<String> {
    let from = from.and_then(Word::meaning).filter(|from| *from != around)?;
    Some(match from {
        Origin::Today => format!("Not in {document}."),
        Origin::Document => format!("Only in {document}."),
        Origin::Both => format!("Also in {document}."),
    })
}

/// What the document says otherwise.
fn difference(differs: &Differs, document: &str) -> String {
    let mut claims = Vec::new();
    if let Some(required) = differs.required {
        claims.push(if required { "requires it".to_owned() } else { "does not require it".to_owned() });
    }
    if let Some(kind) = &differs.r#type {
        claims.push(format!("gives the type {}", code(kind.as_ref())));
    }
    if let Some(path) = &differs.path {
        claims.push(format!("gives the path {}", code(path.as_ref())));
    }
    if let Some(name) = &differs.name {
        claims.push(format!("calls it {}", code(name.as_ref())));
    }
    if let Some(list) = differs.list {
        claims.push(if list { "shows a list".to_owned() } else { "shows a single value".to_owned() });
    }
    if claims.is_empty() {
        claims.push("differs".to_owned());
    }
    let why = sentence(&escape(words(differs.why.as_ref())));
    format!("{} {}: {why}", capital(document), claims.join(" and "))
}

fn listed_error(wire: &str, context: &Context<'_>) -> String {
    let Some(error) = context.errors.get(wire) else { return format!("- {}", code(wire)) };
    let message = escape(error.message.as_ref());
    let colon = if message.is_empty() { "" } else { ": " };
    format!("- {} ({}){colon}{message}", code(wire), error.status.as_ref())
}

fn words(text: Option<&Text>) -> &str {
    text.map_or("", |text| text.as_ref())
}

/// Fields and arms stand one step in.
const FIELD_INDENT: usize = 4;
