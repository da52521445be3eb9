//! Serving a connection: HTTP/1.1 with keep-alive and pipelining, or HTTP/2 with prior knowledge.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::connection::Connection;
use super::exchange::respond;
use super::idle_tracker::{ConnectionStatus, IdleTracker};
use super::server_state::ServerState;
use crate::protocol::host::HostPolicy;

/// Answers the requests of a connection until the client closes it or reaches a limit. After the signal it ends with
/// the running requests.
pub async fn serve(stream: TcpStream, state: Arc<ServerState>, mut signal: watch::Receiver<bool>) {
    let tracker = IdleTracker::new(&state.budget);
    let (Ok(local), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) else { return };
    let (local, peer) = (local.ip(), peer.ip());
    let service = service_fn(|request| {
        let state = Arc::clone(&state);
        let (active, share) = tracker.request(&state.budget);
        // Boxed, since the connection reserves space for this future even without a request.
        Box::pin(async move {
            let policy = HostPolicy { hosts: &state.hosts, local, peer, allow_remote: state.allow_remote };
            let response = respond(&state, policy, request, share).await;
            drop(active);
            response
        })
    });
    let stream = Connection::new(stream, Arc::clone(&tracker), Arc::clone(&state));
    let connection = state.http.serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut stopping = false;
    let mut wake = pin!(sleep_until(Instant::now()));
    // A client that sends invalid HTTP has had its answer; no one else needs the error.
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = signal.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = wake.as_mut() => match tracker.status(&state.limits, Instant::now()) {
                ConnectionStatus::Fine(until) => wake.as_mut().reset(until),
                ConnectionStatus::SlowHead => return tracker.expire_head(),
                ConnectionStatus::Idle => {
                    connection.as_mut().graceful_shutdown();
                    let _ = timeout(CLOSE_TIMEOUT, connection).await;
                    return;
                }
            },
        }
    }
}

/// Refuses a connection because there are too many.
pub async fn refuse(mut stream: TcpStream, state: Arc<ServerState>) {
    let answer = state.unreadable("Local.TooManyConnections");
    let close = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        // Unread bytes would reset the connection before the client reads the answer.
        let mut rest = [0; 1024];
        for _ in 0..64 {
            if stream.read(&mut rest).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // An error only means that the client has closed the connection.
    let _ = timeout(CLOSE_TIMEOUT, close).await;
}

/// How long closing a connection may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
