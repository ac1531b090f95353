// Hubs come and go as resources.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import iothub from 'azure-iothub';
import armHub from '@azure/arm-iothub';
import armDps from '@azure/arm-deviceprovisioningservices';
import { all, arm, credential, hubs } from './arm.mjs';
import { body } from './azure.mjs';

const fast = { updateIntervalInMs: 100 };
const description = (name, capacity = 1) => ({ location: 'West Europe', sku: { name, capacity }, tags: { purpose: 'test' } });
const create = (name, hub) => hubs.beginCreateOrUpdateAndWait(arm.resourceGroup, name, hub, fast);

async function registryOf(name, host) {
    const { keyName, primaryKey } = await hubs.getKeysForKeyName(arm.resourceGroup, name, 'iothubowner');
    return iothub.Registry.fromConnectionString(`HostName=${host};SharedAccessKeyName=${keyName};SharedAccessKey=${primaryKey}`);
}

test('a hub is created, used and deleted', async () => {
    const made = await create('conformance-fresh', description('S1', 2));
    assert.deepEqual([made.properties.state, made.sku.tier, made.sku.capacity, made.tags.purpose], ['Active', 'Standard', 2, 'test']);
    const registry = await registryOf('conformance-fresh', made.properties.hostName);
    await registry.create({ deviceId: 'first' });
    assert.equal((await body(registry.getTwin('first'))).deviceId, 'first');
    await hubs.beginDeleteAndWait(arm.resourceGroup, 'conformance-fresh', fast);
    await assert.rejects(hubs.get(arm.resourceGroup, 'conformance-fresh'), { statusCode: 404, code: 'ResourceNotFound' });
    await assert.rejects(hubs.beginDelete(arm.resourceGroup, 'conformance-fresh'), { statusCode: 404 });
});

test('a basic hub has identities, and no twins, methods or jobs', async () => {
    const made = await create('conformance-basic', description('B1'));
    const registry = await registryOf('conformance-basic', made.properties.hostName);
    await registry.create({ deviceId: 'plain' });
    const refused = await registry.getTwin('plain').catch((error) => error);
    assert.equal(refused.response.statusCode, 403);
    assert.equal(refused.response.headers['iothub-errorcode'], 'OperationNotAvailableInCurrentTier');
    await hubs.beginDeleteAndWait(arm.resourceGroup, 'conformance-basic', fast);
});

test('a subscription has one free hub', async () => {
    await create('conformance-free', description('F1'));
    await assert.rejects(create('conformance-free-too', description('F1')), { statusCode: 400, code: '400019' });
    const { resourceProviderCommon } = new armHub.IotHubClient(credential, arm.subscriptionId);
    const { value } = await resourceProviderCommon.getSubscriptionQuota();
    const free = value.find(({ name }) => name.value === 'FreeHubCount');
    assert.deepEqual([free.currentValue, free.limit], [1, 1]);
    await hubs.beginDeleteAndWait(arm.resourceGroup, 'conformance-free', fast);
});

test('a hub tells the sizes that it may be changed to, and a name whether it is free', async () => {
    const [{ name }] = await all(hubs.listByResourceGroup(arm.resourceGroup));
    const skus = await all(hubs.listValidSkus(arm.resourceGroup, name));
    assert.deepEqual(skus.map(({ sku }) => sku.name), ['S1', 'S2', 'S3']);
    await assert.rejects(all(hubs.listValidSkus(arm.resourceGroup, 'nobody')), { statusCode: 404 });
    assert.equal((await hubs.checkNameAvailability({ name })).nameAvailable, false);
    assert.equal((await hubs.checkNameAvailability({ name: 'conformance-nobody' })).nameAvailable, true);
    const services = new armDps.IotDpsClient(credential, arm.subscriptionId).iotDpsResource;
    assert.equal((await services.checkProvisioningServiceNameAvailability({ name: arm.dpsName })).nameAvailable, false);
    assert.equal((await services.checkProvisioningServiceNameAvailability({ name: 'conformance-nobody' })).nameAvailable, true);
});
