//! Web applications and their revisions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Millis;

/// A web application.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct WebApplication {
    /// Identifier.
    pub id: String,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name, unique among the web applications of its namespace.
    pub name: String,
    /// Description.
    pub description: String,
    /// Its VPC, that of the namespace.
    pub vpc: String,
    /// Its network as JSON; empty for none.
    pub network: String,
    /// Whether it was stopped.
    pub stopped: bool,
    /// How many instances it may have.
    pub scaling: Scaling,
    /// How requests reach it.
    pub traffic: Traffic,
    /// Its revisions by number. One has been published at least, and one is left at least.
    pub revisions: BTreeMap<u64, WebRevision>,
    /// The number of the latest revision, even if it was deleted.
    pub published: u64,
    /// When it was created.
    pub created: Millis,
    /// When it was last changed.
    pub modified: Millis,
}

/// A revision of a web application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebRevision {
    /// Description.
    pub description: String,
    /// Its containers and monitoring as JSON.
    pub configuration: String,
    /// When it was published.
    pub created: Millis,
}

/// The limits of the number of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// The fewest.
    pub fewest: i64,
    /// The most.
    pub most: i64,
}

/// How requests reach a web application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// Whether requests must be authenticated, in the wire spelling.
    pub authentication: String,
    /// Whether the public URL is closed.
    pub closed: bool,
    /// The share of each revision that gets requests, above 0; together they are 1.
    pub weights: BTreeMap<u64, f64>,
    /// The addresses that are allowed in; all if there are none.
    pub addresses: Vec<String>,
}

impl WebApplication {
    /// The number of its instances. No requests arrive here, so it has the fewest it may have.
    pub const fn instances(&self) -> i64 {
        if self.stopped { 0 } else { self.scaling.fewest }
    }

    /// The revision with the largest share of the requests, the latest of several; with its number.
    pub fn main_revision(&self) -> Option<(u64, &WebRevision)> {
        let largest = self.traffic.weights.iter().max_by(|one, other| one.1.total_cmp(other.1));
        let number = largest.map(|(number, _)| *number)?;
        self.revisions.get(&number).map(|revision| (number, revision))
    }
}

/// Leaves out what may be secret: environment variables, and whatever else is in a revision.
impl std::fmt::Debug for WebApplication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebApplication")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            authentication: "Anonymous".to_owned(),
            closed: false,
            weights: BTreeMap::new(),
            addresses: Vec::new(),
        }
    }
}

impl Default for Scaling {
    fn default() -> Self {
        Self { fewest: 0, most: 10 }
    }
}
