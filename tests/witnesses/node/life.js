// Drives `sae local` with npm's official client for ROA, and holds what it sees against the documents.
//
//     node life.js SAE
//
// SAE is the built program. Every function of `checks` is a check. Exits with 1 if one fails.
"use strict";

const assert = require("node:assert/strict");
const { setTimeout: sleep } = require("node:timers/promises");

const { ROAClient } = require("@alicloud/pop-core");

const { withLocalServer } = require("./local_server");

const REGION = "cn-hangzhou";
const IMAGES = ["registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:1", "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:2"];
const NAME = "Orders & more = 100%? a+b ~*/ 'c' (d) für 测试 🚀";
const NAMESPACE = "/pop/v1/paas/namespace";
const NAMESPACES = "/pop/v1/paas/namespaces";
const APP = "/pop/v1/sam/app";
const CHANGE_ORDER = "/pop/v1/sam/changeorder";
const NOBODY = "00000000-0000-0000-0000-000000000000";
const XML = { accept: "text/xml" };
const TWO_BATCHES_BY_HAND = JSON.stringify({
  type: "BatchUpdate",
  batchUpdate: { batch: 2, releaseType: "manual", batchWaitTime: 1 },
});
// What change orders are at.
const SUCCEEDED = 2;
const ABORTED = 6;
const WAITING_FOR_CONFIRMATION = 8;
const ENDED = [SUCCEEDED, 3, ABORTED, 10];
const TIMEOUT = 10_000;

const checks = {
  async namespaceIsWrittenAndReadInJson(client) {
    const NamespaceId = `${REGION}:nodejson`;
    const created = await client.post(NAMESPACE, { NamespaceId, NamespaceName: NAME });
    assert.deepEqual([created.Code, created.Success, created.Data.NamespaceName], ["200", true, NAME]);
    const read = await client.get(NAMESPACE, { NamespaceId });
    assert.deepEqual(read.Data, created.Data);
    await client.put(NAMESPACE, { NamespaceId, NamespaceName: "Orders", NamespaceDescription: "new" });
    const listed = await client.get(NAMESPACES, { CurrentPage: 1, PageSize: 100 });
    const found = listed.Data.Namespaces.filter((namespace) => namespace.NamespaceId === NamespaceId);
    assert.deepEqual(found.map((namespace) => namespace.NamespaceName), ["Orders"]);
  },

  async namespaceIsWrittenAndReadInXml(client) {
    const NamespaceId = `${REGION}:nodexml`;
    const created = await client.post(NAMESPACE, { NamespaceId, NamespaceName: NAME }, "", XML);
    assert.deepEqual(created.CreateNamespaceResponse.Data[0].NamespaceName, [NAME]);
    const read = await client.get(NAMESPACE, { NamespaceId }, XML);
    assert.deepEqual(read.DescribeNamespaceResponse.Data, created.CreateNamespaceResponse.Data);
    assert.deepEqual(read.DescribeNamespaceResponse.Success, ["true"]);
    await client.delete(NAMESPACE, { NamespaceId }, XML);
    await assert.rejects(client.get(NAMESPACE, { NamespaceId }, XML), { code: "InvalidNamespaceId.NotFound" });
  },

  async namespaceIsWrittenInAForm(client) {
    const form = { NamespaceId: `${REGION}:nodeform`, NamespaceName: NAME };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const created = await client.post(NAMESPACE, {}, new URLSearchParams(form).toString(), headers);
    assert.equal(created.Data.NamespaceName, NAME);
  },

  async applicationLivesFromCreationToDeletion(client) {
    const AppId = await created(client, "node-life");
    assert.deepEqual(await status(client, AppId), ["RUNNING", 2]);

    const order = await waitingDeployment(client, AppId);
    assert.deepEqual(await images(client, AppId), IMAGES);
    const busy = { code: "Application.ChangerOrderRunning", statusCode: 400 };
    await assert.rejects(client.put(`${APP}/restartApplication`, { AppId }), busy);
    await client.get(`${CHANGE_ORDER}/ConfirmPipelineBatch`, { PipelineId: order.CurrentPipelineId, Confirm: true });
    await reached(client, order.ChangeOrderId, SUCCEEDED);
    assert.deepEqual(await images(client, AppId), [IMAGES[1], IMAGES[1]]);

    await done(client, client.put(`${APP}/rescaleApplication`, { AppId, Replicas: 3 }));
    assert.deepEqual(await status(client, AppId), ["RUNNING", 3]);
    await done(client, client.put(`${APP}/stopApplication`, { AppId }));
    assert.deepEqual(await status(client, AppId), ["STOPPED", 0]);
    await done(client, client.put(`${APP}/startApplication`, { AppId }));
    assert.deepEqual(await status(client, AppId), ["RUNNING", 3]);
    await done(client, client.delete(`${APP}/deleteApplication`, { AppId }));
    await assert.rejects(status(client, AppId), { code: "InvalidApplication.NotFound", statusCode: 400 });
  },

  async rollbackRestoresTheFormerImage(client) {
    const AppId = await created(client, "node-rollback");
    const { ChangeOrderId } = await waitingDeployment(client, AppId);
    await client.put(`${CHANGE_ORDER}/AbortAndRollbackChangeOrder`, { ChangeOrderId });
    await reached(client, ChangeOrderId, ABORTED);
    const { Data } = await client.get(`${APP}/describeApplicationStatus`, { AppId });
    await reached(client, Data.LastChangeOrderId, SUCCEEDED);
    assert.deepEqual(await images(client, AppId), [IMAGES[0], IMAGES[0]]);
  },

  async refusalIsAnErrorInBothForms(client) {
    const path = `${APP}/describeApplicationStatus`;
    const message = /The current application does not exist\./;
    const code = "InvalidApplication.NotFound";
    await assert.rejects(client.get(path, { AppId: NOBODY }), { name: `${code}Error`, code, statusCode: 400, message });
    await assert.rejects(client.get(path, { AppId: NOBODY }, XML), { code, message });
  },

  async wrongSecretIsRefusedInBothForms(client) {
    const stranger = connected(client.endpoint, "wrong");
    const message = /server string to sign is:GET\n(application\/json|text\/xml)\n/;
    const refusal = { code: "SignatureDoesNotMatch", message };
    await assert.rejects(stranger.get(NAMESPACES, { CurrentPage: 1, PageSize: 10 }), { statusCode: 400, ...refusal });
    await assert.rejects(stranger.get(NAMESPACES, { CurrentPage: 1, PageSize: 10 }, XML), refusal);
  },

  async nonceCountsOnce(client) {
    const nonce = { "x-acs-signature-nonce": "node-nonce" };
    await client.get(NAMESPACES, { CurrentPage: 1, PageSize: 10 }, nonce);
    await assert.rejects(client.get(NAMESPACES, { CurrentPage: 1, PageSize: 10 }, nonce), { code: "SignatureNonceUsed" });
  },
};

function connected(endpoint, accessKeySecret) {
  return new ROAClient({ accessKeyId: "local", accessKeySecret, endpoint, apiVersion: "2019-05-06" });
}

/** The identifier of a new application with two instances that run. */
async function created(client, AppName) {
  const parameters = { AppName, NamespaceId: REGION, PackageType: "Image", ImageUrl: IMAGES[0], Replicas: 2, Deploy: true };
  const { AppId } = await done(client, client.post(`${APP}/createApplication`, parameters));
  return AppId;
}

/** A deployment whose first batch is done and whose second one waits; the change order. */
async function waitingDeployment(client, AppId) {
  const parameters = { AppId, ImageUrl: IMAGES[1], UpdateStrategy: TWO_BATCHES_BY_HAND };
  const { Data } = await client.post(`${APP}/deployApplication`, parameters);
  return reached(client, Data.ChangeOrderId, WAITING_FOR_CONFIRMATION);
}

/** What a call answered, once the change order that it started has succeeded. */
async function done(client, call) {
  const { Data } = await call;
  await reached(client, Data.ChangeOrderId, SUCCEEDED);
  return Data;
}

/** The change order, once it has this status. */
async function reached(client, ChangeOrderId, wanted) {
  const deadline = performance.now() + TIMEOUT;
  for (;;) {
    const { Data } = await client.get(`${CHANGE_ORDER}/DescribeChangeOrder`, { ChangeOrderId });
    if (Data.Status === wanted) return Data;
    const still = `${Data.CoTypeCode} is at status ${Data.Status}, not ${wanted}`;
    assert.ok(!ENDED.includes(Data.Status), `${still}, and has ended`);
    assert.ok(performance.now() < deadline, still);
    await sleep(20);
  }
}

async function status(client, AppId) {
  const { Data } = await client.get(`${APP}/describeApplicationStatus`, { AppId });
  return [Data.CurrentStatus, Data.RunningInstances];
}

async function images(client, AppId) {
  const groups = await client.get(`${APP}/describeApplicationGroups`, { AppId });
  const { GroupId } = groups.Data[0];
  const { Data } = await client.get(`${APP}/describeApplicationInstances`, { AppId, GroupId });
  return Data.Instances.map((instance) => instance.ImageUrl).sort();
}

async function main(program) {
  const start = performance.now();
  let passed = 0;
  let failed = 0;
  await withLocalServer(program, async (endpoint) => {
    const client = connected(endpoint, "local-secret");
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check(client);
        passed += 1;
      } catch (error) {
        console.error(`FAILED ${name}\n${error.stack}\n`);
        failed += 1;
      }
    }
  });
  console.log(`@alicloud/pop-core, ROA: ${passed + failed} checks in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (process.argv.length !== 3) {
  console.error("usage: node life.js SAE");
  process.exit(2);
}
// Whatever ends the program early, ends it with 1.
process.exitCode = 1;
main(process.argv[2]).then((code) => {
  process.exitCode = code;
});
