//! Instance metadata, credentials URIs, CloudSSO and programs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sae::credentials::{Chain, InstanceRole, ProvideCredentials, Refreshing};
use sae::transport::{Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use sae_tests::{Canned, Step};

use crate::stage::{
    Hands, MARK, environment, header, home, id_of, parts, refusal_of, served_by, session, text, time, within,
};

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

fn lines(server: &Canned) -> Vec<String> {
    let line = |request: &String| request.lines().next().unwrap_or_default().to_owned();
    server.requests().iter().map(line).collect()
}

fn instance<const N: usize>(server: &Canned, variables: [(&str, &str); N]) -> Refreshing {
    InstanceRole::new().with_environment(served_by(server, within(variables.into()))).refreshing()
}

#[tokio::test]
async fn the_metadata_gives_a_token_then_the_role_then_its_key() {
    let steps =
        vec![Step::ok("hush-token\n"), Step::ok("deployer\n"), Step::ok(session("sts.1", &time(14, 0)))];
    let server = Canned::start(steps).await;
    let credentials = instance(&server, []).credentials().await.expect("a key");
    assert_eq!(parts(&credentials).1, format!("{MARK}-secret-of-sts.1"));
    let expected = [
        "PUT /latest/api/token HTTP/1.1".to_owned(),
        format!("GET {ROLES} HTTP/1.1"),
        format!("GET {ROLES}deployer HTTP/1.1"),
    ];
    assert_eq!(lines(&server), expected);
    let requests = server.requests();
    assert_eq!(header(&requests[0], "x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
    for request in &requests[1..] {
        assert_eq!(header(request, "x-aliyun-ecs-metadata-token"), Some("hush-token"));
    }
}

#[tokio::test]
async fn a_role_with_a_known_name_is_not_looked_up() {
    let steps = vec![Step::ok("token"), Step::ok(session("sts.1", &time(14, 0)))];
    let server = Canned::start(steps).await;
    assert_eq!(id_of(&instance(&server, [("ALIBABA_CLOUD_ECS_METADATA", "a/b")])).await, "sts.1");
    assert_eq!(lines(&server)[1], format!("GET {ROLES}a%2Fb HTTP/1.1"));
}

#[tokio::test]
async fn without_tokens_the_first_version_of_the_metadata_is_used_unless_it_is_forbidden() {
    let good = Step::ok(session("sts.1", &time(14, 0)));
    let steps = vec![Step::status(404, ""), Step::ok("deployer"), good.clone()];
    let server = Canned::start(steps.clone()).await;
    assert_eq!(id_of(&instance(&server, [])).await, "sts.1");
    assert!(!server.requests()[1].contains("x-aliyun-ecs-metadata-token"));

    let server = Canned::start(steps).await;
    let refusal = refusal_of(&instance(&server, [("ALIBABA_CLOUD_IMDSV1_DISABLED", "TRUE")])).await;
    assert_eq!(refusal, format!("the metadata at {} refused with HTTP status 404", server.endpoint()));
    assert_eq!(server.requests().len(), 1);

    // The token came, but a later step doesn't take it.
    let steps = vec![Step::ok("token"), Step::status(403, ""), Step::ok("deployer"), good];
    let server = Canned::start(steps).await;
    assert_eq!(id_of(&instance(&server, [])).await, "sts.1");
    let tokens: Vec<_> =
        server.requests().iter().map(|request| request.contains("metadata-token: ")).collect();
    assert_eq!(tokens, [false, true, false, true]);
}

#[tokio::test]
async fn metadata_that_is_no_help_says_why() {
    let named = || ("ALIBABA_CLOUD_ECS_METADATA", "deployer");
    for (body, complaint) in [
        (r#"{"Code":"Failed","AccessKeyId":"hush"}"#.to_owned(), "answered without the code Success"),
        ("hush".to_owned(), "answered no JSON object"),
        (session("hush", ""), "answered without Expiration"),
    ] {
        let server = Canned::start(vec![Step::ok("token"), Step::ok(body)]).await;
        let refusal = refusal_of(&instance(&server, [named()])).await;
        assert_eq!(refusal, format!("the metadata at {} {complaint}", server.endpoint()));
    }
    let server = Canned::start(vec![Step::ok("token"), Step::ok(" \n")]).await;
    let refusal = refusal_of(&instance(&server, [])).await;
    assert_eq!(refusal, format!("the metadata at {} knows no role of this instance", server.endpoint()));
    let refusal = refusal_of(&instance(&server, [("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")])).await;
    assert_eq!(refusal, "disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
}

#[tokio::test]
async fn metadata_that_says_nothing_is_given_up() {
    let server = Canned::start(vec![Step::Silence]).await;
    let outside = served_by(&server, within([("HOME", "/")].into())).timeout(Duration::from_millis(20));
    let refusal = refusal_of(&InstanceRole::new().with_environment(outside).refreshing()).await;
    assert_eq!(refusal, format!("the metadata at {} did not answer within 0.0 s", server.endpoint()));
}

/// An HTTP client that follows redirects, and counts its requests.
#[derive(Debug, Default)]
struct Followed(AtomicU32);

impl Exchange for Followed {
    fn exchange(&self, _: HttpRequest) -> ExchangeFuture<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Err(ExchangeError::Redirected { to: "portal.example.com".into() }) })
    }
}

#[tokio::test]
async fn a_request_that_was_redirected_is_not_sent_again() {
    let followed = Arc::new(Followed::default());
    let outside = environment([("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/")])
        .exchange(Arc::clone(&followed) as Arc<dyn Exchange>);
    let refusal = refusal_of(&Chain::new().with_environment(outside).refreshing()).await;
    assert!(refusal.contains("followed a redirect to portal.example.com"), "{refusal}");
    assert_eq!(followed.0.load(Ordering::SeqCst), 1);
}

fn behind_uri(uri: &str) -> Refreshing {
    Chain::new().with_environment(environment([("ALIBABA_CLOUD_CREDENTIALS_URI", uri)])).refreshing()
}

#[tokio::test]
async fn a_credentials_uri_is_asked_by_a_plain_get() {
    let without_code = session("sts.1", &time(9, 0)).replace(r#""Code":"Success","#, "");
    for body in [session("sts.1", &time(9, 0)), without_code] {
        let server = Canned::start(vec![Step::ok(body)]).await;
        assert_eq!(id_of(&behind_uri(&format!("{}/keys?for=me", server.endpoint()))).await, "sts.1");
        assert_eq!(lines(&server), ["GET /keys?for=me HTTP/1.1"]);
    }
}

#[tokio::test]
async fn a_credentials_uri_is_shown_without_what_may_be_secret_in_it() {
    let body = session("sts.1", &time(9, 0)).replace("Success", "hush");
    let server = Canned::start(vec![Step::ok(body)]).await;
    let refusal = refusal_of(&behind_uri(&format!("{}/hush?hush", server.endpoint()))).await;
    let expected = format!(
        "credentials URI: the credentials URI at {} answered without the code Success",
        server.endpoint()
    );
    assert!(refusal.ends_with(&expected), "{refusal}");
    for uri in ["hush", "http://hush:hush@host/", "ftp://hush/", "://hush"] {
        let refusal = refusal_of(&behind_uri(uri)).await;
        assert!(
            refusal.contains("credentials URI: the address is no URL: expected http://HOST/PATH"),
            "{refusal}"
        );
    }
}

fn profile(members: &str) -> tempfile::TempDir {
    let config = format!(r#"{{"current":"me","profiles":[{{"name":"me",{members}}}]}}"#);
    home([(".aliyun/config.json", &config)])
}

fn of_profile(home: &tempfile::TempDir) -> Refreshing {
    let outside = environment([("HOME", text(home.path()))]).timeout(Duration::from_secs(5));
    Chain::new().with_environment(outside).profile("me").refreshing()
}

#[tokio::test]
async fn a_cloud_sso_sign_in_is_changed_for_a_key() {
    let session = session("sts.1", &time(9, 0));
    let server =
        Canned::start(vec![Step::ok(format!(r#"{{"CloudCredential":{session},"RequestId":"R"}}"#))]).await;
    let url = server.endpoint();
    let signed_in = |until: u64| {
        profile(&format!(
            r#""mode":"CloudSSO","cloud_sso_sign_in_url":"{url}/d-1/login","cloud_sso_account_id":"123","cloud_sso_access_config":"ac-1","access_token":"hush-access","cloud_sso_access_token_expire":{until}"#
        ))
    };
    assert_eq!(id_of(&of_profile(&signed_in(1_795_334_460))).await, "sts.1");
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /cloud-credentials HTTP/1.1"), "{request}");
    assert_eq!(header(request, "authorization"), Some("Bearer hush-access"));
    let body: serde_json::Value =
        serde_json::from_str(request.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    assert_eq!(body, serde_json::json!({"AccountId": "123", "AccessConfigurationId": "ac-1"}));

    let refusal = refusal_of(&of_profile(&signed_in(1_795_334_400))).await;
    assert!(refusal.contains("the CloudSSO sign-in has expired: sign in again"), "{refusal}");
    assert_eq!(server.requests().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_prints_a_key() {
    let printed = format!(
        r#"{{"mode":"StsToken","access_key_id":"$HOME","access_key_secret":"hush-1","sts_token":"hush-2","expiration":"{}"}}"#,
        time(9, 0)
    );
    let home = profile(&format!(
        r#""mode":"External","process_command":{}"#,
        serde_json::json!(format!("printf %s '{printed}'"))
    ));
    let credentials = of_profile(&home).credentials().await.expect("a key");
    // No shell has seen it.
    assert_eq!(parts(&credentials), ("$HOME".to_owned(), "hush-1".to_owned(), Some("hush-2".to_owned())));
    assert_eq!(credentials.expiration(), Some(Hands::new().now() + Duration::from_hours(1)));
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_is_no_help_says_why_and_nothing_of_what_it_prints_is_shown() {
    for (command, complaint) in [
        ("sh -c 'echo hush; echo hush >&2; exit 3'", "failed with exit status: 3; run it by hand to see why"),
        ("echo hush", "printed no JSON object with access_key_id and access_key_secret"),
        (
            r#"echo '{"access_key_id":"hush"}'"#,
            "printed no JSON object with access_key_id and access_key_secret",
        ),
        (
            r#"echo '{"mode":"StsToken","access_key_id":"hush","access_key_secret":"hush"}'"#,
            "printed no sts_token, which the mode StsToken needs",
        ),
        (
            r#"echo '{"access_key_id":"hush","access_key_secret":"hush","expiration":"hush"}'"#,
            "gave an expiration that is no time",
        ),
        ("/nowhere/hash-keys", "can't be started: No such file or directory (os error 2)"),
        ("echo 'hush", "process_command is empty or has a quotation mark that is not closed"),
    ] {
        let home = profile(&format!(r#""mode":"External","process_command":{}"#, serde_json::json!(command)));
        let refusal = refusal_of(&of_profile(&home)).await;
        assert!(refusal.contains(complaint), "{command}: {refusal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_never_ends_is_ended() {
    for command in ["sleep 3", "sh -c 'exec >&-; exec sleep 3'", "sh -c 'sleep 3 & sleep 3'"] {
        let home = profile(&format!(r#""mode":"External","process_command":{}"#, serde_json::json!(command)));
        let outside = environment([("HOME", text(home.path()))]).timeout(Duration::from_millis(50));
        let refusal = refusal_of(&Chain::new().with_environment(outside).profile("me").refreshing()).await;
        assert!(refusal.contains("the credentials program did not end within 0.1 s"), "{command}: {refusal}");
    }
}
