//! How a new version comes to an application.

use std::sync::Arc;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::create::describe;
use crate::domain::configuration::{Alias, Configuration, Package, Settings, non_empty, size};
use crate::domain::plan::{Strategy, Work};
use crate::domain::state::{Change, check_quota};
use crate::domain::{Millis, Refusal, State};

/// What a deployment changes. What is left out stays as it is.
#[derive(Clone, Default)]
pub struct Deployment {
    /// How the application is packaged, as it was sent: it can't change.
    pub package: Option<String>,
    /// Number of instances.
    pub replicas: Option<i64>,
    /// CPU in millicores.
    pub cpu: Option<i64>,
    /// Memory in MB.
    pub memory: Option<i64>,
    /// Host names with addresses.
    pub aliases: Vec<Alias>,
    /// How it is rolled out.
    pub strategy: Option<Strategy>,
    /// Whether a stopped application is started.
    pub start: bool,
    /// Description of the change order.
    pub description: Option<String>,
    /// Everything else, by wire name.
    pub settings: Settings,
}

impl State {
    /// Deploys an application; gives the identifier of the change order.
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
        // A number that is asked for now counts for more than a percentage of an earlier deployment.
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
        application.versions = configuration.version;
        application.configuration = Arc::new(configuration);
        application.replicas = replicas;
        self.begin(id, before, change, now)
    }
}

/// The strategy that was asked for; or else as many batches as the minimum of instances makes necessary.
fn strategy(
    configuration: &Configuration,
    asked: Option<Strategy>,
    minimum: Option<usize>,
    replicas: usize,
) -> Strategy {
    let made = || minimum.map_or(Strategy::WHOLE, |minimum| Strategy::keeping(minimum, replicas));
    let strategy = asked.unwrap_or_else(made);
    Strategy { wait: strategy.wait.or(configuration.batch_wait()), ..strategy }
}
