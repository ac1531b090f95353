import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SubscriptionClient } from '@azure/arm-subscriptions';
import iothub from 'azure-iothub';
import provisioningService from 'azure-iot-provisioning-service';
import { all, arm, credential, group, hubs, manage, provisioning } from './arm.mjs';
import { body, endpoints, hubOf } from './azure.mjs';

const { dps } = endpoints;
const nameOf = (stamp) => hubOf(stamp).host.split('.')[0];
const fast = { updateIntervalInMs: 100 };

test('the subscription is listed, and its group', async () => {
    const { subscriptions } = new SubscriptionClient(credential);
    const [mine] = await all(subscriptions.list());
    assert.equal(mine.subscriptionId, arm.subscriptionId);
    assert.equal((await subscriptions.get(arm.subscriptionId)).state, 'Enabled');
    const { body: { value } } = await manage(`/subscriptions/${arm.subscriptionId}/resourcegroups?api-version=2021-04-01`);
    assert.equal(value[0].name, arm.resourceGroup);
    await assert.rejects(subscriptions.get('77777777-7777-7777-7777-777777777777'), { statusCode: 404, code: 'SubscriptionNotFound' });
});

test('the hubs of a subscription are listed with what their stamps are', async () => {
    const found = await all(hubs.listBySubscription());
    const alpha = found.find((hub) => hub.properties.hostName === hubOf('alpha').host);
    assert.equal(alpha.tags.stamp, 'alpha');
    assert.ok(alpha.sku.name && alpha.sku.capacity >= 1);
    const one = await hubs.get(arm.resourceGroup.toUpperCase(), alpha.name.toUpperCase());
    assert.equal(one.properties.hostName, alpha.properties.hostName);
    assert.equal(one.properties.state, 'Active');
});

test('the keys of a hub open it', async () => {
    const keys = await all(hubs.listKeys(arm.resourceGroup, nameOf('alpha')));
    const { keyName, primaryKey } = keys.find((policy) => policy.keyName === 'iothubowner');
    const text = `HostName=${hubOf('alpha').host};SharedAccessKeyName=${keyName};SharedAccessKey=${primaryKey}`;
    assert.ok((await body(iothub.Registry.fromConnectionString(text).getRegistryStatistics())).totalDeviceCount > 0);
    assert.equal((await hubs.getKeysForKeyName(arm.resourceGroup, nameOf('alpha'), 'service')).rights, 'ServiceConnect');
    await assert.rejects(hubs.getKeysForKeyName(arm.resourceGroup, nameOf('alpha'), 'nobody'), { statusCode: 404 });
});

test('the quota and the statistics of a hub follow its registry', async () => {
    const metrics = await all(hubs.listQuotaMetrics(arm.resourceGroup, nameOf('alpha')));
    const devices = metrics.find((metric) => metric.name === 'TotalDeviceCount');
    assert.ok(devices.currentValue >= 2500 && devices.maxValue >= devices.currentValue);
    const stats = await hubs.getStats(arm.resourceGroup, nameOf('alpha'));
    assert.equal(stats.totalDeviceCount, stats.enabledDeviceCount + stats.disabledDeviceCount);
});

test('a hub is resized in a while, and its quotas with it', async () => {
    const name = nameOf('gamma');
    const before = await hubs.get(arm.resourceGroup, name);
    const resize = (units, sku = 'S1') => ({ ...before, sku: { name: sku, capacity: units } });
    await assert.rejects(hubs.beginCreateOrUpdate(arm.resourceGroup, name, resize(4), { ifMatch: 'c3RhbGU=' }), { statusCode: 412 });
    await assert.rejects(hubs.beginCreateOrUpdate(arm.resourceGroup, name, resize(0)), { statusCode: 400 });
    await assert.rejects(hubs.beginCreateOrUpdate(arm.resourceGroup, name, resize(1, 'B1')), { statusCode: 400 });

    const messages = async () => (await all(hubs.listQuotaMetrics(arm.resourceGroup, name))).find((metric) => metric.name === 'TotalMessages').maxValue;
    const small = await messages();
    const poller = await hubs.beginCreateOrUpdate(arm.resourceGroup, name, resize(4), { ...fast, ifMatch: before.etag });
    const after = await poller.pollUntilDone();
    assert.equal(after.sku.capacity, 4);
    assert.equal(after.properties.provisioningState, 'Succeeded');
    assert.deepEqual(after.tags, before.tags);
    assert.notEqual(after.etag, before.etag);
    assert.equal(await messages(), 2 * small);
    await hubs.beginCreateOrUpdateAndWait(arm.resourceGroup, name, { ...after, sku: before.sku }, fast);
    assert.equal(await messages(), small);
});

test('a change under way says so, and tells how it goes', async () => {
    const name = nameOf('beta');
    const path = `${group}/providers/Microsoft.Devices/IotHubs/${name}?api-version=2023-06-30`;
    const { body: hub } = await manage(path);
    const started = await manage(path, { method: 'PUT', body: hub });
    assert.equal(started.status, 201);
    assert.equal(started.body.properties.provisioningState, 'Transitioning');
    const url = new URL(started.headers['azure-asyncoperation']);
    assert.equal(url.host, arm.host);
    let status;
    do {
        status = (await manage(url.pathname + url.search)).body.status;
        assert.ok(['Running', 'Succeeded'].includes(status));
    } while (status === 'Running');
    assert.equal((await manage(path)).body.properties.provisioningState, 'Succeeded');
});

test('tags are patched', async () => {
    const name = nameOf('beta');
    const { tags } = await hubs.get(arm.resourceGroup, name);
    const patched = await hubs.beginUpdateAndWait(arm.resourceGroup, name, { tags: { ...tags, note: 'seen' } }, fast);
    assert.equal(patched.tags.note, 'seen');
    await hubs.beginUpdateAndWait(arm.resourceGroup, name, { tags }, fast);
    assert.equal((await hubs.get(arm.resourceGroup, name)).tags.note, undefined);
    const service = await provisioning.beginUpdateAndWait(arm.resourceGroup, arm.dpsName, { tags: { owner: 'operations' } }, fast);
    assert.deepEqual(service.tags, { owner: 'operations' });
});

test('the provisioning services are listed with the hubs they link, keys masked', async () => {
    const found = await all(provisioning.listBySubscription());
    const mine = found.find((service) => service.name === arm.dpsName);
    assert.equal(mine.properties.serviceOperationsHostName, dps.serviceHost);
    assert.equal(mine.properties.idScope, dps.idScope);
    assert.ok(mine.properties.iotHubs.length >= 2);
    for (const { connectionString } of mine.properties.iotHubs)
        assert.match(connectionString, /SharedAccessKey=\*+$/);
    const [owner] = await all(provisioning.listKeys(arm.dpsName, arm.resourceGroup));
    assert.equal(owner.primaryKey, dps.key);
    assert.equal((await provisioning.listKeysForKeyName(arm.dpsName, owner.keyName, arm.resourceGroup)).primaryKey, dps.key);
});

test('an unknown resource is not found', async () => {
    await assert.rejects(hubs.get(arm.resourceGroup, 'no-such-hub'), { statusCode: 404, code: 'ResourceNotFound' });
    await assert.rejects(hubs.get('no-such-group', nameOf('alpha')), { statusCode: 404, code: 'ResourceGroupNotFound' });
    await assert.rejects(provisioning.get('no-such-service', arm.resourceGroup), { statusCode: 404, code: 'ResourceNotFound' });
});

test('an unknown version, provider, kind or member is refused in the words of Resource Manager', async () => {
    const hub = `${group}/providers/Microsoft.Devices/IotHubs/${nameOf('alpha')}`;
    const codeOf = async (path, options) => {
        const { status, body: refused } = await manage(path, options);
        return [status, refused.error?.code];
    };
    assert.deepEqual(await codeOf(hub), [400, 'MissingApiVersionParameter']);
    assert.deepEqual(await codeOf(`${hub}?api-version=2001-01-01`), [400, 'NoRegisteredProviderFound']);
    assert.deepEqual(await codeOf('/subscriptions?api-version=2001-01-01'), [400, 'InvalidApiVersionParameter']);
    assert.deepEqual(await codeOf(`${group}/providers/Contoso.Nothing/things/one?api-version=2020-01-01`), [404, 'InvalidResourceNamespace']);
    assert.deepEqual(await codeOf(`${group}/providers/Microsoft.Devices/things/one?api-version=2020-01-01`), [404, 'InvalidResourceType']);
    assert.deepEqual(await codeOf(`${hub}?api-version=2023-06-30`, { method: 'POST', body: {} }), [405, 'MethodNotAllowed']);
    assert.deepEqual(await codeOf(`${hub}?api-version=2023-06-30`, { method: 'PUT', body: { location: 'westeurope', colour: 'red' } }),
        [400, 'InvalidRequestContent']);
});

test('calls are counted, and without a fitting token refused', async () => {
    const path = `${group}/providers/Microsoft.Devices/IotHubs?api-version=2023-06-30`;
    const answer = await manage(path);
    assert.ok(Number(answer.headers['x-ms-ratelimit-remaining-subscription-reads']) < 250);
    assert.ok(answer.headers['x-ms-request-id']);
    const refused = await manage(path, { scope: 'https://iothubs.azure.net/.default' });
    assert.deepEqual([refused.status, refused.body.error.code], [401, 'InvalidAuthenticationToken']);
    assert.doesNotMatch(refused.headers['www-authenticate'], /claims=/);
    assert.equal((await manage(path, { scope: 'https://management.core.windows.net//.default' })).status, 200);
});

test('a token for the right audience opens hub and provisioning service', async () => {
    const registry = iothub.Registry.fromTokenCredential(hubOf('alpha').host, credential);
    assert.equal((await body(registry.get('meter-0001'))).deviceId, 'meter-0001');
    const service = provisioningService.ProvisioningServiceClient.fromTokenCredential(dps.serviceHost, credential);
    assert.equal((await body(service.getEnrollmentGroup('meters'))).enrollmentGroupId, 'meters');
});

test('a token for another audience is unauthorized', async () => {
    const wrong = { getToken: () => credential.getToken('https://management.azure.com/.default') };
    const registry = iothub.Registry.fromTokenCredential(hubOf('alpha').host, wrong);
    await assert.rejects(registry.get('meter-0001'), { name: 'UnauthorizedError' });
});
