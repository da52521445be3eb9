//! The proxies that code or the environment names, and where none is asked.

use std::env;
use std::ffi::OsString;
use std::net::Ipv4Addr;

use hyper::Uri;
use hyper::http::uri::Scheme;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::connect_error::{ConnectError, Failure};

/// Who says which proxy is asked.
pub(super) enum ProxyChoice {
    /// The environment, when the first request is sent.
    Environment,
    /// Code: this one, or none.
    Code(Option<Intercept>),
}

/// What `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say, in capitals or small letters.
pub(super) struct Proxies {
    http: Option<Named>,
    https: Option<Named>,
    /// Or the variable that is no text.
    exceptions: Result<Vec<Exception>, &'static str>,
}

struct Named {
    variable: &'static str,
    /// Nothing if the variable holds something else.
    proxy: Option<Intercept>,
}

/// A part of `NO_PROXY`: whatever this matcher lets pass, on any port or on one.
struct Exception {
    matcher: Matcher,
    port: Option<u16>,
}

impl Proxies {
    pub(super) fn new(choice: &ProxyChoice) -> Self {
        match choice {
            ProxyChoice::Environment => Self::from_env(),
            ProxyChoice::Code(proxy) => {
                let named =
                    || proxy.clone().map(|proxy| Named { variable: "the client", proxy: Some(proxy) });
                Self { http: named(), https: named(), exceptions: Ok(Vec::new()) }
            }
        }
    }

    fn from_env() -> Self {
        // A web server passes the header `Proxy` of a stranger to its CGI programs as HTTP_PROXY.
        if env::var_os("REQUEST_METHOD").is_some() {
            return Self { http: None, https: None, exceptions: Ok(Vec::new()) };
        }
        let named = |names: [&'static str; 4]| {
            let (variable, value) = names.into_iter().find_map(|name| Some((name, variable(name)?)))?;
            Some(Named { variable, proxy: value.to_str().and_then(proxy) })
        };
        let excepted = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| Some((name, variable(name)?)));
        Self {
            http: named(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]),
            https: named(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            exceptions: match &excepted {
                Some((variable, list)) => list.to_str().map(exceptions).ok_or(*variable),
                None => Ok(Vec::new()),
            },
        }
    }

    /// The proxy between here and there. Fails if the environment wants one that can't be used: going straight would be against its
    /// will.
    pub(super) fn on_the_way(&self, to: &Uri) -> Result<Option<&Intercept>, Failure> {
        let named = if to.scheme() == Some(&Scheme::HTTPS) { &self.https } else { &self.http };
        let Some(named) = named else { return Ok(None) };
        let exceptions = match &self.exceptions {
            _ if is_unproxied(to) => return Ok(None),
            Ok(exceptions) => exceptions,
            Err(variable) => return Err(ConnectError::new(format!("{variable} isn't UTF-8")).into()),
        };
        if exceptions.iter().any(|exception| exception.covers(to)) {
            return Ok(None);
        }
        let Some(proxy) = &named.proxy else {
            return Err(ConnectError::new(format!("{} names no proxy; {EXPECTED}", named.variable)).into());
        };
        match unusable(proxy) {
            None => Ok(Some(proxy)),
            Some(why) => Err(ConnectError::new(format!("{} names {why}", named.variable)).into()),
        }
    }

    /// Whether the proxy for plain HTTP is itself reached over TLS.
    pub(super) fn plain_needs_tls(&self) -> bool {
        let proxy = self.http.as_ref().and_then(|named| named.proxy.as_ref());
        proxy.is_some_and(|proxy| proxy.uri().scheme() == Some(&Scheme::HTTPS))
    }
}

impl Exception {
    fn new(hosts: &str, port: Option<u16>) -> Self {
        // Matchers don't tell whether an exception matches, but whether a proxy is asked nevertheless.
        Self { matcher: Matcher::builder().all(ANY_PROXY).no(hosts).build(), port }
    }

    fn covers(&self, to: &Uri) -> bool {
        let default = if to.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        self.port.is_none_or(|port| to.port_u16().unwrap_or(default) == port)
            && self.matcher.intercept(to).is_none()
    }
}

/// Those without a port together, the others one by one. Matchers know names, addresses and networks, but no ports.
fn exceptions(list: &str) -> Vec<Exception> {
    let mut everywhere = Vec::new();
    let mut out = Vec::new();
    for entry in list.split(',').map(str::trim) {
        let (host, port) = match entry.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            // More colons are an IPv6 address.
            Some((host, Ok(port))) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
            _ => (entry, None),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        match port {
            Some(port) => out.push(Exception::new(host, Some(port))),
            // Addresses too, for which a star is nothing to a matcher.
            None if host == "*" => everywhere.extend(["*", "0.0.0.0/0", "::/0"]),
            None => everywhere.push(host),
        }
    }
    out.push(Exception::new(&everywhere.join(","), None));
    out
}

/// This machine, and the instance metadata of the cloud, which hands out credentials: no proxy can reach either.
fn is_unproxied(to: &Uri) -> bool {
    let host = to.host().unwrap_or_default();
    let unproxied = |address: Ipv4Addr| address.is_loopback() || address == METADATA;
    host.eq_ignore_ascii_case("localhost") || host == "[::1]" || host.parse().is_ok_and(unproxied)
}

/// The proxy at this address. Fails with words that don't quote it, since it may have a password in it.
pub(super) fn in_code(address: &str) -> Result<Intercept, String> {
    let proxy = proxy(address).ok_or_else(|| format!("this is no address of a proxy; {EXPECTED}"))?;
    match unusable(&proxy) {
        None => Ok(proxy),
        Some(why) => Err(format!("this is the address of {why}")),
    }
}

/// What is in the way of asking this proxy.
fn unusable(proxy: &Intercept) -> Option<String> {
    match proxy.uri().scheme_str().unwrap_or_default() {
        "http" => None,
        "https" if cfg!(feature = "tls") => None,
        "https" => Some("a proxy over TLS, which needs the feature `tls`".to_owned()),
        scheme => Some(format!("a proxy that speaks {scheme}; only those that speak HTTP can be used")),
    }
}

/// A password with a bare `/`, `?`, `#` or `@` makes no address: what stands before it would be taken for the host, asked, and shown.
fn proxy(value: &str) -> Option<Intercept> {
    let value = value.trim();
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if rest.matches('@').count() > authority.matches('@').count().min(1) {
        return None;
    }
    let proxy = Matcher::builder().all(value).build().intercept(&Uri::from_static("http://anywhere"))?;
    // Ports that are none are skipped by those who read them.
    let port = proxy.uri().authority()?.as_str().rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    (port.is_none() || proxy.uri().port_u16().is_some()).then_some(proxy)
}

/// One with nothing but white space in it counts as missing.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| value.to_str().is_none_or(|text| !text.trim().is_empty()))
}

const EXPECTED: &str = "expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, in which / is written %2F, ? %3F, # %23 \
                        and @ %40";
const ANY_PROXY: &str = "http://proxy";
const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
