//! Access to the control interface: programs on this machine, but no pages in a browser.

use crate::control::error::{ControlError, ControlErrorKind};
use crate::protocol::host::HostPolicy;
use crate::protocol::request::HttpRequest;

/// Refuses requests from other machines, unless the server allows them, and requests that a page of another site could
/// send from a browser: those with a foreign origin, and those with the media type of a form. The host was checked
/// before.
pub fn check(policy: HostPolicy<'_>, request: &HttpRequest) -> Result<(), ControlError> {
    let foreign = |what: String| Err(ControlError::new(ControlErrorKind::Foreign, what));
    if !policy.allow_remote && !policy.is_local_client() {
        return foreign(
            "the control interface has no password and answers to this machine alone: start with --insecure \
             (Builder::insecure) to open it"
                .to_owned(),
        );
    }
    let mut origins = request.headers.iter().filter(|(name, _)| name == "origin");
    if let Some((_, origin)) = origins.find(|(_, origin)| !policy.is_own_origin(origin)) {
        return foreign(format!("the control interface refuses pages of {origin:?}"));
    }
    if let Some(name) = &request.not_utf8 {
        return Err(ControlError::invalid(format!("{name:?} is not valid UTF-8")));
    }
    let writes = ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) || !request.body.is_empty();
    let kind = request.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if writes && !essence.eq_ignore_ascii_case("application/json") {
        let message = "the media type must be application/json: send the header content-type";
        return Err(ControlError::new(ControlErrorKind::MediaType, message));
    }
    Ok(())
}
