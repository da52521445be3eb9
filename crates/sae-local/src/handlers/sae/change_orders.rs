//! Change orders: list, describe, confirm, abort, roll back.

use sae_models::sae::{
    self, AbortAndRollbackChangeOrder, AbortAndRollbackChangeOrderOutput, AbortChangeOrder,
    AbortChangeOrderOutput, ChangeOrderPage, ChangeOrderStatus, ChangeOrderSubStatus, ChangeOrderSummary,
    ChangeOrderType, ConfirmPipelineBatch, ConfirmPipelineBatchOutput, DescribeChangeOrder,
    DescribeChangeOrderOutput, ListChangeOrders, ListChangeOrdersOutput, Pipeline, PipelineRef,
};

use crate::domain::change_order::{self as domain, ChangeOrder};
use crate::domain::{Refusal, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{change_order, needed, text};
use crate::handlers::page::{count, page};

impl Handle for ListChangeOrders {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document
            .says("an unknown application is refused with Resouce.no.permission, the only code listed"),
        Source::Assumption.says("the latest 1,000 of each application are kept"),
    ];

    /// Lists change orders, newest first, or oldest first with `Reverse`. For an unknown application the documents list
    /// only the code of a missing permission.
    fn handle(self, call: &mut Call<'_>) -> Result<ListChangeOrdersOutput, Refusal> {
        let orders = call.state.orders_of(&self.app_id);
        let orders = orders.ok_or(Refusal::new("Resouce.no.permission"))?;
        let status = self.co_status.as_ref().map(ChangeOrderStatus::as_i64);
        let kind = self.co_type.as_ref().map(ChangeOrderType::as_str);
        let mut found: Vec<&ChangeOrder> = orders
            .filter(|order| status.is_none_or(|status| order.status.number() == status))
            .filter(|order| kind.is_none_or(|kind| order.kind.code() == kind))
            .filter(|order| self.key.as_deref().is_none_or(|key| order.description.contains(key)))
            .collect();
        if !self.reverse.unwrap_or(false) {
            found.reverse();
        }
        let page = page(found, self.current_page, self.page_size, 20)?;
        let mut data = ChangeOrderPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.change_order_list = page.items.into_iter().map(summary).collect();
        let mut output = ListChangeOrdersOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeChangeOrder {
    const SOURCE: Source = Source::Document;

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeChangeOrderOutput, Refusal> {
        let mut output = DescribeChangeOrderOutput::default();
        let order = call.state.order(&self.change_order_id)?;
        output.data = Some(described(order, call.state.failing(order)));
        Ok(output)
    }
}

impl Handle for ConfirmPipelineBatch {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("PipelineId is the waiting batch or the one before it"),
        Source::Assumption.says("the change order is aborted when Confirm is false"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ConfirmPipelineBatchOutput, Refusal> {
        let confirm = needed("Confirm", self.confirm)?;
        call.state.confirm_batch(&self.pipeline_id, confirm, call.now())?;
        let mut data = PipelineRef::default();
        data.pipeline_id = Some(self.pipeline_id);
        let mut output = ConfirmPipelineBatchOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for AbortChangeOrder {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("instances that were replaced stay so, those that were starting are stopped"),
        Source::Assumption.says("a deletion can't be aborted"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<AbortChangeOrderOutput, Refusal> {
        if self.rollback.unwrap_or(false) {
            call.state.abort_and_roll_back(&self.change_order_id, call.now())?;
        } else {
            call.state.abort(&self.change_order_id, call.now())?;
        }
        let mut output = AbortChangeOrderOutput::default();
        output.data = Some(change_order(self.change_order_id));
        Ok(output)
    }
}

impl Handle for AbortAndRollbackChangeOrder {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("a new change order restores what was there before"),
        Source::Assumption.says("a rollback can't be rolled back"),
    ];

    /// Returns the aborted change order. The one that restores what was there before is the latest of the application.
    fn handle(self, call: &mut Call<'_>) -> Result<AbortAndRollbackChangeOrderOutput, Refusal> {
        call.state.abort_and_roll_back(&self.change_order_id, call.now())?;
        let mut output = AbortAndRollbackChangeOrderOutput::default();
        output.data = Some(change_order(self.change_order_id));
        Ok(output)
    }
}

fn summary(order: &ChangeOrder) -> ChangeOrderSummary {
    let mut data = ChangeOrderSummary::default();
    data.change_order_id = text(&order.id);
    data.app_id = text(&order.application);
    data.group_id = text(&order.group);
    data.co_type = text(order.kind.words());
    data.co_type_code = Some(ChangeOrderType::from(order.kind.code()));
    data.description = text(&order.description);
    data.status = Some(ChangeOrderStatus::from(order.status.number()));
    data.batch_count = Some(count(order.pipelines.len()));
    data.batch_type = text(release(order));
    data.create_time = Some(time::text(order.created));
    data.finish_time = order.finished.map(time::text);
    data.source = text("API");
    data
}

fn described(order: &ChangeOrder, failing: usize) -> sae::ChangeOrder {
    let trouble = order.failure.filter(|_| order.has_failed() || (order.is_active() && failing > 0));
    let mut data = sae::ChangeOrder::default();
    data.change_order_id = text(&order.id);
    data.app_id = text(&order.application);
    data.app_name = text(&order.application_name);
    data.co_type = text(order.kind.words());
    data.co_type_code = Some(ChangeOrderType::from(order.kind.code()));
    data.description = text(&order.description);
    data.status = Some(ChangeOrderStatus::from(order.status.number()));
    data.sub_status =
        Some(if trouble.is_some() { ChangeOrderSubStatus::Abnormal } else { ChangeOrderSubStatus::Normal });
    data.error_message = trouble.and_then(|failure| text(failure.cause()));
    data.auto = Some(order.automatic);
    data.batch_count = Some(count(order.pipelines.len()));
    data.batch_type = text(release(order));
    // This answer has minutes, but requests have seconds: rounded up, so that a pause is never 0.
    data.batch_wait_time = Some((order.wait + 59_999) / 60_000);
    data.create_time = Some(time::text(order.created));
    data.current_pipeline_id = order.pipeline().and_then(|pipeline| text(&pipeline.id));
    data.support_rollback = Some(order.can_roll_back());
    data.pipelines =
        (1..).zip(&order.pipelines).map(|(number, pipeline)| batch(order, number, pipeline)).collect();
    data
}

fn batch(order: &ChangeOrder, number: usize, pipeline: &domain::Pipeline) -> Pipeline {
    let mut data = Pipeline::default();
    data.pipeline_id = text(&pipeline.id);
    data.pipeline_name = Some(format!("Batch {number} Change"));
    data.status = Some(ChangeOrderStatus::from(pipeline.status.number()));
    data.batch_type = Some(i64::from(!order.automatic));
    data.parallel_count = Some(0);
    data.start_time = pipeline.started;
    data.update_time = pipeline.updated;
    data
}

/// How batches are released.
fn release(order: &ChangeOrder) -> &'static str {
    if order.automatic { "auto" } else { "manual" }
}
