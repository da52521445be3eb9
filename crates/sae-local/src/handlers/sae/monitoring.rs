//! Monitoring by Application Real-Time Monitoring Service (ARMS).

use sae_models::sae::{
    ApmChange, ArmsState, DisableArms, DisableArmsOutput, DowngradeApplicationApmService,
    DowngradeApplicationApmServiceOutput, QueryArmsEnable, QueryArmsEnableOutput,
    UpgradeApplicationApmService, UpgradeApplicationApmServiceOutput,
};

use crate::domain::Refusal;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};

const DEFAULT: Rule = Source::Assumption.says("ARMS monitors an application until it is switched off");

impl Handle for QueryArmsEnable {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[DEFAULT];

    fn handle(self, call: &mut Call<'_>) -> Result<QueryArmsEnableOutput, Refusal> {
        let enabled = !call.application(&self.app_id)?.monitoring.disabled;
        let mut output = QueryArmsEnableOutput::default();
        output.data = Some(state(enabled));
        Ok(output)
    }
}

impl Handle for DisableArms {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("advanced monitoring ends with it; the answer is the new state")];

    fn handle(self, call: &mut Call<'_>) -> Result<DisableArmsOutput, Refusal> {
        call.application(&self.app_id)?;
        call.state.application_mut(&self.app_id)?.monitoring.disable();
        let mut output = DisableArmsOutput::default();
        output.data = Some(state(false));
        Ok(output)
    }
}

impl Handle for UpgradeApplicationApmService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("it switches ARMS on, too; doing it again changes nothing"),
        Source::Assumption.says("ArmsAdvancedEnabled of DescribeApplicationStatus tells it"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpgradeApplicationApmServiceOutput, Refusal> {
        let mut output = UpgradeApplicationApmServiceOutput::default();
        output.data = Some(changed(call, &self.app_id, true)?);
        Ok(output)
    }
}

impl Handle for DowngradeApplicationApmService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("basic monitoring stays as it is")];

    fn handle(self, call: &mut Call<'_>) -> Result<DowngradeApplicationApmServiceOutput, Refusal> {
        let mut output = DowngradeApplicationApmServiceOutput::default();
        output.data = Some(changed(call, &self.app_id, false)?);
        Ok(output)
    }
}

fn changed(call: &mut Call<'_>, id: &str, advanced: bool) -> Result<ApmChange, Refusal> {
    call.application(id)?;
    call.state.application_mut(id)?.monitoring.set_advanced(advanced);
    let mut data = ApmChange::default();
    data.status = Some(true);
    Ok(data)
}

fn state(enabled: bool) -> ArmsState {
    let mut data = ArmsState::default();
    data.enable = Some(enabled);
    data
}
