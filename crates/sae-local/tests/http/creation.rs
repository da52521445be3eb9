//! What a new application has that its creation didn't name, and what each package type takes.

use sae_local::{LocalSae, Pace};
use sae_models::sae::{self, ApplicationConfig};
use sae_transport::{Fields as _, Slot, Visitor};
use serde_json::{Value, json};

use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";
const NAMESPACE: &str = "/pop/v1/paas/namespace";

async fn local() -> LocalSae {
    LocalSae::builder().pace(Pace::instant()).start().await.unwrap()
}

async fn create(local: &LocalSae, name: &str, kind: &str, query: &[(&str, &str)]) -> Answer {
    let query = [&[("AppName", name), ("PackageType", kind), ("Replicas", "1")], query].concat();
    Call::new("POST", &format!("{APP}/createApplication"), &query).send(local).await
}

/// `Data` of the application's configuration.
async fn config(local: &LocalSae, id: &str) -> Value {
    let answer =
        Call::new("GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", id)]).send(local).await;
    serde_json::from_str::<Value>(&answer.body).unwrap()["Data"].clone()
}

#[tokio::test]
async fn the_least_creation_gets_the_defaults_of_the_service() {
    let local = local().await;
    let answer = create(&local, "app", "Image", &[("ImageUrl", "demo/nginx:1")]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let found = config(&local, &answer.value("AppId")).await;
    for (name, value) in [
        ("AppSource", json!("micro_service")),
        ("AssociateEip", json!(false)),
        ("BatchWaitTime", json!(0)),
        ("CommandArgs", json!("")),
        ("ConfigMapMountDesc", json!([])),
        ("Cpu", json!(1000)),
        ("CustomHostAlias", json!("[]")),
        ("EnableGreyTagRoute", json!(false)),
        ("EnableIdle", json!(false)),
        ("Envs", json!("[]")),
        ("IsStateful", json!(false)),
        ("Liveness", json!("")),
        ("Memory", json!(2048)),
        ("MinReadyInstanceRatio", json!(-1)),
        ("MinReadyInstances", json!(-1)),
        ("MountDesc", json!([])),
        ("NamespaceId", json!("cn-hangzhou")),
        ("NewSaeVersion", json!("std")),
        ("OssMountDescs", json!([])),
        ("ProgrammingLanguage", json!("java")),
        ("RegionId", json!("cn-hangzhou")),
        ("ResourceType", json!("application")),
        ("TerminationGracePeriodSeconds", json!(30)),
        ("Timezone", json!("Asia/Shanghai")),
    ] {
        assert_eq!(found[name], value, "{name}");
    }
    let group = |found: &Value| found["SecurityGroupId"].as_str().unwrap().to_owned();
    assert_eq!(group(&found), found["VpcId"].as_str().unwrap().replacen("vpc-", "sg-", 1));
    assert!(found["VSwitchId"].as_str().unwrap().starts_with("vsw-"));
    // What a client would take for a setting of its own is left out, not null.
    let members = found.as_object().unwrap();
    assert!(!members.values().any(Value::is_null), "{found}");
    for name in ["Jdk", "WebContainer", "EdasContainerVersion", "Php", "MicroRegistration", "PackageUrl"] {
        assert!(!members.contains_key(name), "{name}");
    }

    // Applications in one VPC share its security group, and one that names its own keeps it.
    let answer = create(&local, "second", "Image", &[]).await;
    assert_eq!(group(&config(&local, &answer.value("AppId")).await), group(&found));
    let answer = create(&local, "third", "Image", &[("SecurityGroupId", "sg-own")]).await;
    assert_eq!(group(&config(&local, &answer.value("AppId")).await), "sg-own");
}

#[tokio::test]
async fn lists_say_what_kind_of_application_it_is() {
    let local = local().await;
    create(&local, "one", "Image", &[]).await;
    create(&local, "two", "PhpZip", &[("Php", "PHP-FPM 7.3")]).await;
    let list = async |query: &[(&str, &str)]| {
        let answer = Call::new("GET", &format!("{APP}/listApplications"), query).send(&local).await;
        let data = serde_json::from_str::<Value>(&answer.body).unwrap()["Data"]["Applications"].clone();
        let kind = |it: &Value| {
            let of = |name: &str| it[name].as_str().unwrap_or("-").to_owned();
            [of("AppName"), of("ProgrammingLanguage"), of("NewSaeVersion"), of("ResourceType")]
        };
        data.as_array().unwrap().iter().map(kind).collect::<Vec<_>>()
    };
    let (one, two) = (["one", "java", "std", "application"], ["two", "php", "std", "application"]);
    assert_eq!(list(&[]).await, [one, two]);
    assert_eq!(list(&[("ProgrammingLanguage", "php")]).await, [two]);
    assert_eq!(list(&[("ProgrammingLanguage", "java"), ("NewSaeVersion", "std")]).await, [one]);
}

#[tokio::test]
async fn each_package_type_takes_what_it_needs() {
    let local = local().await;
    let image = ("ImageUrl", "demo/nginx:1");
    let zip = ("PackageUrl", "http://host/hello-sae.zip");
    let jar = ("PackageUrl", "http://host/hello-sae.jar");
    let war = ("PackageUrl", "http://host/hello-sae.war?spm=5176.1&file=hello-sae.war");
    let (jdk, version) = (("Jdk", "Open JDK 8"), ("PackageVersion", "1"));
    for (at, (kind, query)) in (1..).zip([
        ("Image", vec![image, jdk]),
        ("Image", vec![image, ("EdasContainerVersion", "3.5.3")]),
        ("FatJar", vec![jar, version, ("Jdk", "Dragonwell 21")]),
        ("War", vec![war, version, jdk, ("WebContainer", "apache-tomcat-8.5.58")]),
        ("PhpZip", vec![zip, ("Php", "PHP-FPM 7.2"), ("PhpConfig", "k1=v1"), ("ProgrammingLanguage", "php")]),
        ("PythonZip", vec![zip, version, ("Python", "PYTHON 3.9.15"), ("PythonModules", "Flask==2.0")]),
        ("DotnetZip", vec![zip, ("Dotnet", ".NET 8.0")]),
    ]) {
        let answer = create(&local, &format!("app-{at}"), kind, &query).await;
        assert_eq!(answer.status, 200, "{kind} {query:?}: {}", answer.body);
        let found = config(&local, &answer.value("AppId")).await;
        assert_eq!(found["PackageType"], kind);
        for (name, value) in query {
            assert_eq!(found[name], value, "{kind}");
        }
    }
    let (missing, unfit) = ("InvalidParameter.NotEmpty", "InvalidParameter.WithMessage");
    for (kind, query, code, said) in [
        ("Image", vec![image, ("Jdk", "Open JDK 9")], "InvalidComponent.NotFound", ""),
        ("Image", vec![image, ("WebContainer", "apache-tomcat-8.5.42")], unfit, "WebContainer"),
        ("Image", vec![image, zip], unfit, "PackageUrl"),
        ("PhpZip", vec![zip], missing, "Php"),
        ("PhpZip", vec![("Php", "PHP-FPM 7.3"), ("Deploy", "true")], missing, "PackageUrl"),
        ("PhpZip", vec![zip, ("Php", "PHP-FPM 4.0")], "InvalidComponent.NotFound", ""),
        ("PhpZip", vec![jar, ("Php", "PHP-FPM 7.3")], "InvalidParameter.FileName", ""),
        ("PythonZip", vec![zip, version], missing, "Python"),
        ("PythonZip", vec![zip, ("Python", "PYTHON 3.9.15")], missing, "PackageVersion"),
        ("DotnetZip", vec![zip], missing, "Dotnet"),
        ("PhpZip", vec![image, ("Php", "PHP-FPM 7.3")], unfit, "ImageUrl"),
        ("Zip", vec![zip], "InvalidPackageType.NotFound", ""),
    ] {
        let answer = create(&local, "refused", kind, &query).await;
        assert_eq!(answer.value("Code"), code, "{kind} {query:?}: {}", answer.body);
        assert!(answer.value("Message").contains(said), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_gone_with_its_application_is_not_found() {
    let local = local().await;
    let answer = create(&local, "app", "Image", &[("ImageUrl", "demo/nginx:1")]).await;
    let id = answer.value("AppId");
    let app = [("AppId", id.as_str())];
    assert_eq!(Call::new("GET", &format!("{APP}/slb"), &app).send(&local).await.status, 200);
    let deleted = Call::new("DELETE", &format!("{APP}/deleteApplication"), &app).send(&local).await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    for path in ["describeApplicationConfig", "slb"] {
        let answer = Call::new("GET", &format!("{APP}/{path}"), &app).send(&local).await;
        assert_eq!(
            (answer.status, answer.value("Code")),
            (404, "InvalidAppId.NotFound".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_namespace_has_a_short_identifier() {
    let local = local().await;
    let query = [("NamespaceId", "cn-hangzhou:shop"), ("NamespaceName", "Shop")];
    let created = Call::new("POST", NAMESPACE, &query).send(&local).await;
    assert_eq!(created.value("NameSpaceShortId"), "shop", "{}", created.body);
    let list = "/pop/v1/sam/namespace/describeNamespaceList";
    let list = Call::new("GET", list, &[("ContainCustom", "true")]).send(&local).await;
    let list = serde_json::from_str::<Value>(&list.body).unwrap()["Data"].clone();
    let ids = list.as_array().unwrap().iter().map(|it| (&it["NamespaceId"], &it["NameSpaceShortId"]));
    let expected = [("cn-hangzhou", "cn-hangzhou"), ("cn-hangzhou:shop", "shop")];
    assert!(
        ids.eq(expected.map(|(id, short)| (json!(id), json!(short))).iter().map(|it| (&it.0, &it.1))),
        "{list}"
    );
    // The short identifier of a default namespace leads to it, and it can't be described, as by its long one.
    let answers = [("NamespaceId", "cn-hangzhou"), ("NameSpaceShortId", "cn-hangzhou")];
    for query in answers {
        let answer = Call::new("DELETE", NAMESPACE, &[query]).send(&local).await;
        assert_eq!(answer.value("Code"), "InvalidOperation.NamespaceClusterNotDeleted", "{}", answer.body);
    }
}

/// The names of a struct's fields.
#[derive(Default)]
struct Names(Vec<&'static str>);

impl<'a> Visitor<'a> for Names {
    fn field(&mut self, wire_name: &'static str, _: &'a dyn Slot) {
        self.0.push(wire_name);
    }
}

#[tokio::test]
async fn every_member_of_a_configuration_comes_from_somewhere() {
    let local = local().await;
    let answer = create(&local, "app", "Image", &[("ImageUrl", "demo/nginx:1")]).await;
    let found = config(&local, &answer.value("AppId")).await;
    let operations = sae::OPERATIONS.iter().copied().flatten().map(|operation| operation.description);
    let changes = operations.filter(|it| ["CreateApplication", "DeployApplication"].contains(&it.name));
    let parameters: Vec<_> = changes.flat_map(|change| change.parameters).map(|it| it.name).collect();
    let mut names = Names::default();
    ApplicationConfig::default().walk(&mut names);
    assert!(names.0.len() > 100, "{}", names.0.len());
    for name in names.0 {
        let sent = name.strip_suffix("Discovery").map(|stem| format!("{stem}DiscoverySvc"));
        let is_sent = parameters.contains(&sent.as_deref().unwrap_or(name));
        let is_answered = is_sent || !found[name].is_null();
        let reason = UNANSWERED.iter().find(|(unanswered, _)| *unanswered == name);
        assert_eq!(is_answered, reason.is_none(), "{name} {reason:?}");
    }
}

/// Members of a configuration that no parameter sets and that this server leaves out, with the reason.
const UNANSWERED: &[(&str, &str)] = &[
    ("ClusterId", "it names a part of the service that this server doesn't have"),
    ("CmsServiceId", "there is no Cloud Monitor"),
    ("DeploymentName", "it names a part of the service that this server doesn't have"),
    ("GpuCount", "instances have no GPU, and the format of GpuConfig isn't documented"),
    ("GpuType", "instances have no GPU, and the format of GpuConfig isn't documented"),
    ("IdleHour", "not documented"),
    ("MseApplicationId", "there is no MSE"),
    ("MseApplicationName", "there is no MSE"),
];
