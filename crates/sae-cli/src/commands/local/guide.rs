//! How to point an SDK at the server, printed on a terminal.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use console::style;

use crate::output::status::status;

/// How to point an SDK at the server.
pub struct Guide {
    host: String,
    id: String,
    /// The secret of the default key, or a placeholder: a given secret isn't repeated.
    secret: &'static str,
}

impl Guide {
    pub fn new(address: SocketAddr, id: Option<&str>) -> Self {
        let mut reached = address;
        match address {
            SocketAddr::V4(one) if one.ip().is_unspecified() => reached.set_ip(Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(one) if one.ip().is_unspecified() => reached.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Self {
            host: reached.to_string(),
            id: id.unwrap_or("local").to_owned(),
            secret: if id.is_some() { "SECRET" } else { "local-secret" },
        }
    }

    pub fn print(&self) {
        let Self { host, id, secret } = self;
        status!("");
        for (name, value) in [
            ("access key", format!("{id}, secret {secret}")),
            ("control", format!("curl http://{host}/_local/")),
            (
                "CLI",
                format!(
                    "ALIBABA_CLOUD_ACCESS_KEY_ID={id} ALIBABA_CLOUD_ACCESS_KEY_SECRET={secret} \
                     sae call ListApplications --endpoint http://{host}"
                ),
            ),
            (
                "Rust",
                format!(
                    "sae::Client::builder().endpoint(\"http://{host}\").region(\"cn-hangzhou\")\
                     .credentials(sae::Credentials::new(\"{id}\", \"{secret}\")).build()?"
                ),
            ),
            (
                "Python",
                format!(
                    "Client(Config(access_key_id=\"{id}\", access_key_secret=\"{secret}\", \
                     endpoint=\"{host}\", protocol=\"http\"))"
                ),
            ),
        ] {
            status!("  {}  {value}", style(format!("{name:<10}")).for_stderr().dim());
        }
        status!("");
    }
}
