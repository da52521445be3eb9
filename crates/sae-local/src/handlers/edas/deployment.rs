//! Creating and deploying applications in clusters.

use sae_models::edas::{
    CreatedKubernetesApplication, DeployK8sApplication, DeployK8sApplicationOutput, InsertK8sApplication,
    InsertK8sApplicationOutput, KubernetesHomeClusterType,
};

use super::handler::check_timeout;
use super::strategy::strategy;
use super::{rules, settings};
use crate::domain::Refusal;
use crate::domain::commands::k8s::{NewK8sApplication, Release};
use crate::domain::configuration::{Package, Settings};
use crate::domain::k8s::refusal::{absent, wrong};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::structure;
use crate::handlers::fields::text;

impl Handle for InsertK8sApplication {
    const SOURCE: Source = Source::Metadata;

    /// Creates an application. By default it is an image with one instance.
    fn handle(self, call: &mut Call<'_>) -> Result<InsertK8sApplicationOutput, Refusal> {
        check_timeout(self.timeout)?;
        let cluster = call.state.cluster(&self.cluster_id)?;
        if let Some(id) = self.cs_cluster_id.filter(|id| *id != cluster.container_service) {
            return Err(absent(format_args!("the Container Service cluster {id}")));
        }
        if let Some(template) = self.app_template_name {
            return Err(absent(format_args!("the template {template}")));
        }
        let package = package(self.package_type.as_ref().map_or("Image", |package| package.as_str()))?;
        let settings = settings::of_new_application(&call.parameters)?;
        rules::check(package, &settings)?;
        let new = NewK8sApplication {
            name: self.app_name,
            cluster: self.cluster_id,
            namespace: self.namespace.unwrap_or_else(|| "default".to_owned()),
            description: self.application_description.unwrap_or_default(),
            package,
            replicas: self.replicas.unwrap_or(1),
            settings,
        };
        let (id, order) = call.state.create_in_cluster(new, call.now())?;
        let application = call.state.application(&id)?;
        let mut info = CreatedKubernetesApplication::default();
        info.app_name = text(&application.name);
        info.change_order_id = Some(order);
        info.cluster_type = Some(KubernetesHomeClusterType::Kubernetes);
        info.dockerize = Some(true);
        info.region_id = text(application.region());
        info.app_id = Some(id);
        let mut output = InsertK8sApplicationOutput::default();
        output.application_info = Some(info);
        Ok(output)
    }
}

impl Handle for DeployK8sApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption
            .says("refused while another change order of the application runs, with code 409")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeployK8sApplicationOutput, Refusal> {
        let configuration = &call.state.application(&self.app_id)?.configuration;
        let settings = settings::of_release(&configuration.settings, &call.parameters)?;
        check_pairs(&self, &settings)?;
        rules::check(configuration.package, &settings)?;
        let asked = structure("UpdateStrategy", self.update_strategy.as_ref())?;
        let release = Release {
            replicas: self.replicas,
            strategy: strategy(asked, self.batch_wait_time)?,
            description: self.change_order_desc.clone(),
            settings,
        };
        let mut output = DeployK8sApplicationOutput::default();
        output.change_order_id = Some(call.state.deploy_in_cluster(&self.app_id, release, call.now())?);
        Ok(output)
    }
}

/// Checks parameters that require others. A limit of an earlier release counts.
fn check_pairs(request: &DeployK8sApplication, settings: &Settings) -> Result<(), Refusal> {
    let asks = |number: Option<i64>| number.is_some_and(|number| number > 0);
    let is_set = |name: &str| settings.contains_key(name);
    for (name, asked, other, there) in [
        ("CpuRequest", asks(request.cpu_request), "CpuLimit", is_set("LimitmCpu")),
        ("McpuRequest", asks(request.mcpu_request), "CpuLimit", is_set("LimitmCpu")),
        ("MemoryRequest", asks(request.memory_request), "MemoryLimit", is_set("LimitMem")),
        ("PackageUrl", request.package_url.is_some(), "PackageVersion", request.package_version.is_some()),
    ] {
        if asked && !there {
            return Err(wrong(name, format!("it needs {other} beside it")));
        }
    }
    Ok(())
}

/// The package type. The reference spells one of them in two ways.
fn package(kind: &str) -> Result<Package, Refusal> {
    let all = [Package::Image, Package::FatJar, Package::War];
    let found = all.into_iter().find(|package| package.as_str().eq_ignore_ascii_case(kind));
    found.ok_or_else(|| wrong("PackageType", format!("{kind} is not one of FatJar, War, Image")))
}
