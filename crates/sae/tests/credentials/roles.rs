//! Sessions of roles, by STS.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::credentials::{Environment, ProvideCredentials, Role};
use sae::transport::sign::{Request, verify};
use sae::transport::{Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use sae::{Credentials, ErrorKind};
use sae_tests::{Canned, Step};

use crate::stage::{
    MARK, environment, header, home, id_of, parameter, parts, refusal_of, served_by, sts, text, time,
};

const ARN: &str = "acs:ram::1234567890:role/deployer";
const PROVIDER: &str = "acs:ram::1234567890:oidc-provider/ack";

fn key() -> Credentials {
    Credentials::new("user", "hush-secret")
}

fn role(server: &Canned) -> Role {
    Role::new(ARN).with_environment(served_by(server, environment([])))
}

#[tokio::test]
async fn a_role_is_assumed_by_a_question_signed_with_acs3() {
    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    let source = key().with_security_token("hush-token");
    let provider = role(&server)
        .session_name("release")
        .duration(Duration::from_mins(15))
        .policy(r#"{"Version":"1"}"#)
        .external_id("ext&1")
        .assumed_from(source)
        .expect("a provider");
    let credentials = provider.credentials().await.expect("a session");
    let token = Some(format!("{MARK}-token-of-sts.1"));
    assert_eq!(parts(&credentials), ("sts.1".to_owned(), format!("{MARK}-secret-of-sts.1"), token));

    let request = &server.requests()[0];
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    for (name, value) in [
        ("RoleArn", ARN),
        ("RoleSessionName", "release"),
        ("DurationSeconds", "900"),
        ("Policy", r#"{"Version":"1"}"#),
        ("ExternalId", "ext&1"),
    ] {
        assert_eq!(parameter(request, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(header(request, "x-acs-action"), Some("AssumeRole"));
    assert_eq!(header(request, "x-acs-version"), Some("2015-04-01"));
    assert_eq!(header(request, "x-acs-date"), Some("2026-11-22T08:00:00Z"));
    assert_eq!(header(request, "x-acs-security-token"), Some("hush-token"));
    let (head, body) = request.split_once("\r\n\r\n").expect("a request");
    let headers: Vec<(Cow<'_, str>, Cow<'_, str>)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let signed = Request { method: "POST", path: "/", query: &[], headers: &headers, body: body.as_bytes() };
    let authorization = header(request, "authorization").expect("a signature");
    verify(&signed, authorization, "hush-secret").expect("the signature is right");
}

#[tokio::test]
async fn the_session_is_named_by_the_environment_or_by_the_time() {
    for (variable, name) in [("from-outside", "from-outside"), ("", "sae-rust-1795334400")] {
        let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
        let outside = environment([("ALIBABA_CLOUD_ROLE_SESSION_NAME", variable)]);
        let role = Role::new(ARN).with_environment(served_by(&server, outside));
        id_of(&role.assumed_from(key()).expect("a provider")).await;
        assert_eq!(parameter(&server.requests()[0], "RoleSessionName").as_deref(), Some(name));
        assert_eq!(parameter(&server.requests()[0], "DurationSeconds").as_deref(), Some("3600"));
    }
}

#[tokio::test]
async fn a_role_can_be_assumed_in_the_name_of_another_role() {
    let server = Canned::start(vec![sts("sts.1", &time(9, 0)), sts("sts.2", &time(9, 0))]).await;
    let first = role(&server).assumed_from(key()).expect("a provider");
    let second = role(&server).assumed_from(first).expect("a provider");
    assert_eq!(id_of(&second).await, "sts.2");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].contains("Credential=user,"), "{}", requests[0]);
    assert!(requests[1].contains("Credential=sts.1,"), "{}", requests[1]);
}

#[tokio::test]
async fn an_oidc_token_is_read_anew_for_each_session_and_nothing_is_signed() {
    let server = Canned::start(vec![sts("sts.1", &time(8, 5)), sts("sts.2", &time(9, 0))]).await;
    let home = home([("token", "hush-first\n")]);
    let hands = crate::stage::Hands::new();
    let outside = served_by(&server, environment([])).clock(hands.clock());
    let file = home.path().join("token");
    let provider =
        Role::new(ARN).with_environment(outside).with_oidc_token(PROVIDER, &file).expect("a provider");
    assert_eq!(id_of(&provider).await, "sts.1");
    std::fs::write(&file, "hush-second\n").expect("a file");
    hands.forward(6);
    assert_eq!(id_of(&provider).await, "sts.2");

    let requests = server.requests();
    for (request, token) in requests.iter().zip(["hush-first", "hush-second"]) {
        let line = request.lines().next().expect("a line");
        assert!(
            line.starts_with("POST /?Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01&"),
            "{line}"
        );
        assert!(!line.contains(MARK), "a token in a URL ends in logs: {line}");
        assert_eq!(parameter(request, "OIDCToken").as_deref(), Some(token));
        assert_eq!(parameter(request, "OIDCProviderArn").as_deref(), Some(PROVIDER));
        assert_eq!(parameter(request, "RoleArn").as_deref(), Some(ARN));
        assert_eq!(header(request, "authorization"), None);
    }
}

#[tokio::test]
async fn a_token_file_that_is_gone_is_named() {
    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    let provider = role(&server).with_oidc_token(PROVIDER, "/nowhere/token").expect("a provider");
    assert_eq!(refusal_of(&provider).await, "there is no /nowhere/token");
    assert_eq!(server.requests().len(), 0);
}

/// Notes where it is sent to, and has no connection.
#[derive(Debug, Default)]
struct Addresses(Mutex<Vec<String>>);

impl Exchange for Addresses {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        self.0.lock().expect("no task panicked").push(request.url);
        Box::pin(async { Err(ExchangeError::NotSent("the cable is cut".into())) })
    }
}

#[tokio::test]
async fn sts_is_asked_in_the_region_and_the_network_that_are_wanted() {
    type Set = fn(Role) -> Role;
    const REGION: (&str, &str) = ("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
    const VPC: (&str, &str) = ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "True");
    let plain = |role: Role| role;
    let own = |role: Role| role.sts_region("cn-hangzhou").vpc(true);
    let cases: [(Environment, Set, &str); 5] = [
        (environment([]), plain, "https://sts.aliyuncs.com/"),
        (environment([VPC]), plain, "https://sts.aliyuncs.com/"),
        (environment([REGION]), plain, "https://sts.cn-beijing.aliyuncs.com/"),
        (environment([REGION, VPC]), plain, "https://sts-vpc.cn-beijing.aliyuncs.com/"),
        (environment([REGION]), own, "https://sts-vpc.cn-hangzhou.aliyuncs.com/"),
    ];
    for (outside, set, url) in cases {
        let addresses = Arc::new(Addresses::default());
        let role = set(Role::new(ARN)).with_environment(outside.exchange(Arc::clone(&addresses) as _));
        let refusal = refusal_of(&role.assumed_from(key()).expect("a provider")).await;
        assert!(refusal.starts_with("no connection to STS at https://sts"), "{refusal}");
        assert!(refusal.ends_with(": the cable is cut"), "{refusal}");
        assert_eq!(addresses.0.lock().expect("no task panicked")[0], url);
    }
}

/// Counts requests, and can send none.
#[derive(Debug, Default)]
struct Unable(Mutex<u32>);

impl Exchange for Unable {
    fn exchange(&self, _: HttpRequest) -> ExchangeFuture<'_> {
        *self.0.lock().expect("no task panicked") += 1;
        Box::pin(async { Err(ExchangeError::Unsendable("there are no root certificates".into())) })
    }
}

#[tokio::test]
async fn a_request_that_can_not_be_sent_is_told_with_its_cause_and_not_repeated() {
    let unable = Arc::new(Unable::default());
    let outside = environment([]).exchange(Arc::clone(&unable) as _);
    let role = Role::new(ARN).with_environment(outside).assumed_from(key()).expect("a provider");
    let refusal = refusal_of(&role).await;
    assert_eq!(refusal, "STS at https://sts.aliyuncs.com can't be asked: there are no root certificates");
    assert_eq!(*unable.0.lock().expect("no task panicked"), 1);
}

#[test]
fn a_runtime_without_network_is_named_as_the_cause() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let endpoint: sae::Endpoint = "http://127.0.0.1:9".parse().expect("an endpoint");
    let outside = environment([]).sts_endpoint(endpoint);
    let role = Role::new(ARN).with_environment(outside).assumed_from(key()).expect("a provider");
    let refusal = runtime.block_on(refusal_of(&role));
    assert!(refusal.starts_with("STS at http://127.0.0.1:9 can't be asked: "), "{refusal}");
    assert!(refusal.contains("enable_io") || refusal.contains("enable_all"), "{refusal}");
}

#[test]
fn what_can_not_be_asked_for_is_refused_at_once() {
    for (role, message) in [
        (Role::new(""), "the role has no name: expected acs:ram::ACCOUNT:role/NAME"),
        (
            Role::new(ARN).duration(Duration::from_secs(899)),
            "a session of 899 s is too short: 900 s are the least",
        ),
        (
            Role::new(ARN).sts_region("evil.example/"),
            r#""evil.example/" is no region: expected lower-case letters, digits and hyphens, as in cn-hangzhou"#,
        ),
    ] {
        let error =
            role.with_environment(environment([])).assumed_from(key()).expect_err("it makes no sense");
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, message));
    }
}

#[tokio::test]
async fn a_refusal_shows_code_and_request_id_and_nothing_else_of_the_body() {
    let body = r#"{"Code":"NoPermission","RequestId":"4A2C-1","Message":"hush: user's hush-secret may not","HostId":"hush"}"#;
    let server = Canned::start(vec![Step::status(403, body)]).await;
    let refusal = refusal_of(&role(&server).assumed_from(key()).expect("a provider")).await;
    let expected = format!(
        "STS at {} refused with HTTP status 403, code NoPermission, request id 4A2C-1",
        server.endpoint()
    );
    assert_eq!(refusal, expected);
    assert_eq!(server.requests().len(), 1, "a refusal is final");
}

#[tokio::test]
async fn what_an_answer_lacks_is_named_and_its_text_is_not_shown() {
    let session = crate::stage::session("sts.1", "hush");
    for (body, complaint) in [
        ("hush", "answered no JSON object"),
        (r#""hush""#, "answered no JSON object"),
        (r#"{"Hush":"hush"}"#, "answered without Credentials"),
        (r#"{"Credentials":{"AccessKeyId":"hush"}}"#, "answered without AccessKeySecret"),
        (r#"{"Credentials":{"AccessKeyId":"","AccessKeySecret":"hush"}}"#, "answered without AccessKeyId"),
        (&format!(r#"{{"Credentials":{session}}}"#), "gave an expiration that is no time"),
    ] {
        let server = Canned::start(vec![Step::ok(body)]).await;
        let refusal = refusal_of(&role(&server).assumed_from(key()).expect("a provider")).await;
        assert_eq!(refusal, format!("STS at {} {complaint}", server.endpoint()));
    }
}

#[tokio::test]
async fn a_passing_fault_is_tried_once_more_with_a_new_signature() {
    for fault in [Step::status(503, "<html>hush</html>"), Step::Hangup] {
        let server = Canned::start(vec![fault, sts("sts.1", &time(9, 0))]).await;
        assert_eq!(id_of(&role(&server).assumed_from(key()).expect("a provider")).await, "sts.1");
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        let nonce = |request: &str| header(request, "x-acs-signature-nonce").map(str::to_owned);
        assert_ne!(nonce(&requests[0]), nonce(&requests[1]));
    }
    let server = Canned::start(vec![Step::status(503, "")]).await;
    let refusal = refusal_of(&role(&server).assumed_from(key()).expect("a provider")).await;
    assert!(refusal.ends_with("refused with HTTP status 503"), "{refusal}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn silence_ends() {
    let server = Canned::start(vec![Step::Silence]).await;
    let outside = served_by(&server, environment([])).timeout(Duration::from_millis(20));
    let provider = Role::new(ARN).with_environment(outside).assumed_from(key()).expect("a provider");
    let expected = format!("STS at {} did not answer within 0.0 s", server.endpoint());
    assert_eq!(refusal_of(&provider).await, expected);
}

#[tokio::test]
async fn a_role_that_the_environment_describes_is_assumed_for_its_token() {
    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    let home = home([("token", "hush-token")]);
    let file = home.path().join("token");
    let outside = environment([
        ("ALIBABA_CLOUD_ROLE_ARN", ARN),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", text(&file)),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod"),
    ]);
    let chain = sae::credentials::Chain::new().with_environment(served_by(&server, outside)).refreshing();
    assert_eq!(id_of(&chain).await, "sts.1");
    assert_eq!(parameter(&server.requests()[0], "RoleSessionName").as_deref(), Some("pod"));
    assert_eq!(parameter(&server.requests()[0], "OIDCToken").as_deref(), Some("hush-token"));
}
