//! The same options for everything that a client makes: lists, deployments, change orders, names.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::change_order::Outcome;
use sae::model::{DeployApplication, DescribeApplicationStatus, ListApplications, RestartApplication};
use sae::{CallOptions, Client, Error, ErrorKind, RetryStop};

use crate::world::{Said, Script, builder, client_of, fine, ms};

const ORDER: &str = r#"{"Data":{"ChangeOrderId":"order","AppId":"app"},"Success":true,"Code":200}"#;
const OVER: &str = r#"{"Data":{"ChangeOrderId":"order","AppId":"app","Status":2},"Success":true,"Code":200}"#;
const APPLICATIONS: &str = r#"{"Data":{"TotalSize":1,"Applications":[{"AppId":"app","AppName":"shop"}]}}"#;
const NAMESPACES: &str = r#"{"Data":{"TotalSize":1,"Namespaces":[{"NamespaceId":"cn-hangzhou:test"}]}}"#;
const NO_ORDERS: &str = r#"{"Data":{"TotalSize":0,"ChangeOrderList":[]},"Success":true,"Code":200}"#;

/// What everything below is made of.
const OPERATIONS: [(&str, &str); 9] = [
    ("ListApplications", APPLICATIONS),
    ("DescribeNamespaces", NAMESPACES),
    ("RestartApplication", ORDER),
    ("DeployApplication", ORDER),
    ("ListChangeOrders", NO_ORDERS),
    ("DescribeChangeOrder", OVER),
    ("AbortChangeOrder", ORDER),
    ("AbortAndRollbackChangeOrder", ORDER),
    ("DescribeApplicationStatus", r#"{"Data":{"AppId":"app"},"Success":true,"Code":200}"#),
];

fn service() -> Script {
    OPERATIONS.iter().fold(Script::default(), |script, (name, answer)| script.says(name, [fine(*answer)]))
}

/// Does everything that sends calls, and returns how each went.
async fn everything(client: &Client) -> Vec<(&'static str, Result<(), Error>)> {
    let order = client.change_order("order").with_app_id("app");
    let deploy = || client.deploy(DeployApplication::new("app").image_url("repo/shop:2"));
    vec![
        ("send", client.send(DescribeApplicationStatus::new("app")).await.map(drop)),
        ("call", client.call(DescribeApplicationStatus::new("app")).await.map(drop)),
        ("items", client.items(ListApplications::new()).all().await.map(drop)),
        ("pages", client.pages(ListApplications::new()).next().await.transpose().map(drop)),
        ("submit", client.submit(RestartApplication::new("app")).await.map(drop)),
        ("deploy", deploy().await.map(drop)),
        ("deploy with a token", deploy().token("build-42").await.map(drop)),
        ("resolve_application", client.resolve_application("shop").await.map(drop)),
        ("resolve_namespace", client.resolve_namespace("test").await.map(drop)),
        ("read", order.read().await.map(drop)),
        ("abort", order.abort().await),
        ("roll_back", order.roll_back().await),
        ("find_rollback", order.find_rollback().await.map(drop)),
        ("wait", order.wait().outage(Duration::ZERO).await.map(drop)),
        ("progress", order.progress().outage(Duration::ZERO).next().await.transpose().map(drop)),
    ]
}

#[tokio::test]
async fn an_endpoint_or_a_region_holds_for_everything() {
    let script = Arc::new(service());
    let client = builder().region("cn-hangzhou").exchange(script.clone()).build().expect("a client");
    for (options, expected) in [
        (CallOptions::new().region("cn-shanghai"), "https://sae.cn-shanghai.aliyuncs.com/"),
        (CallOptions::new().region("cn-shanghai").endpoint("sae.example.com"), "https://sae.example.com/"),
        (CallOptions::new(), "https://sae.cn-hangzhou.aliyuncs.com/"),
    ] {
        let before = OPERATIONS.map(|(name, _)| script.urls(name).len());
        for (what, result) in everything(&client.with_options(options)).await {
            result.unwrap_or_else(|error| panic!("{what}: {error}"));
        }
        for ((name, _), before) in OPERATIONS.iter().zip(before) {
            let urls = script.urls(name).split_off(before);
            assert!(!urls.is_empty(), "{name} was sent");
            assert!(urls.iter().all(|url| url.starts_with(expected)), "{name}: {urls:?}");
        }
    }
}

#[tokio::test]
async fn a_malformed_endpoint_or_region_fails_everything_and_is_not_shown() {
    let script = Arc::new(service());
    for options in [CallOptions::new().endpoint("ftp://user:pass@host"), CallOptions::new().region("../evil")]
    {
        assert!(!format!("{options:?}").contains("pass"), "{options:?}");
        let client = client_of(&script).with_options(options);
        assert!(!format!("{client:?}").contains("pass"), "{client:?}");
        for (what, result) in everything(&client).await {
            let error = result.expect_err(what);
            assert_eq!(error.kind(), ErrorKind::Config, "{what}: {error}");
        }
        // Options that are added later don't make it better.
        let client = client.with_options(CallOptions::new().max_attempts(1));
        assert!(client.endpoint(&sae::model::SERVICE).is_err());
    }
    for (name, _) in OPERATIONS {
        assert!(script.urls(name).is_empty(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_hold_for_everything() {
    let script = OPERATIONS.iter().fold(Script::default(), |script, (name, _)| {
        script.says(name, [Said::Refused(503, "{}".to_owned(), None)])
    });
    let client = client_of(&Arc::new(script)).with_options(CallOptions::new().max_attempts(1));
    for (what, result) in everything(&client).await {
        let error = result.expect_err(what);
        assert_eq!(error.attempts(), 1, "{what}: {error}");
    }
}

#[tokio::test]
async fn time_limits_hold_for_everything() {
    let server = sae_tests::Canned::start(vec![sae_tests::Step::Silence]).await;
    let client = builder().endpoint(server.endpoint()).build().expect("a client");
    let (whole, attempt) = (CallOptions::new().timeout(ms(20)), CallOptions::new().attempt_timeout(ms(20)));
    for options in [whole, attempt.max_attempts(1)] {
        let order = client.with_options(options.clone()).change_order("order").with_app_id("app");
        let client = order.client();
        for (what, result) in [
            ("items", client.items(ListApplications::new()).all().await.map(drop)),
            ("resolve", client.resolve_application("shop").await.map(drop)),
            ("read", order.read().await.map(drop)),
            ("wait", order.wait().outage(Duration::ZERO).await.map(drop)),
        ] {
            let error = result.expect_err(what);
            assert_eq!(error.kind(), ErrorKind::Timeout, "{what}, {options:?}: {error}");
        }
        let unknown = client.submit(RestartApplication::new("app")).await.expect_err("nobody answers");
        assert_eq!(unknown.kind(), ErrorKind::OutcomeUnknown);
        let deploy = client.deploy(DeployApplication::new("app")).settle(ms(1)).timeout(ms(1)).poll(ms(1));
        let unknown = deploy.await.expect_err("nobody answers");
        assert_eq!(unknown.kind(), ErrorKind::OutcomeUnknown);
    }
}

#[tokio::test]
async fn options_are_added_to_those_of_the_client() {
    let script = Arc::new(service().says("DescribeApplicationStatus", [Said::Broken]));
    let told = Arc::new(Mutex::new(0));
    let count = Arc::clone(&told);
    let noting = CallOptions::new().on_retry(move |_| *count.lock().expect("no test panicked") += 1);
    let client = client_of(&script).with_options(noting).with_options(CallOptions::new().max_attempts(2));
    let read = || DescribeApplicationStatus::new("app");
    let error = client.send(read()).await.expect_err("it breaks");
    assert_eq!((error.attempts(), error.retry_stop()), (2, Some(RetryStop::AttemptsUsedUp)));
    assert_eq!(*told.lock().expect("no test panicked"), 1, "the function is still told");
    let error = client.call(read()).options(CallOptions::new().max_attempts(1)).await.expect_err("it breaks");
    assert_eq!(error.attempts(), 1, "a call has the last word");
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_that_of_the_client() {
    let script = Arc::new(service().says("DescribeApplicationStatus", [Said::Broken]));
    let client = client_of(&script);
    let many = CallOptions::new().max_attempts(1000).timeout(Duration::from_hours(24));
    let spending = client.with_options(many.clone());
    spending.send(DescribeApplicationStatus::new("app")).await.expect_err("it never works");
    let error = client.with_options(many).send(DescribeApplicationStatus::new("app")).await;
    assert_eq!(error.expect_err("it never works").retry_stop(), Some(RetryStop::BudgetSpent));
}

#[tokio::test(start_paused = true)]
async fn waiting_while_busy_holds_for_what_is_submitted_and_deployed() {
    let busy = || {
        let said = r#"{"Code":"Application.ChangerOrderRunning","Message":"a change is in progress"}"#;
        Said::Refused(400, said.to_owned(), None)
    };
    for token in [None, Some("build-42")] {
        let script = service()
            .says("RestartApplication", [busy(), fine(ORDER)])
            .says("DeployApplication", [busy(), fine(ORDER)]);
        let waiting = CallOptions::new().wait_while_busy(Duration::from_mins(1));
        let client = client_of(&Arc::new(script)).with_options(waiting);
        client.submit(RestartApplication::new("app")).await.expect("it waits");
        let mut deploy = client.deploy(DeployApplication::new("app"));
        if let Some(token) = token {
            deploy = deploy.token(token);
        }
        deploy.await.expect("it waits");
    }
}

#[tokio::test]
async fn what_a_client_with_options_makes_keeps_them() {
    let script = Arc::new(service());
    let elsewhere = CallOptions::new().endpoint("http://elsewhere.example.com");
    let order = client_of(&script).with_options(elsewhere).submit(RestartApplication::new("app")).await;
    let finished = order.expect("it is accepted").wait().await.expect("an end");
    assert_eq!(finished.outcome, Outcome::Succeeded);
    let urls = script.urls("DescribeChangeOrder");
    assert!(urls.iter().all(|url| url.starts_with("http://elsewhere.example.com/")), "{urls:?}");
}
