//! Reads the pipelines of a change order and the instances of its application.

use sae_models::sae::{
    self, DescribeApplicationGroups, DescribeApplicationInstances, DescribePipeline, Instance,
    PipelineProgress,
};
use sae_transport::{Error, ErrorKind, Reply};

use super::snapshot::has_begun;
use super::{ChangeOrder, StatusText};

/// Reads pipelines and instances. If they can't be read for a moment, the last ones are kept.
#[derive(Clone, Debug)]
pub(super) struct Details {
    handle: ChangeOrder,
    pub(super) pipelines: Vec<PipelineProgress>,
    pub(super) instances: Vec<Instance>,
    /// What can't be read at all, and why.
    pub(super) gaps: Vec<String>,
    /// Whether both were read, or can't be.
    pub(super) is_read: bool,
    /// Groups of the application, once they are known.
    groups: Option<Vec<String>>,
    sees_pipelines: bool,
    sees_instances: bool,
}

impl Details {
    pub(super) fn new(handle: ChangeOrder) -> Self {
        Self {
            handle,
            pipelines: Vec::new(),
            instances: Vec::new(),
            gaps: Vec::new(),
            is_read: false,
            groups: None,
            sees_pipelines: true,
            sees_instances: true,
        }
    }

    /// Reads pipelines and instances of a change order that was just read.
    pub(super) async fn read(&mut self, order: &sae::ChangeOrder) {
        self.read_pipelines(order).await;
        self.read_instances(order).await;
        self.is_read = true;
    }

    async fn read_pipelines(&mut self, order: &sae::ChangeOrder) {
        let mut seen = Vec::new();
        for pipeline in order.pipelines.iter().filter(|pipeline| has_begun(pipeline)) {
            let Some(id) = pipeline.pipeline_id.as_deref().filter(|_| self.sees_pipelines) else { continue };
            let known = self.pipelines.iter().find(|known| known.pipeline_id.as_deref() == Some(id)).cloned();
            // A pipeline that is over doesn't change any more.
            if let Some(known) =
                known.clone().filter(|known| StatusText(known.pipeline_status.as_ref()).is_over())
            {
                seen.push(known);
                continue;
            }
            match self.handle.client().send(DescribePipeline::new(id)).await.and_then(Reply::into_data) {
                // Kept at once, because the time may be over before all of them are read.
                Ok(read) => {
                    self.pipelines.retain(|known| known.pipeline_id != read.pipeline_id);
                    self.pipelines.push(read.clone());
                    seen.push(read);
                }
                Err(error) => {
                    self.sees_pipelines = !self.is_gap(&error);
                    seen.extend(known);
                }
            }
        }
        self.pipelines = seen;
    }

    async fn read_instances(&mut self, order: &sae::ChangeOrder) {
        let app_id = order.app_id.as_deref().or(self.handle.app_id());
        let Some(app_id) = app_id.filter(|_| self.sees_instances).map(str::to_owned) else {
            self.instances.clear();
            return;
        };
        match self.instances_of(&app_id).await {
            Ok(instances) => self.instances = instances,
            // The group was deleted together with its instances.
            Err(error) if error.is_not_found() => self.instances.clear(),
            Err(error) => self.sees_instances = !self.is_gap(&error),
        }
    }

    async fn instances_of(&mut self, app_id: &str) -> Result<Vec<Instance>, Error> {
        let client = self.handle.client().clone();
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

    /// Whether an error is permanent, so that asking again is of no use. Notes it if so.
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
