//! `sae app`: applications.

mod look;

use clap::{Arg, ArgMatches, Command};
use sae::Client;
use sae::model::ListApplications;

use crate::failure::Failure;
use crate::session;

/// The command line.
pub fn command() -> Command {
    let noun = session::noun("app", "Applications").arg(namespace());
    look::commands().into_iter().fold(noun, Command::subcommand)
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    look::run(verb, options)
}

/// The application that a command is about.
pub fn application() -> Arg {
    Arg::new("app").value_name("APP").required(true).help("Name or identifier of the application")
}

/// The namespace in which a name is looked up.
pub fn namespace() -> Arg {
    Arg::new("namespace")
        .long("namespace")
        .short('n')
        .value_name("ID")
        .global(true)
        .help("Namespace in which names are looked up, as in cn-hangzhou:shop")
}

/// The identifier of the application that the command line names.
pub async fn named(client: &Client, options: &ArgMatches) -> Result<String, Failure> {
    let text = |name: &str| options.get_one::<String>(name).map_or("", String::as_str);
    let name = text("app");
    let is_id = name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_id {
        return Ok(name.to_owned());
    }
    let mut request = ListApplications::new().app_name(name).page_size(100);
    request.namespace_id = options.get_one::<String>("namespace").cloned();
    let mut found = client.items(request).all().await?;
    found.retain(|app| app.app_name.as_deref() == Some(name));
    match found.as_slice() {
        [one] => Ok(one.app_id.clone().unwrap_or_default()),
        [] => Err(Failure::usage(format!(
            "no application is called {name:?}; `sae app list` shows those that there are"
        ))),
        many => {
            let places: Vec<_> = many.iter().filter_map(|app| app.namespace_id.as_deref()).collect();
            Err(Failure::usage(format!(
                "{} applications are called {name:?}, in {}; say which with --namespace",
                many.len(),
                places.join(", ")
            )))
        }
    }
}
