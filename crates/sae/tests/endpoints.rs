//! Where requests go: the regions and rules of the spec, and what can't become part of a host name.

#![allow(clippy::expect_used, reason = "a test ends where something is not as it must be")]

use sae::transport::Service;
use sae::{Builder, Client, Credentials, ErrorKind};

fn builder() -> Builder {
    Client::builder().credentials(Credentials::new("id", "secret"))
}

fn public(service: &Service, region: &str) -> String {
    let client = builder().region(region).build().expect("a client");
    client.endpoint(service).expect("an endpoint").to_string()
}

fn vpc(service: &Service, region: &str) -> Result<String, sae::Error> {
    let client = builder().region(region).vpc(true).build().expect("a client");
    client.endpoint(service).map(|endpoint| endpoint.to_string())
}

#[test]
fn regions_follow_the_rule_and_its_exceptions() {
    let (sae, edas) = (&sae::model::SERVICE, &sae::edas::SERVICE);
    assert_eq!(public(sae, "cn-hangzhou"), "https://sae.cn-hangzhou.aliyuncs.com");
    assert_eq!(public(sae, "moon-1"), "https://sae.moon-1.aliyuncs.com", "a region newer than this version");
    assert_eq!(public(edas, "cn-chengdu"), "https://edas.aliyuncs.com");
    assert_eq!(public(edas, "ap-south-1"), "https://edas.ap-northeast-1.aliyuncs.com");
    assert_eq!(vpc(sae, "cn-beijing").expect("it has one"), "https://sae-vpc.cn-beijing.aliyuncs.com");
    let none = vpc(edas, "ap-south-1").expect_err("it has none");
    assert_eq!(none.kind(), ErrorKind::Config);
}

#[test]
fn a_region_that_is_none_never_becomes_a_host_name() {
    for region in [
        "",
        "a.b",
        "cn-hangzhou.evil.example/",
        "x@y",
        "x:1",
        "ü",
        "a b",
        "x#",
        "CN-HANGZHOU",
        "-",
        "_",
        "1x",
        "x-",
        &"a".repeat(65),
    ] {
        let error = builder().region(region).build().expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::Config, "{region}");
    }
}

#[test]
fn endpoints_are_checked_when_the_client_is_made() {
    for good in [
        "https://sae.cn-hangzhou.aliyuncs.com",
        "http://127.0.0.1:8080/",
        "localhost:80",
        "http://[::1]:8080",
        "HTTP://x",
    ] {
        builder().endpoint(good).build().unwrap_or_else(|error| panic_with(good, &error));
    }
    for bad in [
        "",
        "https://",
        "ftp://x",
        "http://user:pass@host",
        "http://host/path",
        "http://host?x=1",
        "http://host:port",
        "http://host:99999",
        "http://a b",
        "a]",
        "[::1]x",
        "http://[::g]",
        ":80",
        "1.2.3.4.5",
        "a..b",
        "http://x:+1",
    ] {
        let error = builder().endpoint(bad).build().expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
        assert!(!error.to_string().contains("pass"), "{error}");
    }
}

#[test]
fn without_region_and_endpoint_the_error_says_what_to_set() {
    let client = builder().build().expect("a client");
    let error = client.endpoint(&sae::model::SERVICE).expect_err("there is none");
    assert!(error.to_string().contains("ALIBABA_CLOUD_REGION_ID"), "{error}");
}

#[expect(clippy::panic, reason = "a test ends where something is not as it must be")]
fn panic_with(endpoint: &str, error: &sae::Error) -> Client {
    panic!("{endpoint}: {error}")
}
