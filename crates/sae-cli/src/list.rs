//! Lists: columns that matter for people, everything for programs, identifiers alone for pipes.

use clap::{Arg, ArgAction, ArgMatches, Command};
use console::{Alignment, Term, measure_text_width, pad_str, truncate_str};
use sae::transport::{Fields, Paged, Slot, encode_json};
use sae::{Error, Items};

use crate::failure::Failure;
use crate::number;
use crate::render::{self, Output};
use crate::session::Printer;
use crate::shown::shown;
use crate::tell::tell;

/// A column of a table.
pub struct Column<T> {
    /// What stands above it.
    pub title: &'static str,
    /// What stands in it for an item.
    pub cell: fn(&T) -> String,
}

/// A list of items of one kind.
pub struct List<T: 'static> {
    /// The columns of its table, the identifier first.
    pub columns: &'static [Column<T>],
    /// What other commands take to name an item.
    pub id: fn(&T) -> String,
    /// What is said when there are none.
    pub none: &'static str,
}

/// Adds the options that every list has.
pub fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("N")
                .value_parser(number::at_least::<1>)
                .help("Print at most this many; the list is complete otherwise"),
        )
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["output", "query"])
                .help("Print identifiers alone, one a line"),
        )
}

/// The limit that the command line sets.
pub fn limit(matches: &ArgMatches) -> usize {
    matches.get_one::<i64>("limit").map_or(usize::MAX, |limit| usize::try_from(*limit).unwrap_or(usize::MAX))
}

/// The items of a list, up to the limit.
pub async fn collect<O: Paged>(mut items: Items<O>, limit: usize) -> Result<Vec<O::Item>, Error> {
    if limit == usize::MAX {
        return items.all().await;
    }
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(item) = items.next().await
    {
        found.push(item?);
    }
    Ok(found)
}

impl<T: Fields + Slot + Default> List<T> {
    /// Prints the items as the command line wants them.
    pub fn print(&self, mut items: Vec<T>, matches: &ArgMatches) -> Result<(), Failure> {
        items.truncate(limit(matches));
        if matches.get_flag("quiet") {
            let ids: String = items.iter().map(|item| shown(&(self.id)(item)).into_owned() + "\n").collect();
            return render::write(&ids);
        }
        let printer = Printer::new(matches)?;
        if printer.is_document() {
            return printer.print(&encode_json::value_to_string_pretty(&items));
        }
        let titles = self.columns.iter().map(|column| column.title.to_owned()).collect();
        print_rows(titles, items.iter().map(|item| self.cells(item)).collect(), &printer, self.none)
    }

    fn cells(&self, item: &T) -> Vec<String> {
        self.columns.iter().map(|column| (column.cell)(item)).collect()
    }
}

/// Rows under titles: columns on a screen, lines with tabs as text.
pub struct Table {
    titles: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One without rows.
    pub const fn new(titles: &'static [&'static str]) -> Self {
        Self { titles, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it; where there are no rows, that is said aside.
    pub fn print(self, printer: &Printer, none: &str) -> Result<(), Failure> {
        print_rows(self.titles.iter().map(|title| (*title).to_owned()).collect(), self.rows, printer, none)
    }
}

fn print_rows(
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
    printer: &Printer,
    none: &str,
) -> Result<(), Failure> {
    let rows = rows.into_iter().map(|row| row.iter().map(|cell| shown(cell).into_owned()).collect());
    if printer.output() == Output::Text {
        let lines: String = rows.map(|row: Vec<String>| row.join("\t") + "\n").collect();
        return render::write(&lines);
    }
    let rows: Vec<_> = std::iter::once(titles).chain(rows).collect();
    if rows.len() == 1 {
        tell!("{none}");
        return Ok(());
    }
    let term = Term::stdout();
    let width = if term.is_term() { usize::from(term.size().1) } else { usize::MAX };
    render::write(&fitted(rows, width))
}

/// Rows in columns that together are no wider than this: the last ones are left out where there is no room for them, the widest of
/// the others give way, and what is cut ends in an ellipsis. The first column says which item it is and gives way last.
fn fitted(rows: Vec<Vec<String>>, width: usize) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(measure_text_width(cell));
        }
    }
    let gaps = |widths: &[usize]| GAP.len() * widths.len().saturating_sub(1);
    let needed = |widths: &[usize]| {
        let least = widths.iter().skip(1).map(|width| NARROWEST.min(*width)).sum::<usize>();
        widths.first().map_or(0, |first| first + least) + gaps(widths)
    };
    while widths.len() > 1 && needed(&widths) > width {
        widths.pop();
    }
    while widths.iter().sum::<usize>() + gaps(&widths) > width {
        let others = widths.iter_mut().skip(1).filter(|width| **width > NARROWEST);
        match others.max() {
            Some(widest) => *widest -= 1,
            None => break,
        }
    }
    if let [alone] = widths.as_mut_slice() {
        *alone = (*alone).min(width);
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            pad_str(&truncate_str(cell, *width, "…"), *width, Alignment::Left, None).into_owned()
        });
        out.push_str(cells.collect::<Vec<_>>().join(GAP).trim_end());
        out.push('\n');
    }
    out
}

const GAP: &str = "  ";
/// What a column needs to tell anything.
const NARROWEST: usize = 8;

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn columns_give_way_and_the_last_ones_go() {
        let rows = |rows: &[[&str; 2]]| rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let all = rows(&[["NAME", "IMAGE"], ["shop", "registry/shop:1"]]);
        assert_eq!(fitted(all, usize::MAX), "NAME  IMAGE\nshop  registry/shop:1\n");
        let cut: Vec<Vec<String>> = rows(&[["NAME", "IMAGE"], ["shop", "registry/shop:1"], ["商店", "a"]]);
        assert_eq!(fitted(cut.clone(), 15), "NAME  IMAGE\nshop  registry…\n商店  a\n");
        assert_eq!(fitted(cut.clone(), 13), "NAME\nshop\n商店\n");
        assert_eq!(fitted(cut, 3), "NA…\nsh…\n商…\n");
    }
}
