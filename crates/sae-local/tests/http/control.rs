//! The control interface over HTTP: what it does, and whom it refuses.

use sae_local::LocalSae;

use crate::client::{Call, control, exchange};

#[tokio::test]
async fn the_overview_tells_what_there_is() {
    let local = LocalSae::builder().access_key("one", "1").access_key("two", "2").start().await.unwrap();
    for path in ["/_local", "/_local/"] {
        let text = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let overview = exchange(&local, text.as_bytes()).await.json();
        assert_eq!(overview["tenants"][1]["tenant"], "two");
        assert_eq!(overview["tenants"][0]["sae"]["applications"], 0);
        assert_eq!(overview["tenants"][0]["edas"]["applications"], 0);
        assert!(overview["paths"].as_array().unwrap().contains(&"POST /_local/reset".into()), "{overview}");
        assert!(!overview.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn clocks_are_driven() {
    let local = LocalSae::builder().access_key("one", "1").access_key("two", "2").start().await.unwrap();
    let frozen = control(&local, "POST", "clock", r#"{"tenant":"one","freeze":true}"#).await.json();
    let start = frozen["tenants"][0]["now_ms"].as_i64().unwrap();
    assert_eq!(frozen["tenants"].as_array().unwrap().len(), 1);
    for (body, ahead) in [
        (r#"{"tenant":"one","advance":"1h30m"}"#, 5_400_000),
        (r#"{"tenant":"one","advance":250}"#, 5_400_250),
        (r#"{"advance":"1s"}"#, 5_401_250),
    ] {
        assert_eq!(control(&local, "POST", "clock", body).await.status, 200);
        let clocks = control(&local, "GET", "clock", "").await.json();
        assert_eq!(clocks["tenants"][0]["now_ms"], start + ahead, "{body}");
        assert_eq!(
            (&clocks["tenants"][0]["frozen"], &clocks["tenants"][1]["frozen"]),
            (&true.into(), &false.into())
        );
    }
    let skewed = control(&local, "POST", "clock", r#"{"freeze":false,"skew":"-20m"}"#).await.json();
    assert_eq!((&skewed["skew_ms"], &skewed["tenants"][0]["frozen"]), (&(-1_200_000).into(), &false.into()));
    let call = Call::new("GET", "/pop/v1/paas/regionConfig", &[]).key("one", "1");
    assert_eq!(call.send(&local).await.value("Code"), "InvalidTimeStamp.Expired");
    assert_eq!(control(&local, "POST", "clock", r#"{"skew":-5}"#).await.json()["skew_ms"], -5);
    assert_eq!(control(&local, "POST", "clock", r#"{"skew":"1m"}"#).await.json()["skew_ms"], 60_000);
    for body in [r#"{"advance":"-5s"}"#, r#"{"advance":1.5}"#, r#"{"freeze":"yes"}"#, r#"{"back":"1s"}"#] {
        assert_eq!(control(&local, "POST", "clock", body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn tenants_are_added() {
    let local = LocalSae::start().await.unwrap();
    let body = r#"{"id":"new","secret":"s3cret","pace":"instant"}"#;
    assert_eq!(control(&local, "POST", "tenants", body).await.value("tenant"), "new");
    let create = Call::new(
        "POST",
        "/pop/v1/sam/app/createApplication",
        &[("AppName", "demo"), ("PackageType", "Image"), ("ImageUrl", "a/b:1"), ("Replicas", "1")],
    );
    let created = create.key("new", "s3cret").send(&local).await.value("ChangeOrderId");
    let order =
        Call::new("GET", "/pop/v1/sam/changeorder/DescribeChangeOrder", &[("ChangeOrderId", &created)]);
    assert_eq!(order.key("new", "s3cret").send(&local).await.value("Status"), "2", "at its own pace");
    for (body, status) in [
        (body, 409),
        (r#"{"id":"x"}"#, 400),
        (r#"{"id":"x","secret":""}"#, 400),
        (r#"{"id":"x","secret":"y","pace":"slow"}"#, 400),
        (r#"{"id":"x","secret":1}"#, 400),
    ] {
        let refused = control(&local, "POST", "tenants", body).await;
        assert_eq!(refused.status, status, "{body}");
        assert!(!refused.body.contains("s3cret"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_with_what_is() {
    let local = LocalSae::start().await.unwrap();
    for (method, path, status, part) in [
        ("GET", "nothing", 404, "GET /_local/clock"),
        ("PUT", "clock", 405, "POST"),
        ("GET", "clock?tenant=nobody", 404, "local"),
        ("GET", "clock?of=local", 400, "tenant"),
        ("POST", "reset", 404, "local"),
    ] {
        let body = if path == "reset" { r#"{"tenant":"nobody"}"# } else { "" };
        let refused = control(&local, method, path, body).await;
        assert_eq!(refused.status, status, "{method} {path}: {}", refused.body);
        let possible = refused.json()["possible"].to_string();
        assert!(possible.contains(part), "{method} {path}: {possible}");
    }
}

#[tokio::test]
async fn all_that_is_listed_is_there() {
    let local = LocalSae::start().await.unwrap();
    let overview = control(&local, "GET", "", "").await.json();
    for listed in overview["paths"].as_array().unwrap() {
        let (method, path) = listed.as_str().unwrap().split_once(" /_local/").unwrap();
        let answer = control(&local, method, path, "").await;
        // Some paths need a body; all exist.
        assert!([200, 400].contains(&answer.status), "{listed}: {}", answer.body);
    }
    assert_eq!(overview["paths"].as_array().unwrap().len(), 13);
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let local = LocalSae::start().await.unwrap();
    let port = local.local_addr().port();
    let json = "content-type: application/json\r\n";
    for (headers, status) in [
        (format!("host: 127.0.0.1:{port}\r\n{json}"), 200),
        (format!("host: localhost:{port}\r\norigin: http://localhost:{port}\r\n{json}"), 200),
        (format!("host: 127.0.0.1:{port}\r\ncontent-type: Application/JSON; charset=utf-8\r\n"), 200),
        (format!("host: evil.example:{port}\r\n{json}"), 403),
        (format!("host: localhost\r\norigin: https://evil.example\r\n{json}"), 403),
        (format!("host: localhost\r\norigin: null\r\n{json}"), 403),
        ("host: localhost\r\n".to_owned(), 415),
        ("host: localhost\r\ncontent-type: text/plain\r\n".to_owned(), 415),
        (json.to_owned(), 400),
    ] {
        let text = format!("POST /_local/reset HTTP/1.1\r\n{headers}content-length: 2\r\n\r\n{{}}");
        let answer = exchange(&local, text.as_bytes()).await;
        assert_eq!(answer.status, status, "{headers}: {}", answer.body);
        assert!(!answer.head.contains("access-control"));
    }
}

#[tokio::test]
async fn a_state_is_taken_and_put_back() {
    let local = LocalSae::start().await.unwrap();
    let seed = |name: &str| {
        let params =
            format!(r#"{{"AppName":"{name}","PackageType":"Image","ImageUrl":"demo/a:1","Replicas":2}}"#);
        format!(r#"{{"calls":[{{"operation":"CreateApplication","params":{params}}}]}}"#)
    };
    assert_eq!(control(&local, "POST", "seed", &seed("kept")).await.status, 200);
    let before = control(&local, "GET", "state", "").await.body;
    assert_eq!(control(&local, "POST", "seed", &seed("later")).await.status, 200);
    let applications =
        || async { control(&local, "GET", "", "").await.json()["tenants"][0]["sae"]["applications"].clone() };
    assert_eq!(applications().await, 2);
    assert_eq!(control(&local, "PUT", "state", &before).await.status, 200);
    assert_eq!(applications().await, 1);
    assert_eq!(control(&local, "POST", "seed", &seed("kept")).await.status, 400, "it is there again");
    for nonsense in ["", "{}", r#"{"sae":1}"#, "[]"] {
        let refused = control(&local, "PUT", "state", nonsense).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains("this is not a snapshot"), "{}", refused.body);
    }
    assert_eq!(applications().await, 1, "nothing is lost by nonsense");
}
