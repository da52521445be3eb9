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

/// Drives a [`LocalSae`](crate::LocalSae): its tenants, their time and state, what goes wrong, and what was asked.
///
/// A control is for the whole server, or for one tenant: [`Control::tenant`] and [`Control::add_tenant`] give that. Each
/// tenant has a state and a clock of its own, so that tests that run at the same time on one server don't disturb each
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
/// The same for programs in other languages, under `/_local/` of the server's address: JSON, without a signature. What
/// changes something wants the media type `application/json`. Where a tenant can be named it may be left out: then it
/// is all of them, or the only one.
///
/// | request | body or query | what it does |
/// | --- | --- | --- |
/// | `GET /_local/` | | tells what there is |
/// | `POST /_local/reset` | `{"tenant":ID}` | empties a tenant and sets its clock right, or does so with all |
/// | `POST /_local/seed` | `{"tenant":ID,"calls":[{"operation":NAME,"params":{…}}]}` | see [`Seed`] |
/// | `GET /_local/state` | `?tenant=ID` | all that a tenant has, secrets too: see [`Snapshot`] |
/// | `PUT /_local/state` | `?tenant=ID`, and what `GET` gave | puts a tenant back to where it, or another one, was |
/// | `GET /_local/clock` | | the clocks |
/// | `POST /_local/clock` | `{"tenant":ID,"freeze":true,"advance":"30m","skew":"-20m"}`, any of them | stops a clock (`false` lets it run), sets it forward, or sets the date of the whole server off |
/// | `GET /_local/requests` | `?operation=NAME&tenant=ID&limit=N` | the latest requests, oldest first, with their parameters and bodies, but no secrets |
/// | `DELETE /_local/requests` | `?tenant=ID` | forgets them |
/// | `GET /_local/faults` | | the faults in force |
/// | `POST /_local/faults` | `{"operation":NAME,"tenant":ID,"times":N,"skip":N,"probability":0.5,"seed":N,"latency":"2s"}` and one of `"drop":"before"`, `"drop":"after"`, `"error":CODE`, `"status":503`, `"throttle":"2s"`, `"truncate":true`, `"out_of_quota":true`, `"image_pull_failure":true`, `"never_ready":true` | see [`Fault`] |
/// | `DELETE /_local/faults` | `?number=N` or `?tenant=ID` | takes away one, those of a tenant, or all |
/// | `POST /_local/tenants` | `{"id":ID,"secret":SECRET,"token":TOKEN,"pace":"instant"}`, the last two if wanted | adds an access key |
///
/// A time is a number of milliseconds, or a text: `"250ms"`, `"90s"`, `"1h30m"`. Pages of other sites can't use it from a
/// browser: a foreign `Origin` is refused, and a `Host` that the server doesn't answer to, see [`Builder::host`](crate::Builder::host).
/// Clients on other machines can't either, unless [`Builder::insecure`](crate::Builder::insecure) opens it to them.
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) backend: Arc<Backend>,
    tenant: Option<Arc<AccessKey>>,
}

impl Control {
    pub(crate) const fn new(backend: Arc<Backend>) -> Self {
        Self { backend, tenant: None }
    }

    /// The same for one tenant alone, by the id of its access key. Fails if there is none.
    pub fn tenant(&self, id: &str) -> Result<Self, ControlError> {
        let key = self.backend.access.key(id).ok_or_else(|| {
            let there: Vec<_> = self.backend.access.all().iter().map(|key| key.id.clone()).collect();
            ControlError::new(ControlErrorKind::NotFound, format!("there is no tenant {id:?}"))
                .possible(there)
        })?;
        Ok(Self { tenant: Some(key), ..self.clone() })
    }

    /// Adds an access key and its tenant, at the pace of the server; gives the control of it. Fails if a part of the key is
    /// empty or can't travel in a header, or if there is a key with this id.
    pub fn add_tenant(&self, id: impl Into<String>, secret: impl Into<String>) -> Result<Self, ControlError> {
        self.add(NewKey { id: id.into(), secret: secret.into(), token: None }, None)
    }

    /// The same with a temporary key, which is accepted with this security token alone.
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
        let key = self.backend.access.add(new, pace).map_err(|error| match error {
            KeyError::Taken => {
                ControlError::new(ControlErrorKind::Taken, format!("there is a tenant {id:?} already"))
            }
            KeyError::Empty | KeyError::Unfit => ControlError::invalid(error.to_string()),
            KeyError::Data(error) => ControlError::from(error),
        })?;
        Ok(Self { tenant: Some(key), ..self.clone() })
    }

    /// Back to an empty state and a running clock that is right, without faults and without requests in the journal. For
    /// the whole server its date is set right too. Tenants stay. Fails if the folder for state can't be written.
    pub async fn reset(&self) -> Result<(), ControlError> {
        for key in self.keys() {
            key.reset(&self.backend.access).await?;
        }
        self.clear_faults();
        self.forget_requests();
        if self.tenant.is_none() {
            self.backend.clock.set_skew(0);
        }
        Ok(())
    }

    /// Makes calls as the tenant, without signatures; gives their answers as JSON. All of them are done, or none: fails
    /// with the number of the call that was refused. For the whole server the seed must name a tenant, or there must be
    /// only one.
    pub async fn seed(&self, seed: &Seed) -> Result<Vec<String>, ControlError> {
        let control = seed.tenant().map_or_else(|| Ok(self.clone()), |id| self.tenant(id))?;
        seed.run(&*control.one()?, &self.backend.access).await
    }

    /// All that a tenant has, and its time. For the whole server there must be only one tenant.
    pub fn snapshot(&self) -> Result<Snapshot, ControlError> {
        Ok(Snapshot::of(&*self.one()?))
    }

    /// Puts a tenant back to where it was, or to where another one was: its clock goes on from then. For the whole server
    /// there must be only one tenant.
    pub async fn restore(&self, snapshot: &Snapshot) -> Result<(), ControlError> {
        Ok(snapshot.restore(&*self.one()?, &self.backend.access).await?)
    }

    /// Lets time go by: sets the clocks forward. All that falls due up to then happens, in the order in which it falls due.
    ///
    /// With [`Builder::data`](crate::Builder::data), a clock that was driven is the same after a restart, and no call is
    /// answered by it before it is durable.
    pub fn advance(&self, time: Duration) {
        self.drive(|clock, _| clock.advance(millis(time)));
    }

    /// Stops the clocks.
    pub fn freeze(&self) {
        self.drive(Clock::freeze);
    }

    /// Lets the clocks run again, from what they show.
    pub fn resume(&self) {
        self.drive(Clock::resume);
    }

    /// What this gives has to be waited for only by who tells of it.
    pub(super) fn drive(&self, how: impl Fn(&mut Clock, Millis)) -> Vec<CommitTicket> {
        self.keys().iter().map(|key| key.drive(&how)).collect()
    }

    /// Whether all of the clocks stand still.
    pub fn is_frozen(&self) -> bool {
        self.keys().iter().all(|key| key.clock().is_frozen())
    }

    /// Sets the date of the whole server off by so many milliseconds: forward, or back if the number is negative. By
    /// this date it judges the dates of requests, and it stands in the `Date` header of answers. The clocks of the tenants
    /// don't follow it.
    pub fn skew(&self, milliseconds: i64) {
        let limit = millis(Duration::MAX);
        self.backend.clock.set_skew(milliseconds.clamp(-limit, limit));
    }

    /// The latest requests, a thousand at most, oldest first.
    pub fn requests(&self) -> Vec<Served> {
        let id = self.tenant.as_ref().map(|key| key.id.as_str());
        let latest = self.backend.journal.latest();
        let mine = latest.iter().filter(|served| id.is_none() || served.tenant.as_deref() == id);
        mine.map(|served| Served::clone(served)).collect()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.backend.journal.forget(self.tenant.as_ref().map(|key| key.id.as_str()));
    }

    /// Has something go wrong; gives the number of the fault. Fails if it can't happen: see [`Fault`].
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

    /// The faults in force, used up ones too. For one tenant: those that are for it alone.
    pub fn faults(&self) -> Vec<FaultReport> {
        let mut reports = self.backend.faults.report();
        reports.retain(|report| self.owns(report));
        reports
    }

    /// Takes the faults away; gives how many they were. For one tenant: those that are for it alone.
    pub fn clear_faults(&self) -> usize {
        self.backend.faults.clear(|report| self.owns(report))
    }

    pub(super) fn owns(&self, report: &FaultReport) -> bool {
        self.tenant.as_ref().is_none_or(|key| report.tenant.as_ref() == Some(&key.id))
    }

    /// The tenants that this is for.
    pub(super) fn keys(&self) -> Vec<Arc<AccessKey>> {
        self.tenant.as_ref().map_or_else(|| self.backend.access.all(), |key| vec![Arc::clone(key)])
    }

    /// The one tenant that this is for.
    fn one(&self) -> Result<Arc<AccessKey>, ControlError> {
        let keys = self.keys();
        match keys.as_slice() {
            [key] => Ok(Arc::clone(key)),
            _ => Err(ControlError::invalid("there are several tenants: say for which one")
                .possible(keys.iter().map(|key| key.id.clone()))),
        }
    }
}
