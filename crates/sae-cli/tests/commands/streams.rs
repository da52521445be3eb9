//! Standard output that can't be written: closed, full, or without a reader.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::process::{Command, Stdio};

use sae_tests::{Canned, Step};

use crate::program::{Ended, Program, ended};

/// Commands that print something: help, results in every format, commands without the service.
const PRINTING: &[&str] = &[
    "--help",
    "--version",
    "help app",
    "app list --help",
    "call ListApplications --help",
    "completions bash",
    "completions zsh",
    "completions fish",
    "schema",
    "call --list",
    "call --list --output json",
    "call ListApplications",
    "call ListApplications --dry-run",
    "app list",
    "app list -q",
    "app list --output json",
    "app list --output yaml",
    "app list --output text",
    "app show web",
    "app history web",
    "instance list web",
    "order show --app web",
    "slb show web --output json",
    "ns list",
    "ns show shop",
    "region list",
    "spec list",
    "logs web",
    "export",
    "doctor",
    "configure list --output json",
    "app restart web --no-wait",
    "app restart web",
    "app restart web --output json",
    "local --listen 127.0.0.1:0",
    "demo",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_standard_output_is_a_failure() {
    let program = Program::start().await.with_application().await;
    for line in PRINTING {
        let ended = without_stdout(&program, line).await;
        let told = "error: standard output can't be written: it is closed\n";
        assert!(ended.code == 1 && ended.stderr.ends_with(told), "{line}: {} {}", ended.code, ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_standard_output_is_a_failure() {
    let program = Program::start().await.with_application().await;
    for line in PRINTING {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("it is there");
        let mut command = program.command(&line.split(' ').collect::<Vec<_>>());
        command.stdout(full).stderr(Stdio::piped());
        let ended = output(command).await;
        let told = "error: standard output can't be written: No space left on device (os error 28)\n";
        assert!(ended.code == 1 && ended.stderr.ends_with(told), "{line}: {} {}", ended.code, ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_fails_no_command() {
    let program = Program::start().await.with_application().await;
    // A server goes on without one.
    for line in PRINTING.iter().filter(|line| !line.starts_with("local")) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = program.command(&line.split(' ').collect::<Vec<_>>());
        command.stdout(writer).stderr(Stdio::piped());
        let ended = output(command).await;
        assert_eq!(ended.code, 0, "{line}: {}", ended.stderr);
        assert!(!ended.stderr.contains("error"), "{line}: {}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_print_nothing_need_no_standard_output() {
    let program = Program::start().await;
    let pages = program.file("man");
    for line in [&format!("man {}", pages.display()), "app list", "app list -q"] {
        let ended = without_stdout(&program, line).await;
        assert_eq!(ended.code, 0, "{line}: {}", ended.stderr);
    }
    assert!(pages.join("sae.1").is_file());
    // What others put there on purpose is a place to write to, however it was opened.
    let null = OpenOptions::new().read(true).write(true).open("/dev/null").expect("it is there");
    let mut command = program.command(&["--help"]);
    command.stdout(null).stderr(Stdio::piped());
    assert_eq!(output(command).await.code, 0);
}

async fn output(mut command: Command) -> Ended {
    let ended = tokio::task::spawn_blocking(move || command.spawn()?.wait_with_output()).await;
    Ended::of(&ended.expect("it ran").expect("it ended"))
}

/// Runs the program like `sae … >&-`.
async fn without_stdout(program: &Program, line: &str) -> Ended {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" >&-", "sh", env!("CARGO_BIN_EXE_sae")]).args(line.split(' '));
    command.env_clear().envs(program.variables()).stdin(Stdio::null());
    ended(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_is_written_as_it_is_read_and_takes_no_memory_of_its_own() {
    let item = r#"{"a":"b\u202e","c":1}"#;
    let count = (4 << 20) / item.len();
    let body = format!(r#"{{"Data":{{}},"New":[{item}{}]}}"#, format!(",{item}").repeat(count - 1));
    let last = count - 1;
    for (form, begins, ends) in [
        ("json", "{\n  \"Data\": {}".to_owned(), "      \"c\": 1\n    }\n  ]\n}\n".to_owned()),
        ("yaml", "Data: {}\nNew:\n".to_owned(), "- a: \"b\\U0000202E\"\n  c: 1\n".to_owned()),
        ("text", "New[0].a\tb".to_owned(), format!("New[{last}].a\tb\\u{{202e}}\nNew[{last}].c\t1\n")),
    ] {
        let server = Canned::start(vec![Step::ok(body.as_str())]).await;
        let program = Program::without_server(server.endpoint());
        let mut command = program.command(&["call", "ListApplications", "--output", form]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let (code, seen, peak) = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().expect("it started");
            let mut out = child.stdout.take().expect("its standard output");
            let (mut seen, mut bytes, mut peak) = (Vec::new(), vec![0; 1 << 16], 0);
            // It waits for the reader until all but the last bytes are read.
            while let Ok(read @ 1..) = out.read(&mut bytes) {
                seen.extend_from_slice(&bytes[..read]);
                peak = peak.max(most_memory(child.id()));
            }
            let output = child.wait_with_output().expect("it ended");
            (output.status.code(), String::from_utf8(seen).expect("text"), peak)
        })
        .await
        .expect("it ran");
        assert_eq!(code, Some(0), "{form}");
        assert!(seen.starts_with(&begins), "{form}: {:?}", &seen[..100]);
        assert!(seen.ends_with(&ends), "{form}: {:?}", &seen[seen.len() - 100..]);
        assert!(!seen.contains('\u{202e}'), "{form}");
        assert!(peak > 0 && peak < 30 * body.len(), "{form}: {peak} bytes of memory for {}", body.len());
    }
}

/// Peak memory of a process in bytes; 0 if it has ended.
fn most_memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok()).unwrap_or_default() * 1024
}
