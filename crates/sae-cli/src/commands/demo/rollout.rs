//! Follows a change order until it is finished or waits for a confirmation.

use std::time::{Duration, Instant};

use sae::Client;
use sae::change_order::{Outcome, Snapshot};
use sae::model::{DescribeApplicationGroups, DescribeApplicationInstances, Instance, InstanceStatus};

use super::screen::Screen;
use crate::failure::{Failure, RolloutFailure};

/// Follows a change order, shows the instances, and returns what it looked like at the end.
pub async fn follow(
    screen: &Screen,
    client: &Client,
    order: &str,
    replicas: usize,
) -> Result<(Outcome, Snapshot), Failure> {
    let mut progress = screen.progress();
    let mut follow = client.change_order(order).follow().poll(POLL).timeout(PATIENCE);
    let mut last = Snapshot::default();
    while let Some(snapshot) = follow.next().await {
        last = snapshot?;
        let (done, of) = share_done(&last, replicas);
        progress.show(done, of, &sentence(&last))?;
    }
    progress.end();
    match follow.outcome() {
        Some(Outcome::TimedOut) | None => {
            let message = format!("change order {order} is still running after {} s", PATIENCE.as_secs());
            Err(Failure::Rollout(RolloutFailure::TimedOut, message))
        }
        Some(outcome) => Ok((outcome.clone(), last)),
    }
}

/// Follows a change order to its end, which must be this one.
pub async fn must_end(
    screen: &Screen,
    client: &Client,
    order: &str,
    replicas: usize,
    wanted: &Outcome,
) -> Result<(), Failure> {
    let started = Instant::now();
    let (outcome, _) = follow(screen, client, order, replicas).await?;
    if outcome == *wanted {
        let took = started.elapsed().as_secs_f64();
        return screen.good(&format!("change order {} {} after {took:.1} s", short(order), word(&outcome)));
    }
    let failure = match outcome {
        Outcome::WaitingForConfirmation => RolloutFailure::WaitingForConfirmation,
        _ => RolloutFailure::Failed,
    };
    let message = format!("change order {order} {}, expected that it {}", word(&outcome), word(wanted));
    Err(Failure::Rollout(failure, message))
}

/// The instances of the application's only group.
pub async fn instances(client: &Client, app: &str) -> Result<Vec<Instance>, Failure> {
    let groups = client.send(DescribeApplicationGroups::new(app)).await?.into_data()?;
    let Some(group) = groups.into_iter().find_map(|group| group.group_id) else { return Ok(Vec::new()) };
    let request = DescribeApplicationInstances::new(app, group).current_page(1).page_size(100);
    Ok(client.send(request).await?.into_data()?.instances)
}

/// The first part of an ID, enough to recognise it.
pub fn short(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// Progress of the change order: batches if there are several, else running instances.
fn share_done(seen: &Snapshot, replicas: usize) -> (usize, usize) {
    match seen.batches() {
        0 | 1 => (seen.instances_running().min(replicas), replicas),
        batches => (seen.batches_done(), batches),
    }
}

fn sentence(seen: &Snapshot) -> String {
    let total = seen.batches().max(1);
    let batch = (seen.batches_done() + 1).min(total);
    let mut versions = std::collections::BTreeMap::<&str, u32>::new();
    for instance in &seen.instances {
        if instance.instance_container_status == Some(InstanceStatus::Running) {
            *versions.entry(instance.image_url.as_deref().unwrap_or("unknown")).or_default() += 1;
        }
    }
    let versions: Vec<_> = versions.iter().map(|(image, count)| format!("{count} × {image}")).collect();
    let versions = if versions.is_empty() { "none".to_owned() } else { versions.join(", ") };
    format!("batch {batch} of {total}, running: {versions}")
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Aborted => "was aborted".to_owned(),
        other => other.to_string(),
    }
}

/// How soon to look again. The rollouts of the demo take a second or two.
const POLL: Duration = Duration::from_millis(50);
/// Ten times as long as the longest rollout of the demo.
const PATIENCE: Duration = Duration::from_secs(60);
