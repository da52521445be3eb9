//! Jobs: templates that say what runs and when, and their runs.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::configuration::{Configuration, Settings, non_empty};
use crate::domain::cron::{Schedule, ScheduleError};
use crate::domain::namespace::{Network, region};
use crate::domain::tags::Tags;
use crate::domain::{InstanceFailure, Millis, Refusal};

/// A job template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Identifier.
    pub id: String,
    /// Name, unique among the jobs of its namespace.
    pub name: String,
    /// Description.
    pub description: String,
    /// Identifier of the namespace.
    pub namespace: String,
    /// The network of its instances.
    pub network: Network,
    /// Its configuration.
    pub configuration: Configuration,
    /// The number of instances that work on a run side by side.
    pub replicas: i64,
    /// Whether its schedule is suspended.
    pub suspended: bool,
    /// Its tags.
    pub tags: Tags,
    /// Identifiers of its change orders, oldest first.
    pub orders: Vec<String>,
    /// How the instances of each run fail, if a test asked for that when the template was last changed.
    pub failure: Option<InstanceFailure>,
    /// How many runs it has had, including those that are no longer kept.
    pub runs: u64,
    /// Identifiers of the runs that have not ended, oldest first.
    pub active: Vec<String>,
    /// When its schedule starts the next run.
    pub next: Option<Millis>,
    /// When something next happens to it or to one of its runs.
    pub due: Option<Millis>,
}

/// One run of a job.
#[derive(Clone, Serialize, Deserialize)]
pub struct JobRun {
    /// Identifier.
    pub id: String,
    /// Identifier of its job.
    pub job: String,
    /// Its number among the runs of the job, from 1.
    pub number: u64,
    /// The caller's own identifier of the event that started it.
    pub event: Option<String>,
    /// When it was created.
    pub created: Millis,
    /// Settings that apply to this run instead of those of the job.
    pub settings: Settings,
    /// The number of instances that work on it side by side.
    pub replicas: i64,
    /// How often it may still be tried again.
    pub retries: i64,
    /// How long one attempt takes, in milliseconds.
    pub lasts: Millis,
    /// Its time limit in milliseconds.
    pub limit: Option<Millis>,
    /// When its time limit is reached.
    pub deadline: Option<Millis>,
    /// How its instances fail, if a test asked for that.
    pub failure: Option<InstanceFailure>,
    /// How far it has come.
    pub phase: RunPhase,
    /// How many instances have failed, in all attempts.
    pub failed: i64,
    /// Why it failed; empty if it didn't.
    pub message: String,
    /// When it ended.
    pub ended: Option<Millis>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunPhase {
    /// It was created for a later time.
    Planned {
        /// When it starts.
        at: Millis,
    },
    /// It is being prepared.
    Preparing {
        /// When its instances start.
        until: Millis,
    },
    /// Its instances work.
    Running {
        /// When they have done their work, or fail.
        until: Millis,
    },
    /// It has done its work.
    Succeeded,
    /// It failed.
    Failed,
}

/// What happens when a run is due while one before still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concurrency {
    /// Both run.
    Allow,
    /// The new one doesn't run.
    Forbid,
    /// The new one runs, and the one before ends.
    Replace,
}

impl Job {
    /// The region of its namespace.
    pub fn region(&self) -> &str {
        region(&self.namespace)
    }

    /// What happens when a run is due while one before still runs.
    pub fn concurrency(&self) -> Concurrency {
        match self.configuration.setting("ConcurrencyPolicy") {
            Some("Forbid") => Concurrency::Forbid,
            Some("Replace") => Concurrency::Replace,
            _ => Concurrency::Allow,
        }
    }

    /// Sets when its schedule starts the next run: at the first time after this one, unless it is suspended.
    pub fn plan(&mut self, after: Millis) {
        let schedule = schedule(&self.configuration.settings).ok().flatten();
        self.next = schedule.filter(|_| !self.suspended).and_then(|schedule| schedule.next(after));
    }
}

impl JobRun {
    /// Whether it has not ended yet.
    pub const fn is_active(&self) -> bool {
        !matches!(self.phase, RunPhase::Succeeded | RunPhase::Failed)
    }

    /// Whether its time has come and it has not ended yet.
    pub const fn has_begun(&self) -> bool {
        matches!(self.phase, RunPhase::Preparing { .. } | RunPhase::Running { .. })
    }

    /// When it moves on.
    pub fn due(&self) -> Option<Millis> {
        match self.phase {
            RunPhase::Planned { at } => Some(at),
            RunPhase::Preparing { until } => Some(until),
            RunPhase::Running { until } => Some(self.deadline.map_or(until, |deadline| deadline.min(until))),
            RunPhase::Succeeded | RunPhase::Failed => None,
        }
    }

    /// The service's number for how far it has come.
    pub const fn state(&self) -> &'static str {
        match self.phase {
            RunPhase::Planned { .. } | RunPhase::Preparing { .. } => "0",
            RunPhase::Succeeded => "1",
            RunPhase::Failed => "2",
            RunPhase::Running { .. } => "3",
        }
    }

    /// How many instances work on it.
    pub const fn running(&self) -> i64 {
        if matches!(self.phase, RunPhase::Running { .. }) { self.replicas } else { 0 }
    }

    /// How many instances have succeeded.
    pub const fn succeeded(&self) -> i64 {
        if matches!(self.phase, RunPhase::Succeeded) { self.replicas } else { 0 }
    }

    /// Does what is due at this time: a run that has been prepared starts, one that worked ends or is tried again.
    pub fn step(&mut self, now: Millis) {
        match self.phase {
            RunPhase::Preparing { .. } => {
                self.phase = RunPhase::Running { until: now + self.lasts };
                self.deadline = self.limit.map(|limit| now.saturating_add(limit));
            }
            RunPhase::Running { until } if until > now => {
                let seconds = self.limit.unwrap_or_default() / 1000;
                self.fail(format!("the time limit of {seconds} s was reached"), now);
            }
            RunPhase::Running { .. } => match self.failure {
                None => {
                    self.phase = RunPhase::Succeeded;
                    self.ended = Some(now);
                }
                Some(_) if self.retries > 0 => {
                    self.retries -= 1;
                    self.failed = self.failed.saturating_add(self.replicas);
                    self.phase = RunPhase::Running { until: now + self.lasts };
                }
                Some(failure) => self.fail(message(failure).to_owned(), now),
            },
            RunPhase::Planned { .. } | RunPhase::Succeeded | RunPhase::Failed => {}
        }
    }

    /// Ends it without success. Instances that work on it have failed.
    pub fn fail(&mut self, message: String, now: Millis) {
        self.failed = self.failed.saturating_add(self.running());
        self.phase = RunPhase::Failed;
        self.message = message;
        self.ended = Some(now);
    }
}

/// Shows the names of the settings only: environment variables and commands are secret.
impl fmt::Debug for JobRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRun")
            .field("id", &self.id)
            .field("number", &self.number)
            .field("phase", &self.phase)
            .field("settings", &self.settings.keys())
            .finish_non_exhaustive()
    }
}

/// The schedule in the settings of a job; none if nothing but calls starts it. Refuses a trigger that isn't one.
pub fn schedule(settings: &Settings) -> Result<Option<Schedule>, Refusal> {
    let Some(trigger) = non_empty(settings, "TriggerConfig") else { return Ok(None) };
    let trigger: BTreeMap<String, Value> =
        serde_json::from_str(trigger).map_err(|_| Refusal::invalid("TriggerConfig"))?;
    let text = |name: &str| trigger.get(name).and_then(Value::as_str);
    match text("type") {
        Some("http") => Ok(None),
        Some("time") => {
            let expression = text("config").ok_or_else(|| Refusal::missing("TriggerConfig.config"))?;
            let zone = text("timezone").filter(|zone| !zone.is_empty()).unwrap_or(ZONE);
            let unfit = |error: ScheduleError| match error {
                ScheduleError::Fields => Refusal::unfit("TriggerConfig", "config has five fields"),
                ScheduleError::Field(name) => {
                    Refusal::unfit("TriggerConfig", format!("the {name} is invalid"))
                }
                ScheduleError::Zone => Refusal::unfit("TriggerConfig", "there is no such timezone"),
                ScheduleError::Never => Refusal::unfit("TriggerConfig", "there is no such day"),
            };
            Schedule::parse(expression, zone).map(Some).map_err(unfit)
        }
        Some(_) => Err(Refusal::invalid("TriggerConfig.type")),
        None => Err(Refusal::missing("TriggerConfig.type")),
    }
}

/// How long a command works, in milliseconds: `sleep` as long as its argument says (`10`, `5m`, `1d`), any other no time.
pub fn work(settings: &Settings) -> Millis {
    if non_empty(settings, "Command") != Some("sleep") {
        return 0;
    }
    let arguments: Vec<String> = non_empty(settings, "CommandArgs")
        .and_then(|arguments| serde_json::from_str(arguments).ok())
        .unwrap_or_default();
    let Some(argument) = arguments.first() else { return 0 };
    let units = [("s", 1), ("m", 60), ("h", 60 * 60), ("d", 24 * 60 * 60)];
    let with_unit =
        units.into_iter().find_map(|(unit, seconds)| Some((argument.strip_suffix(unit)?, seconds)));
    let (digits, unit) = with_unit.unwrap_or((argument, 1));
    digits.parse::<u32>().map_or(0, |number| i64::from(number) * unit * 1000)
}

/// What a run that fails so reports.
const fn message(failure: InstanceFailure) -> &'static str {
    match failure {
        InstanceFailure::ImagePull => failure.cause(),
        InstanceFailure::NeverReady => "instances exited with code 1",
    }
}

/// The time zone of a schedule that names none.
const ZONE: &str = "Asia/Shanghai";
