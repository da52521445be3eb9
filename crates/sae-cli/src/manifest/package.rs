//! Kinds of packages.

/// Whether the URL of a package names a WAR file, ignoring query and fragment.
pub fn is_war(url: &str) -> bool {
    let file = url.split(['?', '#']).next().unwrap_or(url);
    file.to_ascii_lowercase().ends_with(".war")
}
