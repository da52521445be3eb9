//! Computes the changes that make a namespace or an application match a manifest.

use std::fmt;

use sae::model::{CreateApplication, CreateNamespace, DeleteApplication, UpdateNamespace};
use sae::transport::Fields as _;
use sae::transport::text::escape_control;
use serde_json::json;

use crate::difference::{Difference, differences};
use crate::entry::Entry;
use crate::error::Error;
use crate::keys::{self, Key, Role};
use crate::live::{Condition, Running};
use crate::steps::{self, MissingStep, Step};
use crate::value::Value;

/// A change of a namespace or an application.
#[non_exhaustive]
pub struct Change {
    /// What is done.
    pub action: Action,
    /// `namespace` or `application`.
    pub kind: &'static str,
    /// `cn-hangzhou:shop` or `cn-hangzhou:shop/web`.
    pub name: String,
    /// The differences between the present state and the manifest.
    pub differences: Vec<Difference>,
    /// The calls; taken when they are made.
    pub(crate) steps: Vec<Step>,
    /// Reasons why the change can't be made.
    pub refusals: Vec<String>,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Creates something new.
    Create,
    /// Changes something that exists.
    Update,
    /// Deletes something that exists.
    Delete,
}

impl Action {
    /// `create`, `update` or `delete`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Action, kind and name, as in `update application cn-hangzhou:shop/web`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.action.word(), self.kind, escape_control(&self.name))
    }
}

/// Without the settings, which may be secret.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("action", &self.action)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("differences", &self.differences)
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}

impl Change {
    pub(crate) const fn mark(&self) -> char {
        match self.action {
            Action::Create => '+',
            Action::Update => '~',
            Action::Delete => '-',
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        json!({
            "action": self.action.word(),
            "kind": self.kind,
            "name": self.name,
            "differences": self.differences.iter().map(Difference::json).collect::<Vec<_>>(),
            "operations": self.steps.iter().map(Step::operation).collect::<Vec<_>>(),
            "refusal": (!self.refusals.is_empty()).then(|| self.refusals.join("; ")),
        })
    }

    /// The refusals with the name of what they are about.
    pub(crate) fn refused(&self) -> impl Iterator<Item = String> {
        self.refusals.iter().map(|refusal| format!("{} {}: {refusal}", self.kind, self.name))
    }
}

/// The change of a namespace.
pub fn namespace(entry: &Entry, live: Option<&Value>) -> Result<Option<Change>, Error> {
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
    Ok(Some(Change { action, kind: "namespace", name, differences, steps, refusals: Vec::new() }))
}

/// The present application.
pub struct Live<'a> {
    pub running: &'a Running,
    pub condition: Condition,
    pub value: Value,
}

/// The name of an application in plans.
pub fn name(entry: &Entry) -> String {
    format!("{}/{}", entry.text("namespace"), entry.text("name"))
}

/// The change of an application.
pub fn application(
    entry: &Entry,
    live: Option<&Live<'_>>,
    (keys, slb): &(Vec<Key>, Vec<Key>),
) -> Result<Option<Change>, Error> {
    let mut wanted = entry.value.clone();
    let mut missing = Vec::new();
    wanted.resolve(live.map(|live| &live.value), "application", &mut missing);
    let mut change = Change {
        action: if live.is_some() { Action::Update } else { Action::Create },
        kind: "application",
        name: name(entry),
        differences: settled(keys, "", live.map(|live| &live.value), &wanted, live.is_none()),
        steps: Vec::new(),
        refusals: Vec::new(),
    };
    let bound = live.and_then(|live| live.value.get("slb"));
    let reached =
        wanted.get("slb").map_or_else(Vec::new, |wanted| settled(slb, "slb.", bound, wanted, live.is_none()));
    let touched = |key: &str| change.differences.iter().any(|difference| is_at(difference, key));
    let placeholders = withheld(&mut wanted, touched);
    let touched = |role: Role| keys.iter().filter(move |key| key.role == role && touched(&key.field.key));
    let later = touched(Role::Later).next().is_some();
    let place = format!("{}:{}", entry.file, entry.place.line);
    if !missing.is_empty() {
        let paths = missing.join(", ");
        change
            .refusals
            .push(format!("{place}: there is no present value for {paths}, marked unchanged; write it out"));
    }
    if !placeholders.is_empty() {
        let paths = placeholders.join(", ");
        change.refusals.push(format!(
            "{place}: the service doesn't return the value of {paths}, marked unchanged, which has to be sent; write it out"
        ));
    }
    if live.is_some() {
        change.refusals.extend(touched(Role::Fixed).map(|key| {
            let key = &key.field.key;
            format!(
                "{key} can't change after an application is created: delete the application first, or keep the present value"
            )
        }));
    }
    let app = live.map_or("", |live| live.running.id.as_str());
    if let Some(live) = live {
        let (difference, missing) = lacking(live, &wanted);
        if let Condition::UnderWay(order) = &live.condition {
            change.steps.push(Step::Follow(order.id.clone()));
            if order.deletes {
                change
                    .refusals
                    .push("it is being deleted: apply the manifest again when that is finished".to_owned());
            }
        }
        if change.refusals.is_empty() {
            let runs = !matches!(live.condition, Condition::Stopped | Condition::Idle)
                && missing == MissingStep::Nothing;
            change.steps.extend(steps::updates(app, &change.differences, (missing, runs), &wanted, keys)?);
        }
        change.differences.extend(difference);
    } else if change.refusals.is_empty() {
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
    Ok((!change.steps.is_empty() || !change.refusals.is_empty()).then_some(change))
}

/// The missing step of an application apart from its settings. There is none if the manifest doesn't deploy it or wants no instances.
fn lacking(live: &Live<'_>, wanted: &Value) -> (Option<Difference>, MissingStep) {
    let replicas = wanted.get("replicas").or_else(|| live.value.get("replicas"));
    let rests = wanted.get("deploy") == Some(&Value::Bool(false)) || replicas == Some(&Value::Int(0));
    let (path, before, after, missing) = match &live.condition {
        Condition::Broken(how) => ("rollout", how.as_str(), "succeeded", MissingStep::Deployment),
        Condition::UnderWay(order) if order.stops && !rests => {
            ("state", "stopping", "running", MissingStep::Start)
        }
        Condition::UnderWay(order) => ("rollout", order.word.as_str(), "succeeded", MissingStep::Nothing),
        Condition::Stopped if !rests => ("state", "stopped", "running", MissingStep::Start),
        Condition::Idle if !rests => ("state", "not deployed", "running", MissingStep::Deployment),
        Condition::Settled | Condition::Stopped | Condition::Idle => return (None, MissingStep::Nothing),
    };
    (Some(Difference::of_texts(path, before, after)), missing)
}

/// Removes settings that can't be sent because the service masks a part of them; unsent settings keep their value. Returns the paths
/// of those that must be sent.
fn withheld(wanted: &mut Value, differs: impl Fn(&str) -> bool) -> Vec<String> {
    let mut paths = Vec::new();
    if let Value::Table(members) = wanted {
        members.retain(|(key, value)| {
            let mut placeholders = Vec::new();
            value.placeholders(&format!("application.{key}"), &mut placeholders);
            let is_known = placeholders.is_empty();
            if differs(key) {
                paths.append(&mut placeholders);
            }
            is_known
        });
    }
    paths
}

/// Deletes an application.
pub fn deletion(running: &Running, condition: Condition) -> Change {
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
        refusals: Vec::new(),
    }
}

/// The differences of state settings. For a new application, everything that is sent.
fn settled(keys: &[Key], prefix: &str, live: Option<&Value>, wanted: &Value, new: bool) -> Vec<Difference> {
    let mut creation = CreateApplication::default();
    let mut counts = |key: &Key| match key.role {
        Role::Aside if new => {
            key.is_write_only() || key.field.wire.iter().any(|name| creation.slot(name).is_some())
        }
        Role::Name | Role::Aside => false,
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

fn is_at(difference: &Difference, key: &str) -> bool {
    let rest = difference.path.strip_prefix(key);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
