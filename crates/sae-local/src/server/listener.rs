//! Accepting connections.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::serve;
use super::server_state::ServerState;

/// Accepts connections until the signal arrives or its sender is dropped. Then waits for running requests, for 5
/// seconds at most.
pub async fn accept(listener: TcpListener, state: Arc<ServerState>, mut signal: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(state.limits.connections.min(Semaphore::MAX_PERMITS)));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Answers are small and written at once: waiting for more would only delay them.
                    let _ = stream.set_nodelay(true);
                    let state = Arc::clone(&state);
                    if let Ok(slot) = Arc::clone(&slots).try_acquire_owned() {
                        let served = serve::serve(stream, state, signal.clone());
                        connections.spawn(async move {
                            served.await;
                            drop(slot);
                        });
                    } else if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                        connections.spawn(async move {
                            serve::refuse(stream, state).await;
                            drop(permit);
                        });
                    }
                }
                // Most likely there are no file descriptors left; connections that end release some.
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
            _ = signal.changed() => break,
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // Connections that have not ended by then are closed.
    let _ = tokio::time::timeout(GRACE, all_ended).await;
    connections.shutdown().await;
    // The folder is free for another server, even if a control or a delayed call still exists.
    state.gateway.backend.access_keys.close();
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_secs(5);
/// How many connections at a time are told that there are too many; further ones are closed without an answer.
const MAX_REFUSALS: usize = 256;
