//! Where the spec and the metadata differ.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::metadata::{self, Found};
use super::{skeleton, wire};
use crate::diagnostics::{Source, listed};
use crate::lower::symbols::Symbols;
use crate::spec::document::{Operation, Parameter, Text};
use crate::spec::words::{About, Origin};
use crate::spec::{Parsed, ServiceFolder, Word};

/// What identifies a difference within a service, in the order in which differences are told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Wire name of the operation.
    pub operation: String,
    /// Which part of it.
    pub subject: Subject,
    /// What differs.
    pub about: About,
}

/// The part of an operation that a difference is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The operation itself.
    Operation,
    /// The parameter of this name.
    Parameter(String),
    /// The field at the end of this way through the answer.
    Response(String),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation {}", self.operation)?;
        match &self.subject {
            Subject::Operation => Ok(()),
            Subject::Parameter(name) => write!(f, ", parameter {name}"),
            Subject::Response(path) => write!(f, ", response {path}"),
        }
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
    theirs: &'a metadata::Source,
    symbols: &Symbols<'_>,
) -> Vec<Finding<'a>> {
    let metadata::Source { operations: theirs, schemas } = theirs;
    let common = service.manifest.document.envelope.as_ref().fields.as_deref();
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for group in service.groups.iter().filter(|group| group.name != skeleton::GROUP) {
        for Parsed { source, document } in &group.operations {
            let name = document.name.as_ref().as_str();
            known.insert(name);
            let own = document.envelope.as_ref().and_then(|envelope| envelope.as_ref().fields.as_deref());
            let envelope = own.or(common).unwrap_or_default();
            let mut comparison = Comparison { source, document, envelope, symbols, findings: &mut findings };
            match theirs.get(name) {
                Some(Found { operation, .. }) => {
                    comparison.operation(operation);
                    if let Some(answer) = &operation.answer {
                        comparison.answer(answer, schemas);
                    }
                }
                None if is_of_document(document.from.as_ref()) => {}
                None => {
                    comparison.note(None, &document.name, About::Gone, "not in the metadata".to_owned());
                }
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
        let key = Key { operation: name.clone(), subject: Subject::Operation, about: About::New };
        findings.push(Finding { key, operation, place: place.clone(), text: text.to_owned() });
    }
    findings
}

/// An operation that both have.
pub(super) struct Comparison<'a, 'b> {
    pub(super) source: &'a Source,
    pub(super) document: &'a Operation,
    /// The fields around its answer.
    pub(super) envelope: &'a [Text],
    pub(super) symbols: &'a Symbols<'a>,
    findings: &'a mut Vec<Finding<'b>>,
}

impl Comparison<'_, '_> {
    fn operation(&mut self, theirs: &metadata::Operation) {
        let Operation { name, method, other_methods, path, deprecated, parameters, .. } = self.document;
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
        if let Some((here, there)) = deprecation(deprecated.is_some(), theirs.deprecated) {
            let text = format!("{here} here, {there} in the metadata");
            self.note(None, deprecated.as_ref().unwrap_or(name), About::Deprecated, text);
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
            self.tell(Subject::Parameter(theirs.name.clone()), self.source, &place.span(), About::New, text);
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
        if let Some((here, there)) = deprecation(ours.deprecated.is_some(), theirs.deprecated) {
            let text = format!("{here} here, {there} in the metadata");
            let place = ours.deprecated.as_ref().unwrap_or(&ours.name);
            self.note(Some(&ours.name), place, About::Deprecated, text);
        }
        let known = wire::values(ours, self.symbols);
        let values = theirs.values();
        let new: Vec<&str> =
            values.iter().map(String::as_str).filter(|value| !known.iter().any(|it| it == value)).collect();
        if !known.is_empty() && !new.is_empty() {
            let kind = ours.r#type.as_ref().map_or("", |kind| kind.as_ref());
            let text = format!("the metadata has {}, which {kind} doesn't", listed(new, "and"));
            self.note(Some(&ours.name), ours.r#type.as_ref().unwrap_or(&ours.name), About::Values, text);
        }
    }

    fn note(&mut self, parameter: Option<&Text>, place: &Text, about: About, text: String) {
        let subject = parameter.map_or(Subject::Operation, |name| Subject::Parameter(name.as_ref().clone()));
        self.tell(subject, self.source, &place.span(), about, text);
    }

    /// Notes a difference at a place of a file.
    pub(super) fn tell(
        &mut self,
        subject: Subject,
        source: &Source,
        span: &Range<usize>,
        about: About,
        text: String,
    ) {
        let place = format!("{}:{}", source.path, source.line(span));
        let key = Key { operation: self.document.name.as_ref().clone(), subject, about };
        self.findings.push(Finding { key, operation: None, place, text });
    }

    /// Whether only the document knows a parameter: then the metadata, which is today's, has none of that name.
    fn is_of_document(&self, parameter: &Parameter) -> bool {
        is_of_document(parameter.from.as_ref().or(self.document.from.as_ref()))
    }
}

fn is_of_document(from: Option<&Word<Origin>>) -> bool {
    from.and_then(Word::meaning) == Some(Origin::Document)
}

/// What to say where only one side calls something deprecated; nothing where the source doesn't say.
fn deprecation(ours: bool, theirs: Option<bool>) -> Option<(&'static str, &'static str)> {
    match (ours, theirs) {
        (false, Some(true)) => Some(("in use", "deprecated")),
        (true, Some(false)) => Some(("deprecated", "in use")),
        _ => None,
    }
}

fn requirement(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}
