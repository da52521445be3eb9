//! Profiles in files: those of the `aliyun` program and those of the official SDKs.

use sae::credentials::{Chain, ProvideCredentials, Refreshing};
use sae_tests::{Canned, Step};
use tempfile::TempDir;

use crate::stage::{
    MARK, environment, header, home, id_of, parameter, parts, refusal_of, served_by, session, sts, text, time,
};

fn config(profiles: &str) -> TempDir {
    home([(".aliyun/config.json", &format!(r#"{{"current":"plain","profiles":[{profiles}]}}"#))])
}

fn named(home: &TempDir, name: &str) -> Refreshing {
    Chain::new().with_environment(environment([("HOME", text(home.path()))])).profile(name).refreshing()
}

fn asking(server: &Canned, home: &TempDir, name: &str) -> Refreshing {
    let outside = served_by(server, environment([("HOME", text(home.path()))]));
    Chain::new().with_environment(outside).profile(name).refreshing()
}

#[tokio::test]
async fn keys_are_read_from_the_profile_that_is_wanted() {
    let home = config(
        r#"{"name":"plain","mode":"AK","access_key_id":"plain","access_key_secret":"hush-1","region_id":"cn-beijing"},
           {"name":"session","mode":"StsToken","access_key_id":"session","access_key_secret":"hush-2","sts_token":"hush-3"}"#,
    );
    let key = |text: &str| text.to_owned();
    let plain = named(&home, "plain").credentials().await.expect("a key");
    assert_eq!(parts(&plain), (key("plain"), key("hush-1"), None));
    let session = named(&home, "session").credentials().await.expect("a key");
    assert_eq!(parts(&session), (key("session"), key("hush-2"), Some(key("hush-3"))));

    for (variable, expected) in [("", "plain"), ("session", "session")] {
        let outside = environment([("HOME", text(home.path())), ("ALIBABA_CLOUD_PROFILE", variable)]);
        let chain = Chain::new().with_environment(outside);
        assert_eq!(chain.region().as_deref(), (expected == "plain").then_some("cn-beijing"));
        assert_eq!(id_of(&chain.refreshing()).await, expected);
    }
    let file = home.path().join(".aliyun/config.json");
    let outside = environment([("ALIBABA_CLOUD_CONFIG_FILE", text(&file))]);
    assert_eq!(id_of(&Chain::new().with_environment(outside).refreshing()).await, "plain");
}

#[tokio::test]
async fn a_role_of_a_profile_is_assumed_with_all_that_the_profile_says() {
    let home = config(
        r#"{"name":"role","mode":"RamRoleArn","access_key_id":"user","access_key_secret":"hush","ram_role_arn":"acs:ram::1:role/r",
            "ram_session_name":"me","expired_seconds":1800,"policy":"{}","external_id":"e-1","sts_region":"cn-hangzhou"}"#,
    );
    let server = Canned::start(vec![sts("sts.1", &time(8, 30))]).await;
    assert_eq!(id_of(&asking(&server, &home, "role")).await, "sts.1");
    let request = &server.requests()[0];
    for (name, value) in [
        ("RoleArn", "acs:ram::1:role/r"),
        ("RoleSessionName", "me"),
        ("DurationSeconds", "1800"),
        ("Policy", "{}"),
        ("ExternalId", "e-1"),
    ] {
        assert_eq!(parameter(request, name).as_deref(), Some(value), "{name}");
    }
    assert!(header(request, "authorization").is_some_and(|value| value.contains("Credential=user,")));
}

#[tokio::test]
async fn profiles_may_stand_on_each_other() {
    let home = config(
        r#"{"name":"top","mode":"ChainableRamRoleArn","source_profile":"middle","ram_role_arn":"acs:ram::1:role/top"},
           {"name":"middle","mode":"ChainableRamRoleArn","source_profile":"plain","ram_role_arn":"acs:ram::1:role/middle"},
           {"name":"plain","mode":"AK","access_key_id":"plain","access_key_secret":"hush"}"#,
    );
    let server = Canned::start(vec![sts("sts.middle", &time(9, 0)), sts("sts.top", &time(9, 0))]).await;
    assert_eq!(id_of(&asking(&server, &home, "top")).await, "sts.top");
    let roles: Vec<_> =
        server.requests().iter().map(|request| parameter(request, "RoleArn").expect("a role")).collect();
    assert_eq!(roles, ["acs:ram::1:role/middle", "acs:ram::1:role/top"]);
}

#[tokio::test]
async fn profiles_that_stand_on_themselves_are_refused() {
    let home = config(
        r#"{"name":"a","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"acs:ram::1:role/a"},
           {"name":"b","mode":"ChainableRamRoleArn","source_profile":"c","ram_role_arn":"acs:ram::1:role/b"},
           {"name":"c","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"acs:ram::1:role/c"}"#,
    );
    let refusal = refusal_of(&named(&home, "a")).await;
    assert!(refusal.contains("aliyun profile: the profiles go in a circle: a -> b -> c -> b;"), "{refusal}");
}

#[tokio::test]
async fn modes_that_ask_elsewhere_do_so() {
    let token = home([("token", "hush-token")]);
    let file = token.path().join("token");
    let uri = Canned::start(vec![Step::ok(session("uri.1", &time(9, 0)))]).await;
    let home = config(&format!(
        r#"{{"name":"ecs","mode":"EcsRamRole","ram_role_name":"deployer"}},
           {{"name":"oidc","mode":"OIDC","ram_role_arn":"acs:ram::1:role/r","oidc_provider_arn":"acs:ram::1:oidc-provider/p",
             "oidc_token_file":{},"role_session_name":"pod"}},
           {{"name":"uri","mode":"CredentialsURI","credentials_uri":"{}/x"}},
           {{"name":"oauth","mode":"OAuth","access_key_id":"oauth.1","access_key_secret":"hush","sts_token":"hush","sts_expiration":1795338000}},
           {{"name":"ended","mode":"OAuth","access_key_id":"oauth.1","access_key_secret":"hush","sts_token":"hush","sts_expiration":1795334400}}"#,
        serde_json::json!(file),
        uri.endpoint(),
    ));
    assert_eq!(id_of(&named(&home, "uri")).await, "uri.1");
    assert_eq!(id_of(&named(&home, "oauth")).await, "oauth.1");
    let refusal = refusal_of(&named(&home, "ended")).await;
    assert!(refusal.contains("has no valid session: run any command of `aliyun` with it"), "{refusal}");

    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    assert_eq!(id_of(&asking(&server, &home, "oidc")).await, "sts.1");
    assert_eq!(parameter(&server.requests()[0], "RoleSessionName").as_deref(), Some("pod"));

    let server = Canned::start(vec![Step::ok("token"), Step::ok(session("ecs.1", &time(9, 0)))]).await;
    let variables = [("HOME", text(home.path()))].into();
    let outside = served_by(&server, crate::stage::within(variables));
    assert_eq!(id_of(&Chain::new().with_environment(outside).profile("ecs").refreshing()).await, "ecs.1");
    assert!(server.requests()[1].contains("/security-credentials/deployer "));
}

#[tokio::test]
async fn what_a_profile_lacks_is_named() {
    let home = config(
        r#"{"name":"plain","mode":"AK","access_key_id":"hush","access_key_secret":""},
           {"name":"strange","mode":"RsaKeyPair","private_key":"hush"},
           {"name":"short","mode":"RamRoleArn","access_key_id":"hush","access_key_secret":"hush","ram_role_arn":"r","expired_seconds":60},
           {"name":"orphan","mode":"ChainableRamRoleArn","source_profile":"gone","ram_role_arn":"r"}"#,
    );
    let path = home.path().join(".aliyun/config.json");
    let path = text(&path);
    for (name, complaint) in [
        ("plain", format!(r#"the profile "plain" in {path} has no access_key_secret"#)),
        (
            "strange",
            format!(r#"the profile "strange" in {path} has no mode that is known here: AK, StsToken,"#),
        ),
        ("short", "a session of 60 s is too short: 900 s are the least".to_owned()),
        ("orphan", format!(r#"{path} has no profile "gone""#)),
        ("nobody", format!(r#"{path} has no profile "nobody""#)),
    ] {
        let refusal = refusal_of(&named(&home, name)).await;
        assert!(refusal.contains(&complaint), "{name}: {refusal}");
    }
}

#[tokio::test]
async fn a_broken_file_is_named_and_not_shown() {
    for (text_of_file, complaint) in [
        ("{\"current\":\"me\",\n  hush}", "config.json is no JSON: see line 2, column 3"),
        (r#"["hush"]"#, "config.json names no current profile"),
        (r#"{"current":"hush"#, "config.json is no JSON: see line 1, column 16"),
    ] {
        let home = home([(".aliyun/config.json", text_of_file)]);
        let outside = environment([("HOME", text(home.path()))]);
        let refusal = refusal_of(&Chain::new().with_environment(outside).refreshing()).await;
        assert!(refusal.contains(complaint), "{refusal}");
    }
}

#[tokio::test]
async fn a_changed_file_is_noticed_when_the_key_is_asked_for_again() {
    let profile = |id: &str| {
        format!(
            r#"{{"current":"me","profiles":[{{"name":"me","mode":"AK","access_key_id":"{id}","access_key_secret":"s"}}]}}"#
        )
    };
    let home = home([(".aliyun/config.json", &profile("old"))]);
    let hands = crate::stage::Hands::new();
    let outside = environment([("HOME", text(home.path()))]).clock(hands.clock());
    let chain = Chain::new().with_environment(outside).refreshing();
    assert_eq!(id_of(&chain).await, "old");
    std::fs::write(home.path().join(".aliyun/config.json"), profile("new")).expect("a file");
    assert_eq!(id_of(&chain).await, "old");
    hands.forward(20);
    assert_eq!(id_of(&chain).await, "new");
}

const INI: &str = "
; a comment
[default]
type = access_key
access_key_id = plain   # the id
access_key_secret = hush-1

[role]
type=ram_role_arn
access_key_id=user
access_key_secret=hush-2
role_arn=acs:ram::1:role/r
role_session_name=me
policy={}

[pod]
type = oidc_role_arn
role_arn = acs:ram::1:role/r
oidc_provider_arn = acs:ram::1:oidc-provider/p
oidc_token_file_path = /nowhere/token

[pair]
type = rsa_key_pair
private_key_file = hush

[empty]
";

#[tokio::test]
async fn the_file_of_the_official_sdks_is_read_under_each_of_its_names() {
    for name in [".alibabacloud/credentials", ".alibabacloud/credentials.ini", "elsewhere"] {
        let home = home([(name, INI)]);
        let file = home.path().join("elsewhere");
        let other = if name == "elsewhere" { text(&file) } else { "" };
        let outside = environment([("HOME", text(home.path())), ("ALIBABA_CLOUD_CREDENTIALS_FILE", other)]);
        let credentials =
            Chain::new().with_environment(outside).refreshing().credentials().await.expect("a key");
        assert_eq!(parts(&credentials), ("plain".to_owned(), format!("{MARK}-1"), None));
    }
}

#[tokio::test]
async fn the_types_of_sections_do_what_they_say() {
    let home = home([(".alibabacloud/credentials", INI)]);
    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    assert_eq!(id_of(&asking(&server, &home, "role")).await, "sts.1");
    assert_eq!(parameter(&server.requests()[0], "RoleArn").as_deref(), Some("acs:ram::1:role/r"));
    assert_eq!(parameter(&server.requests()[0], "Policy").as_deref(), Some("{}"));
    for (name, complaint) in [
        ("pod", "credentials file: there is no /nowhere/token"),
        (
            "pair",
            "credentials has no type that is known here: access_key, ram_role_arn, oidc_role_arn or ecs_ram_role",
        ),
        ("empty", "credentials has no type"),
        ("nobody", "credentials has no section [nobody]"),
    ] {
        let refusal = refusal_of(&named(&home, name)).await;
        assert!(refusal.contains(complaint), "{name}: {refusal}");
    }
}
