use subtle::ConstantTimeEq as _;

/// Whether two secrets are equal, in a time that tells nothing of where they differ. Only their lengths can show.
///
/// ```
/// assert!(sae_sign::same_secret("token", "token"));
/// assert!(!sae_sign::same_secret("token", "tokem"));
/// ```
pub fn same_secret(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}
