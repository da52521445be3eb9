//! The network of a namespace, its logs and its vSwitches.

use sae_models::sae::{
    self, ChangeOrderState, DescribeNamespaceResources, DescribeNamespaceResourcesOutput, DescribeVSwitches,
    DescribeVSwitchesOutput, NamespaceResources, SlsConfig, UpdateNamespaceSlsConfigs,
    UpdateNamespaceSlsConfigsOutput, UpdateNamespaceVpc, UpdateNamespaceVpcOutput,
};
use sae_transport::Json;

use crate::domain::change_order::ChangeOrder;
use crate::domain::commands::namespace_resources::VSwitch;
use crate::domain::configuration::is_tagged;
use crate::domain::{Refusal, State, namespace};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{given, structure, text};
use crate::handlers::page::count;
use crate::handlers::sae::namespaces::id;

impl Handle for DescribeNamespaceResources {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("the latest change order is that of its applications"),
        Source::Assumption.says("a VPC and a vSwitch have their identifiers as names"),
        Source::Assumption.says("a namespace that has no network yet has no security group either"),
        Source::Assumption
            .says("there is no jump server, no agent of a certain version, no account and no notice"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeNamespaceResourcesOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        let mut output = DescribeNamespaceResourcesOutput::default();
        output.data = Some(described(call.state, &call.state.namespace(&id)?));
        Ok(output)
    }
}

impl Handle for DescribeVSwitches {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a VPC has the vSwitches that namespaces, applications and jobs use"),
        Source::Assumption
            .says("a vSwitch is named by its identifier and is in the first zone of its region"),
        Source::Assumption.says("it has 252 addresses; each instance of an application has one of them"),
        Source::Assumption.says("a VPC that nothing uses has none; an identifier begins with vpc-"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeVSwitchesOutput, Refusal> {
        if !is_tagged(&self.vpc_id, "vpc-") {
            return Err(Refusal::new("InvalidVpcId.NotFound"));
        }
        let (only, name) = (given(self.v_switch_id), given(self.v_switch_name));
        let wanted = |id: &String| [&only, &name].into_iter().flatten().all(|chosen| chosen == id);
        let found = call.state.vswitches(&self.vpc_id).into_iter().filter(|(id, _)| wanted(id));
        let mut output = DescribeVSwitchesOutput::default();
        output.data = found.map(|(id, vswitch)| answered(&self.vpc_id, id, &vswitch)).collect();
        Ok(output)
    }
}

impl Handle for UpdateNamespaceVpc {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a namespace with applications or jobs can't leave its VPC"),
        Source::Assumption.says("the vSwitch is a new one of the VPC; applications may choose another one"),
        Source::Assumption.says("a default namespace can be bound, too"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateNamespaceVpcOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        call.state.move_namespace(&id, self.vpc_id)?;
        Ok(UpdateNamespaceVpcOutput::default())
    }
}

impl Handle for UpdateNamespaceSlsConfigs {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("logs that aren't sent stay as they are; an empty text removes them"),
        Source::Assumption.says("the same holds for the tags, which only applications show"),
        Source::Assumption.says("applications with settings of their own keep those"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateNamespaceSlsConfigsOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        let configs = call.parameters.get("SlsConfigs").cloned();
        if configs.as_ref().is_some_and(|configs| !configs.is_empty()) {
            structure("SlsConfigs", self.sls_configs.as_ref())?;
        }
        let tags = call.parameters.get("SlsLogEnvTags").cloned();
        call.state.collect_logs(&id, configs, tags)?;
        Ok(UpdateNamespaceSlsConfigsOutput::default())
    }
}

fn described(state: &State, namespace: &namespace::Namespace) -> NamespaceResources {
    let latest = state.latest_order_in(&namespace.id);
    let mut data = NamespaceResources::default();
    data.namespace_id = text(&namespace.id);
    data.name_space_short_id = text(namespace.short());
    data.namespace_name = text(&namespace.name);
    data.description = text(&namespace.description);
    data.belong_region = text(namespace.region());
    data.tenant_id = text(&namespace.access.tenant);
    data.app_count = Some(count(state.applications_in(&namespace.id).count()));
    data.last_change_order_id = latest.and_then(|order| text(&order.id));
    data.last_change_order_running = Some(latest.is_some_and(ChangeOrder::is_active));
    data.last_change_order_status = latest.map(|order| ChangeOrderState::from(order.status.word()));
    data.sls_configs = text(&namespace.logs.configs).map(Json::<Vec<SlsConfig>>::raw);
    if let Some(network) = &namespace.network {
        data.vpc_id = text(&network.vpc);
        data.vpc_name = text(&network.vpc);
        data.v_switch_id = text(&network.vswitch);
        data.v_switch_name = text(&network.vswitch);
        data.security_group_id = Some(network.security_group());
    }
    data
}

fn answered(vpc: &str, id: String, vswitch: &VSwitch) -> sae::VSwitch {
    let mut data = sae::VSwitch::default();
    data.vpc_id = text(vpc);
    data.v_switch_name = Some(id.clone());
    data.v_switch_id = Some(id);
    data.zone_id = Some(format!("{}-a", vswitch.region));
    data.status = text("Available");
    data.available_ip_address_count = Some(ADDRESSES.saturating_sub(vswitch.instances).to_string());
    data
}

/// The addresses of a /24 network without the four that the VPC keeps.
const ADDRESSES: usize = 252;
