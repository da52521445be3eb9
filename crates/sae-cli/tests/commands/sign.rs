//! `sae sign explain`: why a signature was refused.

use std::io::Write as _;
use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::program::{Ended, Program, golden};

const OWN: &str = "GET\napplication/json\n\n\nMon, 26 Aug 2019 08:55:56 GMT\nx-acs-security-token:hush\n\
                   x-acs-version:2019-05-06\n/pop/v1/sam/app/deployApplication?AppId=x&OssAkSecret=hush&hush=hush";

fn program() -> Program {
    Program::without_server("")
}

async fn explained(program: &Program, own: &str, server: &str) -> String {
    let server = format!("Specified signature is not matched. Server string to sign is:{server}");
    let ended = program.run(&["sign", "explain", "--own", own, "--server", &server]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(!ended.stdout.contains("hush"), "{}", ended.stdout);
    ended.stdout
}

#[tokio::test]
async fn both_texts_are_shown_with_the_first_difference_and_its_cause() {
    let program = program();
    let mut seen = String::new();
    for (what, from, to) in [
        ("a space that came as a plus sign", "AppId=x", "AppId=x y"),
        ("a tilde that one side escapes", "AppId=x", "AppId=%7Ex"),
        ("another header", "application/json", "*/*"),
        ("another date", "08:55:56", "08:55:57"),
        ("no token", "x-acs-security-token:hush\n", ""),
        ("another secret value", "OssAkSecret=hush", "OssAkSecret=hush%21"),
        ("another path", "/pop/v1/sam/app", "/pop/v1/paas/app"),
    ] {
        let own = match what.split(' ').nth(1) {
            Some("space") => OWN.replace(from, "AppId=x+y"),
            Some("tilde") => OWN.replace(from, "AppId=~x"),
            _ => OWN.to_owned(),
        };
        seen.push_str(&format!("--- {what}\n{}", explained(&program, &own, &OWN.replace(from, to)).await));
    }
    insta::assert_snapshot!(seen);
}

/// Everything that is signed: values of parameters, credentials in URLs, tokens, and additions of another program.
#[tokio::test]
async fn no_secret_of_either_text_is_shown() {
    let roa = "POST\napplication/json\n\napplication/json\nMon, 26 Aug 2019 08:55:56 GMT\nauthorization:acs hush:hush\n\
               x-acs-accesskey-secret:hush\nx-acs-security-token:hush\n/pop/v1/sam/app/deployApplication?AppId=x&Command=hush&\
               Envs=[{\"name\":\"A\",\"value\":\"hush\"}]&PackageUrl=https://me:hush@host/a.jar?Signature=hush&\
               SecurityToken=hush&ThePassword=hush";
    let acs3 = "POST\n/pop/v1/sam/app/deployApplication\nAppId=x&Command=hush&Envs=%5B%7B%22value%22%3A%22hush%22%7D%5D&\
                PackageUrl=https%3A%2F%2Fme%3Ahush%40host%2Fa.jar%3FSignature%3Dhush&ThePassword=hush\n\
                host:sae.cn-hangzhou.aliyuncs.com\nx-acs-date:2026-11-29T14:12:12Z\nx-acs-security-token:hush\n\n\
                host;x-acs-date;x-acs-security-token\ne3b0";
    let program = program();
    for (own, from, to) in [
        (roa, "POST\napplication/json", "POST\n*/*"),
        (roa, "Command=hush", "Command=hush+"),
        (roa, "x-acs-security-token:hush\n", ""),
        (acs3, "host:sae.", "host:edas."),
        (acs3, "Command=hush", "Command=hush%20"),
        (acs3, "x-acs-security-token:hush", "x-acs-security-token:hush-hush"),
    ] {
        for (own, server) in
            [(own.to_owned(), own.replace(from, to)), (own.replace(from, to), own.to_owned())]
        {
            let ended = program.run(&["sign", "explain", "--own", &own, "--server", &server]).await;
            let seen = ended.seen();
            assert!(ended.code == 0 && seen.contains("(secret)") && seen.contains("in 1 place"), "{seen}");
            assert!(!seen.contains("hush"), "{seen}");
            let alone =
                program.run(&["sign", "explain", "--server", &format!("string to sign is:{server}")]).await;
            assert!(!alone.seen().contains("hush"), "{}", alone.seen());
        }
    }
}

#[tokio::test]
async fn equal_texts_lead_to_the_key() {
    let faulty = program()
        .with("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.hush")
        .with("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush ")
        .with("ALIBABA_CLOUD_SECURITY_TOKEN", "");
    insta::assert_snapshot!(explained(&faulty, OWN, OWN).await);
}

/// White space in only one of the texts is the cause, unless a file or copying added it.
#[tokio::test]
async fn white_space_at_an_end_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let text = "GET\napplication/json\n\n\nMon, 26 Aug 2019 08:55:56 GMT\n/pop/v1/paas/regionConfig?AppId=x";
    let json = serde_json::json!({ "Message": format!("server string to sign is:{text}") }).to_string();
    let line = format!("{text}\n");
    let windows = line.replace('\n', "\r\n");
    let spaced = format!("{text} ");
    let other = line.replace("application/json", "*/*");
    for (own, server, said, unsaid) in [
        (&line, &json, "end of the text: signed \"\\n\", the server has none", "header"),
        (&spaced, &json, "end of the text: signed \" \", the server has none", "header"),
        (&windows, &json, "line breaks: signed \"\\r\\n\", the server has \"\\n\"", "header"),
        (&line, &line, "both sides signed the same text", "white space"),
        (&windows, &windows, "both sides signed the same text", "white space"),
        (&line, &windows, "both sides signed the same text", "white space"),
        (&other, &json, "header accept", "end of the text"),
    ] {
        let files = (path("own"), path("server"));
        std::fs::write(&files.0, own).expect("written");
        std::fs::write(&files.1, server).expect("written");
        let (own, server) = (format!("@{}", files.0), format!("@{}", files.1));
        let ended = program().run(&["sign", "explain", "--own", &own, "--server", &server]).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        assert!(ended.stdout.contains(said) && !ended.stdout.contains(unsaid), "{own:?}: {}", ended.stdout);
    }
    let typed = program().run(&["sign", "explain", "--own", &line, "--server", text]).await;
    assert!(typed.stdout.contains("end of the text: signed \"\\n\""), "{}", typed.stdout);
}

#[tokio::test]
async fn malformed_texts_are_refused_with_a_reason() {
    golden!(
        program()
            .session(&[
                "sign explain --own x --server y",
                "sign explain --server y",
                "sign explain --own - --server -",
                "sign explain --own @/no/such --server y",
                "sign explain",
            ])
            .await
    );
}

/// The messages of the official Python SDKs for a refusal, with other values.
#[tokio::test]
async fn from_a_pasted_message_alone_the_likely_causes_are_named() {
    let program = program().with("ALIBABA_CLOUD_SECURITY_TOKEN", "hush");
    let old = "HTTP Status: 400 Error:SignatureDoesNotMatch Specified signature is not matched with our calculation. server \
               string to sign is:GET\napplication/json\n\n\nSun, 22 Nov 2026 10:41:26 GMT\nx-acs-region-id:cn-hangzhou\n\
               x-acs-version:2019-05-06\n/pop/v1/sam/app/listApplications?AppName=a b&Envs=hush \
               RequestID: C560BFA2-FC9D-47DD-9FB4-D06C854BE0E1";
    let new = "Error: SignatureDoesNotMatch code: 400, Specified signature is not matched with our calculation. server string \
               to sign is:ACS3-HMAC-SHA256\n232b14ff request id: 655B711E-1F7A-432C-80B3-111422DB062B Response: {'statusCode': 400}";
    let json = r#"{"RequestId":"0ECB","Message":"Specified signature is not matched with our calculation. server string to sign is:GET\n*/*\n\n\n\n/pop/v1/sam/app/listApplications?AppName=a~b","Code":"SignatureDoesNotMatch"}"#;
    let clock =
        r#"{"Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp or date value is expired."}"#;
    let mut seen = String::new();
    for (what, message) in [("old SDK", old), ("new SDK", new), ("JSON", json), ("clock", clock)] {
        let ended = program.run(&["sign", "explain", "--server", message]).await;
        seen.push_str(&format!("--- {what}\n{}", ended.seen()));
    }
    assert!(!seen.contains("hush"), "{seen}");
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn a_message_is_read_from_standard_input() {
    let mut command = program().command(&["sign", "explain"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it started");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"server string to sign is:GET\n\n\n\n\n/a\n").expect("it reads");
    drop(input);
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    let ended = Ended::of(&output.expect("it ran").expect("it ended"));
    assert_eq!((ended.code, ended.stdout.starts_with("The server signed:\n   1 | GET\n")), (0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_shows_what_both_signed_and_what_is_wrong_with_the_key() {
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush ");
    let seen = program.session(&["region list --signature roa", "region list"]).await;
    assert!(!seen.contains("hush"), "{seen}");
    golden!(seen.replace(program.endpoint().trim_start_matches("http://"), "SERVER"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_shows_the_first_difference_of_the_texts() {
    let mut program = Program::start().await;
    let changed = changing(program.endpoint(), "accept: application/json", "accept: */*").await;
    program = program.with("ALIBABA_CLOUD_SAE_ENDPOINT", &changed);
    golden!(program.session(&["region list --signature roa"]).await);
    // The server gives nothing but the hash of its canonical request.
    let hashed = program.run(&["region", "list"]).await;
    assert!(hashed.stderr.contains("only their hashes are given"), "{}", hashed.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_refused_call_can_be_explained_again() {
    let program = Program::start().await;
    let wrong = program.typed("ALIBABA_CLOUD_ACCESS_KEY_SECRET=hush sae region list").await;
    let changed = changing(program.endpoint(), "accept: application/json", "accept: */*").await;
    let differs = program.run(&["region", "list", "--endpoint", &changed, "--signature", "roa"]).await;
    for (refused, cause) in [(wrong, "the access key secret is wrong"), (differs, "header accept: signed")] {
        assert!(refused.stderr.contains(cause), "{}", refused.stderr);
        let again = program.run(&["sign", "explain", "--server", &refused.stderr]).await;
        assert!(again.stdout.contains(cause), "{}{}", again.stdout, again.stderr);
    }
    let code = program.run(&["sign", "explain", "--server", "SignatureDoesNotMatch"]).await;
    assert_eq!(code.code, 2);
    assert!(code.stderr.contains("there is no string-to-sign of the server"), "{}", code.stderr);
}

/// The address of a proxy that forwards each request with one text replaced.
async fn changing(endpoint: &str, from: &'static str, to: &'static str) -> String {
    let server = endpoint.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&server).await.expect("a connection");
            let mut request = vec![0; 16 * 1024];
            let read = client.read(&mut request).await.expect("a request");
            let request = String::from_utf8_lossy(&request[..read]).replace(from, to);
            server.write_all(request.as_bytes()).await.expect("it reads");
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
    });
    format!("http://{address}")
}
