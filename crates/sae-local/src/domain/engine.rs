//! What happens by itself as time goes by: instances start and stop, batches follow each other, change orders end.

use std::sync::Arc;

use crate::domain::address::Addresses;
use crate::domain::application::Application;
use crate::domain::change_order::{ChangeOrder, Outcome, Pipeline, Status};
use crate::domain::id::Ids;
use crate::domain::instance::{Instance, Phase};
use crate::domain::pace::Pace;
use crate::domain::{Millis, State};

impl State {
    /// Lets time go by: does all that falls due up to this moment, each thing at its own time. Time never goes back.
    pub fn advance(&mut self, now: Millis) {
        while let Some((at, id)) = self.agenda.first().cloned() {
            if at > now {
                break;
            }
            self.agenda.remove(&(at, id.clone()));
            if let Some(application) = self.applications.get_mut(&id) {
                application.due = None;
            }
            self.step(&id, at);
        }
        self.now = self.now.max(now);
    }

    /// Does what is due on one application, until nothing more is.
    fn step(&mut self, id: &str, now: Millis) {
        while let Some(application) = self.applications.get_mut(id) {
            let mut moved = settle(application, now);
            let active = application.active.clone();
            if let Some(order) = active.and_then(|active| self.orders.get_mut(&active)) {
                let mut workshop =
                    Workshop { ids: &mut self.ids, addresses: &mut self.addresses, pace: &self.pace, now };
                moved |= workshop.drive(application, order);
                if order.status == Status::Succeeded {
                    application.active = None;
                    if matches!(order.outcome, Outcome::Deleted) {
                        self.names.remove(&(application.namespace.clone(), application.name.clone()));
                        self.applications.remove(id);
                        return;
                    }
                    workshop.conclude(application, &order.outcome);
                }
            }
            if !moved {
                break;
            }
        }
        self.plan_ahead(id, now);
    }

    /// Notes when the next thing happens to an application; what was due up to now has been done.
    fn plan_ahead(&mut self, id: &str, now: Millis) {
        let Some(application) = self.applications.get(id) else { return };
        let instances = application.instances.iter().filter_map(Instance::due).min();
        let order = application.active.as_ref().and_then(|active| self.orders.get(active));
        let order = order.and_then(|order| next_moment(order, &self.pace));
        if let Some(due) = instances.into_iter().chain(order).filter(|due| *due > now).min() {
            self.wake(id, due);
        }
    }
}

/// Instances that have started run; those that have stopped are gone.
fn settle(application: &mut Application, now: Millis) -> bool {
    let due = |instance: &Instance| instance.due().is_some_and(|due| due <= now);
    if !application.instances.iter().any(due) {
        return false;
    }
    application.instances.retain(|instance| !(instance.is_stopping() && due(instance)));
    for instance in application.instances.iter_mut().filter(|instance| due(instance)) {
        instance.run(now);
    }
    application.reckon(now);
    true
}

/// When a change order moves on, apart from what its instances do.
fn next_moment(order: &ChangeOrder, pace: &Pace) -> Option<Millis> {
    match order.status {
        Status::Preparing => Some(order.created + pace.prepare),
        Status::WaitingForNextBatch => order.resume,
        Status::Running => {
            let pipeline = order.pipeline()?;
            pipeline.started.filter(|_| pipeline.lasts > 0).map(|started| started + pipeline.lasts)
        }
        _ => None,
    }
}

/// What a change order needs to do its work at one moment.
struct Workshop<'a> {
    ids: &'a mut Ids,
    addresses: &'a mut Addresses,
    pace: &'a Pace,
    now: Millis,
}

impl Workshop<'_> {
    /// Moves a change order on by one step; false if it has to wait.
    fn drive(&mut self, application: &mut Application, order: &mut ChangeOrder) -> bool {
        match order.status {
            Status::Preparing => self.now >= order.created + self.pace.prepare && self.start_batch(order),
            Status::WaitingForNextBatch => {
                order.resume.is_none_or(|resume| self.now >= resume) && self.start_batch(order)
            }
            Status::Running => self.work(application, order),
            Status::WaitingForConfirmation | Status::Succeeded | Status::Aborted => false,
        }
    }

    fn start_batch(&self, order: &mut ChangeOrder) -> bool {
        order.status = Status::Running;
        order.resume = None;
        if let Some(pipeline) = order.pipelines.get_mut(order.current) {
            pipeline.status = Status::Running;
            pipeline.started = Some(self.now);
            pipeline.updated = Some(self.now);
        }
        true
    }

    /// Works on the batch: starts instances, stops those that they replace, and ends it when there is nothing left to
    /// do.
    fn work(&mut self, application: &mut Application, order: &mut ChangeOrder) -> bool {
        let Some(pipeline) = order.pipelines.get_mut(order.current) else {
            order.end(Status::Succeeded, self.now);
            return true;
        };
        if application.instances.iter().any(|instance| !instance.is_running()) {
            return false;
        }
        if pipeline.add > 0 && (pipeline.retire.is_empty() || pipeline.added <= pipeline.retired) {
            self.add(application, pipeline);
            return true;
        }
        if !pipeline.retire.is_empty() {
            self.retire(application, pipeline);
            return true;
        }
        if pipeline.started.is_some_and(|started| self.now < started + pipeline.lasts) {
            return false;
        }
        pipeline.status = Status::Succeeded;
        pipeline.updated = Some(self.now);
        self.next_batch(order);
        true
    }

    /// Starts new instances: one before each that it replaces, or all that only come on top.
    fn add(&mut self, application: &mut Application, pipeline: &mut Pipeline) {
        let count = if pipeline.retire.is_empty() { pipeline.add } else { 1 };
        for _ in 0..count {
            let id = self.unused_id(application);
            application.instances.push(Instance::new(
                id,
                pipeline.id.clone(),
                Arc::clone(&application.configuration),
                self.addresses.instance(),
                (self.now, self.now + self.pace.start),
            ));
        }
        pipeline.add -= count;
        pipeline.added += count;
        pipeline.updated = Some(self.now);
    }

    /// An identifier for an instance. Five characters are so few that some come up twice in a large application.
    fn unused_id(&mut self, application: &Application) -> String {
        let prefix = format!("{}-{}-", application.name, application.id);
        loop {
            let id = self.ids.tagged(&prefix, SUFFIX);
            if !application.instances.iter().any(|instance| instance.id == id) {
                return id;
            }
        }
    }

    /// Stops the instance that was replaced, or all that are only taken away.
    fn retire(&self, application: &mut Application, pipeline: &mut Pipeline) {
        let count =
            if pipeline.add == 0 && pipeline.added <= pipeline.retired { pipeline.retire.len() } else { 1 };
        let leaving = pipeline.retire.split_off(pipeline.retire.len() - count);
        stop(application, |instance| leaving.contains(&instance.id), self.now, self.pace);
        pipeline.retired += count;
        pipeline.updated = Some(self.now);
    }

    fn next_batch(&self, order: &mut ChangeOrder) {
        order.current += 1;
        let Some(next) = order.pipelines.get_mut(order.current) else {
            order.current -= 1;
            order.end(Status::Succeeded, self.now);
            return;
        };
        if order.automatic {
            order.status = Status::WaitingForNextBatch;
            order.resume = Some(self.now + self.pace.batch_wait.unwrap_or(order.wait));
        } else {
            order.status = Status::WaitingForConfirmation;
        }
        next.status = order.status;
        next.updated = Some(self.now);
    }

    /// Makes true what a change order stands for.
    fn conclude(&self, application: &mut Application, outcome: &Outcome) {
        match outcome {
            Outcome::Unchanged | Outcome::Deleted => {}
            Outcome::Deployed => {
                application.deployed = true;
                application.stopped = false;
            }
            Outcome::Stopped => application.stopped = true,
            Outcome::Restored(before) => {
                application.deployed = before.deployed;
                application.stopped = before.stopped;
            }
            Outcome::Bound { internet, intranet } => {
                application.load_balancers.bind(internet.clone(), intranet.clone(), self.now);
            }
            Outcome::Unbound { internet, intranet } => {
                application.load_balancers.unbind(*internet, *intranet);
            }
        }
    }
}

/// Tells some instances to stop.
pub fn stop(application: &mut Application, which: impl Fn(&Instance) -> bool, now: Millis, pace: &Pace) {
    for instance in &mut application.instances {
        if !matches!(instance.phase, Phase::Stopping { .. }) && which(instance) {
            instance.stop(now, now + pace.stop);
        }
    }
}

/// Characters behind the identifier of the application in that of an instance.
const SUFFIX: usize = 5;
