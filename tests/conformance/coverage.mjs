// Which routes of the contract Microsoft's clients really called, and with what success: computed from the local
// Azure's own log. A route without a good and a bad call of a client that can make one fails the run.
import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import https from 'node:https';
import { dirname, join, resolve } from 'node:path';

const subscription = '/subscriptions/{subscription}';
const group = `${subscription}/resourceGroups/{group}`;
const hub = `${group}/providers/Microsoft.Devices/IotHubs/{name}`;
const dps = `${group}/providers/Microsoft.Devices/provisioningServices/{name}`;
const traffic = '/providers/Microsoft.Network/trafficmanagerprofiles';

/// Who calls: the name that a client's User-Agent begins with.
const callers = {
    hub: ['azure-iothub', /^azure-iothub\//], device: ['azure-iot-device', /^azure-iot-device/],
    dps: ['azure-iot-provisioning-service', /^azure-iot-provisioning-service\//],
    'dps-device': ['azure-iot-provisioning-device', /^azure-iot-(provisioning-)?device/],
    arm: ['@azure/arm-*', /^(azsdk-js-|@azure\/)arm-/], entra: ['@azure/identity', /^azsdk-js-(identity|azure-identity)|^azsdk-js-core/],
    plain: ['plain https', /^$/],
};

const knownAuthority = "Microsoft's clients know this authority by heart; az asks it in azure_cli.sh";

/// The routes of section 6 of the contract. `caller` if it is not the usual one of the service, and then `because`.
const contract = {
    entra: [
        { route: 'GET /{tenant}/v2.0/.well-known/openid-configuration', caller: 'plain', because: knownAuthority },
        { route: 'POST /{tenant}/oauth2/v2.0/token' },
        { route: 'POST /{tenant}/oauth2/v2.0/devicecode' },
        { route: 'GET /{tenant}/discovery/instance', caller: 'plain', because: knownAuthority },
    ],
    arm: [
        { route: 'GET /subscriptions' },
        { route: `GET ${subscription}/providers/Microsoft.Devices/IotHubs` },
        { route: `GET ${group}/providers/Microsoft.Devices/IotHubs` },
        { route: `GET ${hub}` },
        { route: `POST ${hub}/listkeys` },
        { route: `POST ${hub}/IotHubKeys/{keyName}/listkeys` },
        { route: `GET ${hub}/quotaMetrics` },
        { route: `GET ${hub}/IotHubStats` },
        { route: `GET ${subscription}/providers/Microsoft.Devices/provisioningServices` },
        { route: `GET ${group}/providers/Microsoft.Devices/provisioningServices` },
        { route: `GET ${dps}` },
        { route: `PUT ${dps}` },
        { route: `PATCH ${dps}` },
        { route: `POST ${dps}/listkeys` },
        { route: `POST ${dps}/keys/{keyName}/listkeys` },
        { route: `GET ${dps}/operationresults/{operation}` },
        { route: `GET ${subscription}${traffic}` },
        { route: `GET ${group}${traffic}` },
        { route: `GET ${group}${traffic}/{profile}` },
        { route: `GET ${group}${traffic}/{profile}/{type}/{endpoint}` },
        { route: `PATCH ${group}${traffic}/{profile}/{type}/{endpoint}` },
        { route: 'POST /providers/Microsoft.ResourceGraph/resources' },
    ],
    dps: [
        ...['enrollments', 'enrollmentGroups'].flatMap((kind) => [
            { route: `GET /${kind}/{id}` }, { route: `PUT /${kind}/{id}` }, { route: `DELETE /${kind}/{id}` },
            { route: `POST /${kind}/query` }, { route: `POST /${kind}/{id}/attestationmechanism` },
        ]),
        { route: 'POST /enrollments' },
        { route: 'GET /registrations/{id}' },
        { route: 'DELETE /registrations/{id}' },
        { route: 'POST /registrations/{id}/query' },
    ],
    'dps-device': [
        { route: 'PUT /{idScope}/registrations/{id}/register' },
        { route: 'GET /{idScope}/registrations/{id}/operations/{operationId}' },
    ],
    hub: [
        { route: 'GET /devices' }, { route: 'POST /devices' }, { route: 'POST /devices/query' },
        { route: 'GET /devices/{id}' }, { route: 'PUT /devices/{id}' }, { route: 'DELETE /devices/{id}' },
        { route: 'GET /devices/{id}/modules' },
        { route: 'GET /statistics/devices' },
        { route: 'GET /twins/{id}' }, { route: 'PATCH /twins/{id}' }, { route: 'POST /twins/{id}/methods' },
        { route: 'PUT /jobs/v2/{id}' }, { route: 'GET /jobs/v2/{id}' }, { route: 'POST /jobs/v2/{id}/cancel' },
        { route: 'GET /jobs/v2/query' },
        { route: 'POST /devices/{id}/messages/events', caller: 'device', because: 'devices send, not services' },
    ],
};

async function logOf(endpointsFile) {
    const { redirect, caFile } = JSON.parse(readFileSync(endpointsFile, 'utf8'));
    const [host, port] = redirect.split(':');
    const sent = https.get({ host, port, path: '/_sim/log', servername: 'simulator', headers: { host: 'simulator' },
        ca: readFileSync(resolve(dirname(endpointsFile), caFile)) });
    const [answer] = await once(sent, 'response');
    const parts = [];
    for await (const part of answer)
        parts.push(part);
    return Buffer.concat(parts).toString().trim().split('\n').map((line) => JSON.parse(line));
}

const isGood = ({ status }) => status >= 200 && status < 400;
const isBad = ({ status }) => status >= 400;
/// The statuses of some calls, each once, with how often it came.
const statuses = (calls) => [...calls.reduce((counts, { status }) => counts.set(status, (counts.get(status) ?? 0) + 1), new Map())]
    .sort().map(([status, times]) => `${status} ×${times}`).join(', ');

function rowOf(service, { route, caller = service, because }, log) {
    const [name, pattern] = callers[caller];
    const all = log.filter((entry) => entry.service === service && entry.route === route);
    const own = all.filter((entry) => pattern.test(entry.client));
    const [good, bad] = [own.filter(isGood), own.filter(isBad)];
    return { service, route, by: because ? `${name} (${because})` : name, good: statuses(good), bad: statuses(bad),
        pass: good.length > 0 && bad.length > 0, others: [...new Set(all.filter((entry) => !own.includes(entry)).map(({ client }) => client || 'plain https'))] };
}

function tableOf(rows) {
    const cells = rows.map(({ service, route, by, good, bad, pass }) => [pass ? '✔' : '✘', service, route, by, good || '—', bad || '—']);
    const head = ['', 'service', 'route', 'called by', 'good case', 'bad case'];
    const line = (row) => `| ${row.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n');
}

/// Prints the table, writes it into the folder, and tells whether every route of the contract has passed.
export async function judgeCoverage(endpointsFile, folder) {
    const log = await logOf(endpointsFile);
    // The log keeps the last 10,000 requests: were there more, a route might be missed.
    if (log.length >= 10000) {
        console.error('The log of the local Azure is full: what was called first cannot be told any more.');
        return false;
    }
    const rows = Object.entries(contract).flatMap(([service, routes]) => routes.map((route) => rowOf(service, route, log)));
    const table = tableOf(rows);
    writeFileSync(join(folder, 'contract.md'), `${table}\n`);
    const missing = rows.filter(({ pass }) => !pass);
    console.log(`${table}\n${rows.length - missing.length} of ${rows.length} routes of the contract passed, of ${log.length} requests.`);
    for (const { service, route, by, good, bad, others } of missing) {
        const lacks = [!good && 'good', !bad && 'bad'].filter(Boolean).join(' and no ');
        console.error(`${service}: ${route} had no ${lacks} call of ${by}${others.length ? `, only of ${others.join(', ')}` : ''}.`);
    }
    return missing.length === 0;
}
