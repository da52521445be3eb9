//! The order of places, and what is said when none has anything.

use sae::credentials::{Chain, Environment, ProvideCredentials, Variables};
use sae_tests::{Canned, Step};

use crate::stage::{
    Hands, environment, home, id_of, parts, refusal_of, served_by, session, sts, text, time, within,
};

fn chain(environment: Environment) -> sae::credentials::Refreshing {
    Chain::new().with_environment(environment).refreshing()
}

#[tokio::test]
async fn the_places_are_tried_in_the_order_of_the_official_sdks() {
    let config = r#"{"current":"me","profiles":[{"name":"me","mode":"AK","access_key_id":"aliyun","access_key_secret":"s"}]}"#;
    let ini = "[default]\ntype=access_key\naccess_key_id=ini\naccess_key_secret=s\n";
    let home =
        home([(".aliyun/config.json", config), (".alibabacloud/credentials", ini), ("token", "hush-token")]);
    let token = home.path().join("token");
    let uri = Canned::start(vec![Step::ok(session("uri", &time(9, 0)))]).await;
    let mut variables = vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "environment"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", text(&token)),
        ("HOME", text(home.path())),
        ("ALIBABA_CLOUD_ECS_METADATA", "role"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", uri.endpoint()),
    ];
    // Each step takes away what came first.
    for (gone, first) in [
        ("", "environment"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "oidc"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "aliyun"),
        ("aliyun", "ini"),
        ("HOME", "metadata"),
        ("metadata", "uri"),
    ] {
        variables.retain(|(name, _)| *name != gone);
        match gone {
            "aliyun" => variables.push(("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")),
            "metadata" => variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")),
            _ => {}
        }
        let steps = match first {
            "metadata" => vec![Step::ok("token"), Step::ok(session("metadata", &time(9, 0)))],
            _ => vec![sts("oidc", &time(9, 0))],
        };
        let server = Canned::start(steps).await;
        let outside = served_by(&server, within(variables.iter().copied().collect()));
        assert_eq!(id_of(&chain(outside)).await, first, "without {gone}");
        let asked = match first {
            "oidc" => 1,
            "metadata" => 2,
            _ => 0,
        };
        assert_eq!(server.requests().len(), asked, "nothing is asked needlessly: {first}");
    }
}

#[tokio::test]
async fn a_session_of_the_environment_keeps_its_token() {
    let outside = environment([
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush-1"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "hush-2"),
    ]);
    let credentials = chain(outside).credentials().await.expect("a key");
    assert_eq!(parts(&credentials), ("id".to_owned(), "hush-1".to_owned(), Some("hush-2".to_owned())));
}

#[tokio::test]
async fn without_any_credentials_every_place_says_why() {
    let outside = environment([
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush"),
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/nowhere/token"),
        ("HOME", "/nowhere"),
    ]);
    insta::assert_snapshot!(refusal_of(&chain(outside)).await.replace("; ", ";\n"), @r"
    no credentials found;
    environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set;
    OIDC role: ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set;
    aliyun profile: there is no /nowhere/.aliyun/config.json;
    credentials file: there is no /nowhere/.alibabacloud/credentials;
    instance role: disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED;
    credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set
    ");
}

#[tokio::test]
async fn without_an_environment_nothing_is_configured() {
    let nothing = environment([]);
    insta::assert_snapshot!(refusal_of(&chain(nothing)).await.replace("; ", ";\n"), @r"
    no credentials found;
    environment: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set;
    OIDC role: ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set;
    aliyun profile: there is no home directory to look for ~/.aliyun/config.json in: HOME is not set;
    credentials file: there is no home directory to look for ~/.alibabacloud/credentials in: HOME is not set;
    instance role: disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED;
    credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set
    ");
}

#[tokio::test]
async fn a_place_that_has_given_credentials_is_kept_and_its_failures_surface() {
    let uri = Canned::start(vec![Step::ok(session("uri", &time(9, 0)))]).await;
    let refused = r#"{"Code":"AuthenticationFail.OIDCToken.Expired","RequestId":"R-2","Message":"hush"}"#;
    let server = Canned::start(vec![sts("oidc", &time(8, 30)), Step::status(400, refused)]).await;
    let home = home([("token", "hush-token")]);
    let token = home.path().join("token");
    let hands = Hands::new();
    let outside = environment([
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", text(&token)),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", uri.endpoint()),
    ]);
    let chain = chain(served_by(&server, outside).clock(hands.clock()));
    assert_eq!(id_of(&chain).await, "oidc");
    hands.forward(31);
    let refusal = refusal_of(&chain).await;
    let expected = format!(
        "OIDC role: STS at {} refused with HTTP status 400, code AuthenticationFail.OIDCToken.Expired, request id R-2",
        server.endpoint()
    );
    assert_eq!(refusal, expected);
    assert_eq!(uri.requests().len(), 0);
}

#[tokio::test]
async fn a_place_that_fails_leaves_the_word_to_the_next_and_is_asked_again_later() {
    let uri = Canned::start(vec![Step::status(403, ""), Step::ok(session("uri", &time(9, 0)))]).await;
    let chain = chain(environment([("ALIBABA_CLOUD_CREDENTIALS_URI", uri.endpoint())]));
    refusal_of(&chain).await;
    assert_eq!(id_of(&chain).await, "uri");
}

#[test]
fn environment_and_environments_show_no_values() {
    let variables = Variables::from([("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush"), ("HOME", "hush")]);
    let outside = Environment::new(variables.clone());
    let chain = Chain::new().with_environment(outside.clone());
    let refreshing = chain.clone().refreshing();
    let role = sae::credentials::Role::new("arn")
        .external_id("hush")
        .policy("hush")
        .with_environment(outside.clone());
    let shown = format!("{variables:?} {outside:?} {chain:?} {refreshing:?} {role:?}");
    assert!(!shown.contains(crate::stage::MARK), "{shown}");
    assert!(shown.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), "names are no secrets: {shown}");
}
