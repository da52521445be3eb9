"""The whole life of an SAE application, in stages: each takes up where the last one ended."""

import json
import time

import documented
from clients import REGION, refused
from world import ABORTED, ENDED, FIRST_IMAGE, NEXT_IMAGE, SUCCEEDED, TIMEOUT, WAITING_FOR_CONFIRMATION

PRODUCT = "sae"
NOBODY = "00000000-0000-0000-0000-000000000000"
ENVS = [{"name": "GREETING", "value": "hallo & \"Welt\" = 100%? 世界"}]
PORTS = [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]


def catalogue_is_read(app):
    assert REGION in [region["RegionId"] for region in app.sdk.call("DescribeRegions")["Regions"]["Region"]]
    sizes = [(size["Cpu"], size["Memory"]) for size in app.data("DescribeInstanceSpecifications")]
    assert (1000, 2048) in sizes and (2000, 4096) in sizes
    assert "Open JDK 8" in [component["ComponentKey"] for component in app.data("DescribeComponents", Type="JDK")]
    assert "3.5.3" in [container["EdasContainerVersion"] for container in app.data("DescribeEdasContainers")]


def namespace_is_created_and_renamed(app):
    wanted = {"NamespaceId": app.namespace, "NamespaceName": "Orders & more", "NamespaceDescription": "50% für 测试"}
    created = app.data("CreateNamespace", **wanted)
    assert wanted.items() <= created.items() and created["RegionId"] == REGION
    with refused("InstanceExist.NamespaceId"):
        app.sdk.call("CreateNamespace", **wanted)
    app.sdk.call("UpdateNamespace", NamespaceId=app.namespace, NamespaceName="Orders", NamespaceDescription="new")
    changed = app.data("DescribeNamespace", NamespaceId=app.namespace)
    assert (changed["NamespaceName"], changed["NamespaceDescription"]) == ("Orders", "new")
    listed = app.data("DescribeNamespaces", CurrentPage=1, PageSize=1000)["Namespaces"]
    assert [one["NamespaceName"] for one in listed if one["NamespaceId"] == app.namespace] == ["Orders"]


def application_is_created_without_being_deployed(app):
    wanted = {
        "AppName": app.name, "PackageType": "Image", "ImageUrl": FIRST_IMAGE, "Replicas": 3, "Cpu": 1000,
        "Memory": 2048, "Deploy": False,
    }
    with refused("InvalidNamespaceId.NotFound", 404):
        app.sdk.call("CreateApplication", NamespaceId=f"{REGION}:nowhere", **wanted)
    created = app.data("CreateApplication", NamespaceId=app.namespace, **wanted)
    app.id = created["AppId"]
    app.ends(created["ChangeOrderId"], "CoCreateApp")
    app.is_at("UNKNOWN", 0)
    with refused("Application.NotDeployYet"):
        app.sdk.call("RestartApplication", AppId=app.id)
    networks = {one["NamespaceId"]: one for one in app.data("DescribeNamespaceList", ContainCustom=True)}
    assert networks[app.namespace]["VpcId"] == app.config()["VpcId"]


def first_version_is_deployed_in_three_batches_by_hand(app):
    order = app.deploys(FIRST_IMAGE, batches=3, Envs=json.dumps(ENVS))
    for done in (1, 2):
        statuses = [pipeline["Status"] for pipeline in app.waits(order)["Pipelines"]]
        assert statuses == [SUCCEEDED] * done + [WAITING_FOR_CONFIRMATION] + [0] * (2 - done)
        assert app.status()["LastChangeOrderStatus"] == "WAIT_BATCH_CONFIRM"
        app.is_at("RUNNING", done)
        app.confirm(order)
    ended = app.ends(order, "CoDeploy")
    assert (ended["BatchCount"], ended["BatchType"], ended["Auto"]) == (3, "manual", False)
    assert app.status()["LastChangeOrderStatus"] == "SUCCESS"
    app.is_at("RUNNING", 3)
    assert app.images() == [FIRST_IMAGE] * 3


def application_is_looked_at_from_all_sides(app):
    config = app.config()
    assert (config["AppName"], config["NamespaceId"], config["ImageUrl"]) == (app.name, app.namespace, FIRST_IMAGE)
    assert (config["Replicas"], config["Cpu"], config["Memory"]) == (3, 1000, 2048)
    assert json.loads(config["Envs"]) == ENVS
    for instance in app.instances():
        assert instance["InstanceContainerStatus"] == "Running"
        assert FIRST_IMAGE in app.data("DescribeInstanceLog", InstanceId=instance["InstanceId"])
    image = app.data("DescribeApplicationImage", AppId=app.id, ImageUrl=FIRST_IMAGE)
    assert (image["RepoNamespace"], image["RepoName"], image["RepoTag"]) == ("demo", "shop", "1")
    (listed,) = app.data("ListApplications", NamespaceId=app.namespace)["Applications"]
    assert (listed["AppId"], listed["AppName"], listed["RunningInstances"]) == (app.id, app.name, 3)
    assert app.data("QueryResourceStatics", AppId=app.id)["Summary"]["Cpu"] > 0
    assert app.data("ListLogConfigs", AppId=app.id, CurrentPage=1, PageSize=10)["TotalSize"] == 0
    assert app.data("ListPublishedServices", AppId=app.id) == []
    assert app.data("ListConsumedServices", AppId=app.id) == []


def restart_replaces_every_instance(app):
    before = {instance["InstanceId"] for instance in app.instances()}
    app.changes("RestartApplication", "CoRestartApplication")
    after = {instance["InstanceId"] for instance in app.instances()}
    assert len(after) == 3 and not before & after


def application_is_scaled_out_and_in(app):
    app.changes("RescaleApplication", "CoScaleOut", Replicas=4)
    app.is_at("RUNNING", 4)
    app.changes("RescaleApplication", "CoScaleIn", Replicas=2)
    app.is_at("RUNNING", 2)
    assert app.config()["Replicas"] == 2


def instances_grow(app):
    app.changes("RescaleApplicationVertically", "CoRescaleApplicationVertically", Cpu="2000", Memory="4096")
    config = app.config()
    assert (config["Cpu"], config["Memory"]) == (2000, 4096)
    app.is_at("RUNNING", 2)


def load_balancer_is_bound_and_unbound(app):
    app.changes("BindSlb", "CoBindSlb", Internet=json.dumps(PORTS))
    bound = app.data("DescribeApplicationSlbs", AppId=app.id)
    (listener,) = bound["Internet"]
    assert (listener["Port"], listener["TargetPort"], listener["Protocol"]) == (80, 8080, "TCP")
    assert bound["InternetIp"] and bound["InternetSlbId"] and not bound["Intranet"]
    app.changes("UnbindSlb", "CoUnbindSlb", Internet=True)
    left = app.data("DescribeApplicationSlbs", AppId=app.id)
    assert not left["Internet"] and not left.get("InternetIp")


def busy_application_refuses_and_its_deployment_can_be_aborted(app):
    order = app.deploys(NEXT_IMAGE, batches=2)
    app.waits(order)
    calls = {"RescaleApplication": {"Replicas": 5}, "StopApplication": {}, "DeleteApplication": {}}
    for operation, parameters in calls.items():
        with refused("Application.ChangerOrderRunning"):
            app.sdk.call(operation, AppId=app.id, **parameters)
    assert app.data("AbortChangeOrder", ChangeOrderId=order)["ChangeOrderId"] == order
    app.ends(order, "CoDeploy", ABORTED)
    assert app.status()["LastChangeOrderStatus"] == "ABORT"
    assert app.images() == [FIRST_IMAGE, NEXT_IMAGE]


def rollback_restores_the_former_image(app):
    app.ends(app.deploys(FIRST_IMAGE), "CoDeploy")
    order = app.deploys(NEXT_IMAGE, batches=2, Envs="[]")
    app.waits(order)
    assert app.images() == [FIRST_IMAGE, NEXT_IMAGE]
    app.sdk.call("AbortAndRollbackChangeOrder", ChangeOrderId=order)
    app.ends(order, "CoDeploy", ABORTED)
    app.ends(app.status()["LastChangeOrderId"], "CoRollback")
    assert app.images() == [FIRST_IMAGE] * 2
    config = app.config()
    assert config["ImageUrl"] == FIRST_IMAGE and json.loads(config["Envs"]) == ENVS


def application_is_stopped_and_started(app):
    app.changes("StopApplication", "CoStopApplication")
    app.is_at("STOPPED", 0)
    app.changes("StartApplication", "CoStartApplication")
    app.is_at("RUNNING", 2)
    assert app.images() == [FIRST_IMAGE] * 2


def change_orders_tell_the_whole_life(app):
    page = app.data("ListChangeOrders", AppId=app.id, CurrentPage=1, PageSize=100)
    assert [order["CoTypeCode"] for order in page["ChangeOrderList"]] == app.history[::-1]
    assert page["TotalSize"] == len(app.history)
    aborted = app.data("ListChangeOrders", AppId=app.id, CoStatus=str(ABORTED))["ChangeOrderList"]
    assert [order["CoTypeCode"] for order in aborted] == ["CoDeploy"] * 2


def application_is_deleted_and_then_its_namespace(app):
    with refused("Namespace.AppExists"):
        app.sdk.call("DeleteNamespace", NamespaceId=app.namespace)
    app.changes("DeleteApplication", "CoDeleteApp")
    for operation in ("DescribeApplicationStatus", "StartApplication", "DeleteApplication"):
        with refused("InvalidApplication.NotFound"):
            app.sdk.call(operation, AppId=app.id)
    with refused("InvalidChangeOrder.NotFound"):
        app.sdk.call("DescribeChangeOrder", ChangeOrderId=NOBODY)
    assert app.data("ListApplications", NamespaceId=app.namespace)["Applications"] == []
    app.sdk.call("DeleteNamespace", NamespaceId=app.namespace)
    with refused("InvalidNamespaceId.NotFound", 404):
        app.sdk.call("DescribeNamespace", NamespaceId=app.namespace)


def every_documented_operation_has_succeeded(app):
    assert app.sdk.called == documented.operations(PRODUCT), app.sdk.called ^ documented.operations(PRODUCT)


class Application:
    """The application, as the stages see it through one SDK."""

    def __init__(self, sdk, number):
        self.sdk = sdk
        self.namespace, self.name = f"{REGION}:life{number}", f"life-{number}"
        self.id = None
        # The types of its change orders, in the order in which they ended.
        self.history = []

    def data(self, operation, **parameters):
        return self.sdk.call(operation, **parameters)["Data"]

    def deploys(self, image, batches=1, **parameters):
        """Starts a deployment whose batches are released by hand; the change order."""
        strategy = {"type": "BatchUpdate", "batchUpdate": {"batch": batches, "releaseType": "manual", "batchWaitTime": 1}}
        parameters |= {"ImageUrl": image, "UpdateStrategy": json.dumps(strategy)}
        return self.data("DeployApplication", AppId=self.id, **parameters)["ChangeOrderId"]

    def waits(self, order):
        """The change order, once it waits for a confirmation."""
        return self.reaches(order, WAITING_FOR_CONFIRMATION)

    def confirm(self, order):
        pipeline = self.data("DescribeChangeOrder", ChangeOrderId=order)["CurrentPipelineId"]
        assert self.data("ConfirmPipelineBatch", PipelineId=pipeline, Confirm=True)["PipelineId"] == pipeline

    def changes(self, operation, type, **parameters):
        """Makes a change and waits until it has succeeded."""
        self.ends(self.data(operation, AppId=self.id, **parameters)["ChangeOrderId"], type)

    def ends(self, order, type, status=SUCCEEDED):
        """The change order, once it has ended."""
        ended = self.reaches(order, status)
        assert ended["CoTypeCode"] == type, ended["CoTypeCode"]
        self.history.append(type)
        return ended

    def reaches(self, order, status):
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = self.data("DescribeChangeOrder", ChangeOrderId=order)
            if found["Status"] == status:
                return found
            assert found["Status"] not in ENDED, f"{found['CoTypeCode']} ended with status {found['Status']}, not {status}"
            assert time.monotonic() < deadline, f"{found['CoTypeCode']} stays at status {found['Status']}, not {status}"
            time.sleep(0.02)

    def is_at(self, status, instances):
        """Asserts the status and how many instances run: as it is told, as its group tells it, and as they are listed."""
        told = self.status()
        counts = [told["RunningInstances"], self.group()["RunningInstances"], len(self.instances())]
        assert (told["CurrentStatus"], counts) == (status, [instances] * 3), (told["CurrentStatus"], counts)

    def status(self):
        return self.data("DescribeApplicationStatus", AppId=self.id)

    def config(self):
        return self.data("DescribeApplicationConfig", AppId=self.id)

    def group(self):
        (group,) = self.data("DescribeApplicationGroups", AppId=self.id)
        return group

    def instances(self):
        return self.data("DescribeApplicationInstances", AppId=self.id, GroupId=self.group()["GroupId"])["Instances"]

    def images(self):
        return sorted(instance["ImageUrl"] for instance in self.instances())
