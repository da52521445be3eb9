//! What connections are made with and how long they are kept.

use std::net::IpAddr;
use std::time::Duration;

use super::proxies::ProxyChoice;
use super::tls::TlsSettings;

/// All of it has been checked.
pub(super) struct Config {
    pub(super) tls: TlsSettings,
    pub(super) proxy: ProxyChoice,
    pub(super) connect_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) max_idle_per_host: usize,
    pub(super) local_address: Option<IpAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tls: TlsSettings::default(),
            proxy: ProxyChoice::Environment,
            connect_timeout: CONNECT_TIMEOUT,
            idle_timeout: KEPT,
            max_idle_per_host: usize::MAX,
            local_address: None,
        }
    }
}

/// How long a connection is kept that nobody uses: less than any gateway is likely to keep it. A write that crosses with the end of its
/// connection is one whose outcome nobody knows.
const KEPT: Duration = Duration::from_secs(10);
/// As in all official SDKs. It covers proxy and TLS too.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
