//! Instances and their logs.

use sae_models::sae::{
    self, DescribeApplicationInstances, DescribeApplicationInstancesOutput, DescribeInstanceLog,
    DescribeInstanceLogOutput, InstanceHealth, InstancePage, InstanceStatus,
};

use super::text;
use crate::call::{Call, Handle, page};
use crate::domain::instance::Instance;
use crate::domain::{Application, Millis, Refusal};

impl Handle for DescribeApplicationInstances {
    /// Oldest first, or newest first with `Reverse`.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationInstancesOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        if self.group_id != application.group {
            return Err(Refusal::invalid("GroupId"));
        }
        let same = |wanted: &Option<String>, id: &str| wanted.as_deref().is_none_or(|wanted| wanted == id);
        let mut found: Vec<&Instance> = (application.instances.iter())
            .filter(|instance| {
                same(&self.instance_id, &instance.id) && same(&self.pipeline_id, &instance.pipeline)
            })
            .collect();
        if self.reverse.unwrap_or(false) {
            found.reverse();
        }
        let page = page(found, self.current_page, self.page_size, 10)?;
        let mut data = InstancePage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        let now = call.now();
        data.instances =
            page.items.into_iter().map(|instance| described(application, instance, now)).collect();
        let mut output = DescribeApplicationInstancesOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeInstanceLog {
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeInstanceLogOutput, Refusal> {
        let instance = call.state.instance(&self.instance_id);
        let instance =
            instance.ok_or_else(|| Refusal::with("InvalidResponse.Api", [call.description.name]))?;
        let mut output = DescribeInstanceLogOutput::default();
        output.data = Some(instance.log());
        Ok(output)
    }
}

fn described(application: &Application, instance: &Instance, now: Millis) -> sae::Instance {
    let mut data = sae::Instance::default();
    data.instance_id = text(&instance.id);
    data.group_id = text(&application.group);
    data.create_time_stamp = Some(instance.created);
    data.instance_container_ip = Some(instance.address.to_string());
    data.instance_container_status = Some(InstanceStatus::from(instance.status(now)));
    data.instance_container_restarts = Some(0);
    data.instance_health_status = Some(health(instance));
    data.image_url = instance.configuration.setting("ImageUrl").and_then(text);
    data.package_version = Some(instance.configuration.package_version());
    data.v_switch_id = text(&application.network.vswitch);
    data
}

fn health(instance: &Instance) -> InstanceHealth {
    let has = |check| instance.configuration.setting(check).is_some();
    match (has("Liveness"), has("Readiness")) {
        (false, false) => InstanceHealth::WithoutHealthCheckConfig,
        (false, true) => InstanceHealth::WithoutLivenessConfig,
        (true, false) => InstanceHealth::WithoutReadinessConfig,
        (true, true) if instance.is_starting() => InstanceHealth::NotCheckedYet,
        (true, true) => InstanceHealth::Healthy,
    }
}
