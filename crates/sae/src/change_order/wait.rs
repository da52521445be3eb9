//! Waiting for the end of a change order.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use sae_models::sae::{self, ChangeOrderSummary, ChangeOrderType, DescribeChangeOrder, ListChangeOrders};
use sae_transport::Error;

use super::patience::Patience;
use super::poll::{EVERY, OUTAGE, Poll};
use super::{ChangeOrder, Diagnosis, Finished, Outcome, Progress, Snapshot};

/// Waits for the end of a change order when it is awaited.
///
/// It ends, too, when a person has to do something, when the change order is stuck, and when the time is over: [`Outcome`] tells them
/// apart. An error means that the service couldn't be asked; passing faults are waited out for [`Wait::outage`].
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
    order: ChangeOrder,
    timeout: Duration,
    every: Duration,
    patience: Patience,
    outage: Duration,
    watcher: Option<Watcher>,
}

/// Somebody who wants to see each change.
struct Watcher {
    progress: Progress,
    show: Box<dyn FnMut(&Snapshot) + Send>,
}

impl ChangeOrder {
    /// Waits until it is over, or until it waits for a person: see [`Wait`].
    pub fn wait(&self) -> Wait {
        Wait::new(self.clone())
    }
}

impl Wait {
    fn new(order: ChangeOrder) -> Self {
        Self {
            order,
            timeout: TIMEOUT,
            every: EVERY,
            patience: Patience::new(),
            outage: OUTAGE,
            watcher: None,
        }
    }

    /// How long to wait. One hour unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How soon to look again. One second unless set; while nothing changes, up to eight times that.
    pub fn poll(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// How long the change order may report an abnormal state before it counts as [`Outcome::Stuck`]. 30 seconds unless set.
    ///
    /// An abnormal change order often fails or recovers by itself a moment later; the time starts anew whenever it recovers. With zero it
    /// counts as stuck at once.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience.limit(patience);
        self
    }

    /// How long the service may fail to answer, from the first look that failed to the next that succeeds. Five minutes unless set; then
    /// the error is that of the last look.
    pub fn outage(mut self, outage: Duration) -> Self {
        self.outage = outage;
        self
    }

    /// Shows a snapshot at the beginning and after every change, those of a rollback too: progress for a terminal.
    ///
    /// Unlike [`ChangeOrder::progress`] this ends where nothing goes on by itself. Each look costs some more calls.
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
        self.watcher = Some(Watcher { progress: self.order.progress(), show: Box::new(show) });
        self
    }

    async fn run(mut self) -> Result<Finished, Error> {
        if let Some(watcher) = &mut self.watcher {
            watcher.progress.with_patience(&self.patience);
        }
        let mut poll = Poll::new(self.order.clone(), self.every, Some(self.timeout), self.outage);
        let id = self.order.id.clone();
        let (order, outcome) = self.end_of(&id, &mut poll).await?;
        let Some(app_id) = order.app_id.clone().or_else(|| self.order.app_id.clone()) else {
            return Ok(self.order.finished(outcome, order, None).await);
        };
        if outcome != Outcome::Aborted {
            return Ok(self.order.finished(outcome, order, Some(app_id)).await);
        }
        let Some(by) = self.order.rollback(&app_id, &mut poll).await? else {
            return Ok(self.order.finished(outcome, order, Some(app_id)).await);
        };
        let (rollback, outcome) = self.end_of(&by, &mut poll).await?;
        let (outcome, order) = match outcome {
            Outcome::Succeeded => (Outcome::RolledBack { by }, order),
            Outcome::TimedOut | Outcome::Stuck => (outcome, rollback),
            // What there was before isn't restored.
            _ => (Outcome::Failed, rollback),
        };
        Ok(self.order.finished(outcome, order, Some(app_id)).await)
    }

    /// Waits until a change order is over, or can't go on by itself, or the time is over.
    async fn end_of(&mut self, id: &str, poll: &mut Poll) -> Result<(sae::ChangeOrder, Outcome), Error> {
        let mut last: Option<sae::ChangeOrder> = None;
        loop {
            let request = DescribeChangeOrder::new(id);
            let read = self.order.client.call(request).timeout(poll.call_limit()).await;
            match read.and_then(sae_transport::Reply::into_data) {
                Ok(order) => {
                    poll.answered();
                    if let Some(watcher) = &mut self.watcher
                        && watcher.look(&order, poll.call_limit()).await
                    {
                        poll.quicken();
                    }
                    if let Some(outcome) = self.patience.outcome(&self.order, &order) {
                        return Ok((order, outcome));
                    }
                    if last.as_ref() != Some(&order) {
                        poll.quicken();
                    }
                    last = Some(order);
                }
                // Without a single answer there is nothing to tell but the error.
                Err(error) if !poll.tolerates(&error) || (last.is_none() && poll.is_over()) => {
                    return Err(error);
                }
                Err(_) => {}
            }
            if let Some(order) = last.take_if(|_| poll.is_over()) {
                return Ok((order, Outcome::TimedOut));
            }
            poll.pause(self.patience.ends()).await;
        }
    }
}

impl Watcher {
    /// Shows the order with all that can be read within this time, if that is news.
    async fn look(&mut self, order: &sae::ChangeOrder, limit: Duration) -> bool {
        let change = tokio::time::timeout(limit, self.progress.change(order.clone())).await;
        let snapshot = change.ok().flatten();
        if let Some(snapshot) = &snapshot {
            (self.show)(snapshot);
        }
        snapshot.is_some()
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("order", &self.order)
            .field("timeout", &self.timeout)
            .field("every", &self.every)
            .field("patience", &self.patience)
            .field("outage", &self.outage)
            .field("is_watched", &self.watcher.is_some())
            .finish()
    }
}

impl IntoFuture for Wait {
    type Output = Result<Finished, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl ChangeOrder {
    /// The change order that restores what there was before this one: the next one of the application, if it is a rollback. Looks
    /// twice, because it may be listed a little later than this one ends.
    async fn rollback(&self, app_id: &str, poll: &mut Poll) -> Result<Option<String>, Error> {
        poll.quicken();
        let mut looks = 0;
        loop {
            match self.next_order(app_id).await {
                Ok(next) => {
                    poll.answered();
                    looks += 1;
                    let is_rollback =
                        |it: &ChangeOrderSummary| it.co_type_code == Some(ChangeOrderType::Rollback);
                    match next {
                        Some(next) if is_rollback(&next) => return Ok(next.change_order_id),
                        None if looks < 2 && !poll.is_over() => {}
                        _ => return Ok(None),
                    }
                }
                Err(error) if !poll.tolerates(&error) || poll.is_over() => return Err(error),
                Err(_) => {}
            }
            poll.pause(None).await;
        }
    }

    async fn next_order(&self, app_id: &str) -> Result<Option<ChangeOrderSummary>, Error> {
        // Newest first, so the one before it in the list is the one after it in time.
        let mut orders = self.client.items(ListChangeOrders::new(app_id).reverse(false));
        let mut newer = None;
        while let Some(order) = orders.next().await {
            let order = order?;
            if order.change_order_id.as_deref() == Some(self.id()) {
                return Ok(newer);
            }
            newer = Some(order);
        }
        Ok(None)
    }

    async fn finished(&self, outcome: Outcome, order: sae::ChangeOrder, app_id: Option<String>) -> Finished {
        let diagnosis = match outcome {
            Outcome::Succeeded => None,
            Outcome::Failed | Outcome::Stuck | Outcome::TimedOut => {
                Some(Diagnosis::collect(self, &order, outcome.clone(), app_id).await)
            }
            _ => Some(Diagnosis::of(&order, outcome.clone())),
        };
        Finished { outcome, order, diagnosis: diagnosis.map(Box::new) }
    }
}

const TIMEOUT: Duration = Duration::from_hours(1);
