//! Waits for the end of a change order.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use sae_models::sae;
use sae_transport::Error;

use super::{ChangeOrder, Finished, Follow, Outcome, Snapshot};
use crate::client::trace;

/// Waits for the end of a change order when it is awaited.
///
/// Waiting also ends when the change order waits for a person or is stuck, and when the time is over: [`Outcome`] says which. Passing
/// faults are waited out for as long as [`Wait::outage`] allows; after that, waiting fails with the error. If the time is over and the
/// change order was never read, waiting fails, too, with the error of the last poll.
///
/// ```no_run
/// # async fn example(client: sae::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use sae::change_order::Outcome;
///
/// let order = client.change_order("7fa5c0-9ebb-4bb4-b383-1f885447b109");
/// let finished = loop {
///     let finished = order.wait().timeout(Duration::from_secs(900)).await?;
///     match finished.outcome {
///         Outcome::WaitingForConfirmation => order.confirm().await?,
///         _ => break finished,
///     }
/// };
/// finished.success()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is waited for before it is awaited"]
pub struct Wait {
    follow: Follow,
    show: Option<Show>,
}

type Show = Box<dyn FnMut(&Snapshot) + Send>;

impl ChangeOrder {
    /// Waits until it is over or waits for a person: see [`Wait`].
    pub fn wait(&self) -> Wait {
        Wait { follow: self.follow().plain().timeout(TIMEOUT), show: None }
    }
}

impl Wait {
    /// How long to wait. One hour unless set. After it, the outcome is [`Outcome::TimedOut`], and the change order keeps running; if it
    /// was never read, waiting fails with the error of the last poll.
    ///
    /// The last poll may take two seconds beyond it, and the [diagnosis](Finished::diagnosis) five.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.follow = self.follow.timeout(timeout);
        self
    }

    /// Polling interval: see [`Follow::poll`].
    pub fn poll(mut self, every: Duration) -> Self {
        self.follow = self.follow.poll(every);
        self
    }

    /// How long the change order may report an abnormal state before it counts as [`Outcome::Stuck`]: see [`Follow::patience`].
    pub fn patience(mut self, patience: Duration) -> Self {
        self.follow = self.follow.patience(patience);
        self
    }

    /// How long the service may fail to respond: see [`Follow::outage`].
    pub fn outage(mut self, outage: Duration) -> Self {
        self.follow = self.follow.outage(outage);
        self
    }

    /// Calls this with a snapshot at the beginning and after every change, those of a rollback too, to show progress on a terminal.
    ///
    /// Unlike [`ChangeOrder::progress`] this ends when the change order waits for a person or is stuck. Each poll makes some more
    /// calls.
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
    /// let finished = order.wait().watch(|snapshot| eprintln!("{snapshot}")).await?;
    /// eprintln!("{finished}");
    /// # assert!(finished.is_success());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch(mut self, show: impl FnMut(&Snapshot) + Send + 'static) -> Self {
        self.follow = self.follow.detailed();
        self.show = Some(Box::new(show));
        self
    }

    async fn run(mut self) -> Result<Finished, Error> {
        let (mut outcome, mut order) = self.end().await?;
        if outcome == Outcome::Aborted
            && let Some(by) = self.follow.go_on_with_rollback().await?
        {
            let (end, rollback) = self.end().await?;
            (outcome, order) = match end {
                Outcome::Succeeded => (Outcome::RolledBack { by }, order),
                Outcome::TimedOut | Outcome::Stuck => (end, rollback),
                // The previous version isn't restored.
                _ => (Outcome::Failed, rollback),
            };
        }
        Ok(self.follow.finish(outcome, order).await)
    }

    async fn end(&mut self) -> Result<(Outcome, sae::ChangeOrder), Error> {
        while let Some(snapshot) = self.follow.next().await {
            let snapshot = snapshot?;
            if let Some(show) = &mut self.show {
                show(&snapshot);
            }
        }
        self.follow.ended()
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("follow", &self.follow)
            .field("is_watched", &self.show.is_some())
            .finish()
    }
}

impl IntoFuture for Wait {
    type Output = Result<Finished, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(trace::wait(self.run()))
    }
}

const TIMEOUT: Duration = Duration::from_secs(60 * 60);
