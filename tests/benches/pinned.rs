//! A core for whoever calls and another for whoever answers. Without `taskset`, or on one core, both share what there is.

use std::env;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

/// Starts this program anew on the core of the caller, unless it runs there already.
pub fn caller() {
    if env::var_os(PINNED).is_some() || !has_cores() {
        return;
    }
    let program = env::current_exe().expect("the path of this program");
    let arguments = env::args_os().skip(1);
    let error = on(CALLER_CORE, program.as_os_str()).args(arguments).env(PINNED, "1").exec();
    panic!("taskset can't start {}: {error}", program.display());
}

/// A command that runs on the core of the server.
pub fn server(program: impl AsRef<OsStr>) -> Command {
    if has_cores() { on(SERVER_CORE, program.as_ref()) } else { Command::new(program) }
}

fn on(core: &str, program: &OsStr) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", core]).arg(program);
    command
}

fn has_cores() -> bool {
    let silent = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let both = format!("{CALLER_CORE},{SERVER_CORE}");
    silent(Command::new("taskset").args(["--cpu-list", &both, "true"])).is_ok_and(|status| status.success())
}

const PINNED: &str = "SAE_BENCH_PINNED";
const CALLER_CORE: &str = "0";
const SERVER_CORE: &str = "1";
