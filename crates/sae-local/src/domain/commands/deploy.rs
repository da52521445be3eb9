//! Deploying new versions of applications.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::create::describe;
use crate::domain::configuration::{Alias, Configuration, Package, Settings, non_empty, size};
use crate::domain::plan::{Strategy, Work};
use crate::domain::state::{Change, check_quota};
use crate::domain::{Millis, Refusal, State};

/// A request to deploy a new version. What is none stays as it is.
#[derive(Clone, Default)]
pub struct Deployment {
    /// The package type, as it was sent. It can't change.
    pub package: Option<String>,
    /// Number of instances.
    pub replicas: Option<i64>,
    /// CPU in millicores.
    pub cpu: Option<i64>,
    /// Memory in MB.
    pub memory: Option<i64>,
    /// Host names with their addresses.
    pub aliases: Vec<Alias>,
    /// How the change is divided into batches.
    pub strategy: Option<Strategy>,
    /// Whether to start the application if it is stopped.
    pub start: bool,
    /// Description of the change order.
    pub description: Option<String>,
    /// All other parameters, by wire name.
    pub settings: Settings,
}

impl State {
    /// Deploys an application and returns the identifier of the change order.
    pub fn deploy_application(
        &mut self,
        id: &str,
        deployment: Deployment,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.idle(id)?;
        let before = application.restore_point();
        let former = &application.configuration;
        if let Some(package) = &deployment.package
            && Package::parse(package)? != former.package
        {
            return Err(Refusal::unfit("PackageType", "it can't change after the application was created"));
        }
        let replicas = deployment.replicas.unwrap_or(application.replicas);
        check_quota(replicas)?;
        let (cpu, memory) = size(deployment.cpu, deployment.memory, Some((former.cpu, former.memory)));
        let mut settings = former.settings.clone();
        // A number in this request takes precedence over a percentage of an earlier one.
        if non_empty(&deployment.settings, "MinReadyInstances").is_some() {
            settings.remove("MinReadyInstanceRatio");
        }
        settings.extend(deployment.settings);
        let configuration = Configuration {
            version: application.versions + 1,
            created: now,
            package: former.package,
            cpu,
            memory,
            settings,
        };
        configuration.check(&deployment.aliases, true)?;
        self.check_references(&application.namespace, &configuration.settings)?;
        let starts = !application.stopped || deployment.start;
        let (present, target) = (application.living().len(), usize::try_from(replicas).unwrap_or_default());
        let bounds = configuration.rollout_bounds(configuration.min_ready(), present);
        bounds.check(present)?;
        let strategy =
            strategy(&configuration, deployment.strategy, bounds.ready.filter(|_| present > 0), target);
        let work = Work {
            add: if starts { target } else { 0 },
            retire: if starts { application.living() } else { Vec::new() },
            lasts: 0,
        };
        let description = deployment.description.unwrap_or_else(|| describe(&configuration));
        let outcome = if starts { Outcome::Deployed } else { Outcome::Unchanged };
        let change = Change { kind: Kind::Deploy, description, strategy, bounds, work, outcome };
        let application = self.application_mut(id)?;
        if application.deployed {
            application.keep_version();
        }
        application.versions = configuration.version;
        application.configuration = Arc::new(configuration);
        application.keep_version();
        application.replicas = replicas;
        self.begin(id, before, change, now)
    }
}

/// The requested strategy, otherwise one with as many batches as the minimum of ready instances requires.
pub fn strategy(
    configuration: &Configuration,
    asked: Option<Strategy>,
    minimum: Option<usize>,
    replicas: usize,
) -> Strategy {
    let made = || minimum.map_or(Strategy::WHOLE, |minimum| Strategy::keeping(minimum, replicas));
    let strategy = asked.unwrap_or_else(made);
    Strategy { wait: strategy.wait.or(configuration.batch_wait()), ..strategy }
}
