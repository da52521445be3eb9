//! Who may call, and what the others are told.

use sae_local::LocalSae;
use sae_sign::Scheme;

use crate::client::{Call, exchange};

const REGIONS: &str = "/pop/v1/paas/regionConfig";

fn call() -> Call {
    Call::new("GET", REGIONS, &[("Ünïcode", "a b&c=d?e")])
}

#[tokio::test]
async fn both_schemes_are_accepted() {
    let local = LocalSae::start().await.unwrap();
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        let answer = call().scheme(scheme).send(&local).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn others_are_told_why() {
    let local = LocalSae::start().await.unwrap();
    let signature = (400, "SignatureDoesNotMatch".to_owned());
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        let answer = call().scheme(scheme).key("local", "wrong").send(&local).await;
        assert_eq!(answer.refusal(), signature);
        let text = answer.value("Message");
        let text = text
            .strip_prefix(
                "Specified signature is not matched with our calculation. server string to sign is:",
            )
            .unwrap();
        let start = if scheme == Scheme::Roa { "GET\napplication/json\n" } else { "ACS3-HMAC-SHA256\n" };
        assert!(text.starts_with(start), "{text}");
    }
    for (call, status, code) in [
        (call().key("nobody", "secret"), 404, "InvalidAccessKeyId.NotFound"),
        (call().header("authorization", "Basic bG9jYWw="), 400, "IncompleteSignature"),
        (call().header("authorization", "acs local"), 400, "IncompleteSignature"),
        (call().header("date", "yesterday"), 400, "InvalidTimeStamp.Format"),
        (call().header("date", ""), 400, "InvalidTimeStamp.Format"),
        (call().scheme(Scheme::Acs3).header("x-acs-date", "2019-08-26"), 400, "InvalidTimeStamp.Format"),
        (call().header("x-acs-security-token", "token"), 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        (call().header("x-acs-version", ""), 400, "MissingParameter"),
        (call().header("x-acs-version", "2000-01-01"), 404, "InvalidApi.NotFound"),
        (call().header("content-md5", "d3Jvbmc="), 400, "InvalidParameter"),
    ] {
        assert_eq!(call.send(&local).await.refusal(), (status, code.to_owned()), "{code}");
    }
    let plain = format!("GET {REGIONS} HTTP/1.1\r\nhost: x\r\n\r\n");
    let answer = exchange(&local, plain.as_bytes()).await;
    assert_eq!(answer.refusal(), (400, "MissingParameter".to_owned()));
    assert!(answer.value("Message").contains("\"Authorization\""));
}

#[tokio::test]
async fn a_date_may_be_off_by_a_quarter_of_an_hour() {
    let local = LocalSae::start().await.unwrap();
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        for (skew, status) in [(-890, 200), (890, 200), (-910, 400), (910, 400)] {
            let answer = exchange(&local, &call().scheme(scheme).bytes(&local, skew)).await;
            assert_eq!(answer.status, status, "{skew}");
            assert_eq!(answer.status == 400, answer.value("Code") == "InvalidTimeStamp.Expired");
        }
    }
}

#[tokio::test]
async fn a_nonce_counts_once() {
    let local = LocalSae::builder().access_key("one", "1").access_key("two", "2").start().await.unwrap();
    let with = |id: &str, secret: &str| call().key(id, secret).header("x-acs-signature-nonce", "nonce");
    // A wrong signature doesn't use a nonce up.
    assert_eq!(with("one", "wrong").send(&local).await.status, 400);
    assert_eq!(with("one", "1").send(&local).await.status, 200);
    assert_eq!(with("one", "1").send(&local).await.refusal(), (400, "SignatureNonceUsed".to_owned()));
    assert_eq!(with("two", "2").send(&local).await.status, 200);
    let without = call().key("one", "1").bytes(&local, 0);
    for _ in 0..2 {
        assert_eq!(exchange(&local, &without).await.status, 200);
    }
}

#[tokio::test]
async fn a_header_that_counts_comes_once() {
    let local = LocalSae::start().await.unwrap();
    // ACS3 signs two headers of one name like one header with both values.
    let call = call().scheme(Scheme::Acs3).header("x-acs-signature-nonce", "a,b");
    let once = String::from_utf8(call.bytes(&local, 0)).unwrap();
    let twice = once.replace("nonce: a,b", "nonce: a\r\nx-acs-signature-nonce: b");
    assert_ne!(once, twice);
    assert_eq!(exchange(&local, once.as_bytes()).await.status, 200);
    let answer = exchange(&local, twice.as_bytes()).await;
    assert_eq!(answer.refusal(), (400, "InvalidParameter".to_owned()));
    assert!(answer.value("Message").contains("x-acs-signature-nonce"), "{}", answer.body);
    let second = once
        .replace("a,b", "c")
        .replace("\r\nauthorization:", "\r\nauthorization: acs x:y\r\nauthorization:");
    assert_eq!(exchange(&local, second.as_bytes()).await.refusal(), (400, "InvalidParameter".to_owned()));
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let local = LocalSae::builder().access_key("one", "1").access_key("two", "2").start().await.unwrap();
    let path = "/pop/v1/paas/namespace";
    let create = Call::new("POST", path, &[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "n")]);
    let look = Call::new("GET", path, &[("NamespaceId", "cn-beijing:test")]);
    assert_eq!(create.clone().key("one", "1").send(&local).await.status, 200);
    assert_eq!(look.clone().key("one", "1").send(&local).await.status, 200);
    assert_eq!(
        look.key("two", "2").send(&local).await.refusal(),
        (404, "InvalidNamespaceId.NotFound".to_owned())
    );
    assert_eq!(create.key("two", "2").send(&local).await.status, 200);
}
