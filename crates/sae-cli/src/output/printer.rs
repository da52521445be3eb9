//! Prints results on standard output in the wanted format.

use jmespath::Expression;

use crate::args::Output;
use crate::args::output::Form;
use crate::failure::Failure;
use crate::output::{query, render};

/// Prints results as the command line asks.
pub struct Printer {
    form: Form,
    query: Option<Expression<'static>>,
    wide: bool,
}

impl Printer {
    /// Fails if the query is invalid.
    pub fn new(output: &Output) -> Result<Self, Failure> {
        let query = output.query.as_deref().map(query::parse).transpose()?;
        Ok(Self { form: output.form.unwrap_or(Form::Json), query, wide: output.wide })
    }

    /// The output format.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Whether nothing is hidden or truncated.
    pub const fn is_wide(&self) -> bool {
        self.wide
    }

    /// Whether a query selects a part.
    pub const fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Whether the result is for a program, so that it has to be complete.
    pub const fn is_document(&self) -> bool {
        self.has_query() || matches!(self.form, Form::Json | Form::Yaml)
    }

    /// Whether the result is a page for a person.
    pub const fn is_page(&self) -> bool {
        !self.has_query() && matches!(self.form, Form::Table)
    }

    /// Prints a JSON document, or the part that the query selects.
    pub fn print(&self, json: &str) -> Result<(), Failure> {
        match &self.query {
            Some(query) => render::print(&render::pick(json, query)?, self.form, self.wide),
            None => render::print(json, self.form, self.wide),
        }
    }

    /// The same for a value, which is written without building its text if possible.
    pub fn print_value(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        if self.query.is_none() {
            return render::print_value(value, self.form, self.wide);
        }
        let json = serde_json::to_string(value)
            .map_err(|error| Failure::other(format!("the result can't be shown: {error}")))?;
        self.print(&json)
    }
}
