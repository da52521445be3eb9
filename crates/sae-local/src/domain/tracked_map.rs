//! A map that records which of its items may have changed.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::mem;
use std::ops::Deref;

/// A map from identifiers to items that records which items may have changed.
///
/// It is read like a `BTreeMap`. Every insertion, removal and mutable access is recorded; there is no other way to
/// change an item, so no change can be missed. Identifiers are texts unless the service numbers its items.
#[derive(Clone)]
pub struct TrackedMap<T, K = String> {
    items: BTreeMap<K, T>,
    /// Counts the changes.
    revision: u64,
    /// The identifiers of the items that may have changed; none until changes are tracked.
    changed: Option<BTreeSet<K>>,
}

impl<T, K: Ord + Clone> TrackedMap<T, K> {
    /// An empty map that doesn't track changes.
    pub const fn new() -> Self {
        Self { items: BTreeMap::new(), revision: 0, changed: None }
    }

    /// Looks up an item in order to change it.
    pub fn get_mut<Q>(&mut self, id: &Q) -> Option<&mut T>
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        let item = self.items.get_mut(id)?;
        note(&mut self.revision, &mut self.changed, id);
        Some(item)
    }

    /// Inserts an item and returns the one that it replaces.
    pub fn insert(&mut self, id: K, item: T) -> Option<T> {
        note(&mut self.revision, &mut self.changed, &id);
        self.items.insert(id, item)
    }

    /// Removes an item and returns it.
    pub fn remove<Q>(&mut self, id: &Q) -> Option<T>
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        let item = self.items.remove(id)?;
        note(&mut self.revision, &mut self.changed, id);
        Some(item)
    }

    /// Replaces all items.
    pub fn replace(&mut self, items: BTreeMap<K, T>) {
        self.revision += 1;
        let former = mem::replace(&mut self.items, items);
        if let Some(changed) = &mut self.changed {
            changed.extend(former.into_keys().chain(self.items.keys().cloned()));
        }
    }

    /// Tracks changes from now on.
    pub fn track_changes(&mut self) {
        self.changed.get_or_insert_default();
    }

    /// The number of changes so far. If it is the same twice, nothing has changed in between.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The items that may have changed since the last call; none for a removed one.
    pub fn take_changed(&mut self) -> impl Iterator<Item = (K, Option<&T>)> {
        let changed = self.changed.as_mut().map(mem::take).unwrap_or_default();
        changed.into_iter().map(|id| {
            let item = self.items.get(&id);
            (id, item)
        })
    }
}

impl<T, K> Deref for TrackedMap<T, K> {
    type Target = BTreeMap<K, T>;

    fn deref(&self) -> &Self::Target {
        &self.items
    }
}

impl<T: fmt::Debug, K: fmt::Debug> fmt::Debug for TrackedMap<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

fn note<K, Q>(revision: &mut u64, changed: &mut Option<BTreeSet<K>>, id: &Q)
where
    K: Ord + Borrow<Q>,
    Q: Ord + ToOwned<Owned = K> + ?Sized,
{
    *revision += 1;
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
        let mut map = TrackedMap::new();
        map.insert("before".to_owned(), 1);
        map.track_changes();
        map.insert("new".to_owned(), 2);
        map.insert("short-lived".to_owned(), 3);
        map.remove("short-lived");
        *map.get_mut("before").unwrap() += 10;
        assert!(map.get_mut("absent").is_none() && map.remove("absent").is_none());
        assert_eq!(changed(&mut map), [("before", Some(11)), ("new", Some(2)), ("short-lived", None)]);
        assert_eq!(changed(&mut map), []);
        let revision = map.revision();
        assert_eq!((map.get("new"), map.revision()), (Some(&2), revision), "reading changes nothing");
        map.replace(BTreeMap::from([("new".to_owned(), 5)]));
        assert_eq!(changed(&mut map), [("before", None), ("new", Some(5))]);
        assert!(map.revision() > revision);
    }

    fn changed(map: &mut TrackedMap<i32>) -> Vec<(&'static str, Option<i32>)> {
        let name = |id: &str| ["before", "new", "short-lived"].into_iter().find(|name| *name == id).unwrap();
        map.take_changed().map(|(id, item)| (name(&id), item.copied())).collect()
    }
}
