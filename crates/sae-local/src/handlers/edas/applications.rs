//! Applications: lists, details, the start options of the JVM.

use sae_models::edas::{
    ApplicationState, ApplicationSummary, EnvVar, GetAppDeployment, GetAppDeploymentOutput,
    GetJavaStartUpConfig, GetJavaStartUpConfigOutput, GetK8sApplication, GetK8sApplicationOutput,
    JavaStartUpOption, JavaStartUpOptions, KubernetesApplication, KubernetesApplicationConfig,
    KubernetesApplicationInfo, KubernetesCommandArguments, KubernetesComponent, KubernetesDeployGroup,
    KubernetesDevelopType, KubernetesEnvVar, KubernetesImage, KubernetesPackageVersion,
    KubernetesWorkloadType, ListApplication, ListApplicationOutput, RuntimeClass,
};
use sae_transport::{Json, Slot};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::image::ImageAddress;
use super::{load_balancers, manifest};
use crate::domain::configuration::Package;
use crate::domain::k8s::cluster::{Cluster, ClusterNamespace};
use crate::domain::{Application, Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::Source;
use crate::handlers::fields::structure;
use crate::handlers::fields::text;
use crate::handlers::page::{count, page};

impl Handle for GetK8sApplication {
    const SOURCE: Source = Source::Metadata;

    /// Ignores `From`: the configuration always exists.
    fn handle(self, call: &mut Call<'_>) -> Result<GetK8sApplicationOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        let mut data = KubernetesApplication::default();
        data.app_id = text(&application.id);
        data.app = Some(info(application));
        data.conf = Some(config(application));
        data.deploy_groups = vec![group(application)];
        data.image_info = image(application);
        data.latest_version = Some(version(application));
        let mut output = GetK8sApplicationOutput::default();
        output.applcation = Some(data);
        Ok(output)
    }
}

impl Handle for ListApplication {
    const SOURCE: Source = Source::Metadata;

    /// Lists applications ordered by cluster, Kubernetes namespace and name. A name must match exactly.
    fn handle(self, call: &mut Call<'_>) -> Result<ListApplicationOutput, Refusal> {
        let ids = structure("AppIds", self.app_ids.as_ref())?;
        let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let state = &*call.state;
        let all = state.names.values().filter_map(|id| state.applications.get(id));
        let found = all.filter(|application| {
            is(&self.app_name, &application.name)
                && ids.is_none_or(|ids| ids.is_empty() || ids.contains(&application.id))
                && is(&self.cluster_id, ClusterNamespace::parse(&application.namespace).cluster)
                && is(&self.logical_region_id, logical_region(application))
                && is(&self.logical_region_id_filter, logical_region(application))
                && is(&self.resource_group_id, application.setting("ResourceGroupId").unwrap_or_default())
        });
        let page = page(found, self.current_page, self.page_size, 1000)?;
        let mut output = ListApplicationOutput::default();
        output.application_list =
            page.items.into_iter().map(|application| listed(state, application)).collect();
        Ok(output)
    }
}

impl Handle for GetAppDeployment {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<GetAppDeploymentOutput, Refusal> {
        let mut output = GetAppDeploymentOutput::default();
        output.data = Some(manifest::deployment(call.state.application(&self.app_id)?).to_string());
        Ok(output)
    }
}

impl Handle for GetJavaStartUpConfig {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<GetJavaStartUpConfigOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        let mut data = JavaStartUpOptions::default();
        data.original_configs = application.copy("JavaStartUpConfig");
        data.start_up_args = application.typed("JavaStartUpConfig").map(start_up_arguments);
        let mut output = GetJavaStartUpConfigOutput::default();
        output.java_start_up_config = Some(data);
        Ok(output)
    }
}

/// The start options for the command line.
fn start_up_arguments(options: BTreeMap<String, JavaStartUpOption>) -> String {
    let arguments: Vec<String> = options.into_values().filter_map(|option| option.startup).collect();
    arguments.join(" ")
}

fn info(application: &Application) -> KubernetesApplicationInfo {
    let home = ClusterNamespace::parse(&application.namespace);
    let package = application.configuration.package.as_str();
    let mut data = KubernetesApplicationInfo::default();
    data.app_id = text(&application.id);
    data.application_name = text(&application.name);
    data.application_type = text(package);
    data.deploy_type = text(package);
    data.develop_type = Some(develop_type(application));
    data.workload_type = Some(KubernetesWorkloadType::Deployment);
    data.cluster_id = text(home.cluster);
    data.cs_cluster_id = Some(Cluster::of(home.region).container_service);
    data.region_id = text(home.region);
    data.k8s_namespace = text(home.namespace);
    data.instances = Some(application.wanted());
    data.instances_before_scaling = application.stopped.then_some(application.replicas);
    data.annotations = application.copy("Annotations");
    data.labels = application.copy("Labels");
    data.buildpack_id = application.number("BuildPackId");
    data.edas_container_version = application.copy("EdasContainerVersion");
    data.tomcat_version = application.copy("WebContainer");
    data.cmd = application.copy("Command");
    data.cmd_args = application.typed("CommandArgs").map(|arguments| {
        let mut data = KubernetesCommandArguments::default();
        data.cmd_arg = arguments;
        data
    });
    data.env_list = application.typed::<Vec<EnvVar>>("Envs").into_iter().flatten().map(variable).collect();
    data.limit_cpu_m = application.number("LimitmCpu");
    data.limit_mem = application.number("LimitMem");
    data.limit_ephemeral_storage = application.copy("LimitEphemeralStorage");
    data.request_cpu_m = application.number("RequestsmCpu");
    data.request_mem = application.number("RequestsMem");
    data.request_ephemeral_storage = application.copy("RequestsEphemeralStorage");
    data.enable_empty_push_reject = application.switch("EnableEmptyPushReject");
    data.enable_lossless_rule = application.switch("EnableLosslessRule");
    data.lossless_rule_aligned = application.switch("LosslessRuleAligned");
    data.lossless_rule_related = application.switch("LosslessRuleRelated");
    data.lossless_rule_delay_time = application.number("LosslessRuleDelayTime");
    data.lossless_rule_func_type = application.number("LosslessRuleFuncType");
    data.lossless_rule_warmup_time = application.number("LosslessRuleWarmupTime");
    data.slb_info = load_balancers::info(application);
    data.security_context = application.copy("SecurityContext");
    data
}

fn config(application: &Application) -> KubernetesApplicationConfig {
    let mut data = KubernetesApplicationConfig::default();
    data.affinity = application.copy("CustomAffinity");
    data.tolerations = application.copy("CustomTolerations");
    data.ahas_enabled = application.switch("EnableAhas");
    data.deploy_across_nodes = application.copy("DeployAcrossNodes");
    data.deploy_across_zones = application.copy("DeployAcrossZones");
    data.k8s_cmd = application.copy("Command");
    data.k8s_cmd_args = application.copy("CommandArgs");
    data.k8s_localvolume_info = application.copy("LocalVolume");
    data.k8s_nas_info = together(application, &["NasId", "StorageType", "MountDescs"]);
    data.k8s_volume_info =
        together(application, &["ConfigMountDescs", "EmptyDirs", "PvcMountDescs", "VolumesStr"]);
    data.liveness = application.copy("Liveness");
    data.readiness = application.copy("Readiness");
    data.post_start = application.copy("PostStart");
    data.pre_stop = application.copy("PreStop");
    data.runtime_class_name = application.setting("RuntimeClassName").map(RuntimeClass::from);
    data.user_base_image_url = application.copy("UserBaseImageUrl");
    data
}

/// Combines several settings into one JSON object, whose undocumented members get the names of the parameters.
fn together(application: &Application, names: &[&str]) -> Option<String> {
    let member = |name: &&str| {
        let text = application.setting(name)?;
        Some(((*name).to_owned(), serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))))
    };
    let members: Map<String, Value> = names.iter().filter_map(member).collect();
    (!members.is_empty()).then(|| Value::Object(members).to_string())
}

fn group(application: &Application) -> KubernetesDeployGroup {
    let component = |(kind, name): (&str, &str)| {
        let key = application.setting(name)?;
        let mut data = KubernetesComponent::default();
        data.component_key = text(key);
        data.r#type = text(kind);
        Some(data)
    };
    let mut data = KubernetesDeployGroup::default();
    data.components =
        [("JDK", "JDK"), ("TOMCAT", "WebContainer")].into_iter().filter_map(component).collect();
    data.env = application.copy("Envs");
    data.env_from = application.copy("EnvFroms");
    data
}

fn image(application: &Application) -> Option<KubernetesImage> {
    let address = application.setting("ImageUrl")?;
    let parts = ImageAddress::parse(address);
    let mut data = KubernetesImage::default();
    data.image_url = text(address);
    data.region_id = text(application.region());
    data.repo_id = application.copy("RepoId");
    data.repo_name = text(parts.name);
    data.repo_namespace = text(parts.namespace);
    data.tag = text(parts.tag);
    Some(data)
}

fn version(application: &Application) -> KubernetesPackageVersion {
    let is_war = application.configuration.package == Package::War;
    let mut data = KubernetesPackageVersion::default();
    data.package_version = Some(application.configuration.package_version());
    data.url = application.copy("PackageUrl");
    data.war_url = application.copy("PackageUrl").filter(|_| is_war);
    data
}

fn variable(variable: EnvVar) -> KubernetesEnvVar {
    let mut data = KubernetesEnvVar::default();
    data.name = Some(variable.name);
    data.value = variable.value;
    data
}

fn listed(state: &State, application: &Application) -> ApplicationSummary {
    let home = ClusterNamespace::parse(&application.namespace);
    let mut data = ApplicationSummary::default();
    data.app_id = text(&application.id);
    data.name = text(&application.name);
    data.application_type = text(application.configuration.package.as_str());
    data.build_package_id = application.number("BuildPackId");
    data.cluster_id = text(home.cluster);
    data.cluster_type = Some(5);
    data.create_time = Some(application.created);
    data.instances = Some(application.wanted());
    data.running_instance_count = Some(count(application.running()));
    data.k8s_namespace = text(home.namespace);
    data.namespace_id = text(logical_region(application));
    data.region_id = text(logical_region(application));
    data.resource_group_id = application.copy("ResourceGroupId");
    data.state = Some(condition(state, application));
    data
}

fn condition(state: &State, application: &Application) -> ApplicationState {
    if state.is_deleting(application) {
        ApplicationState::Deleting
    } else if application.active.is_some() {
        ApplicationState::Deploying
    } else if application.running() > 0 {
        ApplicationState::Running
    } else {
        ApplicationState::Stopped
    }
}

fn develop_type(application: &Application) -> KubernetesDevelopType {
    let has = |name| application.setting(name).is_some();
    if application.switch("IsMultilingualApp") == Some(true) {
        KubernetesDevelopType::Multilingual
    } else if has("EdasContainerVersion") || has("BuildPackId") {
        KubernetesDevelopType::Pandora
    } else {
        KubernetesDevelopType::General
    }
}

/// The namespace in the sense of EDAS. The default one is named like its region.
fn logical_region(application: &Application) -> &str {
    application.setting("LogicalRegionId").unwrap_or_else(|| application.region())
}

/// The settings of the current version of an application.
impl Application {
    fn setting(&self, name: &str) -> Option<&str> {
        self.configuration.setting(name)
    }

    fn copy(&self, name: &str) -> Option<String> {
        self.setting(name).map(str::to_owned)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.configuration.number(name)
    }

    fn switch(&self, name: &str) -> Option<bool> {
        self.setting(name).map(|text| text.trim().eq_ignore_ascii_case("true"))
    }

    fn typed<T: Slot + Default>(&self, name: &str) -> Option<T> {
        Json::raw(self.setting(name)?).into_value()
    }
}
