//! Listeners of load balancers.

#[cfg(feature = "sae-slb")]
mod slb {
    use crate::sae::{SlbListenerPort, SlbProtocol};

    impl SlbListenerPort {
        /// A TCP listener at a port, which leads to a port of the container.
        ///
        /// ```
        /// use sae_models::sae::{BindSlb, SlbListenerPort};
        ///
        /// let bind = BindSlb::new("app")
        ///     .internet([SlbListenerPort::tcp(80, 8080), SlbListenerPort::https(443, 8080, "certificate")]);
        /// assert_eq!(
        ///     bind.internet.unwrap_or_default().to_text(),
        ///     concat!(
        ///         r#"[{"port":80,"targetPort":8080,"protocol":"TCP"},"#,
        ///         r#"{"port":443,"targetPort":8080,"protocol":"HTTPS","httpsCertId":"certificate"}]"#,
        ///     ),
        /// );
        /// ```
        pub fn tcp(port: u16, target_port: u16) -> Self {
            Self::new(port, target_port, SlbProtocol::Tcp)
        }

        /// An HTTP listener.
        pub fn http(port: u16, target_port: u16) -> Self {
            Self::new(port, target_port, SlbProtocol::Http)
        }

        /// An HTTPS listener with the identifier of its certificate.
        pub fn https(port: u16, target_port: u16, certificate: impl Into<String>) -> Self {
            Self::new(port, target_port, SlbProtocol::Https).https_cert_id(certificate)
        }
    }
}
