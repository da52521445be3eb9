//! The runtime of the blocking client.

use std::sync::Arc;

use sae_transport::{Error, ErrorKind};
use tokio::runtime::{Handle, Runtime};

/// The runtime on which blocking calls wait.
#[derive(Clone)]
pub(super) struct Worker(Arc<Owned>);

/// Taken out on drop, because dropping a runtime waits for its tasks, which panics inside another runtime.
struct Owned(Option<Runtime>);

impl Worker {
    pub(super) fn new() -> Result<Self, Error> {
        check_thread()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Error::new(ErrorKind::Config, "the runtime of the blocking client can't be started")
                .with_source(error)
        })?;
        Ok(Self(Arc::new(Owned(Some(runtime)))))
    }

    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        check_thread()?;
        match &self.0.0 {
            Some(runtime) => Ok(runtime.block_on(async {
                // Nothing has polled the kept connections since the last call. One turn notices those that the server has closed,
                // before a write is sent on one and its outcome becomes unknown.
                tokio::task::yield_now().await;
                work.await
            })),
            None => Err(Error::new(ErrorKind::Config, "the runtime of the blocking client has ended")),
        }
    }
}

/// Waits for the items of an iterator.
pub(super) struct Iteration {
    worker: Worker,
    has_failed: bool,
}

impl Iteration {
    pub(super) fn new(worker: Worker) -> Self {
        Self { worker, has_failed: false }
    }

    pub(super) fn worker(&self) -> &Worker {
        &self.worker
    }

    /// The next item. If it can't be waited for on this thread, that error is the last item.
    pub(super) fn next<T>(
        &mut self,
        item: impl Future<Output = Option<Result<T, Error>>>,
    ) -> Option<Result<T, Error>> {
        if self.has_failed {
            return None;
        }
        self.worker.wait(item).unwrap_or_else(|error| {
            self.has_failed = true;
            Some(Err(error))
        })
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn check_thread() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    let message = "a blocking call inside an async runtime would hold up everything else on its thread: \
                   use sae::Client there, or call from a thread of your own (std::thread::spawn)";
    Err(Error::new(ErrorKind::Config, message))
}
