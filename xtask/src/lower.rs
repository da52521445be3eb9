//! From what the spec says to what is printed. Every rule is checked and every decision made here.

mod docs;
mod enums;
mod errors;
mod example;
pub mod graph;
mod host;
mod imports;
pub mod member;
pub mod names;
pub mod notation;
mod object;
mod operation;
mod pages;
mod path;
mod places;
mod routes;
mod rules;
mod sensitive;
mod service;
mod shapes;
pub mod symbols;
mod text;
pub mod values;

use std::collections::{BTreeMap, BTreeSet};

use self::graph::ShapeMembers;
use self::member::Member;
use self::symbols::{Kind, Symbols};
use crate::diagnostics::Problems;
use crate::model;
use crate::spec::document::{Error, Operation};
use crate::spec::{Parsed, ServiceFolder, Spec};

/// Lowers all services. The result is complete only if there are no problems.
pub fn lower(spec: &Spec, problems: &mut Problems) -> Vec<model::Service> {
    spec.services.iter().map(|service| service::lower(&Context::new(service, problems), problems)).collect()
}

/// A service with everything that is known about its names and types.
#[derive(Debug)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The service.
    pub service: &'a ServiceFolder,
    /// Its definitions.
    pub symbols: Symbols<'a>,
    /// Fields of its shapes.
    pub shapes: ShapeMembers<'a>,
    /// Operations, in the order of folders and files.
    pub operations: Vec<Vec<Typed<'a>>>,
    /// Shapes that people make because a parameter leads to them.
    pub made: BTreeSet<String>,
    /// Shapes that the service sends because an answer leads to them, not as a string of JSON alone.
    pub answered: BTreeSet<String>,
    /// Error codes by name.
    pub errors: BTreeMap<&'a str, &'a Error>,
    /// How texts call the document.
    pub document: String,
}

/// An operation with its members.
#[derive(Debug)]
#[non_exhaustive]
pub struct Typed<'a> {
    /// Its file.
    pub file: &'a Parsed<Operation>,
    /// What goes in.
    pub parameters: Vec<Member<'a>>,
    /// What comes back.
    pub responses: Vec<Member<'a>>,
}

impl<'a> Context<'a> {
    /// Finds out what a service defines, reporting what can't be.
    pub fn new(service: &'a ServiceFolder, problems: &mut Problems) -> Self {
        let symbols = Symbols::collect(service, problems);
        let shapes = shapes::members(&symbols, problems);
        let operations: Vec<Vec<Typed<'a>>> = service
            .groups
            .iter()
            .enumerate()
            .map(|(group, folder)| {
                let files = folder.operations.iter().enumerate();
                files
                    .map(|(index, file)| operation::typed(file, (group, index), &symbols, problems))
                    .collect()
            })
            .collect();
        let all = || operations.iter().flatten();
        let made = graph::reached(all().flat_map(|operation| &operation.parameters), &shapes);
        let answered = graph::reached_open(all().flat_map(|operation| &operation.responses), &shapes);
        let used = graph::reached(
            all().flat_map(|operation| operation.parameters.iter().chain(&operation.responses)),
            &shapes,
        );
        shapes::check(&symbols, &shapes, &made, &used, problems);
        let errors =
            service.errors.document.errors.iter().map(|it| (it.code.as_ref().as_str(), it)).collect();
        let year = service.manifest.document.document.as_ref();
        let document =
            year.map_or("the document".to_owned(), |year| format!("the {} document", year.as_ref()));
        Self { service, symbols, shapes, operations, made, answered, errors, document }
    }

    /// Whether a name is a value set.
    pub fn is_enum(&self, name: &str) -> bool {
        matches!(self.symbols.get(name).map(|symbol| symbol.kind), Some(Kind::Enum(_)))
    }
}
