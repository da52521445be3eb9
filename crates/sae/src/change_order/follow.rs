//! Follows a change order: snapshots, then an outcome.

use std::time::Duration;

use sae_models::sae::{self, DescribeChangeOrder};
use sae_transport::{Error, ErrorKind, Reply};
use tokio::time::Instant;

use super::details::Details;
use super::outcome::timed_out;
use super::patience::Patience;
use super::poll::{CALL_LIMIT, EVERY, OUTAGE, Poll};
use super::rollback::Next;
use super::{ChangeOrder, Finished, Outcome, Snapshot};
use crate::client::CallOptions;

/// Follows a change order. [`Follow::next`] returns a snapshot whenever something has changed, and nothing once following has ended;
/// [`Follow::outcome`] and [`Follow::finished`] say how it ended.
///
/// Following ends when the change order is over, waits for a person or is stuck, and when the time is over. Passing faults are waited
/// out for as long as [`Follow::outage`] allows; after that, [`Follow::next`] returns the error. A snapshot is also returned when the
/// service stops responding and when it responds again. [`Wait`](super::Wait) and [`Progress`](super::Progress) are built on this.
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
/// use sae::change_order::Outcome;
///
/// let order = client.submit(create).await?;
/// let mut follow = order.follow();
/// while let Some(snapshot) = follow.next().await {
///     println!("{}", snapshot?);
/// }
/// assert_eq!(follow.outcome(), Some(&Outcome::Succeeded));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before a snapshot is asked for"]
pub struct Follow {
    /// The change order that was asked for. Recorded times are named after it.
    handle: ChangeOrder,
    /// The change order that is read: the same one, or its rollback.
    id: String,
    every: Duration,
    timeout: Option<Duration>,
    outage: Duration,
    patience: Patience,
    confirmed: Option<String>,
    is_patient: bool,
    /// `None` if only the change order is read.
    details: Option<Details>,
    begun: Option<Instant>,
    poll: Option<Poll>,
    last: Option<Snapshot>,
    stage: Stage,
    fault: Option<Error>,
    outcome: Option<Outcome>,
    has_failed: bool,
}

/// How far following has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    New,
    Read,
    /// A snapshot of what was read was returned.
    Shown,
}

impl ChangeOrder {
    /// Follows it with snapshots until it ends: see [`Follow`].
    pub fn follow(&self) -> Follow {
        Follow {
            handle: self.clone(),
            id: self.id().to_owned(),
            every: EVERY,
            timeout: None,
            outage: OUTAGE,
            patience: Patience::new(),
            confirmed: None,
            is_patient: false,
            details: Some(Details::new(self.clone())),
            begun: None,
            poll: None,
            last: None,
            stage: Stage::New,
            fault: None,
            outcome: None,
            has_failed: false,
        }
    }
}

impl Follow {
    /// How long the service may fail to respond unless [`Follow::outage`] is set: five minutes.
    pub const OUTAGE: Duration = OUTAGE;
    /// How long a confirmation may take to become visible: see [`Follow::confirmed`].
    pub const CONFIRMATION: Duration = Duration::from_secs(30);

    /// Polling interval. One second unless set; up to eight times as long while nothing changes.
    pub fn poll(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// How long to follow. Without a limit unless set; after it, the outcome is [`Outcome::TimedOut`]. A poll that begins just before
    /// the deadline may take a second more, and another with pipelines and instances.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the change order may report an abnormal state before it counts as [`Outcome::Stuck`]. 30 seconds unless set.
    ///
    /// An abnormal change order often fails or recovers by itself a moment later; the time starts anew whenever it recovers. With zero,
    /// an abnormal change order counts as stuck at once.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience.limit(patience);
        self
    }

    /// How long the service may fail to respond, measured from the first failed poll. Five minutes unless set. After it,
    /// [`Follow::next`] returns the error of the last poll.
    pub fn outage(mut self, outage: Duration) -> Self {
        self.outage = outage;
        self
    }

    /// The pipeline that was just confirmed. The service may still report for a moment that it waits; that doesn't end following, for
    /// as long as [`Follow::CONFIRMATION`].
    pub fn confirmed(mut self, pipeline: impl Into<String>) -> Self {
        self.confirmed = Some(pipeline.into());
        self
    }

    /// Keeps following while the change order waits for a person or is stuck: somebody else may confirm it or abort it.
    pub fn until_over(mut self) -> Self {
        self.is_patient = true;
        self
    }

    /// Reads only the change order, without pipelines and instances.
    pub(super) fn plain(mut self) -> Self {
        self.details = None;
        self
    }

    /// Reads pipelines and instances, too.
    pub(super) fn detailed(mut self) -> Self {
        self.details = Some(Details::new(self.handle.clone()));
        self
    }

    /// The change order that is followed.
    pub fn change_order(&self) -> &ChangeOrder {
        &self.handle
    }

    /// The next snapshot; nothing after the end, or after an error.
    ///
    /// Dropping the future loses no snapshot: the next call polls again, and the time limits stay.
    pub async fn next(&mut self) -> Option<Result<Snapshot, Error>> {
        if self.outcome.is_some() || self.has_failed {
            return None;
        }
        let start = || Poll::new(self.handle.clone(), self.every, self.timeout, self.outage);
        // A copy stays here in case the future is dropped.
        let mut poll = self.poll.get_or_insert_with(start).clone();
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let next = Box::pin(self.changed(&mut poll, begun)).await;
        self.poll = Some(poll);
        self.has_failed = next.is_err();
        next.transpose()
    }

    /// The outcome; nothing before the end, and after an error.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// The last state that was read; nothing if the change order was never read. At the end it may be newer than the last snapshot that
    /// was returned, and lack pipelines and instances that couldn't be read in time.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.last.as_ref().filter(|_| self.stage >= Stage::Read)
    }

    /// The error of the last poll, if it failed and was waited out (see [`Follow::outage`]). An error that [`Follow::next`] has
    /// returned isn't kept. If the time is over and [`Follow::snapshot`] returns nothing, this is why the change order was never read:
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # use std::time::Duration;
    /// # // Nobody listens there.
    /// # let client = sae::Client::builder()
    /// #     .credentials(sae::Credentials::new("local", "local-secret"))
    /// #     .endpoint("http://127.0.0.1:9")
    /// #     .build()?;
    /// # let order = client.change_order("7fa5c0-9ebb-4bb4-b383-1f885447b109");
    /// let mut follow = order.follow().timeout(Duration::from_millis(20));
    /// while let Some(snapshot) = follow.next().await {
    ///     println!("{}", snapshot?);
    /// }
    /// if follow.snapshot().is_none()
    ///     && let Some(error) = follow.last_error()
    /// {
    ///     eprintln!("the change order was never read: {error}");
    /// }
    /// # assert!(follow.last_error().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_error(&self) -> Option<&Error> {
        self.fault.as_ref()
    }

    /// The outcome with a [`Diagnosis`](super::Diagnosis) of what went wrong. Nothing before the end, or if the change order was never
    /// read; then [`Follow::last_error`] says why. Reading the diagnosis takes at most 30 seconds, and at most five after the deadline.
    pub async fn finished(&self) -> Option<Finished> {
        let order = self.snapshot()?.order.clone();
        let outcome = self.outcome.clone()?;
        Some(self.finish(outcome, order).await)
    }

    /// The result of this outcome, which may be that of a rollback.
    pub(super) async fn finish(&self, outcome: Outcome, order: sae::ChangeOrder) -> Finished {
        let left = self.poll.as_ref().and_then(Poll::left);
        let within = left.map_or(DIAGNOSIS, |left| left.clamp(LATE_DIAGNOSIS, DIAGNOSIS));
        Finished::of(&self.handle, outcome, order, self.timeout, within).await
    }

    /// The outcome, and the change order as it was last read. Fails with the error of the last poll if the change order was never read.
    pub(super) fn ended(&mut self) -> Result<(Outcome, sae::ChangeOrder), Error> {
        match (self.snapshot(), &self.outcome) {
            (Some(seen), Some(outcome)) => Ok((outcome.clone(), seen.order.clone())),
            _ => Err(self.fault.take().unwrap_or_else(|| self.timed_out())),
        }
    }

    /// Waits until something has changed; returns nothing if following ends without a change.
    async fn changed(&mut self, poll: &mut Poll, begun: Instant) -> Result<Option<Snapshot>, Error> {
        loop {
            // The first snapshot is read without a pause.
            if poll.is_planned() {
                if poll.is_over() {
                    self.outcome = Some(Outcome::TimedOut);
                    return Ok(None);
                }
                poll.pause().await;
            }
            let request = DescribeChangeOrder::new(&self.id);
            let client = self.handle.client();
            let limit = poll.call_limit().min(client.settings().timeouts.call);
            let read = client.call(request).timeout(limit).await;
            match read.and_then(Reply::into_data) {
                Ok(order) => {
                    poll.answered();
                    self.fault = None;
                    let snapshot = self.look(order, poll.call_limit()).await;
                    self.stage = self.stage.max(Stage::Read);
                    self.outcome = self.decided(&snapshot, begun);
                    let is_news = self.last.as_ref() != Some(&snapshot) || self.stage != Stage::Shown;
                    self.last = Some(snapshot.clone());
                    if is_news {
                        poll.quicken();
                    }
                    self.plan(poll, begun);
                    // No snapshot is returned before pipelines and instances were read once.
                    if is_news && self.details.as_ref().is_none_or(|details| details.is_read) {
                        self.stage = Stage::Shown;
                        return Ok(Some(snapshot));
                    }
                    if self.outcome.is_some() {
                        return Ok(None);
                    }
                }
                Err(error) if poll.tolerates(&error) => {
                    self.plan(poll, begun);
                    let mut last = self.last.clone().unwrap_or_default();
                    let text = error.to_string();
                    self.fault = Some(error);
                    if last.fault.is_none() {
                        last.fault = Some(text);
                        self.last = Some(last.clone());
                        return Ok(Some(last));
                    }
                }
                Err(error) => {
                    self.fault = None;
                    return Err(error);
                }
            }
        }
    }

    /// Plans the next poll. A copy stays behind in case the future is dropped.
    fn plan(&mut self, poll: &mut Poll, begun: Instant) {
        let visible = self.confirmed.as_ref().and_then(|_| begun.checked_add(Self::CONFIRMATION));
        let visible = visible.filter(|visible| *visible > Instant::now());
        poll.plan([self.patience.ends(), visible].into_iter().flatten().min());
        self.poll = Some(poll.clone());
    }

    /// The snapshot of a change order that was just read. Reading the rest may take this long.
    async fn look(&mut self, order: sae::ChangeOrder, limit: Duration) -> Snapshot {
        self.patience.see(&order);
        let mut snapshot =
            Snapshot { order, is_stuck: self.patience.is_stuck(&self.handle), ..Snapshot::default() };
        if let Some(details) = &mut self.details {
            let read = tokio::time::timeout(limit, Box::pin(details.read(&snapshot.order))).await;
            // What takes longer stays as it was. After the longest time for a call it isn't waited for any more.
            details.is_read |= read.is_err() && limit >= CALL_LIMIT;
            snapshot.pipelines.clone_from(&details.pipelines);
            snapshot.instances.clone_from(&details.instances);
            snapshot.gaps.clone_from(&details.gaps);
        }
        snapshot
    }

    /// The outcome, if this snapshot ends following.
    fn decided(&self, seen: &Snapshot, begun: Instant) -> Option<Outcome> {
        let stuck = seen.is_stuck.then_some(Outcome::Stuck);
        let outcome = Outcome::of(seen.status()).or(stuck)?;
        if self.is_patient && !outcome.is_final() {
            return None;
        }
        let gate = &seen.order.current_pipeline_id;
        let is_confirmed = outcome == Outcome::WaitingForConfirmation
            && gate.is_some()
            && *gate == self.confirmed
            && !self.handle.client().is_time_over(
                "confirmation",
                self.handle.id(),
                begun.elapsed() >= Self::CONFIRMATION,
            );
        (!is_confirmed).then_some(outcome)
    }

    /// Continues with the change order that rolled this one back, within the same time limits, and returns its identifier. Looks for it
    /// twice, because the service may list it shortly after this one has ended.
    pub(super) async fn go_on_with_rollback(&mut self) -> Result<Option<String>, Error> {
        let app_id = self.snapshot().and_then(|seen| seen.order.app_id.as_deref()).or(self.handle.app_id());
        let (Some(app_id), Some(poll)) = (app_id.map(str::to_owned), &mut self.poll) else { return Ok(None) };
        poll.quicken();
        let mut looks = 0;
        let by = loop {
            let limit = poll.call_limit().min(self.handle.client().settings().timeouts.call);
            let handle = self.handle.with_options(CallOptions::new().timeout(limit));
            match handle.successor(&app_id).await {
                Ok(next) => {
                    poll.answered();
                    looks += 1;
                    match next {
                        Next::Rollback(id) => break id,
                        Next::Nothing if looks < 2 && !poll.is_over() => {}
                        Next::Nothing | Next::Another => return Ok(None),
                    }
                }
                Err(error) if !poll.tolerates(&error) || poll.is_over() => return Err(error),
                Err(_) => {}
            }
            poll.plan(None);
            poll.pause().await;
        };
        poll.restart();
        self.id.clone_from(&by);
        (self.stage, self.fault, self.outcome) = (Stage::New, None, None);
        Ok(Some(by))
    }

    /// [`Outcome::TimedOut`] as an error.
    pub(super) fn timed_out(&self) -> Error {
        let text = self.timeout.map_or_else(|| Outcome::TimedOut.to_string(), timed_out);
        Error::new(ErrorKind::Timeout, format!("change order {} {text}", self.handle.id()))
    }
}

/// How long reading a diagnosis may take.
const DIAGNOSIS: Duration = Duration::from_secs(30);
/// How long it may take after the deadline.
const LATE_DIAGNOSIS: Duration = Duration::from_secs(5);
