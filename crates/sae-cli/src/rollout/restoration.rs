//! The change order by which another one is taken back.

use std::time::Instant;

use sae::Error;
use sae::change_order::ChangeOrder;
use sae::model::{self, ChangeOrderType, ListChangeOrders};

use super::ending::{Ending, How};
use super::scene::Story;
use super::watch::Watch;
use super::{Display, POLL, SHORTLY};

/// The identifier of the change order that restores what there was before this one: the next one of the application, if it
/// is a rollback.
pub async fn of(order: &ChangeOrder, read: &model::ChangeOrder) -> Result<Option<String>, Error> {
    let Some(app) = read.app_id.as_deref().or(order.app_id()) else { return Ok(None) };
    let next = next(order, app).await?;
    let rollback = next.filter(|it| it.co_type_code == Some(ChangeOrderType::Rollback));
    Ok(rollback.and_then(|it| it.change_order_id))
}

/// The same of a rollback that was asked for: it may take a moment until it is there.
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

/// The one after it in time. The list is newest first.
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

/// Follows it, and says what became of the one that it takes back.
pub async fn follow(before: Ending, by: String, watch: &Watch<'_>, display: &mut Display) -> Ending {
    display.note(&format!("taken back by change order {by}"));
    let order = watch.order.client().change_order(by);
    let watch = Watch { order: &order, passed: None, ..watch.clone() };
    let mut ending = match watch.run(&mut Story::default(), display).await {
        Ok(ending) => ending,
        Err(error) => Ending::new(&order, How::lost(&error)),
    };
    let diagnosis = ending.diagnosis.take().or(before.diagnosis);
    Ending { how: How::TakenBack(Box::new(ending)), diagnosis, ..before }
}

const PAGE: i64 = 20;
