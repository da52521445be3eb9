//! The journal of requests.

use sae_local::{Fault, LocalSae};
use sae_sign::Scheme;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{Call, control, exchange, read};

const REGIONS: &str = "/pop/v1/paas/regionConfig";

#[tokio::test]
async fn requests_are_noted_with_what_became_of_them() {
    let local = LocalSae::builder()
        .access_key("one", "1")
        .security_token("STS.2", "2", "session-token")
        .start()
        .await
        .unwrap();
    let sae = local.control();
    let call = Call::new("GET", REGIONS, &[("A", "b")]);
    let answer = call.clone().key("one", "1").send(&local).await;
    call.clone().key("STS.2", "2").header("x-acs-security-token", "session-token").send(&local).await;
    call.clone().key("one", "wrong").send(&local).await;
    call.clone().key("nobody", "1").scheme(Scheme::Acs3).send(&local).await;
    Call::new("GET", "/nothing", &[]).key("one", "1").send(&local).await;
    exchange(&local, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    sae.fault(Fault::on("DescribeRegions").drop_after()).unwrap();
    call.clone().key("one", "1").send(&local).await;

    let noted = sae.requests();
    let seen: Vec<_> = noted
        .iter()
        .map(|one| (one.tenant.as_deref(), one.operation, one.status, one.code, one.fault.as_deref()))
        .collect();
    let regions = Some("DescribeRegions");
    assert_eq!(
        seen,
        [
            (Some("one"), regions, Some(200), None, None),
            (Some("STS.2"), regions, Some(200), None, None),
            (Some("one"), None, Some(400), Some("SignatureDoesNotMatch"), None),
            (None, None, Some(404), Some("InvalidAccessKeyId.NotFound"), None),
            (Some("one"), None, Some(404), Some("InvalidApi.NotFound"), None),
            (None, None, Some(400), Some("MissingParameter"), None),
            (Some("one"), regions, None, None, Some("1: drop after")),
        ]
    );
    assert_eq!(noted[0].request_id, answer.value("RequestId"));
    assert_eq!((noted[0].method.as_str(), noted[0].path.as_str()), ("GET", REGIONS));
    let signed = |at: usize| noted[at].string_to_sign().unwrap_or_default();
    assert!(signed(0).ends_with("/pop/v1/paas/regionConfig?A=b"), "{}", signed(0));
    assert!(signed(1).contains("x-acs-security-token:***\n"), "{}", signed(1));
    assert!(signed(3).starts_with("ACS3-HMAC-SHA256\n"), "{}", signed(3));
    assert!(signed(5).is_empty(), "{}", signed(5));
    assert!(!format!("{noted:?}").contains("A=b"), "what was signed may be secret");

    let found = |query: &'static str| {
        let local = &local;
        async move { control(local, "GET", query, "").await.json()["requests"].as_array().unwrap().clone() }
    };
    assert_eq!(found("requests").await.len(), 7);
    assert_eq!(found("requests?tenant=STS.2").await.len(), 1);
    assert_eq!(found("requests?operation=DescribeRegions&tenant=one").await.len(), 2);
    let last = found("requests?limit=1").await;
    assert_eq!(
        (last.len(), &last[0]["status"], &last[0]["fault"]),
        (1, &serde_json::Value::Null, &"1: drop after".into())
    );
    assert!(control(&local, "GET", "requests?limit=x", "").await.value("error").contains("limit"));
    assert_eq!(control(&local, "DELETE", "requests?tenant=one", "").await.status, 200);
    assert_eq!(found("requests").await.len(), 3);
}

#[tokio::test]
async fn what_was_signed_is_told_of_long_requests_and_of_bodies_too() {
    let local = LocalSae::start().await.unwrap();
    let long = "x".repeat(20_000);
    Call::new("GET", REGIONS, &[("A", &long)]).send(&local).await;
    let form =
        Call::new("POST", "/pop/v1/paas/namespace", &[]).body("application/x-www-form-urlencoded", "A=b");
    form.clone().send(&local).await;
    let refused = form.scheme(Scheme::Acs3).key("local", "wrong").send(&local).await;
    let noted = local.control().requests();
    let signed = |at: usize| noted[at].string_to_sign().unwrap_or_default();
    assert!(signed(0).starts_with("GET\n") && signed(0).ends_with("xxx…"), "{}", signed(0));
    assert!(signed(0).len() < 9_000, "{}", signed(0).len());
    assert!(signed(1).ends_with("/pop/v1/paas/namespace"), "{}", signed(1));
    // The refusal shows the hash of the body, too.
    assert_eq!(refused.refusal().1, "SignatureDoesNotMatch");
    assert!(refused.value("Message").ends_with(&format!(":{}", signed(2))), "{refused:?}");
}

#[tokio::test]
async fn parameters_and_bodies_are_noted_without_secrets() {
    let local = LocalSae::start().await.unwrap();
    let envs = r#"[{"name":"PASSWORD","value":"hush"}]"#;
    let query = [
        ("AppId", "a"),
        ("Envs", envs),
        ("Command", "hush"),
        ("PackageUrl", "https://me:hush@h/x.jar?Signature=hush"),
        ("Replicas", "2"),
        ("Unheard", "anything"),
    ];
    let form = "application/x-www-form-urlencoded";
    let deploy = Call::new("POST", "/pop/v1/sam/app/deployApplication", &query);
    let config =
        Call::new("POST", "/pop/v1/sam/configmap/configMap", &[("Name", "settings"), ("NamespaceId", "n")]);
    deploy.clone().send(&local).await;
    deploy.clone().key("local", "wrong").send(&local).await;
    deploy.scheme(Scheme::Acs3).send(&local).await;
    config.clone().body(form, "Data=%7B%22k%22%3A%22hush%22%7D&Description=d").send(&local).await;
    config
        .clone()
        .body("application/json", r#"{"Data":"{\"k\":\"hush\"}","Unheard":"hush"}"#)
        .send(&local)
        .await;
    config.body("application/octet-stream", "\u{1}hush").send(&local).await;
    let long = format!("Data=hush&Description={}", "x".repeat(20_000));
    let named =
        Call::new("POST", "/pop/v1/sam/configmap/configMap", &[("Name", "settings"), ("NamespaceId", "n")]);
    named.body(form, &long).send(&local).await;
    Call::new("POST", "/nothing", &[("Envs", "hush")]).send(&local).await;

    let told = control(&local, "GET", "requests", "").await.json();
    let told = told["requests"].as_array().unwrap();
    assert!(!serde_json::to_string(told).unwrap().contains("hush"), "{told:#?}");
    for deployed in &told[..3] {
        let parameters = &deployed["parameters"];
        assert_eq!(parameters["Envs"], r#"[{"name":"PASSWORD","value":"(secret)"}]"#);
        assert_eq!(parameters["Command"], "(secret)");
        assert_eq!(parameters["PackageUrl"], "https://(secret)@h/x.jar?(secret)");
        assert_eq!((&parameters["AppId"], &parameters["Replicas"]), (&"a".into(), &"2".into()));
        assert_eq!(parameters["Unheard"], "(not in the spec)");
        assert!(deployed["string_to_sign"].as_str().is_some_and(|text| text.len() > 50), "{deployed}");
    }
    assert_eq!(told[3]["body"], "Data=%7B%22k%22%3A%22%28secret%29%22%7D&Description=d");
    assert_eq!(told[3]["parameters"]["Data"], r#"{"k":"(secret)"}"#);
    assert_eq!(told[3]["parameters"]["Description"], "d");
    assert_eq!(told[4]["body"], r#"{"Data":"{\"k\":\"(secret)\"}","Unheard":"(not in the spec)"}"#);
    let cut = told[6]["body"].as_str().unwrap();
    assert!(cut.starts_with("Data=(secret)&Description=xxx") && cut.len() < 9_000, "{cut}");
    let requests = local.control().requests();
    assert_eq!(requests[3].body().as_deref(), told[3]["body"].as_str());
    assert_eq!(requests[0].parameters().len(), query.len());
}

#[tokio::test]
async fn what_is_secret_elsewhere_is_secret_where_it_does_not_belong() {
    let local = LocalSae::start().await.unwrap();
    let list = "/pop/v1/sam/app/listApplications";
    for name in
        ["Envs", "envs", "ENVS", "PhpConfig", "Password", "SecurityToken", "AccessKeySecret", "Signature"]
    {
        let call = Call::new("GET", list, &[("AppName", "shown"), (name, "hush")]);
        call.send(&local).await;
        call.clone().key("local", "wrong").send(&local).await;
        call.scheme(Scheme::Acs3).send(&local).await;
    }
    let noted = control(&local, "GET", "requests", "").await.body;
    assert!(!noted.contains("hush") && noted.contains("AppName=shown"), "{noted}");
}

#[tokio::test]
async fn a_thousand_requests_are_kept() {
    let local = LocalSae::start().await.unwrap();
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    for number in 0..1_002 {
        let text = format!("GET /{number} HTTP/1.1\r\nhost: x\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        assert_eq!(read(&mut stream).await.status, 400);
    }
    let noted = local.control().requests();
    assert_eq!((noted.len(), noted[0].path.as_str()), (1_000, "/2"));
    assert_eq!(noted[999].path, "/1001");
}

#[tokio::test]
async fn an_observer_is_told_of_every_request() {
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let local = LocalSae::builder()
        .on_request(move |served| sender.send((served.operation, served.status)).unwrap())
        .start()
        .await
        .unwrap();
    Call::new("GET", REGIONS, &[]).send(&local).await;
    assert_eq!(told.recv().await, Some((Some("DescribeRegions"), Some(200))));
    // The control interface isn't recorded.
    control(&local, "GET", "", "").await;
    assert!(told.try_recv().is_err());
}
