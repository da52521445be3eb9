//! `sae call`: suggestions for misspelt names, and dry runs.

use sae_tests::{Canned, Step};
use serde_json::Value;

use crate::program::{Program, examples, golden};

#[tokio::test]
async fn a_misspelt_name_gets_a_suggestion() {
    let program = Program::without_server("http://127.0.0.1:1");
    golden!(
        program
            .session(&[
                "call describe-application",
                "call ListApps",
                "call list_applications",
                "call rm-app",
                "call DeployK8sAplication",
                "call slb",
                "call ListRegions",
                "call ListNamespaces",
                "call list-ns",
                "call DeleteNS",
                "call get-configmap",
                "call ListApplications --list",
                "call DeployApplication --AppId x --GroupId x",
                "call DeployApplication --product edas --Readiness x",
                "call DescribeApplicationStatus --app-id x",
                "call DescribeApplicationStatus --AppID=x",
                "call DescribeApplicationStatus --regoin x",
                "call DescribeApplicationStatus --xyz",
                "call DescribeApplicationStatus --params {\"app_id\":\"x\"}",
            ])
            .await
    );
}

#[tokio::test]
async fn help_names_the_values_of_closed_sets_and_what_is_deprecated() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (operation, expected) in [
        ("UpdateIngress", "--LoadBalanceType <clb|alb>"),
        ("UpdateIngress", "[deprecated: The kind of load balancer stays as it was created]"),
        ("ListChangeOrders", "--CoStatus <0|1|2|3|6|8|9|10|11|12>"),
        ("ListChangeOrders", "--CoType <CoBindSlb|CoUnbindSlb|CoCreateApp|CoDeleteApp|…>"),
        ("ListChangeOrders", "[one of: CoBindSlb, CoUnbindSlb, CoCreateApp, CoDeleteApp, CoDeploy,"),
        ("DescribeApplicationConfig", "--AppId <TEXT>"),
    ] {
        let help = program.must(&["call", operation, "--help"]).await;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(expected), "{expected} is not in:\n{help}");
    }
}

const WITH_SECRETS: [&str; 8] = [
    "call",
    "DeployApplication",
    "--params",
    r#"{"AppId":"x","ImageUrl":"repo/app:2","Envs":[{"name":"PASSWORD","value":"hush"}],"OssAkSecret":"hush"}"#,
    "--CommandArgs",
    r#"["it's hush"]"#,
    "--dry-run",
    "--output",
];

#[tokio::test]
async fn a_dry_run_shows_everything_but_secrets_and_sends_nothing() {
    let server = Canned::start(vec![Step::ok("{}")]).await;
    let program = Program::without_server(server.endpoint());
    let mut seen = String::new();
    for scheme in ["roa", "acs3"] {
        let ended = program.run(&[&WITH_SECRETS[..], &["text", "--signature", scheme]].concat()).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        seen.push_str(&format!("--signature {scheme}\n{}\n", program.redacted(&ended.stdout)));
        let document = program.must(&[&WITH_SECRETS[..], &["json", "--signature", scheme]].concat()).await;
        assert!(!document.contains("hush") && !document.contains("local-secret"), "{document}");
    }
    assert_eq!(server.requests().len(), 0);
    assert!(!seen.contains("hush") && !seen.contains("local-secret"), "{seen}");
    // Hashes and nonces; the port is in the hash of ACS3.
    let port = program.endpoint().rsplit(':').next().expect("a port");
    let seen = seen.replace(port, "[port]");
    insta::with_settings!({ filters => [crate::program::FILTERS, &[(r"\b[0-9a-f]{64}\b", "[hash]")]].concat() }, {
        insta::assert_snapshot!(seen);
    });
}

#[tokio::test]
async fn a_dry_run_signs_a_token_where_the_key_has_one() {
    let program =
        Program::without_server("http://127.0.0.1:1").with("ALIBABA_CLOUD_SECURITY_TOKEN", "hush-token");
    let set = ["configure", "set", "--profile", "p", "--access-key-id", "a", "--access-key-secret", "b"];
    program.must(&set).await;
    for scheme in ["roa", "acs3"] {
        let call = ["call", "DescribeRegions", "--dry-run", "--signature", scheme];
        let shown = program.must(&call).await;
        assert!(!shown.contains("hush"), "{shown}");
        let document: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(document["Headers"]["x-acs-security-token"], "(secret)");
        let signed = if scheme == "roa" { "StringToSign" } else { "CanonicalRequest" };
        let signed = document[signed].as_str().expect("text");
        assert!(signed.contains("x-acs-security-token:(secret)\n"), "{signed}");
        // A profile that is named is asked for its own key.
        let of_profile = program.must(&[&call[..], &["--profile", "p"]].concat()).await;
        assert!(!of_profile.contains("x-acs-security-token"), "{of_profile}");
    }
}

#[tokio::test]
async fn a_dry_run_blanks_a_body_whose_members_may_be_secret() {
    let program = Program::without_server("http://127.0.0.1:1");
    let body = r#"{"Containers":[{"Image":"a","Resources":{"Cpu":1,"Memory":1},"EnvironmentVariables":{"K":"hush"}}]}"#;
    let call =
        ["call", "PublishWebApplicationRevision", "--ApplicationId", "x", "--NamespaceId", "y", "--dry-run"];
    for given in
        [["--body".to_owned(), body.to_owned()], ["--params".to_owned(), format!(r#"{{"body":{body}}}"#)]]
    {
        let shown = program.must(&[&call[..], &given.each_ref().map(String::as_str)].concat()).await;
        let document: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(document["Body"]["Content"], "(secret)");
        assert!(!shown.contains("hush"), "{shown}");
    }
}

#[tokio::test]
async fn a_dry_run_blanks_what_a_config_map_holds() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (operation, more) in [
        ("CreateConfigMap", &["--Name", "a", "--NamespaceId", "b"][..]),
        ("UpdateConfigMap", &["--ConfigMapId", "1"]),
        ("CreateK8sConfigMap", &[]),
        ("UpdateK8sConfigMap", &[]),
    ] {
        let call = ["call", operation, "--dry-run", "--Data", r#"{"k":"hush"}"#];
        let shown = program.must(&[&call[..], more].concat()).await;
        assert!(shown.contains("secret") && !shown.contains("hush"), "{shown}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn every_example_of_a_help_works_as_it_stands() {
    let program = Program::without_server("http://127.0.0.1:1")
        .with("ALIBABA_CLOUD_EDAS_ENDPOINT", "http://127.0.0.1:1");
    std::fs::write(program.file("deploy.json"), r#"{"AppId":"x"}"#).expect("a file");
    for example in examples(&program.must(&["call", "--help"]).await) {
        let dry = if example.contains("--dry-run") { "" } else { " --dry-run" };
        let ended = program.typed(&format!("{example}{dry}")).await;
        assert_eq!(ended.code, 0, "{example}: {}", ended.stderr);
    }
    for product in ["sae", "edas"] {
        let list = program.must(&["call", "--list", "--product", product]).await;
        let names: Vec<_> =
            list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
        assert!(names.len() > 150, "{list}");
        let mut lines = String::from("fails() { echo \"$@\"; exit 1; }\n");
        for name in names {
            let help = program.must(&["call", name, "--product", product, "--help"]).await;
            for example in examples(&help) {
                lines.push_str(&format!("{example} --dry-run > /dev/null || fails {name}\n"));
            }
        }
        let ended = program.typed(&lines).await;
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    }
}

#[tokio::test]
async fn a_body_comes_as_json_in_an_option_too() {
    let program = Program::without_server("http://127.0.0.1:1");
    let call = [
        "call",
        "UpdateWebApplicationScalingConfig",
        "--ApplicationId",
        "x",
        "--NamespaceId",
        "y",
        "--dry-run",
        "--query",
        "Body.Content",
        "--output",
        "text",
        "--body",
    ];
    let body = r#"{"MaximumInstanceCount":5}"#;
    assert_eq!(program.must(&[&call[..], &[body]].concat()).await, format!("{body}\n"));
    for body in ["JSON", "null", "[1]", r#"{"MaximumInstanceCount":"many"}"#] {
        let ended = program.run(&[&call[..], &[body]].concat()).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{body}: {}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_as_json_and_as_yaml() {
    let program = Program::start().await;
    golden!(
        program
            .session(&[
                "call CreateNamespace --NamespaceId cn-hangzhou:shop --NamespaceName Shop",
                "call DescribeNamespace --NamespaceId cn-hangzhou:shop --output yaml",
            ])
            .await
    );
}

#[tokio::test]
async fn a_dry_run_is_what_would_be_sent() {
    let server = Canned::start(vec![Step::ok(r#"{"Success":true}"#)]).await;
    let program = Program::without_server(server.endpoint());
    let call = ["call", "RescaleApplication", "--AppId", "a b+c", "--Replicas", "2"];
    let document = program.must(&[&call[..], &["--dry-run"]].concat()).await;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    program.must(&call).await;
    let requests = server.requests();
    let sent = requests[0].lines().next().expect("a line");
    assert_eq!(document["RequestLine"], sent);
    let headers = document["Headers"].as_object().expect("headers");
    for (name, value) in headers {
        let value = value.as_str().expect("text");
        if !["date", "x-acs-signature-nonce", "authorization"].contains(&name.as_str()) {
            assert!(requests[0].contains(&format!("{name}: {value}")), "{name}: {}", requests[0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_value_clears_unless_it_is_signed_by_roa() {
    let program = Program::start().await.with_application().await;
    let apps = program.must(&["call", "ListApplications", "--query", "Data.Applications[0].AppId"]).await;
    let app = apps.trim().trim_matches('"');
    let command = || async {
        let call = ["call", "DescribeApplicationConfig", "--AppId", app, "--query", "Data.Command"];
        program.must(&call).await.trim().trim_matches('"').to_owned()
    };
    let deploy = ["deploy", "--app", app, "--param"];
    program.must(&[&deploy[..], &["Command=sleep"]].concat()).await;
    assert_eq!(command().await, "sleep");
    let cleared = ["call", "DeployApplication", "--AppId", app, "--Command", ""];
    for dry in [&[][..], &["--dry-run"]] {
        let roa = program.run(&[&cleared[..], &["--signature", "roa"], dry].concat()).await;
        assert_eq!((roa.code, roa.stdout.as_str()), (2, ""), "{}", roa.stderr);
        assert!(
            roa.stderr.contains("Command is empty") && roa.stderr.contains("--signature acs3"),
            "{}",
            roa.stderr
        );
    }
    program.must(&[&deploy[..], &["Command="]].concat()).await;
    assert_eq!(command().await, "null");
    for (description, described) in [("a shop", "a shop"), ("", "null")] {
        let set = ["call", "UpdateApplicationDescription", "--AppId", app, "--AppDescription", description];
        program.must(&set).await;
        let call = ["call", "DescribeApplicationConfig", "--AppId", app, "--query", "Data.AppDescription"];
        assert_eq!(program.must(&call).await.trim().trim_matches('"'), described);
    }
}

#[tokio::test]
async fn a_dry_run_refuses_what_the_call_refuses() {
    let program = Program::without_server("http://127.0.0.1:1");
    let odd_key = Program::without_server("http://127.0.0.1:1").with("ALIBABA_CLOUD_ACCESS_KEY_ID", "a b");
    let of_secret = ["call", "DeployApplication", "--AppId", "x", "--Envs", "", "--signature", "roa"];
    let cases: [(&Program, &[&str]); 5] = [
        (&program, &["call", "DescribeRegions", "--endpoint", "ftp://x"]),
        (&program, &["call", "DescribeRegions", "--region", "../x"]),
        (&program, &["call", "DescribeApplicationStatus"]),
        (&program, &of_secret),
        (&odd_key, &["call", "DescribeRegions"]),
    ];
    for (program, call) in cases {
        let refused = program.run(call).await;
        let dry = program.run(&[call, &["--dry-run"]].concat()).await;
        assert_ne!(refused.code, 0, "{call:?}");
        assert_eq!((dry.code, dry.stdout, dry.stderr), (refused.code, refused.stdout, refused.stderr));
    }
}

#[tokio::test]
async fn a_dry_run_takes_the_profile_that_the_call_takes_or_refuses_it() {
    let program = Program::without_server("http://127.0.0.1:1");
    let broken = Program::without_server("http://127.0.0.1:1");
    std::fs::create_dir(broken.file(".aliyun")).expect("a folder");
    std::fs::write(broken.file(".aliyun/config.json"), "{").expect("a file");
    let named: &[&str] = &["call", "DescribeRegions", "--profile", "nope"];
    for program in [&program, &broken] {
        let refused = program.run(named).await;
        let dry = program.run(&[named, &["--dry-run"]].concat()).await;
        assert_ne!(refused.code, 0);
        assert_eq!((dry.code, dry.stdout.as_str()), (refused.code, ""), "{}", dry.stderr);
        let said = |text: &str| text.replace("DescribeRegions: ", "");
        assert_eq!(said(&dry.stderr), said(&refused.stderr));
    }
    program
        .must(&[
            "configure",
            "set",
            "--profile",
            "ci",
            "--access-key-id",
            "of-ci",
            "--access-key-secret",
            "hush",
        ])
        .await;
    let shown = program.must(&["call", "DescribeRegions", "--profile", "ci", "--dry-run"]).await;
    assert!(shown.contains("of-ci") && !shown.contains("CurlNote") && !shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_query_takes_no_more_values_than_memory_allows() {
    let many = format!(r#"{{"Code":"200","Data":{{"New":[1{}]}}}}"#, ",1".repeat(600_000));
    let text = format!(r#"{{"Code":"200","Message":"{}"}}"#, ",".repeat(1000));
    for (body, code, told) in [(many, 1, "it has more than 500000 values"), (text, 0, "")] {
        let server = Canned::start(vec![Step::ok(body)]).await;
        let program = Program::without_server(server.endpoint());
        let ended = program.run(&["call", "DescribeRegions", "--query", "Code"]).await;
        assert!(ended.code == code && ended.stderr.contains(told), "{} {}", ended.code, ended.stderr);
    }
}

#[tokio::test]
async fn advice_fits_the_server_that_answered() {
    for (status, body, advice) in [
        (
            503,
            "<html>busy</html>",
            "what to do: The service, or a gateway before it, is failing or overloaded: try again later.",
        ),
        (
            502,
            "",
            "what to do: The service, or a gateway before it, is failing or overloaded: try again later.",
        ),
        (
            403,
            "<html>no</html>",
            "what to do: SAE gives a code with each refusal, so a proxy or gateway on the way refused",
        ),
        (404, "<html>no</html>", "what to do: Check that the endpoint is one of SAE or EDAS"),
    ] {
        let server = Canned::start(vec![Step::status(status, body)]).await;
        let program = Program::without_server(server.endpoint());
        let ended = program.run(&["app", "list", "--max-attempts", "1"]).await;
        assert!(ended.code != 0 && ended.stderr.contains(advice), "{status}: {}", ended.stderr);
    }
}

/// Values that bash and curl could interpret.
const ODD: [&str; 9] = [
    "plain",
    "it's \"quoted\" `id` $HOME $(id) \\ !! !x",
    "two\nlines and a\ttab",
    "it's !! on\ntwo \\ lines",
    "名前 🚀 é",
    "shop\u{202e}pohs\u{200b}",
    "a&b=c d+e%20?#/../x",
    "[a]{b,c}*?~",
    "-H @file",
];

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_curl_command_of_a_dry_run_runs_as_it_is_pasted() {
    let program = Program::start().await.with_application().await;
    let app = program.must(&["app", "list", "-q"]).await;
    let app = app.trim();
    for scheme in ["acs3", "roa"] {
        for value in ODD.into_iter().chain((scheme == "acs3").then_some("")) {
            let call = ["call", "UpdateApplicationDescription", "--AppId", app, "--AppDescription", value];
            let call = [&call[..], &["--signature", scheme, "--dry-run"]].concat();
            let shown = program.must(&[&call[..], &["--output", "text"]].concat()).await;
            let (_, pasted) = shown.split_once("# With curl\n").expect("the command");
            let one_line =
                program.must(&[&call[..], &["--query", "Curl", "--output", "text"]].concat()).await;
            assert_eq!(one_line.lines().count(), 1);
            for command in [pasted, &one_line] {
                let answered = pasted_into_bash(&program, command).await;
                assert!(answered.contains(r#""Success":true"#), "{scheme} {value:?}: {answered}\n{command}");
                let call =
                    ["call", "DescribeApplicationConfig", "--AppId", app, "--query", "Data.AppDescription"];
                let seen: Value = serde_json::from_str(&program.must(&call).await).expect("JSON");
                assert_eq!(seen.as_str().unwrap_or_default(), value, "{scheme}: {command}");
            }
        }
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_command_with_secrets_runs_if_they_are_asked_for() {
    let program = Program::start().await.with_application().await;
    let app = program.must(&["app", "list", "-q"]).await;
    let envs = r#"[{"name":"PASSWORD","value":"it's hush!!"}]"#;
    let call =
        ["call", "DeployApplication", "--AppId", app.trim(), "--Envs", envs, "--dry-run", "--query", "Curl"];
    let call = [&call[..], &["--output", "text"]].concat();
    let blanked = program.run(&call).await;
    assert_eq!(blanked.code, 0);
    assert!(!blanked.stdout.contains("hush") && blanked.stdout.contains("SIGNATURE"), "{}", blanked.stdout);
    let note = call.iter().map(|word| if *word == "Curl" { "CurlNote" } else { word }).collect::<Vec<_>>();
    assert!(program.must(&note).await.contains("--show-secrets prints them"));
    let whole = program.must(&[&call[..], &["--show-secrets"]].concat()).await;
    assert!(whole.contains("hush") && !whole.contains("local-secret"), "{whole}");
    let answered = pasted_into_bash(&program, &whole).await;
    assert!(answered.contains(r#""Success":true"#), "{answered}");
    assert_eq!(program.run(&["call", "ListApplications", "--show-secrets"]).await.code, 2);
}

/// Runs the command in a bash with history and history expansion, as on a terminal.
#[cfg(unix)]
async fn pasted_into_bash(program: &Program, command: &str) -> String {
    let script = program.file("pasted");
    std::fs::write(&script, format!("{}\n", command.trim_end())).expect("a file");
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    bash.env("HOME", program.home.path()).env("NO_PROXY", "*").env("LC_ALL", "C.UTF-8");
    bash.stdin(std::fs::File::open(&script).expect("a file"));
    let ended =
        tokio::task::spawn_blocking(move || bash.output()).await.expect("it ran").expect("bash is there");
    String::from_utf8_lossy(&ended.stdout).into_owned()
}
#[tokio::test]
async fn an_invalid_empty_value_is_refused_and_never_dropped() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (name, operation) in [("PackageType", "DeployApplication"), ("Replicas", "RescaleApplication")] {
        let option = ["call", operation, "--AppId", "x", &format!("--{name}"), "", "--dry-run"];
        let params = format!(r#"{{"AppId":"x","{name}":""}}"#);
        let params = ["call", operation, "--params", &params, "--dry-run"];
        for call in [&option[..], &params] {
            let ended = program.run(call).await;
            assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{call:?}: {}", ended.stderr);
            assert!(ended.stderr.contains(&format!("the value of {name} does not fit")), "{}", ended.stderr);
            let names_values = ended.stderr.contains("; values are FatJar, War, Image");
            assert_eq!(names_values, name == "PackageType", "{}", ended.stderr);
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_refused() {
    let program = Program::without_server("http://127.0.0.1:1");
    let params = r#"{"AppId":"hush","ImageUrl":"a","AppId":"hush"}"#;
    let ended = program.run(&["call", "DeployApplication", "--params", params, "--dry-run"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_eq!(ended.stderr, "error: --params: \"AppId\" is given twice\n");
}

#[tokio::test]
async fn unknown_members_of_an_answer_are_noted_and_printed() {
    let json = r#"{"Data":{"Applications":[{"AppId":"a","New":1},{"AppId":"b","New":2},7],"CurrentPage":"x\u202e","Ne\u202ew":{"x":[true]}}}"#;
    let xml = "<R><Data><Applications><AppId>a</AppId><New>1</New></Applications><CurrentPage>x</CurrentPage></Data>\
               <Data/><Newer>2</Newer></R>";
    let wrapped = r#"{"VpcList":{"VpcEntity":[{"VpcId":"a"},{"VpcId":"b"}],"More":1}}"#;
    let unclear = r#"{"Data":{"Applications":{"Items":[{"AppId":"a"}],"Total":1}}}"#;
    let unknown = |path: &str| format!("note: this version doesn't know {path}; it is printed as it came\n");
    let misfit = |path: &str| {
        format!("note: the value of {path} doesn't fit the type of its field; it is printed as it came\n")
    };
    let cases = [
        (
            &["ListApplications"][..],
            json,
            [
                unknown("Data.Applications[0].New (and 1 more like it)"),
                misfit("Data.Applications[2]"),
                misfit("Data.CurrentPage"),
                unknown(r"Data.Ne\u{202e}w"),
            ]
            .concat(),
            json.to_owned(),
        ),
        (
            &["ListApplications", "--accept", "xml"],
            xml,
            [
                unknown("Data.Applications[0].New"),
                misfit("Data.CurrentPage"),
                "note: Data came more than once; all of its values are printed\n".to_owned(),
                unknown("Newer"),
            ]
            .concat(),
            r#"{"Data":[{"Applications":[{"AppId":"a","New":"1"}],"CurrentPage":"x"},""],"Newer":"2"}"#
                .to_owned(),
        ),
        (&["ListVpc", "--product", "edas"], wrapped, unknown("VpcList.More"), wrapped.to_owned()),
        (&["ListApplications"], unclear, misfit("Data.Applications"), unclear.to_owned()),
    ];
    for (call, answer, notes, printed) in cases {
        let server = Canned::start(vec![Step::ok(answer)]).await;
        let program = Program::without_server(server.endpoint());
        let ended = program.run(&[&["call"], call, &["--endpoint", server.endpoint()]].concat()).await;
        assert_eq!((ended.code, ended.stderr), (0, notes), "{answer}");
        let (seen, wanted): (Value, Value) = (
            serde_json::from_str(&ended.stdout).expect("JSON"),
            serde_json::from_str(&printed).expect("JSON"),
        );
        assert_eq!(seen, wanted, "{answer}");
        assert!(!ended.stdout.contains('\u{202e}'), "{}", ended.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_of_an_answer_is_limited_and_the_error_names_the_option() {
    let body = format!(r#"{{"Data":{{"Applications":[{}{{}}],"TotalSize":100001}}}}"#, "{},".repeat(100_000));
    let server = Canned::start(vec![Step::ok(body); 4]).await;
    let program = Program::without_server(server.endpoint());
    let list = ["call", "ListApplications", "--query", "length(Data.Applications)"];
    let ended = program.run(&list).await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    for words in ["more memory than the limit of ", "--answer-memory, or ALIBABA_CLOUD_SAE_ANSWER_MEMORY"] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    let raised = program.must(&[&list[..], &["--answer-memory", "1G"]].concat()).await;
    assert_eq!(raised, "100001\n");
    for (value, code) in [("1073741824", Some(0)), ("1 apple", Some(2))] {
        let mut command = program.command(&list);
        command.env("ALIBABA_CLOUD_SAE_ANSWER_MEMORY", value);
        let output =
            tokio::task::spawn_blocking(move || command.output()).await.expect("it ran").expect("it ended");
        assert_eq!(output.status.code(), code, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_html_page_is_no_empty_list() {
    let page = "<html><head><title>Log in</title></head><body>\u{1b}[2J</body></html>";
    let server = Canned::start(vec![Step::ok(page); 2]).await;
    let program = Program::without_server(server.endpoint());
    for arguments in [["app", "list"], ["ns", "list"]] {
        let ended = program.run(&arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
        let words =
            r"it is HTML, neither JSON nor XML: <html><head><title>Log in</title></head><body>\u{1b}[2J";
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("no proxy or portal on the way answers in its place"),
            "{}",
            ended.stderr
        );
    }
}
