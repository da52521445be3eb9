//! The content of answers.

use sae_local::{LocalSae, Pace};
use serde_json::Value;

use crate::calls::done;
use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";
const NAMESPACES: &str = "/pop/v1/paas/namespaces";
const NAMESPACE_LIST: &str = "/pop/v1/sam/namespace/describeNamespaceList";

async fn local() -> LocalSae {
    LocalSae::builder().pace(Pace::instant()).start().await.unwrap()
}

async fn create(local: &LocalSae, name: &str, more: &[(&str, &str)]) -> String {
    let base =
        [("AppName", name), ("NamespaceId", "cn-beijing"), ("PackageType", "Image"), ("Replicas", "2")];
    let image = [("ImageUrl", "demo/nginx:1")];
    let query: Vec<_> = base.into_iter().chain(image).chain(more.iter().copied()).collect();
    done(local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId")
}

fn data(answer: &Answer) -> Value {
    serde_json::from_str::<Value>(&answer.body).unwrap()["Data"].clone()
}

#[tokio::test]
async fn a_client_that_names_its_region_lists_the_namespaces_of_that_region() {
    let local = local().await;
    for id in ["cn-beijing:one", "cn-shanghai:two"] {
        done(&local, "POST", "/pop/v1/paas/namespace", &[("NamespaceId", id), ("NamespaceName", "n")]).await;
    }
    for (region, expected) in [
        ("cn-beijing", vec!["cn-beijing", "cn-beijing:one"]),
        ("cn-hangzhou", vec!["cn-hangzhou"]),
        ("", vec!["cn-hangzhou", "cn-beijing:one", "cn-shanghai:two"]),
    ] {
        let first = [("CurrentPage", "1"), ("PageSize", "10")];
        let paged = Call::new("GET", NAMESPACES, &first).header("x-acs-region-id", region).send(&local).await;
        let all = Call::new("GET", NAMESPACE_LIST, &[("ContainCustom", "true")]);
        let all = all.header("x-acs-region-id", region).send(&local).await;
        for listed in [&data(&paged)["Namespaces"], &data(&all)] {
            let ids: Vec<_> =
                listed.as_array().unwrap().iter().map(|one| one["NamespaceId"].clone()).collect();
            assert_eq!(ids, expected, "{region}");
        }
    }
}

#[tokio::test]
async fn the_default_namespace_has_what_the_documents_show() {
    let local = local().await;
    let listed = data(&done(&local, "GET", NAMESPACE_LIST, &[]).await)[0].clone();
    assert_eq!(
        (&listed["NamespaceName"], &listed["Custom"], &listed["HybridCloudEnable"], &listed["Current"]),
        (&Value::from("华东1"), &false.into(), &false.into(), &false.into())
    );
    let script = listed["AgentInstall"].as_str().unwrap();
    assert!(
        script.starts_with("http://") && script.contains("cn-hangzhou") && script.ends_with("/install.sh")
    );
    let pages = [("CurrentPage", "1"), ("PageSize", "10")];
    let page = data(&done(&local, "GET", NAMESPACES, &pages).await);
    let namespace = &page["Namespaces"][0];
    assert_eq!(namespace["NamespaceName"], "Default");
    for secret in ["TenantId", "AccessKey", "SecretKey"] {
        assert!(namespace[secret].as_str().is_some_and(|text| text.len() >= 30), "{secret}");
    }
    assert_eq!(page, data(&done(&local, "GET", NAMESPACES, &pages).await), "it stays the same");
    let regions = done(&local, "GET", "/pop/v1/paas/regionConfig", &[]).await;
    assert!(regions.body.contains("华东2（上海）"), "{}", regions.body);
}

#[tokio::test]
async fn applications_are_looked_up_by_fields_that_there_are() {
    let local = local().await;
    let one = create(&local, "one", &[]).await;
    let two = create(&local, "two", &[]).await;
    let both = format!("{one},{two}");
    let list = format!("{APP}/listApplications");
    for (query, total) in [
        (vec![("FieldType", "appName"), ("FieldValue", "on")], 1),
        (vec![("FieldType", "appIds"), ("FieldValue", both.as_str())], 2),
        (vec![("FieldType", "slbIps"), ("FieldValue", "10.0.0.1")], 0),
    ] {
        assert_eq!(data(&done(&local, "GET", &list, &query).await)["TotalSize"], total, "{query:?}");
    }
    for (query, code, message) in [
        (
            vec![("FieldType", "shoeSize"), ("FieldValue", "42")],
            "InvalidParameter.Obviously",
            "The specified parameter is invalid {FieldType}.",
        ),
        (
            vec![("FieldType", "appName")],
            "InvalidParameter.NotEmpty",
            "You must specify the parameter FieldValue.",
        ),
        (
            vec![("OrderBy", "shoeSize")],
            "InvalidParameter.Obviously",
            "The specified parameter is invalid {OrderBy}.",
        ),
    ] {
        let answer = Call::new("GET", &list, &query).send(&local).await;
        assert_eq!((answer.value("Code"), answer.value("Message")), (code.to_owned(), message.to_owned()));
    }
}

#[tokio::test]
async fn the_wait_between_batches_is_told_in_the_unit_of_each_answer() {
    let local = local().await;
    let id = create(&local, "demo", &[]).await;
    let minutes =
        r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":3}}"#;
    let seconds = r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto"}}"#;
    for (strategy, wait, told, kept) in
        [(seconds, "10", 1, 10), (seconds, "61", 2, 61), (seconds, "0", 0, 0), (minutes, "10", 3, 10)]
    {
        let query = [("AppId", id.as_str()), ("UpdateStrategy", strategy), ("BatchWaitTime", wait)];
        let deployed = done(&local, "POST", &format!("{APP}/deployApplication"), &query).await;
        let order = deployed.value("ChangeOrderId");
        let order = [("ChangeOrderId", order.as_str())];
        let order = data(&done(&local, "GET", "/pop/v1/sam/changeorder/DescribeChangeOrder", &order).await);
        let config = [("AppId", id.as_str())];
        let config = data(&done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &config).await);
        assert_eq!(
            (&order["BatchWaitTime"], &config["BatchWaitTime"]),
            (&told.into(), &kept.into()),
            "{wait}"
        );
        assert_eq!(config["UpdateStrategy"], strategy);
    }
}

#[tokio::test]
async fn instances_are_in_the_vswitch_that_they_were_started_in() {
    let local = local().await;
    let id = create(&local, "demo", &[("VSwitchId", "vsw-1"), ("Deploy", "true")]).await;
    let groups =
        data(&done(&local, "GET", &format!("{APP}/describeApplicationGroups"), &[("AppId", &id)]).await);
    let group = groups[0]["GroupId"].as_str().unwrap().to_owned();
    for (vswitch, size) in [("vsw-2", None), ("vsw-3", Some(("2000", "4096")))] {
        let mut query = vec![("AppId", id.as_str()), ("VSwitchId", vswitch)];
        let name = match size {
            None => "deployApplication",
            Some((cpu, memory)) => {
                query.extend([("Cpu", cpu), ("Memory", memory), ("DiskSize", "40")]);
                "rescaleApplicationVertically"
            }
        };
        done(&local, "POST", &format!("{APP}/{name}"), &query).await;
        let instances = [("AppId", id.as_str()), ("GroupId", &group)];
        let page =
            data(&done(&local, "GET", &format!("{APP}/describeApplicationInstances"), &instances).await);
        let instances = page["Instances"].as_array().unwrap();
        assert!(instances.len() == 2 && instances.iter().all(|one| one["VSwitchId"] == vswitch), "{page}");
    }
    let config =
        data(&done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &id)]).await);
    assert_eq!((&config["VSwitchId"], &config["DiskSize"]), (&"vsw-3".into(), &40.into()));
}

#[tokio::test]
async fn a_configuration_is_read_by_its_version() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let id = create(&local, "demo", &[("Deploy", "true")]).await;
    let manual = r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"}}"#;
    let deploy = [("AppId", id.as_str()), ("ImageUrl", "demo/nginx:2"), ("UpdateStrategy", manual)];
    done(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await;
    let groups =
        data(&done(&local, "GET", &format!("{APP}/describeApplicationGroups"), &[("AppId", &id)]).await);
    assert_eq!(groups[0]["PackageVersionId"], "2");
    let config = format!("{APP}/describeApplicationConfig");
    for (version, image) in [("", "demo/nginx:2"), ("2", "demo/nginx:2"), ("1", "demo/nginx:1")] {
        let query = [("AppId", id.as_str()), ("VersionId", version)];
        let query = if version.is_empty() { &query[..1] } else { &query[..] };
        assert_eq!(data(&done(&local, "GET", &config, query).await)["ImageUrl"], image, "{version}");
    }
    let unknown = Call::new("GET", &config, &[("AppId", &id), ("VersionId", "3")]).send(&local).await;
    assert_eq!(unknown.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
}

#[tokio::test]
async fn two_applications_behind_one_load_balancer_have_one_address() {
    let local = local().await;
    let (one, two) = (
        create(&local, "one", &[("Deploy", "true")]).await,
        create(&local, "two", &[("Deploy", "true")]).await,
    );
    let slb = format!("{APP}/slb");
    let mut addresses = Vec::new();
    for (id, port) in [(&one, 80), (&two, 81)] {
        let listener = format!(r#"[{{"port":{port},"targetPort":8080,"protocol":"TCP"}}]"#);
        let query = [("AppId", id.as_str()), ("Intranet", &listener), ("IntranetSlbId", "lb-shared")];
        done(&local, "POST", &slb, &query).await;
        addresses.push(done(&local, "GET", &slb, &[("AppId", id)]).await.value("IntranetIp"));
    }
    assert_eq!(addresses[0], addresses[1]);
    let taken = r#"[{"port":80,"targetPort":8080,"protocol":"TCP"}]"#;
    let query = [("AppId", two.as_str()), ("Intranet", taken), ("IntranetSlbId", "lb-shared")];
    let answer = Call::new("POST", &slb, &query).send(&local).await;
    assert_eq!(
        (answer.value("Code").as_str(), answer.value("Message").as_str()),
        (
            "InvalidParameter.WithMessage",
            "The parameter is invalid {Intranet}: another application listens on port 80 of lb-shared"
        )
    );
}
