//! Random commands on a few items of each kind: the same ones for the same dice.

use super::{image, listener, settings, size, version};
use crate::domain::commands::config_maps::NewConfigMap;
use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::ingresses::NewIngress;
use crate::domain::commands::jobs::{Execution, JobUpdate};
use crate::domain::commands::load_balancers::Binding;
use crate::domain::commands::namespaces::NewNamespace;
use crate::domain::commands::secrets::NewSecret;
use crate::domain::commands::swimming_lanes::{LaneChange, LaneGroupChange};
use crate::domain::commands::tags::Untag;
use crate::domain::commands::versions::EarlierVersion;
use crate::domain::commands::web_applications::{NewWebApplication, TrafficChange};
use crate::domain::configuration::Settings;
use crate::domain::grey_tag_route::GreyRules;
use crate::domain::id::Ids;
use crate::domain::ingress::{Backend, Routes};
use crate::domain::k8s::config::{ConfigKind, SecretDetails};
use crate::domain::k8s::ingress::Routing;
use crate::domain::k8s::service::ServicePort;
use crate::domain::key_values::KeyValues;
use crate::domain::nlb::NlbListener;
use crate::domain::plan::Strategy;
use crate::domain::rollout_bounds::MinReady;
use crate::domain::secret::SecretKind;
use crate::domain::swimming_lane::EntryKind;
use crate::domain::web_application::Scaling;
use crate::domain::{Refusal, State};
use std::collections::BTreeMap;

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
            let new = NewWorkload { name: format!("app-{}", below(dice, 6)), deploy, ..image(replicas) };
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
        _ if below(dice, 3) == 0 => web_applications(state, dice),
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

/// Web applications and their revisions.
fn web_applications(state: &mut State, dice: &mut Ids) -> Result<(), Refusal> {
    let now = state.now;
    let namespace = ["cn-beijing", "cn-beijing:n1"][below(dice, 2)].to_owned();
    let ids: Vec<_> = state.web_applications.keys().cloned().collect();
    let id = ids.get(below(dice, ids.len().max(1))).cloned().unwrap_or_default();
    let key = (namespace.as_str(), id.as_str());
    let revision = (below(dice, 3) + 1).to_string();
    match below(dice, 10) {
        0..=2 => {
            let new = NewWebApplication {
                namespace,
                name: format!("web-{}", below(dice, 3)),
                configuration: "{}".to_owned(),
                ..NewWebApplication::default()
            };
            state.create_web_application(new, now).map(drop)
        }
        3 | 4 => {
            let takes_effect = below(dice, 2) == 0;
            state.publish_web_revision(key, (String::new(), "{}".to_owned()), takes_effect, now).map(drop)
        }
        5 => {
            let weights = BTreeMap::from([(revision, 0.5), ("1".to_owned(), 0.5)]);
            state.route_web_traffic(key, TrafficChange { weights, ..TrafficChange::default() }, now)
        }
        6 => state.delete_web_revision(key, &revision, now).map(drop),
        7 => {
            let fewest = i64::try_from(below(dice, 4)).unwrap();
            state.scale_web_application(key, Scaling { fewest, most: 2 }, now)
        }
        8 => state.set_web_application_stopped(key, below(dice, 2) == 0, now),
        _ => state.delete_web_application(key.0, key.1).map(drop),
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
            let new = NewWorkload {
                name: format!("job-{}", below(dice, 3)),
                namespace: ["cn-beijing", "cn-beijing:n1"][below(dice, 2)].to_owned(),
                package: "Image".to_owned(),
                replicas: 2,
                settings,
                ..NewWorkload::default()
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

pub fn below(dice: &mut Ids, limit: usize) -> usize {
    usize::try_from(dice.number() % u64::try_from(limit).unwrap()).unwrap()
}
