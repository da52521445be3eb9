//! What may hold a secret is marked, or says why it need not be: nobody forgets it for a new parameter.

use heck::ToSnakeCase as _;

use super::member::Member;
use super::notation::Notation;
use super::rules::Site;
use crate::model::Scalar;

/// Checks that a member whose name suggests a secret, a text of a file, a command or the like says what it is.
pub fn check(member: &Member<'_>, owner: &str, site: &mut Site<'_>) {
    match (member.says_sensitive, member.why_public) {
        (Some(says), why) if !*says.as_ref() => {
            if why.is_none_or(|why| why.as_ref().trim().is_empty()) {
                site.report(&says.span(), "sensitive = false without why_public; give the reason");
            }
        }
        (_, Some(why)) => site.report(&why.span(), "why_public without sensitive = false"),
        (None, None) if holds_text(&member.notation) => {
            if let Some(word) = suggestion(member, owner) {
                let text = format!(
                    "\"{word}\" suggests that it may hold a secret; add sensitive = true, or sensitive = false and why_public"
                );
                site.report(&member.span(), &text);
            }
        }
        (_, None) => {}
    }
}

/// Whether it holds text of its own. What a shape holds is decided field by field.
fn holds_text(notation: &Notation) -> bool {
    match notation {
        Notation::Scalar(kind) => *kind == Scalar::String,
        Notation::Any => true,
        Notation::Named(_) => false,
        Notation::List(inner) | Notation::Map(inner) => holds_text(inner),
    }
}

/// The word of its name, or of the shape around it, that suggests a secret.
fn suggestion(member: &Member<'_>, owner: &str) -> Option<&'static str> {
    let snake = member.wire().to_snake_case();
    let words: Vec<&str> = snake.split('_').collect();
    let last = words.last().copied().unwrap_or_default();
    if REFERENCES.contains(&last) {
        return None;
    }
    let found =
        |word: &str| WORDS.into_iter().find(|known| *known == word || word.strip_suffix('s') == Some(*known));
    let by_name = || words.iter().find_map(|word| found(word));
    let by_key = || {
        let mut keys = words.windows(2).filter(|pair| pair.last() == Some(&"key"));
        keys.find_map(|pair| KEYS.into_iter().find(|key| pair.first() == Some(key)))
    };
    // `Data` of a config map; `Data` that is a text is what an answer says.
    let by_data = || (last == "data" && !matches!(member.notation, Notation::Scalar(_))).then_some("data");
    // `value` of `EnvVar`.
    let by_owner =
        || VALUES.contains(&last).then(|| owner.to_snake_case().split('_').find_map(found)).flatten();
    by_name().or_else(by_key).or_else(by_data).or_else(by_owner)
}

/// Words that stand for secrets, for what a file holds, and for what a person has run. Plurals count.
const WORDS: [&str; 32] = [
    "ak",
    "arg",
    "argument",
    "auth",
    "cert",
    "certificate",
    "cmd",
    "command",
    "conf",
    "config",
    "configuration",
    "content",
    "credential",
    "encoded",
    "env",
    "environment",
    "header",
    "hook",
    "kubeconfig",
    "option",
    "passwd",
    "password",
    "pwd",
    "raw",
    "script",
    "secret",
    "signature",
    "sk",
    "token",
    "webhook",
    "xml",
    "yaml",
];

/// What a key is for that is a secret; a `key` by itself is a name.
const KEYS: [&str; 6] = ["access", "api", "app", "license", "private", "secret"];

/// Last words of names and places of something, which are no secrets when that is.
const REFERENCES: [&str; 8] = ["id", "ids", "location", "name", "names", "path", "type", "version"];

/// Last words that mean what the shape around them means.
const VALUES: [&str; 4] = ["data", "text", "value", "values"];
