//! What is done to an application that is there.

use sae_models::sae::{
    DeleteApplication, DeleteApplicationOutput, RescaleApplication, RescaleApplicationOutput,
    RescaleApplicationVertically, RescaleApplicationVerticallyOutput, RestartApplication,
    RestartApplicationOutput, StartApplication, StartApplicationOutput, StopApplication,
    StopApplicationOutput,
};

use super::{change_order, needed};
use crate::call::{Call, Handle};
use crate::domain::Refusal;
use crate::domain::life::Minimum;

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
        let minimum = Minimum { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let mut output = RestartApplicationOutput::default();
        output.data =
            Some(change_order(call.state.restart_application(&self.app_id, minimum, call.now())?));
        Ok(output)
    }
}

impl Handle for RescaleApplication {
    fn handle(self, call: &mut Call<'_>) -> Result<RescaleApplicationOutput, Refusal> {
        let mut output = RescaleApplicationOutput::default();
        output.data = Some(change_order(call.state.rescale_application(
            &self.app_id,
            needed("Replicas", self.replicas)?,
            call.now(),
        )?));
        Ok(output)
    }
}

impl Handle for RescaleApplicationVertically {
    fn handle(self, call: &mut Call<'_>) -> Result<RescaleApplicationVerticallyOutput, Refusal> {
        let number = |name: &str, text: &str| text.trim().parse::<i64>().map_err(|_| Refusal::invalid(name));
        let size = (number("Cpu", &self.cpu)?, number("Memory", &self.memory)?);
        let minimum = Minimum { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio };
        let mut output = RescaleApplicationVerticallyOutput::default();
        output.data =
            Some(change_order(call.state.resize_application(&self.app_id, size, minimum, call.now())?));
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
