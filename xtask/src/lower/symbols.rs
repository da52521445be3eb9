//! The names of a service: what is defined where, who can see it, which Rust type it becomes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::names;
use crate::diagnostics::{Problems, Source, did_you_mean};
use crate::lower::notation::{ANY, Notation, SCALARS};
use crate::spec::document::{Enum, Shape, Shapes, Text};
use crate::spec::{Parsed, ServiceFolder};

/// Where a definition or a use stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scope {
    /// The service's `shapes.toml`.
    Service,
    /// The `shapes.toml` of the group with this index.
    Group(usize),
    /// The file of an operation: indices of group and operation.
    Operation(usize, usize),
}

impl Scope {
    /// Whether what is defined here can be used there.
    pub fn is_seen_from(self, user: Self) -> bool {
        match (self, user) {
            (Self::Service, _) => true,
            (Self::Group(mine), Self::Group(theirs) | Self::Operation(theirs, _)) => mine == theirs,
            (mine, theirs) => mine == theirs,
        }
    }
}

/// A shape or a value set.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind<'a> {
    /// An object.
    Shape(&'a Shape),
    /// A value set.
    Enum(&'a Enum),
}

/// A definition.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Symbol<'a> {
    /// Its name in the spec, which is its Rust name.
    pub name: &'a str,
    /// The place of its name.
    pub span: Range<usize>,
    /// The file it stands in.
    pub source: &'a Source,
    /// The part of the spec that sees it.
    pub scope: Scope,
    /// What it is.
    pub kind: Kind<'a>,
}

/// All definitions of a service, by name.
#[derive(Debug, Default)]
pub struct Symbols<'a> {
    known: BTreeMap<&'a str, Symbol<'a>>,
    /// Whether there may be more, in files that couldn't be read.
    is_partial: bool,
}

impl<'a> Symbols<'a> {
    /// Collects the definitions of a service and reports names that are taken.
    pub fn collect(service: &'a ServiceFolder, problems: &mut Problems) -> Self {
        let mut collector = Collector {
            symbols: Self { known: BTreeMap::new(), is_partial: problems.is_any_closed() },
            types: BTreeMap::new(),
        };
        for (group_index, group) in service.groups.iter().enumerate() {
            for (index, file) in group.operations.iter().enumerate() {
                collector.operation(file, problems);
                let scope = Scope::Operation(group_index, index);
                let document = &file.document;
                collector.definitions(&file.source, scope, &document.shapes, &document.enums, problems);
            }
            if let Some(shapes) = &group.shapes {
                collector.file(shapes, Scope::Group(group_index), problems);
            }
        }
        if let Some(shapes) = &service.shapes {
            collector.file(shapes, Scope::Service, problems);
        }
        collector.symbols
    }

    /// Whether there may be more, in files that couldn't be read.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// A definition by name, whoever sees it.
    pub fn get(&self, name: &str) -> Option<&Symbol<'a>> {
        self.known.get(name)
    }

    /// A shape by name, whoever sees it.
    pub fn shape(&self, name: &str) -> Option<&'a Shape> {
        match self.get(name)?.kind {
            Kind::Shape(shape) => Some(shape),
            Kind::Enum(_) => None,
        }
    }

    /// All definitions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Symbol<'a>> {
        self.known.values()
    }

    /// The definitions of one file, in its order.
    pub fn of(&self, scope: Scope) -> Vec<&Symbol<'a>> {
        let mut symbols: Vec<_> = self.iter().filter(|symbol| symbol.scope == scope).collect();
        symbols.sort_by_key(|symbol| symbol.span.start);
        symbols
    }

    /// Reads a type and finds what it names; says why it can't.
    pub fn resolve(&self, text: &str, user: Scope) -> Result<Notation, String> {
        const EXPECTED: &str = "expected a scalar (string, integer, long, float, double, boolean), any, [T], {T} or a shape of this file, its group or its service";
        let notation = Notation::parse(text).ok_or_else(|| format!("unknown type \"{text}\"; {EXPECTED}"))?;
        let Some(name) = notation.name() else { return Ok(notation) };
        match self.get(name) {
            Some(symbol) if symbol.scope.is_seen_from(user) => Ok(notation),
            Some(symbol) => {
                let (path, line) = (&symbol.source.path, symbol.source.line(&symbol.span));
                let shared = match (symbol.scope, user) {
                    (
                        Scope::Operation(mine, _) | Scope::Group(mine),
                        Scope::Operation(theirs, _) | Scope::Group(theirs),
                    ) if mine == theirs => "its group's shapes.toml",
                    _ => "the shapes.toml of the service",
                };
                Err(format!(
                    "shape \"{name}\" can't be seen from here, it stands in {path}:{line}; move it to {shared}"
                ))
            }
            None if self.is_partial => Ok(notation),
            None => {
                let scalars = SCALARS.iter().map(|(scalar, _)| *scalar).chain([ANY]);
                let visible =
                    self.iter().filter(|symbol| symbol.scope.is_seen_from(user)).map(|symbol| symbol.name);
                let near = did_you_mean(name, scalars.chain(visible));
                Err(format!("unknown type \"{name}\"; {EXPECTED}{near}"))
            }
        }
    }
}

struct Collector<'a> {
    symbols: Symbols<'a>,
    /// Rust types, with what they are in the spec and where.
    types: BTreeMap<String, (String, &'a Source, Range<usize>)>,
}

impl<'a> Collector<'a> {
    fn operation(&mut self, file: &'a Parsed<crate::spec::document::Operation>, problems: &mut Problems) {
        let name = &file.document.name;
        let what = format!("operation {}", name.as_ref());
        let answer = format!("the answer of operation {}", name.as_ref());
        let rust = names::camel(name.as_ref());
        self.claim(format!("{rust}Output"), answer, &file.source, name.span(), problems);
        self.claim(rust, what, &file.source, name.span(), problems);
    }

    fn file(&mut self, file: &'a Parsed<Shapes>, scope: Scope, problems: &mut Problems) {
        self.definitions(&file.source, scope, &file.document.shapes, &file.document.enums, problems);
    }

    fn definitions(
        &mut self,
        source: &'a Source,
        scope: Scope,
        shapes: &'a BTreeMap<Text, Shape>,
        enums: &'a BTreeMap<Text, Enum>,
        problems: &mut Problems,
    ) {
        let shapes = shapes.iter().map(|(name, shape)| (name, "shape", Kind::Shape(shape)));
        let enums = enums.iter().map(|(name, set)| (name, "enum", Kind::Enum(set)));
        for (name, word, kind) in shapes.chain(enums) {
            let span = name.span();
            let name = name.as_ref().as_str();
            let rust = names::camel(name);
            let what = format!("{word} {name}");
            if let Some(c) = name.chars().find(|c| !c.is_ascii()) {
                problems.at(source, &span, format!("{what}: {c:?} in a name; expected letters of ASCII"));
            } else if rust != name || !names::is_identifier(name) {
                problems.at(
                    source,
                    &span,
                    format!("{what}: not a name in upper camel case; expected \"{rust}\""),
                );
            }
            if SCALARS.iter().any(|(scalar, _)| *scalar == name) || name == ANY {
                problems.at(source, &span, format!("{what}: the name of a scalar"));
            }
            if self.claim(rust, what, source, span.clone(), problems) {
                self.symbols.known.insert(name, Symbol { name, span, source, scope, kind });
            }
        }
    }

    /// Takes a Rust name; `false` if it was taken before.
    fn claim(
        &mut self,
        rust: String,
        what: String,
        source: &'a Source,
        span: Range<usize>,
        problems: &mut Problems,
    ) -> bool {
        if names::TAKEN_TYPES.contains(&rust.as_str()) {
            let text = format!("{what}: generated files use {rust} for something else; choose another name");
            problems.at(source, &span, text);
        }
        if let Some((other, place, at)) = self.types.get(&rust) {
            let (path, line) = (&place.path, place.line(at));
            let text = format!("{what}: becomes the Rust type {rust}, like {other} in {path}:{line}");
            problems.at(source, &span, text);
            return false;
        }
        self.types.insert(rust, (what, source, span));
        true
    }
}
