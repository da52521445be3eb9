//! Temporary keys, which are accepted only with their security token.

use sae_local::LocalSae;
use sae_sign::Scheme;

use crate::client::Call;

#[tokio::test]
async fn a_temporary_key_is_good_with_its_token_alone() {
    let local = LocalSae::builder().security_token("STS.1", "secret", "session-token").start().await.unwrap();
    let call = |token: &str| {
        Call::new("GET", "/pop/v1/paas/regionConfig", &[])
            .key("STS.1", "secret")
            .header("x-acs-security-token", token)
    };
    for scheme in [Scheme::Roa, Scheme::Acs3] {
        assert_eq!(call("session-token").scheme(scheme).send(&local).await.status, 200);
        for (token, status, code) in [
            ("", 404, "InvalidAccessKeyId.NotFound"),
            ("other-token", 400, "InvalidSecurityToken.MismatchWithAccessKey"),
            ("session token", 400, "InvalidSecurityToken.Malformed"),
        ] {
            let answer = call(token).scheme(scheme).send(&local).await;
            assert_eq!(answer.refusal(), (status, code.to_owned()), "{token}");
        }
    }
    // The token doesn't replace the signature.
    let forged = call("session-token").key("STS.1", "guessed").send(&local).await;
    assert_eq!(forged.refusal(), (400, "SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn keys_are_added_while_it_runs() {
    let local = LocalSae::start().await.unwrap();
    let control = local.control();
    let call = Call::new("GET", "/pop/v1/paas/regionConfig", &[]);
    let ask = || call.clone().key("late", "secret");
    assert_eq!(ask().send(&local).await.status, 404);
    control.add_tenant("late", "secret").unwrap();
    assert_eq!(ask().send(&local).await.status, 200);
    control.add_temporary_tenant("STS.2", "secret", "token").unwrap();
    let temporary = call.clone().key("STS.2", "secret").header("x-acs-security-token", "token");
    assert_eq!(temporary.send(&local).await.status, 200);
    for (id, secret) in [("late", "x"), ("", "x"), ("x", ""), ("a:b", "x"), ("a b", "x")] {
        assert!(control.add_tenant(id, secret).is_err(), "{id:?}");
    }
    assert!(control.add_temporary_tenant("x", "y", "").is_err());
    assert!(control.tenant("nobody").unwrap_err().to_string().contains("STS.2, late, local"));
}
