//! Finds and follows the rollback of a change order.

use std::time::Instant;

use sae::Error;
use sae::change_order::ChangeOrder;
use sae::model;

use super::display::Display;
use super::progress::ProgressTracker;
use super::result::{RolloutEnd, RolloutResult};
use super::watch::{POLL, SHORTLY, Watch};

/// The change order that rolls this one back, which was read before.
pub async fn of(order: &ChangeOrder, read: &model::ChangeOrder) -> Result<Option<ChangeOrder>, Error> {
    let mut order = order.clone();
    if let Some(app_id) = &read.app_id {
        order = order.with_app_id(app_id);
    }
    order.find_rollback().await
}

/// Waits a moment for a rollback that was requested.
pub async fn awaited(order: &ChangeOrder, read: &model::ChangeOrder) -> Result<Option<ChangeOrder>, Error> {
    let started = Instant::now();
    loop {
        let found = of(order, read).await?;
        if found.is_some() || started.elapsed() > SHORTLY {
            return Ok(found);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Follows the rollback and returns its result as part of the original one.
pub async fn follow(
    before: RolloutResult,
    by: &ChangeOrder,
    watch: &Watch<'_>,
    display: &mut Display,
) -> RolloutResult {
    display.note(&format!("rolled back by change order {}", by.id()));
    let watch = Watch { order: by, passed: None, ..watch.clone() };
    let mut result = match watch.run(&mut ProgressTracker::default(), display).await {
        Ok(result) => result,
        Err(error) => RolloutResult::new(by, RolloutEnd::lost(&error)),
    };
    let diagnosis = result.diagnosis.take().or(before.diagnosis);
    RolloutResult { end: RolloutEnd::RolledBack(Box::new(result)), diagnosis, ..before }
}
