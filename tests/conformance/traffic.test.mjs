import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrafficManagerManagementClient } from '@azure/arm-trafficmanager';
import { all, arm, credential } from './arm.mjs';
import { eventually } from './azure.mjs';

const { profiles, endpoints } = new TrafficManagerManagementClient(credential, arm.subscriptionId);
const { profile, endpointType, endpoint } = arm.trafficManager;
const get = (name = endpoint) => endpoints.get(arm.resourceGroup, profile, endpointType, name);
const patch = (changes, name = endpoint) => endpoints.update(arm.resourceGroup, profile, endpointType, name, changes);

test('profiles are listed with their endpoints', async () => {
    const [mine] = (await all(profiles.listBySubscription())).filter((known) => known.name === profile);
    assert.ok(mine.endpoints.some((known) => known.name === endpoint));
    assert.equal(mine.location, 'global');
    assert.match(mine.dnsConfig.fqdn, /\.trafficmanager\.net$/);
    const same = await profiles.get(arm.resourceGroup, profile.toUpperCase());
    assert.equal(same.trafficRoutingMethod, 'Priority');
    assert.ok((await all(profiles.listByResourceGroup(arm.resourceGroup))).length >= 1);
    await assert.rejects(profiles.get(arm.resourceGroup, 'no-such-profile'), { statusCode: 404, code: 'ResourceNotFound' });
});

test('an endpoint is disabled and enabled again, and probes take a while', async () => {
    assert.equal((await patch({ endpointStatus: 'Disabled' })).endpointMonitorStatus, 'Disabled');
    assert.equal((await get()).endpointStatus, 'Disabled');
    const enabled = await patch({ endpointStatus: 'Enabled' });
    assert.equal(enabled.endpointStatus, 'Enabled');
    assert.ok(['CheckingEndpoint', 'Online'].includes(enabled.endpointMonitorStatus));
    await eventually(get, ({ endpointMonitorStatus }) => endpointMonitorStatus === 'Online');
});

test('weight and priority change alone, within their limits', async () => {
    const before = await get();
    const changed = await patch({ weight: 250 });
    assert.deepEqual([changed.weight, changed.priority, changed.target], [250, before.priority, before.target]);
    await assert.rejects(patch({ weight: 0 }), { statusCode: 400 });
    await assert.rejects(patch({ priority: 1001 }), { statusCode: 400 });
    const other = (await profiles.get(arm.resourceGroup, profile)).endpoints.find((known) => known.name !== endpoint);
    await assert.rejects(patch({ priority: other.priority }), { statusCode: 400 });
    await patch({ weight: before.weight });
    await assert.rejects(patch({ weight: 1 }, 'no-such-endpoint'), { statusCode: 404 });
});

test('endpoints come and go, and two priorities are swapped in one call', async () => {
    const made = await endpoints.createOrUpdate(arm.resourceGroup, profile, endpointType, 'extra', { target: 'extra.app.drover.example' });
    assert.equal(made.endpointStatus, 'Enabled');
    await assert.rejects(endpoints.createOrUpdate(arm.resourceGroup, profile, endpointType, 'empty', {}), { statusCode: 400 });
    const whole = await profiles.get(arm.resourceGroup, profile);
    const [first, second, ...rest] = whole.endpoints;
    const swapped = await profiles.createOrUpdate(arm.resourceGroup, profile,
        { ...whole, endpoints: [{ ...first, priority: second.priority }, { ...second, priority: first.priority }, ...rest] });
    assert.equal(swapped.endpoints.find((known) => known.name === first.name).priority, second.priority);
    await profiles.createOrUpdate(arm.resourceGroup, profile, whole);
    await endpoints.delete(arm.resourceGroup, profile, endpointType, 'extra');
    await assert.rejects(get('extra'), { statusCode: 404 });
});

test('a profile is tagged and switched off', async () => {
    const tagged = await profiles.update(arm.resourceGroup, profile, { tags: { team: 'north' }, profileStatus: 'Disabled' });
    assert.deepEqual(tagged.tags, { team: 'north' });
    assert.equal(tagged.monitorConfig.profileMonitorStatus, 'Disabled');
    assert.equal((await profiles.update(arm.resourceGroup, profile, { profileStatus: 'Enabled' })).profileStatus, 'Enabled');
    assert.equal((await profiles.checkTrafficManagerRelativeDnsNameAvailability({ name: tagged.dnsConfig.relativeName,
        type: 'Microsoft.Network/trafficManagerProfiles' })).nameAvailable, false);
});
