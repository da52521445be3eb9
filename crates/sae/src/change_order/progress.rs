//! Watching a change order.

use std::time::Duration;

use sae_models::sae::{
    self, DescribeApplicationGroups, DescribeApplicationInstances, DescribeChangeOrder, DescribePipeline,
    Instance, PipelineProgress,
};
use sae_transport::{Error, ErrorKind, Reply};

use super::patience::Patience;
use super::poll::{EVERY, OUTAGE, Poll};
use super::snapshot::has_begun;
use super::{ChangeOrder, Snapshot, StatusText};

/// Snapshots of a change order, one whenever something has changed, until it is over.
///
/// A batch that waits for a confirmation is shown and waited for; somebody else may confirm it. Passing faults are waited out for
/// [`Progress::outage`]; that the service gives no answer, and that it does again, are changes too. So is that the change order has
/// become [stuck](Snapshot::is_stuck).
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
    order: ChangeOrder,
    every: Duration,
    timeout: Option<Duration>,
    patience: Patience,
    outage: Duration,
    poll: Option<Poll>,
    last: Option<Snapshot>,
    /// Groups of the application, once they are known.
    groups: Option<Vec<String>>,
    sees_pipelines: bool,
    sees_instances: bool,
    gaps: Vec<String>,
    is_over: bool,
}

impl ChangeOrder {
    /// Watches it, snapshot after snapshot: see [`Progress`].
    pub fn progress(&self) -> Progress {
        Progress::new(self.clone())
    }
}

impl Progress {
    /// How long the service may fail to answer unless [`Progress::outage`] is set: five minutes.
    pub const OUTAGE: Duration = OUTAGE;

    fn new(order: ChangeOrder) -> Self {
        Self {
            order,
            every: EVERY,
            timeout: None,
            patience: Patience::new(),
            outage: OUTAGE,
            poll: None,
            last: None,
            groups: None,
            sees_pipelines: true,
            sees_instances: true,
            gaps: Vec::new(),
            is_over: false,
        }
    }

    /// How soon to look again. One second unless set; while nothing changes, up to eight times that.
    pub fn poll(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// How long to watch. No limit unless set; when it is over, the last thing is an error of kind [`ErrorKind::Timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the change order may report an abnormal state before snapshots say that it is [stuck](Snapshot::is_stuck): see
    /// [`Wait::patience`](super::Wait::patience).
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience.limit(patience);
        self
    }

    pub(super) fn with_patience(&mut self, patience: &Patience) {
        self.patience = patience.clone();
    }

    /// How long the service may fail to answer: see [`Wait::outage`](super::Wait::outage).
    pub fn outage(mut self, outage: Duration) -> Self {
        self.outage = outage;
        self
    }

    /// The next snapshot; nothing after the last one, or after an error.
    pub async fn next(&mut self) -> Option<Result<Snapshot, Error>> {
        if self.is_over {
            return None;
        }
        let next = self.changed().await;
        self.is_over = next.as_ref().map_or(true, Snapshot::is_final);
        Some(next)
    }

    async fn changed(&mut self) -> Result<Snapshot, Error> {
        // A copy stays behind with the deadline, should this future be dropped.
        let start = || Poll::new(self.order.clone(), self.every, self.timeout, self.outage);
        let mut poll = self.poll.get_or_insert_with(start).clone();
        let result = self.poll_until_changed(&mut poll).await;
        self.poll = Some(poll);
        result
    }

    async fn poll_until_changed(&mut self, poll: &mut Poll) -> Result<Snapshot, Error> {
        // The first snapshot is wanted at once.
        let mut is_first = self.last.is_none();
        loop {
            if !std::mem::take(&mut is_first) {
                if poll.is_over() {
                    let message = format!("change order {} isn't over yet", self.order.id());
                    return Err(Error::new(ErrorKind::Timeout, message));
                }
                poll.pause(self.patience.ends()).await;
            }
            let request = DescribeChangeOrder::new(self.order.id());
            match self
                .order
                .client()
                .call(request)
                .timeout(poll.call_limit())
                .await
                .and_then(Reply::into_data)
            {
                Ok(order) => {
                    poll.answered();
                    if let Some(snapshot) = self.change(order).await {
                        poll.quicken();
                        return Ok(snapshot);
                    }
                }
                Err(error) if poll.tolerates(&error) => {
                    let mut last = self.last.clone().unwrap_or_default();
                    if last.fault.is_none() {
                        last.fault = Some(error.to_string());
                        self.last = Some(last.clone());
                        return Ok(last);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What an order that was just read looks like, if that is news.
    pub(super) async fn change(&mut self, order: sae::ChangeOrder) -> Option<Snapshot> {
        self.patience.see(&order);
        let snapshot = self.filled(order).await;
        if self.last.as_ref() == Some(&snapshot) {
            return None;
        }
        self.last = Some(snapshot.clone());
        Some(snapshot)
    }

    /// Adds what there is to see of pipelines and instances. What can't be read for a moment stays as it was.
    async fn filled(&mut self, order: sae::ChangeOrder) -> Snapshot {
        let pipelines = self.pipelines(&order).await;
        let instances = self.instances(&order).await;
        Snapshot {
            is_stuck: self.patience.is_stuck(&self.order, "stuck"),
            order,
            pipelines,
            instances,
            gaps: self.gaps.clone(),
            fault: None,
        }
    }

    async fn pipelines(&mut self, order: &sae::ChangeOrder) -> Vec<PipelineProgress> {
        let mut seen = Vec::new();
        for pipeline in order.pipelines.iter().filter(|pipeline| has_begun(pipeline)) {
            let Some(id) = pipeline.pipeline_id.as_deref().filter(|_| self.sees_pipelines) else { continue };
            let known = self.last.as_ref().and_then(|last| {
                last.pipelines.iter().find(|known| known.pipeline_id.as_deref() == Some(id)).cloned()
            });
            // What is over doesn't change any more.
            if let Some(known) =
                known.clone().filter(|known| StatusText(known.pipeline_status.as_ref()).is_over())
            {
                seen.push(known);
                continue;
            }
            match self.order.client().send(DescribePipeline::new(id)).await.and_then(Reply::into_data) {
                Ok(read) => seen.push(read),
                Err(error) => {
                    self.sees_pipelines = !self.is_gap(&error);
                    seen.extend(known);
                }
            }
        }
        seen
    }

    async fn instances(&mut self, order: &sae::ChangeOrder) -> Vec<Instance> {
        let app_id = order.app_id.as_deref().or(self.order.app_id());
        let Some(app_id) = app_id.filter(|_| self.sees_instances).map(str::to_owned) else {
            return Vec::new();
        };
        match self.read_instances(&app_id).await {
            Ok(instances) => instances,
            // Deleted together with its instances.
            Err(error) if error.is_not_found() => Vec::new(),
            Err(error) => {
                self.sees_instances = !self.is_gap(&error);
                self.last.as_ref().map(|last| last.instances.clone()).unwrap_or_default()
            }
        }
    }

    async fn read_instances(&mut self, app_id: &str) -> Result<Vec<Instance>, Error> {
        let client = self.order.client().clone();
        let groups = if let Some(groups) = self.groups.clone().filter(|groups| !groups.is_empty()) {
            groups
        } else {
            let groups = client.items(DescribeApplicationGroups::new(app_id)).all().await?;
            groups.into_iter().filter_map(|group| group.group_id).collect()
        };
        let mut instances = Vec::new();
        for group in &groups {
            let request = DescribeApplicationInstances::new(app_id, group).page_size(PAGE);
            instances.extend(client.items(request).all().await?);
        }
        self.groups = Some(groups);
        Ok(instances)
    }

    /// Whether an error is there to stay, so that asking again is no use; then it is noted.
    fn is_gap(&mut self, error: &Error) -> bool {
        let stays = matches!(error.kind(), ErrorKind::Service | ErrorKind::Request)
            && matches!(error.retry(), sae_transport::Retry::Never);
        if stays {
            self.gaps.push(error.to_string());
        }
        stays
    }
}

/// Instances on a page.
const PAGE: i64 = 50;
