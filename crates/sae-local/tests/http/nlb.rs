//! Network load balancers: bound and unbound by change orders.

use std::time::Duration;

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::{call, done};

const APP: &str = "/pop/v1/sam/app";
const NLB: &str = "/pop/v1/sam/app/nlb";
const ORDER: &str = "/pop/v1/sam/changeorder/DescribeChangeOrder";

async fn application(local: &LocalSae, name: &str) -> String {
    let query = [
        ("AppName", name),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
    ];
    done(local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId")
}

async fn instances(local: &LocalSae, app: &str) -> Value {
    done(local, "GET", NLB, &[("AppId", app)]).await.json()["Data"]["Instances"].take()
}

fn listener(port: i64, protocol: &str) -> String {
    json!([{ "Port": port, "TargetPort": 8080, "Protocol": protocol }]).to_string()
}

#[tokio::test]
async fn listeners_are_bound_and_unbound_by_change_orders() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let app = application(&local, "web").await;
    assert_eq!(instances(&local, &app).await, json!({}));
    let certified =
        json!([{ "Port": 443, "TargetPort": 8443, "Protocol": "TCPSSL", "CertIds": "cert-1" }]).to_string();
    for listeners in [&listener(80, "TCP"), &listener(80, "UDP"), &certified] {
        let bind = [("AppId", app.as_str()), ("NlbId", "nlb-1"), ("Listeners", listeners)];
        let order = done(&local, "POST", NLB, &bind).await.value("ChangeOrderId");
        let order = done(&local, "GET", ORDER, &[("ChangeOrderId", &order)]).await;
        assert_eq!(
            (order.value("Status"), order.value("CoTypeCode")),
            ("2".to_owned(), "CoBindNlb".to_owned())
        );
    }
    let bound = |port: i64, target: i64, protocol: &str| json!({ "Port": port, "TargetPort": target, "Protocol": protocol, "Status": "Bounded" });
    let mut secure = bound(443, 8443, "TCPSSL");
    secure["CertIds"] = json!("cert-1");
    assert_eq!(
        instances(&local, &app).await,
        json!({ "nlb-1": {
            "CreatedBySae": false,
            "DnsName": "nlb-1.cn-beijing.nlb.aliyuncs.com",
            "Listeners": {
                "TCP:80": bound(80, 8080, "TCP"),
                "UDP:80": bound(80, 8080, "UDP"),
                "TCPSSL:443": secure,
            }
        } })
    );
    // One with the same port and protocol replaces the other.
    let again = json!([{ "Port": 80, "TargetPort": 9090, "Protocol": "TCP" }]).to_string();
    done(&local, "POST", NLB, &[("AppId", &app), ("NlbId", "nlb-1"), ("Listeners", &again)]).await;
    assert_eq!(instances(&local, &app).await["nlb-1"]["Listeners"]["TCP:80"]["TargetPort"], 9090);
    for (port, protocol) in [("80", "TCP"), ("80", "UDP"), ("443", "TCPSSL")] {
        let unbind = [("AppId", app.as_str()), ("NlbId", "nlb-1"), ("Port", port), ("Protocol", protocol)];
        done(&local, "DELETE", NLB, &unbind).await;
    }
    assert_eq!(instances(&local, &app).await, json!({}), "an instance without listeners isn't bound");
    // Without an identifier an instance is created.
    done(
        &local,
        "POST",
        NLB,
        &[("AppId", &app), ("Listeners", &listener(80, "TCP")), ("AddressType", "Internet")],
    )
    .await;
    let created = instances(&local, &app).await;
    let (id, created) = created.as_object().unwrap().iter().next().unwrap();
    assert!(id.starts_with("nlb-") && created["CreatedBySae"] == true, "{created}");
}

#[tokio::test]
async fn a_listener_tells_how_far_it_has_come() {
    let pace = Pace::cloud().prepare(Duration::from_secs(5)).bind(Duration::from_secs(20));
    let local = LocalSae::builder().pace(pace).start().await.unwrap();
    let app = application(&local, "web").await;
    local.control().advance(Duration::from_mins(10));
    let status = async || instances(&local, &app).await["nlb-1"]["Listeners"]["TCP:80"]["Status"].take();
    let bind = [("AppId", app.as_str()), ("NlbId", "nlb-1"), ("Listeners", &listener(80, "TCP"))];
    done(&local, "POST", NLB, &bind).await;
    assert_eq!(status().await, "Creating");
    let busy = call(&local, "POST", NLB, &bind).await;
    assert_eq!(busy.refusal(), (400, "Application.ChangerOrderRunning".to_owned()));
    local.control().advance(Duration::from_secs(10));
    assert_eq!(status().await, "Configuring");
    local.control().advance(Duration::from_mins(1));
    assert_eq!(status().await, "Bounded");
    let unbind = [("AppId", app.as_str()), ("NlbId", "nlb-1"), ("Port", "80"), ("Protocol", "TCP")];
    done(&local, "DELETE", NLB, &unbind).await;
    assert_eq!(status().await, "Unbinding");
    local.control().advance(Duration::from_mins(1));
    assert_eq!(instances(&local, &app).await, json!({}));
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let (app, other) = (application(&local, "web").await, application(&local, "other").await);
    let tcp = listener(80, "TCP");
    done(&local, "POST", NLB, &[("AppId", &other), ("NlbId", "nlb-1"), ("Listeners", &tcp)]).await;
    let twice = json!([
        { "Port": 81, "TargetPort": 1, "Protocol": "TCP" },
        { "Port": 81, "TargetPort": 2, "Protocol": "TCPSSL", "CertIds": "c" },
    ])
    .to_string();
    let zones = Value::from(vec![json!({ "VSwitchId": "vsw-1", "ZoneId": "a" }); 11]).to_string();
    let (empty, obviously, message) =
        ("InvalidParameter.NotEmpty", "InvalidParameter.Obviously", "InvalidParameter.WithMessage");
    for (change, code) in [
        (("AppId", ""), empty),
        (("AppId", "nobody"), "InvalidApplication.NotFound"),
        (("NlbId", "lb-1"), message),
        (("Listeners", "[]"), empty),
        (("Listeners", &tcp), message),
        (("Listeners", &listener(80, "HTTP")), obviously),
        (("Listeners", &listener(65_536, "TCP")), obviously),
        (("Listeners", &listener(-1, "TCP")), obviously),
        (("Listeners", &listener(81, "TCPSSL")), message),
        (("Listeners", &twice), message),
        (("AddressType", "Moon"), obviously),
        (("ZoneMappings", &zones), message),
    ] {
        let good = listener(82, "TCP");
        let base = [("AppId", app.as_str()), ("NlbId", "nlb-1"), ("Listeners", good.as_str())];
        let mut query: Vec<_> = base.into_iter().filter(|(name, _)| *name != change.0).collect();
        query.push(change);
        let answer = call(&local, "POST", NLB, &query).await;
        assert_eq!(answer.value("Code"), code, "{change:?}: {}", answer.body);
    }
    let base = [("AppId", other.as_str()), ("NlbId", "nlb-1"), ("Port", "80"), ("Protocol", "TCP")];
    for (change, code) in [
        (("AppId", app.as_str()), message),
        (("NlbId", "nlb-2"), message),
        (("NlbId", ""), empty),
        (("Port", "81"), message),
        (("Protocol", "UDP"), message),
        (("Protocol", "HTTP"), obviously),
    ] {
        let mut query: Vec<_> = base.into_iter().filter(|(name, _)| *name != change.0).collect();
        query.push(change);
        let answer = call(&local, "DELETE", NLB, &query).await;
        assert_eq!(answer.value("Code"), code, "{change:?}: {}", answer.body);
    }
    // Once it is gone, the port is free.
    done(&local, "DELETE", NLB, &base).await;
    done(&local, "POST", NLB, &[("AppId", &app), ("NlbId", "nlb-1"), ("Listeners", &tcp)]).await;
}
