//! How a change is confirmed, aborted or rolled back while it is under way.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome, Status};
use crate::domain::engine::stop;
use crate::domain::instance::Instance;
use crate::domain::plan::{Strategy, Work};
use crate::domain::refusal::BUSY;
use crate::domain::state::Change;
use crate::domain::{Application, ChangeOrder, Millis, Refusal, State};

impl State {
    /// Starts the batch that waits, or ends the change order without it.
    ///
    /// The batch is named by its own pipeline, or by the one before it.
    pub fn confirm_batch(&mut self, pipeline: &str, go_on: bool, now: Millis) -> Result<(), Refusal> {
        let id = self.pipelines.get(pipeline).cloned().ok_or_else(|| Refusal::invalid("PipelineId"))?;
        let order = self.orders.get_mut(&id).ok_or_else(|| Refusal::invalid("PipelineId"))?;
        let near = |at: Option<usize>| {
            at.and_then(|at| order.pipelines.get(at)).is_some_and(|near| near.id == pipeline)
        };
        let named = near(Some(order.current)) || near(order.current.checked_sub(1));
        if order.status != Status::WaitingForConfirmation || !named {
            return Err(Refusal::unfit("PipelineId", "no batch of it waits for a confirmation"));
        }
        if !go_on {
            return self.abort(&id, now);
        }
        order.status = Status::WaitingForNextBatch;
        order.resume = Some(now);
        let application = order.application.clone();
        self.wake(&application, now);
        Ok(())
    }

    /// Ends a change order where it stands. What it has replaced stays; what it was starting is stopped.
    pub fn abort(&mut self, id: &str, now: Millis) -> Result<(), Refusal> {
        let application = self.end(id, now)?;
        let before = self.order(id)?.before.clone();
        let application = self.application_mut(&application)?;
        let living = application.instances.iter().filter(|instance| !instance.is_stopping());
        let version = application.configuration.version;
        let (count, new) = living.fold((0, false), |(count, new), instance| {
            (count + 1, new || instance.configuration.version == version)
        });
        if count > 0 {
            application.replicas = count;
            application.deployed = true;
            application.stopped = false;
        } else if application.deployed {
            application.stopped = true;
            application.replicas = before.replicas;
        }
        if !new && before.deployed {
            application.configuration = Arc::clone(&before.configuration);
        }
        Ok(())
    }

    /// Ends a change order and restores, by another one, what there was before.
    pub fn abort_and_roll_back(&mut self, id: &str, now: Millis) -> Result<(), Refusal> {
        let order = self.order(id)?;
        if order.kind == Kind::Rollback {
            return Err(Refusal::unfit("ChangeOrderId", "a rollback can't be rolled back"));
        }
        let id_of_application = self.end(id, now)?;
        let before = self.order(id)?.before.clone();
        let application = self.application_mut(&id_of_application)?;
        let now_before = application.snapshot();
        application.configuration = Arc::clone(&before.configuration);
        application.replicas = before.replicas;
        let change = Change {
            kind: Kind::Rollback,
            description: format!("rollback of {id}"),
            strategy: Strategy::WHOLE,
            work: restoration(application, before.ran()),
            outcome: Outcome::Restored(before),
        };
        self.begin(&id_of_application, now_before, change, now)?;
        Ok(())
    }

    /// Ends a change order as aborted and stops what it was starting; gives the application.
    fn end(&mut self, id: &str, now: Millis) -> Result<String, Refusal> {
        self.check_abortable(self.order(id)?)?;
        let Self { orders, applications, pace, .. } = self;
        let order = orders.get_mut(id).ok_or(BUSY)?;
        order.end(Status::Aborted, now);
        let application = order.application.clone();
        if let Some(application) = applications.get_mut(&application) {
            application.active = None;
            stop(application, Instance::is_starting, now, pace);
            application.reckon(now);
        }
        self.wake(&application, now);
        Ok(application)
    }

    fn check_abortable(&self, order: &ChangeOrder) -> Result<(), Refusal> {
        if order.kind == Kind::Delete && order.is_active() {
            return Err(Refusal::unfit("ChangeOrderId", "a deletion can't be aborted"));
        }
        if order.is_active() {
            return Ok(());
        }
        let application = self.applications.get(&order.application);
        if application.is_some_and(|application| application.active.is_some()) {
            return Err(BUSY);
        }
        Err(Refusal::unfit("ChangeOrderId", "the change order has ended"))
    }
}

/// What it takes to have the instances that the configuration and the number of the application ask for.
fn restoration(application: &Application, runs: bool) -> Work {
    let wanted = if runs { usize::try_from(application.replicas).unwrap_or_default() } else { 0 };
    let version = application.configuration.version;
    let living = application.instances.iter().filter(|instance| !instance.is_stopping());
    let (mut kept, mut retire) = (0, Vec::new());
    for instance in living {
        if instance.configuration.version == version && kept < wanted {
            kept += 1;
        } else {
            retire.push(instance.id.clone());
        }
    }
    Work { add: wanted - kept, retire, lasts: 0 }
}
