//! Where requests go.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::{Error, ErrorKind, Service};

/// The address of a service: scheme, host and port. Checked once, when it is made.
///
/// ```
/// use sae_transport::client::Endpoint;
///
/// let local: Endpoint = "http://127.0.0.1:8080".parse()?;
/// assert_eq!(local.host(), "127.0.0.1:8080");
/// assert_eq!((local.name(), local.port()), ("127.0.0.1", 8080));
/// let cloud: Endpoint = "sae.cn-hangzhou.aliyuncs.com".parse()?;
/// assert_eq!(cloud.to_string(), "https://sae.cn-hangzhou.aliyuncs.com");
/// # Ok::<(), sae_transport::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Scheme and host, without a slash at the end.
    origin: String,
    host_at: usize,
}

impl Endpoint {
    /// The endpoint of a service in a region, or inside a VPC of it, by the service's table and rule.
    ///
    /// Fails with [`ErrorKind::Config`] if the region is none, or has no such endpoint.
    pub fn regional(service: &Service, region: &str, vpc: bool) -> Result<Self, Error> {
        check_region(region)?;
        let known = service.regions.iter().find(|known| known.id == region);
        let (exception, rule) = if vpc {
            (known.and_then(|known| known.vpc_endpoint), service.vpc_endpoint)
        } else {
            (known.and_then(|known| known.public_endpoint), service.public_endpoint)
        };
        match exception {
            Some("") => {
                let network = if vpc { "VPC" } else { "public" };
                Err(Error::new(
                    ErrorKind::Config,
                    format!("{} has no {network} endpoint in {region}", service.title),
                ))
            }
            Some(host) => host.parse(),
            None => rule.replace("{region}", region).parse(),
        }
    }

    /// Host and port, as in the `Host` header.
    pub fn host(&self) -> &str {
        self.origin.get(self.host_at..).unwrap_or_default()
    }

    /// The host alone: a name, or an address without brackets.
    pub fn name(&self) -> &str {
        let name = self.split().0;
        name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name)
    }

    /// The port: 443 with HTTPS and 80 without, unless the text has another.
    pub fn port(&self) -> u16 {
        let usual = if self.is_https() { 443 } else { 80 };
        self.split().1.and_then(|port| port.parse().ok()).unwrap_or(usual)
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.host().rsplit_once(':') {
            Some((name, port)) if !self.host().ends_with(']') => (name, Some(port)),
            _ => (self.host(), None),
        }
    }

    /// Whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    pub(crate) fn url(&self, path: &str, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        [self.origin.as_str(), path, mark, query].concat()
    }
}

/// A region becomes part of a host name: lower-case letters, digits and hyphens alone are taken, a letter first.
pub fn check_region(region: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let begins = region.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if begins && !region.ends_with('-') && region.len() <= 63 && region.bytes().all(fits) {
        return Ok(());
    }
    let message = format!(
        "{region:?} is no region: expected lower-case letters, digits and hyphens, as in cn-hangzhou"
    );
    Err(Error::new(ErrorKind::Config, message))
}

/// Takes `https://host`, `http://host:port` or a bare host, which means HTTPS.
impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| {
            let message = format!("the endpoint {why}; expected https://HOST, http://HOST:PORT or HOST");
            Err(Error::new(ErrorKind::Config, message))
        };
        let text = text.trim();
        let (scheme, host) = match text.split_once("://") {
            Some((scheme, host)) if scheme.eq_ignore_ascii_case("https") => ("https", host),
            Some((scheme, host)) if scheme.eq_ignore_ascii_case("http") => ("http", host),
            Some(_) => return refuse("has a scheme that is neither https nor http"),
            None => ("https", text),
        };
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.is_empty() {
            return refuse("is empty");
        }
        if host.contains('@') {
            return refuse("holds a user name");
        }
        if host.contains(['/', '?', '#']) {
            return refuse("holds more than a host and a port");
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !host.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with('+')) {
            return refuse("has a port that is no number up to 65535");
        }
        if !is_host(name) {
            return refuse("has a host that is no name and no address");
        }
        Ok(Self { origin: format!("{scheme}://{host}"), host_at: scheme.len() + 3 })
    }
}

/// A DNS name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(name: &str) -> bool {
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_number = name.rsplit('.').next().is_some_and(is_number);
    name.len() <= 253 && name.split('.').all(label) && (!ends_in_number || name.parse::<Ipv4Addr>().is_ok())
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}
