//! Invariants that hold after any sequence of commands.

use super::commands::{below, command};
use super::{START, running, state, version};
use crate::domain::change_order::Status;
use crate::domain::id::Ids;
use crate::domain::ingress::Backend;
use crate::domain::k8s::service::ClusterService;
use crate::domain::plan::Strategy;
use crate::domain::reference::Target;
use crate::domain::rollout_bounds::MinReady;
use crate::domain::swimming_lane::Lane;
use crate::domain::{Application, ChangeOrder, InstanceFailure, State};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn no_order_of_commands_and_time_breaks_an_invariant() {
    for seed in 0..30 {
        let mut dice = Ids::new(seed);
        let mut state = state();
        let (mut accepted, mut refused, mut failed) = (0, 0, 0);
        for _ in 0..300 {
            state.failure = [None, None, Some(InstanceFailure::ImagePull), Some(InstanceFailure::NeverReady)]
                [below(&mut dice, 4)];
            match command(&mut state, &mut dice) {
                Ok(()) => accepted += 1,
                Err(_) => refused += 1,
            }
            state.failure = None;
            failed += usize::from(state.orders.values().any(ChangeOrder::has_failed));
            check(&state, seed);
            let time = [0, 0, 7, 40, 90, 300, 2_500][below(&mut dice, 7)];
            state.advance(state.now + time);
            check(&state, seed);
        }
        assert!(
            accepted > 40 && refused > 5 && failed > 5,
            "seed {seed}: {accepted} accepted, {refused} refused, {failed} times something had failed"
        );
        // Change orders that wait for a confirmation do so forever; all others end.
        let waiting: Vec<_> =
            state.orders.values().filter(|order| order.is_active()).map(|order| order.id.clone()).collect();
        for id in waiting {
            let _ = state.abort(&id, state.now);
        }
        state.advance(state.now + 1_000_000);
        check(&state, seed);
        assert!(state.agenda.is_empty(), "seed {seed}");
        assert!(state.job_runs.values().all(|run| !run.is_active()), "seed {seed}: every run ends");
        assert!(state.applications.values().all(|application| application.active.is_none()), "seed {seed}");
    }
}

#[test]
fn a_rollout_never_goes_below_its_minimum() {
    for seed in 0..200 {
        let mut dice = Ids::new(seed);
        let replicas = below(&mut dice, 6) + 1;
        let (mut state, id) = running(i64::try_from(replicas).unwrap());
        let number = below(&mut dice, replicas + 3);
        let minimum = MinReady { number: Some(i64::try_from(number).unwrap()), ratio: None };
        let after = below(&mut dice, 6) + 1;
        state.failure = (below(&mut dice, 4) == 0).then_some(InstanceFailure::NeverReady);
        let target = match below(&mut dice, 3) {
            0 => {
                let strategy = Strategy { batches: below(&mut dice, 4) + 1, ..Strategy::WHOLE };
                let mut deployment = version("demo/nginx:2", (below(&mut dice, 2) == 0).then_some(strategy));
                deployment.replicas = Some(i64::try_from(after).unwrap());
                deployment.settings.insert("MinReadyInstances".to_owned(), number.to_string());
                state.deploy_application(&id, deployment, state.now).unwrap();
                after
            }
            1 => {
                state.restart_application(&id, minimum, state.now).unwrap();
                replicas
            }
            _ => {
                state.rescale_application(&id, i64::try_from(after).unwrap(), minimum, state.now).unwrap();
                after
            }
        };
        let least = number.min(replicas).min(target);
        for _ in 0..2_000 {
            if state.application(&id).unwrap().active.is_none() {
                break;
            }
            state.advance(state.now + 7);
            let running = state.application(&id).unwrap().running();
            assert!(running >= least, "seed {seed}: {running} of at least {least}");
        }
        assert!(state.application(&id).unwrap().active.is_none(), "seed {seed}: it comes to its end");
    }
}

#[test]
fn time_in_many_steps_is_time_in_one() {
    for seed in 0..30 {
        let play = |step: i64| {
            let (mut dice, mut state) = (Ids::new(seed), state());
            for _ in 0..60 {
                state.failure = [None, None, Some(InstanceFailure::NeverReady)][below(&mut dice, 3)];
                let _ = command(&mut state, &mut dice);
                let end = state.now + [0, 40, 300, 2_500][below(&mut dice, 4)];
                while state.now < end {
                    state.advance((state.now + step).min(end));
                }
            }
            format!("{state:?}")
        };
        assert_eq!(play(3), play(1_000_000), "seed {seed}");
    }
}

/// The invariants of web applications.
fn check_web_applications(state: &State, seed: u64) {
    let mut names = BTreeSet::new();
    for application in state.web_applications.values() {
        assert!(state.namespace(&application.namespace).is_ok(), "seed {seed}: its namespace is there");
        assert!(names.insert((&application.namespace, &application.name)), "seed {seed}: names are unique");
        let weights = &application.traffic.weights;
        assert!((weights.values().sum::<f64>() - 1.0).abs() < 0.02, "seed {seed}: {weights:?}");
        let known = |number: &u64| application.revisions.contains_key(number);
        assert!(weights.keys().all(known), "seed {seed}: what gets requests is there");
    }
}

/// The invariants of lane groups and lanes.
fn check_lanes(state: &State, seed: u64) {
    for group in state.lane_groups.values() {
        let mut members = group.applications.iter().map(String::as_str).chain(group.entry_application());
        assert!(members.all(|id| state.applications.contains_key(id)), "seed {seed}");
        let tags: BTreeSet<_> = state.lanes_of(group.id).map(|lane| &lane.tag).collect();
        assert_eq!(tags.len(), state.lanes_of(group.id).count(), "seed {seed}: tags are unique");
    }
    let owned = |lane: &Lane| state.lane_groups.contains_key(&lane.group);
    assert!(state.lanes.values().all(owned), "seed {seed}: a lane has a group");
}

/// The invariants of jobs and their runs.
fn check_jobs(state: &State, seed: u64) {
    let due: BTreeSet<_> = state.jobs.values().filter_map(|job| Some((job.due?, job.id.clone()))).collect();
    assert_eq!(due, state.job_agenda, "seed {seed}: the agenda is what is due");
    assert_eq!(state.job_names.len(), state.jobs.len(), "seed {seed}: names are unique");
    let indexed: BTreeSet<_> = state.runs.values().flat_map(BTreeMap::values).collect();
    assert_eq!(indexed, state.job_runs.keys().collect(), "seed {seed}: the index has the runs");
    for job in state.jobs.values() {
        let active: Vec<_> =
            state.runs_of(&job.id).filter(|run| run.is_active()).map(|run| &run.id).collect();
        assert!(active.into_iter().rev().eq(&job.active), "seed {seed}: a job names its active runs");
        assert!(job.due.is_none_or(|due| due > state.now), "seed {seed}: what was due has been done");
    }
    for run in state.job_runs.values() {
        assert!(state.jobs.contains_key(&run.job), "seed {seed}: a run has a job");
        assert_eq!(run.ended.is_none(), run.is_active(), "seed {seed}");
        assert_eq!(run.state() == "2", !run.message.is_empty(), "seed {seed}: a failure has a reason");
    }
}

fn check(state: &State, seed: u64) {
    check_jobs(state, seed);
    check_web_applications(state, seed);
    check_lanes(state, seed);
    let mut active = 0;
    for application in state.applications.values() {
        check_application(state, application, seed);
        active += usize::from(application.active.is_some());
    }
    let running = state.orders.values().filter(|order| order.is_active());
    assert_eq!(running.clone().count(), active, "seed {seed}: an active order belongs to one application");
    assert!(running.clone().all(|order| order.finished.is_none()));
    let due: BTreeSet<_> = (state.applications.values())
        .filter_map(|application| Some((application.due?, application.id.clone())))
        .collect();
    assert_eq!(due, state.agenda, "seed {seed}: the agenda is what is due");
    assert_eq!(state.names.len(), state.applications.len());
    let bound = state.applications.values().flat_map(|application| &application.load_balancers.network);
    let listeners: Vec<_> = bound.flat_map(|(_, nlb)| &nlb.listeners).collect();
    let distinct: BTreeSet<_> = listeners.iter().map(|open| (open.port, &open.protocol)).collect();
    assert_eq!(listeners.len(), distinct.len(), "seed {seed}: a port of an NLB instance has one listener");
    for service in state.cluster_services.values() {
        let owner = state.applications.get(&service.application);
        let id = owner.map(|owner| ClusterService::key(&owner.namespace, &service.name));
        assert_eq!(id.as_ref(), Some(&service.id), "seed {seed}: a service belongs to an application");
    }
    let mut ports = BTreeSet::new();
    for ingress in state.ingresses.values() {
        assert!(ports.insert((&ingress.slb, ingress.routes.port)), "seed {seed}: a port has one listener");
        let led = |backend: &Backend| state.applications.contains_key(&backend.application);
        assert!(ingress.backends().all(led), "seed {seed}: rules lead to applications");
    }
    for target in state.relations("cn-beijing").keys() {
        let found = match target {
            Target::ConfigMap(id) => state.config_maps.contains_key(id),
            Target::Secret(id) => state.secrets.contains_key(id),
        };
        assert!(found, "seed {seed}: what an application uses is there");
    }
    for order in state.orders.values() {
        assert!(order.pipelines.iter().all(|pipeline| state.pipelines.get(&pipeline.id) == Some(&order.id)));
        check_order(state, order, seed);
    }
}

fn check_order(state: &State, order: &ChangeOrder, seed: u64) {
    let statuses: Vec<Status> = order.pipelines.iter().map(|pipeline| pipeline.status).collect();
    let latest = state
        .applications
        .get(&order.application)
        .is_some_and(|application| application.orders.last() == Some(&order.id));
    let restorable = order.is_active() || (order.has_failed() && latest);
    assert_eq!(
        order.before.is_some(),
        restorable,
        "seed {seed}: what there was before is kept while it is needed"
    );
    assert_eq!(order.finished.is_some(), !order.is_active());
    match order.status {
        Status::Succeeded => {
            assert!(statuses.iter().all(|status| *status == Status::Succeeded));
            assert!(order.pipelines.iter().all(|pipeline| pipeline.retire.is_empty() && pipeline.add == 0));
        }
        Status::Failed => {
            assert!(order.failure.is_some(), "seed {seed}: nothing fails by itself");
            for (at, status) in statuses.into_iter().enumerate() {
                let expected = match at.cmp(&order.current) {
                    Ordering::Less => Status::Succeeded,
                    Ordering::Equal => Status::Failed,
                    Ordering::Greater => Status::Aborted,
                };
                assert_eq!(status, expected, "seed {seed}: the batch that failed is the last one");
            }
        }
        _ => {}
    }
}

fn check_application(state: &State, application: &Application, seed: u64) {
    let orders = application.orders.iter().filter_map(|id| state.orders.get(id));
    let active: Vec<_> = orders.clone().filter(|order| order.is_active()).collect();
    assert_eq!(orders.clone().count(), application.orders.len(), "seed {seed}: no order is lost");
    assert!(active.len() <= 1, "seed {seed}: at most one order of an application is active");
    assert_eq!(active.first().map(|order| &order.id), application.active.as_ref(), "seed {seed}");
    let ids: BTreeSet<_> = application.instances.iter().map(|instance| &instance.id).collect();
    assert_eq!(ids.len(), application.instances.len());
    assert!(application.instances.iter().all(|instance| state.instance(&instance.id) == Some(instance)));
    for instance in &application.instances {
        assert!(
            instance.failure.is_none() || !instance.has_run(),
            "seed {seed}: who meets with a mishap never runs"
        );
        let culprit = orders.clone().find(|order| order.started(instance));
        let failing = instance.failing().map(|(_, failure)| failure);
        let in_trouble = culprit.is_some_and(|order| order.is_active() || order.has_failed());
        assert!(
            failing.is_none() || in_trouble,
            "seed {seed}: instances of an order that is done don't fail"
        );
        assert!(failing.is_none() || culprit.is_some_and(|order| order.failure == failing), "seed {seed}");
    }
    let living = application.living().len();
    match active.first() {
        Some(order) => {
            assert!(application.running() >= order.bounds.ready, "seed {seed}: enough instances are ready");
            assert!(living <= order.bounds.all, "seed {seed}: there are not too many instances");
        }
        None => check_rest(application, living, seed),
    }
    assert!(application.created >= START);
}

/// The invariants while nothing is being changed.
fn check_rest(application: &Application, living: usize, seed: u64) {
    assert!(application.instances.iter().all(|instance| !instance.is_starting()), "seed {seed}");
    let runs = application.deployed && !application.stopped;
    if application.failing() == 0 {
        let expected = if runs { application.replicas } else { 0 };
        assert_eq!(i64::try_from(living).unwrap(), expected, "seed {seed}: instances equal replicas at rest");
    } else {
        assert!(runs, "seed {seed}: what fails has been deployed");
    }
}
