//! Which shapes are reached from where, and which contain themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::member::Member;
use super::symbols::Symbols;

/// The shapes of a service with their members, by name.
pub type ShapeMembers<'a> = BTreeMap<&'a str, Vec<Member<'a>>>;

/// All shapes and value sets that these members lead to.
pub fn reached<'m, 'a: 'm>(
    members: impl IntoIterator<Item = &'m Member<'a>>,
    shapes: &ShapeMembers<'a>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = named(members);
    while let Some(name) = waiting.pop() {
        if let Some(members) = shapes.get(name.as_str()).filter(|_| !found.contains(&name)) {
            waiting.extend(named(members));
        }
        found.insert(name);
    }
    found
}

/// The same without what is reached through strings of JSON alone: these keep their text.
pub fn reached_open<'m, 'a: 'm>(
    members: impl IntoIterator<Item = &'m Member<'a>>,
    shapes: &ShapeMembers<'a>,
) -> BTreeSet<String> {
    let is_open = |member: &&Member<'_>| !member.is_json;
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = named(members.into_iter().filter(is_open));
    while let Some(name) = waiting.pop() {
        if let Some(members) = shapes.get(name.as_str()).filter(|_| !found.contains(&name)) {
            waiting.extend(named(members.iter().filter(is_open)));
        }
        found.insert(name);
    }
    found
}

/// Whether a member holds its own shape with no list or map in between.
pub fn is_recursive(owner: &str, member: &Member<'_>, shapes: &ShapeMembers<'_>) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = inline_name(member).into_iter().collect();
    while let Some(name) = waiting.pop() {
        if name == owner {
            return true;
        }
        if seen.insert(name) {
            waiting.extend(shapes.get(name).into_iter().flatten().filter_map(inline_name));
        }
    }
    false
}

/// Whether a member leads to a field that may hold a secret.
pub fn holds_secret(member: &Member<'_>, shapes: &ShapeMembers<'_>) -> bool {
    let shapes_reached = reached([member], shapes);
    shapes_reached.iter().filter_map(|name| shapes.get(name.as_str())).flatten().any(|field| field.sensitive)
}

/// Names that nobody leads to.
pub fn unused(symbols: &Symbols<'_>, used: &BTreeSet<String>) -> Vec<String> {
    symbols.iter().map(|symbol| symbol.name).filter(|name| !used.contains(*name)).map(str::to_owned).collect()
}

fn named<'m, 'a: 'm>(members: impl IntoIterator<Item = &'m Member<'a>>) -> Vec<String> {
    members.into_iter().filter_map(|member| member.notation.name().map(str::to_owned)).collect()
}

fn inline_name<'m>(member: &'m Member<'_>) -> Option<&'m str> {
    if member.notation.is_inline() { member.notation.name() } else { None }
}
