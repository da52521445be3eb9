//! The state of a change order at one moment.

use std::fmt;

use sae_models::sae::{self, ChangeOrderStatus, Instance, InstanceStatus, PipelineProgress};

use super::StatusText;
use super::patience::is_abnormal;

/// A change order at one moment, with its pipelines and the instances of its application.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The change order, with a pipeline for each batch.
    pub order: sae::ChangeOrder,
    /// Stages and tasks of the pipelines that have begun, in order.
    pub pipelines: Vec<PipelineProgress>,
    /// The instances of the application, with state and message.
    pub instances: Vec<Instance>,
    /// What couldn't be read, and why. The access key may lack a permission.
    pub gaps: Vec<String>,
    /// Whether the change order has reported an abnormal state for as long as [`Follow::patience`](super::Follow::patience) allows.
    pub is_stuck: bool,
    /// Why the service doesn't respond at the moment. The other fields are those of the snapshot before, or empty if there was none.
    pub fault: Option<String>,
}

impl Snapshot {
    /// Status of the change order.
    pub fn status(&self) -> Option<&ChangeOrderStatus> {
        self.order.status.as_ref()
    }

    /// Whether the change order is over.
    pub fn is_final(&self) -> bool {
        StatusText(self.status()).is_over()
    }

    /// Whether the change order reports an abnormal state: it may recover or fail by itself.
    pub fn is_abnormal(&self) -> bool {
        is_abnormal(&self.order)
    }

    /// Number of finished batches.
    pub fn batches_done(&self) -> usize {
        let done = |pipeline: &&sae::Pipeline| pipeline.status == Some(ChangeOrderStatus::Succeeded);
        self.order.pipelines.iter().filter(done).count()
    }

    /// Number of batches.
    pub fn batches(&self) -> usize {
        self.order.pipelines.len()
    }

    /// Number of running instances.
    pub fn instances_running(&self) -> usize {
        let runs = |it: &&Instance| it.instance_container_status == Some(InstanceStatus::Running);
        self.instances.iter().filter(runs).count()
    }
}

/// One line: `running, 1 of 3 batches done, 4 of 5 instances running`.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", StatusText(self.status()))?;
        if self.batches() > 0 {
            write!(f, ", {} of {} batches done", self.batches_done(), self.batches())?;
        }
        if !self.instances.is_empty() {
            write!(f, ", {} of {} instances running", self.instances_running(), self.instances.len())?;
        }
        if let Some(fault) = &self.fault {
            write!(f, ", no answer now: {fault}")?;
        }
        Ok(())
    }
}

/// Whether a batch has begun.
pub(super) fn has_begun(pipeline: &sae::Pipeline) -> bool {
    pipeline.status != Some(ChangeOrderStatus::Preparing)
}
