//! Creating, changing, publishing and deleting web applications.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::domain::commands::create::check_name;
use crate::domain::web_application::{Scaling, Traffic, WebApplication, WebRevision};
use crate::domain::{Millis, Refusal, State};

/// A request to create a web application.
#[derive(Clone, Default)]
pub struct NewWebApplication {
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// The network as JSON; empty for none.
    pub network: String,
    /// The first revision, as JSON.
    pub configuration: String,
    /// The limits of the number of instances.
    pub scaling: Option<Scaling>,
    /// How requests reach it.
    pub traffic: TrafficChange,
}

/// What to change about how requests reach a web application. What is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct TrafficChange {
    /// Whether requests must be authenticated.
    pub authentication: Option<String>,
    /// Whether the public URL is closed.
    pub closed: Option<bool>,
    /// The share of each revision, by its identifier; empty for no change.
    pub weights: BTreeMap<String, f64>,
    /// The addresses that are allowed in.
    pub addresses: Option<Vec<String>>,
}

impl State {
    /// Creates a web application with its first revision, which gets all requests. Returns its identifier.
    pub fn create_web_application(&mut self, new: NewWebApplication, now: Millis) -> Result<String, Refusal> {
        self.namespace(&new.namespace)?;
        check_name(&new.name).map_err(|_| Refusal::invalid("ApplicationName"))?;
        let is_taken = |other: &WebApplication| other.namespace == new.namespace && other.name == new.name;
        if self.web_applications.values().any(is_taken) {
            return Err(Refusal::unfit(
                "ApplicationName",
                "the namespace has a web application of this name",
            ));
        }
        let scaling = new.scaling.unwrap_or_default();
        check_scaling(scaling)?;
        let revision =
            WebRevision { description: String::new(), configuration: new.configuration, created: now };
        let revisions = BTreeMap::from([(1, revision)]);
        let traffic = Traffic { weights: BTreeMap::from([(1, 1.0)]), ..Traffic::default() };
        let traffic = changed(traffic, new.traffic, &revisions)?;
        let vpc = self.network(&new.namespace, None, None)?.vpc;
        let id = self.ids.uuid();
        let application = WebApplication {
            id: id.clone(),
            namespace: new.namespace,
            name: new.name,
            description: new.description,
            vpc,
            network: new.network,
            stopped: false,
            scaling,
            traffic,
            revisions,
            published: 1,
            created: now,
            modified: now,
        };
        self.web_applications.insert(id.clone(), application);
        Ok(id)
    }

    /// Looks up a web application of a namespace.
    pub fn web_application(&self, namespace: &str, id: &str) -> Result<&WebApplication, Refusal> {
        let found = self.web_applications.get(id).filter(|found| found.namespace == namespace);
        found.ok_or(Refusal::new("InvalidAppId.NotFound"))
    }

    /// Looks up a web application in order to change it.
    fn web_application_mut(
        &mut self,
        namespace: &str,
        id: &str,
        now: Millis,
    ) -> Result<&mut WebApplication, Refusal> {
        self.web_application(namespace, id)?;
        let found = self.web_applications.get_mut(id).ok_or(Refusal::new("InvalidAppId.NotFound"))?;
        found.modified = now;
        Ok(found)
    }

    /// Changes the description of a web application and its network, where they are given.
    pub fn update_web_application(
        &mut self,
        (namespace, id): (&str, &str),
        description: Option<String>,
        network: Option<String>,
        now: Millis,
    ) -> Result<(), Refusal> {
        let application = self.web_application_mut(namespace, id, now)?;
        if let Some(description) = description {
            application.description = description;
        }
        if let Some(network) = network {
            application.network = network;
        }
        Ok(())
    }

    /// Deletes a web application with its revisions and returns it.
    pub fn delete_web_application(&mut self, namespace: &str, id: &str) -> Result<WebApplication, Refusal> {
        self.web_application(namespace, id)?;
        self.web_applications.remove(id).ok_or(Refusal::new("InvalidAppId.NotFound"))
    }

    /// Starts or stops a web application. One that is started or stopped already is left as it is.
    pub fn set_web_application_stopped(
        &mut self,
        (namespace, id): (&str, &str),
        stopped: bool,
        now: Millis,
    ) -> Result<(), Refusal> {
        if self.web_application(namespace, id)?.stopped != stopped {
            self.web_application_mut(namespace, id, now)?.stopped = stopped;
        }
        Ok(())
    }

    /// Publishes a revision and returns its number. If it takes effect, it gets all requests.
    pub fn publish_web_revision(
        &mut self,
        (namespace, id): (&str, &str),
        (description, configuration): (String, String),
        takes_effect: bool,
        now: Millis,
    ) -> Result<u64, Refusal> {
        let application = self.web_application_mut(namespace, id, now)?;
        application.published += 1;
        let number = application.published;
        let revision = WebRevision { description, configuration, created: now };
        application.revisions.insert(number, revision);
        if takes_effect {
            application.traffic.weights = BTreeMap::from([(number, 1.0)]);
        }
        Ok(number)
    }

    /// Deletes a revision that gets no requests and returns it.
    pub fn delete_web_revision(
        &mut self,
        (namespace, id): (&str, &str),
        revision: &str,
        now: Millis,
    ) -> Result<(u64, WebRevision), Refusal> {
        let application = self.web_application(namespace, id)?;
        let (number, _) = web_revision(application, revision)?;
        if application.traffic.weights.contains_key(&number) {
            return Err(Refusal::unfit("RevisionId", "the revision gets requests"));
        }
        let removed = self.web_application_mut(namespace, id, now)?.revisions.remove(&number);
        removed.map(|removed| (number, removed)).ok_or_else(no_revision)
    }

    /// Changes how requests reach a web application.
    pub fn route_web_traffic(
        &mut self,
        (namespace, id): (&str, &str),
        change: TrafficChange,
        now: Millis,
    ) -> Result<(), Refusal> {
        let application = self.web_application(namespace, id)?;
        let traffic = changed(application.traffic.clone(), change, &application.revisions)?;
        self.web_application_mut(namespace, id, now)?.traffic = traffic;
        Ok(())
    }

    /// Changes the limits of the number of instances.
    pub fn scale_web_application(
        &mut self,
        (namespace, id): (&str, &str),
        scaling: Scaling,
        now: Millis,
    ) -> Result<(), Refusal> {
        check_scaling(scaling)?;
        self.web_application_mut(namespace, id, now)?.scaling = scaling;
        Ok(())
    }

    /// Whether a namespace has web applications.
    pub fn has_web_applications(&self, namespace: &str) -> bool {
        self.web_applications.values().any(|application| application.namespace == namespace)
    }
}

/// Looks up a revision by its identifier.
pub fn web_revision<'a>(
    application: &'a WebApplication,
    id: &str,
) -> Result<(u64, &'a WebRevision), Refusal> {
    let found = application.revisions.iter().find(|(number, _)| number.to_string() == id);
    found.map(|(number, revision)| (*number, revision)).ok_or_else(no_revision)
}

fn no_revision() -> Refusal {
    Refusal::unfit("RevisionId", "the application has no such revision")
}

fn check_scaling(scaling: Scaling) -> Result<(), Refusal> {
    if scaling.fewest < 0 || scaling.most < 1 || scaling.most > MOST {
        return Err(Refusal::unfit("MaximumInstanceCount", "from 1 to 1000 instances"));
    }
    if scaling.fewest > scaling.most {
        return Err(Refusal::unfit("MinimumInstanceCount", "at most MaximumInstanceCount"));
    }
    Ok(())
}

fn changed(
    mut traffic: Traffic,
    change: TrafficChange,
    revisions: &BTreeMap<u64, WebRevision>,
) -> Result<Traffic, Refusal> {
    let unfit = |reason: &str| Refusal::unfit("RevisionsTrafficWeight", reason);
    if !change.weights.is_empty() {
        let mut weights = BTreeMap::new();
        for (id, weight) in change.weights {
            let known = revisions.keys().find(|number| number.to_string() == id);
            let number = *known.ok_or_else(|| unfit("the application has no such revision"))?;
            if !(0.0..=1.0).contains(&weight) {
                return Err(unfit("a share is from 0 to 1"));
            }
            if weight > 0.0 {
                weights.insert(number, weight);
            }
        }
        if (weights.values().sum::<f64>() - 1.0).abs() > ROUNDING {
            return Err(unfit("the shares add up to 1"));
        }
        traffic.weights = weights;
    }
    if let Some(addresses) = change.addresses {
        if addresses.iter().any(|address| address.parse::<IpAddr>().is_err()) {
            return Err(Refusal::unfit("WebAclConfig", "an entry is an IP address"));
        }
        traffic.addresses = addresses;
    }
    traffic.authentication = change.authentication.unwrap_or(traffic.authentication);
    traffic.closed = change.closed.unwrap_or(traffic.closed);
    Ok(traffic)
}

/// The most instances of a web application.
const MOST: i64 = 1000;
/// How far shares may be from 1 together: three thirds are written with two digits.
const ROUNDING: f64 = 0.011;
