//! Odd surroundings: no home folder, readers that have gone.

use std::process::Stdio;

use crate::program::{Ended, Program, ended};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_home_folder_calls_work_and_profiles_say_what_is_missing() {
    let program = Program::start().await;
    let homeless = |arguments: &[&str]| {
        let mut command = program.command(arguments);
        command.env_remove("HOME");
        command
    };
    assert_eq!(ended(homeless(&["region", "list"])).await.code, 0);
    assert_eq!(ended(homeless(&["doctor"])).await.code, 0);
    let configure = ended(homeless(&["configure", "list"])).await;
    assert_eq!(configure.code, 1);
    assert!(configure.stderr.contains("set HOME"), "{}", configure.stderr);
}

#[tokio::test]
async fn a_home_folder_that_takes_no_files_is_named() {
    let program = Program::without_server("http://127.0.0.1:1");
    let file = program.file("file");
    std::fs::write(&file, "").expect("a file");
    let mut command =
        program.command(&["configure", "set", "--access-key-id", "a", "--access-key-secret", "hush"]);
    command.env("HOME", &file);
    let ended = ended(command).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains(file.to_str().expect("text")), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_gone_is_no_failure() {
    let program = Program::start().await;
    for arguments in [
        &["region", "list"][..],
        &["region", "list", "--output", "json"],
        &["completions", "bash"],
        &["doctor"],
        &["--help"],
    ] {
        let mut command = program.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        drop(child.stdout.take());
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        let output = output.expect("it ran").expect("it ended");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_submitted_is_followed_whoever_reads_of_it() {
    let program = Program::start().await.with_application().await;
    let image = async || {
        program.must(&["app", "show", "web", "--query", "Config.ImageUrl", "--output", "text"]).await
    };
    let mut command = program.command(&["deploy", "--app", "web", "--image", "repo/web:2"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it started");
    drop(child.stderr.take());
    let status = tokio::task::spawn_blocking(move || child.wait()).await.expect("it ran").expect("it ended");
    assert_eq!((status.code(), image().await.as_str()), (Some(0), "repo/web:2\n"));
    // A full disk: the result is lost, so it isn't quite done.
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return };
    let mut command = program.command(&["deploy", "--app", "web", "--image", "repo/web:3"]);
    let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().expect("it started");
    drop(child.stdin.take());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    let ended = Ended::of(&output.expect("it ran").expect("it ended"));
    assert_eq!((ended.code, image().await.as_str()), (1, "repo/web:3\n"), "{}", ended.stderr);
    for words in ["  change order ", "succeeded", "standard output can't be written"] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn completions_and_manual_know_every_command() {
    let program = Program::without_server("");
    for shell in ["bash", "zsh", "fish"] {
        let script = program.must(&["completions", shell]).await;
        for word in ["restart", "configure", "unbind"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(program.run(&["completions", "csh"]).await.code, 2);
    let pages = program.file("man/man1");
    program.must(&["man", pages.to_str().expect("text")]).await;
    for page in ["sae.1", "sae-app-restart.1", "sae-sign-explain.1"] {
        let text = std::fs::read_to_string(pages.join(page)).expect("a page");
        assert!(text.contains(".SH NAME"), "{page}");
    }
    let file = program.file("file");
    std::fs::write(&file, "").expect("a file");
    let refused = program.run(&["man", file.to_str().expect("text")]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("can't be written"), "{}", refused.stderr);
}
