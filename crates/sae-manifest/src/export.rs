//! Makes a manifest of what exists.

use std::fmt;

use sae::Client;

use crate::error::Error;
use crate::keys::{self, Key, PACKAGE};
use crate::live::{self, Condition};
use crate::mask::Variables;
use crate::value::Value;
use crate::write::{Document, Format};

/// What to export: all namespaces and applications of the region, unless limited.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is read before `read` is called"]
pub struct Export {
    namespace: Option<String>,
    application: Option<String>,
    with_secrets: bool,
}

impl Export {
    /// Exports everything, without secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Exports only this namespace. Takes its ID, as in `cn-hangzhou:shop`.
    pub fn namespace(self, id: impl Into<String>) -> Self {
        Self { namespace: Some(id.into()), ..self }
    }

    /// Exports only the applications of this name, and their namespaces.
    pub fn application(self, name: impl Into<String>) -> Self {
        Self { application: Some(name.into()), ..self }
    }

    /// Writes secrets, as far as the service returns them, instead of placeholders that keep their value: environment variables,
    /// commands, keys, and credentials in the URL of a package.
    pub fn with_secrets(self, with_secrets: bool) -> Self {
        Self { with_secrets, ..self }
    }

    /// Reads the namespaces and applications, with all settings. Settings that the service doesn't return are missing. An application
    /// that isn't running gets `deploy = false`.
    ///
    /// # Errors
    ///
    /// [`Error::NoApplication`] if there is no application of the given name; [`Error::Call`] if the service can't be asked.
    pub async fn read(&self, client: &Client) -> Result<Exported, Error> {
        let found = self.found(client).await?;
        let (keys, slb, namespace) = (keys::application(), keys::slb(), keys::namespace());
        let written = |values: Vec<Value>, keys: &[Key], slb: &[Key]| {
            values.iter().map(|value| written(value, keys, slb, self.with_secrets)).collect()
        };
        Ok(Exported(Document {
            namespaces: written(found.namespaces, &namespace, &[]),
            applications: written(found.applications, &keys, &slb),
        }))
    }

    async fn found(&self, client: &Client) -> Result<Document, Error> {
        let (only, namespace) = (self.application.as_deref(), self.namespace.as_deref());
        let mut running = live::applications(client, namespace).await?;
        running.retain(|running| only.is_none_or(|name| name == running.name));
        if let (Some(name), true) = (only, running.is_empty()) {
            return Err(Error::NoApplication(name.to_owned()));
        }
        let mut namespaces = live::namespaces(client).await?;
        namespaces.retain(|found| {
            let id = found.get("id").and_then(Value::as_text).unwrap_or_default();
            // The default namespace of a region always exists and can't be created.
            let is_wanted = namespace.is_none_or(|wanted| wanted == id) && id.contains(':');
            is_wanted && (only.is_none() || running.iter().any(|running| running.namespace == id))
        });
        running.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        let mut applications = Vec::new();
        for running in &running {
            let mut application = live::application(client, running).await?;
            let condition = live::condition(client, running).await?;
            if let (Value::Table(members), Condition::Stopped | Condition::Idle) =
                (&mut application, condition)
            {
                members.push(("deploy".to_owned(), Value::Bool(false)));
            }
            applications.push(application);
        }
        Ok(Document { namespaces, applications })
    }
}

/// A manifest of what exists.
pub struct Exported(Document);

impl Exported {
    /// The manifest as a text.
    ///
    /// # Errors
    ///
    /// [`Error::Other`] if a value can't be written.
    pub fn text(&self, format: Format) -> Result<String, Error> {
        self.0.text(format)
    }

    /// The paths of the settings that are written as unchanged, as in `web.env.PASSWORD`: secrets, unless they are exported, and what the
    /// service masks.
    pub fn placeholders(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for application in &self.0.applications {
            application.placeholders(application.name().unwrap_or_default(), &mut paths);
        }
        paths
    }
}

/// Numbers without the settings, which may be secret.
impl fmt::Debug for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exported")
            .field("namespaces", &self.0.namespaces.len())
            .field("applications", &self.0.applications.len())
            .finish()
    }
}

/// The settings that are written, in the order of the keys.
fn written(value: &Value, keys: &[Key], slb: &[Key], with_secrets: bool) -> Value {
    let is_image = value.get("image").is_some();
    let mut members = Vec::new();
    for key in keys {
        let name = key.field.key.as_str();
        // The service generates it for each deployment of an image.
        if name == "package_version" && is_image {
            continue;
        }
        // Zero instances and no deployment are settings, not defaults.
        let is_wish = matches!(name, "replicas" | "deploy");
        let said =
            |value: &Value| value.pruned(&key.field.shape, name).or_else(|| is_wish.then(|| value.clone()));
        let kept = value.get(name).and_then(said);
        if let Some(kept) = kept {
            let hidden = kept.hidden(&key.field.shape, name, key.field.secret, Variables::Hidden);
            let shown = match hidden {
                _ if with_secrets => kept,
                // A partly hidden URL can't be used.
                hidden if name == PACKAGE && hidden != kept => Value::Unchanged,
                hidden => hidden,
            };
            members.push((name.to_owned(), shown));
        }
    }
    if let (Some(bound), false) = (value.get("slb"), slb.is_empty()) {
        let bound = written(bound, slb, &[], with_secrets);
        if !bound.members().is_empty() {
            members.push(("slb".to_owned(), bound));
        }
    }
    Value::Table(members)
}
