//! What an answer held that fitted no field.

use std::borrow::Cow;
use std::fmt;

use crate::schema::memory::{MemoryBudget, OverBudget};

/// Something in an answer that has no place in its fields. The answer as a whole is still good, and what came is kept: see
/// [`UnknownMembers`](crate::UnknownMembers).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// Where it stood: `Data.Instances[3].CreateTimeStamp`.
    pub path: String,
    /// The value as it came: a text as it is, anything else as JSON.
    pub value: String,
    /// In how many items of lists the same was found; the path is that of the first.
    pub count: usize,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// A value that no reading of its field fits; the field is left empty.
    Misfit,
    /// A member that this version of the SDK doesn't know.
    Unknown,
    /// A member that came more than once, with different values; the note has one that isn't in the field. Of JSON the last one is
    /// there, with the items of lists and the members of objects from all; of XML the first.
    Repeated,
}

/// Without the value, which may be a secret.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note")
            .field("kind", &self.kind)
            .field("path", &self.path)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// What has been noted. Paths are put together on the way back from where a value stood, so that they cost nothing unless something
/// has to be noted.
#[derive(Default)]
pub(crate) struct Notes {
    list: Vec<Note>,
    is_off: bool,
}

impl Notes {
    /// Notes that nobody will read: none is made.
    #[cfg(feature = "client")]
    pub(crate) const fn off() -> Self {
        Self { list: Vec::new(), is_off: true }
    }

    /// Notes a value at the place that is being read.
    pub(crate) fn add(
        &mut self,
        kind: NoteKind,
        value: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        if !self.is_off && self.list.len() < MOST {
            budget.take_piece(value.len() + 2 * size_of::<Note>())?;
            self.list.push(Note { kind, path: String::new(), value: value.to_owned(), count: 1 });
        }
        Ok(())
    }

    /// How much has been noted so far, to be told on leaving the place that is entered now.
    pub(crate) const fn count(&self) -> usize {
        self.list.len()
    }

    /// What has been noted since then stood inside this member.
    pub(crate) fn inside_member(
        &mut self,
        since: usize,
        name: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        if self.list.len() > since { self.prefix(since, name, budget) } else { Ok(()) }
    }

    /// What has been noted since then stood inside this item.
    pub(crate) fn inside_item(
        &mut self,
        since: usize,
        index: usize,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        if self.list.len() > since { self.prefix(since, &format!("[{index}]"), budget) } else { Ok(()) }
    }

    /// Members that nobody knows are noted once for a list, since they are likely to be in each of its items: what has been noted
    /// since the second count is added to its like, noted since the first.
    pub(crate) fn merge(&mut self, list: usize, since: usize) {
        if list != since && self.list.len() > since {
            self.merge_new(list, since);
        }
    }

    #[cold]
    fn merge_new(&mut self, list: usize, since: usize) {
        let new = self.list.split_off(since);
        for note in new {
            let known = self.list.iter_mut().skip(list).find(|known| known.is_like(&note));
            match known {
                Some(known) => known.count += note.count,
                None => self.list.push(note),
            }
        }
    }

    #[cold]
    fn prefix(&mut self, since: usize, step: &str, budget: &mut MemoryBudget) -> Result<(), OverBudget> {
        let step = shortened(step);
        for Note { path, .. } in self.list.iter_mut().skip(since) {
            budget.take(step.len() + 1)?;
            if path.is_empty() {
                budget.take(USUAL_PATH)?;
                path.reserve(step.len() + USUAL_PATH);
            } else if !path.starts_with('[') {
                path.insert(0, '.');
            }
            path.insert_str(0, &step);
        }
        Ok(())
    }
}

impl From<Notes> for Vec<Note> {
    fn from(notes: Notes) -> Self {
        notes.list
    }
}

impl Note {
    /// Whether both tell of the same unknown member, in items of the same list.
    fn is_like(&self, other: &Self) -> bool {
        let is_unknown = self.kind == NoteKind::Unknown && other.kind == NoteKind::Unknown;
        is_unknown && without_indices(&self.path).eq(without_indices(&other.path))
    }
}

fn without_indices(path: &str) -> impl Iterator<Item = &str> {
    path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest))
}

/// Keys of maps are whatever the service sends.
fn shortened(step: &str) -> Cow<'_, str> {
    if step.len() <= LONGEST_STEP {
        return Cow::Borrowed(step);
    }
    match step.char_indices().nth(LONGEST_STEP) {
        Some((end, _)) => Cow::Owned(format!("{}…", step.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(step),
    }
}

/// More is not noted: who reads a thousand notes has seen enough.
const MOST: usize = 1000;
const LONGEST_STEP: usize = 128;
/// Room for the steps around a member, so that a path is seldom moved.
const USUAL_PATH: usize = 32;
