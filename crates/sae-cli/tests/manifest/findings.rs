//! `sae plan` reports what the service would refuse, before anything is changed.

use sae_local::Fault;

use crate::SHOP;
use crate::program::{Ended, Program};

impl Program {
    /// What `plan` refuses in a text, one line each and without the name of the file. Nothing may be changed.
    async fn findings(&self, text: &str) -> Vec<String> {
        let file = self.manifest(text);
        let plan = self.run(&["plan", "-f", &file]).await;
        assert_eq!((plan.code, plan.stdout.as_str()), (2, ""), "{}", plan.stderr);
        let apply = self.run(&["apply", "-f", &file, "--yes"]).await;
        assert_eq!((apply.code, apply.stdout.as_str()), (2, ""), "{}", apply.stderr);
        assert_eq!(apply.stderr, plan.stderr);
        let drift = self.run(&["drift", "-f", &file]).await;
        assert_eq!(
            (drift.code, drift.stdout.as_str()),
            (1, ""),
            "2 says that something differs: {}",
            drift.stderr
        );
        let lines = plan.stderr.lines().map(|line| {
            let line = line.strip_prefix("error: ").or_else(|| line.strip_prefix("  ")).unwrap_or(line);
            line.strip_prefix(&format!("{file}:")).unwrap_or(line).to_owned()
        });
        lines.collect()
    }
}

fn web(members: &str) -> String {
    format!("{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\n{members}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn all_refusals_are_reported_at_once_with_lines_and_nearest_values() {
    let program = Program::start().await;
    let text = format!(
        "{SHOP}{}",
        "[[application]]\nname = \"one\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/one:1\"\n\
         [[application]]\nname = \"two\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/two:1\"\ncpu = 1234\nmemory = 2048\n\
         [[application]]\nname = \"three\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/three:1\"\nreplicas = -4\n\
         [[application]]\nname = \"four\"\nnamespace = \"cn-hangzhou:shop\"\n\
         [[application]]\nname = \"5 five!\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/five:1\"\n\
         [[application]]\nname = \"six\"\nnamespace = \"cn-hangzhou:shp\"\nimage = \"repo/six :1\"\n"
    );
    assert_eq!(
        program.findings(&text).await,
        [
            "11: application.cpu: there is no size of cpu 1234 and memory 2048; the nearest is cpu 1000 and memory 2048",
            "17: application.replicas takes a whole number of at least 0, not -4; the nearest is 0",
            "19: application.image and application.package are missing: give one of them, or deploy = false",
            "22: application.name takes up to 36 letters, digits and hyphens that begin with a letter and don't end with a hyphen, not \"5 five!\"; did you mean five?",
            "27: the namespace \"cn-hangzhou:shp\" doesn't exist, and the manifest doesn't create it; did you mean cn-hangzhou:shop or cn-hangzhou?",
            "28: application.image takes the address of an image without blanks, as in repo/shop:2, not \"repo/six :1\"; did you mean repo/six:1?",
        ]
    );
    assert_eq!(program.must(&["ns", "list", "-q"]).await.trim(), "cn-hangzhou", "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_one_application_are_reported_with_their_lines() {
    let program = Program::start().await;
    let text = web(
        "image = \"r/web :1\"\nreplicas = -1\ntimezone = \"Mars/X\"\nvpc_id = \"net-1\"\nmount_host = \"a b\"\n\
         packageversion = \"1\"\ntermination_grace_period_seconds = \"30\"\n[application.liveness]\ncommand = []\n\
         period_seconds = 0\n[application.readiness]\nperiod_seconds = 3",
    );
    let findings = program.findings(&text).await;
    let heads: Vec<_> =
        findings.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        heads,
        [
            "6: application.image",
            "7: application.replicas",
            "8: application.timezone",
            "9: application.vpc_id",
            "10: application.mount_host",
            "11: application",
            "12: application.termination_grace_period_seconds",
            "14: application.liveness.command",
            "15: application.liveness.period_seconds",
            "16: application.readiness",
        ],
        "{findings:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_deployed_is_refused() {
    let program = Program::start().await;
    for (members, expected) in [
        (
            "image = \"r/a:1\"\ncpu = 1000",
            "cpu needs application.memory: the service has cpu 1000 and memory 1024",
        ),
        ("image = \"r/a:1\"\nreplicas = 0", "replicas takes at least 1 for a new application"),
        ("image = \"r/a:1\"\npackage_type = \"Imag\"", "did you mean Image, "),
        (
            "image = \"r/a:1\"\njdk = \"Open JDK 8\"",
            "jdk is not supported for applications of the type Image",
        ),
        (
            "package = \"http://h/a.jar\"\npackage_version = \"1\"\njdk = \"Open JDK 9\"",
            "did you mean Open JDK 8",
        ),
        (
            "package = \"http://h/a.jar\"\njdk = \"Open JDK 8\"",
            "package needs application.package_version for the type FatJar",
        ),
        (
            "package = \"http://h/a.jar\"\npackage_version = \"1\"",
            "package needs application.jdk for the type FatJar",
        ),
        (
            "package = \"http://h/a.war\"\npackage_version = \"1\"\njdk = \"Open JDK 8\"",
            "package needs application.web_container",
        ),
        (
            "package = \"http://u:hush@h/a b.jar?x=hush\"\npackage_version = \"1\"\njdk = \"Open JDK 8\"",
            "ends in .jar, not http://(secret)@h/a b.jar?(secret)",
        ),
        (
            "image = \"r/a:1\"\npackage = \"http://h/a.jar\"\npackage_version = \"1\"\njdk = \"Open JDK 8\"",
            "image is not supported for applications of the type FatJar",
        ),
        ("package_type = \"FatJar\"\nimage = \"r/a:1\"", "package_type FatJar needs application.package"),
        (
            "image = \"r/a:1\"\ntermination_grace_period_seconds = 301",
            "from 1 to 300, not 301; the nearest is 300",
        ),
        ("image = \"r/a:1\"\nmin_ready_instance_ratio = 101", "from -1 to 100, not 101; the nearest is 100"),
        (
            "image = \"r/a:1\"\nhost_aliases = [{ host_name = \"db\", ip = \"10.0.0\" }]",
            "ip takes an IP address",
        ),
        (
            "image = \"r/a:1\"\nhost_aliases = [{ ip = \"10.0.0.1\" }]",
            "host_aliases[0] needs the key host_name",
        ),
        (
            "image = \"r/a:1\"\nliveness = { http = { path = \"/\", port = 70000 } }",
            "from 1 to 65535, not 70000; the nearest is 65535",
        ),
        (
            "image = \"r/a:1\"\nliveness = { period_seconds = 3 }",
            "liveness takes one of command, http and tcp",
        ),
        (
            "image = \"r/a:1\"\nslb = { internet = [{ port = 80, target = 8080, protocol = \"UDP\" }] }",
            "protocol takes TCP, HTTP or HTTPS, not \"UDP\"",
        ),
        (
            "image = \"r/a:1\"\nslb = { internet = [{ port = 80, target = 1 }, { port = 80, target = 2 }] }",
            "internet[1].port is already used by another listener",
        ),
        ("image = \"r/a:1\"\nslb = { internet = [{ port = 80 }] }", "internet[0] needs the key target"),
        ("image = \"r/a:1\"\nenv = { \"A=B\" = \"x\" }", "env has the name \"A=B\""),
        ("image = \"r/a:1\"\nvpc_id = \"net-1\"", "vpc_id takes the identifier of a VPC"),
        (
            "image = \"r/a:1\"\ntomcat = { port = 80 }",
            "tomcat.port takes a whole number from 1024 to 65535, not 80",
        ),
        ("image = \"r/a:1\"\nliveness = { command = [] }", "liveness.command takes the name of a program"),
        (
            "image = \"r/a:1\"\npre_stop = { command = [\"\"] }",
            "pre_stop.command takes the name of a program",
        ),
        ("image = \"r/a:1\"\nmount_host = \"a b\"", "mount_host takes a host name"),
        (
            "image = \"r/a:1\"\ntimezone = \"Mars/X\"",
            "timezone takes a time zone as area and city, as in Asia/Shanghai, or UTC, not \"Mars/X\"",
        ),
        ("image = \"r/a:1\"\ntimezone = \"aisa/Shanghai\"", "; did you mean Asia/Shanghai?"),
        ("image = \"r/a:1\"\ntimezone = \"America/New York\"", "; did you mean America/New_York?"),
        ("image = \"r/a:1\"\ntimezone = \"utc\"", "; did you mean UTC?"),
    ] {
        let findings = program.findings(&web(members)).await;
        assert_eq!(findings.len(), 1, "{members}: {findings:?}");
        assert!(findings[0].contains(expected) && !findings[0].contains("hush"), "{members}: {findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_can_not_be_made_is_refused() {
    let program = Program::start().await;
    for (members, expected) in [
        (
            "id = \"cn-hangzho:shop\"",
            "1: namespace.id: the service has no region \"cn-hangzho\"; did you mean cn-hangzhou, ",
        ),
        ("id = \"cn-hangzhou:My Shop\"", "not \"cn-hangzhou:My Shop\"; did you mean cn-hangzhou:myshop?"),
        (
            &format!("id = \"cn-hangzhou:shop\"\ndescription = \"{}\"", "x".repeat(101)),
            "takes at most 100 characters, not 101",
        ),
    ] {
        let findings = program.findings(&format!("[[namespace]]\n{members}\n")).await;
        assert!(
            findings.len() == 1 && findings[0].contains(&expected.replace("1: ", "")),
            "{members}: {findings:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_was_never_deployed_needs_an_image_to_run() {
    let program = Program::start().await;
    program.apply(&web("deploy = false")).await;
    let findings = program.findings(&web("replicas = 1")).await;
    assert!(findings.len() == 1 && findings[0].contains("are missing"), "{findings:?}");
    program.apply(&web("image = \"repo/web:1\"")).await;
    assert_eq!(program.plan(&web("image = \"repo/web:1\"")).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_reported_without_the_service() {
    let program = Program::start().await;
    program.control().fault(Fault::everywhere().status(503)).expect("a fault");
    let text = web("image = \"repo/web:1\"\nreplicas = -4");
    let plan: Ended = program.run(&["plan", "-f", &program.manifest(&text), "--max-attempts", "1"]).await;
    assert_eq!(plan.code, 2, "{}", plan.stderr);
    assert!(plan.stderr.contains("replicas takes a whole number of at least 0"), "{}", plan.stderr);
}
