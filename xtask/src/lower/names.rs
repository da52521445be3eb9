//! Rust names for wire names.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// The name of a field, a module or a file.
pub fn snake(wire: &str) -> String {
    identifier(&wire.to_snake_case(), "n")
}

/// The name of a type or an arm.
pub fn camel(wire: &str) -> String {
    identifier(&wire.to_upper_camel_case(), "N")
}

/// The name of a constant.
pub fn constant(wire: &str) -> String {
    identifier(&wire.to_shouty_snake_case(), "N")
}

/// The name of a method for a field, beside the functions that every generated struct has.
pub fn method(field: &str) -> String {
    if OWN_FUNCTIONS.contains(&field) { format!("{field}_") } else { field.to_owned() }
}

/// The name of the file of an operation or group, without its ending.
pub fn file(wire: &str) -> String {
    wire.to_snake_case()
}

/// Whether a wire name is one of an operation.
pub fn is_upper_camel(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a name can stand in Rust code.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name != "_"
}

/// A word as an identifier; `letter` comes before a digit.
fn identifier(word: &str, letter: &str) -> String {
    if PATH_WORDS.contains(&word) {
        return format!("{word}_");
    }
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("{letter}{word}");
    }
    word.to_owned()
}

/// Names that no type of the spec can have: generated files use what they mean in Rust or in sae-transport.
pub const TAKEN_TYPES: [&str; 35] = [
    "Any",
    "BTreeMap",
    "BodyFormat",
    "Box",
    "Clone",
    "Default",
    "Description",
    "Effect",
    "EnvelopeShape",
    "Err",
    "From",
    "HasChangeOrder",
    "HasData",
    "Into",
    "Json",
    "Method",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Paged",
    "Pages",
    "Parameter",
    "PartialEq",
    "Position",
    "Registered",
    "Result",
    "Some",
    "String",
    "Style",
    "Timestamp",
    "Turn",
    "Unknown",
    "UnknownMembers",
    "Vec",
];

/// Names that no group of the spec can have: its service has modules of these names.
pub const TAKEN_MODULES: [&str; 5] = ["error_code", "errors", "mod", "shapes", "types"];

/// Keywords that can't be written as `r#…`.
const PATH_WORDS: [&str; 5] = ["self", "Self", "super", "crate", "_"];

const OWN_FUNCTIONS: [&str; 2] = ["default", "new"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_rust_names() {
        for (wire, expected) in [
            ("NamespaceId", "namespace_id"),
            ("type", "type"),
            ("Self", "self_"),
            ("Crate", "crate_"),
            ("Group2Ip", "group2_ip"),
            ("valid-until", "valid_until"),
            ("3rdParty", "n3rd_party"),
            ("gen", "gen"),
            ("union", "union"),
        ] {
            assert_eq!(snake(wire), expected, "{wire}");
            assert!(is_identifier(&snake(wire)), "{wire}");
        }
        assert_eq!(constant("Application.ChangerOrderRunning"), "APPLICATION_CHANGER_ORDER_RUNNING");
        assert_eq!(camel("Resouce.no.permission"), "ResouceNoPermission");
        assert!(!is_identifier(&snake("…")));
    }
}
