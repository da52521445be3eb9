//! The program under test, in its own environment.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use sae_local::{Control, LocalSae, Pace};
use tempfile::TempDir;

/// The program with a home folder, and with a local SAE if it needs one.
pub struct Program {
    pub home: TempDir,
    endpoint: String,
    variables: Vec<(String, String)>,
    pub server: Option<LocalSae>,
}

impl Program {
    /// Calls a local SAE on which nothing takes time.
    pub async fn start() -> Self {
        Self::at(Pace::instant()).await
    }

    /// Calls a local SAE with this pace.
    pub async fn at(pace: Pace) -> Self {
        let server = LocalSae::builder().pace(pace).start().await.expect("a server");
        let mut program = Self::without_server(&server.endpoint());
        program.server = Some(server);
        program
    }

    /// Calls this address.
    pub fn without_server(endpoint: &str) -> Self {
        let variables = [
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "local"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "local-secret"),
            ("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou"),
            ("ALIBABA_CLOUD_SAE_ENDPOINT", endpoint),
            ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let home = tempfile::tempdir().expect("a folder");
        Self { home, endpoint: endpoint.to_owned(), variables, server: None }
    }

    /// Sets an environment variable; an empty one counts as missing.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Creates a namespace with an application called `web`.
    pub async fn with_application(self) -> Self {
        self.must(&["ns", "create", "cn-hangzhou:shop"]).await;
        self.must(&["app", "create", "web", "-n", "shop", "--image", "repo/web:1", "--replicas", "2"]).await;
        self
    }

    /// The control interface of the local SAE.
    pub fn control(&self) -> Control {
        self.server.as_ref().expect("it has a server").control()
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let home = self.home.path().to_str().expect("text");
        let own = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        std::iter::once(("HOME", home)).chain(own)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sae"));
        command.args(arguments).env_clear().envs(self.variables()).stdin(Stdio::null());
        command
    }

    pub async fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments)).await
    }

    /// Runs it, checks that it succeeds, and returns its standard output.
    pub async fn must(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).await;
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        ended.stdout
    }

    /// Runs each line, split at spaces, and returns what a person sees.
    pub async fn session(&self, lines: &[&str]) -> String {
        let mut seen = String::new();
        for line in lines {
            let arguments: Vec<_> = line.split_whitespace().collect();
            let ended = self.run(&arguments).await;
            seen.push_str(&format!("$ sae {line}\n{}", ended.seen()));
        }
        self.redacted(&seen)
    }

    /// Replaces what differs between runs: home folder and address of the server.
    pub fn redacted(&self, text: &str) -> String {
        let home = self.home.path().to_str().expect("text");
        let text = text.replace(home, "[home]");
        if self.endpoint.is_empty() { text } else { text.replace(&self.endpoint, "http://SERVER") }
    }

    /// Runs lines in a shell.
    pub async fn typed(&self, lines: &str) -> Ended {
        let folder = Path::new(env!("CARGO_BIN_EXE_sae")).parent().expect("a folder");
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", lines]).env_clear().envs(self.variables()).env("PATH", path);
        shell.current_dir(self.home.path()).stdin(Stdio::null());
        ended(shell).await
    }

    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }
}

/// The commands below the title `Examples`, with their continuation lines.
pub fn examples(help: &str) -> Vec<String> {
    let (_, shown) = help.split_once("\nExample").expect("examples");
    let mut found: Vec<String> = Vec::new();
    for line in shown.lines().skip(1).map_while(|line| line.strip_prefix("  ")) {
        match found.last_mut().filter(|_| line.starts_with(' ')) {
            Some(last) => last.push_str(&format!("\n{line}")),
            None => found.push(line.to_owned()),
        }
    }
    found
}

/// Runs a command to its end.
pub async fn ended(mut command: Command) -> Ended {
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    Ended::of(&output.expect("it ran").expect("it started"))
}

/// Waits until a program ends.
pub async fn end_of(child: Child) -> Ended {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    Ended::of(&output.expect("it ran").expect("it ended"))
}

impl Program {
    /// Runs it and presses Ctrl-C once the local SAE has answered this operation.
    pub async fn interrupted(&self, arguments: &[&str], operation: &str) -> Ended {
        let control = self.control();
        control.forget_requests();
        let mut command = self.command(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        while control.requests().iter().all(|served| served.operation != Some(operation)) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        press_ctrl_c(&child);
        end_of(child).await
    }
}

/// Sends the signal of Ctrl-C.
pub fn press_ctrl_c(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill ran").success());
}

/// The output of a program that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        let code = output.status.code().expect("it ended by itself");
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Everything that a person sees.
    pub fn seen(&self) -> String {
        let indented = |text: &str, mark: &str| {
            text.lines().map(|line| format!("{mark} {line}").trim_end().to_owned() + "\n").collect::<String>()
        };
        let exit = if self.code == 0 { String::new() } else { format!("exit code {}\n", self.code) };
        format!("{}{}{exit}\n", indented(&self.stdout, " "), indented(&self.stderr, "!"))
    }
}

/// Compares with the golden text, in which names replace what differs between runs.
macro_rules! golden {
    ($seen:expr) => {
        let seen = $seen;
        insta::with_settings!({ filters => crate::program::FILTERS.to_vec() }, {
            insta::assert_snapshot!(seen);
        })
    };
}
pub(crate) use golden;

pub const FILTERS: &[(&str, &str)] = &[
    // What is seen on the way depends on how fast it goes.
    (r"(?m)^! +\d+:\d\d  (preparing|batch|running|waiting)[^\n]*\n", ""),
    (r"(?m)^! +\d+:\d\d  ", "!  [time]  "),
    (r"(after|for) \d+:\d\d", "$1 [time]"),
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "[id]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "[date and time]"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", "[date, time and zone]"),
    (r"\[date and time\]\.\d{3}", "[date and time]"),
    (r"\[id\]-[0-9a-z]{5}\b", "[instance]"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "[date]"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[date]"),
    (r"\b[0-9a-f]{32}\b", "[nonce]"),
    (r"\b[0-9a-f]{30}\b", "[trace]"),
    (r"lb-[0-9a-z]{20,}", "[slb]"),
    (r"\b(sg|vpc|vsw)-[0-9a-z]{20,}", "[$1]"),
    (r"[a-z0-9-]+-[0-9a-f]{8,10}-[0-9a-z]{5}\b", "[instance]"),
];

/// The content of a file.
pub fn content(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is there")
}
