//! What `explain` makes of the mistakes that people make.

use sae_sign::explain::{Cause, Part, explain, explain_server, key_faults, server_text, without_server_text};
use sae_sign::{Credentials, sha256_hex};

const OWN: &str = "GET\napplication/json\n\n\nMon, 26 Aug 2019 08:55:56 GMT\nx-acs-signature-nonce:n1\n\
    x-acs-version:2019-05-06\n/pop/v1/sam/app?AppId=7171&Name=a b&Url=x/y";

#[test]
fn the_cause_is_named() {
    let table: [(&str, &str, Part, &str); 19] = [
        ("GET\n", "POST\n", Part::Method, "method"),
        ("application/json", "application/xml", header("accept"), "HTTP library"),
        ("08:55:56", "08:55:57", header("date"), "sign each attempt anew"),
        ("Mon, 26 Aug 2019 08:55:56 GMT", "", header("date"), "did not arrive"),
        ("nonce:n1", "nonce:n2", header("x-acs-signature-nonce"), "sign each attempt anew"),
        ("nonce:n1", "nonce: n1", header("x-acs-signature-nonce"), "white space"),
        ("json\n\n\n", "json\n1B2M2Y8AsgTpgAmY7PhCfg==\n\n", header("content-md5"), "added after signing"),
        ("json\n\n\n", "json\n\ntext/plain\n", header("content-type"), "added after signing"),
        ("x-acs-version:2019-05-06\n", "", header("x-acs-version"), "did not arrive"),
        (
            "\nx-acs-version",
            "\nx-acs-region-id:cn\nx-acs-version",
            header("x-acs-region-id"),
            "added after signing",
        ),
        ("/pop/v1", "/pop/v2", Part::Path, "the path of the URL that is sent"),
        ("AppId=7171", "AppId=7172", query("AppId"), "not the one that was signed"),
        ("a b", "a%20b", query("Name"), "ROA signs names and values raw"),
        ("a b", "a+b", query("Name"), "mixed up"),
        ("x/y", "%78/y", query("Url"), "ROA signs names and values raw"),
        ("x/y", "x%2Fy", query("Url"), "ROA signs names and values raw"),
        ("&Url=x/y", "", query("Url"), "not in the URL"),
        ("&Url", "&Tag=1&Url", query("Tag"), "not signed"),
        ("AppId=7171&Name=a b", "Name=a b&AppId=7171", Part::Order, "sort"),
    ];
    for (from, to, part, advice) in table {
        assert!(OWN.contains(from), "{from}");
        let server = OWN.replacen(from, to, 1);
        let explanation = explain(OWN, &server);
        assert_eq!(explanation.cause, Cause::Request, "{to}");
        let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
        assert_eq!(difference.part, part, "{explanation}");
        assert!(explanation.to_string().contains(advice), "{explanation}");
        assert_ne!(explain(&server, OWN).cause, Cause::Secret);
    }
}

#[test]
fn the_servers_text_is_found_in_its_message() {
    let own = "GET\n\n\n\n\n/?A=\"b\"&C=d";
    for message in [
        own.to_owned(),
        format!("{own}\n"),
        own.replace('\n', "\r\n"),
        format!("The signature does not match. server string to sign is:{own}"),
        format!("Specified signature is not matched with our calculation. Server string to sign is: {own}\n"),
        format!("server StringToSign is [{own}] server CanonicalRequest is [x]"),
        format!("x server string to sign is:{}", own.replace('"', "\\\"").replace('\n', "\\n")),
        format!("x server string to sign is:{}", own.replace('&', "&amp;").replace('"', "&quot;")),
    ] {
        assert_eq!(explain(own, &message).cause, Cause::Secret, "{message}");
    }
    let canonical = "GET\n/\nA=1\nhost:h\n\nhost\ne3b0";
    for message in [
        format!("server StringToSign is [ACS3-HMAC-SHA256\n00] server CanonicalRequest is [{canonical}]"),
        format!("server string to sign is:ACS3-HMAC-SHA256\n00\nserver canonical request is:{canonical}"),
    ] {
        assert_eq!(explain(canonical, &message).cause, Cause::Secret, "{message}");
        assert_eq!(explain(canonical, &message.replace("A=1", "A=2")).differences[0].part, query("A"));
    }
}

/// The forms are those of aliyun-python-sdk-core 2.16, alibabacloud_tea_openapi 0.4, @alicloud/pop-core 1.8 and of the gateway itself.
#[test]
fn the_servers_text_ends_where_the_words_of_an_sdk_begin() {
    let own = "GET\n\n\n\n\n/?A=\"b\"&C=it's d&E=f";
    let said =
        format!("Specified signature is not matched with our calculation. server string to sign is:{own}");
    let json = said.replace('"', "\\\"").replace('\n', "\\n");
    let xml = said.replace('&', "&amp;").replace('"', "&quot;");
    for message in [
        format!("HTTP Status: 400 Error:SignatureDoesNotMatch {said} RequestID: 9FB4-D06C"),
        format!("Error: SignatureDoesNotMatch code: 400, {said} request id: 655B Response: {{'Code': 'x'}}"),
        format!("SignatureDoesNotMatchError: code: 400, {said}, requestid: 655B"),
        format!("{said} hostid: sae.aliyuncs.com, requestid: 655B"),
        format!("SignatureDoesNotMatch : {said}\r\nRequestId : 655B"),
        format!(r#"{{"RequestId":"9FB4","Code":"SignatureDoesNotMatch","Message":"{json}","HostId":"h"}}"#),
        format!("<Error><RequestId>9</RequestId><Message>{xml}</Message><HostId>h</HostId></Error>"),
    ] {
        assert_eq!(server_text(&message, own), own, "{message}");
        assert_eq!(server_text(&message, ""), own, "{message}");
    }
    let escaped = said.replace('"', r"\u0022").replace('&', r"\u0026").replace('\n', "\\n");
    assert_eq!(server_text(&format!(r#"{{"Message":"{escaped}"}}"#), own), own);
    let backslash = r#"{"Message":"x server string to sign is:GET\n\n\n\n\n/?A=\\n"}"#;
    assert_eq!(server_text(backslash, ""), "GET\n\n\n\n\n/?A=\\n");
    let own = format!("{own} request id: 1");
    assert_eq!(server_text(&format!("x server string to sign is:{own} request id: 2"), &own), own);
}

#[test]
fn from_the_servers_text_alone_likely_causes_are_named() {
    let canonical = "GET\n/\nName=a%20b\nhost:h\n\nhost\ne3b0";
    for (server, part, advice) in [
        ("GET\n\n\n\n\n/?Name=a b".to_owned(), query("Name"), "neither of them a plus sign"),
        ("GET\n\n\n\n\n/?Name=a+b".to_owned(), query("Name"), "if a space was meant"),
        ("GET\n\n\n\n\n/?Name=~a".to_owned(), query("Name"), "ACS3 signs ~"),
        ("GET\n\n\n\n\n/?Name=%7Ea".to_owned(), query("Name"), "encode it once"),
        ("GET\n\n\n\n\n/?Name=".to_owned(), query("Name"), "leave the parameter out"),
        ("GET\n\n\n\n\n/?Name=é".to_owned(), query("Name"), "UTF-8"),
        ("GET\n\n\n\n\n/%7Ea".to_owned(), Part::Path, "encoded once"),
        ("GET\n*/*\n\n\n\n/".to_owned(), header("accept"), "HTTP library"),
        ("GET\n\n\n\n\nx-acs-security-token:t\n/".to_owned(), header("x-acs-security-token"), "belong to"),
        (canonical.to_owned(), query("Name"), "ACS3 %20"),
        (canonical.replace("%20", "%2B"), query("Name"), "if a space was meant"),
        (canonical.replace("%20", "%257E"), query("Name"), "encode it once"),
        (format!("ACS3-HMAC-SHA256\n00] server CanonicalRequest is [{canonical}"), query("Name"), "ACS3 %20"),
    ] {
        let explanation = explain_server(&format!("x server StringToSign is [{server}]"));
        assert_eq!(explanation.cause, Cause::Unknown, "{server}");
        let [doubt] = &explanation.differences[..] else { panic!("{server}: {explanation}") };
        assert_eq!(doubt.part, part);
        assert!(explanation.to_string().contains(advice), "{explanation}");
    }
    for (message, cause) in [
        ("x server string to sign is:GET\n\n\n\n\n/?Name=plain", Cause::Unknown),
        ("x server string to sign is:ACS3-HMAC-SHA256\n00", Cause::HashOnly),
        ("it broke", Cause::NoServerText),
        ("", Cause::NoServerText),
    ] {
        let explanation = explain_server(message);
        assert_eq!((explanation.cause, explanation.differences.len()), (cause, 0), "{explanation}");
    }
}

#[test]
fn a_key_that_was_copied_wrongly_is_found() {
    for (key, fault) in [
        (Credentials::new("id ", "secret"), "the access key id begins or ends with white space"),
        (Credentials::new("id", "\nsecret"), "the access key secret begins or ends with white space"),
        (Credentials::new("id", "'secret'"), "the access key secret begins or ends with a quotation mark"),
        (Credentials::new("id", "se cret"), "the access key secret holds white space"),
        (Credentials::new("id", "s").with_token("t\t"), "the security token begins or ends with white space"),
        (
            Credentials::new("STS.id", "secret"),
            "the access key is a temporary one, and its security token is missing",
        ),
    ] {
        let faults: Vec<_> = key_faults(&key).iter().map(ToString::to_string).collect();
        assert_eq!(faults, [fault]);
    }
    assert!(key_faults(&Credentials::new("STS.id", "secret").with_token("token")).is_empty());
}

#[test]
fn what_a_message_says_ends_before_the_servers_text() {
    const SAID: &str = "Specified signature is not matched with our calculation.";
    for marker in [
        " server string to sign is:",
        " Server String To Sign Is: ",
        "\nserver StringToSign is [",
        " SERVER STRINGTOSIGN IS [",
        " server string-to-sign is: ",
        " server CanonicalRequest is [",
        " server canonical request is:",
        ", server canonical string is: ",
        " (server string to sign is ",
        " - \"server  string to\tsign is\":",
        ": server's string to sign is:",
        " serverStringToSign is: ",
        " Server string to sign: ",
    ] {
        let message = format!("{SAID}{marker}GET\n/?Envs=hush server CanonicalRequest is [hush]");
        assert_eq!(without_server_text(&message), SAID, "{marker:?}");
    }
    for (message, said) in [
        ("", ""),
        ("server string to sign is:GET", ""),
        ("Straße: server StringToSign is [GET]", "Straße"),
        ("K server canonical request is [x] server string to sign is:y", "K"),
        ("The server is busy: ", "The server is busy: "),
    ] {
        assert_eq!(without_server_text(message), said, "{message:?}");
    }
}

#[test]
fn canonical_requests_are_compared_too() {
    let own = "GET\n/a%20b\nName=a%20b\nhost:h\nx-acs-date:d\n\nhost;x-acs-date\ne3b0";
    for (from, to, part, advice) in [
        ("a%20b\nName", "a b\nName", Part::Path, "percent-encoded"),
        ("Name=a%20b", "Name=a b", query("Name"), "ACS3 signs"),
        ("Name=a%20b", "Name=a+b", query("Name"), "mixed up"),
        ("host;x", "accept;host;x", Part::SignedHeaders, "lower case"),
        ("e3b0", "ffff", Part::BodyHash, "the very bytes"),
        ("date:d", "date:e", header("x-acs-date"), "anew"),
    ] {
        let explanation = explain(own, &own.replacen(from, to, 1));
        let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
        assert_eq!(difference.part, part);
        assert!(explanation.to_string().contains(advice), "{explanation}");
    }
}

/// All that a server tells of ACS3 is often the hash of its canonical request.
#[test]
fn a_canonical_request_is_compared_with_a_hash() {
    let own = "GET\n/\n\nhost:h\nx-acs-date:2023-10-26T10:22:32Z\nx-acs-signature-nonce:a\n\nhost;x-acs-date;x-acs-signature-nonce\n\
               e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let hash = sha256_hex(own);
    for message in [
        format!("ACS3-HMAC-SHA256\n{hash}"),
        format!("Specified signature is not matched. server string to sign is:ACS3-HMAC-SHA256\n{hash}\n"),
    ] {
        assert_eq!(explain(own, &message).cause, Cause::Secret, "{message}");
        assert_eq!(explain(&format!("{own}\n"), &message).cause, Cause::WhiteSpace, "{message}");
        assert_eq!(explain(&own.replace("host:h", "host:i"), &message).cause, Cause::HashOnly, "{message}");
    }
}

#[test]
fn texts_that_do_not_fit_together_are_named() {
    let hash = "ACS3-HMAC-SHA256\n";
    for (own, server, cause) in [
        (OWN, "", Cause::NoServerText),
        (OWN, "SignatureDoesNotMatch", Cause::NoServerText),
        (OWN, "ACS3-HMAC-SHA256\n00", Cause::Scheme),
        (&format!("{hash}00"), &format!("{hash}01"), Cause::HashOnly),
        (&format!("{hash}00"), &format!("{hash}00"), Cause::Secret),
        ("GET\napplication/json\nx-acs-version:1\n/", OWN, Cause::OwnLayout),
        ("GET\n", OWN, Cause::OwnLayout),
    ] {
        let explanation = explain(own, server);
        assert_eq!((explanation.cause, explanation.differences.len()), (cause, 0), "{explanation}");
    }
}

#[test]
fn neither_tokens_nor_values_of_parameters_are_shown() {
    let own = "GET\n\n\n\n\nx-acs-security-token:token-1\n/?OssAkSecret=hidden-1";
    let explanation = explain(own, &own.replace("-1", "-2"));
    assert_eq!(explanation.differences.len(), 2);
    for text in [explanation.to_string(), format!("{explanation:?}")] {
        assert!(!text.contains("hidden") && !text.contains("token-"), "{text}");
    }
}

#[test]
fn no_fragment_of_a_value_passes_for_a_name() {
    let roa = |query: &str| format!("GET\n\n\n\n\nx-acs-version:1\n/a{query}");
    let canonical = |query: &str| format!("GET\n/a\n{query}\nhost:h\n\nhost\ne3b0");
    let headers = |headers: &str| format!("GET\n\n\n\n\n{headers}/a");
    for (own, server) in [
        (roa(r#"?Envs=[{"value":"one&hu zq"}]&Name=a"#), roa(r#"?Envs=[{"value":"one&hu+zq"}]&Name=a"#)),
        (roa(r"?Envs=one&hush&Name=a"), roa("?Envs=one&Name=a")),
        (roa("?Envs=one&hush:x=1"), roa("?Envs=two")),
        (roa("?hush"), roa("?hush-2")),
        (roa("?hush&Name=a"), roa("?Name=a")),
        (roa("?Envs=one&hush"), roa("?Envs=one%26hush")),
        (roa("?Envs=one\n&hush\n/hush"), roa("?Envs=two")),
        (canonical("Envs=one&hu zq"), canonical("Envs=one")),
        (canonical("Envs=one\nhu zq:hush"), canonical("Envs=one")),
        (canonical("Envs=one\nx\n\nhush sh\nhush"), canonical("Envs=one")),
        (canonical("").replace("/a", "/a?Envs=hush"), canonical("Envs=hush")),
        (headers("x-acs-security-token:hush-1\n"), headers("x-acs-security-token:hush-2\n")),
        (headers("x-acs-security-token:hush-1\n"), headers("")),
        (headers("X-Acs-Security-Token:hush-1\n"), headers("x-acs-security-token:hush-1\n")),
        (headers("x-acs-accesskey-id:hush-1\n"), headers("x-acs-accesskey-id:hush-2\n")),
        ("GET\n\n\n\nX-Acs-Security-Token:hush\nx-acs-version:1\n/a".to_owned(), headers("")),
        (headers(""), "hush hush\n\n\n\n\n/a".to_owned()),
    ] {
        for explanation in [explain(&own, &server), explain(&server, &own)] {
            for text in [explanation.to_string(), format!("{explanation:?}")] {
                assert!(!text.contains("hu") && !text.contains("zq"), "{own:?} {server:?} {text}");
            }
            assert_ne!(explanation.cause, Cause::Secret);
        }
    }
}

#[test]
fn a_value_that_holds_an_ampersand_is_compared_as_one() {
    let own = r#"?Envs=[{"value":"one&two"}]&Name=a"#;
    for (from, to, advice) in [
        ("&two", "%26two", "ROA signs names and values raw"),
        (
            "[{\"value\":\"one&two\"}]",
            "%5B%7B%22value%22%3A%22one%26two%22%7D%5D",
            "ROA signs names and values raw",
        ),
        ("two", "three", "not the one that was signed"),
    ] {
        let text = |query: &str| format!("GET\n\n\n\n\n/a{query}");
        let explanation = explain(&text(own), &text(&own.replacen(from, to, 1)));
        let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
        assert_eq!(difference.part, query("Envs"));
        assert!(explanation.to_string().contains(advice), "{explanation}");
    }
    for (own, server) in [("?A=&B=1", "?A&B=1"), ("?A=1&B=", "?A=1&B")] {
        let explanation = explain(&format!("GET\n\n\n\n\n/{own}"), &format!("GET\n\n\n\n\n/{server}"));
        let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
        assert!(difference.advice.contains("an empty value"), "{explanation}");
    }
}

#[test]
fn white_space_that_only_one_text_has_is_told() {
    let canonical = "GET\n/\nName=a\nhost:h\n\nhost\ne3b0";
    for text in [OWN, "GET\n\n\n\n\n/a", canonical, "ACS3-HMAC-SHA256\n00ff"] {
        let message = |text: &str| format!("x server string to sign is:{text}");
        let json = |text: &str| format!(r#"{{"Message":{}}}"#, serde_json::json!(message(text)));
        for (own, server, part, signed, arrived) in [
            (format!("{text}\n"), text.to_owned(), Part::End, Some("\n"), None),
            (format!("{text}\n\n"), format!("{text}\n"), Part::End, Some("\n\n"), Some("\n")),
            (format!("{text} "), text.to_owned(), Part::End, Some(" "), None),
            (format!("{text}\t\n"), text.to_owned(), Part::End, Some("\t\n"), None),
            (format!("{text}\r\n"), text.to_owned(), Part::End, Some("\r\n"), None),
            (text.to_owned(), format!("{text} "), Part::End, None, Some(" ")),
            (text.to_owned(), format!("{text} \n"), Part::End, None, Some(" ")),
            (format!("\n{text}"), text.to_owned(), Part::Beginning, Some("\n"), None),
            (format!(" {text}"), text.to_owned(), Part::Beginning, Some(" "), None),
            (format!("\u{feff}{text}"), text.to_owned(), Part::Beginning, Some("\u{feff}"), None),
            (text.replace('\n', "\r\n"), text.to_owned(), Part::LineBreaks, Some("\r\n"), Some("\n")),
        ] {
            for server in [server.clone(), message(&server), json(&server)] {
                let is_canonical = text == canonical && server.contains("to sign");
                let server =
                    if is_canonical { server.replace("string to sign", "canonical request") } else { server };
                let explanation = explain(&own, &server);
                assert_eq!(explanation.cause, Cause::WhiteSpace, "{own:?} {server:?}");
                let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
                assert_eq!(difference.part, part, "{own:?} {server:?}");
                let seen = (difference.own.as_deref(), difference.server.as_deref());
                assert_eq!(seen, (signed, arrived), "{own:?} {server:?}");
                assert!(difference.advice.contains("copying"), "{explanation}");
            }
        }
        // What copying adds to both, or to the server's text, which can't have it, is no difference.
        let windows = |text: &str| text.replace('\n', "\r\n");
        for (own, server) in [
            (text.to_owned(), format!("{text}\n")),
            (text.to_owned(), format!("{text}\r\n\r\n")),
            (text.to_owned(), format!("\n  {text}\n")),
            (text.to_owned(), format!("\u{feff}{text}")),
            (text.to_owned(), windows(text)),
            (format!("{text}\n"), format!("{text}\n")),
            (format!("{text}\n"), windows(&format!("{text}\n"))),
            (windows(text), windows(text)),
            (format!("{text} "), format!("{text} ")),
        ] {
            assert_eq!(explain(&own, &server).cause, Cause::Secret, "{own:?} {server:?}");
        }
    }
    // Beside another difference, and in a value, where white space is a part of what is signed.
    let explanation = explain(&format!("{OWN}\n"), &OWN.replace("GET", "POST"));
    let parts: Vec<_> = explanation.differences.iter().map(|one| &one.part).collect();
    assert_eq!((explanation.cause, parts), (Cause::Request, vec![&Part::Method, &Part::End]));
    for (from, to) in [("Name=a b", "Name=a b "), ("Name=a b", "Name= a b"), ("Name=a b", "Name=a b\n")] {
        let explanation = explain(&OWN.replace(from, to), OWN);
        let [difference] = &explanation.differences[..] else { panic!("{explanation}") };
        assert_eq!(difference.part, query("Name"));
        assert!(difference.advice.contains("only white space differs"), "{explanation}");
    }
    let lines = |value: &str| format!("GET\n\n\n\n\n/?Command={value}&Z=1");
    assert_eq!(explain(&lines("a\r\nb"), &lines("a\r\nb")).cause, Cause::Secret);
    let explanation = explain(&lines("a\nb"), &lines("a\r\nb"));
    assert_eq!(explanation.differences[0].part, query("Command"), "{explanation}");
}

fn header(name: &str) -> Part {
    Part::Header(name.to_owned())
}

fn query(name: &str) -> Part {
    Part::Query(name.to_owned())
}
