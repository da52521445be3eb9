//! Which requests belong to which operation: no two of a service answer the same.

use std::collections::BTreeMap;

use super::rules::Site;
use super::{Context, path};
use crate::diagnostics::{Problems, Source};
use crate::spec::document::{Operation, Text};

/// Reports methods and paths that two operations of a service have, whatever they call their placeholders.
pub fn check(context: &Context<'_>, problems: &mut Problems) {
    let mut taken: BTreeMap<(&str, String), (&str, &Source, &Text)> = BTreeMap::new();
    for typed in context.operations.iter().flatten() {
        let (source, document) = (&typed.file.source, &typed.file.document);
        let name = document.name.as_ref().as_str();
        for (method, path) in routes(document) {
            let key = (method, path::pattern(path.as_ref()));
            match taken.get(&key) {
                Some((other, place, at)) if *other != name => {
                    let (file, line) = (&place.path, place.line(&at.span()));
                    let text =
                        format!("{method} {} belongs to operation {other} in {file}:{line}", path.as_ref());
                    Site::new(source, format!("operation {name}"), problems).report(&path.span(), &text);
                }
                Some(_) => {}
                None => {
                    taken.insert(key, (name, source, path));
                }
            }
        }
    }
}

/// Every method with every path that an operation is reached by.
fn routes(document: &Operation) -> impl Iterator<Item = (&str, &Text)> {
    let other = document.differs.as_ref().and_then(|differs| differs.as_ref().path.as_ref());
    let methods =
        || document.method.iter().chain(&document.other_methods).map(|method| method.as_ref().as_str());
    document.path.iter().chain(other).flat_map(move |path| methods().map(move |method| (method, path)))
}
