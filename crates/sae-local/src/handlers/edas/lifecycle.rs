//! Scaling, starting, stopping, restarting and deleting applications.

use sae_models::edas::{
    DeleteK8sApplication, DeleteK8sApplicationOutput, RestartK8sApplication, RestartK8sApplicationOutput,
    ScaleK8sApplication, ScaleK8sApplicationOutput, StartK8sApplication, StartK8sApplicationOutput,
    StopK8sApplication, StopK8sApplicationOutput,
};

use super::handler::check_timeout;
use crate::domain::Refusal;
use crate::domain::rollout_bounds::MinReady;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::needed;

impl Handle for ScaleK8sApplication {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<ScaleK8sApplicationOutput, Refusal> {
        check_timeout(self.timeout)?;
        let mut output = ScaleK8sApplicationOutput::default();
        let replicas = needed("Replicas", self.replicas)?;
        output.change_order_id = Some(call.state.scale_in_cluster(&self.app_id, replicas, call.now())?);
        Ok(output)
    }
}

impl Handle for StartK8sApplication {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<StartK8sApplicationOutput, Refusal> {
        check_timeout(self.timeout)?;
        let mut output = StartK8sApplicationOutput::default();
        output.change_order_id =
            Some(call.state.start_in_cluster(&self.app_id, self.replicas, call.now())?);
        Ok(output)
    }
}

impl Handle for StopK8sApplication {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<StopK8sApplicationOutput, Refusal> {
        check_timeout(self.timeout)?;
        let mut output = StopK8sApplicationOutput::default();
        output.change_order_id = Some(call.state.stop_application(&self.app_id, call.now())?);
        Ok(output)
    }
}

impl Handle for RestartK8sApplication {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<RestartK8sApplicationOutput, Refusal> {
        check_timeout(self.timeout)?;
        let order = call.state.restart_application(&self.app_id, MinReady::default(), call.now())?;
        let mut output = RestartK8sApplicationOutput::default();
        output.change_order_id = Some(order);
        Ok(output)
    }
}

impl Handle for DeleteK8sApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("nothing is protected against deletion, so Force is ignored")];

    /// Deletes an application. Nothing is protected against deletion, so `Force` is ignored. There is a change order
    /// even if no instance runs; it ends at once.
    fn handle(self, call: &mut Call<'_>) -> Result<DeleteK8sApplicationOutput, Refusal> {
        let mut output = DeleteK8sApplicationOutput::default();
        output.change_order_id = Some(call.state.delete_application(&self.app_id, call.now())?);
        Ok(output)
    }
}
