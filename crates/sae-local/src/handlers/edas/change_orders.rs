//! Change orders: list, describe, continue, abort, roll back.

use sae_models::edas::{
    AbortAndRollbackChangeOrder, AbortAndRollbackChangeOrderOutput, AbortChangeOrder, AbortChangeOrderOutput,
    ChangeOrderInfo, ChangeOrderStatus, ChangePipeline, ChangeStage, ChangeStageDetail, ChangeStageResult,
    ChangeTask, ChangeTrafficControl, ChangedInstance, ChangedOrder, ContinuePipeline,
    ContinuePipelineOutput, GetChangeOrderInfo, GetChangeOrderInfoOutput, InstanceStage,
    ListRecentChangeOrder, ListRecentChangeOrderOutput, RecentChangeOrder, ServiceStage,
};

use crate::domain::change_order::{Kind, Pipeline};
use crate::domain::instance::Instance;
use crate::domain::{ChangeOrder, Millis, Refusal, State, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::Source;
use crate::handlers::fields::text;
use crate::handlers::page::count;

impl Handle for GetChangeOrderInfo {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<GetChangeOrderInfoOutput, Refusal> {
        let order = call.state.order(&self.change_order_id)?;
        let mut output = GetChangeOrderInfoOutput::default();
        output.change_order_info = Some(described(call.state, order));
        Ok(output)
    }
}

impl Handle for ListRecentChangeOrder {
    const SOURCE: Source = Source::Metadata;

    /// Lists change orders, newest first.
    fn handle(self, call: &mut Call<'_>) -> Result<ListRecentChangeOrderOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        let orders = application.orders.iter().rev().filter_map(|id| call.state.orders.get(id));
        let mut output = ListRecentChangeOrderOutput::default();
        output.change_order_list = orders.take(RECENT).map(summary).collect();
        Ok(output)
    }
}

impl Handle for ContinuePipeline {
    const SOURCE: Source = Source::Metadata;

    /// Starts the waiting batch, or aborts the change order if `Confirm` is false.
    fn handle(self, call: &mut Call<'_>) -> Result<ContinuePipelineOutput, Refusal> {
        call.state.confirm_batch(&self.pipeline_id, self.confirm.unwrap_or(true), call.now())?;
        Ok(ContinuePipelineOutput::default())
    }
}

impl Handle for AbortChangeOrder {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<AbortChangeOrderOutput, Refusal> {
        call.state.abort(&self.change_order_id, call.now())?;
        let mut output = AbortChangeOrderOutput::default();
        output.data = Some(changed(self.change_order_id));
        Ok(output)
    }
}

impl Handle for AbortAndRollbackChangeOrder {
    const SOURCE: Source = Source::Metadata;

    /// Returns the aborted change order. The one that restores what was there before is the latest of the application.
    fn handle(self, call: &mut Call<'_>) -> Result<AbortAndRollbackChangeOrderOutput, Refusal> {
        call.state.abort_and_roll_back(&self.change_order_id, call.now())?;
        let mut output = AbortAndRollbackChangeOrderOutput::default();
        output.data = Some(changed(self.change_order_id));
        Ok(output)
    }
}

fn changed(id: String) -> ChangedOrder {
    let mut data = ChangedOrder::default();
    data.change_order_id = Some(id);
    data
}

fn summary(order: &ChangeOrder) -> RecentChangeOrder {
    let mut data = RecentChangeOrder::default();
    data.change_order_id = text(&order.id);
    data.change_order_description = text(&order.description);
    data.app_id = text(&order.application);
    data.group_id = text(&order.group);
    data.batch_count = Some(count(order.pipelines.len()));
    data.batch_type = text(batch_type(order));
    data.co_type = text(words(order.kind));
    data.co_type_code = text(order.kind.code());
    data.create_time = Some(time::text(order.created));
    data.finish_time = order.finished.map(time::text);
    data.status = Some(ChangeOrderStatus::from(order.status.number()));
    data.source = text("API");
    data
}

fn described(state: &State, order: &ChangeOrder) -> ChangeOrderInfo {
    let mut data = ChangeOrderInfo::default();
    data.change_order_id = text(&order.id);
    data.change_order_description = text(&order.description);
    data.batch_count = Some(count(order.pipelines.len()));
    data.batch_type = text(batch_type(order));
    data.co_type = text(words(order.kind));
    data.create_time = Some(time::text(order.created));
    data.status = Some(ChangeOrderStatus::from(order.status.number()));
    data.support_rollback = Some(order.can_roll_back());
    data.targets = vec![order.application_name.clone()];
    data.traffic_control = traffic_control(state, order);
    data.pipeline_info_list =
        (1..).zip(&order.pipelines).map(|(number, pipeline)| batch(state, order, number, pipeline)).collect();
    data
}

/// The traffic rules of a release, as long as it is the latest change of its application.
fn traffic_control(state: &State, order: &ChangeOrder) -> Option<ChangeTrafficControl> {
    let application = state.applications.get(&order.application)?;
    let is_latest = application.orders.last() == Some(&order.id) && order.kind == Kind::Deploy;
    let rules = application.configuration.setting("TrafficControlStrategy").filter(|_| is_latest)?;
    let mut data = ChangeTrafficControl::default();
    data.rules = text(rules);
    Some(data)
}

/// A batch. It has one stage with one task, which starts and stops its instances.
fn batch(state: &State, order: &ChangeOrder, number: usize, pipeline: &Pipeline) -> ChangePipeline {
    let message = format!("{} instances started, {} stopped", pipeline.added, pipeline.retired);
    let step = Step { id: format!("{}-1", pipeline.id), name: words(order.kind), message };
    let mut data = ChangePipeline::default();
    data.pipeline_id = text(&pipeline.id);
    data.pipeline_name = Some(format!("Batch: {number}"));
    data.pipeline_status = Some(ChangeOrderStatus::from(pipeline.status.number()));
    data.start_time = pipeline.started.map(|at| at.to_string());
    data.update_time = pipeline.updated.map(|at| at.to_string());
    data.stage_detail_list = vec![with_task(&step, pipeline)];
    data.stage_list = vec![with_instances(&step, pipeline, state, order)];
    data
}

/// The stage of a batch.
struct Step {
    id: String,
    name: &'static str,
    message: String,
}

fn with_task(step: &Step, pipeline: &Pipeline) -> ChangeStageDetail {
    let mut task = ChangeTask::default();
    task.task_id = Some(format!("{}-1", step.id));
    task.task_name = text(step.name);
    task.task_status = text(pipeline.status.word());
    task.task_message = text(&step.message);
    let mut data = ChangeStageDetail::default();
    data.stage_id = text(&step.id);
    data.stage_name = text(step.name);
    data.stage_status = Some(pipeline.status.number());
    data.task_list = vec![task];
    data
}

fn with_instances(step: &Step, pipeline: &Pipeline, state: &State, order: &ChangeOrder) -> ChangeStage {
    let status = pipeline.status.number();
    let application = state.applications.get(&order.application);
    let instances = application.into_iter().flat_map(|application| &application.instances);
    let mut service = ServiceStage::default();
    service.stage_id = text(&step.id);
    service.stage_name = text(step.name);
    service.status = Some(status);
    service.message = text(&step.message);
    let mut result = ChangeStageResult::default();
    result.service_stage = Some(service);
    result.instance_dto_list = instances
        .filter(|instance| instance.pipeline == pipeline.id)
        .map(|instance| changed_instance(instance, &step.id, status, state.now))
        .collect();
    let mut data = ChangeStage::default();
    data.stage_id = text(&step.id);
    data.stage_name = text(step.name);
    data.status = Some(status);
    data.stage_result_dto = Some(result);
    data
}

/// The status of an instance in a batch: finished once it has run, otherwise that of its batch.
fn changed_instance(instance: &Instance, stage_id: &str, batch: i64, now: Millis) -> ChangedInstance {
    let status = if instance.has_run() { 2 } else { batch };
    let mut stage = InstanceStage::default();
    stage.stage_id = text(stage_id);
    stage.stage_name = text("Start");
    stage.start_time = Some(time::text(instance.created));
    stage.status = Some(status);
    stage.stage_message = text(instance.status(now));
    let mut data = ChangedInstance::default();
    data.instance_name = text(&instance.id);
    data.instance_ip = Some(instance.address.to_string());
    data.pod_name = text(&instance.id);
    data.pod_status = text(instance.status(now));
    data.status = Some(status);
    data.instance_stage_dto_list = vec![stage];
    data
}

/// The name of the type. The reference shows that for adding instances.
const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::ScaleOut => "Application Scale Out",
        Kind::ScaleIn => "Application Scale In",
        other => other.words(),
    }
}

const fn batch_type(order: &ChangeOrder) -> &'static str {
    if order.automatic { "Automatic" } else { "Manual" }
}

/// The number of change orders that count as recent.
const RECENT: usize = 100;
