//! State in a folder: what was answered is there again, and problems of the folder are reported.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

#[path = "../http/client.rs"]
#[expect(dead_code, reason = "not all of it is needed here")]
mod client;
mod folder;
#[cfg(unix)]
mod private;
mod restart;
mod writers;

use std::fs;
use std::path::Path;

use sae_local::{Builder, LocalSae, Pace};
use tempfile::TempDir;

use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";
const ORDER: &str = "/pop/v1/sam/changeorder";
const NAMESPACE: &str = "/pop/v1/paas/namespace";

/// A server with the state in this folder, on which everything happens at once.
fn on(folder: &Path) -> Builder {
    LocalSae::builder().data(folder).pace(Pace::instant())
}

async fn done(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Answer {
    let answer = Call::new(method, path, query).send(local).await;
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
    answer
}

async fn create(local: &LocalSae, name: &str) -> String {
    let query = [
        ("AppName", name),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "2"),
        ("Envs", r#"[{"name":"COLOUR","value":"blue"}]"#),
    ];
    done(local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId")
}

/// The content of the disk if the process were killed now: a copy, made while the server runs.
fn killed(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}
