//! Watching a change order until nothing more happens without somebody doing something.

use std::pin::pin;
use std::time::{Duration, Instant};

use sae::change_order::{ChangeOrder, Snapshot};
use sae::model::{ChangeOrderStatus, DescribeApplicationConfig};
use sae::{Error, ErrorKind};

use super::display::Display;
use super::ending::{Ending, How};
use super::scene::Story;
use super::{POLL, SHORTLY, is_in_trouble};

/// What is watched, and for how long.
#[derive(Clone, Debug)]
pub struct Watch<'a> {
    pub order: &'a ChangeOrder,
    pub deadline: Instant,
    /// How long it may be in trouble.
    pub patience: Duration,
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
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let mut last = Snapshot::default();
        let mut phase = String::new();
        let mut silent: Option<Duration> = None;
        let mut looks = 0;
        let mut failure = None;
        let mut troubled: Option<Instant> = None;
        let mut passing = false;
        let how = loop {
            let until = match (troubled, passing) {
                (Some(since), _) => Some(since + self.patience),
                (None, true) => Some(begun + SHORTLY),
                (None, false) => None,
            };
            let too_long = tokio::time::sleep_until(until.unwrap_or(self.deadline + POLL).into());
            let next = tokio::select! {
                biased;
                _ = &mut interrupted => break How::Interrupted,
                next = progress.next() => next,
                () = too_long, if until.is_some() => {
                    break if troubled.is_some() { How::Trouble } else { How::Confirmation };
                }
            };
            let snapshot = match next {
                Some(Ok(snapshot)) => snapshot,
                Some(Err(error)) if error.kind() == ErrorKind::Timeout && last.status().is_some() => {
                    break How::TimedOut;
                }
                Some(Err(error)) if last.status().is_none() => return Err(error),
                Some(Err(error)) => {
                    failure = Some(error);
                    break How::Interrupted;
                }
                None => break How::TimedOut,
            };
            if let Some(fault) = &snapshot.fault {
                display.note(&format!("no answer: {fault}"));
                silent = Some(begun.elapsed());
                continue;
            }
            silent = None;
            looks += 1;
            if story.target.is_none() && last.status().is_none() {
                story.target = self.target(&snapshot).await;
            }
            let scene = story.tell(&snapshot);
            display.show(&scene);
            phase = scene.phase;
            troubled = is_in_trouble(&snapshot.order).then(|| troubled.unwrap_or_else(Instant::now));
            let gate = snapshot.order.current_pipeline_id.clone();
            last = snapshot;
            passing = false;
            match last.status() {
                Some(ChangeOrderStatus::Succeeded) => break How::Succeeded,
                Some(ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed) => break How::Failed,
                Some(ChangeOrderStatus::Aborted) => break How::Aborted,
                Some(ChangeOrderStatus::WaitingForApproval) => break How::Approval,
                Some(ChangeOrderStatus::WaitingForConfirmation) => {
                    passing = gate.is_some() && gate == self.passed && begun.elapsed() < SHORTLY;
                    if !passing {
                        break How::Confirmation;
                    }
                }
                _ => {}
            }
        };
        if how == How::Interrupted && failure.is_none() {
            // A terminal throws away what is written while it deals with the key.
            tokio::time::sleep(DEALT_WITH).await;
        }
        let mut ending = Ending::new(self.order, how);
        ending.took = begun.elapsed();
        ending.is_old = looks == 1 && last.is_final();
        ending.phase = phase;
        ending.silent = silent;
        if last.status().is_some() {
            ending.order = last.order;
        }
        if let Some(error) = failure {
            return Ok(ending.lost(&error));
        }
        if let (How::Failed | How::Trouble | How::TimedOut, None) = (&ending.how, silent) {
            // The wait is over at once; what it brings along is why.
            let wait = self.order.wait().timeout(Duration::ZERO);
            if let Some(Ok(finished)) = interruptible(wait.into_future()).await {
                ending.diagnosis = finished.diagnosis;
            }
        }
        Ok(ending)
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
