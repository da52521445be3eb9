//! What is to happen to a namespace or an application, so that it becomes what a manifest says.

use sae::model::{CreateApplication, CreateNamespace, DeleteApplication, UpdateNamespace};
use sae::transport::Fields as _;
use serde_json::json;

use super::difference::{Difference, differences};
use super::error::Error;
use super::keys::{self, Key, Role};
use super::live::{Condition, Running};
use super::steps::{self, Lack, Step};
use super::{Entry, Value};

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
    pub refusals: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    Update,
    Delete,
}

impl Change {
    pub const fn mark(&self) -> char {
        match self.action {
            Action::Create => '+',
            Action::Update => '~',
            Action::Delete => '-',
        }
    }

    pub const fn word(&self) -> &'static str {
        match self.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
        }
    }

    pub fn json(&self) -> serde_json::Value {
        json!({
            "action": self.word(),
            "kind": self.kind,
            "name": self.name,
            "differences": self.differences.iter().map(Difference::json).collect::<Vec<_>>(),
            "operations": self.steps.iter().map(Step::operation).collect::<Vec<_>>(),
            "refusal": (!self.refusals.is_empty()).then(|| self.refusals.join("; ")),
        })
    }

    /// Why it can't be made, each reason with what it is about.
    pub fn refused(&self) -> impl Iterator<Item = String> {
        self.refusals.iter().map(|refusal| format!("{} {}: {refusal}", self.kind, self.name))
    }
}

/// What is to happen to a namespace.
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

/// An application as it is.
pub struct Live<'a> {
    pub running: &'a Running,
    pub condition: Condition,
    pub value: Value,
}

/// What an application is called in plans.
pub fn name(entry: &Entry) -> String {
    format!("{}/{}", entry.text("namespace"), entry.text("name"))
}

/// What is to happen to an application.
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
    let untold = withheld(&mut wanted, touched);
    let touched = |role: Role| keys.iter().filter(move |key| key.role == role && touched(&key.field.key));
    let later = touched(Role::Later).next().is_some();
    let place = format!("{}:{}", entry.file, entry.line_of(""));
    if !missing.is_empty() {
        let paths = missing.join(", ");
        change.refusals.push(format!(
            "{place}: nothing runs that has a value for {paths}; unchanged stands there: write it out"
        ));
    }
    if !untold.is_empty() {
        let paths = untold.join(", ");
        change.refusals.push(format!(
            "{place}: the service doesn't show {paths}, which would have to be sent along; unchanged stands there: write it out"
        ));
    }
    if live.is_some() {
        change.refusals.extend(touched(Role::Fixed).map(|key| {
            let key = &key.field.key;
            format!(
                "{key} is settled when an application is created: delete it first, or write what there is"
            )
        }));
    }
    let app = live.map_or("", |live| live.running.id.as_str());
    if let Some(live) = live {
        let (difference, lack) = lacking(live, &wanted);
        if let Condition::UnderWay(order) = &live.condition {
            change.steps.push(Step::Follow(order.id.clone()));
            if order.deletes {
                change
                    .refusals
                    .push("it is being deleted: apply the manifest again once it is gone".to_owned());
            }
        }
        if change.refusals.is_empty() {
            let runs =
                !matches!(live.condition, Condition::Stopped | Condition::Idle) && lack == Lack::Nothing;
            change.steps.extend(steps::updates(app, &change.differences, (lack, runs), &wanted, keys)?);
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

/// What an application lacks besides its settings, as a difference and as what is to be done. What the manifest doesn't want
/// deployed lacks nothing, nor does what has no instances.
fn lacking(live: &Live<'_>, wanted: &Value) -> (Option<Difference>, Lack) {
    let replicas = wanted.get("replicas").or_else(|| live.value.get("replicas"));
    let rests = wanted.get("deploy") == Some(&Value::Bool(false)) || replicas == Some(&Value::Int(0));
    let (path, before, after, lack) = match &live.condition {
        Condition::Broken(how) => ("rollout", how.as_str(), "succeeded", Lack::Deployment),
        Condition::UnderWay(order) if order.stops && !rests => ("state", "stopping", "running", Lack::Start),
        Condition::UnderWay(order) => ("rollout", order.word.as_str(), "succeeded", Lack::Nothing),
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

/// The end of an application.
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

/// What differs in the keys that say how something is, as far as they are given. Of what is new, all that is sent.
fn settled(keys: &[Key], prefix: &str, live: Option<&Value>, wanted: &Value, new: bool) -> Vec<Difference> {
    let mut creation = CreateApplication::default();
    let mut counts = |key: &Key| match key.role {
        Role::Aside if new => {
            key.is_untold() || key.field.wire.iter().any(|name| creation.slot(name).is_some())
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
