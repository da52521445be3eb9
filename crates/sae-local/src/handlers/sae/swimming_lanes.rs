//! Lanes of lane groups, and what they can have.

use std::collections::BTreeSet;

use sae_models::sae::{
    self, CreateOrUpdateSwimmingLane, CreateOrUpdateSwimmingLaneOutput, DescribeSwimmingLane,
    DescribeSwimmingLaneOutput, LaneApplication, LaneCanaryModel, LaneCandidate, LaneCondition,
    LaneConditionJoiner, LaneMember, LaneRoute, LaneRouteSummary, ListAllSwimmingLanes,
    ListAllSwimmingLanesOutput, ListApplicationsForSwimmingLane, ListApplicationsForSwimmingLaneOutput,
    ListSwimmingLaneGatewayRoutes, ListSwimmingLaneGatewayRoutesOutput, SwimmingLaneRef, SwimmingLaneSummary,
    UpdateSwimmingLaneEnableAttribute, UpdateSwimmingLaneEnableAttributeOutput,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::domain::commands::swimming_lanes::{LaneChange, service_tags};
use crate::domain::swimming_lane::{EntryKind, Lane, LaneGroup, SERVICE_TAG};
use crate::domain::{Application, Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{given, needed, structure, text};

impl Handle for CreateOrUpdateSwimmingLane {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a lane behind a Java application needs AppEntryRule, one behind a gateway MseGatewayEntryRule"),
        Source::Metadata.says("a percentage is from 0 to 100, and single ones need PercentageByPath or PercentageByRoute"),
        Source::Metadata.says("a condition looks at a header, a parameter or a cookie and compares by ==, !=, in, percentage or regex"),
        Source::Assumption.says("a new lane is on and found by content unless the call says otherwise; what isn't sent of another lane stays"),
        Source::Assumption.says("a tag is unique in its group"),
        Source::Assumption.says("identifiers of routes aren't checked, since there are no gateways"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateOrUpdateSwimmingLaneOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let group = needed("GroupId", self.group_id)?;
        if let Some(rule) = structure("AppEntryRule", self.app_entry_rule.as_ref())? {
            let single = (rule.independent_percentage_enable, rule.percentage_by_path.values());
            let joiner = rule.condition_joiner.as_ref();
            check_rule(
                "AppEntryRule",
                "PercentageByPath",
                joiner,
                &rule.conditions,
                rule.percentage,
                single,
            )?;
        }
        if let Some(rule) = structure("MseGatewayEntryRule", self.mse_gateway_entry_rule.as_ref())? {
            let single = (rule.independent_percentage_enable, rule.percentage_by_route.values());
            let joiner = rule.condition_joiner.as_ref();
            check_rule(
                "MseGatewayEntryRule",
                "PercentageByRoute",
                joiner,
                &rule.conditions,
                rule.percentage,
                single,
            )?;
        }
        if matches!(self.canary_model, Some(LaneCanaryModel::Unknown(_))) {
            return Err(Refusal::invalid("CanaryModel"));
        }
        let sent = |name: &str| given(call.parameters.get(name).cloned());
        let change = LaneChange {
            id: self.lane_id,
            name: given(self.lane_name),
            tag: given(self.lane_tag),
            enabled: self.enable,
            model: self.canary_model.map(|model| model.as_i64()),
            application_rule: sent("AppEntryRule"),
            gateway_rule: sent("MseGatewayEntryRule"),
        };
        let mut data = SwimmingLaneRef::default();
        data.lane_id = Some(call.state.put_lane(&namespace, group, change)?);
        let mut output = CreateOrUpdateSwimmingLaneOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeSwimmingLane {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        MEMBERS,
        NO_MSE,
        Source::Assumption.says("a lane that doesn't exist is InvalidParameter.WithMessage"),
        Source::Assumption.says("the traffic rules are on while the lane is"),
        Source::Assumption.says("a route has no name and no predicate, since there are no gateways"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeSwimmingLaneOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let group = needed("GroupId", self.group_id)?;
        let lane = call.state.lane(&namespace, group, needed("LaneId", self.lane_id)?)?;
        let group = call.state.lane_group(&namespace, group)?;
        let mut data = sae::SwimmingLane::default();
        data.app_entry_rule = application_rule(lane);
        data.apps = members(call.state, group, lane).map(member).collect();
        data.canary_model = Some(LaneCanaryModel::from(lane.model));
        data.enable = Some(lane.enabled);
        data.enable_rules = Some(lane.enabled);
        data.lane_id = Some(lane.id);
        data.lane_name = text(&lane.name);
        data.lane_tag = Some(metadata(lane));
        data.mse_gateway_entry_rule = rule(&lane.gateway_rule).map(|mut rule: sae::LaneGatewayRule| {
            rule.routes = rule.route_ids.iter().map(|id| route(*id)).collect();
            rule
        });
        let mut output = DescribeSwimmingLaneOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for ListAllSwimmingLanes {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[MEMBERS, NO_MSE];

    fn handle(self, call: &mut Call<'_>) -> Result<ListAllSwimmingLanesOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let group = call.state.lane_group(&namespace, needed("GroupId", self.group_id)?)?;
        let mut output = ListAllSwimmingLanesOutput::default();
        output.data = call.state.lanes_of(group.id).map(|lane| summary(call.state, group, lane)).collect();
        Ok(output)
    }
}

impl Handle for UpdateSwimmingLaneEnableAttribute {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateSwimmingLaneEnableAttributeOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let group = needed("GroupId", self.group_id)?;
        let lane = needed("LaneId", self.lane_id)?;
        call.state.switch_lane(&namespace, group, lane, needed("Enable", self.enable)?)?;
        Ok(UpdateSwimmingLaneEnableAttributeOutput::default())
    }
}

impl Handle for ListSwimmingLaneGatewayRoutes {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("a gateway has the routes that lanes of its groups name, since there are no gateways")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListSwimmingLaneGatewayRoutesOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let gateway = needed("GatewayUniqueId", given(self.gateway_unique_id))?;
        call.state.namespace(&namespace)?;
        let groups = call.state.lane_groups_of(&namespace);
        let behind =
            groups.filter(|group| group.entry.kind != EntryKind::Application && group.entry.id == gateway);
        let lanes = behind.flat_map(|group| call.state.lanes_of(group.id));
        let rules = lanes.filter_map(|lane| rule::<sae::LaneGatewayRule>(&lane.gateway_rule));
        let routes: BTreeSet<i64> = rules.flat_map(|rule| rule.route_ids).collect();
        let mut output = ListSwimmingLaneGatewayRoutesOutput::default();
        output.data = routes.into_iter().map(route).collect();
        Ok(output)
    }
}

impl Handle for ListApplicationsForSwimmingLane {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        NO_MSE,
        Source::Assumption
            .says("GroupId is a lane group: its applications and those with one of them as BaseAppId"),
        Source::Assumption.says("Tag is the value of the service tag alicloud.service.tag"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListApplicationsForSwimmingLaneOutput, Refusal> {
        let namespace = &self.namespace_id;
        call.state.namespace(namespace)?;
        let group = self.group_id.map(|id| call.state.lane_group(namespace, id)).transpose()?;
        let tag = given(self.tag);
        let found = call.state.lane_candidates(namespace, group, tag.as_deref());
        let mut output = ListApplicationsForSwimmingLaneOutput::default();
        output.data = found.map(|application| candidate(call.state, application)).collect();
        Ok(output)
    }
}

/// Refuses a rule with a percentage, a condition or single percentages that don't fit. `member` has the latter.
fn check_rule<'a>(
    parameter: &str,
    member: &str,
    joiner: Option<&LaneConditionJoiner>,
    conditions: &[LaneCondition],
    percentage: Option<i64>,
    single: (Option<bool>, impl ExactSizeIterator<Item = &'a i64>),
) -> Result<(), Refusal> {
    let invalid = |member: &str| Err(Refusal::invalid(&format!("{parameter}.{member}")));
    if joiner.is_some_and(|joiner| !matches!(joiner, LaneConditionJoiner::And | LaneConditionJoiner::Or)) {
        return invalid("ConditionJoiner");
    }
    let (enabled, mut percentages) = single;
    if enabled == Some(true) && percentages.len() == 0 {
        return Err(Refusal::missing(&format!("{parameter}.{member}")));
    }
    let is_share = |share: i64| (0..=100).contains(&share);
    if percentage.is_some_and(|share| !is_share(share)) || !percentages.all(|share| is_share(*share)) {
        return invalid("Percentage");
    }
    for condition in conditions {
        let kind = condition.r#type.as_deref().unwrap_or_default().to_ascii_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return invalid("Conditions.Type");
        }
        if !condition.condition.as_deref().is_some_and(|comparison| COMPARISONS.contains(&comparison)) {
            return invalid("Conditions.Condition");
        }
        if condition.name.as_deref().unwrap_or_default().is_empty() {
            return Err(Refusal::missing(&format!("{parameter}.Conditions.Name")));
        }
    }
    Ok(())
}

/// A rule as answers have it: with the members of the request. None if it wasn't sent.
fn rule<T: DeserializeOwned>(sent: &str) -> Option<T> {
    serde_json::from_str(sent).ok()
}

/// The rule for a Java application, in which each condition also lists its values.
fn application_rule(lane: &Lane) -> Option<sae::LaneAppRule> {
    let mut rule: sae::LaneAppRule = rule(&lane.application_rule)?;
    for condition in &mut rule.conditions {
        let several = condition.condition.as_deref() == Some("in");
        let value = condition.value.as_deref().filter(|_| several).unwrap_or_default();
        let values = value.split(',').map(str::trim).filter(|value| !value.is_empty());
        condition.values = values.map(str::to_owned).collect();
    }
    Some(rule)
}

/// The applications of a lane.
fn members<'a>(
    state: &'a State,
    group: &'a LaneGroup,
    lane: &'a Lane,
) -> impl Iterator<Item = &'a Application> {
    state.lane_candidates(&group.namespace, Some(group), Some(&lane.tag))
}

fn member(application: &Application) -> LaneMember {
    let mut data = LaneMember::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data
}

/// An application of a lane or a group.
pub fn listed(application: &Application) -> LaneApplication {
    let mut data = LaneApplication::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data
}

fn candidate(state: &State, application: &Application) -> LaneCandidate {
    let base = application.configuration.setting("BaseAppId");
    let mut data = LaneCandidate::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data.base_app_id = base.and_then(text);
    data.base_app_name = base.and_then(|id| state.applications.get(id)).and_then(|base| text(&base.name));
    data.service_tags = service_tags(application);
    data
}

fn summary(state: &State, group: &LaneGroup, lane: &Lane) -> SwimmingLaneSummary {
    let mut data = SwimmingLaneSummary::default();
    data.app_entry_rule = application_rule(lane);
    data.apps = members(state, group, lane).map(listed).collect();
    data.canary_model = Some(LaneCanaryModel::from(lane.model));
    data.enable = Some(lane.enabled);
    data.enable_rules = Some(lane.enabled);
    data.lane_id = Some(lane.id);
    data.lane_name = text(&lane.name);
    data.lane_tag = Some(metadata(lane));
    data.mse_gateway_entry_rule = rule(&lane.gateway_rule).map(|mut rule: sae::LaneGatewayRuleSummary| {
        let route = |id: &i64| {
            let mut data = LaneRouteSummary::default();
            data.route_id = Some(*id);
            data
        };
        rule.routes = rule.route_ids.iter().map(route).collect();
        rule
    });
    data
}

fn route(id: i64) -> LaneRoute {
    let mut data = LaneRoute::default();
    data.route_id = Some(id);
    data
}

/// The tag of a lane as a service tag: `{"alicloud.service.tag":"g1"}`.
pub fn metadata(lane: &Lane) -> String {
    json!({ SERVICE_TAG: lane.tag }).to_string()
}

const KINDS: &[&str] = &["header", "param", "cookie"];
const COMPARISONS: &[&str] = &["==", "!=", "in", "percentage", "regex"];
const MEMBERS: Rule = Source::Assumption.says("the applications of a lane are those with its tag as their service tag alicloud.service.tag, and with an application of the group as BaseAppId, or in the group themselves");
/// Members for MSE stay empty.
pub const NO_MSE: Rule = Source::Assumption.says("members that identify resources of MSE are left out");
