//! The guide shows what the program does: its sessions are run command by command, and their output is compared. `UPDATE_DOCS=1` writes
//! the output into the page.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sae_local::Pace;

use crate::program::{Program, content};

#[tokio::test(flavor = "multi_thread")]
async fn the_session_in_the_guide_is_what_the_program_prints() {
    let text = content(&page("deploy.md"));
    let (before, shown, after) = block(&text, "```console\n");
    let second = Duration::from_secs(1);
    let program = Program::at(Pace::instant().prepare(second).start(second).stop(second)).await;
    // Time passes with the lines that are printed, so that each state is seen.
    program.control().freeze();
    let mut seen = String::new();
    for line in shown.lines().filter_map(|line| line.strip_prefix("$ ")) {
        // An identifier stands for the one that was printed at the same place.
        let line = identifiers(shown)
            .iter()
            .zip(identifiers(&seen))
            .fold(line.to_owned(), |line, (shown, actual)| line.replace(shown, &actual));
        let printed = match line.strip_prefix("sae ") {
            Some(arguments) => printed_by(&program, arguments).await,
            None => answer_to(&program, &line),
        };
        let gap = if seen.is_empty() { "" } else { "\n" };
        seen.push_str(&format!("{gap}$ {line}\n{}", printed.replace(program.endpoint(), ADDRESS)));
        program.control().advance(Duration::from_mins(1));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(page("deploy.md"), format!("{before}{seen}{after}")).expect("the page can be written");
        return;
    }
    let (shown, seen) = (normal(shown), normal(&seen));
    for (shown, seen) in shown.lines().zip(seen.lines()) {
        assert_eq!(shown, seen, "{ADVICE}");
    }
    assert_eq!(shown, seen, "{ADVICE}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_script_in_the_guide_ends_as_it_says() {
    use crate::program::ended;
    use sae_local::Fault;
    use std::process::Command;

    let text = content(&page("deploy.md"));
    let (_, script, _) = block(&text, "```sh\nset -e\n");
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:demo"]).await;
    program.must(&["app", "create", "shop", "-n", "demo", "--image", "repo/shop:1", "--replicas", "3"]).await;
    let job = |build: &str| {
        let folder = Path::new(env!("CARGO_BIN_EXE_sae")).parent().expect("a folder");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("set -e\n{script}")]).env_clear().envs(program.variables());
        command.env("PATH", folder).env("BUILD", build);
        command
    };
    let state = async || {
        let query = "[Config.ImageUrl, Status.RunningInstances]";
        program.must(&["app", "show", "shop", "--query", query, "--output", "text"]).await
    };
    let done = ended(job("2")).await;
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(state().await.split_whitespace().collect::<Vec<_>>(), ["repo/shop:2", "5"]);
    program.control().forget_requests();
    let again = ended(job("2")).await;
    assert_eq!(again.code, 0, "{}", again.stderr);
    let deployments =
        program.control().requests().iter().filter(|it| it.operation == Some("DeployApplication")).count();
    assert_eq!(deployments, 0, "a job that runs again deploys nothing again");
    program.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    let failed = ended(job("3")).await;
    assert_eq!(failed.code, 6, "{}", failed.stderr);
    assert_eq!(state().await.split_whitespace().collect::<Vec<_>>(), ["repo/shop:2", "5"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_script_that_waits_for_a_job_ends_with_it() {
    use crate::program::ended;
    use sae_local::Fault;
    use std::process::Command;

    let text = content(&page("call.md"));
    let (_, script, _) = block(&text, "```sh\nset -eu\n");
    let program = Program::start().await;
    let create = r#"{"AppName":"night","NamespaceId":"cn-hangzhou","PackageType":"Image","ImageUrl":"repo/night:1","Replicas":2,"Workload":"job"}"#;
    let create = ["call", "CreateJob", "--params", create, "--query", "Data.AppId", "--output", "text"];
    let job = program.must(&create).await;
    let run = async |build: &str| {
        let folder = Path::new(env!("CARGO_BIN_EXE_sae")).parent().expect("a folder");
        let path = std::env::join_paths([folder, Path::new("/bin"), Path::new("/usr/bin")]).expect("a path");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("set -eu\n{script}")]).env_clear().envs(program.variables());
        ended({
            command.env("PATH", path).env("JOB", job.trim()).env("BUILD", build);
            command
        })
        .await
    };
    for _ in 0..2 {
        let done = run("1").await;
        assert_eq!(done.code, 0, "{}", done.stderr);
    }
    program.control().fault(Fault::on("ExecJob").image_pull_failure()).expect("a fault");
    let failed = run("2").await;
    assert_eq!((failed.code, failed.stderr.trim()), (1, "instances can't pull their image or package"));
    let history = ["call", "DescribeJobHistory", "--AppId", job.trim(), "--query", "Data.Jobs[].State"];
    let states = program.must(&[&history[..], &["--output", "json"]].concat()).await;
    let states: String = states.split_whitespace().collect();
    assert_eq!(states, r#"["2","1"]"#, "an event starts one run");
}

/// The program accepts each command line in README and guide: with `--help` at its end it prints its help.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn every_command_line_in_the_documentation_is_understood() {
    let program = Program::without_server("");
    let mut count = 0;
    for page in pages() {
        let text = content(&page);
        let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        for line in blocks.flat_map(str::lines).filter(|line| line.starts_with("sae ")) {
            let help =
                format!("sae() {{ command sae \"$@\" --help > help.txt; }}\nmkdir -p {FOLDERS}\n{line}");
            let ended = program.typed(&help).await;
            assert_eq!(ended.code, 0, "{}: {line}: {}", page.display(), ended.stderr);
            let help = content(&program.file("help.txt"));
            assert!(help.contains("Usage: sae "), "{}: {line}: {help}", page.display());
            count += 1;
        }
    }
    assert!(count > 40, "the documentation shows commands");
}

/// The local server accepts each request that the guide sends with curl.
#[tokio::test(flavor = "multi_thread")]
async fn every_curl_line_in_the_guide_is_answered() {
    let program = Program::start().await;
    let mut count = 0;
    for page in pages() {
        let text = content(&page).replace("\\\n", "");
        let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        for line in blocks.flat_map(str::lines).filter(|line| line.starts_with("curl ")) {
            let (_, rest) = line.split_once(ADDRESS).expect("it calls the local server");
            let path = rest.split_whitespace().next().expect("a path");
            let body = rest.split_once("-d '").and_then(|(_, body)| body.split('\'').next());
            let method = if line.contains("-X POST") { "POST" } else { "GET" };
            request(&program, method, path, body.unwrap_or_default());
            count += 1;
        }
    }
    assert!(count > 3, "the guide drives the local server");
}

#[tokio::test]
async fn the_exit_codes_in_the_guide_are_those_in_help() {
    let help = Program::without_server("").must(&["app", "restart", "--help"]).await;
    let (_, told) = help.split_once("Exit codes: ").expect("it tells them");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = content(&page("exit-codes.md"));
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).collect();
    let codes: Vec<_> = told.trim_end_matches('.').split(", ").collect();
    assert_eq!(codes.len(), 9, "{told}");
    for code in codes {
        let (number, meaning) = code.split_once(' ').expect("a number and what it means");
        let row = format!("| {number} | {meaning}");
        assert!(rows.iter().any(|line| line.starts_with(&row)), "the page lacks {row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_in_the_guide_can_be_applied() {
    let text = content(&page("manifests.md"));
    let (_, manifest, _) = block(&text, "```toml\n[[namespace]]\n");
    let program = Program::start().await;
    let file = program.file("shop.toml");
    std::fs::write(&file, format!("[[namespace]]\n{manifest}")).expect("a file");
    let file = file.to_str().expect("text");
    program.must(&["apply", "-f", file, "--yes"]).await;
    program.must(&["drift", "-f", file]).await;
}

/// Runs the program. The clock advances by a second with each line about a running change order. Returns both streams as a terminal
/// shows them.
async fn printed_by(program: &Program, arguments: &str) -> String {
    let mut command = program.command(&arguments.split_whitespace().collect::<Vec<_>>());
    let control = program.control();
    tokio::task::spawn_blocking(move || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        command.stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let mut child = command.spawn().expect("it started");
        // It holds the other end of the pipe.
        drop(command);
        let mut printed = String::new();
        for line in BufReader::new(reader).lines() {
            let line = line.expect("text");
            let said = line.get(STAMP..).unwrap_or_default();
            if ["preparing", "running", "batch "].iter().any(|phase| said.starts_with(phase)) {
                control.advance(Duration::from_secs(1));
            }
            printed.push_str(&line);
            printed.push('\n');
        }
        match child.wait().expect("it ended").code().expect("by itself") {
            0 => printed,
            code => format!("{printed}[exit code {code}]\n"),
        }
    })
    .await
    .expect("it ran")
}

/// The answer of the server to a curl command line that posts JSON.
fn answer_to(program: &Program, line: &str) -> String {
    let posted = line.strip_prefix("curl --json '").and_then(|rest| rest.split_once("' "));
    let (body, address) = posted.expect("curl is known in one form alone");
    let path = address.strip_prefix(ADDRESS).expect("the address of the local server");
    request(program, "POST", path, body)
}

/// The body of the answer to a request of the control interface, which must succeed.
fn request(program: &Program, method: &str, path: &str, body: &str) -> String {
    let host = program.endpoint().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("the server listens");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 2"), "{answer}");
    format!("{}\n", body.trim_end())
}

/// The text before the first block with this beginning, its content, and the rest.
fn block<'a>(text: &'a str, begin: &str) -> (&'a str, &'a str, &'a str) {
    let from = text.find(begin).expect("the page has the block") + begin.len();
    let to = from + text[from..].find("```").expect("the block has an end");
    (&text[..from], &text[from..to], &text[to..])
}

/// Replaces what differs between runs: identifiers are numbered in their order, times have names.
pub fn normal(text: &str) -> String {
    let mut text = text.to_owned();
    for (number, id) in identifiers(&text).iter().enumerate() {
        text = text.replace(id, &format!("[id {number}]"));
    }
    let mut normal = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let part = PATTERNS.iter().find_map(|(pattern, name)| Some((matching(pattern, rest)?, name)));
        let length = if let Some((length, name)) = part {
            normal.push_str(name);
            length
        } else {
            normal.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    normal
}

/// The identifiers in a text, each once.
fn identifiers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.char_indices() {
        let Some(length) = matching(ID, &text[at..]) else { continue };
        let id = &text[at..at + length];
        if !found.iter().any(|known| known == id) {
            found.push(id.to_owned());
        }
    }
    found
}

/// Length of the beginning of the text that has this form: `h` is a hexadecimal digit, `d` a decimal digit, `a` a letter or digit,
/// anything else is itself.
fn matching(pattern: &str, text: &str) -> Option<usize> {
    let fits = |(form, is): (char, char)| match form {
        'h' => is.is_ascii_digit() || ('a'..='f').contains(&is),
        'd' => is.is_ascii_digit(),
        'a' => is.is_ascii_digit() || is.is_ascii_lowercase(),
        _ => form == is,
    };
    let count = pattern.chars().zip(text.chars()).filter(|pair| fits(*pair)).count();
    (count == pattern.chars().count()).then_some(count)
}

/// The READMEs that show commands, and the pages of the guide.
fn pages() -> Vec<PathBuf> {
    let guide = std::fs::read_dir(page("")).expect("the guide").map(|entry| entry.expect("a page").path());
    let pages = guide.filter(|path| path.extension().is_some_and(|it| it == "md"));
    pages.chain(["README.md", "crates/sae-cli/README.md"].map(documentation)).collect()
}

fn page(name: &str) -> PathBuf {
    documentation("docs/guide/src").join(name)
}

pub fn documentation(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

pub const ADVICE: &str = "UPDATE_DOCS=1 writes what was printed into the documentation";
/// Folders that command lines write to.
#[cfg(unix)]
const FOLDERS: &str = "~/.local/share/bash-completion/completions";
/// The default address of `sae local`.
const ADDRESS: &str = "http://127.0.0.1:8080";
/// Width of the time before the state of a change order.
const STAMP: usize = 9;
const ID: &str = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
const PATTERNS: &[(&str, &str)] = &[
    ("dddd-dd-dd dd:dd:dd.ddd", "[time]"),
    ("dddd-dd-dd dd:dd:dd", "[time]"),
    ("]-aaaaa", "]-[instance]"),
    ("[sae:hhhhhhhhhhhhhhhh]", "[token]"),
    ("   d:dd  ", "   [time]  "),
    ("   d:dd<", "   [time]<"),
    ("after d:dd", "after [time]"),
];
