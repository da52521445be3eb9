//! Rows in columns that fit the screen.

use console::{Alignment, Term, measure_text_width, pad_str, truncate_str};
use sae::transport::text::{escape_control, redact_urls};

use crate::output::status::status;

/// Makes a text of the service safe to show: escapes control characters and redacts credentials in URLs.
pub fn escape_and_redact(text: &str) -> String {
    escape_control(&redact_urls(text)).into_owned()
}

/// Lays out rows for standard output, with each cell through [`escape_and_redact`]. On a terminal, columns are hidden or truncated to
/// fit its width, and named afterwards; in a pipe, and with --wide, everything is shown.
pub struct Columns {
    width: usize,
    hidden: Vec<String>,
    cut: Vec<String>,
}

impl Columns {
    /// For standard output; `wide` ignores the width of the terminal.
    pub fn new(wide: bool) -> Self {
        let term = Term::stdout();
        let width = if term.is_term() && !wide { usize::from(term.size().1) } else { usize::MAX };
        Self { width, hidden: Vec::new(), cut: Vec::new() }
    }

    /// A table with titles. `hide` are the titles of the columns to hide first if there is no room, least important first.
    pub fn table(
        &mut self,
        titles: Vec<String>,
        hide: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> String {
        let escaped = |row: Vec<String>| row.iter().map(|cell| escape_and_redact(cell)).collect();
        let rows: Vec<Vec<String>> = std::iter::once(titles).chain(rows).map(escaped).collect();
        let (text, widths) = fitted(&rows, hide, self.width);
        let is_wider = |at, width| {
            rows.iter().filter_map(|row| row.get(at)).any(|cell: &String| measure_text_width(cell) > width)
        };
        for (at, title) in rows.first().into_iter().flatten().enumerate() {
            match widths.get(at).copied().flatten() {
                None => self.hidden.push(title.clone()),
                Some(width) if is_wider(at, width) => self.cut.push(title.clone()),
                Some(_) => {}
            }
        }
        text
    }

    /// Names with values. Long values wrap beside their names, or below them if there is hardly any room.
    pub fn pairs(&self, pairs: impl IntoIterator<Item = (String, String)>) -> String {
        let escaped = |(name, value): (String, String)| [name, value].map(|text| escape_and_redact(&text));
        let pairs: Vec<_> = pairs.into_iter().map(escaped).collect();
        let names = pairs.iter().map(|[name, _]| measure_text_width(name)).max().unwrap_or_default();
        let room = self.width.saturating_sub(names + GAP.len());
        let mut out = String::new();
        let mut line = |text: &str| {
            out.push_str(text.trim_end());
            out.push('\n');
        };
        for [name, value] in &pairs {
            if room < IDENTIFIER {
                folded(name, self.width).into_iter().for_each(&mut line);
                let values = folded(value, self.width.saturating_sub(GAP.len()));
                for value in values {
                    line(&format!("{GAP}{value}"));
                }
                continue;
            }
            for (at, value) in folded(value, room).into_iter().enumerate() {
                let name = pad_str(if at == 0 { name } else { "" }, names, Alignment::Left, None);
                line(&format!("{name}{GAP}{value}"));
            }
        }
        out
    }

    /// Prints on standard error which columns were hidden or truncated.
    pub fn report_hidden(self) {
        let parts = [("hidden", self.hidden), ("cut", self.cut)].into_iter();
        let parts = parts.filter(|(_, titles)| !titles.is_empty());
        let parts: Vec<_> = parts
            .map(|(what, titles)| format!("{what} to fit the terminal: {}", titles.join(", ")))
            .collect();
        if !parts.is_empty() {
            sentence(&format!("{} (use --wide)", parts.join("; ")));
        }
    }
}

/// Prints a sentence on standard error, wrapped at the width of the terminal.
pub fn sentence(text: &str) {
    let term = Term::stderr();
    let width = if term.is_term() { usize::from(term.size().1) } else { usize::MAX };
    status!("{}", folded(text, width).join("\n"));
}

/// Wraps a text at blanks, or within a word that is longer than a line.
fn folded(mut text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    // The widest character takes two columns.
    let width = width.max(2);
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

/// The table, and the widths of the columns that are kept.
///
/// The widest columns are truncated first, down to a useful minimum; numbers, times and states are never truncated, since a part of
/// one looks like another one. If that isn't enough, columns are hidden: those of `hide` in their order, then the others from the
/// last. The first column, names and states stay. IDs are truncated before that, and names if necessary.
fn fitted(rows: &[Vec<String>], hide: &[&str], width: usize) -> (String, Vec<Option<usize>>) {
    let Some(titles) = rows.first() else { return Default::default() };
    let mut columns = columns(rows);
    let (before, after) = columns.split_at(1.min(columns.len()));
    let is_important = |title: &str| title.ends_with("NAME") || title.ends_with("STATUS");
    let order = hide.iter().filter_map(|hidden| titles.iter().position(|title| title == hidden));
    let from_last = (before.len()..before.len() + after.len()).rev();
    let (important, others): (Vec<_>, Vec<_>) =
        from_last.partition(|at| titles.get(*at).is_some_and(|title| is_important(title)));
    let rest = others.into_iter().map(|at| (at, false)).chain(important.into_iter().map(|at| (at, true)));
    let mut leaving: Vec<(usize, bool)> = order.map(|at| (at, false)).collect();
    for (at, is_last) in rest {
        if leaving.iter().all(|(known, _)| *known != at) {
            leaving.push((at, is_last));
        }
    }
    for (at, is_important) in leaving {
        if needed(&columns) <= width {
            break;
        }
        let kept = columns.iter().filter(|column| column.is_kept).count();
        let shortest = if is_important || kept <= FEW {
            SHORTEST
        } else if kept <= ENOUGH {
            IDENTIFIER
        } else {
            usize::MAX
        };
        if let Some(first) = columns.first_mut() {
            first.least = first.least.min(shortest);
        }
        if is_important {
            for (column, _) in columns.iter_mut().zip(titles).filter(|(_, title)| title.ends_with("NAME")) {
                column.least = column.least.min(SHORTEST);
            }
        }
        if needed(&columns) <= width {
            break;
        }
        if let Some(column) = columns.get_mut(at) {
            column.is_kept = false;
        }
    }
    narrow(&mut columns, width);
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&columns).filter(|(_, column)| column.is_kept).map(|(text, column)| {
            pad_str(&cut(text, column.width), column.width, Alignment::Left, None).into_owned()
        });
        out.push_str(cells.collect::<Vec<_>>().join(GAP).trim_end());
        out.push('\n');
    }
    (out, columns.iter().map(|column| column.is_kept.then_some(column.width)).collect())
}

#[derive(Clone)]
struct Column {
    width: usize,
    /// The useful minimum.
    least: usize,
    is_kept: bool,
}

fn columns(rows: &[Vec<String>]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for row in rows {
        columns.resize(columns.len().max(row.len()), Column { width: 0, least: 0, is_kept: true });
        for (at, (column, text)) in columns.iter_mut().zip(row).enumerate() {
            let width = measure_text_width(text);
            // A time contains T, and perhaps Z.
            let is_number = !text.contains(|c: char| c.is_alphabetic() && !matches!(c, 'T' | 'Z'));
            let is_word = !text.contains(|c: char| c.is_whitespace() || c.is_ascii_digit()) && width <= WORD;
            column.width = column.width.max(width);
            column.least =
                column.least.max(if at == 0 || is_number || is_word { width } else { width.min(NARROWEST) });
        }
    }
    columns
}

/// The minimum width of all columns with the gaps between them.
fn needed(columns: &[Column]) -> usize {
    let kept = columns.iter().filter(|column| column.is_kept);
    kept.map(|column| column.least + GAP.len()).sum::<usize>().saturating_sub(GAP.len())
}

/// Narrows the widest columns until all fit; the first one last.
fn narrow(columns: &mut [Column], width: usize) {
    let used = |columns: &[Column]| {
        let kept = columns.iter().filter(|column| column.is_kept);
        kept.map(|column| column.width + GAP.len()).sum::<usize>().saturating_sub(GAP.len())
    };
    while used(columns) > width {
        let others =
            columns.iter_mut().skip(1).filter(|column| column.is_kept && column.width > column.least);
        match others.max_by_key(|column| column.width) {
            Some(widest) => widest.width -= 1,
            None => match columns.first_mut() {
                Some(first) if first.width > 1 => first.width -= 1,
                _ => break,
            },
        }
    }
}

/// Truncates a text. A word or sentence loses its end; an ID or URL loses its middle, because IDs and URLs start alike and differ at
/// the end.
fn cut(text: &str, width: usize) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }
    let is_word = text.chars().all(char::is_alphabetic);
    if is_word || text.contains(char::is_whitespace) || width < SHORTEST {
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
/// Minimum width of a column.
const NARROWEST: usize = 8;
/// Width that distinguishes IDs.
const IDENTIFIER: usize = 13;
/// Number of columns that a table should keep.
const ENOUGH: usize = 3;
/// Number of columns that a table must keep.
const FEW: usize = 2;
/// Width of an ID or name before a state is hidden.
const SHORTEST: usize = 5;
/// Approximate length of the longest state.
const WORD: usize = 12;

#[cfg(test)]
mod tests {
    use super::{cut, fitted, folded};

    /// The rows as they fit, and which columns are kept.
    fn check(rows: &[&[&str]], hide: &[&str], width: usize, text: &str, kept: &[usize]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let (seen, widths) = fitted(&rows, hide, width);
        let seen_kept: Vec<_> =
            widths.iter().enumerate().filter(|(_, width)| width.is_some()).map(|(at, _)| at).collect();
        assert_eq!((seen.as_str(), seen_kept.as_slice()), (text, kept), "{width}");
    }

    #[test]
    fn columns_give_way_and_the_last_ones_go() {
        let rows: &[&[&str]] = &[
            &["NAME", "CREATED", "IMAGE"],
            &["shop", "2026-11-22", "registry/shop:1"],
            &["商店", "2026-11-22", "a"],
        ];
        for (width, text, kept) in [
            (
                usize::MAX,
                "NAME  CREATED     IMAGE\nshop  2026-11-22  registry/shop:1\n商店  2026-11-22  a\n",
                &[0, 1, 2][..],
            ),
            (26, "NAME  CREATED     IMAGE\nshop  2026-11-22  regi…p:1\n商店  2026-11-22  a\n", &[0, 1, 2]),
            (25, "NAME  CREATED\nshop  2026-11-22\n商店  2026-11-22\n", &[0, 1]),
            (15, "NAME\nshop\n商店\n", &[0]),
            (3, "NA…\nsh…\n商…\n", &[0]),
        ] {
            check(rows, &[], width, text, kept);
        }
        check(rows, &["CREATED"], 25, "NAME  IMAGE\nshop  registry/shop:1\n商店  a\n", &[0, 2]);
        check(&[], &[], 80, "", &[]);
    }

    #[test]
    fn the_least_important_column_goes_first_and_a_state_stays() {
        let rows: &[&[&str]] = &[
            &["ID", "CREATED", "STATUS", "BATCHES"],
            &["8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f", "2026-11-22T10:00", "succeeded", "1"],
        ];
        let hide = &["BATCHES", "CREATED"];
        let id = "8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f";
        check(
            rows,
            hide,
            80,
            &format!(
                "ID{:34}  CREATED           STATUS     BATCHES\n{id}  2026-11-22T10:00  succeeded  1\n",
                ""
            ),
            &[0, 1, 2, 3],
        );
        check(
            rows,
            hide,
            66,
            &format!("ID{:34}  CREATED           STATUS\n{id}  2026-11-22T10:00  succeeded\n", ""),
            &[0, 1, 2],
        );
        // An identifier loses its middle before a third column goes.
        check(
            rows,
            hide,
            45,
            "ID                CREATED           STATUS\n8eae0e1c…c3d4e5f  2026-11-22T10:00  succeeded\n",
            &[0, 1, 2],
        );
        check(rows, hide, 30, "ID                   STATUS\n8eae0e1c-…b2c3d4e5f  succeeded\n", &[0, 2]);
        check(rows, hide, 8, "ID\n8eae…e5f\n", &[0]);
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
