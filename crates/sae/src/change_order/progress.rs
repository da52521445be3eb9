//! Watching a change order.

use std::time::Duration;

use sae_transport::Error;

use super::{ChangeOrder, Follow, Outcome, Snapshot};

/// Snapshots of a change order, one whenever something has changed, until the change order is over.
///
/// It doesn't end while a batch waits for a confirmation: somebody else may confirm it. Passing faults are waited out for as long as
/// [`Progress::outage`] allows. A snapshot is also returned when the service stops responding, when it responds again, and when the
/// change order becomes [stuck](Snapshot::is_stuck).
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// # use sae::model::{CreateApplication, CreateNamespace, PackageType};
/// # client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
/// # let create = CreateApplication::new("shop", PackageType::Image, 2)
/// #     .namespace_id("cn-hangzhou:shop").image_url("repo/shop:1").cpu(1000).memory(2048);
/// let order = client.submit(create).await?;
/// let mut progress = order.progress();
/// while let Some(snapshot) = progress.next().await {
///     println!("{}", snapshot?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before a snapshot is asked for"]
pub struct Progress {
    follow: Follow,
    is_over: bool,
}

impl ChangeOrder {
    /// Watches it with snapshots until it is over: see [`Progress`].
    pub fn progress(&self) -> Progress {
        Progress { follow: self.follow().until_over(), is_over: false }
    }
}

impl Progress {
    /// Polling interval: see [`Follow::poll`].
    pub fn poll(mut self, every: Duration) -> Self {
        self.follow = self.follow.poll(every);
        self
    }

    /// How long to watch. Without a limit unless set; after it, the last item is an error of kind
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.follow = self.follow.timeout(timeout);
        self
    }

    /// How long the change order may report an abnormal state before snapshots mark it as [stuck](Snapshot::is_stuck): see
    /// [`Follow::patience`].
    pub fn patience(mut self, patience: Duration) -> Self {
        self.follow = self.follow.patience(patience);
        self
    }

    /// How long the service may fail to respond: see [`Follow::outage`].
    pub fn outage(mut self, outage: Duration) -> Self {
        self.follow = self.follow.outage(outage);
        self
    }

    /// The next snapshot; nothing after the last one, or after an error.
    pub async fn next(&mut self) -> Option<Result<Snapshot, Error>> {
        let next = self.follow.next().await;
        let is_timed_out = next.is_none() && self.follow.outcome() == Some(&Outcome::TimedOut);
        if is_timed_out && !std::mem::replace(&mut self.is_over, true) {
            return Some(Err(self.follow.timed_out()));
        }
        next
    }
}
