//! Versions of an application: listed, gone back to, kept over a restart of the state; and what is done to chosen instances.

use sae_local::{Fault, LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls;
use crate::calls::call;

const APP: &str = "/pop/v1/sam/app";
const ORDER: &str = "/pop/v1/sam/changeorder/DescribeChangeOrder";

async fn done(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Value {
    calls::done(local, method, path, query).await.json()
}

async fn create(local: &LocalSae, more: &[(&str, &str)]) -> String {
    let base =
        [("AppName", "shop"), ("PackageType", "Image"), ("ImageUrl", "demo/shop:1"), ("Replicas", "3")];
    let query = [&base[..], more].concat();
    let created = done(local, "POST", &format!("{APP}/createApplication"), &query).await;
    created["Data"]["AppId"].as_str().unwrap().to_owned()
}

async fn deploy(local: &LocalSae, id: &str, more: &[(&str, &str)]) {
    done(local, "POST", &format!("{APP}/deployApplication"), &[&[("AppId", id)], more].concat()).await;
}

async fn versions(local: &LocalSae, id: &str) -> Vec<(String, String)> {
    let listed = done(local, "GET", &format!("{APP}/listAppVersions"), &[("AppId", id)]).await;
    let version = |one: &Value| {
        assert!(one["CreateTime"].as_str().unwrap().parse::<i64>().is_ok() && one["Type"] == "image");
        (one["Id"].as_str().unwrap().to_owned(), one["WarUrl"].as_str().unwrap().to_owned())
    };
    listed["Data"].as_array().map(|all| all.iter().map(version).collect()).unwrap_or_default()
}

async fn instances(local: &LocalSae, id: &str) -> Vec<(String, String)> {
    let app = [("AppId", id)];
    let groups = done(local, "GET", &format!("{APP}/describeApplicationGroups"), &app).await;
    let group = groups["Data"][0]["GroupId"].as_str().unwrap();
    let query = [app[0], ("GroupId", group)];
    let listed = done(local, "GET", &format!("{APP}/describeApplicationInstances"), &query).await;
    let listed = listed["Data"]["Instances"].as_array().unwrap().clone();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    listed.iter().map(|one| (text(one, "InstanceId"), text(one, "ImageUrl"))).collect()
}

#[tokio::test]
async fn an_application_goes_back_to_an_earlier_version() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("Envs", r#"[{"name":"A","value":"1"}]"#)]).await;
    deploy(
        &local,
        &id,
        &[("ImageUrl", "demo/shop:2"), ("Envs", r#"[{"name":"A","value":"2"}]"#), ("Replicas", "4")],
    )
    .await;
    deploy(&local, &id, &[("ImageUrl", "demo/shop:3"), ("Cpu", "2000"), ("Memory", "4096")]).await;
    let listed = versions(&local, &id).await;
    let images: Vec<_> = listed.iter().map(|(_, image)| image.as_str()).collect();
    assert_eq!(images, ["demo/shop:3", "demo/shop:2", "demo/shop:1"]);

    let back = [("AppId", id.as_str()), ("VersionId", listed[2].0.as_str())];
    let answer = done(&local, "PUT", &format!("{APP}/rollbackApplication"), &back).await;
    assert_eq!(answer["Data"]["IsNeedApproval"], json!(false));
    let order = answer["Data"]["ChangeOrderId"].as_str().unwrap();
    let order = done(&local, "GET", ORDER, &[("ChangeOrderId", order)]).await;
    assert_eq!(
        (&order["Data"]["CoTypeCode"], &order["Data"]["Status"]),
        (&json!("CoDeployHistroy"), &json!(2))
    );
    let config = done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &id)]).await;
    let config = &config["Data"];
    assert_eq!(
        (&config["ImageUrl"], &config["Cpu"], &config["Replicas"]),
        (&json!("demo/shop:1"), &json!(1000), &json!(4))
    );
    assert_eq!(config["Envs"], json!(r#"[{"name":"A","value":"1"}]"#));
    let images: Vec<_> = instances(&local, &id).await.into_iter().map(|(_, image)| image).collect();
    assert_eq!(images, ["demo/shop:1"; 4]);
    // The versions stay, and so they do in a snapshot.
    assert_eq!(versions(&local, &id).await, listed);
    let snapshot = local.control().snapshot().unwrap();
    deploy(&local, &id, &[("ImageUrl", "demo/shop:4")]).await;
    assert_eq!(versions(&local, &id).await[0].1, "demo/shop:4");
    local.control().restore(&snapshot).await.unwrap();
    assert_eq!(versions(&local, &id).await, listed);
    let old = [("AppId", id.as_str()), ("VersionId", "2")];
    let old = done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &old).await;
    assert_eq!(old["Data"]["ImageUrl"], "demo/shop:2");
}

#[tokio::test]
async fn a_rollback_keeps_to_batches_and_is_refused_where_it_cannot_be() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[("Deploy", "false")]).await;
    let path = format!("{APP}/rollbackApplication");
    let back = |version: &'static str| vec![("AppId", id.as_str()), ("VersionId", version)];
    assert_eq!(versions(&local, &id).await, [], "nothing was deployed");
    let refused = call(&local, "PUT", &path, &back("1")).await;
    assert_eq!(refused.refusal(), (400, "Application.NotDeployYet".to_owned()));
    deploy(&local, &id, &[("ImageUrl", "demo/shop:2")]).await;
    deploy(&local, &id, &[("ImageUrl", "demo/shop:3")]).await;
    for version in ["1", "9", "x"] {
        let refused = call(&local, "PUT", &path, &back(version)).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
        assert!(refused.value("Message").contains("{VersionId}"));
    }
    let manual = r#"{"type":"BatchUpdate","batchUpdate":{"batch":3,"releaseType":"manual"}}"#;
    let batches = [back("2"), vec![("UpdateStrategy", manual)]].concat();
    let order =
        done(&local, "PUT", &path, &batches).await["Data"]["ChangeOrderId"].as_str().unwrap().to_owned();
    let described = done(&local, "GET", ORDER, &[("ChangeOrderId", &order)]).await;
    assert_eq!((&described["Data"]["Status"], &described["Data"]["BatchCount"]), (&json!(8), &json!(3)));
    let refused = call(&local, "PUT", &path, &back("2")).await;
    assert_eq!(refused.refusal(), (400, "Application.ChangerOrderRunning".to_owned()));
    // It is rolled back like a deployment.
    let undo = "/pop/v1/sam/changeorder/AbortAndRollbackChangeOrder";
    done(&local, "PUT", undo, &[("ChangeOrderId", &order)]).await;
    assert!(instances(&local, &id).await.iter().all(|(_, image)| image == "demo/shop:3"));
    let unknown = [("AppId", "nobody"), ("VersionId", "1")];
    let refused = call(&local, "PUT", &path, &unknown).await;
    assert_eq!(refused.refusal(), (400, "InvalidApplication.NotFound".to_owned()));
}

#[tokio::test]
async fn the_latest_versions_are_kept() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[]).await;
    for number in 2..=25 {
        deploy(&local, &id, &[("ImageUrl", &format!("demo/shop:{number}"))]).await;
    }
    let listed = versions(&local, &id).await;
    assert_eq!(
        (listed.len(), listed[0].1.as_str(), listed[19].1.as_str()),
        (20, "demo/shop:25", "demo/shop:6")
    );
}

#[tokio::test]
async fn chosen_instances_are_restarted_and_taken_away() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[]).await;
    let ids = |list: Vec<(String, String)>| list.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let before = ids(instances(&local, &id).await);
    let (restart, take) =
        (format!("{APP}/restartInstances"), format!("{APP}/ScaleInApplicationWithInstanceIds"));
    let two = format!("{},{}", before[0], before[2]);
    let chosen = [("AppId", id.as_str()), ("InstanceIds", two.as_str())];
    let order = done(&local, "PUT", &restart, &chosen).await;
    let order =
        done(&local, "GET", ORDER, &[("ChangeOrderId", order["Data"]["ChangeOrderId"].as_str().unwrap())])
            .await;
    assert_eq!(order["Data"]["CoTypeCode"], "CoRestartInstances");
    let after = ids(instances(&local, &id).await);
    assert_eq!((after.len(), after.contains(&before[1])), (3, true));
    assert!(!after.contains(&before[0]) && !after.contains(&before[2]));

    for path in [&restart, &take] {
        let refused = call(&local, "PUT", path, &chosen).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "they are gone");
        assert!(refused.value("Message").contains("{InstanceIds}"));
    }
    let two = format!("{},{}", after[0], after[1]);
    done(&local, "PUT", &take, &[("AppId", &id), ("InstanceIds", &two)]).await;
    assert_eq!(ids(instances(&local, &id).await), [after[2].clone()]);
    let overview = done(&local, "GET", &format!("{APP}/getApplication"), &[("AppName", "shop")]).await;
    let overview = &overview["Application"];
    assert_eq!(
        (&overview["AppId"], &overview["Instances"], &overview["RunningInstances"]),
        (&json!(id), &json!(1), &json!(1))
    );
    let refused = call(&local, "PUT", &take, &[("AppId", &id), ("InstanceIds", &after[2])]).await;
    assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "one stays");
    done(&local, "PUT", &format!("{APP}/stopApplication"), &[("AppId", &id)]).await;
    let refused = call(&local, "PUT", &take, &[("AppId", &id), ("InstanceIds", &after[2])]).await;
    assert_eq!(refused.refusal(), (400, "Application.InvalidStatus".to_owned()));
    let nothing = call(&local, "GET", &format!("{APP}/getApplication"), &[]).await;
    assert_eq!(nothing.refusal(), (400, "InvalidParameter.NotEmpty".to_owned()));
}

#[tokio::test]
async fn instances_that_start_by_a_rollback_or_a_restart_can_fail() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, &[]).await;
    deploy(&local, &id, &[("ImageUrl", "demo/shop:2")]).await;
    let one = instances(&local, &id).await.remove(0).0;
    let back = [("AppId", id.as_str()), ("VersionId", "1")];
    let restart = [("AppId", id.as_str()), ("InstanceIds", one.as_str())];
    for (operation, path, query) in [
        ("RestartInstances", "restartInstances", restart),
        ("RollbackApplication", "rollbackApplication", back),
    ] {
        local.control().fault(Fault::on(operation).times(1).never_ready()).unwrap();
        let answer = done(&local, "PUT", &format!("{APP}/{path}"), &query).await;
        let order = answer["Data"]["ChangeOrderId"].as_str().unwrap();
        let order = done(&local, "GET", ORDER, &[("ChangeOrderId", order)]).await;
        assert_eq!(order["Data"]["Status"], json!(3), "{operation}: {order}");
    }
}
