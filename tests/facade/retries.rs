//! What a program is told of retries.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{DescribeApplicationStatus, RestartApplication};
use sae::{ErrorKind, RetryEvent};

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
    let call = client.call(DescribeApplicationStatus::new("app")).attempts(1).on_retry(listen);
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
