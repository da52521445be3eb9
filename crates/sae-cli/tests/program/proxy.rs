//! Proxies from the environment. Each test is a process, because a process reads its environment once.

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
    let cause = format!("cause: the proxy {}: it makes no connection to there\n", proxy.endpoint());
    assert!(ended.stderr.contains(&cause), "{}", ended.stderr);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT sae.example.invalid:443 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("Basic dXNlcjpodXNo"), "{}", requests[0]);
    assert!(!requests[0].contains("\r\nauthorization:"), "{}", requests[0]);
}

#[tokio::test]
async fn a_failing_proxy_is_distinguished_from_the_service() {
    let (_proxy, address) = proxy(Step::status(407, "")).await;
    let ended = call("https://sae.example.invalid", &[("HTTPS_PROXY", &address)]).await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("it asks for a name and a password, or for others"), "{}", ended.stderr);
    // Nobody listens there.
    let gone = "http://user:hush@127.0.0.1:1";
    for endpoint in ["https://sae.example.invalid", "http://sae.example.invalid"] {
        let ended = call(endpoint, &[("ALL_PROXY", gone)]).await;
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(
            ended.stderr.contains("cause: the proxy http://127.0.0.1:1: Connection refused"),
            "{}",
            ended.stderr
        );
    }
}

#[tokio::test]
async fn all_names_of_the_proxy_variable_are_read_the_specific_one_first() {
    let elsewhere = "http://127.0.0.1:1";
    for set in [
        ["HTTP_PROXY", "ALL_PROXY"],
        ["http_proxy", "all_proxy"],
        ["ALL_PROXY", "HTTPS_PROXY"],
        ["all_proxy", "https_proxy"],
    ] {
        let (proxy, address) = proxy(regions()).await;
        let ended = call("http://sae.example.invalid", &[(set[0], &address), (set[1], elsewhere)]).await;
        assert_eq!(ended.code, 0, "{set:?}: {}", ended.stderr);
        assert_eq!(proxy.requests().len(), 1, "{set:?}");
    }
    // An empty one is none.
    let (proxy, address) = proxy(regions()).await;
    let ended = call("http://sae.example.invalid", &[("HTTP_PROXY", ""), ("http_proxy", &address)]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn an_unusable_proxy_is_refused_and_not_ignored() {
    let server = Canned::start(vec![regions()]).await;
    let socks = server.endpoint().replace("http:", "socks5:");
    for (endpoint, variable, value, said) in [
        (
            "http://sae.example.invalid",
            "ALL_PROXY",
            socks.as_str(),
            "ALL_PROXY names a proxy that speaks socks5; only",
        ),
        (
            "https://sae.example.invalid",
            "all_proxy",
            "socks5h://user:hush@x:1",
            "all_proxy names a proxy that speaks socks5h",
        ),
        (
            "https://sae.example.invalid",
            "HTTPS_PROXY",
            "ftp://user:hush@x",
            "HTTPS_PROXY names no proxy; expected http://HOST:PORT",
        ),
        (
            "http://sae.example.invalid",
            "http_proxy",
            "http://user:hush@a b",
            "http_proxy names no proxy; expected",
        ),
    ] {
        let ended = call(endpoint, &[(variable, value)]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
        // It is no matter where no proxy is asked.
        let ended = call(server.endpoint(), &[(variable, value)]).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    assert_eq!(server.requests().len(), 4, "the proxy was not spoken to");
}

#[tokio::test]
async fn exceptions_are_names_with_all_below_them_addresses_networks_and_ports() {
    // Whether the proxy is asked. What is not asked of it fails: there are no such names, and nobody listens on port 1.
    for (endpoint, exceptions, asked) in [
        ("http://sae.example.invalid", ".example.invalid", false),
        ("http://sae.example.invalid", "x.invalid, example.invalid", false),
        ("http://sae.example.invalid", ".sae.example.invalid", false),
        ("http://sae.example.invalid", "SAE.Example.invalid", false),
        ("http://sae.example.invalid", "ple.invalid", true),
        ("http://sae.example.invalid", "sae.example.invalid:80", false),
        ("http://sae.example.invalid", "sae.example.invalid:81", true),
        ("http://sae.example.invalid:81", ".example.invalid:81", false),
        ("http://sae.example.invalid:81", ".example.invalid:80,x", true),
        ("http://sae.example.invalid", "*", false),
        ("http://sae.example.invalid", "", true),
        ("http://0.0.0.0:1", "*", false),
        ("http://0.0.0.0:1", "x, 0.0.0.0", false),
        ("http://0.0.0.0:1", "0.0.0.0/8", false),
        ("http://0.0.0.0:1", "0.0.0.0:1", false),
        ("http://[::]:1", "::", false),
        ("http://[::]:1", "[::]", false),
        ("http://[::]:1", "[::]:1", false),
        ("http://192.0.2.1", "192.0.2.2,192.0.2.3", true),
        ("http://192.0.2.1:81", "192.0.2.1:80", true),
        ("http://[2001:db8::1]", "2001:db8::2", true),
        ("http://[2001:db8::1]:81", "[2001:db8::1]:80", true),
    ] {
        let (proxy, address) = proxy(regions()).await;
        for name in ["NO_PROXY", "no_proxy"] {
            let ended = call(endpoint, &[("HTTP_PROXY", &address), (name, exceptions)]).await;
            assert_eq!(ended.code, i32::from(!asked), "{endpoint} {exceptions:?}: {}", ended.stderr);
        }
        assert_eq!(proxy.requests().len(), if asked { 2 } else { 0 }, "{endpoint} {exceptions:?}");
    }
}

#[tokio::test]
async fn excepted_hosts_are_called_without_a_proxy() {
    let (proxy, address) = proxy(regions()).await;
    let server = Canned::start(vec![regions()]).await;
    let local = call(server.endpoint(), &[("HTTP_PROXY", &address), ("ALL_PROXY", &address)]).await;
    assert_eq!(local.code, 0, "{}", local.stderr);
    let named = [("HTTP_PROXY", address.as_str()), ("NO_PROXY", "example.invalid")];
    let elsewhere = call("http://sae.example.invalid:81", &named).await;
    assert_eq!(elsewhere.code, 1, "a name that can't be found: {}", elsewhere.stderr);
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_proxy_is_named_without_its_user() {
    for password in ["a/hush", "a?hush", "a#hush", "a@hush", "a\\hush", "hush:a/b", "a/hush@b"] {
        for value in [format!("http://user:{password}@127.0.0.1:1"), format!("user:{password}@127.0.0.1:1")] {
            for endpoint in ["https://sae.example.invalid", "http://sae.example.invalid"] {
                let ended = call(endpoint, &[("ALL_PROXY", &value)]).await;
                assert_ne!(ended.code, 0, "{value}");
                for part in ["hush", "user"] {
                    assert!(!ended.stderr.contains(part), "{value}: {}", ended.stderr);
                }
            }
        }
    }
}
