//! Who may use the control interface: programs on this machine, not pages in a browser.

use std::net::{IpAddr, SocketAddr};

use super::{ControlError, ControlErrorKind};
use crate::arrival::Arrival;

/// Where a request arrived.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The address that the server listens on.
    pub listen: SocketAddr,
    /// The address to which the client has connected.
    pub reached: IpAddr,
}

impl Site {
    /// Refuses what a page of another site could send from a browser: one that asks for this server by a name of its own,
    /// or that says where it comes from, or that sends what a form can send.
    pub fn check(self, arrival: &Arrival) -> Result<(), ControlError> {
        let foreign = |what: String| Err(ControlError::new(ControlErrorKind::Foreign, what));
        let host = arrival.header("host").unwrap_or_default();
        if !self.is_mine(host_of(host)) {
            return foreign(format!(
                "the control interface answers to localhost and to the address of the server, not to {host:?}"
            ));
        }
        if let Some(origin) = arrival.header("origin") {
            let site = origin.split_once("://").map_or(origin, |(_, site)| site);
            if !self.is_mine(host_of(site)) {
                return foreign(format!("the control interface is not for pages of {origin:?}"));
            }
        }
        let writes = ["POST", "PUT", "PATCH"].contains(&arrival.method.as_str()) || !arrival.body.is_empty();
        let kind = arrival.header("content-type").unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if writes && !essence.eq_ignore_ascii_case("application/json") {
            let message = "the media type must be application/json: send the header content-type";
            return Err(ControlError::new(ControlErrorKind::MediaType, message));
        }
        Ok(())
    }

    /// Whether a host is this machine or the address of the server. Behind an address that stands for all, as in a
    /// container, a name without a dot is good too: no name in the public DNS is like that.
    fn is_mine(self, host: &str) -> bool {
        if let Ok(address) = host.parse::<IpAddr>() {
            return address.is_loopback() || address == self.reached || address == self.listen.ip();
        }
        let host = host.to_ascii_lowercase();
        let single = !host.is_empty() && !host.contains('.') && host != "null";
        let everywhere = self.listen.ip().is_unspecified();
        host == "localhost" || host.ends_with(".localhost") || (everywhere && single)
    }
}

/// A host without its port, an IPv6 address without its brackets.
fn host_of(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    text.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn only_this_machine_and_the_servers_address_are_mine() {
        let site = |listen: &str| Site { listen: listen.parse().unwrap(), reached: [10, 0, 0, 7].into() };
        for (listen, host, mine) in [
            ("127.0.0.1:80", "127.0.0.1:80", true),
            ("127.0.0.1:80", "localhost:9", true),
            ("127.0.0.1:80", "[::1]:80", true),
            ("127.0.0.1:80", "LOCALHOST", true),
            ("127.0.0.1:80", "evil.example", false),
            ("127.0.0.1:80", "127.0.0.1.evil.example", false),
            ("127.0.0.1:80", "10.0.0.8", false),
            ("127.0.0.1:80", "sae:80", false),
            ("127.0.0.1:80", "", false),
            ("127.0.0.1:80", "null", false),
            ("10.0.0.7:80", "10.0.0.7:80", true),
            ("0.0.0.0:80", "10.0.0.7:80", true),
            ("0.0.0.0:80", "10.0.0.8:80", false),
            ("0.0.0.0:80", "sae:80", true),
            ("0.0.0.0:80", "evil.example", false),
            ("0.0.0.0:80", "null", false),
        ] {
            assert_eq!(site(listen).is_mine(super::host_of(host)), mine, "{listen} {host}");
        }
    }
}
