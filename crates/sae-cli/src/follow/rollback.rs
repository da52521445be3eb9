//! Finds and follows the rollback of a change order.

use std::time::Instant;

use sae::Error;
use sae::change_order::ChangeOrder;
use sae::model::{self, ChangeOrderType, ListChangeOrders};

use super::display::Display;
use super::progress::ProgressTracker;
use super::result::{RolloutEnd, RolloutResult};
use super::watch::{POLL, SHORTLY, Watch};

/// The ID of the change order that rolls this one back: the next one of the application, if it is a rollback.
pub async fn of(order: &ChangeOrder, read: &model::ChangeOrder) -> Result<Option<String>, Error> {
    let Some(app) = read.app_id.as_deref().or(order.app_id()) else { return Ok(None) };
    let next = next(order, app).await?;
    let rollback = next.filter(|it| it.co_type_code == Some(ChangeOrderType::Rollback));
    Ok(rollback.and_then(|it| it.change_order_id))
}

/// Waits a moment for a rollback that was requested.
pub async fn awaited(order: &ChangeOrder, read: &model::ChangeOrder) -> Result<Option<String>, Error> {
    let started = Instant::now();
    loop {
        let found = of(order, read).await?;
        if found.is_some() || started.elapsed() > SHORTLY {
            return Ok(found);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// The next change order. The list is newest first.
async fn next(order: &ChangeOrder, app: &str) -> Result<Option<model::ChangeOrderSummary>, Error> {
    let mut orders = order.client().items(ListChangeOrders::new(app).reverse(false).page_size(PAGE));
    let mut newer = None;
    while let Some(found) = orders.next().await {
        let found = found?;
        if found.change_order_id.as_deref() == Some(order.id()) {
            return Ok(newer);
        }
        newer = Some(found);
    }
    Ok(None)
}

/// Follows the rollback and returns its result as part of the original one.
pub async fn follow(
    before: RolloutResult,
    by: String,
    watch: &Watch<'_>,
    display: &mut Display,
) -> RolloutResult {
    display.note(&format!("rolled back by change order {by}"));
    let order = watch.order.client().change_order(by);
    let watch = Watch { order: &order, passed: None, ..watch.clone() };
    let mut result = match watch.run(&mut ProgressTracker::default(), display).await {
        Ok(result) => result,
        Err(error) => RolloutResult::new(&order, RolloutEnd::lost(&error)),
    };
    let diagnosis = result.diagnosis.take().or(before.diagnosis);
    RolloutResult { end: RolloutEnd::RolledBack(Box::new(result)), diagnosis, ..before }
}

const PAGE: i64 = 20;
