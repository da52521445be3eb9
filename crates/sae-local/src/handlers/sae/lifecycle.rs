//! Scaling, starting, stopping, restarting, resizing and deleting applications.

use sae_models::sae::{
    DeleteApplication, DeleteApplicationOutput, RescaleApplication, RescaleApplicationOutput,
    RescaleApplicationVertically, RescaleApplicationVerticallyOutput, RestartApplication,
    RestartApplicationOutput, StartApplication, StartApplicationOutput, StopApplication,
    StopApplicationOutput, UpdateApplicationDescription, UpdateApplicationDescriptionOutput,
};

use crate::domain::Refusal;
use crate::domain::commands::lifecycle::Resize;
use crate::domain::rollout_bounds::MinReady;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fields::{change_order, needed};

impl Handle for StopApplication {
    fn handle(self, call: &mut Call<'_>) -> Result<StopApplicationOutput, Refusal> {
        let mut output = StopApplicationOutput::default();
        output.data = Some(change_order(call.state.stop_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for StartApplication {
    fn handle(self, call: &mut Call<'_>) -> Result<StartApplicationOutput, Refusal> {
        let mut output = StartApplicationOutput::default();
        output.data = Some(change_order(call.state.start_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for RestartApplication {
    fn handle(self, call: &mut Call<'_>) -> Result<RestartApplicationOutput, Refusal> {
        let minimum = MinReady { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let mut output = RestartApplicationOutput::default();
        output.data =
            Some(change_order(call.state.restart_application(&self.app_id, minimum, call.now())?));
        Ok(output)
    }
}

impl Handle for RescaleApplication {
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
    fn handle(self, call: &mut Call<'_>) -> Result<DeleteApplicationOutput, Refusal> {
        let mut output = DeleteApplicationOutput::default();
        output.data = Some(change_order(call.state.delete_application(&self.app_id, call.now())?));
        Ok(output)
    }
}

impl Handle for UpdateApplicationDescription {
    fn handle(self, call: &mut Call<'_>) -> Result<UpdateApplicationDescriptionOutput, Refusal> {
        call.application(&self.app_id)?;
        call.state.describe_application(&self.app_id, self.app_description)?;
        Ok(UpdateApplicationDescriptionOutput::default())
    }
}

/// Settings that a change of the size may also set.
const MACHINE: &[&str] = &["DiskSize", "ResourceType", "VSwitchId"];
