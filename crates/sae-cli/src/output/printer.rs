//! Where results go: standard output, in the form that the command line asks for.

use jmespath::Expression;

use crate::args::Output;
use crate::args::output::Form;
use crate::failure::Failure;
use crate::output::{query, render};

/// How results are to be printed.
pub struct Printer {
    form: Form,
    query: Option<Expression<'static>>,
    wide: bool,
}

impl Printer {
    /// As the command line has it; refuses a query that is none.
    pub fn new(output: &Output) -> Result<Self, Failure> {
        let query = output.query.as_deref().map(query::parse).transpose()?;
        Ok(Self { form: output.form.unwrap_or(Form::Json), query, wide: output.wide })
    }

    /// The form.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Whether everything is shown, whatever the width of the terminal.
    pub const fn is_wide(&self) -> bool {
        self.wide
    }

    /// Whether a part is picked.
    pub const fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Whether the result goes to a program, so that it has to be complete.
    pub const fn is_document(&self) -> bool {
        self.has_query() || matches!(self.form, Form::Json | Form::Yaml)
    }

    /// Whether the result goes to a person, who wants what matters of it.
    pub const fn is_page(&self) -> bool {
        !self.has_query() && matches!(self.form, Form::Table)
    }

    /// Prints a JSON document, or what the query picks of it.
    pub fn print(&self, json: &str) -> Result<(), Failure> {
        match &self.query {
            Some(query) => render::print(&render::pick(json, query)?, self.form, self.wide),
            None => render::print(json, self.form, self.wide),
        }
    }

    /// The same for a value, of which no text is made where it can be written at once.
    pub fn print_value(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        if self.query.is_none() {
            return render::print_value(value, self.form, self.wide);
        }
        let json = serde_json::to_string(value)
            .map_err(|error| Failure::other(format!("the result can't be shown: {error}")))?;
        self.print(&json)
    }
}
