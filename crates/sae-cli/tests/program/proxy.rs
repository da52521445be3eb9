//! Proxies that the environment names. They are seen from outside, since a process reads its environment once.

use sae_tests::{Canned, Step};

use crate::process::{Ended, run, sae};

async fn call(endpoint: &str, environment: &[(&str, &str)]) -> Ended {
    let mut command = sae(&["call", "DescribeRegions", "--endpoint", endpoint, "--max-attempts", "1"]);
    command.envs(environment.iter().copied());
    run(command).await
}

/// A proxy that answers by itself, and its address with a user's key in it.
async fn proxy(step: Step) -> (Canned, String) {
    let proxy = Canned::start(vec![step]).await;
    let address = proxy.endpoint().replace("http://", "http://user:hush@");
    (proxy, address)
}

fn regions() -> Step {
    Step::ok(r#"{"RequestId":"1","Regions":{"Region":[]}}"#)
}

#[tokio::test]
async fn a_proxy_of_plain_http_gets_the_whole_address_and_its_key() {
    let (proxy, address) = proxy(regions()).await;
    let ended = call("http://sae.example.invalid:81", &[("HTTP_PROXY", &address)]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("GET http://sae.example.invalid:81/pop/"), "{}", requests[0]);
    let lower = requests[0].to_lowercase();
    assert!(lower.contains("\r\nhost: sae.example.invalid:81\r\n"), "{lower}");
    assert!(requests[0].contains("\r\nproxy-authorization: Basic dXNlcjpodXNo\r\n"), "{}", requests[0]);
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_a_refused_one_means_that_nothing_was_sent() {
    let (proxy, address) = proxy(Step::status(403, "")).await;
    let ended = call("https://sae.example.invalid", &[("HTTPS_PROXY", &address)]).await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("nothing was sent"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT sae.example.invalid:443 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("Basic dXNlcjpodXNo"), "{}", requests[0]);
    assert!(!requests[0].contains("authorization: acs"), "{}", requests[0]);
}

#[tokio::test]
async fn where_no_proxy_is_wanted_none_is_asked() {
    let (proxy, address) = proxy(regions()).await;
    let server = Canned::start(vec![regions()]).await;
    let local = call(server.endpoint(), &[("HTTP_PROXY", &address), ("ALL_PROXY", &address)]).await;
    assert_eq!(local.code, 0, "{}", local.stderr);
    let named = [("HTTP_PROXY", address.as_str()), ("NO_PROXY", "example.invalid")];
    let elsewhere = call("http://sae.example.invalid:81", &named).await;
    assert_eq!(elsewhere.code, 1, "a name that can't be found: {}", elsewhere.stderr);
    assert_eq!(proxy.requests(), Vec::<String>::new());
}
