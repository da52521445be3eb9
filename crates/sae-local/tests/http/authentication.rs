//! Authentication, and what refused clients are told.

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
    // A wrong signature doesn't use up a nonce.
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
    // ACS3 signs two headers with the same name like one header with both values.
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
    for (name, value) in
        [("date", "x"), ("content-type", "text/plain"), ("content-md5", "x"), ("x-acs-action", "A")]
    {
        for scheme in [Scheme::Roa, Scheme::Acs3] {
            let call = self::call().scheme(scheme).header(name, value);
            let once = String::from_utf8(call.bytes(&local, 0)).unwrap();
            let line = format!("\r\n{name}: {value}");
            let twice = once.replace(&line, &line.repeat(2));
            assert_ne!(once, twice);
            let answer = exchange(&local, twice.as_bytes()).await;
            assert_eq!(answer.refusal(), (400, "InvalidParameter".to_owned()), "{scheme} {name}");
            assert!(answer.value("Message").contains(name), "{}", answer.body);
        }
    }
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

/// The status and the code of a call, with both schemes.
async fn refusals(local: &LocalSae, call: &Call) -> [(u16, String); 2] {
    let by = async |scheme| {
        let answer = call.clone().scheme(scheme).send(local).await;
        (answer.status, if answer.status == 200 { String::new() } else { answer.value("Code") })
    };
    [by(Scheme::Roa).await, by(Scheme::Acs3).await]
}

#[tokio::test]
async fn what_names_another_signature_is_refused() {
    let local = LocalSae::start().await.unwrap();
    let (good, method) = ((200, ""), (400, "InvalidSignatureMethod"));
    let (parameter, missing) = ((400, "InvalidParameter"), (400, "MissingParameter"));
    let long = "n".repeat(20_000);
    let longest = "n".repeat(256);
    for (name, value, roa, acs3) in [
        ("x-acs-signature-method", "HMAC-SHA1", good, method),
        ("x-acs-signature-method", "HMAC-MD5", method, method),
        ("x-acs-signature-method", "hmac-sha1", method, method),
        ("x-acs-signature-method", "ACS3-HMAC-SHA256", method, good),
        ("x-acs-signature-version", "1.0", good, good),
        ("x-acs-signature-version", "2.0", parameter, parameter),
        // A nonce counts once, whatever the scheme.
        ("x-acs-signature-nonce", &longest, good, (400, "SignatureNonceUsed")),
        ("x-acs-signature-nonce", &long, parameter, parameter),
        ("x-acs-signature-nonce", "a b", parameter, parameter),
        ("x-acs-signature-nonce", "é", parameter, parameter),
        ("x-acs-signature-nonce", "", good, missing),
        ("x-acs-content-sha256", "", good, missing),
        ("x-acs-content-sha256", "e3b0", good, parameter),
        // The hash of another body, and that of this one in capitals.
        ("x-acs-content-sha256", &sae_sign::sha256_hex("{}"), good, parameter),
        ("x-acs-content-sha256", &sae_sign::sha256_hex("").to_uppercase(), good, parameter),
    ] {
        let expected = [roa, acs3].map(|(status, code)| (status, code.to_owned()));
        assert_eq!(refusals(&local, &call().header(name, value)).await, expected, "{name}: {value:.20}");
    }
}

#[tokio::test]
async fn dates_have_the_form_of_their_scheme() {
    let local = LocalSae::start().await.unwrap();
    let now = httpdate::fmt_http_date(std::time::SystemTime::now());
    let good = String::from_utf8(call().scheme(Scheme::Acs3).bytes(&local, 0)).unwrap();
    let iso = good.lines().find_map(|line| line.strip_prefix("x-acs-date: ")).unwrap();
    let format = [(400, "InvalidTimeStamp.Format".to_owned()), (400, "InvalidTimeStamp.Format".to_owned())];
    for (roa, acs3) in [
        (iso, now.as_str()),
        (&now.replace("GMT", "UTC"), &iso.replace('Z', "+00:00")),
        (&now.replace(", ", ","), &iso.replace('T', " ")),
        (&now.to_lowercase(), &iso.to_lowercase()),
        (&now.replace(" GMT", ""), &iso.replace('Z', ".000Z")),
        ("0", "0"),
    ] {
        let call = call().header("date", roa).header("x-acs-date", acs3);
        assert_eq!(refusals(&local, &call).await, format, "{roa} {acs3}");
    }
}

#[tokio::test]
async fn acs3_may_leave_the_host_unsigned_and_nothing_of_its_own() {
    let local = LocalSae::start().await.unwrap();
    let unsigned = |name| Call { unsigned: name, ..call().scheme(Scheme::Acs3) };
    for name in ["host", "accept"] {
        assert_eq!(unsigned(name).send(&local).await.status, 200, "{name}");
    }
    for name in ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256", "x-acs-version"] {
        let answer = unsigned(name).send(&local).await;
        assert_eq!(answer.refusal(), (400, "IncompleteSignature".to_owned()), "{name}");
        let message = answer.value("Message");
        let (said, text) = message.split_once(" server string to sign is:").unwrap();
        assert_eq!(
            said,
            format!(
                "The request signature does not conform to Aliyun standards. The header {name:?} is not among \
                 the signed headers."
            )
        );
        assert!(text.starts_with("ACS3-HMAC-SHA256\n"), "{text}");
    }
}

#[tokio::test]
async fn the_string_to_sign_is_of_the_scheme_that_was_used() {
    let local = LocalSae::start().await.unwrap();
    let acs3 = "ACS3-HMAC-SHA256 Credential=local,";
    for (scheme, authorization, said, text) in [
        (Scheme::Acs3, format!("{acs3}Signature=00"), "no list of signed headers", "ACS3-HMAC-SHA256\n"),
        (Scheme::Acs3, format!("{acs3}SignedHeaders=host"), "no signature", "ACS3-HMAC-SHA256\n"),
        (
            Scheme::Acs3,
            format!(
                "{acs3}SignedHeaders=accept;host;x-acs-content-sha256;x-acs-date;x-acs-note;\
                 x-acs-signature-nonce;x-acs-version,Signature=00"
            ),
            "The signed header \"x-acs-note\" is missing.",
            "ACS3-HMAC-SHA256\n",
        ),
        (Scheme::Acs3, "ACS3-HMAC-SM3 x".to_owned(), "neither of scheme", "ACS3-HMAC-SHA256\n"),
        (Scheme::Roa, "acs local".to_owned(), "no signature", "GET\napplication/json\n"),
    ] {
        let answer = call().scheme(scheme).header("authorization", &authorization).send(&local).await;
        assert_eq!(answer.refusal(), (400, "IncompleteSignature".to_owned()), "{authorization}");
        let message = answer.value("Message");
        let (before, after) = message.split_once(" server string to sign is:").unwrap();
        assert!(before.contains(said) && after.starts_with(text), "{message}");
    }
}

#[tokio::test]
async fn an_acs3_request_is_taken_once() {
    let local = LocalSae::start().await.unwrap();
    let bytes = call().scheme(Scheme::Acs3).bytes(&local, 0);
    assert_eq!(exchange(&local, &bytes).await.status, 200);
    assert_eq!(exchange(&local, &bytes).await.refusal(), (400, "SignatureNonceUsed".to_owned()));
}

#[tokio::test]
async fn a_body_counts_only_if_it_was_signed() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let local = LocalSae::start().await.unwrap();
    let namespace = "/pop/v1/paas/namespace";
    let parameters = "NamespaceId=cn-beijing%3Aa&NamespaceName=n";
    let unsigned = (400, "IncompleteSignature".to_owned());
    // A body is added to a request that was signed without one, whatever announces it.
    let plain = Call::new("POST", namespace, &[]);
    for call in [plain.clone(), plain.clone().header("content-type", FORM)] {
        let bytes = String::from_utf8(call.bytes(&local, 0)).unwrap();
        let length = format!("content-length: {}", parameters.len());
        let added = bytes.replace("content-length: 0", &length) + parameters;
        let answer = exchange(&local, added.as_bytes()).await;
        assert_eq!(answer.refusal(), unsigned, "{added}");
        let message = answer.value("Message");
        assert!(message.contains("The header \"content-md5\" is missing"), "{message}");
        assert!(message.contains("string to sign is:POST\n"), "{message}");
    }
    let form = plain.clone().body(FORM, parameters);
    assert_eq!(form.clone().header("content-md5", "").send(&local).await.refusal(), unsigned);
    let other = form.clone().header("content-md5", &sae_sign::content_md5("x")).send(&local).await;
    assert_eq!(other.refusal(), (400, "InvalidParameter".to_owned()));
    assert_eq!(form.send(&local).await.status, 200);
    let more = "NamespaceId=cn-beijing%3Ab&NamespaceName=n";
    assert_eq!(plain.clone().body(FORM, more).scheme(Scheme::Acs3).send(&local).await.status, 200);
    // Clients of the Tea generation sign only the type of a body, for operations that have one.
    let config =
        Call::new("POST", "/pop/v1/sam/configmap/configMap", &[("NamespaceId", "cn-beijing"), ("Name", "n")]);
    let config = config.body(FORM, "Data=%7B%7D").header("content-md5", "").send(&local).await;
    assert_eq!(config.status, 200, "{}", config.body);
    let blank = Call::new("GET", REGIONS, &[]).body(FORM, " \n").header("content-md5", "").send(&local).await;
    assert_eq!(blank.status, 200);
}
