//! Scaling, starting, stopping, restarting, resizing and deleting applications.

use sae_models::sae::{
    DeleteApplication, DeleteApplicationOutput, ReduceApplicationCapacityByInstanceIds,
    ReduceApplicationCapacityByInstanceIdsOutput, RescaleApplication, RescaleApplicationOutput,
    RescaleApplicationVertically, RescaleApplicationVerticallyOutput, RestartApplication,
    RestartApplicationOutput, RestartInstances, RestartInstancesOutput, StartApplication,
    StartApplicationOutput, StopApplication, StopApplicationOutput, UpdateAppSecurityGroup,
    UpdateAppSecurityGroupOutput, UpdateApplicationDescription, UpdateApplicationDescriptionOutput,
};

use crate::domain::Refusal;
use crate::domain::commands::lifecycle::Resize;
use crate::domain::refusal::{BUSY, NOT_DEPLOYED, WRONG_STATUS};
use crate::domain::rollout_bounds::MinReady;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{change_order, needed};

impl Handle for StopApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("a stopped application is refused"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<StopApplicationOutput, Refusal> {
        let mut output = StopApplicationOutput::default();
        output.data = Some(change_order(call.state.stop_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for StartApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("a running application is refused"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<StartApplicationOutput, Refusal> {
        let mut output = StartApplicationOutput::default();
        output.data = Some(change_order(call.state.start_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for RestartApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("a stopped application is refused"),
        Source::Assumption
            .says("without a minimum of ready instances, each new instance runs before an old one stops"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<RestartApplicationOutput, Refusal> {
        let minimum = MinReady { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let mut output = RestartApplicationOutput::default();
        output.data =
            Some(change_order(call.state.restart_application(&self.app_id, minimum, call.now())?));
        Ok(output)
    }
}

impl Handle for RescaleApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("the newest instances are stopped first, and failing ones are replaced"),
        Source::Assumption.says("an application has at most 1,000 instances"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<RescaleApplicationOutput, Refusal> {
        let minimum = MinReady { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let replicas = needed("Replicas", self.replicas)?;
        let order = call.state.rescale_application(&self.app_id, replicas, minimum, call.now())?;
        let mut output = RescaleApplicationOutput::default();
        output.data = Some(change_order(order));
        Ok(output)
    }
}

impl Handle for RescaleApplicationVertically {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Metadata.says("CPU and memory are one of the pairs that today's reference lists"),
        Source::Metadata.says("with Deploy=false the instances are replaced by the next change"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<RescaleApplicationVerticallyOutput, Refusal> {
        let number = |name: &str, text: &str| text.trim().parse::<i64>().map_err(|_| Refusal::invalid(name));
        let machine =
            call.parameters.iter().filter(|(name, value)| MACHINE.contains(name) && !value.is_empty());
        let resize = Resize {
            cpu: number("Cpu", &self.cpu)?,
            memory: number("Memory", &self.memory)?,
            settings: machine.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            deploy: self.deploy.unwrap_or(true),
        };
        let minimum = MinReady { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let order = call.state.resize_application(&self.app_id, resize, minimum, call.now())?;
        let mut output = RescaleApplicationVerticallyOutput::default();
        output.data = Some(change_order(order));
        Ok(output)
    }
}

impl Handle for DeleteApplication {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("refused while another change order of the application runs"),
        Source::Assumption.says("the change orders of deleted applications stay: the latest 1,000 together"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteApplicationOutput, Refusal> {
        let mut output = DeleteApplicationOutput::default();
        output.data = Some(change_order(call.state.delete_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for UpdateApplicationDescription {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a description has at most 1,024 characters"),
        Source::Assumption.says("possible while a change order runs"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateApplicationDescriptionOutput, Refusal> {
        call.application(&self.app_id)?;
        call.state.describe_application(&self.app_id, self.app_description)?;
        Ok(UpdateApplicationDescriptionOutput::default())
    }
}

impl Handle for UpdateAppSecurityGroup {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("instances have the security group from the next change on"),
        Source::Assumption
            .says("refused with InvalidParameter.WithMessage while a change order of the application runs"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateAppSecurityGroupOutput, Refusal> {
        call.application(&self.app_id)?;
        let now = call.now();
        call.state.change_security_group(&self.app_id, &self.security_group_id, now)?;
        Ok(UpdateAppSecurityGroupOutput::default())
    }
}

/// Settings that a change of the size may also set.
const MACHINE: &[&str] = &["DiskSize", "ResourceType", "VSwitchId"];

impl Handle for RestartInstances {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("each new instance runs before the one that it replaces stops"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<RestartInstancesOutput, Refusal> {
        let chosen = listed(&self.instance_ids);
        let mut output = RestartInstancesOutput::default();
        output.data = Some(change_order(call.state.restart_instances(&self.app_id, &chosen, call.now())?));
        Ok(output)
    }
}

impl Handle for ReduceApplicationCapacityByInstanceIds {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("one instance at least stays"),
        Source::Assumption
            .says("whatever the status doesn't allow is refused with Application.InvalidStatus"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ReduceApplicationCapacityByInstanceIdsOutput, Refusal> {
        call.application(&self.app_id)?;
        let chosen = listed(&self.instance_ids);
        let order = call.state.take_instances(&self.app_id, &chosen, call.now());
        // No document lists the codes of this operation, so the common one stands for all of them.
        let unlisted = [BUSY, NOT_DEPLOYED];
        let order =
            order.map_err(|refusal| if unlisted.contains(&refusal) { WRONG_STATUS } else { refusal })?;
        let mut output = ReduceApplicationCapacityByInstanceIdsOutput::default();
        output.data = Some(change_order(order));
        Ok(output)
    }
}

/// Identifiers that are separated by commas.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}
