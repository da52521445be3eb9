//! The parameters of a deployment, and where they are returned.

use std::collections::BTreeSet;

use sae_models::edas;
use sae_sign::Scheme;
use serde_json::Value;

use self::Kind::{Image, War};
use self::Place::{Application as A, Deployment as D, Order as O};
use self::Seen::{Json, Sent, SentJson};
use super::{APPS, CREATE, application, call, cluster, deployment, done, insert, instant, order};

#[tokio::test]
async fn every_documented_parameter_of_a_deployment_is_seen_again() {
    let local = instant().await;
    let image = insert(&local, &[]).await.value("AppId");
    let war = [
        ("AppName", "war"),
        ("PackageType", "War"),
        ("PackageUrl", "http://host/a.war"),
        ("PackageVersion", "1"),
        ("JDK", "Open JDK 7"),
        ("WebContainer", "apache-tomcat-8.5.42"),
    ];
    let war_cluster = cluster(&local).await;
    let war: Vec<_> = war.into_iter().chain([("ClusterId", war_cluster.as_str())]).collect();
    let war = done(&local, "POST", CREATE, &war).await.value("AppId");
    let mut seen = BTreeSet::from(["AppId"]);
    for (app, name, sent, at, expected) in PARAMETERS {
        let id = if matches!(app, War) { &war } else { &image };
        let mut query = vec![("AppId", id.as_str()), (*name, *sent)];
        // Parameters that require another one.
        query.extend(match *name {
            "CpuRequest" => Some(("CpuLimit", "2")),
            "McpuRequest" => Some(("McpuLimit", "2000")),
            "MemoryRequest" => Some(("MemoryLimit", "512")),
            "PackageUrl" => Some(("PackageVersion", "2")),
            "NasId" => Some(("MountDescs", r#"[{"nasPath":"/k8s","mountPath":"/mnt"}]"#)),
            _ => None,
        });
        let change = done(&local, "POST", APPS, &query).await.value("ChangeOrderId");
        let answer = match at {
            A(at) => application(&local, id).await.pointer(at).cloned(),
            D(at) => deployment(&local, id).await.pointer(at).cloned(),
            O(at) => order(&local, &change).await.pointer(at).cloned(),
        };
        let expected = match expected {
            Sent => Value::from(*sent),
            SentJson => serde_json::from_str(sent).unwrap(),
            Json(text) => serde_json::from_str(text).unwrap(),
        };
        assert_eq!(answer, Some(expected), "{name}");
        seen.insert(*name);
    }
    let all = edas::OPERATIONS.iter().copied().flatten();
    let description = all.map(|one| one.description).find(|one| one.name == "DeployK8sApplication").unwrap();
    let documented: BTreeSet<_> = description.parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(seen, documented);
}

/// A parameter of a deployment.
enum Kind {
    Image,
    War,
}

/// Where a value is returned: a pointer into the answer of an operation.
enum Place {
    Application(&'static str),
    Deployment(&'static str),
    Order(&'static str),
}

/// How a value is returned.
enum Seen {
    /// The text that was sent.
    Sent,
    /// The JSON that was sent.
    SentJson,
    /// This JSON.
    Json(&'static str),
}

#[tokio::test]
async fn what_a_release_leaves_out_stays_and_what_is_empty_goes() {
    let local = instant().await;
    let more = [
        ("Command", "ls"),
        ("CommandArgs", r#"[{"argument":"-l"}]"#),
        ("Liveness", r#"{"tcpSocket":{"port":1}}"#),
        ("PreStop", r#"{"exec":{"command":["ls"]}}"#),
    ];
    let id = insert(&local, &more).await.value("AppId");
    let set = async || {
        let now = application(&local, &id).await;
        ["/App/Cmd", "/App/CmdArgs", "/Conf/Liveness", "/Conf/PreStop"]
            .map(|at| now.pointer(at).is_some_and(|value| !value.is_null()))
    };
    let release = async |query: &[(&str, &str)]| {
        let query: Vec<_> = [("AppId", id.as_str())].into_iter().chain(query.iter().copied()).collect();
        // The other scheme refuses to sign an empty value.
        let answer = call("POST", APPS, &query).scheme(Scheme::Acs3).send(&local).await;
        assert_eq!(answer.value("Code"), "200", "{}", answer.body);
    };
    assert_eq!(set().await, [true, true, true, true]);
    release(&[("Image", "demo/nginx:2")]).await;
    assert_eq!(set().await, [true, true, true, true]);
    release(&[("Command", ""), ("Args", "[]"), ("Liveness", ""), ("PreStop", "")]).await;
    assert_eq!(set().await, [false, false, false, true], "an empty PreStop counts as left out");
    release(&[("PreStop", "{}")]).await;
    assert_eq!(set().await, [false, false, false, false]);
}

/// The parameters of DeployK8sApplication in the order in which they are sent: the application, the name, the value,
/// where it is returned and how. `DeployAcrossNodes` comes after those that require its absence.
const PARAMETERS: &[(Kind, &str, &str, Place, Seen)] = &[
    (Image, "Image", "demo/nginx:2", A("/ImageInfo/ImageUrl"), Sent),
    (Image, "ImageTag", "3", A("/ImageInfo/Tag"), Sent),
    (Image, "Replicas", "2", A("/App/Instances"), SentJson),
    (Image, "UpdateStrategy", STRATEGY, O("/BatchCount"), Json("2")),
    (Image, "ChangeOrderDesc", "Upgrade", O("/ChangeOrderDescription"), Sent),
    (Image, "TrafficControlStrategy", r#"{"http":{"rules":[]}}"#, O("/TrafficControl/Rules"), Sent),
    (Image, "BatchWaitTime", "10", D("/spec/minReadySeconds"), SentJson),
    (Image, "BatchTimeout", "60", D("/spec/progressDeadlineSeconds"), SentJson),
    (Image, "Command", "ls", A("/App/Cmd"), Sent),
    (Image, "Args", r#"["-l","/"]"#, A("/App/CmdArgs/CmdArg"), SentJson),
    (Image, "Envs", r#"[{"name":"x1","value":"y1"}]"#, A("/App/EnvList/Env/0/Value"), Json(r#""y1""#)),
    (
        Image,
        "EnvFroms",
        r#"[{"secretRef":{"name":"s"}}]"#,
        D("/spec/template/spec/containers/0/envFrom/0/secretRef/name"),
        Json(r#""s""#),
    ),
    (Image, "Liveness", PROBE, A("/Conf/Liveness"), Sent),
    (Image, "Readiness", PROBE, A("/Conf/Readiness"), Sent),
    (Image, "Startup", PROBE, D("/spec/template/spec/containers/0/startupProbe"), SentJson),
    (Image, "PreStop", HOOK, A("/Conf/PreStop"), Sent),
    (Image, "PostStart", HOOK, D("/spec/template/spec/containers/0/lifecycle/postStart"), SentJson),
    (Image, "CpuLimit", "1", A("/App/LimitCpuM"), Json("1000")),
    (Image, "CpuRequest", "1", A("/App/RequestCpuM"), Json("1000")),
    (
        Image,
        "McpuLimit",
        "1500",
        D("/spec/template/spec/containers/0/resources/limits/cpu"),
        Json(r#""1500m""#),
    ),
    (Image, "McpuRequest", "250", A("/App/RequestCpuM"), SentJson),
    (Image, "MemoryLimit", "1024", A("/App/LimitMem"), SentJson),
    (
        Image,
        "MemoryRequest",
        "512",
        D("/spec/template/spec/containers/0/resources/requests/memory"),
        Json(r#""512Mi""#),
    ),
    (Image, "LimitEphemeralStorage", "4", A("/App/LimitEphemeralStorage"), Sent),
    (Image, "RequestsEphemeralStorage", "2", A("/App/RequestEphemeralStorage"), Sent),
    (Image, "NasId", "dfs23", D("/spec/template/spec/volumes/0/nfs/server"), Sent),
    (
        Image,
        "MountDescs",
        r#"[{"nasPath":"/f","mountPath":"/app"}]"#,
        D("/spec/template/spec/containers/0/volumeMounts/0/mountPath"),
        Json(r#""/app""#),
    ),
    (
        Image,
        "StorageType",
        "Performance",
        A("/Conf/K8sNasInfo"),
        Json(
            r#""{\"MountDescs\":[{\"mountPath\":\"/app\",\"nasPath\":\"/f\"}],\"NasId\":\"dfs23\",\"StorageType\":\"Performance\"}""#,
        ),
    ),
    (
        Image,
        "LocalVolume",
        r#"[{"type":"Directory","nodePath":"/mnt","mountPath":"/s"}]"#,
        D("/spec/template/spec/volumes/0/hostPath"),
        Json(r#"{"path":"/mnt","type":"Directory"}"#),
    ),
    (
        Image,
        "ConfigMountDescs",
        r#"[{"name":"tls","type":"Secret","mountPath":"/etc/ssh"}]"#,
        D("/spec/template/spec/volumes/2/secret/secretName"),
        Json(r#""tls""#),
    ),
    (
        Image,
        "PvcMountDescs",
        r#"[{"pvcName":"p","mountPaths":[{"mountPath":"/d","readOnly":true}]}]"#,
        D("/spec/template/spec/containers/0/volumeMounts/3/readOnly"),
        Json("true"),
    ),
    (
        Image,
        "EmptyDirs",
        r#"[{"mountPath":"/log","subPathExpr":"$(POD_IP)"}]"#,
        D("/spec/template/spec/containers/0/volumeMounts/4/subPathExpr"),
        Json(r#""$(POD_IP)""#),
    ),
    (Image, "VolumesStr", "test", D("/metadata/annotations/edas~1VolumesStr"), Sent),
    (Image, "CustomAffinity", AFFINITY, D("/spec/template/spec/affinity"), SentJson),
    (Image, "CustomTolerations", TOLERATIONS, D("/spec/template/spec/tolerations"), SentJson),
    (
        Image,
        "DeployAcrossNodes",
        "true",
        D(
            "/spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm/topologyKey",
        ),
        Json(r#""kubernetes.io/hostname""#),
    ),
    (Image, "DeployAcrossZones", "true", A("/Conf/DeployAcrossZones"), Sent),
    (Image, "RuntimeClassName", "runc", A("/Conf/RuntimeClassName"), Sent),
    (Image, "TerminateGracePeriod", "120", D("/spec/template/spec/terminationGracePeriodSeconds"), SentJson),
    (Image, "Annotations", r#"{"a":"1"}"#, D("/spec/template/metadata/annotations/a"), Json(r#""1""#)),
    (Image, "Labels", r#"{"l":"1"}"#, D("/spec/template/metadata/labels/l"), Json(r#""1""#)),
    (
        Image,
        "SlsConfigs",
        r#"[{"type":"stdout","logDir":"stdout.log"}]"#,
        D("/metadata/annotations/edas~1SlsConfigs"),
        Sent,
    ),
    (Image, "EnableAhas", "true", A("/Conf/AhasEnabled"), SentJson),
    (Image, "EnableEmptyPushReject", "true", A("/App/EnableEmptyPushReject"), SentJson),
    (Image, "EnableLosslessRule", "true", A("/App/EnableLosslessRule"), SentJson),
    (Image, "LosslessRuleWarmupTime", "120", A("/App/LosslessRuleWarmupTime"), SentJson),
    (Image, "LosslessRuleDelayTime", "3", A("/App/LosslessRuleDelayTime"), SentJson),
    (Image, "LosslessRuleFuncType", "2", A("/App/LosslessRuleFuncType"), SentJson),
    (Image, "LosslessRuleAligned", "false", A("/App/LosslessRuleAligned"), SentJson),
    (Image, "LosslessRuleRelated", "true", A("/App/LosslessRuleRelated"), SentJson),
    (Image, "Sidecars", YAML, D("/metadata/annotations/edas~1Sidecars"), Sent),
    (Image, "InitContainers", YAML, D("/metadata/annotations/edas~1InitContainers"), Sent),
    (Image, "SecurityContext", CONTEXT, A("/App/SecurityContext"), Sent),
    (Image, "CanaryRuleId", "a8daf22e", D("/metadata/annotations/edas~1CanaryRuleId"), Sent),
    (Image, "CustomAgentVersion", "3.1.4", D("/metadata/annotations/edas~1CustomAgentVersion"), Sent),
    (War, "PackageUrl", "http://host/b.war", A("/LatestVersion/WarUrl"), Sent),
    (War, "PackageVersion", "20200720", A("/LatestVersion/PackageVersion"), Sent),
    (War, "PackageVersionId", "2bcc", D("/metadata/annotations/edas~1PackageVersionId"), Sent),
    (War, "JDK", "Open JDK 8", A("/DeployGroups/DeployGroup/0/Components/Components/0/ComponentKey"), Sent),
    (War, "WebContainer", "apache-tomcat-7.0.91", A("/App/TomcatVersion"), Sent),
    (War, "EdasContainerVersion", "3.5.9", A("/App/EdasContainerVersion"), Sent),
    (War, "BuildPackId", "59", A("/App/BuildpackId"), SentJson),
    (War, "UserBaseImageUrl", "openjdk:8u302", A("/Conf/UserBaseImageUrl"), Sent),
    (War, "UriEncoding", "GBK", D("/metadata/annotations/edas~1UriEncoding"), Sent),
    (War, "UseBodyEncoding", "true", D("/metadata/annotations/edas~1UseBodyEncoding"), Sent),
    (
        War,
        "WebContainerConfig",
        r#"{"httpPort":8088}"#,
        D("/metadata/annotations/edas~1WebContainerConfig"),
        Sent,
    ),
    (
        War,
        "JavaStartUpConfig",
        r#"{"a":{"original":512,"startup":"-Xms512m"}}"#,
        D("/metadata/annotations/edas~1JavaStartUpConfig"),
        Sent,
    ),
    (War, "ImagePlatforms", "linux/arm64,linux/amd64", D("/metadata/annotations/edas~1ImagePlatforms"), Sent),
];

const PROBE: &str = r#"{"failureThreshold":3,"initialDelaySeconds":5,"successThreshold":1,"timeoutSeconds":1,"tcpSocket":{"host":"","port":8080}}"#;
const HOOK: &str = r#"{"exec":{"command":["ls","/"]}}"#;
const STRATEGY: &str =
    r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":0}}"#;
const YAML: &str = r#"[{"yamlEncoded":"Y29tbWFuZDoKICAtIGxz"}]"#;
const CONTEXT: &str = r#"{"yamlEncoded":"cnVuQXNVc2VyOiAwCnJ1bkFzR3JvdXA6IDA="}"#;
const AFFINITY: &str = r#"{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/os","operator":"In","values":["linux"]}]}]}}}"#;
const TOLERATIONS: &str =
    r#"[{"key":"edas-taint-key2","operator":"Exists","effect":"NoExecute","tolerationSeconds":50}]"#;
