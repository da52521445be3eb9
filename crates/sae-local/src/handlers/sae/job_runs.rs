//! Runs of jobs: start, status, history.

use sae_models::sae::{
    self, DeleteHistoryJob, DeleteHistoryJobOutput, DescribeJobHistory, DescribeJobHistoryOutput,
    DescribeJobStatus, DescribeJobStatusOutput, ExecJob, ExecJobOutput, JobExecution, JobRunPage, JobState,
};

use crate::domain::Refusal;
use crate::domain::commands::jobs::Execution;
use crate::domain::cron::instant;
use crate::domain::job::JobRun;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;
use crate::handlers::sae::deployment::settings;
use crate::handlers::sae::jobs::{DONE, listed, replicas};

impl Handle for ExecJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("what is given here applies to this run alone"),
        Source::Metadata.says("an EventId starts one run only"),
        Source::Metadata.says("Time is when the run starts; one that has passed is now"),
        Source::Assumption.says("a run takes as long as the pace gives for the start of an instance"),
        Source::Assumption.says("the command sleep takes as long as its argument says (10, 5m, 1d), and no other command is understood"),
        Source::Assumption.says("each instance works on one shard if Slice is set; SliceEnvs is kept as it is"),
        Source::Assumption.says("a run that fails is tried again at once, as often as BackoffLimit says, by default never"),
        Source::Assumption.says("Timeout counts from the start of the first attempt"),
        Source::Assumption.says("while a run before it has not ended, ConcurrencyPolicy Forbid refuses a call with Application.InvalidStatus, leaves out what is due by schedule and fails what was planned by Time; Replace fails the run before; without a policy both run"),
        Source::Assumption.says("the latest 1,000 runs of each job are kept"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ExecJobOutput, Refusal> {
        let mut settings = settings(&call.parameters);
        settings.retain(|name, value| !NOT_OF_A_RUN.contains(&name.as_str()) && !value.is_empty());
        let run = Execution {
            event: self.event_id.filter(|event| !event.is_empty()),
            at: match self.time.as_deref().filter(|time| !time.is_empty()) {
                Some(time) => Some(instant(time).ok_or_else(|| Refusal::invalid("Time"))?),
                None => None,
            },
            replicas: replicas(self.replicas.as_deref())?,
            settings,
            failure: None,
        };
        let executed = call.state.execute_job(&self.app_id, run, call.now());
        let run = executed.map_err(|refusal| listed(call, refusal))?;
        let mut data = JobExecution::default();
        data.code = text("200");
        data.data = Some(run);
        data.msg = text(DONE);
        data.success = text("true");
        let mut output = ExecJobOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeJobStatus {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption
            .says("without JobId it is the latest run, and one that has not run if there is none"),
        Source::Assumption.says("an unknown JobId is InvalidParameter.WithMessage"),
        Source::Assumption.says("Failed counts the instances of all attempts"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeJobStatusOutput, Refusal> {
        let job = call.state.job(&self.app_id)?;
        let run = match self.job_id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => Some(call.state.job_run(&job.id, id)?),
            None => call.state.runs_of(&job.id).next(),
        };
        let mut output = DescribeJobStatusOutput::default();
        output.data = Some(run.map_or_else(not_run, described));
        Ok(output)
    }
}

impl Handle for DescribeJobHistory {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("the newest run comes first")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeJobHistoryOutput, Refusal> {
        let job = call.state.job(&self.app_id)?;
        let state = self.state.as_ref().map(JobState::as_str);
        if state.is_some_and(|state| !STATES.contains(&state)) {
            return Err(Refusal::invalid("State"));
        }
        let runs = call.state.runs_of(&job.id).filter(|run| state.is_none_or(|state| run.state() == state));
        let page = page(runs, self.current_page, self.page_size, 20)?;
        let mut data = JobRunPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.jobs = page.items.into_iter().map(described).collect();
        let mut output = DescribeJobHistoryOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DeleteHistoryJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a run that has not ended is refused with Application.InvalidStatus"),
        Source::Assumption.says("an unknown JobId is InvalidParameter.WithMessage"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteHistoryJobOutput, Refusal> {
        call.state.job(&self.app_id)?;
        call.state.delete_job_run(&self.app_id, &self.job_id)?;
        let mut output = DeleteHistoryJobOutput::default();
        output.data = text(DONE);
        Ok(output)
    }
}

/// A run as answers have it, with times in seconds.
fn described(run: &JobRun) -> sae::JobRun {
    let mut data = sae::JobRun::default();
    data.active = Some(run.running());
    data.completion_time = run.ended.map(|at| at / 1000);
    data.failed = Some(run.failed);
    data.job_id = text(&run.id);
    data.message = text(&run.message);
    data.start_time = Some(run.created / 1000);
    data.state = Some(JobState::from(run.state()));
    data.succeeded = Some(run.succeeded());
    data
}

/// The status of a job that has had no run.
fn not_run() -> sae::JobRun {
    let mut data = sae::JobRun::default();
    data.state = Some(JobState::NotRun);
    data
}

/// Parameters of ExecJob that aren't settings of the run.
const NOT_OF_A_RUN: &[&str] = &["EventId", "Time"];
/// How far a run can have come.
const STATES: &[&str] = &["0", "1", "2", "3"];
