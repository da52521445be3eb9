"""The official SAE SDK with ROA HMAC-SHA1 signatures (`signature_algorithm = "v2"`)."""

import clients
from clients import REGION, refused


def regions_are_read(world):
    assert REGION in [region.region_id for region in world.roa.call("DescribeRegions").regions.region]


def namespace_is_written_and_read(world):
    id = world.free_namespace()
    name, description = "Orders & more = 100%?", "a+b ~*/ 'c' \"d\" für 测试 🚀"
    created = world.roa.call(
        "CreateNamespace", namespace_id=id, namespace_name=name, namespace_description=description,
    ).data
    assert (created.namespace_id, created.namespace_name, created.namespace_description) == (id, name, description)
    assert world.roa.call("DescribeNamespace", namespace_id=id).data.to_map() == created.to_map()
    listed = world.roa.call("DescribeNamespaces", current_page=1, page_size=1000).data.namespaces
    assert id in [namespace.namespace_id for namespace in listed]


def both_schemes_see_the_same_application(world):
    application = world.application(replicas=1)
    read = world.roa.call("DescribeApplicationConfig", app_id=application).data
    assert read.to_map() == world.config(application).to_map()
    assert world.roa.call("ListApplications", app_name=read.app_name).data.applications[0].app_id == application


def wrong_secret_is_told_with_the_string_to_sign(world):
    stranger = clients.Sae(world.endpoint, algorithm="v2", secret="wrong")
    with refused("SignatureDoesNotMatch") as caught:
        stranger.call("DescribeRegions")
    assert "server string to sign is:GET\napplication/json\n" in caught.error.data["Message"]


def nonce_counts_once(world):
    nonce = {"x-acs-signature-nonce": "witness-roa-nonce"}
    world.roa.call("ListApplications", headers=nonce)
    with refused("SignatureNonceUsed"):
        world.roa.call("ListApplications", headers=nonce)


def old_date_is_refused(world):
    with refused("InvalidTimeStamp.Expired"):
        world.roa.call("ListApplications", headers={"date": "Mon, 26 Aug 2019 08:55:56 GMT"})


def refusals_are_those_of_the_other_scheme(world):
    namespace = world.namespace()
    with refused("InstanceExist.NamespaceId"):
        world.roa.call("CreateNamespace", namespace_id=namespace, namespace_name="again")
    with refused("InvalidApplication.NotFound"):
        world.roa.call("DescribeApplicationStatus", app_id="00000000-0000-0000-0000-000000000000")
