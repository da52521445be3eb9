//! How calls are repeated, and what is told of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{DeployApplication, DescribeApplicationStatus, DescribeRegions, RestartApplication};
use sae::testing::Fake;
use sae::{Backoff, Client, ErrorKind, RetryEvent, RetryPolicy, RetryStop};

use crate::world::{Said, Script, builder, fine};

const STATUS: &str = r#"{"Data":{"AppId":"app"},"RequestId":"R","Success":true,"Code":200}"#;
const ORDER: &str = r#"{"Data":{"ChangeOrderId":"order"},"Success":true,"Code":200}"#;
const BUSY: &str =
    r#"{"Code":"Application.ChangerOrderRunning","Message":"An application change process is in progress."}"#;

fn busy() -> Said {
    Said::Refused(400, BUSY.to_owned(), None)
}

/// What events said.
#[derive(Debug, PartialEq)]
struct Told {
    attempt: u32,
    kind: ErrorKind,
    is_busy: bool,
    wait: Duration,
    time_left: Duration,
    attempts_left: Option<u32>,
}

/// A function for events, and what it has been told.
fn listener() -> (impl Fn(&RetryEvent<'_>) + Send + Sync + 'static, Arc<Mutex<Vec<Told>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&told);
    let listen = move |event: &RetryEvent<'_>| {
        assert_eq!(event.error.operation(), Some(event.operation));
        shared.lock().expect("no test panicked").push(Told {
            attempt: event.attempt,
            kind: event.error.kind(),
            is_busy: event.error.is_busy(),
            wait: event.wait,
            time_left: event.time_left,
            attempts_left: event.attempts_left,
        });
    };
    (listen, told)
}

#[tokio::test(start_paused = true)]
async fn each_failed_attempt_that_is_followed_by_another_is_told() {
    let answers = [Said::Broken, Said::Broken, fine(STATUS)];
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", answers));
    let (listen, told) = listener();
    let builder = builder().endpoint("http://127.0.0.1:9").exchange(script.clone()).on_retry(listen);
    let client = builder.timeout(Duration::from_secs(50)).build().expect("a client");
    client.send(DescribeApplicationStatus::new("app")).await.expect("the third attempt is answered");
    let told = told.lock().expect("no test panicked");
    let [first, second] = &told[..] else { panic!("{told:?}") };
    assert_eq!((first.attempt, first.kind, first.attempts_left), (1, ErrorKind::Transport, Some(2)));
    assert_eq!((second.attempt, second.kind, second.attempts_left), (2, ErrorKind::Transport, Some(1)));
    assert_eq!(first.time_left, Duration::from_secs(50));
    // The paused clock moves by whole milliseconds, upwards.
    let passed = first.time_left.saturating_sub(second.time_left);
    assert!(first.wait <= passed && passed <= first.wait + Duration::from_millis(1), "{told:?}");
}

#[tokio::test]
async fn the_last_failure_is_told_by_the_error_alone() {
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", [Said::Broken]));
    let (listen, told) = listener();
    let client = builder().endpoint("http://127.0.0.1:9").exchange(script).build().expect("a client");
    let call = client.call(DescribeApplicationStatus::new("app")).max_attempts(1).on_retry(listen);
    call.await.expect_err("one attempt is not enough");
    assert!(told.lock().expect("no test panicked").is_empty());
}

#[tokio::test(start_paused = true)]
async fn waits_while_the_service_is_busy_are_told_too() {
    let script = Arc::new(Script::default().says("RestartApplication", [busy(), busy(), fine(ORDER)]));
    let (listen, told) = listener();
    let client = builder().endpoint("http://127.0.0.1:9").exchange(script).build().expect("a client");
    let call = client.call(RestartApplication::new("app")).on_retry(listen);
    call.wait_while_busy(Duration::from_secs(20)).await.expect("it waits");
    let told = told.lock().expect("no test panicked");
    let [first, second] = &told[..] else { panic!("{told:?}") };
    for (event, attempt) in [(first, 1), (second, 2)] {
        assert!(event.is_busy && event.attempt == attempt && event.attempts_left.is_none(), "{told:?}");
        assert!(!event.wait.is_zero() && event.wait <= event.time_left, "{told:?}");
    }
    assert_eq!(first.time_left, Duration::from_secs(20));
}

const NO_ORDERS: &str = r#"{"Code":"200","Data":{"TotalSize":0,"ChangeOrderList":[]}}"#;

#[tokio::test(start_paused = true)]
async fn waits_of_a_deployment_are_told_too() {
    for token in [None, Some("build-42")] {
        let script = Script::default()
            .says("ListChangeOrders", [fine(NO_ORDERS)])
            .says("DeployApplication", [busy(), busy(), fine(ORDER)]);
        let (listen, told) = listener();
        let builder = builder().endpoint("http://127.0.0.1:9").exchange(Arc::new(script));
        let client = builder.on_retry(listen).build().expect("a client");
        let deploy = client.deploy(DeployApplication::new("app")).wait_while_busy(Duration::from_secs(30));
        let deploy = match token {
            Some(token) => deploy.token(token),
            None => deploy,
        };
        deploy.await.expect("it waits");
        let told = told.lock().expect("no test panicked");
        let [first, second] = &told[..] else { panic!("{token:?}: {told:?}") };
        for (event, attempt) in [(first, 1), (second, 2)] {
            assert!(event.is_busy && event.attempt == attempt && event.attempts_left.is_none(), "{told:?}");
            assert!(!event.wait.is_zero() && event.wait <= event.time_left, "{told:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_deployment_waits_as_the_policy_says() {
    let asks = r#"{"Code":"Throttling.User","Message":"slow","RequestId":"R"}"#;
    let asks = Said::Refused(400, asks.to_owned(), Some(("retry-after", "3600")));
    let script = Script::default()
        .says("ListChangeOrders", [fine(NO_ORDERS)])
        .says("DeployApplication", [asks.clone(), asks, fine(ORDER)]);
    let (listen, told) = listener();
    let short = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));
    let policy = RetryPolicy::new().throttled_backoff(short).backoff(short);
    let policy = policy.max_retry_after(Duration::from_secs(1));
    let builder = builder().endpoint("http://127.0.0.1:9").exchange(Arc::new(script)).retry(policy);
    let client = builder.on_retry(listen).build().expect("a client");
    client.deploy(DeployApplication::new("app")).token("build-42").await.expect("the third is accepted");
    let told = told.lock().expect("no test panicked");
    let [first, second] = &told[..] else { panic!("{told:?}") };
    for (event, attempt) in [(first, 1), (second, 2)] {
        assert_eq!((event.attempt, event.attempts_left), (attempt, Some(3 - attempt)), "{told:?}");
        let least = Duration::from_secs(1);
        assert!(event.wait >= least && event.wait <= least + Duration::from_millis(1), "{told:?}");
    }
}

#[tokio::test]
async fn a_corrected_clock_is_told_as_a_retry_without_a_wait() {
    let refusal = r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired","RequestId":"R-7"}"#;
    let expired = Said::Refused(400, refusal.to_owned(), Some(("date", "Fri, 01 Jan 2038 00:00:00 GMT")));
    let script = Arc::new(Script::default().says("RestartApplication", [expired, fine(ORDER)]));
    let (listen, told) = listener();
    let client = builder().endpoint("http://127.0.0.1:9").exchange(script).on_retry(listen).build();
    client.expect("a client").send(RestartApplication::new("app")).await.expect("signed by the other clock");
    let told = told.lock().expect("no test panicked");
    let [event] = &told[..] else { panic!("{told:?}") };
    assert_eq!((event.attempt, event.wait, event.attempts_left), (1, Duration::ZERO, Some(3)));
}

fn throttled() -> Said {
    Said::Refused(400, r#"{"Code":"Throttling.User","Message":"slow","RequestId":"R"}"#.to_owned(), None)
}

fn fault() -> Said {
    Said::Refused(503, r#"{"Code":"ServiceUnavailable","Message":"later","RequestId":"R"}"#.to_owned(), None)
}

fn client(answers: impl IntoIterator<Item = Said>) -> (Client, Arc<Script>) {
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", answers));
    let builder = builder().endpoint("http://127.0.0.1:9").exchange(script.clone());
    (builder.build().expect("a client"), script)
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_reads_that_are_throttled_once_succeeds() {
    let fake = Fake::new();
    let mut script = fake.on::<DescribeRegions>();
    for _ in 0..500 {
        script = script.refuse(&sae::model::error_code::THROTTLING_USER);
    }
    script.always(|_| sae::model::DescribeRegionsOutput::default());
    let client = fake.client().expect("a client");
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let client = client.clone();
        calls.spawn(async move { client.send(DescribeRegions::new()).await.map(|_| ()) });
    }
    let began = tokio::time::Instant::now();
    while let Some(call) = calls.join_next().await {
        call.expect("no call panicked").expect("it is throttled once, and three attempts are allowed");
    }
    assert!(began.elapsed() > Duration::from_secs(1), "they spread out");
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_how_many_attempts_were_made_and_why_no_more() {
    let (used_up, _) = client([throttled()]);
    let error = used_up.send(DescribeApplicationStatus::new("app")).await.expect_err("it is throttled");
    assert_eq!((error.attempts(), error.retry_stop()), (3, Some(RetryStop::AttemptsUsedUp)));
    assert!(error.to_string().ends_with("(request id R; 3 attempts, no more are allowed)"), "{error}");

    let (no_budget, script) = client([fault()]);
    let call = no_budget.call(DescribeApplicationStatus::new("app")).retry(RetryPolicy::new().budget(1));
    let error = call.await.expect_err("it is down");
    assert_eq!((error.attempts(), error.retry_stop()), (2, Some(RetryStop::BudgetSpent)));
    assert!(error.to_string().contains("2 attempts, the retry budget is spent"), "{error}");
    assert_eq!(script.urls("DescribeApplicationStatus").len(), 2);

    let wait = Some(("retry-after", "90"));
    let (no_time, _) = client([Said::Refused(503, "{}".to_owned(), wait)]);
    let error = no_time.send(DescribeApplicationStatus::new("app")).await.expect_err("60 s are allowed");
    assert_eq!((error.attempts(), error.retry_stop()), (1, Some(RetryStop::Deadline)));
    assert!(error.to_string().contains("1 attempt, no time is left for another"), "{error}");

    let (refused, _) = client([]);
    let error =
        refused.send(DescribeApplicationStatus::new("app")).await.expect_err("there is no such thing");
    assert_eq!((error.attempts(), error.retry_stop()), (1, Some(RetryStop::NotRetryable)));
    assert!(!error.to_string().contains("attempt"), "nobody expects another: {error}");

    let script = Arc::new(Script::default().says("RestartApplication", [throttled(), Said::Broken]));
    let unsafe_write = builder().endpoint("http://127.0.0.1:9").exchange(script).build().expect("a client");
    let error = unsafe_write.send(RestartApplication::new("app")).await.expect_err("nobody can know");
    assert_eq!((error.attempts(), error.retry_stop()), (2, Some(RetryStop::MayBeAccepted)));
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn throttled_attempts_leave_the_budget_to_failing_services() {
    let answers = std::iter::repeat_n(throttled(), 400).chain([fault(), fine(STATUS)]);
    let (client, _) = client(answers);
    let policy = RetryPolicy::new().max_attempts(500).budget(1);
    let call = client.call(DescribeApplicationStatus::new("app")).retry(policy);
    call.timeout(Duration::from_hours(24)).await.expect("one budget is left for the one fault");
}

#[tokio::test]
async fn a_time_out_keeps_what_happened_before() {
    let refusal = r#"{"Code":"ServiceUnavailable","Message":"later","RequestId":"R"}"#;
    let steps = vec![sae_tests::Step::status(503, refusal), sae_tests::Step::Silence];
    let server = sae_tests::Canned::start(steps).await;
    let client = builder().endpoint(server.endpoint()).build().expect("a client");
    let call = client.call(DescribeApplicationStatus::new("app")).attempt_timeout(Duration::from_millis(50));
    let error = call.await.expect_err("nobody answers");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
    let mut cause = std::error::Error::source(&error);
    let mut chain = Vec::new();
    while let Some(deeper) = cause {
        chain.push(deeper.to_string());
        cause = deeper.source();
    }
    let [second, first] = &chain[..] else { panic!("{chain:?}") };
    assert!(second.contains("no answer within"), "{second}");
    assert!(first.contains("ServiceUnavailable: later"), "{first}");
}
