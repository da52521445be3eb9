//! The hosts that a server answers to. A page in a browser can have its own name lead to this machine, and would then
//! reach the server as its own site.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Uri, Version};
use sae_transport::text::{SECRET, escape_control, start_within};

use crate::domain::Refusal;

/// The hosts that a server answers to.
#[derive(Debug)]
pub struct Hosts {
    listen: IpAddr,
    others: Vec<Host>,
}

/// A host of a `Host` header or of a request line, without its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An IP address.
    Address(IpAddr),
    /// A name in lower case.
    Name(String),
}

/// Decides which hosts and origins a connection may use.
#[derive(Clone, Copy, Debug)]
pub struct HostPolicy<'a> {
    /// The hosts that the server answers to.
    pub hosts: &'a Hosts,
    /// The address that the client connected to.
    pub local: IpAddr,
    /// The address of the client.
    pub peer: IpAddr,
    /// Whether the control interface answers to clients on other machines.
    pub allow_remote: bool,
}

impl Hosts {
    /// The hosts of a server that listens at this address, plus `others`. Fails with the first of them that isn't a
    /// host.
    pub fn new(listen: SocketAddr, others: &[String]) -> Result<Self, String> {
        let read = |name: &String| Host::parse(name).filter(|_| !has_port(name)).ok_or_else(|| name.clone());
        Ok(Self { listen: listen.ip(), others: others.iter().map(read).collect::<Result<_, _>>()? })
    }
}

impl HostPolicy<'_> {
    /// Checks the host of a request. There must be exactly one, in the header or the request line or the same in both,
    /// and it must belong to this server or, for calls of the API, to the real service.
    pub fn check(self, parts: &Parts, api: bool) -> Result<(), Refusal> {
        let text =
            host_of(parts).map_err(|found| Refusal::with("Local.HostUnreadable", [printable(&found)]))?;
        let host =
            Host::parse(&text).ok_or_else(|| Refusal::with("Local.HostUnreadable", [printable(&text)]))?;
        if self.is_own(&host) || (api && host.is_service()) {
            return Ok(());
        }
        Err(Refusal::with("Local.HostUnknown", [printable(&text), host.to_string()]))
    }

    /// Whether a page of this origin may call: only pages of this server.
    pub fn is_own_origin(self, origin: &str) -> bool {
        let site = ["http://", "https://"].into_iter().find_map(|scheme| origin.strip_prefix(scheme));
        site.and_then(Host::parse).is_some_and(|host| self.is_own(&host))
    }

    /// Whether the client is on this machine.
    pub fn is_local_client(self) -> bool {
        self.peer.to_canonical().is_loopback()
    }

    /// Whether a host belongs to this server: a loopback address, the address that the client connected to, a name
    /// without a dot, or a configured host.
    fn is_own(self, host: &Host) -> bool {
        let own = match host {
            Host::Address(address) => {
                let same = |other: IpAddr| address.to_canonical() == other.to_canonical();
                address.to_canonical().is_loopback() || same(self.local) || same(self.hosts.listen)
            }
            Host::Name(name) => !name.contains('.') || name.ends_with(".localhost"),
        };
        own || self.hosts.others.contains(host)
    }
}

impl Host {
    /// Reads a host with an optional port. Users, a dot at the end, and ports above 65535 are refused.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            return (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
                .then(|| address.parse::<Ipv6Addr>().ok().map(|address| Self::Address(address.into())))
                .flatten();
        }
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        if !port.is_none_or(is_port) {
            return None;
        }
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        // Browsers read `127.1`, `0x7f.1` and `2130706433` as addresses.
        let numeric = |last: &str| last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
        let name = name.to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        (name.len() <= 253 && name.split('.').all(label) && !numeric(last) && name != "null")
            .then(|| Self::Name(name.clone()))
    }

    /// Whether it is a host of the real service.
    fn is_service(&self) -> bool {
        matches!(self, Self::Name(name) if name.ends_with(".aliyuncs.com"))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The one host of a request as it was sent. Fails with what was found if there is none or more than one.
fn host_of(parts: &Parts) -> Result<String, String> {
    let headers = parts
        .headers
        .get_all(HOST)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let headers: Vec<String> = headers.collect();
    let line = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    match (headers.as_slice(), line) {
        ([host], None) => Ok(host.clone()),
        ([host], Some(line)) if same(host, &line, &parts.uri) => Ok(host.clone()),
        // HTTP/2 has the host in the request line.
        ([], Some(line)) if parts.version == Version::HTTP_2 => Ok(line),
        (headers, line) => Err(headers.iter().cloned().chain(line).collect::<Vec<_>>().join(", ")),
    }
}

/// Whether two hosts are equal, with the default port of the URI's scheme left out.
fn same(one: &str, other: &str, uri: &Uri) -> bool {
    let port = if uri.scheme_str() == Some("https") { ":443" } else { ":80" };
    one.strip_suffix(port).unwrap_or(one).eq_ignore_ascii_case(other.strip_suffix(port).unwrap_or(other))
}

fn has_port(text: &str) -> bool {
    text.rsplit(']').next().is_some_and(|rest| rest.contains(':'))
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// A host of a request for an error message: without user and password, control characters escaped.
fn printable(text: &str) -> String {
    let hosts = text.split(", ").map(|host| {
        host.rsplit_once('@').map_or(Cow::Borrowed(host), |(_, host)| format!("{SECRET}@{host}").into())
    });
    let text = hosts.collect::<Vec<_>>().join(", ");
    escape_control(start_within(&text, LONGEST)).into_owned()
}

const LONGEST: usize = 260;

#[cfg(test)]
mod tests {
    use super::{Host, HostPolicy, Hosts};

    fn check(listen: &str, host: &str, mine: bool) {
        let hosts =
            Hosts::new(listen.parse().unwrap(), &["sae.test".to_owned(), "10.9.9.9".to_owned()]).unwrap();
        let site = HostPolicy {
            hosts: &hosts,
            local: [10, 0, 0, 7].into(),
            peer: [10, 0, 0, 1].into(),
            allow_remote: false,
        };
        assert_eq!(Host::parse(host).is_some_and(|host| site.is_own(&host)), mine, "{listen} {host}");
    }

    #[test]
    fn this_machine_names_without_a_dot_and_what_was_given_are_mine() {
        for host in [
            "127.0.0.1:80",
            "127.8.8.8",
            "localhost:9",
            "LOCALHOST",
            "a.localhost",
            "[::1]:80",
            "[::1]",
            "[::ffff:127.0.0.1]:1",
            "sae:80",
            "sae_local-1",
            "SAE.test:65535",
            "10.9.9.9:1",
            "10.0.0.7",
        ] {
            check("127.0.0.1:80", host, true);
        }
        for host in [
            "",
            ":80",
            "null",
            "evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.8",
            "sae.cn-hangzhou.aliyuncs.com",
            "[::1].evil.example",
            "[::1]evil",
            "[::1",
            "::1",
            "[::1]:",
            "[::1]:0",
            "[::1]:65536",
            "[evil]",
            "[127.0.0.1]",
            "localhost:1.evil",
            "localhost:",
            "localhost:+1",
            "localhost:0",
            "localhost:65536",
            "localhost:99999999999",
            "localhost.",
            "127.0.0.1.",
            "a..localhost",
            ".localhost",
            "user@localhost",
            "localhost@evil",
            "localhost/x",
            "localhost?x",
            "localhost#x",
            "localhost localhost",
            "localhost,localhost",
            "local\u{301}host",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "localhost%00",
            "notsae.test",
            "sae.test.evil",
        ] {
            check("127.0.0.1:80", host, false);
        }
        check("10.0.0.9:80", "10.0.0.9", true);
    }

    #[test]
    fn names_that_are_given_are_hosts_without_a_port() {
        for (name, good) in [
            ("sae.test", true),
            ("[::5]", true),
            ("1.2.3.4", true),
            ("a:80", false),
            ("", false),
            ("*.test", false),
            ("a.", false),
        ] {
            assert_eq!(
                Hosts::new("127.0.0.1:1".parse().unwrap(), &[name.to_owned()]).is_ok(),
                good,
                "{name}"
            );
        }
    }

    #[test]
    fn only_the_servers_own_pages_have_its_origin() {
        let hosts = Hosts::new("127.0.0.1:1".parse().unwrap(), &[]).unwrap();
        let site = HostPolicy {
            hosts: &hosts,
            local: [127, 0, 0, 1].into(),
            peer: [127, 0, 0, 1].into(),
            allow_remote: false,
        };
        for (origin, own) in [
            ("http://localhost:80", true),
            ("https://127.0.0.1", true),
            ("null", false),
            ("localhost", false),
            ("ftp://localhost", false),
            ("http://x.oss-cn-beijing.aliyuncs.com", false),
            ("http://localhost:1.evil", false),
        ] {
            assert_eq!(site.is_own_origin(origin), own, "{origin}");
        }
    }
}
