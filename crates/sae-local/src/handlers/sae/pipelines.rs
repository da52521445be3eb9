//! Pipelines and their stages.

use sae_models::sae::{
    ChangeOrderStatus, DescribePipeline, DescribePipelineOutput, PipelineProgress, PipelineStage,
    StageExecution, StageStatus, StageTask, StageTaskFailure, StageTaskStatus,
};

use crate::domain::change_order::{ChangeOrder, Kind, Pipeline, Status};
use crate::domain::{Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::count;

impl Handle for DescribePipeline {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a batch has a stage for starting instances, one for stopping them and one for load balancers, where there is such work"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribePipelineOutput, Refusal> {
        let found = call.state.pipeline(&self.pipeline_id);
        let (order, pipeline) = found.ok_or_else(|| Refusal::invalid("PipelineId"))?;
        let mut output = DescribePipelineOutput::default();
        output.data = Some(described(call.state, order, pipeline));
        Ok(output)
    }
}

fn described(state: &State, order: &ChangeOrder, pipeline: &Pipeline) -> PipelineProgress {
    let at = order.pipelines.iter().position(|one| one.id == pipeline.id).unwrap_or_default();
    let stages = stages(state, order, pipeline);
    let running = |stage: &&PipelineStage| stage.status == Some(StageStatus::Running);
    let current = stages.iter().find(running).or(stages.first());
    let mut data = PipelineProgress::default();
    data.pipeline_id = text(&pipeline.id);
    data.pipeline_name = Some(format!("Batch {} Change", at + 1));
    data.pipeline_status = Some(ChangeOrderStatus::from(pipeline.status.number()));
    // The values aren't documented. DescribeApplicationStatus has words where this answer has a text.
    data.co_status = text(order.status.word());
    data.current_stage_id = current.and_then(|stage| stage.stage_id.clone());
    data.next_pipeline_id = order.pipelines.get(at + 1).and_then(|next| text(&next.id));
    data.show_batch = Some(order.status == Status::WaitingForConfirmation);
    data.stage_list = stages;
    data
}

/// The stages of a batch: starting instances, stopping instances, changing load balancers.
fn stages(state: &State, order: &ChangeOrder, pipeline: &Pipeline) -> Vec<PipelineStage> {
    let instances =
        state.applications.get(&order.application).map(|application| application.instances.as_slice());
    let own = instances.unwrap_or_default().iter().filter(|instance| instance.pipeline == pipeline.id);
    let starting = own.filter(|instance| !instance.is_stopping() && !instance.is_running()).count();
    let (started, stopped) = (pipeline.add + pipeline.added, pipeline.retire.len() + pipeline.retired);
    let work = [
        ("start", "Start instances", started, pipeline.add + starting),
        ("stop", "Stop instances", stopped, pipeline.retire.len()),
        (
            "bind",
            "Change load balancers",
            usize::from(matches!(
                order.kind,
                Kind::BindSlb | Kind::UnbindSlb | Kind::BindNlb | Kind::UnbindNlb
            )),
            1,
        ),
    ];
    let work = work.into_iter().filter(|(_, _, all, _)| *all > 0);
    work.map(|(key, name, all, left)| {
        let id = format!("{}-{key}", pipeline.id);
        let left = if pipeline.status == Status::Succeeded { 0 } else { left };
        let status = progress(pipeline.status, left);
        let failing =
            if key == "start" { order.failure.filter(|_| trouble(state, order, pipeline)) } else { None };
        let status = if failing.is_some() || status != Status::Failed { status } else { Status::Aborted };
        let mut task = StageTask::default();
        task.task_id = Some(format!("{id}-1"));
        task.task_name = text(name);
        task.stage_id = Some(id.clone());
        task.error_ignore = Some(StageTaskFailure::Stop);
        task.show_manual_ignore = Some(false);
        task.status = Some(match (failing, status) {
            (Some(_), Status::Running) => StageTaskStatus::WaitingForRetry,
            _ => StageTaskStatus::from(status.number()),
        });
        task.message = Some(format!("{} of {all} done", count(all.saturating_sub(left.min(all)))));
        task.error_code = failing.and_then(|failure| text(failure.status()));
        task.error_message = failing.and_then(|failure| text(failure.cause()));
        let mut data = PipelineStage::default();
        data.stage_id = Some(id);
        data.stage_name = text(name);
        data.executor_type = Some(StageExecution::Sequential);
        data.status = Some(StageStatus::from(status.number()));
        data.task_list = vec![task];
        data
    })
    .collect()
}

/// The status of a stage of which `left` remains to be done.
const fn progress(batch: Status, left: usize) -> Status {
    match (batch, left) {
        (Status::Preparing | Status::WaitingForConfirmation | Status::WaitingForNextBatch, _) => {
            Status::Preparing
        }
        (Status::Succeeded, _) | (Status::Running | Status::Failed | Status::Aborted, 0) => Status::Succeeded,
        (status, _) => status,
    }
}

/// Whether instances of a batch fail, or made it fail.
fn trouble(state: &State, order: &ChangeOrder, pipeline: &Pipeline) -> bool {
    pipeline.status == Status::Failed || (pipeline.status == Status::Running && state.failing(order) > 0)
}
