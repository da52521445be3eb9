//! What a server says about a failure, as people see it.

use sae::model::DescribeApplicationStatus;
use sae::{Client, Credentials, Error, ErrorKind, Scheme};
use sae_tests::{Canned, Step};

async fn refusal(body: String, scheme: Scheme) -> Error {
    let server = Canned::start(vec![Step::status(403, body)]).await;
    let client = Client::builder()
        .credentials(Credentials::new("LTAI5tExampleKeyId", "hush").with_security_token("a-security-token"))
        .endpoint(server.endpoint())
        .signature(scheme)
        .build()
        .expect("a client");
    client.send(DescribeApplicationStatus::new("app")).await.expect_err("it is refused")
}

#[tokio::test]
async fn a_long_text_of_a_server_is_cut_and_its_bytes_are_kept() {
    let long = "ü".repeat(2_500_000);
    let body = format!(r#"{{"Code":"{long}","Message":"{long}","RequestId":"{long}"}}"#);
    let error = refusal(body.clone(), Scheme::Acs3).await;
    assert!(error.to_string().len() < 4096, "{} bytes", error.to_string().len());
    assert!(error.message().ends_with("… (4997952 more bytes)"), "{:?}", error.message());
    assert!(format!("{error:?}").len() < 8192);
    assert_eq!(error.answer().expect("an answer").body, body.as_bytes());
}

#[tokio::test]
async fn what_a_request_was_signed_with_is_never_repeated() {
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        // The server echoes the header in several paragraphs: the signature is not known to it beforehand, so this one looks
        // like any.
        let body = r#"{"Code":"Forbidden","Message":"Not allowed.\n\nYour key: LTAI5tExampleKeyId\n\nYour token:\na-security-token\n\nYour signature:\nAbCdEfGhIjKlMnOpQrStUvWxYz0=\n\nSignature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, acs LTAI5tExampleKeyId:AbCdEfGhIjKlMnOpQrStUvWxYz0%3D","RequestId":"R-1"}"#;
        let error = refusal(body.to_owned(), scheme).await;
        let said = format!("{error} {error:?}");
        for secret in ["LTAI5tExampleKeyId", "a-security-token", "AbCdEf", "0123456789abcdef"] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        assert!(error.message().starts_with("Not allowed. Your key: (secret)"), "{}", error.message());
        assert_eq!(error.kind(), ErrorKind::Service);
    }
}

#[tokio::test]
async fn nothing_that_steers_a_terminal_is_left_in_any_part() {
    let body = r#"{"Code":"Odd\u202eCode","Message":"a\u001b[2Jb\u2066c","RequestId":"R\u200b-1"}"#;
    let error = refusal(body.to_owned(), Scheme::Acs3).await;
    assert_eq!(
        error.to_string(),
        r"DescribeApplicationStatus: Odd\u{202e}Code: a\u{1b}[2Jb\u{2066}c (request id R\u{200b}-1)"
    );
}

#[tokio::test]
async fn the_error_names_the_limit_of_memory_and_what_raises_it() {
    let body = format!(r#"{{"Data":{{"Applications":[{}{{}}]}}}}"#, "{},".repeat(100_000));
    let server = Canned::start(vec![Step::ok(body.clone())]).await;
    let builder =
        || Client::builder().credentials(Credentials::new("id", "secret")).endpoint(server.endpoint());
    let list = sae::model::ListApplications::new();
    let client = builder().build().expect("a client");
    let error = client.send(list.clone()).await.expect_err("it is too much");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let limit = 8 * body.len() + (1 << 20);
    let wanted = format!("limit of {limit} bytes; the setting answer_memory raises it");
    assert!(error.message().contains(&wanted), "{error}");
    assert_eq!(error.answer().expect("an answer").body.len(), body.len());

    let applications = |reply: sae::Reply<sae::model::ListApplicationsOutput>| {
        reply.into_data().expect("Data").applications.len()
    };
    let reply = client.call(list.clone()).answer_memory(1 << 30).await.expect("there is room for this call");
    assert_eq!(applications(reply), 100_001);
    let client = builder().answer_memory(1 << 30).build().expect("a client");
    assert_eq!(applications(client.send(list).await.expect("there is room for all")), 100_001);
}
