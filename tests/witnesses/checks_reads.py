"""What can be read without an application, through the official SAE SDK with ACS3 signatures."""

import datetime

from clients import REGION
from world import FIRST_IMAGE


def regions_come_as_a_wrapped_list(world):
    regions = world.sae.call("DescribeRegions")
    assert (regions.code, regions.message) == (200, "success")
    listed = {region.region_id: region.region_endpoint for region in regions.regions.region}
    assert listed[REGION] == f"sae.{REGION}.aliyuncs.com"


def envelope_is_that_of_the_documents(world):
    answer = world.sae.call("DescribeInstanceSpecifications")
    assert (answer.code, answer.error_code, answer.message, answer.success) == ("200", "success", "success", True)
    assert answer.request_id and answer.request_id == answer.request_id.upper()
    assert answer.trace_id and not set(answer.trace_id) - set("0123456789abcdef")
    headers = world.sae.client.raw["headers"]
    assert headers["x-acs-request-id"] == answer.request_id
    date = datetime.datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert abs(now - date) < datetime.timedelta(seconds=10)


def instance_specifications_hold_those_of_the_document(world):
    sizes = {(size.cpu, size.memory): size.enable for size in world.sae.call("DescribeInstanceSpecifications").data}
    assert sizes[1000, 1024] and sizes[1000, 2048] and sizes[2000, 4096]


def components_are_listed_by_type(world):
    for type in ("JDK", "TOMCAT"):
        components = world.sae.call("DescribeComponents", type=type).data
        assert components and all(component.type == type and component.component_key for component in components)


def edas_containers_are_listed(world):
    containers = world.sae.call("DescribeEdasContainers").data
    assert "3.5.3" in [container.edas_container_version for container in containers]


def image_is_taken_apart(world):
    application = world.application(replicas=1)
    image = world.sae.call("DescribeApplicationImage", app_id=application, image_url=FIRST_IMAGE).data
    assert (image.region_id, image.repo_namespace, image.repo_name, image.repo_tag) == (REGION, "demo", "shop", "1")


def usage_counts_what_runs(world):
    application = world.application(replicas=1, cpu=1000, memory=2048)
    usage = world.sae.call("QueryResourceStatics", app_id=application).data
    assert usage.summary.cpu > 0 and usage.summary.memory > 0


def log_configurations_are_a_page(world):
    page = world.sae.call("ListLogConfigs", app_id=world.application(), current_page=1, page_size=10).data
    assert (page.current_page, page.page_size) == (1, 10)


def application_publishes_and_consumes_nothing(world):
    application = world.application(replicas=1)
    assert not world.sae.call("ListPublishedServices", app_id=application).data
    assert not world.sae.call("ListConsumedServices", app_id=application).data
