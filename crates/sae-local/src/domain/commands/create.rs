//! Creating applications.

use sae_transport::text::redact_url;

use crate::domain::application::Application;
use crate::domain::change_order::{Kind, Outcome};
use crate::domain::configuration::{Alias, Configuration, Package, Settings, is_tagged, non_empty, size};
use crate::domain::namespace::{Network, region};
use crate::domain::plan::{Strategy, Work};
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::state::{Change, check_quota};
use crate::domain::{Millis, Refusal, State};

/// A request to create an application or a job.
#[derive(Clone, Default)]
pub struct NewWorkload {
    /// Name.
    pub name: String,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Description.
    pub description: String,
    /// The package type, as it was sent.
    pub package: String,
    /// Number of instances.
    pub replicas: i64,
    /// CPU in millicores.
    pub cpu: Option<i64>,
    /// Memory in MB.
    pub memory: Option<i64>,
    /// Identifier of the VPC.
    pub vpc: Option<String>,
    /// Identifier of the vSwitch.
    pub vswitch: Option<String>,
    /// Host names with their addresses.
    pub aliases: Vec<Alias>,
    /// Whether to deploy an application at once. By default it is deployed if there is an image or a package. A job isn't
    /// deployed.
    pub deploy: Option<bool>,
    /// All other parameters, by wire name.
    pub settings: Settings,
}

impl State {
    /// Creates an application and returns its identifier and that of its change order.
    pub fn create_application(&mut self, new: NewWorkload, now: Millis) -> Result<(String, String), Refusal> {
        let configuration = self.first_configuration(&new, now)?;
        let deploy = new.deploy.unwrap_or(configuration.source().is_some());
        configuration.check(&new.aliases, deploy)?;
        self.check_references(&new.namespace, &configuration.settings)?;
        let key = (new.namespace, new.name);
        if self.names.contains_key(&key) {
            return Err(Refusal::unfit("AppName", "the namespace has an application of this name"));
        }
        let network = self.network(&key.0, new.vpc, new.vswitch)?;
        let mut application = Application {
            description: new.description,
            replicas: new.replicas,
            ..Application::new(&mut self.ids, key, network, configuration, now)
        };
        if deploy {
            application.keep_version();
        }
        let change = creation(&application, deploy);
        self.add_application(application, change, now)
    }

    /// The first configuration of an application or a job. Refuses what neither can have.
    pub fn first_configuration(&self, new: &NewWorkload, now: Millis) -> Result<Configuration, Refusal> {
        check_name(&new.name)?;
        check_description(&new.description)?;
        let package = Package::parse(&new.package)?;
        check_quota(new.replicas)?;
        self.check_namespace(&new.namespace)?;
        let (cpu, memory) = size(new.cpu, new.memory, None);
        Ok(Configuration { version: 1, created: now, package, cpu, memory, settings: new.settings.clone() })
    }

    /// Adds a new application and begins its first change. Returns the identifiers of both.
    pub fn add_application(
        &mut self,
        application: Application,
        change: Change,
        now: Millis,
    ) -> Result<(String, String), Refusal> {
        let (id, before) = (application.id.clone(), application.restore_point());
        let key = (application.namespace.clone(), application.name.clone());
        self.names.insert(key, id.clone());
        self.applications.insert(id.clone(), application);
        let order = self.begin(&id, before, change, now)?;
        Ok((id, order))
    }

    /// Refuses a namespace with capital letters, in another region, or that doesn't exist.
    pub fn check_namespace(&self, id: &str) -> Result<(), Refusal> {
        if self.namespace(id).is_ok() {
            return Ok(());
        }
        if id.chars().any(char::is_uppercase) {
            return Err(Refusal::new("InvalidNamespace.WithUppercase"));
        }
        if !id.contains(':') || !self.is_region(region(id)) {
            return Err(Refusal::with("InvalidServerlessRegion.Unsupported", [region(id)]));
        }
        self.namespace(id).map(|_| ())
    }

    /// The network of a new application or job. The first one of a namespace binds the namespace to its network
    /// permanently.
    pub fn network(
        &mut self,
        namespace: &str,
        vpc: Option<String>,
        vswitch: Option<String>,
    ) -> Result<Network, Refusal> {
        if vpc.as_ref().is_some_and(|id| !is_tagged(id, "vpc-")) {
            return Err(Refusal::new("InvalidVpcId.NotFound"));
        }
        if vswitch.as_ref().is_some_and(|id| !is_tagged(id, "vsw-")) {
            return Err(Refusal::invalid("VSwitchId"));
        }
        if let Some(bound) = self.namespace(namespace)?.network {
            if vpc.is_some_and(|vpc| vpc != bound.vpc) {
                return Err(Refusal::unfit("VpcId", format!("the namespace is bound to {}", bound.vpc)));
            }
            return Ok(Network { vswitch: vswitch.unwrap_or(bound.vswitch), ..bound });
        }
        let vpc = vpc.unwrap_or_else(|| self.ids.tagged("vpc-", NETWORK_LENGTH));
        let vswitch = vswitch.unwrap_or_else(|| self.ids.tagged("vsw-", NETWORK_LENGTH));
        let network = Network { vpc, vswitch };
        self.namespace_mut(namespace)?.network = Some(network.clone());
        Ok(network)
    }
}

fn creation(application: &Application, deploy: bool) -> Change {
    let add = if deploy { usize::try_from(application.replicas).unwrap_or_default() } else { 0 };
    Change {
        kind: Kind::Create,
        description: describe(&application.configuration),
        strategy: Strategy::WHOLE,
        bounds: RolloutBounds::default(),
        work: Work { add, ..Work::default() },
        outcome: if deploy { Outcome::Deployed } else { Outcome::Unchanged },
    }
}

/// Describes a configuration for a change order. Secrets in the address of the package are left out.
pub fn describe(configuration: &Configuration) -> String {
    let what = if configuration.package == Package::Image { "image" } else { "package" };
    let source = configuration.source().map_or_else(|| "none".to_owned(), redact_url);
    match non_empty(&configuration.settings, "PackageVersion") {
        Some(version) => format!("version: {version} | {what}: {source}"),
        None => format!("{what}: {source}"),
    }
}

/// Refuses a name unless it has up to 36 letters, digits and hyphens, begins with a letter and doesn't end with a
/// hyphen.
pub fn check_name(name: &str) -> Result<(), Refusal> {
    let valid = name.len() <= NAME_LIMIT
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if valid { Ok(()) } else { Err(Refusal::invalid("AppName")) }
}

/// Refuses a description of more than 1,024 characters.
pub fn check_description(description: &str) -> Result<(), Refusal> {
    let fits = description.chars().count() <= DESCRIPTION_LIMIT;
    if fits { Ok(()) } else { Err(Refusal::invalid("AppDescription")) }
}

const NAME_LIMIT: usize = 36;
const DESCRIPTION_LIMIT: usize = 1024;
/// How long the generated part of an identifier of a VPC or a vSwitch is.
pub const NETWORK_LENGTH: usize = 21;
