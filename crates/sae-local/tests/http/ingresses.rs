//! Ingresses: listeners, rules, conflicts, and applications that go away.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::{call, done};

const APP: &str = "/pop/v1/sam/app";
const INGRESS: &str = "/pop/v1/sam/ingress/Ingress";
const LIST: &str = "/pop/v1/sam/ingress/IngressList";
const NAMESPACE: &str = "/pop/v1/paas/namespace";

/// A server with an application in the namespace `cn-beijing:test`, and the application.
async fn server() -> (LocalSae, String) {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    done(&local, "POST", NAMESPACE, &[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "test")]).await;
    let app = application(&local, "web", "cn-beijing:test").await;
    (local, app)
}

async fn application(local: &LocalSae, name: &str, namespace: &str) -> String {
    let query = [
        ("AppName", name),
        ("NamespaceId", namespace),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
    ];
    done(local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId")
}

fn rule(app: &str, domain: &str, path: &str) -> String {
    json!([{ "appId": app, "containerPort": 8080, "domain": domain, "path": path }]).to_string()
}

/// Parameters of a new ingress on CLB, some of them replaced.
fn parameters<'a>(rules: &'a str, change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let base = [
        ("NamespaceId", "cn-beijing:test"),
        ("SlbId", "lb-1"),
        ("ListenerPort", "80"),
        ("DefaultRule", "{}"),
        ("Rules", rules),
    ];
    let kept = base.into_iter().filter(|(name, _)| change.iter().all(|(other, _)| name != other));
    kept.chain(change.iter().copied()).collect()
}

async fn create(local: &LocalSae, rules: &str, change: &[(&str, &str)]) -> String {
    done(local, "POST", INGRESS, &parameters(rules, change)).await.value("IngressId")
}

async fn described(local: &LocalSae, id: &str) -> Value {
    done(local, "GET", INGRESS, &[("IngressId", id)]).await.json()["Data"].take()
}

#[tokio::test]
async fn an_ingress_is_created_described_changed_and_deleted() {
    let (local, app) = server().await;
    let rules =
        json!([{ "appId": app, "appName": "web", "containerPort": "8080", "domain": "www.example.com",
        "path": "/", "rewritePath": "", "backendProtocol": "" }])
        .to_string();
    let id = create(&local, &rules, &[("CertId", ""), ("CertIds", "")]).await;
    let ingress = described(&local, &id).await;
    assert_eq!(
        ingress["Rules"],
        json!([{ "AppId": app, "AppName": "web", "ContainerPort": 8080, "Domain": "www.example.com", "Path": "/", "RuleActions": [] }]),
        "what has no value is left out"
    );
    for absent in ["DefaultRule", "CertId", "CertIds", "Description"] {
        assert!(ingress.get(absent).is_none(), "{absent}: {ingress}");
    }
    assert_eq!(
        json!([
            ingress["NamespaceId"],
            ingress["SlbId"],
            ingress["LoadBalanceType"],
            ingress["ListenerPort"]
        ]),
        json!(["cn-beijing:test", "lb-1", "clb", 80])
    );
    assert_eq!((&ingress["ListenerProtocol"], &ingress["CreatedBySae"]), (&json!("HTTP"), &json!(false)));

    // An update changes what it names. A listener moves to another port before it gets its certificate.
    let default = json!({ "appId": app, "containerPort": 80 }).to_string();
    let of_it = ("IngressId", id.as_str());
    let other = rule(&app, "*.example.com", "/a");
    for (changes, place, expected) in [
        (
            vec![("DefaultRule", default.as_str())],
            "DefaultRule",
            json!({ "AppId": app, "AppName": "web", "ContainerPort": 80 }),
        ),
        (vec![("ListenerPort", "443")], "ListenerPort", json!(443)),
        (vec![("ListenerPort", "443")], "ListenerProtocol", json!("HTTP")),
        (vec![("Description", "of the shop")], "Description", json!("of the shop")),
        (vec![("CertId", "cert-1")], "CertId", json!("cert-1")),
        (vec![("IdleTimeout", "30")], "ListenerProtocol", json!("HTTPS")),
        (vec![("IdleTimeout", "0")], "IdleTimeout", json!(15)),
        (
            vec![("Rules", &other)],
            "Rules",
            json!([{ "AppId": app, "AppName": "web", "ContainerPort": 8080, "Domain": "*.example.com", "Path": "/a", "RuleActions": [] }]),
        ),
        (vec![("DefaultRule", "{}")], "DefaultRule", Value::Null),
        (vec![("CertId", "")], "ListenerProtocol", json!("HTTP")),
        (vec![("LoadBalanceType", "alb")], "LoadBalanceType", json!("clb")),
    ] {
        let query: Vec<_> = [of_it].into_iter().chain(changes.clone()).collect();
        let updated = done(&local, "PUT", INGRESS, &query).await;
        assert_eq!(updated.value("IngressId"), id);
        assert_eq!(described(&local, &id).await[place], expected, "{changes:?}");
    }
    done(&local, "DELETE", INGRESS, &[of_it]).await;
    for method in ["GET", "PUT", "DELETE"] {
        let gone = call(&local, method, INGRESS, &[of_it]).await;
        assert_eq!(gone.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn alb_has_certificates_rewrites_and_protocols_of_its_own() {
    let (local, app) = server().await;
    let rules =
        json!([{ "appId": app, "containerPort": 8080, "domain": "www.example.com", "path": "/sys/(.*)/(.*)",
        "rewritePath": "/${1}", "backendProtocol": "grpc" }])
        .to_string();
    let id = create(
        &local,
        &rules,
        &[
            ("SlbId", "alb-1"),
            ("LoadBalanceType", "alb"),
            ("ListenerProtocol", "HTTPS"),
            ("CertIds", "1-cn-hangzhou,2-cn-hangzhou"),
            ("EnableGzip", "true"),
            ("SecurityPolicyId", "tls_1"),
            ("CorsConfig", r#"{"AllowOrigin":"*"}"#),
        ],
    )
    .await;
    let ingress = described(&local, &id).await;
    assert_eq!(
        json!([
            ingress["CertIds"],
            ingress["Rules"][0]["RewritePath"],
            ingress["Rules"][0]["BackendProtocol"]
        ]),
        json!(["1-cn-hangzhou,2-cn-hangzhou", "/${1}", "grpc"])
    );
    assert_eq!(
        json!([ingress["EnableGzip"], ingress["SecurityPolicyId"], ingress["CorsConfig"]["AllowOrigin"]]),
        json!([true, "tls_1", "*"])
    );
    // The identifier says what the load balancer is; without one an ALB instance is created.
    let id = create(&local, &rules, &[("SlbId", "alb-1"), ("ListenerPort", "81")]).await;
    assert_eq!(described(&local, &id).await["LoadBalanceType"], "alb");
    let zones =
        r#"[{"VSwitchId":"vsw-1","ZoneId":"cn-beijing-a"},{"VSwitchId":"vsw-2","ZoneId":"cn-beijing-b"}]"#;
    let new =
        [("SlbId", ""), ("LoadBalanceType", "alb"), ("AddressType", "Intranet"), ("ZoneMappings", zones)];
    let id = create(&local, &rules, &new).await;
    let ingress = described(&local, &id).await;
    assert!(ingress["SlbId"].as_str().unwrap().starts_with("alb-"), "{ingress}");
    assert_eq!((&ingress["CreatedBySae"], &ingress["SlbType"]), (&json!(true), &json!("intranet")));
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (local, app) = server().await;
    let elsewhere = application(&local, "other", "cn-beijing").await;
    let good = rule(&app, "www.example.com", "/");
    let long = format!("/{}", "p".repeat(80));
    let wrong = |change: Value| {
        let mut rule = json!({ "appId": app, "containerPort": 8080, "domain": "a.example.com", "path": "/" });
        rule.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!([rule]).to_string()
    };
    let many: Vec<_> = (0..41)
        .map(|at| json!({ "appId": app, "containerPort": 1, "domain": "a.example.com", "path": format!("/{at}") }))
        .collect();
    let many = Value::from(many).to_string();
    let twice = json!([
        { "appId": app, "containerPort": 1, "domain": "a.example.com", "path": "/" },
        { "appId": app, "containerPort": 2, "domain": "A.example.com", "path": "/" },
    ])
    .to_string();
    let (empty, obviously, message) =
        ("InvalidParameter.NotEmpty", "InvalidParameter.Obviously", "InvalidParameter.WithMessage");
    for (name, value, code) in [
        ("NamespaceId", "cn-beijing:nowhere".to_owned(), "InvalidNamespaceId.NotFound"),
        ("ListenerPort", "0".to_owned(), obviously),
        ("ListenerPort", "65536".to_owned(), obviously),
        ("ListenerProtocol", "TCP".to_owned(), obviously),
        ("ListenerProtocol", "HTTPS".to_owned(), message),
        ("LoadBalanceType", "nlb".to_owned(), obviously),
        ("LoadBalanceType", "alb".to_owned(), "Slb.NotFound"),
        ("SlbId", "other".to_owned(), "Slb.NotFound"),
        ("SlbId", String::new(), empty),
        ("AddressType", "Moon".to_owned(), obviously),
        ("IdleTimeout", "61".to_owned(), obviously),
        ("RequestTimeout", "181".to_owned(), obviously),
        ("DefaultRule", json!({ "appId": elsewhere, "containerPort": 80 }).to_string(), message),
        ("DefaultRule", json!({ "appId": app }).to_string(), empty),
        ("DefaultRule", json!({ "appId": app, "containerPort": 0 }).to_string(), obviously),
        ("Rules", "[]".to_owned(), empty),
        ("Rules", many, "Exceed.IngressRule"),
        ("Rules", twice, message),
        ("Rules", wrong(json!({ "appId": elsewhere })), message),
        ("Rules", wrong(json!({ "appId": "nobody" })), message),
        ("Rules", wrong(json!({ "domain": "" })), empty),
        ("Rules", wrong(json!({ "domain": "a_b.example.com" })), obviously),
        ("Rules", wrong(json!({ "domain": "a.*.com" })), obviously),
        ("Rules", wrong(json!({ "path": "a" })), obviously),
        ("Rules", wrong(json!({ "path": "/(.*)" })), obviously),
        ("Rules", wrong(json!({ "path": long })), obviously),
        ("Rules", wrong(json!({ "containerPort": 70_000 })), obviously),
        ("Rules", wrong(json!({ "backendProtocol": "udp" })), obviously),
    ] {
        let answer = call(&local, "POST", INGRESS, &parameters(&good, &[(name, &value)])).await;
        assert_eq!(answer.value("Code"), code, "{name}={value:.80}: {}", answer.body);
    }
    let none = done(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:test")]).await;
    assert_eq!(none.json()["Data"]["IngressList"], json!([]), "nothing of it was kept");
}

#[tokio::test]
async fn a_port_of_a_load_balancer_has_one_listener() {
    let (local, app) = server().await;
    let rules = rule(&app, "www.example.com", "/");
    let first = create(&local, &rules, &[]).await;
    let second = create(&local, &rules, &[("ListenerPort", "81")]).await;
    create(&local, &rules, &[("SlbId", "lb-2")]).await;
    let taken = (400, "InvalidParameter.WithMessage".to_owned());
    assert_eq!(call(&local, "POST", INGRESS, &parameters(&rules, &[])).await.refusal(), taken);
    let to_80 = [("IngressId", second.as_str()), ("ListenerPort", "80")];
    assert_eq!(call(&local, "PUT", INGRESS, &to_80).await.refusal(), taken);
    // Staying where it is isn't a conflict.
    done(&local, "PUT", INGRESS, &[("IngressId", &first), ("ListenerPort", "80")]).await;
    // Listeners of applications count, in both directions.
    let bind = |port: &str| format!(r#"[{{"port":{port},"targetPort":8080,"protocol":"TCP"}}]"#);
    let path = format!("{APP}/slb");
    let binding = |ports| [("AppId", app.clone()), ("InternetSlbId", "lb-1".to_owned()), ("Internet", ports)];
    let on_80 = binding(bind("80"));
    let on_80: Vec<_> = on_80.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(call(&local, "POST", &path, &on_80).await.refusal(), taken);
    let on_90 = binding(bind("90"));
    let on_90: Vec<_> = on_90.iter().map(|(name, value)| (*name, value.as_str())).collect();
    done(&local, "POST", &path, &on_90).await;
    let ingress = call(&local, "POST", INGRESS, &parameters(&rules, &[("ListenerPort", "90")])).await;
    assert_eq!(ingress.refusal(), taken);
    done(&local, "DELETE", INGRESS, &[("IngressId", &first)]).await;
    done(&local, "PUT", INGRESS, &to_80).await;
}

#[tokio::test]
async fn a_list_has_the_ingresses_of_a_namespace_or_an_application() {
    let (local, app) = server().await;
    let other = application(&local, "other", "cn-beijing:test").await;
    let (of_app, of_other) = (rule(&app, "a.example.com", "/"), rule(&other, "a.example.com", "/"));
    for port in 1..=11 {
        let (port, rules) = (port.to_string(), if port == 11 { &of_other } else { &of_app });
        create(&local, rules, &[("ListenerPort", &port), ("Description", "d"), ("CertId", "cert")]).await;
    }
    let list = async |more: &[(&str, &str)]| {
        let query = [&[("NamespaceId", "cn-beijing:test")], more].concat();
        done(&local, "GET", LIST, &query).await.json()["Data"].take()
    };
    let all = list(&[]).await;
    assert_eq!((all["IngressList"].as_array().unwrap().len(), &all["TotalSize"]), (11, &json!(11)));
    let first = &all["IngressList"][0];
    assert_eq!(
        json!([
            first["CertId"],
            first["Description"],
            first["ListenerPort"],
            first["NamespaceId"],
            first["SlbId"]
        ]),
        json!(["cert", "d", "1", "cn-beijing:test", "lb-1"])
    );
    let page = list(&[("CurrentPage", "2"), ("PageSize", "4")]).await;
    assert_eq!(page["IngressList"][0]["ListenerPort"], "5");
    assert_eq!(list(&[("CurrentPage", "2")]).await["IngressList"].as_array().unwrap().len(), 1);
    let of_other = list(&[("AppId", &other)]).await;
    assert_eq!(
        (&of_other["TotalSize"], &of_other["IngressList"][0]["ListenerPort"]),
        (&json!(1), &json!("11"))
    );
    let nowhere = call(&local, "GET", LIST, &[("NamespaceId", "cn-beijing:nowhere")]).await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test]
async fn rules_go_with_their_application_and_a_namespace_stays_while_it_has_ingresses() {
    let (local, app) = server().await;
    let other = application(&local, "other", "cn-beijing:test").await;
    let rules = json!([
        { "appId": app, "containerPort": 1, "domain": "a.example.com", "path": "/" },
        { "appId": other, "containerPort": 2, "domain": "b.example.com", "path": "/" },
    ])
    .to_string();
    let default = json!({ "appId": app, "containerPort": 80 }).to_string();
    let id = create(&local, &rules, &[("DefaultRule", &default)]).await;
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[("AppId", &app)]).await;
    let ingress = described(&local, &id).await;
    assert!(ingress.get("DefaultRule").is_none(), "{ingress}");
    assert_eq!(
        (ingress["Rules"].as_array().unwrap().len(), &ingress["Rules"][0]["AppName"]),
        (1, &json!("other"))
    );
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[("AppId", &other)]).await;
    assert_eq!(described(&local, &id).await["Rules"], json!([]));
    let of_namespace = [("NamespaceId", "cn-beijing:test")];
    let refused = call(&local, "DELETE", NAMESPACE, &of_namespace).await;
    assert_eq!(refused.refusal(), (400, "DeleteFail.NamespaceHasIngress".to_owned()));
    done(&local, "DELETE", INGRESS, &[("IngressId", &id)]).await;
    done(&local, "DELETE", NAMESPACE, &of_namespace).await;
}
