//! Kinds of packages.

use sae::model::PackageType;

/// The type of an application, from the URL of its package: a WAR file or a JAR file by the extension, ignoring query and fragment;
/// a container image without a package.
///
/// A manifest that gives no `package_type` gets this one. Programs that create applications themselves can use the same rule:
///
/// ```
/// use sae::model::PackageType;
/// use sae_manifest::package_type;
///
/// assert_eq!(package_type(Some("https://example.com/shop.war?version=2")), PackageType::War);
/// assert_eq!(package_type(Some("https://example.com/shop.jar")), PackageType::FatJar);
/// assert_eq!(package_type(None), PackageType::Image);
/// ```
pub fn package_type(package_url: Option<&str>) -> PackageType {
    let Some(url) = package_url else { return PackageType::Image };
    let file = url.split(['?', '#']).next().unwrap_or(url);
    if file.to_ascii_lowercase().ends_with(".war") { PackageType::War } else { PackageType::FatJar }
}
