//! Grey tag routes.

use sae_models::sae::{
    self, AlbGreyRule, AlbGreyRuleSummary, CreateGreyTagRoute, CreateGreyTagRouteOutput, DeleteGreyTagRoute,
    DeleteGreyTagRouteOutput, DescribeGreyTagRoute, DescribeGreyTagRouteOutput, GreyTagRoutePage,
    GreyTagRouteRef, GreyTagRouteSummary, ListGreyTagRoute, ListGreyTagRouteOutput, UpdateGreyTagRoute,
    UpdateGreyTagRouteOutput,
};
use sae_transport::{Json, Slot};

use crate::domain::Refusal;
use crate::domain::grey_tag_route::{GreyRules, GreyTagRoute};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, structure, text};
use crate::protocol::parameters::Parameters;

impl Handle for CreateGreyTagRoute {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a name has at most 64 lower-case letters, digits, hyphens and Chinese characters, begins with a letter and ends with a letter or a digit; a description has at most 64 characters"),
        Source::Metadata.says("ScRules and DubboRules exclude each other"),
        Source::Metadata.says("an application has one grey tag route at most"),
        Source::Assumption.says("at least one rule is needed, for Spring Cloud, Dubbo or ALB"),
        Source::Assumption.says("a grey tag route goes with its application"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateGreyTagRouteOutput, Refusal> {
        call.application(&self.app_id)?;
        listed("ScRules", self.sc_rules.as_ref())?;
        listed("DubboRules", self.dubbo_rules.as_ref())?;
        listed("AlbRules", self.alb_rules.as_ref())?;
        let rules = rules(GreyRules::default(), &call.parameters);
        let description = self.description.unwrap_or_default();
        let now = call.now();
        let id = call.state.create_grey_tag_route(self.app_id, self.name, description, rules, now)?;
        let mut output = CreateGreyTagRouteOutput::default();
        output.data = Some(reference(id));
        Ok(output)
    }
}

impl Handle for DescribeGreyTagRoute {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Provider.says("a grey tag route that doesn't exist is InvalidParameter.WithMessage")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeGreyTagRouteOutput, Refusal> {
        let route = call.state.grey_tag_route(needed("GreyTagRouteId", self.grey_tag_route_id)?)?;
        let mut data = sae::GreyTagRoute::default();
        data.alb_rules = read(&route.rules.alb);
        data.app_id = text(&route.application);
        data.create_time = Some(route.created);
        data.description = text(&route.description);
        data.dubbo_rules = read(&route.rules.dubbo);
        data.grey_tag_route_id = Some(route.id);
        data.name = text(&route.name);
        data.sc_rules = read(&route.rules.spring_cloud);
        data.update_time = Some(route.updated);
        let mut output = DescribeGreyTagRouteOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for UpdateGreyTagRoute {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Provider.says("a description that isn't sent stays as it is"),
        Source::Assumption.says("rules that are sent replace those of their kind; [] removes them"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateGreyTagRouteOutput, Refusal> {
        let id = needed("GreyTagRouteId", self.grey_tag_route_id)?;
        listed("ScRules", self.sc_rules.as_ref())?;
        listed("DubboRules", self.dubbo_rules.as_ref())?;
        listed("AlbRules", self.alb_rules.as_ref())?;
        let rules = rules(call.state.grey_tag_route(id)?.rules.clone(), &call.parameters);
        let description = call.parameters.get("Description").cloned();
        call.state.update_grey_tag_route(id, description, rules, call.now())?;
        let mut output = UpdateGreyTagRouteOutput::default();
        output.data = Some(reference(id));
        Ok(output)
    }
}

impl Handle for DeleteGreyTagRoute {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteGreyTagRouteOutput, Refusal> {
        let id = needed("GreyTagRouteId", self.grey_tag_route_id)?;
        call.state.delete_grey_tag_route(id)?;
        let mut output = DeleteGreyTagRouteOutput::default();
        output.data = Some(reference(id));
        Ok(output)
    }
}

impl Handle for ListGreyTagRoute {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<ListGreyTagRouteOutput, Refusal> {
        call.application(&self.app_id)?;
        let found = call.state.grey_tag_route_of(&self.app_id);
        let mut data = GreyTagRoutePage::default();
        data.current_page = Some(1);
        data.page_size = Some(1);
        data.total_size = Some(i64::from(found.is_some()));
        data.result = found.map(summary).into_iter().collect();
        let mut output = ListGreyTagRouteOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// Refuses JSON of another type.
fn listed<T: Slot + Default>(parameter: &str, rules: Option<&Json<Vec<T>>>) -> Result<(), Refusal>
where
    Vec<T>: Slot,
{
    structure(parameter, rules).map(drop)
}

/// The former rules with those that were sent. An empty list is none.
fn rules(former: GreyRules, sent: &Parameters) -> GreyRules {
    let kind = |name: &str, former: String| match sent.get(name) {
        None => former,
        Some(text) if text.split_whitespace().collect::<String>() == "[]" => String::new(),
        Some(text) => text.clone(),
    };
    GreyRules {
        spring_cloud: kind("ScRules", former.spring_cloud),
        dubbo: kind("DubboRules", former.dubbo),
        alb: kind("AlbRules", former.alb),
    }
}

/// Rules as the answer has them: with the members of the request.
fn read<T: Slot + Default>(rules: &str) -> Vec<T>
where
    Vec<T>: Slot,
{
    Json::<Vec<T>>::raw(rules).into_value().unwrap_or_default()
}

fn summary(route: &GreyTagRoute) -> GreyTagRouteSummary {
    let of_alb = |rule: AlbGreyRule| {
        let mut data = AlbGreyRuleSummary::default();
        data.condition = rule.condition;
        data.ingress_id = rule.ingress_id;
        data.items = rule.items;
        data
    };
    let mut data = GreyTagRouteSummary::default();
    data.alb_rules = read(&route.rules.alb).into_iter().map(of_alb).collect();
    data.create_time = Some(route.created);
    data.description = text(&route.description);
    data.dubbo_rules = read(&route.rules.dubbo);
    data.grey_tag_route_id = Some(route.id);
    data.name = text(&route.name);
    data.sc_rules = read(&route.rules.spring_cloud);
    data.update_time = Some(route.updated);
    data
}

fn reference(id: i64) -> GreyTagRouteRef {
    let mut data = GreyTagRouteRef::default();
    data.grey_tag_route_id = Some(id);
    data
}
