//! Bytes that aren't UTF-8 are refused by name, never replaced.

use sae_local::LocalSae;
use sae_sign::Scheme;

use crate::client::{Call, control, exchange};

const NAMESPACE: &str = "/pop/v1/paas/namespace";

#[tokio::test]
async fn a_parameter_that_is_no_text_is_named() {
    let local = LocalSae::start().await.unwrap();
    let refusal = |name: &str| {
        let message = format!("The specified value of parameter \"{name}\" is not valid.");
        (400, "InvalidParameter".to_owned(), message)
    };
    let said = |answer: crate::client::Answer| (answer.status, answer.value("Code"), answer.value("Message"));
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        let query = [("NamespaceId", "cn-beijing:a"), ("NamespaceName", "zzzz")];
        let sent = Call::new("POST", NAMESPACE, &query).scheme(scheme).bytes(&local, 0);
        for bytes in ["%ff", "%C0%80", "a%ED%A0%80b", "%E6%9D"] {
            let text = String::from_utf8(sent.clone()).unwrap();
            let answer = exchange(&local, text.replace("zzzz", bytes).as_bytes()).await;
            assert_eq!(said(answer), refusal("NamespaceName"), "{bytes}");
            let answer = exchange(&local, text.replace("zzzz", &format!("a&{bytes}=1")).as_bytes()).await;
            assert_eq!(said(answer).1, "InvalidParameter", "{bytes} as a name");
            let answer = exchange(&local, text.replace("paas", bytes).as_bytes()).await;
            assert_eq!(said(answer), refusal("path"), "{bytes} in the path");
            // It is the same in a form, where the signature covers the bytes themselves.
            let form = format!("NamespaceId=cn-beijing%3Aa&NamespaceName={bytes}");
            let form = Call::new("POST", NAMESPACE, &[]).body("application/x-www-form-urlencoded", &form);
            assert_eq!(said(form.scheme(scheme).send(&local).await), refusal("NamespaceName"), "{bytes}");
        }
        let mut sent =
            Call::new("POST", NAMESPACE, &query).scheme(scheme).header("x-acs-extra", "zzz").bytes(&local, 0);
        let at = sent.windows(5).rposition(|bytes| bytes == b": zzz").unwrap();
        sent[at + 3] = 0xff;
        assert_eq!(said(exchange(&local, &sent).await), refusal("x-acs-extra"));
    }
    assert!(
        control(&local, "GET", "requests?tenant=%ff", "").await.value("error").contains("is not valid UTF-8")
    );
    let list = Call::new("GET", "/pop/v1/paas/namespaces", &[("CurrentPage", "1"), ("PageSize", "10")]);
    let listed = list.send(&local).await;
    assert!(listed.status == 200 && !listed.body.contains("cn-beijing:a"), "{}", listed.body);
    // Valid text is accepted, including U+FFFD.
    for name in ["杭州", "\u{fffd}"] {
        let named = [("NamespaceId", "cn-beijing:b"), ("NamespaceName", name)];
        let answer = Call::new("POST", NAMESPACE, &named).scheme(Scheme::Acs3).send(&local).await;
        assert!(answer.value("Code") != "InvalidParameter", "{}", answer.body);
    }
}
