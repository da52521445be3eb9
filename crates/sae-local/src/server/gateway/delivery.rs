//! Steps 3 and 5: a fault intercepts the call, or changes the delivery of its answer.

use hyper::StatusCode;

use super::context::RequestContext;
use crate::control::faults::Effect;
use crate::domain::Refusal;
use crate::protocol::authentication::return_nonce;
use crate::protocol::response::{HttpResponse, Reply};

/// The reply of a fault that ends the call before the operation; none if the operation is to be executed.
pub fn intercept(context: &RequestContext, effect: Option<&Effect>) -> Option<Reply> {
    match effect? {
        Effect::DropBefore => {
            give_nonce_back(context);
            Some(Reply::Dropped)
        }
        Effect::Status(status) => {
            give_nonce_back(context);
            Some(Reply::Whole(HttpResponse::page(*status, reason(*status))))
        }
        Effect::Refuse(refusal) => Some(Reply::Whole(context.refusal(refusal))),
        Effect::Throttle(wait) => {
            let refusal = Refusal::new("Throttling.User");
            Some(Reply::Whole(context.refusal(&refusal).with_wait(*wait)))
        }
        Effect::DropAfter | Effect::Truncate | Effect::InstanceFailure(_) => None,
    }
}

/// The reply with an answer, which the fault may drop or cut.
pub fn deliver(answer: HttpResponse, effect: Option<&Effect>) -> Reply {
    match effect {
        Some(Effect::DropAfter) => Reply::Dropped,
        Some(Effect::Truncate) => Reply::Cut(answer),
        _ => Reply::Whole(answer),
    }
}

/// The service hasn't seen the request, so the client may send it again unchanged.
fn give_nonce_back(context: &RequestContext) {
    if let Some(key) = &context.key {
        return_nonce(&context.request, key);
    }
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error")
}
