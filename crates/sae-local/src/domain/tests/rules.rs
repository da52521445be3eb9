//! What is accepted and what is refused, with the code.

use super::{START, code, image, listener, pass, running, settings, state, version};
use crate::domain::State;
use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::load_balancers::Binding;
use crate::domain::commands::namespaces::NewNamespace;
use crate::domain::load_balancer::Listener;
use crate::domain::rollout_bounds::MinReady;

#[test]
fn namespaces_are_named_region_colon_name() {
    let long = format!("cn-beijing:{}", "x".repeat(22));
    for (id, expected) in [
        ("cn-beijing:test", "ok"),
        ("cn-beijing:0123456789abcdefghi20", "ok"),
        ("cn-beijing", "InvalidNamespaceId.Format"),
        ("cn-beijing:", "InvalidNamespaceId.Format"),
        (":test", "InvalidNamespaceId.Format"),
        (long.as_str(), "InvalidNamespaceId.Format"),
        ("cn-beijing:a-b", "InvalidNamespaceIdSuffix.Format"),
        ("cn-beijing:a:b", "InvalidNamespaceIdSuffix.Format"),
        ("cn-beijing:测试", "InvalidNamespaceIdSuffix.Format"),
        ("cn-beijing:Test", "InvalidNamespace.WithUppercase"),
        ("cn-nowhere:test", "InvalidServerlessRegion.Unsupported"),
    ] {
        let new = NewNamespace { id: id.to_owned(), name: "name".to_owned(), ..NewNamespace::default() };
        assert_eq!(code(state().create_namespace(new, START)), expected, "{id}");
    }
}

#[test]
fn a_namespace_is_there_once_and_goes_when_it_is_empty() {
    let mut state = state();
    let new = |name: &str| NewNamespace {
        id: "cn-beijing:test".to_owned(),
        name: name.to_owned(),
        ..NewNamespace::default()
    };
    assert_eq!(code(state.create_namespace(new(&"n".repeat(64)), START)), "InvalidNamespaceName.Format");
    assert_eq!(code(state.create_namespace(new(&"名".repeat(63)), START)), "ok");
    assert_eq!(code(state.create_namespace(new("n"), START)), "InstanceExist.NamespaceId");
    let application = NewWorkload { namespace: "cn-beijing:test".to_owned(), ..image(1) };
    let (id, _) = state.create_application(application, START).unwrap();
    pass(&mut state, 5_000);
    assert_eq!(code(state.delete_namespace("cn-beijing:test")), "Namespace.AppExists");
    state.delete_application(&id, state.now).unwrap();
    assert_eq!(
        code(state.delete_namespace("cn-beijing:test")),
        "InvalidOperation.NamespaceClusterNotDeleted"
    );
    pass(&mut state, 5_000);
    assert_eq!(code(state.delete_namespace("cn-beijing:test")), "ok");
    assert_eq!(code(state.delete_namespace("cn-beijing:test")), "InvalidNamespaceId.NotFound");
    assert_eq!(code(state.delete_namespace("cn-beijing")), "InvalidOperation.NamespaceClusterNotDeleted");
}

#[test]
fn the_first_application_binds_the_network_of_its_namespace() {
    let mut state = state();
    let new = |name: &str, vpc: Option<&str>| NewWorkload {
        name: name.to_owned(),
        vpc: vpc.map(str::to_owned),
        ..image(1)
    };
    assert_eq!(code(state.create_application(new("a", Some("network")), START)), "InvalidVpcId.NotFound");
    assert_eq!(code(state.create_application(new("a", Some("vpc-1")), START)), "ok");
    assert_eq!(code(state.create_application(new("b", None), START)), "ok");
    assert_eq!(
        code(state.create_application(new("c", Some("vpc-2")), START)),
        "InvalidParameter.WithMessage"
    );
    assert!(state.applications.values().all(|application| application.network.vpc == "vpc-1"));
    assert_eq!(code(state.create_application(new("a", None), START)), "InvalidParameter.WithMessage");
}

#[test]
fn the_namespaces_of_the_region_are_listed() {
    let mut state = state();
    let ids = |state: &State, region: &str| -> Vec<String> {
        state.all_namespaces(region, false).into_iter().map(|namespace| namespace.id).collect()
    };
    let new =
        NewNamespace { id: "cn-beijing:test".to_owned(), name: "name".to_owned(), ..NewNamespace::default() };
    state.create_namespace(new, START).unwrap();
    for _ in 0..2 {
        assert_eq!(ids(&state, "cn-hangzhou"), ["cn-hangzhou"]);
        assert_eq!(ids(&state, "cn-beijing"), ["cn-beijing", "cn-beijing:test"]);
        let everywhere = state.all_namespaces("cn-hangzhou", true);
        assert_eq!(everywhere.len(), 2, "and no default namespace of another region");
        // Once an application is in it, the default namespace has a network that must be stored.
        let _ = state.create_application(image(1), START);
    }
}

#[test]
fn a_default_namespace_has_an_access_of_its_own() {
    let mut state = state();
    let access = |state: &State, region: &str| {
        let access = state.namespace(region).unwrap().access;
        (access.tenant, access.key, access.secret)
    };
    let before = access(&state, "cn-beijing");
    assert!(before.0.len() == 36 && before.1.len() == 32 && before.2.len() == 30);
    assert_ne!(before, access(&state, "cn-hangzhou"));
    assert_ne!(before, access(&State::new(8, super::pace(), vec!["cn-beijing"]), "cn-beijing"));
    state.create_application(image(1), START).unwrap();
    assert_eq!(access(&state, "cn-beijing"), before);
}

#[test]
fn a_package_needs_its_components() {
    let (jar, war) = ("http://host/dir/sae-test.jar?x=1.2/y", "http://host/hello_edas.war");
    let (jdk, tomcat) = (("Jdk", "Open JDK 8"), ("WebContainer", "apache-tomcat-7.0.91"));
    let edas = ("EdasContainerVersion", "3.5.3");
    let version = ("PackageVersion", "1");
    for (package, given, expected) in [
        ("FatJar", vec![("PackageUrl", jar), version, jdk], "ok"),
        ("FatJar", vec![("PackageUrl", jar), version], "JarApplication.MissingJdk"),
        ("FatJar", vec![("PackageUrl", jar), version, tomcat], "Application.MissingJdk"),
        ("FatJar", vec![("PackageUrl", jar), version, ("Jdk", "JDK 99")], "InvalidComponent.NotFound"),
        ("FatJar", vec![("PackageUrl", war), version, jdk], "InvalidParameter.FileName"),
        ("FatJar", vec![("PackageUrl", "http://host/a b.jar"), version, jdk], "InvalidParameter.FileName"),
        ("FatJar", vec![("PackageUrl", "http://host/.jar"), version, jdk], "InvalidParameter.FileName"),
        ("FatJar", vec![version, jdk], "InvalidParameter.NotEmpty"),
        ("FatJar", vec![("PackageUrl", jar), jdk], "InvalidParameter.NotEmpty"),
        (
            "FatJar",
            vec![("PackageUrl", jar), version, jdk, ("ImageUrl", "x")],
            "InvalidParameter.WithMessage",
        ),
        ("War", vec![("PackageUrl", war), version, jdk, tomcat], "ok"),
        ("War", vec![("PackageUrl", war), version, jdk], "WarApplication.MissingJdkWebcontainer"),
        ("War", vec![("PackageUrl", war), version, tomcat], "WarApplication.MissingJdkWebcontainer"),
        ("War", vec![("PackageUrl", jar), version, jdk, tomcat], "InvalidParameter.FileName"),
        ("War", vec![("PackageUrl", war), version, edas], "PandoraApplication.MissingJdk"),
        ("War", vec![("PackageUrl", war), version, edas, jdk, tomcat], "PandoraApplication.OnlyJdk"),
        ("War", vec![("PackageUrl", war), version, edas, jdk], "ok"),
        ("Image", vec![("ImageUrl", "demo/nginx")], "ok"),
        ("Image", vec![("ImageUrl", "demo/nginx"), jdk], "ok"),
        ("Image", vec![("ImageUrl", "demo/nginx"), edas], "ok"),
        ("Image", vec![("ImageUrl", "demo/nginx"), tomcat], "InvalidParameter.WithMessage"),
        ("FatJar", vec![("PackageUrl", jar), version, tomcat], "Application.MissingJdk"),
        ("Image", vec![], "InvalidParameter.NotEmpty"),
        ("Image", vec![("ImageUrl", "demo/nginx"), ("PackageUrl", jar)], "InvalidParameter.WithMessage"),
        ("Zip", vec![], "InvalidPackageType.NotFound"),
    ] {
        let new = NewWorkload { package: package.to_owned(), settings: settings(&given), ..image(1) };
        assert_eq!(code(state().create_application(new, START)), expected, "{package} {given:?}");
    }
}

#[test]
fn an_application_is_checked_before_it_is_there() {
    type Change = fn(&mut NewWorkload);
    let alias = |host: &str, ip: &str| vec![(host.to_owned(), ip.to_owned())];
    let cases: [(Change, &str); 16] = [
        (|_| {}, "ok"),
        (|new| new.name = "1demo".to_owned(), "InvalidParameter.Obviously"),
        (|new| new.name = "demo_app".to_owned(), "InvalidParameter.Obviously"),
        (|new| new.name = "demo-".to_owned(), "InvalidParameter.Obviously"),
        (
            |new| new.settings.extend(settings(&[("TerminationGracePeriodSeconds", "301")])),
            "InvalidParameter.Obviously",
        ),
        (|new| new.settings.extend(settings(&[("DiskSize", "0")])), "InvalidParameter.Obviously"),
        (|new| new.name = "d".repeat(37), "InvalidParameter.Obviously"),
        (|new| new.replicas = 0, "InvalidParameter.Obviously"),
        (|new| new.replicas = 100_000, "NoComputeResourceQuota.Exceed"),
        (|new| new.namespace = "cn-beijing:none".to_owned(), "InvalidNamespaceId.NotFound"),
        (|new| new.namespace = "cn-beijing:None".to_owned(), "InvalidNamespace.WithUppercase"),
        (|new| new.namespace = "cn-nowhere:x".to_owned(), "InvalidServerlessRegion.Unsupported"),
        (|new| new.cpu = Some(3), "InvalidInstanceSpecification.Unsupported"),
        (
            |new| (new.cpu, new.memory) = (Some(32_000), Some(1024)),
            "InvalidInstanceSpecification.Unsupported",
        ),
        (|new| new.description = "d".repeat(1025), "InvalidParameter.Obviously"),
        (|new| new.vswitch = Some("switch".to_owned()), "InvalidParameter.Obviously"),
    ];
    for (at, (change, expected)) in cases.into_iter().enumerate() {
        let mut new = image(1);
        change(&mut new);
        let mut state = state();
        assert_eq!(code(state.create_application(new, START)), expected, "case {at}");
        assert_eq!(state.applications.len(), usize::from(expected == "ok"), "case {at}");
    }
    for (aliases, expected) in [
        (alias("samplehost", "127.0.0.1"), "ok"),
        (alias("test.host.name", "::1"), "ok"),
        (alias("sample host", "127.0.0.1"), "InvalidHostnameIp.Invalid"),
        (alias("samplehost", "127.0.0.256"), "InvalidHostnameIp.Invalid"),
        (alias("", ""), "InvalidHostnameIp.Invalid"),
    ] {
        let new = NewWorkload { aliases, ..image(1) };
        assert_eq!(code(state().create_application(new, START)), expected);
    }
}

#[test]
fn a_description_changes_whatever_goes_on() {
    let mut state = state();
    let (id, _) = state.create_application(image(1), START).unwrap();
    assert!(state.application(&id).unwrap().active.is_some());
    assert_eq!(code(state.describe_application(&id, "d".repeat(1025))), "InvalidParameter.Obviously");
    assert_eq!(state.application(&id).unwrap().description, "");
    assert_eq!(code(state.describe_application(&id, "店".repeat(1024))), "ok");
    assert_eq!(state.application(&id).unwrap().description, "店".repeat(1024));
    assert_eq!(state.application(&id).unwrap().orders.len(), 1);
    assert_eq!(code(state.describe_application("none", String::new())), "InvalidApplication.NotFound");
}

#[test]
fn what_can_be_done_depends_on_the_status() {
    let mut state = state();
    let (id, _) = state.create_application(NewWorkload { deploy: Some(false), ..image(1) }, START).unwrap();
    pass(&mut state, 1_000);
    let none = MinReady::default();
    assert_eq!(code(state.stop_application(&id, state.now)), "Application.NotDeployYet");
    assert_eq!(code(state.start_application(&id, state.now)), "Application.NotDeployYet");
    assert_eq!(code(state.restart_application(&id, none, state.now)), "Application.NotDeployYet");
    assert_eq!(code(state.bind_slb(&id, None, None, state.now)), "Application.NotDeployYet");
    assert_eq!(code(state.deploy_application(&id, version("demo/nginx:1", None), state.now)), "ok");
    assert_eq!(code(state.stop_application(&id, state.now)), "Application.ChangerOrderRunning");
    assert_eq!(code(state.delete_application(&id, state.now)), "Application.ChangerOrderRunning");
    pass(&mut state, 1_000);
    assert_eq!(code(state.start_application(&id, state.now)), "Application.InvalidStatus");
    assert_eq!(code(state.stop_application(&id, state.now)), "ok");
    pass(&mut state, 1_000);
    assert_eq!(state.application(&id).unwrap().status(), "STOPPED");
    assert_eq!(code(state.stop_application(&id, state.now)), "Application.InvalidStatus");
    assert_eq!(code(state.restart_application(&id, none, state.now)), "Application.InvalidStatus");
    assert_eq!(
        code(state.rescale_application(&id, 2, MinReady::default(), state.now)),
        "Application.InvalidStatus"
    );
    assert_eq!(code(state.start_application(&id, state.now)), "ok");
    pass(&mut state, 1_000);
    assert_eq!(state.application(&id).unwrap().status(), "RUNNING");
    assert_eq!(code(state.stop_application("none", state.now)), "InvalidApplication.NotFound");
}

#[test]
fn listeners_have_a_protocol_and_ports() {
    let side = |port, target, protocol: &str| {
        Some(Binding { ports: vec![listener(port, target, protocol)], ..Binding::default() })
    };
    let secure = Listener { certificate: Some("1_cn".to_owned()), ..listener(443, 8443, "HTTPS") };
    for (internet, intranet, expected) in [
        (side(80, 8080, "TCP"), None, "ok"),
        (None, side(80, 8080, "HTTP"), "ok"),
        (Some(Binding { ports: vec![secure], ..Binding::default() }), None, "ok"),
        (side(443, 8443, "HTTPS"), None, "InvalidParameter.WithMessage"),
        (side(80, 8080, "UDP"), None, "InvalidParameter.ProtocolNotSupport"),
        (side(0, 8080, "TCP"), None, "InvalidParameter.Obviously"),
        (side(80, 65_536, "TCP"), None, "InvalidParameter.Obviously"),
        (None, None, "InvalidParameter.NotEmpty"),
    ] {
        let (mut state, id) = running(1);
        assert_eq!(code(state.bind_slb(&id, internet, intranet, state.now)), expected);
    }
}

#[test]
fn a_listener_that_was_written_without_a_protocol_is_one_for_tcp() {
    let read: Listener = serde_json::from_str(r#"{"port":80,"target":8080}"#).unwrap();
    assert_eq!(read, listener(80, 8080, "TCP"));
}

#[test]
fn a_load_balancer_is_bound_and_unbound() {
    let (mut state, id) = running(1);
    let side = || Some(Binding { ports: vec![listener(80, 8080, "TCP")], ..Binding::default() });
    assert_eq!(code(state.unbind_slb(&id, true, false, state.now)), "InvalidParameter.WithMessage");
    state.bind_slb(&id, side(), side(), state.now).unwrap();
    assert_eq!(state.application(&id).unwrap().load_balancers.internet, None);
    pass(&mut state, 1_000);
    let bound = state.application(&id).unwrap().load_balancers.clone();
    assert!(bound.intranet.is_some_and(|bound| bound.address.starts_with("192.168.")));
    let address = bound.internet.unwrap().address;
    state.bind_slb(&id, side(), None, state.now).unwrap();
    pass(&mut state, 1_000);
    assert_eq!(state.application(&id).unwrap().load_balancers.internet.as_ref().unwrap().address, address);
    assert_eq!(code(state.unbind_slb(&id, false, false, state.now)), "InvalidParameter.NotEmpty");
    state.unbind_slb(&id, true, false, state.now).unwrap();
    pass(&mut state, 1_000);
    let bound = &state.application(&id).unwrap().load_balancers;
    assert!(bound.internet.is_none() && bound.intranet.is_some());
}

#[test]
fn applications_share_a_load_balancer_and_none_of_its_ports() {
    let mut state = state();
    let mut create = |name: &str| {
        let new = NewWorkload { name: name.to_owned(), ..image(1) };
        state.create_application(new, START).unwrap().0
    };
    let (one, two) = (create("one"), create("two"));
    pass(&mut state, 1_000);
    let side = |id: Option<&str>, port| {
        let ports = vec![listener(port, 8080, "TCP")];
        Some(Binding { id: id.map(str::to_owned), ports, ..Binding::default() })
    };
    state.bind_slb(&one, side(Some("lb-1"), 80), None, state.now).unwrap();
    // The load balancer is taken as soon as a change order is to bind it.
    for (internet, intranet, expected) in [
        (side(Some("lb-1"), 80), None, "InvalidParameter.WithMessage"),
        (None, side(Some("lb-1"), 81), "InvalidParameter.WithMessage"),
        (side(Some("lb-2"), 81), side(Some("lb-2"), 82), "InvalidParameter.WithMessage"),
        (side(Some("lb-1"), 81), None, "ok"),
    ] {
        assert_eq!(code(state.bind_slb(&two, internet, intranet, state.now)), expected);
    }
    pass(&mut state, 1_000);
    let bound =
        |state: &State, id: &str| state.application(id).unwrap().load_balancers.internet.clone().unwrap();
    assert_eq!(bound(&state, &one).address, bound(&state, &two).address);
    // Nor may a port of another application come with the load balancer that is already bound.
    assert_eq!(code(state.bind_slb(&two, side(None, 80), None, state.now)), "InvalidParameter.WithMessage");
    state.unbind_slb(&one, true, false, state.now).unwrap();
    pass(&mut state, 1_000);
    let address = bound(&state, &two).address;
    assert_eq!(code(state.bind_slb(&two, side(None, 80), None, state.now)), "ok");
    pass(&mut state, 1_000);
    assert_eq!((bound(&state, &two).id.as_str(), bound(&state, &two).address), ("lb-1", address));
}

#[test]
fn a_rollout_has_bounds_that_make_sense() {
    for (given, expected) in [
        (vec![("MinReadyInstances", "-2")], "InvalidParameter.Obviously"),
        (vec![("MinReadyInstanceRatio", "101")], "InvalidParameter.Obviously"),
        (vec![("MaxSurgeInstances", "-2")], "InvalidParameter.Obviously"),
        (vec![("MaxSurgeInstanceRatio", "101")], "InvalidParameter.Obviously"),
        (vec![("BatchWaitTime", "-1")], "InvalidParameter.Obviously"),
        (vec![("VSwitchId", "switch")], "InvalidParameter.Obviously"),
        (vec![("MinReadyInstances", "2"), ("MaxSurgeInstances", "0")], "InvalidParameter.WithMessage"),
        (vec![("MinReadyInstances", "1"), ("MaxSurgeInstances", "0")], "ok"),
        (vec![("MinReadyInstances", "-1"), ("MaxSurgeInstanceRatio", "-1")], "ok"),
    ] {
        let (mut state, id) = running(2);
        let mut deployment = version("demo/nginx:2", None);
        deployment.settings.extend(settings(&given));
        assert_eq!(code(state.deploy_application(&id, deployment, state.now)), expected, "{given:?}");
    }
    let (mut state, id) = running(2);
    for minimum in [MinReady { number: Some(-2), ratio: None }, MinReady { number: None, ratio: Some(101) }] {
        assert_eq!(code(state.restart_application(&id, minimum, state.now)), "InvalidParameter.Obviously");
        assert_eq!(code(state.rescale_application(&id, 3, minimum, state.now)), "InvalidParameter.Obviously");
    }
}
