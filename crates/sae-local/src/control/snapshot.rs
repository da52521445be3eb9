//! The state of a tenant at one moment.

use std::fmt;

use sae_models::{edas, sae};
use serde::{Deserialize, Serialize};

use super::error::ControlError;
use crate::domain::clock::Clock;
use crate::domain::snapshot::Snapshot as Contents;
use crate::domain::{Millis, Pace, State};
use crate::protocol::access_keys::{AccessKey, AccessKeys, empty};
use crate::protocol::service_clock::system_now;
use crate::store::DataError;

/// The state of a tenant at one moment, with its time.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sae_local::{LocalSae, Seed};
///
/// let local = LocalSae::start().await?;
/// let control = local.control();
/// let before = control.snapshot()?;
/// let seed = r#"{"calls":[{"operation":"CreateNamespace","params":{"NamespaceId":"cn-beijing:a","NamespaceName":"a"}}]}"#;
/// control.seed(&Seed::from_json(seed)?).await?;
/// control.restore(&before).await?;
/// // It was never there.
/// control.seed(&Seed::from_json(seed)?).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    sae: State,
    edas: State,
    now: Millis,
    frozen: bool,
}

/// The JSON form of a snapshot.
#[derive(Serialize, Deserialize)]
struct SnapshotJson<'a> {
    sae: Contents<'a>,
    edas: Contents<'a>,
    now: Millis,
    frozen: bool,
}

impl Snapshot {
    /// The snapshot as JSON. It contains secrets, such as the values of environment variables.
    pub fn to_json(&self) -> String {
        let json = SnapshotJson {
            sae: self.sae.to_snapshot(),
            edas: self.edas.to_snapshot(),
            now: self.now,
            frozen: self.frozen,
        };
        // All keys are texts, so this can't fail.
        serde_json::to_string(&json).unwrap_or_default()
    }

    /// Reads the result of [`Snapshot::to_json`]. Fails if the text is anything else.
    pub fn from_json(text: &str) -> Result<Self, ControlError> {
        let json: SnapshotJson<'_> = serde_json::from_str(text).map_err(|error| {
            // The message of the error may show data.
            ControlError::invalid(format!(
                "this is not a snapshot: line {} column {} can't be read",
                error.line(),
                error.column()
            ))
        })?;
        let state = |contents, service| {
            let mut state = empty(&Pace::default(), service);
            let read = state.restore(contents);
            read.map_err(|damaged| ControlError::invalid(format!("this is not a snapshot: {damaged}")))?;
            Ok::<_, ControlError>(state)
        };
        let (sae, edas) = (state(json.sae, &sae::SERVICE)?, state(json.edas, &edas::SERVICE)?);
        Ok(Self { sae, edas, now: json.now, frozen: json.frozen })
    }

    pub(crate) fn of(key: &AccessKey) -> Self {
        let state = |product| key.state(product).state.clone();
        let (sae, edas) = (state(sae::SERVICE.product), state(edas::SERVICE.product));
        let clock = key.clock();
        let now = clock.now(system_now()).max(sae.now).max(edas.now);
        Self { sae, edas, now, frozen: clock.is_frozen() }
    }

    pub(crate) async fn restore(&self, key: &AccessKey, access: &AccessKeys) -> Result<(), DataError> {
        key.change(access, |sae, edas, clock| {
            sae.copy_from(&self.sae);
            edas.copy_from(&self.edas);
            let system = system_now();
            *clock = Clock::showing(self.now, system);
            if self.frozen {
                clock.freeze(system);
            }
        })
        .await
    }
}

/// Shows only numbers: configurations contain secrets.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("namespaces", &self.sae.namespaces.len())
            .field("applications", &(self.sae.applications.len() + self.edas.applications.len()))
            .field("change_orders", &(self.sae.orders.len() + self.edas.orders.len()))
            .finish_non_exhaustive()
    }
}
