//! Creating, changing and deleting jobs, and running them.

use std::collections::BTreeMap;

use crate::domain::change_order::{ChangeOrder, Kind, Outcome, Status};
use crate::domain::commands::create::{NewWorkload, describe};
use crate::domain::configuration::{Alias, Configuration, Settings};
use crate::domain::job::{Concurrency, Job, JobRun, RunPhase, schedule, work};
use crate::domain::plan::{Strategy, Work, pipelines};
use crate::domain::refusal::WRONG_STATUS;
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::state::{HISTORY, check_quota};
use crate::domain::tags::Tags;
use crate::domain::{InstanceFailure, Millis, Refusal, State};

/// A request to change a job. What is none stays as it is.
#[derive(Clone, Default)]
pub struct JobUpdate {
    /// Number of instances.
    pub replicas: Option<i64>,
    /// Host names with their addresses.
    pub aliases: Vec<Alias>,
    /// All other parameters, by wire name.
    pub settings: Settings,
}

/// A request to run a job.
#[derive(Clone, Default)]
pub struct Execution {
    /// The caller's own identifier of the event that asks for it.
    pub event: Option<String>,
    /// When it starts; none for now.
    pub at: Option<Millis>,
    /// Number of instances; none for that of the job.
    pub replicas: Option<i64>,
    /// Settings that apply to this run instead of those of the job.
    pub settings: Settings,
    /// How its instances fail; none for the way in which those of every run of the job do.
    pub failure: Option<InstanceFailure>,
}

impl State {
    /// Creates a job and returns its identifier and that of its change order.
    pub fn create_job(&mut self, new: NewWorkload, now: Millis) -> Result<(String, String), Refusal> {
        let configuration = self.first_configuration(&new, now)?;
        self.check_job(&new.namespace, &configuration, &new.aliases)?;
        let key = (new.namespace, new.name);
        if self.job_names.contains_key(&key) {
            return Err(Refusal::unfit("AppName", "the namespace has a job of this name"));
        }
        let network = self.network(&key.0, new.vpc, new.vswitch)?;
        let id = self.ids.uuid();
        self.job_names.insert(key.clone(), id.clone());
        let (namespace, name) = key;
        let mut job = Job {
            id: id.clone(),
            name,
            description: new.description,
            namespace,
            network,
            configuration,
            replicas: new.replicas,
            suspended: false,
            tags: Tags::new(),
            orders: Vec::new(),
            failure: self.failure.take(),
            runs: 0,
            active: Vec::new(),
            next: None,
            due: None,
        };
        job.plan(now);
        self.jobs.insert(id.clone(), job);
        self.schedule_job(&id);
        let order = self.note_change(&id, Kind::Create, now)?;
        Ok((id, order))
    }

    /// Looks up a job.
    pub fn job(&self, id: &str) -> Result<&Job, Refusal> {
        self.jobs.get(id).ok_or(NO_JOB)
    }

    /// Changes a job and returns the identifier of the change order. Runs that have begun go on as they are.
    pub fn update_job(&mut self, id: &str, update: JobUpdate, now: Millis) -> Result<String, Refusal> {
        let former = self.job(id)?;
        let replicas = update.replicas.unwrap_or(former.replicas);
        check_quota(replicas)?;
        let mut configuration = former.configuration.clone();
        configuration.version += 1;
        configuration.created = now;
        configuration.settings.extend(update.settings);
        self.check_job(&former.namespace, &configuration, &update.aliases)?;
        let failure = self.failure.take();
        let job = self.jobs.get_mut(id).ok_or(NO_JOB)?;
        job.configuration = configuration;
        job.replicas = replicas;
        job.failure = failure;
        job.plan(now);
        self.schedule_job(id);
        self.note_change(id, Kind::Deploy, now)
    }

    /// Suspends the schedule of a job, or lets it go on from now. What would have run in between isn't made up for.
    pub fn suspend_job(&mut self, id: &str, suspended: bool, now: Millis) -> Result<(), Refusal> {
        let job = self.jobs.get_mut(id).ok_or(NO_JOB)?;
        job.suspended = suspended;
        job.plan(now);
        self.schedule_job(id);
        Ok(())
    }

    /// Deletes a job with all its runs, also those that have not ended. Its change orders are kept.
    pub fn delete_job(&mut self, id: &str) -> Result<(), Refusal> {
        let job = self.jobs.remove(id).ok_or(NO_JOB)?;
        for run in self.runs.remove(id).into_iter().flat_map(BTreeMap::into_values) {
            self.job_runs.remove(&run);
        }
        if let Some(due) = job.due {
            self.job_agenda.remove(&(due, job.id));
        }
        self.job_names.remove(&(job.namespace, job.name));
        self.outlive(job.orders);
        Ok(())
    }

    /// Runs a job, now or later, and returns the identifier of the run. An event starts one run only: for another call
    /// with the same event it is that run.
    pub fn execute_job(&mut self, id: &str, run: Execution, now: Millis) -> Result<String, Refusal> {
        let job = self.job(id)?;
        if let Some(event) = &run.event
            && let Some(known) = self.runs_of(id).find(|run| run.event.as_ref() == Some(event))
        {
            return Ok(known.id.clone());
        }
        check_quota(run.replicas.unwrap_or(job.replicas))?;
        self.check_references(&job.namespace, &run.settings)?;
        let starts_now = run.at.is_none_or(|at| at <= now);
        if starts_now && job.concurrency() == Concurrency::Forbid && self.is_job_running(id) {
            return Err(WRONG_STATUS);
        }
        let failure = self.failure.take();
        let run = self.start_run(id, "manual-", Execution { failure, ..run }, now).ok_or(NO_JOB)?;
        self.schedule_job(id);
        Ok(run)
    }

    /// Starts a run, or plans it for later. It takes the place of those that have begun if the job says so.
    pub fn start_run(&mut self, id: &str, prefix: &str, asked: Execution, now: Millis) -> Option<String> {
        let job = self.jobs.get(id)?;
        let replaces = job.concurrency() == Concurrency::Replace;
        let mut settings = job.configuration.settings.clone();
        settings.extend(asked.settings.clone());
        let number = |name: &str| job.configuration.number(name);
        let (replicas, retries) =
            (asked.replicas.unwrap_or(job.replicas), number("BackoffLimit").unwrap_or(0));
        let limit = number("Timeout").map(|seconds| seconds.saturating_mul(1000));
        let failure = asked.failure.or(job.failure);
        // What fails has no time to work.
        let works = if failure.is_some() { 0 } else { work(&settings) };
        let at = asked.at.filter(|at| *at > now);
        let run = format!("{prefix}{}", self.ids.uuid());
        if replaces && at.is_none() {
            self.replace_runs(id, &run, now);
        }
        let job = self.jobs.get_mut(id)?;
        job.runs += 1;
        job.active.push(run.clone());
        let number = job.runs;
        let started = JobRun {
            id: run.clone(),
            job: id.to_owned(),
            number,
            event: asked.event,
            created: now,
            settings: asked.settings,
            replicas,
            retries,
            lasts: self.pace.start.saturating_add(works),
            limit,
            deadline: None,
            failure,
            phase: at.map_or(RunPhase::Preparing { until: now + self.pace.prepare }, |at| {
                RunPhase::Planned { at }
            }),
            failed: 0,
            message: String::new(),
            ended: None,
        };
        self.job_runs.insert(run.clone(), started);
        self.runs.entry(id.to_owned()).or_default().insert(number, run.clone());
        self.forget_runs(id);
        Some(run)
    }

    /// The runs of a job, newest first.
    pub fn runs_of(&self, id: &str) -> impl Iterator<Item = &JobRun> {
        let ids = self.runs.get(id).into_iter().flat_map(|runs| runs.values().rev());
        ids.filter_map(|id| self.job_runs.get(id))
    }

    /// Looks up a run of a job.
    pub fn job_run(&self, job: &str, id: &str) -> Result<&JobRun, Refusal> {
        let found = self.job_runs.get(id).filter(|run| run.job == job);
        found.ok_or_else(|| Refusal::unfit("JobId", "the job has no such run"))
    }

    /// Deletes a run that has ended.
    pub fn delete_job_run(&mut self, job: &str, id: &str) -> Result<(), Refusal> {
        let run = self.job_run(job, id)?;
        if run.is_active() {
            return Err(WRONG_STATUS);
        }
        let number = run.number;
        self.remove_run(job, number);
        Ok(())
    }

    /// Whether a namespace has jobs.
    pub fn has_jobs(&self, namespace: &str) -> bool {
        let from = (namespace.to_owned(), String::new());
        self.job_names.range(from..).next().is_some_and(|((first, _), _)| first == namespace)
    }

    fn check_job(
        &self,
        namespace: &str,
        configuration: &Configuration,
        aliases: &[Alias],
    ) -> Result<(), Refusal> {
        configuration.check_job(aliases)?;
        schedule(&configuration.settings)?;
        let referred = configuration.setting("RefAppId");
        if referred.is_some_and(|id| !self.jobs.contains_key(id)) {
            return Err(Refusal::unfit("RefAppId", "there is no such job"));
        }
        self.check_references(namespace, &configuration.settings)
    }

    /// Adds a change order that has succeeded: a change of a job starts and stops no instances.
    fn note_change(&mut self, id: &str, kind: Kind, now: Millis) -> Result<String, Refusal> {
        let strategy = Strategy::WHOLE;
        let mut pipelines = pipelines(Work::default(), strategy, &mut self.ids);
        for pipeline in &mut pipelines {
            pipeline.started = Some(now);
        }
        let job = self.job(id)?;
        let (name, description) = (job.name.clone(), describe(&job.configuration));
        let mut order = ChangeOrder {
            id: self.ids.uuid(),
            application: id.to_owned(),
            application_name: name,
            group: self.ids.uuid(),
            kind,
            description,
            created: now,
            finished: None,
            status: Status::Running,
            automatic: strategy.automatic,
            wait: 0,
            pipelines,
            current: 0,
            resume: None,
            bounds: RolloutBounds::default().limits(0, 0, 0),
            before: None,
            outcome: Outcome::Unchanged,
            failure: None,
        };
        order.end(Status::Succeeded, now);
        let order_id = order.id.clone();
        for pipeline in &order.pipelines {
            self.pipelines.insert(pipeline.id.clone(), order_id.clone());
        }
        self.orders.insert(order_id.clone(), order);
        let job = self.jobs.get_mut(id).ok_or(NO_JOB)?;
        job.orders.push(order_id.clone());
        let superfluous = job.orders.len().saturating_sub(HISTORY);
        let forgotten: Vec<String> = job.orders.drain(..superfluous).collect();
        for order in &forgotten {
            self.forget(order);
        }
        Ok(order_id)
    }

    /// Forgets the oldest runs that have ended if a job has more than are kept.
    fn forget_runs(&mut self, id: &str) {
        let Some(runs) = self.runs.get(id) else { return };
        let superfluous = runs.len().saturating_sub(HISTORY);
        let is_over = |run: &str| self.job_runs.get(run).is_none_or(|run| !run.is_active());
        let ended = runs.iter().filter(|(_, run)| is_over(run)).map(|(number, _)| *number);
        for number in ended.take(superfluous).collect::<Vec<_>>() {
            self.remove_run(id, number);
        }
    }

    fn remove_run(&mut self, job: &str, number: u64) {
        let Some(runs) = self.runs.get_mut(job) else { return };
        let run = runs.remove(&number);
        // As in an index that is built anew.
        if runs.is_empty() {
            self.runs.remove(job);
        }
        if let Some(run) = run {
            self.job_runs.remove(&run);
        }
    }
}

/// There is no such job.
const NO_JOB: Refusal = Refusal::new("InvalidAppId.NotFound");
