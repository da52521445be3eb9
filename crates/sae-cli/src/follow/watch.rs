//! Watches a change order until nothing more happens without a person.

use std::pin::pin;
use std::time::{Duration, Instant};

use sae::change_order::{ChangeOrder, Progress, Snapshot};
use sae::model::{ChangeOrderStatus, DescribeApplicationConfig};
use sae::{Error, ErrorKind};

use super::display::Display;
use super::progress::ProgressTracker;
use super::result::{RolloutEnd, RolloutResult};
use crate::output::waiting::{self, Reason};

/// Watches a change order.
#[derive(Clone, Debug)]
pub struct Watch<'a> {
    pub order: &'a ChangeOrder,
    pub deadline: Instant,
    /// How long an abnormal state is tolerated; the library's default if `None`.
    pub patience: Option<Duration>,
    /// How long missing responses are tolerated; the library's default if `None`.
    pub outage: Option<Duration>,
    /// A pipeline that was just confirmed.
    pub passed: Option<String>,
}

impl Watch<'_> {
    /// Watches until the change order is finished, waits for a person, times out, or Ctrl-C is pressed. Fails only if it was never
    /// seen; a later error is part of the result.
    pub async fn run(
        &self,
        tracker: &mut ProgressTracker,
        display: &mut Display,
    ) -> Result<RolloutResult, Error> {
        let begun = Instant::now();
        let left = self.deadline.saturating_duration_since(begun);
        let mut progress = self.order.progress().poll(POLL).timeout(left);
        if let Some(patience) = self.patience {
            progress = progress.patience(patience);
        }
        if let Some(outage) = self.outage {
            progress = progress.outage(outage);
        }
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let mut result = RolloutResult::new(self.order, RolloutEnd::TimedOut);
        let mut looks = 0;
        // When a given confirmation should have become visible.
        let mut limit: Option<Instant> = None;
        result.end = loop {
            let too_long = tokio::time::sleep_until(limit.unwrap_or(self.deadline).into());
            let next = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    // The terminal discards output while it handles the key.
                    tokio::time::sleep(DEALT_WITH).await;
                    break RolloutEnd::Interrupted;
                }
                next = progress.next() => next,
                () = too_long, if limit.is_some() => break RolloutEnd::WaitingForConfirmation,
            };
            let snapshot = match next {
                Some(Ok(snapshot)) => snapshot,
                Some(Err(error)) if looks == 0 => {
                    waiting::over();
                    return Err(error);
                }
                Some(Err(error)) if error.kind() != ErrorKind::Timeout => break RolloutEnd::lost(&error),
                Some(Err(_)) | None => break RolloutEnd::TimedOut,
            };
            if let Some(fault) = &snapshot.fault {
                display.note(&format!("no response: {fault}"));
                let outage = self.outage.unwrap_or(Progress::OUTAGE);
                waiting::because(Reason {
                    what: format!("no response for change order {}: {fault}", self.order.id()),
                    next: "keeps trying",
                    wait: None,
                    left: outage.min(self.deadline.saturating_duration_since(Instant::now())),
                });
                result.silent = Some(begun.elapsed());
                continue;
            }
            if looks == 0 && tracker.target.is_none() {
                tracker.target = self.target(&snapshot).await;
            }
            looks += 1;
            waiting::over();
            display.show(&tracker.view(&snapshot));
            result.silent = None;
            result.seen = snapshot;
            if let Some(end) = self.decided(&result.seen, begun) {
                break end;
            }
            let waits = result.seen.status() == Some(&ChangeOrderStatus::WaitingForConfirmation);
            limit = waits.then(|| begun + SHORTLY);
        };
        waiting::over();
        result.took = begun.elapsed();
        result.is_old = looks == 1 && result.seen.is_final();
        if let (RolloutEnd::Failed | RolloutEnd::Stuck | RolloutEnd::TimedOut, None) =
            (&result.end, result.silent)
        {
            // The wait ends at once; only its diagnosis is needed.
            let wait = self.order.wait().timeout(Duration::ZERO).patience(Duration::ZERO);
            if let Some(Ok(finished)) = interruptible(wait.into_future()).await {
                result.diagnosis = finished.diagnosis;
            }
        }
        Ok(result)
    }

    /// The end, if nothing more happens without a person.
    fn decided(&self, seen: &Snapshot, begun: Instant) -> Option<RolloutEnd> {
        let stuck = seen.is_stuck.then_some(RolloutEnd::Stuck);
        let Some(status) = seen.status() else { return stuck };
        Some(match status {
            ChangeOrderStatus::Succeeded => RolloutEnd::Succeeded,
            ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => RolloutEnd::Failed,
            ChangeOrderStatus::Aborted => RolloutEnd::Aborted,
            ChangeOrderStatus::WaitingForApproval => RolloutEnd::WaitingForApproval,
            ChangeOrderStatus::WaitingForConfirmation => {
                let gate = &seen.order.current_pipeline_id;
                // The service may report the confirmed pipeline a moment longer.
                let has_passed = gate.is_some() && *gate == self.passed && begun.elapsed() < SHORTLY;
                return (!has_passed).then_some(RolloutEnd::WaitingForConfirmation);
            }
            _ => return stuck,
        })
    }

    /// The wanted number of instances; `None` if reading it isn't allowed.
    async fn target(&self, snapshot: &Snapshot) -> Option<usize> {
        let app = snapshot.order.app_id.as_deref().or(self.order.app_id())?;
        let config = self.order.client().send(DescribeApplicationConfig::new(app)).await.ok()?;
        usize::try_from(config.into_data().ok()?.replicas?).ok().filter(|target| *target > 0)
    }
}

/// Runs a future; `None` if Ctrl-C is pressed first.
pub async fn interruptible<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => None,
        done = future => Some(done),
    }
}

/// Polling interval.
pub const POLL: Duration = Duration::from_millis(500);
/// How long a request may take to become visible.
pub const SHORTLY: Duration = Duration::from_secs(30);
const DEALT_WITH: Duration = Duration::from_millis(30);
