//! The command line: places of options, ways to name an application, and parameters with the names of options.

use serde_json::Value;

use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn global_options_stand_before_or_after_the_command() {
    let program = Program::start().await.with_application().await;
    let endpoint = program.endpoint().to_owned();
    let elsewhere = "http://127.0.0.1:1";
    let program = program.with("ALIBABA_CLOUD_SAE_ENDPOINT", elsewhere);
    let lines = [
        format!("--endpoint {endpoint} app list"),
        format!("--endpoint={endpoint} app list"),
        format!("app --endpoint {endpoint} list"),
        format!("app list --endpoint {endpoint}"),
        format!("--output json --endpoint {endpoint} call ListApplications"),
        format!("--endpoint {endpoint} -n shop logs web"),
        format!("-n shop --endpoint {endpoint} app show web"),
        // The later one counts.
        format!("--endpoint {elsewhere} app list --endpoint {endpoint}"),
        format!("--endpoint {elsewhere} app --endpoint {endpoint} list"),
        format!("app --endpoint {elsewhere} list --endpoint {endpoint}"),
        format!("app list --endpoint {elsewhere} --endpoint {endpoint}"),
        format!("--endpoint {elsewhere} --endpoint {endpoint} app list"),
    ];
    for line in &lines {
        let ended = program.run(&line.split(' ').collect::<Vec<_>>()).await;
        assert_eq!(ended.code, 0, "{line}: {}", ended.stderr);
        assert!(ended.stdout.contains("web"), "{line}: {}", ended.stdout);
    }
    for line in [
        format!("--endpoint {endpoint} app list --endpoint {elsewhere}"),
        format!("app list --endpoint {endpoint} --endpoint {elsewhere}"),
    ] {
        assert_eq!(program.run(&line.split(' ').collect::<Vec<_>>()).await.code, 1, "{line}");
    }
    let help = program.must(&["--region", "x", "help", "app", "list"]).await;
    assert_eq!(help, program.must(&["app", "list", "--help"]).await);
    for (line, told) in [
        ("--region x local", "--region"),
        ("--nonsense x app list", "--nonsense"),
        ("--region", "--region"),
        ("--region x", ""),
    ] {
        let ended = program.run(&line.split(' ').collect::<Vec<_>>()).await;
        assert!(ended.code == 2 && ended.stderr.contains(told), "{line}: {} {}", ended.code, ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_takes_the_application_as_a_word_and_as_an_option() {
    let program = Program::start().await.with_application().await;
    for line in [
        "app show",
        "app history",
        "app stop",
        "app start",
        "app restart",
        "app resize --cpu 1000 --memory 2048",
        "instance list",
        "order list",
        "logs",
        "export",
        "slb show",
        "slb bind --intranet 80:8080",
        "slb unbind --intranet --yes",
        "deploy --image repo/web:2",
        "app delete --yes",
    ] {
        let words: Vec<_> = line.split(' ').collect();
        let both = program.run(&[&words[..], &["web", "--app", "shop"]].concat()).await;
        assert_eq!(both.code, 2, "{line}: {}", both.stderr);
        assert!(
            both.stderr.contains(r#""web" and --app shop are two different applications"#),
            "{}",
            both.stderr
        );
        // What can be done once is done once.
        let is_once =
            ["app stop", "app start", "slb unbind", "app delete"].iter().any(|it| line.starts_with(it));
        for naming in [&["--app", "web"][..], &["web"], &["web", "--app", "web"]]
            .into_iter()
            .take(if is_once { 1 } else { 3 })
        {
            let ended = program.run(&[&words[..], naming].concat()).await;
            assert_eq!(ended.code, 0, "{line} {naming:?}: {}", ended.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_instances_is_not_read_as_an_application() {
    let program = Program::start().await.with_application().await;
    for (line, replicas) in [
        ("app scale web 3", 3),
        ("app scale --app web 4", 4),
        ("app scale 5 --app web", 5),
        ("app scale web 2 --app web", 2),
    ] {
        program.must(&line.split(' ').collect::<Vec<_>>()).await;
        let shown = program.must(&["app", "show", "web", "--query", "Config.Replicas"]).await;
        assert_eq!(shown.trim(), replicas.to_string(), "{line}");
    }
    for line in ["app scale 5", "app scale web", "app scale web 3 --app other", "deploy --image repo/web:3"] {
        assert_eq!(program.run(&line.split(' ').collect::<Vec<_>>()).await.code, 2, "{line}");
    }
}

#[tokio::test]
async fn a_parameter_named_like_an_option_is_given_beside_it() {
    let program = Program::without_server("");
    let dry = |line: &str| {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let program = &program;
        async move {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let seen = program.must(&[&words[..], &["--dry-run", "--output", "json"]].concat()).await;
            serde_json::from_str::<Value>(&seen).expect("JSON")
        }
    };
    // Both, in any order; the option is the program's, and the parameter the operation's.
    for line in [
        "call GetServiceListPage --product edas --region cn-shanghai --param-region cn-beijing",
        "--region cn-shanghai call GetServiceListPage --product edas --param-region cn-beijing",
        "call GetServiceListPage --product edas --param-region cn-beijing --region cn-shanghai",
    ] {
        let seen = dry(line).await;
        assert_eq!(seen["Query"]["region"], "cn-beijing", "{line}: {seen}");
        assert_eq!(seen["Endpoint"], "https://edas.cn-shanghai.aliyuncs.com", "{line}: {seen}");
    }
    let only = dry("call GetServiceListPage --product edas --region cn-shanghai").await;
    assert_eq!(only["Query"].get("region"), None, "{only}");
    let by_json =
        dry(r#"call GetServiceListPage --product edas --region cn-shanghai --params {"region":"x"}"#).await;
    assert_eq!(by_json["Query"]["region"], "x", "{by_json}");
    let help = program.must(&["call", "GetServiceListPage", "--product", "edas", "--help"]).await;
    assert!(help.contains("--param-region <TEXT>") && help.contains("--region <ID>"), "{help}");
}

/// For every operation with such a parameter: it has an option, and help shows it.
#[tokio::test]
async fn no_parameter_of_any_operation_is_hidden_by_an_option() {
    let program = Program::without_server("");
    for (product, operations) in [("sae", sae::model::OPERATIONS), ("edas", sae::edas::OPERATIONS)] {
        for operation in operations.iter().copied().flatten() {
            let own =
                ["profile", "endpoint", "region", "signature", "timeout", "output", "query", "list", "group"];
            let names = operation.description.parameters.iter().map(|parameter| parameter.name);
            let taken: Vec<_> =
                names.filter(|name| own.iter().any(|own| own.eq_ignore_ascii_case(name))).collect();
            if taken.is_empty() {
                continue;
            }
            let help =
                program.must(&["call", operation.description.name, "--product", product, "--help"]).await;
            for name in taken {
                assert!(
                    help.contains(&format!("--param-{name} <")),
                    "{}: {name}",
                    operation.description.name
                );
            }
        }
    }
}
