//! Faults as a client sees them.

use std::time::Duration;

use sae_local::{Fault, LocalSae, Pace};
use sae_sign::Scheme;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Answer, Call, control, exchange};

const NAMESPACE: &str = "/pop/v1/paas/namespace";

async fn create(local: &LocalSae, id: &str) -> Answer {
    creation(id).send(local).await
}

fn creation(id: &str) -> Call {
    Call::new("POST", NAMESPACE, &[("NamespaceId", id), ("NamespaceName", "n")])
}

async fn is_there(local: &LocalSae, id: &str) -> bool {
    Call::new("GET", NAMESPACE, &[("NamespaceId", id)]).send(local).await.status == 200
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_work() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    sae.fault(Fault::on("CreateNamespace").times(1).drop_before()).unwrap();
    sae.fault(Fault::on("CreateNamespace").times(1).drop_after()).unwrap();
    let id = "cn-beijing:a";
    let dropped = create(&local, id).await;
    assert_eq!((dropped.status, dropped.head.as_str()), (0, ""));
    assert!(!is_there(&local, id).await);
    let dropped = create(&local, id).await;
    assert_eq!((dropped.status, dropped.head.as_str()), (0, ""));
    assert!(is_there(&local, id).await);
    assert_eq!(create(&local, id).await.refusal(), (400, "InstanceExist.NamespaceId".to_owned()));
    let left: Vec<_> = sae.faults().iter().map(|fault| (fault.fired, fault.left)).collect();
    assert_eq!(left, [(1, Some(0)), (1, Some(0))]);
}

#[tokio::test]
async fn a_request_that_did_not_arrive_can_be_sent_again_as_it_is() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    for (fault, status) in [
        (Fault::on("CreateNamespace").drop_before(), 0),
        (Fault::on("CreateNamespace").drop_before().latency(Duration::from_millis(2)), 0),
        (Fault::on("CreateNamespace").status(502), 502),
    ] {
        for scheme in [Scheme::Roa, Scheme::Acs3] {
            let number = sae.fault(fault.clone().times(2)).unwrap();
            let nonce = format!("{number}-nonce");
            let id = format!("cn-beijing:a{number}");
            let call = creation(&id).header("x-acs-signature-nonce", &nonce).scheme(scheme);
            let bytes = call.bytes(&local, 0);
            for _ in 0..2 {
                assert_eq!(exchange(&local, &bytes).await.status, status, "{fault:?}");
                assert!(!is_there(&local, &id).await);
            }
            let told = exchange(&local, &bytes).await;
            assert_eq!(told.status, 200, "{fault:?}: {}", told.body);
            // Now it has been used.
            assert_eq!(exchange(&local, &bytes).await.refusal().1, "SignatureNonceUsed");
            let requests = sae.requests();
            let (seen, latest) = (requests.len(), requests.iter().rev());
            let creations: Vec<_> = latest.filter(|one| one.method == "POST").take(4).collect();
            assert!(
                seen > 4 && creations[2].fault.is_some() && creations[1].fault.is_none(),
                "{creations:?}"
            );
            assert_eq!(creations[2].status, (status > 0).then_some(status));
        }
    }
    // A call that was executed, or that the service refused itself, uses up its nonce.
    sae.fault(Fault::on("CreateNamespace").times(1).drop_after()).unwrap();
    sae.fault(Fault::on("CreateNamespace").times(1).error("InternalError")).unwrap();
    for id in ["cn-beijing:x", "cn-beijing:y"] {
        let bytes = creation(id).scheme(Scheme::Acs3).bytes(&local, 0);
        assert_ne!(exchange(&local, &bytes).await.status, 200);
        assert_eq!(exchange(&local, &bytes).await.refusal().1, "SignatureNonceUsed");
    }
}

#[tokio::test]
async fn refusals_have_their_documented_status_and_message() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let sae = local.control();
    for (fault, status, code, message) in [
        (
            Fault::on("CreateNamespace").error("InternalError"),
            500,
            "InternalError",
            "The request processing has failed due to some unknown error, exception or failure.",
        ),
        (
            Fault::everywhere().error("ServiceUnavailable"),
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ),
        (
            Fault::on("CreateNamespace").error("InvalidSecurityToken.Expired"),
            400,
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        ),
    ] {
        sae.fault(fault.times(1)).unwrap();
        let answer = create(&local, "cn-beijing:a").await;
        assert_eq!(answer.refusal(), (status, code.to_owned()));
        assert_eq!(answer.value("Message"), message);
        assert!(!is_there(&local, "cn-beijing:a").await);
    }
    sae.fault(Fault::on("CreateApplication").out_of_quota()).unwrap();
    let app = [("AppName", "demo"), ("PackageType", "Image"), ("ImageUrl", "a/b:1"), ("Replicas", "1")];
    let answer = Call::new("POST", "/pop/v1/sam/app/createApplication", &app).send(&local).await;
    assert_eq!(answer.value("Code"), "NoComputeResourceQuota.Exceed");
    let answer = Call::new("POST", "/pop/v1/sam/app/createApplication", &app)
        .header("accept", "application/xml")
        .send(&local)
        .await;
    assert!(answer.body.contains("<Code>NoComputeResourceQuota.Exceed</Code>"), "{}", answer.body);
}

#[tokio::test]
async fn a_page_of_something_in_front_is_no_document() {
    let local = LocalSae::start().await.unwrap();
    local.control().fault(Fault::everywhere().times(1).status(502)).unwrap();
    let answer = create(&local, "cn-beijing:a").await;
    assert_eq!(answer.status, 502);
    assert!(answer.body.contains("<h1>502 Bad Gateway</h1>") && !answer.head.contains("x-acs-request-id"));
    assert!(!is_there(&local, "cn-beijing:a").await);
}

#[tokio::test]
async fn a_throttled_client_is_told_how_long_to_wait() {
    let local = LocalSae::start().await.unwrap();
    let wait = Duration::from_millis(1_500);
    local.control().fault(Fault::on("CreateNamespace").times(1).throttle(wait)).unwrap();
    let answer = create(&local, "cn-beijing:a").await;
    assert_eq!(answer.refusal(), (400, "Throttling.User".to_owned()));
    assert_eq!(header(&answer, "x-acs-retry-after"), Some("1500"));
    assert_eq!(header(&answer, "retry-after"), Some("2"));
    assert_eq!(header(&answer, "x-ratelimit-user"), Some("Remain:0,TimeLeft:1500"));
    assert_eq!(create(&local, "cn-beijing:a").await.status, 200);
}

#[tokio::test]
async fn half_an_answer_is_sent_of_work_that_was_done() {
    let local = LocalSae::start().await.unwrap();
    local.control().fault(Fault::on("CreateNamespace").times(1).truncate()).unwrap();
    // The client reads until the connection ends.
    let cut = create(&local, "cn-beijing:a").await;
    assert_eq!(cut.status, 0);
    let (head, body) = cut.head.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK") && body.len() == length / 2 && !body.is_empty(), "{cut:?}");
    assert!(is_there(&local, "cn-beijing:a").await);
}

#[tokio::test]
async fn a_slow_request_is_done_even_if_the_client_goes_away() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    sae.fault(Fault::on("CreateNamespace").times(1).latency(Duration::from_millis(5))).unwrap();
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    stream.write_all(&creation("cn-beijing:a").bytes(&local, 0)).await.unwrap();
    while sae.faults()[0].fired == 0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while sae.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(is_there(&local, "cn-beijing:a").await);
    assert_eq!(sae.requests()[0].fault.as_deref(), Some("1: latency 5 ms"));
}

#[tokio::test]
async fn a_fault_of_a_change_waits_for_one_that_begins() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let sae = local.control();
    sae.fault(Fault::everywhere().times(1).never_ready()).unwrap();
    sae.fault(Fault::on("DeployApplication").times(1).image_pull_failure()).unwrap();
    let fired = || sae.faults().iter().map(|fault| fault.fired).collect::<Vec<_>>();
    create(&local, "cn-beijing:a").await;
    let none = Call::new("PUT", "/pop/v1/sam/app/restartApplication", &[("AppId", "nothing")]);
    assert_eq!(none.send(&local).await.status, 400);
    assert_eq!(fired(), [0, 0]);
    let app = [("AppName", "demo"), ("PackageType", "Image"), ("ImageUrl", "a/b:1"), ("Replicas", "1")];
    let created = Call::new("POST", "/pop/v1/sam/app/createApplication", &app).send(&local).await;
    assert_eq!(created.status, 200, "{}", created.body);
    assert_eq!(fired(), [1, 0]);
}

#[tokio::test]
async fn a_dropped_connection_does_not_take_others_with_it() {
    let local = LocalSae::start().await.unwrap();
    let sae = local.control();
    sae.fault(Fault::on("CreateNamespace").tenant("local").skip(1).times(1).drop_after()).unwrap();
    assert!(sae.fault(Fault::on("CreateNamespace").tenant("nobody").drop_after()).is_err());
    let mut kept = TcpStream::connect(local.local_addr()).await.unwrap();
    assert_eq!(create(&local, "cn-beijing:a").await.status, 200);
    assert_eq!(create(&local, "cn-beijing:b").await.status, 0);
    kept.write_all(&creation("cn-beijing:c").bytes(&local, 0)).await.unwrap();
    let mut start = [0; 15];
    kept.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn faults_are_made_listed_and_taken_away_over_http() {
    let local = LocalSae::builder().access_key("one", "1").access_key("two", "2").start().await.unwrap();
    for (number, (fault, effect)) in [
        (r#"{"operation":"DeployApplication","times":1,"drop":"after"}"#, "drop after"),
        (r#"{"drop":"before","tenant":"one","skip":2}"#, "drop before"),
        (r#"{"error":"InternalError","probability":0.5,"seed":3}"#, "error InternalError"),
        (r#"{"status":503}"#, "status 503"),
        (r#"{"throttle":"2s"}"#, "throttle 2000 ms"),
        (r#"{"truncate":true,"latency":"1s"}"#, "latency 1000 ms, truncate"),
        (r#"{"operation":"CreateApplication","out_of_quota":true}"#, "error NoComputeResourceQuota.Exceed"),
        (r#"{"image_pull_failure":true}"#, "image pull failure"),
        (r#"{"never_ready":true,"tenant":"two"}"#, "never ready"),
        (r#"{"latency":50}"#, "latency 50 ms"),
    ]
    .into_iter()
    .enumerate()
    {
        let made = control(&local, "POST", "faults", fault).await;
        assert_eq!((made.status, made.value("number")), (200, (number + 1).to_string()), "{fault}");
        let listed = control(&local, "GET", "faults", "").await.json();
        assert_eq!(listed["faults"][number]["effect"], effect);
    }
    let of_two = control(&local, "GET", "faults?tenant=two", "").await.json();
    assert_eq!(of_two["faults"].as_array().unwrap().len(), 1);
    for (fault, part) in [
        (r#"{"drop":"sometimes"}"#, "before or after"),
        (r#"{"drop":"after","truncate":true}"#, "one effect"),
        (r#"{"operation":"DeployApplication"}"#, "needs an effect"),
        (r#"{"dorp":"after"}"#, "there is no member \"dorp\""),
        (r#"{"operation":"DescribeRegions","out_of_quota":true}"#, "never answers"),
        (r#"{"times":-1,"drop":"after"}"#, "whole number"),
        (r#"{"latency":"soon"}"#, "1h30m"),
        (r#"{"tenant":"nobody","drop":"after"}"#, "no tenant"),
    ] {
        let refused = control(&local, "POST", "faults", fault).await;
        assert!((400..500).contains(&refused.status), "{fault}");
        assert!(refused.value("error").contains(part), "{fault}: {}", refused.body);
    }
    assert_eq!(control(&local, "DELETE", "faults?number=99", "").await.status, 404);
    assert_eq!(control(&local, "DELETE", "faults?number=4", "").await.value("cleared"), "1");
    assert_eq!(control(&local, "DELETE", "faults?tenant=one", "").await.value("cleared"), "1");
    assert_eq!(control(&local, "DELETE", "faults", "").await.value("cleared"), "8");
    let call = Call::new("GET", "/pop/v1/paas/regionConfig", &[]).key("one", "1");
    assert_eq!(exchange(&local, &call.bytes(&local, 0)).await.status, 200);
}
