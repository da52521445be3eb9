//! What a deployment says, and where it is seen again.

use std::collections::BTreeSet;

use sae_models::edas;
use sae_sign::Scheme;
use serde_json::{Value, json};

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
    // Where a value comes back: in the application (A), in its Deployment (D) or in the change order (O).
    let mut seen = BTreeSet::from(["AppId"]);
    for (app, name, sent, at, expected) in parameters() {
        let id = if app == Kind::War { &war } else { &image };
        let mut query = vec![("AppId", id.as_str()), (name, sent)];
        // What can't stand alone.
        query.extend(match name {
            "CpuRequest" => Some(("CpuLimit", "2")),
            "McpuRequest" => Some(("McpuLimit", "2000")),
            "MemoryRequest" => Some(("MemoryLimit", "512")),
            "PackageUrl" => Some(("PackageVersion", "2")),
            "NasId" => Some(("MountDescs", r#"[{"nasPath":"/k8s","mountPath":"/mnt"}]"#)),
            _ => None,
        });
        let change = done(&local, "POST", APPS, &query).await.value("ChangeOrderId");
        let answer = match at {
            Place::Application(at) => application(&local, id).await.pointer(at).cloned(),
            Place::Deployment(at) => deployment(&local, id).await.pointer(at).cloned(),
            Place::Order(at) => order(&local, &change).await.pointer(at).cloned(),
        };
        assert_eq!(answer, Some(expected), "{name}");
        seen.insert(name);
    }
    let all = edas::OPERATIONS.iter().copied().flatten();
    let description = all.map(|one| one.description).find(|one| one.name == "DeployK8sApplication").unwrap();
    let documented: BTreeSet<_> = description.parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(seen, documented);
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Image,
    War,
}

/// Where a value is seen again: a pointer into the answer of an operation.
enum Place {
    Application(&'static str),
    Deployment(&'static str),
    Order(&'static str),
}

/// The parameters of DeployK8sApplication: on which application, name, value, where it is seen again and how.
fn parameters() -> Vec<(Kind, &'static str, &'static str, Place, Value)> {
    use Kind::{Image, War};
    use Place::{Application as A, Deployment as D, Order as O};
    let probe = r#"{"failureThreshold":3,"initialDelaySeconds":5,"successThreshold":1,"timeoutSeconds":1,"tcpSocket":{"host":"","port":8080}}"#;
    let hook = r#"{"exec":{"command":["ls","/"]}}"#;
    let strategy =
        r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":0}}"#;
    let yaml = r#"[{"yamlEncoded":"Y29tbWFuZDoKICAtIGxz"}]"#;
    let context = r#"{"yamlEncoded":"cnVuQXNVc2VyOiAwCnJ1bkFzR3JvdXA6IDA="}"#;
    let affinity = r#"{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/os","operator":"In","values":["linux"]}]}]}}}"#;
    let tolerations =
        r#"[{"key":"edas-taint-key2","operator":"Exists","effect":"NoExecute","tolerationSeconds":50}]"#;
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    vec![
        (Image, "Image", "demo/nginx:2", A("/ImageInfo/ImageUrl"), json!("demo/nginx:2")),
        (Image, "ImageTag", "3", A("/ImageInfo/Tag"), json!("3")),
        (Image, "Replicas", "2", A("/App/Instances"), json!(2)),
        (Image, "UpdateStrategy", strategy, O("/BatchCount"), json!(2)),
        (Image, "ChangeOrderDesc", "Upgrade", O("/ChangeOrderDescription"), json!("Upgrade")),
        (
            Image,
            "TrafficControlStrategy",
            r#"{"http":{"rules":[]}}"#,
            O("/TrafficControl/Rules"),
            json!(r#"{"http":{"rules":[]}}"#),
        ),
        (Image, "BatchWaitTime", "10", D("/spec/minReadySeconds"), json!(10)),
        (Image, "BatchTimeout", "60", D("/spec/progressDeadlineSeconds"), json!(60)),
        (Image, "Command", "ls", A("/App/Cmd"), json!("ls")),
        (Image, "Args", r#"["-l","/"]"#, A("/App/CmdArgs/CmdArg"), json!(["-l", "/"])),
        (Image, "Envs", r#"[{"name":"x1","value":"y1"}]"#, A("/App/EnvList/Env/0/Value"), json!("y1")),
        (
            Image,
            "EnvFroms",
            r#"[{"secretRef":{"name":"s"}}]"#,
            D("/spec/template/spec/containers/0/envFrom/0/secretRef/name"),
            json!("s"),
        ),
        (Image, "Liveness", probe, A("/Conf/Liveness"), json!(probe)),
        (Image, "Readiness", probe, A("/Conf/Readiness"), json!(probe)),
        (Image, "Startup", probe, D("/spec/template/spec/containers/0/startupProbe"), read(probe)),
        (Image, "PreStop", hook, A("/Conf/PreStop"), json!(hook)),
        (Image, "PostStart", hook, D("/spec/template/spec/containers/0/lifecycle/postStart"), read(hook)),
        (Image, "CpuLimit", "1", A("/App/LimitCpuM"), json!(1000)),
        (Image, "CpuRequest", "1", A("/App/RequestCpuM"), json!(1000)),
        (
            Image,
            "McpuLimit",
            "1500",
            D("/spec/template/spec/containers/0/resources/limits/cpu"),
            json!("1500m"),
        ),
        (Image, "McpuRequest", "250", A("/App/RequestCpuM"), json!(250)),
        (Image, "MemoryLimit", "1024", A("/App/LimitMem"), json!(1024)),
        (
            Image,
            "MemoryRequest",
            "512",
            D("/spec/template/spec/containers/0/resources/requests/memory"),
            json!("512Mi"),
        ),
        (Image, "LimitEphemeralStorage", "4", A("/App/LimitEphemeralStorage"), json!("4")),
        (Image, "RequestsEphemeralStorage", "2", A("/App/RequestEphemeralStorage"), json!("2")),
        (Image, "NasId", "dfs23", D("/spec/template/spec/volumes/0/nfs/server"), json!("dfs23")),
        (
            Image,
            "MountDescs",
            r#"[{"nasPath":"/f","mountPath":"/app"}]"#,
            D("/spec/template/spec/containers/0/volumeMounts/0/mountPath"),
            json!("/app"),
        ),
        (
            Image,
            "StorageType",
            "Performance",
            A("/Conf/K8sNasInfo"),
            json!(
                r#"{"MountDescs":[{"mountPath":"/app","nasPath":"/f"}],"NasId":"dfs23","StorageType":"Performance"}"#
            ),
        ),
        (
            Image,
            "LocalVolume",
            r#"[{"type":"Directory","nodePath":"/mnt","mountPath":"/s"}]"#,
            D("/spec/template/spec/volumes/0/hostPath"),
            json!({"path": "/mnt", "type": "Directory"}),
        ),
        (
            Image,
            "ConfigMountDescs",
            r#"[{"name":"tls","type":"Secret","mountPath":"/etc/ssh"}]"#,
            D("/spec/template/spec/volumes/2/secret/secretName"),
            json!("tls"),
        ),
        (
            Image,
            "PvcMountDescs",
            r#"[{"pvcName":"p","mountPaths":[{"mountPath":"/d","readOnly":true}]}]"#,
            D("/spec/template/spec/containers/0/volumeMounts/3/readOnly"),
            json!(true),
        ),
        (
            Image,
            "EmptyDirs",
            r#"[{"mountPath":"/log","subPathExpr":"$(POD_IP)"}]"#,
            D("/spec/template/spec/containers/0/volumeMounts/4/subPathExpr"),
            json!("$(POD_IP)"),
        ),
        (Image, "VolumesStr", "test", D("/metadata/annotations/edas~1VolumesStr"), json!("test")),
        (Image, "CustomAffinity", affinity, D("/spec/template/spec/affinity"), read(affinity)),
        (Image, "CustomTolerations", tolerations, D("/spec/template/spec/tolerations"), read(tolerations)),
        // From here on the two above hold no more.
        (
            Image,
            "DeployAcrossNodes",
            "true",
            D(
                "/spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm/topologyKey",
            ),
            json!("kubernetes.io/hostname"),
        ),
        (Image, "DeployAcrossZones", "true", A("/Conf/DeployAcrossZones"), json!("true")),
        (Image, "RuntimeClassName", "runc", A("/Conf/RuntimeClassName"), json!("runc")),
        (
            Image,
            "TerminateGracePeriod",
            "120",
            D("/spec/template/spec/terminationGracePeriodSeconds"),
            json!(120),
        ),
        (Image, "Annotations", r#"{"a":"1"}"#, D("/spec/template/metadata/annotations/a"), json!("1")),
        (Image, "Labels", r#"{"l":"1"}"#, D("/spec/template/metadata/labels/l"), json!("1")),
        (
            Image,
            "SlsConfigs",
            r#"[{"type":"stdout","logDir":"stdout.log"}]"#,
            D("/metadata/annotations/edas~1SlsConfigs"),
            json!(r#"[{"type":"stdout","logDir":"stdout.log"}]"#),
        ),
        (Image, "EnableAhas", "true", A("/Conf/AhasEnabled"), json!(true)),
        (Image, "EnableEmptyPushReject", "true", A("/App/EnableEmptyPushReject"), json!(true)),
        (Image, "EnableLosslessRule", "true", A("/App/EnableLosslessRule"), json!(true)),
        (Image, "LosslessRuleWarmupTime", "120", A("/App/LosslessRuleWarmupTime"), json!(120)),
        (Image, "LosslessRuleDelayTime", "3", A("/App/LosslessRuleDelayTime"), json!(3)),
        (Image, "LosslessRuleFuncType", "2", A("/App/LosslessRuleFuncType"), json!(2)),
        (Image, "LosslessRuleAligned", "false", A("/App/LosslessRuleAligned"), json!(false)),
        (Image, "LosslessRuleRelated", "true", A("/App/LosslessRuleRelated"), json!(true)),
        (Image, "Sidecars", yaml, D("/metadata/annotations/edas~1Sidecars"), json!(yaml)),
        (Image, "InitContainers", yaml, D("/metadata/annotations/edas~1InitContainers"), json!(yaml)),
        (Image, "SecurityContext", context, A("/App/SecurityContext"), json!(context)),
        (Image, "CanaryRuleId", "a8daf22e", D("/metadata/annotations/edas~1CanaryRuleId"), json!("a8daf22e")),
        (
            Image,
            "CustomAgentVersion",
            "3.1.4",
            D("/metadata/annotations/edas~1CustomAgentVersion"),
            json!("3.1.4"),
        ),
        (War, "PackageUrl", "http://host/b.war", A("/LatestVersion/WarUrl"), json!("http://host/b.war")),
        (War, "PackageVersion", "20200720", A("/LatestVersion/PackageVersion"), json!("20200720")),
        (War, "PackageVersionId", "2bcc", D("/metadata/annotations/edas~1PackageVersionId"), json!("2bcc")),
        (
            War,
            "JDK",
            "Open JDK 8",
            A("/DeployGroups/DeployGroup/0/Components/Components/0/ComponentKey"),
            json!("Open JDK 8"),
        ),
        (War, "WebContainer", "apache-tomcat-7.0.91", A("/App/TomcatVersion"), json!("apache-tomcat-7.0.91")),
        (War, "EdasContainerVersion", "3.5.9", A("/App/EdasContainerVersion"), json!("3.5.9")),
        (War, "BuildPackId", "59", A("/App/BuildpackId"), json!(59)),
        (War, "UserBaseImageUrl", "openjdk:8u302", A("/Conf/UserBaseImageUrl"), json!("openjdk:8u302")),
        (War, "UriEncoding", "GBK", D("/metadata/annotations/edas~1UriEncoding"), json!("GBK")),
        (War, "UseBodyEncoding", "true", D("/metadata/annotations/edas~1UseBodyEncoding"), json!("true")),
        (
            War,
            "WebContainerConfig",
            r#"{"httpPort":8088}"#,
            D("/metadata/annotations/edas~1WebContainerConfig"),
            json!(r#"{"httpPort":8088}"#),
        ),
        (
            War,
            "JavaStartUpConfig",
            r#"{"a":{"original":512,"startup":"-Xms512m"}}"#,
            D("/metadata/annotations/edas~1JavaStartUpConfig"),
            json!(r#"{"a":{"original":512,"startup":"-Xms512m"}}"#),
        ),
        (
            War,
            "ImagePlatforms",
            "linux/arm64,linux/amd64",
            D("/metadata/annotations/edas~1ImagePlatforms"),
            json!("linux/arm64,linux/amd64"),
        ),
    ]
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
