//! What the signer refuses, and what it takes.

use std::borrow::Cow;

use sae_sign::Scheme::{Acs3, Roa};
use sae_sign::{Credentials, Request, Scheme, SignError, Signed, sign};

/// A case: method, path, query, headers.
type Parts<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)]);

fn try_sign(scheme: Scheme, parts: Parts<'_>, credentials: Credentials<'_>) -> Result<Signed, SignError> {
    let (method, path, query, mut headers) = (parts.0, parts.1, parts.2, parts.3.to_vec());
    if scheme == Acs3 {
        let given = |name: &str| parts.3.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        headers.extend(NEEDED.into_iter().filter(|(name, _)| !given(name)));
    }
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned().into(), (*value).to_owned().into())).collect()
    };
    let (query, headers) = (pairs(query), pairs(&headers));
    sign(scheme, &Request { method, path, query: &query, headers: &headers, body: b"" }, &credentials)
}

/// What ACS3 needs; the cases name only what they are about.
const NEEDED: [(&str, &str); 3] =
    [("host", "h"), ("x-acs-date", "2019-08-26T08:55:56Z"), ("x-acs-signature-nonce", "n")];

/// A case, the schemes that refuse it, and with what; the others sign it.
type Refused<'a> = (&'a [Scheme], Parts<'a>, SignError);

fn check(table: &[Refused<'_>]) {
    for (schemes, parts, error) in table {
        for scheme in [Roa, Acs3] {
            let result = try_sign(scheme, *parts, Credentials::new("id", "secret").with_token("token"));
            if schemes.contains(&scheme) {
                assert_eq!(result, Err(error.clone()), "{scheme} {parts:?}");
            } else {
                assert!(result.is_ok(), "{scheme} {parts:?}");
            }
        }
    }
}

fn named(name: &str) -> String {
    name.to_owned()
}

#[test]
fn requests_that_signers_or_http_disagree_on_are_refused() {
    check(&[
        (&[Roa, Acs3], ("", "/", &[], &[]), SignError::Method),
        (&[Roa, Acs3], ("GET /", "/", &[], &[]), SignError::Method),
        (&[Roa, Acs3], ("GET\n", "/", &[], &[]), SignError::Method),
        (&[Roa, Acs3], ("GET", "pop", &[], &[]), SignError::Path),
        (&[Roa, Acs3], ("FETCH", "/", &[], &[]), SignError::Method),
        (&[Roa, Acs3], ("GET", "/a?b=c", &[], &[]), SignError::PathCharacter { character: '?' }),
        (&[Roa, Acs3], ("GET", "/a#b", &[], &[]), SignError::PathCharacter { character: '#' }),
        (&[Roa, Acs3], ("GET", "/a b", &[], &[]), SignError::PathCharacter { character: ' ' }),
        (&[Roa, Acs3], ("GET", "/a\nb", &[], &[]), SignError::PathCharacter { character: '\n' }),
        (&[Roa, Acs3], ("GET", "/{AppId}", &[], &[]), SignError::PathCharacter { character: '{' }),
        (&[Roa, Acs3], ("GET", "/é", &[], &[]), SignError::PathCharacter { character: 'é' }),
        (&[Roa, Acs3], ("GET", "/100%", &[], &[]), SignError::PathCharacter { character: '%' }),
        (&[Roa, Acs3], ("GET", "/%2x", &[], &[]), SignError::PathCharacter { character: '%' }),
        (&[Acs3], ("GET", "/a+b", &[], &[]), SignError::PathSpelling),
        (&[Acs3], ("GET", "/a*b", &[], &[]), SignError::PathSpelling),
        (&[Acs3], ("GET", "/a%7Eb", &[], &[]), SignError::PathSpelling),
        (&[Roa, Acs3], ("GET", "/", &[("", "1")], &[]), SignError::QueryNameEmpty),
        (&[Roa, Acs3], ("GET", "/", &[("a", "1"), ("", "")], &[]), SignError::QueryNameEmpty),
        (
            &[Roa, Acs3],
            ("GET", "/", &[("a", "1"), ("b", "1"), ("a", "1")], &[]),
            SignError::QueryNameRepeated { name: named("a") },
        ),
        (
            &[Roa],
            ("GET", "/", &[("a", "1"), ("b", "")], &[]),
            SignError::QueryValueEmpty { name: named("b") },
        ),
        (&[Acs3], ("GET", "/", &[], &[("x-acs-content-sha256", "00")]), SignError::BodyHash),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-security-token", "other")]),
            SignError::CredentialsConflict { header: "x-acs-security-token" },
        ),
        (
            &[Acs3],
            ("GET", "/", &[], &[("X-Acs-AccessKey-Id", "other")]),
            SignError::CredentialsConflict { header: "x-acs-accesskey-id" },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("X-ACS-Security-Token", "")]),
            SignError::CredentialsConflict { header: "x-acs-security-token" },
        ),
    ]);
}

#[test]
fn headers_that_http_can_not_carry_or_that_mean_two_things_are_refused() {
    check(&[
        (&[Roa, Acs3], ("GET", "/", &[], &[("", "1")]), SignError::HeaderName { name: named("") }),
        (&[Roa, Acs3], ("GET", "/", &[], &[(",", "1")]), SignError::HeaderName { name: named(",") }),
        (&[Roa, Acs3], ("GET", "/", &[], &[("a b", "1")]), SignError::HeaderName { name: named("a b") }),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-a:b", "1")]),
            SignError::HeaderName { name: named("x-acs-a:b") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-é", "1")]),
            SignError::HeaderName { name: named("x-acs-é") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-a", "1\n2")]),
            SignError::HeaderValue { name: named("x-acs-a") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-a", "1\r")]),
            SignError::HeaderValue { name: named("x-acs-a") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("other", "1\r\nx: y")]),
            SignError::HeaderValue { name: named("other") },
        ),
        (&[Roa, Acs3], ("GET", "/", &[], &[("a", "\t\0\t")]), SignError::HeaderValue { name: named("a") }),
        (&[Roa], ("GET", "/", &[], &[("x-acs-a", " 1")]), SignError::HeaderValue { name: named("x-acs-a") }),
        (&[Roa], ("GET", "/", &[], &[("Accept", "1 ")]), SignError::HeaderValue { name: named("Accept") }),
        (
            &[Roa],
            ("GET", "/", &[], &[("x-acs-a", "1\t2")]),
            SignError::HeaderValue { name: named("x-acs-a") },
        ),
        (
            &[Roa],
            ("GET", "/", &[], &[("x-acs-a", "1"), ("X-Acs-A", "1")]),
            SignError::HeaderRepeated { name: named("x-acs-a") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("Date", GOOD), ("date", GOOD)]),
            SignError::HeaderRepeated { name: named("date") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-signature-nonce", "a"), ("X-Acs-Signature-Nonce", "b")]),
            SignError::HeaderRepeated { name: named("x-acs-signature-nonce") },
        ),
        (
            &[Roa, Acs3],
            ("GET", "/", &[], &[("x-acs-action", "A"), ("x-acs-action", "A")]),
            SignError::HeaderRepeated { name: named("x-acs-action") },
        ),
    ]);
}

#[test]
fn what_a_scheme_needs_is_there_and_well_formed() {
    let long = "x".repeat(257);
    for (scheme, header, value, error) in [
        (Acs3, "host", None, SignError::HeaderMissing { name: "host" }),
        (Acs3, "x-acs-date", None, SignError::HeaderMissing { name: "x-acs-date" }),
        (Acs3, "x-acs-signature-nonce", None, SignError::HeaderMissing { name: "x-acs-signature-nonce" }),
        (Acs3, "host", Some(""), SignError::Host),
        (Acs3, "host", Some("a b"), SignError::Host),
        (Acs3, "host", Some("h/path"), SignError::Host),
        (Acs3, "host", Some("user@h"), SignError::Host),
        (Acs3, "host", Some("h:65536"), SignError::Host),
        (Acs3, "host", Some("h:0"), SignError::Host),
        (Acs3, "host", Some("h:80:80"), SignError::Host),
        (Acs3, "host", Some(":80"), SignError::Host),
        (Acs3, "host", Some("a..b"), SignError::Host),
        (Acs3, "host", Some("::1"), SignError::Host),
        (Acs3, "host", Some("[::1"), SignError::Host),
        (Acs3, "host", Some("[host]"), SignError::Host),
        (Acs3, "host", Some("[::1]80"), SignError::Host),
        (Acs3, "x-acs-date", Some(""), SignError::Date { header: "x-acs-date" }),
        (Acs3, "x-acs-date", Some(GOOD), SignError::Date { header: "x-acs-date" }),
        (Acs3, "x-acs-date", Some("2019-08-26T08:55:56+08:00"), SignError::Date { header: "x-acs-date" }),
        (Roa, "Date", Some(""), SignError::Date { header: "date" }),
        (Roa, "Date", Some("2019-08-26T08:55:56Z"), SignError::Date { header: "date" }),
        (Roa, "Date", Some("Tue, 26 Aug 2019 08:55:56 GMT"), SignError::Date { header: "date" }),
        (Roa, "x-acs-signature-nonce", Some(""), SignError::Nonce),
        (Roa, "x-acs-signature-nonce", Some("a b"), SignError::Nonce),
        (Acs3, "x-acs-signature-nonce", Some(""), SignError::Nonce),
        (Acs3, "x-acs-signature-nonce", Some("é"), SignError::Nonce),
        (Acs3, "x-acs-signature-nonce", Some(&long), SignError::Nonce),
        (Roa, "x-acs-signature-method", Some("HMAC-MD5"), unsupported("method", "HMAC-MD5")),
        (Roa, "x-acs-signature-version", Some("2.0"), unsupported("version", "2.0")),
        (Acs3, "x-acs-signature-method", Some("HMAC-SHA1"), unsupported("method", "HMAC-SHA1")),
        (Acs3, "x-acs-signature-version", Some(""), unsupported("version", "")),
    ] {
        let mut headers = if scheme == Acs3 { NEEDED.to_vec() } else { vec![("Date", GOOD)] };
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case(header));
        headers.extend(value.map(|value| (header, value)));
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
        let result = sign(scheme, &request, &Credentials::new("id", "secret"));
        assert_eq!(result, Err(error), "{scheme} {header} {value:?}");
    }
}

#[test]
fn every_name_and_address_of_a_host_is_signed() {
    for host in [
        "localhost",
        "my_server:8080",
        "sae.cn-hangzhou.aliyuncs.com.",
        "127.0.0.1:1",
        "[::1]",
        "[fe80::1]:65535",
    ] {
        let mut headers = NEEDED.to_vec();
        headers.retain(|(name, _)| *name != "host");
        headers.push(("host", host));
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
        assert!(sign(Acs3, &request, &Credentials::new("id", "secret")).is_ok(), "{host}");
    }
}

fn unsupported(what: &str, value: &str) -> SignError {
    let header = if what == "method" { "x-acs-signature-method" } else { "x-acs-signature-version" };
    SignError::Unsupported { header, value: value.to_owned() }
}

const GOOD: &str = "Mon, 26 Aug 2019 08:55:56 GMT";

#[test]
fn credentials_that_no_header_can_carry_are_refused() {
    let parts: Parts<'_> = ("GET", "/", &[], &[]);
    for scheme in [Roa, Acs3] {
        for id in ["", "a:b", "a,b", "a=b", "a&b", "&", "a b", " a", "a\n", "a\0", "a/b", "é"] {
            assert_eq!(
                try_sign(scheme, parts, Credentials::new(id, "secret")),
                Err(SignError::AccessKeyId),
                "{id:?}"
            );
        }
        assert_eq!(try_sign(scheme, parts, Credentials::new("id", "")), Err(SignError::Secret));
        assert_eq!(
            try_sign(scheme, parts, Credentials::new("id", "secret").with_token("a\nb")),
            Err(SignError::SecurityToken),
        );
        for id in ["LTAI5tVectorKeyId0001", "STS.NUgYrLnoC37mZZCNnAbez", "my-key_1"] {
            assert!(try_sign(scheme, parts, Credentials::new(id, "secret")).is_ok(), "{id}");
        }
    }
}

#[test]
fn what_is_written_in_another_way_is_signed_the_same() {
    let table: [(Scheme, Parts<'_>, Parts<'_>); 7] = [
        (Roa, ("get", "/", &[], &[]), ("GET", "/", &[], &[])),
        (Acs3, ("get", "/", &[], &[]), ("GET", "/", &[], &[])),
        (Roa, ("GET", "", &[], &[]), ("GET", "/", &[], &[])),
        (Acs3, ("GET", "", &[], &[]), ("GET", "/", &[], &[])),
        (Roa, ("GET", "/", &[("b", "1"), ("a", "2")], &[]), ("GET", "/", &[("a", "2"), ("b", "1")], &[])),
        (
            Roa,
            (
                "GET",
                "/",
                &[],
                &[("DATE", GOOD), ("aCCept", "a"), ("X-Acs-B", "1"), ("x-ACS-a", "2"), ("other", "3")],
            ),
            ("GET", "/", &[], &[("accept", "a"), ("date", GOOD), ("x-acs-a", "2"), ("x-acs-b", "1")]),
        ),
        (
            Acs3,
            ("GET", "/", &[], &[("X-Acs-B", " 1\t"), ("authorization", "x"), ("HOST", "h")]),
            ("GET", "/", &[], &[("host", "h"), ("x-acs-b", "1")]),
        ),
    ];
    for (scheme, a, b) in table {
        let credentials = Credentials::new("id", "secret");
        assert_eq!(try_sign(scheme, a, credentials), try_sign(scheme, b, credentials), "{scheme} {a:?}");
    }
}

#[test]
fn a_token_adds_the_headers_that_are_missing_and_no_others() {
    let credentials = Credentials::new("id", "secret").with_token("token");
    let key = ("x-acs-accesskey-id", "id");
    let token = ("x-acs-security-token", "token");
    for (scheme, headers, added) in [
        (Roa, &[][..], &[token][..]),
        (Roa, &[("X-Acs-Security-Token", "token")], &[]),
        (Acs3, &[], &[key, token]),
        (Acs3, &[token], &[key]),
        (Acs3, &[key, token], &[]),
    ] {
        let signed = try_sign(scheme, ("GET", "/", &[], headers), credentials).unwrap();
        assert!(signed.token_headers.iter().map(|(name, value)| (*name, &**value)).eq(added.iter().copied()));
        let text = signed.canonical_request.unwrap_or(signed.string_to_sign);
        assert_eq!(text.matches("x-acs-security-token:token\n").count(), 1, "{text}");
    }
    let plain =
        try_sign(Acs3, ("GET", "/", &[], &[]), Credentials::new("id", "secret").with_token("")).unwrap();
    assert_eq!(plain.token_headers, []);
}
