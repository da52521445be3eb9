//! Calls where there is no runtime, or not a whole one.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sae::credentials::{Chain, Environment, ProvideCredentials, Variables};
use sae::model::{DeployApplication, DescribeRegions, ListApplications};
use sae::{Client, Error, ErrorKind};
use sae_tests::told;

use crate::world::builder;

/// What comes without any runtime. No call gets further than its first poll.
fn alone<T>(work: impl Future<Output = Result<T, Error>>) -> Error {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => error,
        Poll::Ready(Ok(_)) => panic!("nothing can be sent"),
        Poll::Pending => panic!("nobody would wake it"),
    }
}

fn client() -> Client {
    builder().endpoint("http://127.0.0.1:9").build().expect("a client")
}

#[test]
fn a_call_outside_a_runtime_says_what_is_missing() {
    let client = client();
    let uri = Variables::from([
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/"),
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
    ]);
    let chain = Chain::new().with_environment(Environment::new(uri)).refreshing();
    for error in [
        alone(client.send(DescribeRegions::new())),
        alone(client.call(DescribeRegions::new()).into_future()),
        alone(client.items(ListApplications::new()).all()),
        alone(client.deploy(DeployApplication::new("app").image_url("a:1")).into_future()),
        alone(client.change_order("order").wait().into_future()),
        alone(client.resolve_application("app")),
        alone(chain.credentials()),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Config | ErrorKind::Credentials), "{error:?}");
        assert!(error.to_string().contains("no Tokio runtime"), "{error}");
    }
}

#[test]
fn a_runtime_without_timers_or_without_io_is_named_so() {
    let new = tokio::runtime::Builder::new_current_thread;
    let cases = [(new().enable_io().build(), "has no timers"), (new().enable_time().build(), "has no I/O")];
    for (runtime, expected) in cases {
        let runtime = runtime.expect("a runtime");
        let error = runtime.block_on(client().send(DescribeRegions::new())).expect_err("it can't be sent");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 1), "{error:?}");
        assert!(told(&error).contains(expected), "{}", told(&error));
    }
}
