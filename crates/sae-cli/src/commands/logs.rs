//! `sae logs`: what the instances of an application write, together.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::ErrorKind;
use sae::change_order::Progress;

use crate::block_on;
use crate::commands::app;
use crate::failure::Failure;
use crate::render::Output;
use crate::rollout::interruptible;
use crate::session::{self, Printer};
use crate::stamp::{self, Millis};
use crate::{number, span};

mod crowd;
mod line;
mod page;
mod window;

use crowd::Crowd;
use page::Page;

/// The command line.
pub fn command() -> Command {
    let command = Command::new("logs")
        .about("Show the logs of an application's instances, and follow them across rollouts")
        .after_help(EXAMPLES)
        .arg(
            Arg::new("instance")
                .long("instance")
                .value_name("INSTANCE")
                .action(ArgAction::Append)
                .help("This instance alone: its identifier or the end of it; may be repeated"),
        );
    session::arguments(arguments(app::with_namespace(app::with_application(command))), Output::Text)
}

/// Adds the options that say which lines are wanted.
pub fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("follow")
                .long("follow")
                .short('f')
                .action(ArgAction::SetTrue)
                .help("Go on with what is written from now on, until Ctrl-C"),
        )
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("TIME")
                .value_parser(since)
                .help("Lines from this time on: 10m ago, or a time such as 2026-11-22T08:30:00Z; without a zone it is China's"),
        )
        .arg(
            Arg::new("tail")
                .long("tail")
                .value_name("N")
                .allow_negative_numbers(true)
                .value_parser(number::at_least::<0>)
                .help("The last lines of each instance, this many, to begin with"),
        )
        .arg(
            Arg::new("previous")
                .long("previous")
                .short('p')
                .action(ArgAction::SetTrue)
                .conflicts_with("follow")
                .help("What was written before the last restart of an instance"),
        )
        .arg(
            Arg::new("outage")
                .long("outage")
                .value_name("SECONDS")
                .value_parser(session::seconds)
                .help("How long the service may fail to answer while logs are followed [default: 300]"),
        )
}

/// Which lines are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub follow: bool,
    pub since: Option<Millis>,
    pub tail: Option<usize>,
    pub previous: bool,
    pub outage: Duration,
}

impl Wanted {
    /// As the command line has it.
    pub fn of(options: &ArgMatches) -> Self {
        let tail = options.get_one::<i64>("tail");
        Self {
            follow: options.get_flag("follow"),
            since: options.get_one("since").copied(),
            tail: tail.map(|tail| usize::try_from(*tail).unwrap_or(usize::MAX)),
            previous: options.get_flag("previous"),
            outage: options.get_one("outage").copied().unwrap_or(Progress::OUTAGE),
        }
    }
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let wanted = Wanted::of(options);
    let chosen: Vec<String> = options.get_many("instance").into_iter().flatten().cloned().collect();
    let page = page(&printer, wanted)?;
    let client = session::client(options)?;
    block_on(async {
        let app = app::named(&client, options).await?;
        shown(Crowd::of_application(client, app, chosen, wanted), page, &printer, wanted).await
    })
}

/// `sae instance logs`.
pub fn of_instance(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let wanted = Wanted::of(options);
    let page = page(&printer, wanted)?;
    let client = session::client(options)?;
    let id = options.get_one::<String>("instance").cloned().unwrap_or_default();
    let shown = block_on(async {
        shown(Crowd::of_instance(client, id.clone(), wanted), page, &printer, wanted).await
    });
    match shown {
        Err(Failure::Call(error)) if error.kind() == ErrorKind::Service => {
            let command = format!("sae logs APP --instance {}", session::word(&id));
            Err(Failure::Call(error).advised(vec![("if it is only the end of an identifier", command)]))
        }
        shown => shown,
    }
}

/// Shows the logs; Ctrl-C is how following them ends.
async fn shown(mut crowd: Crowd, page: Page, printer: &Printer, wanted: Wanted) -> Result<(), Failure> {
    let show = crowd.show(page, printer);
    if !wanted.follow {
        return show.await;
    }
    interruptible(Box::pin(show)).await.unwrap_or(Ok(()))
}

fn page(printer: &Printer, wanted: Wanted) -> Result<Page, Failure> {
    if printer.is_document() && wanted.follow {
        return Err(Failure::usage(
            "--follow has no end, so it can't be one document; leave out --output or --query",
        ));
    }
    Ok(if printer.is_document() { Page::document() } else { Page::lines(std::io::stdout().is_terminal()) })
}

/// A moment, or how long ago it was.
fn since(text: &str) -> Result<Millis, String> {
    let ago = |span: Duration| {
        stamp::now().saturating_sub(Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX))
    };
    stamp::whole(text)
        .or_else(|| span::parse(text).map(ago))
        .ok_or_else(|| "expected how long ago, as in 10m, or a time, as in 2026-11-22T08:30:00Z".to_owned())
}

const EXAMPLES: &str = "Examples:
  sae logs shop
  sae logs shop -f --tail 20
  sae logs shop --since 10m --instance x7k2p
  sae logs shop --previous

The service keeps the latest part of each log. Lines are put in order by the time at their beginning, where they have one.";
