//! The microservices that applications register.

use std::net::Ipv4Addr;

use crate::domain::Application;

/// A microservice. It has the name of its application, because nothing here runs a program that could name another.
pub struct Microservice<'a> {
    /// The application that registers it.
    pub application: &'a Application,
    /// The registry, as `MicroRegistration` names it.
    pub registry: &'a str,
    /// The addresses of the instances that run.
    pub addresses: Vec<Ipv4Addr>,
}

impl<'a> Microservice<'a> {
    /// The microservice of an application; none if it names no registry, or if no instance runs.
    pub fn of(application: &'a Application) -> Option<Self> {
        let registry = application.configuration.setting("MicroRegistration")?;
        let running = application.instances.iter().filter(|instance| instance.is_running());
        let addresses: Vec<_> = running.map(|instance| instance.address).collect();
        (!addresses.is_empty()).then_some(Self { application, registry, addresses })
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.application.name
    }
}

/// The group of a microservice.
pub const GROUP: &str = "DEFAULT_GROUP";
/// The framework of a microservice.
pub const FRAMEWORK: &str = "springCloud";
/// The port of a microservice.
pub const PORT: i64 = 8080;
/// The protocol of a microservice.
pub const PROTOCOL: &str = "HTTP";
/// The version of a microservice.
pub const VERSION: &str = "1.0.0";
