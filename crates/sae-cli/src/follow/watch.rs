//! Watching a change order until nothing more happens without somebody doing something.

use std::pin::pin;
use std::time::{Duration, Instant};

use sae::change_order::{ChangeOrder, Progress, Snapshot};
use sae::model::{ChangeOrderStatus, DescribeApplicationConfig};
use sae::{Error, ErrorKind};

use super::display::Display;
use super::progress::ProgressTracker;
use super::result::{RolloutEnd, RolloutResult};
use crate::output::waiting::{self, Reason};

/// What is watched, and for how long.
#[derive(Clone, Debug)]
pub struct Watch<'a> {
    pub order: &'a ChangeOrder,
    pub deadline: Instant,
    /// How long it may report an abnormal state, if not as long as the library lets it.
    pub patience: Option<Duration>,
    /// How long the service may fail to answer, if not as long as the library lets it.
    pub outage: Option<Duration>,
    /// A pipeline that has just been confirmed.
    pub passed: Option<String>,
}

impl Watch<'_> {
    /// Watches until it ends, waits for a person, takes too long, or somebody presses Ctrl-C. An error means that nothing was
    /// ever seen of it; what becomes of one that was seen is unknown after an error.
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
        // When a confirmation that was given should have been seen.
        let mut limit: Option<Instant> = None;
        result.end = loop {
            let too_long = tokio::time::sleep_until(limit.unwrap_or(self.deadline).into());
            let next = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    // A terminal throws away what is written while it deals with the key.
                    tokio::time::sleep(DEALT_WITH).await;
                    break RolloutEnd::Interrupted;
                }
                next = progress.next() => next,
                () = too_long, if limit.is_some() => break RolloutEnd::Confirmation,
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
                display.note(&format!("no answer: {fault}"));
                let outage = self.outage.unwrap_or(Progress::OUTAGE);
                waiting::because(Reason {
                    what: format!("no answer about change order {}: {fault}", self.order.id()),
                    next: "looks again and again",
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
        if let (RolloutEnd::Failed | RolloutEnd::Trouble | RolloutEnd::TimedOut, None) =
            (&result.end, result.silent)
        {
            // The wait is over at once; what it brings along is why.
            let wait = self.order.wait().timeout(Duration::ZERO).patience(Duration::ZERO);
            if let Some(Ok(finished)) = interruptible(wait.into_future()).await {
                result.diagnosis = finished.diagnosis;
            }
        }
        Ok(result)
    }

    /// How it ended, if a look shows that nothing more happens without somebody doing something.
    fn decided(&self, seen: &Snapshot, begun: Instant) -> Option<RolloutEnd> {
        let stuck = seen.is_stuck.then_some(RolloutEnd::Trouble);
        let Some(status) = seen.status() else { return stuck };
        Some(match status {
            ChangeOrderStatus::Succeeded => RolloutEnd::Succeeded,
            ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => RolloutEnd::Failed,
            ChangeOrderStatus::Aborted => RolloutEnd::Aborted,
            ChangeOrderStatus::WaitingForApproval => RolloutEnd::Approval,
            ChangeOrderStatus::WaitingForConfirmation => {
                let gate = &seen.order.current_pipeline_id;
                // The service may show the one that was confirmed for a moment more.
                let has_passed = gate.is_some() && *gate == self.passed && begun.elapsed() < SHORTLY;
                return (!has_passed).then_some(RolloutEnd::Confirmation);
            }
            _ => return stuck,
        })
    }

    /// How many instances there are to be. It may not be allowed to ask; then nothing is said about it.
    async fn target(&self, snapshot: &Snapshot) -> Option<usize> {
        let app = snapshot.order.app_id.as_deref().or(self.order.app_id())?;
        let config = self.order.client().send(DescribeApplicationConfig::new(app)).await.ok()?;
        usize::try_from(config.into_data().ok()?.replicas?).ok().filter(|target| *target > 0)
    }
}

/// What a future brings, unless somebody presses Ctrl-C first.
pub async fn interruptible<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => None,
        done = future => Some(done),
    }
}

/// How often the service is asked.
pub const POLL: Duration = Duration::from_millis(500);
/// How long what was asked for may take to be seen.
pub const SHORTLY: Duration = Duration::from_secs(30);
const DEALT_WITH: Duration = Duration::from_millis(30);
