//! `sae configure`: profiles in the file of the `aliyun` program.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::{Program, content, golden};

fn program() -> Program {
    Program::without_server("http://127.0.0.1:1")
}

#[tokio::test]
async fn profiles_are_made_shown_changed_and_deleted_without_a_secret_on_the_screen() {
    let program = program();
    let seen = program
        .session(&[
            "configure list",
            "configure set --access-key-id LTAI1 --access-key-secret hush --region-id cn-hangzhou",
            "configure set --profile sts --access-key-id STS.1 --access-key-secret hush --security-token hush",
            "configure set --profile role --access-key-id LTAI2 --access-key-secret hush --role-arn acs:ram::1:role/r",
            "configure set --profile ecs --instance-role deployer --current",
            "configure set --profile sts --region-id cn-beijing",
            "configure list",
            "configure show",
            "configure show --profile sts",
            "configure show --profile sts --output json",
            "configure list --output text",
            "configure list --profile sts",
            "configure list --profile nobody",
            "configure delete --profile ecs",
            "configure delete --profile ecs --yes",
            "configure delete",
            "configure delete --profile ecs --yes",
            "configure show --profile nobody",
            "configure set --profile new --access-key-id LTAI3",
            "configure set --region-id ../x",
            "configure",
        ])
        .await;
    assert!(
        !seen.replace("--access-key-secret hush", "").replace("--security-token hush", "").contains("hush")
    );
    golden!(seen);
}

#[tokio::test]
async fn a_key_that_is_replaced_leaves_the_role() {
    let program = program();
    let set = "configure set --profile r --access-key-id";
    let (first, second) = (
        format!("{set} A --access-key-secret B --role-arn acs:ram::1:role/r"),
        format!("{set} C --access-key-secret D"),
    );
    let third = format!("{set} STS.E --access-key-secret F --security-token G");
    let show = "configure show --profile r";
    golden!(
        program
            .session(&[
                &first,
                &second,
                show,
                &third,
                show,
                &second,
                show,
                "configure set --profile r --instance-role deployer --access-key-id A",
                "configure set --profile r --instance-role deployer",
                &second,
                show,
            ])
            .await
    );
}

#[tokio::test]
async fn values_that_no_call_accepts_are_refused() {
    let program = program();
    let set = ["configure", "set", "--access-key-id", "A", "--access-key-secret", "B"];
    for (option, value) in
        [("--profile", ""), ("--instance-role", " "), ("--region-id", "CN-Hangzhou"), ("--region-id", "a b")]
    {
        let set = if option == "--instance-role" { &set[..2] } else { &set[..] };
        let ended = program.run(&[set, &[option, value]].concat()).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{option} {value:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(option.trim_end_matches("-id")) || ended.stderr.contains(value));
    }
    assert!(!program.file(".aliyun").exists());
    program
        .must(&["configure", "set", "--access-key-id", " A", "--access-key-secret", "B ", "--profile", "p "])
        .await;
    let file: Value = serde_json::from_str(&content(&program.file(".aliyun/config.json"))).expect("JSON");
    let profile = &file["profiles"][0];
    assert_eq!(
        (&profile["name"], &profile["access_key_id"], &profile["access_key_secret"]),
        (&json!("p"), &json!("A"), &json!("B")),
        "white space around a value was copied along"
    );
}

#[tokio::test]
async fn unknown_members_are_kept() {
    let program = program();
    fs::create_dir(program.file(".aliyun")).expect("a folder");
    let file = program.file(".aliyun/config.json");
    let before = json!({
        "current": "a",
        "meta_path": "/m",
        "profiles": [
            {"name": "a", "mode": "AK", "access_key_id": "1", "access_key_secret": "2", "retry_count": 3, "new": {"x": [1.5]}},
            {"name": "b", "mode": "OAuth", "oauth_refresh_token": "hush", "sts_expiration": 1_900_000_000}
        ],
        "plugins": ["p"]
    });
    fs::write(&file, before.to_string()).expect("a file");
    program.must(&["configure", "set", "--region-id", "cn-beijing"]).await;
    let mut expected = before;
    expected["profiles"][0]["region_id"] = json!("cn-beijing");
    assert_eq!(serde_json::from_str::<Value>(&content(&file)).expect("JSON"), expected);
    // So do their order, and the way in which a number was written.
    let text = r#"{
  "zone": 1.50,
  "profiles": [
    {
      "region_id": "cn-beijing",
      "name": "a",
      "mode": "AK",
      "access_key_id": "1",
      "access_key_secret": "2"
    }
  ],
  "current": "a"
}
"#;
    fs::write(&file, text).expect("a file");
    program.must(&["configure", "set", "--region-id", "cn-shenzhen"]).await;
    assert_eq!(content(&file), text.replace("cn-beijing", "cn-shenzhen"));
    fs::write(&file, expected.to_string()).expect("a file");
    let shown = program.must(&["configure", "list", "--output", "json"]).await;
    assert!(!shown.contains("hush"), "{shown}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_what_is_written_and_nothing_is_left_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = program();
    let set = ["configure", "set", "--access-key-id", "a", "--access-key-secret", "b"];
    program.must(&set).await;
    let mode =
        |name: &str| fs::metadata(program.file(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(".aliyun"), mode(".aliyun/config.json")), (0o700, 0o600));
    fs::set_permissions(program.file(".aliyun/config.json"), fs::Permissions::from_mode(0o644))
        .expect("ours");
    program.must(&set).await;
    assert_eq!(mode(".aliyun/config.json"), 0o600, "an open file is closed by the next change");
    let names = fs::read_dir(program.file(".aliyun")).expect("a folder").count();
    assert_eq!(names, 1);
}

#[tokio::test]
async fn a_secret_comes_from_standard_input_or_a_file() {
    let program = program();
    let set = ["configure", "set", "--access-key-id", "a", "--access-key-secret"];
    let mut command = program.command(&[&set[..], &["-"]].concat());
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it started");
    child.stdin.take().expect("a pipe").write_all(b"from-stdin\n").expect("it reads");
    assert!(child.wait().expect("it ended").success());
    let file = program.file(".aliyun/config.json");
    assert!(content(&file).contains(r#""from-stdin""#));
    fs::write(program.file("secret"), "from-file\r\n").expect("a file");
    let at = format!("@{}", program.file("secret").display());
    program.must(&[&set[..], &[&at]].concat()).await;
    assert!(content(&file).contains(r#""from-file""#));
}

#[tokio::test]
async fn a_malformed_file_is_left_alone() {
    let program = program();
    fs::create_dir(program.file(".aliyun")).expect("a folder");
    let file = program.file(".aliyun/config.json");
    let mut seen = String::new();
    for text in
        [r#"{"current": "hush""#, r#"["hush"]"#, r#"{"profiles": ["hush"]}"#, r#"{"profiles": {"hush": 1}}"#]
    {
        fs::write(&file, text).expect("a file");
        let said = program.session(&["configure set --access-key-id a --access-key-secret b"]).await;
        assert!(!said.contains("hush"), "{said}");
        assert_eq!(content(&file), text);
        seen.push_str(&said);
    }
    golden!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_made_as_the_profile_says() {
    let program = Program::start().await;
    let set = ["configure", "set", "--profile", "p", "--access-key-id", "local", "--access-key-secret"];
    program.must(&[&set[..], &["wrong"]].concat()).await;
    assert_eq!(program.run(&["region", "list", "--profile", "p"]).await.code, 3);
    program.must(&[&set[..], &["local-secret"]].concat()).await;
    program.must(&["region", "list", "--profile", "p"]).await;
    let missing = program.run(&["region", "list", "--profile", "nobody"]).await;
    assert_eq!(missing.code, 1, "{}", missing.stderr);
    assert!(missing.stderr.contains("nobody"), "{}", missing.stderr);
}
