//! The security group of an application: changed without a deployment, kept by later deployments and by snapshots.

use sae_local::{LocalSae, Pace};
use serde_json::Value;

use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";

async fn call(local: &LocalSae, method: &'static str, name: &str, query: &[(&str, &str)]) -> Answer {
    Call::new(method, &format!("{APP}/{name}"), query).send(local).await
}

async fn create(local: &LocalSae) -> String {
    let query =
        [("AppName", "shop"), ("PackageType", "Image"), ("ImageUrl", "demo/shop:1"), ("Replicas", "1")];
    let created = call(local, "POST", "createApplication", &query).await;
    assert_eq!(created.status, 200, "{}", created.body);
    created.json()["Data"]["AppId"].as_str().unwrap().to_owned()
}

async fn group(local: &LocalSae, id: &str) -> Value {
    call(local, "GET", "describeApplicationConfig", &[("AppId", id)]).await.json()["Data"]["SecurityGroupId"]
        .take()
}

#[tokio::test]
async fn the_security_group_is_changed() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local).await;
    let changed =
        call(&local, "PUT", "updateAppSecurityGroup", &[("AppId", &id), ("SecurityGroupId", "sg-2")]).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(group(&local, &id).await, "sg-2");

    let deployment = [("AppId", id.as_str()), ("ImageUrl", "demo/shop:2")];
    let deployed = call(&local, "POST", "deployApplication", &deployment).await;
    assert_eq!(deployed.status, 200, "{}", deployed.body);
    assert_eq!(group(&local, &id).await, "sg-2", "a deployment that names none keeps it");

    let snapshot = local.control().snapshot().unwrap();
    let third = [("AppId", id.as_str()), ("SecurityGroupId", "sg-3")];
    assert_eq!(call(&local, "PUT", "updateAppSecurityGroup", &third).await.status, 200);
    assert_eq!(group(&local, &id).await, "sg-3");
    local.control().restore(&snapshot).await.unwrap();
    assert_eq!(group(&local, &id).await, "sg-2");
}

#[tokio::test]
async fn a_security_group_that_cannot_be_set_is_refused() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local).await;
    let before = group(&local, &id).await;
    for (app, sent, code) in [
        (id.as_str(), "", "InvalidParameter.NotEmpty"),
        (id.as_str(), "vsw-1", "InvalidParameter.WithMessage"),
        ("nothing", "sg-2", "InvalidApplication.NotFound"),
    ] {
        let query = [("AppId", app), ("SecurityGroupId", sent)];
        let refused = call(&local, "PUT", "updateAppSecurityGroup", &query).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{query:?}");
    }
    assert_eq!(group(&local, &id).await, before);
}

#[tokio::test]
async fn the_security_group_of_a_busy_application_stays() {
    let local = LocalSae::builder().pace(Pace::brisk()).start().await.unwrap();
    let id = create(&local).await;
    let before = group(&local, &id).await;
    let query = [("AppId", id.as_str()), ("SecurityGroupId", "sg-2")];
    let refused = call(&local, "PUT", "updateAppSecurityGroup", &query).await;
    assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    assert!(refused.value("Message").contains("{AppId}"));
    assert_eq!(group(&local, &id).await, before);
}
