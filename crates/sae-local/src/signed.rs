//! What a request had signed, kept until somebody asks for it.

use std::borrow::Cow;

use sae_sign::{Request, Scheme, expected, parse_authorization};

use crate::arrival::{Arrival, borrowed};
use crate::authentication::SECURITY_TOKEN;
use crate::percent::Pair;

/// What a request had signed: its string-to-sign, or what that can be computed from.
///
/// Hardly anybody ever asks, so it isn't computed for every request again. It has no `Debug`: secrets stand in it.
#[derive(Clone, PartialEq, Eq)]
pub enum Signed {
    /// The parts of a short request without a body, but for method and path.
    Parts {
        /// Query, decoded.
        query: Vec<Pair>,
        /// Headers, names in lower case.
        headers: Vec<Pair>,
    },
    /// The string-to-sign of any other; nothing if there was no signature of a known scheme.
    Text(Option<String>),
}

impl Signed {
    /// Takes out of a request what is kept of it.
    pub fn take(arrival: &mut Arrival) -> Self {
        let bytes =
            |pairs: &[Pair]| pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if arrival.body.is_empty() && bytes(&arrival.query) + bytes(&arrival.headers) <= LONGEST {
            let (query, headers) = (&mut arrival.query, &mut arrival.headers);
            return Self::Parts { query: std::mem::take(query), headers: std::mem::take(headers) };
        }
        let (query, headers) = (borrowed(&arrival.query), borrowed(&arrival.headers));
        let mut text = string_to_sign(&arrival.request(&query, &headers));
        if let Some(text) = &mut text {
            cut(text);
        }
        Self::Text(text)
    }

    /// The string-to-sign, without the value of the security token. A very long one is cut.
    pub fn text(&self, method: &str, path: &str) -> Option<String> {
        match self {
            Self::Parts { query, headers } => {
                let (query, headers) = (&borrowed(query), &borrowed(headers));
                let mut text = string_to_sign(&Request { method, path, query, headers, body: b"" })?;
                cut(&mut text);
                Some(text)
            }
            Self::Text(text) => text.clone(),
        }
    }
}

fn string_to_sign(request: &Request<'_>) -> Option<String> {
    let (_, authorization) = request.headers.iter().find(|(name, _)| name == "authorization")?;
    let scheme = parse_authorization(authorization).ok()?.scheme;
    let mut headers = request.headers.to_vec();
    if scheme == Scheme::Roa {
        // ACS3 signs a hash, in which nobody can read the token.
        for (_, value) in headers.iter_mut().filter(|(name, _)| name == SECURITY_TOKEN) {
            *value = Cow::Borrowed("***");
        }
    }
    Some(expected(&Request { headers: &headers, ..*request }, authorization)?.string_to_sign)
}

/// JSON travels in URLs: a thousand of the longest would take a hundred megabytes.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text.shrink_to_fit();
}

const LONGEST: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::{LONGEST, cut};

    #[test]
    fn only_very_long_texts_are_cut() {
        let mut text = "é".repeat(LONGEST / 2);
        cut(&mut text);
        assert_eq!(text.len(), LONGEST);
        text.push('é');
        text.insert(0, 'x');
        cut(&mut text);
        assert!(text.ends_with("é…") && text.len() < LONGEST + 4);
    }
}
