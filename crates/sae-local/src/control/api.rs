//! The control interface in Rust.

use std::sync::Arc;
use std::time::Duration;

use super::backend::Backend;
use super::error::{ControlError, ControlErrorKind};
use super::seed::Seed;
use super::snapshot::Snapshot;
use crate::control::faults::{Fault, FaultReport};
use crate::control::journal::Served;
use crate::domain::clock::Clock;
use crate::domain::time::millis;
use crate::domain::{Millis, Pace};
use crate::protocol::access_keys::{AccessKey, KeyError, NewKey};
use crate::store::CommitTicket;

/// Controls a [`LocalSae`](crate::LocalSae): its tenants, their time and state, faults, and the journal of requests.
///
/// A control works on the whole server, or on one tenant: [`Control::tenant`] and [`Control::add_tenant`] return that.
/// Each tenant has a state and a clock of its own, so tests that run at the same time on one server don't disturb each
/// other. Controls are cheap to clone and work from any thread.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use std::time::Duration;
/// use sae_local::{Fault, LocalSae, Pace, Seed};
///
/// let local = LocalSae::builder().pace(Pace::watchable()).start().await?;
/// let test = local.control().add_tenant("test-1", "secret-1")?;
/// test.seed(&Seed::from_json(
///     r#"{"calls":[{"operation":"CreateNamespace","params":{"NamespaceId":"cn-beijing:a","NamespaceName":"a"}}]}"#,
/// )?).await?;
/// test.freeze();
/// test.fault(Fault::on("DeployApplication").times(1).drop_after())?;
/// // … the test calls the server with its access key; a rollout of half an hour is over at once:
/// test.advance(Duration::from_secs(30 * 60));
/// assert!(test.requests().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Over HTTP
///
/// Programs in other languages find the same under `/_local/` of the server's address. Requests and answers are JSON,
/// without a signature; requests with a body have the media type `application/json`. Without a tenant, a request works
/// on all of them, or on the only one.
///
/// | request | body or query | what it does |
/// | --- | --- | --- |
/// | `GET /_local/` | | describes the server: tenants, operations, paths |
/// | `POST /_local/reset` | `{"tenant":ID}` | empties a tenant, or all, and sets the clock to the system's time |
/// | `POST /_local/seed` | `{"tenant":ID,"calls":[{"operation":NAME,"params":{…}}]}` | makes calls: see [`Seed`] |
/// | `GET /_local/state` | `?tenant=ID` | returns the state of a tenant, including secrets: see [`Snapshot`] |
/// | `PUT /_local/state` | `?tenant=ID`, and what `GET` returned | restores the state of this tenant or of another |
/// | `GET /_local/clock` | | returns the clocks |
/// | `POST /_local/clock` | `{"tenant":ID,"freeze":true,"advance":"30m","skew":"-20m"}`, any of them | freezes a clock (`false` lets it run), sets it forward, or shifts the date of the whole server |
/// | `GET /_local/requests` | `?operation=NAME&tenant=ID&limit=N` | returns the latest requests, oldest first, with parameters and bodies, but without secrets |
/// | `DELETE /_local/requests` | `?tenant=ID` | empties the journal |
/// | `GET /_local/faults` | | lists the faults in force |
/// | `POST /_local/faults` | `{"operation":NAME,"tenant":ID,"times":N,"skip":N,"probability":0.5,"seed":N,"latency":"2s"}` and one of `"drop":"before"`, `"drop":"after"`, `"error":CODE`, `"status":503`, `"throttle":"2s"`, `"truncate":true`, `"out_of_quota":true`, `"image_pull_failure":true`, `"never_ready":true` | adds a fault: see [`Fault`] |
/// | `DELETE /_local/faults` | `?number=N` or `?tenant=ID` | removes one fault, those of a tenant, or all |
/// | `POST /_local/tenants` | `{"id":ID,"secret":SECRET,"token":TOKEN,"pace":"instant"}`, the last two optional | adds an access key |
///
/// A duration is a number of milliseconds, or a text: `"250ms"`, `"90s"`, `"1h30m"`. Requests from pages of other sites
/// are refused: those with a foreign `Origin`, or with a `Host` that the server doesn't answer to, see
/// [`Builder::host`](crate::Builder::host). Requests from other machines are refused unless
/// [`Builder::insecure`](crate::Builder::insecure) allows them.
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) backend: Arc<Backend>,
    tenant: Option<Arc<AccessKey>>,
}

impl Control {
    pub(crate) const fn new(backend: Arc<Backend>) -> Self {
        Self { backend, tenant: None }
    }

    /// A control for one tenant, by the id of its access key. Fails if there is no such tenant.
    pub fn tenant(&self, id: &str) -> Result<Self, ControlError> {
        let key = self.backend.access_keys.key(id).ok_or_else(|| {
            let there: Vec<_> = self.backend.access_keys.all().iter().map(|key| key.id.clone()).collect();
            ControlError::new(ControlErrorKind::NotFound, format!("there is no tenant {id:?}"))
                .possible(there)
        })?;
        Ok(Self { tenant: Some(key), ..self.clone() })
    }

    /// Adds an access key with a tenant, which gets the pace of the server, and returns a control for it. Fails if the
    /// id or the secret is empty or can't be sent in a header, or if a key with this id exists.
    pub fn add_tenant(&self, id: impl Into<String>, secret: impl Into<String>) -> Result<Self, ControlError> {
        self.add(NewKey { id: id.into(), secret: secret.into(), token: None }, None)
    }

    /// The same for a temporary key, which is accepted only with this security token.
    pub fn add_temporary_tenant(
        &self,
        id: impl Into<String>,
        secret: impl Into<String>,
        token: impl Into<String>,
    ) -> Result<Self, ControlError> {
        self.add(NewKey { id: id.into(), secret: secret.into(), token: Some(token.into()) }, None)
    }

    pub(super) fn add(&self, new: NewKey, pace: Option<Pace>) -> Result<Self, ControlError> {
        let id = new.id.clone();
        let key = self.backend.access_keys.add(new, pace).map_err(|error| match error {
            KeyError::Taken => {
                ControlError::new(ControlErrorKind::Taken, format!("there is a tenant {id:?} already"))
            }
            KeyError::Empty | KeyError::Unfit => ControlError::invalid(error.to_string()),
            KeyError::Data(error) => ControlError::from(error),
        })?;
        Ok(Self { tenant: Some(key), ..self.clone() })
    }

    /// Empties the state, sets the clock to the system's time, and removes faults and recorded requests. On the whole
    /// server it also removes the skew of its date. Tenants stay. Fails if the folder for state can't be written.
    pub async fn reset(&self) -> Result<(), ControlError> {
        for key in self.keys() {
            key.reset(&self.backend.access_keys).await?;
        }
        self.clear_faults();
        self.forget_requests();
        if self.tenant.is_none() {
            self.backend.clock.set_skew(0);
        }
        Ok(())
    }

    /// Makes calls as the tenant, without signatures, and returns their answers as JSON. Either all calls succeed or
    /// none has an effect: fails with the number of the call that was refused. On the whole server, the seed must name
    /// a tenant unless there is only one.
    pub async fn seed(&self, seed: &Seed) -> Result<Vec<String>, ControlError> {
        let control = seed.tenant().map_or_else(|| Ok(self.clone()), |id| self.tenant(id))?;
        seed.run(&*control.one()?, &self.backend.access_keys).await
    }

    /// The state and the time of the tenant. Fails on the whole server if it has several tenants.
    pub fn snapshot(&self) -> Result<Snapshot, ControlError> {
        Ok(Snapshot::of(&*self.one()?))
    }

    /// Restores the state and the time of this tenant, or of another one. Fails on the whole server if it has several
    /// tenants, or if the folder for state can't be written.
    pub async fn restore(&self, snapshot: &Snapshot) -> Result<(), ControlError> {
        Ok(snapshot.restore(&*self.one()?, &self.backend.access_keys).await?)
    }

    /// Sets the clocks forward. Everything that falls due up to then happens, in the order in which it falls due.
    ///
    /// With [`Builder::data`](crate::Builder::data), the clock is the same after a restart. No call is answered with
    /// the new time before that is durable.
    pub fn advance(&self, time: Duration) {
        self.drive(|clock, _| clock.advance(millis(time)));
    }

    /// Freezes the clocks.
    pub fn freeze(&self) {
        self.drive(Clock::freeze);
    }

    /// Lets the clocks run again from the time that they show.
    pub fn resume(&self) {
        self.drive(Clock::resume);
    }

    /// Changes the clocks. Only who reports the new time must wait for the tickets.
    pub(super) fn drive(&self, how: impl Fn(&mut Clock, Millis)) -> Vec<CommitTicket> {
        self.keys().iter().map(|key| key.drive(&how)).collect()
    }

    /// Whether all the clocks are frozen.
    pub fn is_frozen(&self) -> bool {
        self.keys().iter().all(|key| key.clock().is_frozen())
    }

    /// Shifts the date of the whole server by this many milliseconds; a negative number sets it back. The server judges
    /// the dates of requests by it and sends it in the `Date` header. The clocks of tenants don't change.
    pub fn skew(&self, milliseconds: i64) {
        let limit = millis(Duration::MAX);
        self.backend.clock.set_skew(milliseconds.clamp(-limit, limit));
    }

    /// The latest requests, oldest first, at most 1,000.
    pub fn requests(&self) -> Vec<Served> {
        let id = self.tenant.as_ref().map(|key| key.id.as_str());
        let latest = self.backend.journal.latest();
        let mine = latest.iter().filter(|served| id.is_none() || served.tenant.as_deref() == id);
        mine.map(|served| Served::clone(served)).collect()
    }

    /// Empties the journal.
    pub fn forget_requests(&self) {
        self.backend.journal.forget(self.tenant.as_ref().map(|key| key.id.as_str()));
    }

    /// Adds a fault and returns its number. Fails if it can't happen: see [`Fault`].
    pub fn fault(&self, fault: Fault) -> Result<u64, ControlError> {
        let fault = match (&self.tenant, fault.of_tenant()) {
            (Some(key), _) => fault.tenant(&key.id),
            (None, Some(id)) => {
                self.tenant(id)?;
                fault
            }
            (None, None) => fault,
        };
        Ok(self.backend.faults.add(fault)?)
    }

    /// The faults in force, including used up ones. A control for one tenant returns only faults of this tenant.
    pub fn faults(&self) -> Vec<FaultReport> {
        let mut reports = self.backend.faults.report();
        reports.retain(|report| self.owns(report));
        reports
    }

    /// Removes the faults and returns their number. A control for one tenant removes only faults of this tenant.
    pub fn clear_faults(&self) -> usize {
        self.backend.faults.clear(|report| self.owns(report))
    }

    pub(super) fn owns(&self, report: &FaultReport) -> bool {
        self.tenant.as_ref().is_none_or(|key| report.tenant.as_ref() == Some(&key.id))
    }

    /// The tenants of this control.
    pub(super) fn keys(&self) -> Vec<Arc<AccessKey>> {
        self.tenant.as_ref().map_or_else(|| self.backend.access_keys.all(), |key| vec![Arc::clone(key)])
    }

    /// The only tenant of this control.
    fn one(&self) -> Result<Arc<AccessKey>, ControlError> {
        let keys = self.keys();
        match keys.as_slice() {
            [key] => Ok(Arc::clone(key)),
            _ => Err(ControlError::invalid("there are several tenants: name one")
                .possible(keys.iter().map(|key| key.id.clone()))),
        }
    }
}
