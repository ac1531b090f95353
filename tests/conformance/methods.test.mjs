import assert from 'node:assert/strict';
import { test } from 'node:test';
import { body, endpoints, hubOf, methodsOf, refusal, registryOf } from './azure.mjs';

const { online } = endpoints.devices;
const client = methodsOf(endpoints.hubs[online.hub]);
const ping = { methodName: online.method, payload: online.payload, responseTimeoutInSeconds: 5 };

test('a device that is online answers', async () => {
    const { result } = await client.invokeDeviceMethod(online.id, ping);
    assert.deepEqual({ ...result, ...online.expect }, result);
});

test('a device that never connected is not online', async () => {
    const hub = hubOf('gamma');
    await registryOf(hub).create({ deviceId: 'method-offline' });
    const refused = await refusal(methodsOf(hub).invokeDeviceMethod('method-offline', ping));
    assert.equal(refused.status, 404);
    assert.equal(JSON.parse(refused.body.Message).errorCode, 404103);
    assert.equal(refused.body.ExceptionMessage, '');
});

test('a device that is not registered is not found', async () => {
    const refused = await refusal(client.invokeDeviceMethod('method-nobody', ping));
    assert.equal(refused.status, 404);
    assert.equal(JSON.parse(refused.body.Message).errorCode, 404001);
});

test('a device that is online counts as connected', async () => {
    const registry = registryOf(endpoints.hubs[online.hub]);
    assert.equal((await body(registry.get(online.id))).connectionState, 'Connected');
});
