//! Ingresses.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::configuration::Settings;
use crate::domain::{Millis, Refusal};

/// An ingress: a listener on a load balancer, with rules that route its requests to applications of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingress {
    /// Identifier.
    pub id: i64,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Description.
    pub description: String,
    /// Identifier of the load balancer.
    pub slb: String,
    /// Kind of the load balancer.
    pub kind: LoadBalancerKind,
    /// The network of a load balancer that was created for it; none for one that was there.
    pub network: Option<String>,
    /// When it was created.
    pub created: Millis,
    /// What can change.
    pub routes: Routes,
}

/// The listener of an ingress and its rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routes {
    /// The port that clients connect to.
    pub port: i64,
    /// The protocol that was asked for.
    pub protocol: Option<String>,
    /// Identifier of the certificate; CLB uses it.
    pub certificate: String,
    /// Identifiers of the certificates, separated by commas; ALB uses them.
    pub certificates: String,
    /// Where requests go that no rule matches.
    pub default: Option<Backend>,
    /// Where requests go, by domain and path.
    pub rules: Vec<Route>,
    /// Seconds that a connection may idle.
    pub idle_timeout: i64,
    /// Seconds that an application has for its answer.
    pub request_timeout: i64,
    /// Other parameters, by wire name, as they were sent.
    pub settings: Settings,
}

/// A port of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backend {
    /// Identifier of the application.
    pub application: String,
    /// Port of the container.
    pub port: i64,
}

/// Where requests for a domain and a path go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The application.
    pub backend: Backend,
    /// Domain.
    pub domain: String,
    /// Path.
    pub path: String,
    /// Path that replaces that of the request.
    pub rewrite: Option<String>,
    /// Protocol to the application.
    pub protocol: Option<String>,
}

/// Kind of a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadBalancerKind {
    /// Classic Load Balancer.
    Clb,
    /// Application Load Balancer.
    Alb,
}

impl LoadBalancerKind {
    /// Reads the wire spelling.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "clb" => Ok(Self::Clb),
            "alb" => Ok(Self::Alb),
            _ => Err(Refusal::invalid("LoadBalanceType")),
        }
    }

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clb => "clb",
            Self::Alb => "alb",
        }
    }

    /// The beginning of its identifiers.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Clb => "lb-",
            Self::Alb => "alb-",
        }
    }
}

impl Ingress {
    /// The protocol of the listener: the one that was asked for, otherwise HTTPS if it has a certificate.
    pub fn protocol(&self) -> &str {
        self.routes.protocol.as_deref().unwrap_or(if self.certified() { "HTTPS" } else { "HTTP" })
    }

    /// All its applications.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        let rules = self.routes.rules.iter().map(|rule| &rule.backend);
        self.routes.default.iter().chain(rules)
    }

    fn certified(&self) -> bool {
        match self.kind {
            LoadBalancerKind::Clb => !self.routes.certificate.is_empty(),
            LoadBalancerKind::Alb => !self.routes.certificates.is_empty(),
        }
    }

    /// Refuses an ingress that breaks a rule, apart from those about other items of the state.
    pub fn check(&self) -> Result<(), Refusal> {
        let routes = &self.routes;
        if !is_port(routes.port) {
            return Err(Refusal::invalid("ListenerPort"));
        }
        match self.protocol() {
            "HTTP" => {}
            "HTTPS" if self.certified() => {}
            "HTTPS" => {
                let parameter = if self.kind == LoadBalancerKind::Clb { "CertId" } else { "CertIds" };
                return Err(Refusal::unfit(parameter, "a listener for HTTPS needs a certificate"));
            }
            _ => return Err(Refusal::invalid("ListenerProtocol")),
        }
        if !(1..=60).contains(&routes.idle_timeout) {
            return Err(Refusal::invalid("IdleTimeout"));
        }
        if !(1..=180).contains(&routes.request_timeout) {
            return Err(Refusal::invalid("RequestTimeout"));
        }
        if routes.rules.len() > RULE_LIMIT {
            return Err(Refusal::new("Exceed.IngressRule"));
        }
        if routes.rules.is_empty() && routes.default.is_none() {
            return Err(Refusal::missing("Rules"));
        }
        if routes.default.as_ref().is_some_and(|default| !is_port(default.port)) {
            return Err(Refusal::invalid("DefaultRule.containerPort"));
        }
        let mut seen = BTreeSet::new();
        for (at, rule) in routes.rules.iter().enumerate() {
            let invalid = |member: &str| Err(Refusal::invalid(&format!("Rules[{at}].{member}")));
            if !is_domain(&rule.domain) {
                return invalid("domain");
            }
            if !self.is_path(&rule.path) {
                return invalid("path");
            }
            if !is_port(rule.backend.port) {
                return invalid("containerPort");
            }
            if rule.protocol.as_deref().is_some_and(|protocol| !BACKEND_PROTOCOLS.contains(&protocol)) {
                return invalid("backendProtocol");
            }
            if !seen.insert((rule.domain.to_ascii_lowercase(), &rule.path)) {
                return Err(Refusal::unfit("Rules", "two rules have the same domain and path"));
            }
        }
        Ok(())
    }

    /// Whether a path begins with a slash and has the characters that the load balancer knows. ALB takes regular
    /// expressions, too.
    fn is_path(&self, path: &str) -> bool {
        let known = |c: char| c.is_ascii_alphanumeric() || "-/.%?#&_=~@:".contains(c);
        path.starts_with('/')
            && (self.kind == LoadBalancerKind::Alb || (path.len() <= PATH_LIMIT && path.chars().all(known)))
    }
}

/// Whether a domain consists of labels of letters, digits and hyphens; the first may be an asterisk.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let rest = domain.strip_prefix("*.").unwrap_or(domain);
    domain.len() <= 253 && rest.split('.').all(label)
}

fn is_port(port: i64) -> bool {
    (1..=65_535).contains(&port)
}

/// How many rules an ingress may have.
const RULE_LIMIT: usize = 40;
/// How long a path of CLB may be.
const PATH_LIMIT: usize = 80;
const BACKEND_PROTOCOLS: &[&str] = &["http", "https", "grpc"];
