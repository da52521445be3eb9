//! Microservices of applications, and how applications are monitored.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::{call, done};

const APP: &str = "/pop/v1/sam/app";
const SERVICE: &str = "/pop/v1/sam/service";

async fn local() -> LocalSae {
    LocalSae::builder().pace(Pace::instant()).start().await.unwrap()
}

async fn data(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Value {
    done(local, method, path, query).await.json()["Data"].take()
}

async fn create(local: &LocalSae, name: &str, more: &[(&str, &str)]) -> String {
    let query =
        [("AppName", name), ("PackageType", "Image"), ("ImageUrl", "demo/nginx:1"), ("Replicas", "2")];
    let created =
        data(local, "POST", &format!("{APP}/createApplication"), &[&query[..], more].concat()).await;
    created["AppId"].as_str().unwrap().to_owned()
}

async fn services(local: &LocalSae, query: &[(&str, &str)]) -> Vec<String> {
    let listed = data(local, "GET", &format!("{SERVICE}/listAppServices"), query).await;
    let name = |service: &Value| service["ServiceName"].as_str().unwrap().to_owned();
    listed.as_array().map(|services| services.iter().map(name).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_running_application_with_a_registry_publishes_a_service() {
    let local = local().await;
    let id = create(&local, "shop", &[("MicroRegistration", "0")]).await;
    create(&local, "plain", &[]).await;
    let of_it = [("AppId", id.as_str())];
    let listed = data(&local, "GET", &format!("{SERVICE}/listAppServices"), &of_it).await;
    let service = &listed[0];
    assert_eq!(
        [&service["AppName"], &service["InstanceCount"], &service["RegistryType"], &service["ServiceType"]],
        ["shop", "2", "0", "springCloud"]
    );
    assert_eq!(
        (&service["NamespaceName"], &service["ServicePortAndProtocol"]),
        (&json!("Default"), &json!({ "8080": "HTTP" }))
    );
    let typed = [of_it[0], ("ServiceType", "springCloud")];
    let page = data(&local, "GET", &format!("{SERVICE}/listAppServicesPage"), &typed).await;
    assert_eq!((&page[0]["TotalSize"], &page[0]["Result"][0]["InstanceNum"]), (&json!("1"), &json!(2)));
    let detail = [of_it[0], ("ServiceName", "shop"), ("ServiceGroup", "DEFAULT_GROUP")];
    let detail = data(&local, "GET", &format!("{SERVICE}/describeAppServiceDetail"), &detail).await;
    assert_eq!((&detail["SpringApplicationName"], &detail["ServicePorts"]), (&json!("shop"), &json!([8080])));
    let published = data(&local, "GET", &format!("{SERVICE}/listPublishedServices"), &of_it).await;
    assert_eq!((&published[0]["Name"], published[0]["Ips"].as_array().unwrap().len()), (&json!("shop"), 2));
    let consumed = data(&local, "GET", &format!("{SERVICE}/listConsumedServices"), &of_it).await;
    assert_eq!(consumed.as_array().map_or(0, Vec::len), 0);

    data(&local, "PUT", &format!("{APP}/stopApplication"), &of_it).await;
    assert!(services(&local, &of_it).await.is_empty(), "a stopped application publishes nothing");
}

#[tokio::test]
async fn services_are_chosen_by_place_registry_and_type() {
    let local = local().await;
    let shop = create(&local, "shop", &[("MicroRegistration", "0")]).await;
    create(&local, "stock", &[("MicroRegistration", "2")]).await;
    let here = ("NamespaceId", "cn-hangzhou");
    let mut all = services(&local, &[here]).await;
    all.sort();
    assert_eq!(all, ["shop", "stock"]);
    assert_eq!(services(&local, &[here, ("RegistryType", "2")]).await, ["stock"]);
    assert_eq!(services(&local, &[here, ("ServiceType", "springCloud")]).await.len(), 2);
    assert!(services(&local, &[here, ("ServiceType", "dubbo")]).await.is_empty());
    assert_eq!(services(&local, &[here, ("PageNumber", "2"), ("PageSize", "1")]).await.len(), 1);
    let config = data(&local, "GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &shop)]).await;
    assert_eq!(services(&local, &[("VpcId", config["VpcId"].as_str().unwrap())]).await.len(), 2);
    assert!(services(&local, &[("VpcId", "vpc-elsewhere")]).await.is_empty());
    let path = format!("{SERVICE}/listAppServices");
    for (query, code) in [
        (vec![], "InvalidParameter.NotEmpty"),
        (vec![here, ("AppId", shop.as_str())], "InvalidParameter.WithMessage"),
        (vec![("NamespaceId", "cn-hangzhou:nowhere")], "InvalidNamespaceId.NotFound"),
        (vec![("AppId", "nobody")], "InvalidAppId.NotFound"),
    ] {
        assert_eq!(call(&local, "GET", &path, &query).await.refusal().1, code, "{query:?}");
    }
    let unknown = [("AppId", shop.as_str()), ("ServiceName", "stock")];
    let refusal = call(&local, "GET", &format!("{SERVICE}/describeAppServiceDetail"), &unknown).await;
    assert_eq!(refusal.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
}

#[tokio::test]
async fn an_application_is_in_mse_while_its_configuration_says_so() {
    let local = local().await;
    let path = format!("{APP}/applicationMseService");
    let with = create(&local, "with", &[]).await;
    let deploy = [("AppId", with.as_str()), ("ImageUrl", "demo/nginx:2"), ("EnableAhas", "true")];
    data(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await;
    let without = create(&local, "without", &[]).await;
    let found = data(&local, "GET", &path, &[("AppId", &with), ("EnableAhas", "true")]).await;
    assert_eq!((&found["MseAppName"], &found["Status"]), (&json!("with"), &json!("SUCCESS")));
    let found = data(&local, "GET", &path, &[("AppId", &without), ("EnableAhas", "true")]).await;
    assert_eq!(found, json!({}));
    let center = "/pop/cas/v5/app/listApplicationCenterServiceInstances";
    let found = data(&local, "GET", center, &[("NamespaceId", "cn-hangzhou")]).await;
    assert_eq!(found["ServiceInstances"].as_array().map_or(0, Vec::len), 0);
}

#[tokio::test]
async fn monitoring_is_switched_off_on_and_to_advanced() {
    let local = local().await;
    let id = create(&local, "shop", &[]).await;
    let of_it = [("AppId", id.as_str())];
    let (query, apm) = ("/pop/v1/arms/queryArms", format!("{APP}/applicationApmService"));
    let status = format!("{APP}/describeApplicationStatus");
    assert_eq!(data(&local, "GET", query, &of_it).await, json!({ "Enable": true }));
    let disabled = data(&local, "POST", "/pop/v1/arms/disableArms", &of_it).await;
    assert_eq!(disabled, json!({ "Enable": false }));
    assert_eq!(data(&local, "GET", query, &of_it).await, json!({ "Enable": false }));
    for (method, advanced) in [("POST", "true"), ("DELETE", "false")] {
        assert_eq!(data(&local, method, &apm, &of_it).await, json!({ "Status": true }));
        assert_eq!(data(&local, "GET", &status, &of_it).await["ArmsAdvancedEnabled"], advanced);
        assert_eq!(data(&local, "GET", query, &of_it).await, json!({ "Enable": true }), "{method}");
    }
    for (method, path) in
        [("GET", query), ("POST", "/pop/v1/arms/disableArms"), ("POST", &apm), ("DELETE", &apm)]
    {
        let refusal = call(&local, method, path, &[("AppId", "nobody")]).await;
        assert_eq!(refusal.refusal().1, "InvalidAppId.NotFound", "{method} {path}");
    }
}

#[tokio::test]
async fn monitoring_stays_in_a_snapshot() {
    let local = local().await;
    let id = create(&local, "shop", &[]).await;
    data(&local, "POST", "/pop/v1/arms/disableArms", &[("AppId", &id)]).await;
    let snapshot = local.control().snapshot().unwrap();
    let other = self::local().await;
    other.control().restore(&snapshot).await.unwrap();
    assert_eq!(
        data(&other, "GET", "/pop/v1/arms/queryArms", &[("AppId", &id)]).await,
        json!({ "Enable": false })
    );
}
