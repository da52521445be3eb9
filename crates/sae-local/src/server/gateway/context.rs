//! A call and what is known about it.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use sae_models::sae;
use sae_transport::{Description, DynFields, Service};

use crate::domain::{Refusal, id};
use crate::handlers::routes::Routes;
use crate::protocol::access_keys::AccessKey;
use crate::protocol::request::HttpRequest;
use crate::protocol::response::{HttpResponse, Responder};

/// A call and what is known about it.
pub struct RequestContext {
    /// The request.
    pub request: HttpRequest,
    /// Writes the answers to it.
    pub responder: Responder,
    /// When it arrived.
    pub time: SystemTime,
    /// When it arrived, for measuring its duration.
    pub since: Instant,
    /// The access key that signed it; none before that is verified.
    pub key: Option<Arc<AccessKey>>,
    /// The operation; none before it is found.
    pub description: Option<&'static Description>,
    /// A description of the fault that applies to it.
    pub fault: Option<String>,
}

impl RequestContext {
    /// The context of a new request.
    pub fn new(request: HttpRequest) -> Self {
        let responder = Responder {
            request_id: id::uuid(fastrand::u64(..), fastrand::u64(..)).to_ascii_uppercase(),
            // Without a user and a password that a client may put before it.
            host: request
                .header("host")
                .and_then(|host| host.rsplit('@').next())
                .unwrap_or("localhost")
                .to_owned(),
            xml: request.wants_xml(),
        };
        let (time, since) = (SystemTime::now(), Instant::now());
        Self { request, responder, time, since, key: None, description: None, fault: None }
    }

    /// The answer for the outcome of the operation.
    pub fn answer(&self, outcome: Result<Box<dyn DynFields>, Refusal>) -> HttpResponse {
        match (outcome, self.description) {
            (Ok(output), Some(description)) => self.responder.clone().success(description, &*output),
            (Ok(_), None) => self.refusal(&Refusal::new("InternalError")),
            (Err(refusal), _) => self.refusal(&refusal),
        }
    }

    /// The answer for a refusal, with the errors of the service that the request names.
    pub fn refusal(&self, refusal: &Refusal) -> HttpResponse {
        let version = self.request.header("x-acs-version").unwrap_or_default();
        let service: &Service = Routes::service(version).unwrap_or(&sae::SERVICE);
        self.responder.clone().refusal(service, self.description, refusal)
    }
}
