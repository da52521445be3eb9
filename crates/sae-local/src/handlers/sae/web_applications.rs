//! Web applications: create, change, start, stop, delete, describe, list, and the limits of their instances.

use sae_models::sae::{
    self, CreateWebApplication, CreateWebApplicationOutput, DeleteWebApplication, DeleteWebApplicationOutput,
    DescribeWebApplication, DescribeWebApplicationOutput, DescribeWebApplicationScalingConfig,
    DescribeWebApplicationScalingConfigOutput, ListWebApplications, ListWebApplicationsOutput,
    StartWebApplication, StartWebApplicationOutput, StopWebApplication, StopWebApplicationOutput,
    UpdateWebApplication, UpdateWebApplicationOutput, UpdateWebApplicationScalingConfig,
    UpdateWebApplicationScalingConfigOutput, WebApplicationPage, WebApplicationWithInstanceCount,
    WebNetworkConfig, WebScalingConfig,
};
use sae_transport::{Json, encode_json};

use crate::domain::commands::web_applications::{NewWebApplication, TrafficChange};
use crate::domain::namespace::region;
use crate::domain::web_application::{Scaling, WebApplication};
use crate::domain::{Refusal, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{given, needed, text};
use crate::handlers::sae::web_revisions::{addresses, configuration, next_page, revision_config, routed};

impl Handle for CreateWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("there is at most one container; its CPU and memory are a pair of the reference"),
        Source::Assumption
            .says("a name follows the rules of other applications and is unique among the web applications of its namespace"),
        Source::Assumption.says("the first revision is 1 and gets all requests"),
        Source::Assumption.says("there are 0 to 10 instances unless the call says otherwise, and never more than 1,000"),
        Source::Assumption.says("WebNetworkConfig counts before that of the revision, and is answered there"),
        Source::Assumption.says("the VPC is that of the namespace"),
        Source::Assumption.says("the password of a registry isn't kept: nothing fetches images here"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateWebApplicationOutput, Refusal> {
        let body = self.body;
        let mut revision = body.revision_config;
        let network = body.web_network_config.or(revision.web_network_config.take());
        let traffic = body.web_traffic_config.unwrap_or_default();
        let new = NewWebApplication {
            namespace: self.namespace_id.clone(),
            name: body.application_name,
            description: body.description.unwrap_or_default(),
            network: network.map(|network| encode_json::to_string(&network)).unwrap_or_default(),
            configuration: configuration(revision)?,
            scaling: body.web_scaling_config.map(|limits| scaling(&limits)).transpose()?,
            traffic: TrafficChange {
                authentication: traffic.auth_type.map(|kind| kind.as_str().to_owned()),
                closed: traffic.disable_internet_url,
                weights: traffic.revisions_traffic_weight,
                addresses: traffic.web_acl_config.map(addresses),
            },
        };
        let id = call.state.create_web_application(new, call.now())?;
        let mut output = CreateWebApplicationOutput::default();
        output.data = Some(described(call.state.web_application(&self.namespace_id, &id)?));
        Ok(output)
    }
}

impl Handle for UpdateWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("what isn't sent stays as it is")];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateWebApplicationOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        let network = self.body.web_network_config.map(|network| encode_json::to_string(&network));
        call.state.update_web_application(key, self.body.description, network, call.now())?;
        let mut output = UpdateWebApplicationOutput::default();
        output.data = Some(described(call.state.web_application(key.0, key.1)?));
        Ok(output)
    }
}

impl Handle for DeleteWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("it is gone at once, with its revisions")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteWebApplicationOutput, Refusal> {
        let deleted = call.state.delete_web_application(&self.namespace_id, &self.application_id)?;
        let mut output = DeleteWebApplicationOutput::default();
        output.data = Some(described(&deleted));
        Ok(output)
    }
}

impl Handle for StartWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("it runs at once; one that runs stays as it is")];

    fn handle(self, call: &mut Call<'_>) -> Result<StartWebApplicationOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        call.state.set_web_application_stopped(key, false, call.now())?;
        let mut output = StartWebApplicationOutput::default();
        output.data = Some(described(call.state.web_application(key.0, key.1)?));
        Ok(output)
    }
}

impl Handle for StopWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("it has no instances at once; one that is stopped stays as it is")];

    fn handle(self, call: &mut Call<'_>) -> Result<StopWebApplicationOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        call.state.set_web_application_stopped(key, true, call.now())?;
        let mut output = StopWebApplicationOutput::default();
        output.data = Some(described(call.state.web_application(key.0, key.1)?));
        Ok(output)
    }
}

impl Handle for DescribeWebApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption
            .says("its configuration is that of the revision with the largest share of the requests"),
        Source::Assumption.says("an application of another namespace is InvalidAppId.NotFound"),
        Source::Assumption
            .says("the URLs are made of its name, its identifier and its region; nothing answers there"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeWebApplicationOutput, Refusal> {
        let found = call.state.web_application(&self.namespace_id, &self.application_id)?;
        let mut output = DescribeWebApplicationOutput::default();
        output.data = Some(described(found));
        Ok(output)
    }
}

impl Handle for ListWebApplications {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("ordered by identifier, 20 on a page unless Limit says otherwise"),
        Source::Assumption.says(
            "no requests arrive, so an application has the fewest instances that it may have, and none while it is stopped",
        ),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListWebApplicationsOutput, Refusal> {
        let (namespace, prefix) = (given(self.namespace_id), self.prefix.unwrap_or_default());
        let wanted = |one: &&WebApplication| {
            namespace.as_ref().is_none_or(|id| one.namespace == *id) && one.name.starts_with(&prefix)
        };
        let from = given(self.next_token).unwrap_or_default();
        let rest = call.state.web_applications.range(from..).map(|(_, application)| application);
        let (items, next) = next_page(rest.filter(wanted), self.limit, |one| one.id.clone())?;
        let listed = |application: &WebApplication| {
            let mut data = WebApplicationWithInstanceCount::default();
            data.instance_count = Some(application.instances());
            data.web_application = Some(described(application));
            data
        };
        let mut data = WebApplicationPage::default();
        data.next_token = next;
        data.web_application_with_instance_count = items.into_iter().map(listed).collect();
        let mut output = ListWebApplicationsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for UpdateWebApplicationScalingConfig {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("both limits are required"),
        Source::Assumption.says("from 0, or 1 for the most, to 1,000; the fewest aren't more than the most"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateWebApplicationScalingConfigOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        let limits = scaling(&self.body)?;
        call.state.scale_web_application(key, limits, call.now())?;
        let mut output = UpdateWebApplicationScalingConfigOutput::default();
        output.data = Some(limited(limits));
        Ok(output)
    }
}

impl Handle for DescribeWebApplicationScalingConfig {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeWebApplicationScalingConfigOutput, Refusal> {
        let found = call.state.web_application(&self.namespace_id, &self.application_id)?;
        let mut output = DescribeWebApplicationScalingConfigOutput::default();
        output.data = Some(limited(found.scaling));
        Ok(output)
    }
}

fn scaling(limits: &WebScalingConfig) -> Result<Scaling, Refusal> {
    Ok(Scaling {
        fewest: needed("MinimumInstanceCount", limits.minimum_instance_count)?,
        most: needed("MaximumInstanceCount", limits.maximum_instance_count)?,
    })
}

fn limited(scaling: Scaling) -> WebScalingConfig {
    let mut data = WebScalingConfig::default();
    data.minimum_instance_count = Some(scaling.fewest);
    data.maximum_instance_count = Some(scaling.most);
    data
}

fn described(application: &WebApplication) -> sae::WebApplication {
    let region = region(&application.namespace);
    let host = format!("{}-{}.{region}", application.name, application.id.get(..8).unwrap_or_default());
    let mut data = sae::WebApplication::default();
    data.application_id = text(&application.id);
    data.application_name = text(&application.name);
    data.namespace_id = text(&application.namespace);
    data.description = text(&application.description);
    data.created_time = Some(time::text(application.created));
    data.last_modified_time = Some(time::text(application.modified));
    data.internet_url = Some(format!("https://{host}.sae.invalid"));
    data.intranet_url = Some(format!("http://{host}.vpc.sae.invalid"));
    data.vpc_id = text(&application.vpc);
    data.revision_config = application.main_revision().map(|(_, revision)| {
        let mut config = revision_config(revision);
        config.web_network_config =
            text(&application.network).and_then(|text| Json::<WebNetworkConfig>::raw(text).into_value());
        config
    });
    data.web_scaling_config = Some(limited(application.scaling));
    data.web_traffic_config = Some(routed(&application.traffic));
    data
}
