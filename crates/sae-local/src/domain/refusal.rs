//! Why a command is refused.

/// A refusal: an error code of the service with the arguments of its message.
///
/// The spec has the HTTP status and the message of each code.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    arguments: Vec<String>,
    reason: Option<String>,
}

impl Refusal {
    /// A code whose message has no placeholders.
    pub const fn new(code: &'static str) -> Self {
        Self { code, arguments: Vec::new(), reason: None }
    }

    /// A code with the arguments for the placeholders of its message, in order.
    pub fn with(code: &'static str, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { code, arguments: arguments.into_iter().map(Into::into).collect(), reason: None }
    }

    /// A parameter is missing.
    pub fn missing(parameter: &str) -> Self {
        Self::with("InvalidParameter.NotEmpty", [parameter])
    }

    /// A parameter has an invalid value.
    pub fn invalid(parameter: &str) -> Self {
        Self::with("InvalidParameter.Obviously", [parameter])
    }

    /// A parameter has a value that doesn't fit, for this reason.
    pub fn unfit(parameter: &str, reason: impl Into<String>) -> Self {
        Self::with("InvalidParameter.WithMessage", [parameter.to_owned(), reason.into()])
    }

    /// Adds a sentence after the first one of the message.
    #[must_use]
    pub fn with_reason(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The arguments of the message, in order.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// The message, made from the documented one of the code.
    pub fn message(&self, documented: &str) -> String {
        match (&self.reason, documented.split_once(". ")) {
            (Some(reason), Some((first, rest))) => {
                format!("{first}. {reason} {}", filled(rest, &self.arguments))
            }
            _ => filled(documented, &self.arguments),
        }
    }
}

/// Shows the code only: parameters or a security token may be among the arguments.
impl std::fmt::Debug for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Refusal").field(&self.code).finish()
    }
}

/// Fills the placeholders of a message, in order.
fn filled(message: &str, arguments: &[String]) -> String {
    let mut text = String::with_capacity(message.len());
    let mut arguments = arguments.iter();
    for (at, part) in message.split("%s").enumerate() {
        if at > 0 {
            text.push_str(arguments.next().map_or("", String::as_str));
        }
        text.push_str(part);
    }
    text
}

/// The application doesn't exist.
pub const NO_APPLICATION: Refusal = Refusal::new("InvalidApplication.NotFound");
/// The change order doesn't exist.
pub const NO_CHANGE_ORDER: Refusal = Refusal::new("InvalidChangeOrder.NotFound");
/// The namespace doesn't exist.
pub const NO_NAMESPACE: Refusal = Refusal::new("InvalidNamespaceId.NotFound");
/// Another change order of the application is running.
pub const BUSY: Refusal = Refusal::new("Application.ChangerOrderRunning");
/// The status of the application doesn't allow the operation.
pub const WRONG_STATUS: Refusal = Refusal::new("Application.InvalidStatus");
/// The application has never been deployed.
pub const NOT_DEPLOYED: Refusal = Refusal::new("Application.NotDeployYet");
/// The application would have more instances than it may have.
pub const NO_QUOTA: Refusal = Refusal::new("NoComputeResourceQuota.Exceed");

#[cfg(test)]
mod tests {
    use super::{Refusal, filled};

    #[test]
    fn what_stands_in_the_message_is_not_printed() {
        let refusal = Refusal::with("SignatureDoesNotMatch", ["GET /?OssAkSecret=hidden"]);
        assert_eq!(format!("{refusal:?}"), r#"Refusal("SignatureDoesNotMatch")"#);
    }

    #[test]
    fn gaps_are_filled_in_order() {
        let fill = |message, arguments: &[&str]| {
            filled(message, &arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(fill("CPU [%s], memory [%s].", &["1", "%s"]), "CPU [1], memory [%s].");
        assert_eq!(fill("%s", &[]), "");
        assert_eq!(fill("no gap", &["x"]), "no gap");
    }

    #[test]
    fn a_reason_follows_the_first_sentence() {
        let refusal =
            Refusal::with("IncompleteSignature", ["GET. %s"]).with_reason("The header \"%s\" is missing.");
        assert_eq!(
            refusal.message("It is bad. text:%s"),
            "It is bad. The header \"%s\" is missing. text:GET. %s"
        );
        assert_eq!(refusal.message("%s"), "GET. %s");
    }
}
