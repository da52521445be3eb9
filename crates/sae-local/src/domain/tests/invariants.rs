//! Invariants that hold after any sequence of commands.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{START, image, listener, running, settings, size, state, version};
use crate::domain::change_order::Status;
use crate::domain::commands::config_maps::NewConfigMap;
use crate::domain::commands::create::NewApplication;
use crate::domain::commands::ingresses::NewIngress;
use crate::domain::commands::jobs::{Execution, JobUpdate, NewJob};
use crate::domain::commands::load_balancers::Binding;
use crate::domain::commands::namespaces::NewNamespace;
use crate::domain::commands::secrets::NewSecret;
use crate::domain::commands::swimming_lanes::{LaneChange, LaneGroupChange};
use crate::domain::commands::tags::Untag;
use crate::domain::commands::versions::EarlierVersion;
use crate::domain::configuration::Settings;
use crate::domain::grey_tag_route::GreyRules;
use crate::domain::id::Ids;
use crate::domain::ingress::{Backend, Routes};
use crate::domain::k8s::config::{ConfigKind, SecretDetails};
use crate::domain::k8s::ingress::Routing;
use crate::domain::k8s::service::{ClusterService, ServicePort};
use crate::domain::key_values::KeyValues;
use crate::domain::nlb::NlbListener;
use crate::domain::plan::Strategy;
use crate::domain::reference::Target;
use crate::domain::rollout_bounds::MinReady;
use crate::domain::secret::SecretKind;
use crate::domain::swimming_lane::{EntryKind, Lane};
use crate::domain::{Application, ChangeOrder, InstanceFailure, Refusal, State};

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

/// A random command on one of a few applications.
pub fn command(state: &mut State, dice: &mut Ids) -> Result<(), Refusal> {
    let now = state.now;
    let applications: Vec<String> = state.applications.keys().cloned().collect();
    let orders: Vec<String> = state.applications.values().filter_map(|a| a.orders.last().cloned()).collect();
    let any =
        |dice: &mut Ids, ids: &[String]| ids.get(below(dice, ids.len().max(1))).cloned().unwrap_or_default();
    let (application, order) = (any(dice, &applications), any(dice, &orders));
    let replicas = i64::try_from(below(dice, 5)).unwrap() + 1;
    match below(dice, 21) {
        0 | 1 if applications.len() < 4 => {
            let deploy = [Some(true), Some(true), Some(false), None][below(dice, 4)];
            let new = NewApplication { name: format!("app-{}", below(dice, 6)), deploy, ..image(replicas) };
            state.create_application(new, now).map(drop)
        }
        0..=5 => {
            let strategy = [None, Some(Strategy::WHOLE)][below(dice, 2)].map(|whole| Strategy {
                canary: below(dice, 2),
                batches: below(dice, 3) + 1,
                automatic: below(dice, 2) == 0,
                ..whole
            });
            let mut deployment = version(&format!("demo/nginx:{}", below(dice, 9)), strategy);
            deployment.replicas = (below(dice, 2) == 0).then_some(replicas);
            deployment.start = below(dice, 4) > 0;
            if below(dice, 3) == 0 {
                let number = ["-1", "0", "1", "2", "9"][below(dice, 5)];
                deployment.settings.insert("MinReadyInstances".to_owned(), number.to_owned());
            }
            if below(dice, 4) == 0 {
                let number = ["-1", "0", "2"][below(dice, 3)];
                deployment.settings.insert("MaxSurgeInstances".to_owned(), number.to_owned());
            }
            state.deploy_application(&application, deployment, now).map(drop)
        }
        6 => state.stop_application(&application, now).map(drop),
        7 | 8 => state.start_application(&application, now).map(drop),
        9 => {
            let minimum = MinReady { number: Some(replicas - 2), ratio: None };
            state.restart_application(&application, minimum, now).map(drop)
        }
        10 => {
            let minimum = MinReady { number: None, ratio: (below(dice, 3) == 0).then_some(50) };
            state.rescale_application(&application, replicas, minimum, now).map(drop)
        }
        11 => {
            let size = [size(1000, 2048), size(2000, 4096)][below(dice, 2)].clone();
            state.resize_application(&application, size, MinReady::default(), now).map(drop)
        }
        12 if below(dice, 3) == 0 => state.delete_application(&application, now).map(drop),
        12 | 13 => state.abort(&order, now),
        14 => state.abort_and_roll_back(&order, now),
        15 => {
            let pipeline = state
                .orders
                .get(&order)
                .and_then(|order| order.pipeline())
                .map(|pipeline| pipeline.id.clone());
            state.confirm_batch(&pipeline.unwrap_or_default(), below(dice, 4) > 0, now)
        }
        16 if below(dice, 2) == 0 => {
            let open = |protocol: &str| NlbListener {
                port: 80,
                target: 8080,
                protocol: protocol.to_owned(),
                certificates: None,
            };
            let protocol = ["TCP", "UDP"][below(dice, 2)];
            let unbound = state.unbind_nlb(&application, "nlb-1".to_owned(), 80, protocol.to_owned(), now);
            let bind = |_| state.bind_nlb(&application, Some("nlb-1".to_owned()), vec![open(protocol)], now);
            unbound.or_else(bind).map(drop)
        }
        16 => {
            let side = Binding { ports: vec![listener(80, 8080, "TCP")], ..Binding::default() };
            state.bind_slb(&application, Some(side), None, now).map(drop)
        }
        17 => {
            let key = format!("k{}", below(dice, 3));
            match below(dice, 3) {
                0 => state.untag_applications(&[application], &Untag::Keys(vec![key])),
                _ => state.tag_applications(&[application], &[(key, replicas.to_string())]),
            }
        }
        18 if below(dice, 2) == 0 => {
            let earlier =
                EarlierVersion { id: (below(dice, 4) + 1).to_string(), ..EarlierVersion::default() };
            state.go_back(&application, &earlier, now).map(drop)
        }
        18 => {
            let id = format!("cn-beijing:n{}", below(dice, 3));
            let new = NewNamespace { id: id.clone(), name: "n".to_owned(), ..NewNamespace::default() };
            state.create_namespace(new, now).map(drop).or_else(|_| state.delete_namespace(&id))
        }
        _ if below(dice, 3) == 0 => jobs(state, dice),
        _ if below(dice, 4) == 0 => lanes(state, dice, &application),
        _ if below(dice, 4) == 0 => cluster_objects(state, dice, &application),
        _ => named_items(state, dice, &application),
    }
}

/// ConfigMaps, Secrets, services and Ingresses of clusters.
fn cluster_objects(state: &mut State, dice: &mut Ids, application: &str) -> Result<(), Refusal> {
    let now = state.now;
    let (home, name) = ("cn-beijing:c:default", format!("n{}", below(dice, 3)));
    let data = KeyValues::from([("k".to_owned(), below(dice, 9).to_string())]);
    let secret = (below(dice, 2) == 0).then(SecretDetails::default);
    let port = |port| vec![ServicePort { protocol: "TCP".to_owned(), port, target: 8080 }];
    match below(dice, 9) {
        0 => state.create_cluster_config(home.to_owned(), name, data, secret, now),
        1 => state.update_cluster_config(home, &name, data, secret),
        2 => {
            let kind = [ConfigKind::ConfigMap, ConfigKind::Secret][below(dice, 2)];
            state.delete_cluster_config(kind, home, &name)
        }
        3 | 4 => state.create_service(application, &name, port(80), now).map(drop),
        5 => state.update_service(application, &name, Some(port(81)), now).map(drop),
        6 => state.delete_service(application, &name, now).map(drop),
        7 => {
            let created =
                state.create_cluster_ingress(home.to_owned(), name.clone(), Routing::default(), now);
            created.or_else(|_| state.update_cluster_ingress(home, &name, Routing::default()))
        }
        _ => state.delete_cluster_ingress(home, &name),
    }
}

/// Jobs and their runs.
fn jobs(state: &mut State, dice: &mut Ids) -> Result<(), Refusal> {
    let now = state.now;
    let any = |dice: &mut Ids, ids: Vec<String>| {
        ids.get(below(dice, ids.len().max(1))).cloned().unwrap_or_default()
    };
    let job = any(dice, state.jobs.keys().cloned().collect());
    let run = any(dice, state.job_runs.keys().cloned().collect());
    let policy = ["Allow", "Forbid", "Replace"][below(dice, 3)];
    let trigger = r#"{"type":"time","config":"0 0 * * *","timezone":"UTC"}"#;
    let settings = settings(&[
        ("ImageUrl", "demo/batch:1"),
        ("ConcurrencyPolicy", policy),
        ("TriggerConfig", [trigger, ""][below(dice, 2)]),
        ("BackoffLimit", ["0", "1"][below(dice, 2)]),
        ("Timeout", ["1", ""][below(dice, 2)]),
    ]);
    match below(dice, 10) {
        0 | 1 => {
            let new = NewJob {
                name: format!("job-{}", below(dice, 3)),
                namespace: ["cn-beijing", "cn-beijing:n1"][below(dice, 2)].to_owned(),
                package: "Image".to_owned(),
                replicas: 2,
                settings,
                ..NewJob::default()
            };
            state.create_job(new, now).map(drop)
        }
        2 => state.update_job(&job, JobUpdate { settings, ..JobUpdate::default() }, now).map(drop),
        3 => state.suspend_job(&job, below(dice, 2) == 0, now),
        4 if below(dice, 2) == 0 => state.delete_job(&job),
        4 | 5 => {
            let owner = state.job_runs.get(&run).map(|run| run.job.clone()).unwrap_or_default();
            state.delete_job_run(&owner, &run)
        }
        _ => {
            let long = super::settings(&[("Command", "sleep"), ("CommandArgs", r#"["2"]"#)]);
            let run = Execution {
                at: (below(dice, 3) == 0).then_some(now + 150),
                event: (below(dice, 4) == 0).then(|| "event".to_owned()),
                settings: [Settings::new(), long][below(dice, 2)].clone(),
                ..Execution::default()
            };
            state.execute_job(&job, run, now).map(drop)
        }
    }
}

/// Lane groups and their lanes.
fn lanes(state: &mut State, dice: &mut Ids, application: &str) -> Result<(), Refusal> {
    let group = state.lane_groups.keys().next().copied().unwrap_or_default();
    let lane = state.lanes.keys().next().copied().unwrap_or_default();
    match below(dice, 8) {
        0..=3 => {
            let by_application = below(dice, 2) == 0;
            let change = LaneGroupChange {
                id: (below(dice, 3) == 0).then_some(group),
                name: Some(format!("g{}", below(dice, 3))),
                applications: Some(vec![application.to_owned()]),
                entry_kind: Some(if by_application { EntryKind::Application } else { EntryKind::MseGateway }),
                entry: Some(if by_application { application.to_owned() } else { "gw-1".to_owned() }),
                version: None,
            };
            state.put_lane_group("cn-beijing", change).map(drop)
        }
        4 => state.delete_lane_group("cn-beijing", group),
        5 => state.switch_lane("cn-beijing", group, lane, false),
        _ => {
            let change = LaneChange {
                id: (below(dice, 3) == 0).then_some(lane),
                name: Some("lane".to_owned()),
                tag: Some(format!("t{}", below(dice, 3))),
                application_rule: Some("{}".to_owned()),
                gateway_rule: Some("{}".to_owned()),
                ..LaneChange::default()
            };
            state.put_lane("cn-beijing", group, change).map(drop)
        }
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

/// Config maps, secrets and ingresses, and an application that comes to use them.
fn named_items(state: &mut State, dice: &mut Ids, application: &str) -> Result<(), Refusal> {
    let now = state.now;
    let name = format!("n{}", below(dice, 3));
    let namespace = ["cn-beijing", "cn-beijing:n1"][below(dice, 2)].to_owned();
    let data = KeyValues::from([("k".to_owned(), below(dice, 9).to_string())]);
    let number =
        |dice: &mut Ids, ids: Vec<i64>| ids.get(below(dice, ids.len().max(1))).copied().unwrap_or_default();
    let config_map = number(dice, state.config_maps.keys().copied().collect());
    let secret = number(dice, state.secrets.keys().copied().collect());
    match below(dice, 11) {
        10 => {
            let rules = GreyRules { dubbo: "[{}]".to_owned(), ..GreyRules::default() };
            let route = state.grey_tag_route_of(application).map(|route| route.id).unwrap_or_default();
            match below(dice, 3) {
                0 => state.delete_grey_tag_route(route),
                1 => state.update_grey_tag_route(route, None, rules, now),
                _ => {
                    state.application(application)?;
                    let owner = application.to_owned();
                    state.create_grey_tag_route(owner, name, String::new(), rules, now).map(drop)
                }
            }
        }
        8 => {
            let routes = Routes {
                port: i64::try_from(below(dice, 4)).unwrap(),
                default: Some(Backend { application: application.to_owned(), port: 80 }),
                idle_timeout: 1,
                request_timeout: 1,
                ..Routes::default()
            };
            let ids = state.ingresses.keys().copied().collect();
            let slb = Some("lb-1".to_owned());
            let new = NewIngress { namespace, slb, routes: routes.clone(), ..NewIngress::default() };
            let updated = state.update_ingress(number(dice, ids), None, routes);
            updated.or_else(|_| state.create_ingress(new, now).map(drop))
        }
        9 => {
            let ids = state.ingresses.keys().copied().collect();
            state.delete_ingress(number(dice, ids))
        }
        0 | 1 => state
            .create_config_map(NewConfigMap { namespace, name, data, ..NewConfigMap::default() }, now)
            .map(drop),
        2 => state.update_config_map(config_map, None, data, now),
        3 => state.delete_config_map(config_map),
        4 => {
            state.create_secret(NewSecret { namespace, name, kind: SecretKind::Opaque, data }, now).map(drop)
        }
        5 => state.update_secret(&namespace, secret, data, now),
        6 => state.delete_secret(&namespace, secret),
        _ => {
            let mut deployment = version("demo/nginx:1", None);
            let mount = format!(r#"[{{"configMapId":{config_map},"key":"k","mountPath":"/k"}}]"#);
            deployment.settings.insert("ConfigMapMountDesc".to_owned(), mount);
            if below(dice, 2) == 0 {
                deployment.settings.insert("ImagePullSecrets".to_owned(), secret.to_string());
            }
            state.deploy_application(application, deployment, now).map(drop)
        }
    }
}

fn check(state: &State, seed: u64) {
    check_jobs(state, seed);
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

pub fn below(dice: &mut Ids, limit: usize) -> usize {
    usize::try_from(dice.number() % u64::try_from(limit).unwrap()).unwrap()
}
