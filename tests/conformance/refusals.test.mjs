// What is asked wrongly: of each route at least one call that must be refused, and how.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SubscriptionClient } from '@azure/arm-subscriptions';
import armDps from '@azure/arm-deviceprovisioningservices';
import armHub from '@azure/arm-iothub';
import { TrafficManagerManagementClient } from '@azure/arm-trafficmanager';
import { DeviceCodeCredential } from '@azure/identity';
import device from 'azure-iot-device';
import deviceHttp from 'azure-iot-device-http';
import provisioningHttp from 'azure-iot-provisioning-device-http';
import common from 'azure-iot-common';
import { all, arm, authority, credential, entra, hubs, provisioning, sendJson } from './arm.mjs';
import { body, dpsClient, endpoints, hubOf, individual, jobsOf, newKey, newKeys, only, refusal, registryOf } from './azure.mjs';

const hub = hubOf('gamma');
const hubName = hub.host.split('.')[0];
const nobody = '77777777-7777-7777-7777-777777777777';
const unknown = { statusCode: 404, code: 'ResourceNotFound' };
const noGroup = { statusCode: 404, code: 'ResourceGroupNotFound' };
const noSubscription = { statusCode: 404, code: 'SubscriptionNotFound' };

test('a policy opens what its rights name and no more', async () => {
    const { keyName, primaryKey } = await hubs.getKeysForKeyName(arm.resourceGroup, hubName, 'service');
    const registry = registryOf({ ...hub, policy: keyName, key: primaryKey });
    assert.equal((await refusal(registry.list())).name, 'UnauthorizedError');
    assert.equal((await refusal(registry.getRegistryStatistics())).status, 401);
    assert.equal((await refusal(registry.getModulesOnDevice('nobody'))).status, 401);
});

test('the modules of a device that there is not are not found', async () => {
    assert.equal((await refusal(registryOf(hub).getModulesOnDevice('nobody'))).name, 'DeviceNotFoundError');
});

test('jobs that there are not cannot be read or canceled, and strangers see none', async () => {
    const jobs = jobsOf(hub);
    for (const call of [() => jobs.getJob('job-nobody'), () => jobs.cancelJob('job-nobody')]) {
        const refused = await refusal(call());
        assert.equal(refused.status, 404);
        assert.match(refused.body.Message, /^ErrorCode:JobNotFound;/);
    }
    assert.equal((await refusal(jobsOf({ ...hub, key: newKey() }).createQuery().next())).status, 401);
});

test('a device with a wrong key sends nothing', async () => {
    await registryOf(hub).create({ deviceId: 'refused-sender' });
    const text = `HostName=${hub.host};DeviceId=refused-sender;SharedAccessKey=${newKey()}`;
    const client = device.Client.fromConnectionString(text, deviceHttp.Http);
    await assert.rejects(client.sendEvent(new device.Message('{}')), { name: 'UnauthorizedError' });
    await client.close();
});

test('queries of enrollments and groups need a key that is right', async () => {
    const stranger = dpsClient(newKey());
    const query = { query: 'SELECT *' };
    assert.equal((await refusal(stranger.createIndividualEnrollmentQuery(query, 10).next())).status, 401);
    assert.equal((await refusal(stranger.createEnrollmentGroupQuery(query, 10).next())).status, 401);
});

test('what an enrollment or group that there is not holds is not found', async () => {
    const service = dpsClient();
    const codeOf = async (call) => (await refusal(call)).body.errorCode;
    assert.equal(await codeOf(service.getIndividualEnrollmentAttestationMechanism('nobody')), 404201);
    assert.equal(await codeOf(service.getEnrollmentGroupAttestationMechanism('nobody')), 404204);
    assert.equal(await codeOf(service.createEnrollmentGroupDeviceRegistrationStateQuery({ query: 'SELECT *' }, 'nobody', 10).next()), 404204);
    assert.equal(await codeOf(service.deleteDeviceRegistrationState('nobody')), 404202);
});

test('what makes no enrollment is refused', async () => {
    const service = dpsClient();
    const refused = async (more) => (await refusal(service.createOrUpdateIndividualEnrollment({ registrationId: 'refused-1', ...more }))).body.errorCode;
    assert.equal(await refused({ attestation: { type: 'password' } }), 400004);
    assert.equal(await refused({ attestation: { type: 'tpm', tpm: {} } }), 400201);
    assert.equal(await refused({ attestation: { type: 'x509', x509: { caReferences: { primary: 'nobody' } } } }), 404211);
    assert.equal(await refused({ attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: 'c2hvcnQ=', secondaryKey: 'c2hvcnQ=' } } }), 400004);
});

test('a twin that is too large or too deep is refused and stays as it was', async () => {
    const registry = registryOf(hub);
    await registry.create({ deviceId: 'refused-twin' });
    const nested = (levels) => (levels === 0 ? 1 : { in: nested(levels - 1) });
    for (const tags of [{ note: 'x'.repeat(4097) }, nested(12), { 'a.b': 1 }])
        assert.equal((await refusal(registry.updateTwin('refused-twin', { tags }, '*'))).status, 400);
    assert.deepEqual((await body(registry.getTwin('refused-twin'))).tags, {});
});

test('an operation that a device never began is not found', async () => {
    const keys = newKeys();
    await dpsClient().createOrUpdateIndividualEnrollment(individual('refused-poll', keys, only('gamma')));
    const { idScope, globalDeviceHost: provisioningHost } = endpoints.dps;
    const transport = new provisioningHttp.Http();
    const ends = Math.floor(Date.now() / 1000) + 3600;
    const resource = encodeURIComponent(`${idScope}/registrations/refused-poll`);
    transport.setSharedAccessSignature(common.SharedAccessSignature.create(resource, 'registration', keys.primaryKey, ends).toString());
    const failed = await new Promise((resolve) => {
        transport.queryOperationStatus({ registrationId: 'refused-poll', provisioningHost, idScope }, '5.nobody', (error) => resolve(error));
    });
    assert.match(failed.responseBody ?? JSON.stringify(failed), /404203/);
});

test('the management plane knows one subscription and one group', async () => {
    const elsewhere = new armHub.IotHubClient(credential, nobody).iotHubResource;
    await assert.rejects(all(elsewhere.listBySubscription()), noSubscription);
    assert.ok((await all(hubs.listByResourceGroup(arm.resourceGroup))).some((known) => known.name === hubName));
    await assert.rejects(all(hubs.listByResourceGroup('no-such-group')), noGroup);
    const services = new armDps.IotDpsClient(credential, nobody).iotDpsResource;
    await assert.rejects(all(services.listBySubscription()), noSubscription);
    assert.equal((await all(provisioning.listByResourceGroup(arm.resourceGroup)))[0].name, arm.dpsName);
    await assert.rejects(all(provisioning.listByResourceGroup('no-such-group')), noGroup);
    const traffic = new TrafficManagerManagementClient(credential, nobody).profiles;
    await assert.rejects(all(traffic.listBySubscription()), noSubscription);
    await assert.rejects(all(new TrafficManagerManagementClient(credential, arm.subscriptionId).profiles.listByResourceGroup('no-such-group')), noGroup);
});

test('a hub or service that there is not tells nothing of itself', async () => {
    await assert.rejects(all(hubs.listKeys(arm.resourceGroup, 'nobody')), unknown);
    await assert.rejects(all(hubs.listQuotaMetrics(arm.resourceGroup, 'nobody')), unknown);
    await assert.rejects(hubs.getStats(arm.resourceGroup, 'nobody'), unknown);
    await assert.rejects(all(provisioning.listKeys('nobody', arm.resourceGroup)), unknown);
    await assert.rejects(provisioning.listKeysForKeyName(arm.dpsName, 'nobody', arm.resourceGroup), { statusCode: 404 });
    await assert.rejects(provisioning.beginUpdate(arm.resourceGroup, 'nobody', { tags: {} }), unknown);
    await assert.rejects(provisioning.getOperationResult('nobody', arm.resourceGroup, arm.dpsName, 'true'), { statusCode: 404 });
});

test('a token for another service lists no subscriptions', async () => {
    const wrong = { getToken: () => credential.getToken('https://iothubs.azure.net/.default') };
    await assert.rejects(all(new SubscriptionClient(wrong).subscriptions.list()), { statusCode: 401, code: 'InvalidAuthenticationToken' });
});

test('nobody signs in to a tenant that there is not', async () => {
    const person = new DeviceCodeCredential({ tenantId: nobody, clientId: entra.clientId, ...authority, userPromptCallback: () => {} });
    await assert.rejects(person.getToken('https://management.azure.com/.default'), /invalid_request|AADSTS90002/);
    const described = await sendJson(`${entra.authorityHost}/${nobody}/v2.0/.well-known/openid-configuration`);
    assert.deepEqual([described.status, described.body.error_codes], [400, [90002]]);
    const instance = await sendJson(`${entra.authorityHost}/common/discovery/instance?api-version=1.1&authorization_endpoint=https://nobody.example/common/`);
    assert.deepEqual([instance.status, instance.body.error], [400, 'invalid_instance']);
});
