//! The program under load, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::pinned;

/// Builds the program in release and gives its path.
pub fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", "sae-cli"])
        .current_dir(root)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the program can't be built");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("release").join("sae")
}

/// `sae local` on the second core. It ends with the value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process until it accepted calls.
    pub ready: Duration,
}

impl Server {
    /// Starts it and waits until it accepts calls.
    pub fn start(program: &Path, data: Option<&Path>) -> Self {
        let mut command = pinned::server(program);
        command.args(["local", "--listen", "127.0.0.1:0", "--pace", "instant", "--quiet"]);
        if let Some(data) = data {
            command.arg("--data").arg(data);
        }
        let started = Instant::now();
        let mut child =
            command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its first line");
        let ready = started.elapsed();
        let address = line.trim().rsplit("http://").next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("not the first line of a server: {line:?}"));
        Self { child, address, ready }
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
        kib / 1024.0
    }

    /// Ends it as a power failure would.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
