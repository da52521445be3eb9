//! Confirming, aborting and rolling back change orders.

use std::sync::Arc;

use crate::domain::application::RestorePoint;
use crate::domain::change_order::{Kind, Outcome, Status};
use crate::domain::engine::stop;
use crate::domain::instance::Instance;
use crate::domain::plan::{Strategy, Work};
use crate::domain::refusal::{BUSY, NO_CHANGE_ORDER};
use crate::domain::state::Change;
use crate::domain::{Application, ChangeOrder, Millis, Refusal, State};

impl State {
    /// Starts the waiting batch, or aborts the change order.
    ///
    /// `pipeline` is the waiting batch or the one before it.
    pub fn confirm_batch(&mut self, pipeline: &str, go_on: bool, now: Millis) -> Result<(), Refusal> {
        let id = self.pipelines.get(pipeline).cloned().ok_or_else(|| Refusal::invalid("PipelineId"))?;
        let order = self.order_mut(&id).map_err(|_| Refusal::invalid("PipelineId"))?;
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
        self.schedule(&application, now);
        Ok(())
    }

    /// Aborts a change order. Instances that it has replaced stay so; those that it was starting are stopped.
    pub fn abort(&mut self, id: &str, now: Millis) -> Result<(), Refusal> {
        let order = self.order(id)?;
        if !order.is_active() {
            return Err(self.ended(order));
        }
        let (application, before) = self.end(id, now)?;
        let application = self.application_mut(&application)?;
        let version = application.configuration.version;
        let living = application.instances.iter().filter(|instance| !instance.is_stopping());
        let (count, new) = living.fold((0, false), |(count, new), instance| {
            (count + 1, new || instance.configuration.version == version)
        });
        if count > 0 {
            // Instances that have been failing since an earlier change order don't say how many there should be.
            application.replicas = if application.failing() > 0 { before.replicas } else { count };
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

    /// Rolls a change order back: aborts it if it is running; then a new change order restores what was there before.
    /// The last change order can be rolled back after it failed, too.
    pub fn abort_and_roll_back(&mut self, id: &str, now: Millis) -> Result<(), Refusal> {
        let order = self.order(id)?;
        if order.kind == Kind::Rollback {
            return Err(Refusal::unfit("ChangeOrderId", "a rollback can't be rolled back"));
        }
        let (id_of_application, before) = if order.is_active() {
            self.end(id, now)?
        } else {
            let before = order.before.clone().ok_or_else(|| self.ended(order))?;
            (order.application.clone(), before)
        };
        let application = self.application_mut(&id_of_application)?;
        let now_before = application.restore_point();
        application.configuration = Arc::clone(&before.configuration);
        application.replicas = before.replicas;
        let work = restoration(application, before.was_running());
        let configuration = &application.configuration;
        let bounds = configuration.rollout_bounds(configuration.min_ready(), application.living().len());
        let change = Change {
            kind: Kind::Rollback,
            description: format!("rollback of {id}"),
            strategy: Strategy::WHOLE,
            bounds,
            work,
            outcome: Outcome::Restored(before),
        };
        self.begin(&id_of_application, now_before, change, now)?;
        Ok(())
    }

    /// Ends a change order as aborted and stops the instances that it was starting. Returns the application and what a
    /// rollback restores.
    fn end(&mut self, id: &str, now: Millis) -> Result<(String, RestorePoint), Refusal> {
        if self.order(id)?.kind == Kind::Delete {
            return Err(Refusal::unfit("ChangeOrderId", "a deletion can't be aborted"));
        }
        let Self { orders, applications, pace, .. } = self;
        let order = orders.get_mut(id).ok_or(NO_CHANGE_ORDER)?;
        let application = applications.get_mut(&order.application).ok_or(NO_CHANGE_ORDER)?;
        order.end(Status::Aborted, now);
        order.outcome = Outcome::Unchanged;
        application.active = None;
        let idle = |instance: &Instance| {
            instance.is_starting() || (instance.failing().is_some() && order.started(instance))
        };
        stop(application, idle, now, pace);
        application.recount(now);
        let before = order.before.take().unwrap_or_else(|| application.restore_point());
        let application = application.id.clone();
        self.schedule(&application, now);
        Ok((application, before))
    }

    /// Why a change order that has ended can't be aborted.
    fn ended(&self, order: &ChangeOrder) -> Refusal {
        let application = self.applications.get(&order.application);
        if application.is_some_and(|application| application.active.is_some()) {
            return BUSY;
        }
        Refusal::unfit("ChangeOrderId", "the change order has ended")
    }
}

/// The work that gives an application the instances that its configuration and its number of instances ask for.
fn restoration(application: &Application, runs: bool) -> Work {
    let wanted = if runs { usize::try_from(application.replicas).unwrap_or_default() } else { 0 };
    let version = application.configuration.version;
    let living = application.living();
    let living =
        living.iter().filter_map(|id| application.instances.iter().find(|instance| instance.id == *id));
    let (mut kept, mut retire) = (0, Vec::new());
    for instance in living {
        if instance.is_running() && instance.configuration.version == version && kept < wanted {
            kept += 1;
        } else {
            retire.push(instance.id.clone());
        }
    }
    Work { add: wanted - kept, retire, lasts: 0 }
}
