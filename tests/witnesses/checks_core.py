"""The older official SDK: common requests in ROA style, answers in JSON and in XML."""

import clients
from clients import REGION, refused
from world import FIRST_IMAGE, SUCCEEDED

NAMESPACE = "/pop/v1/paas/namespace"
NAMESPACES = "/pop/v1/paas/namespaces"
REGIONS = "/pop/v1/paas/regionConfig"
STATUS = "/pop/v1/sam/app/describeApplicationStatus"
INSTANCES = "/pop/v1/sam/app/describeApplicationInstances"
CREATE = "/pop/v1/sam/app/createApplication"
RESCALE = "/pop/v1/sam/app/rescaleApplication"
# The path that the document of 2019 shows.
ROLLBACK = "/pop/v5/changeorder/ChangeOrderAbortAndRollback"


def regions_are_read_in_json(world):
    answer = world.core.json("GET", REGIONS)
    assert answer["Code"] == 200
    assert REGION in [region["RegionId"] for region in answer["Regions"]["Region"]]


def regions_are_read_in_xml(world):
    status, root = world.core.xml("GET", REGIONS)
    assert (status, root.tag, root.findtext("Code")) == (200, "DescribeRegionsResponse", "200")
    assert REGION in [region.text for region in root.findall("Regions/Region/RegionId")]


def requests_without_a_nonce_can_be_repeated(world):
    first, second = (world.core.json("GET", REGIONS) for _ in range(2))
    assert first["RequestId"] != second["RequestId"]


def namespace_is_written_and_read_in_json(world):
    id = world.free_namespace()
    name = "Orders & more = 100%? für 测试 🚀"
    created = world.core.json("POST", NAMESPACE, NamespaceId=id, NamespaceName=name)
    assert (created["Code"], created["Success"], created["Data"]["NamespaceName"]) == ("200", True, name)
    assert world.core.json("GET", NAMESPACE, NamespaceId=id)["Data"] == created["Data"]


def namespace_is_written_in_a_form(world):
    id = world.free_namespace()
    created = world.core.json("POST", NAMESPACE, form={"NamespaceId": id, "NamespaceName": "a form & more"})
    assert created["Data"]["NamespaceName"] == "a form & more"
    assert world.core.json("GET", NAMESPACE, NamespaceId=id)["Data"] == created["Data"]


def namespace_is_written_and_read_in_xml(world):
    id = world.free_namespace()
    name = "<Orders> & \"more\" 测试"
    status, root = world.core.xml("POST", NAMESPACE, NamespaceId=id, NamespaceName=name)
    assert (status, root.tag) == (200, "CreateNamespaceResponse")
    fields = ("Code", "Success", "Message", "ErrorCode", "Data/NamespaceId", "Data/NamespaceName", "Data/RegionId")
    assert [root.findtext(field) for field in fields] == ["200", "true", "success", "success", id, name, REGION]
    assert root.findtext("RequestId") and root.findtext("TraceId")

    status, root = world.core.xml("GET", NAMESPACE, NamespaceId=id)
    assert (status, root.tag, root.findtext("Data/NamespaceName")) == (200, "DescribeNamespaceResponse", name)
    status, root = world.core.xml("DELETE", NAMESPACE, NamespaceId=id)
    assert (status, root.tag) == (200, "DeleteNamespaceResponse")


def list_in_xml_repeats_its_element(world):
    created = {world.namespace(), world.namespace()}
    status, root = world.core.xml("GET", NAMESPACES, CurrentPage="1", PageSize="1000")
    assert (status, root.tag) == (200, "DescribeNamespacesResponse")
    listed = [namespace.findtext("NamespaceId") for namespace in root.findall("Data/Namespaces")]
    assert created <= set(listed)
    assert root.findtext("Data/TotalSize") == str(len(listed))


def application_in_xml_is_that_of_the_other_sdk(world):
    application = world.application(replicas=2)
    status, root = world.core.xml("GET", STATUS, AppId=application)
    assert (status, root.tag) == (200, "DescribeApplicationStatusResponse")
    told = world.status(application).to_map()
    for name in ("AppId", "CurrentStatus", "RunningInstances", "LastChangeOrderId", "LastChangeOrderStatus", "CreateTime"):
        assert root.findtext(f"Data/{name}") == str(told[name]), name
    assert root.findtext("Data/LastChangeOrderRunning") == "false"

    group = world.group(application).group_id
    status, root = world.core.xml("GET", INSTANCES, AppId=application, GroupId=group)
    found = [instance.findtext("InstanceId") for instance in root.findall("Data/Instances")]
    assert found == [instance.instance_id for instance in world.instances(application)]


def application_is_created_and_rescaled(world):
    created = world.core.json(
        "POST", CREATE, AppName="core", NamespaceId=REGION, PackageType="Image", ImageUrl=FIRST_IMAGE,
        Replicas="1", Deploy="true",
    )["Data"]
    world.reach(created["ChangeOrderId"], SUCCEEDED)
    rescaled = world.core.json("PUT", RESCALE, AppId=created["AppId"], Replicas="2")
    assert set(rescaled) == {"RequestId", "Code", "ErrorCode", "Message", "Success", "Data"}
    world.reach(rescaled["Data"]["ChangeOrderId"], SUCCEEDED)
    assert len(world.instances(created["AppId"])) == 2


def rollback_is_reached_at_the_path_of_the_document(world):
    application = world.application(replicas=2)
    order = world.waiting_deployment(application)
    world.core.json("PUT", ROLLBACK, ChangeOrderId=order.change_order_id)
    world.reach(world.status(application).last_change_order_id, SUCCEEDED)
    assert world.config(application).image_url == FIRST_IMAGE


def refusal_is_an_exception(world):
    namespace = world.namespace()
    with refused("InstanceExist.NamespaceId") as caught:
        world.core.json("POST", NAMESPACE, NamespaceId=namespace, NamespaceName="again")
    assert caught.error.get_error_msg() == "The specified namespace ID already exists."
    assert caught.error.get_request_id()


def refusal_in_xml_has_the_root_error(world):
    application = "00000000-0000-0000-0000-000000000000"
    status, root = world.core.xml("GET", STATUS, AppId=application)
    assert (status, root.tag, root.findtext("Code")) == (400, "Error", "InvalidApplication.NotFound")
    assert root.findtext("Message") == "The current application does not exist."
    assert root.findtext("RequestId") and root.findtext("HostId")


def unknown_path_and_method_are_refused(world):
    with refused("InvalidApi.NotFound", 404):
        world.core.json("GET", "/pop/v1/nothing")
    with refused("UnsupportedHTTPMethod"):
        world.core.json("PUT", NAMESPACES)


def wrong_secret_is_refused_in_both_forms(world):
    stranger = clients.Core(world.endpoint, secret="wrong")
    with refused("SignatureDoesNotMatch") as caught:
        stranger.json("GET", NAMESPACES, CurrentPage="1", PageSize="10")
    signed = caught.error.get_error_msg().split("server string to sign is:", 1)[1]
    assert signed.startswith("GET\napplication/json\n\n\n")
    assert signed.endswith(f"{NAMESPACES}?CurrentPage=1&PageSize=10&RegionId={REGION}")
    status, root = stranger.xml("GET", NAMESPACES, CurrentPage="1", PageSize="10")
    assert (status, root.tag, root.findtext("Code")) == (400, "Error", "SignatureDoesNotMatch")
