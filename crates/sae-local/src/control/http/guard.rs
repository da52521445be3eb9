//! Who may use the control interface: programs on this machine, not pages in a browser.

use crate::control::error::{ControlError, ControlErrorKind};
use crate::protocol::host::HostPolicy;
use crate::protocol::request::HttpRequest;

/// Refuses a client on another machine, unless the server was opened for them, and what a page of another site could send from a
/// browser: one that says where it comes from, or that sends what a form can send. For whom a request is has been checked before.
pub fn check(site: HostPolicy<'_>, request: &HttpRequest) -> Result<(), ControlError> {
    let foreign = |what: String| Err(ControlError::new(ControlErrorKind::Foreign, what));
    if !site.open && !site.is_near() {
        return foreign(
            "the control interface has no password and answers to this machine alone: start with --insecure \
             (Builder::insecure) to open it"
                .to_owned(),
        );
    }
    let mut origins = request.headers.iter().filter(|(name, _)| name == "origin");
    if let Some((_, origin)) = origins.find(|(_, origin)| !site.is_own_origin(origin)) {
        return foreign(format!("the control interface is not for pages of {origin:?}"));
    }
    if let Some(name) = &request.garbled {
        return Err(ControlError::invalid(format!("{name:?} is no text")));
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
