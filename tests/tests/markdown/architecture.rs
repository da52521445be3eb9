//! What the documentation says of the source: files that it names exist, and each invariant has its test.

use std::path::Path;

use crate::{files, markdown, read, root};

#[test]
fn every_invariant_names_a_test_that_exists() {
    let page = read(Path::new("ARCHITECTURE.md"));
    let (_, chapter) = page.split_once("\n## Invariants\n").expect("the chapter");
    let rows: Vec<_> = chapter.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert!(rows.len() > 30, "the table has its rows");
    for row in rows {
        let test = row.rsplit('`').nth(1).unwrap_or_else(|| panic!("no test: {row}"));
        assert!(root().join(test).is_file(), "{test} doesn't exist: {row}");
    }
}

/// A name in code style that ends in `.rs` is a file of the repository, by its path or the end of it.
#[test]
fn source_files_that_are_named_exist() {
    let sources = files(&root(), "rs");
    let mut missing = Vec::new();
    for page in markdown() {
        let text = read(&page);
        let names = text.split('`').skip(1).step_by(2).filter(|name| {
            Path::new(name).extension().is_some_and(|it| it == "rs") && !name.contains(char::is_whitespace)
        });
        for name in names {
            if !sources.iter().any(|source| source.ends_with(name)) {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "files that don't exist:\n{}", missing.join("\n"));
}
