//! The server's side: what is accepted in several spellings, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::borrow::Cow;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sae_sign::Scheme::{Acs3, Roa};
use sae_sign::{
    AuthorizationError, Credentials, Request, SignError, VerifyError, content_md5, expected, sha256_hex,
    sign, verify,
};
use sha2::Sha256;

type Pairs = Vec<(Cow<'static, str>, Cow<'static, str>)>;

fn pairs(pairs: &[(&'static str, &'static str)]) -> Pairs {
    pairs.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))).collect()
}

/// What ACS3 needs of each request, and these besides.
fn with_needed(more: &[(&'static str, &'static str)]) -> Pairs {
    let needed = [("host", "h"), ("x-acs-date", "2019-08-26T08:55:56Z"), ("x-acs-signature-nonce", "n")];
    pairs(&[&needed, more].concat())
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
    let headers = with_needed(&[("Accept", "a"), ("x-acs-version", "v")]);
    let request = Request { method: "POST", path: "/p", query: &query, headers: &headers, body: b"{}" };
    for scheme in [Roa, Acs3] {
        let authorization = sign(scheme, &request, &CREDENTIALS).unwrap().authorization;
        assert_eq!(verify(&request, &authorization, "secret"), Ok(()));
        let other_query = pairs(&[("AppId", "2"), ("Name", "a b")]);
        let other_headers = with_needed(&[("Accept", "b"), ("x-acs-version", "v")]);
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

    let mut sha256 = with_needed(&[]);
    sha256.push(("x-acs-content-sha256".into(), sha256_hex("{}").into()));
    let request = Request { headers: &sha256, ..request };
    let authorization = sign(Acs3, &request, &CREDENTIALS).unwrap().authorization;
    assert_eq!(verify(&request, &authorization, "secret"), Ok(()));
    let changed = Request { body: b"[]", ..request };
    assert_eq!(
        verify(&changed, &authorization, "secret"),
        Err(VerifyError::BodyHash { header: "x-acs-content-sha256" })
    );
    // The hash of another body, in a request whose signature is that of its own body.
    for hash in [sha256_hex("[]"), sha256_hex("{}").to_uppercase(), "e3b0".to_owned(), String::new()] {
        let mut other = with_needed(&[]);
        other.push(("x-acs-content-sha256".into(), hash.clone().into()));
        let request = Request { headers: &other, ..request };
        let authorization = forge(&request);
        let refused = VerifyError::BodyHash { header: "x-acs-content-sha256" };
        assert_eq!(verify(&request, &authorization, "secret"), Err(refused), "{hash:?}");
    }
    let unnamed = with_needed(&[]);
    let request = Request { headers: &unnamed, ..request };
    let authorization = sign(Acs3, &request, &CREDENTIALS).unwrap().authorization;
    let changed = Request { body: b"[]", ..request };
    assert!(matches!(verify(&changed, &authorization, "secret"), Err(VerifyError::Mismatch(_))));
}

/// Signs by ACS3 whatever [`sign`] refuses to: a request without a body whose headers are all signed.
fn forge(request: &Request<'_>) -> String {
    let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_string()).collect();
    names.sort();
    let start = format!("ACS3-HMAC-SHA256 Credential=id,SignedHeaders={}", names.join(";"));
    let text = expected(request, &format!("{start},Signature=00")).unwrap().string_to_sign;
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"secret").unwrap();
    mac.update(text.as_bytes());
    let mut authorization = format!("{start},Signature=");
    mac.finalize().into_bytes().iter().for_each(|byte| write!(authorization, "{byte:02x}").unwrap());
    authorization
}

#[test]
fn acs3_headers_must_be_there_and_signed() {
    let headers = pairs(&[("host", "h"), ("x-acs-action", "A"), ("accept", "a")]);
    let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
    let authorize =
        |signed: &str| format!("ACS3-HMAC-SHA256 Credential=id,SignedHeaders={signed},Signature=00");
    for (signed, error) in [
        ("host;x-acs-action;x-acs-date", VerifyError::HeaderMissing { name: "x-acs-date".into() }),
        ("host;accept", VerifyError::HeaderNotSigned { name: "x-acs-action".into() }),
        ("", VerifyError::HeaderNotSigned { name: "x-acs-action".into() }),
    ] {
        assert_eq!(verify(&request, &authorize(signed), "secret"), Err(error), "{signed}");
    }
}

/// As the asynchronous SDK for Java signs (aliyun-gateway-pop 0.3.6, `PopV3Signer`).
#[test]
fn acs3_may_leave_the_host_unsigned() {
    let headers = &with_needed(&[("x-acs-action", "A")])[1..];
    let request = Request { method: "GET", path: "/", query: &[], headers, body: b"" };
    let authorization = forge(&request);
    assert!(!authorization.contains("host"), "{authorization}");
    let arrived = with_needed(&[("x-acs-action", "A")]);
    let arrived = Request { headers: &arrived, ..request };
    assert_eq!(verify(&arrived, &authorization, "secret"), Ok(()));
    let Err(VerifyError::Mismatch(mismatch)) = verify(&arrived, &authorization, "other") else {
        panic!("accepted");
    };
    assert!(mismatch.canonical_request.is_some_and(|text| !text.contains("host")));
}

#[test]
fn the_servers_text_is_of_the_scheme_that_was_used() {
    let headers = pairs(&[("host", "h"), ("x-acs-action", "A"), ("accept", "a"), ("content-type", "t")]);
    let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
    let acs3 = |fields: &str| format!("ACS3-HMAC-SHA256 {fields}");
    for (authorization, signed) in [
        (acs3("Credential=id,SignedHeaders=accept;host,Signature=00"), "accept;host;x-acs-action"),
        (acs3("Credential=id,SignedHeaders=x-acs-date,Signature=00"), "x-acs-action"),
        (acs3("Credential=id"), "content-type;host;x-acs-action"),
        (acs3(""), "content-type;host;x-acs-action"),
        ("ACS3-HMAC-SM3 Credential=id".to_owned(), "content-type;host;x-acs-action"),
    ] {
        let text = expected(&request, &authorization).unwrap();
        let canonical = text.canonical_request.unwrap();
        assert_eq!(canonical.lines().rev().nth(1), Some(signed), "{authorization}: {canonical}");
        assert!(text.string_to_sign.starts_with("ACS3-HMAC-SHA256\n"), "{authorization}");
    }
    for authorization in ["acs id:c2ln", "acs id", "", "Basic x"] {
        let text = expected(&request, authorization).unwrap();
        assert_eq!(text.string_to_sign, "GET\na\n\nt\n\nx-acs-action:A\n/", "{authorization}");
        assert_eq!(text.canonical_request, None);
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
