//! Interceptors: what they see, what they may change, and in which order they are called.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{DeployApplication, DescribeRegions, EnvVar, SERVICE};
use sae::transport::{ExtraHeaders, Interceptor, InterceptorContext, InterceptorOutcome, Retry};
use sae::{Builder, CallOptions, Client, Credentials, Error, ErrorKind, RetryStop, Scheme};
use sae_tests::{Canned, Step};

sae::transport::operation! {
    GET "/pop/v1/teams", Read, SERVICE;

    /// Greets a team, which its header names.
    pub struct GreetTeam {
        field team: Option<String> = header "X-Team",
    }

    /// The answer.
    pub struct GreetTeamOutput {
        field regions: Vec<String> = "Regions",
    }
}

/// Writes down what it is told.
#[derive(Debug)]
struct Notes {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Notes {
    fn line(&self, text: &str) {
        self.lines.lock().expect("no test panicked").push(format!("{} {text}", self.name));
    }
}

impl Interceptor for Notes {
    fn before_call(&self, context: &InterceptorContext<'_>) {
        self.line(&format!("before_call {} {}", context.operation, context.attempt));
    }

    fn before_signing(&self, context: &InterceptorContext<'_>, _: &mut ExtraHeaders) -> Result<(), Error> {
        self.line(&format!("before_signing {}", context.attempt));
        Ok(())
    }

    fn after_attempt(&self, context: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
        let (status, kind) = (outcome.status(), outcome.error_kind());
        self.line(&format!("after_attempt {} {status:?} {kind:?}", context.attempt));
    }

    fn after_call(&self, context: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
        let (id, kind) = (outcome.request_id(), outcome.error_kind());
        self.line(&format!("after_call {} {id:?} {kind:?}", context.attempt));
    }
}

/// Adds a header, whatever it is.
#[derive(Debug)]
struct Adds(&'static str, &'static str);

impl Interceptor for Adds {
    fn before_signing(&self, _: &InterceptorContext<'_>, headers: &mut ExtraHeaders) -> Result<(), Error> {
        headers.insert(self.0, self.1)
    }
}

fn builder(server: &Canned) -> Builder {
    Client::builder().credentials(Credentials::new("id", "hush-secret")).endpoint(server.endpoint())
}

const REGIONS: &str = r#"{"RequestId":"R-1","Regions":[]}"#;

#[tokio::test]
async fn they_are_called_in_order_for_the_call_and_for_each_attempt() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(REGIONS)]).await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let notes = |name| Notes { name, lines: Arc::clone(&lines) };
    let client = builder(&server).interceptor(notes("a")).interceptor(notes("b")).build().expect("a client");
    // A client with options has the same interceptors.
    let client = client.with_options(CallOptions::new().timeout(Duration::from_secs(20)));
    client.send(DescribeRegions::new()).await.expect("the second attempt is answered");
    let expected = [
        "before_call DescribeRegions 0",
        "before_signing 1",
        "after_attempt 1 None Some(Transport)",
        "before_signing 2",
        "after_attempt 2 Some(200) None",
        r#"after_call 2 Some("R-1") None"#,
    ];
    let expected: Vec<_> =
        expected.iter().flat_map(|line| [format!("a {line}"), format!("b {line}")]).collect();
    assert_eq!(*lines.lock().expect("no test panicked"), expected);
}

#[tokio::test]
async fn a_header_that_is_added_is_sent_with_either_signature() {
    for scheme in [Scheme::Acs3, Scheme::Roa] {
        let server = Canned::start(vec![Step::ok(REGIONS)]).await;
        let client = builder(&server)
            .signature(scheme)
            .interceptor(Adds("X-Pipeline", "one"))
            .interceptor(Adds("x-pipeline", "two"))
            .interceptor(Adds("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
            .build()
            .expect("a client");
        client.send(DescribeRegions::new()).await.expect("an answer");
        let request = server.requests()[0].to_ascii_lowercase();
        assert!(request.contains("\r\nx-pipeline: two\r\n"), "{request}");
        assert!(!request.contains("one"), "the last one counts: {request}");
        assert!(request.contains("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-"), "{request}");
    }
}

#[tokio::test]
async fn a_header_of_the_client_or_a_malformed_one_fails_the_call_before_it_is_sent() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    for (name, value) in [
        ("Authorization", "x"),
        ("host", "elsewhere"),
        ("x-acs-signature-nonce", "1"),
        ("user-agent", "x"),
        ("content-type", "x"),
        ("", "x"),
        ("x y", "x"),
        ("x-ok", "hush\r\nx-evil: 1"),
        ("x-ok", "ü"),
    ] {
        let client = builder(&server).interceptor(Adds(name, value)).build().expect("a client");
        let error = client.send(DescribeRegions::new()).await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_error_of_an_interceptor_ends_the_call() {
    #[derive(Debug)]
    struct Refuses;
    impl Interceptor for Refuses {
        fn before_signing(&self, _: &InterceptorContext<'_>, _: &mut ExtraHeaders) -> Result<(), Error> {
            Err(Error::new(ErrorKind::Request, "no deployments on Fridays"))
        }
    }
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let notes = Notes { name: "a", lines: Arc::clone(&lines) };
    let client = builder(&server).interceptor(Refuses).interceptor(notes).build().expect("a client");
    let error = client.send(DeployApplication::new("app")).await.expect_err("it is Friday");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Request, 1));
    assert!(error.to_string().contains("Fridays"), "{error}");
    assert!(server.requests().is_empty());
    let lines = lines.lock().expect("no test panicked");
    assert_eq!(lines.last().map(String::as_str), Some("a after_call 1 None Some(Request)"));
    assert!(!lines.iter().any(|line| line.contains("before_signing")), "{lines:?}");
}

#[tokio::test]
async fn an_error_of_an_interceptor_is_final_whatever_its_kind() {
    #[derive(Debug)]
    struct Fails(ErrorKind);
    impl Interceptor for Fails {
        fn before_signing(&self, _: &InterceptorContext<'_>, _: &mut ExtraHeaders) -> Result<(), Error> {
            Err(Error::new(self.0, "no ticket"))
        }
    }
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    for kind in [
        ErrorKind::Config,
        ErrorKind::Credentials,
        ErrorKind::Request,
        ErrorKind::Connect,
        ErrorKind::Timeout,
        ErrorKind::Transport,
        ErrorKind::Service,
        ErrorKind::NotFound,
        ErrorKind::Ambiguous,
        ErrorKind::OutcomeUnknown,
        ErrorKind::Decode,
    ] {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let notes = Notes { name: "a", lines: Arc::clone(&lines) };
        let client = builder(&server).interceptor(notes).interceptor(Fails(kind)).build().expect("a client");
        let error = client.send(DescribeRegions::new()).await.expect_err("there is no ticket");
        assert_eq!((error.kind(), error.attempts()), (kind, 1), "{error}");
        assert_eq!(error.retry_stop(), Some(RetryStop::NotRetryable), "{error}");
        assert_eq!(error.retry(), Retry::Never, "{error}");
        let lines = lines.lock().expect("no test panicked");
        assert_eq!(lines.iter().filter(|line| line.contains("before_signing")).count(), 1, "{lines:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_header_of_the_call_is_not_sent_twice_whatever_its_case() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let client = builder(&server).interceptor(Adds("x-team", "theirs")).build().expect("a client");
    let request = GreetTeam { team: Some("ours".to_owned()) };
    let error = client.send(request).await.expect_err("the call sets it");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("the header x-team is set by the call itself"), "{error}");
    assert!(server.requests().is_empty());
    let answer = client.send(GreetTeam { team: None }).await.expect("the call doesn't set it");
    assert_eq!(answer.request_id(), Some("R-1"));
}

#[tokio::test]
async fn they_see_no_secret() {
    /// Writes down everything that it can see.
    #[derive(Debug)]
    struct Spy(Arc<Mutex<String>>);
    impl Spy {
        fn sees(&self, text: &str) {
            self.0.lock().expect("no test panicked").push_str(text);
        }
    }
    impl Interceptor for Spy {
        fn before_call(&self, context: &InterceptorContext<'_>) {
            self.sees(&format!("{context:?}"));
        }
        fn before_signing(
            &self,
            it: &InterceptorContext<'_>,
            headers: &mut ExtraHeaders,
        ) -> Result<(), Error> {
            self.sees(&format!("{it:?} {headers:?}"));
            Ok(())
        }
        fn after_attempt(&self, it: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
            self.sees(&format!("{it:?} {outcome:?} {:?} {:?}", outcome.error_code(), outcome.header("x-a")));
        }
        fn after_call(&self, it: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
            self.sees(&format!("{it:?} {outcome:?}"));
        }
    }
    let answers = [
        Step::ok(r#"{"RequestId":"R","Data":{"ChangeOrderId":"hush-4"}}"#).header("x-a: seen"),
        Step::status(400, r#"{"Code":"InvalidParameter","Message":"not: hush-1","RequestId":"R"}"#),
    ];
    for answer in answers {
        let server = Canned::start(vec![answer]).await;
        let seen = Arc::new(Mutex::new(String::new()));
        let client = builder(&server).interceptor(Spy(Arc::clone(&seen))).build().expect("a client");
        let request = DeployApplication::new("hush-app").envs([EnvVar::plain("hush", "hush-1")]);
        let _ = client.send(request.oss_ak_secret("hush-2").command("--password hush-3")).await;
        let seen = seen.lock().expect("no test panicked");
        assert!(seen.contains("DeployApplication") && !seen.contains("hush"), "{seen}");
    }
}
