//! Where the spec and the metadata differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::metadata::{self, Found};
use super::{skeleton, wire};
use crate::diagnostics::{Source, listed};
use crate::lower::symbols::Symbols;
use crate::spec::document::{Operation, Parameter, Text};
use crate::spec::words::Origin;
use crate::spec::{Parsed, ServiceFolder, Word};

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Only the metadata has it.
    New,
    /// Only the spec has it.
    Gone,
    /// Another HTTP method.
    Method,
    /// Another path.
    Path,
    /// Another type.
    Type,
    /// Another position.
    Position,
    /// Required here, optional there, or the reverse.
    Required,
}

impl About {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("new", Self::New),
        ("gone", Self::Gone),
        ("method", Self::Method),
        ("path", Self::Path),
        ("type", Self::Type),
        ("position", Self::Position),
        ("required", Self::Required),
    ];
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, about)| about == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

/// What identifies a difference within a service, in the order in which differences are told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Wire name of the operation.
    pub operation: String,
    /// Wire name of the parameter; none where the operation itself differs.
    pub parameter: Option<String>,
    /// What differs.
    pub about: About,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation {}", self.operation)?;
        self.parameter.iter().try_for_each(|parameter| write!(f, ", parameter {parameter}"))
    }
}

/// A difference.
#[derive(Debug)]
pub struct Finding<'a> {
    /// What identifies it.
    pub key: Key,
    /// The operation, where only the metadata has it and no skeleton waits yet.
    pub operation: Option<&'a metadata::Operation>,
    /// The file where a person looks first, with the line.
    place: String,
    text: String,
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, place, text, .. } = self;
        write!(f, "{place}: {key}: {}: {text}", key.about)
    }
}

/// All differences of a service.
pub fn findings<'a>(
    service: &ServiceFolder,
    theirs: &'a BTreeMap<String, Found>,
    symbols: &Symbols<'_>,
) -> Vec<Finding<'a>> {
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for group in service.groups.iter().filter(|group| group.name != skeleton::GROUP) {
        for Parsed { source, document } in &group.operations {
            let name = document.name.as_ref().as_str();
            known.insert(name);
            let mut comparison = Comparison { source, document, symbols, findings: &mut findings };
            match theirs.get(name) {
                Some(found) => comparison.operation(&found.operation),
                None if is_of_document(document.from.as_ref()) => {}
                None => comparison.note(None, &document.name, About::Gone, "not in the metadata".to_owned()),
            }
        }
    }
    for (name, found) in theirs.iter().filter(|(name, _)| !known.contains(name.as_str())) {
        let waiting = service.groups.iter().filter(|group| group.name == skeleton::GROUP);
        let waiting =
            waiting.flat_map(|group| &group.operations).find(|file| file.document.name.as_ref() == name);
        let (place, operation, text) = match waiting {
            Some(file) => {
                (&file.source.path, None, "fill in the skeleton and move it to the folder of a group")
            }
            None => (&found.path, Some(&found.operation), "not in the spec; --write makes a skeleton"),
        };
        let key = Key { operation: name.clone(), parameter: None, about: About::New };
        findings.push(Finding { key, operation, place: place.clone(), text: text.to_owned() });
    }
    findings
}

/// An operation that both have.
struct Comparison<'a, 'b> {
    source: &'a Source,
    document: &'a Operation,
    symbols: &'a Symbols<'a>,
    findings: &'a mut Vec<Finding<'b>>,
}

impl<'b> Comparison<'_, 'b> {
    fn operation(&mut self, theirs: &metadata::Operation) {
        let Operation { name, method, other_methods, path, parameters, .. } = self.document;
        let ours: BTreeSet<&str> =
            method.iter().chain(other_methods).map(|it| it.as_ref().as_str()).collect();
        let methods: BTreeSet<&str> = theirs.methods().collect();
        if ours != methods {
            let text = format!("{} here, {} in the metadata", listed(ours, "and"), listed(methods, "and"));
            self.note(None, method.as_deref().unwrap_or(name), About::Method, text);
        }
        let ours = path.as_ref().map_or("", |path| path.as_ref());
        if ours != theirs.path() {
            let text = format!("{ours} here, {} in the metadata", theirs.path());
            self.note(None, path.as_ref().unwrap_or(name), About::Path, text);
        }
        for parameter in parameters {
            match theirs.parameters.iter().find(|it| it.name == *parameter.name.as_ref()) {
                Some(theirs) => self.parameter(parameter, theirs),
                None if self.is_of_document(parameter) => {}
                None => {
                    self.note(
                        Some(&parameter.name),
                        &parameter.name,
                        About::Gone,
                        "not in the metadata".to_owned(),
                    );
                }
            }
        }
        for theirs in &theirs.parameters {
            let ours = parameters.iter().find(|it| *it.name.as_ref() == theirs.name);
            let text = match ours {
                None => format!(
                    "the metadata has it: {} in the {}, {}",
                    theirs.r#type,
                    theirs.position(),
                    requirement(theirs.required)
                ),
                Some(ours) if self.is_of_document(ours) => {
                    "from = \"document\" here, but the metadata has it".to_owned()
                }
                Some(_) => continue,
            };
            let place = ours.map_or(name, |ours| &ours.name);
            self.findings.push(self.finding(Some(theirs.name.clone()), place, About::New, text));
        }
    }

    fn parameter(&mut self, ours: &Parameter, theirs: &metadata::Parameter) {
        if !wire::type_words(ours, self.symbols).contains(&theirs.r#type.as_str()) {
            let kind = ours.r#type.as_ref().map_or("", |kind| kind.as_ref());
            let style = ours.style.as_ref().map_or(String::new(), |style| format!(" as {}", style.as_ref()));
            let text = format!("{kind}{style} here, {} in the metadata", theirs.r#type);
            self.note(Some(&ours.name), ours.r#type.as_ref().unwrap_or(&ours.name), About::Type, text);
        }
        let position = ours.r#in.as_ref().map_or("query", |position| position.as_ref());
        if position != theirs.position() {
            let text = format!("{position} here, {} in the metadata", theirs.position());
            self.note(Some(&ours.name), ours.r#in.as_deref().unwrap_or(&ours.name), About::Position, text);
        }
        let required = ours.required.as_ref().is_some_and(|required| *required.as_ref());
        if required != theirs.required {
            let (here, there) = (requirement(required), requirement(theirs.required));
            let text = format!("{here} here, {there} in the metadata");
            self.note(Some(&ours.name), &ours.name, About::Required, text);
        }
    }

    fn note(&mut self, parameter: Option<&Text>, place: &Text, about: About, text: String) {
        let finding = self.finding(parameter.map(|name| name.as_ref().clone()), place, about, text);
        self.findings.push(finding);
    }

    fn finding(&self, parameter: Option<String>, place: &Text, about: About, text: String) -> Finding<'b> {
        let place = format!("{}:{}", self.source.path, self.source.line(&place.span()));
        let key = Key { operation: self.document.name.as_ref().clone(), parameter, about };
        Finding { key, operation: None, place, text }
    }

    /// Whether only the document knows a parameter: then the metadata, which is today's, has none of that name.
    fn is_of_document(&self, parameter: &Parameter) -> bool {
        is_of_document(parameter.from.as_ref().or(self.document.from.as_ref()))
    }
}

fn is_of_document(from: Option<&Word<Origin>>) -> bool {
    from.and_then(Word::meaning) == Some(Origin::Document)
}

fn requirement(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}
