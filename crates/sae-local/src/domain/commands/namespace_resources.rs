//! What the applications of a namespace share: its network and the logs that are collected.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::application::Application;
use crate::domain::change_order::ChangeOrder;
use crate::domain::commands::create::NETWORK_LENGTH;
use crate::domain::configuration::{Settings, is_tagged, non_empty};
use crate::domain::namespace::{Network, region};
use crate::domain::{Refusal, State};

/// A vSwitch that a namespace, an application or a job uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VSwitch {
    /// The region of its VPC.
    pub region: String,
    /// The number of instances of applications in it.
    pub instances: usize,
}

impl State {
    /// The applications of a namespace, ordered by name.
    pub fn applications_in<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Application> {
        let from = (namespace.to_owned(), String::new());
        let names = self.names.range(from..).take_while(move |((first, _), _)| first == namespace);
        names.filter_map(|(_, id)| self.applications.get(id))
    }

    /// The latest change order of the applications of a namespace.
    pub fn latest_order_in(&self, namespace: &str) -> Option<&ChangeOrder> {
        let latest = self.applications_in(namespace).filter_map(|application| application.orders.last());
        let orders = latest.filter_map(|id| self.orders.get(id));
        orders.max_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)))
    }

    /// Binds a namespace to a VPC and one of its vSwitches, which is made up.
    ///
    /// Refuses another VPC than the present one while applications or jobs are in the namespace: they run in the present
    /// one.
    pub fn move_namespace(&mut self, id: &str, vpc: String) -> Result<(), Refusal> {
        let namespace = self.namespace(id)?;
        if !is_tagged(&vpc, "vpc-") {
            return Err(Refusal::new("InvalidVpcId.NotFound"));
        }
        if namespace.network.is_some_and(|network| network.vpc == vpc) {
            return Ok(());
        }
        let is_used = self.applications_in(id).next().is_some() || self.has_jobs(id);
        if is_used || self.has_web_applications(id) {
            return Err(Refusal::unfit("VpcId", "the namespace has applications or jobs"));
        }
        let vswitch = self.ids.tagged("vsw-", NETWORK_LENGTH);
        self.namespace_mut(id)?.network = Some(Network { vpc, vswitch });
        Ok(())
    }

    /// Sets which logs of a namespace are collected, and the tags on them. What is none stays as it is; an empty text
    /// removes it.
    pub fn collect_logs(
        &mut self,
        id: &str,
        configs: Option<String>,
        tags: Option<String>,
    ) -> Result<(), Refusal> {
        let logs = &mut self.namespace_mut(id)?.logs;
        if let Some(configs) = configs {
            logs.configs = configs;
        }
        if let Some(tags) = tags {
            logs.tags = tags;
        }
        Ok(())
    }

    /// The settings of an application in a namespace: its own, and which logs the namespace collects where it doesn't say
    /// so itself.
    pub fn with_namespace_logs<'a>(&self, namespace: &str, own: &'a Settings) -> Cow<'a, Settings> {
        let mut settings = Cow::Borrowed(own);
        let Some(namespace) = self.namespaces.get(namespace) else { return settings };
        for (name, value) in namespace.logs.settings() {
            if !value.is_empty() && non_empty(own, name).is_none() {
                settings.to_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        settings
    }

    /// The vSwitches of a VPC that are in use, by identifier.
    pub fn vswitches(&self, vpc: &str) -> BTreeMap<String, VSwitch> {
        let mut found = BTreeMap::new();
        let bound = self.namespaces.values();
        for (namespace, network) in bound.filter_map(|one| Some((one, one.network.as_ref()?))) {
            if network.vpc == vpc {
                vswitch(&mut found, &network.vswitch, namespace.region());
            }
        }
        for application in self.applications.values().filter(|application| application.network.vpc == vpc) {
            let default = application.network.vswitch.as_str();
            let current = application.configuration.setting("VSwitchId").unwrap_or(default);
            vswitch(&mut found, current, application.region());
            for instance in &application.instances {
                let id = instance.configuration.setting("VSwitchId").unwrap_or(default);
                vswitch(&mut found, id, application.region()).instances += 1;
            }
        }
        for job in self.jobs.values().filter(|job| job.network.vpc == vpc) {
            let id = job.configuration.setting("VSwitchId").unwrap_or(&job.network.vswitch);
            vswitch(&mut found, id, region(&job.namespace));
        }
        found
    }
}

fn vswitch<'a>(all: &'a mut BTreeMap<String, VSwitch>, id: &str, region: &str) -> &'a mut VSwitch {
    all.entry(id.to_owned()).or_insert_with(|| VSwitch { region: region.to_owned(), instances: 0 })
}
