//! Plans: the changes between the present state and a manifest.

use std::collections::BTreeMap;
use std::fmt;

use sae::Client;
use serde_json::json;

use crate::change::{self, Action, Change, Live};
use crate::entry::{Entry, Manifest};
use crate::error::Error;
use crate::feasible::Offer;
use crate::finding::Finding;
use crate::hints::did_you_mean;
use crate::keys::{self, Key};
use crate::live::{self, Running};
use crate::value::Value;
use sae::transport::text::escape_control;

/// The changes that a manifest asks for, in the order in which they are made.
#[derive(Debug)]
pub struct Plan {
    pub(crate) changes: Vec<Change>,
    /// Keys whose value the service doesn't return, by what has them.
    uncompared: Vec<(String, Vec<String>)>,
}

/// What happens to applications that run in a namespace of the manifest, but that the manifest doesn't name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third thing to do with an application")]
pub enum Unlisted {
    /// They are left alone.
    Keep,
    /// They are deleted.
    Delete,
}

impl Plan {
    /// Compares a manifest with the present state; changes nothing. `unlisted` says what happens to applications that the manifest
    /// doesn't name.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with all mistakes of the manifest and everything that the service would refuse, as far as that can be known;
    /// [`Error::Call`] if the service can't be asked.
    pub async fn new(client: &Client, manifest: &Manifest, unlisted: Unlisted) -> Result<Self, Error> {
        let mut findings = manifest.mistakes.clone();
        match Self::compared(client, manifest, unlisted).await {
            Ok((plan, refused)) => {
                findings.extend(refused);
                if findings.is_empty() { Ok(plan) } else { Err(manifest.failure(findings)) }
            }
            // Mistakes are reported even if the service can't be asked.
            Err(_) if !findings.is_empty() => Err(manifest.failure(findings)),
            Err(failure) => Err(failure),
        }
    }

    /// The plan, and what the service would refuse.
    async fn compared(
        client: &Client,
        manifest: &Manifest,
        unlisted: Unlisted,
    ) -> Result<(Self, Vec<Finding>), Error> {
        let (mut changes, mut uncompared, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        let offer = Offer::of(client, manifest).await?;
        let known = live::namespaces(client).await?;
        let found = |id: &str| {
            known.iter().find(|namespace| namespace.get("id").and_then(Value::as_text) == Some(id))
        };
        for entry in &manifest.namespaces {
            let live = found(entry.text("id"));
            if live.is_some() {
                uncompared.extend(write_only(entry, "namespace", entry.text("id"), &keys::namespace()));
            } else {
                findings.extend(offer.namespace(entry));
            }
            if manifest.mistakes.is_empty() {
                changes.extend(change::namespace(entry, live)?);
            }
        }
        let mut running = BTreeMap::new();
        for entry in &manifest.namespaces {
            running.insert(entry.text("id"), Vec::new());
        }
        for entry in &manifest.applications {
            let id = entry.text("namespace");
            if found(id).is_none() && !running.contains_key(id) {
                let known = known.iter().filter_map(|namespace| namespace.get("id")?.as_text());
                let near =
                    did_you_mean(id, known.chain(manifest.namespaces.iter().map(|entry| entry.text("id"))));
                let message =
                    format!("the namespace {id:?} doesn't exist, and the manifest doesn't create it{near}");
                findings.push(Finding::new(entry.place_of("namespace"), message));
            }
            running.insert(id, Vec::new());
        }
        for (id, applications) in &mut running {
            if found(id).is_some() {
                *applications = live::applications(client, Some(id)).await?;
            }
        }
        let keys = (keys::application(), keys::slb());
        for entry in manifest.applications.iter().filter(|entry| entry.is_whole) {
            let applications = running.get(entry.text("namespace")).map_or(&[][..], Vec::as_slice);
            let there = applications.iter().find(|running| running.name == entry.text("name"));
            let live = match there {
                Some(running) => Some(Live {
                    running,
                    condition: live::condition(client, running).await?,
                    value: live::application(client, running).await?,
                }),
                None => None,
            };
            if live.is_some() {
                uncompared.extend(write_only(entry, "application", &change::name(entry), &keys.0));
            }
            let wrong = offer.application(entry, live.as_ref().map(|live| &live.value));
            if wrong.is_empty() && manifest.mistakes.is_empty() {
                changes.extend(change::application(entry, live.as_ref(), &keys)?);
            }
            findings.extend(wrong);
        }
        if unlisted == Unlisted::Delete {
            let is_described = |id: &str| manifest.namespaces.iter().any(|entry| entry.text("id") == id);
            let is_named = |running: &Running| {
                manifest.applications.iter().any(|entry| {
                    entry.text("namespace") == running.namespace && entry.text("name") == running.name
                })
            };
            let described =
                running.iter().filter(|(id, _)| is_described(id)).flat_map(|(_, running)| running);
            for running in described.filter(|running| !is_named(running)) {
                changes.push(change::deletion(running, live::condition(client, running).await?));
            }
        }
        Ok((Self { changes, uncompared }, findings))
    }

    /// Fails if any change can't be made, such as one of a setting that is fixed when an application is created.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with all reasons.
    pub fn check(&self) -> Result<(), Error> {
        let refused: Vec<_> = self.changes.iter().flat_map(Change::refused).collect();
        if refused.is_empty() { Ok(()) } else { Err(Error::Refused(refused)) }
    }

    /// The changes in the order in which they are made.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether what exists matches the manifest. If it did before, there is drift.
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Numbers of creations, changes and deletions.
    fn counts(&self) -> [usize; 3] {
        [Action::Create, Action::Update, Action::Delete]
            .map(|action| self.changes.iter().filter(|change| change.action == action).count())
    }

    /// As an indented JSON document: `changes`, their numbers (`create`, `update`, `delete`) and `not_compared`.
    pub fn json(&self) -> String {
        let [create, update, delete] = self.counts();
        let changes: Vec<_> = self.changes.iter().map(Change::json).collect();
        let uncompared = self.uncompared.iter().map(|(what, keys)| json!({ "of": what, "keys": keys }));
        let uncompared: Vec<_> = uncompared.collect();
        let document = json!({ "changes": changes, "create": create, "update": update, "delete": delete, "not_compared": uncompared });
        format!("{document:#}")
    }
}

/// One line per change and difference, without control characters and without secrets.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            f.write_str("no differences\n")?;
        }
        for change in &self.changes {
            writeln!(f, "{} {} {}", change.mark(), change.kind, escape_control(&change.name))?;
            for difference in &change.differences {
                writeln!(f, "    {}", difference.line())?;
            }
            for refusal in &change.refusals {
                writeln!(f, "    ! {}", escape_control(refusal))?;
            }
        }
        if !self.is_empty() {
            let [create, update, delete] = self.counts();
            writeln!(f, "{create} to create, {update} to change, {delete} to delete")?;
        }
        for (what, keys) in &self.uncompared {
            writeln!(f, "not compared: {} of {}", keys.join(", "), escape_control(what))?;
        }
        Ok(())
    }
}

/// The keys of an entry whose value the service doesn't return.
fn write_only(entry: &Entry, kind: &str, name: &str, keys: &[Key]) -> Option<(String, Vec<String>)> {
    let given = keys.iter().filter(|key| key.is_write_only() && entry.value.get(&key.field.key).is_some());
    let given: Vec<_> = given.map(|key| key.field.key.clone()).collect();
    (!given.is_empty()).then(|| (format!("{kind} {name}"), given))
}
