//! What happens as time goes by: instances start and stop, batches follow each other, change orders end.

use std::sync::Arc;

use crate::domain::address::Addresses;
use crate::domain::application::Application;
use crate::domain::change_order::{ChangeOrder, Outcome, Pipeline, Status};
use crate::domain::id::Ids;
use crate::domain::instance::{Instance, Phase};
use crate::domain::nlb::Nlb;
use crate::domain::pace::Pace;
use crate::domain::{InstanceFailure, Millis, State};

impl State {
    /// Moves the time of the state forward and does all that falls due up to then, each at its own time. An earlier
    /// time than the state's changes nothing.
    pub fn advance(&mut self, now: Millis) {
        loop {
            let is_of_job = match (self.agenda.first(), self.job_agenda.first()) {
                (Some((application, _)), Some((job, _))) => job < application,
                (application, _) => application.is_none(),
            };
            let agenda = if is_of_job { &mut self.job_agenda } else { &mut self.agenda };
            let Some((at, id)) = agenda.first().filter(|(at, _)| *at <= now).cloned() else { break };
            if is_of_job {
                self.step_job(&id, at);
                continue;
            }
            agenda.pop_first();
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
            let mut moved = update_instances(application, now);
            let active = application.active.clone();
            if let Some(order) = active.and_then(|active| self.orders.get_mut(&active)) {
                let mut stepper =
                    Stepper { ids: &mut self.ids, addresses: &mut self.addresses, pace: &self.pace, now };
                moved |= stepper.step(application, order);
                if !order.is_active() {
                    application.active = None;
                    // The change order needs its outcome no more; after a failure, what was there before may still be
                    // restored.
                    let outcome = std::mem::replace(&mut order.outcome, Outcome::Unchanged);
                    if order.has_failed() {
                        mark_failed(application, &outcome);
                    } else {
                        order.before = None;
                        if matches!(outcome, Outcome::Deleted) {
                            self.remove_application(id);
                            return;
                        }
                        stepper.apply_outcome(application, outcome);
                    }
                }
            }
            if !moved {
                break;
            }
        }
        self.schedule_next(id, now);
    }

    /// Schedules the next time at which something happens to an application. What was due up to now has been done.
    fn schedule_next(&mut self, id: &str, now: Millis) {
        let Some(application) = self.applications.get(id) else { return };
        let instances = application.instances.iter().filter_map(Instance::due).min();
        let order = application.active.as_ref().and_then(|active| self.orders.get(active));
        let order = order.and_then(|order| next_moment(application, order, &self.pace));
        if let Some(due) = instances.into_iter().chain(order).filter(|due| *due > now).min() {
            self.schedule(id, due);
        }
    }
}

/// Moves instances on whose time has come: starting ones run or fail, stopped ones are removed. Returns whether there
/// were any.
fn update_instances(application: &mut Application, now: Millis) -> bool {
    let due = |instance: &Instance| instance.due().is_some_and(|due| due <= now);
    if !application.instances.iter().any(due) {
        return false;
    }
    application.instances.retain(|instance| !(instance.is_stopping() && due(instance)));
    for instance in application.instances.iter_mut().filter(|instance| due(instance)) {
        instance.run(now);
    }
    application.recount(now);
    true
}

/// When a change order moves on, apart from what its instances do.
fn next_moment(application: &Application, order: &ChangeOrder, pace: &Pace) -> Option<Millis> {
    match order.status {
        Status::Preparing => Some(order.created + pace.prepare),
        Status::WaitingForNextBatch => order.resume,
        Status::Running => {
            let pipeline = order.pipeline()?;
            let done =
                pipeline.started.filter(|_| pipeline.lasts > 0).map(|started| started + pipeline.lasts);
            done.into_iter()
                .chain(failing_since(application, pipeline).map(|since| since + pace.patience))
                .min()
        }
        _ => None,
    }
}

/// Since when instances that a batch has started have been failing.
fn failing_since(application: &Application, pipeline: &Pipeline) -> Option<Millis> {
    let started = application.instances.iter().filter(|instance| instance.pipeline == pipeline.id);
    started.filter_map(|instance| instance.failing().map(|(since, _)| since)).min()
}

/// Marks an application as deployed after a failed deployment: what it started and stopped stays so.
const fn mark_failed(application: &mut Application, outcome: &Outcome) {
    if matches!(outcome, Outcome::Deployed | Outcome::Restored(_)) {
        application.deployed = true;
        application.stopped = false;
    }
}

/// Takes change orders on, step by step, at one moment.
struct Stepper<'a> {
    ids: &'a mut Ids,
    addresses: &'a mut Addresses,
    pace: &'a Pace,
    now: Millis,
}

impl Stepper<'_> {
    /// Moves a change order on by one step; returns false if it has to wait.
    fn step(&mut self, application: &mut Application, order: &mut ChangeOrder) -> bool {
        match order.status {
            Status::Preparing => self.now >= order.created + self.pace.prepare && self.start_batch(order),
            Status::WaitingForNextBatch => {
                order.resume.is_none_or(|resume| self.now >= resume) && self.start_batch(order)
            }
            Status::Running => self.work(application, order),
            Status::WaitingForConfirmation | Status::Succeeded | Status::Failed | Status::Aborted => false,
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

    /// Works on the current batch: starts instances, stops those that they replace, and ends the batch when nothing is
    /// left to do. Waits while instances are starting or stopping. Fails the change order if instances have been
    /// failing for longer than the pace's patience.
    fn work(&mut self, application: &mut Application, order: &mut ChangeOrder) -> bool {
        let bounds = order.bounds;
        let Some(pipeline) = order.pipelines.get_mut(order.current) else {
            order.end(Status::Succeeded, self.now);
            return true;
        };
        if application.instances.iter().any(|instance| instance.due().is_some()) {
            return false;
        }
        if let Some(since) = failing_since(application, pipeline) {
            let fails = self.now >= since + self.pace.patience;
            if fails {
                order.end(Status::Failed, self.now);
            }
            return fails;
        }
        let (running, failing) = (application.running(), application.failing());
        let start = pipeline.add.min(bounds.all.saturating_sub(running + failing));
        let stop = stoppable(application, pipeline, running.saturating_sub(bounds.ready));
        if start + stop > 0 {
            self.add(application, pipeline, order.failure, start);
            self.retire(application, pipeline, stop);
            pipeline.updated = Some(self.now);
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

    fn add(
        &mut self,
        application: &mut Application,
        pipeline: &mut Pipeline,
        failure: Option<InstanceFailure>,
        count: usize,
    ) {
        for _ in 0..count {
            let id = self.unused_id(application);
            application.instances.push(Instance::new(
                id,
                pipeline.id.clone(),
                Arc::clone(&application.configuration),
                self.addresses.instance(),
                failure,
                (self.now, self.now + self.pace.start),
            ));
        }
        pipeline.add -= count;
        pipeline.added += count;
    }

    fn retire(&self, application: &mut Application, pipeline: &mut Pipeline, count: usize) {
        let leaving = pipeline.retire.split_off(pipeline.retire.len() - count);
        stop(application, |instance| leaving.contains(&instance.id), self.now, self.pace);
        pipeline.retired += count;
    }

    /// A new identifier for an instance. Five characters are so few that duplicates occur in large applications.
    fn unused_id(&mut self, application: &Application) -> String {
        let prefix = format!("{}-{}-", application.name, application.id);
        loop {
            let id = self.ids.tagged(&prefix, SUFFIX);
            if !application.instances.iter().any(|instance| instance.id == id) {
                return id;
            }
        }
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

    /// Applies the outcome of a change order that has succeeded.
    fn apply_outcome(&self, application: &mut Application, outcome: Outcome) {
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
                application.load_balancers.bind(internet, intranet, self.now);
            }
            Outcome::Unbound { internet, intranet } => {
                application.load_balancers.unbind(internet, intranet);
            }
            Outcome::NlbBound { nlb, created, listeners } => {
                let known = application.load_balancers.network.entry(nlb);
                known.or_insert_with(|| Nlb { created, ..Nlb::default() }).open(listeners);
            }
            Outcome::NlbUnbound { nlb, port, protocol } => {
                let network = &mut application.load_balancers.network;
                if let Some(known) = network.get_mut(&nlb) {
                    known.close(port, &protocol);
                }
                network.retain(|_, known| !known.listeners.is_empty());
            }
        }
    }
}

/// How many instances a batch can stop now, if `spare` running ones may stop. Failing instances are stopped first and
/// don't count as spare ones.
fn stoppable(application: &Application, pipeline: &Pipeline, spare: usize) -> usize {
    let failing = |id: &&String| {
        application.instances.iter().any(|instance| instance.id == **id && instance.failing().is_some())
    };
    let failing = pipeline.retire.iter().rev().take_while(failing).count();
    failing + spare.min(pipeline.retire.len() - failing)
}

/// Stops the instances that a predicate selects, except those that are stopping already.
pub fn stop(application: &mut Application, which: impl Fn(&Instance) -> bool, now: Millis, pace: &Pace) {
    for instance in &mut application.instances {
        if !matches!(instance.phase, Phase::Stopping { .. }) && which(instance) {
            instance.stop(now, now + pace.stop);
        }
    }
}

/// The number of random characters in the identifier of an instance.
const SUFFIX: usize = 5;
