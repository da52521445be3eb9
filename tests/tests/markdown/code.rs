//! Rust in Markdown works: `tests/src/lib.rs` compiles each block as it stands. These tests check that no block is left out, and
//! that what the blocks about the library do is done by a documentation test or an example, which run.

use std::path::Path;

use crate::{files, markdown, read, root};

#[test]
fn every_block_of_rust_in_markdown_is_compiled() {
    let compiled = read(Path::new("tests/src/lib.rs"));
    let mut shown = 0;
    for file in markdown() {
        let text = read(&file);
        let fences: Vec<_> = text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.strip_prefix("```").is_some_and(|kind| kind.trim_start().starts_with("rust")))
            .collect();
        if fences.is_empty() {
            continue;
        }
        shown += fences.len();
        let name = file.display();
        assert!(compiled.contains(&format!("include_str!(\"../../{name}\")")), "nothing compiles {name}");
        // `ignore`, `compile_fail` and the like, and lines that only documentation hides.
        for fence in fences {
            assert!(matches!(fence, "```rust" | "```rust,no_run"), "{name}: {fence}");
        }
        for block in blocks(&text) {
            let hidden = block.lines().find(|line| line.trim_start().starts_with("# "));
            assert_eq!(hidden, None, "{name}: a line that readers see and the compiler doesn't");
        }
    }
    assert!(shown > 8, "Markdown shows Rust");
}

#[test]
fn the_blocks_of_readme_and_guide_are_run_somewhere() {
    let mut places = vec![statements(&read(Path::new("crates/sae-models/src/lib.rs")))];
    for folder in [
        "crates/sae/src",
        "crates/sae/examples",
        "crates/sae-manifest/src",
        "crates/sae-sign/src",
        "tests/tests/markdown",
    ] {
        places.extend(files(&root().join(folder), "rs").iter().map(|path| statements(&read(path))));
    }
    let pages = markdown().into_iter().filter(|page| page.starts_with("docs/guide") || page == "README.md");
    let mut count = 0;
    for page in pages {
        for block in blocks(&read(&page)) {
            let wanted = statements(block);
            let name = page.display();
            assert!(
                places.iter().any(|place| place.contains(&wanted)),
                "nothing runs this of {name}:\n{block}"
            );
            count += 1;
        }
    }
    assert!(count > 10, "README and guide show code");
}

/// What stands between the fences of each block of Rust.
fn blocks(markdown: &str) -> Vec<&str> {
    markdown
        .split("```rust")
        .skip(1)
        .filter_map(|rest| rest.split_once('\n'))
        .filter_map(|(_, rest)| rest.split("```").next())
        .collect()
}

/// Lines without indentation, marks of comments, what documentation hides, and the function around them.
fn statements(text: &str) -> String {
    let mut statements = String::from("\n");
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("//!").or_else(|| line.strip_prefix("///")).unwrap_or(line).trim();
        let around = ["# ", "#[", "use ", "fn ", "async fn "].iter().any(|begin| line.starts_with(begin));
        if !around && !["", "}", "Ok(())"].contains(&line) {
            statements.push_str(line);
            statements.push('\n');
        }
    }
    statements
}
