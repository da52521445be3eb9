//! What happens to one request: who calls, which operation, with which parameters; then the operation; then the answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime};

use sae_models::sae;
use sae_transport::{Description, DynFields, Service};

use crate::access::{Access, AccessKey};
use crate::answer::{Addressee, Answer};
use crate::arrival::Arrival;
use crate::authentication::{absent, authenticate, check_body, claimed, return_nonce, use_nonce};
use crate::call::{Call, Handler};
use crate::clock;
use crate::content::Named;
use crate::domain::{Millis, Mishap, Refusal, id};
use crate::faults::{Effect, Faults, Strike};
use crate::journal::{Journal, Served};
use crate::parameters::{self, Given};
use crate::routes::{Found, Routes};
use crate::signed::Signed;
use crate::store::{Promise, Room};

/// Everything that a request needs.
#[derive(Debug)]
pub struct Gateway {
    /// Who may call.
    pub access: Access,
    /// What is to go wrong.
    pub faults: Faults,
    /// What was asked lately.
    pub journal: Journal,
    routes: Routes,
    skew: AtomicI64,
}

/// What a client gets.
pub enum Reply {
    /// An answer.
    Whole(Answer),
    /// An answer of which half arrives.
    Cut(Answer),
    /// The end of its connection.
    Dropped,
}

/// A request, and what is known of it so far.
struct Visit {
    arrival: Arrival,
    to: Addressee,
    time: SystemTime,
    since: Instant,
    key: Option<Arc<AccessKey>>,
    description: Option<&'static Description>,
    fault: Option<String>,
}

/// A request that is for an operation and comes from a tenant.
struct Admitted {
    key: Arc<AccessKey>,
    description: &'static Description,
    handler: Option<Handler>,
    given: Given,
}

impl Gateway {
    /// A gateway for these keys.
    pub fn new(access: Access, journal: Journal) -> Self {
        Self { access, faults: Faults::default(), journal, routes: Routes::new(), skew: AtomicI64::new(0) }
    }

    /// The time of the gateway, by which dates and nonces are judged: the system's, or as far off it as somebody asked.
    pub fn time(&self) -> Millis {
        clock::system().saturating_add(self.skew())
    }

    /// How far the time of the gateway is ahead of the system's.
    pub fn skew(&self) -> Millis {
        self.skew.load(Ordering::Relaxed)
    }

    /// Puts the time of the gateway this far ahead of the system's.
    pub fn set_skew(&self, ahead: Millis) {
        self.skew.store(ahead, Ordering::Relaxed);
    }

    /// Answers a request.
    pub async fn answer(self: &Arc<Self>, arrival: Arrival) -> Reply {
        let mut visit = Visit::new(arrival);
        let admitted = self.admit(&mut visit);
        let strike = admitted.as_ref().ok().and_then(|one| self.faults.strike(&one.key.id, one.description));
        let Some(strike) = strike else { return self.finish(visit, admitted, None).await };
        // On a task of its own: it is done even if the client loses its patience.
        let gateway = Arc::clone(self);
        let task = async move {
            if let Some(latency) = strike.latency {
                tokio::time::sleep(latency).await;
            }
            gateway.finish(visit, admitted, Some(strike)).await
        };
        tokio::spawn(task).await.unwrap_or(Reply::Dropped)
    }

    /// Refuses a request whose body can't be read.
    pub fn refuse(&self, arrival: Arrival, refusal: &Refusal) -> Answer {
        let visit = Visit::new(arrival);
        let answer = visit.to.clone().refusal(&sae::SERVICE, None, refusal);
        self.note(visit, Some(&answer));
        answer
    }

    /// Who calls, and what for.
    fn admit(&self, visit: &mut Visit) -> Result<Admitted, Refusal> {
        let arrival = &visit.arrival;
        let (key, scheme) = authenticate(arrival, &self.access, self.time())?;
        let key = visit.key.insert(key);
        let version = arrival.header("x-acs-version").unwrap_or_default();
        if version.is_empty() {
            return Err(absent("x-acs-version"));
        }
        let Found { route, path } = self.routes.find(version, &arrival.method, &arrival.path)?;
        let description = *visit.description.insert(route.description);
        check_body(arrival, scheme, description)?;
        use_nonce(arrival, key, self.time())?;
        let given = match route.handler {
            Some(_) => parameters::given(description, arrival, path)?,
            None => Given::new(),
        };
        Ok(Admitted { key: Arc::clone(key), description, handler: route.handler, given })
    }

    /// Does what was asked, or what is to go wrong with it; answers, and takes note.
    async fn finish(
        &self,
        mut visit: Visit,
        admitted: Result<Admitted, Refusal>,
        strike: Option<Strike>,
    ) -> Reply {
        let effect = strike.as_ref().and_then(|strike| strike.effect.clone());
        visit.fault = strike.as_ref().map(Strike::to_string);
        let mishap = if let Some(Effect::Mishap(mishap)) = effect { Some(mishap) } else { None };
        let mut promise = Promise::kept_already();
        if let (Some(Effect::DropBefore | Effect::Status(_)), Some(key)) = (&effect, &visit.key) {
            // The service has not seen the request, so the client may send it once more as it is.
            return_nonce(&visit.arrival, key);
        }
        let outcome = match &effect {
            Some(Effect::DropBefore) => {
                self.note(visit, None);
                return Reply::Dropped;
            }
            Some(Effect::Status(status)) => {
                let answer = Answer::page(*status, reason(*status));
                self.note(visit, Some(&answer));
                return Reply::Whole(answer);
            }
            Some(Effect::Refuse(refusal)) => Err(refusal.clone()),
            Some(Effect::Throttle(_)) => Err(Refusal::new("Throttling.User")),
            _ => match (admitted, self.access.room().await) {
                (Err(refusal), _) => Err(refusal),
                (Ok(_), Err(_)) => Err(Refusal::new("InternalError")),
                (Ok(admitted), Ok(room)) => {
                    // A fault of ours is answered like one of the service, not by a connection that breaks.
                    let work = || perform(admitted, &visit.arrival, mishap, room, &mut promise);
                    let (output, struck) = catch_unwind(AssertUnwindSafe(work))
                        .unwrap_or_else(|_| (Err(Refusal::new("InternalError")), false));
                    if let (Some(strike), Some(_), false) = (&strike, mishap, struck) {
                        self.faults.missed(strike);
                        visit.fault = None;
                    }
                    output
                }
            },
        };
        let mut answer = visit.answer(outcome);
        // Nobody is told what may be lost.
        if promise.kept().await.is_err() {
            answer = visit.answer(Err(Refusal::new("InternalError")));
        }
        if let Some(Effect::Throttle(wait)) = effect {
            answer = answer.with_wait(wait);
        }
        match effect {
            Some(Effect::DropAfter) => {
                self.note(visit, None);
                Reply::Dropped
            }
            Some(Effect::Truncate) => {
                self.note(visit, Some(&answer));
                Reply::Cut(answer)
            }
            _ => {
                self.note(visit, Some(&answer));
                Reply::Whole(answer)
            }
        }
    }

    /// Puts a request into the journal, with its answer if there is one.
    fn note(&self, visit: Visit, answer: Option<&Answer>) {
        let Visit { mut arrival, to, time, since, key, description, fault } = visit;
        let tenant = key.or_else(|| self.access.key(claimed(&arrival)?)).map(|key| key.id.clone());
        let version = arrival.header("x-acs-version").unwrap_or_default();
        let by_path =
            || Some(self.routes.find(version, &arrival.method, &arrival.path).ok()?.route.description);
        let named = description.or_else(by_path).map(Named::of);
        self.journal.note(Served {
            time,
            request_id: to.request_id,
            tenant,
            operation: description.map(|description| description.name),
            status: answer.map(|answer| answer.status),
            code: answer.and_then(|answer| answer.code),
            duration: since.elapsed(),
            fault,
            named,
            signed: Signed::take(&mut arrival, named),
            method: arrival.method,
            path: arrival.path,
        });
    }
}

impl Visit {
    fn new(arrival: Arrival) -> Self {
        let to = Addressee {
            request_id: id::uuid(fastrand::u64(..), fastrand::u64(..)).to_ascii_uppercase(),
            // Without a user and a password that somebody puts before it.
            host: arrival
                .header("host")
                .and_then(|host| host.rsplit('@').next())
                .unwrap_or("localhost")
                .to_owned(),
            xml: arrival.wants_xml(),
        };
        let (time, since) = (SystemTime::now(), Instant::now());
        Self { arrival, to, time, since, key: None, description: None, fault: None }
    }

    fn answer(&self, outcome: Result<Box<dyn DynFields>, Refusal>) -> Answer {
        let to = self.to.clone();
        match (outcome, self.description) {
            (Ok(output), Some(description)) => to.success(description, &*output),
            (Ok(_), None) => to.refusal(&sae::SERVICE, None, &Refusal::new("InternalError")),
            (Err(refusal), description) => {
                let version = self.arrival.header("x-acs-version").unwrap_or_default();
                let service: &Service = Routes::service(version).unwrap_or(&sae::SERVICE);
                to.refusal(service, description, &refusal)
            }
        }
    }
}

/// Does an operation. Tells besides whether the mishap has struck a change. What it tells may be told once the promise
/// is kept.
fn perform(
    admitted: Admitted,
    arrival: &Arrival,
    mishap: Option<Mishap>,
    room: Room,
    promise: &mut Promise,
) -> (Result<Box<dyn DynFields>, Refusal>, bool) {
    let Admitted { key, description, handler, given } = admitted;
    let Some(handler) = handler else {
        return (Err(Refusal::with("Local.NotImplemented", [description.name])), false);
    };
    let mut kept = key.state(description.service.product);
    kept.state.mishap = mishap;
    let (region, regional) = (arrival.region().unwrap_or(HOME), arrival.region().is_some());
    let output = handler(&mut Call { state: &mut kept.state, description, region, regional, given });
    let struck = kept.state.mishap.take().is_none();
    // What the call has begun goes as far as it can at once. A refusal may tell of what others have changed.
    *promise = kept.settle(room);
    (output, struck)
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error")
}

/// The region of a client that names none.
pub const HOME: &str = "cn-hangzhou";

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use sae_sign::{Credentials, Request, Scheme, sign};

    use super::{Gateway, Reply};
    use crate::access::{Access, NewKey};
    use crate::arrival::{Arrival, borrowed};
    use crate::clock;
    use crate::domain::Pace;
    use crate::journal::Journal;

    #[tokio::test]
    async fn what_a_call_begins_is_over_at_once_even_if_another_call_was_ahead_of_its_time() {
        let access = Access::new(Pace::instant(), None);
        let new = NewKey { id: "local".to_owned(), secret: "local-secret".to_owned(), token: None };
        let key = access.add(new, None).unwrap();
        let gateway = Arc::new(Gateway::new(access, Journal::default()));
        let ahead = clock::system() + 60_000;
        key.state("sae").advance(ahead);
        let Reply::Whole(answer) = gateway.answer(creation()).await else { panic!("an answer") };
        assert_eq!(answer.status, 200, "{}", answer.body);
        let state = &key.state("sae").state;
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
            garbled: None,
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
