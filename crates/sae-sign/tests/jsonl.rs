//! The line protocol.

#![cfg(feature = "jsonl")]

use sae_sign::jsonl::answer;
use serde_json::Value;

#[test]
fn every_vector_is_answered_with_its_steps() {
    for scheme in ["roa", "acs3"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(scheme);
        for case in std::fs::read_dir(folder).unwrap() {
            let case = case.unwrap().path();
            let mut request: Value =
                serde_json::from_slice(&std::fs::read(case.join("request.json")).unwrap()).unwrap();
            let object = request.as_object_mut().unwrap();
            object.remove("source");
            object.insert("scheme".into(), scheme.into());
            let answer: Value = serde_json::from_str(&answer(&request.to_string())).unwrap();
            let answer = answer.as_object().unwrap();
            assert_eq!(answer.len(), if scheme == "roa" { 3 } else { 4 }, "{answer:?}");
            for (step, text) in answer {
                let file = case.join(step).with_extension("txt");
                assert_eq!(
                    text.as_str().unwrap(),
                    std::fs::read_to_string(file).unwrap(),
                    "{}",
                    case.display()
                );
            }
        }
    }
}

#[test]
fn every_vector_that_can_not_be_right_is_refused_in_its_words() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/refused.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let answer: Value = serde_json::from_str(&answer(&case["request"].to_string())).unwrap();
        assert_eq!(answer, serde_json::json!({ "error": case["error"] }), "{}", case["rule"]);
    }
    assert!(text.lines().count() >= 69);
}

#[test]
fn a_line_that_cannot_be_signed_says_why() {
    let good = r#"{"scheme":"roa","method":"GET","path":"/","access_key_id":"id","access_key_secret":"TOP"}"#;
    assert!(answer(good).contains("\"signature\""));
    let with = |more: &str| good.replacen('}', &format!(",{more}}}"), 1);
    for (line, error) in [
        (String::new(), "not a line of JSON, at column 0"),
        ("{".to_owned(), "not a line of JSON, at column 1"),
        (format!("{good}x"), "not a line of JSON, at column 90"),
        ("[]".to_owned(), "the line is not a JSON object"),
        (good.replace("\"GET\"", "1"), "the key method must be a string"),
        (good.replace("\"TOP\"", "[\"TOP\"]"), "the key access_key_secret must be a string"),
        (good.replace("roa", "rpc"), "not a signature scheme: use roa or acs3"),
        (good.replace("\"path\":\"/\",", ""), "the key path is missing"),
        (good.replace("\"TOP\"", "null"), "the key access_key_secret is missing"),
        (with(r#""region":"cn""#), "unknown key \"region\""),
        (with(r#""TOP":"x""#), "unknown key"),
        (with(r#""method":"PUT""#), "the key method is given twice"),
        (with(r#""query":["a"]"#), "the key query must be an object of strings"),
        (with(r#""query":{"a":1}"#), "in query, the value of \"a\" must be a string"),
        (with(r#""headers":{"a":null}"#), "in headers, the value of \"a\" must be a string"),
        (with(r#""body":{}"#), "the key body must be a string"),
    ] {
        let answer = answer(&line);
        let json: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(json, serde_json::json!({ "error": error }), "{line}");
        assert!(!answer.contains("TOP"), "{answer}");
    }
    let nothing = good.replace("roa", "acs3");
    assert!(answer(&nothing).contains("ACS3 needs the header host"), "{}", answer(&nothing));
    let nulls = with(r#""query":null,"headers":null,"body":null,"security_token":null"#);
    assert!(answer(&nulls).contains("\"signature\""), "{}", answer(&nulls));
    let repeated = answer(&with(r#""query":{"a":"1","a":"2"}"#));
    assert!(repeated.contains("occurs twice"), "{repeated}");
}

#[test]
fn optional_keys_may_be_null_and_lines_stay_lines() {
    let line = r#"{"scheme":"acs3","method":"GET","path":"/","query":{"a":"1\n2\u2028"},"body":null,
        "headers":{"host":"h","x-acs-date":"2019-08-26T08:55:56Z","x-acs-signature-nonce":"n"},"security_token":null,"access_key_id":"id","access_key_secret":"secret"}"#;
    let answer = answer(line);
    assert!(answer.starts_with(r#"{"string_to_sign":"ACS3-HMAC-SHA256\n"#), "{answer}");
    assert!(!answer.contains('\n'));
}
