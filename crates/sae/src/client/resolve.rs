//! Finds applications and namespaces by the names that people write.

use sae_models::sae::{Application, ApplicationField, DescribeNamespaces, ListApplications, TenantNamespace};
use sae_transport::{Candidate, Error, ErrorKind};

use super::Client;

impl Client {
    /// Finds an application by its identifier, its name, or its namespace and name, as in `shop`, `test/shop` and
    /// `cn-hangzhou:test/shop`. The namespace is one that [`Client::resolve_namespace`] finds.
    ///
    /// Fails with [`ErrorKind::NotFound`] if there is none and with [`ErrorKind::Ambiguous`] if there are several; the message and
    /// [`Error::candidates`] name those that may be meant.
    pub async fn resolve_application(&self, text: &str) -> Result<Application, Error> {
        Box::pin(application(self, text)).await
    }

    /// Finds a namespace by its identifier (`cn-hangzhou:test`), the part of it after the colon, or its name.
    ///
    /// Fails with [`ErrorKind::NotFound`] if there is none and with [`ErrorKind::Ambiguous`] if there are several; the message and
    /// [`Error::candidates`] name those that may be meant.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
    /// # let client = sae::Client::builder()
    /// #     .credentials(sae::Credentials::new("local", "local-secret"))
    /// #     .endpoint(server.endpoint())
    /// #     .build()?;
    /// # use sae::model::CreateNamespace;
    /// client.send(CreateNamespace::new("Web shop").namespace_id("cn-hangzhou:shop")).await?;
    /// let namespace = client.resolve_namespace("shop").await?;
    /// assert_eq!(namespace.namespace_id.as_deref(), Some("cn-hangzhou:shop"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn resolve_namespace(&self, text: &str) -> Result<TenantNamespace, Error> {
        Box::pin(namespace(self, text)).await
    }
}

/// The application with this identifier or name. The service searches for it, and may return names that only contain the text, so its
/// answer is filtered.
async fn application(client: &Client, text: &str) -> Result<Application, Error> {
    let (namespace, name) = match text.rsplit_once('/') {
        // A complete identifier isn't looked up.
        Some((namespace, name)) if namespace.contains(':') => (Some(namespace.to_owned()), name),
        Some((namespace, name)) => (self::namespace(client, namespace).await?.namespace_id, name),
        None => (None, text),
    };
    if name.is_empty() {
        return Err(wrong(format!("{text:?} names no application: expected NAME, ID or NAMESPACE/NAME")));
    }
    let mut all = ListApplications::new().page_size(PAGE);
    all.namespace_id = namespace;
    let by_id = || all.clone().field_type(ApplicationField::AppIds).field_value(name);
    let by_name = || all.clone().app_name(name);
    let requests = if is_id(name) { [by_id(), by_name()] } else { [by_name(), by_id()] };
    for request in requests {
        let found = client.items(request).all().await?;
        let id = found.iter().position(|it| it.app_id.as_deref() == Some(name));
        let is_named = |it: &Application| it.app_name.as_deref() == Some(name);
        if id.is_some() || found.iter().any(is_named) {
            return pick(found, id, is_named, "application", name, application_candidate);
        }
    }
    // One page is enough to suggest similar names.
    let some = client.pages(all).next().await.transpose()?.and_then(|reply| reply.output.data);
    let some = some.map(|data| data.applications).unwrap_or_default();
    if some.is_empty()
        && let Some((namespace, _)) = text.rsplit_once('/')
    {
        // The namespace itself may not exist.
        self::namespace(client, namespace).await?;
    }
    pick(some, None, |_| false, "application", name, application_candidate)
}

fn application_candidate(it: &Application) -> Candidate {
    Candidate::new(it.app_id.clone(), it.app_name.clone()).namespace(it.namespace_id.clone())
}

/// Whether a text has the form of an identifier: 36 hexadecimal digits and hyphens.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The namespace with this identifier, short identifier or name.
async fn namespace(client: &Client, text: &str) -> Result<TenantNamespace, Error> {
    if text.is_empty() {
        return Err(wrong("an empty text names no namespace".to_owned()));
    }
    let all = client.items(DescribeNamespaces::new(1, PAGE)).all().await?;
    let id = all.iter().position(|it| it.namespace_id.as_deref() == Some(text));
    let named = |it: &TenantNamespace| {
        let short = it.namespace_id.as_deref().and_then(|id| id.split_once(':')).map(|(_, short)| short);
        let short = it.name_space_short_id.as_deref().or(short);
        short == Some(text) || it.namespace_name.as_deref() == Some(text)
    };
    pick(all, id, named, "namespace", text, |it| {
        Candidate::new(it.namespace_id.clone(), it.namespace_name.clone())
    })
}

/// The one with the identifier, else the only one with the name.
fn pick<T>(
    mut all: Vec<T>,
    id: Option<usize>,
    is_named: impl Fn(&T) -> bool,
    word: &str,
    text: &str,
    candidate: impl Fn(&T) -> Candidate,
) -> Result<T, Error> {
    let named: Vec<_> = (0..).zip(&all).filter(|(_, it)| is_named(it)).map(|(at, _)| at).collect();
    match (id, named.as_slice()) {
        (Some(at), _) | (None, &[at]) => Ok(all.swap_remove(at)),
        (None, []) => {
            let mut candidates: Vec<_> = all.iter().map(candidate).collect();
            candidates
                .sort_by_key(|it| std::cmp::Reverse(likeness(text, it.name.as_deref().unwrap_or_default())));
            let others = match candidates.as_slice() {
                [] => ": there is none at all".to_owned(),
                candidates => format!("; there are {}", listed(candidates)),
            };
            let message = format!("there is no {word} {text:?}{others}");
            Err(Error::new(ErrorKind::NotFound, message).with_candidates(candidates))
        }
        (None, several) => {
            let candidates: Vec<_> = several.iter().filter_map(|at| all.get(*at)).map(candidate).collect();
            let message = format!(
                "{word} {text:?} is not the only one of that name: say which of {}",
                listed(&candidates)
            );
            Err(Error::new(ErrorKind::Ambiguous, message).with_candidates(candidates))
        }
    }
}

/// `cn-hangzhou:test/shop (id), …`
fn listed(candidates: &[Candidate]) -> String {
    let shown: Vec<_> = (candidates.iter().take(SHOWN))
        .map(|Candidate { id, name, namespace_id, .. }| {
            let place = namespace_id.as_ref().map(|place| format!("{place}/")).unwrap_or_default();
            format!("{place}{} ({})", name.as_deref().unwrap_or("?"), id.as_deref().unwrap_or("?"))
        })
        .collect();
    let shown = shown.join(", ");
    match candidates.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Rough similarity of two names. The most similar ones come first in a message.
fn likeness(text: &str, name: &str) -> usize {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let common = text.chars().zip(name.chars()).take_while(|(left, right)| left == right).count();
    let holds = name.contains(&text) || (!name.is_empty() && text.contains(&name));
    common + if holds { text.len() } else { 0 }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Request, message)
}

/// Applications or namespaces per page.
const PAGE: i64 = 100;
/// How many candidates a message names.
const SHOWN: usize = 10;
