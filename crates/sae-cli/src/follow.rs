//! Follows a change order that a command started or found, unless the command line says not to.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use sae::change_order::ChangeOrder;
use sae::model::ChangeOrderStatus;
use sae::transport::text::escape_control;

use crate::args::deploy::OnFailure;
use crate::args::{Connection, Following, Limits};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::render;
use crate::shell;

mod display;
mod progress;
mod result;
mod rollback;
pub mod summary;
mod wanted;
mod watch;

pub use result::{RolloutEnd, RolloutResult};
pub use wanted::Wanted;
pub use watch::interruptible;

use crate::output::report;
use crate::output::status::status;
use display::Display;
use progress::ProgressTracker;
use watch::{SHORTLY, Watch};

/// Follows a change order.
pub struct Rollout<'a> {
    context: &'a Context,
    limits: &'a Limits,
    is_left: bool,
    made: Option<&'a str>,
    on_failure: OnFailure,
    retry: Option<String>,
    wanted: Wanted,
    passed: Option<String>,
    done: Option<&'static str>,
    is_known: bool,
    is_part: bool,
}

impl<'a> Rollout<'a> {
    /// For a command that starts or changes a change order.
    pub fn new(context: &'a Context, following: &'a Following) -> Self {
        Self { is_left: following.no_wait, ..Self::watching(context, &following.limits) }
    }

    /// Follows the change order to its end in any case.
    pub const fn watching(context: &'a Context, limits: &'a Limits) -> Self {
        Self {
            context,
            limits,
            is_left: false,
            made: None,
            on_failure: OnFailure::Keep,
            retry: None,
            wanted: Wanted::Success,
            passed: None,
            done: None,
            is_known: false,
            is_part: false,
        }
    }

    /// Sets the ID of a created application, which is printed in place of the change order's.
    pub fn made(self, made: &'a str) -> Self {
        Self { made: Some(made), ..self }
    }

    /// What to do if it fails or is stuck.
    pub fn on_failure(self, on_failure: OnFailure) -> Self {
        Self { on_failure, ..self }
    }

    /// The command that submits it again if it fails.
    pub fn retry(self, command: String) -> Self {
        Self { retry: Some(command), ..self }
    }

    /// The wanted end.
    pub fn wanted(self, wanted: Wanted) -> Self {
        Self { wanted, ..self }
    }

    /// The pipeline that was just confirmed: for a short time it may still be reported as waiting.
    pub fn passed(self, pipeline: Option<String>) -> Self {
        Self { passed: pipeline, ..self }
    }

    /// What was just done to an existing change order.
    pub fn done(self, done: &'static str) -> Self {
        Self { done: Some(done), ..self }
    }

    /// The change order existed before, so its ID is not printed as a result.
    pub fn known(self) -> Self {
        Self { is_known: true, ..self }
    }

    /// The change order is one of several of a command, which prints one result for all of them.
    pub fn part(self) -> Self {
        Self { is_part: true, ..self }
    }

    /// Follows the change order and reports the result. Prints its ID, or that of a created application; as a document it prints the
    /// change order.
    pub async fn follow(mut self, order: &ChangeOrder) -> Result<(), Failure> {
        let printer = &self.context.printer;
        // An accepted change order is followed even if nobody reads the output.
        let written = self.announced(order);
        if self.is_left {
            let state = format!("change order {} is {}", order.id(), self.done.unwrap_or("accepted"));
            status!("{}", escape_control(&state));
            let watch = format!("sae order watch {}", shell::word(order.id()));
            let watch = watch + &self.context.connection.repeated();
            summary::note("▶️", &state, "", &[("to watch it", watch)]);
            return if printer.is_document() { printer.print(&self.reference(order)) } else { written };
        }
        let mut display = Display::new();
        let followed = self.end_of(order, &mut display).await;
        display.end();
        match followed {
            Ok(result) => self.report(order, result, written),
            // It was only to be looked at, so the call failed and nothing else.
            Err(error) if self.is_known && self.done.is_none() => Err(error.into()),
            Err(error) => self.report(order, RolloutResult::new(order, RolloutEnd::lost(&error)), written),
        }
    }

    /// Reports the result as if Ctrl-C was pressed while following.
    pub fn interrupted(self, order: &ChangeOrder) -> Result<(), Failure> {
        let written = self.announced(order);
        self.report(order, RolloutResult::new(order, RolloutEnd::Interrupted), written)
    }

    /// Prints the ID at once for scripts. A person on a terminal sees it in the display.
    fn announced(&self, order: &ChangeOrder) -> Result<(), Failure> {
        let is_result = !self.context.printer.is_document() && !self.is_known && !self.is_part;
        if is_result && (self.is_left || !std::io::stdout().is_terminal()) {
            return render::write(&format!("{}\n", escape_control(self.made.unwrap_or(order.id()))));
        }
        Ok(())
    }

    /// Reports the result on all channels.
    fn report(
        &self,
        order: &ChangeOrder,
        mut result: RolloutResult,
        mut written: Result<(), Failure>,
    ) -> Result<(), Failure> {
        let app = result.seen.order.app_id.take();
        result.seen.order.app_id = app.or_else(|| self.app(order).map(str::to_owned));
        result.retry.clone_from(&self.retry);
        let options = self.context.connection.repeated();
        summary::append(&result, self.wanted, &options);
        if self.context.printer.is_document() && !self.is_part {
            written = self.context.printer.print(&result.document());
        }
        let outcome = result.outcome(self.wanted, self.on_failure, &options);
        match (outcome, written) {
            (Err(failure), Err(unwritten)) => {
                report::print(&unwritten);
                Err(failure)
            }
            (outcome, written) => outcome.and(written),
        }
    }

    /// The ID of the application, if known without a call.
    fn app<'b>(&'b self, order: &'b ChangeOrder) -> Option<&'b str> {
        order.app_id().or(self.made)
    }

    /// The IDs as JSON, before the change order was read.
    fn reference(&self, order: &ChangeOrder) -> String {
        let members = [("AppId", self.app(order)), ("ChangeOrderId", Some(order.id()))];
        let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
        members.collect::<serde_json::Value>().to_string()
    }

    /// Fails if the change order was never seen.
    async fn end_of(
        &mut self,
        order: &ChangeOrder,
        display: &mut Display,
    ) -> Result<RolloutResult, sae::Error> {
        let started = Instant::now();
        let deadline = started + limit(self.limits, &self.context.connection);
        let Limits { patience, outage, .. } = *self.limits;
        display.note(&format!("change order {}", order.id()));
        let watch = Watch { order, deadline, patience, outage, passed: self.passed.take() };
        let mut result = watch.run(&mut ProgressTracker::default(), display).await?;
        result.was_over &= self.is_known;
        result = match self.handled(result.clone(), &watch, display).await {
            Ok(result) => result,
            Err(error) => RolloutResult { end: RolloutEnd::lost(&error), ..result },
        };
        result.took = started.elapsed();
        Ok(result)
    }

    /// Handles a failing change order, and checks whether a finished one was rolled back.
    async fn handled(
        &self,
        result: RolloutResult,
        watch: &Watch<'_>,
        display: &mut Display,
    ) -> Result<RolloutResult, sae::Error> {
        let order = watch.order;
        let is_failing = match result.end {
            RolloutEnd::Failed | RolloutEnd::Stuck => true,
            // Nobody watches it after the timeout.
            RolloutEnd::TimedOut => result.seen.is_abnormal(),
            _ => false,
        };
        let is_over = matches!(result.end, RolloutEnd::Failed | RolloutEnd::Aborted);
        let mut by = None;
        if is_over && self.wanted != Wanted::Rollback {
            // Somebody may have rolled it back already. If that can't be checked, the result stays.
            by = rollback::of(order, &result.seen.order).await.unwrap_or_default();
        }
        if by.is_none() && is_failing && self.on_failure == OnFailure::Rollback {
            display.note("failing: rolling back to the previous version");
            by = match order.roll_back().await {
                Ok(()) => rollback::awaited(order, &result.seen.order).await?,
                // Another job that follows it may have been faster.
                Err(error) => match rollback::of(order, &result.seen.order).await {
                    Ok(Some(by)) => Some(by),
                    _ => return Ok(result.refused(&error)),
                },
            };
        }
        // A failed change order has stopped by itself.
        if is_failing && self.on_failure == OnFailure::Abort && !matches!(result.end, RolloutEnd::Failed) {
            display.note("failing: aborting it");
            if let Err(error) = order.abort().await {
                // Another job that follows it may have been faster.
                let is_aborted = |it: &sae::model::ChangeOrder| it.status == Some(ChangeOrderStatus::Aborted);
                if !order.read().await.as_ref().is_ok_and(is_aborted) {
                    return Ok(result.refused(&error));
                }
            }
            let watch = Watch { passed: None, deadline: Instant::now() + SHORTLY, ..*watch };
            let aborted = watch.run(&mut ProgressTracker::default(), display).await?;
            return Ok(RolloutResult { end: aborted.end, seen: aborted.seen, ..result });
        }
        if is_over && self.wanted == Wanted::Rollback {
            by = rollback::awaited(order, &result.seen.order).await?;
        }
        match by {
            Some(by) => Ok(rollback::follow(result, &by, watch, display).await),
            None => Ok(result),
        }
    }
}

/// Maximum time that a command waits.
pub fn limit(limits: &Limits, connection: &Connection) -> Duration {
    limits.wait_timeout.or(connection.timeout).unwrap_or(LIMIT)
}

const LIMIT: Duration = Duration::from_secs(60 * 60);
