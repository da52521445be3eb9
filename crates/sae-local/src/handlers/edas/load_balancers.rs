//! SLB instances of applications.

use sae_models::edas::{
    BindK8sSlb, BindK8sSlbOutput, SlbBindingProtocol, SlbBindingScheduler, SlbBindingSpec, SlbBindingType,
    SlbPortMapping, UnbindK8sSlb, UnbindK8sSlbOutput, UpdateK8sSlb, UpdateK8sSlbOutput,
};
use serde_json::{Value, json};

use crate::domain::commands::load_balancers::Binding;
use crate::domain::k8s::cluster::ClusterNamespace;
use crate::domain::k8s::refusal::{absent, wrong};
use crate::domain::load_balancer::{Listener, Listeners};
use crate::domain::{Application, Refusal};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::structure;

impl Handle for BindK8sSlb {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("an instance that is bound on the same network is replaced"),
        Source::Assumption.says(CHECKED_ONLY),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<BindK8sSlbOutput, Refusal> {
        check_cluster(call.state.application(&self.app_id)?, self.cluster_id.as_deref())?;
        check_choices(self.scheduler.as_ref(), self.specification.as_ref())?;
        let mappings = structure("ServicePortInfos", self.service_port_infos.as_ref())?;
        let ports = listeners(mappings, self.port, self.target_port, self.slb_protocol.as_ref())?;
        let binding = Binding { id: self.slb_id.filter(|id| !id.is_empty()), charge: None, ports };
        let (internet, intranet) = match side(self.r#type.as_str())? {
            Side::Internet => (Some(binding), None),
            Side::Intranet => (None, Some(binding)),
        };
        let mut output = BindK8sSlbOutput::default();
        output.change_order_id = Some(call.state.bind_slb(&self.app_id, internet, intranet, call.now())?);
        Ok(output)
    }
}

impl Handle for UpdateK8sSlb {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("an SLB instance is named like its identifier"),
        Source::Assumption.says("the ports take the place of those that were bound"),
        Source::Assumption.says(CHECKED_ONLY),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateK8sSlbOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        check_cluster(application, Some(&self.cluster_id))?;
        check_choices(self.scheduler.as_ref(), self.specification.as_ref())?;
        let side = side(&self.r#type)?;
        let id = bound(application, side, self.slb_name.as_deref())?.id.clone();
        let mappings = structure("ServicePortInfos", self.service_port_infos.as_ref())?;
        let ports = listeners(mappings, self.port, self.target_port, self.slb_protocol.as_ref())?;
        let binding = Binding { id: Some(id), charge: None, ports };
        let (internet, intranet) = match side {
            Side::Internet => (Some(binding), None),
            Side::Intranet => (None, Some(binding)),
        };
        let mut output = UpdateK8sSlbOutput::default();
        output.change_order_id = Some(call.state.bind_slb(&self.app_id, internet, intranet, call.now())?);
        Ok(output)
    }
}

impl Handle for UnbindK8sSlb {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<UnbindK8sSlbOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        check_cluster(application, self.cluster_id.as_deref())?;
        let side = side(self.r#type.as_str())?;
        bound(application, side, self.slb_name.as_deref())?;
        let (internet, intranet) = (side == Side::Internet, side == Side::Intranet);
        let mut output = UnbindK8sSlbOutput::default();
        output.change_order_id = Some(call.state.unbind_slb(&self.app_id, internet, intranet, call.now())?);
        Ok(output)
    }
}

/// The network that an SLB instance serves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Internet,
    Intranet,
}

/// Reads a network. Operations differ in its first letter.
fn side(text: &str) -> Result<Side, Refusal> {
    if text.eq_ignore_ascii_case(SlbBindingType::Internet.as_str()) {
        Ok(Side::Internet)
    } else if text.eq_ignore_ascii_case(SlbBindingType::Intranet.as_str()) {
        Ok(Side::Intranet)
    } else {
        Err(wrong("Type", "internet or intranet"))
    }
}

/// The instance that is bound on a network. Refuses another name than its own.
fn bound<'a>(application: &'a Application, side: Side, name: Option<&str>) -> Result<&'a Listeners, Refusal> {
    let bound = match side {
        Side::Internet => &application.load_balancers.internet,
        Side::Intranet => &application.load_balancers.intranet,
    };
    let bound = bound.as_ref().filter(|bound| name.is_none_or(|name| name.is_empty() || name == bound.id));
    bound.ok_or_else(|| absent("such an SLB instance of this application"))
}

/// The listeners: those of the list, otherwise the one of the single parameters, which has TCP by default.
fn listeners(
    mappings: Option<&Vec<SlbPortMapping>>,
    port: Option<String>,
    target: Option<String>,
    protocol: Option<&SlbBindingProtocol>,
) -> Result<Vec<Listener>, Refusal> {
    if let Some(mappings) = mappings.filter(|mappings| !mappings.is_empty()) {
        return mappings.iter().map(listener).collect();
    }
    let number = |name: &str, text: Option<String>| {
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::missing(name))?;
        text.parse::<i64>().map_err(|_| Refusal::invalid(name))
    };
    let protocol = protocol.unwrap_or(&SlbBindingProtocol::Tcp);
    if *protocol == SlbBindingProtocol::Https {
        return Err(wrong("SlbProtocol", "HTTPS needs a certificate, so it is for ServicePortInfos"));
    }
    Ok(vec![Listener {
        port: number("Port", port)?,
        target: number("TargetPort", target)?,
        protocol: protocol.as_str().to_owned(),
        certificate: None,
    }])
}

fn listener(mapping: &SlbPortMapping) -> Result<Listener, Refusal> {
    let certificate = mapping.cert_id.clone().filter(|id| !id.is_empty());
    if mapping.load_balancer_protocol == SlbBindingProtocol::Https && certificate.is_none() {
        return Err(wrong("ServicePortInfos", format!("port {} needs certId for HTTPS", mapping.port)));
    }
    Ok(Listener {
        port: mapping.port,
        target: mapping.target_port,
        protocol: mapping.load_balancer_protocol.as_str().to_owned(),
        certificate,
    })
}

/// Refuses a cluster that the application isn't in.
fn check_cluster(application: &Application, cluster: Option<&str>) -> Result<(), Refusal> {
    let own = ClusterNamespace::parse(&application.namespace).cluster;
    match cluster {
        Some(other) if !other.is_empty() && other != own => {
            Err(wrong("ClusterId", "the application is in another cluster"))
        }
        _ => Ok(()),
    }
}

fn check_choices(
    scheduler: Option<&SlbBindingScheduler>,
    specification: Option<&SlbBindingSpec>,
) -> Result<(), Refusal> {
    if scheduler.is_some_and(|one| !SlbBindingScheduler::VALUES.contains(&one.as_str())) {
        return Err(wrong("Scheduler", "rr or wrr"));
    }
    if specification.is_some_and(|one| !SlbBindingSpec::VALUES.contains(&one.as_str())) {
        return Err(wrong("Specification", format!("one of {}", SlbBindingSpec::VALUES.join(", "))));
    }
    Ok(())
}

/// The SLB instances of an application, as JSON for its details; none if there are none.
pub fn info(application: &Application) -> Option<String> {
    let all = &application.load_balancers;
    let sides = [(SlbBindingType::Internet, &all.internet), (SlbBindingType::Intranet, &all.intranet)];
    let described = sides.into_iter().filter_map(|(side, listeners)| {
        let listeners = listeners.as_ref()?;
        let port = |one: &Listener| {
            json!({
                "port": one.port,
                "targetPort": one.target,
                "loadBalancerProtocol": one.protocol,
                "certId": one.certificate,
            })
        };
        Some(json!({
            "type": side.as_str(),
            "slbId": listeners.id,
            "slbName": listeners.id,
            "slbIp": listeners.address,
            "servicePortInfos": listeners.ports.iter().map(port).collect::<Vec<_>>(),
        }))
    });
    let described: Vec<Value> = described.collect();
    (!described.is_empty()).then(|| Value::Array(described).to_string())
}

const CHECKED_ONLY: &str = "`Scheduler` and `Specification` are checked; no answer shows them";
