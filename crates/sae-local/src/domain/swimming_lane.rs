//! Swimming lanes: groups of applications behind a gateway, and the lanes that carry a part of their requests.

use serde::{Deserialize, Serialize};

/// A lane group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneGroup {
    /// Identifier.
    pub id: i64,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name, unique in its namespace.
    pub name: String,
    /// Identifiers of the applications that its lanes branch off.
    pub applications: Vec<String>,
    /// Where requests enter.
    pub entry: Entry,
    /// Version of the end-to-end canary release: `0` or `2`.
    pub version: String,
}

/// Where requests enter a lane group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What kind of gateway it is.
    pub kind: EntryKind,
    /// Identifier of the gateway, or of the application that is one.
    pub id: String,
}

/// What kind of gateway requests enter a lane group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    /// A cloud-native API gateway.
    ApiGateway,
    /// A Java application.
    Application,
    /// A cloud-native gateway of MSE.
    MseGateway,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Identifier.
    pub id: i64,
    /// Identifier of its group.
    pub group: i64,
    /// Name.
    pub name: String,
    /// Tag of its applications, unique in its group.
    pub tag: String,
    /// Whether it is on.
    pub enabled: bool,
    /// How requests find it: 0 by their content, 1 by percentages.
    pub model: i64,
    /// Which requests enter by a Java application, as JSON; empty for none.
    pub application_rule: String,
    /// Which requests enter by a gateway, as JSON; empty for none.
    pub gateway_rule: String,
}

impl EntryKind {
    /// Reads the wire spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ApiGateway, Self::Application, Self::MseGateway].into_iter().find(|kind| kind.as_str() == text)
    }

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiGateway => "apig",
            Self::Application => "mse",
            Self::MseGateway => "mse-gw",
        }
    }
}

impl LaneGroup {
    /// The application that requests enter by; none if it is a gateway.
    pub fn entry_application(&self) -> Option<&str> {
        (self.entry.kind == EntryKind::Application).then_some(self.entry.id.as_str())
    }
}

/// The name of the tag by which applications belong to a lane.
pub const SERVICE_TAG: &str = "alicloud.service.tag";
