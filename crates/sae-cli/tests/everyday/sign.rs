//! `sae sign explain`: why a signature was refused.

use crate::program::{Program, golden};

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

#[tokio::test]
async fn where_both_agree_the_key_is_looked_at() {
    let faulty = program()
        .with("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.hush")
        .with("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush ")
        .with("ALIBABA_CLOUD_SECURITY_TOKEN", "");
    insta::assert_snapshot!(explained(&faulty, OWN, OWN).await);
}

#[tokio::test]
async fn texts_that_are_none_are_refused_in_words() {
    golden!(
        program()
            .session(&[
                "sign explain --own x --server y",
                "sign explain --own x",
                "sign explain --own @/no/such --server y"
            ])
            .await
    );
}
