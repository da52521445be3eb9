//! Every relative link leads to a file, and its anchor to a heading of that file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{markdown, read, resolved, root};

/// What one file links to, and the anchors that it offers.
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

#[test]
fn every_relative_link_and_anchor_leads_somewhere() {
    let pages: BTreeMap<_, _> =
        markdown().into_iter().map(|file| (file.clone(), page(&read(&file)))).collect();
    let mut dead = Vec::new();
    for (file, page) in &pages {
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = file.parent().unwrap_or(Path::new(""));
            let target = if path.is_empty() { Some(file.clone()) } else { resolved(&folder.join(path)) };
            let found = target.is_some_and(|target| {
                let known = pages.get(&target);
                root().join(&target).exists()
                    && (anchor.is_empty() || known.is_some_and(|page| page.anchors.contains(anchor)))
            });
            if !found {
                dead.push(format!("{}: {link}", file.display()));
            }
        }
    }
    assert!(pages.values().map(|page| page.links.len()).sum::<usize>() > 50, "there are links");
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn headings_give_the_anchors_of_github() {
    let page = page(
        "# `sae local`: keys, hosts\n\n## Twice\n\n## Twice\n\n[a](b.md#c) ![d](e.svg)\n\n[f]: g\n\n[f]\n",
    );
    assert_eq!(page.anchors, ["sae-local-keys-hosts", "twice", "twice-1"].map(str::to_owned).into());
    assert_eq!(page.links, ["b.md#c", "e.svg", "g"]);
}

fn page(markdown: &str) -> Page {
    let mut page = Page { links: Vec::new(), anchors: BTreeSet::new() };
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.links.push(dest_url.into_string());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let numbered = (1..).map(|number| format!("{slug}-{number}"));
                let free =
                    std::iter::once(slug.clone()).chain(numbered).find(|it| !page.anchors.contains(it));
                page.anchors.extend(free);
            }
            _ => {}
        }
    }
    page
}

/// The anchor of a heading: small letters, hyphens for blanks, no punctuation.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
