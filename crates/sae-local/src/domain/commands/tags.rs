//! Tagging applications.

use std::collections::BTreeSet;

use crate::domain::tags::{TAG_LIMIT, TOO_MANY, Tag, check_tags};
use crate::domain::{Application, Refusal, State};

/// The tags to take from applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untag {
    /// All of them.
    All,
    /// Those with these keys. Keys that aren't there are ignored.
    Keys(Vec<String>),
}

impl State {
    /// Puts tags on applications. A key that is there gets the new value.
    ///
    /// If one application is refused, none is changed.
    pub fn tag_applications(&mut self, ids: &[String], tags: &[Tag]) -> Result<(), Refusal> {
        check_ids(ids)?;
        if tags.is_empty() {
            return Err(Refusal::new("Missing.TagKey"));
        }
        check_tags(tags)?;
        for id in ids {
            let present = &self.application(id)?.tags;
            let new = tags.iter().filter(|(key, _)| !present.contains_key(key)).count();
            if present.len() + new > TAG_LIMIT {
                return Err(TOO_MANY);
            }
        }
        for id in ids {
            self.application_mut(id)?.tags.extend(tags.iter().cloned());
        }
        Ok(())
    }

    /// Takes tags from applications. If one application doesn't exist, none is changed.
    pub fn untag_applications(&mut self, ids: &[String], which: &Untag) -> Result<(), Refusal> {
        check_ids(ids)?;
        if let Untag::Keys(keys) = which
            && keys.len() > TAG_LIMIT
        {
            return Err(Refusal::unfit("TagKeys", format!("at most {TAG_LIMIT} keys")));
        }
        ids.iter().try_for_each(|id| self.application(id).map(drop))?;
        for id in ids {
            let tags = &mut self.application_mut(id)?.tags;
            match which {
                Untag::All => tags.clear(),
                Untag::Keys(keys) => tags.retain(|key, _| !keys.contains(key)),
            }
        }
        Ok(())
    }

    /// The applications that have all these tags, ordered by identifier; of all applications, or of those named.
    /// Names of applications that don't exist are ignored.
    pub fn tagged_applications(&self, ids: &[String], tags: &[Tag]) -> Result<Vec<&Application>, Refusal> {
        if ids.is_empty() {
            return Ok(self.applications.values().filter(|one| one.has_tags(tags)).collect());
        }
        check_ids(ids)?;
        let ids: BTreeSet<&String> = ids.iter().collect();
        let named = ids.into_iter().filter_map(|id| self.applications.get(id));
        Ok(named.filter(|one| one.has_tags(tags)).collect())
    }
}

impl Application {
    /// Whether it has all these tags.
    pub fn has_tags(&self, tags: &[Tag]) -> bool {
        tags.iter().all(|(key, value)| self.tags.get(key) == Some(value))
    }
}

/// Refuses more than 50 identifiers, and none.
fn check_ids(ids: &[String]) -> Result<(), Refusal> {
    match ids.len() {
        0 => Err(Refusal::missing("ResourceIds")),
        1..=ID_LIMIT => Ok(()),
        _ => Err(Refusal::unfit("ResourceIds", format!("at most {ID_LIMIT} identifiers"))),
    }
}

/// How many resources a call names at most.
const ID_LIMIT: usize = 50;
