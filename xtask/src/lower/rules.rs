//! What api-spec/README.md demands of the words in a file, beyond what their types say.

use std::ops::Range;

use sae_transport::Position;

use super::member::{Member, StyleWord};
use super::notation::Notation;
use super::symbols::Symbols;
use super::values;
use crate::diagnostics::{Problems, Source};
use crate::model::Scalar;
use crate::spec::document::{Differs, Text};
use crate::spec::words::{ClosedSet, Origin, TimeForm};
use crate::spec::{Spanned, Word};

/// What to say of a name that nobody tells from this one.
pub fn alike(other: &str) -> String {
    format!("differs from {other} by capital letters alone; nobody tells the two apart")
}

/// A place in a file with the name of what stands there, to report what is wrong with it.
#[derive(Debug)]
pub struct Site<'a> {
    source: &'a Source,
    what: String,
    problems: &'a mut Problems,
}

impl<'a> Site<'a> {
    /// Something in a file, as messages call it.
    pub fn new(source: &'a Source, what: String, problems: &'a mut Problems) -> Self {
        Self { source, what, problems }
    }

    /// Reports what is wrong.
    pub fn report(&mut self, span: &Range<usize>, text: &str) {
        self.problems.at(self.source, span, format!("{}: {text}", self.what));
    }

    /// Asks for a description.
    pub fn described(&mut self, key: &str, text: Option<&Text>, owner: &Range<usize>) {
        match text {
            None => self.report(owner, &format!("missing key \"{key}\"; everything needs a description")),
            Some(text) if text.as_ref().trim().is_empty() => {
                self.report(&text.span(), &format!("key \"{key}\" is empty; everything needs a description"));
            }
            Some(_) => {}
        }
    }

    /// Asks a text that need not be there to say something.
    pub fn worded(&mut self, key: &str, text: Option<&Text>) {
        if let Some(text) = text.filter(|text| text.as_ref().trim().is_empty()) {
            self.report(&text.span(), &format!("key \"{key}\" is empty; remove it"));
        }
    }

    /// Checks a name on the wire.
    pub fn wire_name(&mut self, name: &Text) {
        let text = name.as_ref().as_str();
        if text.is_empty() {
            self.report(&name.span(), "the name is empty");
        } else if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii_graphic()) {
            let place = self.source.within(&name.span(), text, at..at + c.len_utf8());
            self.report(&place, &format!("{c:?} in a name; expected visible characters of ASCII"));
        }
    }

    /// Reports what is wrong with a part of a text.
    pub fn report_within(&mut self, whole: &Text, part: Range<usize>, text: &str) {
        let place = self.source.within(&whole.span(), whole.as_ref(), part);
        self.report(&place, text);
    }

    /// What a word of a closed set means; reports one that isn't in the set.
    pub fn pick<S: ClosedSet>(&mut self, key: &str, word: &Word<S>) -> Option<S> {
        let meaning = word.meaning();
        if meaning.is_none() {
            self.report(&word.span(), &word.mistake(key));
        }
        meaning
    }

    /// Checks where a fact comes from.
    pub fn from(&mut self, from: Option<&Word<Origin>>) {
        if let Some(from) = from {
            self.pick("from", from);
        }
    }

    /// Checks what the document says otherwise: it has a reason, and it is otherwise.
    pub fn differs(&mut self, differs: Option<&Spanned<Differs>>, today: &Today<'_>) {
        let Some(differs) = differs else { return };
        let (span, differs) = (differs.span(), differs.as_ref());
        if differs.why.as_ref().is_none_or(|why| why.as_ref().trim().is_empty()) {
            self.report(&span, "differs without why; give the reason");
        }
        let text = |key: &Option<Text>| key.as_ref().map(|key| key.as_ref().as_str().to_owned());
        let claims = [
            (
                "required",
                differs.required.is_some(),
                differs.required == today.required,
                today.required.is_some(),
            ),
            (
                "type",
                differs.r#type.is_some(),
                text(&differs.r#type).as_deref() == today.kind,
                today.kind.is_some(),
            ),
            (
                "path",
                differs.path.is_some(),
                text(&differs.path).as_deref() == today.path,
                today.path.is_some(),
            ),
            ("name", differs.name.is_some(), text(&differs.name).as_deref() == Some(today.name), true),
            ("list", differs.list.is_some(), differs.list == today.list, today.list.is_some()),
        ];
        for (key, is_given, is_same, has_place) in claims {
            if is_given && !has_place {
                self.report(&span, &format!("differs.{key} has no meaning here"));
            } else if is_given && is_same {
                self.report(&span, &format!("differs.{key} is no difference: today's fact is the same"));
            }
        }
    }
}

/// Today's facts, which `differs` can disagree with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Today<'a> {
    /// Wire name.
    pub name: &'a str,
    /// Whether it is required; nothing where that has no meaning.
    pub required: Option<bool>,
    /// Type, likewise.
    pub kind: Option<&'a str>,
    /// Path, likewise.
    pub path: Option<&'a str>,
    /// Whether it is a list, likewise.
    pub list: Option<bool>,
}

/// Checks what stands about a member in itself.
pub fn member(member: &Member<'_>, symbols: &Symbols<'_>, site: &mut Site<'_>) {
    let span = member.span();
    site.described("doc", member.doc, &span);
    site.from(member.from);
    let today = Today {
        name: member.wire(),
        required: Some(member.required),
        kind: Some(member.kind),
        path: None,
        list: Some(matches!(member.notation, Notation::List(_))),
    };
    site.differs(member.differs, &today);
    // Names of headers have rules of their own, and stricter ones.
    if member.position.is_none_or(|position| position.meaning() != Some(Position::Header)) {
        site.wire_name(member.name);
    }
    let other = member.differs.and_then(|differs| differs.as_ref().name.as_ref());
    other.into_iter().chain(member.wrap).for_each(|name| site.wire_name(name));
    let other = member.differs.and_then(|differs| differs.as_ref().r#type.as_ref());
    if let Some(other) = other.filter(|other| Notation::parse(other.as_ref()).is_none()) {
        site.report(&other.span(), &format!("differs.type is \"{}\", which is no type", other.as_ref()));
    }
    site.worded("deprecated", member.deprecated);
    if let Some(deprecated) = member.deprecated.filter(|_| member.required) {
        site.report(&deprecated.span(), "required and deprecated; what is required can't be left out");
    }
    for (key, value) in [("default", member.default), ("example", member.example)] {
        site.worded(key, value);
        let Some(value) = value.filter(|value| !value.as_ref().trim().is_empty()) else { continue };
        if let Some((part, text)) = values::mistake(member, value.as_ref(), symbols) {
            site.report_within(value, part, &format!("{key} of type {}: {text}", member.kind));
        }
    }
    if let Some(default) = member.default.filter(|_| member.required) {
        site.report(&default.span(), "required and with a default; what is required can't be left out");
    }
    if let Some(time) = member.time
        && let Some(form) = site.pick("time", time)
    {
        let is_time = matches!(
            (form, &member.notation),
            (TimeForm::Milliseconds, Notation::Scalar(Scalar::Integer | Scalar::String))
                | (TimeForm::Seconds, Notation::Scalar(Scalar::Integer))
                | (TimeForm::Text, Notation::Scalar(Scalar::String))
        );
        if !is_time {
            let text = format!("time \"{}\" on type \"{}\"", time.as_ref(), member.kind);
            site.report(
                &time.span(),
                &format!("{text}; text is a string, seconds are a long, milliseconds either"),
            );
        }
    }
    if let Some(style) = member.style {
        match style {
            StyleWord::Parameter(word) => drop(site.pick("style", word)),
            StyleWord::Field(word) => drop(site.pick("style", word)),
        }
        if !member.is_structure(symbols) {
            let style = style.text();
            let text = format!("style \"{}\" on a scalar; only structures have a style", style.as_ref());
            site.report(&style.span(), &text);
        }
    }
    if let Some(wrap) = member.wrap {
        if !matches!(member.notation, Notation::List(_)) {
            site.report(&wrap.span(), &format!("wrap on type \"{}\"; only a list is wrapped", member.kind));
        }
        if member.sensitive {
            site.report(&wrap.span(), "wrap on a sensitive list; describe the object around it as a shape");
        }
        if member.is_json {
            site.report(&wrap.span(), "wrap on a string of JSON; describe the object around it as a shape");
        }
    }
}
