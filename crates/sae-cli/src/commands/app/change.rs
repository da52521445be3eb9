//! What starts a change order of an application that exists.

use clap::{Arg, ArgMatches, Command};
use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{
    DeleteApplication, RescaleApplication, RescaleApplicationVertically, RestartApplication,
    StartApplication, StopApplication,
};

use super::{given, named, with_application};
use crate::failure::Failure;
use crate::number::at_least;
use crate::rollout::{self, Rollout};
use crate::session::Printer;
use crate::{block_on, confirm, session};

pub fn commands() -> [Command; 6] {
    let verb = |name: &'static str, about: &'static str, examples: &'static str| {
        rollout::arguments(with_application(Command::new(name).about(about).after_help(examples)))
    };
    let delete = verb("delete", "Delete an application with all that runs it", DELETE_EXAMPLES);
    [
        verb("start", "Start the instances of an application that was stopped", START_EXAMPLES),
        verb("stop", "Stop all instances of an application", STOP_EXAMPLES),
        verb("restart", "Restart all instances of an application", RESTART_EXAMPLES),
        verb("scale", "Change how many instances run an application", SCALE_EXAMPLES)
            .allow_missing_positional(true)
            .mut_arg("named", |app| app.allow_negative_numbers(true))
            .arg(
                Arg::new("replicas")
                    .value_name("REPLICAS")
                    .required(true)
                    .allow_negative_numbers(true)
                    .value_parser(at_least::<0>)
                    .help("How many instances are wanted"),
            ),
        verb("resize", "Change how large the instances of an application are", RESIZE_EXAMPLES)
            .arg(
                number("cpu", "MILLICORES", "CPU of an instance, as `sae spec list` shows them")
                    .required(true),
            )
            .arg(number("memory", "MB", "Memory of an instance").required(true)),
        confirm::argument(delete.visible_alias("rm")),
    ]
}

pub fn number(name: &'static str, unit: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(unit).value_parser(at_least::<1>).help(help)
}

pub fn run(verb: &str, options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    block_on(async {
        let app = named(&client, options).await?;
        if verb == "delete" {
            confirm::ask(&format!("delete the application {}", given(options)?), options)?;
        }
        let order = started(&client, verb, &app, options).await?;
        Rollout::new(&printer, options).follow(&order).await
    })
}

async fn started(
    client: &Client,
    verb: &str,
    app: &str,
    options: &ArgMatches,
) -> Result<ChangeOrder, Failure> {
    let number = |name: &str| options.get_one::<i64>(name).copied().unwrap_or_default();
    Ok(match verb {
        "start" => client.submit(StartApplication::new(app)).await?,
        "stop" => client.submit(StopApplication::new(app)).await?,
        "restart" => client.submit(RestartApplication::new(app)).await?,
        "scale" => client.submit(RescaleApplication::new(app, number("replicas"))).await?,
        "resize" => {
            let (cpu, memory) = (number("cpu").to_string(), number("memory").to_string());
            client.submit(RescaleApplicationVertically::new(app, cpu, memory)).await?
        }
        _ => client.submit(DeleteApplication::new(app)).await?,
    })
}

const START_EXAMPLES: &str = "Example:\n  sae app start shop";
const STOP_EXAMPLES: &str = "Example:\n  sae app stop shop";
const RESTART_EXAMPLES: &str = "Examples:
  sae app restart shop
  order=$(sae app restart shop --no-wait)";
const SCALE_EXAMPLES: &str = "Examples:
  sae app scale shop 5
  sae app scale shop 5 --wait-timeout 600";
const RESIZE_EXAMPLES: &str = "Example:\n  sae app resize shop --cpu 2000 --memory 4096";
const DELETE_EXAMPLES: &str = "Examples:
  sae app delete shop
  sae app delete shop -n cn-hangzhou:test --yes";
