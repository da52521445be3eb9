//! Every page is found from its index.

use std::path::Path;

use crate::{markdown, read};

/// What takes longer to say has a page in the guide.
#[test]
fn the_readme_is_short() {
    let lines = read(Path::new("README.md")).lines().count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn the_index_lists_every_decision() {
    every_page_is_listed("docs/decisions", "README.md");
}

#[test]
fn the_summary_lists_every_page_of_the_guide() {
    every_page_is_listed("docs/guide/src", "SUMMARY.md");
}

/// The book has nothing outside of its folder: a link that leaves it works in the repository alone.
#[test]
fn the_guide_links_to_its_own_pages() {
    for page in markdown().into_iter().filter(|page| page.starts_with("docs/guide")) {
        assert!(!read(&page).contains("](../"), "{} links to what the book doesn't have", page.display());
    }
}

fn every_page_is_listed(folder: &str, index: &str) {
    let listed = read(&Path::new(folder).join(index));
    let pages: Vec<_> =
        markdown().into_iter().filter(|page| page.parent() == Some(Path::new(folder))).collect();
    assert!(pages.len() > 10, "{folder} has pages");
    for page in pages {
        let name = page.file_name().expect("a name").to_string_lossy();
        assert!(name == index || listed.contains(&format!("]({name})")), "{index} doesn't list {name}");
    }
}
