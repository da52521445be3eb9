//! What kind of package a URL leads to.

/// Whether a package is a WAR file, going by its name without what may follow it in a URL.
pub fn is_war(url: &str) -> bool {
    let file = url.split(['?', '#']).next().unwrap_or(url);
    file.to_ascii_lowercase().ends_with(".war")
}
