//! The facts of the spec in the metadata's words.

use sae_transport::Style;

use crate::lower::notation::Notation;
use crate::lower::symbols::{Kind, Symbols};
use crate::lower::values::spellings;
use crate::spec::Word;
use crate::spec::document::Parameter;
use crate::spec::words::Base;

/// The words by which the metadata may call the type of a parameter.
///
/// The metadata names what travels, not what it means: a value set is a `String`, one of numbers perhaps an `Integer`, and so is a structure that travels as one
/// string of JSON, unless it is called `Json`.
pub fn type_words(parameter: &Parameter, symbols: &Symbols<'_>) -> &'static [&'static str] {
    let written = parameter.r#type.as_ref().map_or("", |kind| kind.as_ref().as_str());
    let style = parameter.style.as_ref().and_then(Word::meaning);
    match Notation::parse(written) {
        Some(Notation::Scalar(_)) => {
            SCALARS.iter().find(|(scalar, _)| *scalar == written.trim()).map_or(&[], |(_, words)| words)
        }
        Some(Notation::Named(name)) => match symbols.get(&name).map(|symbol| symbol.kind) {
            Some(Kind::Enum(set))
                if set.base.as_ref().is_some_and(|base| base.meaning() == Some(Base::Integer)) =>
            {
                &["Integer", "Long", "String"]
            }
            Some(Kind::Enum(_)) => &["String"],
            _ => structure_words(style),
        },
        Some(_) => structure_words(style),
        None => &[],
    }
}

/// The type and style with which a skeleton starts; empty where the metadata isn't enough to say.
pub fn type_of(word: &str) -> (&'static str, Option<&'static str>) {
    let scalar = SCALARS.iter().find(|(_, words)| words.contains(&word)).map(|(scalar, _)| *scalar);
    match (scalar, word) {
        (Some(scalar), _) => (scalar, None),
        (None, "Json") => ("any", Some("json")),
        (None, _) => ("", None),
    }
}

/// The spellings of a parameter's values, if they are a closed set.
pub fn values(parameter: &Parameter, symbols: &Symbols<'_>) -> Vec<String> {
    let written = parameter.r#type.as_ref().map_or("", |kind| kind.as_ref().as_str());
    let notation = Notation::parse(written);
    let kind = notation.as_ref().and_then(Notation::name).and_then(|name| symbols.get(name));
    match kind.map(|symbol| symbol.kind) {
        Some(Kind::Enum(set)) => spellings(set).collect(),
        Some(Kind::Shape(_)) | None => Vec::new(),
    }
}

fn structure_words(style: Option<Style>) -> &'static [&'static str] {
    match style {
        Some(Style::Json) => &["String", "Json"],
        Some(_) => &["String", "Json", "RepeatList"],
        None => &["Json"],
    }
}

const SCALARS: [(&str, &[&str]); 6] = [
    ("string", &["String"]),
    ("integer", &["Integer"]),
    ("long", &["Long"]),
    ("float", &["Float"]),
    ("double", &["Double"]),
    ("boolean", &["Boolean"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_types() {
        for (word, expected) in [
            ("String", ("string", None)),
            ("Long", ("long", None)),
            ("Json", ("any", Some("json"))),
            ("RepeatList", ("", None)),
        ] {
            assert_eq!(type_of(word), expected, "{word}");
        }
    }
}
