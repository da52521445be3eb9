//! Commands on deployed applications: stop, start, restart, scale, resize, describe, delete.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::create::check_description;
use crate::domain::configuration::{Configuration, Settings, check_size, is_tagged};
use crate::domain::plan::{Strategy, Work};
use crate::domain::refusal::WRONG_STATUS;
use crate::domain::rollout_bounds::{MinReady, RolloutBounds};
use crate::domain::state::{Change, QUOTA, check_quota};
use crate::domain::{Application, Millis, Refusal, State};

/// A request to change CPU and memory of the instances.
#[derive(Clone, Debug, Default)]
pub struct Resize {
    /// CPU in millicores.
    pub cpu: i64,
    /// Memory in MB.
    pub memory: i64,
    /// Other settings of the machines, by wire name.
    pub settings: Settings,
    /// Whether the instances are replaced now; if not, the next change does it.
    pub deploy: bool,
}

impl State {
    /// Stops an application: all instances at once.
    pub fn stop_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        let (before, work) = (application.restore_point(), stop_all(application));
        let change = plain(Kind::Stop, work, Outcome::Stopped);
        self.begin(id, before, change, now)
    }

    /// Starts a stopped application: all instances at once.
    pub fn start_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        if !application.stopped {
            return Err(WRONG_STATUS);
        }
        let work = Work { add: count(application.replicas), ..Work::default() };
        let before = application.restore_point();
        self.begin(id, before, plain(Kind::Start, work, Outcome::Deployed), now)
    }

    /// Restarts an application: each instance is replaced by a new one.
    pub fn restart_application(
        &mut self,
        id: &str,
        min_ready: MinReady,
        now: Millis,
    ) -> Result<String, Refusal> {
        min_ready.check()?;
        let application = self.in_use(id)?;
        let before = application.restore_point();
        let change = replacement(Kind::Restart, application, min_ready, &application.configuration);
        self.begin(id, before, change, now)
    }

    /// Changes the number of instances. The newest are stopped first; failing ones are replaced.
    pub fn rescale_application(
        &mut self,
        id: &str,
        replicas: i64,
        min_ready: MinReady,
        now: Millis,
    ) -> Result<String, Refusal> {
        min_ready.check()?;
        let application = self.in_use(id)?;
        // The documents don't list the code of the quota for this operation.
        check_quota(replicas).map_err(|_| match replicas {
            ..1 => Refusal::invalid("Replicas"),
            _ => Refusal::unfit("Replicas", format!("an application has at most {QUOTA} instances")),
        })?;
        let (present, failing) = (application.living(), application.failing());
        let kind = if count(replicas) >= present.len() { Kind::ScaleOut } else { Kind::ScaleIn };
        let (mut retire, mut kept): (Vec<_>, Vec<_>) = {
            let (failing, sound) = present.split_at(failing);
            (failing.to_vec(), sound.to_vec())
        };
        let add = count(replicas).saturating_sub(kept.len());
        let mut surplus = kept.split_off(count(replicas).min(kept.len()));
        surplus.reverse();
        retire.append(&mut surplus);
        let before = application.restore_point();
        let mut change = plain(kind, Work { add, retire, lasts: 0 }, Outcome::Unchanged);
        change.bounds = rollout_bounds(application, min_ready, &application.configuration);
        change.description = format!("instances: {} to {replicas}", application.replicas);
        self.application_mut(id)?.replicas = replicas;
        self.begin(id, before, change, now)
    }

    /// Changes CPU and memory of the instances: each is replaced by a new one.
    pub fn resize_application(
        &mut self,
        id: &str,
        resize: Resize,
        min_ready: MinReady,
        now: Millis,
    ) -> Result<String, Refusal> {
        min_ready.check()?;
        let application = self.in_use(id)?;
        let (cpu, memory) = (resize.cpu, resize.memory);
        check_size(cpu, memory)?;
        let former = &application.configuration;
        let version = application.versions + 1;
        let mut settings = former.settings.clone();
        settings.extend(resize.settings);
        let configuration =
            Configuration { version, created: now, cpu, memory, settings, package: former.package };
        configuration.check_machine()?;
        let before = application.restore_point();
        let mut change = if resize.deploy {
            replacement(Kind::Resize, application, min_ready, &configuration)
        } else {
            plain(Kind::Resize, Work::default(), Outcome::Unchanged)
        };
        change.description = format!("CPU: {cpu} millicores | memory: {memory} MB");
        let application = self.application_mut(id)?;
        application.versions = version;
        application.configuration = Arc::new(configuration);
        self.begin(id, before, change, now)
    }

    /// Changes the description of an application. It is possible while a change order is running.
    pub fn describe_application(&mut self, id: &str, description: String) -> Result<(), Refusal> {
        self.application(id)?;
        check_description(&description)?;
        self.application_mut(id)?.description = description;
        Ok(())
    }

    /// Changes the security group: a new version of the configuration, which instances have from the next change on.
    pub fn change_security_group(&mut self, id: &str, group: &str, now: Millis) -> Result<(), Refusal> {
        if !is_tagged(group, "sg-") {
            return Err(Refusal::unfit("SecurityGroupId", "not the identifier of a security group"));
        }
        let application = self.application(id)?;
        if self.idle(id).is_err() {
            return Err(Refusal::unfit("AppId", "a change order of the application is running"));
        }
        let version = application.versions + 1;
        let mut configuration = Configuration::clone(&application.configuration);
        configuration.settings.insert("SecurityGroupId".to_owned(), group.to_owned());
        (configuration.version, configuration.created) = (version, now);
        let application = self.application_mut(id)?;
        application.versions = version;
        application.configuration = Arc::new(configuration);
        Ok(())
    }

    /// Deletes an application and stops its instances.
    pub fn delete_application(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        let application = self.idle(id)?;
        let (before, work) = (application.restore_point(), stop_all(application));
        self.begin(id, before, plain(Kind::Delete, work, Outcome::Deleted), now)
    }

    /// An application that is deployed, not stopped and has no running change order; refuses any other.
    pub fn in_use(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.deployed(id)?;
        if application.stopped { Err(WRONG_STATUS) } else { Ok(application) }
    }
}

/// A change that replaces each instance by a new one.
fn replacement(
    kind: Kind,
    application: &Application,
    min_ready: MinReady,
    configuration: &Configuration,
) -> Change {
    let replicas = count(application.replicas);
    let work = Work { add: replicas, retire: application.living(), lasts: 0 };
    let mut change = plain(kind, work, Outcome::Unchanged);
    change.bounds = rollout_bounds(application, min_ready, configuration);
    if let Some(ready) = change.bounds.ready {
        change.strategy = Strategy::keeping(ready, replicas);
    }
    change.strategy.wait = configuration.batch_wait();
    change
}

fn rollout_bounds(
    application: &Application,
    min_ready: MinReady,
    configuration: &Configuration,
) -> RolloutBounds {
    configuration.rollout_bounds(min_ready.or(configuration.min_ready()), count(application.replicas))
}

fn stop_all(application: &Application) -> Work {
    Work { retire: application.living(), ..Work::default() }
}

/// A change in one batch, described by its kind.
pub fn plain(kind: Kind, work: Work, outcome: Outcome) -> Change {
    let description = kind.words().to_owned();
    Change { kind, description, strategy: Strategy::WHOLE, bounds: RolloutBounds::default(), work, outcome }
}

fn count(replicas: i64) -> usize {
    usize::try_from(replicas).unwrap_or_default()
}
