import assert from 'node:assert/strict';
import { test } from 'node:test';
import armDps from '@azure/arm-deviceprovisioningservices';
import armHub from '@azure/arm-iothub';
import { ClientSecretCredential } from '@azure/identity';
import iothub from 'azure-iothub';
import provisioningService from 'azure-iot-provisioning-service';
import { body, endpoints, hubOf } from './azure.mjs';

const { arm, entra, dps } = endpoints;
const credentialWith = (secret) => new ClientSecretCredential(entra.tenantId, entra.clientId, secret,
    { authorityHost: entra.authorityHost, disableInstanceDiscovery: true });
const credential = credentialWith(entra.clientSecret);
const hubs = new armHub.IotHubClient(credential, arm.subscriptionId);
const provisioning = new armDps.IotDpsClient(credential, arm.subscriptionId);

async function all(pages) {
    const items = [];
    for await (const item of pages)
        items.push(item);
    return items;
}

test('the hubs of a subscription are listed with what their stamps are', async () => {
    const found = await all(hubs.iotHubResource.listBySubscription());
    const alpha = found.find((hub) => hub.properties.hostName === hubOf('alpha').host);
    assert.equal(alpha.tags.stamp, 'alpha');
    assert.ok(alpha.sku.name && alpha.sku.capacity >= 1);
    const one = await hubs.iotHubResource.get(arm.resourceGroup, alpha.name);
    assert.equal(one.properties.hostName, alpha.properties.hostName);
});

test('the keys of a hub open it', async () => {
    const name = hubOf('alpha').host.split('.')[0];
    const keys = await all(hubs.iotHubResource.listKeys(arm.resourceGroup, name));
    const { keyName, primaryKey } = keys.find((policy) => policy.keyName === 'iothubowner');
    const text = `HostName=${hubOf('alpha').host};SharedAccessKeyName=${keyName};SharedAccessKey=${primaryKey}`;
    assert.ok((await body(iothub.Registry.fromConnectionString(text).getRegistryStatistics())).totalDeviceCount > 0);
});

test('the quota of a hub follows its registry', async () => {
    const name = hubOf('alpha').host.split('.')[0];
    const metrics = await all(hubs.iotHubResource.listQuotaMetrics(arm.resourceGroup, name));
    const devices = metrics.find((metric) => /device/i.test(metric.name));
    assert.ok(devices.currentValue >= 2500 && devices.maxValue >= devices.currentValue);
});

test('the provisioning services are listed with the hubs they link, keys masked', async () => {
    const found = await all(provisioning.iotDpsResource.listBySubscription());
    const mine = found.find((service) => service.name === arm.dpsName);
    assert.equal(mine.properties.serviceOperationsHostName, dps.serviceHost);
    assert.equal(mine.properties.idScope, dps.idScope);
    assert.ok(mine.properties.iotHubs.length >= 2);
    for (const { connectionString } of mine.properties.iotHubs)
        assert.match(connectionString, /SharedAccessKey=\*+$/);
});

test('an unknown resource is not found', async () => {
    await assert.rejects(hubs.iotHubResource.get(arm.resourceGroup, 'no-such-hub'),
        { statusCode: 404, code: 'ResourceNotFound' });
});

test('a wrong client secret gets no token', async () => {
    await assert.rejects(credentialWith('wrong').getToken('https://management.azure.com/.default'), /AADSTS7000215/);
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
