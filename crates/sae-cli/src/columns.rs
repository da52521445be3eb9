//! Rows in columns that fit the screen.

use console::{Alignment, Term, measure_text_width, pad_str, truncate_str};
use sae::transport::text::{escape_control, redact_urls};

use crate::tell::tell;

/// A text of the service as a person sees it: no character can steer the terminal, and no address tells its credentials.
pub fn shown(text: &str) -> String {
    escape_control(&redact_urls(text)).into_owned()
}

/// Lays out rows for standard output, each cell as [`shown`]. A terminal has a width, and what finds no room on it is
/// told of; in a pipe nothing is cut.
pub struct Columns {
    width: usize,
    left_out: Vec<String>,
    cut: Vec<String>,
}

impl Columns {
    /// For standard output as it is.
    pub fn new() -> Self {
        let term = Term::stdout();
        let width = if term.is_term() { usize::from(term.size().1) } else { usize::MAX };
        Self { width, left_out: Vec::new(), cut: Vec::new() }
    }

    /// Rows under titles.
    pub fn table(&mut self, titles: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let escaped = |row: Vec<String>| row.iter().map(|cell| shown(cell)).collect();
        let rows: Vec<Vec<String>> = std::iter::once(titles).chain(rows).map(escaped).collect();
        let (text, widths) = fitted(&rows, self.width);
        let is_wider = |at, width| {
            rows.iter().filter_map(|row| row.get(at)).any(|cell: &String| measure_text_width(cell) > width)
        };
        for (at, title) in rows.first().into_iter().flatten().enumerate() {
            match widths.get(at) {
                None => self.left_out.push(title.clone()),
                Some(width) if is_wider(at, *width) => self.cut.push(title.clone()),
                Some(_) => {}
            }
        }
        text
    }

    /// Names with their values, which go on below themselves where there is no room beside them.
    pub fn pairs(&self, pairs: impl IntoIterator<Item = (String, String)>) -> String {
        let escaped = |(name, value): (String, String)| [name, value].map(|text| shown(&text));
        let pairs: Vec<_> = pairs.into_iter().map(escaped).collect();
        let names = pairs.iter().map(|[name, _]| measure_text_width(name)).max().unwrap_or_default();
        let room = self.width.saturating_sub(names + GAP.len()).max(NARROWEST);
        let mut out = String::new();
        for [name, value] in &pairs {
            for (at, line) in folded(value, room).into_iter().enumerate() {
                let name = pad_str(if at == 0 { name } else { "" }, names, Alignment::Left, None);
                out.push_str(format!("{name}{GAP}{line}").trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// Says on standard error which columns found no room.
    pub fn tell_left_out(self) {
        let told = [("left out", self.left_out), ("cut", self.cut)].into_iter();
        let told = told.filter(|(_, titles)| !titles.is_empty());
        let told: Vec<_> = told.map(|(what, titles)| format!("{what}: {}", titles.join(", "))).collect();
        if !told.is_empty() {
            tell!("for want of room {}; --output json has all", told.join("; "));
        }
    }
}

/// A text as lines that are no wider than this. They end at blanks, or within a word that is longer than a line.
fn folded(mut text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    loop {
        let mut used = 0;
        let mut chars = text.char_indices();
        let over = chars.find(|(_, c)| {
            used += measure_text_width(c.encode_utf8(&mut [0; 4]));
            used > width
        });
        let Some((end, _)) = over else {
            lines.push(text);
            return lines;
        };
        let blanks = text.match_indices(' ').map(|(at, _)| at).take_while(|at| *at <= end);
        let end = blanks.last().filter(|at| *at > 0).unwrap_or(end);
        let (line, rest) = text.split_at(end);
        lines.push(line);
        text = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

/// The rows, and how wide the columns are that they keep.
///
/// Columns give way, the widest first, down to what still tells something; numbers and times don't, since a part of one is
/// another one. Where that isn't enough, the last columns are left out. The first one says what the row is about: it is cut only
/// where hardly anything would stand beside it.
fn fitted(rows: &[Vec<String>], width: usize) -> (String, Vec<usize>) {
    let mut columns = columns(rows);
    let Some(first) = columns.first().map(|first| first.width) else { return Default::default() };
    let mut kept = kept(first, &columns, width);
    if kept < ENOUGH.min(columns.len()) {
        kept = self::kept(first.min(IDENTIFIER), &columns, width);
    }
    columns.truncate(kept);
    let gaps = GAP.len() * kept.saturating_sub(1);
    while columns.iter().map(|column| column.width).sum::<usize>() + gaps > width {
        let others = columns.iter_mut().skip(1).filter(|column| column.width > column.least);
        match others.max_by_key(|column| column.width) {
            Some(widest) => widest.width -= 1,
            None => match columns.first_mut() {
                Some(first) if first.width > 1 => first.width -= 1,
                _ => break,
            },
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&columns).map(|(text, column)| {
            pad_str(&cut(text, column.width), column.width, Alignment::Left, None).into_owned()
        });
        out.push_str(cells.collect::<Vec<_>>().join(GAP).trim_end());
        out.push('\n');
    }
    (out, columns.iter().map(|column| column.width).collect())
}

#[derive(Clone, Default)]
struct Column {
    width: usize,
    /// What it needs to tell something.
    least: usize,
}

fn columns(rows: &[Vec<String>]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for row in rows {
        columns.resize(columns.len().max(row.len()), Column::default());
        for (column, text) in columns.iter_mut().zip(row) {
            let width = measure_text_width(text);
            let is_number = !text.contains(char::is_alphabetic);
            column.width = column.width.max(width);
            column.least = column.least.max(if is_number { width } else { width.min(NARROWEST) });
        }
    }
    columns
}

/// How many columns there is room for if the first one is so wide.
fn kept(first: usize, columns: &[Column], width: usize) -> usize {
    let mut used = first;
    let others = columns.iter().skip(1).take_while(|column| {
        used += GAP.len() + column.least;
        used <= width
    });
    1 + others.count()
}

/// A text that is no wider than this. A word or sentence loses its end; an identifier or an address loses its middle, since they are
/// alike at the beginning and differ at the end.
fn cut(text: &str, width: usize) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }
    let is_word = text.chars().all(char::is_alphabetic);
    if is_word || text.contains(char::is_whitespace) || width < NARROWEST {
        return truncate_str(text, width, "…").into_owned();
    }
    let after = (width - 1) / 2;
    let mut used = 0;
    let tail = text.char_indices().rev().take_while(|(_, c)| {
        used += measure_text_width(c.encode_utf8(&mut [0; 4]));
        used <= after
    });
    let tail = tail.last().and_then(|(at, _)| text.get(at..)).unwrap_or_default();
    format!("{}…{tail}", truncate_str(text, width - 1 - after, ""))
}

const GAP: &str = "  ";
/// What a column needs to tell anything.
const NARROWEST: usize = 8;
/// What an identifier needs to be told from another one.
const IDENTIFIER: usize = 13;
/// With fewer columns a table says hardly anything.
const ENOUGH: usize = 3;

#[cfg(test)]
mod tests {
    use super::{cut, fitted, folded};

    #[test]
    fn columns_give_way_and_the_last_ones_go() {
        let rows = [
            ["NAME", "CREATED", "IMAGE"],
            ["shop", "2026-11-22", "registry/shop:1"],
            ["商店", "2026-11-22", "a"],
        ];
        let rows: Vec<_> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        for (width, kept, text) in [
            (
                usize::MAX,
                3,
                "NAME  CREATED     IMAGE\nshop  2026-11-22  registry/shop:1\n商店  2026-11-22  a\n",
            ),
            (26, 3, "NAME  CREATED     IMAGE\nshop  2026-11-22  regi…p:1\n商店  2026-11-22  a\n"),
            (25, 2, "NAME  CREATED\nshop  2026-11-22\n商店  2026-11-22\n"),
            (15, 1, "NAME\nshop\n商店\n"),
            (3, 1, "NA…\nsh…\n商…\n"),
        ] {
            let (seen, widths) = fitted(&rows, width);
            assert_eq!((seen.as_str(), widths.len()), (text, kept), "{width}");
        }
        assert_eq!(fitted(&[], 80), (String::new(), Vec::new()));
    }

    #[test]
    fn an_identifier_is_cut_where_it_stands_almost_alone() {
        let rows = [["ID", "STATUS", "BATCHES"], ["8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f", "succeeded", "1"]];
        let rows: Vec<_> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let seen = |width| fitted(&rows, width).0.lines().last().map(str::to_owned);
        assert_eq!(seen(55).as_deref(), Some("8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f  succeed…  1"));
        assert_eq!(seen(40).as_deref(), Some("8eae0e1c-6…1b2c3d4e5f  succeed…  1"));
    }

    #[test]
    fn what_is_no_sentence_loses_its_middle() {
        for (text, width, short) in [
            ("shop-0a1b2c3d-x7k2p", 12, "shop-0…x7k2p"),
            ("a sentence that is long", 12, "a sentence …"),
            ("名前空間/名前:1", 9, "名前…前:1"),
            ("short", 5, "short"),
            ("longer", 5, "long…"),
        ] {
            assert_eq!(cut(text, width), short);
        }
    }

    #[test]
    fn a_value_goes_on_below_itself_and_loses_nothing() {
        for (text, width, lines) in [
            ("short", 8, &["short"][..]),
            ("", 8, &[""]),
            ("a sentence that is long", 12, &["a sentence", "that is long"]),
            ("exactly twelve", 7, &["exactly", "twelve"]),
            ("10269793-b4c94d75c384", 8, &["10269793", "-b4c94d7", "5c384"]),
            (" leading", 4, &[" lea", "ding"]),
            ("名前空間/名前", 9, &["名前空間/", "名前"]),
        ] {
            assert_eq!(folded(text, width), lines, "{text}");
        }
    }
}
