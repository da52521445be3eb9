//! What a manifest asks for beyond what there is, and the calls that bring it about.

use std::collections::BTreeMap;

use sae::Client;
use sae::model::{CreateApplication, CreateNamespace, DeleteApplication, UpdateNamespace};
use sae::transport::Fields as _;
use serde_json::json;

use super::difference::{Difference, differences};
use super::keys::{self, Key, Role};
use super::live::{self, Condition, Running};
use super::steps::{self, Lack, Step};
use super::{Entry, Manifest, Value};
use crate::failure::Failure;
use crate::list::Table;
use crate::nearest::nearest;
use crate::shown::shown;

/// The changes that a manifest asks for, in the order in which they are made.
pub struct Plan {
    pub changes: Vec<Change>,
    /// Keys of the manifest that nothing tells the value of, after what has them.
    uncompared: Vec<(String, Vec<String>)>,
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
        let (mut changes, mut uncompared) = (Vec::new(), Vec::new());
        let known = live::namespaces(client).await?;
        let found = |id: &str| {
            known.iter().find(|namespace| namespace.get("id").and_then(Value::as_text) == Some(id))
        };
        for entry in &manifest.namespaces {
            let live = found(entry.text("id"));
            if live.is_some() {
                uncompared.extend(untold(entry, "namespace", entry.text("id"), &keys::namespace()));
            }
            changes.extend(namespace(entry, live)?);
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
                    condition: live::condition(client, running).await?,
                    value: live::application(client, running).await?,
                }),
                None => None,
            };
            if live.is_some() {
                uncompared.extend(untold(entry, "application", &name(entry), &keys.0));
            }
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
            for running in described.filter(|running| !is_named(running)) {
                changes.push(deletion(running, live::condition(client, running).await?));
            }
        }
        Ok(Self { changes, uncompared })
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
        let mut out = String::new();
        if self.is_empty() {
            out.push_str("no differences\n");
        }
        for change in &self.changes {
            out.push_str(&format!("{} {} {}\n", change.mark(), change.kind, shown(&change.name)));
            for difference in &change.differences {
                out.push_str(&format!("    {}\n", difference.line()));
            }
            if let Some(refusal) = &change.refusal {
                out.push_str(&format!("    ! {}\n", shown(refusal)));
            }
        }
        if !self.is_empty() {
            let [create, update, delete] = self.counts();
            out.push_str(&format!("{create} to create, {update} to change, {delete} to delete\n"));
        }
        for (what, keys) in &self.uncompared {
            out.push_str(&format!("can't be compared: {} of {}\n", keys.join(", "), shown(what)));
        }
        out
    }

    /// A row for each difference.
    pub fn table(&self) -> Table {
        let mut table = Table::new(&["ACTION", "KIND", "NAME", "KEY", "BEFORE", "AFTER"]);
        for change in &self.changes {
            let mut rows: Vec<_> = change.differences.iter().map(Difference::cells).collect();
            rows.extend(
                change.refusal.as_ref().map(|refusal| ["!".to_owned(), String::new(), refusal.clone()]),
            );
            if rows.is_empty() {
                rows.push(Default::default());
            }
            for cells in rows {
                let first = [change.word(), change.kind, &change.name].map(str::to_owned);
                table.row(first.into_iter().chain(cells).collect());
            }
        }
        table
    }

    /// For programs.
    pub fn json(&self) -> String {
        let [create, update, delete] = self.counts();
        let changes: Vec<_> = self.changes.iter().map(Change::json).collect();
        let uncompared = self.uncompared.iter().map(|(what, keys)| json!({ "of": what, "keys": keys }));
        let uncompared: Vec<_> = uncompared.collect();
        let document = json!({ "changes": changes, "create": create, "update": update, "delete": delete, "not_compared": uncompared });
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

    const fn word(&self) -> &'static str {
        match self.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
        }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "action": self.word(),
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
    let differences = settled(&keys, "", live, &entry.value, live.is_none());
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
    condition: Condition,
    value: Value,
}

fn name(entry: &Entry) -> String {
    format!("{}/{}", entry.text("namespace"), entry.text("name"))
}

fn application(
    entry: &Entry,
    live: Option<&Live<'_>>,
    (keys, slb): &(Vec<Key>, Vec<Key>),
) -> Result<Option<Change>, Failure> {
    let mut wanted = entry.value.clone();
    let mut missing = Vec::new();
    wanted.resolve(live.map(|live| &live.value), "application", &mut missing);
    let mut change = Change {
        action: if live.is_some() { Action::Update } else { Action::Create },
        kind: "application",
        name: name(entry),
        differences: settled(keys, "", live.map(|live| &live.value), &wanted, live.is_none()),
        steps: Vec::new(),
        refusal: None,
    };
    let bound = live.and_then(|live| live.value.get("slb"));
    let reached =
        wanted.get("slb").map_or_else(Vec::new, |wanted| settled(slb, "slb.", bound, wanted, live.is_none()));
    let touched = |key: &str| change.differences.iter().any(|difference| is_at(difference, key));
    let untold = withheld(&mut wanted, touched);
    let touched = |role: Role| keys.iter().find(|key| key.role == role && touched(&key.field.key));
    let (fixed, later) = (touched(Role::Fixed), touched(Role::Later).is_some());
    let (place, fixed) = (&entry.place, fixed.filter(|_| live.is_some()));
    change.refusal = if !missing.is_empty() {
        let paths = missing.join(", ");
        Some(format!(
            "{place}: nothing runs that has a value for {paths}; unchanged stands there: write it out"
        ))
    } else if !untold.is_empty() {
        let paths = untold.join(", ");
        Some(format!(
            "{place}: the service doesn't show {paths}, which would have to be sent along; unchanged stands there: write it out"
        ))
    } else {
        fixed.map(|key| {
            let key = &key.field.key;
            format!(
                "{key} is settled when an application is created: delete it first, or write what there is"
            )
        })
    };
    let app = live.map_or("", |live| live.running.id.as_str());
    if let Some(live) = live {
        let (difference, lack) = lacking(live, &wanted);
        if let Condition::UnderWay(order) = &live.condition {
            change.steps.push(Step::Follow(order.id.clone()));
            if order.deletes {
                change.refusal =
                    Some("it is being deleted: apply the manifest again once it is gone".to_owned());
            }
        }
        if change.refusal.is_none() {
            let runs =
                !matches!(live.condition, Condition::Stopped | Condition::Idle) && lack == Lack::Nothing;
            change.steps.extend(steps::updates(app, &change.differences, (lack, runs), &wanted, keys)?);
        }
        change.differences.extend(difference);
    } else if change.refusal.is_none() {
        let mut request = steps::creation(&wanted);
        steps::fill(&mut request, keys, &wanted, |role| role != Role::Later)?;
        change.steps.push(Step::Create(Box::new(request)));
        if later {
            change.steps.push(Step::Deploy(Box::new(steps::deployment("", keys, &wanted)?)));
        }
    }
    if !reached.is_empty() {
        change.steps.extend(steps::bindings(app, slb, &wanted, &reached)?);
        change.differences.extend(reached);
    }
    Ok((!change.steps.is_empty() || change.refusal.is_some()).then_some(change))
}

/// What an application lacks besides its settings, as a difference and as what is to be done. What the manifest doesn't want
/// deployed lacks nothing, nor does what has no instances.
fn lacking(live: &Live<'_>, wanted: &Value) -> (Option<Difference>, Lack) {
    let replicas = wanted.get("replicas").or_else(|| live.value.get("replicas"));
    let rests = wanted.get("deploy") == Some(&Value::Bool(false)) || replicas == Some(&Value::Int(0));
    let (path, before, after, lack) = match &live.condition {
        Condition::Broken(how) => ("rollout", *how, "succeeded", Lack::Deployment),
        Condition::UnderWay(order) if order.stops && !rests => ("state", "stopping", "running", Lack::Start),
        Condition::UnderWay(order) => ("rollout", order.word, "succeeded", Lack::Nothing),
        Condition::Stopped if !rests => ("state", "stopped", "running", Lack::Start),
        Condition::Idle if !rests => ("state", "not deployed", "running", Lack::Deployment),
        Condition::Settled | Condition::Stopped | Condition::Idle => return (None, Lack::Nothing),
    };
    (Some(Difference::of_texts(path, before, after)), lack)
}

/// Takes out what can't be sent, because the service masks part of it: what isn't sent stays as it is. Gives the paths of what has
/// to be sent all the same.
fn withheld(wanted: &mut Value, differs: impl Fn(&str) -> bool) -> Vec<String> {
    let mut paths = Vec::new();
    if let Value::Table(members) = wanted {
        members.retain(|(key, value)| {
            let mut untold = Vec::new();
            value.untold(&format!("application.{key}"), &mut untold);
            let is_told = untold.is_empty();
            if differs(key) {
                paths.append(&mut untold);
            }
            is_told
        });
    }
    paths
}

fn deletion(running: &Running, condition: Condition) -> Change {
    let mut steps = Vec::new();
    let mut deletes = false;
    if let Condition::UnderWay(order) = condition {
        deletes = order.deletes;
        steps.push(Step::Follow(order.id));
    }
    if !deletes {
        steps.push(Step::Delete(DeleteApplication::new(&running.id)));
    }
    Change {
        action: Action::Delete,
        kind: "application",
        name: format!("{}/{}", running.namespace, running.name),
        differences: Vec::new(),
        steps,
        refusal: None,
    }
}

/// What differs in the keys that say how something is, as far as they are given. Of what is new, all that is sent.
fn settled(keys: &[Key], prefix: &str, live: Option<&Value>, wanted: &Value, new: bool) -> Vec<Difference> {
    let mut creation = CreateApplication::default();
    let mut counts = |key: &Key| match key.role {
        Role::Name => false,
        Role::Aside if new => {
            key.is_untold() || key.field.wire.iter().any(|name| creation.slot(name).is_some())
        }
        Role::Aside => false,
        Role::Settled | Role::Later | Role::Fixed => true,
    };
    let mut out = Vec::new();
    for key in keys {
        if let Some(wanted) = wanted.get(&key.field.key).filter(|_| counts(key)) {
            let path = format!("{prefix}{}", key.field.key);
            let live = live.and_then(|live| live.get(&key.field.key));
            differences(&key.field, &path, live, wanted, new, &mut out);
        }
    }
    out
}

/// The keys of an entry that nothing tells the value of, after what has them.
fn untold(entry: &Entry, kind: &str, name: &str, keys: &[Key]) -> Option<(String, Vec<String>)> {
    let given = keys.iter().filter(|key| key.is_untold() && entry.value.get(&key.field.key).is_some());
    let given: Vec<_> = given.map(|key| key.field.key.clone()).collect();
    (!given.is_empty()).then(|| (format!("{kind} {name}"), given))
}

fn is_at(difference: &Difference, key: &str) -> bool {
    let rest = difference.path.strip_prefix(key);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
