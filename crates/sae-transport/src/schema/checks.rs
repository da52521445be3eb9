//! What the compiler refuses in an operation that is written by hand.

use std::collections::BTreeMap;

use crate::{BodyFormat, Description, Parameter, Position};

/// The type of a field that can be without a value, as each field of an answer is before the answer is read. A decoder takes a member
/// whose field has a value already for one that came twice.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a field of an answer is an `Option`, a `Vec` or a `BTreeMap`, not `{Self}`",
    label = "write `Option<{Self}>`",
    note = "the same goes for the structs inside an answer or a parameter; only the fields of the request may be plain"
)]
pub trait AnswerField {}

impl<T> AnswerField for Option<T> {}
impl<T> AnswerField for Vec<T> {}
impl<T> AnswerField for BTreeMap<String, T> {}

#[doc(hidden)]
pub const fn is_answer_field<T: AnswerField>() {}

#[doc(hidden)]
impl Description {
    /// Refuses, while it is compiled, parameters in the body that the body has no place for, and a path whose placeholders aren't its
    /// parameters.
    pub const fn checked(self) -> Self {
        let mut in_body = 0;
        let mut rest = self.parameters;
        while let Some((parameter, after)) = rest.split_first() {
            match parameter.position {
                Position::Body => in_body += 1,
                Position::Path => assert!(
                    has_placeholder(self.path.as_bytes(), parameter.name.as_bytes()),
                    "a parameter in the `path` isn't in it: `path \"AppId\"` stands for `{{AppId}}`, letter by letter"
                ),
                Position::Query | Position::Header => {}
            }
            rest = after;
        }
        let fits = match self.body {
            BodyFormat::None => in_body == 0,
            BodyFormat::Raw => in_body == 1,
            BodyFormat::Form | BodyFormat::Json => true,
        };
        assert!(
            fits,
            "without a body (`form`, `json`, `raw`) no parameter is in it; in a raw one there is one"
        );
        let mut path = self.path.as_bytes();
        while let Some((name, after)) = next_placeholder(path) {
            assert!(
                has_path_parameter(self.parameters, name),
                "a placeholder in the path has no parameter: `{{AppId}}` needs `path \"AppId\"`, letter by letter"
            );
            path = after;
        }
        self
    }
}

const fn has_placeholder(mut path: &[u8], wanted: &[u8]) -> bool {
    while let Some((name, after)) = next_placeholder(path) {
        if is_same(name, wanted) {
            return true;
        }
        path = after;
    }
    false
}

const fn has_path_parameter(mut parameters: &[Parameter], wanted: &[u8]) -> bool {
    while let Some((parameter, after)) = parameters.split_first() {
        if matches!(parameter.position, Position::Path) && is_same(parameter.name.as_bytes(), wanted) {
            return true;
        }
        parameters = after;
    }
    false
}

/// The name in the first pair of braces, and what comes after it. An open brace that nothing closes is a part of the name, which is
/// then none of a parameter.
const fn next_placeholder(mut path: &[u8]) -> Option<(&[u8], &[u8])> {
    while let Some((byte, after)) = path.split_first() {
        if *byte == b'{' {
            let mut length = 0;
            let mut rest = after;
            while let Some((byte, behind)) = rest.split_first() {
                if *byte == b'}' {
                    return after.split_at_checked(length);
                }
                length += 1;
                rest = behind;
            }
            return Some((path, rest));
        }
        path = after;
    }
    None
}

/// `==` of slices isn't const.
const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let (Some((a, after)), Some((b, behind))) = (one.split_first(), other.split_first()) {
        if *a != *b {
            return false;
        }
        (one, other) = (after, behind);
    }
    one.is_empty() && other.is_empty()
}
