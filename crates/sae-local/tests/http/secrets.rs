//! Secrets: what is kept, what is shown and what isn't, and applications that use them.

use sae_local::{LocalSae, Pace};
use serde_json::json;

use crate::calls::{call, done};
use crate::client::{Answer, control};

const APP: &str = "/pop/v1/sam/app";
const SECRET: &str = "/pop/v1/sam/secret/secret";
const LIST: &str = "/pop/v1/sam/secret/secrets";
const NAMESPACE: &str = "/pop/v1/paas/namespace";
const HIDDEN: &str = "hidden-value";

/// A server with the namespace `cn-beijing:test`.
async fn server() -> LocalSae {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    done(&local, "POST", NAMESPACE, &[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "test")]).await;
    local
}

/// Settings as the service takes them: JSON text inside JSON.
fn payload(pairs: &[(&str, &str)]) -> String {
    let data: serde_json::Map<_, _> =
        pairs.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    json!({ "SecretData": serde_json::Value::Object(data).to_string() }).to_string()
}

async fn create(local: &LocalSae, namespace: &str, name: &str) -> String {
    let data = payload(&[("password", HIDDEN)]);
    let query =
        [("NamespaceId", namespace), ("SecretName", name), ("SecretType", "Opaque"), ("SecretData", &data)];
    done(local, "POST", SECRET, &query).await.value("SecretId")
}

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

#[tokio::test]
async fn a_secret_is_created_described_changed_and_deleted() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "registry-auth").await;
    let of_it = [("NamespaceId", "cn-beijing:test"), ("SecretId", id.as_str())];
    let described = done(&local, "GET", SECRET, &of_it).await.json()["Data"].take();
    assert_eq!(described["SecretData"], json!({ "password": HIDDEN }));
    assert_eq!(
        (&described["SecretName"], &described["SecretType"], &described["NamespaceId"]),
        (&json!("registry-auth"), &json!("Opaque"), &json!("cn-beijing:test"))
    );
    let data = payload(&[("user", "u"), ("password", "p")]);
    done(&local, "PUT", SECRET, &[of_it[0], of_it[1], ("SecretData", &data)]).await;
    let described = done(&local, "GET", SECRET, &of_it).await.json()["Data"].take();
    assert_eq!(described["SecretData"], json!({ "password": "p", "user": "u" }));

    // The namespace must be its own.
    let elsewhere = call(&local, "GET", SECRET, &[("NamespaceId", "cn-beijing"), of_it[1]]).await;
    assert_eq!(elsewhere.refusal(), (400, "InvalidSecretId.NotFound".to_owned()));
    done(&local, "DELETE", SECRET, &of_it).await;
    for (method, more) in [("GET", None), ("PUT", Some(("SecretData", data.as_str()))), ("DELETE", None)] {
        let query: Vec<_> = of_it.into_iter().chain(more).collect();
        let gone = call(&local, method, SECRET, &query).await;
        assert_eq!(gone.refusal(), (400, "InvalidSecretId.NotFound".to_owned()), "{method}");
        assert_eq!(
            gone.value("Message"),
            format!("The specified SecretId [{id}] does not exist in our records.")
        );
    }
}

#[tokio::test]
async fn what_a_secret_holds_is_shown_by_its_description_alone() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "one").await;
    let of_namespace = [("NamespaceId", "cn-beijing:test")];
    let list = done(&local, "GET", LIST, &of_namespace).await;
    assert_eq!(list.json()["Data"]["Secrets"][0]["SecretName"], "one");
    assert!(list.json()["Data"]["Secrets"][0].get("SecretData").is_none(), "{}", list.body);
    // Refusals don't repeat it, in messages about keys and about settings.
    for (data, kind) in [
        (payload(&[("hidden-key", "x"), ("a b", "x")]), "Opaque"),
        (payload(&[("password", HIDDEN)]), "kubernetes.io/tls"),
        (json!({ "SecretData": HIDDEN }).to_string(), "Opaque"),
    ] {
        let query =
            [of_namespace[0], ("SecretName", "two"), ("SecretType", kind), ("SecretData", data.as_str())];
        let refused = call(&local, "POST", SECRET, &query).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(!refused.body.contains("hidden"), "{}", refused.body);
    }
    let envs =
        format!(r#"[{{"name":"A","valueFrom":{{"secretRef":{{"secretId":{id},"key":"hidden-key"}}}}}}]"#);
    let refused = application(&local, "user", ("Envs", &envs)).await;
    assert_eq!(refused.value("Code"), "InvalidParameter.WithMessage");
    assert!(!refused.body.contains("hidden"), "{}", refused.body);
    // The journal shows none of the calls' settings.
    let journal = control(&local, "GET", "requests", "").await;
    assert!(journal.body.contains("CreateSecret"), "{}", journal.body);
    assert!(!journal.body.contains(HIDDEN), "{}", journal.body);
}

#[tokio::test]
async fn what_kubernetes_or_the_documents_refuse_is_refused() {
    let local = server().await;
    create(&local, "cn-beijing:test", "taken").await;
    let pair = payload(&[("k", "v")]);
    let registry = payload(&[(".dockerconfigjson", "e30=")]);
    let certificate = payload(&[("tls.crt", "c"), ("tls.key", "k")]);
    let half = payload(&[("tls.crt", "c")]);
    let bad = payload(&[("a/b", "v")]);
    let (obviously, message) = ("InvalidParameter.Obviously", "InvalidParameter.WithMessage");
    for (name, kind, data, code) in [
        ("1a", "Opaque", &pair, obviously),
        ("a.b", "Opaque", &pair, obviously),
        ("taken", "Opaque", &pair, message),
        ("new", "opaque", &pair, obviously),
        ("new", "Opaque", &bad, message),
        ("new", "kubernetes.io/dockerconfigjson", &pair, message),
        ("new", "kubernetes.io/tls", &half, message),
        ("registry", "kubernetes.io/dockerconfigjson", &registry, "200"),
        ("certificate", "kubernetes.io/tls", &certificate, "200"),
    ] {
        let query = [
            ("NamespaceId", "cn-beijing:test"),
            ("SecretName", name),
            ("SecretType", kind),
            ("SecretData", data.as_str()),
        ];
        let answer = call(&local, "POST", SECRET, &query).await;
        assert_eq!(answer.value("Code"), code, "{name} {kind} {data}: {}", answer.body);
    }
    let nowhere = call(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:nowhere")]).await;
    assert_eq!(nowhere.refusal(), (404, "InvalidNamespaceId.NotFound".to_owned()));
}

#[tokio::test]
async fn applications_use_secrets_of_their_namespace() {
    let local = server().await;
    let id = create(&local, "cn-beijing:test", "own").await;
    let other = create(&local, "cn-beijing", "other").await;
    let mount = |id: &str, key: &str| format!(r#"[{{"secretId":{id},"key":"{key}","mountPath":"/run/it"}}]"#);
    let variable = |id: &str| format!(r#"[{{"name":"A","valueFrom":{{"secretRef":{{"secretId":{id}}}}}}}]"#);
    for (parameter, value) in [
        ("SecretMountDesc", mount(&other, "password")),
        ("SecretMountDesc", mount(&id, "absent")),
        ("SecretMountDesc", mount("99", "password")),
        ("Envs", variable(&other)),
        ("ImagePullSecrets", other.clone()),
    ] {
        let answer = application(&local, "wrong", (parameter, &value)).await;
        assert_eq!(answer.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "{value}");
        assert!(answer.value("Message").contains(parameter), "{}", answer.body);
    }
    let malformed = application(&local, "wrong", ("ImagePullSecrets", "registry")).await;
    assert_eq!(malformed.refusal(), (400, "InvalidParameter.Obviously".to_owned()));

    let of_it = [("NamespaceId", "cn-beijing:test"), ("SecretId", id.as_str())];
    let ways = [
        ("mounts", "SecretMountDesc", mount(&id, "sae-sys-secret-all")),
        ("pulls", "ImagePullSecrets", id.clone()),
        ("reads", "Envs", variable(&id)),
    ];
    let mut apps = Vec::new();
    for (name, parameter, value) in &ways {
        let created = application(&local, name, (parameter, value)).await;
        assert_eq!(created.status, 200, "{parameter}: {}", created.body);
        apps.push(json!({ "AppId": created.value("AppId"), "AppName": name }));
    }
    let config = [("AppId", apps[0]["AppId"].as_str().unwrap())];
    let config = done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &config).await.json();
    assert_eq!(config["Data"]["SecretMountDesc"][0]["SecretName"], "own");
    assert_eq!(done(&local, "GET", SECRET, &of_it).await.json()["Data"]["RelateApps"], json!(apps));
    let list = done(&local, "GET", LIST, &[of_it[0]]).await.json();
    assert_eq!(list["Data"]["Secrets"][0]["RelateApps"], json!(apps));
    let used = call(&local, "DELETE", SECRET, &of_it).await;
    assert_eq!(used.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    for app in &apps {
        let of_app = [("AppId", app["AppId"].as_str().unwrap())];
        done(&local, "DELETE", &format!("{APP}/deleteApplication"), &of_app).await;
    }
    let refused = call(&local, "DELETE", NAMESPACE, &[of_it[0]]).await;
    assert!(refused.value("Message").ends_with("the namespace has secrets"), "{}", refused.body);
    done(&local, "DELETE", SECRET, &of_it).await;
    done(&local, "DELETE", NAMESPACE, &[of_it[0]]).await;
}
