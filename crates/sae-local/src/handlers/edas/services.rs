//! Kubernetes services of applications.

use sae_models::edas::{
    CreateK8sService, CreateK8sServiceOutput, DeleteK8sService, DeleteK8sServiceOutput,
    ExternalTrafficPolicy, GetK8sServices, GetK8sServicesOutput, KubernetesService, KubernetesServicePort,
    ServicePortMapping, ServicePortProtocol, UpdateK8sService, UpdateK8sServiceOutput,
};

use crate::domain::Refusal;
use crate::domain::k8s::refusal::wrong;
use crate::domain::k8s::service::{ClusterService, ServicePort};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{structure, text};

impl Handle for CreateK8sService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a service is there at once, and its change order ends at once"),
        Source::Assumption.says("names keep the rule that the reference has for UpdateK8sService"),
        Source::Assumption.says("`ExternalTrafficPolicy` is checked; no answer shows it"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateK8sServiceOutput, Refusal> {
        check_type(&self.r#type)?;
        check_policy(self.external_traffic_policy.as_ref())?;
        let asked = structure("ServicePorts", Some(&self.service_ports))?;
        let ports = ports(asked.map(Vec::as_slice).unwrap_or_default())?;
        let mut output = CreateK8sServiceOutput::default();
        output.change_order_id =
            Some(call.state.create_service(&self.app_id, &self.name, ports, call.now())?);
        Ok(output)
    }
}

impl Handle for UpdateK8sService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("ports that are left out stay")];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateK8sServiceOutput, Refusal> {
        check_type(&self.r#type)?;
        check_policy(self.external_traffic_policy.as_ref())?;
        let asked = structure("ServicePorts", self.service_ports.as_ref())?;
        let ports = asked.map(|asked| ports(asked)).transpose()?;
        let mut output = UpdateK8sServiceOutput::default();
        output.change_order_id =
            Some(call.state.update_service(&self.app_id, &self.name, ports, call.now())?);
        Ok(output)
    }
}

impl Handle for DeleteK8sService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("an Ingress that leads to the service stays, as in Kubernetes")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteK8sServiceOutput, Refusal> {
        let mut output = DeleteK8sServiceOutput::default();
        output.change_order_id = Some(call.state.delete_service(&self.app_id, &self.name, call.now())?);
        Ok(output)
    }
}

impl Handle for GetK8sServices {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<GetK8sServicesOutput, Refusal> {
        call.state.application(&self.app_id)?;
        let mut output = GetK8sServicesOutput::default();
        output.services = call.state.services_of(&self.app_id).map(described).collect();
        Ok(output)
    }
}

fn described(service: &ClusterService) -> KubernetesService {
    let port = |port: &ServicePort| {
        let mut data = KubernetesServicePort::default();
        data.port = Some(port.port);
        data.protocol = Some(ServicePortProtocol::from(port.protocol.as_str()));
        data.target_port = Some(port.target.to_string());
        data
    };
    let mut data = KubernetesService::default();
    data.cluster_ip = text(&service.address);
    data.name = text(&service.name);
    data.service_ports = service.ports.iter().map(port).collect();
    data.r#type = text(CLUSTER_IP);
    data
}

fn ports(asked: &[ServicePortMapping]) -> Result<Vec<ServicePort>, Refusal> {
    let read = |port: &ServicePortMapping| {
        if !ServicePortProtocol::VALUES.contains(&port.protocol.as_str()) {
            return Err(wrong("ServicePorts", "the protocol is TCP or UDP"));
        }
        let protocol = port.protocol.as_str().to_owned();
        Ok(ServicePort { protocol, port: port.port, target: port.target_port })
    };
    asked.iter().map(read).collect()
}

fn check_type(kind: &str) -> Result<(), Refusal> {
    if kind == CLUSTER_IP { Ok(()) } else { Err(wrong("Type", "there is only ClusterIP")) }
}

fn check_policy(policy: Option<&ExternalTrafficPolicy>) -> Result<(), Refusal> {
    match policy {
        Some(policy) if !ExternalTrafficPolicy::VALUES.contains(&policy.as_str()) => {
            Err(wrong("ExternalTrafficPolicy", "Local or Cluster"))
        }
        _ => Ok(()),
    }
}

const CLUSTER_IP: &str = "ClusterIP";
