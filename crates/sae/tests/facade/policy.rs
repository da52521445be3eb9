//! What counts as a passing fault, time limits as a value, and what an error tells of the call.

use std::sync::Arc;
use std::time::Duration;

use sae::model::{DeployApplication, DescribeApplicationStatus, RestartApplication};
use sae::{CallOptions, Client, ErrorCode, ErrorKind, RetryOn, RetryPolicy, RetryStop, Timeouts};
use sae_tests::{Canned, Step};

use crate::world::{Said, Script, builder, client_of, fine, ms};

const STATUS: &str = r#"{"Data":{"AppId":"app"},"RequestId":"R","Success":true,"Code":200}"#;
const ORDER: &str = r#"{"Data":{"ChangeOrderId":"order"},"Success":true,"Code":200}"#;

fn read() -> DescribeApplicationStatus {
    DescribeApplicationStatus::new("app")
}

fn refusal(status: u16, code: &str) -> Said {
    Said::Refused(status, format!(r#"{{"Code":"{code}","Message":"no","RequestId":"R"}}"#), None)
}

/// How often a read and a write are sent that fail so once.
async fn sent(conditions: RetryOn, failure: Said) -> (usize, usize) {
    let script = Script::default()
        .says("DescribeApplicationStatus", [failure.clone(), fine(STATUS)])
        .says("RestartApplication", [failure, fine(ORDER)]);
    let script = Arc::new(script);
    let policy = RetryPolicy::new().retry_on(conditions);
    let client = client_of(&script).with_options(CallOptions::new().retry(policy));
    let read = client.send(read()).await.map(drop);
    let write = client.send(RestartApplication::new("app")).await.map(drop);
    let sent = |operation, result: &Result<(), sae::Error>| {
        let times = script.urls(operation).len();
        assert_eq!(result.is_ok(), times == 2, "{operation}: {result:?}");
        times
    };
    (sent("DescribeApplicationStatus", &read), sent("RestartApplication", &write))
}

#[tokio::test(start_paused = true)]
async fn classes_of_failures_can_be_switched_off() {
    let all = RetryOn::new;
    let throttled = || refusal(400, "Throttling.User");
    for (conditions, failure, expected) in [
        (all(), Said::Broken, (2, 1)),
        (all().transport(false), Said::Broken, (1, 1)),
        (all(), refusal(503, "ServiceUnavailable"), (2, 1)),
        (all().server_error(false), refusal(503, "ServiceUnavailable"), (1, 1)),
        (all(), throttled(), (2, 2)),
        (all().throttling(false), throttled(), (1, 1)),
        // Others stay as they are.
        (all().transport(false).server_error(false).connect(false).timeout(false), throttled(), (2, 2)),
    ] {
        assert_eq!(sent(conditions.clone(), failure.clone()).await, expected, "{conditions:?}, {failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_class_that_is_switched_off_holds_for_deployments_with_and_without_a_token() {
    let none = r#"{"Code":"200","Data":{"TotalSize":0,"ChangeOrderList":[]}}"#;
    for (conditions, expected) in [(RetryOn::new(), 3), (RetryOn::new().throttling(false), 1)] {
        for token in [None, Some("build-42")] {
            let script = Script::default()
                .says("ListChangeOrders", [fine(none)])
                .says("DeployApplication", [refusal(400, "Throttling.User")]);
            let script = Arc::new(script);
            let policy = RetryPolicy::new().retry_on(conditions.clone());
            let client = client_of(&script).with_options(CallOptions::new().retry(policy));
            let deploy = client.deploy(DeployApplication::new("app"));
            let deploy = match token {
                Some(token) => deploy.token(token),
                None => deploy,
            };
            let error = deploy.await.expect_err("it is throttled");
            assert!(error.is_throttled(), "{error}");
            let sent = script.urls("DeployApplication").len();
            assert_eq!(sent, expected, "{token:?}, {conditions:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn codes_and_statuses_are_added_for_reads_alone() {
    let code = || ErrorCode::from_static("Gateway.Restarting");
    let failure = || refusal(400, "Gateway.Restarting");
    for (conditions, failure, expected) in [
        (RetryOn::new(), failure(), (1, 1)),
        (RetryOn::new().transient_code(code()), failure(), (2, 1)),
        (RetryOn::new().throttling_code(code()), failure(), (2, 1)),
        (RetryOn::new().status(409), failure(), (1, 1)),
        (RetryOn::new().status(409), refusal(409, "Conflict"), (2, 1)),
    ] {
        assert_eq!(sent(conditions.clone(), failure.clone()).await, expected, "{conditions:?}, {failure:?}");
    }
}

#[tokio::test]
async fn without_a_connection_or_an_answer_nothing_is_repeated_if_that_is_switched_off() {
    let off = |conditions| CallOptions::new().retry(RetryPolicy::new().retry_on(conditions));
    // Nobody listens there.
    let nobody = builder().endpoint("http://127.0.0.1:9").build().expect("a client");
    let error = nobody.with_options(off(RetryOn::new().connect(false))).send(read()).await;
    let error = error.expect_err("nobody listens");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
    assert_eq!(error.retry_stop(), Some(RetryStop::NotRetryable));

    let server = Canned::start(vec![Step::Silence]).await;
    let silent = builder().endpoint(server.endpoint()).attempt_timeout(ms(20)).build().expect("a client");
    let error = silent.with_options(off(RetryOn::new().timeout(false))).send(read()).await;
    assert_eq!(error.expect_err("nobody answers").attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn time_limits_are_a_value_of_a_client_and_of_a_call() {
    let server = Canned::start(vec![Step::Silence]).await;
    let limits = Timeouts::new().call(Duration::from_secs(5)).attempt(Duration::from_secs(2));
    let client: Client = builder().endpoint(server.endpoint()).timeouts(limits).build().expect("a client");
    let elapsed = |error: sae::Error| {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        error.elapsed().expect("it was sent")
    };
    let within = |elapsed: Duration, from: u64, to: u64| {
        assert!(Duration::from_secs(from) <= elapsed && elapsed <= Duration::from_secs(to), "{elapsed:?}");
    };
    within(elapsed(client.send(read()).await.expect_err("nobody answers")), 4, 5);
    let longer = limits.attempt(Duration::from_secs(10)).call(Duration::from_secs(10));
    within(elapsed(client.call(read()).timeouts(longer).await.expect_err("nobody answers")), 10, 10);
    let shorter = client.call(read()).timeout(Duration::from_secs(1));
    within(elapsed(shorter.await.expect_err("nobody answers")), 1, 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_attempts_time_and_what_a_time_out_hides() {
    let server = Canned::start(vec![Step::status(503, "{}"), Step::Silence]).await;
    let client = builder().endpoint(server.endpoint()).build().expect("a client");
    let error = client.send(read()).await.expect_err("nobody answers in time");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3), "{error}");
    let elapsed = error.elapsed().expect("it was sent");
    assert!(elapsed >= Duration::from_secs(30) && elapsed <= Duration::from_mins(1), "{elapsed:?}");
    let second = error.previous().expect("the second failure");
    assert_eq!(second.kind(), ErrorKind::Timeout);
    let previous = second.previous().expect("the first failure");
    assert_eq!((previous.kind(), previous.status()), (ErrorKind::Service, Some(503)));

    let unsent = client.send(RestartApplication::default()).await;
    assert_eq!(unsent.err().and_then(|error| error.elapsed()), None, "nothing was sent");
}
