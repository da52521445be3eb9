//! Ingresses of clusters.

use sae_local::LocalSae;
use serde_json::{Value, json};

use super::{call, cluster, done, insert, instant};

const INGRESSES: &str = "/pop/v5/k8s/acs/k8s_ingress";
const RULES: &str = r#"{"IngressType":"AlbIngress","AlbId":"alb-1","SslRedirect":true,"Rules":[{"Host":"a.example.com","EnableTls":true,"SecretName":"tls","Paths":[{"Path":"/","PathType":"Prefix","Backend":{"ServiceName":"web","ServicePort":"80"}},{"Path":"/other","Backend":{"ServiceName":"web","ServicePort":"81"}}]}]}"#;

#[tokio::test]
async fn an_ingress_is_created_listed_changed_and_deleted() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "front")];
    let conf = [("IngressConf", RULES), ("Annotations", r#"{"a":"1"}"#), ("Labels", r#"{"b":"2"}"#)];
    done(&local, "POST", INGRESSES, &with(&object, &conf)).await;
    let listed = list(&local, &[]).await;
    assert_eq!((&listed[0]["ClusterId"], &listed[0]["RegionId"]), (&json!(cluster), &json!("cn-hangzhou")));
    let ingress = &listed[0]["IngressConfs"][0];
    for (member, value) in [
        ("Name", json!("front")),
        ("Namespace", json!("default")),
        ("IngressType", json!("AlbIngress")),
        ("AlbId", json!("alb-1")),
        ("SslRedirect", json!(true)),
        ("Annotations", json!(r#"{"a":"1"}"#)),
        ("Labels", json!(r#"{"b":"2"}"#)),
    ] {
        assert_eq!(ingress[member], value, "{member}");
    }
    let rule = &ingress["Rules"][0];
    let shown = ["Host", "EnableTls", "SecretName"].map(|name| &rule[name]);
    assert_eq!(shown, [json!("a.example.com"), json!(true), json!("tls")].each_ref());
    let paths = ["Prefix", "ImplementationSpecific"];
    assert_eq!([0, 1].map(|at| &rule["Paths"][at]["PathType"]), paths.map(Value::from).each_ref());

    let again = call("POST", INGRESSES, &object).send(&local).await;
    assert_eq!((again.status, again.value("Code")), (200, "409".to_owned()));
    done(&local, "PUT", INGRESSES, &with(&object, &[("Labels", "{}")])).await;
    let changed = list(&local, &[]).await;
    assert_eq!(changed[0]["IngressConfs"][0]["Labels"], "{}");
    assert_eq!(changed[0]["IngressConfs"][0]["Rules"], ingress["Rules"]);

    done(&local, "DELETE", INGRESSES, &object).await;
    assert_eq!(list(&local, &[]).await, json!([]));
    for method in ["PUT", "DELETE"] {
        let gone = call(method, INGRESSES, &object).send(&local).await;
        assert_eq!(gone.value("Code"), "404", "{method}");
    }
}

#[tokio::test]
async fn a_path_tells_where_it_leads() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let id = insert(&local, &[]).await.value("AppId");
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "front")];
    done(&local, "POST", INGRESSES, &with(&object, &[("IngressConf", RULES)])).await;
    assert_eq!(statuses(&local).await, ["ServiceNotFound", "ServiceNotFound"]);
    let service = [
        ("AppId", id.as_str()),
        ("Name", "web"),
        ("Type", "ClusterIP"),
        ("ServicePorts", r#"[{"protocol":"TCP","port":80,"targetPort":8080}]"#),
    ];
    done(&local, "POST", "/pop/v5/k8s/acs/k8s_service", &service).await;
    assert_eq!(statuses(&local).await, ["Normal", "InvalidServicePort"]);
    let path = list(&local, &[]).await[0]["IngressConfs"][0]["Rules"][0]["Paths"][0].take();
    assert_eq!((&path["AppId"], &path["AppName"]), (&json!(id), &json!("demo")));
    done(&local, "DELETE", "/pop/v5/k8s/acs/k8s_service", &service[..2]).await;
    assert_eq!(statuses(&local).await, ["ServiceNotFound", "ServiceNotFound"]);
}

#[tokio::test]
async fn ingresses_are_filtered() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    for (namespace, name) in [("a", "my-1"), ("a", "other"), ("b", "my-2")] {
        let object = [("ClusterId", cluster.as_str()), ("Namespace", namespace), ("Name", name)];
        done(&local, "POST", INGRESSES, &object).await;
    }
    for (query, names) in [
        (vec![], vec!["my-1", "other", "my-2"]),
        (vec![("Namespace", "a")], vec!["my-1", "other"]),
        (vec![("Condition", r#"{"field":"Name","pattern":"my-"}"#)], vec!["my-1", "my-2"]),
        (vec![("Condition", r#"{"field":"ClusterName","pattern":"elsewhere"}"#)], vec![]),
        (vec![("RegionId", "cn-beijing")], vec![]),
    ] {
        let listed = list(&local, &query).await;
        let found = listed[0]["IngressConfs"].as_array().cloned().unwrap_or_default();
        assert_eq!(found.iter().map(|one| &one["Name"]).collect::<Vec<_>>(), names, "{query:?}");
    }
}

#[tokio::test]
async fn wrong_ingresses_are_refused() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "front")];
    for (changed, code) in [
        (("Name", "Front"), "400"),
        (("Name", "front-"), "400"),
        (("ClusterId", "nowhere"), "404"),
        (("IngressConf", "[1]"), "400"),
        (("IngressConf", r#"{"Rules":[]}"#), "400"),
        (("IngressConf", r#"{"Rules":[{"Paths":[{"Path":"/"}]}]}"#), "400"),
        (("IngressConf", r#"{"Rules":[{"Paths":[{"Path":"x","Backend":{"ServiceName":"web"}}]}]}"#), "400"),
    ] {
        let query: Vec<_> = object.into_iter().filter(|(name, _)| *name != changed.0).collect();
        let answer = call("POST", INGRESSES, &with(&query, &[changed])).send(&local).await;
        assert_eq!(answer.value("Code"), code, "{changed:?}: {}", answer.body);
    }
    let other = [("Condition", r#"{"field":"Size","pattern":"x"}"#)];
    assert_eq!(call("GET", INGRESSES, &other).send(&local).await.value("Code"), "400");
}

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

async fn list(local: &LocalSae, query: &[(&str, &str)]) -> Value {
    done(local, "GET", INGRESSES, query).await.json()["Data"].take()
}

async fn statuses(local: &LocalSae) -> Vec<String> {
    let paths = list(local, &[]).await[0]["IngressConfs"][0]["Rules"][0]["Paths"].take();
    let status = |path: &Value| path["Status"].as_str().unwrap().to_owned();
    paths.as_array().unwrap().iter().map(status).collect()
}
