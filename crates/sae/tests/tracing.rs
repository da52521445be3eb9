//! What calls tell `tracing`: how they went, and no secret.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sae::model::{
    DeployApplication, DescribeApplicationStatus, DescribeChangeOrder, EnvVar, ListChangeOrders, error_code,
};
use sae::testing::Fake;
use sae::{Client, Credentials, ErrorCode};
use sae_tests::{Canned, Step};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

/// Every secret of these tests holds this word.
const MARK: &str = "hush";

/// Writes down everything that anybody tells, whatever its level.
#[derive(Clone, Default)]
struct Log {
    text: Arc<Mutex<String>>,
    spans: Arc<AtomicU64>,
    entered: Arc<Mutex<Vec<u64>>>,
}

impl Log {
    fn line(&self, head: &str, record: impl FnOnce(&mut Line)) {
        let mut line = Line(head.to_owned());
        record(&mut line);
        let mut text = self.text.lock().expect("nobody panicked");
        text.push_str(&line.0);
        text.push('\n');
    }

    /// What was told during some work.
    fn of(work: impl Future<Output = ()>) -> String {
        let log = Self::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tracing::subscriber::with_default(log.clone(), || runtime.block_on(work));
        log.text.lock().expect("nobody panicked").clone()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a string takes everything");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let id = self.spans.fetch_add(1, Ordering::Relaxed) + 1;
        let metadata = attributes.metadata();
        let parent = self.entered.lock().expect("nobody panicked").last().copied().unwrap_or_default();
        let head = format!("span {} {} {id} in {parent}", metadata.target(), metadata.name());
        self.line(&head, |line| attributes.record(line));
        span::Id::from_u64(id)
    }

    fn record(&self, id: &span::Id, values: &span::Record<'_>) {
        self.line(&format!("ends {}", id.into_u64()), |line| values.record(line));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(&format!("event {}", event.metadata().target()), |line| event.record(line));
    }

    fn enter(&self, id: &span::Id) {
        self.entered.lock().expect("nobody panicked").push(id.into_u64());
    }

    fn exit(&self, _: &span::Id) {
        self.entered.lock().expect("nobody panicked").pop();
    }
}

fn secret_laden() -> DeployApplication {
    DeployApplication::new("hush-app")
        .envs([EnvVar::plain("hush-name", "hush-1")])
        .oss_ak_secret("hush-2")
        .image_url("repo/hush")
        .command("run --password hush-3")
}

/// The lines of this library, in which `words` stand.
fn ours<'a>(log: &'a str, words: &[&str]) -> Vec<&'a str> {
    let ours = log.lines().filter(|line| line.contains(" sae") || line.starts_with("ends"));
    ours.filter(|line| words.iter().all(|word| line.contains(word))).collect()
}

#[test]
fn a_call_and_each_attempt_are_spans_with_the_names_of_opentelemetry() {
    let log = Log::of(async {
        let fake = Fake::new();
        fake.on::<DescribeApplicationStatus>().drop_after().json(r#"{"Success":true,"RequestId":"R-1"}"#);
        let client = fake.builder().region("cn-hangzhou").endpoint("https://sae.example.com").build();
        let client = client.expect("a client");
        client.send(DescribeApplicationStatus::new("hush")).await.expect("the second attempt is answered");
    });
    let call = ours(&log, &["span sae call 1 in 0"]);
    for word in [r#"operation="DescribeApplicationStatus""#, r#"product="sae""#, r#"region="cn-hangzhou""#] {
        assert!(call[0].contains(word), "{word}: {log}");
    }
    let attempts = ours(&log, &["span sae attempt", "in 1 "]);
    let [first, second] = attempts[..] else { panic!("{log}") };
    let path = "/pop/v1/sam/app/describeApplicationStatus";
    for word in [
        &format!("otel.name=GET {path}"),
        r#"otel.kind="client""#,
        r#"http.request.method="GET""#,
        &format!("url.full=https://sae.example.com{path} "),
        &format!("url.template=\"{path}\""),
        r#"server.address="sae.example.com""#,
        "server.port=443",
    ] {
        assert!(first.contains(word) && second.contains(word), "{word}: {log}");
    }
    assert!(!first.contains("resend_count") && second.contains("http.request.resend_count=1"), "{log}");
    assert_eq!(ours(&log, &["waits for another attempt", "wait_ms="]).len(), 1, "{log}");
    assert_eq!(ours(&log, &["ends 2", "error.type=Transport"]).len(), 1, "{log}");
    assert_eq!(ours(&log, &["ends 2", "otel.status_code=\"ERROR\""]).len(), 1, "{log}");
    for span in ["ends 3", "ends 1"] {
        assert_eq!(ours(&log, &[span, "http.response.status_code=200"]).len(), 1, "{log}");
        assert_eq!(ours(&log, &[span, "request_id=\"R-1\""]).len(), 1, "{log}");
        assert!(ours(&log, &[span, "error.type"]).is_empty(), "{log}");
    }
    assert!(!log.contains(MARK), "{log}");
}

#[test]
fn a_deployment_and_a_wait_are_parents_of_their_calls() {
    let log = Log::of(async {
        let fake = Fake::new();
        fake.on::<ListChangeOrders>().json(r#"{"Data":{"TotalSize":0,"ChangeOrderList":[]}}"#);
        fake.on::<DeployApplication>().json(r#"{"Data":{"ChangeOrderId":"hush-order"}}"#);
        fake.on::<DescribeChangeOrder>().json(r#"{"Data":{"ChangeOrderId":"hush-order","Status":2}}"#);
        fake.on::<DescribeChangeOrder>().refuse(&error_code::INVALID_PARAMETER_NOT_EMPTY);
        let client = fake.client().expect("a client");
        let order = client.deploy(secret_laden()).token("hush-token").await.expect("it is accepted");
        order.wait().await.expect("an end");
        order.wait().await.expect_err("it is refused");
    });
    // Spans are numbered as they begin: deploy, two calls with an attempt each, then two waits with a call.
    for (number, span) in [(1, "deploy"), (6, "wait"), (9, "wait")] {
        assert_eq!(ours(&log, &[&format!("span sae {span} {number} in 0")]).len(), 1, "{log}");
    }
    for (number, parent, operation) in [
        (2, 1, "ListChangeOrders"),
        (4, 1, "DeployApplication"),
        (7, 6, "DescribeChangeOrder"),
        (10, 9, "DescribeChangeOrder"),
    ] {
        let call = format!("span sae call {number} in {parent}");
        assert_eq!(ours(&log, &[&call, &format!("operation=\"{operation}\"")]).len(), 1, "{call}: {log}");
        let attempt = format!("span sae attempt {} in {number}", number + 1);
        assert_eq!(ours(&log, &[&attempt]).len(), 1, "{attempt}: {log}");
    }
    assert_eq!(ours(&log, &["ends 9", "error.type="]).len(), 1, "{log}");
    assert!(ours(&log, &["ends 1 ", "error.type="]).is_empty(), "{log}");
    assert!(!log.contains(MARK), "{log}");
}

#[test]
fn a_refusal_tells_its_code_and_request_id_and_not_its_message() {
    let log = Log::of(async {
        let server = Canned::start(vec![Step::status(
            400,
            r#"{"Code":"Application.ChangerOrderRunning","Message":"not hush-1","RequestId":"R-1"}"#,
        )])
        .await;
        let client = Client::builder()
            .credentials(Credentials::new("id", "hush-secret"))
            .endpoint(server.endpoint())
            .build()
            .expect("a client");
        let error = client.send(secret_laden()).await.expect_err("it is refused");
        assert!(error.is(&error_code::APPLICATION_CHANGER_ORDER_RUNNING));
    });
    for part in
        ["error.type=Application.ChangerOrderRunning", "request_id=\"R-1\"", "http.response.status_code=400"]
    {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!log.contains(MARK), "{log}");
}

#[test]
fn nothing_that_is_told_holds_a_secret() {
    let steps = [
        Step::ok(r#"{"RequestId":"hush 1","Data":{"ChangeOrderId":"hush-4"}}"#),
        Step::status(
            400,
            r#"{"Code":"hush","Message":"server string to sign is:POST hush-1","RequestId":"R"}"#,
        ),
        Step::status(500, "hush is no JSON"),
        Step::ok(r#"{"Data":"hush"#),
        Step::status(302, "").header("location: http://127.0.0.1:1/?hush"),
        Step::Hangup,
    ];
    let mut told = 0;
    for step in steps {
        let log = Log::of(async {
            let server = Canned::start(vec![step.clone()]).await;
            let credentials = Credentials::new("hush-id", "hush-secret").with_security_token("hush-token");
            for scheme in [sae::Scheme::Roa, sae::Scheme::Acs3] {
                let client = Client::builder()
                    .credentials(credentials.clone())
                    .endpoint(server.endpoint())
                    .signature(scheme)
                    .build()
                    .expect("a client");
                let _ = client.send(secret_laden()).await;
            }
        });
        assert!(!log.contains(MARK), "{step:?}: {log}");
        assert!(log.contains("DeployApplication"), "{log}");
        told += log.lines().count();
    }
    assert!(told > 30, "only {told} lines were told");
}

#[test]
fn a_code_that_the_spec_does_not_know_is_not_told() {
    let log = Log::of(async {
        let fake = Fake::new();
        let code = ErrorCode::from_static("hush");
        fake.on::<DeployApplication>().refuse(&code);
        let error = fake.client().expect("a client").send(secret_laden()).await.expect_err("it is refused");
        assert!(error.is(&code));
    });
    assert!(log.contains("error.type=400"), "{log}");
    assert!(!log.contains(MARK), "{log}");
}
