//! Every error code that the document of 2019 lists, provoked on the local server through the public client: code, HTTP
//! status and message, word for word.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeSet;

use sae::model::{
    self, AbortChangeOrder, BatchReleaseType, BatchUpdate, BindSlb, CreateApplication, CreateNamespace,
    DeleteNamespace, DeployApplication, DescribeApplicationConfig, DescribeApplicationStatus,
    DescribeChangeOrder, DescribeComponents, DescribeInstanceLog, DescribeNamespace, HostAlias,
    ListChangeOrders, PackageType, SlbListenerPort, StartApplication, StopApplication, UpdateStrategy,
    UpdateStrategyType,
};
use sae::{Client, Credentials, Error};
use sae_local::{Fault, LocalSae, Pace};
use sae_transport::Operation;

#[tokio::test]
async fn every_documented_code_is_answered_with_its_status_and_message() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
    let client = client(&local);
    let mut provoked = BTreeSet::new();
    for (code, gaps, error) in provoke(&client).await {
        assert_eq!(error.code().map(ToString::to_string).as_deref(), Some(code), "{error}");
        let documented = model::SERVICE.error(code).unwrap_or_else(|| panic!("{code} is in the spec"));
        let told = (error.status(), error.message().to_owned());
        assert_eq!(told, (Some(documented.status), filled(documented.message, &gaps)), "{code}");
        provoked.insert(code);
    }
    assert_eq!(documented().len(), 34, "as many codes as the document has");
    // The local server never lacks a cluster, unless somebody asks for that fault.
    let fault = Fault::on("CreateApplication").times(1).error(NO_CLUSTER);
    local.control().fault(fault).expect("a code of the operation");
    let error = refusal(&client, create("homeless")).await;
    let documented = model::SERVICE.error(NO_CLUSTER).expect("it is in the spec");
    let told = (error.code().map(ToString::to_string), error.status(), error.message());
    assert_eq!(told, (Some(NO_CLUSTER.to_owned()), Some(documented.status), documented.message));
    provoked.insert(NO_CLUSTER);
    assert_eq!(provoked, self::documented(), "a case for each code that the document lists");
}

const NO_CLUSTER: &str = "NoAvailableCluster.NotFound";

/// A code, what stands in the gaps of its message, and the refusal that it was provoked by.
type Case = (&'static str, Vec<&'static str>, Error);

async fn provoke(client: &Client) -> Vec<Case> {
    let running = deployed(client, "running").await;
    let waiting = create("waiting").deploy(false);
    let waiting = app(client, waiting).await;
    let busy = deployed(client, "busy").await;
    client.send(DeployApplication::new(busy.as_str()).update_strategy(by_hand())).await.expect("it begins");
    client.send(namespace("cn-hangzhou:test")).await.expect("it is new");
    let guest = create("guest").namespace_id("cn-hangzhou:test");
    app(client, guest).await;
    let mut cases = of_namespaces(client).await;
    cases.extend(of_packages(client).await);
    cases.extend([
        ("Application.ChangerOrderRunning", vec![], refusal(client, StopApplication::new(busy)).await),
        ("Application.InvalidStatus", vec![], refusal(client, StartApplication::new(running.as_str())).await),
        ("Application.NotDeployYet", vec![], refusal(client, StopApplication::new(waiting)).await),
        ("InvalidAppId.NotFound", vec![], refusal(client, DescribeApplicationConfig::new("nobody")).await),
        (
            "InvalidApplication.NotFound",
            vec![],
            refusal(client, DescribeApplicationStatus::new("nobody")).await,
        ),
        ("InvalidChangeOrder.NotFound", vec![], refusal(client, DescribeChangeOrder::new("nothing")).await),
        ("InvalidChangeOrder.NotFound", vec![], refusal(client, AbortChangeOrder::new("nothing")).await),
        (
            "InvalidResponse.Api",
            vec!["DescribeInstanceLog"],
            refusal(client, DescribeInstanceLog::new("none")).await,
        ),
        ("Resouce.no.permission", vec![], refusal(client, ListChangeOrders::new("nobody")).await),
        (
            "InvalidParameter.NotEmpty",
            vec!["Internet"],
            refusal(client, BindSlb::new(running.as_str())).await,
        ),
        ("InvalidParameter.Obviously", vec!["Type"], refusal(client, DescribeComponents::new("PERL")).await),
        (
            "InvalidParameter.WithMessage",
            vec!["PackageUrl", "not for an application of type Image"],
            refusal(client, create("mixed").package_url("http://host/a.jar")).await,
        ),
        (
            "InvalidParameter.ProtocolNotSupport",
            vec![],
            refusal(client, BindSlb::new(running.as_str()).internet([SlbListenerPort::new(80, 8080, "UDP")]))
                .await,
        ),
        (
            "InvalidHostnameIp.Invalid",
            vec!["some host", "127.0.0.1"],
            refusal(client, create("alias").custom_host_alias([HostAlias::new("some host", "127.0.0.1")]))
                .await,
        ),
        (
            "InvalidInstanceSpecification.Unsupported",
            vec!["3000", "7"],
            refusal(client, create("size").cpu(3000).memory(7)).await,
        ),
        ("InvalidVpcId.NotFound", vec![], refusal(client, create("network").vpc_id("network")).await),
        (
            "NoComputeResourceQuota.Exceed",
            vec![],
            refusal(client, DeployApplication::new(running).replicas(100_000)).await,
        ),
    ]);
    cases
}

async fn of_namespaces(client: &Client) -> Vec<Case> {
    vec![
        ("InstanceExist.NamespaceId", vec![], refusal(client, namespace("cn-hangzhou:test")).await),
        ("InvalidNamespace.WithUppercase", vec![], refusal(client, namespace("cn-hangzhou:Test")).await),
        (
            "InvalidNamespace.WithUppercase",
            vec![],
            refusal(client, create("upper").namespace_id("cn-hangzhou:Test")).await,
        ),
        ("InvalidNamespaceId.Format", vec![], refusal(client, namespace("test")).await),
        (
            "InvalidNamespaceId.NotFound",
            vec![],
            refusal(client, DescribeNamespace::new().namespace_id("cn-hangzhou:none")).await,
        ),
        ("InvalidNamespaceIdSuffix.Format", vec![], refusal(client, namespace("cn-hangzhou:a-b")).await),
        (
            "InvalidNamespaceName.Format",
            vec![],
            refusal(client, CreateNamespace::new("n".repeat(64)).namespace_id("cn-hangzhou:long")).await,
        ),
        (
            "InvalidOperation.NamespaceClusterNotDeleted",
            vec![],
            refusal(client, DeleteNamespace::new().namespace_id("cn-hangzhou")).await,
        ),
        (
            "InvalidServerlessRegion.Unsupported",
            vec!["cn-nowhere"],
            refusal(client, create("abroad").namespace_id("cn-nowhere:test")).await,
        ),
        (
            "Namespace.AppExists",
            vec![],
            refusal(client, DeleteNamespace::new().namespace_id("cn-hangzhou:test")).await,
        ),
    ]
}

async fn of_packages(client: &Client) -> Vec<Case> {
    let jar = || package(PackageType::FatJar, "http://host/a.jar");
    let war = || package(PackageType::War, "http://host/a.war");
    let (jdk, tomcat) = ("Open JDK 8", "apache-tomcat-8.5.42");
    let pandora = || war().edas_container_version("3.5.3");
    vec![
        ("Application.MissingJdk", vec![], refusal(client, jar().web_container(tomcat)).await),
        ("InvalidComponent.NotFound", vec![], refusal(client, jar().jdk("Open JDK 5")).await),
        (
            "InvalidPackageType.NotFound",
            vec![],
            refusal(client, package(PackageType::from("Zip"), "http://host/a.zip")).await,
        ),
        (
            "InvalidParameter.FileName",
            vec![],
            refusal(client, package(PackageType::FatJar, "http://host/a.war").jdk(jdk)).await,
        ),
        ("JarApplication.MissingJdk", vec![], refusal(client, jar()).await),
        ("PandoraApplication.MissingJdk", vec![], refusal(client, pandora()).await),
        (
            "PandoraApplication.OnlyJdk",
            vec![],
            refusal(client, pandora().jdk(jdk).web_container(tomcat)).await,
        ),
        ("WarApplication.MissingJdkWebcontainer", vec![], refusal(client, war().jdk(jdk)).await),
    ]
}

fn client(local: &LocalSae) -> Client {
    Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(local.endpoint())
        .max_attempts(1)
        .build()
        .expect("a client")
}

fn namespace(id: &str) -> CreateNamespace {
    CreateNamespace::new("Test").namespace_id(id)
}

fn create(name: &str) -> CreateApplication {
    CreateApplication::new(name, PackageType::Image, 2).namespace_id("cn-hangzhou").image_url("demo/nginx:1")
}

fn package(kind: PackageType, url: &str) -> CreateApplication {
    CreateApplication::new("package", kind, 1)
        .namespace_id("cn-hangzhou")
        .package_url(url)
        .package_version("1")
}

/// Two batches, the second of which waits for a confirmation.
fn by_hand() -> UpdateStrategy {
    UpdateStrategy::new()
        .r#type(UpdateStrategyType::BatchUpdate)
        .batch_update(BatchUpdate::new(2).release_type(BatchReleaseType::Manual))
}

async fn deployed(client: &Client, name: &str) -> String {
    app(client, create(name).deploy(true)).await
}

async fn app(client: &Client, create: CreateApplication) -> String {
    let created = client.send(create).await.expect("an application").into_data().expect("Data");
    created.app_id.expect("an id")
}

async fn refusal<O: Operation>(client: &Client, request: O) -> Error {
    match client.send(request).await {
        Err(error) => error,
        Ok(_) => panic!("it was accepted"),
    }
}

/// The message of a code with its gaps filled.
fn filled(message: &str, gaps: &[&str]) -> String {
    let filled = gaps.iter().fold(message.to_owned(), |message, gap| message.replacen("%s", gap, 1));
    assert!(!filled.contains("%s"), "{message} has more gaps");
    filled
}

/// The codes that the document lists: those of which the spec doesn't say that they are from elsewhere.
fn documented() -> BTreeSet<&'static str> {
    const ERRORS: &str = include_str!("../../api-spec/sae-2019-05-06/errors.toml");
    let errors = ERRORS.split("[[error]]").filter(|error| !error.contains("\nfrom = "));
    errors.filter_map(|error| error.split_once("\ncode = \"")?.1.split('"').next()).collect()
}
