//! Instances and their logs.

use sae_models::sae::{
    self, DescribeApplicationInstances, DescribeApplicationInstancesOutput, DescribeInstanceLog,
    DescribeInstanceLogOutput, GetWebshellToken, GetWebshellTokenOutput, InstanceHealth, InstancePage,
    InstanceStatus, WebshellAccess,
};

use crate::domain::id::Ids;
use crate::domain::instance::Instance;
use crate::domain::{Application, InstanceFailure, Millis, Refusal};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;

impl Handle for DescribeApplicationInstances {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Reverse orders by status, then by identifier"),
        Source::Assumption.says("instances are listed oldest first otherwise"),
    ];

    /// Lists instances, oldest first. `Reverse` asks for the order of status and identifier: failing instances come
    /// first, or last.
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
        let now = call.now();
        if let Some(descending) = self.reverse {
            let rank = |instance: &Instance| {
                let status = instance.status(now);
                STATUSES.iter().position(|ranked| *ranked == status)
            };
            found.sort_by(|one, two| (rank(one), &one.id).cmp(&(rank(two), &two.id)));
            if descending {
                found.reverse();
            }
        }
        let page = page(found, self.current_page, self.page_size, 10)?;
        let mut data = InstancePage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.instances =
            page.items.into_iter().map(|instance| described(application, instance, now)).collect();
        let mut output = DescribeApplicationInstancesOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for GetWebshellToken {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("PodName is the identifier of an instance of the application that runs; ContainerName chooses nothing"),
        Source::Assumption.says("the addresses lead nowhere: their host is webshell.invalid"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<GetWebshellTokenOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let instance = application.instances.iter().find(|instance| instance.id == self.pod_name);
        if !instance.is_some_and(Instance::is_running) {
            return Err(Refusal::invalid("PodName"));
        }
        // A read leaves the state as it is, and its source of identifiers, too.
        let token = Ids::new(call.now().unsigned_abs()).uuid();
        let mut data = WebshellAccess::default();
        data.http_url = Some(format!("https://webshell.invalid/?token={token}"));
        data.web_socket_url = Some(format!("wss://webshell.invalid/?token={token}"));
        data.token = Some(token);
        let mut output = GetWebshellTokenOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeInstanceLog {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Previous counts only if the container was restarted"),
        Source::Assumption.says("the log tells what this server did with the instance"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeInstanceLogOutput, Refusal> {
        let instance = call.state.instance(&self.instance_id);
        let instance =
            instance.ok_or_else(|| Refusal::with("InvalidResponse.Api", [call.description.name]))?;
        let mut output = DescribeInstanceLogOutput::default();
        // As documented, the field counts only if the container was restarted.
        let former = instance.previous_log(call.now()).filter(|_| self.previous.as_deref() == Some("true"));
        output.data = Some(former.unwrap_or_else(|| instance.log()));
        Ok(output)
    }
}

fn described(application: &Application, instance: &Instance, now: Millis) -> sae::Instance {
    let configuration = &instance.configuration;
    let status = instance.status(now);
    let mut data = sae::Instance::default();
    data.instance_id = text(&instance.id);
    data.group_id = text(&application.group);
    data.create_time_stamp = Some(instance.created);
    data.finish_time_stamp = instance.running_since();
    data.instance_container_ip = Some(instance.address.to_string());
    data.instance_container_status = Some(InstanceStatus::from(status));
    data.main_container_status = text(status);
    data.instance_container_restarts = Some(instance.restarts(now));
    data.instance_health_status = Some(health(instance));
    data.unhealthy_message = instance.failing().and_then(|(_, failure)| text(failure.cause()));
    data.image_url = configuration.setting("ImageUrl").and_then(text);
    data.package_version = Some(configuration.package_version());
    // Several vSwitches may be given, separated by commas; this server puts all instances into the first.
    let vswitch = configuration.setting("VSwitchId").unwrap_or(&application.network.vswitch);
    data.v_switch_id = vswitch.split(',').next().and_then(text);
    data.debug_status = Some(false);
    data
}

fn health(instance: &Instance) -> InstanceHealth {
    let has = |check| instance.configuration.setting(check).is_some();
    let failing = instance.failing().map(|(_, failure)| failure);
    match (has("Liveness"), has("Readiness")) {
        (_, true) if failing == Some(InstanceFailure::NeverReady) => InstanceHealth::ReadinessUnhealthy,
        (false, false) => InstanceHealth::WithoutHealthCheckConfig,
        (false, true) => InstanceHealth::WithoutLivenessConfig,
        (true, false) => InstanceHealth::WithoutReadinessConfig,
        (true, true) if instance.running_since().is_none() => InstanceHealth::NotCheckedYet,
        (true, true) => InstanceHealth::Healthy,
    }
}

/// The order in which instances are listed by their status.
const STATUSES: &[&str] = &[
    "Error",
    "CrashLoopBackOff",
    "ErrImagePull",
    "ImagePullBackOff",
    "Pending",
    "Unknown",
    "Terminating",
    "NotFound",
    "PodInitializing",
    "Init:0/1",
    "Running",
];
