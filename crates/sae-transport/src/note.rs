//! What an answer held that fitted no field.

use std::fmt;

/// A value that no reading of its field fits. The field is left empty; the answer as a whole is still good.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// Where it stood: `Data.Instances[3].CreateTimeStamp`.
    pub path: String,
    /// The value as it came.
    pub value: String,
}

impl Note {
    /// The same note in a document that has what it is about at this place.
    pub(crate) fn below(mut self, place: &Path<'_>) -> Self {
        let gap = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{place}{gap}{}", self.path);
        self
    }

    pub(crate) fn new(path: &Path<'_>, value: String) -> Self {
        Self { path: path.to_string(), value }
    }
}

/// The path alone: the value may be a secret.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A place in a document, as a chain through the callers' stack frames: free unless something has to be noted.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> Path<'a> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    pub(crate) const fn member(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Member(name) }
    }

    pub(crate) const fn item(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Item(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nested = match self.parent {
            Some(parent) => {
                parent.fmt(f)?;
                !matches!(parent.step, Step::Root)
            }
            None => false,
        };
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) if nested => write!(f, ".{name}"),
            Step::Member(name) => f.write_str(name),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}
