//! `sae export`: a manifest of what there is.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::app;
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::manifest::keys::{self, Key, PACKAGE};
use crate::manifest::live::Condition;
use crate::manifest::write::{Document, Form};
use crate::manifest::{Value, Variables, live};
use crate::tell::tell;
use crate::{block_on, render, session};

/// The command line.
pub fn command() -> Command {
    let command = Command::new("export")
        .about("Print a manifest of the namespaces and applications that there are")
        .long_about(ABOUT)
        .arg(app::namespace().help("Namespace to export, as in cn-hangzhou:shop or shop [default: all]"))
        .arg(
            Arg::new("with-secrets")
                .long("with-secrets")
                .action(ArgAction::SetTrue)
                .help("Write the values of environment variables, commands and other secrets, too"),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .value_name("FORM")
                .value_parser(["toml", "yaml", "json"])
                .default_value("toml")
                .help("How to write the manifest"),
        );
    let command = app::with_application(command)
        .mut_group("application", |group| group.required(false))
        .mut_arg("named", |app| app.help("Export this application alone"));
    session::connection_arguments(command).after_help(EXAMPLES)
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let form = match options.get_one::<String>("output").map(String::as_str) {
        Some("yaml") => Form::Yaml,
        Some("json") => Form::Json,
        _ => Form::Toml,
    };
    let client = session::client(options)?;
    let only = Some(app::given(options)?).filter(|name| !name.is_empty());
    let document = block_on(async {
        let namespace = app::in_namespace(&client, options).await?;
        let mut running = live::applications(&client, namespace.as_deref()).await?;
        running.retain(|running| only.is_none_or(|name| name == running.name));
        if let (Some(name), true) = (only, running.is_empty()) {
            return Err(Failure::usage(format!("there is no application {name:?} to export")));
        }
        let mut namespaces = live::namespaces(&client).await?;
        namespaces.retain(|found| {
            let id = found.get("id").and_then(Value::as_text).unwrap_or_default();
            // The default namespace of a region is always there and can't be made.
            let is_wanted = namespace.as_deref().is_none_or(|wanted| wanted == id) && id.contains(':');
            is_wanted && (only.is_none() || running.iter().any(|running| running.namespace == id))
        });
        running.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        let mut applications = Vec::new();
        for running in &running {
            let mut application = live::application(&client, running).await?;
            let condition = live::condition(&client, running).await?;
            if let (Value::Table(members), Condition::Stopped | Condition::Idle) =
                (&mut application, condition)
            {
                members.push(("deploy".to_owned(), Value::Bool(false)));
            }
            applications.push(application);
        }
        Ok(Document { namespaces, applications })
    })?;
    let with_secrets = options.get_flag("with-secrets");
    let (keys, slb, namespace) = (keys::application(), keys::slb(), keys::namespace());
    let document = Document {
        namespaces: document
            .namespaces
            .iter()
            .map(|value| written(value, &namespace, &[], with_secrets))
            .collect(),
        applications: document
            .applications
            .iter()
            .map(|value| written(value, &keys, &slb, with_secrets))
            .collect(),
    };
    if with_secrets {
        let mut masked = Vec::new();
        for application in &document.applications {
            application.untold(application.name().unwrap_or_default(), &mut masked);
        }
        for path in masked {
            tell!("note: the service doesn't show {}: it is written as unchanged", escape_control(&path));
        }
    }
    render::write(&document.text(form)?)
}

/// What says something, in the order of the keys.
fn written(value: &Value, keys: &[Key], slb: &[Key], with_secrets: bool) -> Value {
    let is_image = value.get("image").is_some();
    let mut members = Vec::new();
    for key in keys {
        let name = key.field.key.as_str();
        // The service makes one for each deployment of an image.
        if name == "package_version" && is_image {
            continue;
        }
        // No instances is a wish, no default; so is no deployment.
        let is_wish = matches!(name, "replicas" | "deploy");
        let said =
            |value: &Value| value.pruned(&key.field.shape, name).or_else(|| is_wish.then(|| value.clone()));
        let kept = value.get(name).and_then(said);
        if let Some(kept) = kept {
            let hidden = kept.hidden(&key.field.shape, name, key.field.secret, Variables::Hidden);
            let shown = match hidden {
                _ if with_secrets => kept,
                // Part of an address is none.
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

const ABOUT: &str = "Print a manifest of the namespaces and applications that there are: `sae plan` finds no difference to it.

Secrets (environment variables, commands, keys, credentials in the address of a package) are left out: `{ unchanged = true }` stands in \
their place, which leaves them as they are. --with-secrets writes them, as far as the service shows them. What it doesn't tell at all, such as \
enable_ebpf, is not in the manifest. Of an application that doesn't run, it says deploy = false.";
const EXAMPLES: &str = "Examples:
  sae export -n shop > shop.toml
  sae export --app web --output yaml
  sae export --with-secrets > everything.toml";
