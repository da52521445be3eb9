//! Events of applications and their instances.

use crate::domain::instance::{Instance, InstanceEvent};
use crate::domain::{Application, ChangeOrder, InstanceFailure, Millis, State};

/// An event of an instance or of a whole application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it happened.
    pub at: Millis,
    /// Identifier of the instance; none if it concerns the application.
    pub instance: Option<String>,
    /// The failure that it reports, if it reports one.
    pub failure: Option<InstanceFailure>,
    /// The reason, as a word.
    pub reason: &'static str,
    /// A message for people.
    pub message: String,
}

impl State {
    /// The events of an application, newest first: those of its present instances, and failed change orders.
    pub fn events(&self, application: &Application) -> Vec<Event> {
        let instances = application.instances.iter().flat_map(of_instance);
        let orders = application.orders.iter().filter_map(|id| self.orders.get(id));
        let mut events: Vec<Event> = orders.filter_map(of_order).chain(instances).collect();
        // Events of the same moment keep their order, so the whole list is reversed.
        events.sort_by_key(|event| event.at);
        events.reverse();
        events
    }
}

fn of_instance(instance: &Instance) -> Vec<Event> {
    let source = instance.configuration.source().unwrap_or("nothing");
    let descriptions = |kind: InstanceEvent| -> Vec<(&'static str, String, bool)> {
        let fetched = || ("Pulled", format!("Successfully pulled \"{source}\""), false);
        match (kind, instance.failure) {
            (InstanceEvent::Scheduled, _) => vec![
                ("Scheduled", format!("Assigned the address {}", instance.address), false),
                ("Pulling", format!("Pulling \"{source}\""), false),
            ],
            (InstanceEvent::Started, _) => {
                vec![fetched(), ("Started", "Started the container".to_owned(), false)]
            }
            (InstanceEvent::Failed, Some(InstanceFailure::ImagePull)) => vec![
                ("Failed", format!("Failed to pull \"{source}\": not found"), true),
                ("BackOff", format!("Back-off pulling \"{source}\""), true),
            ],
            (InstanceEvent::Failed, _) => vec![
                fetched(),
                ("Started", "Started the container".to_owned(), false),
                ("Unhealthy", "Readiness check failed: connection refused".to_owned(), true),
                ("BackOff", "Back-off restarting the failed container".to_owned(), true),
            ],
            (InstanceEvent::Stopping, _) => vec![("Killing", "Stopping the container".to_owned(), false)],
        }
    };
    let event = |at: Millis, (reason, message, warning): (&'static str, String, bool)| Event {
        at,
        instance: Some(instance.id.clone()),
        failure: instance.failure.filter(|_| warning),
        reason,
        message,
    };
    instance
        .history
        .iter()
        .flat_map(|(at, kind)| descriptions(*kind).into_iter().map(|description| event(*at, description)))
        .collect()
}

fn of_order(order: &ChangeOrder) -> Option<Event> {
    let failure = order.failure.filter(|_| order.has_failed())?;
    Some(Event {
        at: order.finished?,
        instance: None,
        failure: Some(failure),
        reason: "ProgressDeadlineExceeded",
        message: format!("Change order {} failed: {}", order.id, failure.cause()),
    })
}
