//! Where requests go.

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind, Service};

/// The address of a service: scheme, host and port. Checked once, when it is made.
///
/// ```
/// use sae_transport::client::Endpoint;
///
/// let local: Endpoint = "http://127.0.0.1:8080".parse()?;
/// assert_eq!(local.host(), "127.0.0.1:8080");
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
    /// The public endpoint of a service in a region, by the service's table and rule.
    pub fn public(service: &Service, region: &str) -> Result<Self, Error> {
        let known = service.regions.iter().find(|known| known.id == region);
        Self::regional(
            service,
            region,
            known.and_then(|known| known.public_endpoint),
            service.public_endpoint,
        )
    }

    /// The endpoint of a service inside a VPC of a region.
    pub fn vpc(service: &Service, region: &str) -> Result<Self, Error> {
        let known = service.regions.iter().find(|known| known.id == region);
        Self::regional(service, region, known.and_then(|known| known.vpc_endpoint), service.vpc_endpoint)
    }

    fn regional(service: &Service, region: &str, exception: Option<&str>, rule: &str) -> Result<Self, Error> {
        check_region(region)?;
        match exception {
            Some("") => Err(Error::new(
                ErrorKind::Config,
                format!("{} has no such endpoint in {region}", service.title),
            )),
            Some(host) => host.parse(),
            None => rule.replace("{region}", region).parse(),
        }
    }

    /// Host and port, as in the `Host` header.
    pub fn host(&self) -> &str {
        self.origin.get(self.host_at..).unwrap_or_default()
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

/// A region becomes part of a host name: only letters, digits, `-` and `_` are taken.
pub fn check_region(region: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !region.is_empty() && region.len() <= 64 && region.bytes().all(fits) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Config,
        format!("{region:?} is no region: expected letters, digits and hyphens, as in cn-hangzhou"),
    ))
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
            Some((scheme @ ("https" | "http"), host)) => (scheme, host),
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
        if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte)) {
            return refuse("holds a character that no host name has");
        }
        let port = match host.rsplit_once(']') {
            Some((_, rest)) => rest.strip_prefix(':'),
            None => host.split_once(':').map(|(_, port)| port),
        };
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return refuse("has a port that is no number up to 65535");
        }
        Ok(Self { origin: format!("{scheme}://{host}"), host_at: scheme.len() + 3 })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}
