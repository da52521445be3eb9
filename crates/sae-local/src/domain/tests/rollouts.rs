//! Rollouts: batch after batch, confirmed, aborted, rolled back.

use super::{START, code, image, pass, running, settings, size, state, status, version};
use crate::domain::change_order::Kind;
use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::deploy::Deployment;
use crate::domain::commands::lifecycle::Resize;
use crate::domain::plan::Strategy;
use crate::domain::rollout_bounds::MinReady;
use crate::domain::{Millis, State};

/// The instances as `image × count`, ordered by image; starting and stopping ones are marked.
fn runs(state: &State, id: &str) -> Vec<String> {
    let mut runs: Vec<String> = (state.application(id).unwrap().instances.iter())
        .map(|instance| {
            let image = instance.configuration.setting("ImageUrl").unwrap_or_default();
            let mark = if instance.is_starting() {
                "+"
            } else if instance.is_stopping() {
                "-"
            } else {
                ""
            };
            format!("{}{mark}", image.trim_start_matches("demo/nginx:"))
        })
        .collect();
    runs.sort();
    runs
}

fn manual(batches: usize) -> Strategy {
    Strategy { batches, automatic: false, ..Strategy::WHOLE }
}

fn current(state: &State, order: &str) -> String {
    state.order(order).unwrap().pipeline().unwrap().id.clone()
}

#[test]
fn a_new_application_comes_up() {
    let mut state = state();
    let (id, order) = state.create_application(image(2), START).unwrap();
    for (time, expected, instances) in
        [(0, 0, vec![]), (10, 1, vec!["1+", "1+"]), (109, 1, vec!["1+", "1+"]), (110, 2, vec!["1", "1"])]
    {
        state.advance(START + time);
        assert_eq!(
            (status(&state, &order), runs(&state, &id)),
            (expected, instances.iter().map(ToString::to_string).collect()),
            "{time}"
        );
    }
    let order = state.order(&order).unwrap();
    assert_eq!((order.kind, order.finished), (Kind::Create, Some(START + 110)));
    assert_eq!(state.application(&id).unwrap().status(), "RUNNING");
}

#[test]
fn an_application_without_a_package_waits_for_its_deployment() {
    let mut state = state();
    let new = NewWorkload { deploy: None, settings: settings(&[]), ..image(1) };
    let (id, order) = state.create_application(new, START).unwrap();
    pass(&mut state, 100);
    assert_eq!(status(&state, &order), 2);
    assert_eq!(state.application(&id).unwrap().status(), "UNKNOWN");
    assert_eq!(
        code(state.deploy_application(&id, Deployment::default(), state.now)),
        "InvalidParameter.NotEmpty"
    );
}

#[test]
fn a_rollout_replaces_one_instance_after_the_other() {
    let (mut state, id) = running(2);
    let start = state.now;
    let order = state.deploy_application(&id, version("demo/nginx:2", None), start).unwrap();
    for (time, expected) in [
        (10, vec!["1", "1", "2+"]),
        (110, vec!["1", "1-", "2"]),
        (160, vec!["1", "2", "2+"]),
        (260, vec!["1-", "2", "2"]),
        (310, vec!["2", "2"]),
    ] {
        state.advance(start + time);
        assert_eq!(runs(&state, &id), expected, "{time}");
        assert!(state.application(&id).unwrap().running() >= 2, "{time}");
    }
    assert_eq!(status(&state, &order), 2);
}

#[test]
fn batches_follow_each_other_by_themselves() {
    let (mut state, id) = running(3);
    let strategy = Some(Strategy { batches: 3, wait: Some(60_000), ..Strategy::WHOLE });
    let order = state.deploy_application(&id, version("demo/nginx:2", strategy), state.now).unwrap();
    for (done, expected) in [(1, 9), (2, 9), (3, 2)] {
        pass(&mut state, 300);
        assert_eq!(status(&state, &order), expected);
        assert_eq!(runs(&state, &id).iter().filter(|version| *version == "2").count(), done);
        pass(&mut state, 800);
    }
}

#[test]
fn a_batch_by_hand_waits_for_its_confirmation() {
    let (mut state, id) = running(3);
    let canary = Some(Strategy { canary: 1, ..manual(2) });
    let order = state.deploy_application(&id, version("demo/nginx:2", canary), state.now).unwrap();
    let first = current(&state, &order);
    assert_eq!(code(state.confirm_batch(&first, true, state.now)), "InvalidParameter.WithMessage");
    assert_eq!(code(state.confirm_batch("none", true, state.now)), "InvalidParameter.Obviously");
    for (left, named) in [(2, "next"), (1, "former")] {
        pass(&mut state, 1_000_000);
        assert_eq!(status(&state, &order), 8);
        assert_eq!(runs(&state, &id).iter().filter(|version| *version == "1").count(), left);
        let at = state.order(&order).unwrap().current;
        let at = if named == "next" { at } else { at - 1 };
        let pipeline = state.order(&order).unwrap().pipelines[at].id.clone();
        state.confirm_batch(&pipeline, true, state.now).unwrap();
        assert_eq!(code(state.confirm_batch(&pipeline, true, state.now)), "InvalidParameter.WithMessage");
    }
    pass(&mut state, 1_000);
    assert_eq!((status(&state, &order), runs(&state, &id)), (2, vec!["2".to_owned(); 3]));
}

#[test]
fn a_refused_batch_ends_the_change_order() {
    let (mut state, id) = running(2);
    let order = state.deploy_application(&id, version("demo/nginx:2", Some(manual(2))), state.now).unwrap();
    pass(&mut state, 1_000);
    let pipeline = current(&state, &order);
    state.confirm_batch(&pipeline, false, state.now).unwrap();
    pass(&mut state, 1_000);
    assert_eq!((status(&state, &order), runs(&state, &id)), (6, vec!["1".to_owned(), "2".to_owned()]));
    let pipelines: Vec<_> =
        state.order(&order).unwrap().pipelines.iter().map(|p| p.status.number()).collect();
    assert_eq!(pipelines, [2, 6]);
    assert_eq!(state.application(&id).unwrap().configuration.setting("ImageUrl"), Some("demo/nginx:2"));
}

#[test]
fn an_aborted_change_leaves_what_is_done() {
    for (time, left, configured) in
        [(5, ["1", "1"], "demo/nginx:1"), (50, ["1", "1"], "demo/nginx:1"), (170, ["1", "2"], "demo/nginx:2")]
    {
        let (mut state, id) = running(2);
        let order = state.deploy_application(&id, version("demo/nginx:2", None), state.now).unwrap();
        pass(&mut state, time);
        state.abort(&order, state.now).unwrap();
        assert_eq!(code(state.abort(&order, state.now)), "InvalidParameter.WithMessage");
        pass(&mut state, 1_000);
        assert_eq!(
            (status(&state, &order), runs(&state, &id)),
            (6, left.map(str::to_owned).to_vec()),
            "{time}"
        );
        let application = state.application(&id).unwrap();
        assert_eq!(
            (application.replicas, application.configuration.setting("ImageUrl")),
            (2, Some(configured))
        );
        assert_eq!(code(state.restart_application(&id, MinReady::default(), state.now)), "ok");
    }
}

#[test]
fn an_aborted_first_deployment_leaves_nothing_deployed() {
    let mut state = state();
    let (id, order) = state.create_application(image(2), START).unwrap();
    pass(&mut state, 50);
    state.abort(&order, state.now).unwrap();
    pass(&mut state, 1_000);
    let application = state.application(&id).unwrap();
    assert!(!application.deployed && application.instances.is_empty());
    assert_eq!(code(state.stop_application(&id, state.now)), "Application.NotDeployYet");
    assert_eq!(code(state.deploy_application(&id, version("demo/nginx:2", None), state.now)), "ok");
}

#[test]
fn a_rollback_restores_configuration_and_instances() {
    for time in [0, 50, 120, 170, 1_000] {
        let (mut state, id) = running(3);
        let mut deployment = version("demo/nginx:2", Some(manual(2)));
        deployment.replicas = Some(5);
        deployment.cpu = Some(2000);
        deployment.memory = Some(4096);
        let order = state.deploy_application(&id, deployment, state.now).unwrap();
        pass(&mut state, time);
        assert!(state.order(&order).unwrap().can_roll_back());
        state.abort_and_roll_back(&order, state.now).unwrap();
        let rollback = state.application(&id).unwrap().active.clone().unwrap();
        assert_eq!(code(state.abort_and_roll_back(&order, state.now)), "Application.ChangerOrderRunning");
        assert_eq!(code(state.abort_and_roll_back(&rollback, state.now)), "InvalidParameter.WithMessage");
        pass(&mut state, 10_000);
        assert_eq!((status(&state, &order), status(&state, &rollback)), (6, 2), "{time}");
        assert_eq!(runs(&state, &id), ["1", "1", "1"], "{time}");
        let application = state.application(&id).unwrap();
        let configuration = &application.configuration;
        assert_eq!((application.replicas, configuration.cpu, configuration.version), (3, 1000, 1));
    }
}

#[test]
fn a_stop_that_is_rolled_back_runs_again() {
    let (mut state, id) = running(2);
    let order = state.stop_application(&id, state.now).unwrap();
    pass(&mut state, 20);
    state.abort_and_roll_back(&order, state.now).unwrap();
    pass(&mut state, 1_000);
    assert_eq!((runs(&state, &id).len(), state.application(&id).unwrap().status()), (2, "RUNNING"));
}

#[test]
fn a_first_deployment_that_is_rolled_back_leaves_nothing() {
    let mut state = state();
    let (id, order) = state.create_application(image(2), START).unwrap();
    pass(&mut state, 50);
    state.abort_and_roll_back(&order, state.now).unwrap();
    pass(&mut state, 1_000);
    let application = state.application(&id).unwrap();
    assert!(!application.deployed && application.instances.is_empty());
}

#[test]
fn instances_are_scaled_resized_and_deleted() {
    let (mut state, id) = running(2);
    for (replicas, kind) in [(4, Kind::ScaleOut), (1, Kind::ScaleIn)] {
        let order = state.rescale_application(&id, replicas, MinReady::default(), state.now).unwrap();
        pass(&mut state, 1_000);
        assert_eq!((state.order(&order).unwrap().kind, status(&state, &order)), (kind, 2));
        assert_eq!(runs(&state, &id).len(), usize::try_from(replicas).unwrap());
    }
    let order = state.resize_application(&id, size(2000, 4096), MinReady::default(), state.now).unwrap();
    pass(&mut state, 1_000);
    assert_eq!(status(&state, &order), 2);
    assert!(
        state.application(&id).unwrap().instances.iter().all(|instance| instance.configuration.cpu == 2000)
    );
    let order = state.delete_application(&id, state.now).unwrap();
    assert_eq!(code(state.abort(&order, state.now)), "InvalidParameter.WithMessage");
    pass(&mut state, 1_000);
    assert_eq!(status(&state, &order), 2);
    assert_eq!(code(state.stop_application(&id, state.now)), "InvalidApplication.NotFound");
    assert!(state.names.is_empty() && state.agenda.is_empty());
}

#[test]
fn a_minimum_of_instances_makes_batches() {
    let (mut state, id) = running(4);
    for (number, ratio, batches) in
        [(None, None, 1), (Some(3), None, 4), (Some(2), None, 2), (Some(3), Some(50), 2), (Some(-1), None, 2)]
    {
        let order = state.restart_application(&id, MinReady { number, ratio }, state.now).unwrap();
        assert_eq!(state.order(&order).unwrap().pipelines.len(), batches);
        pass(&mut state, 20_000);
        assert_eq!(status(&state, &order), 2);
    }
}

#[test]
fn instances_have_identifiers_of_their_own() {
    // With this seed, the 120th instance would get the five characters of an earlier one.
    let mut state = State::new(724, super::pace(), vec!["cn-beijing"]);
    state.advance(START);
    let (id, _) = state.create_application(image(120), START).unwrap();
    pass(&mut state, 1_000);
    let instances = &state.application(&id).unwrap().instances;
    let ids: std::collections::BTreeSet<_> = instances.iter().map(|instance| &instance.id).collect();
    assert_eq!(ids.len(), 120);
}

#[test]
fn an_instance_tells_its_life() {
    let (mut state, id) = running(1);
    let instance = state.application(&id).unwrap().instances[0].id.clone();
    let log = state.instance(&instance).unwrap().log();
    assert!(log.contains("2019-07-11 15:54:49 pulling demo/nginx:1\n") && log.ends_with("ready\n"), "{log}");
    state.stop_application(&id, state.now).unwrap();
    pass(&mut state, 20);
    assert!(state.instance(&instance).unwrap().log().contains("stopping"));
    pass(&mut state, 1_000);
    assert!(state.instance(&instance).is_none());
}

#[test]
fn an_instance_that_never_ran_uses_nothing() {
    let mut state = state();
    let (id, order) = state.create_application(image(2), START).unwrap();
    pass(&mut state, 50);
    state.abort(&order, state.now).unwrap();
    pass(&mut state, 60_000);
    assert!(state.application(&id).unwrap().usage.of_month(state.now).core_minutes().abs() < 1e-9);
}

#[test]
fn the_use_of_instances_adds_up() {
    let (mut state, id) = running(2);
    let used = |state: &State, at: Millis| state.application(&id).unwrap().usage.of_day(at).core_minutes();
    let before = used(&state, state.now);
    pass(&mut state, 60_000);
    assert!((used(&state, state.now) - before - 2.0).abs() < 1e-9);
    state.stop_application(&id, state.now).unwrap();
    pass(&mut state, 1_000);
    let stopped = used(&state, state.now);
    assert!((used(&state, state.now + 60_000) - stopped).abs() < 1e-9);
}

/// The batches and the pauses between them.
fn batches(state: &State, order: &str) -> (usize, Millis) {
    let order = state.order(order).unwrap();
    (order.pipelines.len(), order.wait)
}

#[test]
fn what_a_deployment_says_of_rollouts_holds_for_later_ones() {
    let (mut state, id) = running(4);
    let mut deployment = version("demo/nginx:2", None);
    deployment.settings.extend(settings(&[("MinReadyInstanceRatio", "75"), ("BatchWaitTime", "30")]));
    let mut orders = vec![state.deploy_application(&id, deployment, state.now).unwrap()];
    pass(&mut state, 20_000);
    orders.push(state.deploy_application(&id, version("demo/nginx:3", None), state.now).unwrap());
    pass(&mut state, 20_000);
    orders.push(state.restart_application(&id, MinReady::default(), state.now).unwrap());
    pass(&mut state, 20_000);
    orders.push(state.resize_application(&id, size(2000, 4096), MinReady::default(), state.now).unwrap());
    pass(&mut state, 20_000);
    for order in &orders {
        assert_eq!((batches(&state, order), status(&state, order)), ((4, 30_000), 2));
    }
    // A value for this change takes precedence over the configuration, and a number over an earlier percentage.
    let once = MinReady { number: Some(2), ratio: None };
    let restart = state.restart_application(&id, once, state.now).unwrap();
    pass(&mut state, 20_000);
    let mut deployment = version("demo/nginx:4", None);
    deployment.settings.extend(settings(&[("MinReadyInstances", "1")]));
    let deploy = state.deploy_application(&id, deployment, state.now).unwrap();
    assert_eq!((batches(&state, &restart).0, batches(&state, &deploy).0), (2, 2));
    pass(&mut state, 20_000);
    let strategy = Some(Strategy { batches: 2, ..Strategy::WHOLE });
    let asked = state.deploy_application(&id, version("demo/nginx:5", strategy), state.now).unwrap();
    assert_eq!(batches(&state, &asked), (2, 30_000));
    pass(&mut state, 20_000);
    let strategy = Some(Strategy { batches: 2, wait: Some(0), ..Strategy::WHOLE });
    let asked = state.deploy_application(&id, version("demo/nginx:6", strategy), state.now).unwrap();
    assert_eq!(batches(&state, &asked), (2, 0));
}

#[test]
fn a_minimum_of_none_interrupts_the_service_and_a_surge_adds_instances() {
    for (given, fewest, most) in [
        (vec![], 4, 5),
        (vec![("MinReadyInstances", "0")], 0, 4),
        (vec![("MinReadyInstances", "3")], 3, 4),
        (vec![("MinReadyInstances", "4")], 4, 5),
        (vec![("MaxSurgeInstances", "2")], 4, 6),
        (vec![("MaxSurgeInstanceRatio", "100")], 4, 8),
        (vec![("MaxSurgeInstances", "-1"), ("MinReadyInstances", "3")], 3, 5),
    ] {
        let (mut state, id) = running(4);
        let mut deployment = version("demo/nginx:2", Some(Strategy::WHOLE));
        deployment.settings.extend(settings(&given));
        let order = state.deploy_application(&id, deployment, state.now).unwrap();
        let (mut least, mut greatest) = (usize::MAX, 0);
        while state.order(&order).unwrap().is_active() {
            pass(&mut state, 10);
            let application = state.application(&id).unwrap();
            least = least.min(application.running());
            greatest = greatest.max(application.living().len());
        }
        assert_eq!((least, greatest), (fewest, most), "{given:?}");
        assert_eq!(runs(&state, &id), ["2"; 4]);
    }
}

#[test]
fn a_size_can_be_kept_for_the_next_restart() {
    let (mut state, id) = running(1);
    let resize = Resize { deploy: false, settings: settings(&[("VSwitchId", "vsw-2")]), ..size(2000, 4096) };
    let order = state.resize_application(&id, resize, MinReady::default(), state.now).unwrap();
    pass(&mut state, 10_000);
    let used = |state: &State| {
        let configuration = &state.application(&id).unwrap().instances[0].configuration;
        (configuration.cpu, configuration.setting("VSwitchId").map(str::to_owned))
    };
    assert_eq!((status(&state, &order), used(&state)), (2, (1000, None)));
    state.restart_application(&id, MinReady::default(), state.now).unwrap();
    pass(&mut state, 10_000);
    assert_eq!(used(&state), (2000, Some("vsw-2".to_owned())));
}
