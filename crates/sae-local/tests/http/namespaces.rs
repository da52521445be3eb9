//! What the applications of a namespace share: its network, its vSwitches and the logs that are collected.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::by_name::{call, done};
use crate::client::Call;
use crate::parameters::description;

const NAMESPACE: (&str, &str) = ("NamespaceId", "cn-beijing:test");
const LOGS: &str = r#"[{"logDir":"","logType":"stdout"},{"logDir":"/tmp/a.log"}]"#;
const OWN: &str = r#"[{"logDir":"/tmp/own.log"}]"#;

async fn data(local: &LocalSae, operation: &str, query: &[(&str, &str)]) -> Value {
    done(local, operation, query).await.json()["Data"].take()
}

async fn server() -> LocalSae {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let named = [NAMESPACE, ("NamespaceName", "shop"), ("NamespaceDescription", "the shop")];
    done(&local, "CreateNamespace", &named).await;
    local
}

async fn application(local: &LocalSae, name: &str, more: &[(&str, &str)]) -> String {
    let base = [
        NAMESPACE,
        ("AppName", name),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "2"),
    ];
    let kept = base.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| name != other));
    let query: Vec<_> = kept.chain(more.iter().copied()).collect();
    done(local, "CreateApplication", &query).await.value("AppId")
}

#[tokio::test]
async fn a_namespace_shows_its_network_and_the_latest_change_order() {
    let local = server().await;
    let empty = data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await;
    assert_eq!(
        json!([empty["NamespaceName"], empty["Description"], empty["BelongRegion"], empty["AppCount"]]),
        json!(["shop", "the shop", "cn-beijing", 0])
    );
    assert_eq!(
        json!([empty["VpcId"], empty["LastChangeOrderId"], empty["LastChangeOrderRunning"]]),
        json!([null, null, false])
    );
    let app = application(&local, "web", &[("VpcId", "vpc-1"), ("VSwitchId", "vsw-1")]).await;
    let order = data(&local, "RestartApplication", &[("AppId", &app)]).await["ChangeOrderId"].take();
    let shown = data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await;
    assert_eq!(
        json!([shown["VpcId"], shown["VSwitchId"], shown["SecurityGroupId"], shown["AppCount"]]),
        json!(["vpc-1", "vsw-1", "sg-1", 1])
    );
    assert_eq!(
        json!([shown["LastChangeOrderId"], shown["LastChangeOrderRunning"], shown["LastChangeOrderStatus"]]),
        json!([order, false, "SUCCESS"])
    );
    let short = [("NameSpaceShortId", "test")];
    let by_short = Call::new("GET", description("DescribeNamespaceResources").path, &short)
        .header("x-acs-region-id", "cn-beijing")
        .send(&local)
        .await;
    assert_eq!(by_short.json()["Data"], shown);
    let nowhere = [("NamespaceId", "cn-beijing:nowhere")];
    for (operation, more) in [
        ("DescribeNamespaceResources", None),
        ("UpdateNamespaceVpc", Some(("VpcId", "vpc-1"))),
        ("UpdateNamespaceSlsConfigs", None),
    ] {
        let query: Vec<_> = nowhere.into_iter().chain(more).collect();
        assert_eq!(
            call(&local, operation, &query).await.refusal(),
            (404, "InvalidNamespaceId.NotFound".to_owned()),
            "{operation}"
        );
        let unnamed: Vec<_> = more.into_iter().collect();
        let unnamed = call(&local, operation, &unnamed).await;
        assert_eq!(unnamed.value("Code"), "InvalidParameter.NotEmpty", "{operation}");
    }
}

#[tokio::test]
async fn a_namespace_without_applications_moves_to_another_vpc() {
    let local = server().await;
    done(&local, "UpdateNamespaceVpc", &[NAMESPACE, ("VpcId", "vpc-1")]).await;
    let app = application(&local, "web", &[]).await;
    let used = data(&local, "DescribeApplicationConfig", &[("AppId", &app)]).await;
    let shown = data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await;
    assert_eq!(
        json!([used["VpcId"], used["VSwitchId"]]),
        json!(["vpc-1", shown["VSwitchId"]]),
        "a new application is in the network of its namespace"
    );
    let other = [NAMESPACE, ("VpcId", "vpc-2")];
    let occupied = call(&local, "UpdateNamespaceVpc", &other).await;
    assert_eq!(occupied.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    done(&local, "UpdateNamespaceVpc", &[NAMESPACE, ("VpcId", "vpc-1")]).await;
    assert_eq!(
        data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await["VSwitchId"],
        used["VSwitchId"]
    );
    done(&local, "DeleteApplication", &[("AppId", &app)]).await;
    done(&local, "UpdateNamespaceVpc", &other).await;
    let moved = data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await;
    assert_eq!(moved["VpcId"], "vpc-2");
    assert_ne!(moved["VSwitchId"], used["VSwitchId"]);
    let wrong = call(&local, "UpdateNamespaceVpc", &[NAMESPACE, ("VpcId", "net-1")]).await;
    assert_eq!(wrong.refusal(), (404, "InvalidVpcId.NotFound".to_owned()));
}

#[tokio::test]
async fn a_vpc_has_the_vswitches_that_are_used() {
    let local = server().await;
    let vpc = ("VpcId", "vpc-1");
    assert_eq!(data(&local, "DescribeVSwitches", &[vpc]).await, json!([]));
    application(&local, "one", &[vpc, ("VSwitchId", "vsw-1")]).await;
    application(&local, "two", &[("VSwitchId", "vsw-2"), ("Replicas", "3")]).await;
    let listed = data(&local, "DescribeVSwitches", &[vpc]).await;
    let vswitch = |id: &str, free: &str| {
        json!({
            "VpcId": "vpc-1", "VSwitchId": id, "VSwitchName": id, "ZoneId": "cn-beijing-a",
            "Status": "Available", "AvailableIpAddressCount": free,
        })
    };
    assert_eq!(listed, json!([vswitch("vsw-1", "250"), vswitch("vsw-2", "249")]));
    for filter in ["VSwitchId", "VSwitchName"] {
        let chosen = data(&local, "DescribeVSwitches", &[vpc, (filter, "vsw-2")]).await;
        assert_eq!(chosen, json!([vswitch("vsw-2", "249")]), "{filter}");
    }
    assert_eq!(data(&local, "DescribeVSwitches", &[("VpcId", "vpc-2")]).await, json!([]));
    let wrong = call(&local, "DescribeVSwitches", &[("VpcId", "1")]).await;
    assert_eq!(wrong.refusal(), (404, "InvalidVpcId.NotFound".to_owned()));
}

#[tokio::test]
async fn applications_get_the_logs_of_their_namespace() {
    let local = server().await;
    let app = application(&local, "plain", &[]).await;
    let own = application(&local, "own", &[("SlsConfigs", OWN), ("SlsLogEnvTags", "mine")]).await;
    let set = [NAMESPACE, ("SlsConfigs", LOGS), ("SlsLogEnvTags", "team=shop")];
    done(&local, "UpdateNamespaceSlsConfigs", &set).await;
    let shown = |app: String| {
        let local = &local;
        async move {
            let config = data(local, "DescribeApplicationConfig", &[("AppId", &app)]).await;
            let logs =
                data(local, "ListLogConfigs", &[("AppId", &app), ("CurrentPage", "1"), ("PageSize", "10")])
                    .await;
            json!([config["SlsConfigs"], config["SlsLogEnvTags"], logs["TotalSize"]])
        }
    };
    assert_eq!(shown(app.clone()).await, json!([LOGS, "team=shop", 2]));
    assert_eq!(shown(own.clone()).await, json!([OWN, "mine", 1]));
    assert_eq!(data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await["SlsConfigs"], LOGS);
    let control = local.control();
    let before = control.snapshot().unwrap();
    done(&local, "UpdateNamespaceSlsConfigs", &[NAMESPACE, ("SlsLogEnvTags", "")]).await;
    assert_eq!(shown(app.clone()).await, json!([LOGS, null, 2]), "logs that aren't sent stay");
    done(&local, "UpdateNamespaceSlsConfigs", &[NAMESPACE, ("SlsConfigs", "")]).await;
    assert_eq!(shown(app.clone()).await, json!(["", null, 0]));
    assert_eq!(data(&local, "DescribeNamespaceResources", &[NAMESPACE]).await["SlsConfigs"], Value::Null);
    let wrong = call(&local, "UpdateNamespaceSlsConfigs", &[NAMESPACE, ("SlsConfigs", "{}")]).await;
    assert_eq!(wrong.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
    control.restore(&before).await.unwrap();
    assert_eq!(shown(app).await, json!([LOGS, "team=shop", 2]), "they are in a snapshot");
}
