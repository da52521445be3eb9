"""The whole life of an EDAS application in a Kubernetes cluster, in stages: each takes up where the last one ended."""

import json
import time

from aliyunsdkcore.acs_exception.exceptions import ServerException
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

import documented
import sdks
from clients import REGION
from world import ABORTED, ENDED, FIRST_IMAGE, NEXT_IMAGE, SUCCEEDED, TIMEOUT, TWO_BATCHES_BY_HAND, WAITING_FOR_CONFIRMATION

PRODUCT = "edas"
NOBODY = "00000000-0000-0000-0000-000000000000"
ENVS = [{"name": "GREETING", "value": "hallo & \"Welt\" = 100%? 世界"}]


def cluster_is_found(app):
    clusters = app.sdk.call("GetK8sCluster", RegionTag=REGION)["ClusterPage"]["ClusterList"]["Cluster"]
    app.cluster = clusters[0]["ClusterId"]
    assert app.cluster and clusters[0]["RegionId"] == REGION
    namespaces = app.sdk.call("ListK8sNamespaces", ClusterId=app.cluster)["Data"]
    assert "default" in [namespace["Namespace"] for namespace in namespaces]


def application_is_created_and_runs(app):
    created = app.sdk.call(
        "InsertK8sApplication", AppName=app.name, ClusterId=app.cluster, Namespace="default", PackageType="Image",
        ImageUrl=FIRST_IMAGE, Replicas=2, Envs=json.dumps(ENVS),
    )["ApplicationInfo"]
    app.id = created["AppId"]
    assert created["AppName"] == app.name
    app.ends(created["ChangeOrderId"])
    app.runs(FIRST_IMAGE, 2)
    (listed,) = app.listed()
    assert (listed["AppId"], listed["ClusterId"], listed["K8sNamespace"]) == (app.id, app.cluster, "default")
    env = app.described()["App"]["EnvList"]["Env"]
    assert [(one["Name"], one["Value"]) for one in env] == [(one["name"], one["value"]) for one in ENVS]


def version_is_deployed_in_batches_by_hand(app):
    order = app.deploys(
        NEXT_IMAGE, UpdateStrategy=TWO_BATCHES_BY_HAND, CpuLimit=2, MemoryLimit=2048, ChangeOrderDesc="next",
    )
    waiting = app.waits(order)
    assert waiting["BatchCount"] == 2 and waiting["ChangeOrderDescription"] == "next"
    statuses = [pipeline["PipelineStatus"] for pipeline in app.pipelines(waiting)]
    assert statuses == [SUCCEEDED, WAITING_FOR_CONFIRMATION]
    app.refuses("ScaleK8sApplication", AppId=app.id, Replicas=3)
    app.sdk.call("ContinuePipeline", PipelineId=app.pipelines(waiting)[1]["PipelineId"], Confirm=True)
    app.ends(order)
    app.runs(NEXT_IMAGE, 2)
    facts = app.described()["App"]
    assert (facts["LimitCpuM"], facts["LimitMem"]) == (2000, 2048)


def deployment_is_rolled_back(app):
    order = app.deploys(FIRST_IMAGE, UpdateStrategy=TWO_BATCHES_BY_HAND)
    app.waits(order)
    app.sdk.call("AbortAndRollbackChangeOrder", ChangeOrderId=order)
    app.ends(order, ABORTED)
    app.ends(app.orders()[0]["ChangeOrderId"])
    app.runs(NEXT_IMAGE, 2)


def deployment_is_aborted_and_done_again(app):
    order = app.deploys(FIRST_IMAGE, UpdateStrategy=TWO_BATCHES_BY_HAND)
    app.waits(order)
    assert app.sdk.call("AbortChangeOrder", ChangeOrderId=order)["Data"]["ChangeOrderId"] == order
    app.ends(order, ABORTED)
    app.ends(app.deploys(FIRST_IMAGE))
    app.runs(FIRST_IMAGE, 2)


def application_is_scaled_and_restarted(app):
    app.changes("ScaleK8sApplication", Replicas=3)
    app.runs(FIRST_IMAGE, 3)
    app.changes("ScaleK8sApplication", Replicas=1)
    app.runs(FIRST_IMAGE, 1)
    app.changes("RestartK8sApplication")
    app.runs(FIRST_IMAGE, 1)


def application_is_stopped_and_started(app):
    app.changes("StopK8sApplication")
    (listed,) = app.listed()
    assert listed["RunningInstanceCount"] == 0
    app.changes("StartK8sApplication", Replicas=2)
    app.runs(FIRST_IMAGE, 2)


def change_orders_are_listed_newest_first(app):
    times = [order["CreateTime"] for order in app.orders()]
    assert times == sorted(times, reverse=True)
    assert {order["Status"] for order in app.orders()} == {SUCCEEDED, ABORTED}
    assert {order["ChangeOrderId"] for order in app.orders()} == app.history


def application_is_deleted(app):
    app.changes("DeleteK8sApplication")
    assert app.listed() == []
    app.refuses("GetK8sApplication", AppId=app.id)
    for id in (app.id, NOBODY):
        app.refuses("DeployK8sApplication", AppId=id, Image=NEXT_IMAGE)
    app.refuses("GetChangeOrderInfo", ChangeOrderId=NOBODY)


def every_documented_operation_has_succeeded(app):
    assert documented.operations(PRODUCT) <= app.sdk.called, documented.operations(PRODUCT) - app.sdk.called


class Application:
    """The application, as the stages see it through one SDK."""

    def __init__(self, sdk, number):
        self.sdk = sdk
        self.name = f"life-{number}"
        self.cluster = self.id = None
        # Its change orders.
        self.history = set()

    def deploys(self, image, **parameters):
        """Starts a deployment; the change order."""
        return self.sdk.call("DeployK8sApplication", AppId=self.id, Image=image, **parameters)["ChangeOrderId"]

    def changes(self, operation, **parameters):
        """Makes a change and waits until it has succeeded."""
        self.ends(self.sdk.call(operation, AppId=self.id, **parameters)["ChangeOrderId"])

    def refuses(self, operation, **parameters):
        """Asserts a refusal. The documents list no codes for the operations of EDAS."""
        try:
            answer = self.sdk.call(operation, **parameters)
        except (AlibabaCloudException, ServerException, sdks.Unsuccessful) as error:
            assert "NotImplemented" not in str(error), error
            return
        raise AssertionError(f"{operation} isn't refused: {answer}")

    def waits(self, order):
        """The change order, once it waits for a confirmation."""
        return self.reaches(order, WAITING_FOR_CONFIRMATION)

    def ends(self, order, status=SUCCEEDED):
        self.reaches(order, status)
        self.history.add(order)

    def reaches(self, order, status):
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = self.sdk.call("GetChangeOrderInfo", ChangeOrderId=order)["changeOrderInfo"]
            if found["Status"] == status:
                return found
            assert found["Status"] not in ENDED, f"{found['CoType']} ended with status {found['Status']}, not {status}"
            assert time.monotonic() < deadline, f"{found['CoType']} stays at status {found['Status']}, not {status}"
            time.sleep(0.02)

    def runs(self, image, instances):
        """Asserts the image and the number of instances: as set, as running, and as they are listed."""
        described, (listed,) = self.described(), self.listed()
        pods = self.sdk.call("DescribeAppInstanceList", AppId=self.id)["InstanceList"]
        counts = [described["App"]["Instances"], listed["RunningInstanceCount"], len(pods)]
        assert (described["ImageInfo"]["ImageUrl"], counts) == (image, [instances] * 3), (described["ImageInfo"], counts)

    def described(self):
        return self.sdk.call("GetK8sApplication", AppId=self.id)["Applcation"]

    def listed(self):
        """What the list of applications has under its name."""
        return self.sdk.call("ListApplication", AppName=self.name)["ApplicationList"]["Application"]

    def orders(self):
        return self.sdk.call("ListRecentChangeOrder", AppId=self.id)["ChangeOrderList"]["ChangeOrder"]

    @staticmethod
    def pipelines(order):
        return order["PipelineInfoList"]["PipelineInfo"]
