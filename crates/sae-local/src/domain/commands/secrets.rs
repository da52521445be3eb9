//! Creating, changing, deleting and listing secrets.

use crate::domain::key_values::{KeyValues, check_name};
use crate::domain::reference::{Related, Target};
use crate::domain::secret::{Secret, SecretKind};
use crate::domain::{Millis, Refusal, State};

/// A request to create a secret.
#[derive(Clone)]
pub struct NewSecret {
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: SecretKind,
    /// The settings.
    pub data: KeyValues,
}

impl State {
    /// Creates a secret and returns its identifier.
    pub fn create_secret(&mut self, new: NewSecret, now: Millis) -> Result<i64, Refusal> {
        check_name("SecretName", &new.name)?;
        new.kind.check(&new.data)?;
        self.namespace(&new.namespace)?;
        if self.secrets_of(&new.namespace).any(|other| other.name == new.name) {
            return Err(Refusal::unfit("SecretName", "the namespace has a secret of this name"));
        }
        let NewSecret { namespace, name, kind, data } = new;
        let id = self.next_number();
        let secret = Secret { id, namespace, name, kind, data, created: now, updated: now };
        self.secrets.insert(id, secret);
        Ok(id)
    }

    /// Looks up a secret of a namespace.
    pub fn secret(&self, namespace: &str, id: i64) -> Result<&Secret, Refusal> {
        self.namespace(namespace)?;
        let found = self.secrets.get(&id).filter(|secret| secret.namespace == namespace);
        found.ok_or_else(|| Refusal::with("InvalidSecretId.NotFound", [id.to_string()]))
    }

    /// Replaces the settings of a secret. Instances keep the settings that they started with.
    pub fn update_secret(
        &mut self,
        namespace: &str,
        id: i64,
        data: KeyValues,
        now: Millis,
    ) -> Result<(), Refusal> {
        self.secret(namespace, id)?.kind.check(&data)?;
        if let Some(secret) = self.secrets.get_mut(&id) {
            secret.data = data;
            secret.updated = now;
        }
        Ok(())
    }

    /// Deletes a secret. Refuses it while applications use it.
    pub fn delete_secret(&mut self, namespace: &str, id: i64) -> Result<(), Refusal> {
        self.secret(namespace, id)?;
        if self.relations(namespace).contains_key(&Target::Secret(id)) {
            return Err(Refusal::unfit("SecretId", "applications use the secret"));
        }
        self.secrets.remove(&id);
        Ok(())
    }

    /// The secrets of a namespace, oldest first.
    pub fn secrets_of<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Secret> {
        self.secrets.values().filter(move |secret| secret.namespace == namespace)
    }

    /// The applications that use a secret.
    pub fn users_of_secret(&self, secret: &Secret) -> Vec<Related> {
        self.relations(&secret.namespace).remove(&Target::Secret(secret.id)).unwrap_or_default()
    }
}
