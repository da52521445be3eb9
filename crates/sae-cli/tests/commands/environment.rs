//! Unusual environments: no home folder, a closed pipe.

use std::process::Stdio;

use crate::program::{Program, end_of, ended};

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

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_home_folder_that_is_read_only_is_named_and_calls_work() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::start().await;
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(program.home.path(), permissions).expect("it is ours");
    };
    mode(0o500);
    let is_open = std::fs::write(program.file("probe"), "").is_ok();
    assert_eq!(program.run(&["region", "list"]).await.code, 0);
    let set = ["configure", "set", "--access-key-id", "a", "--access-key-secret", "hush"];
    let ended = program.run(&set).await;
    mode(0o700);
    if is_open {
        eprintln!("not shown: root writes into any folder");
        return;
    }
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("config.json can't be written"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_is_no_failure() {
    let program = Program::start().await;
    for arguments in [
        &["region", "list"][..],
        &["region", "list", "--output", "json"],
        &["call", "DescribeRegions"],
        &["call", "--list"],
        &["completions", "bash"],
        &["doctor"],
        &["--help"],
    ] {
        let mut command = program.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        drop(child.stdout.take());
        let ended = end_of(child).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submitted_rollout_is_followed_without_a_reader() {
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
    let ended = end_of(child).await;
    assert_eq!((ended.code, image().await.as_str()), (1, "repo/web:3\n"), "{}", ended.stderr);
    for words in ["  change order ", "succeeded", "standard output can't be written"] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn completions_and_manual_know_every_command() {
    let program = Program::without_server("");
    let help = program.must(&["--help"]).await;
    let commands = help.split_once("Commands:\n").expect("commands").1;
    let commands: Vec<_> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
        .collect();
    assert!(commands.len() > 20, "{help}");
    for shell in ["bash", "zsh", "fish"] {
        let script = program.must(&["completions", shell]).await;
        let operations = ["ListApplications", "DescribeRegions", "DeployK8sApplication"];
        for word in commands.iter().chain(&["restart", "unbind"]).chain(&operations) {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
        assert!(script.len() < 400_000, "{shell}: {} bytes", script.len());
    }
    assert_eq!(program.run(&["completions", "csh"]).await.code, 2);
    let pages = program.file("man/man1");
    program.must(&["man", pages.to_str().expect("text")]).await;
    let page = |name: &str| std::fs::read_to_string(pages.join(name)).expect("a page");
    let names = commands.iter().map(|command| format!("sae-{command}.1"));
    for name in names.chain(["sae.1", "sae-app-restart.1", "sae-sign-explain.1"].map(str::to_owned)) {
        let page = page(&name);
        assert!(page.contains(".SH NAME") && !page.contains("EXTRA"), "{name}: {page}");
    }
    // Examples are neither filled nor hyphenated.
    let set = page("sae-configure-set.1");
    let examples = set.split_once(".SH EXAMPLES\n.nf\n").expect("examples").1;
    assert!(examples.contains("@secret.txt") && examples.lines().last() == Some(".fi"), "{examples}");
    assert!(page("sae-deploy.1").contains(".SH \"EXIT STATUS\"\n0 done"), "{}", page("sae-deploy.1"));
    assert!(page("sae-call.1").contains("ListApplications"));
    let file = program.file("file");
    std::fs::write(&file, "").expect("a file");
    let refused = program.run(&["man", file.to_str().expect("text")]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("can't be written"), "{}", refused.stderr);
}
