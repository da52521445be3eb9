//! What a request needs at the moment when it is signed: date and nonce. The only file of this crate that reads a clock and
//! randomness.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::pairs::Pair;
use crate::{Scheme, SignError, content_md5, sha256_hex};

impl Scheme {
    /// The time of the system's clock, as the scheme writes a date: the value of [`Scheme::date_header`]. Services refuse a request
    /// whose date is more than 15 minutes away from their own.
    ///
    /// Fails with [`SignError::Clock`] if the clock shows a year that is not between 1970 and 9999.
    ///
    /// ```
    /// use sae_sign::Scheme;
    ///
    /// let date = Scheme::Acs3.date_now()?;
    /// assert!(Scheme::Acs3.read_date(&date).is_some());
    /// # Ok::<(), sae_sign::SignError>(())
    /// ```
    pub fn date_now(self) -> Result<String, SignError> {
        let seconds = since_1970().and_then(|since| i64::try_from(since.as_secs()).ok());
        seconds.and_then(|seconds| self.write_date(seconds)).ok_or(SignError::Clock)
    }

    /// The headers by which one request differs from the next: date, nonce, and what the scheme wants to hear about the body. Make
    /// them anew for each attempt; a service takes a nonce once.
    ///
    /// | scheme | headers |
    /// | --- | --- |
    /// | ROA | `date`, `x-acs-signature-nonce`, `x-acs-signature-method`, `x-acs-signature-version`; `content-md5` if there is a body |
    /// | ACS3 | `x-acs-date`, `x-acs-signature-nonce`, `x-acs-content-sha256` |
    ///
    /// The caller adds `host`, which ACS3 signs, `x-acs-version`, `x-acs-action`, and `accept` and `content-type` where they are sent.
    ///
    /// Fails with [`SignError::Clock`] if the clock shows a year that is not between 1970 and 9999.
    ///
    /// ```
    /// use sae_sign::{Credentials, Request, Scheme, sign};
    ///
    /// let mut headers = Scheme::Acs3.fresh_headers(b"")?;
    /// headers.push(("host".into(), "sae.cn-hangzhou.aliyuncs.com".into()));
    /// headers.push(("x-acs-action".into(), "DescribeRegions".into()));
    /// headers.push(("x-acs-version".into(), "2019-05-06".into()));
    /// let path = "/pop/v1/paas/regionConfig";
    /// let request = Request { method: "GET", path, query: &[], headers: &headers, body: b"" };
    /// let signed = sign(Scheme::Acs3, &request, &Credentials::new("my-key-id", "my-key-secret"))?;
    /// headers.push(("authorization".into(), signed.authorization.into()));
    /// headers.iter().for_each(|(name, value)| println!("{name}: {value}"));
    /// # assert_eq!(headers.len(), 7);
    /// # Ok::<(), sae_sign::SignError>(())
    /// ```
    pub fn fresh_headers<'a>(self, body: &[u8]) -> Result<Vec<Pair<'a>>, SignError> {
        let mut headers: Vec<Pair<'a>> = Vec::with_capacity(12);
        headers.push((self.date_header().into(), self.date_now()?.into()));
        headers.push(("x-acs-signature-nonce".into(), nonce().into()));
        match self {
            Self::Acs3 => headers.push(("x-acs-content-sha256".into(), sha256_hex(body).into())),
            Self::Roa => {
                headers.push(("x-acs-signature-method".into(), "HMAC-SHA1".into()));
                headers.push(("x-acs-signature-version".into(), "1.0".into()));
                if !body.is_empty() {
                    headers.push(("content-md5".into(), content_md5(body).into()));
                }
            }
        }
        Ok(headers)
    }
}

/// A nonce that no other request has: the time to the nanosecond and 64 random bits, in hex. It need not be secret.
///
/// ```
/// let nonce = sae_sign::nonce();
/// assert!(sae_sign::is_nonce(&nonce));
/// assert_ne!(nonce, sae_sign::nonce());
/// ```
pub fn nonce() -> String {
    let since = since_1970().unwrap_or_default();
    let time = u128::from(since.as_secs()) << 32 | u128::from(since.subsec_nanos());
    // The keys of a hasher are random, and each has keys of its own.
    let random = RandomState::new().hash_one(time);
    format!("{:x}", time << 64 | u128::from(random))
}

/// The time since the beginning of 1970; nothing before it.
fn since_1970() -> Option<Duration> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::Scheme::{Acs3, Roa};
    use crate::{Credentials, Request, is_nonce, nonce, sign, verify};

    #[test]
    fn a_request_with_fresh_headers_is_signed_and_verified() {
        for (scheme, body) in [(Roa, ""), (Roa, "{}"), (Acs3, ""), (Acs3, "{}")] {
            let mut headers = scheme.fresh_headers(body.as_bytes()).unwrap_or_default();
            headers.push(("host".into(), "sae.cn-hangzhou.aliyuncs.com".into()));
            let request =
                Request { method: "POST", path: "/", query: &[], headers: &headers, body: body.as_bytes() };
            let signed = sign(scheme, &request, &Credentials::new("id", "secret"));
            let verified = signed.map(|signed| verify(&request, &signed.authorization, "secret"));
            assert_eq!(verified, Ok(Ok(())), "{scheme} {body:?}");
            let has_md5 = headers.iter().any(|(name, _)| name == "content-md5");
            assert_eq!(has_md5, scheme == Roa && !body.is_empty());
        }
    }

    #[test]
    fn no_nonce_comes_twice() {
        let nonces: HashSet<String> = (0..10_000).map(|_| nonce()).collect();
        assert_eq!(nonces.len(), 10_000);
        assert!(nonces.iter().all(|nonce| is_nonce(nonce)));
    }
}
