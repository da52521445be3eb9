//! What was asked lately.

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
    let signed = |at: usize| noted[at].string_to_sign.clone().unwrap_or_default();
    assert!(signed(0).ends_with("/pop/v1/paas/regionConfig?A=b"), "{}", signed(0));
    assert!(signed(1).contains("x-acs-security-token:***\n"), "{}", signed(1));
    assert!(signed(3).starts_with("ACS3-HMAC-SHA256\n"), "{}", signed(3));
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
    // The control interface is no client.
    control(&local, "GET", "", "").await;
    assert!(told.try_recv().is_err());
}
