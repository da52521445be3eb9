//! Tagging applications and jobs.

use std::collections::BTreeMap;

use crate::domain::refusal::NO_APPLICATION;
use crate::domain::tags::{TAG_LIMIT, TOO_MANY, Tag, Tags, check_tags, has_all};
use crate::domain::{Refusal, State};

/// The tags to take from applications and jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untag {
    /// All of them.
    All,
    /// Those with these keys. Keys that aren't there are ignored.
    Keys(Vec<String>),
}

impl State {
    /// Puts tags on applications and jobs. A key that is there gets the new value.
    ///
    /// If one of them is refused, none is changed.
    pub fn tag_applications(&mut self, ids: &[String], tags: &[Tag]) -> Result<(), Refusal> {
        check_ids(ids)?;
        if tags.is_empty() {
            return Err(Refusal::new("Missing.TagKey"));
        }
        check_tags(tags)?;
        for id in ids {
            let present = self.tags(id)?;
            let new = tags.iter().filter(|(key, _)| !present.contains_key(key)).count();
            if present.len() + new > TAG_LIMIT {
                return Err(TOO_MANY);
            }
        }
        for id in ids {
            self.tags_mut(id)?.extend(tags.iter().cloned());
        }
        Ok(())
    }

    /// Takes tags from applications and jobs. If one of them doesn't exist, none is changed.
    pub fn untag_applications(&mut self, ids: &[String], which: &Untag) -> Result<(), Refusal> {
        check_ids(ids)?;
        if let Untag::Keys(keys) = which
            && keys.len() > TAG_LIMIT
        {
            return Err(Refusal::unfit("TagKeys", format!("at most {TAG_LIMIT} keys")));
        }
        ids.iter().try_for_each(|id| self.tags(id).map(drop))?;
        for id in ids {
            let tags = self.tags_mut(id)?;
            match which {
                Untag::All => tags.clear(),
                Untag::Keys(keys) => tags.retain(|key, _| !keys.contains(key)),
            }
        }
        Ok(())
    }

    /// The tags of the applications and jobs that have all of these, by identifier; of all, or of those named. Names of
    /// ones that don't exist are ignored.
    pub fn tagged<'a>(
        &'a self,
        ids: &'a [String],
        tags: &[Tag],
    ) -> Result<BTreeMap<&'a str, &'a Tags>, Refusal> {
        if ids.is_empty() {
            let applications = self.applications.values().map(|one| (one.id.as_str(), &one.tags));
            let jobs = self.jobs.values().map(|one| (one.id.as_str(), &one.tags));
            return Ok(applications.chain(jobs).filter(|(_, present)| has_all(present, tags)).collect());
        }
        check_ids(ids)?;
        let named = ids.iter().filter_map(|id| Some((id.as_str(), self.tags(id).ok()?)));
        Ok(named.filter(|(_, present)| has_all(present, tags)).collect())
    }

    /// The tags of an application or a job.
    pub fn tags(&self, id: &str) -> Result<&Tags, Refusal> {
        match self.jobs.get(id) {
            Some(job) => Ok(&job.tags),
            None => self.application(id).map(|application| &application.tags),
        }
    }

    fn tags_mut(&mut self, id: &str) -> Result<&mut Tags, Refusal> {
        let Self { applications, jobs, .. } = self;
        match jobs.get_mut(id) {
            Some(job) => Ok(&mut job.tags),
            None => applications.get_mut(id).map(|application| &mut application.tags).ok_or(NO_APPLICATION),
        }
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
