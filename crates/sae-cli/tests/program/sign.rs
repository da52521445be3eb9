//! `sae sign --jsonl`, line by line.

use std::io::Write as _;

use serde_json::Value;

use crate::process::{end_of, sign_jsonl};

#[tokio::test]
async fn sign_continues_after_a_line_that_is_not_utf_8() {
    let mut child = sign_jsonl();
    let good = r#"{"scheme":"roa","method":"GET","path":"/","access_key_id":"i","access_key_secret":"s"}"#;
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(&[b"\xff\n", good.as_bytes(), b"\r\n\n\xc3\n", good.as_bytes()].concat())
        .expect("it reads");
    drop(input);
    let ended = end_of(child).await;
    assert_eq!(ended.code, 0);
    let lines: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let not_text = serde_json::json!({ "error": "the line is not UTF-8" });
    assert_eq!(lines.len(), 4, "{}", ended.stdout);
    assert_eq!((&lines[0], &lines[2]), (&not_text, &not_text));
    assert!(lines[1]["signature"].is_string() && lines[1] == lines[3], "{}", ended.stdout);
}

#[tokio::test]
async fn a_closed_pipe_is_no_failure() {
    let mut child = sign_jsonl();
    drop(child.stdout.take());
    // Standard input stays open: the program has to notice by itself that nobody reads its answers.
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"{}\n").expect("it reads");
    let ended = end_of(child).await;
    drop(input);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[tokio::test]
async fn sign_answers_a_line_for_each_line() {
    let mut child = sign_jsonl();
    let request = concat!(
        r#"{"scheme":"acs3","method":"POST","path":"/","query":{"ImageId":"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd","RegionId":"cn-shanghai"},"#,
        r#""headers":{"host":"ecs.cn-shanghai.aliyuncs.com","x-acs-action":"RunInstances","x-acs-content-sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","x-acs-date":"2023-10-26T10:22:32Z","x-acs-signature-nonce":"3156853299f313e23d1673dc12e1703d","x-acs-version":"2014-05-26"},"#,
        r#""access_key_id":"YourAccessKeyId","access_key_secret":"YourAccessKeySecret"}"#,
    );
    let mut input = child.stdin.take().expect("a pipe");
    writeln!(input, "{request}\nnonsense").expect("it reads");
    drop(input);
    let ended = end_of(child).await;
    let lines: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["signature"], "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    assert!(lines[1]["error"].is_string(), "{}", lines[1]);
    assert!(!ended.stdout.contains("YourAccessKeySecret"));
}
