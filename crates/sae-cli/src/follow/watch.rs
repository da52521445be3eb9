//! Watches a change order until nothing more happens without a person.

use std::pin::pin;
use std::time::{Duration, Instant};

use sae::change_order::{ChangeOrder, Follow, Snapshot};
use sae::model::DescribeApplicationConfig;
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
        let mut follow = self.order.follow().poll(POLL).timeout(left);
        if let Some(patience) = self.patience {
            follow = follow.patience(patience);
        }
        if let Some(outage) = self.outage {
            follow = follow.outage(outage);
        }
        if let Some(pipeline) = &self.passed {
            follow = follow.confirmed(pipeline);
        }
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let mut result = RolloutResult::new(self.order, RolloutEnd::TimedOut);
        let mut snapshots = 0;
        result.end = loop {
            let next = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    // The terminal discards output while it handles the key.
                    tokio::time::sleep(DEALT_WITH).await;
                    break RolloutEnd::Interrupted;
                }
                next = follow.next() => next,
            };
            let snapshot = match next {
                Some(Ok(snapshot)) => snapshot,
                Some(Err(error)) if follow.snapshot().is_none() => {
                    waiting::over();
                    return Err(error);
                }
                // The deadline ends it without an error; this may be the time limit of a call.
                Some(Err(error)) => break RolloutEnd::lost(&error),
                None if follow.snapshot().is_none() => {
                    waiting::over();
                    let id = self.order.id();
                    let message = match follow.last_error() {
                        Some(error) => format!("change order {id} couldn't be read in time: {error}"),
                        None => format!("change order {id} isn't over yet"),
                    };
                    return Err(Error::new(ErrorKind::Timeout, message));
                }
                None => break follow.outcome().map_or(RolloutEnd::TimedOut, RolloutEnd::of),
            };
            if let Some(fault) = &snapshot.fault {
                display.note(&format!("no response: {fault}"));
                let outage = self.outage.unwrap_or(Follow::OUTAGE);
                waiting::because(Reason {
                    what: format!("no response for change order {}: {fault}", self.order.id()),
                    next: "keeps trying",
                    wait: None,
                    left: outage.min(self.deadline.saturating_duration_since(Instant::now())),
                });
                result.silent = Some(begun.elapsed());
                continue;
            }
            if snapshots == 0 && tracker.target.is_none() {
                tracker.target = self.target(&snapshot).await;
            }
            snapshots += 1;
            waiting::over();
            display.show(&tracker.view(&snapshot));
            result.silent = None;
            result.seen = snapshot;
        };
        if let (0, Some(seen)) = (snapshots, follow.snapshot()) {
            result.seen = seen.clone();
        }
        waiting::over();
        result.took = begun.elapsed();
        result.was_over = snapshots <= 1 && result.seen.is_final();
        if let (RolloutEnd::Failed | RolloutEnd::Stuck | RolloutEnd::TimedOut, None) =
            (&result.end, result.silent)
        {
            let finished = interruptible(follow.finished()).await.flatten();
            result.diagnosis = finished.and_then(|finished| finished.diagnosis);
        }
        Ok(result)
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
pub const SHORTLY: Duration = Follow::CONFIRMATION;
const DEALT_WITH: Duration = Duration::from_millis(30);
