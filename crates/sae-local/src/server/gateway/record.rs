//! Step 6: the journal records the request and its answer.

use super::context::RequestContext;
use crate::control::backend::Backend;
use crate::control::journal::{OperationId, RecordedRequest, Served};
use crate::handlers::routes::Routes;
use crate::protocol::authentication::claimed_key_id;
use crate::protocol::response::HttpResponse;

/// Records a request in the journal, with its answer unless that was dropped.
///
/// If the request was refused early, the tenant and the operation are those that it names.
pub fn record(backend: &Backend, routes: &Routes, context: RequestContext, answer: Option<&HttpResponse>) {
    let RequestContext { mut request, responder, time, since, key, description, fault } = context;
    let tenant = key.or_else(|| backend.access_keys.key(claimed_key_id(&request)?)).map(|key| key.id.clone());
    let version = request.header("x-acs-version").unwrap_or_default();
    let by_path = || Some(routes.find(version, &request.method, &request.path).ok()?.route.description);
    let named = description.or_else(by_path).map(OperationId::of);
    backend.journal.note(Served {
        time,
        request_id: responder.request_id,
        tenant,
        operation: description.map(|description| description.name),
        status: answer.map(|answer| answer.status),
        code: answer.and_then(|answer| answer.code),
        duration: since.elapsed(),
        fault,
        named,
        recorded: RecordedRequest::take(&mut request, named),
        method: request.method,
        path: request.path,
    });
}
