//! What is done to an application that has been deployed: stop, start, restart, scale, delete.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::configuration::{Configuration, check_size};
use crate::domain::deploy::minimum;
use crate::domain::plan::{Strategy, Work};
use crate::domain::refusal::WRONG_STATUS;
use crate::domain::state::{Change, QUOTA, check_quota};
use crate::domain::{Application, Millis, Refusal, State};

/// How many instances stay available during a change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Minimum {
    /// As a number.
    pub number: Option<i64>,
    /// As a percentage, which wins.
    pub ratio: Option<i64>,
}

impl State {
    /// Stops an application: all its instances at once.
    pub fn stop_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        let (before, work) = (application.snapshot(), all_away(application));
        let change = plain(Kind::Stop, work, Outcome::Stopped);
        self.begin(id, before, change, now)
    }

    /// Starts a stopped application: all its instances at once.
    pub fn start_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        if !application.stopped {
            return Err(WRONG_STATUS);
        }
        let work = Work { add: count(application.replicas), ..Work::default() };
        let before = application.snapshot();
        self.begin(id, before, plain(Kind::Start, work, Outcome::Deployed), now)
    }

    /// Restarts an application: each instance is replaced by a new one.
    pub fn restart_application(
        &mut self,
        id: &str,
        minimum: Minimum,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        let before = application.snapshot();
        let change = replacement(Kind::Restart, application, minimum);
        self.begin(id, before, change, now)
    }

    /// Changes the number of instances: the newest go first.
    pub fn rescale_application(&mut self, id: &str, replicas: i64, now: Millis) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        // The documents list the code of the quota for other operations, not for this one.
        check_quota(replicas).map_err(|_| match replicas {
            ..1 => Refusal::invalid("Replicas"),
            _ => Refusal::unfit("Replicas", format!("an application has at most {QUOTA} instances")),
        })?;
        let mut living = application.living();
        let kind = if count(replicas) >= living.len() { Kind::ScaleOut } else { Kind::ScaleIn };
        let add = count(replicas).saturating_sub(living.len());
        let mut retire = living.split_off(count(replicas).min(living.len()));
        retire.reverse();
        let before = application.snapshot();
        let mut change = plain(kind, Work { add, retire, lasts: 0 }, Outcome::Unchanged);
        change.description = format!("instances: {} to {replicas}", application.replicas);
        self.application_mut(id)?.replicas = replicas;
        self.begin(id, before, change, now)
    }

    /// Changes the size of the instances: each is replaced by a new one.
    pub fn resize_application(
        &mut self,
        id: &str,
        (cpu, memory): (i64, i64),
        minimum: Minimum,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        check_size(cpu, memory)?;
        let before = application.snapshot();
        let mut change = replacement(Kind::Resize, application, minimum);
        change.description = format!("CPU: {cpu} millicores | memory: {memory} MB");
        let former = &application.configuration;
        let version = application.versions + 1;
        let configuration = Configuration { version, created: now, cpu, memory, ..(**former).clone() };
        let application = self.application_mut(id)?;
        application.versions = version;
        application.configuration = Arc::new(configuration);
        self.begin(id, before, change, now)
    }

    /// Deletes an application.
    pub fn delete_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.idle(id)?;
        let (before, work) = (application.snapshot(), all_away(application));
        self.begin(id, before, plain(Kind::Delete, work, Outcome::Deleted), now)
    }

    /// An application that has been deployed, isn't stopped, and isn't being changed.
    fn in_use(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.deployed(id)?;
        if application.stopped { Err(WRONG_STATUS) } else { Ok(application) }
    }
}

/// Each instance is replaced by a new one.
fn replacement(kind: Kind, application: &Application, given: Minimum) -> Change {
    let work = Work { add: count(application.replicas), retire: application.living(), lasts: 0 };
    let mut change = plain(kind, work, Outcome::Unchanged);
    if let Some(minimum) = minimum(given.ratio, given.number, application.replicas) {
        change.strategy = Strategy::keeping(minimum, application.replicas, 0);
    }
    change
}

fn all_away(application: &Application) -> Work {
    Work { retire: application.living(), ..Work::default() }
}

fn plain(kind: Kind, work: Work, outcome: Outcome) -> Change {
    Change { kind, description: kind.words().to_owned(), strategy: Strategy::WHOLE, work, outcome }
}

fn count(replicas: i64) -> usize {
    usize::try_from(replicas).unwrap_or_default()
}
