//! The endpoints of services.

use std::borrow::Cow;
use std::str::FromStr as _;

use sae_transport::client::{Endpoint, check_region};
use sae_transport::{Error, ErrorKind, Service};

/// The endpoints of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    /// That of every service, from the options of calls.
    all: Option<Endpoint>,
    /// By product.
    known: Vec<(&'static str, Endpoint)>,
    /// Products whose endpoint was set; a region doesn't change it.
    fixed: Vec<&'static str>,
    vpc: bool,
    /// Why a call can't be sent: an option that isn't an endpoint or a region.
    malformed: Option<String>,
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
        let mut endpoints = Self { vpc, ..Self::default() };
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
    /// Fails with [`ErrorKind::Config`] if neither an endpoint nor a region is set, or if one is malformed.
    pub(crate) fn of(&self, service: &Service, region: Option<&str>) -> Result<Cow<'_, Endpoint>, Error> {
        if let Some(message) = &self.malformed {
            return Err(Error::new(ErrorKind::Config, message));
        }
        if let Some(endpoint) = &self.all {
            return Ok(Cow::Borrowed(endpoint));
        }
        if let Some((_, endpoint)) = self.known.iter().find(|(product, _)| *product == service.product) {
            return Ok(Cow::Borrowed(endpoint));
        }
        let Some(region) = region else {
            let message = "no region: give a region or an endpoint, or set ALIBABA_CLOUD_REGION_ID";
            return Err(Error::new(ErrorKind::Config, message));
        };
        Endpoint::regional(service, region, self.vpc).map(Cow::Owned)
    }

    /// The endpoints with an endpoint of every service, or else another region, on top. If one is malformed, [`Endpoints::of`] fails.
    pub(crate) fn moved(&self, endpoint: Option<&str>, region: Option<&str>) -> Self {
        let mut moved = self.clone();
        if let Some(Err(error)) = region.map(check_region) {
            moved.malformed = Some(error.message().to_owned());
        } else if region.is_some() {
            moved.known.retain(|(product, _)| self.fixed.contains(product));
        }
        match endpoint.map(Endpoint::from_str) {
            None => {}
            Some(Ok(endpoint)) => moved.all = Some(endpoint),
            Some(Err(error)) => moved.malformed = Some(error.message().to_owned()),
        }
        moved
    }
}
