//! What a manifest asks for beyond what there is, and the calls that bring it about.

use std::collections::BTreeMap;

use sae::Client;
use sae::model::{CreateNamespace, DeleteApplication, UpdateNamespace};
use serde_json::json;

use super::difference::{Difference, differences};
use super::keys::{self, Key, Role};
use super::live::{self, Running};
use super::steps::{self, Step};
use super::{Entry, Manifest, Value};
use crate::failure::Failure;
use crate::nearest::nearest;
use crate::shown::shown;

/// The changes that a manifest asks for, in the order in which they are made.
pub struct Plan {
    pub changes: Vec<Change>,
}

/// What happens to a namespace or an application.
pub struct Change {
    pub action: Action,
    /// `namespace` or `application`.
    pub kind: &'static str,
    /// `cn-hangzhou:shop` or `cn-hangzhou:shop/web`.
    pub name: String,
    pub differences: Vec<Difference>,
    pub steps: Vec<Step>,
    /// Why it can't be made.
    pub refusal: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    Update,
    Delete,
}

impl Plan {
    /// Compares a manifest with what there is. With `prune`, applications that it doesn't name are to go, in the namespaces that it
    /// describes.
    pub async fn of(client: &Client, manifest: &Manifest, prune: bool) -> Result<Self, Failure> {
        let mut changes = Vec::new();
        let known = live::namespaces(client).await?;
        let found = |id: &str| {
            known.iter().find(|namespace| namespace.get("id").and_then(Value::as_text) == Some(id))
        };
        for entry in &manifest.namespaces {
            changes.extend(namespace(entry, found(entry.text("id")))?);
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
                let place = &entry.place;
                let message =
                    format!("{place}: there is no namespace {id:?}, and the manifest makes none{near}");
                return Err(Failure::other(message));
            }
            running.insert(id, Vec::new());
        }
        for (id, applications) in &mut running {
            if found(id).is_some() {
                *applications = live::applications(client, Some(id)).await?;
            }
        }
        let keys = (keys::application(), keys::slb());
        for entry in &manifest.applications {
            let applications = running.get(entry.text("namespace")).map_or(&[][..], Vec::as_slice);
            let there = applications.iter().find(|running| running.name == entry.text("name"));
            let live = match there {
                Some(running) => Some(Live {
                    running,
                    value: live::application(client, running).await?,
                    trouble: live::trouble(client, running).await?,
                }),
                None => None,
            };
            changes.extend(application(entry, live.as_ref(), &keys)?);
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
            changes.extend(described.filter(|running| !is_named(running)).map(deletion));
        }
        Ok(Self { changes })
    }

    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many things are created, changed and deleted.
    fn counts(&self) -> [usize; 3] {
        [Action::Create, Action::Update, Action::Delete]
            .map(|action| self.changes.iter().filter(|change| change.action == action).count())
    }

    /// For a person.
    pub fn text(&self) -> String {
        if self.is_empty() {
            return "no differences\n".to_owned();
        }
        let mut out = String::new();
        for change in &self.changes {
            out.push_str(&format!("{} {} {}\n", change.mark(), change.kind, shown(&change.name)));
            for difference in &change.differences {
                out.push_str(&format!("    {}\n", difference.line()));
            }
            if let Some(refusal) = &change.refusal {
                out.push_str(&format!("    ! {}\n", shown(refusal)));
            }
        }
        let [create, update, delete] = self.counts();
        out.push_str(&format!("{create} to create, {update} to change, {delete} to delete\n"));
        out
    }

    /// For programs.
    pub fn json(&self) -> String {
        let [create, update, delete] = self.counts();
        let changes: Vec<_> = self.changes.iter().map(Change::json).collect();
        let document = json!({ "changes": changes, "create": create, "update": update, "delete": delete });
        format!("{document:#}")
    }
}

impl Change {
    const fn mark(&self) -> char {
        match self.action {
            Action::Create => '+',
            Action::Update => '~',
            Action::Delete => '-',
        }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "action": match self.action {
                Action::Create => "create",
                Action::Update => "update",
                Action::Delete => "delete",
            },
            "kind": self.kind,
            "name": self.name,
            "differences": self.differences.iter().map(Difference::json).collect::<Vec<_>>(),
            "operations": self.steps.iter().map(Step::operation).collect::<Vec<_>>(),
            "refusal": self.refusal,
        })
    }
}

fn namespace(entry: &Entry, live: Option<&Value>) -> Result<Option<Change>, Failure> {
    let keys = keys::namespace();
    let id = entry.text("id");
    let short = id.split_once(':').map_or(id, |(_, name)| name);
    let name = entry.value.get("name").and_then(Value::as_text);
    let name = name.or_else(|| live?.get("name")?.as_text()).unwrap_or(short);
    let differences = settled(&keys, "", live, &entry.value);
    let (action, step) = if live.is_none() {
        let mut request = CreateNamespace::new(name);
        steps::fill(&mut request, &keys, &entry.value, |_| true)?;
        (Action::Create, Step::CreateNamespace(request))
    } else if differences.is_empty() {
        return Ok(None);
    } else {
        let mut request = UpdateNamespace::new(name);
        steps::fill(&mut request, &keys, &entry.value, |_| true)?;
        (Action::Update, Step::UpdateNamespace(request))
    };
    let (name, steps) = (id.to_owned(), vec![step]);
    Ok(Some(Change { action, kind: "namespace", name, differences, steps, refusal: None }))
}

/// An application as it is.
struct Live<'a> {
    running: &'a Running,
    value: Value,
    trouble: Option<&'static str>,
}

fn application(
    entry: &Entry,
    live: Option<&Live<'_>>,
    (keys, slb): &(Vec<Key>, Vec<Key>),
) -> Result<Option<Change>, Failure> {
    let mut wanted = entry.value.clone();
    wanted.resolve(live.map(|live| &live.value), "application").map_err(|path| {
        Failure::other(format!(
            "{}: {path} is to stay unchanged, but nothing runs that has a value",
            entry.place
        ))
    })?;
    let name = format!("{}/{}", entry.text("namespace"), entry.text("name"));
    let mut change = Change {
        action: if live.is_some() { Action::Update } else { Action::Create },
        kind: "application",
        name,
        differences: settled(keys, "", live.map(|live| &live.value), &wanted),
        steps: Vec::new(),
        refusal: None,
    };
    if let Some(trouble) = live.and_then(|live| live.trouble) {
        change.differences.push(Difference::of_texts("rollout", trouble, "succeeded"));
    }
    let bound = live.and_then(|live| live.value.get("slb"));
    let reached = wanted.get("slb").map_or_else(Vec::new, |wanted| settled(slb, "slb.", bound, wanted));
    let touched = |role: &[Role]| {
        let differ =
            |key: &&Key| change.differences.iter().any(|difference| is_at(difference, &key.field.key));
        keys.iter().filter(|key| role.contains(&key.role)).find(differ)
    };
    if let Some(live) = live {
        if let Some(key) = touched(&[Role::Fixed]) {
            change.refusal = Some(format!(
                "{} is settled when an application is created: delete it first, or write what there is",
                key.field.key
            ));
        }
        change.steps = steps::updates(&live.running.id, &change.differences, &wanted, keys)?;
    } else {
        let mut request = steps::creation(&wanted);
        steps::fill(&mut request, keys, &wanted, |role| role != Role::Later)?;
        change.steps.push(Step::Create(Box::new(request)));
        if touched(&[Role::Later]).is_some() {
            change.steps.push(Step::Deploy(Box::new(steps::deployment("", keys, &wanted)?)));
        }
    }
    if !reached.is_empty() {
        let app = live.map_or("", |live| live.running.id.as_str());
        change.steps.extend(steps::bindings(app, slb, &wanted, &reached)?);
        change.differences.extend(reached);
    }
    Ok((!change.steps.is_empty() || change.refusal.is_some()).then_some(change))
}

fn deletion(running: &Running) -> Change {
    Change {
        action: Action::Delete,
        kind: "application",
        name: format!("{}/{}", running.namespace, running.name),
        differences: Vec::new(),
        steps: vec![Step::Delete(DeleteApplication::new(&running.id))],
        refusal: None,
    }
}

/// What differs in the keys that say how something is, as far as they are given.
fn settled(keys: &[Key], prefix: &str, live: Option<&Value>, wanted: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    for key in keys.iter().filter(|key| !matches!(key.role, Role::Name | Role::Aside)) {
        if let Some(wanted) = wanted.get(&key.field.key) {
            let path = format!("{prefix}{}", key.field.key);
            differences(&key.field, &path, live.and_then(|live| live.get(&key.field.key)), wanted, &mut out);
        }
    }
    out
}

fn is_at(difference: &Difference, key: &str) -> bool {
    let rest = difference.path.strip_prefix(key);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
