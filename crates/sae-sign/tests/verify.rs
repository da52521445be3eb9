//! The server's side: what is accepted in several spellings, and what is refused.

use std::borrow::Cow;

use sae_sign::Scheme::{Acs3, Roa};
use sae_sign::{
    AuthorizationError, Credentials, Request, SignError, VerifyError, content_md5, sha256_hex, sign, verify,
};

type Pairs = Vec<(Cow<'static, str>, Cow<'static, str>)>;

fn pairs(pairs: &[(&'static str, &'static str)]) -> Pairs {
    pairs.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))).collect()
}

const CREDENTIALS: Credentials<'static> = Credentials::new("id", "secret");

/// Signatures made with Python's hmac from the string-to-sign or canonical request beside them.
#[test]
fn each_spelling_of_an_official_signer_is_accepted() {
    let acs3 = "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=";
    let table = [
        // GET\n\n\n\n\n/?A=&B=1
        ("/", &[("A", ""), ("B", "1")][..], "acs id:5PfrTQ8jT/Fhf2oss5q9Ft1wOI4=".into()),
        // GET\n\n\n\n\n/?A&B=1
        ("/", &[("A", ""), ("B", "1")], "acs id:FZEJyRNln88jUCFRx0vSIqb7R/Q=".into()),
        // GET\n/\nA%5B0%5D=1\nhost:h\n\nhost\nHASH
        (
            "/",
            &[("A[0]", "1")],
            format!("{acs3}41b10e4d379c3f8488e095d00f1d79e6a4b320ae5a0964e88e5323dff8b50ccd"),
        ),
        // GET\n/\nA[0]=1\nhost:h\n\nhost\nHASH
        (
            "/",
            &[("A[0]", "1")],
            format!("{acs3}cb8fe6cd263a445411797eac9e4a22ec5d142fa0ec846132df5ecb67df779595"),
        ),
        // GET\n/a+b*%7E\n\nhost:h\n\nhost\nHASH
        ("/a+b*%7E", &[], format!("{acs3}8436aa5fb247639f485fbef0b738fcd4cc2fd35516e810732aba236f31f42341")),
        // GET\n/a%20b%2A~\n\nhost:h\n\nhost\nHASH
        ("/a+b*%7E", &[], format!("{acs3}1cdd28cc28e50f29d50995b4ff0fe3953546afaaa27fbbd4059aaa3f36eba4ef")),
        // GET\n/a%20b\nA[0]=1\nhost:h\n\nhost\nHASH
        (
            "/a+b",
            &[("A[0]", "1")],
            format!("{acs3}155a5d085ade6c9387f646bc2e8feb8bbbb66f654ca1934c03b859197858806d"),
        ),
        // GET\n/\nA=\nhost:h\n\nhost\nHASH
        (
            "/",
            &[("A", "")],
            format!("{acs3}a9e08338de3aaaa2eac74717bb019538575d858f762d0aa7a08f88b36165c179"),
        ),
    ];
    for (path, query, authorization) in table {
        let query = pairs(query);
        let headers = pairs(&[("Host", "h")]);
        let request = Request { method: "GET", path, query: &query, headers: &headers, body: b"" };
        assert_eq!(verify(&request, &authorization, "secret"), Ok(()), "{authorization}");
        assert!(
            matches!(verify(&request, &authorization, "Secret"), Err(VerifyError::Mismatch(_))),
            "{authorization}"
        );
    }
}

#[test]
fn a_changed_request_does_not_match() {
    let query = pairs(&[("AppId", "1"), ("Name", "a b")]);
    let headers = pairs(&[("Accept", "a"), ("Host", "h"), ("x-acs-date", "d"), ("x-acs-version", "v")]);
    let request = Request { method: "POST", path: "/p", query: &query, headers: &headers, body: b"{}" };
    for scheme in [Roa, Acs3] {
        let authorization = sign(scheme, &request, &CREDENTIALS).unwrap().authorization;
        assert_eq!(verify(&request, &authorization, "secret"), Ok(()));
        let other_query = pairs(&[("AppId", "2"), ("Name", "a b")]);
        let other_headers =
            pairs(&[("Accept", "b"), ("Host", "h"), ("x-acs-date", "d"), ("x-acs-version", "v")]);
        for changed in [
            Request { method: "PUT", ..request },
            Request { path: "/q", ..request },
            Request { query: &other_query, ..request },
            Request { query: &[], ..request },
            Request { headers: &other_headers, ..request },
        ] {
            assert!(
                matches!(verify(&changed, &authorization, "secret"), Err(VerifyError::Mismatch(_))),
                "{changed:?}"
            );
        }
        let Err(VerifyError::Mismatch(mismatch)) = verify(&request, &format!("{authorization}x"), "secret")
        else {
            panic!("accepted");
        };
        let own = sign(scheme, &request, &CREDENTIALS).unwrap();
        assert_eq!(mismatch.string_to_sign, own.string_to_sign);
        if scheme == Roa {
            assert_eq!(mismatch.canonical_request, None);
        }
    }
}

#[test]
fn the_body_must_be_the_one_that_was_signed() {
    let md5: Pairs = vec![("Content-MD5".into(), content_md5("{}").into())];
    let request = Request { method: "POST", path: "/", query: &[], headers: &md5, body: b"{}" };
    let authorization = sign(Roa, &request, &CREDENTIALS).unwrap().authorization;
    assert_eq!(verify(&request, &authorization, "secret"), Ok(()));
    let changed = Request { body: b"[]", ..request };
    assert_eq!(
        verify(&changed, &authorization, "secret"),
        Err(VerifyError::BodyHash { header: "content-md5" })
    );

    let sha256: Pairs = vec![("x-acs-content-sha256".into(), sha256_hex("{}").into())];
    let request = Request { headers: &sha256, ..request };
    let authorization = sign(Acs3, &request, &CREDENTIALS).unwrap().authorization;
    assert_eq!(verify(&request, &authorization, "secret"), Ok(()));
    let changed = Request { body: b"[]", ..request };
    assert_eq!(
        verify(&changed, &authorization, "secret"),
        Err(VerifyError::BodyHash { header: "x-acs-content-sha256" })
    );
    let unnamed = pairs(&[("x-acs-date", "d")]);
    let request = Request { headers: &unnamed, ..request };
    let authorization = sign(Acs3, &request, &CREDENTIALS).unwrap().authorization;
    let changed = Request { body: b"[]", ..request };
    assert!(matches!(verify(&changed, &authorization, "secret"), Err(VerifyError::Mismatch(_))));
}

#[test]
fn acs3_headers_must_be_there_and_signed() {
    let headers = pairs(&[("host", "h"), ("x-acs-action", "A"), ("accept", "a")]);
    let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
    let authorize =
        |signed: &str| format!("ACS3-HMAC-SHA256 Credential=id,SignedHeaders={signed},Signature=00");
    for (signed, expected) in [
        ("host;x-acs-action;x-acs-date", VerifyError::HeaderMissing { name: "x-acs-date".into() }),
        ("host;accept", VerifyError::HeaderNotSigned { name: "x-acs-action".into() }),
        ("x-acs-action", VerifyError::HeaderNotSigned { name: "host".into() }),
        ("", VerifyError::HeaderNotSigned { name: "host".into() }),
    ] {
        assert_eq!(verify(&request, &authorize(signed), "secret"), Err(expected), "{signed}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    let request = Request { method: "GET", path: "/", query: &[], headers: &[], body: b"" };
    assert_eq!(
        verify(&request, "Basic x", "secret"),
        Err(VerifyError::Authorization(AuthorizationError::Scheme)),
    );
    let twice = pairs(&[("a", "1"), ("a", "2")]);
    for authorization in ["acs id:eA==", "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=,Signature=00"] {
        let error = verify(&Request { query: &twice, ..request }, authorization, "secret").unwrap_err();
        assert_eq!(error, VerifyError::Request(SignError::QueryNameRepeated { name: "a".into() }));
        assert!(std::error::Error::source(&error).is_some());
    }
}
