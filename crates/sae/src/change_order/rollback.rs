//! Finds the change order that rolled another one back.

use sae_models::sae::{ChangeOrderSummary, ChangeOrderType, ListChangeOrders};
use sae_transport::Error;

use super::ChangeOrder;

/// The change order that followed another one.
pub(super) enum Next {
    /// Nothing yet.
    Nothing,
    /// Its rollback, with this identifier.
    Rollback(String),
    /// Another change, so there will be no rollback.
    Another,
}

impl ChangeOrder {
    /// Finds the change order that rolled this one back: the next one of the application, if that is a rollback. Returns nothing if
    /// there is none, or none yet: the service may list a rollback shortly after this change order has ended.
    pub async fn find_rollback(&self) -> Result<Option<Self>, Error> {
        let app_id = match &self.app_id {
            Some(app_id) => Some(app_id.clone()),
            None => self.read().await?.app_id,
        };
        let Some(app_id) = app_id else { return Ok(None) };
        Ok(match self.successor(&app_id).await? {
            Next::Rollback(id) => Some(Self::new(self.client.clone(), id, Some(app_id))),
            Next::Nothing | Next::Another => None,
        })
    }

    /// What followed this change order of an application.
    pub(super) async fn successor(&self, app_id: &str) -> Result<Next, Error> {
        // Newest first, so the one before it in the list is the one after it in time.
        let mut orders = self.client.items(ListChangeOrders::new(app_id).reverse(false));
        let mut newer: Option<ChangeOrderSummary> = None;
        while let Some(order) = orders.next().await {
            let order = order?;
            if order.change_order_id.as_deref() == Some(self.id()) {
                let Some(newer) = newer else { return Ok(Next::Nothing) };
                let is_rollback = newer.co_type_code == Some(ChangeOrderType::Rollback);
                let id = newer.change_order_id.filter(|_| is_rollback);
                return Ok(id.map_or(Next::Another, Next::Rollback));
            }
            newer = Some(order);
        }
        Ok(Next::Nothing)
    }
}
