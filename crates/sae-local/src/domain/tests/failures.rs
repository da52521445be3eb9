//! How changes fail, what remains of them, and how an application recovers.

use super::{START, code, image, pass, running, size, state, status, version};
use crate::domain::change_order::Kind;
use crate::domain::commands::deploy::Deployment;
use crate::domain::plan::Strategy;
use crate::domain::rollout_bounds::MinReady;
use crate::domain::{InstanceFailure, State};

/// The statuses of an application's instances, sorted.
fn statuses(state: &State, id: &str) -> Vec<&'static str> {
    let instances = &state.application(id).unwrap().instances;
    let mut statuses: Vec<_> = instances.iter().map(|instance| instance.status(state.now)).collect();
    statuses.sort_unstable();
    statuses
}

/// Two running instances and two failing ones of another version, with the change order that started these.
fn failed(failure: InstanceFailure) -> (State, String, String) {
    let (mut state, id) = running(2);
    state.failure = Some(failure);
    let deployment = Deployment {
        replicas: Some(3),
        cpu: Some(2000),
        memory: Some(4096),
        ..version("demo/nginx:2", None)
    };
    let order = state.deploy_application(&id, deployment, state.now).unwrap();
    pass(&mut state, 10_000);
    (state, id, order)
}

#[test]
fn a_batch_fails_after_its_patience() {
    let (mut state, id) = running(1);
    state.failure = Some(InstanceFailure::NeverReady);
    let start = state.now;
    let strategy = Some(Strategy { batches: 2, ..Strategy::WHOLE });
    let deployment = Deployment { replicas: Some(2), ..version("demo/nginx:2", strategy) };
    let order = state.deploy_application(&id, deployment, start).unwrap();
    for (time, expected, instances, failing) in [
        (30, 1, ["Pending", "Running"], 0),
        (109, 1, ["PodInitializing", "Running"], 0),
        (110, 1, ["CrashLoopBackOff", "Running"], 1),
        (609, 1, ["CrashLoopBackOff", "Running"], 1),
        (610, 3, ["CrashLoopBackOff", "Running"], 1),
        (100_000, 3, ["CrashLoopBackOff", "Running"], 1),
    ] {
        state.advance(start + time);
        let told = state.order(&order).unwrap();
        let expected = (expected, instances.to_vec(), failing);
        assert_eq!((told.status.number(), statuses(&state, &id), state.failing(told)), expected, "{time}");
    }
    let order = state.order(&order).unwrap();
    let pipelines: Vec<_> = order.pipelines.iter().map(|pipeline| pipeline.status.number()).collect();
    assert_eq!((order.finished, pipelines), (Some(start + 610), vec![3, 6]));
    assert!(state.agenda.is_empty() && state.failure.is_none());
}

#[test]
fn a_failed_deployment_leaves_what_was_not_replaced() {
    let (state, id, order) = failed(InstanceFailure::ImagePull);
    let left = vec!["ImagePullBackOff", "ImagePullBackOff", "Running", "Running"];
    assert_eq!((status(&state, &order), statuses(&state, &id)), (3, left));
    let application = state.application(&id).unwrap();
    assert_eq!(
        (application.status(), application.replicas, application.active.as_ref()),
        ("RUNNING", 3, None)
    );
    assert_eq!(application.configuration.setting("ImageUrl"), Some("demo/nginx:2"));
    assert!(state.order(&order).unwrap().can_roll_back());
}

#[test]
fn a_failed_change_is_rolled_back_as_long_as_it_is_the_latest() {
    for failure in [InstanceFailure::ImagePull, InstanceFailure::NeverReady] {
        let (mut state, id, order) = failed(failure);
        assert_eq!(code(state.abort(&order, state.now)), "InvalidParameter.WithMessage");
        state.abort_and_roll_back(&order, state.now).unwrap();
        assert!(!state.order(&order).unwrap().can_roll_back());
        assert_eq!(code(state.abort_and_roll_back(&order, state.now)), "Application.ChangerOrderRunning");
        pass(&mut state, 10_000);
        let application = state.application(&id).unwrap();
        let configuration = &application.configuration;
        assert_eq!((application.replicas, configuration.cpu, configuration.version), (2, 1000, 1));
        assert_eq!((status(&state, &order), statuses(&state, &id)), (3, vec!["Running", "Running"]));
        let rollback = state.order(application.orders.last().unwrap()).unwrap();
        assert_eq!((rollback.kind, rollback.status.number()), (Kind::Rollback, 2));
        assert!(application.instances.iter().all(|instance| instance.configuration.version == 1));
        assert_eq!(code(state.abort_and_roll_back(&order, state.now)), "InvalidParameter.WithMessage");
    }
}

#[test]
fn a_change_in_trouble_is_aborted_or_rolled_back_before_it_fails() {
    for roll_back in [false, true] {
        let (mut state, id) = running(2);
        state.failure = Some(InstanceFailure::NeverReady);
        let order = state.deploy_application(&id, version("demo/nginx:2", None), state.now).unwrap();
        pass(&mut state, 300);
        assert_eq!(statuses(&state, &id), ["CrashLoopBackOff", "Running", "Running"]);
        let ended = if roll_back {
            state.abort_and_roll_back(&order, state.now)
        } else {
            state.abort(&order, state.now)
        };
        ended.unwrap();
        pass(&mut state, 10_000);
        assert_eq!((status(&state, &order), statuses(&state, &id)), (6, vec!["Running", "Running"]));
        let application = state.application(&id).unwrap();
        assert_eq!((application.replicas, application.configuration.version), (2, 1));
    }
}

#[test]
fn whatever_comes_next_replaces_or_retires_what_fails() {
    type Next = fn(&mut State, &str) -> String;
    let cases: [(Next, usize, &str); 7] = [
        (|state, id| state.deploy_application(id, version("demo/nginx:3", None), state.now).unwrap(), 3, "3"),
        (|state, id| state.restart_application(id, MinReady::default(), state.now).unwrap(), 3, "2"),
        (|state, id| state.rescale_application(id, 4, MinReady::default(), state.now).unwrap(), 4, "2"),
        (|state, id| state.rescale_application(id, 2, MinReady::default(), state.now).unwrap(), 2, "2"),
        (
            |state, id| {
                state.resize_application(id, size(1000, 2048), MinReady::default(), state.now).unwrap()
            },
            3,
            "2",
        ),
        (|state, id| state.stop_application(id, state.now).unwrap(), 0, "2"),
        (|state, id| state.delete_application(id, state.now).unwrap(), 0, ""),
    ];
    for (at, (next, left, image)) in cases.into_iter().enumerate() {
        let (mut state, id, failed) = failed(InstanceFailure::NeverReady);
        let order = next(&mut state, &id);
        assert!(state.order(&failed).unwrap().before.is_none(), "case {at}");
        pass(&mut state, 10_000);
        assert_eq!(status(&state, &order), 2, "case {at}");
        let Ok(application) = state.application(&id) else { continue };
        assert_eq!(statuses(&state, &id), vec!["Running"; left], "case {at}");
        assert_eq!(
            application.configuration.setting("ImageUrl"),
            Some(format!("demo/nginx:{image}").as_str())
        );
    }
}

#[test]
fn a_first_deployment_that_fails_has_been_one() {
    let mut state = state();
    state.failure = Some(InstanceFailure::ImagePull);
    let (id, order) = state.create_application(image(2), START).unwrap();
    pass(&mut state, 10_000);
    assert_eq!((status(&state, &order), statuses(&state, &id)), (3, vec!["ImagePullBackOff"; 2]));
    assert_eq!(state.application(&id).unwrap().status(), "UNKNOWN");
    let mut other = state.clone();
    state.abort_and_roll_back(&order, state.now).unwrap();
    pass(&mut state, 10_000);
    assert_eq!(
        code(state.restart_application(&id, MinReady::default(), state.now)),
        "Application.NotDeployYet"
    );
    assert!(state.application(&id).unwrap().instances.is_empty());
    other.restart_application(&id, MinReady::default(), other.now).unwrap();
    pass(&mut other, 10_000);
    assert_eq!(statuses(&other, &id), ["Running", "Running"]);
}

#[test]
fn a_start_that_fails_is_rolled_back_to_a_stopped_application() {
    let (mut state, id) = running(2);
    state.stop_application(&id, state.now).unwrap();
    pass(&mut state, 1_000);
    state.failure = Some(InstanceFailure::NeverReady);
    let order = state.start_application(&id, state.now).unwrap();
    pass(&mut state, 10_000);
    assert_eq!(status(&state, &order), 3);
    state.abort_and_roll_back(&order, state.now).unwrap();
    pass(&mut state, 10_000);
    assert_eq!((state.application(&id).unwrap().status(), statuses(&state, &id)), ("STOPPED", vec![]));
}

#[test]
fn a_change_that_starts_nothing_leaves_the_mishap_to_the_next_one() {
    let (mut state, id) = running(2);
    state.failure = Some(InstanceFailure::NeverReady);
    let order = state.stop_application(&id, state.now).unwrap();
    pass(&mut state, 10_000);
    assert_eq!((status(&state, &order), state.failure), (2, Some(InstanceFailure::NeverReady)));
}

#[test]
fn an_instance_that_fails_tells_why() {
    for (failure, said, reasons) in [
        (
            InstanceFailure::ImagePull,
            "failed to pull demo/nginx:2",
            vec!["Scheduled", "Pulling", "Failed", "BackOff"],
        ),
        (
            InstanceFailure::NeverReady,
            "readiness check failed",
            vec!["Scheduled", "Pulling", "Pulled", "Started", "Unhealthy", "BackOff"],
        ),
    ] {
        let (mut state, id, _) = failed(failure);
        let application = state.application(&id).unwrap();
        let instance = application.instances.iter().find(|instance| instance.failing().is_some()).unwrap();
        assert!(instance.log().contains(said), "{}", instance.log());
        let mut events = state.events(application);
        assert!(events.is_sorted_by(|one, two| one.at >= two.at), "newest first");
        assert_eq!(events[0].reason, "ProgressDeadlineExceeded");
        events.retain(|event| event.instance.as_ref() == Some(&instance.id));
        let told: Vec<_> = events.iter().rev().map(|event| event.reason).collect();
        assert_eq!(told, reasons);
        assert!(events.iter().any(|event| event.failure == Some(failure)));
        let (id, since) = (instance.id.clone(), instance.failing().unwrap().0);
        pass(&mut state, 10_000_000);
        let instance = state.instance(&id).unwrap();
        let restarts = [0, 9, 10, 30, 310, 610].map(|second| instance.restarts(since + second * 1000));
        let expected = if failure == InstanceFailure::NeverReady { [0, 0, 1, 2, 5, 6] } else { [0; 6] };
        assert_eq!(restarts, expected);
    }
}
