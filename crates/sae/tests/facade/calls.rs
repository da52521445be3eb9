//! Options of one call, waits that the service asks for, waits while it is busy.

use std::sync::Arc;
use std::time::Duration;

use sae::model::{
    ConfirmPipelineBatch, DeployApplication, DescribeApplicationStatus, RescaleApplication,
    RestartApplication, StopApplication,
};
use sae::{Client, ErrorKind};

use crate::world::{Said, Script, World, builder, client_of, fine, ms};

const STATUS: &str = r#"{"Data":{"AppId":"app"},"RequestId":"R","Success":true,"Code":200}"#;
const ORDER: &str = r#"{"Data":{"ChangeOrderId":"order"},"Success":true,"Code":200}"#;
const BUSY: &str =
    r#"{"Code":"Application.ChangerOrderRunning","Message":"An application change process is in progress."}"#;

fn read() -> DescribeApplicationStatus {
    DescribeApplicationStatus::new("app")
}

fn busy() -> Said {
    Said::Refused(400, BUSY.to_owned(), None)
}

#[test]
fn a_client_is_shared_by_tasks_and_a_call_moves_into_one() {
    fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn moves<T: Send + 'static>(_: &T) {}
    let client = builder().endpoint("http://127.0.0.1:9").build().expect("a client");
    is_shared(&client);
    moves(&client.call(read()).into_future());
    moves(&client.items(sae::model::ListApplications::new()));
    moves(&client.change_order("order").wait().into_future());
    moves(&client.change_order("order").progress());
    moves(&client.deploy(DeployApplication::new("app")).into_future());
}

#[tokio::test]
async fn attempts_are_set_for_one_call_alone() {
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", [Said::Broken, fine(STATUS)]));
    let client = client_of(&script);
    let error = client.call(read()).max_attempts(1).await.expect_err("one attempt is not enough");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(script.urls("DescribeApplicationStatus").len(), 1);

    let script = Arc::new(Script::default().says("DescribeApplicationStatus", [Said::Broken, fine(STATUS)]));
    client_of(&script).call(read()).await.expect("the second attempt is answered");
}

#[tokio::test]
async fn time_outs_are_set_for_one_call_alone() {
    let server = sae_tests::Canned::start(vec![sae_tests::Step::Silence]).await;
    let client = builder().endpoint(server.endpoint()).build().expect("a client");
    let error = client.call(read()).timeout(ms(20)).await.expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 1, "the time of the call is over");
    let error =
        client.call(read()).attempt_timeout(ms(20)).max_attempts(2).await.expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 3, "the time of each attempt is over");
}

#[tokio::test]
async fn a_call_goes_where_it_says() {
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", [fine(STATUS)]));
    let of_region = || builder().region("cn-hangzhou").exchange(script.clone()).build().expect("a client");
    let of_endpoint = || client_of(&script);
    let cases: [(Client, Option<&str>, Option<&str>, &str); 5] = [
        (of_region(), None, None, "https://sae.cn-hangzhou.aliyuncs.com/"),
        (of_region(), Some("cn-shanghai"), None, "https://sae.cn-shanghai.aliyuncs.com/"),
        (of_region(), Some("cn-shanghai"), Some("sae.example.com"), "https://sae.example.com/"),
        (of_endpoint(), None, Some("http://127.0.0.1:10"), "http://127.0.0.1:10/"),
        (of_endpoint(), Some("cn-shanghai"), None, "http://127.0.0.1:9/"),
    ];
    for (client, region, endpoint, expected) in cases {
        let mut call = client.call(read());
        if let Some(region) = region {
            call = call.region(region);
        }
        if let Some(endpoint) = endpoint {
            call = call.endpoint(endpoint);
        }
        call.await.expect("an answer");
        let urls = script.urls("DescribeApplicationStatus");
        let last = urls.last().expect("it was sent");
        assert!(last.starts_with(expected), "{region:?}, {endpoint:?}: {last}");
    }
}

#[tokio::test]
async fn a_region_or_an_endpoint_that_is_none_fails_the_call() {
    let script = Arc::new(Script::default());
    let client = client_of(&script);
    let error = client.call(read()).region("../evil").await.expect_err("it is no region");
    assert_eq!(error.kind(), ErrorKind::Config);
    let error = client.call(read()).endpoint("ftp://example.com").await.expect_err("it is no endpoint");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(script.urls("DescribeApplicationStatus").is_empty());
}

#[tokio::test]
async fn every_header_that_asks_for_a_wait_is_known_to_the_error() {
    for (header, expected) in [
        (("x-acs-retry-after", "7"), ms(7)),
        (("retry-after", "3"), Duration::from_secs(3)),
        (("x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:400"), ms(500)),
    ] {
        let refusal =
            Said::Refused(400, r#"{"Code":"Throttling.User","Message":"slow"}"#.to_owned(), Some(header));
        let script = Arc::new(Script::default().says("DescribeApplicationStatus", [refusal]));
        let error = client_of(&script).call(read()).max_attempts(1).await.expect_err("it is refused");
        assert_eq!(error.retry_after(), Some(expected), "{header:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_application_is_an_error_unless_the_caller_waits() {
    let script = Arc::new(Script::default().says("RestartApplication", [busy(), fine(ORDER)]));
    let client = client_of(&script);
    let error = client.send(RestartApplication::new("app")).await.expect_err("it is busy");
    assert!(error.is_busy(), "{error}");
    assert_eq!(script.urls("RestartApplication").len(), 1);

    let script = Arc::new(Script::default().says("RestartApplication", [busy(), fine(ORDER)]));
    let call = client_of(&script).call(RestartApplication::new("app")).max_attempts(1);
    call.wait_while_busy(Duration::from_secs(10)).await.expect("it waits, and repetitions are no attempts");
    assert_eq!(script.urls("RestartApplication").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_can_wait_while_busy_for_all_its_calls() {
    let script = Arc::new(Script::default().says("RestartApplication", [busy(), busy(), fine(ORDER)]));
    let client = builder()
        .endpoint("http://127.0.0.1:9")
        .exchange(script.clone())
        .wait_while_busy(Duration::from_secs(10))
        .build()
        .expect("a client");
    client.send(RestartApplication::new("app")).await.expect("it waits");
    assert_eq!(script.urls("RestartApplication").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn waiting_while_busy_ends_with_its_limit() {
    let script = Arc::new(Script::default().says("RestartApplication", [busy()]));
    let call =
        client_of(&script).call(RestartApplication::new("app")).wait_while_busy(Duration::from_mins(10));
    let error = call.await.expect_err("it is busy for ever");
    assert!(error.is_busy(), "{error}");
    let sent = script.urls("RestartApplication").len();
    assert!((100..400).contains(&sent), "with waits that grow to some seconds, and not for ever: {sent}");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_not_sent_again_while_waiting() {
    let script = Arc::new(Script::default().says("RestartApplication", [busy(), Said::Broken, fine(ORDER)]));
    let call =
        client_of(&script).call(RestartApplication::new("app")).wait_while_busy(Duration::from_secs(10));
    let error = call.await.expect_err("nobody can know");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(script.urls("RestartApplication").len(), 2);
}

#[tokio::test]
async fn one_change_follows_another_on_the_local_server() {
    let world = World::new().await;
    let app = world.application().await;
    let client = world.client();
    let restart = client.submit(RestartApplication::new(&app)).await.expect("it runs");
    let stop = client.call(StopApplication::new(&app)).wait_while_busy(Duration::from_secs(20));
    let stop = stop.await.expect("it waits").into_data().expect("Data").change_order_id.expect("an id");
    assert!(restart.wait().poll(ms(2)).await.expect("an end").is_success());
    assert!(client.change_order(stop).wait().poll(ms(2)).await.expect("an end").is_success());
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_repetitions_is_shared_by_clones() {
    let script = Arc::new(Script::default().says("DescribeApplicationStatus", [Said::Broken]));
    let client = client_of(&script);
    let long = Duration::from_hours(24);
    client.clone().call(read()).max_attempts(1000).timeout(long).await.expect_err("it never works");
    let spent = script.urls("DescribeApplicationStatus").len();
    assert!((2..1000).contains(&spent), "{spent}");
    client.call(read()).max_attempts(1000).timeout(long).await.expect_err("it never works");
    assert_eq!(script.urls("DescribeApplicationStatus").len(), spent + 1, "nothing is left for the other");
}

#[tokio::test]
async fn a_required_number_that_nobody_set_is_never_sent_as_zero() {
    let script = Arc::new(Script::default().says("RescaleApplication", [fine(ORDER)]));
    let client = client_of(&script);
    let mut request = RescaleApplication::default();
    request.app_id = "app".to_owned();
    let error = client.send(request).await.expect_err("to which number of instances?");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("Replicas"), "{error}");
    let error =
        serde_json::from_str::<ConfirmPipelineBatch>(r#"{"PipelineId":"p"}"#).expect_err("yes or no?");
    assert!(error.to_string().contains("Confirm"), "{error}");
    assert!(script.urls("RescaleApplication").is_empty());
    client.send(RescaleApplication::new("app", 0)).await.expect("zero is what was asked for");
    assert!(script.urls("RescaleApplication")[0].contains("Replicas=0"));
}
