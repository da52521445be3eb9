"""The life of namespaces and applications, through the official SAE SDK with ACS3 signatures."""

import asyncio
import ipaddress
import json

from alibabacloud_sae20190506 import models
from darabonba.runtime import RuntimeOptions

from clients import REGION, refused
from world import ABORTED, FIRST_IMAGE, NEXT_IMAGE, RUNNING, SUCCEEDED, WAITING_FOR_CONFIRMATION

ENVS = json.dumps([{"name": "GREETING", "value": "hallo \"Welt\" & 世界"}, {"name": "EMPTY", "value": ""}])


def namespace_is_created_changed_and_deleted(world):
    id = world.free_namespace()
    created = world.sae.call(
        "CreateNamespace", namespace_id=id, namespace_name="Orders & more", namespace_description="50% für 测试",
    ).data
    assert (created.namespace_id, created.region_id) == (id, REGION)
    assert (created.namespace_name, created.namespace_description) == ("Orders & more", "50% für 测试")

    world.sae.call("UpdateNamespace", namespace_id=id, namespace_name="Orders", namespace_description="new")
    changed = world.sae.call("DescribeNamespace", namespace_id=id).data
    assert (changed.namespace_name, changed.namespace_description) == ("Orders", "new")

    world.sae.call("DeleteNamespace", namespace_id=id)
    with refused("InvalidNamespaceId.NotFound", 404):
        world.sae.call("DeleteNamespace", namespace_id=id)


def asynchronous_client_is_understood(world):
    """It sends through aiohttp, which encodes URLs in its own way."""
    id = world.free_namespace()
    name = "Orders & more = 100%? a+b ~*/ 'c' (d) für 测试 🚀"
    request = models.CreateNamespaceRequest(namespace_id=id, namespace_name=name)
    answer = asyncio.run(world.sae.client.create_namespace_with_options_async(request, {}, RuntimeOptions()))
    assert (answer.body.data.namespace_id, answer.body.data.namespace_name) == (id, name)
    assert world.sae.call("DescribeNamespace", namespace_id=id).data.namespace_name == name


def namespaces_are_listed_page_by_page(world):
    created = {world.namespace() for _ in range(3)}
    all = world.sae.call("DescribeNamespaces", current_page=1, page_size=1000).data
    listed = {namespace.namespace_id: namespace for namespace in all.namespaces}
    assert created <= set(listed)
    assert (all.current_page, all.page_size, all.total_size) == (1, 1000, len(listed))
    for id in created:
        assert listed[id].tenant_id and listed[id].access_key and listed[id].secret_key

    pages = range(1, len(listed) + 1)
    single = [world.sae.call("DescribeNamespaces", current_page=page, page_size=1).data for page in pages]
    assert {page.namespaces[0].namespace_id for page in single} == set(listed)
    assert not world.sae.call("DescribeNamespaces", current_page=len(listed) + 1, page_size=1).data.namespaces


def first_application_binds_its_namespace_to_a_network(world):
    namespace = world.namespace()
    application = world.application(namespace_id=namespace)
    (listed,) = [
        listed for listed in world.sae.call("DescribeNamespaceList", contain_custom=True).data
        if listed.namespace_id == namespace
    ]
    config = world.config(application)
    assert (listed.vpc_id, listed.v_switch_id) == (config.vpc_id, config.v_switch_id)
    assert listed.vpc_id.startswith("vpc-") and listed.v_switch_id.startswith("vsw-")
    assert listed.custom is True


def application_is_created_and_deployed(world):
    created = world.create(
        app_name="shop", app_description="our shop", replicas=2, cpu=1000, memory=2048, image_url=FIRST_IMAGE, deploy=True,
    )
    order = world.order(created.change_order_id)
    assert (order.co_type_code, order.app_name, order.auto, order.batch_type) == ("CoCreateApp", "shop", True, "auto")
    assert order.batch_count == len(order.pipelines) == 1
    order = world.reach(created.change_order_id, SUCCEEDED)
    (pipeline,) = order.pipelines
    assert pipeline.status == SUCCEEDED and pipeline.start_time <= pipeline.update_time

    status = world.status(created.app_id)
    assert (status.app_id, status.current_status, status.running_instances) == (created.app_id, "RUNNING", 2)
    assert status.last_change_order_id == created.change_order_id
    assert (status.last_change_order_status, status.last_change_order_running) == ("SUCCESS", False)
    assert len(status.create_time) == 13 and status.create_time.isdigit()


def configuration_is_given_back_as_it_was_sent(world):
    sent = {
        "app_name": "configured",
        "app_description": "a description",
        "cpu": 2000,
        "memory": 4096,
        "replicas": 1,
        "image_url": FIRST_IMAGE,
        "package_type": "Image",
        "envs": ENVS,
        "command": "sleep",
        "command_args": '["1d"]',
        "timezone": "Asia/Shanghai",
        "custom_host_alias": '[{"hostName":"samplehost","ip":"127.0.0.1"}]',
        "liveness": '{"exec":{"command":["sleep","5s"]},"initialDelaySeconds":10,"timeoutSeconds":11}',
        "readiness": '{"httpGet":{"path":"/ready","port":8080},"initialDelaySeconds":1,"timeoutSeconds":1}',
        "sls_configs": '[{"logDir":"","logType":"stdout"}]',
    }
    namespace = world.namespace()
    config = world.config(world.create(namespace_id=namespace, **sent).app_id)
    found = {name: getattr(config, name) for name in sent}
    assert found == sent, found
    assert (config.namespace_id, config.region_id) == (namespace, REGION)


def mounts_are_given_back_as_structures(world):
    content = world.sae.call("CreateConfigMap", name="mounted", namespace_id=REGION, data='{"test":"1"}').data
    created = world.create(
        config_map_mount_desc=json.dumps([{"configMapId": content.config_map_id, "key": "test", "mountPath": "/tmp"}]),
        mount_desc='[{"mountPath":"/mnt","nasPath":"/"}]',
        oss_mount_descs='[{"bucketName":"oss-bucket","bucketPath":"data/","mountPath":"/data","readOnly":true}]',
    )
    config = world.config(created.app_id)
    (map,), (nas,), (bucket,) = config.config_map_mount_desc, config.mount_desc, config.oss_mount_descs
    assert (map.config_map_id, map.key, map.mount_path) == (content.config_map_id, "test", "/tmp")
    assert (nas.mount_path, nas.nas_path) == ("/mnt", "/")
    assert (bucket.bucket_name, bucket.bucket_path) == ("oss-bucket", "data/")
    assert (bucket.mount_path, bucket.read_only) == ("/data", True)


def groups_and_instances_are_those_that_run(world):
    application = world.application(replicas=3)
    group = world.group(application)
    assert (group.group_name, group.package_type, group.image_url) == ("_DEFAULT_GROUP", "Image", FIRST_IMAGE)
    assert (group.replicas, group.running_instances) == (3, 3)

    instances = world.instances(application)
    assert len({instance.instance_id for instance in instances}) == 3
    assert len({ipaddress.ip_address(instance.instance_container_ip) for instance in instances}) == 3
    for instance in instances:
        assert (instance.group_id, instance.instance_container_status) == (group.group_id, "Running")
        assert FIRST_IMAGE in world.sae.call("DescribeInstanceLog", instance_id=instance.instance_id).data

    page = world.sae.call(
        "DescribeApplicationInstances", app_id=application, group_id=group.group_id, current_page=2, page_size=2,
    ).data
    assert (page.current_page, page.page_size, page.total_size, len(page.instances)) == (2, 2, 3, 1)


def deployment_in_two_batches_waits_for_confirmation(world):
    application = world.application(replicas=2)
    before = {instance.instance_id for instance in world.instances(application)}
    order = world.waiting_deployment(application, envs=ENVS)
    assert (order.co_type_code, order.auto, order.batch_type, order.batch_count) == ("CoDeploy", False, "manual", 2)
    assert [pipeline.status for pipeline in order.pipelines] == [SUCCEEDED, WAITING_FOR_CONFIRMATION]
    assert order.current_pipeline_id == order.pipelines[1].pipeline_id
    assert order.support_rollback is True
    assert sorted(instance.image_url for instance in world.instances(application)) == [FIRST_IMAGE, NEXT_IMAGE]
    status = world.status(application)
    assert (status.last_change_order_status, status.last_change_order_running) == ("WAIT_BATCH_CONFIRM", True)

    confirmed = world.sae.call("ConfirmPipelineBatch", pipeline_id=order.current_pipeline_id, confirm=True).data
    assert confirmed.pipeline_id == order.current_pipeline_id
    world.reach(order.change_order_id, SUCCEEDED)
    instances = world.instances(application)
    assert [instance.image_url for instance in instances] == [NEXT_IMAGE, NEXT_IMAGE]
    assert not before & {instance.instance_id for instance in instances}
    config = world.config(application)
    assert config.image_url == NEXT_IMAGE and json.loads(config.envs) == json.loads(ENVS)


def automatic_batches_follow_each_other(world):
    application = world.application(replicas=2)
    strategy = '{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":0}}'
    deployed = world.sae.call("DeployApplication", app_id=application, image_url=NEXT_IMAGE, update_strategy=strategy)
    order = world.done(deployed)
    assert (order.auto, order.batch_type, order.batch_count) == (True, "auto", 2)
    assert order.pipelines[0].update_time <= order.pipelines[1].start_time


def confirmation_can_be_refused_by_the_user(world):
    application = world.application(replicas=2)
    order = world.waiting_deployment(application)
    world.sae.call("ConfirmPipelineBatch", pipeline_id=order.current_pipeline_id, confirm=False)
    assert world.order(order.change_order_id).status == ABORTED


def rescaling_adds_and_takes_away_instances(world):
    application = world.application(replicas=1)
    for replicas, type_code in [(3, "CoScaleOut"), (2, "CoScaleIn")]:
        order = world.done(world.sae.call("RescaleApplication", app_id=application, replicas=replicas))
        assert order.co_type_code == type_code
        assert world.status(application).running_instances == len(world.instances(application)) == replicas
        assert world.config(application).replicas == replicas


def instances_change_their_size(world):
    application = world.application(replicas=1, cpu=1000, memory=2048)
    resized = world.sae.call("RescaleApplicationVertically", app_id=application, cpu="2000", memory="4096")
    assert world.done(resized).co_type_code == "CoRescaleApplicationVertically"
    config = world.config(application)
    assert (config.cpu, config.memory) == (2000, 4096)


def restart_replaces_every_instance(world):
    application = world.application(replicas=2)
    before = {instance.instance_id for instance in world.instances(application)}
    order = world.done(world.sae.call("RestartApplication", app_id=application, min_ready_instances=1))
    assert order.co_type_code == "CoRestartApplication"
    assert not before & {instance.instance_id for instance in world.instances(application)}


def load_balancer_is_bound_and_unbound(world):
    application = world.application(replicas=1)
    ports = '[{"port":80,"targetPort":8080,"protocol":"TCP"},{"port":443,"targetPort":8443,"protocol":"HTTPS","httpsCertId":"1_cn"}]'
    # One listener may also stand alone, as in the document of 2019.
    alone = '{"port":8000,"targetPort":8080,"protocol":"TCP"}'
    order = world.done(world.sae.call("BindSlb", app_id=application, internet=ports, intranet=alone))
    assert order.co_type_code == "CoBindSlb"
    bound = world.sae.call("DescribeApplicationSlbs", app_id=application).data
    listeners = [(listener.port, listener.target_port, listener.protocol) for listener in bound.internet + bound.intranet]
    assert listeners == [(80, 8080, "TCP"), (443, 8443, "HTTPS"), (8000, 8080, "TCP")]
    assert ipaddress.ip_address(bound.internet_ip) != ipaddress.ip_address(bound.intranet_ip)
    assert bound.internet_slb_id != bound.intranet_slb_id

    order = world.done(world.sae.call("UnbindSlb", app_id=application, internet=True))
    assert order.co_type_code == "CoUnbindSlb"
    left = world.sae.call("DescribeApplicationSlbs", app_id=application).data
    assert not left.internet and not left.internet_ip
    assert [listener.port for listener in left.intranet] == [8000]


def rollback_restores_what_there_was(world):
    application = world.application(replicas=2)
    order = world.waiting_deployment(application, envs=ENVS, replicas=2)
    rolled_back = world.sae.call("AbortAndRollbackChangeOrder", change_order_id=order.change_order_id).data
    assert world.order(rolled_back.change_order_id).app_name == order.app_name
    aborted = world.order(order.change_order_id)
    assert (aborted.status, aborted.support_rollback) == (ABORTED, False)

    latest = world.reach(world.status(application).last_change_order_id, SUCCEEDED)
    assert latest.co_type_code == "CoRollback"
    assert [instance.image_url for instance in world.instances(application)] == [FIRST_IMAGE, FIRST_IMAGE]
    config = world.config(application)
    assert (config.image_url, config.envs, config.replicas) == (FIRST_IMAGE, "[]", 2)


def aborted_deployment_keeps_what_it_has_done(world):
    application = world.application(replicas=2)
    order = world.waiting_deployment(application)
    aborted = world.sae.call("AbortChangeOrder", change_order_id=order.change_order_id).data
    assert aborted.change_order_id == order.change_order_id
    assert world.order(order.change_order_id).status == ABORTED
    status = world.status(application)
    assert (status.last_change_order_status, status.last_change_order_running) == ("ABORT", False)
    assert sorted(instance.image_url for instance in world.instances(application)) == [FIRST_IMAGE, NEXT_IMAGE]
    # The application is free for the next change.
    world.done(world.sae.call("DeployApplication", app_id=application, image_url=NEXT_IMAGE))
    assert [instance.image_url for instance in world.instances(application)] == [NEXT_IMAGE, NEXT_IMAGE]


def change_orders_are_listed_newest_first_and_filtered(world):
    application = world.application(replicas=1)
    world.done(world.sae.call("RescaleApplication", app_id=application, replicas=2))
    order = world.waiting_deployment(application, change_order_desc="second version")

    def listed(**filters):
        return world.sae.call("ListChangeOrders", app_id=application, **filters).data

    all = listed(current_page=1, page_size=10)
    assert [order.co_type_code for order in all.change_order_list] == ["CoDeploy", "CoScaleOut", "CoCreateApp"]
    assert [order.status for order in all.change_order_list] == [WAITING_FOR_CONFIRMATION, SUCCEEDED, SUCCEEDED]
    assert (all.current_page, all.page_size, all.total_size) == (1, 10, 3)
    newest = all.change_order_list[0]
    assert (newest.change_order_id, newest.app_id) == (order.change_order_id, application)
    assert newest.group_id == world.group(application).group_id
    assert not newest.finish_time and all.change_order_list[1].finish_time >= all.change_order_list[1].create_time
    assert newest.description == "second version"

    assert [order.co_type_code for order in listed(co_type="CoScaleOut").change_order_list] == ["CoScaleOut"]
    assert listed(co_status=str(SUCCEEDED)).total_size == 2
    assert listed(co_status=str(RUNNING)).total_size == 0
    assert [order.change_order_id for order in listed(key="second").change_order_list] == [order.change_order_id]
    third = listed(current_page=3, page_size=1)
    assert third.total_size == 3 and third.change_order_list[0].co_type_code == "CoCreateApp"


def applications_are_listed_and_filtered(world):
    namespace = world.namespace()
    names = ["list-1", "list-2", "list-3"]
    ids = {name: world.create(app_name=name, namespace_id=namespace).app_id for name in names}

    def listed(**filters):
        return world.sae.call("ListApplications", **filters)

    all = listed(namespace_id=namespace, current_page=1, page_size=10)
    assert {application.app_name: application.app_id for application in all.data.applications} == ids
    assert (all.data.current_page, all.data.page_size, all.data.total_size) == (1, 10, 3)
    for application in all.data.applications:
        assert (application.namespace_id, application.region_id) == (namespace, REGION)
        assert (application.instances, application.running_instances, application.app_deleting_status) == (1, 0, False)
    (one,) = listed(namespace_id=namespace, app_name="list-2").data.applications
    assert one.app_id == ids["list-2"]
    assert listed(namespace_id=namespace, current_page=2, page_size=2).data.total_size == 3
    assert len(listed(namespace_id=namespace, current_page=2, page_size=2).data.applications) == 1


def application_is_stopped_and_started(world):
    application = world.application(replicas=2)
    order = world.done(world.sae.call("StopApplication", app_id=application))
    assert order.co_type_code.startswith("CoStop")
    status = world.status(application)
    assert (status.current_status, status.running_instances) == ("STOPPED", 0)
    assert not world.instances(application)

    order = world.done(world.sae.call("StartApplication", app_id=application))
    assert order.co_type_code.startswith("CoStart")
    status = world.status(application)
    assert (status.current_status, status.running_instances) == ("RUNNING", 2)


def application_is_deleted_and_then_its_namespace(world):
    namespace = world.namespace()
    application = world.application(replicas=1, namespace_id=namespace)
    with refused("Namespace.AppExists"):
        world.sae.call("DeleteNamespace", namespace_id=namespace)
    order = world.done(world.sae.call("DeleteApplication", app_id=application))
    assert order.co_type_code == "CoDeleteApp"
    with refused("InvalidApplication.NotFound"):
        world.status(application)
    assert not world.sae.call("ListApplications", namespace_id=namespace).data.applications
    world.sae.call("DeleteNamespace", namespace_id=namespace)
