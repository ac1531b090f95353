import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MonitorClient } from '@azure/arm-monitor';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { arm, credential, group, manage } from './arm.mjs';
import { endpoints, eventually, hubOf } from './azure.mjs';

const graph = new ResourceGraphClient(credential);

/// Asks again when the quota of a few seconds is used up.
async function ask(query, options = {}) {
    const request = { query, subscriptions: [arm.subscriptionId], options: { resultFormat: 'objectArray', ...options } };
    const answer = await eventually(() => graph.resources(request).catch((error) => ({ error })), ({ error }) => error?.statusCode !== 429);
    if (answer.error)
        throw answer.error;
    return answer;
}

/// Other tests create hubs meanwhile.
const ofTheScenario = "isnotempty(tags['stamp-ring'])";
const rows = async (query) => (await ask(query)).data;

test('stamps are found by their tags', async () => {
    const found = await rows(`Resources
        | where type in~ ('Microsoft.Devices/IotHubs', 'microsoft.devices/provisioningservices') // both kinds
        | where isnotempty(tags['stamp']) and tags.stamp =~ 'ALPHA'
        | project id, name, type, location, host = properties.hostName, units = sku.capacity`);
    assert.equal(found.length, 1);
    assert.equal(found[0].type, 'microsoft.devices/iothubs');
    assert.equal(found[0].host, hubOf('alpha').host);
    assert.equal(found[0].units, 2);
});

test('a query filters, orders, counts and cuts', async () => {
    const hubs = `Resources | where type == 'microsoft.devices/iothubs' and ${ofTheScenario}`;
    const names = (await rows(`${hubs} | project name | order by name asc`)).map((row) => row.name);
    assert.deepEqual(names, [...names].sort());
    assert.deepEqual((await rows(`${hubs} | order by name desc | take 1 | project name`)).map((row) => row.name), [names.at(-1)]);
    assert.deepEqual(await rows(`${hubs} | count`), [{ Count: names.length }]);
    const rings = await rows(`${hubs} | summarize n = count() by ring = tostring(tags['stamp-ring'])`);
    assert.equal(rings.reduce((sum, { n }) => sum + n, 0), names.length);
    assert.equal((await rows(`${hubs} | where not(name contains 'ALPHA') and (sku.capacity >= 2 or false)`)).length > 0, true);
    assert.equal((await rows(`${hubs} | where name !in ('a', 'b') and name has 'alpha'`)).length, 1);
});

test('pages follow one another, and only of rows with their id', async () => {
    const query = `Resources | where type =~ 'microsoft.devices/iothubs' and ${ofTheScenario} | project id | order by id asc`;
    const whole = await ask(query);
    assert.equal(whole.skipToken, undefined);
    const ids = [];
    let token;
    do {
        const page = await ask(query, { top: 2, ...(token && { skipToken: token }) });
        assert.ok(page.data.length <= 2);
        assert.equal(page.totalRecords, whole.totalRecords);
        ids.push(...page.data.map((row) => row.id));
        token = page.skipToken;
    } while (token);
    assert.deepEqual(ids, whole.data.map((row) => row.id));
    const nameless = await ask('Resources | project name', { top: 1 });
    assert.deepEqual([nameless.skipToken, nameless.resultTruncated], [undefined, 'true']);
    const table = await ask(query, { resultFormat: 'table' });
    assert.deepEqual(table.data.columns, [{ name: 'id', type: 'string' }]);
    assert.deepEqual(table.data.rows.map(([id]) => id), ids);
});

test('a query that makes no sense is refused', async () => {
    for (const query of ['Resources | where', 'Nothing', "Resources | where name == 'open", 'Resources | fly', 'Resources | where (name'])
        await assert.rejects(ask(query), { statusCode: 400, code: 'BadRequest' });
    await assert.rejects(ask('Resources', { skipToken: 'invented' }), { statusCode: 400 });
});

test('the graph counts what a caller asks', async () => {
    const { headers } = await eventually(() => manage('/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01', { method: 'POST', body: { query: 'Resources' } }),
        ({ status }) => status !== 429);
    assert.ok(Number(headers['x-ms-user-quota-remaining']) < 15);
    assert.match(headers['x-ms-user-quota-resets-after'], /^00:00:0\d$/);
});

const monitor = new MonitorClient(credential, arm.subscriptionId);
const hubId = `${group}/providers/Microsoft.Devices/IotHubs/${hubOf('alpha').host.split('.')[0]}`;

test('metrics tell what a hub was like, and leave gaps where nobody looked', async () => {
    const ask = () => monitor.metrics.list(hubId, { metricnames: 'totalDeviceCount,connectedDeviceCount', aggregation: 'Average,Maximum' });
    const points = ({ value }) => value[0].timeseries[0].data;
    const answer = await eventually(ask, (told) => points(told).some((point) => point.average !== undefined));
    assert.ok(points(answer).some((point) => point.average === undefined));
    const [devices, connected] = answer.value.map(({ timeseries }) => timeseries[0].data.findLast((point) => point.maximum !== undefined));
    assert.ok(devices.maximum >= 2500 && connected.maximum <= devices.maximum);
    assert.equal(answer.interval, 'PT1M');
});

test('metrics of the provisioning service are told for each hub', async () => {
    const { value: [assigned] } = await monitor.metrics.list(`${group}/providers/Microsoft.Devices/provisioningServices/${arm.dpsName}`,
        { metricnames: 'DeviceAssignments', aggregation: 'Total', filter: "IotHubName eq '*'", interval: 'PT1H' });
    const hosts = assigned.timeseries.map(({ metadatavalues }) => metadatavalues[0].value);
    assert.ok(endpoints.hubs.every(({ host }) => hosts.includes(host)));
});

test('a metric, a time or an aggregation that there is not is refused', async () => {
    await assert.rejects(monitor.metrics.list(hubId, { metricnames: 'happiness' }), { statusCode: 400 });
    await assert.rejects(monitor.metrics.list(hubId, { timespan: 'yesterday' }), { statusCode: 400 });
    await assert.rejects(monitor.metrics.list(hubId, { aggregation: 'Median' }), { statusCode: 400 });
    await assert.rejects(monitor.metrics.list(`${hubId}-none`), { statusCode: 404 });
});
