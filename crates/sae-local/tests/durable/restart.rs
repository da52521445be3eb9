//! Restarts after a server was stopped or killed.

use std::time::{Duration, SystemTime};

use sae_local::{ControlErrorKind, Fault, LocalSae, Pace};
use tempfile::tempdir;
use tokio::time::timeout;

use crate::client::Call;
use crate::{APP, NAMESPACE, ORDER, create, done, killed, on};

#[tokio::test]
async fn what_was_answered_is_there_after_the_process_was_killed() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    let namespace = [("NamespaceId", "cn-beijing:test"), ("NamespaceName", "before")];
    done(&local, "POST", NAMESPACE, &namespace).await;
    let id = create(&local, "demo").await;
    let gone = create(&local, "gone").await;
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[("AppId", &gone)]).await;
    let tags = [
        ("RegionId", "cn-beijing"),
        ("ResourceType", "application"),
        ("ResourceIds", &id),
        ("Tags", r#"[{"key":"tagged","value":"yes"}]"#),
    ];
    done(&local, "POST", "/tags", &tags).await;
    let namespace = [("NamespaceId", "cn-beijing:test"), ("NamespaceName", "after")];
    done(&local, "PUT", NAMESPACE, &namespace).await;
    let looks = |local: LocalSae| {
        let id = id.clone();
        async move {
            let app = [("AppId", id.as_str())];
            let groups = done(&local, "GET", &format!("{APP}/describeApplicationGroups"), &app).await;
            let group = groups.value("GroupId");
            let mut seen = String::new();
            for (path, query) in [
                ("listApplications", &[][..]),
                ("describeApplicationConfig", &app),
                ("describeApplicationInstances", &[app[0], ("GroupId", &group)]),
                ("describeApplicationGroups", &app),
            ] {
                let json = done(&local, "GET", &format!("{APP}/{path}"), query).await.body;
                let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
                json["RequestId"].take();
                json["TraceId"].take();
                seen += &json.to_string();
            }
            let orders = done(&local, "GET", &format!("{ORDER}/ListChangeOrders"), &app).await;
            (local, seen, orders.value("ChangeOrderId"))
        }
    };
    let (_local, before, order) = looks(local).await;
    assert!(before.contains("COLOUR") && before.contains("tagged") && before.contains(&id), "{before}");

    let disk = killed(folder.path());
    let local = on(disk.path()).start().await.unwrap();
    let (local, after, same_order) = looks(local).await;
    assert_eq!((after, same_order), (before, order));
    let described = done(&local, "GET", NAMESPACE, &[("NamespaceId", "cn-beijing:test")]).await;
    assert_eq!(described.value("NamespaceName"), "after");
    let query = [
        ("AppName", "demo"),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
    ];
    let twice = Call::new("POST", &format!("{APP}/createApplication"), &query).send(&local).await;
    assert_eq!(twice.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "the name is taken still");
}

#[tokio::test]
async fn jobs_go_on_after_the_process_was_killed() {
    const JOB: &str = "/pop/v1/sam/job";
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    let new = [
        ("AppName", "night"),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/night:1"),
        ("Replicas", "2"),
        ("Workload", "job"),
        ("TriggerConfig", r#"{"type":"time","config":"0 * * * *","timezone":"UTC"}"#),
    ];
    let job = done(&local, "POST", &format!("{JOB}/createJob"), &new).await.value("AppId");
    let long = [("AppId", job.as_str()), ("Command", "sleep"), ("CommandArgs", r#"["2h"]"#)];
    let run = done(&local, "GET", &format!("{JOB}/execJob"), &long).await.json()["Data"]["Data"].take();
    let disk = killed(folder.path());

    let local = on(disk.path()).start().await.unwrap();
    let of_run = [("AppId", job.as_str()), ("JobId", run.as_str().unwrap())];
    let state =
        async || done(&local, "GET", &format!("{JOB}/describeJobStatus"), &of_run).await.value("State");
    assert_eq!(state().await, "3", "it still runs");
    local.control().advance(Duration::from_hours(2));
    assert_eq!(state().await, "1");
    let history = [("AppId", job.as_str()), ("State", "1")];
    let history = done(&local, "GET", &format!("{JOB}/describeJobHistory"), &history).await;
    let ended: u32 = history.value("TotalSize").parse().unwrap();
    assert!(ended >= 3, "{ended}: two by schedule, and the long one");
}

#[tokio::test]
async fn numbered_items_are_there_after_the_process_was_killed() {
    const CONFIG_MAP: &str = "/pop/v1/sam/configmap/configMap";
    const SECRET: &str = "/pop/v1/sam/secret/secret";
    const INGRESS: &str = "/pop/v1/sam/ingress/Ingress";
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    let create = async |local: &LocalSae, name| {
        let query = [("NamespaceId", "cn-beijing"), ("Name", name), ("Data", r#"{"k":"before"}"#)];
        done(local, "POST", CONFIG_MAP, &query).await.value("ConfigMapId")
    };
    let (kept, gone) = (create(&local, "kept").await, create(&local, "gone").await);
    let secret = [
        ("NamespaceId", "cn-beijing"),
        ("SecretName", "kept"),
        ("SecretType", "Opaque"),
        ("SecretData", r#"{"SecretData":"{\"k\":\"secret\"}"}"#),
    ];
    let secret = done(&local, "POST", SECRET, &secret).await.value("SecretId");
    done(&local, "PUT", CONFIG_MAP, &[("ConfigMapId", &kept), ("Data", r#"{"k":"after"}"#)]).await;
    done(&local, "DELETE", CONFIG_MAP, &[("ConfigMapId", &gone)]).await;
    let app = crate::create(&local, "routed").await;
    let rules = format!(r#"[{{"appId":"{app}","containerPort":80,"domain":"a.example.com","path":"/"}}]"#);
    let ingress =
        [("NamespaceId", "cn-beijing"), ("SlbId", "lb-1"), ("ListenerPort", "80"), ("DefaultRule", "{}")];
    let ingress = [&ingress[..], &[("Rules", &rules)]].concat();
    let ingress = done(&local, "POST", INGRESS, &ingress).await.value("IngressId");

    let disk = killed(folder.path());
    let local = on(disk.path()).start().await.unwrap();
    let described = done(&local, "GET", CONFIG_MAP, &[("ConfigMapId", &kept)]).await.json();
    assert_eq!(described["Data"]["Data"]["k"], "after");
    let of_secret = [("NamespaceId", "cn-beijing"), ("SecretId", secret.as_str())];
    assert_eq!(done(&local, "GET", SECRET, &of_secret).await.json()["Data"]["SecretData"]["k"], "secret");
    let routed = done(&local, "GET", INGRESS, &[("IngressId", &ingress)]).await.json();
    assert_eq!(routed["Data"]["Rules"][0]["AppName"], "routed");
    let absent = Call::new("GET", CONFIG_MAP, &[("ConfigMapId", &gone)]).send(&local).await;
    assert_eq!(absent.refusal(), (400, "NotFound.ConfigMap".to_owned()));
    let next = create(&local, "next").await;
    assert!(![kept, gone, secret, ingress].contains(&next), "identifiers aren't used again");
}

#[tokio::test]
async fn a_rollout_that_waits_for_a_confirmation_goes_on_after_a_restart() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    let id = create(&local, "demo").await;
    let strategy = r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"}}"#;
    let deploy = [("AppId", id.as_str()), ("ImageUrl", "demo/nginx:2"), ("UpdateStrategy", strategy)];
    let order =
        done(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await.value("ChangeOrderId");
    local.stop().await;

    let local = on(folder.path()).start().await.unwrap();
    let describe = format!("{ORDER}/DescribeChangeOrder");
    let described = done(&local, "GET", &describe, &[("ChangeOrderId", &order)]).await;
    assert_eq!(described.value("Status"), "8");
    let pipeline = described.value("CurrentPipelineId");
    let confirm = [("PipelineId", pipeline.as_str()), ("Confirm", "true")];
    done(&local, "GET", &format!("{ORDER}/ConfirmPipelineBatch"), &confirm).await;
    let described = done(&local, "GET", &describe, &[("ChangeOrderId", &order)]).await;
    assert_eq!(described.value("Status"), "2");
}

#[tokio::test]
async fn time_goes_on_while_no_server_runs() {
    let folder = tempdir().unwrap();
    let slow = Pace::instant().start(Duration::from_millis(300));
    let local = on(folder.path()).pace(slow.clone()).start().await.unwrap();
    let id = create(&local, "demo").await;
    let app = [("AppId", id.as_str())];
    let path = format!("{APP}/describeApplicationInstances");
    let group = done(&local, "GET", &format!("{APP}/describeApplicationGroups"), &app).await.value("GroupId");
    let query = [("AppId", id.as_str()), ("GroupId", group.as_str())];
    let before = done(&local, "GET", &path, &query).await;
    local.stop().await;

    let local = on(folder.path()).pace(slow).start().await.unwrap();
    let status = format!("{APP}/describeApplicationStatus");
    let running = async {
        while done(&local, "GET", &status, &app).await.value("LastChangeOrderStatus") != "SUCCESS" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), running).await.expect("the change order comes to its end");
    let after = done(&local, "GET", &path, &query).await;
    assert_eq!(
        (after.value("InstanceId"), after.value("InstanceContainerStatus")),
        (before.value("InstanceId"), "Running".to_owned()),
        "what was seen while it started is what runs now"
    );
}

#[tokio::test]
async fn a_tenant_whose_key_is_not_given_is_left_alone() {
    let folder = tempdir().unwrap();
    let with = |keys: &[&'static str]| {
        keys.iter().fold(on(folder.path()), |builder, key| builder.access_key(*key, "secret"))
    };
    let list = async |local: &LocalSae, key: &str| {
        let call = Call::new("GET", &format!("{APP}/listApplications"), &[]).key(key, "secret");
        call.send(local).await.value("AppName")
    };
    let local = with(&["a", "b"]).start().await.unwrap();
    for key in ["a", "b"] {
        let query = [
            ("AppName", key),
            ("NamespaceId", "cn-beijing"),
            ("PackageType", "Image"),
            ("ImageUrl", "demo/nginx:1"),
            ("Replicas", "1"),
        ];
        let call = Call::new("POST", &format!("{APP}/createApplication"), &query).key(key, "secret");
        assert_eq!(call.send(&local).await.status, 200);
    }
    local.stop().await;
    let local = with(&["a"]).start().await.unwrap();
    assert_eq!(list(&local, "a").await, "a");
    local.stop().await;
    let local = with(&["b", "new"]).start().await.unwrap();
    assert_eq!((list(&local, "b").await, list(&local, "new").await), ("b".to_owned(), String::new()));
}

#[tokio::test]
async fn what_was_seen_at_a_time_that_was_set_forward_holds_after_a_kill() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).pace(Pace::cloud()).start().await.unwrap();
    let control = local.control();
    let id = create(&local, "demo").await;
    let (status, app) = (format!("{APP}/describeApplicationStatus"), [("AppId", id.as_str())]);
    let state =
        async |local: &LocalSae| done(local, "GET", &status, &app).await.value("LastChangeOrderStatus");
    assert_ne!(state(&local).await, "SUCCESS");
    control.advance(Duration::from_mins(30));
    // Reads write nothing, so the disk knows only that half an hour has passed.
    assert_eq!(state(&local).await, "SUCCESS");

    let disk = killed(folder.path());
    let again = on(disk.path()).pace(Pace::cloud()).start().await.unwrap();
    assert_eq!(state(&again).await, "SUCCESS");
    assert!(!again.control().is_frozen());
    // A frozen clock stays frozen after a restart, until somebody lets it run.
    let stop = done(&again, "PUT", &format!("{APP}/stopApplication"), &app).await;
    again.control().freeze();
    assert_ne!(state(&again).await, "SUCCESS");
    again.stop().await;
    let again = on(disk.path()).pace(Pace::cloud()).start().await.unwrap();
    assert!(again.control().is_frozen());
    again.control().resume();
    again.control().advance(Duration::from_mins(1));
    let order = [("ChangeOrderId", stop.value("ChangeOrderId"))];
    let order = order.each_ref().map(|(name, value)| (*name, value.as_str()));
    let order = done(&again, "GET", &format!("{ORDER}/DescribeChangeOrder"), &order).await;
    assert_eq!(order.value("Status"), "2");
    // A reset of the server also resets its clocks durably.
    again.control().advance(Duration::from_hours(24));
    again.control().reset().await.unwrap();
    again.stop().await;
    let again = on(disk.path()).start().await.unwrap();
    let created = create(&again, "demo").await;
    let status = done(&again, "GET", &status, &[("AppId", &created)]).await;
    let created = Duration::from_millis(status.value("CreateTime").parse().unwrap());
    assert!(SystemTime::UNIX_EPOCH + created < SystemTime::now() + Duration::from_hours(1));
}

#[tokio::test]
async fn a_folder_is_free_once_the_server_has_stopped() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    let control = local.control();
    let slow = Fault::on("DescribeRegions").latency(Duration::from_mins(1));
    control.fault(slow).unwrap();
    let regions = Call::new("GET", "/pop/v1/paas/regionConfig", &[]);
    let waiting = timeout(Duration::from_millis(20), regions.send(&local)).await;
    assert!(waiting.is_err(), "it is still under way, though nobody waits for it");
    local.stop().await;

    let next = on(folder.path()).start().await.unwrap();
    let refused = control.reset().await.unwrap_err();
    assert_eq!(refused.kind(), ControlErrorKind::Data);
    assert!(refused.to_string().ends_with("is closed: its server has stopped"), "{refused}");
    create(&next, "demo").await;
}
