//! Follows a change order until it is finished or waits for a confirmation.

use std::time::{Duration, Instant};

use sae::Client;
use sae::model::{
    ChangeOrder, ChangeOrderStatus, DescribeApplicationGroups, DescribeApplicationInstances,
    DescribeChangeOrder, Instance, InstanceStatus,
};

use super::screen::Screen;
use crate::failure::{Failure, RolloutFailure};

/// Why following a change order stopped.
pub enum Halt {
    /// It is over.
    Over(ChangeOrderStatus),
    /// It waits for a confirmation of this pipeline.
    Gate(String),
}

/// Follows a change order and shows the instances.
pub async fn follow(
    screen: &Screen,
    client: &Client,
    app: &str,
    order: &str,
    replicas: usize,
) -> Result<Halt, Failure> {
    let started = Instant::now();
    let mut progress = screen.progress();
    let halt = loop {
        let report = client.send(DescribeChangeOrder::new(order)).await?.into_data()?;
        let instances = instances(client, app).await?;
        let (done, of) = share_done(&report, &instances, replicas);
        progress.show(done, of, &sentence(&report, &instances))?;
        if let Some(halt) = halted(&report) {
            break halt;
        }
        if started.elapsed() > PATIENCE {
            let message = format!("change order {order} is still running after {} s", PATIENCE.as_secs());
            return Err(Failure::Rollout(RolloutFailure::TimedOut, message));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    progress.end();
    Ok(halt)
}

/// Follows a change order to its end, which must have this status.
pub async fn must_end(
    screen: &Screen,
    client: &Client,
    app: &str,
    order: &str,
    replicas: usize,
    wanted: &ChangeOrderStatus,
) -> Result<(), Failure> {
    let started = Instant::now();
    match follow(screen, client, app, order, replicas).await? {
        Halt::Over(status) if status == *wanted => {
            screen.good(&format!(
                "change order {} {} after {:.1} s",
                short(order),
                word(&status),
                started.elapsed().as_secs_f64()
            ))?;
            Ok(())
        }
        Halt::Over(status) => {
            let message =
                format!("change order {order} {}, expected that it {}", word(&status), word(wanted));
            Err(Failure::Rollout(RolloutFailure::Failed, message))
        }
        Halt::Gate(pipeline) => {
            let message = format!("change order {order} waits for a confirmation of pipeline {pipeline}");
            Err(Failure::Rollout(RolloutFailure::WaitingForConfirmation, message))
        }
    }
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

fn halted(order: &ChangeOrder) -> Option<Halt> {
    match order.status.as_ref()? {
        ChangeOrderStatus::WaitingForConfirmation => Some(Halt::Gate(order.current_pipeline_id.clone()?)),
        ChangeOrderStatus::Succeeded
        | ChangeOrderStatus::Failed
        | ChangeOrderStatus::Aborted
        | ChangeOrderStatus::SystemFailed => order.status.clone().map(Halt::Over),
        _ => None,
    }
}

/// Progress of the change order: batches if there are several, else running instances.
fn share_done(order: &ChangeOrder, instances: &[Instance], replicas: usize) -> (usize, usize) {
    match order.pipelines.len() {
        0 | 1 => (instances.iter().filter(|instance| is_running(instance)).count().min(replicas), replicas),
        batches => (batches_done(order), batches),
    }
}

fn batches_done(order: &ChangeOrder) -> usize {
    order.pipelines.iter().filter(|pipeline| pipeline.status == Some(ChangeOrderStatus::Succeeded)).count()
}

fn is_running(instance: &Instance) -> bool {
    instance.instance_container_status == Some(InstanceStatus::Running)
}

fn sentence(order: &ChangeOrder, instances: &[Instance]) -> String {
    let total = order.pipelines.len();
    let done = batches_done(order);
    let batch = (done + 1).min(total.max(1));
    let mut versions = std::collections::BTreeMap::<&str, u32>::new();
    for instance in instances {
        if is_running(instance) {
            *versions.entry(instance.image_url.as_deref().unwrap_or("unknown")).or_default() += 1;
        }
    }
    let versions: Vec<_> = versions.iter().map(|(image, count)| format!("{count} × {image}")).collect();
    let versions = if versions.is_empty() { "none".to_owned() } else { versions.join(", ") };
    format!("batch {batch} of {}, running: {versions}", total.max(1))
}

fn word(status: &ChangeOrderStatus) -> &'static str {
    match status {
        ChangeOrderStatus::Succeeded => "succeeded",
        ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => "failed",
        ChangeOrderStatus::Aborted => "was aborted",
        _ => "is running",
    }
}

/// Ten times as long as the longest rollout of the demo.
const PATIENCE: Duration = Duration::from_mins(1);
