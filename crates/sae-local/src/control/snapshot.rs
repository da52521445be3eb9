//! All that a tenant has at one moment.

use std::fmt;

use crate::access::AccessKey;
use crate::clock::{self, Clock};
use crate::domain::{Millis, State};

/// All that a tenant has at one moment, and its time.
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
    state: State,
    now: Millis,
    frozen: bool,
}

impl Snapshot {
    pub(crate) fn of(key: &AccessKey) -> Self {
        let mut state = key.state();
        let clock = *key.clock();
        let now = clock.now(clock::system());
        state.advance(now);
        Self { state: state.clone(), now: state.now, frozen: clock.is_frozen() }
    }

    pub(crate) fn restore(&self, key: &AccessKey) {
        let mut state = key.state();
        *state = self.state.clone();
        let system = clock::system();
        let mut clock = Clock::showing(self.now, system);
        if self.frozen {
            clock.freeze(system);
        }
        *key.clock() = clock;
    }
}

/// How much there is; configurations hold secrets.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("namespaces", &self.state.namespaces.len())
            .field("applications", &self.state.applications.len())
            .field("change_orders", &self.state.orders.len())
            .finish_non_exhaustive()
    }
}
