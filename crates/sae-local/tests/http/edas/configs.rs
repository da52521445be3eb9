//! ConfigMaps and Secrets of clusters.

use sae_local::LocalSae;
use serde_json::{Value, json};

use super::{CREATE, call, cluster, done, instant};
use crate::client::control;

const CONFIG_MAPS: &str = "/pop/v5/k8s/acs/k8s_config_map";
const SECRETS: &str = "/pop/v5/k8s/acs/k8s_secret";

#[tokio::test]
async fn a_config_map_is_created_listed_changed_and_deleted() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "shop"), ("Name", "web")];
    let data = ("Data", r#"[{"Key":"a","Value":"1"},{"Key":"b","Value":"two\nlines"}]"#);
    done(&local, "POST", CONFIG_MAPS, &with(&object, &[data])).await;
    let listed = list(&local, CONFIG_MAPS, "ConfigMaps", &[]).await;
    let entries = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "two\nlines"}]);
    assert_eq!(listed[0]["Data"], entries);
    assert_eq!((&listed[0]["Name"], &listed[0]["Namespace"]), (&json!("web"), &json!("shop")));
    assert_eq!(listed[0]["ClusterId"], json!(cluster));
    assert!(listed[0]["CreationTime"].as_str().unwrap().ends_with('Z'), "{listed}");

    let again = call("POST", CONFIG_MAPS, &object).send(&local).await;
    assert_eq!((again.status, again.value("Code")), (200, "409".to_owned()));
    done(&local, "PUT", CONFIG_MAPS, &with(&object, &[("Data", r#"[{"Key":"c","Value":"3"}]"#)])).await;
    let listed = list(&local, CONFIG_MAPS, "ConfigMaps", &[]).await;
    assert_eq!(listed[0]["Data"], json!([{"Key": "c", "Value": "3"}]));

    // Something is in the namespace now.
    let namespaces = done(&local, "GET", "/pop/v5/k8s/acs/k8s_namespace", &[("ClusterId", &cluster)]).await;
    assert!(namespaces.body.contains(r#""shop""#), "{}", namespaces.body);

    done(&local, "DELETE", CONFIG_MAPS, &object).await;
    assert_eq!(list(&local, CONFIG_MAPS, "ConfigMaps", &[]).await, json!([]));
    for method in ["PUT", "DELETE"] {
        let gone = call(method, CONFIG_MAPS, &object).send(&local).await;
        assert_eq!((gone.status, gone.value("Code")), (200, "404".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn entries_of_a_config_map_arrive_as_single_parameters_too() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "web")];
    let data = [("Data.1.Key", "a"), ("Data.1.Value", "1"), ("Data.2.Key", "b"), ("Data.2.Value", "2")];
    done(&local, "POST", CONFIG_MAPS, &with(&object, &data)).await;
    let condition = [("Condition.field", "Name"), ("Condition.pattern", "we")];
    let listed = list(&local, CONFIG_MAPS, "ConfigMaps", &condition).await;
    assert_eq!(listed[0]["Data"], json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]));
}

#[tokio::test]
async fn lists_are_filtered_and_cut_into_pages_from_0() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    for (namespace, name) in [("a", "web-1"), ("a", "web-2"), ("b", "web-3"), ("b", "other")] {
        let object = [("ClusterId", cluster.as_str()), ("Namespace", namespace), ("Name", name)];
        done(&local, "POST", CONFIG_MAPS, &object).await;
        done(&local, "POST", SECRETS, &object).await;
    }
    let by_name = r#"{"field":"Name","pattern":"web-"}"#;
    for (path, member) in [(CONFIG_MAPS, "ConfigMaps"), (SECRETS, "Secrets")] {
        for (query, total, names) in [
            (vec![], 4, vec!["web-1", "web-2", "other", "web-3"]),
            (vec![("Namespace", "a")], 2, vec!["web-1", "web-2"]),
            (vec![("Condition", by_name)], 3, vec!["web-1", "web-2", "web-3"]),
            (vec![("PageSize", "3")], 4, vec!["web-1", "web-2", "other"]),
            (vec![("PageSize", "3"), ("PageNo", "1")], 4, vec!["web-3"]),
            (vec![("PageNo", "7")], 4, vec![]),
            (vec![("RegionId", "cn-beijing")], 0, vec![]),
            (vec![("ClusterId", "other")], 0, vec![]),
        ] {
            let answer = done(&local, "GET", path, &query).await.json();
            assert_eq!(answer["Result"]["Total"], total, "{path} {query:?}");
            let found = answer["Result"][member].as_array().unwrap();
            assert_eq!(found.iter().map(|one| &one["Name"]).collect::<Vec<_>>(), names, "{path} {query:?}");
        }
        // The metadata documents pages of size 0 for Secrets alone.
        let whole = call("GET", path, &[("PageSize", "0")]).send(&local).await;
        match path {
            SECRETS => assert_eq!(whole.json()["Result"][member].as_array().unwrap().len(), 4),
            _ => assert_eq!(whole.value("Code"), "InvalidParameter", "{}", whole.body),
        }
        let negative = call("GET", path, &[("PageNo", "-1")]).send(&local).await;
        assert_eq!(negative.value("Code"), "InvalidParameter");
        let other = [("Condition", r#"{"field":"Size","pattern":"x"}"#)];
        assert_eq!(call("GET", path, &other).send(&local).await.value("Code"), "400");
    }
}

#[tokio::test]
async fn a_secret_keeps_its_type_and_its_certificate() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "tls")];
    let tls = [("Type", "kubernetes.io/tls"), ("CertId", "cert-1"), ("CertRegionId", "cn-beijing")];
    done(&local, "POST", SECRETS, &with(&object, &tls)).await;
    let listed = list(&local, SECRETS, "Secrets", &[]).await;
    let shown = ["Type", "CertId", "CertRegionId", "Base64Encoded"].map(|name| &listed[0][name]);
    let expected = [json!("kubernetes.io/tls"), json!("cert-1"), json!("cn-beijing"), json!(false)];
    assert_eq!(shown, expected.each_ref());

    let opaque = with(&object, &[("Type", "Opaque")]);
    assert_eq!(call("PUT", SECRETS, &opaque).send(&local).await.value("Code"), "400");
    let pair = r#"[{"Key":"tls.crt","Value":"YQ=="},{"Key":"tls.key","Value":"Yg=="}]"#;
    done(&local, "PUT", SECRETS, &with(&object, &[("Data", pair), ("Base64Encoded", "true")])).await;
    let listed = list(&local, SECRETS, "Secrets", &[]).await;
    assert_eq!(
        (&listed[0]["Type"], &listed[0]["Base64Encoded"]),
        (&json!("kubernetes.io/tls"), &json!(true))
    );
    assert_eq!(listed[0]["Data"], serde_json::from_str::<Value>(pair).unwrap());

    // A Secret and a ConfigMap may have the same name.
    done(&local, "POST", CONFIG_MAPS, &object).await;
    done(&local, "DELETE", SECRETS, &object).await;
    assert_eq!(list(&local, SECRETS, "Secrets", &[]).await, json!([]));
    assert_eq!(list(&local, CONFIG_MAPS, "ConfigMaps", &[]).await[0]["Name"], "tls");
}

#[tokio::test]
async fn wrong_config_maps_and_secrets_are_refused_without_showing_their_values() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "web")];
    for (path, changed, code) in [
        (CONFIG_MAPS, ("Name", "1web"), "400"),
        (CONFIG_MAPS, ("Name", ""), "MissingParameter"),
        (CONFIG_MAPS, ("Namespace", "a_b"), "400"),
        (CONFIG_MAPS, ("Namespace", ""), "MissingParameter"),
        (CONFIG_MAPS, ("ClusterId", "nowhere"), "404"),
        (CONFIG_MAPS, ("Data", r#"{"hidden":"x"}"#), "400"),
        (CONFIG_MAPS, ("Data", r#"[{"Key":"hidden/x","Value":"hidden"}]"#), "400"),
        (CONFIG_MAPS, ("Data", r#"[{"Value":"hidden"}]"#), "400"),
        (SECRETS, ("Data", r#"[{"Key":"hidden"},{"Key":"hidden"}]"#), "400"),
        (SECRETS, ("Type", "kubernetes.io/tls"), "400"),
        (SECRETS, ("Type", "kubernetes.io/other"), "400"),
    ] {
        let query: Vec<_> = object.into_iter().filter(|(name, _)| *name != changed.0).collect();
        let answer = call("POST", path, &with(&query, &[changed])).send(&local).await;
        assert_eq!(answer.value("Code"), code, "{path} {changed:?}: {}", answer.body);
        assert!(!answer.body.contains("hidden"), "{}", answer.body);
    }
}

#[tokio::test]
async fn lists_name_the_applications_and_ingresses_that_use_something() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let home = [("ClusterId", cluster.as_str()), ("Namespace", "shop")];
    for (path, name) in [(CONFIG_MAPS, "both"), (SECRETS, "both"), (SECRETS, "tls")] {
        done(&local, "POST", path, &with(&home, &[("Name", name)])).await;
    }
    let app = |name: &'static str, setting: (&'static str, &'static str)| {
        let image = ("ImageUrl", "demo/nginx:1");
        with(&home, &[("AppName", name), image, setting])
    };
    let mount = r#"[{"name":"both","type":"ConfigMap","mountPath":"/etc/a"}]"#;
    let variables = r#"[{"secretRef":{"name":"both"}}]"#;
    done(&local, "POST", CREATE, &app("mounts", ("ConfigMountDescs", mount))).await;
    done(&local, "POST", CREATE, &app("reads", ("EnvFroms", variables))).await;
    let rules = r#"{"Rules":[{"SecretName":"tls","Paths":[{"Backend":{"ServiceName":"x"}}]}]}"#;
    let ingress = [("Name", "front"), ("IngressConf", rules)];
    done(&local, "POST", "/pop/v5/k8s/acs/k8s_ingress", &with(&home, &ingress)).await;

    let related = [("ShowRelatedApps", "true")];
    let maps = list(&local, CONFIG_MAPS, "ConfigMaps", &related).await;
    assert_eq!(maps[0]["RelatedApps"][0]["AppName"], "mounts");
    let secrets = list(&local, SECRETS, "Secrets", &related).await;
    assert_eq!(secrets[0]["RelatedApps"][0]["AppName"], "reads");
    assert_eq!(secrets[1]["RelatedIngressRules"][0]["Name"], "front");
    assert_eq!(list(&local, SECRETS, "Secrets", &[]).await[0]["RelatedApps"], json!([]));
}

#[tokio::test]
async fn a_snapshot_has_the_objects_of_clusters() {
    let local = instant().await;
    let cluster = cluster(&local).await;
    let object = [("ClusterId", cluster.as_str()), ("Namespace", "default"), ("Name", "web")];
    done(&local, "POST", CONFIG_MAPS, &with(&object, &[("Data", r#"[{"Key":"a","Value":"1"}]"#)])).await;
    let before = list(&local, CONFIG_MAPS, "ConfigMaps", &[]).await;
    let snapshot = control(&local, "GET", "state", "").await;
    let fresh = instant().await;
    let restored = control(&fresh, "PUT", "state", &snapshot.body).await;
    assert!(restored.status < 300, "{}", restored.body);
    assert_eq!(list(&fresh, CONFIG_MAPS, "ConfigMaps", &[]).await, before);
}

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

async fn list(local: &LocalSae, path: &str, member: &str, query: &[(&str, &str)]) -> Value {
    done(local, "GET", path, query).await.json()["Result"][member].take()
}
