//! Revisions of web applications, and which of them get how many requests.

use sae_models::sae::{
    self, DeleteWebApplicationRevision, DeleteWebApplicationRevisionOutput, DescribeWebApplicationRevision,
    DescribeWebApplicationRevisionOutput, DescribeWebApplicationTrafficConfig,
    DescribeWebApplicationTrafficConfigOutput, ListWebApplicationRevisions,
    ListWebApplicationRevisionsOutput, PublishWebApplicationRevision, PublishWebApplicationRevisionOutput,
    UpdateWebApplicationTrafficConfig, UpdateWebApplicationTrafficConfigOutput, WebAclConfig, WebAclEntry,
    WebAuthType, WebRevisionConfig, WebRevisionPage, WebTrafficConfig,
};
use sae_transport::{Json, encode_json};

use crate::domain::catalogue::is_size;
use crate::domain::commands::web_applications::{TrafficChange, web_revision};
use crate::domain::web_application::{Traffic, WebApplication, WebRevision};
use crate::domain::{Refusal, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{given, needed, text};

impl Handle for PublishWebApplicationRevision {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("with TakeEffect, all requests go to it; otherwise none"),
        Source::Assumption.says("revisions have the numbers from 1; that of a deleted one isn't used again"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<PublishWebApplicationRevisionOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        let mut config = WebRevisionConfig::default();
        config.containers = self.body.containers;
        config.enable_arms_metrics = self.body.enable_arms_metrics;
        let new = (self.body.description.unwrap_or_default(), configuration(config)?);
        let takes_effect = self.body.take_effect.unwrap_or(false);
        let number = call.state.publish_web_revision(key, new, takes_effect, call.now())?;
        let application = call.state.web_application(key.0, key.1)?;
        let mut output = PublishWebApplicationRevisionOutput::default();
        output.data = application.revisions.get(&number).map(|one| described(application, number, one));
        Ok(output)
    }
}

impl Handle for DescribeWebApplicationRevision {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a revision that doesn't exist is InvalidParameter.WithMessage")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeWebApplicationRevisionOutput, Refusal> {
        let application = call.state.web_application(&self.namespace_id, &self.application_id)?;
        let (number, revision) = web_revision(application, &self.revision_id)?;
        let mut output = DescribeWebApplicationRevisionOutput::default();
        output.data = Some(described(application, number, revision));
        Ok(output)
    }
}

impl Handle for ListWebApplicationRevisions {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("the latest first, 20 on a page unless Limit says otherwise")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListWebApplicationRevisionsOutput, Refusal> {
        let application = call.state.web_application(&self.namespace_id, &self.application_id)?;
        let from = match given(self.next_token) {
            Some(token) => token.parse().map_err(|_| Refusal::invalid("NextToken"))?,
            None => u64::MAX,
        };
        let rest = application.revisions.range(..=from).rev();
        let (items, next) = next_page(rest, self.limit, |(number, _)| number.to_string())?;
        let listed = items.into_iter().map(|(number, one)| described(application, *number, one));
        let mut data = WebRevisionPage::default();
        data.next_token = next;
        data.revisions = listed.collect();
        let mut output = ListWebApplicationRevisionsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DeleteWebApplicationRevision {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a revision that gets requests is InvalidParameter.WithMessage")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteWebApplicationRevisionOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        let (number, revision) = call.state.delete_web_revision(key, &self.revision_id, call.now())?;
        let application = call.state.web_application(key.0, key.1)?;
        let mut output = DeleteWebApplicationRevisionOutput::default();
        output.data = Some(described(application, number, &revision));
        Ok(output)
    }
}

impl Handle for UpdateWebApplicationTrafficConfig {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata
            .says("the shares of the revisions add up to 1; an entry of the list is an IP address"),
        Source::Assumption.says("shares may be rounded to two digits; what isn't sent stays as it is"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateWebApplicationTrafficConfigOutput, Refusal> {
        let key = (self.namespace_id.as_str(), self.application_id.as_str());
        let change = TrafficChange {
            authentication: self.body.auth_type.map(|kind| kind.as_str().to_owned()),
            closed: self.body.disable_url_internet,
            weights: self.body.revisions_traffic_weight,
            addresses: self.body.web_acl_config.map(addresses),
        };
        call.state.route_web_traffic(key, change, call.now())?;
        let mut output = UpdateWebApplicationTrafficConfigOutput::default();
        output.data = Some(routed(&call.state.web_application(key.0, key.1)?.traffic));
        Ok(output)
    }
}

impl Handle for DescribeWebApplicationTrafficConfig {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeWebApplicationTrafficConfigOutput, Refusal> {
        let application = call.state.web_application(&self.namespace_id, &self.application_id)?;
        let mut output = DescribeWebApplicationTrafficConfigOutput::default();
        output.data = Some(routed(&application.traffic));
        Ok(output)
    }
}

/// The configuration of a revision as it is kept. The password of a registry is left out.
pub fn configuration(mut config: WebRevisionConfig) -> Result<String, Refusal> {
    let [container] = config.containers.as_mut_slice() else {
        return Err(Refusal::unfit("Containers", "exactly one container is needed"));
    };
    if container.image.as_ref().is_none_or(String::is_empty) {
        return Err(Refusal::missing("Image"));
    }
    let resources = needed("Resources", container.resources.as_ref())?;
    let size = (needed("Cpu", resources.cpu)?, needed("Memory", resources.memory)?);
    if !is_size(size.0, size.1) {
        return Err(Refusal::unfit("Resources", "CPU and memory don't go together"));
    }
    if container.port.is_some_and(|port| !(1..=65_535).contains(&port)) {
        return Err(Refusal::invalid("Port"));
    }
    let registry = container.image_registry_config.as_mut();
    if let Some(login) = registry.and_then(|registry| registry.auth_config.as_mut()) {
        login.password = None;
    }
    Ok(encode_json::to_string(&config))
}

/// The configuration of a revision as it is answered.
pub fn revision_config(revision: &WebRevision) -> WebRevisionConfig {
    Json::raw(revision.configuration.as_str()).into_value().unwrap_or_default()
}

/// The addresses of an access list.
pub fn addresses(list: WebAclConfig) -> Vec<String> {
    list.web_acl_entries.into_iter().filter_map(|entry| entry.entry).collect()
}

/// How requests reach an application, as it is answered.
pub fn routed(traffic: &Traffic) -> WebTrafficConfig {
    let mut list = WebAclConfig::default();
    list.web_acl_entries = traffic.addresses.iter().map(WebAclEntry::new).collect();
    let mut data = WebTrafficConfig::default();
    data.auth_type = Some(WebAuthType::from(traffic.authentication.as_str()));
    data.disable_internet_url = Some(traffic.closed);
    data.revisions_traffic_weight =
        traffic.weights.iter().map(|(number, weight)| (number.to_string(), *weight)).collect();
    data.web_acl_config = Some(list);
    data
}

/// The first items of what is left of a list, with the token of the next one.
pub fn next_page<T>(
    mut rest: impl Iterator<Item = T>,
    limit: Option<i64>,
    token: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    let limit = usize::try_from(limit.unwrap_or(PAGE)).ok().filter(|limit| (1..=LARGEST).contains(limit));
    let limit = limit.ok_or_else(|| Refusal::invalid("Limit"))?;
    let items: Vec<T> = rest.by_ref().take(limit).collect();
    Ok((items, rest.next().map(|next| token(&next))))
}

fn described(application: &WebApplication, number: u64, revision: &WebRevision) -> sae::WebRevision {
    let mut data = sae::WebRevision::default();
    data.revision_id = Some(number.to_string());
    data.description = text(&revision.description);
    data.created_time = Some(time::text(revision.created));
    data.revision_config = Some(revision_config(revision));
    data.weight = Some(application.traffic.weights.get(&number).copied().unwrap_or(0.0));
    data
}

/// The items of a page unless the call says otherwise.
const PAGE: i64 = 20;
/// The most items of a page.
const LARGEST: usize = 10_000;
