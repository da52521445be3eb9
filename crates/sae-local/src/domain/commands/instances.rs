//! Commands on chosen instances of an application.

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::lifecycle::plain;
use crate::domain::instance::Instance;
use crate::domain::plan::Work;
use crate::domain::{Application, Millis, Refusal, State};

impl State {
    /// Restarts instances: each is replaced by a new one, which runs before the old one is stopped.
    pub fn restart_instances(&mut self, id: &str, chosen: &[String], now: Millis) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        let retire = living(application, chosen)?;
        let work = Work { add: retire.len(), retire, lasts: 0 };
        let before = application.restore_point();
        self.begin(id, before, plain(Kind::RestartInstances, work, Outcome::Unchanged), now)
    }

    /// Scales an application in by these instances. One instance at least stays.
    pub fn take_instances(&mut self, id: &str, chosen: &[String], now: Millis) -> Result<String, Refusal> {
        let application = self.in_use(id)?;
        let retire = living(application, chosen)?;
        let replicas = application.replicas - i64::try_from(retire.len()).unwrap_or(i64::MAX);
        if replicas < 1 {
            return Err(Refusal::unfit("InstanceIds", "an application keeps one instance at least"));
        }
        let before = application.restore_point();
        let mut change = plain(Kind::TakeInstances, Work { retire, ..Work::default() }, Outcome::Unchanged);
        change.description = format!("instances: {} to {replicas}", application.replicas);
        self.application_mut(id)?.replicas = replicas;
        self.begin(id, before, change, now)
    }
}

/// The chosen instances, each once. Refuses none, and those that the application doesn't have or that are stopping.
fn living(application: &Application, chosen: &[String]) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = Vec::new();
    for id in chosen {
        let instance = application.instances.iter().find(|instance| instance.id == *id);
        if instance.is_none_or(Instance::is_stopping) {
            return Err(Refusal::unfit("InstanceIds", format!("the application has no instance {id}")));
        }
        if !found.contains(id) {
            found.push(id.clone());
        }
    }
    if found.is_empty() { Err(Refusal::missing("InstanceIds")) } else { Ok(found) }
}
