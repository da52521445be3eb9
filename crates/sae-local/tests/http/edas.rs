//! EDAS on Kubernetes: the lifecycle of an application in a cluster, and refusals.

mod configs;
mod ingresses;
mod releases;
mod services;

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::client::{Answer, Call};

const APPS: &str = "/pop/v5/k8s/acs/k8s_apps";
const CREATE: &str = "/pop/v5/k8s/acs/create_k8s_app";
const ORDER: &str = "/pop/v5/changeorder/change_order_info";

fn call(method: &'static str, path: &str, query: &[(&str, &str)]) -> Call {
    Call::new(method, path, query).header("x-acs-version", "2017-08-01")
}

async fn done(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Answer {
    let answer = call(method, path, query).send(local).await;
    assert_eq!(
        (answer.status, answer.value("Code").as_str()),
        (200, "200"),
        "{method} {path}: {}",
        answer.body
    );
    answer
}

async fn instant() -> LocalSae {
    LocalSae::builder().pace(Pace::instant()).start().await.unwrap()
}

async fn cluster(local: &LocalSae) -> String {
    done(local, "POST", "/pop/v5/k8s_clusters", &[("RegionTag", "cn-hangzhou")]).await.value("ClusterId")
}

async fn insert(local: &LocalSae, more: &[(&str, &str)]) -> Answer {
    let cluster = cluster(local).await;
    let base = [("AppName", "demo"), ("ClusterId", cluster.as_str()), ("ImageUrl", "demo/nginx:1")];
    let query: Vec<_> = base.into_iter().chain(more.iter().copied()).collect();
    done(local, "POST", CREATE, &query).await
}

async fn order(local: &LocalSae, id: &str) -> Value {
    let answer = done(local, "POST", ORDER, &[("ChangeOrderId", id)]).await;
    serde_json::from_str::<Value>(&answer.body).unwrap()["changeOrderInfo"].take()
}

async fn application(local: &LocalSae, id: &str) -> Value {
    let answer = done(local, "GET", "/pop/v5/changeorder/co_application", &[("AppId", id)]).await;
    serde_json::from_str::<Value>(&answer.body).unwrap()["Applcation"].take()
}

async fn deployment(local: &LocalSae, id: &str) -> Value {
    let answer = done(local, "GET", "/pop/v5/oam/app_deployment", &[("AppId", id)]).await;
    serde_json::from_str(&answer.value("Data")).unwrap()
}

#[tokio::test]
async fn an_application_lives_in_a_cluster() {
    let local = instant().await;
    let created = insert(&local, &[("Replicas", "3"), ("Namespace", "shop")]).await;
    assert_eq!((created.value("AppName"), created.value("ClusterType")), ("demo".to_owned(), "5".to_owned()));
    let id = created.value("AppId");
    let app = [("AppId", id.as_str())];
    let creation = order(&local, &created.value("ChangeOrderId")).await;
    assert_eq!((&creation["Status"], &creation["BatchType"]), (&json!(2), &json!("Automatic")));

    let strategy = r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"},"grayUpdate":{"gray":1}}"#;
    let release = [app[0], ("ImageTag", "2"), ("UpdateStrategy", strategy), ("ChangeOrderDesc", "Upgrade")];
    let release = done(&local, "POST", APPS, &release).await.value("ChangeOrderId");
    for batch in 0..2 {
        let info = order(&local, &release).await;
        let batches = &info["PipelineInfoList"]["PipelineInfo"];
        assert_eq!(
            (&info["Status"], &info["BatchCount"], &info["BatchType"]),
            (&json!(8), &json!(3), &json!("Manual"))
        );
        assert_eq!(info["ChangeOrderDescription"], "Upgrade");
        assert_eq!(
            (&batches[batch]["PipelineStatus"], &batches[batch + 1]["PipelineStatus"]),
            (&json!(2), &json!(8))
        );
        let pod = &batches[batch]["StageList"]["StageInfoDTO"][0]["StageResultDTO"]["InstanceDTOList"]["InstanceDTO"]
            [0];
        assert_eq!((&pod["PodStatus"], &pod["Status"]), (&json!("Running"), &json!(2)), "{info}");
        let listed = done(&local, "POST", "/pop/v5/app/app_list", &[]).await;
        assert_eq!(listed.value("State"), "DEPLOYING");
        let next = batches[batch + 1]["PipelineId"].as_str().unwrap();
        let next = [("PipelineId", next), ("Confirm", "true")];
        done(&local, "GET", "/pop/v5/changeorder/pipeline_batch_confirm", &next).await;
    }
    assert_eq!(order(&local, &release).await["Status"], 2);
    assert_eq!(application(&local, &id).await["ImageInfo"]["ImageUrl"], "demo/nginx:2");

    for (method, path, more, instances, state) in [
        ("PUT", APPS, vec![("Replicas", "2")], "2", "RUNNING"),
        ("POST", "/pop/v5/k8s/acs/restart_k8s_app", vec![("Timeout", "60")], "2", "RUNNING"),
        ("POST", "/pop/v5/k8s/acs/stop_k8s_app", vec![], "0", "STOPPED"),
        ("POST", "/pop/v5/k8s/acs/start_k8s_app", vec![], "2", "RUNNING"),
        ("PUT", APPS, vec![("Replicas", "0")], "0", "STOPPED"),
        ("POST", "/pop/v5/k8s/acs/start_k8s_app", vec![("Replicas", "4")], "4", "RUNNING"),
        ("POST", APPS, vec![("Image", "demo/nginx:3"), ("Replicas", "0")], "0", "STOPPED"),
        ("POST", APPS, vec![("ImageTag", "4")], "0", "STOPPED"),
        ("POST", APPS, vec![("Replicas", "1")], "1", "RUNNING"),
    ] {
        let query: Vec<_> = app.into_iter().chain(more).collect();
        let change = done(&local, method, path, &query).await.value("ChangeOrderId");
        assert_eq!(order(&local, &change).await["Status"], 2, "{path}");
        let listed = done(&local, "POST", "/pop/v5/app/app_list", &[]).await;
        let shown = ["Instances", "RunningInstanceCount", "State"].map(|name| listed.value(name));
        assert_eq!(shown, [instances, instances, state], "{method} {path} {query:?}");
        let pods = done(&local, "GET", "/pop/v5/oam/app_instance_list", &app).await;
        let pods =
            serde_json::from_str::<Value>(&pods.body).unwrap()["InstanceList"].as_array().unwrap().len();
        assert_eq!(pods.to_string(), instances, "{method} {path}");
    }
    let recent = done(&local, "POST", "/pop/v5/changeorder/change_order_list", &app).await;
    let recent =
        serde_json::from_str::<Value>(&recent.body).unwrap()["ChangeOrderList"]["ChangeOrder"].take();
    assert_eq!((recent.as_array().unwrap().len(), &recent[0]["CoTypeCode"]), (11, &json!("CoDeploy")));

    let deletion = done(&local, "DELETE", APPS, &app).await.value("ChangeOrderId");
    assert_eq!(order(&local, &deletion).await["Status"], 2);
    let gone = call("GET", "/pop/v5/changeorder/co_application", &app).send(&local).await;
    assert_eq!((gone.status, gone.value("Code")), (200, "404".to_owned()));
    assert_eq!(done(&local, "POST", "/pop/v5/app/app_list", &[]).await.value("AppId"), "");
}

#[tokio::test]
async fn neither_product_shows_what_belongs_to_the_other() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let sae = Call::new("GET", "/pop/v1/sam/app/listApplications", &[]).send(&local).await;
    assert_eq!((sae.status, sae.value("TotalSize")), (200, "0".to_owned()));
    let status = Call::new("GET", "/pop/v1/sam/app/describeApplicationStatus", &[("AppId", &id)]);
    assert_eq!(status.send(&local).await.value("Code"), "InvalidApplication.NotFound");
    let image =
        [("AppName", "demo"), ("PackageType", "Image"), ("Replicas", "1"), ("ImageUrl", "demo/nginx:1")];
    let sae = Call::new("POST", "/pop/v1/sam/app/createApplication", &image).send(&local).await;
    let other = call("GET", "/pop/v5/changeorder/co_application", &[("AppId", &sae.value("AppId"))]);
    assert_eq!(other.send(&local).await.value("Code"), "404");
    let listed = done(&local, "POST", "/pop/v5/app/app_list", &[]).await;
    assert_eq!(
        serde_json::from_str::<Value>(&listed.body).unwrap()["ApplicationList"]["Application"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_release_can_be_aborted_and_rolled_back() {
    let local = instant().await;
    let id = insert(&local, &[("Replicas", "2"), ("Labels", r#"{"one":"1"}"#)]).await.value("AppId");
    let strategy = r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"}}"#;
    let release =
        [("AppId", id.as_str()), ("Image", "demo/nginx:2"), ("Labels", "{}"), ("UpdateStrategy", strategy)];
    for (path, image, labels) in [
        ("/pop/v5/changeorder/change_order_abort_and_rollback", "demo/nginx:1", json!(r#"{"one":"1"}"#)),
        ("/pop/v5/changeorder/change_order_abort", "demo/nginx:2", json!(null)),
    ] {
        let change = done(&local, "POST", APPS, &release).await.value("ChangeOrderId");
        assert_eq!(order(&local, &change).await["SupportRollback"], true);
        let aborted = done(&local, "PUT", path, &[("ChangeOrderId", &change)]).await;
        assert_eq!(aborted.value("ChangeOrderId"), change);
        assert_eq!(order(&local, &change).await["Status"], 6);
        let now = application(&local, &id).await;
        assert_eq!(
            (&now["ImageInfo"]["ImageUrl"], &now["App"]["Labels"], &now["App"]["Instances"]),
            (&json!(image), &labels, &json!(2))
        );
    }
}

#[tokio::test]
async fn java_options_are_strung_together() {
    let local = instant().await;
    let options = r#"{"InitialHeapSize":{"original":512,"startup":"-Xms512m"},"MaxHeapSize":{"original":1024,"startup":"-Xmx1024m"}}"#;
    let id = insert(&local, &[("JavaStartUpConfig", options)]).await.value("AppId");
    let shown = done(&local, "GET", "/pop/v5/oam/java_start_up_config", &[("AppId", &id)]).await;
    assert_eq!(
        (shown.value("StartUpArgs"), shown.value("OriginalConfigs")),
        ("-Xms512m -Xmx1024m".to_owned(), options.to_owned())
    );
}

#[tokio::test]
async fn applications_are_listed_by_what_they_are() {
    let local = instant().await;
    let (one, two) = (
        [("AppName", "one")],
        [
            ("AppName", "two"),
            ("Namespace", "shop"),
            ("LogicalRegionId", "cn-hangzhou:test"),
            ("ResourceGroupId", "rg-1"),
        ],
    );
    let home = cluster(&local).await;
    for more in [&one[..], &two[..]] {
        let base = [("ClusterId", home.as_str()), ("ImageUrl", "demo/nginx:1")];
        let query: Vec<_> = base.into_iter().chain(more.iter().copied()).collect();
        done(&local, "POST", CREATE, &query).await;
    }
    for (filter, names) in [
        (vec![], vec!["one", "two"]),
        (vec![("AppName", "two")], vec!["two"]),
        (vec![("AppName", "tw")], vec![]),
        (vec![("ClusterId", home.as_str())], vec!["one", "two"]),
        (vec![("ClusterId", "other")], vec![]),
        (vec![("LogicalRegionId", "cn-hangzhou")], vec!["one"]),
        (vec![("LogicalRegionIdFilter", "cn-hangzhou:test")], vec!["two"]),
        (vec![("ResourceGroupId", "rg-1")], vec!["two"]),
        (vec![("AppIds", r#"["none"]"#)], vec![]),
        (vec![("CurrentPage", "2"), ("PageSize", "1")], vec!["two"]),
    ] {
        let listed = done(&local, "POST", "/pop/v5/app/app_list", &filter).await;
        let listed =
            serde_json::from_str::<Value>(&listed.body).unwrap()["ApplicationList"]["Application"].take();
        let listed: Vec<_> =
            listed.as_array().unwrap().iter().map(|one| one["Name"].as_str().unwrap()).collect();
        assert_eq!(listed, names, "{filter:?}");
    }
    let namespaces = done(&local, "GET", "/pop/v5/k8s/acs/k8s_namespace", &[("ClusterId", &home)]).await;
    assert!(
        namespaces.body.contains(r#"[{"Namespace":"default"},{"Namespace":"shop"}]"#),
        "{}",
        namespaces.body
    );
}

#[tokio::test]
async fn every_region_has_a_cluster_of_its_own() {
    let local = instant().await;
    let clusters = async |query: &[(&str, &str)]| {
        let answer = done(&local, "POST", "/pop/v5/k8s_clusters", query).await;
        (answer.value("TotalSize"), answer.value("ClusterId"))
    };
    let (count, id) = clusters(&[("RegionTag", "cn-beijing")]).await;
    assert_eq!((count.as_str(), id.len()), ("1", 36));
    assert_ne!(id, cluster(&local).await);
    for (name, value, count) in
        [("ClusterType", "5", "1"), ("ClusterType", "7", "0"), ("SubClusterType", "Ask", "0")]
    {
        assert_eq!(clusters(&[("RegionTag", "cn-beijing"), (name, value)]).await.0, count, "{name} {value}");
    }
}

/// Requests, each with its refusal's status and code, and words of the message.
type Refusals<'a> = &'a [(&'a [(&'a str, &'a str)], (u16, &'a str), &'a str)];

async fn refused(
    local: &LocalSae,
    method: &'static str,
    path: &str,
    query: &[(&str, &str)],
    (status, code): (u16, &str),
    named: &str,
) {
    let answer = call(method, path, query).send(local).await;
    assert_eq!(answer.refusal(), (status, code.to_owned()), "{method} {path} {query:?}: {}", answer.body);
    assert!(answer.value("Message").contains(named), "{query:?}: {}", answer.body);
    assert_eq!(answer.value("RequestId").len(), 36);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_application_is_named() {
    let local = instant().await;
    let home = cluster(&local).await;
    insert(&local, &[]).await;
    let image = ("ImageUrl", "demo/nginx:1");
    let cases: Refusals<'_> = &[
        (&[("AppName", "new"), image], (400, "MissingParameter"), "ClusterId"),
        (&[("AppName", "new"), ("ClusterId", &home)], (400, "MissingParameter"), "ImageUrl"),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("Replicas", "many")],
            (400, "InvalidParameter"),
            "Replicas",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("Timeout", "1801")],
            (400, "InvalidParameter"),
            "Timeout",
        ),
        (
            &[("AppName", "new"), image, ("ClusterId", "none")],
            (200, "404"),
            "the cluster none does not exist",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("CsClusterId", "c1")],
            (200, "404"),
            "c1 does not exist",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), ("AppTemplateName", "t")],
            (200, "404"),
            "the template t does not exist",
        ),
        (&[("ClusterId", &home), image, ("AppName", "demo")], (200, "409"), "of this name exists"),
        (&[("ClusterId", &home), image, ("AppName", "1demo")], (400, "InvalidParameter"), "AppName"),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("Namespace", "Shop")],
            (200, "400"),
            "Namespace: ",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("PackageType", "Zip")],
            (200, "400"),
            "Zip is not one of FatJar, War, Image",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("JDK", "Open JDK 8")],
            (200, "400"),
            "JDK: not for an application of type Image",
        ),
        (
            &[
                ("AppName", "new"),
                ("ClusterId", &home),
                ("PackageType", "FatJar"),
                ("PackageUrl", "http://host/a.jar"),
            ],
            (400, "MissingParameter"),
            "PackageVersion",
        ),
        (
            &[("AppName", "new"), ("ClusterId", &home), image, ("WorkloadType", "StatefulSet")],
            (200, "400"),
            "WorkloadType: ",
        ),
    ];
    for (query, answer, named) in cases {
        refused(&local, "POST", CREATE, query, *answer, named).await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_release_is_named() {
    let local = instant().await;
    let id = insert(&local, &[("LimitmCpu", "500")]).await.value("AppId");
    let manual = r#"{"type":"BatchUpdate","batchUpdate":{"batch":1,"releaseType":"by-hand"}}"#;
    let gray = r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":1}}"#;
    let cases: Refusals<'_> = &[
        (&[("AppId", &id), ("Replicas", "-1")], (200, "400"), "Replicas: "),
        (&[("AppId", &id), ("UpdateStrategy", "[")], (400, "InvalidParameter"), "UpdateStrategy"),
        (&[("AppId", &id), ("UpdateStrategy", manual)], (200, "400"), "releaseType is auto or manual"),
        (&[("AppId", &id), ("UpdateStrategy", gray)], (200, "400"), "GrayBatchUpdate needs grayUpdate"),
        (
            &[("AppId", &id), ("CpuRequest", "1")],
            (200, "400"),
            "CPU: the request of 1000 is above the limit of 500",
        ),
        (&[("AppId", &id), ("MemoryLimit", "-1")], (200, "400"), "memory: neither"),
        (&[("AppId", &id), ("Image", "demo nginx")], (200, "400"), "the image: it must not contain spaces"),
        (&[("AppId", &id), ("MemoryRequest", "1")], (200, "400"), "MemoryRequest: it needs MemoryLimit"),
        (
            &[("AppId", &id), ("PackageUrl", "http://host/a.jar"), ("PackageVersion", "1")],
            (200, "400"),
            "PackageUrl: not for",
        ),
        (&[("AppId", &id), ("StorageType", "Capacity")], (200, "400"), "not supported so far"),
        (&[("AppId", &id), ("LosslessRuleFuncType", "21")], (200, "400"), "from 0 to 20"),
        (
            &[("AppId", &id), ("EmptyDirs", r#"[{"mountPath":"log"}]"#)],
            (200, "400"),
            "doesn't start with a slash",
        ),
        (&[("AppId", &id), ("Sidecars", r#"[{"yamlEncoded":"???"}]"#)], (200, "400"), "not Base64"),
        (
            &[("AppId", &id), ("SlsConfigs", r#"[{"type":"file","logDir":"/l/*","logstore":"-x"}]"#)],
            (200, "400"),
            "-x can't be the name",
        ),
        (
            &[("AppId", &id), ("WebContainerConfig", r#"{"httpPort":80}"#)],
            (200, "400"),
            "httpPort is 1024 to 65535",
        ),
        (&[("AppId", "none")], (200, "404"), "The current application does not exist."),
    ];
    for (query, answer, named) in cases {
        refused(&local, "POST", APPS, query, *answer, named).await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_other_calls_is_named() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    refused(&local, "PUT", APPS, &[("AppId", &id)], (400, "MissingParameter"), "Replicas").await;
    refused(&local, "PUT", APPS, &[("AppId", &id), ("Replicas", "1001")], (200, "400"), "Replicas: ").await;
    refused(
        &local,
        "POST",
        "/pop/v5/k8s/acs/start_k8s_app",
        &[("AppId", &id)],
        (200, "409"),
        "status is abnormal",
    )
    .await;
    refused(&local, "POST", ORDER, &[("ChangeOrderId", "none")], (200, "404"), "change order does not exist")
        .await;
    refused(
        &local,
        "GET",
        "/pop/v5/changeorder/pipeline_batch_confirm",
        &[("PipelineId", "none")],
        (400, "InvalidParameter"),
        "PipelineId",
    )
    .await;
    refused(
        &local,
        "POST",
        "/pop/v5/k8s_clusters",
        &[("RegionTag", "moon")],
        (400, "InvalidParameter"),
        "RegionTag",
    )
    .await;
}

#[tokio::test]
async fn one_change_order_at_a_time() {
    let local = instant().await;
    let id = insert(&local, &[("Replicas", "2")]).await.value("AppId");
    let strategy = r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"}}"#;
    done(&local, "POST", APPS, &[("AppId", &id), ("UpdateStrategy", strategy)]).await;
    let busy = call("POST", "/pop/v5/k8s/acs/stop_k8s_app", &[("AppId", &id)]).send(&local).await;
    assert_eq!((busy.status, busy.body.contains(r#""Code":409"#)), (200, true), "{}", busy.body);
    assert!(busy.value("Message").contains("in progress"));
}

#[tokio::test]
async fn xml_is_an_answer_of_edas_too() {
    let local = instant().await;
    let id = insert(&local, &[("Envs", r#"[{"name":"a","value":"<1>"}]"#)]).await.value("AppId");
    let xml = async |method, path, query: &[(&str, &str)]| {
        call(method, path, query).header("accept", "application/xml").send(&local).await.body
    };
    let shown = xml("GET", "/pop/v5/changeorder/co_application", &[("AppId", &id)]).await;
    assert!(shown.contains("<GetK8sApplicationResponse>") && shown.contains("<Code>200</Code>"), "{shown}");
    assert!(
        shown.contains("<EnvList><Env><Name>a</Name><Value>&lt;1&gt;</Value></Env></EnvList>"),
        "{shown}"
    );
    let listed = xml("POST", "/pop/v5/app/app_list", &[]).await;
    assert!(listed.contains("<ApplicationList><Application><AppId>"), "{listed}");
    let refused = xml("DELETE", APPS, &[("AppId", "none")]).await;
    assert!(refused.contains("<DeleteK8sApplicationResponse><Code>404</Code>"), "{refused}");
}
