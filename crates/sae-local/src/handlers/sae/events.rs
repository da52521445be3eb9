//! Events of applications.

use sae_models::sae::{
    AppEvent, AppEventObject, AppEventPage, AppEventType, ListAppEvents, ListAppEventsOutput,
};

use crate::domain::event::Event;
use crate::domain::refusal::NO_NAMESPACE;
use crate::domain::{Application, Refusal, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;

impl Handle for ListAppEvents {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("the events are those of present instances and of failed change orders")];

    /// Lists events, newest first, one application after the other.
    fn handle(self, call: &mut Call<'_>) -> Result<ListAppEventsOutput, Refusal> {
        call.state.namespace(&self.namespace).map_err(|_| NO_NAMESPACE)?;
        let application = self.app_id.as_deref().filter(|id| !id.is_empty());
        if let Some(id) = application {
            call.application(id)?;
        }
        let asked = |application: &&Application| {
            application.namespace == self.namespace
                && self.app_id.as_ref().is_none_or(|id| *id == application.id)
        };
        let begins = |wanted: &Option<String>, text: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| text.is_some_and(|text| text.starts_with(wanted.as_str())))
        };
        let found = call.state.applications.values().filter(asked).flat_map(|application| {
            call.state.events(application).into_iter().map(|event| described(application, event))
        });
        let found = found.filter(|event| {
            (self.event_type.is_none() || event.event_type == self.event_type)
                && (self.object_kind.is_none() || event.object_kind == self.object_kind)
                && begins(&self.object_name, event.object_name.as_ref())
                && begins(&self.reason, event.reason.as_ref())
        });
        let page = page(found, self.current_page, self.page_size, 20)?;
        let mut data = AppEventPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.app_event_entity = page.items;
        let mut output = ListAppEventsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

fn described(application: &Application, event: Event) -> AppEvent {
    let kind = if event.instance.is_some() { AppEventObject::Pod } else { AppEventObject::Deployment };
    let mut data = AppEvent::default();
    data.event_type =
        Some(if event.failure.is_some() { AppEventType::Warning } else { AppEventType::Normal });
    data.object_kind = Some(kind);
    data.object_name = event.instance.or_else(|| text(&application.name));
    data.reason = text(event.reason);
    data.message = Some(event.message);
    data.cause_analysis = event.failure.and_then(|failure| text(failure.advice()));
    data.first_timestamp = Some(time::text(event.at));
    data.last_timestamp = Some(time::text(event.at));
    data
}
