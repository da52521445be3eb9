//! Parameters of a call, from `--params` and from options named like them.

use std::collections::BTreeMap;
use std::io::Read as _;

use clap::ArgMatches;
use clap::parser::ValueSource;
use sae::Any;
use sae::transport::{DynFields, Registered, Scalar, decode_json};

use crate::failure::Failure;
use crate::operations::nearest;

/// The typed request that the command line asks for.
pub fn request(
    operation: &'static Registered,
    params: Option<&str>,
    options: &ArgMatches,
) -> Result<Box<dyn DynFields>, Failure> {
    let mut request = (operation.request)();
    if let Some(params) = params {
        from_json(operation, &text(params, "--params")?, &mut *request)?;
    }
    for parameter in operation.description.parameters {
        let name = parameter.name;
        let given = options.ids().any(|id| id.as_str() == name)
            && options.value_source(name) == Some(ValueSource::CommandLine);
        if !given {
            continue;
        }
        let value = options.get_one::<String>(name).map(String::as_str).unwrap_or_default();
        let fits = request.slot(name).is_some_and(|slot| slot.put(Scalar::Text(value)));
        if !fits {
            return Err(misfit(name, parameter.kind));
        }
    }
    Ok(request)
}

/// A value as it is, the content of `@FILE`, or standard input for `-`.
pub fn text(value: &str, option: &str) -> Result<String, Failure> {
    if value == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        return match read {
            Ok(_) => Ok(text),
            Err(error) => Err(Failure::usage(format!("{option}: standard input can't be read: {error}"))),
        };
    }
    match value.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("{option}: the file {file} can't be read: {error}"))),
        None => Ok(value.to_owned()),
    }
}

fn from_json(operation: &'static Registered, text: &str, request: &mut dyn DynFields) -> Result<(), Failure> {
    let malformed = |error: sae::transport::Unreadable| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        let example = r#"expected an object of parameters, as in {"AppId":"x"}"#;
        Failure::usage(format!("--params is no JSON object{cause}; {example}"))
    };
    let mut members = BTreeMap::<String, Any>::new();
    let notes = decode_json::value(text, &mut members).map_err(malformed)?;
    if !notes.is_empty() || !text.trim_start().starts_with('{') {
        return Err(Failure::usage(
            r#"--params is no JSON object; expected parameters by name, as in {"AppId":"x"}"#,
        ));
    }
    let parameters = operation.description.parameters;
    if let Some(unknown) =
        members.keys().find(|name| !parameters.iter().any(|known| known.name == name.as_str()))
    {
        let near = nearest(unknown, parameters.iter().map(|parameter| parameter.name));
        let operation = operation.description.name;
        return Err(Failure::usage(format!("--params: {operation} has no parameter {unknown:?}{near}")));
    }
    let notes = decode_json::object(text, request).map_err(malformed)?;
    match notes.first() {
        None => Ok(()),
        Some(note) => {
            let name = note.path.split(['.', '[']).next().unwrap_or_default();
            let kind = parameters
                .iter()
                .find(|parameter| parameter.name == name)
                .map_or("", |parameter| parameter.kind);
            Err(misfit(name, kind))
        }
    }
}

/// The value is not shown: it may be a secret.
fn misfit(name: &str, kind: &str) -> Failure {
    Failure::usage(format!("the value of {name} does not fit its type, {kind}"))
}
