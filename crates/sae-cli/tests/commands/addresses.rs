//! URLs with credentials: no output shows user, password or signature.

use sae_local::Fault;

use crate::program::Program;

const PACKAGE: &str = "https://me:hush-1@host.example/web.jar?Expires=1&Signature=hush-2";
const SHOWN: &str = "https://(secret)@host.example/web.jar?(secret)";

#[tokio::test(flavor = "multi_thread")]
async fn no_view_of_a_deployment_shows_the_credentials_of_its_package() {
    let program = Program::start().await;
    let summary = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", summary.to_str().expect("text"));
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create = ["call", "CreateApplication", "--AppName", "web", "--NamespaceId", "cn-hangzhou:shop"];
    let size = ["--PackageType", "FatJar", "--Replicas", "1", "--Cpu", "500", "--Memory", "1024"];
    let package = ["--Jdk", "Open JDK 8", "--PackageVersion", "1", "--PackageUrl", PACKAGE];
    program.must(&[&create[..], &size, &package].concat()).await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let said = format!("see {PACKAGE} for more");
    let deploys = [
        vec!["deploy", "--app", "web", "--package", PACKAGE, "--package-version", "2"],
        vec!["deploy", "--app", "web", "--package", PACKAGE, "--package-version", "3", "--resume", "ci-1"],
        vec![
            "deploy",
            "--app",
            "web",
            "--package",
            PACKAGE,
            "--package-version",
            "4",
            "--description",
            &said,
        ],
    ];
    let mut seen = String::new();
    for arguments in &deploys {
        seen.push_str(&program.run(arguments).await.seen());
    }
    seen.push_str(&std::fs::read_to_string(&summary).expect("a summary"));
    let order = program.must(&["order", "list", "web", "--output", "text"]).await;
    let order = order.split('\t').next().expect("an identifier").to_owned();
    let views = [
        vec!["app", "history", "web"],
        vec!["app", "history", "web", "--output", "text"],
        vec!["app", "show", "web"],
        vec!["order", "list", "web"],
        vec!["order", "show", &order],
        vec!["order", "watch", &order],
    ];
    for view in &views {
        seen.push_str(&program.run(view).await.seen());
    }
    assert!(!seen.contains("hush"), "{seen}");
    assert!(seen.contains(&format!("package: {SHOWN}")), "{seen}");
    assert!(seen.contains(&format!("see {SHOWN} for more")), "{seen}");
}

#[tokio::test]
async fn a_dry_run_shows_addresses_without_credentials() {
    let program = Program::without_server("http://127.0.0.1:1");
    let call = ["call", "DeployApplication", "--AppId", "x", "--PackageUrl", PACKAGE, "--dry-run"];
    for scheme in ["roa", "acs3"] {
        for output in ["text", "json"] {
            let shown =
                program.must(&[&call[..], &["--signature", scheme, "--output", output]].concat()).await;
            assert!(!shown.contains("hush"), "{shown}");
            assert!(shown.contains("host.example"), "{shown}");
        }
    }
}

/// The local server writes descriptions like the service, and everybody who may list change orders can read them.
#[tokio::test(flavor = "multi_thread")]
async fn generated_descriptions_have_no_credentials() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create = ["call", "CreateApplication", "--AppName", "web", "--NamespaceId", "cn-hangzhou:shop"];
    let size = ["--PackageType", "FatJar", "--Replicas", "1", "--Cpu", "500", "--Memory", "1024"];
    let package = ["--Jdk", "Open JDK 8", "--PackageVersion", "1", "--PackageUrl", PACKAGE];
    program.must(&[&create[..], &size, &package].concat()).await;
    program.must(&["deploy", "--app", "web", "--package", PACKAGE, "--package-version", "2"]).await;
    let orders = program.must(&["order", "list", "web", "--output", "json"]).await;
    assert!(!orders.contains("hush"), "{orders}");
    assert_eq!(orders.matches(SHOWN).count(), 2, "{orders}");
}
