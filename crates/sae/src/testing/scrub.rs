//! Removes secrets from recordings.

use sae_transport::client::HttpRequest;
use sae_transport::redact::{Members, Redaction, structured};
use sae_transport::{Any, Registered, Scalar, sign};

use super::digest::Digests;

/// Finds the operation of a request, if the spec has it.
pub(super) type Find = fn(&HttpRequest) -> Option<&'static Registered>;

/// The [`Find`] among all operations. Whoever records or replays names it in a function that is `#[inline]`: it brings in the code of
/// all operations, which a program without recordings need not compile.
#[inline]
pub(super) fn registered(request: &HttpRequest) -> Option<&'static Registered> {
    let services = [sae_models::sae::OPERATIONS, sae_models::edas::OPERATIONS];
    let mut operations = services.into_iter().flatten().copied().flatten();
    operations.find(|registered| request.is_for(registered.description))
}

/// The parameters of a request, with secrets. Strings of JSON are parsed, since their values count and not how they are written.
pub(super) fn plain(registered: &Registered, request: &HttpRequest) -> Members {
    let mut members = sent(registered, request);
    structured(registered.description, &mut members);
    members
}

/// The parameters of a request, with digests in place of secrets and of values that the spec doesn't know.
pub(super) fn parameters(registered: &Registered, request: &HttpRequest, digests: &mut Digests) -> Members {
    let mut members = sent(registered, request);
    let mut secret = |value: Scalar<'_>| digests.of(value);
    Redaction::new(&mut secret).hiding_unknown().parameters(&mut members, &mut *(registered.request)());
    structured(registered.description, &mut members);
    members
}

fn sent(registered: &Registered, request: &HttpRequest) -> Members {
    let sent = request.parameters(registered.description);
    sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The members of an answer, with digests in place of secrets, and without values that the spec doesn't know.
///
/// A message may quote the request. If the request held secrets, only documented messages stay, which have to match word for word
/// except for their placeholders.
pub(super) fn answer(
    registered: &Registered,
    request: &HttpRequest,
    mut members: Members,
    digests: &mut Digests,
) -> Members {
    let mut sent_secrets = Vec::new();
    let mut learn = |value: Scalar<'_>| {
        sent_secrets.push(value.text().into_owned());
        String::new()
    };
    let mut parameters = sent(registered, request);
    Redaction::new(&mut learn).hiding_unknown().parameters(&mut parameters, &mut *(registered.request)());
    let errors = registered.description.service.errors;
    let keeps_message = |message: &str| {
        let is_one = |template: &str| {
            filled(template, message)
                .is_some_and(|values| !values.iter().any(|value| sent_secrets.iter().any(|it| it == value)))
        };
        sent_secrets.is_empty()
            || FINE.iter().any(|fine| message.eq_ignore_ascii_case(fine))
            || errors.iter().any(|error| is_one(error.message))
    };
    let mut secret = |value: Scalar<'_>| digests.of(value);
    Redaction::new(&mut secret)
        .keeping_messages(&keeps_message)
        .answer(&mut members, &mut *(registered.output)());
    let credentials = Credentials::of(request);
    for value in members.values_mut() {
        credentials.cut_out(value);
    }
    members
}

/// The texts in the placeholders of a message, if it has this template.
fn filled<'m>(template: &str, message: &'m str) -> Option<Vec<&'m str>> {
    let mut parts = template.split("%s");
    let mut rest = message.strip_prefix(parts.next()?)?;
    let parts: Vec<_> = parts.collect();
    let Some((last, parts)) = parts.split_last() else { return rest.is_empty().then(Vec::new) };
    let mut values = Vec::new();
    for part in parts {
        let (value, after) = rest.split_once(part)?;
        values.push(value);
        rest = after;
    }
    values.push(rest.strip_suffix(last)?);
    Some(values)
}

/// What a request was signed with, except the secret of the access key, which is never sent.
struct Credentials(Vec<String>);

impl Credentials {
    fn of(request: &HttpRequest) -> Self {
        let header = request.header("authorization").unwrap_or_default();
        let token = request.header("x-acs-security-token").unwrap_or_default();
        let mut found = vec![header, token];
        if let Ok(authorization) = sign::parse_authorization(header) {
            found.extend([authorization.access_key_id, authorization.signature]);
        }
        // Those of the service are longer. A short one, such as that of a local server, is a word that may occur anywhere.
        let found = found.into_iter().filter(|text| text.len() >= SHORTEST);
        Self(found.map(str::to_owned).collect())
    }

    fn cut_out(&self, value: &mut Any) {
        match value {
            Any::Text(text) => {
                for credential in &self.0 {
                    if text.contains(credential) {
                        *text = text.replace(credential, "(credentials)");
                    }
                }
            }
            Any::List(items) => items.iter_mut().for_each(|item| self.cut_out(item)),
            Any::Object(members) => members.values_mut().for_each(|value| self.cut_out(value)),
            Any::Null | Any::Bool(_) | Any::Int(_) | Any::Float(_) => {}
        }
    }
}

const SHORTEST: usize = 12;
/// The message of a success.
const FINE: [&str; 3] = ["success", "successful", "ok"];
