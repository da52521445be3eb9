//! Manifests as people write them: how they are read, and how mistakes are reported.

use std::process::Stdio;

use crate::program::{Program, ended};

const WEB: &str = "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/web:1\"\nreplicas = 1\n";

impl Program {
    fn manifest(&self, file: &str, text: &str) -> String {
        let file = self.file(file);
        std::fs::write(&file, text).expect("it is written");
        file.to_str().expect("text").to_owned()
    }

    /// A local SAE on which [`WEB`] is applied.
    async fn with_web(self) -> Self {
        self.must(&["ns", "create", "cn-hangzhou:shop"]).await;
        self.settles(WEB).await;
        self
    }

    /// Applies a text, and checks that nothing differs afterwards.
    async fn settles(&self, text: &str) {
        let file = self.manifest("settles.toml", text);
        self.must(&["apply", "-f", &file, "--yes"]).await;
        assert_eq!(self.must(&["plan", "-f", &file]).await, "no differences\n", "{text}");
    }
}

/// The report on a refused manifest, one line for each mistake.
async fn mistakes(file: &str, text: &str) -> Vec<String> {
    let program = Program::without_server("http://127.0.0.1:1");
    let place = program.manifest(file, text);
    let ended = program.run(&["plan", "-f", &place]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{text}: {}", ended.stderr);
    let told = ended.stderr.replace(&place, file);
    told.lines().map(|line| line.trim_start().trim_start_matches("error: ").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_changes() {
    let program = Program::start().await.with_web().await;
    program.settles(&format!("{WEB}description = \"What people see\"\n")).await;
    program.settles(&format!("{WEB}description = \"The shop\"\n")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_speak_tcp_http_and_https() {
    let program = Program::start().await.with_web().await;
    program
        .settles(&format!(
            "{WEB}[application.slb]\ninternet = [{{ port = 80, target = 8080, protocol = \"HTTP\" }}, \
             {{ port = 443, target = 8443, protocol = \"HTTPS\", certificate = \"1_cn\" }}]\n\
             intranet = [{{ port = 80, target = 8080 }}]\n"
        ))
        .await;
    program.must(&["app", "create", "bare", "-n", "shop", "--image", "repo/bare:1"]).await;
    let bind = "slb bind bare --internet 80:8080/http --internet 443:8443/https --certificate 1_cn";
    program.must(&bind.split(' ').collect::<Vec<_>>()).await;
    let query = ["--output", "text", "--query", "Internet[].[Port, Protocol, HttpsCertId || '']"];
    let shown = program.must(&[&["slb", "show", "bare"], &query[..]].concat()).await;
    assert_eq!(shown, "[80,\"HTTP\",\"\"]\n[443,\"HTTPS\",\"1_cn\"]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_chooses_the_network_in_a_default_namespace() {
    let program = Program::start().await;
    program.settles(&WEB.replace("cn-hangzhou:shop\"", "cn-hangzhou\"\nauto_config = true")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_read_as_written() {
    let program = Program::start().await.with_web().await;
    let written = [("A", "010"), ("B", "00123"), ("C", "0xff"), ("D", "True"), ("E", "1.10"), ("F", "1_000")];
    let yaml = written.map(|(name, text)| format!("    {name}: {text}\n")).concat();
    let toml = "A = 1_0\nB = 0x0f\nC = 1.10\nD = true\nE = 2020-01-01 10:00:00\n";
    let json = r#"{"A": 1.10, "B": -0, "C": 1e3, "D": "\ud83d\ude00"}"#;
    for (file, text, expected) in [
        (
            "a.yaml",
            format!("application:\n- name: web\n  namespace: cn-hangzhou:shop\n  env:\n{yaml}"),
            written.map(|(_, text)| text).to_vec(),
        ),
        (
            "a.toml",
            format!("{WEB}[application.env]\n{toml}"),
            vec!["1_0", "0x0f", "1.10", "true", "2020-01-01 10:00:00"],
        ),
        (
            "a.json",
            format!(
                r#"{{"application": {{"name": "web", "namespace": "cn-hangzhou:shop", "env": {json}}}}}"#
            ),
            vec!["1.10", "-0", "1e3", "😀"],
        ),
    ] {
        program.must(&["apply", "-f", &program.manifest(file, &text), "--yes"]).await;
        let exported = program.must(&["export", "--with-secrets", "--output", "json"]).await;
        for ((_, expected), name) in expected.iter().enumerate().zip(["A", "B", "C", "D", "E", "F"]) {
            let line = format!("\"{name}\": \"{expected}\"");
            assert!(exported.contains(&line), "{line} in {exported}");
        }
    }
}

#[tokio::test]
async fn an_unreadable_manifest_says_why() {
    for (file, text, expected) in [
        ("a.json", "{\n\"application\": [],\n}", "a.json:3: key must be a string"),
        (
            "a.json",
            "{\"application\": [\n{\"name\": \"\\ud83d\"}]}",
            "a.json:2: unexpected end of hex escape",
        ),
        (
            "a.yaml",
            WEB,
            "a.yaml:2: did not find expected <document start>; this looks like TOML: give the file a name that ends in .toml",
        ),
        ("a.yaml", "", "a.yaml:1: it declares no namespace and no application"),
        ("a.toml", "# Nothing yet\n", "a.toml:1: it declares no namespace and no application"),
        ("a.json", "{\"application\": []}", "a.json:1: it declares no namespace and no application"),
        (
            "a.json",
            "{\"$schema\": 1}",
            "a.json:1: $schema takes text, not a whole number; put it in quotation marks",
        ),
    ] {
        assert_eq!(mistakes(file, text).await, [expected], "{text}");
    }
    let program = Program::without_server("http://127.0.0.1:1");
    let unnamed = program.run(&["plan", "-f", ""]).await;
    assert_eq!(unnamed.code, 2);
    assert_eq!(unnamed.stderr, "error: --file is empty; - reads standard input\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_input_is_not_a_matching_manifest() {
    let program = Program::start().await;
    let mut command = program.command(&["drift", "-f", "-"]);
    command.stdin(Stdio::null());
    let ended = ended(command).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("it declares no namespace and no application"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_name_of_the_api_is_known() {
    for (written, known) in [
        ("AppDescription = \"\"", "description"),
        ("ImageUrl = \"\"", "image"),
        ("image_url = \"\"", "image"),
        ("PackageUrl = \"\"", "package"),
        ("CommandArgs = []", "args"),
        ("Envs = []", "env"),
        ("liveness = { exec = { command = [] } }", "command"),
        ("readiness = { httpGet = {} }", "http"),
        ("slb = { InternetSlbId = \"lb-1\" }", "internet_slb_id"),
    ] {
        let told = mistakes("a.toml", &format!("{WEB}{written}\n")).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].ends_with(&format!("; did you mean {known}?")), "{told:?}");
    }
    let told = mistakes("a.toml", "[[application]]\nAppName = \"web\"\nnamespace = \"cn-hangzhou\"\n").await;
    assert_eq!(
        told,
        [
            "a.toml:1: application needs the key name",
            "a.toml:2: application has no key \"AppName\"; did you mean name?",
        ]
    );
}

#[tokio::test]
async fn all_mistakes_are_reported_at_once() {
    let told = mistakes(
        "a.toml",
        &format!(
            "{WEB}env = {{ A = [1], B = [2], C = {{ secrt = 1 }}, D = {{ secret = \"1\", key = 2 }} }}\n\
             labels = {{ A = [1], B = [2] }}\nargs = [1, 2]\n\
             [[application.sidecar_containers_config]]\ncpu = \"1\"\nenv = {{ A = [1], B = [2] }}\n"
        ),
    )
    .await;
    let places: Vec<_> = told.iter().map(|line| line.split(' ').nth(1).expect("a place")).collect();
    assert_eq!(
        places,
        [
            "application.env.A",
            "application.env.B",
            "application.env.C",
            "application.env.D.secret",
            "application.env.D.key",
            "application.labels.A",
            "application.labels.B",
            "application.args[0]",
            "application.args[1]",
            "application.sidecar_containers_config[0].cpu",
            "application.sidecar_containers_config[0].env.A",
            "application.sidecar_containers_config[0].env.B",
        ]
    );
}

#[tokio::test]
async fn a_number_says_what_is_wrong_with_it() {
    for (file, written, expected) in [
        (
            "a.toml",
            "package_version = 1.0",
            "package_version takes text, not a decimal number; put it in quotation marks",
        ),
        (
            "a.toml",
            "package_version = 1",
            "package_version takes text, not a whole number; put it in quotation marks",
        ),
        ("a.toml", "timezone = 2020-01-01", "timezone takes text, not a date; put it in quotation marks"),
        ("a.toml", "cpu = 1.5", "cpu takes a whole number, not a decimal number"),
        ("a.toml", "cpu = 99999999999999999999", "cpu takes a whole number, not a number that is too large"),
        ("a.yaml", "cpu: 010", "cpu takes a whole number, not a number with leading zeros"),
    ] {
        let text = match file {
            "a.toml" => format!("{WEB}{written}\n"),
            _ => format!(
                "application:\n- name: web\n  namespace: cn-hangzhou\n  image: repo/web:1\n\n  {written}\n"
            ),
        };
        assert_eq!(mistakes(file, &text).await, [format!("{file}:6: application.{expected}")]);
    }
}

#[tokio::test]
async fn contradicting_settings_are_refused() {
    for (written, expected) in [
        (
            "auto_config = true",
            "a.toml:6: application.auto_config uses the default namespace of the region: \
             name that one, as in cn-hangzhou",
        ),
        (
            "slb = { internet = [], internet_slb_id = \"lb-1\" }",
            "a.toml:6: application.slb.internet_slb_id needs a listener in application.slb.internet",
        ),
        (
            "slb = { intranet = [{ port = 80, target = 8080, certificate = \"1_cn\" }] }",
            "a.toml:6: application.slb.intranet[0].certificate is only for the protocol \"HTTPS\"",
        ),
    ] {
        assert_eq!(mistakes("a.toml", &format!("{WEB}{written}\n")).await, [expected]);
    }
}
