//! From the names that people write to what the service knows.

use std::fmt::Write as _;

use sae_models::sae::{Application, DescribeNamespaces, ListApplications, TenantNamespace};
use sae_transport::{Error, ErrorKind};

use crate::Client;

/// The application with this identifier or name.
pub(crate) async fn application(client: &Client, text: &str) -> Result<Application, Error> {
    let (namespace, name) = match text.rsplit_once('/') {
        Some((namespace, name)) => (Some(self::namespace(client, namespace).await?), name),
        None => (None, text),
    };
    if name.is_empty() {
        return Err(wrong(format!("{text:?} names no application: expected NAME, ID or NAMESPACE/NAME")));
    }
    let mut request = ListApplications::new().page_size(PAGE);
    request.namespace_id = namespace.and_then(|namespace| namespace.namespace_id);
    let all = client.items(request).all().await?;
    let id = all.iter().position(|it| it.app_id.as_deref() == Some(name));
    let named = |it: &Application| it.app_name.as_deref() == Some(name);
    pick(all, id, named, "application", name, |it| Candidate {
        id: it.app_id.as_deref(),
        name: it.app_name.as_deref(),
        place: it.namespace_id.as_deref(),
    })
}

/// The namespace with this identifier, short identifier or name.
pub(crate) async fn namespace(client: &Client, text: &str) -> Result<TenantNamespace, Error> {
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
    pick(all, id, named, "namespace", text, |it| Candidate {
        id: it.namespace_id.as_deref(),
        name: it.namespace_name.as_deref(),
        place: None,
    })
}

/// What a message says about something that could be meant.
struct Candidate<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    place: Option<&'a str>,
}

/// The one with the identifier, else the only one with the name.
fn pick<T>(
    mut all: Vec<T>,
    id: Option<usize>,
    is_named: impl Fn(&T) -> bool,
    word: &str,
    text: &str,
    candidate: impl Fn(&T) -> Candidate<'_>,
) -> Result<T, Error> {
    let named: Vec<_> = (0..).zip(&all).filter(|(_, it)| is_named(it)).map(|(at, _)| at).collect();
    match (id, named.as_slice()) {
        (Some(at), _) | (None, &[at]) => Ok(all.swap_remove(at)),
        (None, []) => {
            let mut message = format!("there is no {word} {text:?}");
            if all.is_empty() {
                let _ = write!(message, ": there is none at all");
            } else {
                all.sort_by_key(|it| {
                    std::cmp::Reverse(likeness(text, candidate(it).name.unwrap_or_default()))
                });
                let _ = write!(message, "; there are {}", listed(all.iter().map(candidate)));
            }
            Err(wrong(message))
        }
        (None, several) => {
            let candidates = listed(several.iter().filter_map(|at| all.get(*at)).map(candidate));
            let message =
                format!("{word} {text:?} is not the only one of that name: say which of {candidates}");
            Err(wrong(message))
        }
    }
}

/// `cn-hangzhou:test/shop (id), …`
fn listed<'a>(candidates: impl Iterator<Item = Candidate<'a>>) -> String {
    let mut candidates = candidates.fuse();
    let shown: Vec<_> = candidates
        .by_ref()
        .take(SHOWN)
        .map(|Candidate { id, name, place }| {
            let place = place.map(|place| format!("{place}/")).unwrap_or_default();
            format!("{place}{} ({})", name.unwrap_or("?"), id.unwrap_or("?"))
        })
        .collect();
    let more = candidates.count();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// How much two names have in common, roughly: what is alike stands first in a message.
fn likeness(text: &str, name: &str) -> usize {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let common = text.chars().zip(name.chars()).take_while(|(left, right)| left == right).count();
    let holds = name.contains(&text) || (!name.is_empty() && text.contains(&name));
    common + if holds { text.len() } else { 0 }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Request, message)
}

/// Applications or namespaces on a page.
const PAGE: i64 = 100;
/// How many candidates a message names.
const SHOWN: usize = 10;
