//! A typical GET: 10 parameters, 8 headers.

use std::borrow::Cow;

use sae_sign::Scheme;

pub type Pairs = Vec<(Cow<'static, str>, Cow<'static, str>)>;

pub fn get(scheme: Scheme) -> (Pairs, Pairs) {
    let query = [
        ("RegionId", "cn-hangzhou"),
        ("NamespaceId", "cn-hangzhou:test"),
        ("AppName", "order service"),
        ("CurrentPage", "1"),
        ("PageSize", "50"),
        ("FieldType", "appName"),
        ("FieldValue", "订单"),
        ("OrderBy", "running"),
        ("Reverse", "true"),
        ("Tags", r#"[{"key":"env","value":"prod"}]"#),
    ];
    let [date, method, version] = match scheme {
        Scheme::Acs3 => [
            ("x-acs-date", "2019-08-26T08:55:56Z"),
            ("x-acs-action", "ListApplications"),
            ("x-acs-region-id", "cn-hangzhou"),
        ],
        _ => [
            ("Date", "Mon, 26 Aug 2019 08:55:56 GMT"),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
        ],
    };
    let headers = [
        ("Accept", "application/json"),
        date,
        ("Host", "sae.cn-hangzhou.aliyuncs.com"),
        ("User-Agent", "AlibabaCloud (linux; x86_64) Rust/1.95 Core/0.1"),
        method,
        ("x-acs-signature-nonce", "f63659d4-10ac-483b-99da-ea8fde61eae3"),
        version,
        ("x-acs-version", "2019-05-06"),
    ];
    let owned = |pairs: &[(&'static str, &'static str)]| {
        pairs.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))).collect()
    };
    (owned(&query), owned(&headers))
}
