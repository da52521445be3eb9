//! Every folder in `vectors` is a request with each step of its signature. See the README there.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a broken vector fails the test")]

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use sae_sign::{Credentials, Request, Scheme, VerifyError, parse_authorization, sign, verify};
use serde_json::Value;

#[test]
fn roa_vectors_hold_at_every_step() {
    assert!(check_all(Scheme::Roa) >= 59);
}

#[test]
fn acs3_vectors_hold_at_every_step() {
    assert!(check_all(Scheme::Acs3) >= 61);
}

fn check_all(scheme: Scheme) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(scheme.as_str());
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in &cases {
        check(scheme, case);
    }
    cases.len()
}

fn check(scheme: Scheme, case: &Path) {
    let json: Value = serde_json::from_slice(&fs::read(case.join("request.json")).unwrap()).unwrap();
    let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default();
    let step = |name: &str| fs::read_to_string(case.join(name).with_extension("txt")).unwrap();
    let name = case.display();

    let (query, headers) = (pairs(json.get("query")), pairs(json.get("headers")));
    let request = Request {
        method: text("method"),
        path: text("path"),
        query: &query,
        headers: &headers,
        body: text("body").as_bytes(),
    };
    let credentials =
        Credentials::new(text("access_key_id"), text("access_key_secret")).with_token(text("security_token"));

    let signed = sign(scheme, &request, &credentials).unwrap();
    if scheme == Scheme::Acs3 {
        assert_eq!(signed.canonical_request.unwrap(), step("canonical_request"), "{name}");
    }
    assert_eq!(signed.string_to_sign, step("string_to_sign"), "{name}");
    assert_eq!(signed.signature, step("signature"), "{name}");
    assert_eq!(signed.authorization, step("authorization"), "{name}");

    // What arrives at the server: in another order, with the token's headers and some of the HTTP library's.
    let mut query = query.clone();
    query.reverse();
    let mut arrived = headers.clone();
    arrived.extend(signed.token_headers.into_iter().map(|(name, value)| (name.into(), value.into())));
    arrived.extend([("Authorization", &*signed.authorization), ("Accept-Encoding", "gzip")].map(owned));
    arrived.reverse();
    let arrived = Request { query: &query, headers: &arrived, ..request };
    let parsed = parse_authorization(&signed.authorization).unwrap();
    assert_eq!((parsed.scheme, parsed.access_key_id), (scheme, credentials.access_key_id()), "{name}");
    let verified = verify(&arrived, &signed.authorization, credentials.access_key_secret());
    if json.get("body").is_some_and(Value::is_null) {
        // The signature is right, but the document does not show the body.
        assert_eq!(verified, Err(VerifyError::BodyHash { header: "content-md5" }), "{name}");
    } else {
        assert_eq!(verified, Ok(()), "{name}");
    }
    let Err(VerifyError::Mismatch(mismatch)) = verify(&arrived, &signed.authorization, "another secret")
    else {
        panic!("{name}: accepted with another secret");
    };
    assert_eq!(mismatch.string_to_sign, signed.string_to_sign, "{name}");
}

type Pairs = Vec<(Cow<'static, str>, Cow<'static, str>)>;

fn pairs(object: Option<&Value>) -> Pairs {
    object
        .unwrap()
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| owned((name, value.as_str().unwrap())))
        .collect()
}

fn owned((name, value): (&str, &str)) -> (Cow<'static, str>, Cow<'static, str>) {
    (name.to_owned().into(), value.to_owned().into())
}
