//! Services and groups.

use std::collections::BTreeSet;
use std::ops::Range;

use sae_transport::Effect;

use super::rules::Site;
use super::symbols::Scope;
use super::text::{docs, escape, sentence};
use super::{Context, Typed, errors, host, names, operation, pages, routes, shapes};
use crate::diagnostics::{Problems, did_you_mean};
use crate::model::{Envelope, Group, Region, Service};
use crate::spec::words::{Base, SuccessType};
use crate::spec::{Parsed, document};

/// Lowers a service.
pub fn lower(context: &Context<'_>, problems: &mut Problems) -> Service {
    let folder = context.service;
    let Parsed { source, document } = &folder.manifest;
    let (product, version) = (document.product.as_ref(), document.version.as_ref());
    let mut site = Site::new(source, format!("service {product}"), problems);
    if folder.name != format!("{product}-{version}") {
        let text = format!("stands in the wrong folder; expected {product}-{version}");
        site.report(&document.product.span(), &text);
    }
    site.described("title", document.title.as_ref(), &document.product.span());
    site.described("summary", document.summary.as_ref(), &document.product.span());
    let envelope = envelope(document.envelope.as_ref(), &document.envelope.span(), None, &mut site);
    for (key, text, is_right, expected) in [
        (
            "product",
            Some(&document.product),
            host::is_label as fn(&str) -> bool,
            "small letters, digits and \"-\"",
        ),
        ("version", Some(&document.version), is_date, "a date: 2019-05-06"),
        ("document", document.document.as_ref(), is_year, "a year: 2019"),
        (
            "reference",
            document.reference.as_ref(),
            is_reference,
            "an address with {operation}: https://example.com/{operation}",
        ),
        ("feature", document.feature.as_ref(), host::is_label, "small letters, digits and \"-\""),
    ] {
        if let Some(text) = text.filter(|text| !is_right(text.as_ref())) {
            site.report(&text.span(), &format!("{key} \"{}\"; expected {expected}", text.as_ref()));
        }
    }
    check_endpoints(document, &mut site);
    let mut ids = BTreeSet::new();
    for region in &document.regions {
        if !ids.insert(region.id.as_ref()) {
            site.report(&region.id.span(), &format!("region {}: described twice", region.id.as_ref()));
        }
    }
    check_groups(context, &mut site);
    check_change_order(context, &mut site);
    routes::check(context, problems);

    let text = |text: &Option<document::Text>| text.as_ref().map(|text| text.as_ref().clone());
    let regions = document.regions.iter().map(|region| Region {
        id: region.id.as_ref().clone(),
        public: text(&region.public),
        vpc: text(&region.vpc),
    });
    let title = text(&document.title).unwrap_or_default();
    let summary = text(&document.summary).unwrap_or_default();
    Service {
        source: source.path.clone(),
        module: names::snake(&folder.name),
        docs: docs([format!("{}, version {version}.", escape(&title)), escape(&summary)], 0),
        product: product.clone(),
        version: version.clone(),
        title,
        public_endpoint: document.endpoint.public.as_ref().clone(),
        vpc_endpoint: document.endpoint.vpc.as_ref().clone(),
        regions: regions.collect(),
        envelope,
        errors: errors::lower(&folder.errors, problems),
        shapes: folder
            .shapes
            .as_ref()
            .map(|it| shapes::file(&it.source.path, Scope::Service, context, problems)),
        groups: groups(context, problems),
    }
}

/// The envelope of a service or an operation; what an operation leaves out is the service's.
pub fn envelope(
    envelope: &document::Envelope,
    span: &Range<usize>,
    common: Option<&Envelope>,
    site: &mut Site<'_>,
) -> Envelope {
    let mut seen = BTreeSet::new();
    for field in envelope.fields.iter().flatten() {
        let name = field.as_ref().as_str();
        if !is_envelope_field(name) {
            let near = did_you_mean(name, ENVELOPE_FIELDS);
            let expected = ENVELOPE_FIELDS.join(", ");
            site.report(
                &field.span(),
                &format!("unknown envelope field \"{name}\"; expected {expected}{near}"),
            );
        } else if !seen.insert(name.to_ascii_lowercase()) {
            site.report(&field.span(), &format!("envelope field \"{name}\" is listed twice"));
        }
    }
    let code = envelope.code.as_ref().map(|code| site.pick("code", code) == Some(Base::Integer));
    let success =
        envelope.success.as_ref().map(|success| site.pick("success", success) == Some(SuccessType::String));
    let fields = envelope.fields.as_ref().map(|fields| fields.iter().map(|it| it.as_ref().clone()).collect());
    match common {
        None => {
            if fields.is_none() {
                site.report(span, "the envelope has no key \"fields\"");
            }
            Envelope {
                fields: fields.unwrap_or_default(),
                numeric_code: code.unwrap_or_default(),
                text_success: success.unwrap_or_default(),
            }
        }
        Some(common) => {
            let own = Envelope {
                fields: fields.unwrap_or_else(|| common.fields.clone()),
                numeric_code: code.unwrap_or(common.numeric_code),
                text_success: success.unwrap_or(common.text_success),
            };
            if own == *common {
                site.report(span, "the envelope is the one of service.toml; remove it");
            }
            own
        }
    }
}

/// The envelope of a service, without reporting on it again.
pub fn common_envelope(context: &Context<'_>) -> Envelope {
    let envelope = context.service.manifest.document.envelope.as_ref();
    let fields = envelope.fields.iter().flatten().map(|field| field.as_ref().clone()).collect();
    let numeric_code = envelope.code.as_ref().is_some_and(|code| code.meaning() == Some(Base::Integer));
    let text_success =
        envelope.success.as_ref().is_some_and(|success| success.meaning() == Some(SuccessType::String));
    Envelope { fields, numeric_code, text_success }
}

/// Lowers the groups, in reading order.
fn groups(context: &Context<'_>, problems: &mut Problems) -> Vec<Group> {
    let manifest = &context.service.manifest.document;
    let mut groups = Vec::new();
    for listed in &manifest.groups {
        let name = listed.as_ref();
        let Some(index) = context.service.groups.iter().position(|group| group.name == *name) else {
            continue;
        };
        let (Some(folder), Some(typed)) = (context.service.groups.get(index), context.operations.get(index))
        else {
            continue;
        };
        let lower_one = |(at, it)| operation::lower(it, (index, at), context, problems);
        let operations = typed.iter().enumerate().map(lower_one).collect();
        let about = manifest.group.get(name.as_str());
        let words = |text: Option<&document::Text>| text.map_or(String::new(), |text| escape(text.as_ref()));
        let title = words(about.and_then(|about| about.title.as_ref()));
        let summary = words(about.and_then(|about| about.summary.as_ref()));
        groups.push(Group {
            source: folder.path.clone(),
            module: names::snake(name),
            docs: docs([sentence(&title), summary], 0),
            shapes: folder
                .shapes
                .as_ref()
                .map(|it| shapes::file(&it.source.path, Scope::Group(index), context, problems)),
            operations,
            feature: manifest
                .feature
                .as_ref()
                .map(|prefix| format!("{}-{}", prefix.as_ref(), name.replace('_', "-"))),
        });
    }
    groups
}

fn check_endpoints(document: &document::Service, site: &mut Site<'_>) {
    for rule in [&document.endpoint.public, &document.endpoint.vpc] {
        if let Some((part, text)) = host::rule_mistake(rule.as_ref()) {
            site.report_within(rule, part, &format!("endpoint: {text}"));
        }
    }
    for region in &document.regions {
        let id = region.id.as_ref();
        if !host::is_label(id) {
            site.report(
                &region.id.span(),
                &format!("region \"{id}\"; expected small letters, digits and \"-\""),
            );
        }
        for host in
            [&region.public, &region.vpc].into_iter().flatten().filter(|host| !host.as_ref().is_empty())
        {
            if let Some((part, text)) = host::mistake(host.as_ref()) {
                site.report_within(host, part, &format!("region {id}: {text}"));
            }
        }
    }
}

/// The change order of a service is found in some answer: a name that is nowhere would silently start none.
fn check_change_order(context: &Context<'_>, site: &mut Site<'_>) {
    let Some(path) = context.service.manifest.document.change_order.as_ref() else { return };
    let is_found = |typed: &Typed<'_>| pages::change_order(typed, Effect::Write, context).is_some();
    if !context.symbols.is_partial() && !context.operations.iter().flatten().any(is_found) {
        let text = format!("change_order: no answer has a text \"{}\"; expected FIELD.FIELD", path.as_ref());
        site.report(&path.span(), &text);
    }
}

fn check_groups(context: &Context<'_>, site: &mut Site<'_>) {
    let manifest = &context.service.manifest.document;
    let folders: Vec<&str> = context.service.groups.iter().map(|group| group.name.as_str()).collect();
    let mut listed = BTreeSet::new();
    for group in &manifest.groups {
        let (name, span) = (group.as_ref().as_str(), group.span());
        if !listed.insert(name) {
            site.report(&span, &format!("group \"{name}\" is listed twice"));
        }
        if !folders.contains(&name) {
            let near = did_you_mean(name, folders.iter().copied());
            site.report(&span, &format!("group \"{name}\" has no folder{near}"));
        }
        if names::TAKEN_MODULES.contains(&name) || names::file(name) != name {
            site.report(
                &span,
                &format!("group \"{name}\": expected a name in snake case that no other file has"),
            );
        }
        match manifest.group.get(name) {
            None => site.report(&span, &format!("group \"{name}\": missing table [group.{name}]")),
            Some(about) => {
                site.described("title", about.title.as_ref(), &span);
                site.described("summary", about.summary.as_ref(), &span);
            }
        }
    }
    for name in manifest.group.keys() {
        if !listed.contains(name.as_ref().as_str()) {
            let near = did_you_mean(name.as_ref(), listed.iter().copied());
            site.report(&name.span(), &format!("[group.{}] is not listed in groups{near}", name.as_ref()));
        }
    }
    let span = manifest.groups.first().map_or(0..0, document::Text::span);
    for folder in folders {
        if !listed.contains(folder) {
            let near = did_you_mean(folder, listed.iter().copied());
            site.report(&span, &format!("folder \"{folder}\" is not listed in groups{near}"));
        }
    }
}

/// Whether this is an address, with the one place for the name of an operation.
fn is_reference(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '|');
    text.starts_with("https://") && text.chars().all(is_plain) && text.matches("{operation}").count() == 1
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &str, last| {
        part.len() == 2 && part.parse::<u8>().is_ok_and(|number| (1..=last).contains(&number))
    };
    matches!(parts.as_slice(), [year, month, day] if is_year(year) && is_number(month, 12) && is_number(day, 31))
}

/// Whether a field belongs to the envelope: some operations spell theirs in lower camel case.
pub fn is_envelope_field(name: &str) -> bool {
    ENVELOPE_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name))
}

const ENVELOPE_FIELDS: [&str; 6] = ["Code", "ErrorCode", "Message", "RequestId", "Success", "TraceId"];
