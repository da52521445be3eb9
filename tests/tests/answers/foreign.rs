//! Answers with status 200 that aren't the service's, and values beyond every type.

use sae::model::{
    CreateNamespace, DeleteNamespace, DescribeNamespaceList, DescribeRegions, ListApplications,
};
use sae::{Client, Credentials, Error, ErrorKind};
use sae_tests::{Canned, Step};

async fn client(body: &str) -> Client {
    let server = Canned::start(vec![Step::ok(body); 8]).await;
    let builder = Client::builder().credentials(Credentials::new("id", "secret"));
    builder.endpoint(server.endpoint()).build().expect("a client")
}

/// How a read, a list, and a read whose data are a list by themselves end.
async fn reads(body: &str) -> [Option<Error>; 3] {
    let client = client(body).await;
    [
        client.send(DescribeRegions::new()).await.err(),
        client.items(ListApplications::new()).all().await.err(),
        client.send(DescribeNamespaceList::new()).await.err(),
    ]
}

#[tokio::test]
async fn what_somebody_else_answers_is_an_error_that_says_what_came() {
    let html =
        format!("<html><head><title>Log\u{202e} in</title>\n{}</head></html>", "<p>x</p>".repeat(9000));
    for (body, expected) in [
        (
            "<!DOCTYPE html><html><body>Log in</body></html>",
            "neither JSON nor XML: <!DOCTYPE html><html><body>Log in</body>",
        ),
        (&html, r"neither JSON nor XML: <html><head><title>Log\u{202e} in</title> <p>x</p><p>x</p>"),
        ("Bad\u{1b}[2J gateway", r"neither JSON nor XML: Bad\u{1b}[2J gateway"),
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("[]", "it is a JSON list, where there must be an object"),
        (r#"[{"AppId":"hush"}]"#, "it is a JSON list, where there must be an object"),
        ("null", "it is a JSON value, where there must be an object"),
        (r#""hush""#, "it is a JSON value, where there must be an object"),
        (r#"{"login":"hush"}"#, "it is JSON, but has no member that such an answer of the service has"),
        ("<R><login>hush</login></R>", "it is XML, but has no member that such an answer of the service has"),
        // Nothing that the operations announce, and no word on how the call went.
        ("{}", SILENT_JSON),
        (r#"{"RequestId":"hush"}"#, SILENT_JSON),
        (r#"{"RequestId":"hush","TraceId":"hush","login":"hush"}"#, SILENT_JSON),
        (r#"{"data":{}}"#, SILENT_JSON),
        (r#"{"Message":""}"#, SILENT_JSON),
        // A message that may be anybody's.
        (r#"{"Message":"hush: log in first"}"#, "no Success or Code, and a Message that doesn't say success"),
        (r#"{"message":"hush","RequestId":"hush","login":1}"#, "a Message that doesn't say success"),
        (
            "<R><Message>hush</Message></R>",
            "it is XML, but has nothing that the operation announces, no Success",
        ),
        ("<R/>", "it is XML, but has nothing that the operation announces"),
        ("<R><RequestId>hush</RequestId></R>", "it is XML, but has nothing that the operation announces"),
        (r#"{"Data":{"#, "neither a JSON document nor an XML one of the expected form"),
    ] {
        for error in reads(body).await {
            let error = error.unwrap_or_else(|| panic!("{body} is no success"));
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
            let said = error.to_string();
            assert!(said.contains(expected), "{body}: {said}");
            assert!(said.len() < 512 && !said.contains("hush"), "{body}: {said}");
            assert_eq!(error.answer().expect("an answer").body, body.as_bytes());
        }
        let written = client(body).await.send(CreateNamespace::new("A")).await;
        assert!(written.is_err_and(|error| error.is_outcome_unknown()), "{body}");
    }
}

const SILENT_JSON: &str =
    "it is JSON, but has nothing that the operation announces, and no Success, Code or Message";

/// The rule is on what an operation announces, and on success.
#[tokio::test]
async fn where_nothing_is_announced_nothing_need_come() {
    for body in ["{}", r#"{"RequestId":"R"}"#, "<R/>", r#"{"Message":"success"}"#, r#"{"Message":" "}"#] {
        client(body).await.send(DeleteNamespace::new()).await.expect("it announces nothing");
    }
    // But what came must not say something else.
    for body in [r#"{"Message":"log in first"}"#, "<R><Message>log in first</Message></R>"] {
        let deleted = client(body).await.send(DeleteNamespace::new()).await;
        let error = deleted.expect_err("nobody says that it succeeded");
        assert!(error.is_outcome_unknown() && error.to_string().contains("doesn't say success"), "{error}");
    }
    let server = Canned::start(vec![Step::status(404, r#"{"RequestId":"R-1"}"#)]).await;
    let builder = Client::builder().credentials(Credentials::new("id", "secret"));
    let client = builder.endpoint(server.endpoint()).build().expect("a client");
    let refused = client.send(DescribeRegions::new()).await.expect_err("a refusal");
    assert_eq!((refused.kind(), refused.request_id()), (ErrorKind::Service, Some("R-1")));
}

#[tokio::test]
async fn an_empty_list_is_one_where_the_service_says_so() {
    for body in [
        r#"{"Data":{"Applications":[]}}"#,
        r#"{"Data":null}"#,
        r#"{"Success":true}"#,
        r#"{"Code":"200","RequestId":"R"}"#,
        "<R><Message>success</Message><RequestId>R</RequestId></R>",
        "<R><Data/></R>",
    ] {
        let client = client(body).await;
        let all = client
            .items(ListApplications::new())
            .all()
            .await
            .unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(all.len(), 0, "{body}");
    }
}

#[tokio::test]
async fn numbers_beyond_every_type_are_kept_digit_by_digit() {
    let body = r#"{"Data":{"Applications":[
        {"AppId":123456789012345678901234567890,"RunningInstances":1e400,"Instances":2,"New":[1e400]},
        {"AppId":"b","RunningInstances":9223372036854775808}],"More":-1E+999},"Code":200}"#;
    let reply = client(body).await.send(ListApplications::new()).await.expect("an answer");
    let (applications, notes) = (&reply.data().expect("Data").applications, reply.notes());
    let notes = super::paths(&notes);
    assert_eq!(applications[0].app_id.as_deref(), Some("123456789012345678901234567890"));
    assert_eq!((applications[0].running_instances, applications[0].instances), (None, Some(2)));
    assert_eq!(
        notes,
        [
            "Data.Applications[0].RunningInstances",
            "Data.Applications[0].New",
            "Data.Applications[1].RunningInstances",
            "Data.More"
        ]
    );
    let printed: serde_json::Value = serde_json::from_str(&reply.to_json()).expect("JSON");
    let item = &printed["Data"]["Applications"][0];
    assert_eq!((&item["RunningInstances"], &item["New"][0]), (&"1e400".into(), &"1e400".into()));
    assert_eq!(printed["Data"]["Applications"][1]["RunningInstances"], "9223372036854775808");
    assert_eq!(printed["Data"]["More"], "-1E+999");
}

/// Members that nobody knows are taken as they stand, so the decoder of numbers never sees what is in them.
#[tokio::test]
async fn numbers_beyond_every_type_are_kept_in_unknown_members_alone() {
    for number in ["1e400", "123456789012345678901234567890"] {
        for (body, pointer) in [
            (r#"{"Data":{},"Code":200,"New":?}"#, "/New"),
            (r#"{"Data":{"New":{"Deep":[?]}},"Code":200}"#, "/Data/New/Deep/0"),
            (r#"{"Data":{"Applications":[{"New":?}]},"Code":200}"#, "/Data/Applications/0/New"),
        ] {
            let body = body.replace('?', number);
            let reply = client(&body).await.send(ListApplications::new()).await.expect("an answer");
            let printed: serde_json::Value = serde_json::from_str(&reply.to_json()).expect("JSON");
            assert_eq!(printed.pointer(pointer), Some(&number.into()), "{body}");
        }
    }
}
