//! Runs the examples in the help of commands in a shell, against a local SAE where they make sense.

use crate::program::{Program, examples};

#[tokio::test(flavor = "multi_thread")]
async fn examples_do_what_help_says() {
    let mut count = 0;
    for (command, before) in COMMANDS {
        let help = Program::without_server("");
        let help = help.must(&command.split(' ').chain(["--help"]).collect::<Vec<_>>()).await;
        let examples = examples(&help);
        assert!(!examples.is_empty(), "{command}: {help}");
        // Following goes on until somebody presses Ctrl-C.
        for example in examples.iter().filter(|example| !example.contains(" -f")) {
            let (program, example) = prepared(before, example).await;
            let ended = program.typed(&example).await;
            // There is no terminal to ask on, and a gate stays closed.
            let is_asked = ended.code == 2 && ended.stderr.contains("there is no terminal to ask on");
            let waits = ended.code == 7 && (example.contains("--manual") || example.contains("order watch"));
            assert!(ended.code == 0 || is_asked || waits, "{example}: {} {}", ended.code, ended.stderr);
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

/// A local SAE in the state that the example needs, and the example with existing identifiers.
async fn prepared(before: &[&str], example: &str) -> (Program, String) {
    let program = Program::start().await;
    // What runs a package is no application of an image.
    let is_package = example.contains("deploy") && example.contains("--package");
    for line in if is_package { &[TEST, PACKAGE] } else { before } {
        let ended = program.typed(&format!("sae {line}")).await;
        assert!(ended.code == 0 || line.contains("--manual"), "{line}: {}", ended.stderr);
    }
    let mut example = example.to_owned();
    for (shown, list) in [
        ("8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f", ["order", "list", "shop", "-q", "--limit", "1"]),
        ("shop-0a1b2c3d-x7k2p", ["instance", "list", "shop", "-q", "--limit", "1"]),
    ] {
        if example.contains(shown) {
            example = example.replace(shown, program.must(&list).await.trim());
        }
    }
    if example.contains("--instance x7k2p") {
        let instance = program.must(&["instance", "list", "shop", "-q", "--limit", "1"]).await;
        let end = instance.trim().rsplit('-').next().expect("an end");
        example = example.replace("x7k2p", end);
    }
    (program, example)
}

const SHOP: &str = "ns create cn-hangzhou:shop";
const TEST: &str = "ns create cn-hangzhou:test";
const CREATE: &str = "app create shop -n shop --image repo/shop:1 --replicas 3";
const PACKAGE: &str =
    "app create shop -n test --package https://host/web.jar --package-version 1 --jdk 'Open JDK 8'";
const GATE: &str = "deploy --app shop --image repo/shop:2 --batches 2 --manual";

/// Each command with the commands that run before it.
const COMMANDS: &[(&str, &[&str])] = &[
    ("app", &[SHOP, CREATE]),
    ("app list", &[SHOP, CREATE]),
    ("app show", &[SHOP, CREATE]),
    ("app create", &[TEST]),
    ("app start", &[SHOP, CREATE, "app stop shop"]),
    ("app stop", &[SHOP, CREATE]),
    ("app restart", &[SHOP, CREATE]),
    ("app scale", &[SHOP, CREATE]),
    ("app resize", &[SHOP, CREATE]),
    ("app history", &[SHOP, CREATE]),
    ("app delete", &[TEST, "app create shop -n test --image repo/shop:1"]),
    ("order", &[SHOP, CREATE, GATE]),
    ("order list", &[SHOP, CREATE]),
    ("order show", &[SHOP, CREATE]),
    ("order watch", &[SHOP, CREATE, GATE]),
    ("order confirm", &[SHOP, CREATE, GATE]),
    ("order abort", &[SHOP, CREATE, GATE]),
    ("order rollback", &[SHOP, CREATE, GATE]),
    ("instance", &[SHOP, CREATE]),
    ("instance list", &[SHOP, CREATE]),
    ("instance logs", &[SHOP, CREATE]),
    ("logs", &[SHOP, CREATE]),
    ("ns list", &[]),
    ("ns show", &[SHOP]),
    ("ns create", &[]),
    ("ns delete", &[SHOP]),
    ("slb", &[SHOP, CREATE]),
    ("slb show", &[SHOP, CREATE]),
    ("slb bind", &[SHOP, CREATE]),
    ("slb unbind", &[SHOP, CREATE, "slb bind shop --internet 80:8080"]),
    ("region", &[]),
    ("region list", &[]),
    ("spec", &[]),
    ("spec list", &[]),
    ("schema", &[]),
    ("deploy", &[TEST, "app create shop -n test --image repo/shop:1 --replicas 3"]),
];
