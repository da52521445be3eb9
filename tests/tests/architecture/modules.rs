//! Which file of a crate uses which, read from its source.
//!
//! A path counts wherever it stands: in a `use`, an expression, a macro's input. It leads to the file that defines the item, through
//! whatever exports it again. Exports (`pub use`) and tests don't count as uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

/// One use: the file that uses, the line, and the file that is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub from: String,
    pub line: usize,
    pub to: String,
    pub path: String,
}

/// All uses between files of the crate whose `src` this is. Files are named below `src`, without `.rs`.
pub fn uses(src: &Path) -> Vec<Use> {
    let modules = modules(src);
    let mut uses = Vec::new();
    for (module, source) in &modules {
        for path in &source.paths {
            let Some(to) = resolve(&modules, module, &path.segments, 0) else { continue };
            let from = &source.file;
            if *from != to {
                uses.push(Use { from: from.clone(), line: path.line, to, path: path.segments.join("::") });
            }
        }
    }
    uses.sort();
    uses.dedup();
    uses
}

/// The files of the crate, tests apart.
pub fn files(src: &Path) -> BTreeSet<String> {
    modules(src).into_values().map(|source| source.file).collect()
}

fn modules(src: &Path) -> Modules {
    let mut modules = Modules::new();
    let root = if src.join("lib.rs").exists() { "lib.rs" } else { "main.rs" };
    read(&src.join(root), src, &[], &mut modules);
    // An exported macro has its name in the root, wherever it is defined.
    let exported = modules.iter().flat_map(|(module, source)| {
        let path = |name: &String| [&["crate".to_owned()], &**module, std::slice::from_ref(name)].concat();
        source.macros.iter().map(move |name| (name.clone(), path(name)))
    });
    let exported: Vec<_> = exported.collect();
    modules.get_mut(&[][..]).expect("the root").names.extend(exported);
    modules
}

/// A module: its file, the names that it has from elsewhere, and the paths in it.
struct Source {
    file: String,
    names: Vec<(String, Vec<String>)>,
    paths: Vec<Named>,
    macros: Vec<String>,
}

struct Named {
    line: usize,
    segments: Vec<String>,
}

type Modules = BTreeMap<Vec<String>, Source>;

fn read(file: &Path, src: &Path, module: &[String], modules: &mut Modules) {
    let text = std::fs::read_to_string(file).expect("a file of the crate");
    let parsed = syn::parse_file(&text).expect("Rust");
    let name = file.strip_prefix(src).expect("below src").with_extension("");
    let name = name.to_string_lossy().replace('\\', "/");
    let folder = if module.is_empty() { src.to_owned() } else { file.with_extension("") };
    items(&parsed.items, &Place { name, folder, src: src.to_owned() }, module, modules);
}

struct Place {
    name: String,
    folder: PathBuf,
    src: PathBuf,
}

fn items(items: &[syn::Item], place: &Place, module: &[String], modules: &mut Modules) {
    let mut source =
        Source { file: place.name.clone(), names: Vec::new(), paths: Vec::new(), macros: Vec::new() };
    for item in items {
        if is_for_tests(item) {
            continue;
        }
        match item {
            syn::Item::Mod(inner) => {
                let mut below = module.to_vec();
                below.push(inner.ident.to_string());
                match &inner.content {
                    Some((_, content)) => self::items(content, place, &below, modules),
                    None => read(&file_of(place, &inner.ident.to_string()), &place.src, &below, modules),
                }
            }
            syn::Item::Use(item) => {
                let is_export = !matches!(item.vis, syn::Visibility::Inherited);
                let mut found = Vec::new();
                tree(&item.tree, &mut Vec::new(), &mut found);
                for (name, segments, line) in found {
                    if !is_export {
                        source.paths.push(Named { line, segments: segments.clone() });
                    }
                    source.names.push((name, segments));
                }
            }
            other => {
                if let syn::Item::Macro(item) = other
                    && let Some(name) = &item.ident
                    && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
                {
                    source.macros.push(name.to_string());
                }
                scan(other.to_token_stream(), &mut source.paths);
            }
        }
    }
    modules.insert(module.to_vec(), source);
}

fn file_of(place: &Place, module: &str) -> PathBuf {
    let flat = place.folder.join(format!("{module}.rs"));
    if flat.exists() { flat } else { place.folder.join(module).join("mod.rs") }
}

fn is_for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test")
    })
}

/// The leaves of a `use`: the name it brings, its path, its line.
fn tree(tree: &syn::UseTree, before: &mut Vec<String>, found: &mut Vec<(String, Vec<String>, usize)>) {
    let mut leaf = |name: String, last: &syn::Ident| {
        let mut segments = before.clone();
        if last != "self" {
            segments.push(last.to_string());
        }
        let name = if name == "self" { segments.last().cloned().unwrap_or_default() } else { name };
        found.push((name, segments, last.span().start().line));
    };
    match tree {
        syn::UseTree::Name(item) => leaf(item.ident.to_string(), &item.ident),
        syn::UseTree::Rename(item) => leaf(item.rename.to_string(), &item.ident),
        syn::UseTree::Glob(item) => {
            found.push(("*".to_owned(), before.clone(), item.star_token.spans[0].start().line));
        }
        syn::UseTree::Group(item) => item.items.iter().for_each(|item| self::tree(item, before, found)),
        syn::UseTree::Path(item) => {
            before.push(item.ident.to_string());
            self::tree(&item.tree, before, found);
            before.pop();
        }
    }
}

/// Paths of two segments and more, wherever they stand among the tokens.
fn scan(tokens: TokenStream, found: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => scan(group.stream(), found),
            TokenTree::Ident(first) => {
                let mut segments = vec![first.to_string()];
                while let (
                    Some(TokenTree::Punct(one)),
                    Some(TokenTree::Punct(two)),
                    Some(TokenTree::Ident(next)),
                ) = (tokens.get(at), tokens.get(at + 1), tokens.get(at + 2))
                {
                    if one.as_char() != ':' || two.as_char() != ':' {
                        break;
                    }
                    segments.push(next.to_string());
                    at += 3;
                }
                if segments.len() > 1 {
                    found.push(Named { line: first.span().start().line, segments });
                }
            }
            _ => {}
        }
    }
}

/// The file in which the item of a path is defined; none for another crate's.
fn resolve(modules: &Modules, module: &[String], path: &[String], depth: usize) -> Option<String> {
    if depth > 8 {
        return None;
    }
    let mut at = module.to_vec();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => {
            at.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {}
        first => {
            // A module of this one, as in `pub use child::Item`; else another crate.
            let mut child = at.clone();
            child.push(first.to_owned());
            if !modules.contains_key(&child) {
                return None;
            }
        }
    }
    while rest.first().is_some_and(|segment| segment == "super") {
        at.pop();
        rest = &rest[1..];
    }
    while let Some(segment) = rest.first() {
        let mut child = at.clone();
        child.push(segment.clone());
        if modules.contains_key(&child) {
            at = child;
            rest = &rest[1..];
            continue;
        }
        let names = &modules.get(&at)?.names;
        if let Some((_, target)) = names.iter().find(|(name, _)| name == segment) {
            // What leads nowhere is of another crate.
            let onwards: Vec<String> = target.iter().chain(&rest[1..]).cloned().collect();
            return resolve(modules, &at, &onwards, depth + 1);
        }
        break;
    }
    modules.get(&at).map(|source| source.file.clone())
}

/// Circles: sets of files each of which reaches each other.
pub fn circles(uses: &[Use]) -> Vec<Vec<String>> {
    let mut graph: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in uses {
        graph.entry(&item.from).or_default().push(&item.to);
        graph.entry(&item.to).or_default();
    }
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(next) = open.pop() {
            for to in graph.get(next.as_str()).into_iter().flatten() {
                if seen.insert((*to).to_owned()) {
                    open.push((*to).to_owned());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, _> = graph.keys().map(|from| (*from, reach(from))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (from, seen) in &reached {
        if !seen.contains(*from) || circles.iter().flatten().any(|file| file == from) {
            continue;
        }
        let members =
            seen.iter().filter(|to| reached.get(to.as_str()).is_some_and(|back| back.contains(*from)));
        circles.push(members.cloned().collect());
    }
    circles
}
