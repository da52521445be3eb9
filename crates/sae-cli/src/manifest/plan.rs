//! Plans: the changes between the present state and a manifest.

use std::collections::BTreeMap;

use sae::Client;
use serde_json::json;

use super::change::{self, Action, Change, Live};
use super::feasible::Offer;
use super::keys::{self, Key};
use super::live::{self, Running};
use super::{Entry, Finding, Manifest, Value};
use sae::transport::text::escape_control;

use super::error::Error;
use crate::hints::nearest;

/// The changes in the order in which they are made.
pub struct Plan {
    pub changes: Vec<Change>,
    /// What the service would refuse. If there are any findings, the plan isn't shown.
    pub findings: Vec<Finding>,
    /// Keys whose value the service doesn't return, by what has them.
    uncompared: Vec<(String, Vec<String>)>,
}

impl Plan {
    /// Compares a manifest with the present state. With `prune`, applications that it doesn't name are deleted, in the namespaces that
    /// it describes.
    ///
    /// Fails with everything that the service would refuse, as far as that can be known.
    pub async fn of(client: &Client, manifest: &Manifest, prune: bool) -> Result<Self, Error> {
        let mut findings = manifest.mistakes.clone();
        match Self::compared(client, manifest, prune).await {
            Ok(plan) if findings.is_empty() && plan.findings.is_empty() => Ok(plan),
            Ok(plan) => {
                findings.extend(plan.findings);
                Err(manifest.failure(findings))
            }
            // Mistakes are reported even if the service can't be asked.
            Err(_) if !findings.is_empty() => Err(manifest.failure(findings)),
            Err(failure) => Err(failure),
        }
    }

    async fn compared(client: &Client, manifest: &Manifest, prune: bool) -> Result<Self, Error> {
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
                let near = nearest(id, known.chain(manifest.namespaces.iter().map(|entry| entry.text("id"))));
                let message =
                    format!("the namespace {id:?} doesn't exist, and the manifest doesn't create it{near}");
                findings.push((entry.line_of("namespace"), message));
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
        if prune {
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
        Ok(Self { changes, findings, uncompared })
    }

    /// Fails if any change can't be made.
    pub fn check(&self) -> Result<(), Error> {
        let refused: Vec<_> = self.changes.iter().flat_map(Change::refused).collect();
        if refused.is_empty() { Ok(()) } else { Err(Error::invalid(refused.join("\n  "))) }
    }

    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Numbers of creations, changes and deletions.
    fn counts(&self) -> [usize; 3] {
        [Action::Create, Action::Update, Action::Delete]
            .map(|action| self.changes.iter().filter(|change| change.action == action).count())
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if self.is_empty() {
            out.push_str("no differences\n");
        }
        for change in &self.changes {
            out.push_str(&format!("{} {} {}\n", change.mark(), change.kind, escape_control(&change.name)));
            for difference in &change.differences {
                out.push_str(&format!("    {}\n", difference.line()));
            }
            for refusal in &change.refusals {
                out.push_str(&format!("    ! {}\n", escape_control(refusal)));
            }
        }
        if !self.is_empty() {
            let [create, update, delete] = self.counts();
            out.push_str(&format!("{create} to create, {update} to change, {delete} to delete\n"));
        }
        for (what, keys) in &self.uncompared {
            out.push_str(&format!("not compared: {} of {}\n", keys.join(", "), escape_control(what)));
        }
        out
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let [create, update, delete] = self.counts();
        let changes: Vec<_> = self.changes.iter().map(Change::json).collect();
        let uncompared = self.uncompared.iter().map(|(what, keys)| json!({ "of": what, "keys": keys }));
        let uncompared: Vec<_> = uncompared.collect();
        let document = json!({ "changes": changes, "create": create, "update": update, "delete": delete, "not_compared": uncompared });
        format!("{document:#}")
    }
}

/// The keys of an entry whose value the service doesn't return.
fn write_only(entry: &Entry, kind: &str, name: &str, keys: &[Key]) -> Option<(String, Vec<String>)> {
    let given = keys.iter().filter(|key| key.is_write_only() && entry.value.get(&key.field.key).is_some());
    let given: Vec<_> = given.map(|key| key.field.key.clone()).collect();
    (!given.is_empty()).then(|| (format!("{kind} {name}"), given))
}
