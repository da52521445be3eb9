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

/// The path alone: the value may be a secret.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What has been noted. Paths are put together on the way back from where a value stood, so that they cost nothing unless something
/// has to be noted.
#[derive(Default)]
pub(crate) struct Notes(Vec<Note>);

impl Notes {
    /// Notes a value at the place that is being read.
    pub(crate) fn misfit(&mut self, value: impl Into<String>) {
        self.0.push(Note { path: String::new(), value: value.into() });
    }

    /// Takes over what was noted about the value at the place that is being read.
    pub(crate) fn extend(&mut self, notes: Vec<Note>) {
        self.0.extend(notes);
    }

    /// How much has been noted so far, to be told on leaving the place that is entered now.
    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }

    /// What has been noted since then stood inside this member.
    pub(crate) fn inside_member(&mut self, since: usize, name: &str) {
        if self.0.len() > since {
            self.prefix(since, name);
        }
    }

    /// What has been noted since then stood inside this item.
    pub(crate) fn inside_item(&mut self, since: usize, index: usize) {
        if self.0.len() > since {
            self.prefix(since, &format!("[{index}]"));
        }
    }

    #[cold]
    fn prefix(&mut self, since: usize, step: &str) {
        for Note { path, .. } in self.0.iter_mut().skip(since) {
            let gap = if path.is_empty() || path.starts_with('[') { "" } else { "." };
            *path = format!("{step}{gap}{path}");
        }
    }
}

impl From<Notes> for Vec<Note> {
    fn from(notes: Notes) -> Self {
        notes.0
    }
}
