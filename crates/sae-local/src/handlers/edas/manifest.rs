//! The Kubernetes objects of an application: its Deployment and its pods.

use sae_models::edas::{ConfigKind, ConfigMount, EmptyDirMount, HostPathMount, NasMount, PvcMount};
use sae_transport::{Json, Slot};
use serde_json::{Map, Value, json};

use crate::domain::configuration::Configuration;
use crate::domain::instance::Instance;
use crate::domain::k8s::cluster::ClusterNamespace;
use crate::domain::{Application, Millis};

/// The Deployment of an application. Settings that Kubernetes doesn't have become annotations.
pub fn deployment(application: &Application) -> Value {
    let configuration = &*application.configuration;
    let number = |name| configuration.number(name).map(Value::from);
    let others = configuration.settings.iter().filter(|(name, _)| !IN_DEPLOYMENT.contains(&name.as_str()));
    let annotations: Map<String, Value> =
        others.map(|(name, value)| (format!("edas/{name}"), Value::from(value.as_str()))).collect();
    let mut labels = json!({ "edas.appid": application.id });
    merge(&mut labels, object(configuration, "Labels"));
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": application.name,
            "namespace": ClusterNamespace::parse(&application.namespace).namespace,
            "labels": { "edas.appid": application.id },
            "annotations": annotations,
        },
        "spec": filled([
            ("replicas", Some(Value::from(application.wanted()))),
            ("minReadySeconds", number("BatchWaitTime")),
            ("progressDeadlineSeconds", number("BatchTimeout")),
            ("selector", Some(json!({ "matchLabels": { "edas.appid": application.id } }))),
            ("template", Some(json!({
                "metadata": filled([
                    ("labels", Some(labels)),
                    ("annotations", object(configuration, "Annotations")),
                ]),
                "spec": pod_spec(application, configuration),
            }))),
        ]),
        "status": {
            "replicas": application.instances.len(),
            "readyReplicas": application.running(),
        },
    })
}

/// The pod of an instance, with the version that it runs.
pub fn pod(application: &Application, instance: &Instance, now: Millis) -> Value {
    let mut labels = json!({ "edas.appid": application.id });
    merge(&mut labels, object(&instance.configuration, "Labels"));
    let mut spec = pod_spec(application, &instance.configuration);
    merge(&mut spec, Some(json!({ "nodeName": NODE })));
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": filled([
            ("name", Some(Value::from(instance.id.as_str()))),
            ("namespace", Some(Value::from(ClusterNamespace::parse(&application.namespace).namespace))),
            ("labels", Some(labels)),
            ("annotations", object(&instance.configuration, "Annotations")),
        ]),
        "spec": spec,
        "status": { "phase": instance.status(now), "podIP": instance.address.to_string() },
    })
}

/// The labels of the node.
pub fn node_labels() -> Value {
    json!({ "kubernetes.io/hostname": NODE })
}

fn pod_spec(application: &Application, configuration: &Configuration) -> Value {
    let text = |name| configuration.setting(name).map(Value::from);
    let (volumes, mounts): (Vec<Value>, Vec<Value>) = mounts(configuration).into_iter().unzip();
    let spread = |name| configuration.setting(name) == Some("true");
    let (nodes, zones) = (spread("DeployAcrossNodes"), spread("DeployAcrossZones"));
    // The user's own affinity applies only if EDAS spreads nothing.
    let (affinity, tolerations) = if nodes || zones {
        (Some(anti_affinity(application, nodes, zones)), None)
    } else {
        (object(configuration, "CustomAffinity"), object(configuration, "CustomTolerations"))
    };
    let (variables, sources) = variables(configuration);
    let container = filled([
        ("name", Some(Value::from(application.name.as_str()))),
        ("image", text("ImageUrl")),
        ("command", configuration.setting("Command").map(|command| json!([command]))),
        ("args", object(configuration, "CommandArgs")),
        ("env", some_list(variables)),
        ("envFrom", some_list(sources)),
        ("livenessProbe", object(configuration, "Liveness")),
        ("readinessProbe", object(configuration, "Readiness")),
        ("startupProbe", object(configuration, "Startup")),
        ("lifecycle", lifecycle(configuration)),
        ("resources", resources(configuration)),
        ("volumeMounts", some_list(mounts)),
    ]);
    filled([
        ("containers", Some(json!([container]))),
        ("volumes", some_list(volumes)),
        ("affinity", affinity),
        ("tolerations", tolerations),
        ("runtimeClassName", text("RuntimeClassName")),
        ("terminationGracePeriodSeconds", configuration.number("TerminateGracePeriod").map(Value::from)),
        ("imagePullSecrets", text("SecretName").map(|name| json!([{ "name": name }]))),
    ])
}

/// Keeps instances on different nodes or in different zones.
fn anti_affinity(application: &Application, nodes: bool, zones: bool) -> Value {
    let terms = [(nodes, "kubernetes.io/hostname"), (zones, "topology.kubernetes.io/zone")];
    let terms: Vec<Value> = terms
        .into_iter()
        .filter(|(wanted, _)| *wanted)
        .map(|(_, key)| {
            json!({
                "weight": 100,
                "podAffinityTerm": {
                    "topologyKey": key,
                    "labelSelector": { "matchLabels": { "edas.appid": application.id } },
                },
            })
        })
        .collect();
    json!({ "podAntiAffinity": { "preferredDuringSchedulingIgnoredDuringExecution": terms } })
}

/// Environment variables, and whole ConfigMaps and Secrets. `EnvFroms` may hold both kinds: the text of the document
/// shows one, its example the other.
fn variables(configuration: &Configuration) -> (Vec<Value>, Vec<Value>) {
    let items = |name| match object(configuration, name) {
        Some(Value::Array(items)) => items,
        other => other.into_iter().collect(),
    };
    let (single, whole): (Vec<Value>, Vec<Value>) =
        items("EnvFroms").into_iter().partition(|item| item.get("valueFrom").is_some());
    (items("Envs").into_iter().chain(single).collect(), whole)
}

fn lifecycle(configuration: &Configuration) -> Option<Value> {
    let hooks = filled([
        ("postStart", object(configuration, "PostStart")),
        ("preStop", object(configuration, "PreStop")),
    ]);
    hooks.as_object().is_some_and(|hooks| !hooks.is_empty()).then_some(hooks)
}

/// A limit or reservation; none if it is 0.
fn resources(configuration: &Configuration) -> Option<Value> {
    let amounts = |[cpu, memory, storage]: [&str; 3]| {
        let amount = |name: &str, unit: &str| {
            let number = configuration.number(name).filter(|number| *number > 0)?;
            Some(Value::from(format!("{number}{unit}")))
        };
        let all = filled([
            ("cpu", amount(cpu, "m")),
            ("memory", amount(memory, "Mi")),
            ("ephemeral-storage", amount(storage, "Gi")),
        ]);
        all.as_object().is_some_and(|all| !all.is_empty()).then_some(all)
    };
    let all = filled([
        ("limits", amounts(["LimitmCpu", "LimitMem", "LimitEphemeralStorage"])),
        ("requests", amounts(["RequestsmCpu", "RequestsMem", "RequestsEphemeralStorage"])),
    ]);
    all.as_object().is_some_and(|all| !all.is_empty()).then_some(all)
}

/// Volumes with their mount paths.
fn mounts(configuration: &Configuration) -> Vec<(Value, Value)> {
    let mut mounts = Vec::new();
    let mut add = |source: (&str, Value), path: &str, more: [(&str, Option<Value>); 2]| {
        let name = format!("volume-{}", mounts.len() + 1);
        let mut mount = json!({ "name": name, "mountPath": path });
        merge(&mut mount, Some(filled(more)));
        mounts.push((filled([("name", Some(Value::from(name))), (source.0, Some(source.1))]), mount));
    };
    let plain = || [("readOnly", None), ("subPathExpr", None)];
    for mount in list::<HostPathMount>(configuration, "LocalVolume") {
        let kind = mount.r#type.unwrap_or_default();
        add(("hostPath", json!({ "path": mount.node_path, "type": kind })), &mount.mount_path, plain());
    }
    for mount in list::<NasMount>(configuration, "MountDescs") {
        let server = configuration.setting("NasId").unwrap_or_default();
        add(("nfs", json!({ "server": server, "path": mount.nas_path })), &mount.mount_path, plain());
    }
    for mount in list::<ConfigMount>(configuration, "ConfigMountDescs") {
        let source = if mount.r#type == ConfigKind::Secret {
            ("secret", json!({ "secretName": mount.name }))
        } else {
            ("configMap", json!({ "name": mount.name }))
        };
        add(source, &mount.mount_path, plain());
    }
    for claim in list::<PvcMount>(configuration, "PvcMountDescs") {
        for path in claim.mount_paths {
            let source = ("persistentVolumeClaim", json!({ "claimName": claim.pvc_name }));
            let read_only = path.read_only.map(Value::from);
            add(source, &path.mount_path, [("readOnly", read_only), ("subPathExpr", None)]);
        }
    }
    for mount in list::<EmptyDirMount>(configuration, "EmptyDirs") {
        let (read_only, inside) = (mount.read_only.map(Value::from), mount.sub_path_expr.map(Value::from));
        let more = [("readOnly", read_only), ("subPathExpr", inside)];
        add(("emptyDir", json!({})), &mount.mount_path, more);
    }
    mounts
}

/// A setting as JSON.
fn object(configuration: &Configuration, name: &str) -> Option<Value> {
    serde_json::from_str(configuration.setting(name)?).ok()
}

fn list<T: Slot + Default>(configuration: &Configuration, name: &str) -> Vec<T>
where
    Vec<T>: Slot,
{
    configuration.setting(name).map(Json::<Vec<T>>::raw).and_then(Json::into_value).unwrap_or_default()
}

fn some_list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

/// An object of the members that have a value.
fn filled<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Adds the members of one object to another.
fn merge(object: &mut Value, more: Option<Value>) {
    if let (Some(object), Some(Value::Object(more))) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}

/// The only node of a cluster.
pub const NODE: &str = "local-node";

/// Settings that have a field in a Deployment.
const IN_DEPLOYMENT: &[&str] = &[
    "Annotations",
    "BatchTimeout",
    "BatchWaitTime",
    "Command",
    "CommandArgs",
    "ConfigMountDescs",
    "CustomAffinity",
    "CustomTolerations",
    "EmptyDirs",
    "EnvFroms",
    "Envs",
    "ImageUrl",
    "Labels",
    "LimitEphemeralStorage",
    "LimitMem",
    "LimitmCpu",
    "Liveness",
    "LocalVolume",
    "MountDescs",
    "NasId",
    "PostStart",
    "PreStop",
    "PvcMountDescs",
    "Readiness",
    "RequestsEphemeralStorage",
    "RequestsMem",
    "RequestsmCpu",
    "RuntimeClassName",
    "SecretName",
    "Startup",
    "TerminateGracePeriod",
];
