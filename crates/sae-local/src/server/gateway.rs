//! The way of a call, step by step.
//!
//! 1. **Admission**: the signature is verified, the operation found, its parameters read.
//! 2. **Fault**: a fault that a test asked for may apply. Its latency passes.
//! 3. **Interception**: the fault may end the call before anything is done.
//! 4. **Execution**: the operation runs on the state of the tenant. Its answer waits until everything that it tells is
//!    durable.
//! 5. **Delivery**: the fault may drop or cut the answer.
//! 6. **Record**: the journal records the request and its answer.

mod admission;
mod context;
mod delivery;
mod execution;
mod record;

use std::sync::Arc;

use self::admission::{Admitted, admit};
use self::context::RequestContext;
use self::delivery::{deliver, intercept};
use self::execution::{Execution, execute};
use crate::control::backend::Backend;
use crate::control::faults::{AppliedFault, Effect};
use crate::domain::Refusal;
use crate::handlers::routes::Routes;
use crate::protocol::request::HttpRequest;
use crate::protocol::response::{HttpResponse, Reply};

/// Answers calls.
#[derive(Debug)]
pub struct Gateway {
    /// Tenants, faults, journal and the clock of the server.
    pub backend: Arc<Backend>,
    routes: Routes,
}

impl Gateway {
    /// A gateway to this backend.
    pub fn new(backend: Arc<Backend>) -> Self {
        Self { backend, routes: Routes::new() }
    }

    /// Takes a call through all the steps.
    pub async fn answer(self: &Arc<Self>, request: HttpRequest) -> Reply {
        let mut context = RequestContext::new(request);
        let admitted = match admit(&mut context, &self.backend, &self.routes) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                let answer = context.refusal(&refusal);
                return self.record(context, Reply::Whole(answer));
            }
        };
        let Some(fault) = self.backend.faults.apply(&admitted.key.id, admitted.description) else {
            let answer = self.run(&mut context, admitted, None).await;
            return self.record(context, Reply::Whole(answer));
        };
        // The call runs on a task of its own, so that it is completed even if the client closes the connection.
        let gateway = Arc::clone(self);
        let task = async move { gateway.answer_with_fault(context, admitted, &fault).await };
        tokio::spawn(task).await.unwrap_or(Reply::Dropped)
    }

    /// Takes a call through the remaining steps with a fault.
    async fn answer_with_fault(
        &self,
        mut context: RequestContext,
        admitted: Admitted,
        fault: &AppliedFault,
    ) -> Reply {
        context.fault = Some(fault.to_string());
        if let Some(latency) = fault.latency {
            tokio::time::sleep(latency).await;
        }
        let reply = match intercept(&context, fault.effect.as_ref()) {
            Some(reply) => reply,
            None => deliver(self.run(&mut context, admitted, Some(fault)).await, fault.effect.as_ref()),
        };
        self.record(context, reply)
    }

    /// Executes the operation and waits until everything that its answer tells is durable.
    async fn run(
        &self,
        context: &mut RequestContext,
        admitted: Admitted,
        fault: Option<&AppliedFault>,
    ) -> HttpResponse {
        let internal_error = Refusal::new("InternalError");
        let Ok(permit) = self.backend.access_keys.write_permit().await else {
            return context.refusal(&internal_error);
        };
        let failure = match fault.and_then(|fault| fault.effect.as_ref()) {
            Some(Effect::InstanceFailure(failure)) => Some(*failure),
            _ => None,
        };
        let Execution { outcome, ticket, is_failure_used } =
            execute(admitted, &context.request, failure, permit);
        if let (Some(fault), Some(_), false) = (fault, failure, is_failure_used) {
            self.backend.faults.refund(fault);
            context.fault = None;
        }
        let answer = context.answer(outcome);
        match ticket.committed().await {
            Ok(()) => answer,
            // What may be lost must not be told.
            Err(_) => context.refusal(&internal_error),
        }
    }

    /// Refuses a request whose body can't be read.
    pub fn refuse(&self, request: HttpRequest, refusal: &Refusal) -> HttpResponse {
        let context = RequestContext::new(request);
        let answer = context.refusal(refusal);
        record::record(&self.backend, &self.routes, context, Some(&answer));
        answer
    }

    /// Records a call and returns its reply.
    fn record(&self, context: RequestContext, reply: Reply) -> Reply {
        let answer = match &reply {
            Reply::Whole(answer) | Reply::Cut(answer) => Some(answer),
            Reply::Dropped => None,
        };
        record::record(&self.backend, &self.routes, context, answer);
        reply
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use sae_sign::{Credentials, Request, Scheme, sign};

    use super::{Gateway, Reply};
    use crate::control::backend::Backend;
    use crate::control::journal::Journal;
    use crate::domain::Pace;
    use crate::protocol::access_keys::{AccessKeys, NewKey};
    use crate::protocol::request::{HttpRequest, borrowed};
    use crate::protocol::service_clock::system_now;

    #[tokio::test]
    async fn what_a_call_begins_is_over_at_once_even_if_another_call_was_ahead_of_its_time() {
        let access = AccessKeys::new(Pace::instant(), None);
        let new = NewKey { id: "local".to_owned(), secret: "local-secret".to_owned(), token: None };
        let key = access.add(new, None).unwrap();
        let gateway = Arc::new(Gateway::new(Arc::new(Backend::new(access, Journal::default()))));
        let ahead = system_now() + 60_000;
        key.state("sae").advance(ahead);
        let Reply::Whole(answer) = gateway.answer(creation()).await else { panic!("an answer") };
        assert_eq!(answer.status, 200, "{}", answer.body);
        let state = &key.state("sae").state;
        let application = state.applications.values().next().unwrap();
        assert_eq!((application.active.as_ref(), application.running(), state.now), (None, 1, ahead));
    }

    fn creation() -> HttpRequest {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let mut request = HttpRequest {
            method: "POST".to_owned(),
            path: "/pop/v1/sam/app/createApplication".to_owned(),
            query: pairs(&[
                ("AppName", "demo"),
                ("PackageType", "Image"),
                ("ImageUrl", "demo/nginx:1"),
                ("Replicas", "1"),
            ]),
            not_utf8: None,
            headers: pairs(&[("x-acs-version", "2019-05-06")]),
            body: Vec::new(),
        };
        request.headers.push(("date".to_owned(), httpdate::fmt_http_date(SystemTime::now())));
        let unsigned = Request {
            method: &request.method,
            path: &request.path,
            query: &borrowed(&request.query),
            headers: &borrowed(&request.headers),
            body: b"",
        };
        let signed = sign(Scheme::Roa, &unsigned, &Credentials::new("local", "local-secret")).unwrap();
        request.headers.push(("authorization".to_owned(), signed.authorization));
        request
    }
}
