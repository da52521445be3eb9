//! Lane groups: create, change, delete, list.

use sae_models::sae::{
    self, CreateOrUpdateSwimmingLaneGroup, CreateOrUpdateSwimmingLaneGroupOutput, DeleteSwimmingLaneGroup,
    DeleteSwimmingLaneGroupOutput, LaneCanaryModel, LaneEntryApplication, LaneEntryType,
    ListAllSwimmingLaneGroups, ListAllSwimmingLaneGroupsOutput, ListSwimmingLaneGroupTags,
    ListSwimmingLaneGroupTagsOutput, SwimmingLaneGroupRef, SwimmingLaneTag,
};

use crate::domain::commands::swimming_lanes::LaneGroupChange;
use crate::domain::swimming_lane::{EntryKind, LaneGroup};
use crate::domain::{Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{given, needed, structure, text};
use crate::handlers::sae::swimming_lanes::{NO_MSE, listed, metadata};

impl Handle for CreateOrUpdateSwimmingLaneGroup {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("GroupId changes a group"),
        Source::Metadata.says("SwimVersion is 0 or 2"),
        Source::Assumption.says("SwimVersion is 2 unless it is given; what isn't sent of another group stays"),
        Source::Assumption.says("a new group needs a name, applications of its namespace and an entry"),
        Source::Assumption.says("a Java application as entry (mse) is one of the namespace; the identifier of a gateway begins with gw-"),
        Source::Assumption.says("a name is unique in its namespace"),
        Source::Assumption.says("a group that isn't in the namespace is InvalidParameter.WithMessage"),
        Source::Assumption.says("an application that is deleted leaves its groups, and a group goes with the application that is its entry and with its namespace"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateOrUpdateSwimmingLaneGroupOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let kind = |kind: LaneEntryType| {
            EntryKind::parse(kind.as_str()).ok_or_else(|| Refusal::invalid("EntryAppType"))
        };
        let change = LaneGroupChange {
            id: self.group_id,
            name: given(self.group_name),
            applications: structure("AppIds", self.app_ids.as_ref())?.cloned(),
            entry_kind: self.entry_app_type.map(kind).transpose()?,
            entry: given(self.entry_app_id),
            version: given(self.swim_version),
        };
        let mut data = SwimmingLaneGroupRef::default();
        data.group_id = Some(call.state.put_lane_group(&namespace, change)?);
        let mut output = CreateOrUpdateSwimmingLaneGroupOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DeleteSwimmingLaneGroup {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("its lanes are deleted with it")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteSwimmingLaneGroupOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        call.state.delete_lane_group(&namespace, needed("GroupId", self.group_id)?)?;
        Ok(DeleteSwimmingLaneGroupOutput::default())
    }
}

impl Handle for ListAllSwimmingLaneGroups {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        NO_MSE,
        Source::Assumption.says("a group is found by content, or by percentages if its first lane is"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListAllSwimmingLaneGroupsOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        call.state.namespace(&namespace)?;
        let groups = call.state.lane_groups_of(&namespace);
        let mut output = ListAllSwimmingLaneGroupsOutput::default();
        output.data = groups.map(|group| described(call.state, group)).collect();
        Ok(output)
    }
}

impl Handle for ListSwimmingLaneGroupTags {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("the metadata of a tag is the service tag that applications have for it")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListSwimmingLaneGroupTagsOutput, Refusal> {
        let namespace = needed("NamespaceId", given(self.namespace_id))?;
        let group = call.state.lane_group(&namespace, needed("GroupId", self.group_id)?)?;
        let mut output = ListSwimmingLaneGroupTagsOutput::default();
        let tag = |lane| {
            let mut data = SwimmingLaneTag::default();
            data.metadata = Some(metadata(lane));
            data.tag = text(&lane.tag);
            data
        };
        output.data = call.state.lanes_of(group.id).map(tag).collect();
        Ok(output)
    }
}

fn described(state: &State, group: &LaneGroup) -> sae::SwimmingLaneGroup {
    let members = group.applications.iter().filter_map(|id| state.applications.get(id));
    let first = state.lanes_of(group.id).next();
    let mut data = sae::SwimmingLaneGroup::default();
    data.app_ids.clone_from(&group.applications);
    data.apps = members.map(listed).collect();
    data.canary_model = Some(LaneCanaryModel::from(first.map_or(0, |lane| lane.model)));
    data.entry_app = Some(entry(state, group));
    data.entry_app_id = text(&group.entry.id);
    data.entry_app_type = Some(LaneEntryType::from(group.entry.kind.as_str()));
    data.group_id = Some(group.id);
    data.group_name = text(&group.name);
    data.namespace_id = text(&group.namespace);
    data.swim_version = text(&group.version);
    data
}

fn entry(state: &State, group: &LaneGroup) -> LaneEntryApplication {
    let application = group.entry_application().and_then(|id| state.applications.get(id));
    let mut data = LaneEntryApplication::default();
    data.app_id = text(&group.entry.id);
    data.app_name = application.and_then(|application| text(&application.name));
    data.app_type = text(group.entry.kind.as_str());
    data
}
