//! The form of answers: routes, envelopes, JSON and XML, parameters from all places.

use sae_local::LocalSae;

use crate::client::Call;

const NAMESPACE: &str = "/pop/v1/paas/namespace";

fn create(query: &[(&str, &str)]) -> Call {
    Call::new("POST", NAMESPACE, query)
}

#[tokio::test]
async fn an_answer_has_the_envelope_of_its_operation() {
    let local = LocalSae::start().await.unwrap();
    let call = create(&[
        ("NamespaceId", "cn-beijing:test"),
        ("NamespaceName", "a<b"),
        ("RegionId", "cn-beijing"),
        ("Other", "x"),
    ]);
    let answer = call.send(&local).await;
    for (name, value) in [
        ("Code", "200"),
        ("Message", "success"),
        ("ErrorCode", "success"),
        ("Success", "true"),
        ("NamespaceId", "cn-beijing:test"),
        ("NamespaceName", "a<b"),
        ("RegionId", "cn-beijing"),
    ] {
        assert_eq!(answer.value(name), value);
    }
    assert!(answer.body.contains("\"Code\":\"200\"") && answer.body.contains("\"Success\":true"));
    let id = answer.value("RequestId");
    assert_eq!((id.len(), id.to_uppercase()), (36, id.clone()));
    assert_eq!(answer.value("TraceId").len(), 30);
    assert!(answer.head.contains(&format!("x-acs-request-id: {id}")) && answer.head.contains("\r\ndate: "));
    assert!(answer.head.contains("content-type: application/json;charset=utf-8"));

    let regions = Call::new("GET", "/pop/v1/paas/regionConfig", &[]).send(&local).await;
    assert!(regions.body.contains("\"Code\":200") && !regions.body.contains("ErrorCode"), "{}", regions.body);
    assert!(regions.body.contains("\"Regions\":{\"Region\":[{"));
}

#[tokio::test]
async fn xml_is_an_answer_too() {
    let local = LocalSae::start().await.unwrap();
    let call = create(&[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "a<b")])
        .header("accept", "application/xml");
    let answer = call.send(&local).await;
    assert!(answer.head.contains("content-type: text/xml;charset=utf-8"));
    assert!(
        answer.body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><CreateNamespaceResponse>"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("<NamespaceName>a&lt;b</NamespaceName>"), "{}", answer.body);
    assert!(answer.body.contains("<Code>200</Code>") && answer.body.ends_with("</CreateNamespaceResponse>"));
    let again = call.send(&local).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("<Error><RequestId>"), "{}", again.body);
    assert!(again.body.contains(
        "<Code>InstanceExist.NamespaceId</Code><Message>The specified namespace ID already exists.</Message>"
    ));
    let regions = Call::new("GET", "/pop/v1/paas/regionConfig", &[])
        .header("accept", "application/xml")
        .send(&local)
        .await;
    assert!(regions.body.contains("<Regions><Region><RegionId>"), "{}", regions.body);
}

#[tokio::test]
async fn a_refusal_has_code_message_and_host() {
    let local = LocalSae::start().await.unwrap();
    for (call, status, code, message) in [
        (create(&[]), 400, "InvalidParameter.NotEmpty", "You must specify the parameter NamespaceName."),
        (
            create(&[("NamespaceName", "n")]),
            400,
            "InvalidParameter.NotEmpty",
            "You must specify the parameter NamespaceId.",
        ),
        (
            create(&[
                ("NamespaceName", "n"),
                ("NamespaceId", "cn-beijing:a"),
                ("EnableMicroRegistration", "perhaps"),
            ]),
            400,
            "InvalidParameter.Obviously",
            "The specified parameter is invalid {EnableMicroRegistration}.",
        ),
        (Call::new("PATCH", NAMESPACE, &[]), 400, "UnsupportedHTTPMethod", "This http method not supported."),
        (
            Call::new("GET", "/pop/v1/none", &[]),
            404,
            "InvalidApi.NotFound",
            "Specified api is not found,please check your url and method.",
        ),
        (
            Call::new("PUT", "/pop/v5/oam/changeorder/rollback", &[]).header("x-acs-version", "2017-08-01"),
            400,
            "Local.NotImplemented",
            "The local SAE does not implement RollbackChangeOrder. GET /_local/ lists the operations that it implements; \
             open an issue in its repository to ask for another one.",
        ),
    ] {
        let answer = call.send(&local).await;
        assert_eq!(
            (answer.status, answer.value("Code"), answer.value("Message")),
            (status, code.to_owned(), message.to_owned())
        );
        assert_eq!(answer.value("HostId"), local.local_addr().to_string());
        assert!(answer.value("Recommend").contains(code));
        assert!(answer.head.contains(&answer.value("RequestId")));
    }
}

#[tokio::test]
async fn parameters_travel_in_query_form_and_json() {
    let local = LocalSae::start().await.unwrap();
    let form = "application/x-www-form-urlencoded";
    for (at, call) in [
        create(&[("NamespaceId", "cn-beijing:n0"), ("NamespaceName", "äöü & Söhne")]),
        create(&[]).body(form, "NamespaceId=cn-beijing%3An1&NamespaceName=%C3%A4%C3%B6%C3%BC+%26+S%C3%B6hne"),
        create(&[]).body(
            "application/json",
            r#"{"NamespaceId":"cn-beijing:n2","NamespaceName":"äöü & Söhne","X":null}"#,
        ),
        create(&[("NamespaceId", "cn-beijing:n3")]).body(form, "NamespaceId=wrong&NamespaceName=äöü & Söhne"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = call.send(&local).await;
        let named = (answer.value("NamespaceId"), answer.value("NamespaceName"));
        assert_eq!(
            named,
            (format!("cn-beijing:n{at}"), if at == 3 { "äöü ".to_owned() } else { "äöü & Söhne".to_owned() })
        );
    }
    let broken = create(&[]).body("application/json", "{\"NamespaceId\":").send(&local).await;
    assert_eq!(broken.refusal(), (400, "InvalidParameter".to_owned()));
    let page = Call::new("GET", "/pop/v1/paas/namespaces", &[("CurrentPage", "2"), ("PageSize", "2")])
        .send(&local)
        .await;
    assert_eq!((page.value("TotalSize"), page.value("CurrentPage")), ("5".to_owned(), "2".to_owned()));
    assert!(
        page.body.contains("cn-beijing:n1")
            && page.body.contains("cn-beijing:n2")
            && !page.body.contains("cn-beijing:n3")
    );
}

#[tokio::test]
async fn a_name_part_is_enough_with_a_region() {
    let local = LocalSae::start().await.unwrap();
    let call = create(&[("NameSpaceShortId", "short"), ("NamespaceName", "n")]);
    let answer = call.clone().header("x-acs-region-id", "cn-shanghai").send(&local).await;
    assert_eq!(answer.value("NamespaceId"), "cn-shanghai:short");
    assert_eq!(call.send(&local).await.value("NamespaceId"), "cn-hangzhou:short");
    let default = Call::new("GET", NAMESPACE, &[("NamespaceId", "cn-beijing")]).send(&local).await;
    assert_eq!(default.value("Code"), "InvalidNamespaceId.NotFound", "a default one can't be looked up");
}
