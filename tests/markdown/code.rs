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
fn the_blocks_of_the_readme_are_run_somewhere() {
    let readme = read(Path::new("README.md"));
    let (_, chapter) = readme.split_once("\n## From code\n").expect("the chapter on the library");
    let (chapter, _) = chapter.split_once("\n## ").expect("the next chapter");
    let mut places = Vec::new();
    for folder in ["crates/sae/src", "crates/sae/examples"] {
        places.extend(files(&root().join(folder), "rs").iter().map(|path| statements(&read(path))));
    }
    let blocks = blocks(chapter);
    assert!(blocks.len() > 5, "the README shows code");
    for block in blocks {
        let wanted = statements(block);
        assert!(places.iter().any(|place| place.contains(&wanted)), "nothing runs this block:\n{block}");
    }
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
