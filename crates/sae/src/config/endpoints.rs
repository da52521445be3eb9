//! The endpoints of services.

use std::borrow::Cow;

use sae_transport::client::Endpoint;
use sae_transport::{Error, ErrorKind, Service};

/// The endpoints of a client.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// By product.
    known: Vec<(&'static str, Endpoint)>,
    /// Products whose endpoint was set; a region doesn't change it.
    fixed: Vec<&'static str>,
    vpc: bool,
}

impl Endpoints {
    /// Uses the endpoints that are set, then those of the region.
    ///
    /// Fails with [`ErrorKind::Config`] if an endpoint that is set is malformed.
    pub(super) fn new(
        set: [(&'static Service, Option<String>); 2],
        region: Option<&str>,
        vpc: bool,
    ) -> Result<Self, Error> {
        let mut endpoints = Self { known: Vec::new(), fixed: Vec::new(), vpc };
        for (service, text) in set {
            if let Some(text) = text {
                endpoints.known.push((service.product, text.parse()?));
                endpoints.fixed.push(service.product);
            } else if let Some(Ok(endpoint)) = region.map(|region| Endpoint::regional(service, region, vpc)) {
                // If the region has no endpoint, the call that needs one fails.
                endpoints.known.push((service.product, endpoint));
            }
        }
        Ok(endpoints)
    }

    /// The endpoint of a service in the region of the client.
    ///
    /// Fails with [`ErrorKind::Config`] if neither an endpoint nor a region is set.
    pub(crate) fn of(&self, service: &Service, region: Option<&str>) -> Result<Cow<'_, Endpoint>, Error> {
        if let Some((_, endpoint)) = self.known.iter().find(|(product, _)| *product == service.product) {
            return Ok(Cow::Borrowed(endpoint));
        }
        let Some(region) = region else {
            let message = "no region: give a region or an endpoint, or set ALIBABA_CLOUD_REGION_ID";
            return Err(Error::new(ErrorKind::Config, message));
        };
        Endpoint::regional(service, region, self.vpc).map(Cow::Owned)
    }

    /// The endpoint of a service in another region, unless one is set for the client.
    pub(crate) fn within(&self, service: &Service, region: &str) -> Result<Cow<'_, Endpoint>, Error> {
        if self.fixed.contains(&service.product) {
            return self.of(service, Some(region));
        }
        Endpoint::regional(service, region, self.vpc).map(Cow::Owned)
    }
}
