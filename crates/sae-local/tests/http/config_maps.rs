//! Config maps: what is kept, what is refused, and applications that use them.

use sae_local::{LocalSae, Pace};
use serde_json::json;

use crate::calls::{call, done};
use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";
const CONFIG_MAP: &str = "/pop/v1/sam/configmap/configMap";
const LIST: &str = "/pop/v1/sam/configmap/listNamespacedConfigMaps";
const NAMESPACE: &str = "/pop/v1/paas/namespace";

/// A server with the namespace `cn-beijing:test`.
async fn server() -> LocalSae {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    done(&local, "POST", NAMESPACE, &[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "test")]).await;
    local
}

async fn create(local: &LocalSae, namespace: &str, name: &str, data: &str) -> String {
    let query = [("NamespaceId", namespace), ("Name", name), ("Data", data)];
    done(local, "POST", CONFIG_MAP, &query).await.value("ConfigMapId")
}

/// An attempt to create an application in `cn-beijing:test` with one more parameter.
async fn application(local: &LocalSae, name: &str, parameter: (&str, &str)) -> Answer {
    let query = [
        ("AppName", name),
        ("NamespaceId", "cn-beijing:test"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
        parameter,
    ];
    call(local, "POST", &format!("{APP}/createApplication"), &query).await
}

async fn config(local: &LocalSae, app: &str) -> serde_json::Value {
    let path = format!("{APP}/describeApplicationConfig");
    done(local, "GET", &path, &[("AppId", app)]).await.json()["Data"].take()
}

#[tokio::test]
async fn a_config_map_is_created_described_changed_and_deleted() {
    let local = server().await;
    let body = r#"{"Data":"{\"env.shell\":\"/bin/sh\",\"env.home\":\"/root\"}"}"#;
    let query = [("NamespaceId", "cn-beijing:test"), ("Name", "test-map"), ("Description", "first")];
    let created = Call::new("POST", CONFIG_MAP, &query).body("application/json", body).send(&local).await;
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.json()["Data"]["ConfigMapId"].as_i64().unwrap().to_string();
    let of_it = [("ConfigMapId", id.as_str())];
    let described = done(&local, "GET", CONFIG_MAP, &of_it).await.json()["Data"].take();
    assert_eq!(described["Data"], json!({ "env.home": "/root", "env.shell": "/bin/sh" }));
    assert_eq!(
        (&described["Name"], &described["NamespaceId"], &described["Description"]),
        (&json!("test-map"), &json!("cn-beijing:test"), &json!("first"))
    );
    assert!(described["CreateTime"].as_i64().unwrap() > 1_500_000_000_000, "{described}");

    // The description stays unless there is one, and an empty one removes it.
    for (description, expected) in
        [(None, json!("first")), (Some("other"), json!("other")), (Some(""), json!(null))]
    {
        let mut query = vec![of_it[0], ("Data", r#"{"k":"v"}"#)];
        query.extend(description.map(|text| ("Description", text)));
        let updated = done(&local, "PUT", CONFIG_MAP, &query).await.json();
        assert_eq!(updated["Data"]["ConfigMapId"], json!(id), "a text here");
        let described = done(&local, "GET", CONFIG_MAP, &of_it).await.json();
        assert_eq!(described["Data"]["Description"], expected);
        assert_eq!(described["Data"]["Data"], json!({ "k": "v" }));
    }
    let deleted = done(&local, "DELETE", CONFIG_MAP, &of_it).await.json();
    assert_eq!(deleted["Data"]["ConfigMapId"].to_string(), id);
    for (method, more) in [("GET", None), ("PUT", Some(("Data", "{}"))), ("DELETE", None)] {
        let query: Vec<_> = of_it.into_iter().chain(more).collect();
        let gone = call(&local, method, CONFIG_MAP, &query).await;
        assert_eq!(gone.refusal(), (400, "NotFound.ConfigMap".to_owned()), "{method}");
        assert_eq!(gone.value("Message"), format!("The ConfigMap object (ID: {id}) does not exist."));
    }
    let next = create(&local, "cn-beijing:test", "test-map", "{}").await;
    assert_ne!(next, id, "an identifier is never used again");
}

#[tokio::test]
async fn a_namespace_lists_its_own_config_maps() {
    let local = server().await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(create(&local, "cn-beijing:test", name, r#"{"k":"v"}"#).await);
    }
    // Another namespace may use the name, and the default one of a region has config maps, too.
    create(&local, "cn-beijing", "one", "{}").await;
    let list = done(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:test")]).await.json();
    let listed = list["Data"]["ConfigMaps"].as_array().unwrap().clone();
    let names: Vec<_> = listed.iter().map(|one| one["Name"].as_str().unwrap()).collect();
    assert_eq!(names, ["one", "two", "three"]);
    let listed_ids: Vec<_> = listed.iter().map(|one| one["ConfigMapId"].to_string()).collect();
    assert_eq!(listed_ids, ids);
    let nowhere = call(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:nowhere")]).await;
    assert_eq!(nowhere.refusal(), (404, "InvalidNamespaceId.NotFound".to_owned()));
}

#[tokio::test]
async fn what_kubernetes_or_the_documents_refuse_is_refused() {
    let local = server().await;
    create(&local, "cn-beijing:test", "taken", "{}").await;
    let (long, longest) = ("d".repeat(256), "d".repeat(255));
    let (key, value) = ("k".repeat(251), "v".repeat(512 * 1024 + 1));
    let keyed = |key: &str| json!({ key: "hidden" }).to_string();
    let large = json!({ "k": value }).to_string();
    let obviously = "InvalidParameter.Obviously";
    let message = "InvalidParameter.WithMessage";
    for (change, code) in [
        (("Name", ""), "InvalidParameter.NotEmpty"),
        (("Name", "1a"), obviously),
        (("Name", "a.b"), obviously),
        (("Name", "a b"), obviously),
        (("Name", "taken"), message),
        (("NamespaceId", "cn-beijing:nowhere"), "InvalidNamespaceId.NotFound"),
        (("Description", "with space"), message),
        (("Description", &long), message),
        (("Description", &longest), ""),
        (("Data", ""), "InvalidParameter.NotEmpty"),
        (("Data", "[]"), obviously),
        (("Data", r#"{"a":{}}"#), obviously),
        (("Data", r#"{"a":"1","a":"2"}"#), obviously),
        (("Data", &keyed("")), message),
        (("Data", &keyed("a b")), message),
        (("Data", &keyed("a/b")), message),
        (("Data", &keyed("..")), message),
        (("Data", &keyed(&key)), message),
        (("Data", &keyed("._-9aZ")), ""),
    ] {
        let name = format!("map-{code}").replace('.', "-");
        let base = [("NamespaceId", "cn-beijing:test"), ("Name", name.as_str()), ("Data", "{}")];
        let mut query: Vec<_> = base.into_iter().filter(|(name, _)| *name != change.0).collect();
        query.push(change);
        let answer = call(&local, "POST", CONFIG_MAP, &query).await;
        if code.is_empty() {
            assert_eq!(answer.status, 200, "{change:?}: {}", answer.body);
            let of_it = answer.value("ConfigMapId");
            done(&local, "DELETE", CONFIG_MAP, &[("ConfigMapId", &of_it)]).await;
        } else {
            assert_eq!(answer.value("Code"), code, "{change:?}");
            assert!(!answer.body.contains("hidden"), "{}", answer.body);
        }
    }
    let query = [("NamespaceId", "cn-beijing:test"), ("Name", "large")];
    let form = format!("Data={}", sae_sign::encode(&large));
    let answer = Call::new("POST", CONFIG_MAP, &query)
        .body("application/x-www-form-urlencoded", &form)
        .send(&local)
        .await;
    assert_eq!(answer.value("Code"), message, "{:.200}", answer.body);
}

#[tokio::test]
async fn an_application_names_what_it_mounts_and_keeps_it_from_being_deleted() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "mounted", r#"{"key":"v"}"#).await;
    let mounts = format!(r#"[{{"configMapId":{id},"key":"key","mountPath":"/etc/key"}}]"#);
    let created = application(&local, "user", ("ConfigMapMountDesc", &mounts)).await;
    assert_eq!(created.status, 200, "{}", created.body);
    let app = created.value("AppId");
    assert_eq!(
        config(&local, &app).await["ConfigMapMountDesc"],
        json!([{ "ConfigMapId": id.parse::<i64>().unwrap(), "ConfigMapName": "mounted", "Key": "key", "MountPath": "/etc/key" }])
    );
    let users = json!([{ "AppId": app, "AppName": "user" }]);
    let of_it = [("ConfigMapId", id.as_str())];
    assert_eq!(done(&local, "GET", CONFIG_MAP, &of_it).await.json()["Data"]["RelateApps"], users);
    let list = done(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:test")]).await.json();
    assert_eq!(list["Data"]["ConfigMaps"][0]["RelateApps"], users);
    let used = call(&local, "DELETE", CONFIG_MAP, &of_it).await;
    assert_eq!(used.refusal(), (400, "DeleteFail.ConfigMapReferenced".to_owned()));

    // Once a deployment has replaced the instances, nothing uses it.
    let deploy = [("AppId", app.as_str()), ("ConfigMapMountDesc", "[]")];
    done(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await;
    assert_eq!(config(&local, &app).await["ConfigMapMountDesc"], json!([]));
    assert_eq!(done(&local, "GET", CONFIG_MAP, &of_it).await.json()["Data"]["RelateApps"], json!([]));
    done(&local, "DELETE", CONFIG_MAP, &of_it).await;
}

#[tokio::test]
async fn an_application_refers_only_to_what_its_namespace_has() {
    let local = server().await;
    let own = create(&local, "cn-beijing:test", "own", r#"{"a":"1","b":"2"}"#).await;
    let other = create(&local, "cn-beijing", "other", r#"{"a":"1"}"#).await;
    let mount = |id: &str, key: &str, path: &str| {
        format!(r#"{{"configMapId":{id},"key":"{key}","mountPath":"{path}"}}"#)
    };
    let variable = |id: &str, key: &str| {
        format!(r#"[{{"name":"A","valueFrom":{{"configMapRef":{{"configMapId":{id},"key":"{key}"}}}}}}]"#)
    };
    let sidecar = |mount: &str| {
        json!([{ "Name": "side", "ImageUrl": "demo/side:1", "Cpu": 500, "Memory": 1024,
            "ConfigMapMountDesc": format!("[{mount}]") }])
        .to_string()
    };
    let two = format!("[{},{}]", mount(&own, "a", "/a"), mount(&own, "b", "/a"));
    let absent = |id: &str| format!("The ConfigMap object (ID: {id}) does not exist.");
    for (parameter, value, code, message) in [
        ("ConfigMapMountDesc", format!("[{}]", mount("99", "a", "/a")), "NotFound.ConfigMap", absent("99")),
        (
            "ConfigMapMountDesc",
            format!("[{}]", mount(&other, "a", "/a")),
            "NotFound.ConfigMap",
            absent(&other),
        ),
        ("Envs", variable(&other, "a"), "NotFound.ConfigMap", absent(&other)),
        ("SidecarContainersConfig", sidecar(&mount(&other, "a", "/a")), "NotFound.ConfigMap", absent(&other)),
        (
            "Envs",
            variable(&own, "c"),
            "NotFound.ConfigMapKey",
            format!("The key c of ConfigMap object (ID: {own}) does not exist."),
        ),
        (
            "ConfigMapMountDesc",
            two,
            "MountConflict.ConfigMap",
            "Conflict detected for ConfigMap path /a.".to_owned(),
        ),
        (
            "ConfigMapMountDesc",
            format!("[{}]", mount(&own, "a", "a")),
            "InvalidParameter.WithMessage",
            "The parameter is invalid {ConfigMapMountDesc}: mountPath must be absolute".to_owned(),
        ),
    ] {
        let answer = application(&local, "wrong", (parameter, &value)).await;
        assert_eq!((answer.refusal(), answer.value("Message")), ((400, code.to_owned()), message), "{value}");
    }
    // A deployment is checked the same way, and so is what it takes over from the version before.
    let all = format!("[{}]", mount(&own, "sae-sys-configmap-all", "/all"));
    let created = application(&local, "right", ("ConfigMapMountDesc", &all)).await;
    let app = created.value("AppId");
    let envs = [("AppId", app.as_str()), ("Envs", &variable(&own, "a"))];
    done(&local, "POST", &format!("{APP}/deployApplication"), &envs).await;
    done(&local, "PUT", CONFIG_MAP, &[("ConfigMapId", &own), ("Data", r#"{"b":"2"}"#)]).await;
    for more in [("Envs", variable("99", "a")), ("ImageUrl", "demo/nginx:2".to_owned())] {
        let query = [("AppId", app.as_str()), (more.0, &more.1)];
        let answer = call(&local, "POST", &format!("{APP}/deployApplication"), &query).await;
        assert!(answer.value("Code").starts_with("NotFound.ConfigMap"), "{}", answer.body);
    }
    // A plain value takes precedence over a reference.
    let plain = r#"[{"name":"A","value":"1","valueFrom":{"configMapRef":{"configMapId":99}}}]"#;
    let query = [("AppId", app.as_str()), ("Envs", plain)];
    done(&local, "POST", &format!("{APP}/deployApplication"), &query).await;
}

#[tokio::test]
async fn what_a_rollback_would_restore_is_in_use() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "former", r#"{"a":"1"}"#).await;
    let mounts = format!(r#"[{{"configMapId":{id},"key":"a","mountPath":"/a"}}]"#);
    let app = application(&local, "user", ("ConfigMapMountDesc", &mounts)).await.value("AppId");
    let strategy = r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":1,"releaseType":"manual"},"grayUpdate":{"gray":1}}"#;
    let deploy = [
        ("AppId", app.as_str()),
        ("ConfigMapMountDesc", "[]"),
        ("Replicas", "2"),
        ("UpdateStrategy", strategy),
    ];
    let order =
        done(&local, "POST", &format!("{APP}/deployApplication"), &deploy).await.value("ChangeOrderId");
    let used = call(&local, "DELETE", CONFIG_MAP, &[("ConfigMapId", &id)]).await;
    assert_eq!(used.refusal(), (400, "DeleteFail.ConfigMapReferenced".to_owned()));
    let path = "/pop/v1/sam/changeorder/AbortAndRollbackChangeOrder";
    done(&local, "PUT", path, &[("ChangeOrderId", &order)]).await;
    assert_eq!(config(&local, &app).await["ConfigMapMountDesc"][0]["ConfigMapName"], "former");
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[("AppId", &app)]).await;
    done(&local, "DELETE", CONFIG_MAP, &[("ConfigMapId", &id)]).await;
}

#[tokio::test]
async fn a_namespace_with_config_maps_is_not_deleted() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "left", "{}").await;
    let of_it = [("NamespaceId", "cn-beijing:test")];
    let refused = call(&local, "DELETE", NAMESPACE, &of_it).await;
    assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    assert!(refused.value("Message").ends_with("the namespace has config maps"), "{}", refused.body);
    done(&local, "DELETE", CONFIG_MAP, &[("ConfigMapId", &id)]).await;
    done(&local, "DELETE", NAMESPACE, &of_it).await;
}
