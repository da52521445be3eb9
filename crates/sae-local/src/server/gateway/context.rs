//! A call, and what is known of it so far.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use sae_models::sae;
use sae_transport::{Description, DynFields, Service};

use crate::domain::{Refusal, id};
use crate::handlers::routes::Routes;
use crate::protocol::access_keys::AccessKey;
use crate::protocol::request::HttpRequest;
use crate::protocol::response::{HttpResponse, Responder};

/// A call, and what is known of it so far.
pub struct RequestContext {
    /// The request as it arrived.
    pub request: HttpRequest,
    /// How its answer is written.
    pub responder: Responder,
    /// When it arrived.
    pub time: SystemTime,
    /// The same for measuring how long it takes.
    pub since: Instant,
    /// The access key that signed it, once that is verified.
    pub key: Option<Arc<AccessKey>>,
    /// The operation, once it is found.
    pub description: Option<&'static Description>,
    /// The fault that applied to it, in words.
    pub fault: Option<String>,
}

impl RequestContext {
    /// Nothing is known yet but what the request itself says.
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

    /// The answer for an outcome of the operation.
    pub fn answer(&self, outcome: Result<Box<dyn DynFields>, Refusal>) -> HttpResponse {
        match (outcome, self.description) {
            (Ok(output), Some(description)) => self.responder.clone().success(description, &*output),
            (Ok(_), None) => self.refusal(&Refusal::new("InternalError")),
            (Err(refusal), _) => self.refusal(&refusal),
        }
    }

    /// The answer for a refusal, in the form of the service that the request names.
    pub fn refusal(&self, refusal: &Refusal) -> HttpResponse {
        let version = self.request.header("x-acs-version").unwrap_or_default();
        let service: &Service = Routes::service(version).unwrap_or(&sae::SERVICE);
        self.responder.clone().refusal(service, self.description, refusal)
    }
}
