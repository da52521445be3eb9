//! Numbers that clients of 2019 can read. `client/numbers.rs` checks every answer of these tests.

use std::time::Duration;

use sae_local::{LocalSae, Pace};

use crate::client::{Answer, Call, numbers};

const APP: &str = "/pop/v1/sam/app";

#[tokio::test]
async fn use_of_resources_is_told_in_whole_minutes() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let control = local.control();
    control.freeze();
    let create = [
        ("AppName", "demo"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
        ("Cpu", "500"),
        ("Memory", "1024"),
    ];
    let created = Call::new("POST", &format!("{APP}/createApplication"), &create).send(&local).await;
    let id = created.value("AppId");
    let usage = Call::new("GET", "/pop/v1/paas/quota/queryResourceStatics", &[("AppId", &id)]);
    let mut before = (0, 0);
    for (seconds, cpu, memory) in [(1, 1, 1), (59, 1, 1), (61, 2, 3), (90, 2, 4)] {
        control.advance(Duration::from_secs(seconds));
        let json = usage.send(&local).await.json();
        for part in ["RealTimeRes", "Summary"] {
            let part = &json["Data"][part];
            assert_eq!((part["Cpu"].as_i64(), part["Memory"].as_i64()), (Some(cpu), Some(memory)), "{json}");
        }
        assert!((cpu, memory) >= before);
        before = (cpu, memory);
    }
    let xml = usage.header("accept", "application/xml").send(&local).await.body;
    assert!(xml.contains("<Cpu>2</Cpu><Memory>4</Memory>"), "{xml}");
}

#[tokio::test]
async fn no_listeners_bind_nothing() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let create =
        [("AppName", "demo"), ("PackageType", "Image"), ("ImageUrl", "demo/nginx:1"), ("Replicas", "1")];
    let created = Call::new("POST", &format!("{APP}/createApplication"), &create).send(&local).await;
    let id = created.value("AppId");
    let port = r#"[{"port":80,"targetPort":8080,"protocol":"TCP"}]"#;
    let bind = async |internet: &str, intranet: &str| {
        let query = [("AppId", id.as_str()), ("Internet", internet), ("Intranet", intranet)];
        Call::new("POST", &format!("{APP}/slb"), &query).send(&local).await
    };
    let bound = async || {
        let json = Call::new("GET", &format!("{APP}/slb"), &[("AppId", &id)]).send(&local).await.json();
        let ports = |side: &str| json["Data"][side].as_array().map_or(0, Vec::len);
        (ports("Internet"), ports("Intranet"))
    };
    for (internet, intranet, after) in [("[]", port, (0, 1)), (port, " [ ] ", (1, 1)), ("[]", port, (1, 1))] {
        let answer = bind(internet, intranet).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(bound().await, after, "{internet} {intranet}");
    }
    assert_eq!(bind("[]", "[]").await.refusal(), (400, "InvalidParameter.NotEmpty".to_owned()));
    assert_eq!(bound().await, (1, 1));
}

#[test]
fn what_a_client_of_2019_cannot_read_is_found() {
    let is_good = |body: &str| {
        let answer = Answer { status: 200, head: String::new(), body: body.to_owned() };
        std::panic::catch_unwind(|| numbers::check(&answer)).is_ok()
    };
    assert!(is_good(r#"{"Data":[{"Replicas":3,"CreateTime":1566809756000}]}"#));
    assert!(!is_good(r#"{"Data":[{"Cpu":0.0004}]}"#));
    assert!(!is_good(r#"{"Data":{"Cpu":13.0}}"#));
    assert!(!is_good(r#"{"Data":{"Replicas":3000000000}}"#));
}
