//! Creating and deploying applications.

use sae_models::sae::{
    self, AppChangeOrder, BatchReleaseType, CreateApplication, CreateApplicationOutput, DeployApplication,
    DeployApplicationOutput, HostAlias, UpdateStrategy, UpdateStrategyType,
};
use sae_transport::Json;

use crate::domain::Refusal;
use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::deploy::Deployment;
use crate::domain::configuration::{Alias, Settings, WAIT_LIMIT};
use crate::domain::plan::Strategy;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, structure};
use crate::protocol::parameters::Parameters;

impl Handle for CreateApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("a name has at most 36 letters, digits and hyphens, begins with a letter and doesn't end with a hyphen"),
        Source::Document.says("a description has at most 1,024 characters"),
        Source::Metadata.says("the first application of a namespace binds it to its network"),
        Source::Metadata.says("AutoConfig ignores namespace, VPC, vSwitch and security group"),
        Source::Metadata.says("PhpZip needs Php, PythonZip Python and PackageVersion, DotnetZip Dotnet"),
        Source::Provider.says("an image keeps a JDK and an EDAS container that are chosen for it"),
        Source::Assumption.says("base images for PHP (IMAGE_PHP_7_3) aren't taken, nor a web container for an image"),
        Source::Assumption.says("a name is unique in its namespace"),
        Source::Assumption.says("without Deploy, an application with an image or a package is deployed"),
        Source::Assumption.says("an application has at most 1,000 instances"),
        Source::Metadata.says("a config map that it refers to must be there and have the key; two mounts at one path are refused"),
        Source::Assumption.says("config maps and secrets of other namespaces count as ones that don't exist"),
        Source::Assumption.says("a secret or a key of it that isn't there is refused with InvalidParameter.WithMessage"),
    ];

    /// Creates an application. Without a namespace, or with `AutoConfig`, it is created in the default namespace of the
    /// region; `AutoConfig` also ignores the network.
    fn handle(self, call: &mut Call<'_>) -> Result<CreateApplicationOutput, Refusal> {
        let own = |place: Option<String>| place.filter(|_| !self.auto_config.unwrap_or(false));
        let mut settings = settings(&call.parameters);
        if self.auto_config.unwrap_or(false) {
            settings.retain(|name, _| !matches!(name.as_str(), "SecurityGroupId" | "VSwitchId"));
        }
        let new = NewWorkload {
            name: self.app_name,
            namespace: own(self.namespace_id).unwrap_or_else(|| call.region.to_owned()),
            description: self.app_description.unwrap_or_default(),
            package: self.package_type.as_str().to_owned(),
            replicas: needed("Replicas", self.replicas)?,
            cpu: self.cpu,
            memory: self.memory,
            vpc: own(self.vpc_id),
            vswitch: own(self.v_switch_id),
            aliases: aliases(self.custom_host_alias.as_ref())?,
            deploy: self.deploy,
            settings,
        };
        let (application, order) = call.state.create_application(new, call.now())?;
        let mut data = AppChangeOrder::default();
        data.app_id = Some(application);
        data.change_order_id = Some(order);
        let mut output = CreateApplicationOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DeployApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("refused while another change order of the application runs"),
        Source::Assumption.says("what isn't sent stays as it is"),
        Source::Assumption.says("the package type can't change"),
        Source::Assumption.says("a failed change is rolled back to the last version that ran"),
        Source::Metadata.says("a config map that it refers to must be there and have the key; two mounts at one path are refused"),
        Source::Assumption.says("config maps and secrets of other namespaces count as ones that don't exist"),
        Source::Assumption.says("a secret or a key of it that isn't there is refused with InvalidParameter.WithMessage"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DeployApplicationOutput, Refusal> {
        let asked = structure("UpdateStrategy", self.update_strategy.as_ref())?;
        let deployment = Deployment {
            package: self.package_type.map(|package| package.as_str().to_owned()),
            replicas: self.replicas,
            cpu: self.cpu,
            memory: self.memory,
            aliases: aliases(self.custom_host_alias.as_ref())?,
            strategy: asked.map_or(Ok(None), strategy)?,
            start: !self.deploy.is_some_and(|deploy| deploy.eq_ignore_ascii_case("false")),
            description: self.change_order_desc,
            settings: settings(&call.parameters),
        };
        let order = call.state.deploy_application(&self.app_id, deployment, call.now())?;
        let mut data = sae::Deployment::default();
        data.app_id = Some(self.app_id);
        data.change_order_id = Some(order);
        let mut output = DeployApplicationOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// The parameters that are stored as settings.
pub fn settings(given: &Parameters) -> Settings {
    let kept = given.iter().filter(|(name, _)| !NOT_SETTINGS.contains(name));
    kept.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// The host names of a parameter, with their addresses.
pub fn aliases(given: Option<&Json<Vec<HostAlias>>>) -> Result<Vec<Alias>, Refusal> {
    let aliases = structure("CustomHostAlias", given)?;
    Ok(aliases.into_iter().flatten().map(|alias| (alias.host_name.clone(), alias.ip.clone())).collect())
}

/// The requested batches; none if the strategy is an empty object. Its pause is in minutes; without it that of
/// `BatchWaitTime` applies, which is in seconds.
pub fn strategy(asked: &UpdateStrategy) -> Result<Option<Strategy>, Refusal> {
    let invalid = || Refusal::invalid("UpdateStrategy");
    let canary = asked.gray_update.as_ref().map(|gray| gray.gray);
    let wants_canary = asked.r#type == Some(UpdateStrategyType::GrayBatchUpdate);
    if wants_canary && canary.is_none() {
        return Err(invalid());
    }
    let canary = if asked.r#type == Some(UpdateStrategyType::BatchUpdate) { None } else { canary };
    let batches = asked.batch_update.as_ref();
    if canary.is_none() && batches.is_none() {
        return Ok(None);
    }
    let number = |number: i64| usize::try_from(number).ok().filter(|number| *number > 0).ok_or_else(invalid);
    let minutes = batches.and_then(|batches| batches.batch_wait_time);
    let wait = minutes.map(|minutes| minutes.saturating_mul(60));
    if wait.is_some_and(|seconds| !(0..=WAIT_LIMIT).contains(&seconds)) {
        return Err(invalid());
    }
    let manual = batches.is_some_and(|batches| batches.release_type == Some(BatchReleaseType::Manual));
    Ok(Some(Strategy {
        canary: canary.map_or(Ok(0), number)?,
        batches: batches.map_or(Ok(1), |batches| number(batches.batch))?,
        automatic: !manual,
        wait: wait.map(|seconds| seconds * 1000),
    }))
}

const NOT_SETTINGS: &[&str] = &[
    "AppDescription",
    "AppId",
    "AppName",
    "AutoConfig",
    "AutoEnableApplicationScalingRule",
    "ChangeOrderDesc",
    "Cpu",
    "Deploy",
    "Memory",
    "NamespaceId",
    "PackageType",
    "Replicas",
    "VpcId",
    "Workload",
];
