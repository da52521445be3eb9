//! Watching a change order until nothing more happens without somebody doing something.

use std::pin::pin;
use std::time::{Duration, Instant};

use sae::change_order::{ChangeOrder, Progress, Snapshot};
use sae::model::{ChangeOrderStatus, DescribeApplicationConfig};
use sae::{Error, ErrorKind};

use super::display::Display;
use super::ending::{Ending, How};
use super::scene::Story;
use super::{POLL, SHORTLY};
use crate::waiting::{self, Reason};

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
    pub async fn run(&self, story: &mut Story, display: &mut Display) -> Result<Ending, Error> {
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
        let mut ending = Ending::new(self.order, How::TimedOut);
        let mut looks = 0;
        // When a confirmation that was given should have been seen.
        let mut limit: Option<Instant> = None;
        ending.how = loop {
            let too_long = tokio::time::sleep_until(limit.unwrap_or(self.deadline).into());
            let next = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    // A terminal throws away what is written while it deals with the key.
                    tokio::time::sleep(DEALT_WITH).await;
                    break How::Interrupted;
                }
                next = progress.next() => next,
                () = too_long, if limit.is_some() => break How::Confirmation,
            };
            let snapshot = match next {
                Some(Ok(snapshot)) => snapshot,
                Some(Err(error)) if looks == 0 => {
                    waiting::over();
                    return Err(error);
                }
                Some(Err(error)) if error.kind() != ErrorKind::Timeout => break How::lost(&error),
                Some(Err(_)) | None => break How::TimedOut,
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
                ending.silent = Some(begun.elapsed());
                continue;
            }
            if looks == 0 && story.target.is_none() {
                story.target = self.target(&snapshot).await;
            }
            looks += 1;
            waiting::over();
            display.show(&story.tell(&snapshot));
            ending.silent = None;
            ending.seen = snapshot;
            if let Some(how) = self.decided(&ending.seen, begun) {
                break how;
            }
            let waits = ending.seen.status() == Some(&ChangeOrderStatus::WaitingForConfirmation);
            limit = waits.then(|| begun + SHORTLY);
        };
        waiting::over();
        ending.took = begun.elapsed();
        ending.is_old = looks == 1 && ending.seen.is_final();
        if let (How::Failed | How::Trouble | How::TimedOut, None) = (&ending.how, ending.silent) {
            // The wait is over at once; what it brings along is why.
            let wait = self.order.wait().timeout(Duration::ZERO).patience(Duration::ZERO);
            if let Some(Ok(finished)) = interruptible(wait.into_future()).await {
                ending.diagnosis = finished.diagnosis;
            }
        }
        Ok(ending)
    }

    /// How it ended, if a look shows that nothing more happens without somebody doing something.
    fn decided(&self, seen: &Snapshot, begun: Instant) -> Option<How> {
        let stuck = seen.is_stuck.then_some(How::Trouble);
        let Some(status) = seen.status() else { return stuck };
        Some(match status {
            ChangeOrderStatus::Succeeded => How::Succeeded,
            ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => How::Failed,
            ChangeOrderStatus::Aborted => How::Aborted,
            ChangeOrderStatus::WaitingForApproval => How::Approval,
            ChangeOrderStatus::WaitingForConfirmation => {
                let gate = &seen.order.current_pipeline_id;
                // The service may show the one that was confirmed for a moment more.
                let has_passed = gate.is_some() && *gate == self.passed && begun.elapsed() < SHORTLY;
                return (!has_passed).then_some(How::Confirmation);
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

const DEALT_WITH: Duration = Duration::from_millis(30);
