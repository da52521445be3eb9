//! Prints log lines: for a person, into a pipe, or as a document.

use console::{Color, style};
use serde_json::json;

use super::line::Line;
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::output::printer::Printer;
use crate::output::stdout;

/// Prints lines, or collects them for a document.
#[derive(Debug)]
pub struct Page {
    form: Form,
    /// IDs of instances and their short names, in order of appearance.
    names: Vec<(String, String)>,
    /// Whether lines are prefixed with the name of their instance.
    prefixed: bool,
}

#[derive(Debug)]
enum Form {
    Lines { terminal: bool },
    Document(Vec<Line>),
}

impl Page {
    /// Prints lines as they come.
    pub const fn lines(terminal: bool) -> Self {
        Self { form: Form::Lines { terminal }, names: Vec::new(), prefixed: true }
    }

    /// Collects all lines.
    pub const fn document() -> Self {
        Self { form: Form::Document(Vec::new()), names: Vec::new(), prefixed: false }
    }

    /// Without prefixes.
    pub fn unprefixed(self) -> Self {
        Self { prefixed: false, ..self }
    }

    /// Returns the short name of an instance.
    pub fn introduce(&mut self, id: &str) -> String {
        if let Some((_, name)) = self.names.iter().find(|(known, _)| known == id) {
            return name.clone();
        }
        let end = id.rsplit('-').next().unwrap_or(id);
        let is_taken = end.is_empty() || self.names.iter().any(|(_, name)| name == end);
        let name = if is_taken { id } else { end }.to_owned();
        self.names.push((id.to_owned(), name.clone()));
        name
    }

    /// Adds lines. Returns whether somebody still reads them.
    pub fn add(&mut self, lines: Vec<Line>) -> Result<bool, Failure> {
        let terminal = match &mut self.form {
            Form::Document(all) => {
                all.extend(lines);
                return Ok(true);
            }
            Form::Lines { terminal } => *terminal,
        };
        let mut text = String::new();
        for line in lines {
            if self.prefixed {
                text.push_str(&self.prefix(&line.instance, terminal));
            }
            // On a terminal, control characters are escaped; a file gets the line as it is.
            if terminal {
                text.push_str(&escape_control(&line.text.replace('\t', "    ")));
            } else {
                text.push_str(&line.text);
            }
            text.push('\n');
        }
        stdout::write_and_look(text.as_bytes())
    }

    /// Whether standard output still has a reader. Finds out without writing.
    #[cfg(unix)]
    pub fn is_read() -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let out = std::io::stdout();
        let mut asked = [PollFd::new(&out, PollFlags::empty())];
        let gone = PollFlags::ERR | PollFlags::HUP;
        poll(&mut asked, Some(&Timespec::default())).is_err()
            || asked.iter().all(|it| !it.revents().intersects(gone))
    }

    /// Whether standard output still has a reader: known only after writing.
    #[cfg(not(unix))]
    pub const fn is_read() -> bool {
        true
    }

    /// Prints the collected document.
    pub fn end(self, printer: &Printer) -> Result<(), Failure> {
        let Form::Document(lines) = self.form else { return Ok(()) };
        let lines = lines.iter().map(|line| json!({ "InstanceId": line.instance, "Line": line.text }));
        printer.print(&format!("{:#}", serde_json::Value::Array(lines.collect())))
    }

    fn prefix(&mut self, id: &str, terminal: bool) -> String {
        let name = self.introduce(id);
        let width = self.names.iter().map(|(_, name)| name.len()).max().unwrap_or(0);
        let prefix = format!("{:<width$} |", escape_control(&name));
        if !terminal {
            return prefix + " ";
        }
        let place = self.names.iter().position(|(known, _)| known == id).unwrap_or(0);
        let colour = COLOURS.iter().cycle().nth(place % COLOURS.len()).copied().unwrap_or(Color::Cyan);
        format!("{} ", style(prefix).fg(colour))
    }
}

const COLOURS: [Color; 6] =
    [Color::Cyan, Color::Yellow, Color::Green, Color::Magenta, Color::Blue, Color::Red];
