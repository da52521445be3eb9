//! Why a command is refused.

/// A refusal: a code of the service and what stands in the gaps of its message.
///
/// Status and message belong to the code and come from the spec.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    arguments: Vec<String>,
}

impl Refusal {
    /// A code whose message has no gap.
    pub const fn new(code: &'static str) -> Self {
        Self { code, arguments: Vec::new() }
    }

    /// A code with what fills the gaps of its message, in order.
    pub fn with(code: &'static str, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { code, arguments: arguments.into_iter().map(Into::into).collect() }
    }

    /// A parameter is missing.
    pub fn missing(parameter: &str) -> Self {
        Self::with("InvalidParameter.NotEmpty", [parameter])
    }

    /// A parameter has a value that can't be right.
    pub fn invalid(parameter: &str) -> Self {
        Self::with("InvalidParameter.Obviously", [parameter])
    }

    /// A parameter has a value that doesn't fit, for this reason.
    pub fn unfit(parameter: &str, reason: impl Into<String>) -> Self {
        Self::with("InvalidParameter.WithMessage", [parameter.to_owned(), reason.into()])
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What fills the gaps of the message, in order.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }
}

/// The code alone: parameters and the security token may stand in what the client signed.
impl std::fmt::Debug for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Refusal").field(&self.code).finish()
    }
}

/// There is no such application.
pub const NO_APPLICATION: Refusal = Refusal::new("InvalidApplication.NotFound");
/// There is no such change order.
pub const NO_CHANGE_ORDER: Refusal = Refusal::new("InvalidChangeOrder.NotFound");
/// There is no such namespace.
pub const NO_NAMESPACE: Refusal = Refusal::new("InvalidNamespaceId.NotFound");
/// Another change order of the application runs.
pub const BUSY: Refusal = Refusal::new("Application.ChangerOrderRunning");
/// The application is not in a state in which this can be done.
pub const WRONG_STATUS: Refusal = Refusal::new("Application.InvalidStatus");
/// The application has never been deployed.
pub const NOT_DEPLOYED: Refusal = Refusal::new("Application.NotDeployYet");
/// The application asks for more instances than it may have.
pub const NO_QUOTA: Refusal = Refusal::new("NoComputeResourceQuota.Exceed");

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn what_stands_in_the_message_is_not_printed() {
        let refusal = Refusal::with("SignatureDoesNotMatch", ["GET /?OssAkSecret=hidden"]);
        assert_eq!(format!("{refusal:?}"), r#"Refusal("SignatureDoesNotMatch")"#);
    }
}
