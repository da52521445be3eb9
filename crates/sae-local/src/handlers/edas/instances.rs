//! Instances, which are pods.

use sae_models::edas::{DescribeAppInstanceList, DescribeAppInstanceListOutput, KubernetesInstance};

use super::manifest;
use crate::domain::instance::Instance;
use crate::domain::{Application, Millis, Refusal};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::Source;
use crate::handlers::fields::text;

impl Handle for DescribeAppInstanceList {
    const SOURCE: Source = Source::Metadata;

    /// Lists the pods of an application. All run on one node.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeAppInstanceListOutput, Refusal> {
        let application = call.state.application(&self.app_id)?;
        let with_node = self.with_node_info.unwrap_or(false);
        let instances = application.instances.iter();
        let mut output = DescribeAppInstanceListOutput::default();
        output.instance_list =
            instances.map(|instance| described(application, instance, with_node, call.now())).collect();
        Ok(output)
    }
}

fn described(
    application: &Application,
    instance: &Instance,
    with_node: bool,
    now: Millis,
) -> KubernetesInstance {
    let mut data = KubernetesInstance::default();
    data.app_id = text(&application.id);
    data.group_id = text(&application.group);
    data.group_name = text("_DEFAULT_GROUP");
    data.version = Some(instance.configuration.package_version());
    data.pod_raw = Some(manifest::pod(application, instance, now).to_string());
    data.node_name = text(manifest::NODE).filter(|_| with_node);
    data.node_labels = with_node.then(|| manifest::node_labels().to_string());
    data
}
