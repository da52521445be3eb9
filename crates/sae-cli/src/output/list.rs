//! Lists: columns that matter for people, everything for programs, identifiers alone for pipes.

use sae::transport::text::escape_control;
use sae::transport::{Fields, Paged, Slot, encode_json};
use sae::{Error, Items};

use crate::args::Listing;
use crate::args::output::Form;
use crate::failure::Failure;
use crate::output::columns::{Columns, escape_and_redact, sentence};
use crate::output::printer::Printer;
use crate::output::render;

/// A column of a table.
pub struct Column<T> {
    /// Title.
    pub title: &'static str,
    /// Text for an item.
    pub cell: fn(&T) -> String,
}

/// A list of items of one kind.
pub struct List<T: 'static> {
    /// Columns of the table, the ID first.
    pub columns: &'static [Column<T>],
    /// Titles of the columns that a narrow terminal hides first, least important first.
    pub hide: &'static [&'static str],
    /// The ID that other commands take.
    pub id: fn(&T) -> String,
    /// Message if there are none.
    pub none: &'static str,
}

/// Reads the items of a list, up to the limit.
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
    /// Prints the items in the wanted format.
    pub fn print(&self, printer: &Printer, mut items: Vec<T>, listing: &Listing) -> Result<(), Failure> {
        items.truncate(listing.limit());
        if listing.quiet {
            let ids: String =
                items.iter().map(|item| escape_control(&(self.id)(item)).into_owned() + "\n").collect();
            return render::write(&ids);
        }
        if printer.is_document() {
            return printer.print(&encode_json::value_to_string_pretty(&items));
        }
        let titles = self.columns.iter().map(|column| column.title.to_owned()).collect();
        print_rows(titles, self.hide, items.iter().map(|item| self.cells(item)).collect(), printer, self.none)
    }

    fn cells(&self, item: &T) -> Vec<String> {
        self.columns.iter().map(|column| (column.cell)(item)).collect()
    }
}

/// A table: columns on a screen, lines with tabs as text.
pub struct Table {
    titles: &'static [&'static str],
    hide: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table; a narrow terminal hides the columns of `hide` first.
    pub const fn new(titles: &'static [&'static str], hide: &'static [&'static str]) -> Self {
        Self { titles, hide, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints the table, or `none` on standard error if it has no rows.
    pub fn print(self, printer: &Printer, none: &str) -> Result<(), Failure> {
        print_rows(self.titles(), self.hide, self.rows, printer, none)
    }

    fn titles(&self) -> Vec<String> {
        self.titles.iter().map(|title| (*title).to_owned()).collect()
    }
}

/// Prints the page of one thing: names with values, and perhaps a table.
pub fn print_page(
    printer: &Printer,
    facts: impl IntoIterator<Item = (&'static str, Option<String>)>,
    table: Option<Table>,
) -> Result<(), Failure> {
    let mut columns = Columns::new(printer.is_wide());
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut text = columns.pairs(facts.filter(|(_, value)| !value.is_empty()));
    if let Some(table) = table.filter(|table| !table.rows.is_empty()) {
        text.push('\n');
        text.push_str(&columns.table(table.titles(), table.hide, table.rows));
    }
    render::write(&text)?;
    columns.report_hidden();
    Ok(())
}

fn print_rows(
    titles: Vec<String>,
    hide: &[&str],
    rows: Vec<Vec<String>>,
    printer: &Printer,
    none: &str,
) -> Result<(), Failure> {
    if printer.form() == Form::Text {
        let line = |row: &Vec<String>| {
            row.iter().map(|cell| escape_and_redact(cell)).collect::<Vec<_>>().join("\t") + "\n"
        };
        return render::write(&rows.iter().map(line).collect::<String>());
    }
    if rows.is_empty() {
        sentence(none);
        return Ok(());
    }
    let mut columns = Columns::new(printer.is_wide());
    render::write(&columns.table(titles, hide, rows))?;
    columns.report_hidden();
    Ok(())
}
