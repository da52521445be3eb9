//! Ingresses.

use sae_models::edas::{
    ClusterIngresses, CreateK8sIngressRule, CreateK8sIngressRuleOutput, DeleteK8sIngressRule,
    DeleteK8sIngressRuleOutput, IngressControllerType, IngressFilter, IngressFilterField, IngressPathStatus,
    IngressPathType, KubernetesIngress, KubernetesIngressPath, ListK8sIngressRules,
    ListK8sIngressRulesOutput, NamedApplication, UpdateK8sIngressRule, UpdateK8sIngressRuleOutput,
};
use sae_transport::Json;

use super::objects::{ObjectFilter, cluster_name, object_name};
use crate::domain::k8s::cluster::{Cluster, ClusterNamespace};
use crate::domain::k8s::ingress::{ClusterIngress, Routing};
use crate::domain::k8s::refusal::wrong;
use crate::domain::k8s::service::ClusterService;
use crate::domain::{Refusal, State, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{structure, text};
use crate::protocol::parameters::Parameters;

impl Handle for CreateK8sIngressRule {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("`IngressConf` is an object with the members that ListK8sIngressRules answers")];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateK8sIngressRuleOutput, Refusal> {
        let object = object_name(call.state, Some(self.cluster_id), Some(self.namespace), Some(self.name))?;
        let routing =
            Routing { annotations: self.annotations, labels: self.labels, rules: rules(&call.parameters)? };
        call.state.create_cluster_ingress(object.home, object.name, routing, call.now())?;
        Ok(CreateK8sIngressRuleOutput::default())
    }
}

impl Handle for UpdateK8sIngressRule {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("what is left out stays")];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateK8sIngressRuleOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        let routing =
            Routing { annotations: self.annotations, labels: self.labels, rules: rules(&call.parameters)? };
        call.state.update_cluster_ingress(&object.home, &object.name, routing)?;
        Ok(UpdateK8sIngressRuleOutput::default())
    }
}

impl Handle for DeleteK8sIngressRule {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteK8sIngressRuleOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        call.state.delete_cluster_ingress(&object.home, &object.name)?;
        Ok(DeleteK8sIngressRuleOutput::default())
    }
}

impl Handle for ListK8sIngressRules {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("clusters without an Ingress that matches are left out"),
        Source::Assumption.says("`Condition` compares the beginning of a name"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListK8sIngressRulesOutput, Refusal> {
        let filter =
            ObjectFilter { region: self.region_id, cluster: self.cluster_id, namespace: self.namespace };
        let condition = structure("Condition", self.condition.as_ref())?;
        check_condition(condition)?;
        let state = &*call.state;
        let mut output = ListK8sIngressRulesOutput::default();
        for region in &state.regions {
            let cluster = Cluster::of(region);
            let inside = state.cluster_ingresses.values().filter(|ingress| {
                ClusterNamespace::parse(&ingress.home).cluster == cluster.id
                    && filter.shows(&ingress.home)
                    && matches(condition, ingress, &cluster)
            });
            let ingresses: Vec<_> = inside.map(|ingress| described(state, ingress)).collect();
            if !ingresses.is_empty() {
                output.data.push(of_cluster(&cluster, ingresses));
            }
        }
        Ok(output)
    }
}

fn check_condition(condition: Option<&IngressFilter>) -> Result<(), Refusal> {
    match condition {
        Some(filter) if !IngressFilterField::VALUES.contains(&filter.field.as_str()) => {
            Err(wrong("Condition", "the field is Name or ClusterName"))
        }
        _ => Ok(()),
    }
}

fn matches(condition: Option<&IngressFilter>, ingress: &ClusterIngress, cluster: &Cluster) -> bool {
    condition.is_none_or(|filter| match filter.field {
        IngressFilterField::ClusterName => cluster_name(cluster).starts_with(&filter.pattern),
        _ => ingress.name.starts_with(&filter.pattern),
    })
}

/// The rules that are asked for, as JSON. Refuses a service without a name, and paths that don't begin with a slash.
fn rules(parameters: &Parameters) -> Result<Option<String>, Refusal> {
    let Some(json) = parameters.get("IngressConf").filter(|json| !json.trim().is_empty()) else {
        return Ok(None);
    };
    let asked = Json::<KubernetesIngress>::raw(json.as_str()).into_value();
    let asked = asked.ok_or_else(|| wrong("IngressConf", "an object with the member Rules"))?;
    if asked.rules.is_empty() {
        return Err(wrong("IngressConf", "an Ingress has one rule at least"));
    }
    for path in asked.rules.iter().flat_map(|rule| &rule.paths) {
        let service = path.backend.as_ref().and_then(|backend| backend.service_name.as_deref());
        if service.is_none_or(str::is_empty) {
            return Err(wrong("IngressConf", "each path has Backend with ServiceName"));
        }
        if path.path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            return Err(wrong("IngressConf", "a path begins with a slash"));
        }
    }
    Ok(Some(json.clone()))
}

fn of_cluster(cluster: &Cluster, ingresses: Vec<KubernetesIngress>) -> ClusterIngresses {
    let mut data = ClusterIngresses::default();
    data.cluster_id = text(&cluster.id);
    data.cluster_name = Some(cluster_name(cluster));
    data.region_id = text(&cluster.region);
    data.ingress_confs = ingresses;
    data
}

/// An Ingress, with where each of its paths leads now.
pub fn described(state: &State, ingress: &ClusterIngress) -> KubernetesIngress {
    let routing = &ingress.routing;
    let rules = routing.rules.as_deref().map(Json::<KubernetesIngress>::raw);
    let mut data = rules.and_then(Json::into_value).unwrap_or_default();
    data.name = text(&ingress.name);
    data.namespace = text(ClusterNamespace::parse(&ingress.home).namespace);
    data.creation_time = Some(time::utc(ingress.created));
    data.annotations.clone_from(&routing.annotations);
    data.labels.clone_from(&routing.labels);
    data.ingress_type = data.ingress_type.or(Some(IngressControllerType::Nginx));
    for path in data.rules.iter_mut().flat_map(|rule| &mut rule.paths) {
        lead(state, &ingress.home, path);
    }
    data
}

/// Adds the application behind a path, and whether there is one.
fn lead(state: &State, home: &str, path: &mut KubernetesIngressPath) {
    let backend = path.backend.clone().unwrap_or_default();
    let service = backend.service_name.map(|name| ClusterService::key(home, &name));
    let service = service.and_then(|id| state.cluster_services.get(&id));
    let application = service.and_then(|service| state.applications.get(&service.application));
    let has_port = service.is_some_and(|service| {
        service.ports.iter().any(|port| Some(port.port.to_string()) == backend.service_port)
    });
    path.app_id = application.map(|application| application.id.clone());
    path.app_name = application.map(|application| application.name.clone());
    path.path_type = path.path_type.take().or(Some(IngressPathType::ImplementationSpecific));
    path.status = Some(match (service, has_port) {
        (None, _) => IngressPathStatus::ServiceNotFound,
        (Some(_), false) => IngressPathStatus::InvalidServicePort,
        (Some(_), true) => IngressPathStatus::Normal,
    });
}

/// The applications behind an Ingress.
pub fn applications(ingress: &KubernetesIngress) -> Vec<NamedApplication> {
    let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let mut found: Vec<NamedApplication> = Vec::new();
    for path in paths.filter(|path| path.app_id.is_some()) {
        if found.iter().all(|other| other.app_id != path.app_id) {
            let mut data = NamedApplication::default();
            data.app_id.clone_from(&path.app_id);
            data.app_name.clone_from(&path.app_name);
            found.push(data);
        }
    }
    found
}
