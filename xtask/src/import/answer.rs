//! Where the answers of the spec and of a source differ.

use std::collections::BTreeMap;

use super::api_docs::{MapValues, Schema};
use super::drift::{Comparison, Subject};
use crate::diagnostics::Source;
use crate::lower::notation::Notation;
use crate::lower::symbols::Kind;
use crate::model::Scalar;
use crate::spec::document::Field;
use crate::spec::words::{About, Base, FieldStyle, Origin};
use crate::spec::{Text, Word};

/// The fields that stand in one place of an answer.
#[derive(Clone, Copy)]
struct Members<'f> {
    /// The way there: `Data.Applications`.
    path: &'f str,
    list: &'f [Field],
    /// The file that they stand in.
    source: &'f Source,
    /// Where their facts come from, unless they say otherwise.
    around: Option<&'f Word<Origin>>,
}

impl Comparison<'_, '_> {
    /// Compares the answer of an operation, of which the source says this.
    pub(super) fn answer(&mut self, theirs: &Schema, schemas: &BTreeMap<String, Schema>) {
        let mut rest = theirs.resolve(schemas).properties.clone();
        let name = &self.document.name;
        for field in self.envelope {
            let is_missing = rest.remove(field.as_ref()).is_none();
            if is_missing && self.document.from.as_ref().and_then(Word::meaning) != Some(Origin::Document) {
                let subject = Subject::Response(field.as_ref().clone());
                self.tell(subject, self.source, &name.span(), About::Gone, "not in the metadata".to_owned());
            }
        }
        let members = Members {
            path: "",
            list: &self.document.responses,
            source: self.source,
            around: self.document.from.as_ref(),
        };
        let place = name.span();
        self.members(members, &place, &rest, schemas, &mut Vec::new());
    }

    fn members(
        &mut self,
        ours: Members<'_>,
        owner: &std::ops::Range<usize>,
        theirs: &BTreeMap<String, Schema>,
        schemas: &BTreeMap<String, Schema>,
        inside: &mut Vec<String>,
    ) {
        for field in ours.list {
            let (name, path) = (field.name.as_ref(), joined(ours.path, field.name.as_ref()));
            let from = field.from.as_ref().or(ours.around).and_then(Word::meaning);
            match theirs.get(name) {
                Some(theirs) => self.field(ours, field, &path, theirs, schemas, inside),
                None if from == Some(Origin::Document) => {}
                None => {
                    let text = "not in the metadata".to_owned();
                    self.tell(Subject::Response(path), ours.source, &field.name.span(), About::Gone, text);
                }
            }
        }
        for (name, theirs) in theirs {
            if ours.list.iter().all(|field| field.name.as_ref() != name) {
                let text = format!("the metadata has it: {}", kind_of(theirs.resolve(schemas)));
                let subject = Subject::Response(joined(ours.path, name));
                self.tell(subject, ours.source, owner, About::New, text);
            }
        }
    }

    fn field(
        &mut self,
        ours: Members<'_>,
        field: &Field,
        path: &str,
        theirs: &Schema,
        schemas: &BTreeMap<String, Schema>,
        inside: &mut Vec<String>,
    ) {
        let place = field.name.span();
        if theirs.is_deprecated() && field.deprecated.is_none() {
            let text = "in use here, deprecated in the metadata".to_owned();
            self.tell(Subject::Response(path.to_owned()), ours.source, &place, About::Deprecated, text);
        }
        let written = field.r#type.as_ref().map_or("", |kind| kind.as_ref().as_str());
        let Some(notation) = Notation::parse(written) else { return };
        let mut theirs = theirs.resolve(schemas);
        if let Some(inner) = field.wrap.as_ref().and_then(|wrap| theirs.properties.get(wrap.as_ref())) {
            theirs = inner.resolve(schemas);
        }
        // A string of JSON is told as what it is or as what it holds.
        let is_json = field.style.as_ref().and_then(Word::meaning) == Some(FieldStyle::Json);
        if is_json && theirs.r#type.as_deref() == Some("string") {
            return;
        }
        if !self.value(&notation, path, theirs, schemas, inside) {
            let text = format!("{written} here, {} in the metadata", kind_of(theirs));
            let place = field.r#type.as_ref().map_or(place, Text::span);
            self.tell(Subject::Response(path.to_owned()), ours.source, &place, About::Type, text);
        }
    }

    /// Whether both are of one kind; what differs inside is told.
    fn value(
        &mut self,
        ours: &Notation,
        path: &str,
        theirs: &Schema,
        schemas: &BTreeMap<String, Schema>,
        inside: &mut Vec<String>,
    ) -> bool {
        let theirs = theirs.resolve(schemas);
        let Some(kind) = theirs.r#type.as_deref().filter(|kind| *kind != "any") else { return true };
        match ours {
            Notation::Any => true,
            Notation::Scalar(scalar) => kind == scalar_word(*scalar),
            Notation::List(item) => {
                kind == "array"
                    && theirs
                        .items
                        .as_ref()
                        .is_none_or(|theirs| self.value(item, path, theirs, schemas, inside))
            }
            Notation::Map(value) => match &theirs.additional_properties {
                Some(MapValues::Of(theirs)) => {
                    kind == "object" && self.value(value, path, theirs, schemas, inside)
                }
                Some(MapValues::Any(true)) => kind == "object",
                Some(MapValues::Any(false)) | None => kind == "object" && theirs.properties.is_empty(),
            },
            Notation::Named(name) => match self.symbols.get(name).map(|symbol| (symbol.kind, symbol)) {
                Some((Kind::Enum(set), _)) => match set.base.as_ref().and_then(Word::meaning) {
                    Some(Base::Integer) => kind == "integer",
                    Some(Base::String) | None => kind == "string",
                },
                Some((Kind::Shape(shape), symbol)) => {
                    // What has no members there may have any.
                    if kind == "object" && !theirs.properties.is_empty() && !inside.contains(name) {
                        let members = Members {
                            path,
                            list: &shape.fields,
                            source: symbol.source,
                            around: shape.from.as_ref().or(self.document.from.as_ref()),
                        };
                        inside.push(name.clone());
                        self.members(members, &symbol.span, &theirs.properties, schemas, inside);
                        inside.pop();
                    }
                    kind == "object"
                }
                None => true,
            },
        }
    }
}

fn scalar_word(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => "string",
        Scalar::Integer => "integer",
        Scalar::Float => "number",
        Scalar::Boolean => "boolean",
    }
}

fn kind_of(schema: &Schema) -> &str {
    schema.r#type.as_deref().unwrap_or("any")
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
