//! Why a change order didn't succeed.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use sae_models::sae::{
    self, AppEvent, AppEventType, ChangeOrderStatus, DescribeApplicationConfig, DescribeApplicationGroups,
    DescribeApplicationInstances, DescribeInstanceLog, DescribePipeline, Instance, InstanceHealth,
    InstanceStatus, ListAppEvents, ListChangeOrders, StageTaskStatus,
};
use sae_transport::{Error, Operation, Reply};

use super::outcome::timed_out;
use super::scope::{History, Scope};
use super::snapshot::has_begun;
use super::{ChangeOrder, Outcome};
use crate::client::{CallOptions, Client};

/// Why a change order didn't succeed, as far as the service reports it.
///
/// `Display` is made for a person at a terminal; the fields are for programs. It is an error, so that `?` takes it. The log is text of
/// the application and may hold anything that the application writes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Identifier of the change order.
    pub change_order_id: String,
    /// The outcome when waiting ended.
    pub outcome: Outcome,
    /// Messages of the service: first those of failed tasks, then those of the change order and of instances.
    pub causes: Vec<String>,
    /// Failing instances of this change order, at most five. Empty if a later change order has started.
    pub instances: Vec<FailingInstance>,
    /// The latest warnings about this change order and its instances, in the order of the service, at most ten. Warnings about other
    /// instances and change orders are left out, as are those from before this change order was created or after the next one was. If
    /// the change orders of the application can't be listed, warnings that name neither an instance nor a change order are left out,
    /// too.
    pub events: Vec<AppEvent>,
    /// What could not be read, and why.
    pub gaps: Vec<String>,
    /// How long was waited, for the text of a time-out.
    timeout: Option<Duration>,
}

/// A failing instance.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailingInstance {
    /// The message of the service about it.
    pub instance: Instance,
    /// The last lines of its log, at most twenty; of a restarted instance, those from before the restart. Read for the first instance
    /// only.
    pub log: Vec<String>,
}

impl Diagnosis {
    /// The events, each with the cause analysis of the service, unless that is empty or already stands at an earlier event.
    pub fn hinted_events(&self) -> impl Iterator<Item = (&AppEvent, Option<&str>)> {
        let mut told = Vec::new();
        self.events.iter().map(move |event| {
            let hint = event.cause_analysis.as_deref().filter(|hint| tells(hint) && !told.contains(hint));
            told.extend(hint);
            (event, hint)
        })
    }

    /// A diagnosis from the change order alone. `timeout` is how long waiting for it may take.
    pub(super) fn of(order: &sae::ChangeOrder, outcome: Outcome, timeout: Option<Duration>) -> Self {
        Self {
            change_order_id: order.change_order_id.clone().unwrap_or_default(),
            outcome,
            causes: order
                .error_message
                .as_deref()
                .filter(|text| tells(text))
                .map(str::to_owned)
                .into_iter()
                .collect(),
            instances: Vec::new(),
            events: Vec::new(),
            gaps: Vec::new(),
            timeout,
        }
    }

    /// Reads pipelines, instances, logs and events for as long as `within`. What can't be read becomes a gap, so it never fails.
    pub(super) async fn collect(
        &mut self,
        handle: &ChangeOrder,
        order: &sae::ChangeOrder,
        app_id: Option<String>,
        within: Duration,
    ) {
        if self.change_order_id.is_empty() {
            handle.id().clone_into(&mut self.change_order_id);
        }
        // One call that hangs leaves time for others.
        let limit = LIMIT.min(within / 2).min(handle.client().settings().timeouts.call);
        let client = handle.client().with_options(CallOptions::new().timeout(limit));
        if tokio::time::timeout(within, self.read_all(&client, order, app_id)).await.is_err() {
            self.gaps.push(format!("the rest of the diagnosis: not read within {} s", within.as_secs()));
        }
        self.causes = each_once(std::mem::take(&mut self.causes));
    }

    /// What was read is kept if the future is dropped.
    async fn read_all(&mut self, client: &Client, order: &sae::ChangeOrder, app_id: Option<String>) {
        self.look_at_pipelines(client, order).await;
        let Some(app_id) = app_id else { return };
        let history = self.history(client, &app_id).await;
        let own = self.own_instances(client, &app_id, order).await;
        // Instances are read as they are now, so they show the state of the latest change order only.
        match history.successor(&self.change_order_id) {
            None => self.look_at_instances(client, own.as_deref().unwrap_or_default()).await,
            Some(next) => {
                let next = next.change_order_id.as_deref().unwrap_or_default();
                self.gaps.push(format!("instances: they are those of change order {next}, which came later"));
            }
        }
        self.look_at_events(client, &app_id, &Scope { order, history: &history, own }).await;
    }

    async fn look_at_pipelines(&mut self, client: &Client, order: &sae::ChangeOrder) {
        // Causes of tasks stand before that of the change order.
        let mut place_of_next = 0;
        // One that succeeded has no cause.
        let may_fail = |it: &&sae::Pipeline| has_begun(it) && it.status != Some(ChangeOrderStatus::Succeeded);
        for pipeline in order.pipelines.iter().filter(may_fail) {
            let Some(id) = &pipeline.pipeline_id else { continue };
            let Some(progress) =
                self.read(client, DescribePipeline::new(id)).await.and_then(|it| it.into_data().ok())
            else {
                break;
            };
            for stage in &progress.stage_list {
                let failed =
                    stage.task_list.iter().filter(|task| task.status == Some(StageTaskStatus::Failed));
                for task in failed {
                    let texts = [&task.error_message, &task.message, &task.error_code];
                    let text = texts.into_iter().flatten().find(|text| tells(text));
                    let place = task.task_name.as_deref().or(stage.stage_name.as_deref()).unwrap_or("a task");
                    let cause = match text {
                        Some(text) => format!("{place}: {text}"),
                        None => format!("{place} failed"),
                    };
                    self.causes.insert(place_of_next, cause);
                    place_of_next += 1;
                }
            }
        }
    }

    /// The change orders of the application, newest first, up to this one and the rest of its page.
    async fn history(&mut self, client: &Client, app_id: &str) -> History {
        let mut listed = client.items(ListChangeOrders::new(app_id).reverse(false).page_size(PAGE));
        let reading = async {
            let (mut orders, mut is_found) = (Vec::new(), false);
            while let Some(order) = listed.next().await {
                let order = order?;
                is_found |= order.change_order_id.as_deref() == Some(&self.change_order_id);
                orders.push(order);
                if is_found && orders.len().is_multiple_of(FULL) {
                    break;
                }
            }
            Ok::<_, Error>(orders)
        };
        let limit = client.settings().timeouts.call;
        match tokio::time::timeout(limit, reading).await {
            Ok(Ok(orders)) => return History { orders, is_known: true },
            Ok(Err(error)) => self.gaps.push(error.to_string()),
            Err(_) => self.gaps.push(format!("ListChangeOrders: not read within {} s", limit.as_secs_f64())),
        }
        History::default()
    }

    /// The instances that the pipelines of a change order started and that still exist; nothing if they can't be read.
    async fn own_instances(
        &mut self,
        client: &Client,
        app_id: &str,
        order: &sae::ChangeOrder,
    ) -> Option<Vec<Instance>> {
        let groups = self.read(client, DescribeApplicationGroups::new(app_id)).await?.output.data;
        let pipelines: Vec<_> = order.pipelines.iter().filter(|pipeline| has_begun(pipeline)).collect();
        let begun = order.pipelines.iter().filter_map(|it| it.start_time.filter(|at| *at > 0)).min();
        let mut own: Vec<Instance> = Vec::new();
        for group in groups.into_iter().filter_map(|group| group.group_id) {
            let all = DescribeApplicationInstances::new(app_id, group).page_size(PAGE);
            let of = |pipeline: &&sae::Pipeline| {
                let mut request = all.clone();
                request.pipeline_id.clone_from(&pipeline.pipeline_id);
                request
            };
            let mut requests: Vec<_> = pipelines.iter().map(of).collect();
            if order.pipelines.is_empty() {
                requests.push(all.clone());
            }
            for request in requests {
                match client.items(request).all().await {
                    Ok(instances) => own.extend(instances),
                    Err(error) => {
                        self.gaps.push(error.to_string());
                        return None;
                    }
                }
            }
        }
        let mut seen = HashSet::new();
        own.retain(|instance| {
            // A service that ignores the filter by pipeline lists older instances, too.
            let is_former =
                matches!((instance.create_time_stamp, begun), (Some(made), Some(begun)) if made < begun);
            !is_former && instance.instance_id.as_ref().is_none_or(|id| seen.insert(id.clone()))
        });
        Some(own)
    }

    async fn look_at_instances(&mut self, client: &Client, own: &[Instance]) {
        let failing = own.iter().filter(|instance| is_failing(instance)).take(INSTANCES);
        self.instances =
            failing.map(|it| FailingInstance { instance: it.clone(), log: Vec::new() }).collect();
        let messages = self.instances.iter().filter_map(|it| it.instance.unhealthy_message.clone());
        self.causes.extend(messages.filter(|text| tells(text)).collect::<Vec<_>>());
        let Some(first) = self.instances.first().map(|it| it.instance.clone()) else { return };
        let Some(id) = first.instance_id else { return };
        let restarted = first.instance_container_restarts.is_some_and(|restarts| restarts > 0);
        let request = DescribeInstanceLog::new(id);
        let request = if restarted { request.previous("true") } else { request };
        let log = self.read(client, request).await.and_then(|reply| reply.output.data).unwrap_or_default();
        let lines: Vec<_> = log.lines().map(str::to_owned).collect();
        if let Some(first) = self.instances.first_mut() {
            first.log = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().to_vec();
        }
    }

    async fn look_at_events(&mut self, client: &Client, app_id: &str, scope: &Scope<'_>) {
        let config = self.read(client, DescribeApplicationConfig::new(app_id)).await;
        let Some(namespace) = config.and_then(|reply| reply.into_data().ok()?.namespace_id) else { return };
        let request =
            ListAppEvents::new(namespace).app_id(app_id).event_type(AppEventType::Warning).page_size(PAGE);
        let page = self.read(client, request).await.and_then(|reply| reply.into_data().ok());
        self.events = page.map(|page| page.app_event_entity).unwrap_or_default();
        self.events.retain(|event| scope.holds(event));
        self.events.truncate(EVENTS);
    }

    async fn read<O: Operation>(&mut self, client: &Client, request: O) -> Option<Reply<O::Output>> {
        match client.send(request).await {
            Ok(reply) => Some(reply),
            Err(error) => {
                self.gaps.push(error.to_string());
                None
            }
        }
    }
}

/// Several lines; the first one has the change order and its outcome.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "change order {} ", self.change_order_id)?;
        match (&self.outcome, self.timeout) {
            (Outcome::TimedOut, Some(timeout)) => f.write_str(&timed_out(timeout))?,
            (outcome, _) => outcome.fmt(f)?,
        }
        for cause in &self.causes {
            write!(f, "\n  cause: {}", Printable(cause))?;
        }
        for FailingInstance { instance, log } in &self.instances {
            let id = instance.instance_id.as_deref().unwrap_or("without an id");
            let status =
                instance.instance_container_status.as_ref().map_or("status unknown", InstanceStatus::as_str);
            write!(f, "\n  instance {}: {}", Printable(id), Printable(status))?;
            if let Some(restarts) = instance.instance_container_restarts.filter(|restarts| *restarts > 0) {
                write!(f, ", restarted {restarts} times")?;
            }
            for line in log {
                write!(f, "\n    | {}", Printable(line))?;
            }
        }
        for (event, hint) in self.hinted_events() {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (reason, message) = (text(&event.reason), text(&event.message));
            write!(f, "\n  event {}: {}", Printable(&reason), Printable(&message))?;
            if let Some(hint) = hint {
                write!(f, "\n    hint: {}", Printable(hint))?;
            }
        }
        for gap in &self.gaps {
            write!(f, "\n  not read: {}", Printable(gap))?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnosis {}

/// A text of the service on one line, without control characters.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|it| {
            fmt::Write::write_char(f, if sae_transport::text::is_hidden(it) { ' ' } else { it })
        })
    }
}

/// The service writes `success` where there is no error.
fn tells(text: &str) -> bool {
    !text.trim().is_empty() && !text.eq_ignore_ascii_case("success")
}

/// Without messages that are there already, even if they follow the name of a task.
fn each_once(causes: Vec<String>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for cause in causes {
        let is_told = told.iter().any(|told| {
            told.strip_suffix(cause.as_str()).is_some_and(|place| place.is_empty() || place.ends_with(": "))
        });
        if !is_told {
            told.push(cause);
        }
    }
    told
}

fn is_failing(instance: &Instance) -> bool {
    let stands_still =
        instance.instance_container_status.as_ref().is_some_and(|it| *it != InstanceStatus::Running);
    let unhealthy =
        [InstanceHealth::Unhealthy, InstanceHealth::LivenessUnhealthy, InstanceHealth::ReadinessUnhealthy];
    stands_still
        || instance.instance_health_status.as_ref().is_some_and(|health| unhealthy.contains(health))
        || instance.unhealthy_message.as_deref().is_some_and(tells)
}

/// How long reading one of these may take.
const LIMIT: Duration = Duration::from_secs(10);
const INSTANCES: usize = 5;
const LINES: usize = 20;
const EVENTS: usize = 10;
const PAGE: i64 = 50;
/// As many as are on a page.
const FULL: usize = 50;
