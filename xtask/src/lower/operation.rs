//! Operations.

use std::collections::BTreeSet;

use sae_transport::{BodyFormat, Effect, Method, Position, Style};

use super::member::{self, Member, StyleWord};
use super::object::{self, Purpose};
use super::rules::{Site, Today};
use super::symbols::{Scope, Symbols};
use super::text::one_line;
use super::{Context, Typed, docs, example, graph, imports, names, pages, places, service, shapes, values};
use crate::diagnostics::{Problems, did_you_mean};
use crate::model::{Description, Object, Operation, Parameter, Payload, Type};
use crate::spec::words::Origin;
use crate::spec::{Parsed, Spanned, Word, document};

/// Finds the types of an operation's members.
pub fn typed<'a>(
    file: &'a Parsed<document::Operation>,
    (group, index): (usize, usize),
    symbols: &Symbols<'a>,
    problems: &mut Problems,
) -> Typed<'a> {
    let scope = Scope::Operation(group, index);
    let Parsed { source, document } = file;
    let parameters = member::of_parameters(&document.parameters, source, scope, symbols, problems);
    let word = "response field";
    let responses = member::of_fields(&document.responses, word, "", source, scope, symbols, problems);
    Typed { file, parameters, responses }
}

/// Lowers an operation.
pub fn lower(
    typed: &Typed<'_>,
    (group, index): (usize, usize),
    context: &Context<'_>,
    problems: &mut Problems,
) -> Operation {
    let Parsed { source, document } = typed.file;
    let wire = document.name.as_ref().as_str();
    let name = names::camel(wire);
    let scope = Scope::Operation(group, index);
    let around = document.from.as_ref().and_then(Word::meaning).unwrap_or(Origin::Both);
    let group_name = context.service.groups.get(group).map_or("", |group| group.name.as_str());

    let description = check(typed, group_name, context, problems);
    let docs = docs::request(document, context);
    let request = object::lower(name.clone(), docs, &typed.parameters, Purpose::Request, around, context);
    let docs = docs::output(&name, typed.responses.is_empty());
    let output =
        object::lower(format!("{name}Output"), docs, &typed.responses, Purpose::Answer, around, context);
    let payload = payload(&output);
    let mut site = Site::new(source, format!("operation {wire}"), problems);
    let pages = pages::lower(typed, context, &mut site);
    let example = example::lower(typed, context, &mut site);
    let change_order = pages::change_order(typed, description.effect, context);
    let items = shapes::items(scope, around, context, problems);
    let own_envelope = document.envelope.as_ref();
    let envelope = own_envelope.map(|envelope| {
        let common = service::common_envelope(context);
        let mut site = Site::new(source, format!("operation {wire}"), problems);
        service::envelope(envelope.as_ref(), &envelope.span(), Some(&common), &mut site)
    });

    let objects = [&request, &output].into_iter().chain(&items.objects);
    let foreign = imports::foreign(objects, pages.iter().map(|pages| &pages.item), scope, context);
    Operation {
        source: source.path.clone(),
        module: names::snake(wire),
        foreign,
        request,
        output,
        payload,
        pages,
        change_order,
        items,
        envelope,
        description,
        example,
    }
}

fn payload(output: &Object) -> Option<Payload> {
    let field = output.fields.iter().find(|field| field.wire_name() == "Data")?;
    Some(match &field.r#type {
        Type::Option(data) => Payload { data: (**data).clone(), always: false },
        data => Payload { data: data.clone(), always: true },
    })
}

/// Checks what stands about an operation in itself, and turns it into constants.
fn check(typed: &Typed<'_>, group: &str, context: &Context<'_>, problems: &mut Problems) -> Description {
    let Parsed { source, document } = typed.file;
    let wire = document.name.as_ref().as_str();
    let span = document.name.span();
    let mut site = Site::new(source, format!("operation {wire}"), problems);

    if !wire.is_ascii() {
        site.wire_name(&document.name);
    } else if !names::is_upper_camel(wire) {
        let rust = names::camel(wire);
        let near =
            if names::is_upper_camel(&rust) { format!("; did you mean \"{rust}\"?") } else { String::new() };
        site.report(&span, &format!("not a name in upper camel case{near}"));
    }
    let file = format!("{}.toml", names::file(wire));
    if !source.path.ends_with(&format!("/{file}")) {
        site.report(&span, &format!("stands in the wrong file; expected {file}"));
    }
    if names::TAKEN_MODULES.contains(&names::file(wire).as_str()) {
        site.report(&span, "its group has a file of that name already");
    }
    site.described("summary", document.summary.as_ref(), &span);
    let is_sentence = |text: &str| text.trim().is_empty() || text.ends_with('.');
    if let Some(summary) = document.summary.as_ref().filter(|summary| !is_sentence(summary.as_ref())) {
        site.report(&summary.span(), "the summary does not end with a full stop");
    }
    site.from(document.from.as_ref());
    let path = document.path.as_ref().map_or("", |path| path.as_ref());
    let today = Today { name: wire, required: None, kind: None, path: Some(path), list: None };
    site.differs(document.differs.as_ref(), &today);
    site.worded("description", document.description.as_ref());
    site.worded("source", document.source.as_ref());
    site.worded("deprecated", document.deprecated.as_ref());
    if let Some(ram) = document.ram.as_ref().map(Spanned::as_ref) {
        let (action, resource) = (ram.action.as_ref(), ram.resource.as_ref());
        let is_action = action
            .split_once(':')
            .is_some_and(|(service, name)| is_word(service) && (name == "*" || is_word(name)));
        if !is_action {
            site.report(&ram.action.span(), &format!("\"{action}\" is no action; expected SERVICE:ACTION"));
        }
        if let Some(resource) = resource.filter(|it| *it.as_ref() != "*" && !it.as_ref().starts_with("acs:"))
        {
            site.report(&resource.span(), "no resource; expected * or acs:SERVICE:REGION:ACCOUNT:…");
        }
    }
    if let Some(access) = document.ram.as_ref().and_then(|ram| ram.as_ref().access.as_ref()) {
        site.pick("access", access);
    }
    let needed = [
        ("method", document.method.is_none()),
        ("path", document.path.is_none()),
        ("effect", document.effect.is_none()),
    ];
    for (key, _) in needed.iter().filter(|(_, is_missing)| *is_missing) {
        site.report(&span, &format!("missing key \"{key}\""));
    }
    let method =
        document.method.as_ref().and_then(|method| site.pick("method", method)).unwrap_or(Method::Get);
    let mut methods: BTreeSet<&str> = document.method.iter().map(|method| method.as_ref().as_str()).collect();
    for other in &document.other_methods {
        if !methods.insert(other.as_ref()) {
            let text =
                format!("other_methods repeats {}; it has the methods beside \"method\"", other.as_ref());
            site.report(&other.span(), &text);
        }
    }
    let effect =
        document.effect.as_ref().and_then(|effect| site.pick("effect", effect)).unwrap_or(Effect::Read);
    let body = document.body.as_ref().and_then(|body| site.pick("body", body)).unwrap_or(BodyFormat::None);
    check_errors(document, context, &mut site);
    check_responses(&typed.responses, &mut site);
    let parameters: Vec<_> =
        typed.parameters.iter().map(|it| parameter(it, body, context, &mut site)).collect();
    places::check(document, body, &parameters, &mut site);

    let text = |text: Option<&document::Text>| text.map_or(String::new(), |text| text.as_ref().clone());
    let differs = document.differs.as_ref().map(Spanned::as_ref);
    Description {
        name: wire.to_owned(),
        summary: one_line(&text(document.summary.as_ref())),
        group: group.to_owned(),
        method,
        path: path.to_owned(),
        other_methods: document
            .other_methods
            .iter()
            .filter_map(|other| site.pick("other_methods", other))
            .collect(),
        other_path: differs.and_then(|differs| differs.path.as_ref()).map(|path| path.as_ref().clone()),
        effect,
        body,
        parameters,
        errors: document.errors.iter().map(|error| error.as_ref().clone()).collect(),
    }
}

fn parameter(member: &Member<'_>, body: BodyFormat, context: &Context<'_>, site: &mut Site<'_>) -> Parameter {
    let position =
        member.position.and_then(|position| site.pick("position", position)).unwrap_or(Position::Query);
    let travels_as_json = position == Position::Body && matches!(body, BodyFormat::Json | BodyFormat::Raw);
    if member.is_structure(&context.symbols) && member.style.is_none() && !travels_as_json {
        let text = format!(
            "parameter {}: type \"{}\" is a structure; expected style = \"json\" or style = \"flat\"",
            member.wire(),
            member.kind
        );
        site.report(&member.span(), &text);
    }
    if position == Position::Path && !member.required {
        site.report(&member.span(), &format!("parameter {}: in the path, so it is required", member.wire()));
    }
    let text = |text: Option<&document::Text>| text.map(|text| text.as_ref().clone());
    Parameter {
        name: member.wire().to_owned(),
        kind: member.kind.to_owned(),
        position,
        style: match member.style {
            Some(StyleWord::Parameter(word)) => word.meaning().unwrap_or(Style::Plain),
            Some(StyleWord::Field(_)) | None => Style::Plain,
        },
        required: member.required,
        // Where a structure holds a secret, its text does.
        sensitive: member.sensitive || graph::holds_secret(member, &context.shapes),
        default: text(member.default),
        example: text(member.example),
        values: values::of(member, &context.symbols),
        deprecated: member.deprecated.map(|it| one_line(it.as_ref())),
        doc: one_line(&text(member.doc).unwrap_or_default()),
    }
}

fn check_errors(document: &document::Operation, context: &Context<'_>, site: &mut Site<'_>) {
    if context.symbols.is_partial() {
        return;
    }
    let mut seen = BTreeSet::new();
    for error in &document.errors {
        let code = error.as_ref().as_str();
        if !context.errors.contains_key(code) {
            let near = did_you_mean(code, context.errors.keys().copied());
            let file = &context.service.errors.source.path;
            site.report(
                &error.span(),
                &format!("unknown error code \"{code}\"; expected one of {file}{near}"),
            );
        } else if !seen.insert(code) {
            site.report(&error.span(), &format!("error code \"{code}\" is listed twice"));
        }
    }
}

fn check_responses(responses: &[Member<'_>], site: &mut Site<'_>) {
    for member in responses {
        member.check_as_answer(site);
        if service::is_envelope_field(member.wire()) {
            let text = format!(
                "response field {}: part of the envelope; it is listed in [envelope] alone",
                member.wire()
            );
            site.report(&member.span(), &text);
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
