//! Values that the gateway or the service refuses, each with the documented code and the name of the parameter.

use sae_local::LocalSae;

use crate::client::{Call, control};

/// Creates an application with this parameter, in addition or in place of the default one.
fn create(name: &str, value: &str) -> Call {
    let mut query = vec![
        ("AppName", "demo"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
        ("Deploy", "false"),
    ];
    query.retain(|(other, _)| *other != name);
    query.push((name, value));
    Call::new("POST", "/pop/v1/sam/app/createApplication", &query).scheme(sae_sign::Scheme::Acs3)
}

fn list(name: &str, value: &str) -> Call {
    Call::new("GET", "/pop/v1/sam/app/listApplications", &[(name, value)]).scheme(sae_sign::Scheme::Acs3)
}

/// Checks for a refusal of the service with this place in the message.
async fn check(local: &LocalSae, call: Call, place: &str) {
    let answer = call.send(local).await;
    let refusal = (answer.refusal(), answer.value("Message"));
    let expected = format!("The specified parameter is invalid {{{place}}}.");
    assert_eq!(
        refusal,
        ((400, "InvalidParameter.Obviously".to_owned()), expected),
        "{:?}",
        call.query.last()
    );
}

#[tokio::test]
async fn a_number_or_boolean_is_one_as_the_service_writes_it() {
    let local = LocalSae::start().await.unwrap();
    for value in [
        "1e3",
        "",
        "+1",
        " 1",
        "1 ",
        "0x1",
        "1.0",
        "1_0",
        "-",
        "--1",
        "١",
        "1\n",
        "99999999999999999999",
        "2147483648",
        "-1",
        "0",
        "10001",
        "one",
        "null",
        "1,2",
    ] {
        check(&local, list("PageSize", value), "PageSize").await;
        if value != "10001" {
            check(&local, list("CurrentPage", value), "CurrentPage").await;
        }
    }
    for value in ["", "1", "0", "yes", " true", "true ", "wahr", "null", "\"true\""] {
        check(&local, list("Reverse", value), "Reverse").await;
        check(&local, create("AutoConfig", value), "AutoConfig").await;
    }
    for value in ["", "1e3", " 1000", "+1000"] {
        check(&local, create("Cpu", value), "Cpu").await;
        check(&local, create("TerminationGracePeriodSeconds", value), "TerminationGracePeriodSeconds").await;
    }
    check(&local, create("MicroRegistration", ""), "MicroRegistration").await;
    for (name, value) in
        [("CurrentPage", "1"), ("PageSize", "10000"), ("Reverse", "True"), ("Reverse", "false")]
    {
        let answer = list(name, value).send(&local).await;
        assert_eq!(answer.status, 200, "{name}={value}: {}", answer.body);
    }
}

#[tokio::test]
async fn control_characters_are_no_part_of_names_and_texts() {
    let local = LocalSae::start().await.unwrap();
    for value in ["a\0b", "a\u{1b}b", "a\u{7f}", "\u{85}a"] {
        for name in
            ["AppName", "ImageUrl", "AppDescription", "Command", "Timezone", "SecurityGroupId", "CommandArgs"]
        {
            check(&local, create(name, value), name).await;
        }
        let named = [("NamespaceId", "cn-beijing:a"), ("NamespaceName", value)];
        check(&local, Call::new("POST", "/pop/v1/paas/namespace", &named), "NamespaceName").await;
    }
    // Only parameters that may have lines accept line breaks.
    check(&local, create("Timezone", "a\nb"), "Timezone").await;
    assert_eq!(create("AppDescription", "a\n\tb").send(&local).await.status, 200);
}

#[tokio::test]
async fn json_in_a_string_has_the_structure_that_the_document_shows() {
    let local = LocalSae::start().await.unwrap();
    for (name, value, place) in [
        ("Envs", "null", "Envs"),
        ("Envs", r#"{"name":"a"}"#, "Envs"),
        ("Envs", r#"{"name":"a","value":"1"}"#, "Envs"),
        ("Envs", "[1]", "Envs[0]"),
        ("Envs", "[null]", "Envs[0]"),
        ("Envs", "[[]]", "Envs[0]"),
        ("Envs", r#"[{"value":"x"}]"#, "Envs[0].name"),
        ("Envs", r#"[{"name":null,"value":"x"}]"#, "Envs[0].name"),
        ("Envs", r#"[{"name":"","value":"x"}]"#, "Envs[0].name"),
        ("Envs", r#"[{"name":"a=b","value":"x"}]"#, "Envs[0].name"),
        ("Envs", r#"[{"name":"a\u0000","value":"x"}]"#, "Envs[0].name"),
        ("Envs", r#"[{"name":"a","value":"\u0000"}]"#, "Envs[0].value"),
        ("Envs", r#"[{"name":"a","value":"1"},{"name":"b"}]"#, "Envs[1].value"),
        ("Envs", r#"[{"name":"a","value":{"x":1}}]"#, "Envs[0].value"),
        ("Envs", r#"[{"name":"a","value":"1"},{"name":"a","value":"2"}]"#, "Envs[1].name"),
        ("Envs", r#"[{"name":"a","name":"b","value":"1"}]"#, "Envs"),
        ("Envs", r#"[{"name":"a","value":"1"}"#, "Envs"),
        ("Envs", r#"[{"name":"a","value":"1"}] x"#, "Envs"),
        ("Envs", "a=1", "Envs"),
        ("Envs", r#"[{"name":"a","valueFrom":{"secretRef":{}}}]"#, "Envs[0].valueFrom.secretRef.secretId"),
        (
            "SidecarContainersConfig",
            r#"[{"Name":"a","ImageUrl":"b","Cpu":500,"Memory":1024,"Envs":"[{\"value\":\"x\"}]"}]"#,
            "SidecarContainersConfig[0].Envs[0].name",
        ),
        ("Liveness", "[]", "Liveness"),
        ("Liveness", "1", "Liveness"),
        ("Liveness", r#"{"exec":{"command":"sleep"}}"#, "Liveness.exec.command"),
        ("Liveness", r#"{"exec":{"command":["a",null]}}"#, "Liveness.exec.command[1]"),
        ("Liveness", r#"{"initialDelaySeconds":"1e3"}"#, "Liveness.initialDelaySeconds"),
        ("Liveness", r#"{"tcpSocket":{}}"#, "Liveness.tcpSocket.port"),
        ("Readiness", "{", "Readiness"),
        ("PostStart", "null", "PostStart"),
        ("CommandArgs", "null", "CommandArgs"),
        ("CommandArgs", "[1,{}]", "CommandArgs[1]"),
        ("CustomHostAlias", r#"[{"hostName":"a"}]"#, "CustomHostAlias[0].ip"),
        ("CustomHostAlias", "false", "CustomHostAlias"),
        ("MountDesc", r#"[{"mountPath":1.5}]"#, "MountDesc[0].nasPath"),
        (
            "ConfigMapMountDesc",
            r#"[{"configMapId":"x","key":"k","mountPath":"/"}]"#,
            "ConfigMapMountDesc[0].configMapId",
        ),
        ("TomcatConfig", r#"{"useBodyEncodingForUri":"maybe"}"#, "TomcatConfig.useBodyEncodingForUri"),
        ("Labels", "[]", "Labels"),
        ("Labels", r#"{"a":{"b":1}}"#, "Labels.a"),
        ("PvtzDiscoverySvc", r#"{"portProtocols":{}}"#, "PvtzDiscoverySvc.portProtocols"),
    ] {
        check(&local, create(name, value), place).await;
    }
    check(&local, create("Envs", &"[".repeat(10_000)), "Envs").await;
    check(&local, list("Tags", "{}"), "Tags").await;
    // Unknown members are ignored, and null counts as missing.
    let good = r#" [ {"name":"a","value":"","x":1}, {"name":"b","value":2,"valueFrom":null} ] "#;
    let answer = create("Envs", good).send(&local).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_body_names_a_parameter_once() {
    let local = LocalSae::start().await.unwrap();
    let call = |kind, body| Call::new("POST", "/pop/v1/paas/namespace", &[]).body(kind, body);
    let form = "application/x-www-form-urlencoded";
    let twice = call(form, "NamespaceId=cn-beijing%3Aa&NamespaceName=a&NamespaceName=b").send(&local).await;
    assert_eq!(twice.refusal(), (400, "InvalidParameter".to_owned()));
    let twice = call("application/json", r#"{"NamespaceName":"a","NamespaceName":"b"}"#).send(&local).await;
    assert_eq!(twice.refusal(), (400, "InvalidParameter".to_owned()));
}

#[tokio::test]
async fn edas_refuses_with_the_codes_of_the_gateway() {
    let local = LocalSae::start().await.unwrap();
    for (name, value, place) in [
        ("PageSize", "1e3", "PageSize"),
        ("PageSize", "", "PageSize"),
        ("AppIds", "{}", "AppIds"),
        ("AppIds", "[[]]", "AppIds[0]"),
        ("AppName", "\0", "AppName"),
    ] {
        let call = Call::new("GET", "/pop/v5/app/app_list", &[(name, value)]).scheme(sae_sign::Scheme::Acs3);
        let call = Call { method: "POST", ..call.header("x-acs-version", "2017-08-01") };
        let answer = call.send(&local).await;
        let expected = format!("The specified value of parameter \"{place}\" is not valid.");
        assert_eq!(
            (answer.value("Code"), answer.value("Message")),
            ("InvalidParameter".to_owned(), expected)
        );
    }
}

#[tokio::test]
async fn operations_for_ecs_clusters_are_refused_with_that_reason() {
    let local = LocalSae::start().await.unwrap();
    let all = sae_models::edas::OPERATIONS.iter().copied().flatten().map(|one| one.description);
    let left_out: Vec<_> = sae_local::out_of_scope().map(|one| one.operation).collect();
    for description in all.filter(|one| left_out.contains(&one.name)) {
        let call = Call::new(description.method.as_str(), description.path, &[]);
        let answer = call.header("x-acs-version", "2017-08-01").send(&local).await;
        assert_eq!(answer.refusal(), (400, "Local.OutOfScope".to_owned()), "{}", description.name);
        let message = answer.value("Message");
        assert!(message.contains(description.name) && message.contains("ECS clusters"), "{message}");
    }
    assert!(left_out.contains(&"ScaleOutApplication"), "{left_out:?}");
}

#[tokio::test]
async fn what_is_not_implemented_is_refused_and_listed() {
    let local = LocalSae::start().await.unwrap();
    let implemented = |product: &'static str| {
        let names = sae_local::implemented().filter(move |(of, _)| *of == product);
        names.map(|(_, name)| name).collect::<Vec<_>>()
    };
    let all = sae_models::sae::OPERATIONS.iter().copied().flatten().map(|one| one.description);
    let missing: Vec<_> = all.filter(|one| !implemented("sae").contains(&one.name)).collect();
    for description in missing {
        let answer = Call::new(description.method.as_str(), description.path, &[]).send(&local).await;
        assert_eq!(answer.refusal(), (400, "Local.NotImplemented".to_owned()));
        let message = answer.value("Message");
        assert!(message.contains(description.name) && message.contains("GET /_local/"), "{message}");
    }
    let operations = control(&local, "GET", "", "").await.json()["operations"].clone();
    assert_eq!(
        (&operations["sae"], &operations["edas"]),
        (&implemented("sae").into(), &implemented("edas").into())
    );
    assert!(operations["sae"].as_array().unwrap().contains(&"CreateApplication".into()), "{operations}");
}
