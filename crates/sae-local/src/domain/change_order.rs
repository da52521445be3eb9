//! Change orders: changes of an application, divided into batches.

use serde::{Deserialize, Serialize};

use crate::domain::application::RestorePoint;
use crate::domain::instance::Instance;
use crate::domain::load_balancer::Listeners;
use crate::domain::nlb::NlbListener;
use crate::domain::rollout_bounds::InstanceLimits;
use crate::domain::{InstanceFailure, Millis};

/// A change of an application, divided into batches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeOrder {
    /// Identifier.
    pub id: String,
    /// Identifier of the application.
    pub application: String,
    /// Name of the application, which may be deleted before its change orders.
    pub application_name: String,
    /// Identifier of the instance group.
    pub group: String,
    /// What it does.
    pub kind: Kind,
    /// Description.
    pub description: String,
    /// When it was created.
    pub created: Millis,
    /// When it ended; none while it is active.
    pub finished: Option<Millis>,
    /// How far it has come.
    pub status: Status,
    /// Whether the next batch starts without a confirmation.
    pub automatic: bool,
    /// The pause between two batches, in milliseconds.
    pub wait: Millis,
    /// The batches.
    pub pipelines: Vec<Pipeline>,
    /// Index of the batch that is running, or the next to run.
    pub current: usize,
    /// When the next batch starts without a confirmation.
    pub resume: Option<Millis>,
    /// The fewest ready instances and the most instances while it runs.
    pub bounds: InstanceLimits,
    /// What a rollback restores. It is kept until the change order succeeds or is aborted; after a failure, until the
    /// next change order begins.
    pub before: Option<RestorePoint>,
    /// What becomes of the application if it succeeds.
    pub outcome: Outcome,
    /// How the instances that it starts fail, if a test asked for that.
    #[serde(rename = "mishap")]
    pub failure: Option<InstanceFailure>,
}

/// One batch of a change order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Identifier.
    pub id: String,
    /// How far it has come.
    pub status: Status,
    /// When it started.
    pub started: Option<Millis>,
    /// When it last changed.
    pub updated: Option<Millis>,
    /// How many instances are still to be started.
    pub add: usize,
    /// Identifiers of the instances that are still to be stopped, the next one last.
    pub retire: Vec<String>,
    /// How many instances it has started.
    pub added: usize,
    /// How many instances it has stopped.
    pub retired: usize,
    /// The least time that it takes, in milliseconds.
    pub lasts: Millis,
}

/// What a change order does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Creates an application.
    Create,
    /// Deploys a new version.
    Deploy,
    /// Restarts an application.
    Restart,
    /// Stops an application.
    Stop,
    /// Starts a stopped application.
    Start,
    /// Restarts chosen instances.
    RestartInstances,
    /// Removes chosen instances.
    TakeInstances,
    /// Goes back to a version that was deployed before.
    DeployHistory,
    /// Adds instances.
    ScaleOut,
    /// Removes instances.
    ScaleIn,
    /// Changes CPU and memory of the instances.
    Resize,
    /// Binds load balancers.
    BindSlb,
    /// Unbinds load balancers.
    UnbindSlb,
    /// Binds an NLB instance.
    BindNlb,
    /// Unbinds a listener of an NLB instance.
    UnbindNlb,
    /// Creates a Kubernetes service.
    CreateService,
    /// Changes a Kubernetes service.
    UpdateService,
    /// Deletes a Kubernetes service.
    DeleteService,
    /// Restores what another change order replaced.
    Rollback,
    /// Deletes an application.
    Delete,
}

/// How far a change order or one of its pipelines has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It is preparing, or waits for the batches before it.
    Preparing,
    /// It is running.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed: its instances did not become ready in time.
    Failed,
    /// It was aborted.
    Aborted,
    /// It waits for a confirmation.
    WaitingForConfirmation,
    /// It waits for the pause between two batches to end.
    WaitingForNextBatch,
}

/// What becomes of an application when a change order succeeds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing changes.
    Unchanged,
    /// It is deployed and not stopped.
    Deployed,
    /// It is stopped.
    Stopped,
    /// It is removed.
    Deleted,
    /// It is deployed or stopped as it was before.
    Restored(RestorePoint),
    /// It is reached through these load balancers.
    Bound {
        /// From the internet.
        internet: Option<Listeners>,
        /// From its own network.
        intranet: Option<Listeners>,
    },
    /// Its load balancers are unbound.
    Unbound {
        /// The one that is reached from the internet.
        internet: bool,
        /// The one that is reached from its own network.
        intranet: bool,
    },
    /// It is reached through these listeners of an NLB instance, too.
    NlbBound {
        /// Identifier of the instance.
        nlb: String,
        /// Whether the instance is created.
        created: bool,
        /// The listeners.
        listeners: Vec<NlbListener>,
    },
    /// A listener of an NLB instance is unbound.
    NlbUnbound {
        /// Identifier of the instance.
        nlb: String,
        /// Port of the listener.
        port: i64,
        /// Protocol of the listener.
        protocol: String,
    },
}

impl ChangeOrder {
    /// Whether it has not ended yet.
    pub const fn is_active(&self) -> bool {
        self.status.is_active()
    }

    /// Whether it can be rolled back now.
    pub const fn can_roll_back(&self) -> bool {
        self.before.is_some() && !matches!(self.kind, Kind::Rollback | Kind::Delete)
    }

    /// Whether it has failed.
    pub fn has_failed(&self) -> bool {
        self.status == Status::Failed
    }

    /// Whether it started this instance.
    pub fn started(&self, instance: &Instance) -> bool {
        self.pipelines.iter().any(|pipeline| pipeline.id == instance.pipeline)
    }

    /// The pipeline that is running, or the next to run.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipelines.get(self.current)
    }

    /// Ends it with this status, and every pipeline that has not ended: the current one with the same status, later
    /// ones as aborted.
    pub fn end(&mut self, status: Status, now: Millis) {
        self.status = status;
        self.finished = Some(now);
        self.resume = None;
        for (at, pipeline) in self.pipelines.iter_mut().enumerate() {
            if pipeline.status.is_active() {
                pipeline.status = if at == self.current { status } else { Status::Aborted };
                pipeline.updated = Some(now);
            }
        }
    }
}

impl Kind {
    /// The service's code for the type: `CoDeploy`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Create => "CoCreateApp",
            Self::Deploy => "CoDeploy",
            Self::Restart => "CoRestartApplication",
            Self::Stop => "CoStopApplication",
            Self::Start => "CoStartApplication",
            Self::RestartInstances => "CoRestartInstances",
            Self::TakeInstances => "CoScaleInAppWithInstances",
            // Spelled so on the wire.
            Self::DeployHistory => "CoDeployHistroy",
            Self::ScaleOut => "CoScaleOut",
            Self::ScaleIn => "CoScaleIn",
            Self::Resize => "CoRescaleApplicationVertically",
            Self::BindSlb => "CoBindSlb",
            Self::UnbindSlb => "CoUnbindSlb",
            Self::BindNlb => "CoBindNlb",
            Self::UnbindNlb => "CoUnbindNlb",
            Self::CreateService => "CoCreateK8sService",
            Self::UpdateService => "CoUpdateK8sService",
            Self::DeleteService => "CoDeleteK8sService",
            Self::Rollback => "CoRollback",
            Self::Delete => "CoDeleteApp",
        }
    }

    /// The service's name of the type: `Deploy Application`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Create => "Create Application",
            Self::Deploy => "Deploy Application",
            Self::Restart => "Restart Application",
            Self::Stop => "Stop Application",
            Self::Start => "Start Application",
            Self::RestartInstances => "Restart Instances",
            Self::TakeInstances => "Scale In By Instances",
            Self::DeployHistory => "Deploy Earlier Version",
            Self::ScaleOut => "Scale Out Application",
            Self::ScaleIn => "Scale In Application",
            Self::Resize => "Change Instance Specifications",
            Self::BindSlb => "Bind SLB",
            Self::UnbindSlb => "Unbind SLB",
            Self::BindNlb => "Bind NLB",
            Self::UnbindNlb => "Unbind NLB",
            Self::CreateService => "Create Service",
            Self::UpdateService => "Update Service",
            Self::DeleteService => "Delete Service",
            Self::Rollback => "Roll Back Application",
            Self::Delete => "Delete Application",
        }
    }
}

impl Status {
    /// Whether the status will still change.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Succeeded | Self::Failed | Self::Aborted)
    }

    /// The service's number for the status.
    pub const fn number(self) -> i64 {
        match self {
            Self::Preparing => 0,
            Self::Running => 1,
            Self::Succeeded => 2,
            Self::Failed => 3,
            Self::Aborted => 6,
            Self::WaitingForConfirmation => 8,
            Self::WaitingForNextBatch => 9,
        }
    }

    /// The service's word for the status.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Preparing => "READY",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCESS",
            Self::Failed => "FAIL",
            Self::Aborted => "ABORT",
            Self::WaitingForConfirmation => "WAIT_BATCH_CONFIRM",
            Self::WaitingForNextBatch => "AUTO_BATCH_WAIT",
        }
    }
}
