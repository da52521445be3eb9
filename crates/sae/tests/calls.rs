//! What a call does when the service is slow, broken, busy or strange.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::time::{Duration, Instant};

use sae::model::{
    DeleteNamespace, DeployApplication, DescribeApplicationStatus, DescribeNamespace, DescribeRegions,
    error_code,
};
use sae::{Builder, Client, Credentials, Error, ErrorKind, Scheme};
use sae_tests::{Canned, Step};

const STATUS: &str =
    r#"{"Data":{"AppId":"app","RunningInstances":"2"},"RequestId":"R-1","Success":true,"Code":200}"#;
const REGIONS: &str = r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]},"Code":200}"#;

fn builder(server: &Canned) -> Builder {
    Client::builder().credentials(Credentials::new("id", "secret")).endpoint(server.endpoint())
}

fn client(server: &Canned) -> Client {
    builder(server).build().expect("a client")
}

async fn read(server: &Canned) -> Result<(), Error> {
    client(server).send(DescribeApplicationStatus::new("app")).await.map(|_| ())
}

async fn write(server: &Canned) -> Result<(), Error> {
    client(server).send(DeployApplication::new("app")).await.map(|_| ())
}

#[tokio::test]
async fn a_read_is_tried_again_after_the_connection_breaks() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(STATUS)]).await;
    read(&server).await.expect("the second attempt is answered");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_write_is_not_tried_again_after_the_connection_breaks_and_its_outcome_is_unknown() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(STATUS)]).await;
    let error = write(&server).await.expect_err("nobody can know");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(server.requests().len(), 1);
    assert!(error.to_string().starts_with("DeployApplication: outcome unknown: "), "{error}");
}

#[tokio::test]
async fn a_get_that_writes_is_a_write() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(STATUS)]).await;
    let confirm = sae::model::ConfirmPipelineBatch::new(true, "pipeline");
    let error = client(&server).send(confirm).await.expect_err("nobody can know");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_error_is_tried_again_for_a_read_and_leaves_a_write_unknown() {
    let refusal = r#"{"Code":"InternalError","Message":"Try later.","RequestId":"R-2"}"#;
    let server = Canned::start(vec![Step::status(500, refusal), Step::ok(STATUS)]).await;
    read(&server).await.expect("the second attempt is answered");

    let server = Canned::start(vec![Step::status(500, refusal), Step::ok(STATUS)]).await;
    let error = write(&server).await.expect_err("nobody can know");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.code().map(sae::ErrorCode::as_str), Some("InternalError"));
    assert_eq!(error.request_id(), Some("R-2"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_not_implemented_was_not_done() {
    let refusal = r#"{"Code":"Local.NotImplemented","Message":"not here","RequestId":"R-10"}"#;
    let server = Canned::start(vec![Step::status(400, refusal)]).await;
    assert_eq!(write(&server).await.expect_err("it is refused").kind(), ErrorKind::Service);
    assert_eq!(read(&server).await.expect_err("it is refused").kind(), ErrorKind::Service);
    assert_eq!(server.requests().len(), 2, "and trying again is no use");
}

#[tokio::test]
async fn a_server_error_behind_a_good_status_leaves_a_write_unknown_too() {
    for body in [
        r#"{"Code":"500","ErrorCode":"InternalError","Message":"failed","Success":false,"RequestId":"R"}"#,
        r#"{"Code":"InternalError","Message":"failed","RequestId":"R"}"#,
        r#"{"Code":503,"Message":"failed","Success":false,"RequestId":"R"}"#,
    ] {
        let server = Canned::start(vec![Step::ok(body), Step::ok(STATUS)]).await;
        let error = write(&server).await.expect_err("nobody can know");
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        assert_eq!(server.requests().len(), 1, "{body}");
        assert_eq!(error.retry(), sae::transport::Retry::Never, "a caller's own loop must not send it again");
    }
}

#[tokio::test]
async fn a_throttled_write_is_sent_again_after_the_wait_that_the_service_asks_for() {
    let refusal = r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"R-3"}"#;
    let throttled = Step::status(400, refusal).header("x-acs-retry-after: 120");
    let server = Canned::start(vec![throttled, Step::ok(STATUS)]).await;
    let started = Instant::now();
    write(&server).await.expect("the second attempt is answered");
    assert!(started.elapsed() >= Duration::from_millis(120));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_busy_application_is_refused_with_advice_and_not_tried_again() {
    let refusal = r#"{"Code":"Application.ChangerOrderRunning","Message":"An application change process is in progress.",
        "RequestId":"R-4","HostId":"sae"}"#;
    let server = Canned::start(vec![Step::status(400, refusal)]).await;
    let error = write(&server).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.is_busy() && error.is(&error_code::APPLICATION_CHANGER_ORDER_RUNNING));
    assert!(error.advice().is_some_and(|advice| !advice.is_empty()));
    assert_eq!(
        error.to_string(),
        "DeployApplication: Application.ChangerOrderRunning: An application change process is in progress. (request id R-4)"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_success_that_says_it_is_none_is_an_error() {
    let body = r#"{"Code":"400","ErrorCode":"InvalidParameter.NotEmpty","Message":"You must specify the parameter AppId.",
        "Success":"false","RequestId":"R-5"}"#;
    let server = Canned::start(vec![Step::ok(body)]).await;
    let error = read(&server).await.expect_err("it says so");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.is(&error_code::INVALID_PARAMETER_NOT_EMPTY));
    assert_eq!(error.status(), Some(200));
}

#[tokio::test]
async fn a_failure_code_without_success_is_an_error() {
    for body in [
        r#"{"Code":"InvalidAppId.NotFound","Message":"gone"}"#,
        r#"{"code":"InternalError"}"#,
        r#"{"Code":404}"#,
    ] {
        let server = Canned::start(vec![Step::ok(body)]).await;
        let client = builder(&server).max_attempts(1).build().expect("a client");
        client.send(DescribeRegions::new()).await.map(|_| ()).expect_err(body);
    }
    let inner =
        r#"{"data":{"Success":false,"Code":"400","Message":"refused"},"successResponse":true,"code":"200"}"#;
    let server = Canned::start(vec![Step::ok(inner)]).await;
    assert_eq!(read(&server).await.expect_err("the inner envelope says so").message(), "refused");
}

#[tokio::test]
async fn not_found_is_about_what_the_call_is_about() {
    for (status, code, expected) in [
        (400, "InvalidApplication.NotFound", true),
        (404, "InvalidNamespaceId.NotFound", true),
        (404, "NewThing.NotFound", true),
        (404, "404", true),
        (404, "InvalidAccessKeyId.NotFound", false),
        (404, "InvalidApi.NotFound", false),
        (400, "InvalidPackageType.NotFound", false),
        (400, "NoAvailableCluster.NotFound", false),
    ] {
        let body = format!(r#"{{"Code":"{code}","Message":"m"}}"#);
        let server = Canned::start(vec![Step::status(status, body)]).await;
        let error = read(&server).await.expect_err("it is refused");
        assert_eq!(error.is_not_found(), expected, "{code}");
    }
}

#[tokio::test]
async fn errors_of_gateways_read_in_every_spelling() {
    for body in [
        r#"{"code":"Forbidden.RAM","message":"denied","requestId":"R-6"}"#,
        r#"{"Code":"Forbidden.RAM","Message":"denied","RequestId":"R-6","HostId":"h","Recommend":"https://example"}"#,
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-6</RequestId><Code>Forbidden.RAM</Code><Message>denied</Message></Error>",
    ] {
        let server = Canned::start(vec![Step::status(403, body)]).await;
        let error = read(&server).await.expect_err("it is refused");
        assert_eq!(
            error.to_string(),
            "DescribeApplicationStatus: Forbidden.RAM: denied (request id R-6)",
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_load_balancers_page_is_an_error_that_keeps_its_bytes() {
    let page = "<html><head><title>502 Bad Gateway</title></head><body><hr></body></html>";
    let server = Canned::start(vec![Step::status(502, page)]).await;
    let client = builder(&server).max_attempts(1).build().expect("a client");
    let error = client.send(DescribeRegions::new()).await.expect_err("it is no answer");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Service, Some(502)));
    assert_eq!(error.answer().map(|answer| answer.body.as_slice()), Some(page.as_bytes()));
}

#[tokio::test]
async fn an_unreadable_answer_keeps_its_bytes_and_leaves_a_write_unknown() {
    let half = r#"{"Data":{"AppId":"app"#;
    let server = Canned::start(vec![Step::ok(half)]).await;
    let error = read(&server).await.expect_err("it can't be read");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.answer().map(|answer| answer.body.as_slice()), Some(half.as_bytes()));

    let error = write(&server).await.expect_err("it can't be read");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn what_came_of_an_answer_that_was_cut_short_is_kept() {
    let server = Canned::start(vec![Step::Truncated(b"{\"Data\":".to_vec())]).await;
    let error = write(&server).await.expect_err("nobody can know");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.answer().map(|answer| answer.body.as_slice()), Some(&b"{\"Data\":"[..]));
}

#[tokio::test]
async fn a_message_stays_on_one_line() {
    let body = r#"{"Code":"Forbidden.RAM","Message":"denied\nby \u001b[31mpolicy","RequestId":"R-9"}"#;
    let server = Canned::start(vec![Step::status(403, body)]).await;
    let error = read(&server).await.expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "DescribeApplicationStatus: Forbidden.RAM: denied by \\u{1b}[31mpolicy (request id R-9)"
    );
}

#[tokio::test]
async fn an_answer_cut_short_is_tried_again_for_a_read() {
    let server = Canned::start(vec![Step::Truncated(b"{\"Data\":".to_vec()), Step::ok(STATUS)]).await;
    read(&server).await.expect("the second attempt is answered");
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let elsewhere = Canned::start(vec![Step::ok(STATUS)]).await;
    let location = format!("location: {}/", elsewhere.endpoint());
    let server = Canned::start(vec![Step::status(302, "").header(location)]).await;
    let error = read(&server).await.expect_err("it is no answer");
    assert!(error.to_string().contains("redirects are never followed"), "{error}");
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once_from_the_servers_date() {
    let refusal = r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired","RequestId":"R-7"}"#;
    let expired = Step::status(400, refusal).header("date: Fri, 01 Jan 2038 00:00:00 GMT");
    for (scheme, date) in
        [(Scheme::Acs3, "x-acs-date: 2038-01-01T00:00:"), (Scheme::Roa, "\r\ndate: Fri, 01 Jan 2038 00:00:")]
    {
        let server = Canned::start(vec![expired.clone(), Step::ok(STATUS)]).await;
        let client = builder(&server).signature(scheme).build().expect("a client");
        client.send(DeployApplication::new("app")).await.expect("the second attempt is answered");
        let requests = server.requests();
        assert!(requests[1].contains(date), "{}", requests[1]);
    }

    let server = Canned::start(vec![expired]).await;
    let error = write(&server).await.expect_err("the clock is not what is wrong");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn many_calls_at_once_all_recover_from_a_wrong_clock() {
    let refusal = r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired","RequestId":"R-7"}"#;
    let expired = Step::status(400, refusal).header("date: Fri, 01 Jan 2038 00:00:00 GMT");
    let server =
        Canned::start(vec![expired.clone(), expired.clone(), expired.clone(), expired, Step::ok(STATUS)])
            .await;
    let client = client(&server);
    let call = || client.send(DescribeApplicationStatus::new("app"));
    let results = tokio::join!(call(), call(), call(), call());
    assert!(results.0.is_ok() && results.1.is_ok() && results.2.is_ok() && results.3.is_ok());
}

#[tokio::test]
async fn an_absurd_date_of_the_server_teaches_nothing() {
    let refusal = r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired","RequestId":"R-7"}"#;
    let expired = Step::status(400, refusal).header("date: Fri, 31 Dec 9999 23:59:59 GMT");
    let server = Canned::start(vec![expired, Step::ok(STATUS)]).await;
    let client = client(&server);
    client.send(DescribeApplicationStatus::new("app")).await.map(|_| ()).expect_err("it is refused");
    client.send(DescribeApplicationStatus::new("app")).await.map(|_| ()).expect("the own clock is kept");
}

#[tokio::test]
async fn an_endless_limit_is_one() {
    let server = Canned::start(vec![Step::ok(STATUS)]).await;
    let client = builder(&server).timeout(Duration::MAX).build().expect("a client");
    client.send(DescribeApplicationStatus::new("app")).await.expect("an answer");
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(STATUS)]).await;
    read(&server).await.expect("the second attempt is answered");
    let header = |request: &str, name: &str| {
        let line = request.lines().find(|line| line.starts_with(name)).expect("the header is there");
        line.to_owned()
    };
    let requests = server.requests();
    for name in ["x-acs-signature-nonce:", "authorization:"] {
        assert_ne!(header(&requests[0], name), header(&requests[1], name));
    }
}

#[tokio::test]
async fn a_call_ends_with_its_time() {
    let server = Canned::start(vec![Step::Silence]).await;
    let client = builder(&server).timeout(Duration::from_millis(150)).build().expect("a client");
    let error = client.send(DescribeRegions::new()).await.expect_err("nothing comes");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let error =
        client.send(DeleteNamespace::new().namespace_id("cn-hangzhou:x")).await.expect_err("nothing comes");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn a_refused_connection_says_that_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let client = Client::builder()
        .credentials(Credentials::new("id", "secret"))
        .endpoint(&endpoint)
        .max_attempts(2)
        .build()
        .expect("a client");
    let error = client.send(DeployApplication::new("app")).await.expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(
        error.to_string(),
        format!(
            "DeployApplication: no connection to {endpoint}: nothing was sent (2 attempts, no more are allowed)"
        )
    );
}

#[tokio::test]
async fn a_missing_required_parameter_is_named_before_anything_is_sent() {
    let server = Canned::start(vec![Step::ok(STATUS)]).await;
    let error = client(&server).send(DeployApplication::new("")).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert_eq!(error.to_string(), "DeployApplication: the required parameter AppId is missing");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn an_empty_value_is_never_signed_by_roa_and_is_by_acs3() {
    let server = Canned::start(vec![Step::ok(STATUS)]).await;
    let cleared = DeployApplication::new("app").command("");
    let roa = builder(&server).signature(Scheme::Roa).build().expect("a client");
    let error = roa.send(cleared.clone()).await.expect_err("official signers disagree");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert_eq!(
        error.to_string(),
        "DeployApplication: Command is empty, and official signers disagree on how ROA signs an empty value: \
         sign with ACS3 (Scheme::Acs3, --signature acs3), or leave Command out"
    );
    assert_eq!(server.requests().len(), 0);

    client(&server).send(cleared).await.expect("all official signers agree");
    assert!(server.requests()[0].contains("Command="), "{:?}", server.requests());
}

#[tokio::test]
async fn an_empty_list_is_sent_as_one() {
    let server = Canned::start(vec![Step::ok(STATUS)]).await;
    client(&server).send(DeployApplication::new("app").envs(vec![])).await.expect("an answer");
    assert!(server.requests()[0].contains("Envs=%5B%5D"), "{}", server.requests()[0]);
}

#[tokio::test]
async fn what_fits_no_field_is_noted_and_the_rest_is_read() {
    let body = r#"{"Data":{"AppId":"app","RunningInstances":"many","CreateTime":1563373372746},"Code":200,"Success":true}"#;
    let server = Canned::start(vec![Step::ok(body)]).await;
    let reply = client(&server).send(DescribeApplicationStatus::new("app")).await.expect("an answer");
    let status = reply.data().expect("Data");
    assert_eq!(status.app_id.as_deref(), Some("app"));
    assert_eq!(status.running_instances, None);
    assert_eq!(status.create_time.as_deref(), Some("1563373372746"));
    let notes = reply.notes();
    let notes: Vec<_> = notes.iter().map(|note| (note.path.as_str(), note.value.as_str())).collect();
    assert_eq!(notes, [("Data.RunningInstances", "many")]);
}

#[tokio::test]
async fn an_answer_without_data_says_so_with_its_request_id() {
    let server = Canned::start(vec![Step::ok(r#"{"Code":200,"RequestId":"R-8","Success":true}"#)]).await;
    let reply = client(&server)
        .send(DescribeNamespace::new().namespace_id("cn-hangzhou:x"))
        .await
        .expect("an answer");
    assert_eq!(
        reply.into_data().expect_err("there is none").to_string(),
        "the answer has no Data (request id R-8)"
    );
}

#[tokio::test]
async fn the_request_travels_as_the_documents_show_it() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let client = builder(&server).region("cn-beijing").signature(Scheme::Roa).build().expect("a client");
    let request = DeployApplication::new("a b")
        .image_url("repo/app:2")
        .envs([sae::model::EnvVar::new("K").value("v&=/ü")]);
    client.send(request).await.expect("an answer");
    let request = &server.requests()[0];
    let line = request.lines().next().expect("a request line");
    assert!(line.starts_with("POST /pop/v1/sam/app/deployApplication?AppId=a%20b&"), "{line}");
    assert!(line.contains("ImageUrl=repo%2Fapp%3A2"), "{line}");
    assert!(
        line.contains("Envs=%5B%7B%22name%22%3A%22K%22%2C%22value%22%3A%22v%26%3D%2F%C3%BC%22%7D%5D"),
        "{line}"
    );
    for header in [
        "accept: application/json",
        "x-acs-version: 2019-05-06",
        "x-acs-region-id: cn-beijing",
        "x-acs-signature-method: HMAC-SHA1",
        "x-acs-signature-version: 1.0",
        "authorization: acs id:",
    ] {
        assert!(request.contains(header), "{header} is missing in {request}");
    }
    assert!(request.ends_with("\r\n\r\n"), "documented parameters travel in the query, also for POST");
}

#[tokio::test]
async fn unless_told_otherwise_a_request_is_signed_as_official_sdks_of_today_sign() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    client(&server).send(DeployApplication::new("app").image_url("repo/app:2")).await.expect("an answer");
    let request = &server.requests()[0];
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for header in [
        "authorization: ACS3-HMAC-SHA256 Credential=id,SignedHeaders=",
        &format!("x-acs-content-sha256: {empty}"),
        &format!("host: {}", server.endpoint().trim_start_matches("http://")),
        "x-acs-date: 20",
    ] {
        assert!(request.contains(header), "{header} is missing in {request}");
    }
    assert!(!request.contains("x-acs-signature-method"), "{request}");
}
