//! Grey tag routes: which requests the canary instances of an application get.

use serde::{Deserialize, Serialize};

use crate::domain::{Millis, Refusal};

/// A grey tag route of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GreyTagRoute {
    /// Identifier.
    pub id: i64,
    /// Identifier of the application.
    pub application: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Its rules.
    pub rules: GreyRules,
    /// When it was created.
    pub created: Millis,
    /// When it was last changed.
    pub updated: Millis,
}

/// Rules as JSON, as they were sent; empty where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GreyRules {
    /// For Spring Cloud.
    pub spring_cloud: String,
    /// For Dubbo.
    pub dubbo: String,
    /// For traffic through ALB.
    pub alb: String,
}

impl GreyTagRoute {
    /// Refuses a name, a description and rules that don't fit.
    pub fn check(&self) -> Result<(), Refusal> {
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || chinese(c);
        let valid = self.name.chars().count() <= LIMIT
            && self.name.chars().all(known)
            && self.name.starts_with(|c: char| c.is_ascii_lowercase())
            && self.name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !valid {
            return Err(Refusal::invalid("Name"));
        }
        if self.description.chars().count() > LIMIT {
            return Err(Refusal::unfit("Description", "at most 64 characters"));
        }
        let GreyRules { spring_cloud, dubbo, alb } = &self.rules;
        if !spring_cloud.is_empty() && !dubbo.is_empty() {
            return Err(Refusal::unfit("DubboRules", "not together with ScRules"));
        }
        if spring_cloud.is_empty() && dubbo.is_empty() && alb.is_empty() {
            return Err(Refusal::missing("ScRules"));
        }
        Ok(())
    }
}

/// The most characters of a name and of a description.
const LIMIT: usize = 64;
