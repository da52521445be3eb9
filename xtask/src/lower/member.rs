//! Parameters, response fields and fields of shapes: what they have in common, with their types found.

use std::collections::BTreeMap;
use std::ops::Range;

use sae_transport::{Position, Style};

use super::names;
use super::notation::Notation;
use super::rules::{self, Site};
use super::sensitive;
use super::symbols::{Kind, Scope, Symbols};
use crate::diagnostics::{Problems, Source};
use crate::model::Scalar;
use crate::spec::document::{Differs, Field, Parameter, Text};
use crate::spec::words::{FieldStyle, Origin, TimeForm};
use crate::spec::{Spanned, Word};

/// What something with a name and a type says about itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Member<'a> {
    /// What messages call it.
    pub word: &'static str,
    /// Wire name.
    pub name: &'a Text,
    /// Type as written.
    pub kind: &'a str,
    /// Type as understood; a string where it couldn't be.
    pub notation: Notation,
    /// Whether it travels as one string of JSON.
    pub is_json: bool,
    /// How a structure is written.
    pub style: Option<StyleWord<'a>>,
    /// Where it travels.
    pub position: Option<&'a Word<Position>>,
    /// The single member of the object in which a list travels.
    pub wrap: Option<&'a Text>,
    /// Whether it is required.
    pub required: bool,
    /// Where that is said.
    pub says_required: Option<Range<usize>>,
    /// Whether it may hold a secret.
    pub sensitive: bool,
    /// What it says about that itself.
    pub says_sensitive: Option<&'a Spanned<bool>>,
    /// Why it holds no secret, where its name suggests one.
    pub why_public: Option<&'a Text>,
    /// Its default.
    pub default: Option<&'a Text>,
    /// An example.
    pub example: Option<&'a Text>,
    /// How it says a time.
    pub time: Option<&'a Word<TimeForm>>,
    /// What it means.
    pub doc: Option<&'a Text>,
    /// What to use instead.
    pub deprecated: Option<&'a Text>,
    /// Where the fact comes from.
    pub from: Option<&'a Word<Origin>>,
    /// What the document says otherwise.
    pub differs: Option<&'a Spanned<Differs>>,
}

/// How a structure is written, in the words of what it belongs to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum StyleWord<'a> {
    /// Of a parameter.
    Parameter(&'a Word<Style>),
    /// Of a field.
    Field(&'a Word<FieldStyle>),
}

impl<'a> StyleWord<'a> {
    /// The word as written.
    pub fn text(self) -> &'a Text {
        match self {
            Self::Parameter(word) => word,
            Self::Field(word) => word,
        }
    }
}

impl<'a> Member<'a> {
    /// Its wire name.
    pub fn wire(&self) -> &'a str {
        self.name.as_ref()
    }

    /// Its wire names, today's and the document's.
    pub fn wire_names(&self) -> impl Iterator<Item = &'a str> {
        let other = self.differs.and_then(|differs| differs.as_ref().name.as_ref());
        std::iter::once(self.name).chain(other).map(|name| name.as_ref().as_str())
    }

    /// Whether it goes into a request by itself.
    pub fn is_parameter(&self) -> bool {
        self.word == PARAMETER
    }

    /// The place of its name.
    pub fn span(&self) -> Range<usize> {
        self.name.span()
    }

    /// Its Rust name.
    pub fn rust_name(&self) -> String {
        names::snake(self.wire())
    }

    /// Reports what has a meaning only for what goes in.
    pub fn check_as_answer(&self, site: &mut Site<'_>) {
        const ONLY: &str = "only what goes into a request has one";
        if let Some(default) = self.default {
            site.report(&default.span(), &format!("{} {}: a default; {ONLY}", self.word, self.wire()));
        }
        if let Some(place) = &self.says_required {
            let text = format!("{} {}: key \"required\"; {ONLY}", self.word, self.wire());
            site.report(place, &text);
        }
    }

    /// Whether a value of its type is more than a scalar.
    pub fn is_structure(&self, symbols: &Symbols<'_>) -> bool {
        match &self.notation {
            Notation::Scalar(_) => false,
            Notation::Named(name) => {
                !matches!(symbols.get(name).map(|symbol| symbol.kind), Some(Kind::Enum(_)))
            }
            _ => true,
        }
    }

    fn of_parameter(parameter: &'a Parameter) -> Self {
        Self {
            word: PARAMETER,
            name: &parameter.name,
            kind: parameter.r#type.as_ref().map_or("", |kind| kind.as_ref()),
            notation: Notation::Scalar(Scalar::String),
            is_json: parameter.style.as_ref().is_some_and(|style| style.meaning() == Some(Style::Json)),
            style: parameter.style.as_ref().map(StyleWord::Parameter),
            position: parameter.r#in.as_ref(),
            wrap: None,
            required: parameter.required.as_ref().is_some_and(|required| *required.as_ref()),
            says_required: parameter.required.as_ref().map(Spanned::span),
            sensitive: parameter.sensitive.as_ref().is_some_and(|sensitive| *sensitive.as_ref()),
            says_sensitive: parameter.sensitive.as_ref(),
            why_public: parameter.why_public.as_ref(),
            default: parameter.default.as_ref(),
            example: parameter.example.as_ref(),
            time: None,
            doc: parameter.doc.as_ref(),
            deprecated: parameter.deprecated.as_ref(),
            from: parameter.from.as_ref(),
            differs: parameter.differs.as_ref(),
        }
    }

    fn of_field(field: &'a Field, word: &'static str) -> Self {
        Self {
            word,
            name: &field.name,
            kind: field.r#type.as_ref().map_or("", |kind| kind.as_ref()),
            notation: Notation::Scalar(Scalar::String),
            is_json: field.style.as_ref().is_some_and(|style| style.meaning() == Some(FieldStyle::Json)),
            style: field.style.as_ref().map(StyleWord::Field),
            position: None,
            wrap: field.wrap.as_ref(),
            required: field.required.as_ref().is_some_and(|required| *required.as_ref()),
            says_required: field.required.as_ref().map(Spanned::span),
            sensitive: field.sensitive.as_ref().is_some_and(|sensitive| *sensitive.as_ref()),
            says_sensitive: field.sensitive.as_ref(),
            why_public: field.why_public.as_ref(),
            default: field.default.as_ref(),
            example: field.example.as_ref(),
            time: field.time.as_ref(),
            doc: field.doc.as_ref(),
            deprecated: field.deprecated.as_ref(),
            from: field.from.as_ref(),
            differs: field.differs.as_ref(),
        }
    }
}

/// The parameters of an operation.
pub fn of_parameters<'a>(
    parameters: &'a [Parameter],
    source: &Source,
    scope: Scope,
    symbols: &Symbols<'_>,
    problems: &mut Problems,
) -> Vec<Member<'a>> {
    let members = parameters.iter().map(|it| (Member::of_parameter(it), it.r#type.as_ref())).collect();
    resolve(members, "", source, scope, symbols, problems)
}

/// The response fields of an operation, or the fields of a shape.
pub fn of_fields<'a>(
    fields: &'a [Field],
    word: &'static str,
    owner: &str,
    source: &Source,
    scope: Scope,
    symbols: &Symbols<'_>,
    problems: &mut Problems,
) -> Vec<Member<'a>> {
    let members = fields.iter().map(|it| (Member::of_field(it, word), it.r#type.as_ref())).collect();
    resolve(members, owner, source, scope, symbols, problems)
}

fn resolve<'a>(
    members: Vec<(Member<'a>, Option<&'a Text>)>,
    owner: &str,
    source: &Source,
    scope: Scope,
    symbols: &Symbols<'_>,
    problems: &mut Problems,
) -> Vec<Member<'a>> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut resolved = Vec::with_capacity(members.len());
    for (mut member, kind) in members {
        let what = format!("{} {owner}{}", member.word, member.wire());
        let mut site = Site::new(source, what, problems);
        match kind {
            None => site.report(&member.span(), "missing key \"type\""),
            Some(kind) => match symbols.resolve(kind.as_ref(), scope) {
                Ok(notation) => member.notation = notation,
                Err(text) => site.report(&kind.span(), &text),
            },
        }
        let rust = member.rust_name();
        if !names::is_identifier(&rust) {
            site.report(&member.span(), "cannot become a Rust name");
        }
        if rust == "unknown_members" {
            site.report(
                &member.span(),
                "becomes the Rust name unknown_members, where what has no field is kept",
            );
        }
        match taken.get(&rust) {
            Some(other) if *other == member.wire() => site.report(&member.span(), "described twice"),
            Some(other) => {
                let text = format!("becomes the Rust name {rust}, like {other}");
                site.report(&member.span(), &text);
            }
            None => {
                let alike = taken.values().find(|other| other.eq_ignore_ascii_case(member.wire()));
                if let Some(other) = alike {
                    site.report(&member.span(), &rules::alike(other));
                }
                taken.insert(rust, member.wire());
            }
        }
        rules::member(&member, symbols, &mut site);
        sensitive::check(&member, owner, &mut site);
        resolved.push(member);
    }
    for member in &resolved {
        let other = member.differs.and_then(|differs| differs.as_ref().name.as_ref());
        if let Some(other) = other.filter(|other| resolved.iter().any(|it| it.wire() == other.as_ref())) {
            let what = format!("{} {owner}{}", member.word, member.wire());
            let text = format!("differs.name is \"{}\", which is described here, too", other.as_ref());
            Site::new(source, what, problems).report(&other.span(), &text);
        }
    }
    resolved
}

/// What messages call a parameter.
const PARAMETER: &str = "parameter";
