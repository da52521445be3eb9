//! Secrets. Only `DescribeSecret` returns what they hold.

use sae_models::sae::{
    self, CreateSecret, CreateSecretOutput, DeleteSecret, DeleteSecretOutput, DescribeSecret,
    DescribeSecretOutput, ListSecrets, ListSecretsOutput, SecretIdentity, SecretList, SecretPayload,
    SecretSummary, SecretType, UpdateSecret, UpdateSecretOutput,
};
use sae_transport::Json;

use crate::domain::Refusal;
use crate::domain::commands::secrets::NewSecret;
use crate::domain::key_values::KeyValues;
use crate::domain::reference::{Related, Target};
use crate::domain::secret::{Secret, SecretKind};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, related, structure, text};

impl Handle for CreateSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a name begins with a letter and has letters, digits and underscores"),
        Source::Metadata.says("a name may have hyphens, as those in the examples"),
        Source::Assumption.says("a name stands once in a namespace"),
        Source::Assumption.says("a key has at most 250 letters, digits, hyphens, underscores and dots, as in Kubernetes; all values together have at most 512 KiB"),
        Source::Assumption.says("a secret of type kubernetes.io/dockerconfigjson has the key .dockerconfigjson, one of type kubernetes.io/tls has tls.crt and tls.key, as in Kubernetes"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateSecretOutput, Refusal> {
        let new = NewSecret {
            data: payload(&self.secret_data)?,
            namespace: self.namespace_id,
            name: self.secret_name,
            kind: SecretKind::parse(self.secret_type.as_str())?,
        };
        let mut output = CreateSecretOutput::default();
        output.data = Some(identity(call.state.create_secret(new, call.now())?));
        Ok(output)
    }
}

impl Handle for DescribeSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a secret of another namespace counts as one that doesn't exist")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeSecretOutput, Refusal> {
        let secret = call.state.secret(&self.namespace_id, needed("SecretId", self.secret_id)?)?;
        let mut output = DescribeSecretOutput::default();
        output.data = Some(described(secret, &call.state.users_of_secret(secret)));
        Ok(output)
    }
}

impl Handle for UpdateSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("SecretData replaces all settings"),
        Source::Assumption.says("instances keep the settings that they started with"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateSecretOutput, Refusal> {
        let id = needed("SecretId", self.secret_id)?;
        let data = payload(&self.secret_data)?;
        call.state.update_secret(&self.namespace_id, id, data, call.now())?;
        let mut output = UpdateSecretOutput::default();
        output.data = Some(identity(id));
        Ok(output)
    }
}

impl Handle for DeleteSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("a secret that applications use is refused with InvalidParameter.WithMessage")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteSecretOutput, Refusal> {
        let id = needed("SecretId", self.secret_id)?;
        call.state.delete_secret(&self.namespace_id, id)?;
        let mut output = DeleteSecretOutput::default();
        output.data = Some(identity(id));
        Ok(output)
    }
}

impl Handle for ListSecrets {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("what the secrets hold isn't returned"),
        Source::Assumption.says("the oldest comes first"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListSecretsOutput, Refusal> {
        let namespace = &self.namespace_id;
        call.state.namespace(namespace)?;
        let relations = call.state.relations(namespace);
        let users = |id| relations.get(&Target::Secret(id)).map(Vec::as_slice).unwrap_or_default();
        let secrets = call.state.secrets_of(namespace);
        let mut data = SecretList::default();
        data.secrets = secrets.map(|secret| listed(secret, users(secret.id))).collect();
        let mut output = ListSecretsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// The settings in a payload, which is JSON in JSON.
fn payload(payload: &Json<SecretPayload>) -> Result<KeyValues, Refusal> {
    let payload = needed("SecretData", structure("SecretData", Some(payload))?)?;
    let data = structure("SecretData", Some(&payload.secret_data))?;
    Ok(needed("SecretData", data)?.clone())
}

fn identity(id: i64) -> SecretIdentity {
    let mut data = SecretIdentity::default();
    data.secret_id = Some(id);
    data
}

fn described(secret: &Secret, users: &[Related]) -> sae::Secret {
    let mut data = sae::Secret::default();
    data.secret_id = Some(secret.id);
    data.secret_name = text(&secret.name);
    data.secret_type = Some(SecretType::from(secret.kind.as_str()));
    data.secret_data.clone_from(&secret.data);
    data.namespace_id = text(&secret.namespace);
    data.create_time = Some(secret.created);
    data.update_time = Some(secret.updated);
    data.relate_apps = related(users);
    data
}

fn listed(secret: &Secret, users: &[Related]) -> SecretSummary {
    let mut data = SecretSummary::default();
    data.secret_id = Some(secret.id);
    data.secret_name = text(&secret.name);
    data.secret_type = Some(SecretType::from(secret.kind.as_str()));
    data.namespace_id = text(&secret.namespace);
    data.create_time = Some(secret.created);
    data.update_time = Some(secret.updated);
    data.relate_apps = related(users);
    data
}
