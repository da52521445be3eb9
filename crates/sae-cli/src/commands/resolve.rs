//! Names of the command line as identifiers of the service.

use sae::Client;

use crate::args::{Application, Namespace};
use crate::failure::Failure;

/// The ID of the application.
pub async fn application(
    client: &Client,
    application: &Application,
    namespace: &Namespace,
) -> Result<String, Failure> {
    let name = application.name()?;
    // An ID needs no look-up: listing applications may not be allowed.
    if is_id(name) && namespace.namespace.is_none() {
        return Ok(name.to_owned());
    }
    let found = match &namespace.namespace {
        Some(namespace) if name.contains('/') => {
            return Err(Failure::usage(format!(
                "{name:?} already names a namespace; leave out -n {namespace}"
            )));
        }
        Some(namespace) => client.resolve_application(&format!("{namespace}/{name}")).await?,
        None => client.resolve_application(name).await?,
    };
    found.app_id.ok_or_else(|| Failure::other(format!("the service returned no ID for {name:?}")))
}

/// The ID of the namespace, if one is given.
pub async fn namespace(client: &Client, namespace: &Namespace) -> Result<Option<String>, Failure> {
    match &namespace.namespace {
        Some(namespace) => Ok(Some(namespace_id(client, namespace).await?)),
        None => Ok(None),
    }
}

/// The ID of a namespace; a full ID needs no look-up.
pub async fn namespace_id(client: &Client, text: &str) -> Result<String, Failure> {
    if text.contains(':') {
        return Ok(text.to_owned());
    }
    let found = client.resolve_namespace(text).await?.namespace_id;
    found.ok_or_else(|| Failure::other(format!("the service returned no ID for {text:?}")))
}

/// Whether a text is an ID.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
