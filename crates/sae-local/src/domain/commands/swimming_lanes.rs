//! Creating, changing and deleting lane groups and lanes.

use std::collections::BTreeMap;

use crate::domain::application::Application;
use crate::domain::configuration::is_tagged;
use crate::domain::swimming_lane::{Entry, EntryKind, Lane, LaneGroup, SERVICE_TAG};
use crate::domain::{Refusal, State};

/// A request to create a lane group, or to change one. What is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct LaneGroupChange {
    /// Identifier of the group; none for a new one.
    pub id: Option<i64>,
    /// Name.
    pub name: Option<String>,
    /// Identifiers of the applications that its lanes branch off.
    pub applications: Option<Vec<String>>,
    /// What kind of gateway requests enter by.
    pub entry_kind: Option<EntryKind>,
    /// Identifier of the gateway, or of the application that is one.
    pub entry: Option<String>,
    /// Version of the end-to-end canary release.
    pub version: Option<String>,
}

/// A request to create a lane, or to change one. What is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct LaneChange {
    /// Identifier of the lane; none for a new one.
    pub id: Option<i64>,
    /// Name.
    pub name: Option<String>,
    /// Tag.
    pub tag: Option<String>,
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// How requests find it.
    pub model: Option<i64>,
    /// Which requests enter by a Java application, as JSON.
    pub application_rule: Option<String>,
    /// Which requests enter by a gateway, as JSON.
    pub gateway_rule: Option<String>,
}

impl State {
    /// Creates a lane group or changes one, and returns its identifier.
    pub fn put_lane_group(&mut self, namespace: &str, change: LaneGroupChange) -> Result<i64, Refusal> {
        self.namespace(namespace)?;
        if change.applications.as_ref().is_some_and(Vec::is_empty) {
            return Err(Refusal::missing("AppIds"));
        }
        let former = change.id.map(|id| self.lane_group(namespace, id).cloned()).transpose()?;
        let mut group = match former {
            Some(former) => LaneGroup {
                name: change.name.unwrap_or(former.name),
                applications: change.applications.unwrap_or(former.applications),
                entry: Entry {
                    kind: change.entry_kind.unwrap_or(former.entry.kind),
                    id: change.entry.unwrap_or(former.entry.id),
                },
                version: change.version.unwrap_or(former.version),
                ..former
            },
            None => LaneGroup {
                id: 0,
                namespace: namespace.to_owned(),
                name: change.name.ok_or_else(|| Refusal::missing("GroupName"))?,
                applications: change.applications.ok_or_else(|| Refusal::missing("AppIds"))?,
                entry: Entry {
                    kind: change.entry_kind.ok_or_else(|| Refusal::missing("EntryAppType"))?,
                    id: change.entry.ok_or_else(|| Refusal::missing("EntryAppId"))?,
                },
                version: change.version.unwrap_or_else(|| LATEST.to_owned()),
            },
        };
        self.check_lane_group(&group)?;
        if group.id == 0 {
            group.id = self.next_number();
        }
        let id = group.id;
        self.lane_groups.insert(id, group);
        Ok(id)
    }

    /// Looks up a lane group of a namespace.
    pub fn lane_group(&self, namespace: &str, id: i64) -> Result<&LaneGroup, Refusal> {
        let found = self.lane_groups.get(&id).filter(|group| group.namespace == namespace);
        found.ok_or_else(|| Refusal::unfit("GroupId", "the namespace has no such lane group"))
    }

    /// Deletes a lane group with its lanes.
    pub fn delete_lane_group(&mut self, namespace: &str, id: i64) -> Result<(), Refusal> {
        self.lane_group(namespace, id)?;
        self.remove_lane_group(id);
        Ok(())
    }

    /// Creates a lane or changes one, and returns its identifier.
    pub fn put_lane(&mut self, namespace: &str, group: i64, change: LaneChange) -> Result<i64, Refusal> {
        let entry = self.lane_group(namespace, group)?.entry.kind;
        let former = change.id.map(|id| self.lane(namespace, group, id).cloned()).transpose()?;
        let mut lane = match former {
            Some(former) => former,
            None => Lane {
                id: 0,
                group,
                name: change.name.clone().ok_or_else(|| Refusal::missing("LaneName"))?,
                tag: change.tag.clone().ok_or_else(|| Refusal::missing("LaneTag"))?,
                enabled: true,
                model: 0,
                application_rule: String::new(),
                gateway_rule: String::new(),
            },
        };
        lane.name = change.name.unwrap_or(lane.name);
        lane.tag = change.tag.unwrap_or(lane.tag);
        lane.enabled = change.enabled.unwrap_or(lane.enabled);
        lane.model = change.model.unwrap_or(lane.model);
        lane.application_rule = change.application_rule.unwrap_or(lane.application_rule);
        lane.gateway_rule = change.gateway_rule.unwrap_or(lane.gateway_rule);
        let (parameter, rule) = match entry {
            EntryKind::Application => ("AppEntryRule", &lane.application_rule),
            EntryKind::ApiGateway | EntryKind::MseGateway => ("MseGatewayEntryRule", &lane.gateway_rule),
        };
        if rule.is_empty() {
            return Err(Refusal::missing(parameter));
        }
        if self.lanes_of(group).any(|other| other.id != lane.id && other.tag == lane.tag) {
            return Err(Refusal::unfit("LaneTag", "the group has a lane with this tag"));
        }
        if lane.id == 0 {
            lane.id = self.next_number();
        }
        let id = lane.id;
        self.lanes.insert(id, lane);
        Ok(id)
    }

    /// Looks up a lane of a group.
    pub fn lane(&self, namespace: &str, group: i64, id: i64) -> Result<&Lane, Refusal> {
        self.lane_group(namespace, group)?;
        let found = self.lanes.get(&id).filter(|lane| lane.group == group);
        found.ok_or_else(|| Refusal::unfit("LaneId", "the group has no such lane"))
    }

    /// Switches a lane on or off.
    pub fn switch_lane(
        &mut self,
        namespace: &str,
        group: i64,
        id: i64,
        enabled: bool,
    ) -> Result<(), Refusal> {
        self.lane(namespace, group, id)?;
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.enabled = enabled;
        }
        Ok(())
    }

    /// The lane groups of a namespace, oldest first.
    pub fn lane_groups_of<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a LaneGroup> {
        self.lane_groups.values().filter(move |group| group.namespace == namespace)
    }

    /// The lanes of a group, oldest first.
    pub fn lanes_of(&self, group: i64) -> impl Iterator<Item = &Lane> {
        self.lanes.values().filter(move |lane| lane.group == group)
    }

    /// The applications of a namespace that a lane can have, ordered by name: all, or those of a group and what branches
    /// off them, and of these the ones with a tag.
    pub fn lane_candidates<'a>(
        &'a self,
        namespace: &'a str,
        group: Option<&'a LaneGroup>,
        tag: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Application> {
        let branches = move |application: &Application| {
            let base = application.configuration.setting("BaseAppId");
            let is_member = |id: &str, group: &LaneGroup| group.applications.iter().any(|known| known == id);
            group.is_none_or(|group| {
                is_member(&application.id, group) || base.is_some_and(|base| is_member(base, group))
            })
        };
        self.applications_in(namespace)
            .filter(move |application| branches(application))
            .filter(move |application| tag.is_none_or(|tag| has_service_tag(application, tag)))
    }

    /// Removes an application that is gone from lane groups. Those that requests entered by it go with it.
    pub fn forget_in_lanes(&mut self, application: &str) {
        let entered = |group: &&LaneGroup| group.entry_application() == Some(application);
        let gone: Vec<i64> = self.lane_groups.values().filter(entered).map(|group| group.id).collect();
        for id in gone {
            self.remove_lane_group(id);
        }
        let member = |group: &&LaneGroup| group.applications.iter().any(|id| id == application);
        let changed: Vec<i64> = self.lane_groups.values().filter(member).map(|group| group.id).collect();
        for id in changed {
            if let Some(group) = self.lane_groups.get_mut(&id) {
                group.applications.retain(|id| id != application);
            }
        }
    }

    /// Removes the lane groups of a namespace that is gone.
    pub fn remove_lane_groups(&mut self, namespace: &str) {
        let groups: Vec<i64> = self.lane_groups_of(namespace).map(|group| group.id).collect();
        for id in groups {
            self.remove_lane_group(id);
        }
    }

    fn remove_lane_group(&mut self, id: i64) {
        self.lane_groups.remove(&id);
        let lanes: Vec<i64> = self.lanes_of(id).map(|lane| lane.id).collect();
        for lane in lanes {
            self.lanes.remove(&lane);
        }
    }

    fn check_lane_group(&self, group: &LaneGroup) -> Result<(), Refusal> {
        let inside = |id: &str| {
            self.applications.get(id).is_some_and(|application| application.namespace == group.namespace)
        };
        if let Some(id) = group.applications.iter().find(|id| !inside(id)) {
            return Err(Refusal::unfit("AppIds", format!("the namespace has no application {id}")));
        }
        match group.entry_application() {
            Some(id) if !inside(id) => {
                return Err(Refusal::unfit("EntryAppId", format!("the namespace has no application {id}")));
            }
            None if !is_tagged(&group.entry.id, "gw-") => return Err(Refusal::invalid("EntryAppId")),
            _ => {}
        }
        if !VERSIONS.contains(&group.version.as_str()) {
            return Err(Refusal::invalid("SwimVersion"));
        }
        let mut others = self.lane_groups_of(&group.namespace).filter(|other| other.id != group.id);
        if others.any(|other| other.name == group.name) {
            return Err(Refusal::unfit("GroupName", "the namespace has a lane group of this name"));
        }
        Ok(())
    }
}

/// The service tags of an application; none if it has none.
pub fn service_tags(application: &Application) -> BTreeMap<String, String> {
    let tags = application.configuration.setting("ServiceTags");
    tags.and_then(|tags| serde_json::from_str(tags).ok()).unwrap_or_default()
}

fn has_service_tag(application: &Application, tag: &str) -> bool {
    service_tags(application).get(SERVICE_TAG).is_some_and(|own| own == tag)
}

const VERSIONS: [&str; 2] = ["0", LATEST];
const LATEST: &str = "2";
