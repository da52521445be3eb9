//! Tenants that are filled, emptied and restored.

use std::time::Duration;

use sae_local::{ControlErrorKind, LocalSae, Pace, Seed};
use sae_models::sae::CreateNamespace;

use crate::client::{Call, control};

const SHOP: &str = r#"{"calls":[
    {"operation":"CreateNamespace","params":{"NamespaceId":"cn-beijing:shop","NamespaceName":"shop"}},
    {"operation":"CreateApplication","params":{"AppName":"cart","NamespaceId":"cn-beijing:shop","PackageType":"Image",
        "ImageUrl":"demo/cart:1","Replicas":2,"Envs":[{"name":"A","value":"1"}]}},
    {"operation":"DeployApplication","params":{"AppId":"cart","ImageUrl":"demo/cart:2","PackageType":null}}
]}"#;

async fn applications(local: &LocalSae) -> serde_json::Value {
    Call::new("GET", "/pop/v1/sam/app/listApplications", &[]).send(local).await.json()["Data"]["Applications"]
        .clone()
}

#[tokio::test]
async fn a_seed_is_done_at_once_whatever_the_pace() {
    let local = LocalSae::builder().pace(Pace::cloud()).start().await.unwrap();
    let seeded = control(&local, "POST", "seed", SHOP).await;
    assert_eq!(seeded.status, 200, "{}", seeded.body);
    assert_eq!(seeded.json()["answers"].as_array().unwrap().len(), 3);
    let there = applications(&local).await;
    assert_eq!((&there[0]["AppName"], &there[0]["RunningInstances"]), (&"cart".into(), &2.into()), "{there}");
    let app = there[0]["AppId"].as_str().unwrap();
    let of_app = [("AppId", app)];
    let config = Call::new("GET", "/pop/v1/sam/app/describeApplicationConfig", &of_app).send(&local).await;
    assert_eq!(config.value("ImageUrl"), "demo/cart:2");
    assert!(config.body.contains(r#"[{\"name\":\"A\",\"value\":\"1\"}]"#), "{}", config.body);
    // From then on the tenant has its own pace again.
    Call::new("PUT", "/pop/v1/sam/app/stopApplication", &of_app).send(&local).await;
    assert_eq!(applications(&local).await[0]["RunningInstances"], 2);
    local.control().advance(Duration::from_mins(1));
    assert_eq!(applications(&local).await[0]["RunningInstances"], 0);
}

#[tokio::test]
async fn a_seed_is_done_whole_or_not_at_all() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    let typed = Seed::new().call(&CreateNamespace::new("n").namespace_id("cn-beijing:a"));
    assert_eq!(sae.seed(&typed).await.unwrap().len(), 1);
    let refused =
        sae.seed(&typed.clone().call(&CreateNamespace::new("n").namespace_id("x"))).await.unwrap_err();
    assert_eq!(refused.kind(), ControlErrorKind::Refused);
    assert!(
        refused.to_string().starts_with("call 1: CreateNamespace: InstanceExist.NamespaceId: "),
        "{refused}"
    );
    let twice = Seed::new()
        .call(&CreateNamespace::new("n").namespace_id("cn-beijing:b"))
        .call(&CreateNamespace::new("n").namespace_id("cn-beijing:b"));
    assert!(sae.seed(&twice).await.unwrap_err().to_string().starts_with("call 2: "));
    let look = Call::new("GET", "/pop/v1/paas/namespace", &[("NamespaceId", "cn-beijing:b")]);
    assert_eq!(look.send(&local).await.status, 404, "nothing of it was kept");
    for (seed, part) in [
        ("", "calls is missing"),
        ("[]", "must be a JSON object"),
        ("{", "not JSON"),
        (r#"{"calls":{}}"#, "must be a list"),
        (r#"{"calls":[1]}"#, "call 1: a call must be an object"),
        (r#"{"calls":[{}]}"#, "call 1: operation is missing"),
        (r#"{"calls":[{"operation":"Nonsense"}]}"#, "call 1: there is no operation Nonsense"),
        (r#"{"calls":[{"operation":"BatchStopApplications"}]}"#, "does not implement BatchStopApplications"),
        (r#"{"calls":[{"operation":"CreateNamespace","parameters":{}}]}"#, "no member \"parameters\""),
        (r#"{"calls":[{"operation":"CreateNamespace","params":{"Name":"x"}}]}"#, "no parameter \"Name\""),
        (r#"{"calls":[],"tenant":"nobody"}"#, "no tenant \"nobody\""),
    ] {
        let answer = control(&local, "POST", "seed", seed).await;
        assert!(answer.status >= 400 && answer.value("error").contains(part), "{seed}: {}", answer.body);
    }
    assert!(!format!("{twice:?}").contains("cn-beijing"));
}

#[tokio::test]
async fn a_name_that_two_applications_have_is_not_enough() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    let cart = |namespace: &str| {
        format!(
            r#"{{"operation":"CreateApplication","params":{{"AppName":"cart","NamespaceId":"{namespace}","PackageType":"Image","ImageUrl":"a/b:1","Replicas":1}}}}"#
        )
    };
    let stop = r#"{"operation":"StopApplication","params":{"AppId":"cart"}}"#;
    let seed = format!(r#"{{"calls":[{},{},{stop}]}}"#, cart("cn-beijing"), cart("cn-shanghai"));
    let refused = sae.seed(&Seed::from_json(&seed).unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("several applications are called \"cart\""), "{refused}");
    let seed = format!(r#"{{"calls":[{stop}]}}"#);
    let refused = sae.seed(&Seed::from_json(&seed).unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("InvalidApplication.NotFound"), "{refused}");
}

#[tokio::test]
async fn a_tenant_is_emptied_and_put_back() {
    let local = LocalSae::builder().pace(Pace::cloud()).start().await.unwrap();
    let sae = local.control();
    sae.freeze();
    sae.seed(&Seed::from_json(SHOP).unwrap()).await.unwrap();
    let (before, snapshot) = (applications(&local).await, sae.snapshot().unwrap());
    sae.advance(Duration::from_hours(1));
    control(&local, "POST", "reset", r#"{"tenant":"local"}"#).await;
    assert_eq!(applications(&local).await, serde_json::json!([]));
    assert!(!sae.is_frozen() && sae.requests().len() == 1);
    sae.restore(&snapshot).await.unwrap();
    assert_eq!(applications(&local).await, before);
    assert!(sae.is_frozen());
    // It can be restored into another tenant, and the two are independent.
    let other = sae.add_tenant("other", "secret").unwrap();
    other.restore(&snapshot).await.unwrap();
    assert!(sae.snapshot().is_err(), "of which tenant is not said");
    control(&local, "POST", "reset", "").await;
    assert_eq!(applications(&local).await, serde_json::json!([]));
    assert!(format!("{:?}", other.snapshot().unwrap()).contains("applications: 0"));
}
