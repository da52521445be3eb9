//! What Markdown shows of the library is code that works: `tests/src/lib.rs` compiles each block as it stands there, and here no
//! block is left out, and what those of the README do is what a documentation test or an example does, which are run.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::path::{Path, PathBuf};

#[test]
fn every_block_of_rust_in_markdown_is_compiled() {
    let root = root();
    let compiled = read(&root.join("tests/src/lib.rs"));
    let mut shown = 0;
    for file in files(&root, "md") {
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
        let name = file.strip_prefix(&root).expect("a file of the repository").display();
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
    let readme = read(&root().join("README.md"));
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

/// The files of a folder and of those below it that end so, but for what tools make or keep.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_ref()) {
                files.extend(self::files(&path, extension));
            }
        } else if path.extension().is_some_and(|it| it == extension) {
            files.push(path);
        }
    }
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
