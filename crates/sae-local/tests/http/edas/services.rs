//! Kubernetes services and SLB instances of applications.

use sae_local::LocalSae;
use serde_json::{Value, json};

use super::{APPS, application, call, cluster, done, insert, instant, order};

const SERVICES: &str = "/pop/v5/k8s/acs/k8s_service";
const SLB: &str = "/pop/v5/k8s/acs/k8s_slb_binding";
const PORTS: &str =
    r#"[{"protocol":"TCP","port":80,"targetPort":8080},{"protocol":"UDP","port":80,"targetPort":53}]"#;

#[tokio::test]
async fn a_service_is_created_changed_and_deleted_by_change_orders() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let service = [("AppId", id.as_str()), ("Name", "web"), ("Type", "ClusterIP")];
    let created = done(&local, "POST", SERVICES, &with(&service, &[("ServicePorts", PORTS)])).await;
    let info = order(&local, &created.value("ChangeOrderId")).await;
    assert_eq!((&info["Status"], &info["CoType"]), (&json!(2), &json!("Create Service")));
    let listed = services(&local, &id).await;
    assert_eq!((&listed[0]["Name"], &listed[0]["Type"]), (&json!("web"), &json!("ClusterIP")));
    let ports = json!([
        {"Port": 80, "Protocol": "TCP", "TargetPort": "8080"},
        {"Port": 80, "Protocol": "UDP", "TargetPort": "53"},
    ]);
    assert_eq!(listed[0]["ServicePorts"], ports);
    let address = listed[0]["ClusterIP"].clone();
    assert!(address.is_string());

    let again = call("POST", SERVICES, &with(&service, &[("ServicePorts", PORTS)])).send(&local).await;
    assert_eq!(again.value("Code"), "409");
    let other = ("ServicePorts", r#"[{"protocol":"TCP","port":81,"targetPort":8081}]"#);
    done(&local, "PUT", SERVICES, &with(&service, &[other])).await;
    let listed = services(&local, &id).await;
    assert_eq!((&listed[0]["ServicePorts"][0]["Port"], &listed[0]["ClusterIP"]), (&json!(81), &address));
    // Ports that are left out stay.
    done(&local, "PUT", SERVICES, &with(&service, &[("ExternalTrafficPolicy", "Cluster")])).await;
    assert_eq!(services(&local, &id).await, listed);

    done(&local, "DELETE", SERVICES, &service[..2]).await;
    assert_eq!(services(&local, &id).await, json!([]));
    let gone = call("DELETE", SERVICES, &service[..2]).send(&local).await;
    assert_eq!((gone.status, gone.value("Code")), (200, "404".to_owned()));
}

#[tokio::test]
async fn wrong_services_are_refused() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let base = [("AppId", id.as_str()), ("Name", "web"), ("Type", "ClusterIP"), ("ServicePorts", PORTS)];
    for (changed, code) in [
        (("AppId", "nothing"), "404"),
        (("Name", "w"), "400"),
        (("Name", "Web"), "400"),
        (("Name", "web-"), "400"),
        (("Type", "LoadBalancer"), "400"),
        (("ExternalTrafficPolicy", "Nowhere"), "400"),
        (("ServicePorts", "[]"), "400"),
        (("ServicePorts", r#"[{"protocol":"TCP","port":0,"targetPort":1}]"#), "400"),
        (("ServicePorts", r#"[{"protocol":"ICMP","port":1,"targetPort":1}]"#), "400"),
        (
            (
                "ServicePorts",
                r#"[{"protocol":"TCP","port":1,"targetPort":1},{"protocol":"TCP","port":1,"targetPort":2}]"#,
            ),
            "400",
        ),
    ] {
        let query: Vec<_> = base.into_iter().filter(|(name, _)| *name != changed.0).collect();
        let answer = call("POST", SERVICES, &with(&query, &[changed])).send(&local).await;
        assert_eq!(answer.value("Code"), code, "{changed:?}: {}", answer.body);
    }
    assert_eq!(services(&local, &id).await, json!([]));
}

#[tokio::test]
async fn services_go_with_their_application() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let service = |id: &str| {
        let [app, name] = [("AppId", id.to_owned()), ("Name", "web".to_owned())];
        [app, name, ("Type", "ClusterIP".to_owned()), ("ServicePorts", PORTS.to_owned())]
    };
    let create = async |id: &str| {
        let query = service(id);
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        call("POST", SERVICES, &query).send(&local).await.value("Code")
    };
    assert_eq!(create(&id).await, "200");
    done(&local, "DELETE", APPS, &[("AppId", &id)]).await;
    let gone = call("GET", SERVICES, &[("AppId", &id)]).send(&local).await;
    assert_eq!(gone.value("Code"), "404");
    // The name is free again.
    let id = insert(&local, &[]).await.value("AppId");
    assert_eq!(create(&id).await, "200");
}

#[tokio::test]
async fn an_slb_instance_is_bound_changed_and_unbound() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let app = ("AppId", id.as_str());
    let public = [app, ("Type", "internet")];
    let bind = [("SlbId", "lb-1"), ("Port", "80"), ("TargetPort", "8080"), ("SlbProtocol", "HTTP")];
    let bound = done(&local, "POST", SLB, &with(&public, &bind)).await;
    let info = order(&local, &bound.value("ChangeOrderId")).await;
    assert_eq!((&info["Status"], &info["CoType"]), (&json!(2), &json!("Bind SLB")));
    let shown = slb(&local, &id).await;
    assert_eq!((&shown[0]["type"], &shown[0]["slbId"]), (&json!("internet"), &json!("lb-1")));
    let port = json!({"port": 80, "targetPort": 8080, "loadBalancerProtocol": "HTTP", "certId": null});
    assert_eq!(shown[0]["servicePortInfos"], json!([port]));

    let cluster = cluster(&local).await;
    let many = r#"[{"targetPort":8080,"port":82,"loadBalancerProtocol":"TCP"},{"port":81,"certId":"c","targetPort":8181,"loadBalancerProtocol":"HTTPS"}]"#;
    let update = [app, ("ClusterId", cluster.as_str()), ("Type", "Internet"), ("ServicePortInfos", many)];
    done(&local, "PUT", SLB, &update).await;
    let ports = slb(&local, &id).await[0]["servicePortInfos"].clone();
    assert_eq!((ports.as_array().unwrap().len(), &ports[1]["certId"]), (2, &json!("c")));

    let other = call("DELETE", SLB, &with(&public, &[("SlbName", "lb-2")])).send(&local).await;
    assert_eq!(other.value("Code"), "404");
    done(&local, "DELETE", SLB, &with(&public, &[("SlbName", "lb-1")])).await;
    assert_eq!(application(&local, &id).await["App"].get("SlbInfo"), None);
    for (method, query) in [("DELETE", public.to_vec()), ("PUT", update.to_vec())] {
        let gone = call(method, SLB, &query).send(&local).await;
        assert_eq!(gone.value("Code"), "404", "{method}");
    }
}

#[tokio::test]
async fn wrong_bindings_are_refused() {
    let local = instant().await;
    let id = insert(&local, &[]).await.value("AppId");
    let base = [("AppId", id.as_str()), ("Type", "intranet"), ("Port", "80"), ("TargetPort", "8080")];
    for (changed, code) in [
        (("AppId", "nothing"), "404"),
        (("Type", "moon"), "400"),
        (("Port", "x"), "InvalidParameter"),
        (("Port", "70000"), "InvalidParameter"),
        (("TargetPort", ""), "MissingParameter"),
        (("ClusterId", "other"), "400"),
        (("Scheduler", "random"), "400"),
        (("Specification", "huge"), "400"),
        (("SlbProtocol", "UDP"), "400"),
        (("SlbProtocol", "HTTPS"), "400"),
        (("ServicePortInfos", r#"[{"targetPort":1,"port":1,"loadBalancerProtocol":"HTTPS"}]"#), "400"),
    ] {
        let query: Vec<_> = base.into_iter().filter(|(name, _)| *name != changed.0).collect();
        let answer = call("POST", SLB, &with(&query, &[changed])).send(&local).await;
        assert_eq!(answer.value("Code"), code, "{changed:?}: {}", answer.body);
    }
}

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

async fn services(local: &LocalSae, id: &str) -> Value {
    done(local, "GET", SERVICES, &[("AppId", id)]).await.json()["Services"].take()
}

async fn slb(local: &LocalSae, id: &str) -> Value {
    let info = application(local, id).await["App"]["SlbInfo"].take();
    serde_json::from_str(info.as_str().unwrap()).unwrap()
}
