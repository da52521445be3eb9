//! Going back to a version that was deployed before.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::deploy::strategy;
use crate::domain::configuration::WAIT_LIMIT;
use crate::domain::plan::{Strategy, Work};
use crate::domain::rollout_bounds::MinReady;
use crate::domain::state::Change;
use crate::domain::{Millis, Refusal, State};

/// A request to go back to an earlier version.
#[derive(Clone, Debug, Default)]
pub struct EarlierVersion {
    /// Number of the version.
    pub id: String,
    /// How the change is divided into batches.
    pub strategy: Option<Strategy>,
    /// The pause between two batches in seconds, unless the strategy has one.
    pub wait: Option<i64>,
    /// How many instances must stay ready.
    pub min_ready: MinReady,
}

impl State {
    /// Replaces all instances by ones of an earlier version: its image or package, its size and its settings. The number
    /// of instances stays.
    ///
    /// Refuses versions that were never deployed or are forgotten, and those that refer to config maps and secrets that
    /// are gone.
    pub fn go_back(&mut self, id: &str, earlier: &EarlierVersion, now: Millis) -> Result<String, Refusal> {
        earlier.min_ready.check()?;
        if earlier.wait.is_some_and(|seconds| !(0..=WAIT_LIMIT).contains(&seconds)) {
            return Err(Refusal::invalid("BatchWaitTime"));
        }
        let application = self.in_use(id)?;
        let configuration = application.deployed_version(&earlier.id);
        let configuration =
            Arc::clone(configuration.ok_or_else(|| Refusal::unfit("VersionId", "no such version"))?);
        let gone = |_| Refusal::unfit("VersionId", "it refers to a config map or a secret that is gone");
        self.check_references(&application.namespace, &configuration.settings).map_err(gone)?;
        let (before, retire) = (application.restore_point(), application.living());
        let target = usize::try_from(application.replicas).unwrap_or_default();
        let present = retire.len();
        let bounds = configuration.rollout_bounds(earlier.min_ready.or(configuration.min_ready()), present);
        bounds.check(present)?;
        let minimum = bounds.ready.filter(|_| present > 0);
        let mut strategy = strategy(&configuration, earlier.strategy, minimum, target);
        if let (None, Some(seconds)) = (earlier.strategy.and_then(|asked| asked.wait), earlier.wait) {
            strategy.wait = Some(seconds * 1000);
        }
        let change = Change {
            kind: Kind::DeployHistory,
            description: format!("back to version {}", configuration.version),
            strategy,
            bounds,
            work: Work { add: target, retire, lasts: 0 },
            outcome: Outcome::Deployed,
        };
        self.application_mut(id)?.configuration = configuration;
        self.begin(id, before, change, now)
    }
}
