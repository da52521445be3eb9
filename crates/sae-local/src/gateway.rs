//! What happens to one request: who calls, which operation, with which parameters; then the operation; then the answer.

use sae_models::sae;
use sae_transport::{Description, Service};

use crate::access::Access;
use crate::answer::{Addressee, Answer};
use crate::arrival::Arrival;
use crate::authentication::{absent, authenticate};
use crate::call::Call;
use crate::clock::Clock;
use crate::domain::{Refusal, id};
use crate::parameters;
use crate::routes::{Found, Routes};

/// Everything that a request needs.
#[derive(Debug)]
pub struct Gateway {
    access: Access,
    routes: Routes,
    clock: Clock,
}

impl Gateway {
    /// A gateway for these keys.
    pub fn new(access: Access) -> Self {
        Self { access, routes: Routes::new(), clock: Clock }
    }

    /// Answers a request.
    pub fn answer(&self, arrival: &Arrival) -> Answer {
        let to = addressee(arrival);
        let version = arrival.header("x-acs-version").unwrap_or_default();
        let service = Routes::service(version).unwrap_or(&sae::SERVICE);
        match self.perform(arrival, version) {
            Ok((description, output)) => to.success(description, &*output),
            Err(Refused { description, refusal }) => to.refusal(service, description, &refusal),
        }
    }

    /// Refuses a request whose body can't be read.
    pub fn refuse(arrival: &Arrival, refusal: &Refusal) -> Answer {
        let service: &Service = &sae::SERVICE;
        addressee(arrival).refusal(service, None, refusal)
    }

    fn perform(&self, arrival: &Arrival, version: &str) -> Result<Done, Refused> {
        let now = self.clock.now();
        let key = authenticate(arrival, &self.access, now)?;
        if version.is_empty() {
            return Err(absent("x-acs-version").into());
        }
        let Found { route, path } = self.routes.find(version, &arrival.method, &arrival.path)?;
        let description = route.description;
        let refused = |refusal| Refused { description: Some(description), refusal };
        let Some(handler) = route.handler else {
            return Err(refused(Refusal::with("Local.NotImplemented", [description.name])));
        };
        let given = parameters::given(description, arrival, path).map_err(refused)?;
        let mut state = key.state(description.service.product);
        state.advance(now);
        let (region, regional) = (arrival.region().unwrap_or(HOME), arrival.region().is_some());
        let mut call = Call { state: &mut state, description, region, regional, given };
        let output = handler(&mut call).map_err(refused)?;
        // What the call has begun goes as far as it can at once. A call that came later may have advanced the state
        // further than this one.
        let now = state.now;
        state.advance(now);
        Ok((description, output))
    }
}

type Done = (&'static Description, Box<dyn sae_transport::DynFields>);

/// A refusal, and the operation that refuses if it was known.
struct Refused {
    description: Option<&'static Description>,
    refusal: Refusal,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { description: None, refusal }
    }
}

fn addressee(arrival: &Arrival) -> Addressee {
    Addressee {
        request_id: id::uuid(fastrand::u64(..), fastrand::u64(..)).to_ascii_uppercase(),
        host: arrival.header("host").unwrap_or("localhost").to_owned(),
        xml: arrival.wants_xml(),
    }
}

/// The region of a client that names none.
const HOME: &str = "cn-hangzhou";

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use sae_sign::{Credentials, Request, Scheme, sign};

    use super::Gateway;
    use crate::access::Access;
    use crate::arrival::{Arrival, borrowed};
    use crate::domain::Pace;

    #[test]
    fn what_a_call_begins_is_over_at_once_even_if_another_call_was_ahead_of_its_time() {
        let key = ("local".to_owned(), "local-secret".to_owned());
        let gateway = Gateway::new(Access::new(vec![key], &Pace::instant()));
        let ahead = gateway.clock.now() + 60_000;
        gateway.access.key("local").unwrap().state("sae").advance(ahead);
        let answer = gateway.answer(&creation());
        assert_eq!(answer.status, 200, "{}", answer.body);
        let state = gateway.access.key("local").unwrap().state("sae");
        let application = state.applications.values().next().unwrap();
        assert_eq!((application.active.as_ref(), application.running(), state.now), (None, 1, ahead));
    }

    fn creation() -> Arrival {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let mut arrival = Arrival {
            method: "POST".to_owned(),
            path: "/pop/v1/sam/app/createApplication".to_owned(),
            query: pairs(&[
                ("AppName", "demo"),
                ("PackageType", "Image"),
                ("ImageUrl", "demo/nginx:1"),
                ("Replicas", "1"),
            ]),
            headers: pairs(&[("x-acs-version", "2019-05-06")]),
            body: Vec::new(),
        };
        arrival.headers.push(("date".to_owned(), httpdate::fmt_http_date(SystemTime::now())));
        let request = Request {
            method: &arrival.method,
            path: &arrival.path,
            query: &borrowed(&arrival.query),
            headers: &borrowed(&arrival.headers),
            body: b"",
        };
        let signed = sign(Scheme::Roa, &request, &Credentials::new("local", "local-secret")).unwrap();
        arrival.headers.push(("authorization".to_owned(), signed.authorization));
        arrival
    }
}
