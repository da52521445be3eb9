//! Kinds of packages.

/// Whether the URL of a package names a WAR file, ignoring query and fragment. Others are JAR files, unless a manifest gives a type.
pub fn is_war(url: &str) -> bool {
    let file = url.split(['?', '#']).next().unwrap_or(url);
    file.to_ascii_lowercase().ends_with(".war")
}
