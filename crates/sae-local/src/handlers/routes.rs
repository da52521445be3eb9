//! Routes: which operation a request is for.

use std::collections::HashMap;

use sae_transport::{Description, Registered, Service};

use crate::domain::Refusal;
use crate::handlers::call::Handler;
use crate::handlers::operations;
use crate::protocol::percent::{Pair, decode};

/// All operations of all products by their methods and paths.
#[derive(Debug)]
pub struct Routes {
    plain: HashMap<&'static str, Vec<Route>>,
    patterns: Vec<(&'static str, Route)>,
}

/// An operation with its handler.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The operation.
    pub description: &'static Description,
    /// Its handler; none if it isn't implemented.
    pub handler: Option<Handler>,
}

/// The route of a request.
#[derive(Debug)]
pub struct RouteMatch {
    /// The route.
    pub route: Route,
    /// The values of the placeholders in its path.
    pub path: Vec<Pair>,
}

impl Routes {
    /// The routes of all operations in the spec, each with its path and the other path that a document shows.
    pub fn new() -> Self {
        let mut routes = Self { plain: HashMap::new(), patterns: Vec::new() };
        for product in operations::PRODUCTS {
            for registered in product.registered.iter().copied().flatten() {
                routes.add(registered, product.handler(registered.description.name));
            }
        }
        routes
    }

    fn add(&mut self, registered: &'static Registered, handler: Option<Handler>) {
        let description = registered.description;
        let route = Route { description, handler };
        for path in [Some(description.path), description.other_path].into_iter().flatten() {
            if path.contains('{') {
                self.patterns.push((path, route));
            } else {
                self.plain.entry(path).or_default().push(route);
            }
        }
    }

    /// The operation for a method and a path in a version of a service.
    pub fn find(&self, version: &str, method: &str, path: &str) -> Result<RouteMatch, Refusal> {
        let of_version = |route: &&Route| route.description.service.version == version;
        let plain =
            self.plain.get(path).into_iter().flatten().filter(of_version).map(|route| (*route, Vec::new()));
        let patterns = self.patterns.iter().filter(|(_, route)| of_version(&route));
        let patterns = patterns.filter_map(|(pattern, route)| Some((*route, fit(pattern, path)?)));
        let mut found = Refusal::new("InvalidApi.NotFound");
        let mut second_best = None;
        for (route, path) in plain.chain(patterns) {
            let description = route.description;
            if description.method.as_str() == method {
                return Ok(RouteMatch { route, path });
            }
            if description.other_methods.iter().any(|other| other.as_str() == method) {
                second_best = Some(RouteMatch { route, path });
            }
            found = Refusal::new("UnsupportedHTTPMethod");
        }
        second_best.ok_or(found)
    }

    /// The service with this version.
    pub fn service(version: &str) -> Option<&'static Service> {
        operations::PRODUCTS.iter().map(|product| product.service).find(|service| service.version == version)
    }
}

/// The values of the placeholders in a pattern; none if the path doesn't match it.
pub fn fit(pattern: &str, path: &str) -> Option<Vec<Pair>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if segment.is_empty() => return None,
            Some(name) => found.push((name.to_owned(), decode(segment, false).into_owned())),
            None if expected != segment => return None,
            None => {}
        }
    }
    segments.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::{Routes, fit};

    #[test]
    fn placeholders_stand_for_one_segment() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(fit("/a/{Id}/b", "/a/x%2Fy/b"), Some(vec![pair("Id", "x/y")]));
        for path in ["/a//b", "/a/x", "/a/x/b/c", "/b/x/b"] {
            assert_eq!(fit("/a/{Id}/b", path), None, "{path}");
        }
    }

    #[test]
    fn a_method_and_a_path_name_an_operation() {
        let routes = Routes::new();
        let find = |version, method, path| match routes.find(version, method, path) {
            Ok(found) => found.route.description.name,
            Err(refusal) => refusal.code(),
        };
        let sae = "2019-05-06";
        for (method, path, name) in [
            ("POST", "/pop/v1/paas/namespace", "CreateNamespace"),
            ("DELETE", "/pop/v1/paas/namespace", "DeleteNamespace"),
            ("PUT", "/pop/v1/sam/changeorder/AbortAndRollbackChangeOrder", "AbortAndRollbackChangeOrder"),
            ("PUT", "/pop/v5/changeorder/ChangeOrderAbortAndRollback", "AbortAndRollbackChangeOrder"),
            ("PATCH", "/pop/v1/paas/namespace", "UnsupportedHTTPMethod"),
            ("GET", "/pop/v1/nothing", "InvalidApi.NotFound"),
        ] {
            assert_eq!(find(sae, method, path), name);
        }
        assert_eq!(find("2017-08-01", "POST", "/pop/v1/paas/namespace"), "InvalidApi.NotFound");
        assert_eq!(find("2017-08-01", "POST", "/pop/v5/k8s/acs/k8s_apps"), "DeployK8sApplication");
    }
}
