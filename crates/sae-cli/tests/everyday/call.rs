//! `sae call`: names that were meant, and requests that are shown instead of sent.

use sae_tests::{Canned, Step};
use serde_json::Value;

use crate::program::{Program, golden};

#[tokio::test]
async fn a_wrong_name_gets_the_right_one() {
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
                "call DescribeApplicationStatus --app-id x",
                "call DescribeApplicationStatus --AppID=x",
                "call DescribeApplicationStatus --regoin x",
                "call DescribeApplicationStatus --xyz",
                "call DescribeApplicationStatus --params {\"app_id\":\"x\"}",
            ])
            .await
    );
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
async fn a_dry_run_is_what_would_be_sent() {
    let server = Canned::start(vec![Step::ok("{}")]).await;
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
