//! Creating, changing and deleting grey tag routes.

use crate::domain::grey_tag_route::{GreyRules, GreyTagRoute};
use crate::domain::{Millis, Refusal, State};

impl State {
    /// Creates the grey tag route of an application and returns its identifier. An application has one at most.
    pub fn create_grey_tag_route(
        &mut self,
        application: String,
        name: String,
        description: String,
        rules: GreyRules,
        now: Millis,
    ) -> Result<i64, Refusal> {
        let mut route =
            GreyTagRoute { id: 0, application, name, description, rules, created: now, updated: now };
        route.check()?;
        if self.grey_tag_route_of(&route.application).is_some() {
            return Err(Refusal::unfit("AppId", "the application has a grey tag route"));
        }
        route.id = self.next_number();
        let id = route.id;
        self.grey_tag_routes.insert(id, route);
        Ok(id)
    }

    /// Looks up a grey tag route.
    pub fn grey_tag_route(&self, id: i64) -> Result<&GreyTagRoute, Refusal> {
        let found = self.grey_tag_routes.get(&id);
        found.ok_or_else(|| Refusal::unfit("GreyTagRouteId", "the grey tag route doesn't exist"))
    }

    /// Changes a grey tag route: its description if there is one, and its rules.
    pub fn update_grey_tag_route(
        &mut self,
        id: i64,
        description: Option<String>,
        rules: GreyRules,
        now: Millis,
    ) -> Result<(), Refusal> {
        let mut route = self.grey_tag_route(id)?.clone();
        route.description = description.unwrap_or(route.description);
        route.rules = rules;
        route.updated = now;
        route.check()?;
        self.grey_tag_routes.insert(id, route);
        Ok(())
    }

    /// Deletes a grey tag route.
    pub fn delete_grey_tag_route(&mut self, id: i64) -> Result<(), Refusal> {
        self.grey_tag_route(id)?;
        self.grey_tag_routes.remove(&id);
        Ok(())
    }

    /// The grey tag route of an application.
    pub fn grey_tag_route_of(&self, application: &str) -> Option<&GreyTagRoute> {
        self.grey_tag_routes.values().find(|route| route.application == application)
    }
}
