//! Shapes and the files that hold them.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{self, ShapeMembers};
use super::object::{self, Purpose};
use super::rules::Site;
use super::symbols::{Kind, Scope, Symbol, Symbols};
use super::{Context, docs, enums, imports, member, text};
use crate::diagnostics::Problems;
use crate::model::{Items, Shapes};
use crate::spec::Word;
use crate::spec::words::Origin;

/// The fields of all shapes of a service.
pub fn members<'a>(symbols: &Symbols<'a>, problems: &mut Problems) -> ShapeMembers<'a> {
    let mut shapes = ShapeMembers::new();
    for symbol in symbols.iter() {
        if let Kind::Shape(shape) = symbol.kind {
            let owner = format!("{}.", symbol.name);
            let source = symbol.source;
            let fields =
                member::of_fields(&shape.fields, "field", &owner, source, symbol.scope, symbols, problems);
            shapes.insert(symbol.name, fields);
        }
    }
    shapes
}

/// Checks what no shape can know by itself.
pub fn check(
    symbols: &Symbols<'_>,
    shapes: &ShapeMembers<'_>,
    made: &BTreeSet<String>,
    used: &BTreeSet<String>,
    problems: &mut Problems,
) {
    // A type that couldn't be found may be the very use that is missing.
    let are_types_known = problems.is_empty();
    for name in graph::unused(symbols, used) {
        if let Some(symbol) = symbols.get(&name).filter(|_| are_types_known) {
            site(symbol, problems).report(&symbol.span, "nothing uses it; remove it");
        }
    }
    let mut seen: BTreeMap<Vec<String>, &Symbol<'_>> = BTreeMap::new();
    let mut in_order: Vec<&Symbol<'_>> = symbols.iter().collect();
    in_order.sort_by_key(|symbol| (&symbol.source.path, symbol.span.start));
    for symbol in in_order {
        let Some(members) = shapes.get(symbol.name) else { continue };
        let mut site = site(symbol, problems);
        if members.is_empty() {
            site.report(&symbol.span, "has no fields; a structure without known members is \"any\"");
            continue;
        }
        for member in members {
            // What leads to it may be what couldn't be found.
            if are_types_known && !made.contains(symbol.name) {
                member.check_as_answer(&mut site);
            }
            if let Some(time) = member.time.filter(|_| made.contains(symbol.name)) {
                let text = format!(
                    "field {}: key \"time\"; only what comes in answers alone has one",
                    member.wire()
                );
                site.report(&time.span(), &text);
            }
            let is_recursive = graph::is_recursive(symbol.name, member, shapes);
            if is_recursive && member.required && made.contains(symbol.name) {
                let text =
                    format!("field {}: required, but it holds the shape itself without end", member.wire());
                site.report(&member.span(), &text);
            }
        }
        let mut key: Vec<String> = members
            .iter()
            .map(|it| format!("{}: {} {:?} {:?}", it.wire(), it.kind, it.is_json, it.wrap.map(AsRef::as_ref)))
            .collect();
        key.sort();
        if let Some(other) = seen.get(&key) {
            let (path, line) = (&other.source.path, other.source.line(&other.span));
            let text =
                format!("has the same fields as shape {} in {path}:{line}; describe it once", other.name);
            site.report(&symbol.span, &text);
        } else {
            seen.insert(key, symbol);
        }
    }
}

/// Lowers the shapes and value sets that stand in one file; `around` is where its facts come from.
pub fn items(scope: Scope, around: Origin, context: &Context<'_>, problems: &mut Problems) -> Items {
    let mut items = Items::default();
    for symbol in context.symbols.of(scope) {
        match symbol.kind {
            Kind::Enum(set) => items.enums.push(enums::lower(symbol, set, context, problems)),
            Kind::Shape(shape) => {
                let mut site = site(symbol, problems);
                site.described("doc", shape.doc.as_ref(), &symbol.span);
                site.from(shape.from.as_ref());
                let docs = docs::definition(shape.doc.as_ref(), shape.from.as_ref(), context);
                let purpose =
                    match (context.made.contains(symbol.name), context.answered.contains(symbol.name)) {
                        (true, false) => Purpose::Made,
                        (true, true) => Purpose::Shared,
                        (false, _) => Purpose::Answer,
                    };
                let around = shape.from.as_ref().and_then(Word::meaning).unwrap_or(around);
                let members = context.shapes.get(symbol.name).map_or(&[][..], Vec::as_slice);
                let name = symbol.name.to_owned();
                items.objects.push(object::lower(name, docs, members, purpose, around, context));
            }
        }
    }
    items
}

/// Lowers a `shapes.toml`.
pub fn file(path: &str, scope: Scope, context: &Context<'_>, problems: &mut Problems) -> Shapes {
    let items = items(scope, Origin::Both, context, problems);
    let foreign = imports::foreign(&items.objects, [], scope, context);
    let shared = || text::docs(["Structures and sets of values that several groups share.".to_owned()], 0);
    let docs = matches!(scope, Scope::Service).then(shared).unwrap_or_default();
    Shapes { source: path.to_owned(), docs, foreign, items }
}

fn site<'p>(symbol: &Symbol<'p>, problems: &'p mut Problems) -> Site<'p> {
    let word = if matches!(symbol.kind, Kind::Shape(_)) { "shape" } else { "enum" };
    Site::new(symbol.source, format!("{word} {}", symbol.name), problems)
}
