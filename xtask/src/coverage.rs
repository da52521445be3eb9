//! `cargo xtask coverage`: how much of the documents the spec covers, and how much of the spec the local server.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, io};

use crate::codegen::Error;
use crate::diagnostics::Problems;
use crate::file_tree;
use crate::lower::graph::ShapeMembers;
use crate::lower::member::Member;
use crate::lower::{Context, Typed};
use crate::spec::words::{ErrorOrigin, Origin};
use crate::spec::{self, Spec, Word};

/// The report on a repository.
pub fn report(root: &Path, server: &LocalServer) -> Result<String, Error> {
    let mut problems = Problems::default();
    let spec = Spec::read(&file_tree::read(&root.join(spec::FOLDER))?, &mut problems);
    let mut out = String::new();
    for service in &spec.services {
        let context = Context::new(service, &mut problems);
        let product: &str = service.manifest.document.product.as_ref();
        let nothing = BTreeMap::new();
        let local = server.implemented.get(product).unwrap_or(&nothing);
        out.push_str(&service_report(&context, local));
        let reasons = server.out_of_scope.get(product).map(Vec::as_slice).unwrap_or_default();
        out.push_str(&format!("  out of its scope: {}\n", by_source(reasons.iter().map(String::as_str))));
        out.push('\n');
    }
    if !problems.is_empty() {
        return Err(Error::Spec(problems.into_sorted()));
    }
    out.push_str(LEGEND);
    Ok(out)
}

/// Something counted: how many the documents have, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    documented: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, is_documented: bool) {
        self.all += 1;
        self.documented += usize::from(is_documented);
    }

    fn plus(&mut self, other: Self) {
        self.all += other.all;
        self.documented += other.documented;
    }

    fn show(self) -> String {
        format!("{} / {}", self.documented, self.all)
    }
}

/// What is counted for a group, and for all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    operations: Count,
    parameters: Count,
    responses: Count,
    error_rows: usize,
    local: usize,
    /// Parameters and error rows of the operations that the local server implements.
    local_parameters: usize,
    local_error_rows: usize,
}

impl Counts {
    fn plus(&mut self, other: &Self) {
        self.operations.plus(other.operations);
        self.parameters.plus(other.parameters);
        self.responses.plus(other.responses);
        self.error_rows += other.error_rows;
        self.local += other.local;
        self.local_parameters += other.local_parameters;
        self.local_error_rows += other.local_error_rows;
    }

    fn row(&self, name: &str) -> [String; 6] {
        let local = if self.local == 0 { "none".to_owned() } else { self.local.to_string() };
        let [operations, parameters, responses] =
            [self.operations, self.parameters, self.responses].map(Count::show);
        [name.to_owned(), operations, parameters, responses, self.error_rows.to_string(), local]
    }
}

fn service_report(context: &Context<'_>, local: &BTreeMap<String, Implementation>) -> String {
    let manifest = &context.service.manifest.document;
    let mut total = Counts::default();
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    for listed in &manifest.groups {
        let found = context.service.groups.iter().position(|group| group.name == *listed.as_ref());
        let operations = found.and_then(|index| context.operations.get(index));
        let mut counts = Counts::default();
        for operation in operations.into_iter().flatten() {
            counts.plus(&count(operation, context, local));
        }
        rows.push(counts.row(listed.as_ref()));
        total.plus(&counts);
    }
    rows.push(total.row("all"));

    let errors = &context.service.errors.document.errors;
    let common = errors.iter().filter(|error| error.common).count();
    let from = |origin| {
        errors.iter().filter(|error| error.from.as_ref().and_then(Word::meaning) == Some(origin)).count()
    };
    let (today, gateway) = (from(ErrorOrigin::Today), from(ErrorOrigin::Gateway));
    let documented = errors.len() - today - gateway;
    let (product, version) = (manifest.product.as_ref(), manifest.version.as_ref());
    let mut out = format!("{product} {version}\n");
    write_table(&rows, &mut out);
    let codes = format!(
        "  error codes: {documented} in the document ({common} of them common), {today} of today's API, {gateway} of the gateway\n"
    );
    out.push_str(&codes);
    out.push_str(&format!(
        "  local server: operations {}, with {} parameters and {} error rows; rules {}\n",
        by_source(local.values().map(|one| one.source.as_str())),
        total.local_parameters,
        total.local_error_rows,
        by_source(local.values().flat_map(|one| &one.rules).map(String::as_str)),
    ));
    out
}

/// How many there are, and how many of each source: `40 (37 document, 3 metadata)`.
fn by_source<'a>(sources: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for source in sources {
        *counts.entry(source).or_default() += 1;
    }
    let each: Vec<String> = counts.iter().map(|(source, count)| format!("{count} {source}")).collect();
    match counts.values().sum() {
        0 => "none".to_owned(),
        all => format!("{all} ({})", each.join(", ")),
    }
}

fn count(operation: &Typed<'_>, context: &Context<'_>, local: &BTreeMap<String, Implementation>) -> Counts {
    let document = &operation.file.document;
    let is_documented = !is_of_today(document.from.as_ref());
    let mut counts = Counts { error_rows: document.errors.len(), ..Counts::default() };
    counts.operations.add(is_documented);
    if local.contains_key(document.name.as_ref()) {
        counts.local = 1;
        counts.local_parameters = operation.parameters.len();
        counts.local_error_rows = document.errors.len();
    }
    for parameter in &operation.parameters {
        counts.parameters.add(is_in_document(parameter, is_documented));
    }
    let own = document.envelope.as_ref().and_then(|envelope| envelope.as_ref().fields.as_ref());
    let shared = context.service.manifest.document.envelope.as_ref().fields.as_ref();
    for _ in own.or(shared).into_iter().flatten() {
        counts.responses.add(is_documented);
    }
    expand(&operation.responses, is_documented, context, &mut Vec::new(), &mut counts.responses);
    counts
}

/// Counts fields and those of the shapes that they lead to; a shape inside itself counts once.
fn expand<'c>(
    fields: &'c [Member<'_>],
    around: bool,
    context: &'c Context<'_>,
    inside: &mut Vec<&'c str>,
    count: &mut Count,
) {
    let shapes: &ShapeMembers<'_> = &context.shapes;
    for field in fields {
        let is_documented = is_in_document(field, around);
        count.add(is_documented);
        // What stands in a string of JSON is no field of the answer.
        let Some(shape) = field.notation.name().filter(|_| !field.is_json) else { continue };
        if let Some(members) = shapes.get(shape).filter(|_| !inside.contains(&shape)) {
            let from = context.symbols.shape(shape).and_then(|shape| shape.from.as_ref());
            let around = is_documented && !is_of_today(from);
            inside.push(shape);
            expand(members, around, context, inside, count);
            inside.pop();
        }
    }
}

fn is_in_document(member: &Member<'_>, around: bool) -> bool {
    member.from.map_or(around, |from| !is_of_today(Some(from)))
}

fn is_of_today(from: Option<&Word<Origin>>) -> bool {
    from.and_then(Word::meaning) == Some(Origin::Today)
}

/// What the local server says of its operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalServer {
    /// The operations that it implements.
    pub implemented: Implemented,
    /// The reasons for which it is not to serve other operations, one for each, by product.
    pub out_of_scope: BTreeMap<String, Vec<String>>,
}

/// The operations that the local server implements, by product and name.
pub type Implemented = BTreeMap<String, BTreeMap<String, Implementation>>;

/// Where an operation of the local server comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Implementation {
    /// Where its parameters and its answer come from, as a word.
    pub source: String,
    /// Where each of its rules comes from.
    pub rules: Vec<String>,
}

/// Asks the local server which operations are in its table, where they come from, and which are out of its scope.
///
/// It is asked as a program of its own: it is compiled from generated code, and what generates that code can't wait for it.
pub fn ask(root: &Path) -> io::Result<LocalServer> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let listing = Command::new(cargo)
        .args(["run", "--quiet", "--package", "sae-local", "--example", "operations"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    if !listing.status.success() {
        return Err(io::Error::other("the local server doesn't tell what it implements"));
    }
    Ok(read(&String::from_utf8_lossy(&listing.stdout)))
}

/// The table from its text: a product, an operation and a source in each line, followed by indented lines with the
/// source and the text of each rule. A minus begins the line of an operation out of its scope, which ends with the reason.
pub fn read(listing: &str) -> LocalServer {
    let LocalServer { mut implemented, mut out_of_scope } = LocalServer::default();
    let mut last: Option<&mut Implementation> = None;
    for line in listing.lines() {
        if let Some(left_out) = line.strip_prefix("- ") {
            let mut words = left_out.splitn(3, ' ');
            if let (Some(product), Some(_), Some(reason)) = (words.next(), words.next(), words.next()) {
                out_of_scope.entry(product.to_owned()).or_default().push(reason.to_owned());
            }
            continue;
        }
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let (first, second, third) = (words.next(), words.next(), words.next());
        match (line.starts_with(' '), first, second, third) {
            (true, Some(source), _, _) => {
                if let Some(operation) = &mut last {
                    operation.rules.push(source.to_owned());
                }
            }
            (false, Some(product), Some(name), Some(source)) => {
                let product = implemented.entry(product.to_owned()).or_default();
                let operation = product.entry(name.to_owned()).or_default();
                source.clone_into(&mut operation.source);
                last = Some(operation);
            }
            _ => {}
        }
    }
    LocalServer { implemented, out_of_scope }
}

fn write_table(rows: &[[String; 6]], out: &mut String) {
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(String::len).max().unwrap_or(0))
        .collect();
    for row in rows {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let written =
                if at == 0 { write!(out, "  {cell:width$}") } else { write!(out, "  {cell:>width$}") };
            debug_assert!(written.is_ok(), "writing to a String can't fail");
        }
        out.push('\n');
    }
}

const HEADINGS: [&str; 6] =
    ["group", "operations", "parameters", "response fields", "error rows", "local server"];

const LEGEND: &str = "\
a / b: in the documents / in the spec. Response fields are counted for each operation, with the envelope; an object is a
field, and so is each of its members. Error rows are the codes that the operations list. What the local server does comes from the
document, today's metadata, an SDK, Terraform's provider or an assumption; docs/guide/src/fidelity.md lists it.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [HEADINGS.map(str::to_owned), Counts::default().row("x")];
        let mut out = String::new();
        write_table(&rows, &mut out);
        let lengths: Vec<usize> = out.lines().map(str::len).collect();
        assert_eq!(lengths.first(), lengths.last());
    }

    #[test]
    fn sources_are_counted() {
        let table = read(
            "sae A document\n  assumption it is so\n  document it was so\nsae B metadata\n- sae C it is not so\n",
        );
        assert_eq!(table.out_of_scope["sae"], ["it is not so"]);
        let sae = table.implemented.get("sae").unwrap();
        assert_eq!(by_source(sae.values().map(|one| one.source.as_str())), "2 (1 document, 1 metadata)");
        assert_eq!(sae.get("A").unwrap().rules, ["assumption", "document"]);
        assert_eq!(by_source(std::iter::empty()), "none");
    }
}
