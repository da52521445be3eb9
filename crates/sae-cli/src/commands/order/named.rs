//! The change order that a command line names.

use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{ChangeOrderSummary, ListChangeOrders};

use crate::args::order::Which;
use crate::args::{Application, Namespace};
use crate::commands::resolve;
use crate::failure::Failure;

/// Finds the change order. If an application was given, also returns its latest summary.
pub async fn named(
    client: &Client,
    which: &Which,
    namespace: &Namespace,
) -> Result<(ChangeOrder, Option<ChangeOrderSummary>), Failure> {
    if let Some(id) = &which.order {
        if namespace.namespace.is_some() {
            return Err(Failure::usage("-n goes with --app; the ID of a change order needs no namespace"));
        }
        return Ok((client.change_order(id), None));
    }
    let application = Application::of_option(which.app.as_deref().unwrap_or_default());
    let app = resolve::application(client, &application, namespace).await?;
    let latest = client.items(ListChangeOrders::new(&app).page_size(1)).next().await.transpose()?;
    let latest = latest.ok_or_else(|| Failure::usage(format!("application {app} has no change orders")))?;
    Ok((client.change_order(latest.change_order_id.clone().unwrap_or_default()), Some(latest)))
}
