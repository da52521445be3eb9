//! The lifecycle of an application, with every operation once at least. In a debug build the server itself checks that
//! an operation answers only codes that the spec lists for it.

use sae_local::{LocalSae, Pace};
use serde_json::Value;

use crate::calls::{call, done};

const APP: &str = "/pop/v1/sam/app";
const ORDER: &str = "/pop/v1/sam/changeorder";

async fn create(local: &LocalSae, query: &[(&str, &str)]) -> String {
    let base =
        [("AppName", "demo"), ("NamespaceId", "cn-beijing"), ("PackageType", "Image"), ("Replicas", "2")];
    let query: Vec<_> = base.into_iter().chain(query.iter().copied()).collect();
    done(local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId")
}

#[tokio::test]
async fn an_application_lives() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("ImageUrl", "demo/nginx:1"), ("Deploy", "true")]).await;
    let app = [("AppId", id.as_str())];
    let status = done(&local, "GET", &format!("{APP}/describeApplicationStatus"), &app).await;
    assert_eq!(
        (status.value("CurrentStatus"), status.value("LastChangeOrderStatus")),
        ("RUNNING".to_owned(), "SUCCESS".to_owned())
    );
    let strategy = r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":1,"releaseType":"manual"},"grayUpdate":{"gray":1}}"#;
    let deploy = [("AppId", id.as_str()), ("ImageUrl", "demo/nginx:2"), ("UpdateStrategy", strategy)];
    let order =
        done(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await.value("ChangeOrderId");
    let described =
        done(&local, "GET", &format!("{ORDER}/DescribeChangeOrder"), &[("ChangeOrderId", &order)]).await;
    assert_eq!(
        (described.value("Status"), described.value("BatchCount"), described.value("Auto")),
        ("8".to_owned(), "2".to_owned(), "false".to_owned())
    );
    let busy = call(&local, "PUT", &format!("{APP}/stopApplication"), &app).await;
    assert_eq!(busy.refusal(), (400, "Application.ChangerOrderRunning".to_owned()));
    let confirm = [("PipelineId", described.value("CurrentPipelineId")), ("Confirm", "true".to_owned())];
    let confirm: Vec<_> = confirm.iter().map(|(name, value)| (*name, value.as_str())).collect();
    done(&local, "GET", &format!("{ORDER}/ConfirmPipelineBatch"), &confirm).await;
    let described =
        done(&local, "GET", &format!("{ORDER}/DescribeChangeOrder"), &[("ChangeOrderId", &order)]).await;
    assert_eq!(described.value("Status"), "2");
    for (method, name, more) in [
        ("PUT", "restartApplication", vec![("MinReadyInstances", "1")]),
        ("PUT", "rescaleApplication", vec![("Replicas", "3")]),
        ("POST", "rescaleApplicationVertically", vec![("Cpu", "2000"), ("Memory", "4096")]),
        ("PUT", "stopApplication", vec![]),
        ("PUT", "startApplication", vec![]),
        ("POST", "slb", vec![("Internet", r#"{"port":80,"targetPort":8080,"protocol":"TCP"}"#)]),
        ("DELETE", "slb", vec![("Internet", "true"), ("Intranet", "false")]),
        ("DELETE", "deleteApplication", vec![]),
    ] {
        let query: Vec<_> = app.into_iter().chain(more).collect();
        let order = done(&local, method, &format!("{APP}/{name}"), &query).await.value("ChangeOrderId");
        let described =
            done(&local, "GET", &format!("{ORDER}/DescribeChangeOrder"), &[("ChangeOrderId", &order)]).await;
        assert_eq!(described.value("Status"), "2", "{name}");
    }
    assert_eq!(
        call(&local, "PUT", &format!("{APP}/stopApplication"), &app).await.refusal().1,
        "InvalidApplication.NotFound"
    );
}

#[tokio::test]
async fn a_configuration_comes_back_as_it_was_sent() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let sent = [
        ("ImageUrl", "demo/nginx:1"),
        ("AppDescription", "a & b"),
        ("Command", "sleep"),
        ("CommandArgs", "1d"),
        ("Envs", r#"[{"name":"A","value":"1"}]"#),
        ("CustomHostAlias", r#"[{"hostName":"samplehost","ip":"127.0.0.1"}]"#),
        ("Liveness", r#"{"exec":{"command":["sleep","5s"]},"initialDelaySeconds":10,"timeoutSeconds":11}"#),
        ("Timezone", "Asia/Shanghai"),
        ("VpcId", "vpc-1"),
        ("VSwitchId", "vsw-1"),
    ];
    let structures = [
        ("MountDesc", r#"[{"mountPath":"/tmp","nasPath":"/"}]"#),
        ("ConfigMapMountDesc", r#"[{"configMapId":1,"key":"test","mountPath":"/tmp"}]"#),
        ("Labels", r#"{"one":"1"}"#),
        ("SlsConfigs", r#"[{"logDir":"/logs/hsf.log"},{"logType":"stdout"}]"#),
    ];
    let config_map = [("NamespaceId", "cn-beijing"), ("Name", "mounted"), ("Data", r#"{"test":"1"}"#)];
    done(&local, "POST", "/pop/v1/sam/configmap/configMap", &config_map).await;
    let query: Vec<_> = sent.into_iter().chain(structures).collect();
    let id = create(&local, &query).await;
    let answer = done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &id)]).await;
    let data = serde_json::from_str::<Value>(&answer.body).unwrap()["Data"].clone();
    for (name, value) in sent {
        assert_eq!(data[name], Value::from(value), "{name}");
    }
    assert_eq!(data["Replicas"], Value::from(2));
    assert_eq!(data["MountDesc"][0]["MountPath"], Value::from("/tmp"));
    assert_eq!(data["ConfigMapMountDesc"][0]["ConfigMapId"], Value::from(1));
    assert_eq!(data["Labels"]["one"], Value::from("1"));
    assert!(!answer.body.contains("\"Deploy\""));
    let logs = [("AppId", id.as_str()), ("CurrentPage", "1"), ("PageSize", "10")];
    let logs = done(&local, "GET", "/pop/v1/sam/log/listLogConfigs", &logs).await;
    assert_eq!(
        (logs.value("TotalSize"), logs.value("LogDir"), logs.value("LogType")),
        ("2".to_owned(), "/logs/hsf.log".to_owned(), "file_log".to_owned())
    );
}

#[tokio::test]
async fn every_operation_that_looks_answers() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("ImageUrl", "demo/nginx:1")]).await;
    let app = ("AppId", id.as_str());
    let group =
        done(&local, "GET", &format!("{APP}/describeApplicationGroups"), &[app]).await.value("GroupId");
    let instances = [app, ("GroupId", group.as_str())];
    let instance = done(&local, "GET", &format!("{APP}/describeApplicationInstances"), &instances).await;
    assert_eq!(
        (instance.value("TotalSize"), instance.value("InstanceContainerStatus")),
        ("2".to_owned(), "Running".to_owned())
    );
    let instance = instance.value("InstanceId");
    let log = "/pop/v1/sam/instance/describeInstanceLog";
    assert!(
        done(&local, "GET", log, &[("InstanceId", &instance)])
            .await
            .value("Data")
            .contains("pulling demo/nginx:1")
    );
    for (path, query, part) in [
        (
            "/pop/v1/sam/app/listApplications",
            vec![("AppName", "dem"), ("CurrentPage", "1")],
            "\"TotalSize\":1",
        ),
        (
            "/pop/v1/sam/app/listApplications",
            vec![("FieldType", "appIds"), ("FieldValue", &id)],
            "\"RunningInstances\":2",
        ),
        ("/pop/v1/sam/app/listApplications", vec![("AppName", "other")], "\"TotalSize\":0"),
        (
            "/pop/v1/sam/container/describeApplicationImage",
            vec![app, ("ImageUrl", "demo/nginx:1")],
            "\"RepoTag\":\"1\"",
        ),
        ("/pop/v1/sam/resource/components", vec![app, ("Type", "TOMCAT")], "apache-tomcat-7.0.91"),
        ("/pop/v1/sam/resource/components", vec![("Type", "jdk")], "Open JDK 8"),
        ("/pop/v1/sam/resource/edasContainers", vec![], "3.5.3"),
        ("/pop/v1/paas/quota/instanceSpecifications", vec![], "\"Enable\":true"),
        ("/pop/v1/paas/quota/queryResourceStatics", vec![app], "\"RealTimeRes\""),
        ("/pop/v1/sam/service/listConsumedServices", vec![app], "success"),
        ("/pop/v1/sam/service/listPublishedServices", vec![app], "success"),
        (
            "/pop/v1/sam/namespace/describeNamespaceList",
            vec![("ContainCustom", "true")],
            "\"NamespaceId\":\"cn-hangzhou\"",
        ),
        ("/pop/v1/sam/app/slb", vec![app], "\"AppName\":\"demo\""),
        (
            "/pop/v1/sam/changeorder/ListChangeOrders",
            vec![app, ("CoType", "CoCreateApp"), ("CoStatus", "2")],
            "\"TotalSize\":1",
        ),
    ] {
        let answer = done(&local, "GET", path, &query).await;
        assert!(answer.body.contains(part), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn change_orders_are_filtered_and_paged() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("ImageUrl", "demo/nginx:1")]).await;
    let app = ("AppId", id.as_str());
    for name in ["restartApplication", "stopApplication"] {
        done(&local, "PUT", &format!("{APP}/{name}"), &[app]).await;
    }
    let (create, restart, stop) = ("CoCreateApp", "CoRestartApplication", "CoStopApplication");
    for (query, total, expected) in [
        (vec![], 3, vec![stop, restart, create]),
        (vec![("Reverse", "true")], 3, vec![create, restart, stop]),
        (vec![("CoType", restart)], 1, vec![restart]),
        (vec![("CoStatus", "2")], 3, vec![stop, restart, create]),
        (vec![("CoStatus", "6")], 0, vec![]),
        (vec![("Key", "Stop")], 1, vec![stop]),
        (vec![("CurrentPage", "2"), ("PageSize", "2")], 3, vec![create]),
        (vec![("CurrentPage", "3"), ("PageSize", "2")], 3, vec![]),
    ] {
        let query: Vec<_> = [app].into_iter().chain(query).collect();
        let answer = done(&local, "GET", &format!("{ORDER}/ListChangeOrders"), &query).await;
        let data = serde_json::from_str::<Value>(&answer.body).unwrap()["Data"].clone();
        let listed = data["ChangeOrderList"].as_array().cloned().unwrap_or_default();
        let kinds: Vec<_> = listed.iter().filter_map(|order| order["CoTypeCode"].as_str()).collect();
        assert_eq!((&data["TotalSize"], kinds), (&Value::from(total), expected), "{query:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("ImageUrl", "demo/nginx:1")]).await;
    let app = ("AppId", id.as_str());
    let none = ("AppId", "none");
    for (method, path, query, status, code) in [
        ("GET", "/pop/v1/sam/app/describeApplicationConfig", vec![none], 404, "InvalidAppId.NotFound"),
        ("GET", "/pop/v1/sam/app/describeApplicationStatus", vec![none], 400, "InvalidApplication.NotFound"),
        (
            "GET",
            "/pop/v1/sam/app/describeApplicationInstances",
            vec![app, ("GroupId", "x")],
            400,
            "InvalidParameter.Obviously",
        ),
        (
            "GET",
            "/pop/v1/sam/instance/describeInstanceLog",
            vec![("InstanceId", "x")],
            404,
            "InvalidResponse.Api",
        ),
        ("GET", "/pop/v1/sam/resource/components", vec![("Type", "PERL")], 400, "InvalidParameter.Obviously"),
        ("GET", "/pop/v1/sam/changeorder/ListChangeOrders", vec![none], 400, "Resouce.no.permission"),
        (
            "GET",
            "/pop/v1/sam/changeorder/DescribeChangeOrder",
            vec![("ChangeOrderId", "x")],
            400,
            "InvalidChangeOrder.NotFound",
        ),
        (
            "PUT",
            "/pop/v1/sam/changeorder/AbortChangeOrder",
            vec![("ChangeOrderId", "x")],
            400,
            "InvalidChangeOrder.NotFound",
        ),
        (
            "PUT",
            "/pop/v5/changeorder/ChangeOrderAbortAndRollback",
            vec![("ChangeOrderId", "x")],
            400,
            "InvalidChangeOrder.NotFound",
        ),
        (
            "POST",
            "/pop/v1/sam/app/slb",
            vec![app, ("Internet", r#"[{"port":80,"targetPort":1,"protocol":"UDP"}]"#)],
            400,
            "InvalidParameter.ProtocolNotSupport",
        ),
        ("POST", "/pop/v1/sam/app/slb", vec![app, ("Internet", "{")], 400, "InvalidParameter.Obviously"),
        (
            "POST",
            "/pop/v1/sam/app/deployApplication",
            vec![app, ("Envs", "[1]")],
            400,
            "InvalidParameter.Obviously",
        ),
        (
            "POST",
            "/pop/v1/sam/app/deployApplication",
            vec![app, ("CustomHostAlias", r#"{"hostName":"a b","ip":"1"}"#)],
            400,
            "InvalidHostnameIp.Invalid",
        ),
        (
            "POST",
            "/pop/v1/sam/app/rescaleApplicationVertically",
            vec![app, ("Cpu", "1"), ("Memory", "2")],
            400,
            "InvalidInstanceSpecification.Unsupported",
        ),
        (
            "PUT",
            "/pop/v1/paas/namespace",
            vec![("NamespaceId", "cn-beijing:x"), ("NamespaceName", "n")],
            404,
            "InvalidNamespaceId.NotFound",
        ),
        (
            "GET",
            "/pop/v1/sam/app/listApplications",
            vec![("PageSize", "0")],
            400,
            "InvalidParameter.Obviously",
        ),
    ] {
        assert_eq!(
            call(&local, method, path, &query).await.refusal(),
            (status, code.to_owned()),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn time_goes_by_at_its_pace() {
    let slow = Pace::instant().start(std::time::Duration::from_hours(1));
    let local = LocalSae::builder().pace(slow).start().await.unwrap();
    let id = create(&local, &[("ImageUrl", "demo/nginx:1")]).await;
    let status = done(&local, "GET", &format!("{APP}/describeApplicationStatus"), &[("AppId", &id)]).await;
    assert_eq!(
        (status.value("CurrentStatus"), status.value("LastChangeOrderRunning")),
        ("UNKNOWN".to_owned(), "true".to_owned())
    );
    let order = status.value("LastChangeOrderId");
    done(&local, "PUT", &format!("{ORDER}/AbortChangeOrder"), &[("ChangeOrderId", &order)]).await;
    let stop = call(&local, "PUT", &format!("{APP}/stopApplication"), &[("AppId", &id)]).await;
    assert_eq!(stop.refusal(), (400, "Application.NotDeployYet".to_owned()));
}
