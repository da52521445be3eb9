//! What the decoders of JSON and XML have in common: notes, the count of memory, and what becomes of values without a place.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::encode_json;
use crate::schema::fields::{Fields, List, Map, Open, Scalar, Slot, View};
use crate::schema::memory::{MemoryBudget, OverBudget};
use crate::schema::note::Notes;
use crate::schema::unknown_members::{push_quoted, quoted};
use crate::wire::json::encode::value_with_parts;
use crate::{Any, Note, NoteKind};

/// A document while it is read. Opaque to all but the decoders.
pub(crate) struct Reading {
    pub(crate) notes: Notes,
    pub(crate) budget: MemoryBudget,
}

/// What of a value has no place in its slot, for the struct around it to keep; mostly nothing. Every value returns one, so it is a
/// pointer in size.
pub(crate) type Left = Option<Box<LeftOver>>;

/// JSON that has no place in its slot.
pub(crate) struct LeftOver {
    /// Whether it is the whole value, and the slot is empty. Else it is an object of parts: entries of a map, members around a list,
    /// items by their index.
    pub(crate) is_whole: bool,
    pub(crate) json: String,
}

impl LeftOver {
    /// All of a value.
    pub(crate) const fn whole(json: String) -> Self {
        Self { is_whole: true, json }
    }
}

/// What a list left over that came without its announced wrapper: parts are kept around the list, as members of the wrapper.
pub(crate) fn inside(
    left: Left,
    wrapper: Option<&str>,
    budget: &mut MemoryBudget,
) -> Result<Left, OverBudget> {
    match (wrapper, left) {
        (Some(wrapper), Some(left)) if !left.is_whole => {
            let mut around = LeftParts::default();
            around.add(wrapper, &left.json, budget)?;
            Ok(around.into_left())
        }
        (_, left) => Ok(left),
    }
}

impl Reading {
    pub(crate) fn new(limit: usize) -> Self {
        Self { notes: Notes::default(), budget: MemoryBudget::new(limit) }
    }

    /// The same without notes: most programs never look at them, and to note an unknown member costs as much as to keep it.
    #[cfg(feature = "client")]
    pub(crate) const fn without_notes(limit: usize) -> Self {
        Self { notes: Notes::off(), budget: MemoryBudget::new(limit) }
    }

    pub(crate) fn into_notes(self) -> Vec<Note> {
        self.notes.into()
    }

    /// Notes a value that fits no reading of its slot.
    #[cold]
    pub(crate) fn misfit(&mut self, value: Scalar<'_>) -> Result<Left, OverBudget> {
        let text = value.text();
        self.notes.add(NoteKind::Misfit, &text, &mut self.budget)?;
        let json = match value {
            Scalar::Text(text) => quoted(text),
            _ => text.into_owned(),
        };
        self.kept(json)
    }

    /// The same for a structure, or for `null` where there must be a value.
    #[cold]
    pub(crate) fn misfit_json(&mut self, json: String) -> Result<Left, OverBudget> {
        self.notes.add(NoteKind::Misfit, &json, &mut self.budget)?;
        self.kept(json)
    }

    /// Notes a value of a member that has another one, too.
    #[cold]
    pub(crate) fn repeated(&mut self, json: String) -> Result<Left, OverBudget> {
        self.notes.add(NoteKind::Repeated, &json, &mut self.budget)?;
        self.kept(json)
    }

    fn kept(&mut self, mut json: String) -> Result<Left, OverBudget> {
        // The encoder begins with room for more than most of these need.
        json.shrink_to_fit();
        self.budget.take_piece(json.len())?;
        Ok(Some(Box::new(LeftOver::whole(json))))
    }

    /// Notes and keeps a member that the struct doesn't know.
    #[cold]
    pub(crate) fn unknown(
        &mut self,
        name: &str,
        json: &str,
        fields: &mut dyn Fields,
    ) -> Result<(), OverBudget> {
        let before = self.notes.count();
        self.notes.add(NoteKind::Unknown, json, &mut self.budget)?;
        self.notes.inside_member(before, name, &mut self.budget)?;
        self.keep(name, json, fields)
    }

    /// Says where the notes on a member were made, and keeps what its slot left over.
    #[cold]
    pub(crate) fn leave_member(
        &mut self,
        before: usize,
        name: &str,
        left: Left,
        fields: &mut dyn Fields,
    ) -> Result<(), OverBudget> {
        self.notes.inside_member(before, name, &mut self.budget)?;
        self.keep_left(name, left, fields)
    }

    /// Keeps what the slot of a member left over.
    pub(crate) fn keep_left(
        &mut self,
        name: &str,
        left: Left,
        fields: &mut dyn Fields,
    ) -> Result<(), OverBudget> {
        left.map_or(Ok(()), |left| self.keep(name, &left.json, fields))
    }

    /// Keeps the values of members that came more than once.
    pub(crate) fn keep_repeated(
        &mut self,
        repeated: Repeated,
        fields: &mut dyn Fields,
    ) -> Result<(), OverBudget> {
        repeated.each(|name, values| self.keep(name, values, fields))
    }

    fn keep(&mut self, name: &str, json: &str, fields: &mut dyn Fields) -> Result<(), OverBudget> {
        match fields.unknown_members_mut() {
            Some(members) => members.keep(name, json, &mut self.budget),
            None => Ok(()),
        }
    }

    /// A value as JSON, counted before it is written.
    pub(crate) fn json_of(&mut self, value: &dyn Slot) -> Result<String, OverBudget> {
        let length = encode_json::length(value);
        self.budget.take_piece(length)?;
        Ok(encode_json::to_string_of_length(value, length))
    }

    /// Appends an empty item.
    pub(crate) fn push<'l>(&mut self, list: &'l mut dyn List) -> Result<&'l mut dyn Slot, OverBudget> {
        self.budget.take_growth(list.growth())?;
        Ok(list.push())
    }

    /// The place of a map's entry, and whether it is taken; `count` is how many came before it.
    pub(crate) fn entry<'m>(
        &mut self,
        map: &'m mut dyn Map,
        count: usize,
        name: &str,
    ) -> Result<(&'m mut dyn Slot, bool), OverBudget> {
        self.budget.take_piece(name.len())?;
        // A node has room for eleven entries, and is never less than half full; the first is made for a single one.
        if count.is_multiple_of(5) {
            let node = 11 * map.entry_size() + 16;
            self.budget.take_piece(if count == 0 { node } else { node + node / 4 })?;
        }
        Ok(map.entry(name))
    }
}

/// What the items of a list left over.
#[derive(Default)]
pub(crate) struct LeftItems(Vec<(usize, String)>);

impl LeftItems {
    /// Takes what the last item left over, and removes the item if that is all of it.
    pub(crate) fn add(
        &mut self,
        index: usize,
        left: Left,
        list: &mut dyn List,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        let Some(left) = left else { return Ok(()) };
        let LeftOver { is_whole, mut json } = *left;
        if !is_whole {
            // A list or a map in a list: as a whole, for a part of it could not be told from an item.
            let mut inner = None;
            list.each(&mut |item| inner = Some(item));
            if let Some(item) = inner {
                json = value_with_parts(item, &json);
            }
        }
        list.pop();
        self.push(index, json, budget)
    }

    /// Leaves an item: takes what it left over and says where the notes on it were made. `notes` is the count of them when the list
    /// began and when the item did.
    #[inline]
    pub(crate) fn leave(
        &mut self,
        index: usize,
        left: Left,
        notes: Range<usize>,
        list: &mut dyn List,
        reading: &mut Reading,
    ) -> Result<(), OverBudget> {
        if left.is_some() {
            self.add(index, left, list, &mut reading.budget)?;
        }
        reading.notes.inside_item(notes.end, index, &mut reading.budget)?;
        reading.notes.merge(notes.start, notes.end);
        Ok(())
    }

    /// Takes an item that was never appended.
    pub(crate) fn push(
        &mut self,
        index: usize,
        json: String,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        // The list of them grows, and becomes a text in the end.
        budget.take_piece(3 * (json.len() + size_of::<(usize, String)>()))?;
        self.0.push((index, json));
        Ok(())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// All of it: a list if nothing of the list could be read, else by index.
    pub(crate) fn into_left(self, list: &dyn List) -> Left {
        if self.0.is_empty() {
            None
        } else if list.is_empty() {
            let items: Vec<_> = self.0.into_iter().map(|(_, json)| json).collect();
            Some(Box::new(LeftOver::whole(format!("[{}]", items.join(",")))))
        } else {
            let mut parts = LeftParts::default();
            for (index, json) in self.0 {
                parts.push(&index.to_string(), &json);
            }
            parts.into_left()
        }
    }
}

/// What the members of a map, or those around a list, left over.
#[derive(Default)]
pub(crate) struct LeftParts(String);

impl LeftParts {
    pub(crate) fn add(
        &mut self,
        name: &str,
        json: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        // While the text grows, up to three times its length are there.
        budget.take_piece(3 * (name.len() + json.len() + 4))?;
        self.push(name, json);
        Ok(())
    }

    /// Leaves an entry of a map: takes what it left over, removes it if that is all of it, and says where the notes on it were made.
    pub(crate) fn leave(
        &mut self,
        name: &str,
        left: Left,
        notes_before: usize,
        map: &mut dyn Map,
        reading: &mut Reading,
    ) -> Result<(), OverBudget> {
        reading.notes.inside_member(notes_before, name, &mut reading.budget)?;
        let Some(left) = left else { return Ok(()) };
        if left.is_whole {
            map.remove(name);
        }
        self.add(name, &left.json, &mut reading.budget)
    }

    /// Notes and keeps a member beside an announced list.
    pub(crate) fn add_unknown(
        &mut self,
        name: &str,
        json: &str,
        reading: &mut Reading,
    ) -> Result<(), OverBudget> {
        let before = reading.notes.count();
        reading.notes.add(NoteKind::Unknown, json, &mut reading.budget)?;
        reading.notes.inside_member(before, name, &mut reading.budget)?;
        self.add(name, json, &mut reading.budget)
    }

    fn push(&mut self, name: &str, json: &str) {
        let mark = if self.0.is_empty() { '{' } else { ',' };
        self.0.push(mark);
        push_quoted(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(crate) fn into_left(mut self) -> Left {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(Box::new(LeftOver { is_whole: false, json: self.0 }))
    }
}

/// Values of members that came more than once, but for those that are in their fields.
#[derive(Default)]
pub(crate) struct Repeated(BTreeMap<String, String>);

impl Repeated {
    /// Takes what a slot held, if it holds something else now.
    #[cold]
    pub(crate) fn take_former(
        &mut self,
        name: &str,
        former: String,
        slot: &dyn Slot,
        reading: &mut Reading,
    ) -> Result<(), OverBudget> {
        if reading.json_of(slot)? == former {
            return Ok(());
        }
        let left = reading.repeated(former)?;
        left.map_or(Ok(()), |left| self.add(name, &left.json, &mut reading.budget))
    }

    #[cold]
    pub(crate) fn add(
        &mut self,
        name: &str,
        json: &str,
        budget: &mut MemoryBudget,
    ) -> Result<(), OverBudget> {
        // While the text grows, up to three times its length are there.
        budget.take_piece(3 * (name.len() + json.len() + size_of::<(String, String)>()))?;
        if let Some(values) = self.0.get_mut(name) {
            values.push(',');
            values.push_str(json);
        } else {
            self.0.insert(name.to_owned(), json.to_owned());
        }
        Ok(())
    }

    /// Hands them over, each as a list.
    #[inline]
    pub(crate) fn each(
        self,
        mut take: impl FnMut(&str, &str) -> Result<(), OverBudget>,
    ) -> Result<(), OverBudget> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.into_iter().try_for_each(|(name, values)| take(&name, &format!("[{values}]")))
    }
}

/// A list as a slot, for a value that stands for all of it.
pub(crate) struct ListSlot<'a>(pub(crate) &'a mut dyn List);

impl Slot for ListSlot<'_> {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        if matches!(value, Scalar::Text(text) if text.trim().is_empty()) {
            return true;
        }
        let fits = self.0.push().put(value);
        if !fits {
            self.0.pop();
        }
        fits
    }

    fn open(&mut self) -> Open<'_> {
        Open::List(self.0)
    }

    fn view(&self) -> View<'_> {
        View::List(self.0)
    }
}

/// The fields of a document as a slot.
pub(crate) struct ObjectSlot<'a>(pub(crate) &'a mut dyn Fields);

impl Slot for ObjectSlot<'_> {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, _: Scalar<'_>) -> bool {
        false
    }

    fn open(&mut self) -> Open<'_> {
        Open::Object(self.0)
    }

    fn view(&self) -> View<'_> {
        View::Object(self.0)
    }
}

/// A value of any shape that stands where its slot can't take it, as text if the slot takes that.
pub(crate) fn put_structure(
    structure: &Any,
    slot: &mut dyn Slot,
    reading: &mut Reading,
) -> Result<Left, OverBudget> {
    let json = reading.json_of(structure)?;
    reading.budget.check(json.len())?;
    if slot.put(Scalar::Text(&json)) { Ok(None) } else { reading.misfit_json(json) }
}
