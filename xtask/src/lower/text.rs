//! Words of the spec as lines of rustdoc.

use crate::model::Docs;

/// Paragraphs as documentation of something at this depth of indentation, one empty line between each.
pub fn docs<T: AsRef<str>>(paragraphs: impl IntoIterator<Item = T>, indent: usize) -> Docs {
    let mut lines = Docs::new();
    for paragraph in paragraphs {
        for block in blocks(paragraph.as_ref()) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            let width = COLUMNS - indent - "/// ".len();
            for line in &block {
                wrap(line, width, &mut lines);
            }
        }
    }
    lines
}

/// Text as it should read, with what Markdown or rustdoc would take for markup made harmless.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut code = false;
    while let Some(next) = rest.chars().next() {
        let is_url = !code && (rest.starts_with("https://") || rest.starts_with("http://"));
        if is_url && !out.ends_with('<') {
            let (url, after) = rest.split_at(url_length(rest));
            out.push('<');
            out.push_str(url);
            out.push('>');
            rest = after;
            continue;
        }
        if next == '`' {
            code = !code;
        }
        let is_autolink = rest.starts_with("<http");
        if !code && matches!(next, '[' | ']' | '<' | '*') && !is_autolink {
            out.push('\\');
        }
        out.push(next);
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Text as it stands on the wire.
pub fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Text in one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text that ends like a sentence.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

/// Text that starts like a sentence.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The paragraphs of a text; each is the lines that must stay apart, which are the items of a list.
fn blocks(text: &str) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let mut block: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blocks.push(std::mem::take(&mut block));
        } else if line.starts_with("- ") || line.starts_with("| ") {
            if block.last().is_some_and(|before| !before.starts_with(line.get(..2).unwrap_or_default())) {
                blocks.push(std::mem::take(&mut block));
            }
            block.push(line.to_owned());
        } else if let Some(before) = block.last_mut() {
            before.push(' ');
            before.push_str(line);
        } else {
            block.push(line.to_owned());
        }
    }
    blocks.push(block);
    blocks.retain(|block| !block.is_empty());
    blocks
}

fn wrap(text: &str, width: usize, lines: &mut Docs) {
    // A row of a table is one line.
    if text.starts_with("| ") {
        lines.push(text.to_owned());
        return;
    }
    let (mark, text) = text.strip_prefix("- ").map_or(("", text), |item| ("- ", item));
    let hanging = " ".repeat(mark.len());
    let mut line = mark.to_owned();
    let mut is_fresh = true;
    for word in text.split_whitespace() {
        let fits = line.chars().count() + 1 + word.chars().count() <= width;
        if is_fresh {
            line.push_str(word);
        } else if fits || starts_block(word) {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut line, format!("{hanging}{word}")));
        }
        is_fresh = false;
    }
    lines.push(line);
}

/// Whether Markdown would take a line that starts with this word for the start of something new.
fn starts_block(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(word, "-" | "+" | "*" | "\\*")
        || word.starts_with(['#', '>', '|', '=', '~'])
        || word.starts_with("--")
        || word.starts_with("```")
        || (digits.len() < word.len() && matches!(digits, "." | ")"))
}

/// How much of a text that starts with a URL belongs to it.
fn url_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || "<>()[]\"'`,;".contains(c)).unwrap_or(text.len());
    text.get(..end).map_or(end, |url| url.trim_end_matches(['.', ':', '!', '?']).len())
}

/// Width of a line with its indentation and slashes.
const COLUMNS: usize = 110;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_made_harmless() {
        for (text, expected) in [
            ("[\"a\"] or <id>", "\\[\"a\"\\] or \\<id>"),
            ("`[a] <b>` stays", "`[a] <b>` stays"),
            ("see https://example.com/a.", "see <https://example.com/a>."),
            ("see <https://example.com>", "see <https://example.com>"),
            ("oss://bucket", "oss://bucket"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn lines_are_wrapped_but_never_start_something_new() {
        let mut lines = Docs::new();
        wrap("one two - three 1. four", 9, &mut lines);
        assert_eq!(lines, ["one two -", "three 1.", "four"]);
        lines.clear();
        wrap("- one two three", 9, &mut lines);
        assert_eq!(lines, ["- one two", "  three"]);
    }

    #[test]
    fn lists_keep_their_items() {
        assert_eq!(docs(["Two:\n- a\n- b\n  c\n\nEnd."], 0), ["Two:", "", "- a", "- b c", "", "End."]);
    }

    #[test]
    fn code_may_hold_backticks() {
        assert_eq!(code("a `b`\n c"), "`` a `b` c ``");
    }
}
