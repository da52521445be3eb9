"""What every check starts from: clients of one local server, and namespaces and applications of its own."""

import itertools
import json
import time

import clients

PREPARING, RUNNING, SUCCEEDED, ABORTED, WAITING_FOR_CONFIRMATION = 0, 1, 2, 6, 8
ENDED = {SUCCEEDED, 3, ABORTED, 10}
FIRST_IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:1"
NEXT_IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:2"
TWO_BATCHES_BY_HAND = json.dumps({
    "type": "BatchUpdate",
    "batchUpdate": {"batch": 2, "releaseType": "manual", "batchWaitTime": 1},
})
TIMEOUT = 10


class World:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.sae = clients.Sae(endpoint)
        self.roa = clients.Sae(endpoint, algorithm="v2")
        self.core = clients.Core(endpoint)
        self.numbers = itertools.count(1)

    def free_namespace(self):
        """The identifier of a namespace that isn't there."""
        return f"{clients.REGION}:witness{next(self.numbers)}"

    def namespace(self):
        """The identifier of a new namespace."""
        id = self.free_namespace()
        self.sae.call("CreateNamespace", namespace_id=id, namespace_name="witness")
        return id

    def application(self, replicas=2, **parameters):
        """The identifier of a new application that runs."""
        created = self.create(replicas=replicas, deploy=True, image_url=FIRST_IMAGE, **parameters)
        self.reach(created.change_order_id, SUCCEEDED)
        return created.app_id

    def create(self, **parameters):
        parameters = {
            "app_name": f"witness-{next(self.numbers)}",
            "namespace_id": clients.REGION,
            "package_type": "Image",
            "replicas": 1,
        } | parameters
        return self.sae.call("CreateApplication", **parameters).data

    def waiting_deployment(self, application, **parameters):
        """A deployment in two batches whose first batch is done and whose second one waits; the change order."""
        parameters = {"image_url": NEXT_IMAGE, "update_strategy": TWO_BATCHES_BY_HAND} | parameters
        deployed = self.sae.call("DeployApplication", app_id=application, **parameters).data
        return self.reach(deployed.change_order_id, WAITING_FOR_CONFIRMATION)

    def order(self, id):
        return self.sae.call("DescribeChangeOrder", change_order_id=id).data

    def reach(self, id, status):
        """The change order, once it has this status."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            order = self.order(id)
            if order.status == status:
                return order
            assert order.status not in ENDED, f"{order.co_type_code} ended with status {order.status}, not {status}"
            assert time.monotonic() < deadline, f"{order.co_type_code} stays at status {order.status}, not {status}"
            time.sleep(0.02)

    def done(self, body):
        """Waits until the change order of an answer has succeeded."""
        return self.reach(body.data.change_order_id, SUCCEEDED)

    def status(self, application):
        return self.sae.call("DescribeApplicationStatus", app_id=application).data

    def config(self, application):
        return self.sae.call("DescribeApplicationConfig", app_id=application).data

    def group(self, application):
        """The only group of an application."""
        (group,) = self.sae.call("DescribeApplicationGroups", app_id=application).data
        return group

    def instances(self, application):
        group = self.group(application).group_id
        return self.sae.call("DescribeApplicationInstances", app_id=application, group_id=group).data.instances
