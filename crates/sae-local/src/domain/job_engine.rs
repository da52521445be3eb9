//! What happens to jobs as time goes by: schedules start runs, and runs begin, are tried again and end.

use crate::domain::commands::jobs::Execution;
use crate::domain::job::{Concurrency, Job, JobRun, RunPhase};
use crate::domain::{Millis, State};

impl State {
    /// Does what is due on one job at this time, until nothing more is.
    pub fn step_job(&mut self, id: &str, now: Millis) {
        let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        while let Some(job) = self.jobs.get(id) {
            let is_run_due = |run: &&String| self.job_runs.get(*run).is_some_and(|run| is_due(run.due()));
            if let Some(run) = job.active.iter().find(is_run_due).cloned() {
                self.step_run(id, &run, now);
            } else if is_due(job.next) {
                self.start_scheduled(id, now);
            } else {
                break;
            }
        }
        self.schedule_job(id);
    }

    /// Has the engine look at a job when something next happens to it.
    pub fn schedule_job(&mut self, id: &str) {
        let Some(job) = self.jobs.get(id) else { return };
        let runs = job.active.iter().filter_map(|run| self.job_runs.get(run)?.due());
        let due = runs.chain(job.next).min();
        if job.due == due {
            return;
        }
        let Some(job) = self.jobs.get_mut(id) else { return };
        if let Some(former) = std::mem::replace(&mut job.due, due) {
            self.job_agenda.remove(&(former, id.to_owned()));
        }
        self.job_agenda.extend(due.map(|due| (due, id.to_owned())));
    }

    /// Whether a run of a job has begun and not ended.
    pub fn is_job_running(&self, id: &str) -> bool {
        let active = self.jobs.get(id).map(|job| job.active.as_slice()).unwrap_or_default();
        active.iter().any(|run| self.job_runs.get(run).is_some_and(JobRun::has_begun))
    }

    /// Ends the runs of a job that have begun, since this one takes their place.
    pub fn replace_runs(&mut self, id: &str, by: &str, now: Millis) {
        let active = self.jobs.get(id).map(|job| job.active.clone()).unwrap_or_default();
        for run in active.iter().filter(|run| *run != by) {
            if let Some(run) = self.job_runs.get_mut(run).filter(|run| run.has_begun()) {
                run.fail(format!("{by} took its place"), now);
            }
        }
        self.forget_ended(id);
    }

    /// Moves a run on.
    fn step_run(&mut self, job: &str, run: &str, now: Millis) {
        let planned = self.job_runs.get(run).is_some_and(|run| matches!(run.phase, RunPhase::Planned { .. }));
        let concurrency = self.jobs.get(job).map_or(Concurrency::Allow, Job::concurrency);
        let forbidden = planned && concurrency == Concurrency::Forbid && self.is_job_running(job);
        if planned && concurrency == Concurrency::Replace {
            self.replace_runs(job, run, now);
        }
        let prepare = self.pace.prepare;
        if let Some(run) = self.job_runs.get_mut(run) {
            if forbidden {
                run.fail("a run before it had not ended".to_owned(), now);
            } else if planned {
                run.phase = RunPhase::Preparing { until: now + prepare };
            } else {
                run.step(now);
            }
        }
        self.forget_ended(job);
    }

    /// Starts the run that a schedule has come to, and plans the next one.
    fn start_scheduled(&mut self, id: &str, now: Millis) {
        let forbidden = self
            .jobs
            .get(id)
            .is_some_and(|job| job.concurrency() == Concurrency::Forbid && self.is_job_running(id));
        if let Some(job) = self.jobs.get_mut(id) {
            job.plan(now);
        }
        if !forbidden {
            self.start_run(id, "schedule-", Execution::default(), now);
        }
    }

    /// Takes runs that have ended from the active ones of their job.
    fn forget_ended(&mut self, id: &str) {
        let runs = &self.job_runs;
        if let Some(job) = self.jobs.get_mut(id) {
            job.active.retain(|run| runs.get(run).is_some_and(JobRun::is_active));
        }
    }
}
