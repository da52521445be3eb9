//! Change orders: what is being done to an application, batch by batch.

use serde::{Deserialize, Serialize};

use crate::domain::application::RestorePoint;
use crate::domain::instance::Instance;
use crate::domain::load_balancer::Listeners;
use crate::domain::rollout_bounds::InstanceLimits;
use crate::domain::{InstanceFailure, Millis};

/// A change order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeOrder {
    /// Identifier.
    pub id: String,
    /// The application.
    pub application: String,
    /// Its name: a change order outlives its application.
    pub application_name: String,
    /// The instance group.
    pub group: String,
    /// What it does.
    pub kind: Kind,
    /// Description.
    pub description: String,
    /// When it was created.
    pub created: Millis,
    /// When it ended.
    pub finished: Option<Millis>,
    /// How far it has come.
    pub status: Status,
    /// Whether batches start by themselves.
    pub automatic: bool,
    /// How long to wait between two batches.
    pub wait: Millis,
    /// The batches.
    pub pipelines: Vec<Pipeline>,
    /// Which of them is at work, or waits to be.
    pub current: usize,
    /// When the next batch starts by itself.
    pub resume: Option<Millis>,
    /// How many instances there are at any moment.
    pub bounds: InstanceLimits,
    /// What there was before, as long as it can be restored: until the change order succeeds or is aborted, and after a
    /// failure until the next one begins.
    pub before: Option<RestorePoint>,
    /// What is true once it has succeeded.
    pub outcome: Outcome,
    /// What goes wrong with it.
    #[serde(rename = "mishap")]
    pub failure: Option<InstanceFailure>,
}

/// The work of one batch.
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
    /// Instances that are still to be stopped, the next one last.
    pub retire: Vec<String>,
    /// How many instances have been started.
    pub added: usize,
    /// How many have been stopped.
    pub retired: usize,
    /// How long it takes at least.
    pub lasts: Millis,
}

/// What a change order does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Creates an application.
    Create,
    /// Deploys it.
    Deploy,
    /// Restarts it.
    Restart,
    /// Stops it.
    Stop,
    /// Starts it.
    Start,
    /// Adds instances.
    ScaleOut,
    /// Takes instances away.
    ScaleIn,
    /// Changes the size of its instances.
    Resize,
    /// Binds load balancers.
    BindSlb,
    /// Unbinds load balancers.
    UnbindSlb,
    /// Restores what there was before another change order.
    Rollback,
    /// Deletes it.
    Delete,
}

/// How far a change order or one of its pipelines has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It prepares, or waits for its turn.
    Preparing,
    /// It is under way.
    Running,
    /// It is done.
    Succeeded,
    /// Its instances did not become ready.
    Failed,
    /// It was aborted.
    Aborted,
    /// It waits for a confirmation.
    WaitingForConfirmation,
    /// It waits for its time.
    WaitingForNextBatch,
}

/// What is true of the application once a change order has succeeded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// It is there; nothing more.
    Unchanged,
    /// It is deployed and runs.
    Deployed,
    /// It is stopped.
    Stopped,
    /// It is gone.
    Deleted,
    /// It is as it was before.
    Restored(RestorePoint),
    /// It is reached through these listeners.
    Bound {
        /// From the internet.
        internet: Option<Listeners>,
        /// From its network.
        intranet: Option<Listeners>,
    },
    /// It is no longer reached.
    Unbound {
        /// From the internet.
        internet: bool,
        /// From its network.
        intranet: bool,
    },
}

impl ChangeOrder {
    /// Whether it is still under way.
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

    /// The pipeline that is at work, or waits to be.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipelines.get(self.current)
    }

    /// Ends it, with every pipeline that hasn't ended: the one at work as the change order, those to come as aborted.
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
    /// The type as a code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Create => "CoCreateApp",
            Self::Deploy => "CoDeploy",
            Self::Restart => "CoRestartApplication",
            Self::Stop => "CoStopApplication",
            Self::Start => "CoStartApplication",
            Self::ScaleOut => "CoScaleOut",
            Self::ScaleIn => "CoScaleIn",
            Self::Resize => "CoRescaleApplicationVertically",
            Self::BindSlb => "CoBindSlb",
            Self::UnbindSlb => "CoUnbindSlb",
            Self::Rollback => "CoRollback",
            Self::Delete => "CoDeleteApp",
        }
    }

    /// The type in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Create => "Create Application",
            Self::Deploy => "Deploy Application",
            Self::Restart => "Restart Application",
            Self::Stop => "Stop Application",
            Self::Start => "Start Application",
            Self::ScaleOut => "Scale Out Application",
            Self::ScaleIn => "Scale In Application",
            Self::Resize => "Change Instance Specifications",
            Self::BindSlb => "Bind SLB",
            Self::UnbindSlb => "Unbind SLB",
            Self::Rollback => "Roll Back Application",
            Self::Delete => "Delete Application",
        }
    }
}

impl Status {
    /// Whether there is more to come.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Succeeded | Self::Failed | Self::Aborted)
    }

    /// The status as a number.
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

    /// The status as a word.
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
