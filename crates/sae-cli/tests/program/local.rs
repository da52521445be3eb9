//! `sae local` as a running server.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::process::{end_of, run, sae};

#[tokio::test]
async fn local_says_where_it_listens_and_serves_its_keys() {
    let (mut child, _out, endpoint) = local(&["--access-key", "me:my-secret"]);
    let mut command = sae(&["call", "DescribeRegions", "--endpoint", &endpoint]);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "me").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my-secret");
    let ended = run(command).await;
    let stranger = run(sae(&["call", "DescribeRegions", "--endpoint", &endpoint])).await;
    child.kill().expect("it still runs");
    child.wait().expect("it ended");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.json()["Regions"]["Region"].is_array());
    assert_eq!(stranger.code, 3, "the default key is replaced: {}", stranger.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn keys_come_from_a_file_or_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let file =
        private(&folder.path().join("keys"), "# keys of CI\r\n\nfile:file-secret\n  two:two-secret:token \n");
    let environment = "env:env-secret\nmore:more-secret";
    for (arguments, accepted, refused) in [
        (vec!["--access-key-file", &file], vec!["file"], vec!["local", "env"]),
        (vec!["--access-key-file", &file, "--access-key", "me:me-secret"], vec!["file", "me"], vec!["env"]),
        (vec![], vec!["env", "more"], vec!["local"]),
    ] {
        let mut command = sae(&[&["local", "--listen", "127.0.0.1:0", "--quiet"], &arguments[..]].concat());
        command.env("SAE_LOCAL_ACCESS_KEYS", environment);
        let (mut child, _out, endpoint) = listening(command);
        for (id, code) in accepted.iter().map(|id| (id, 0)).chain(refused.iter().map(|id| (id, 3))) {
            let mut command = sae(&["call", "DescribeRegions", "--endpoint", &endpoint]);
            command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", id);
            let ended = run({
                command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", format!("{id}-secret"));
                command
            })
            .await;
            assert_eq!(ended.code, code, "{id} {arguments:?}: {}", ended.stderr);
        }
        child.kill().expect("it still runs");
        child.wait().expect("it ended");
    }
}

/// Each ends at once with code 2, empty standard output and one line that says what to do.
#[cfg(unix)]
#[tokio::test]
async fn each_wrong_setting_is_reported_in_one_line() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().expect("mkfifo ran").success());
    let keys = private(&folder.path().join("keys"), "id\n");
    let open = private(&folder.path().join("open"), "id:hush\n");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let empty = private(&folder.path().join("empty"), "# none\n");
    let deep = private(&folder.path().join("deep"), &"[".repeat(100_000));
    let deeper = private(&folder.path().join("deeper"), &format!(r#"{{"calls":{}"#, "[".repeat(100_000)));
    let large = path("large");
    std::fs::File::create(&large).and_then(|file| file.set_len(1 << 40)).expect("a file with a hole");
    for (arguments, said) in [
        (vec!["--listen", "0.0.0.0:0"], "--insecure"),
        (vec!["--listen", "[::]:0"], "--insecure"),
        (vec!["--listen", "0.0.0.0:0", "--access-key", "x:local-secret"], "--insecure"),
        (vec!["--host", "a:80"], "is not a host"),
        (vec!["--host", ""], "is not a host"),
        (vec!["--access-key", "id"], "expected ID:SECRET"),
        (vec!["--access-key", "a:b", "--access-key", "a:c"], "the same id"),
        (vec!["--access-key", "ü:b"], "characters"),
        (vec!["--access-key-file", &keys], "line 1: expected ID:SECRET"),
        (vec!["--access-key-file", &empty], "it contains no access keys"),
        (vec!["--access-key-file", &open], "chmod 600"),
        (vec!["--access-key-file", "/dev/zero"], "a device"),
        (vec!["--access-key-file", "/nowhere"], "--access-key-file /nowhere: "),
        (vec!["--seed", &deep], "recursion"),
        (vec!["--seed", &deeper], "recursion"),
        (vec!["--seed", &large], "larger than"),
        (vec!["--seed", "/dev/zero"], "a device"),
        (vec!["--seed", "/dev/stdin"], "not a regular file"),
    ]
    .into_iter()
    .map(|(arguments, said)| (arguments.into_iter().map(str::to_owned).collect::<Vec<_>>(), said))
    .chain(["--seed", "--access-key-file"].map(|name| (vec![name.to_owned(), path("pipe")], "a pipe")))
    {
        let fixed = if arguments.iter().any(|one| one == "--listen") {
            vec![]
        } else {
            vec!["--listen", "127.0.0.1:0"]
        };
        let all: Vec<&str> =
            ["local"].into_iter().chain(fixed).chain(arguments.iter().map(String::as_str)).collect();
        let ended = run(sae(&all)).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 1, "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
    }
    let mut command = sae(&["local", "--listen", "127.0.0.1:0"]);
    command.env("SAE_LOCAL_ACCESS_KEYS", "a:b hush");
    let ended = run(command).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("SAE_LOCAL_ACCESS_KEYS: expected ID:SECRET") && !ended.stderr.contains("hush")
    );
}

/// Writes a file that only its owner can read, and returns its path.
#[cfg(unix)]
fn private(path: &std::path::Path, text: &str) -> String {
    std::fs::write(path, text).expect("a file");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode).expect("a mode");
    path.display().to_string()
}

/// A running `sae local` with all its streams piped, and its endpoint.
fn local(arguments: &[&str]) -> (Child, BufReader<ChildStdout>, String) {
    listening(sae(&[&["local", "--listen", "127.0.0.1:0"], arguments].concat()))
}

fn listening(mut command: Command) -> (Child, BufReader<ChildStdout>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    out.read_line(&mut first).expect("a line");
    let endpoint = first.trim().strip_prefix("listening ").expect("the address").to_owned();
    (child, out, endpoint)
}

#[tokio::test]
async fn local_starts_with_a_seed_and_logs_requests_without_secrets() {
    let folder = folder();
    let file = folder.join("seed.json");
    std::fs::write(
        &file,
        r#"{"calls":[{"operation":"CreateApplication","params":{"AppName":"seeded","PackageType":"Image",
            "ImageUrl":"a/b:1","Replicas":1}}]}"#,
    )
    .expect("a file");
    let seed = file.display().to_string();
    let (mut child, mut out, endpoint) = local(&["--pace", "instant", "--seed", &seed]);
    let listed = run(sae(&["call", "ListApplications", "--endpoint", &endpoint])).await;
    assert_eq!(listed.json()["Data"]["Applications"][0]["AppName"], "seeded", "{}", listed.stderr);
    let arguments = ["call", "DescribeApplicationStatus", "--AppId", "hush", "--endpoint", &endpoint];
    assert_eq!(run(sae(&arguments)).await.code, 3);
    let mut err = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut log = String::new();
    for _ in 0..2 {
        err.read_line(&mut log).expect("a line");
    }
    child.kill().expect("it still runs");
    err.read_to_string(&mut log).expect("text");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("text");
    child.wait().expect("it ended");
    std::fs::remove_dir_all(&folder).expect("the folder is there");
    assert_eq!(rest, "", "standard output has one line");
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[0].contains("  200  ListApplications ") && lines[0].contains(" local "), "{log}");
    assert!(lines[1].ends_with(" ms  InvalidApplication.NotFound"), "{log}");
    assert!(lines[1].contains("  400  DescribeApplicationStatus "), "{log}");
    assert_eq!(lines.len(), 2, "{log}");
    assert!(!log.contains("hush") && !log.contains("secret") && !log.contains('\u{1b}'), "{log}");

    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(&file, r#"{"calls":[{"operation":"DeleteNamespace","params":{"NamespaceId":"x"}}]}"#)
        .expect("a file");
    let ended = run(sae(&["local", "--listen", "127.0.0.1:0", "--seed", &seed])).await;
    std::fs::remove_dir_all(&folder).expect("the folder is there");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("call 1: DeleteNamespace: InvalidNamespaceId.NotFound"),
        "{}",
        ended.stderr
    );
}

fn folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("sae-local-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[tokio::test]
async fn a_log_that_nobody_reads_does_not_stop_the_server() {
    let (mut child, _out, endpoint) = local(&[]);
    let address = endpoint.strip_prefix("http://").expect("an address");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    // More than a pipe and the queue hold.
    for _ in 0..8_000 {
        stream.write_all(b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it reads");
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.expect("it answers");
        assert_eq!(&start, b"HTTP/1.1 400");
        let mut rest = [0; 4096];
        assert!(stream.read(&mut rest).await.expect("it answers") > 0);
    }
    child.kill().expect("it still runs");
    child.wait().expect("it ended");
}

#[cfg(unix)]
#[tokio::test]
async fn local_ends_when_it_is_told_to() {
    let (child, _out, endpoint) = local(&["--quiet"]);
    let called = run(sae(&["call", "DescribeRegions", "--endpoint", &endpoint])).await;
    assert_eq!(called.code, 0, "{}", called.stderr);
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill ran");
    assert!(told.success());
    let ended = end_of(child).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}
