//! Many writers at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use tempfile::tempdir;
use tokio::task::JoinSet;

use crate::client::Call;
use crate::{APP, NAMESPACE, create, done, killed, on};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_many_writers_were_told_is_there_whenever_the_process_is_killed() {
    let folder = tempdir().unwrap();
    let local = Arc::new(on(folder.path()).start().await.unwrap());
    let mut writers = JoinSet::new();
    for writer in 0..32 {
        let local = Arc::clone(&local);
        writers.spawn(async move {
            let mut told = Vec::new();
            for at in 0..4 {
                let id = format!("cn-beijing:w{writer}x{at}");
                let query = [("NamespaceId", id.as_str()), ("NamespaceName", "n")];
                done(&local, "POST", NAMESPACE, &query).await;
                told.push(id);
            }
            told.push(create(&local, &format!("app-{writer}")).await);
            told
        });
    }
    let told: BTreeSet<String> = writers.join_all().await.into_iter().flatten().collect();
    assert_eq!(told.len(), 32 * 5);

    let disk = killed(folder.path());
    let local = on(disk.path()).start().await.unwrap();
    for id in told {
        let call = match id.split_once(':') {
            Some(_) => Call::new("GET", NAMESPACE, &[("NamespaceId", &id)]),
            None => Call::new("GET", &format!("{APP}/describeApplicationStatus"), &[("AppId", &id)]),
        };
        assert_eq!(call.send(&local).await.status, 200, "{id}");
    }
}
