//! A change order that a command has started: followed to its end, unless the command line says not to.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use sae::change_order::{ChangeOrder, Finished, Outcome};
use sae::transport::encode_json;

use crate::failure::{Failure, Rollout};
use crate::render;
use crate::session::{self, Printer};
use crate::shown::{shown, shown_lines};

/// Adds the options of a command that starts a change order.
pub fn arguments(command: Command) -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help).help_heading(HEADING)
    };
    let command = command
        .arg(flag("wait", "Wait until the change order is over; this is what happens anyway"))
        .arg(flag("no-wait", "End as soon as the change order is accepted").overrides_with("wait"));
    limit_argument(command)
}

/// Adds the limit on waiting alone.
pub fn limit_argument(command: Command) -> Command {
    command.arg(
        Arg::new("wait-timeout")
            .long("wait-timeout")
            .value_name("SECONDS")
            .value_parser(session::seconds)
            .help("How long to wait for it [default: 3600]")
            .help_heading(HEADING),
    )
}

/// Follows the change order to its end; one that doesn't succeed is a failure.
pub async fn ended(order: &ChangeOrder, options: &ArgMatches) -> Result<(), Failure> {
    let finished = follow(order, limit(options)).await?;
    result(order, &finished)
}

/// Follows the change order and ends with its result. Standard output is `made`, or the identifier of the change order; as a
/// document it is the change order.
pub async fn end(order: &ChangeOrder, made: Option<&str>, options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let id = made.unwrap_or(order.id());
    if options.get_flag("no-wait") {
        eprintln!("change order {} is accepted", shown(order.id()));
        return if printer.is_document() {
            printer.print(&reference(order))
        } else {
            render::write(&format!("{}\n", shown(id)))
        };
    }
    let finished = follow(order, limit(options)).await?;
    if printer.is_document() {
        printer.print(&encode_json::to_string_pretty(&finished.order))?;
    } else if finished.is_success() {
        render::write(&format!("{}\n", shown(id)))?;
    }
    result(order, &finished)
}

/// What is known of a change order before it is asked for.
fn reference(order: &ChangeOrder) -> String {
    let members = [("AppId", order.app_id()), ("ChangeOrderId", Some(order.id()))];
    let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    members.collect::<serde_json::Value>().to_string()
}

fn limit(options: &ArgMatches) -> Duration {
    options.get_one::<Duration>("wait-timeout").copied().unwrap_or(LIMIT)
}

/// Watches the change order, on standard error, until nothing more happens without a person.
async fn follow(order: &ChangeOrder, limit: Duration) -> Result<Finished, Failure> {
    let started = Instant::now();
    let display = Display::new(order.id(), started);
    let mut progress = order.progress().poll(POLL).timeout(limit);
    while let Some(snapshot) = progress.next().await {
        // A fault of watching is told by the wait below, or it has passed by then.
        let Ok(snapshot) = snapshot else { break };
        display.show(&snapshot.to_string());
        if snapshot.is_final() || waits(&snapshot) {
            break;
        }
    }
    let left = limit.saturating_sub(started.elapsed()).max(POLL);
    let finished = order.wait().poll(POLL).timeout(left).await;
    display.end();
    Ok(finished?)
}

/// Whether it goes no further without a person.
fn waits(snapshot: &sae::change_order::Snapshot) -> bool {
    use sae::model::ChangeOrderStatus::{WaitingForApproval, WaitingForConfirmation};
    matches!(snapshot.status(), Some(WaitingForApproval | WaitingForConfirmation))
}

fn result(order: &ChangeOrder, finished: &Finished) -> Result<(), Failure> {
    let id = shown(order.id()).into_owned();
    let (rollout, then) = match &finished.outcome {
        Outcome::Succeeded => return Ok(()),
        Outcome::Aborted | Outcome::RolledBack { .. } => (Rollout::TakenBack, format!("sae order show {id}")),
        Outcome::WaitingForConfirmation => (Rollout::WaitsForConfirmation, format!("sae order confirm {id}")),
        Outcome::WaitingForApproval => (Rollout::WaitsForConfirmation, format!("sae order show {id}")),
        Outcome::TimedOut => (Rollout::TimedOut, format!("sae order watch {id}")),
        _ => (Rollout::Failed, format!("sae order show {id} --output yaml")),
    };
    let why = match &finished.diagnosis {
        Some(diagnosis) => diagnosis.to_string(),
        None => format!("change order {id} {}", finished.outcome),
    };
    Err(Failure::Rollout(rollout, format!("{}\n  what to do: {then}", shown_lines(&why))))
}

/// What somebody who waits sees: one living line on a terminal, a line for each change elsewhere.
struct Display {
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Display {
    fn new(id: &str, started: Instant) -> Self {
        eprintln!("change order {}", shown(id));
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>4}  {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { started, bar }
    }

    fn show(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => eprintln!("{:>4} s  {}", self.started.elapsed().as_secs(), shown(text)),
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            let last = bar.message();
            bar.finish_and_clear();
            eprintln!("{:>4} s  {}", self.started.elapsed().as_secs(), shown(&last));
        }
    }
}

const HEADING: &str = "Change order";
const LIMIT: Duration = Duration::from_hours(1);
const POLL: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(120);
