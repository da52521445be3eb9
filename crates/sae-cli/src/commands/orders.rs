//! The change orders of an application as a list: `sae order list` and `sae app history`.

use sae::change_order::StatusText;
use sae::model::{ChangeOrderStatus, ChangeOrderSummary, ListChangeOrders};

use crate::args::{Application, Listing, Namespace};
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::list::{self, Column, List};
use crate::timestamp::zoned;

pub async fn list(
    application: &Application,
    namespace: &Namespace,
    listing: &Listing,
    context: &Context,
) -> Result<(), Failure> {
    let client = context.client()?;
    let app = resolve::application(&client, application, namespace).await?;
    let request = ListChangeOrders::new(app).page_size(PAGE);
    let orders = list::collect(client.items(request), listing.limit()).await?;
    LIST.print(&context.printer, orders, listing)
}

/// A status as words.
pub fn status_text(status: &ChangeOrderStatus) -> String {
    StatusText(Some(status)).to_string()
}

/// The table of change orders.
const LIST: List<ChangeOrderSummary> = List {
    columns: &[
        Column { title: "ID", cell: |order| order.change_order_id.clone().unwrap_or_default() },
        Column {
            title: "CREATED",
            cell: |order| order.create_time.as_deref().map(zoned).unwrap_or_default(),
        },
        Column { title: "TYPE", cell: |order| order.co_type.clone().unwrap_or_default() },
        Column { title: "STATUS", cell: |order| order.status.as_ref().map(status_text).unwrap_or_default() },
        Column {
            title: "BATCHES",
            cell: |order| order.batch_count.map(|count| count.to_string()).unwrap_or_default(),
        },
        Column { title: "DESCRIPTION", cell: |order| order.description.clone().unwrap_or_default() },
    ],
    hide: &["DESCRIPTION", "BATCHES", "CREATED", "TYPE"],
    id: |order| order.change_order_id.clone().unwrap_or_default(),
    none: "no change orders",
};

const PAGE: i64 = 100;
