"""What is refused surfaces as an exception of the official SAE SDK, with the code and HTTP status of the documents."""

import json

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

import clients
from clients import refused
from world import FIRST_IMAGE, NEXT_IMAGE

NOWHERE = "00000000-0000-0000-0000-000000000000"
PORT = '[{"port":80,"targetPort":8080,"protocol":"TCP"}]'


def refusal_carries_code_message_and_request_id(world):
    with refused("InvalidApplication.NotFound") as caught:
        world.sae.call("DescribeApplicationStatus", app_id=NOWHERE)
    error = caught.error
    assert "The current application does not exist." in error.message
    assert error.request_id in error.message and error.request_id == error.data["RequestId"]
    assert error.data["Recommend"] and error.data["HostId"] == world.endpoint.removeprefix("http://")


def namespace_exists_once(world):
    namespace = world.namespace()
    with refused("InstanceExist.NamespaceId"):
        world.sae.call("CreateNamespace", namespace_id=namespace, namespace_name="again")


def namespace_identifiers_have_a_form(world):
    for id, code in [
        ("nocolon", "InvalidNamespaceId.Format"),
        (f"{clients.REGION}:{'x' * 40}", "InvalidNamespaceId.Format"),
        (f"{clients.REGION}:a-b", "InvalidNamespaceIdSuffix.Format"),
        (f"{clients.REGION}:Upper", "InvalidNamespace.WithUppercase"),
    ]:
        with refused(code):
            world.sae.call("CreateNamespace", namespace_id=id, namespace_name="name")
    with refused("InvalidNamespaceName.Format"):
        world.sae.call("CreateNamespace", namespace_id=world.free_namespace(), namespace_name="x" * 65)


def unknown_application_is_refused_by_every_operation(world):
    calls = {
        "DescribeApplicationStatus": {},
        "DeployApplication": {"image_url": NEXT_IMAGE},
        "RescaleApplication": {"replicas": 1},
        "RescaleApplicationVertically": {"cpu": "1000", "memory": "2048"},
        "RestartApplication": {},
        "StopApplication": {},
        "StartApplication": {},
        "DeleteApplication": {},
        "BindSlb": {"internet": PORT},
        "UnbindSlb": {"internet": True},
    }
    for operation, parameters in calls.items():
        with refused("InvalidApplication.NotFound"):
            world.sae.call(operation, app_id=NOWHERE, **parameters)
    for operation in ("DescribeApplicationConfig", "DescribeApplicationSlbs"):
        with refused("InvalidAppId.NotFound", 404):
            world.sae.call(operation, app_id=NOWHERE)


def unknown_change_order_is_refused(world):
    for operation in ("DescribeChangeOrder", "AbortAndRollbackChangeOrder"):
        with refused("InvalidChangeOrder.NotFound"):
            world.sae.call(operation, change_order_id=NOWHERE)


def busy_application_refuses_other_changes(world):
    application = world.application(replicas=2)
    order = world.waiting_deployment(application)
    calls = {
        "DeployApplication": {"image_url": FIRST_IMAGE},
        "RescaleApplication": {"replicas": 3},
        "RescaleApplicationVertically": {"cpu": "2000", "memory": "4096"},
        "RestartApplication": {},
        "StopApplication": {},
        "DeleteApplication": {},
        "BindSlb": {"internet": PORT},
    }
    for operation, parameters in calls.items():
        with refused("Application.ChangerOrderRunning"):
            world.sae.call(operation, app_id=application, **parameters)
    assert world.order(order.change_order_id).status == order.status
    assert world.status(application).last_change_order_id == order.change_order_id


def application_that_was_never_deployed_refuses_changes(world):
    created = world.create(deploy=False, image_url=FIRST_IMAGE)
    world.reach(created.change_order_id, 2)
    calls = {
        "RescaleApplication": {"replicas": 3},
        "RestartApplication": {},
        "StopApplication": {},
        "StartApplication": {},
        "BindSlb": {"internet": PORT},
    }
    for operation, parameters in calls.items():
        with refused("Application.NotDeployYet"):
            world.sae.call(operation, app_id=created.app_id, **parameters)


def missing_parameter_is_named(world):
    with refused("InvalidParameter.NotEmpty") as caught:
        world.sae.call("DescribeApplicationStatus")
    assert "You must specify the parameter AppId." in caught.error.message


def packages_need_their_components(world):
    package = {"package_url": "https://example.com/demo.jar", "package_version": "1"}
    war = package | {"package_url": "https://example.com/demo.war"}
    for parameters, code in [
        (package | {"package_type": "FatJar"}, "JarApplication.MissingJdk"),
        (war | {"package_type": "War", "jdk": "Open JDK 8"}, "WarApplication.MissingJdkWebcontainer"),
        (package | {"package_type": "FatJar", "edas_container_version": "3.5.3"}, "PandoraApplication.MissingJdk"),
        (package | {"package_type": "FatJar", "jdk": "no such JDK"}, "InvalidComponent.NotFound"),
        (war | {"package_type": "FatJar", "jdk": "Open JDK 8"}, "InvalidParameter.FileName"),
        ({"package_type": "Zip"}, "InvalidPackageType.NotFound"),
    ]:
        with refused(code):
            world.create(**parameters)


def sizes_hosts_and_networks_are_checked(world):
    for parameters, code, status in [
        ({"cpu": 1, "memory": 1}, "InvalidInstanceSpecification.Unsupported", 400),
        ({"custom_host_alias": '[{"hostName":"a","ip":"999.1.1.1"}]'}, "InvalidHostnameIp.Invalid", 400),
        ({"vpc_id": "elsewhere"}, "InvalidVpcId.NotFound", 404),
        ({"namespace_id": world.free_namespace()}, "InvalidNamespaceId.NotFound", 404),
    ]:
        with refused(code, status):
            world.create(image_url=FIRST_IMAGE, **parameters)


def too_many_instances_are_refused_as_documented(world):
    """The documents list the code of the quota for creation and deployment, and not for rescaling."""
    application = world.application(replicas=1)
    with refused("NoComputeResourceQuota.Exceed"):
        world.create(image_url=FIRST_IMAGE, replicas=1_000_000)
    with refused("NoComputeResourceQuota.Exceed"):
        world.sae.call("DeployApplication", app_id=application, image_url=NEXT_IMAGE, replicas=1_000_000)
    with refused("InvalidParameter.WithMessage"):
        world.sae.call("RescaleApplication", app_id=application, replicas=1_000_000)
    for replicas in (0, -1, "two"):
        with refused("InvalidParameter.Obviously"):
            world.sae.call("RescaleApplication", app_id=application, replicas=replicas)
    assert world.status(application).running_instances == 1


def default_namespace_can_not_be_looked_up_changed_or_deleted(world):
    """So the SDK says of NamespaceId, without a code."""
    for operation, parameters in [
        ("DescribeNamespace", {}),
        ("UpdateNamespace", {"namespace_name": "mine"}),
        ("DeleteNamespace", {}),
    ]:
        try:
            world.sae.call(operation, namespace_id=clients.REGION, **parameters)
        except AlibabaCloudException:
            continue
        raise AssertionError(f"{operation} takes the default namespace")


def listeners_take_no_udp(world):
    application = world.application(replicas=1)
    with refused("InvalidParameter.ProtocolNotSupport"):
        world.sae.call("BindSlb", app_id=application, internet=PORT.replace("TCP", "UDP"))


def malformed_json_is_refused(world):
    for parameters in ({"envs": "[{"}, {"update_strategy": "manual"}):
        with refused("InvalidParameter.Obviously"):
            world.sae.call("DeployApplication", app_id=world.application(replicas=1), image_url=NEXT_IMAGE, **parameters)


def wrong_secret_is_told_with_the_string_to_sign(world):
    stranger = clients.Sae(world.endpoint, secret="wrong")
    with refused("SignatureDoesNotMatch") as caught:
        stranger.call("DescribeRegions")
    assert "server string to sign is:ACS3-HMAC-SHA256\n" in caught.error.data["Message"]


def unknown_access_key_is_refused(world):
    with refused("InvalidAccessKeyId.NotFound", 404):
        clients.Sae(world.endpoint, key="nobody").call("DescribeRegions")


def nonce_counts_once(world):
    nonce = {"x-acs-signature-nonce": "witness-nonce"}
    world.sae.call("ListApplications", headers=nonce)
    with refused("SignatureNonceUsed"):
        world.sae.call("ListApplications", headers=nonce)


def old_date_is_refused(world):
    with refused("InvalidTimeStamp.Expired"):
        world.sae.call("ListApplications", headers={"x-acs-date": "2019-08-26T08:55:56Z"})


def refused_deployment_changes_nothing(world):
    application = world.application(replicas=1)
    before = world.config(application).to_map()
    envs = json.dumps([{"name": "A", "value": "1"}])
    with refused("InvalidInstanceSpecification.Unsupported"):
        world.sae.call("DeployApplication", app_id=application, image_url=NEXT_IMAGE, envs=envs, cpu=1, memory=1)
    assert world.config(application).to_map() == before
