//! Which instances and events belong to a change order.

use sae_models::sae::{self, AppEvent, AppEventObject, ChangeOrderSummary, Instance};

/// The change orders of an application, newest first, at least up to the one that is diagnosed.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) orders: Vec<ChangeOrderSummary>,
    /// Whether they could be read.
    pub(super) is_known: bool,
}

impl History {
    /// The change order that came after this one; none if this one isn't listed yet.
    pub(super) fn successor(&self, id: &str) -> Option<&ChangeOrderSummary> {
        let at = self.orders.iter().position(|order| order.change_order_id.as_deref() == Some(id))?;
        self.orders.get(at.checked_sub(1)?)
    }
}

/// What tells whether an event belongs to a change order.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) order: &'a sae::ChangeOrder,
    pub(super) history: &'a History,
    /// Its instances; nothing if they couldn't be read.
    pub(super) own: Option<Vec<Instance>>,
}

impl Scope<'_> {
    /// Whether an event is about this change order or its instances.
    pub(super) fn holds(&self, event: &AppEvent) -> bool {
        match self.owner(event) {
            Owner::This => true,
            Owner::Another => false,
            Owner::Untold => self.history.is_known && self.is_within_its_time(event),
        }
    }

    /// The change order that an event belongs to, by the instance or the change order that it names.
    fn owner(&self, event: &AppEvent) -> Owner {
        if event.object_kind == Some(AppEventObject::Pod)
            && let (Some(name), Some(own)) = (&event.object_name, &self.own)
        {
            let is_own = own.iter().any(|instance| instance.instance_id.as_ref() == Some(name));
            return if is_own { Owner::This } else { Owner::Another };
        }
        let message = event.message.as_deref().unwrap_or_default();
        let names = |id: &str| !id.is_empty() && message.contains(id);
        let others = self.history.orders.iter().filter_map(|order| order.change_order_id.as_deref());
        match self.id() {
            id if names(id) => Owner::This,
            id if others.filter(|other| *other != id).any(names) => Owner::Another,
            _ => Owner::Untold,
        }
    }

    /// Events have whole seconds. An event of the second in which the next change order was created may belong to either, and is left
    /// out.
    fn is_within_its_time(&self, event: &AppEvent) -> bool {
        let next = self.history.successor(self.id());
        let (since, until) =
            (self.order.create_time.as_deref(), next.and_then(|it| it.create_time.as_deref()));
        let (first, last) = (event.first_timestamp.as_deref(), event.last_timestamp.as_deref());
        let is_later = until.is_some() && (first == until || is_before(until, first));
        !is_later && !is_before(first.or(last), since)
    }

    fn id(&self) -> &str {
        self.order.change_order_id.as_deref().unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    This,
    Another,
    Untold,
}

/// Whether the first time is earlier. Both have to be written as the service writes them; otherwise they can't be compared.
fn is_before(time: Option<&str>, since: Option<&str>) -> bool {
    let layout = |text: &str| {
        text.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).eq("0000-00-00 00:00:00".chars())
    };
    match (time, since) {
        (Some(time), Some(since)) => layout(time) && layout(since) && time < since,
        _ => false,
    }
}
