//! A collection that notes what is changed in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::mem;
use std::ops::Deref;

/// Things by identifier.
///
/// It can be read like the map that it is. What is put in, taken out or handed out to be changed is noted: there is no
/// way around that, so no change can be missed.
#[derive(Clone)]
pub struct TrackedMap<T> {
    things: BTreeMap<String, T>,
    /// How often something may have been changed.
    touches: u64,
    /// What may have been changed since somebody asked; nobody ever does if nothing is kept.
    changed: Option<BTreeSet<String>>,
}

impl<T> TrackedMap<T> {
    /// An empty one.
    pub const fn new() -> Self {
        Self { things: BTreeMap::new(), touches: 0, changed: None }
    }

    /// A thing to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let thing = self.things.get_mut(id)?;
        note(&mut self.touches, &mut self.changed, id);
        Some(thing)
    }

    /// Puts a thing in; gives the one whose place it takes.
    pub fn insert(&mut self, id: String, thing: T) -> Option<T> {
        note(&mut self.touches, &mut self.changed, &id);
        self.things.insert(id, thing)
    }

    /// Takes a thing out.
    pub fn remove(&mut self, id: &str) -> Option<T> {
        let thing = self.things.remove(id)?;
        note(&mut self.touches, &mut self.changed, id);
        Some(thing)
    }

    /// Has these things and no others.
    pub fn replace(&mut self, things: BTreeMap<String, T>) {
        self.touches += 1;
        let former = mem::replace(&mut self.things, things);
        if let Some(changed) = &mut self.changed {
            changed.extend(former.into_keys().chain(self.things.keys().cloned()));
        }
    }

    /// From now on, notes what is changed.
    pub fn watch(&mut self) {
        self.changed.get_or_insert_default();
    }

    /// How often something may have been changed. The same number twice says that nothing was in between.
    pub const fn touches(&self) -> u64 {
        self.touches
    }

    /// What may have been changed since the last time, with what has become of it.
    pub fn take_touched(&mut self) -> impl Iterator<Item = (String, Option<&T>)> {
        let changed = self.changed.as_mut().map(mem::take).unwrap_or_default();
        changed.into_iter().map(|id| {
            let thing = self.things.get(&id);
            (id, thing)
        })
    }
}

impl<T> Deref for TrackedMap<T> {
    type Target = BTreeMap<String, T>;

    fn deref(&self) -> &Self::Target {
        &self.things
    }
}

impl<T: fmt::Debug> fmt::Debug for TrackedMap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.things.fmt(f)
    }
}

fn note(touches: &mut u64, changed: &mut Option<BTreeSet<String>>, id: &str) {
    *touches += 1;
    if let Some(changed) = changed
        && !changed.contains(id)
    {
        changed.insert(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::TrackedMap;

    #[test]
    fn what_may_have_changed_is_told_once() {
        let mut shelf = TrackedMap::new();
        shelf.insert("before".to_owned(), 1);
        shelf.watch();
        shelf.insert("new".to_owned(), 2);
        shelf.insert("short-lived".to_owned(), 3);
        shelf.remove("short-lived");
        *shelf.get_mut("before").unwrap() += 10;
        assert!(shelf.get_mut("absent").is_none() && shelf.remove("absent").is_none());
        assert_eq!(changed(&mut shelf), [("before", Some(11)), ("new", Some(2)), ("short-lived", None)]);
        assert_eq!(changed(&mut shelf), []);
        let touches = shelf.touches();
        assert_eq!((shelf.get("new"), shelf.touches()), (Some(&2), touches), "reading changes nothing");
        shelf.replace(BTreeMap::from([("new".to_owned(), 5)]));
        assert_eq!(changed(&mut shelf), [("before", None), ("new", Some(5))]);
        assert!(shelf.touches() > touches);
    }

    fn changed(shelf: &mut TrackedMap<i32>) -> Vec<(&'static str, Option<i32>)> {
        let name = |id: &str| ["before", "new", "short-lived"].into_iter().find(|name| *name == id).unwrap();
        shelf.take_touched().map(|(id, thing)| (name(&id), thing.copied())).collect()
    }
}
