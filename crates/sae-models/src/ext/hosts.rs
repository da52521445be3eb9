//! Names of hosts.

use crate::sae::HostAlias;

/// Host name and address.
///
/// ```
/// use sae_models::sae::DeployApplication;
///
/// let deploy = DeployApplication::new("app").custom_host_alias([("samplehost", "127.0.0.1")]);
/// assert_eq!(
///     deploy.custom_host_alias.unwrap_or_default().to_text(),
///     r#"[{"hostName":"samplehost","ip":"127.0.0.1"}]"#,
/// );
/// ```
impl<H: Into<String>, A: Into<String>> From<(H, A)> for HostAlias {
    fn from((host_name, ip): (H, A)) -> Self {
        Self::new(host_name, ip)
    }
}
