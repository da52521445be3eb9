//! Nothing that can be printed prints a secret.

use std::borrow::Cow;

use sae_sign::{Credentials, Request, Scheme, parse_authorization, sign, verify};

/// What ACS3 needs of each request, and a header besides.
fn with(name: &'static str, value: &'static str) -> [(Cow<'static, str>, Cow<'static, str>); 4] {
    [("host", "h"), ("x-acs-date", "2019-08-26T08:55:56Z"), ("x-acs-signature-nonce", "n"), (name, value)]
        .map(|(name, value)| (name.into(), value.into()))
}

#[test]
fn secrets_are_never_printed() {
    let query = [("OssAkSecret".into(), "TOP-query".into())];
    let headers = with("x-acs-bearer-token", "TOP-header");
    let request = Request { method: "POST", path: "/", query: &query, headers: &headers, body: b"TOP-body" };
    let credentials = Credentials::new("id", "TOP-secret").with_token("TOP-token");
    let mut printed = vec![format!("{request:?}"), format!("{request:#?}"), format!("{credentials:#?}")];
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        let signed = sign(scheme, &request, &credentials).unwrap();
        printed.push(format!("{signed:#?}"));
        printed.push(format!("{:?}", parse_authorization(&signed.authorization)));
        // The token's headers are missing here.
        let error = verify(&request, &signed.authorization, "TOP-other").unwrap_err();
        printed.push(format!("{error} {error:#?}"));

        let repeated = [("a".into(), "TOP-1".into()), ("a".into(), "TOP-2".into())];
        let broken = with("x-acs-a", "TOP\n");
        let conflict = with("x-acs-security-token", "TOP-conflict");
        for request in [
            Request { query: &repeated, ..request },
            Request { headers: &broken, ..request },
            Request { headers: &conflict, ..request },
        ] {
            let error = sign(scheme, &request, &credentials).unwrap_err();
            printed.push(format!("{error} {error:#?}"));
        }
    }
    for text in printed {
        assert!(!text.contains("TOP"), "{text}");
    }
}
