//! One moment of a change order in words.

use std::collections::HashSet;
use std::time::Duration;

use sae::change_order::{Snapshot, StatusText};
use sae::model::{self, ChangeOrderStatus, ChangeOrderType, Instance, InstanceStatus};

use crate::duration;

/// Turns snapshots of a change order into views.
#[derive(Debug, Default)]
pub struct ProgressTracker {
    /// The wanted number of instances, if known.
    pub target: Option<usize>,
    /// Instances that existed before.
    former: Option<HashSet<String>>,
}

/// One moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgressView {
    /// The phase: the batch, what it waits for, or the end.
    pub phase: String,
    /// The number of instances in words.
    pub count: String,
    /// The problem, in the words of the service.
    pub trouble: Option<String>,
    /// Done and total, for a progress bar.
    pub share: Option<(usize, usize)>,
    /// The estimated remaining time, from the finished batches.
    pub left: Option<Duration>,
}

impl ProgressTracker {
    /// The present view.
    pub fn view(&mut self, snapshot: &Snapshot) -> ProgressView {
        let order = &snapshot.order;
        self.remember(snapshot);
        let (count, share) = self.count(snapshot);
        let batches = (snapshot.batches() > 1).then(|| (snapshot.batches_done(), snapshot.batches()));
        ProgressView {
            phase: phase(snapshot),
            count,
            trouble: (snapshot.is_abnormal() || snapshot.status() == Some(&ChangeOrderStatus::Failed))
                .then(|| self.trouble(snapshot))
                .flatten(),
            share: share.or(batches),
            left: left(order),
        }
    }

    /// Instances that were created before its first batch began are former ones.
    fn remember(&mut self, snapshot: &Snapshot) {
        if self.former.is_some() || snapshot.instances.is_empty() {
            return;
        }
        let starts =
            snapshot.order.pipelines.iter().filter_map(|batch| batch.start_time.filter(|at| *at > 0));
        let begun = starts.min();
        let is_former = |it: &&Instance| match (begun, it.create_time_stamp) {
            (Some(begun), Some(created)) => created < begun,
            (None, _) => true,
            (_, None) => false,
        };
        let former = snapshot.instances.iter().filter(is_former).filter_map(|it| it.instance_id.clone());
        self.former = Some(former.collect());
    }

    fn is_new(&self, instance: &Instance) -> bool {
        let is_former = |id| self.former.as_ref().is_some_and(|former| former.contains(id));
        !instance.instance_id.as_ref().is_some_and(is_former)
    }

    /// What is wrong with the change order or with an instance that it has started.
    fn trouble(&self, snapshot: &Snapshot) -> Option<String> {
        let mut new = snapshot.instances.iter().filter(|instance| self.is_new(instance));
        let of_instance = new.find_map(|it| it.unhealthy_message.clone());
        let text = snapshot.order.error_message.clone().or(of_instance);
        text.filter(|text| !text.trim().is_empty()).or_else(|| Some("no reason given".to_owned()))
    }

    fn count(&self, snapshot: &Snapshot) -> (String, Option<(usize, usize)>) {
        let all = snapshot.instances.len();
        let is_new = |it: &&Instance| self.is_new(it);
        let runs = |it: &&Instance| it.instance_container_status == Some(InstanceStatus::Running);
        let replaced = snapshot.instances.iter().filter(runs).filter(is_new).count();
        let running = snapshot.instances_running();
        let (what, done) = match snapshot.order.co_type_code.as_ref() {
            Some(ChangeOrderType::BindSlb | ChangeOrderType::UnbindSlb) => return (String::new(), None),
            Some(
                ChangeOrderType::StopApplication
                | ChangeOrderType::Stop
                | ChangeOrderType::DeleteApp
                | ChangeOrderType::BatchStopApplication,
            ) => return (instances(all, "left"), None),
            Some(
                ChangeOrderType::Deploy
                | ChangeOrderType::RestartApplication
                | ChangeOrderType::RestartInstances
                | ChangeOrderType::DeployHistory
                | ChangeOrderType::RescaleApplicationVertically,
            ) => ("replaced", replaced),
            // Instances that already run the wanted version are kept, and their number is unknown.
            Some(ChangeOrderType::Rollback) if replaced == 0 => return (String::new(), None),
            Some(ChangeOrderType::Rollback) => return (instances(replaced, "replaced"), None),
            _ => ("running", running),
        };
        match self.target {
            Some(target) => {
                let done = done.min(target);
                (format!("{done} of {} {what}", instances(target, "").trim_end()), Some((done, target)))
            }
            None => (instances(done, what), None),
        }
    }
}

impl ProgressView {
    /// One line, with how long it will take.
    pub fn line(&self, left: Option<Duration>) -> String {
        let mut line = self.phase.clone();
        if let Some(left) = left {
            line.push_str(&format!(", about {} left", duration::clock(left)));
        }
        if !self.count.is_empty() {
            line.push_str(&format!(", {}", self.count));
        }
        if let Some(trouble) = &self.trouble {
            let word = if self.phase.starts_with("failed") { "" } else { ", abnormal" };
            line.push_str(&format!("{word}: {trouble}"));
        }
        line
    }
}

fn instances(count: usize, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { "instance" } else { "instances" })
}

/// Which batch it is at, if there are several.
pub fn batch(snapshot: &Snapshot) -> Option<String> {
    let (done, of) = (snapshot.batches_done(), snapshot.batches());
    let current = snapshot.order.current_pipeline_id.as_ref();
    let is_current = |it: &model::Pipeline| current.is_some() && it.pipeline_id.as_ref() == current;
    let at = snapshot.order.pipelines.iter().position(is_current).unwrap_or(done);
    (of > 1).then(|| format!("batch {} of {of}", at.min(of - 1) + 1))
}

/// The phase in words.
pub fn phase(snapshot: &Snapshot) -> String {
    use ChangeOrderStatus::{
        Aborted, Failed, Running, Succeeded, SystemFailed, WaitingForConfirmation, WaitingForNextBatch,
    };
    let standing = StatusText(snapshot.status());
    let Some(batch) = batch(snapshot) else {
        return if standing.0 == Some(&Running) { "running".to_owned() } else { standing.to_string() };
    };
    let (done, of) = (snapshot.batches_done(), snapshot.batches());
    match standing.0 {
        Some(Running) => batch,
        Some(WaitingForNextBatch) => format!("{batch} is waiting to start"),
        Some(WaitingForConfirmation) => format!("{batch} {standing}"),
        Some(Succeeded) => format!("{standing} in {of} batches"),
        Some(Failed | SystemFailed) => format!("{standing} in {batch}"),
        Some(Aborted) => format!("{standing} after {done} of {of} batches"),
        _ => standing.to_string(),
    }
}

/// The estimated remaining time: the average time of the finished batches for each remaining one, and the waits between them. If
/// batches are confirmed by hand, only the present batch is estimated.
fn left(order: &model::ChangeOrder) -> Option<Duration> {
    use ChangeOrderStatus::{Running, Succeeded, WaitingForNextBatch};
    if !matches!(order.status, Some(Running | WaitingForNextBatch)) {
        return None;
    }
    let done = order.pipelines.iter().filter(|it| it.status == Some(Succeeded));
    let took: Vec<i64> = done.filter_map(|it| Some(it.update_time? - it.start_time?)).collect();
    let count = i64::try_from(took.len()).ok()?;
    let (to_come, wait) = if order.auto == Some(false) {
        (1, 0)
    } else {
        (i64::try_from(order.pipelines.len()).ok()? - count, order.batch_wait_time.unwrap_or(0) * MINUTE)
    };
    let waits = if order.status == Some(WaitingForNextBatch) { to_come } else { to_come - 1 };
    let each = took.iter().sum::<i64>().checked_div(count)?;
    let left = each.checked_mul(to_come)?.checked_add(wait.checked_mul(waits)?)?;
    u64::try_from(left).ok().filter(|left| *left >= 1000).map(Duration::from_millis)
}

const MINUTE: i64 = 60_000;
