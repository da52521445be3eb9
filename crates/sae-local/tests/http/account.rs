//! Activation, prices, and tokens for a shell in an instance.

use sae_local::{LocalSae, Pace};
use serde_json::json;

use crate::calls::call;

#[tokio::test]
async fn sae_is_activated_with_an_order() {
    let local = LocalSae::builder().start().await.unwrap();
    let first = call(&local, "POST", "/service/open", &[]).await;
    let second = call(&local, "GET", "/service/open", &[]).await;
    assert_eq!((first.status, second.status), (200, 200), "{}", first.body);
    assert_ne!(first.value("OrderId"), second.value("OrderId"));
}

#[tokio::test]
async fn a_price_follows_the_tariff() {
    let local = LocalSae::builder().start().await.unwrap();
    let path = "/pop/v1/paas/configurationPrice";
    let answer = call(&local, "GET", path, &[("Cpu", "1000"), ("Memory", "2048")]).await;
    let prices = &answer.json()["Data"];
    assert_eq!(prices["Order"]["TradeAmount"], json!(0.14), "{}", answer.body);
    assert_eq!(prices["CpuMemPrice"]["Order"]["OriginalAmount"], json!(0.14));
    assert_eq!(prices["TrafficPrice"]["Order"]["TradeAmount"], json!(0));
    let refusal = call(&local, "GET", path, &[("Cpu", "1000"), ("Memory", "1000")]).await;
    assert_eq!(refusal.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
}

#[tokio::test]
async fn a_shell_is_opened_in_a_running_instance_alone() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let app = "/pop/v1/sam/app";
    let query =
        [("AppName", "shop"), ("PackageType", "Image"), ("ImageUrl", "demo/nginx:1"), ("Replicas", "1")];
    let id = call(&local, "POST", &format!("{app}/createApplication"), &query).await.value("AppId");
    let groups = call(&local, "GET", &format!("{app}/describeApplicationGroups"), &[("AppId", &id)]).await;
    let group = groups.value("GroupId");
    let instances = [("AppId", id.as_str()), ("GroupId", group.as_str())];
    let instances = call(&local, "GET", &format!("{app}/describeApplicationInstances"), &instances).await;
    let pod = instances.value("InstanceId");
    let path = "/pop/v1/sam/instance/webshellToken";
    let answer = call(&local, "GET", path, &[("AppId", &id), ("PodName", &pod)]).await;
    let access = &answer.json()["Data"];
    let token = access["Token"].as_str().unwrap();
    assert!(access["WebSocketUrl"].as_str().unwrap().ends_with(token), "{}", answer.body);
    for pod in ["nothing", "shop-1"] {
        let refusal = call(&local, "GET", path, &[("AppId", &id), ("PodName", pod)]).await;
        assert_eq!(refusal.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
    }
}
