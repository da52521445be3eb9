//! Clients of the demo's server.

use std::sync::Arc;

use sae::{Client, Credentials};

use super::counted::Counted;
use crate::failure::Failure;

/// Makes clients of the local server whose calls are counted together.
pub struct Clients {
    pub endpoint: String,
    pub exchange: Arc<Counted>,
}

impl Clients {
    pub fn builder(&self) -> sae::Builder {
        Client::builder()
            .credentials(Credentials::new("local", "local-secret"))
            .region("cn-hangzhou")
            .endpoint(&self.endpoint)
            .exchange(Arc::clone(&self.exchange) as _)
    }

    pub fn client(&self) -> Result<Client, Failure> {
        Ok(self.builder().build()?)
    }
}
