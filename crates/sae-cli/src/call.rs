//! `sae call`: any operation, through its typed request and answer.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::ArgMatches;
use sae::transport::{Fields, Registered, RequestParts, encode_json};
use sae::{Any, Client, Credentials, Format, Scheme};

use crate::failure::Failure;
use crate::render::{self, Output};
use crate::shown::shown;
use crate::{block_on, operations, parameters};

pub fn run(operation: Option<&'static Registered>, matches: &ArgMatches) -> Result<(), Failure> {
    if matches.get_flag("list") {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        return render::write(&operations::listing(text("product"), text("group"))?);
    }
    let (Some(operation), Some((_, options))) = (operation, matches.subcommand()) else {
        return Err(Failure::usage("no operation; name one, as in `sae call ListApplications`"));
    };
    let params = options.get_one::<String>("params").map(String::as_str);
    let request = parameters::request(operation, params, options)?;
    let builder = configured(options)?;
    if options.get_flag("dry-run") {
        // Nothing is signed with this key: it only stands where a client wants one.
        let client = builder.credentials(Credentials::new("dry-run", "")).environment().build()?;
        return dry_run(operation, &client, &*request);
    }
    let client = builder.environment().build()?;
    let reply = block_on(async { Ok(client.send_registered(operation, &*request).await?) })?;
    for note in &reply.notes {
        let path = shown(&note.path);
        eprintln!("note: the value of {path} fits no reading of its field and was left out");
    }
    let output = options.get_one::<String>("output").map_or(Output::Json, |name| Output::named(name));
    render::print(&reply, output)
}

fn configured(options: &ArgMatches) -> Result<sae::Builder, Failure> {
    let text = |name: &str| options.get_one::<String>(name).cloned();
    let mut builder = Client::builder();
    if let Some(endpoint) = text("endpoint") {
        builder = builder.endpoint(endpoint);
    }
    if let Some(region) = text("region") {
        builder = builder.region(region);
    }
    if text("accept").as_deref() == Some("xml") {
        builder = builder.format(Format::Xml);
    }
    if let Some(scheme) = text("signature") {
        builder =
            builder.signature(scheme.parse::<Scheme>().map_err(|error| Failure::usage(error.to_string()))?);
    }
    if let Some(timeout) = options.get_one::<Duration>("timeout") {
        builder = builder.timeout(*timeout).attempt_timeout(*timeout);
    }
    if let Some(attempts) = options.get_one::<u32>("max-attempts") {
        builder = builder.max_attempts(*attempts);
    }
    Ok(builder)
}

/// Prints the request that would be sent; values that may be secret are blanked.
fn dry_run(operation: &'static Registered, client: &Client, request: &dyn Fields) -> Result<(), Failure> {
    let description = operation.description;
    let parts = RequestParts::of(description, request)?;
    let endpoint = client.endpoint(description.service)?;
    let secret = |name: &str| {
        let belongs = |parameter: &str| {
            name == parameter || name.strip_prefix(parameter).is_some_and(|rest| rest.starts_with('.'))
        };
        description.parameters.iter().any(|parameter| parameter.sensitive && belongs(parameter.name))
    };
    let pair = |(name, value): &(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let value = if secret(name) { "(secret)" } else { value.as_ref() };
        (name.to_string(), Any::from(value))
    };
    let mut document = BTreeMap::from([
        ("Operation".to_owned(), Any::from(description.name)),
        ("Method".to_owned(), Any::from(description.method.as_str())),
        ("Endpoint".to_owned(), Any::from(endpoint.to_string())),
        ("Path".to_owned(), Any::from(parts.path.as_str())),
        ("Query".to_owned(), Any::Object(parts.query.iter().map(pair).collect())),
    ]);
    if let Some(body) = &parts.body {
        let names = body.parameters.iter().map(|name| Any::from(*name)).collect();
        let about = BTreeMap::from([
            ("ContentType".to_owned(), Any::from(body.content_type)),
            ("Bytes".to_owned(), Any::Int(i64::try_from(body.bytes.len()).unwrap_or(i64::MAX))),
            ("Parameters".to_owned(), Any::List(names)),
        ]);
        document.insert("Body".to_owned(), Any::Object(about));
    }
    render::write(&format!("{}\n", encode_json::value_to_string_pretty(&document)))
}
