//! Secrets in manifests: new ones, and those that are left unchanged.

use crate::program::Program;
use crate::{SHOP, changed};

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_secret_is_kept() {
    let program = Program::start().await.with_manifest().await;
    let exported = program.must(&["export"]).await;
    let text = exported.replace("repo/web:1", "repo/web:2");
    let plan = program.plan(&text).await;
    assert_eq!(
        plan.lines().filter(|line| line.starts_with("    ")).collect::<Vec<_>>(),
        ["    ~ image: repo/web:1 -> repo/web:2"]
    );
    program.must(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!(program.plan(&changed(&[("repo/web:1", "repo/web:2")])).await, "no differences\n");
    // Where nothing runs, there is nothing to keep.
    let elsewhere = Program::start().await;
    let refused = elsewhere.run(&["apply", "-f", &elsewhere.manifest(&text), "--yes"]).await;
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("there is no present value for application.command, "),
        "{}",
        refused.stderr
    );
    assert_eq!(elsewhere.must(&["app", "list", "-q"]).await, "");
}

/// An application with sidecars, each with its token as TOML has it.
fn sidecars(tokens: &[(&str, &str)]) -> String {
    let sidecar = |(name, token): &(&str, &str)| {
        format!(
            "[[application.sidecar_containers_config]]\nname = \"{name}\"\nimage = \"repo/{name}:1\"\ncpu = 500\nmemory = 1024\n\
             env = {{ TOKEN = {token} }}\n"
        )
    };
    let sidecars: String = tokens.iter().map(sidecar).collect();
    format!(
        "{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/web:1\"\n{sidecars}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_secret_stays_with_its_container() {
    const KEPT: &str = "{ unchanged = true }";
    let program = Program::start().await;
    let both = sidecars(&[("payments", "\"hush-payments\""), ("mailer", "\"hush-mailer\"")]);
    program.apply(&both).await;
    let swapped = sidecars(&[("mailer", KEPT), ("payments", KEPT)]);
    let plan = program.plan(&swapped).await;
    assert!(
        plan.contains(
            "    ~ sidecar_containers_config: [\"payments\",\"mailer\"] -> [\"mailer\",\"payments\"]\n"
        ),
        "{plan}"
    );
    program.apply(&swapped).await;
    let told = sidecars(&[("mailer", "\"hush-mailer\""), ("payments", "\"hush-payments\"")]);
    assert_eq!(program.plan(&told).await, "no differences\n");
    let less = sidecars(&[("payments", KEPT)]);
    let plan = program.plan(&less).await;
    assert!(plan.contains("    - sidecar_containers_config[mailer]: {"), "{plan}");
    program.apply(&less).await;
    assert_eq!(program.plan(&sidecars(&[("payments", "\"hush-payments\"")])).await, "no differences\n");
    // There is nothing to keep for another one.
    let another = sidecars(&[("ledger", KEPT)]);
    let refused = program.run(&["apply", "-f", &program.manifest(&another), "--yes"]).await;
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("value for application.sidecar_containers_config[ledger].env.TOKEN,"),
        "{}",
        refused.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn masked_values_are_left_alone() {
    let program = Program::start().await;
    let text = format!(
        "{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/web:1\"\n\
         env = {{ TOKEN = \"***\", GREETING = \"hello\" }}\n"
    );
    program.apply(&text).await;
    let exported = program.run(&["export", "--with-secrets"]).await;
    assert!(exported.stdout.contains("TOKEN = { unchanged = true }"), "{}", exported.stdout);
    assert!(exported.stderr.contains("the service doesn't show web.env.TOKEN"), "{}", exported.stderr);
    assert_eq!(program.plan(&exported.stdout).await, "no differences\n");
    let other = exported.stdout.replace("repo/web:1", "repo/web:2");
    program.apply(&other).await;
    assert_eq!(program.must(&["export", "--with-secrets"]).await, other);
    // A variable isn't sent without the others.
    let refused = other.replace("hello", "good day");
    let plan = program.refused_plan(&refused).await;
    assert!(plan.contains("~ env.GREETING: hello -> good day"), "{plan}");
    assert!(
        plan.contains("the service doesn't return the value of application.env.TOKEN, marked unchanged, which has to be sent"),
        "{plan}"
    );
    let ended = program.run(&["apply", "-f", &program.manifest(&refused), "--yes"]).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert_eq!(program.must(&["export", "--with-secrets"]).await, other);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_in_an_address_are_not_shown() {
    let program = Program::start().await;
    let address = "https://user:hush-password@host/x.jar?Signature=hush-signature&security-token=hush-token";
    let text = format!(
        "{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\npackage = \"{address}\"\n\
         package_version = \"1\"\njdk = \"Open JDK 8\"\nloki_configs = \"hush-loki\"\nphp_config = \"hush-php\"\n"
    );
    let file = program.manifest(&text);
    let mut seen = String::new();
    for line in [
        format!("plan -f {file}"),
        format!("plan -f {file} --output json"),
        format!("plan -f {file} --output table"),
        format!("apply -f {file} --yes"),
        "app list".to_owned(),
        "app show web".to_owned(),
        "export".to_owned(),
    ] {
        seen.push_str(&program.session(&[&line]).await);
    }
    assert!(!seen.contains("hush"), "{seen}");
    assert!(seen.contains("+ package: https://(secret)@host/x.jar?(secret)"), "{seen}");
    let exported = program.must(&["export"]).await;
    assert_eq!(program.plan(&exported).await, "no differences\n", "{exported}");
    assert_eq!(program.plan(&program.must(&["export", "--with-secrets"]).await).await, "no differences\n");
    let plan = program.plan(&text.replace("hush-signature", "hush-other")).await;
    assert!(
        plan.contains("    ~ package: https://(secret)@host/x.jar?(secret) -> another (secret)\n"),
        "{plan}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_shown_unless_the_manifest_or_their_name_says_that_they_are_secret() {
    let program = Program::start().await;
    let text = |mode: &str, rest: &str| {
        format!(
            "{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/web:1\"\n\
             [application.env]\nMODE = \"{mode}\"\n{rest}"
        )
    };
    let before = text(
        "live",
        "DSN = { value = \"hush-dsn\", secret = true }\napiKey = \"hush-key\"\nDB_PASSWORD = \"hush-word\"\n\
         LINK = \"http://user:hush-user@h/x?t=hush-query\"\nGONE = \"hush-gone\"\n",
    );
    let new = program.plan(&before).await;
    for line in [
        "MODE: live",
        "DSN: (secret)",
        "apiKey: (secret)",
        "DB_PASSWORD: (secret)",
        "LINK: http://(secret)@h/x?(secret)",
    ] {
        assert!(new.contains(&format!("    + env.{line}\n")), "{new}");
    }
    program.apply(&before).await;
    assert_eq!(program.plan(&before).await, "no differences\n");
    let after = text(
        "calm",
        "DSN = { value = \"hush-other\", secret = true }\napiKey = \"hush-other\"\nDB_PASSWORD = \"hush-word\"\n\
         LINK = \"http://user:hush-other@h/x?t=hush-query\"\n",
    );
    let plan = program.plan(&after).await;
    for line in [
        "~ env.MODE: live -> calm",
        "~ env.DSN: (secret) -> another (secret)",
        "~ env.apiKey: (secret) -> another (secret)",
        "~ env.LINK: http://(secret)@h/x?(secret) -> another (secret)",
        "- env.GONE: (secret)",
    ] {
        assert!(plan.contains(&format!("    {line}\n")), "{plan}");
    }
    let json = program.must(&["plan", "-f", &program.manifest(&after), "--output", "json"]).await;
    assert!(json.contains("\"live\"") && json.contains("\"calm\""), "{json}");
    for seen in [new.replace("    + env.GONE: hush-gone\n", ""), plan, json] {
        assert!(!seen.contains("hush"), "{seen}");
    }
}
