//! A lock between jobs on this machine that deploy with the same token, so that each sees what the one before has submitted.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::time::{Duration, Instant};

use crate::output::waiting::{self, Reason};

/// Held while a deployment is looked up and submitted. It is released when the process ends in any way.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, never looked at")] Option<UnixListener>);

impl Turn {
    /// Waits for other jobs, at most as long as an attempt may take. After that, only the service prevents duplicates.
    ///
    /// The lock is an abstract socket: it leaves nothing behind and needs no folder.
    pub async fn of(deployment: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        deployment.hash(&mut hasher);
        let name = format!("sae-deploy-{:016x}", hasher.finish());
        let Ok(address) = SocketAddr::from_abstract_name(name) else { return Self(None) };
        let started = Instant::now();
        let mut is_told = false;
        let turn = loop {
            match UnixListener::bind_addr(&address) {
                Ok(listener) => break Self(Some(listener)),
                Err(error) if error.kind() == ErrorKind::AddrInUse && started.elapsed() < LIMIT => {}
                Err(_) => break Self(None),
            }
            if !std::mem::replace(&mut is_told, true) {
                waiting::because(Reason {
                    what: "another job on this machine is submitting the deployment with this token"
                        .to_owned(),
                    next: "follows that deployment",
                    wait: None,
                    left: LIMIT,
                });
            }
            tokio::time::sleep(EVERY).await;
        };
        waiting::over();
        turn
    }
}

const LIMIT: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_millis(10);
