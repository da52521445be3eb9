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

use sae::model::{DeployApplication, DescribeApplicationStatus, EnvVar, error_code};
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
        self.line(&format!("span {} {}", metadata.target(), metadata.name()), |line| attributes.record(line));
        span::Id::from_u64(id)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        self.line("ends", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(&format!("event {}", event.metadata().target()), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn secret_laden() -> DeployApplication {
    DeployApplication::new("hush-app")
        .envs([EnvVar::plain("hush-name", "hush-1")])
        .oss_ak_secret("hush-2")
        .image_url("repo/hush")
        .command("run --password hush-3")
}

#[test]
fn a_call_tells_operation_attempts_waits_and_request_id() {
    let log = Log::of(async {
        let fake = Fake::new();
        fake.on::<DescribeApplicationStatus>().drop_after().json(r#"{"Success":true}"#);
        let client = fake.builder().region("cn-hangzhou").build().expect("a client");
        client.send(DescribeApplicationStatus::new("app")).await.expect("the second attempt is answered");
    });
    let ours: Vec<_> = log.lines().filter(|line| line.contains(" sae") || line.starts_with("ends")).collect();
    assert!(
        ours[0].contains(
            r#"span sae call operation="DescribeApplicationStatus" product="sae" region="cn-hangzhou""#
        ),
        "{log}"
    );
    assert!(ours[1].contains("failed") && ours[1].contains(r#"attempt=1 error="Transport""#), "{log}");
    assert!(ours[2].contains("waits for another attempt") && ours[2].contains("wait_ms="), "{log}");
    assert!(ours[3].contains("answered") && ours[3].contains("attempt=2 status=200"), "{log}");
    let end = ours[4..].concat();
    assert!(end.contains("status=200") && end.contains("duration_ms="), "{log}");
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
        ["\"Application.ChangerOrderRunning\"", "request_id=\"R-1\"", "status=400", "error=\"Service\""]
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
    assert!(log.contains("error=\"Service\""), "{log}");
    assert!(!log.contains(MARK), "{log}");
}
