// node judge.mjs RECORD FOLDER: judges recorded exchanges by Microsoft's OpenAPI files in FOLDER.
// Objects are taken as closed: a member that the document does not name is a finding unless exceptions.mjs allows it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import RefParser from '@apidevtools/json-schema-ref-parser';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { amendments, undescribed, unjudgedAnswers } from './exceptions.mjs';

const [recordFile, folder] = process.argv.slice(2);
const stable = (provider, version, file) => `specification/${provider}/stable/${version}/${file}.json`;
const documents = {
    service: 'dps-service-2021-10-01.json', device: 'dps-device-2021-10-01.json', hub: 'iothub-service-2020-03-13.json',
    'arm hubs': stable('iothub/resource-manager/Microsoft.Devices', '2023-06-30', 'iothub'),
    'arm hubs 2021': stable('iothub/resource-manager/Microsoft.Devices', '2021-07-02', 'iothub'),
    'arm dps': stable('deviceprovisioningservices/resource-manager/Microsoft.Devices', '2022-02-05', 'iotdps'),
    'arm dps 2022-12': stable('deviceprovisioningservices/resource-manager/Microsoft.Devices', '2022-12-12', 'iotdps'),
    'arm traffic': stable('trafficmanager/resource-manager/Microsoft.Network', '2022-04-01', 'trafficmanager'),
    'arm graph': stable('resourcegraph/resource-manager/Microsoft.ResourceGraph', '2021-03-01', 'resourcegraph'),
    'arm metrics': stable('monitor/resource-manager/Microsoft.Insights', '2018-01-01', 'metrics_API'),
    'arm subscriptions': stable('resources/resource-manager/Microsoft.Resources', '2022-12-01', 'subscriptions'),
};
/// Which document describes a kind of resource; the first whose version is that of the request, else the first.
const armKinds = {
    'microsoft.devices/iothubs': [['arm hubs', '2023-06-30'], ['arm hubs 2021', '2021-07-02']],
    'microsoft.devices/provisioningservices': [['arm dps', '2022-02-05'], ['arm dps 2022-12', '2022-12-12']],
    'microsoft.devices/usages': [['arm hubs']],
    'microsoft.devices/checknameavailability': [['arm hubs']],
    'microsoft.devices/checkprovisioningservicenameavailability': [['arm dps']],
    'microsoft.network/trafficmanagerprofiles': [['arm traffic']],
    'microsoft.network/checktrafficmanagernameavailability': [['arm traffic']],
    'microsoft.resourcegraph/resources': [['arm graph']],
    'microsoft.insights/metrics': [['arm metrics']],
    '': [['arm subscriptions']],
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// The services write some times without a zone, such as 0001-01-01T00:00:00 for "never".
ajv.addFormat('date-time-rfc1123', /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/);

function closed(schema) {
    if (schema.type === 'object' && schema.properties)
        schema.additionalProperties ??= false;
    Object.values(schema.properties ?? {}).forEach(closed);
    if (schema.items)
        closed(schema.items);
}

/// One object schema out of the parts that allOf names.
function whole(schema) {
    for (const part of schema.allOf ?? []) {
        whole(part);
        schema.properties = { ...part.properties, ...schema.properties };
        schema.required = [...new Set([...part.required ?? [], ...schema.required ?? []])];
        schema.type ??= 'object';
    }
    if (schema.required?.length === 0)
        delete schema.required;
    delete schema.allOf;
}

/// A type that holds itself is taken as anything where it does so.
function uncircled(value, above = []) {
    for (const [key, inner] of Object.entries(value)) {
        if (typeof inner !== 'object' || inner === null)
            continue;
        if (inner === value || above.includes(inner))
            value[key] = {};
        else
            uncircled(inner, [...above, value]);
    }
}

const verbs = ['get', 'put', 'post', 'patch', 'delete'];

async function load(name) {
    const file = join(folder, documents[name]);
    const text = readFileSync(file, 'utf8');
    // Examples are other files, not all of which are here; nothing is judged by them.
    const document = JSON.parse(text, (key, value) => (key === 'x-ms-examples' ? undefined : value));
    for (const { documents: names, amend } of amendments) {
        if (names.includes(name))
            amend(document);
    }
    const { paths, definitions } = await RefParser.dereference(file, document, {});
    uncircled(paths);
    Object.values(definitions).forEach(whole);
    Object.values(definitions).forEach(closed);
    return Object.entries(paths).flatMap(([path, operations]) => Object.entries(operations).filter(([verb]) => verbs.includes(verb)).map(([verb, operation]) => ({
        name: `${verb.toUpperCase()} ${path}`, document: name, verb: verb.toUpperCase(), operation,
        segments: path.split('/').filter(Boolean), check: checks(operation),
    })));
}

function checks({ parameters = [], responses }) {
    const body = parameters.find((parameter) => parameter.in === 'body');
    return {
        request: body && ajv.compile(body.schema),
        answers: Object.fromEntries(Object.entries(responses).map(([status, { schema }]) => [status, schema && ajv.compile(schema)])),
    };
}

/// The document, and the path as the document writes it.
function armDocumentOf(url) {
    const segments = url.pathname.split('/').filter(Boolean);
    const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
    const kind = at < 0 ? '' : segments.slice(at + 1, at + 3).join('/').toLowerCase();
    const known = armKinds[kind];
    const document = known && (known.find(([, version]) => version === url.searchParams.get('api-version')) ?? known[0])[0];
    // The resource that metrics belong to is one placeholder of many segments.
    return { document, path: kind === 'microsoft.insights/metrics' ? `/resource/${segments.slice(at).join('/')}` : url.pathname };
}

function documentOf({ host, path }) {
    if (host.endsWith('.azure-devices.net'))
        return 'hub';
    if (!host.endsWith('.azure-devices-provisioning.net'))
        return undefined;
    return /^\/0ne[0-9a-f]+\//i.test(path) ? 'device' : 'service';
}

/// The operation whose fixed segments match most; letter case of fixed segments does not matter.
function operationOf(operations, document, verb, segments) {
    const fixed = (segment) => !segment.startsWith('{');
    const fits = (candidate) => candidate.segments.length === segments.length
        && candidate.segments.every((segment, n) => !fixed(segment) || segment.toLowerCase() === segments[n].toLowerCase());
    return operations.filter((candidate) => candidate.document === document && candidate.verb === verb && fits(candidate))
        .sort((a, b) => b.segments.filter(fixed).length - a.segments.filter(fixed).length)[0];
}

function* parameterFindings({ operation }, query, headers) {
    const parameters = operation.parameters ?? [];
    for (const { name, in: place, required, type } of parameters) {
        const value = place === 'query' ? query.get(name) : place === 'header' ? headers[name.toLowerCase()] : undefined;
        if (required && place === 'query' && !value)
            yield `the query parameter ${name} is missing`;
        if (type === 'integer' && value !== undefined && value !== null && !/^-?\d+$/.test(value))
            yield `${name} should be an integer, not "${value}"`;
    }
    const known = parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
    for (const name of query.keys()) {
        if (!known.includes(name))
            yield `the query parameter ${name} is unknown`;
    }
}

function* bodyFindings(what, check, body) {
    let value;
    try {
        value = JSON.parse(body);
    } catch {
        yield `${what} is not JSON`;
        return;
    }
    if (check(value))
        return;
    for (const { instancePath, message, params } of check.errors)
        yield `${what}${instancePath.replace(/\/\d+(?=\/|$)/g, '/N')} ${message}${params.additionalProperty ? ` (${params.additionalProperty})` : ''}`;
}

function* answerFindings(found, exchange) {
    const { responses } = found.operation;
    const status = exchange.status in responses ? exchange.status : 'default';
    if (!responses[status] || (status === 'default' && exchange.status < 400)) {
        yield `the status ${exchange.status} is not declared`;
        return;
    }
    for (const [name, { type }] of Object.entries(responses[status].headers ?? {})) {
        const value = exchange.headers[name.toLowerCase()];
        if (type === 'integer' && value !== undefined && !/^-?\d+$/.test(value))
            yield `the header ${name} should be an integer, not "${value}"`;
    }
    const check = found.check.answers[status];
    if (!check) {
        if (exchange.body)
            yield `the answer ${exchange.status} should have no body`;
        return;
    }
    if (!/^application\/json/.test(exchange.headers['content-type'] ?? ''))
        yield `the answer ${exchange.status} is not marked as application/json`;
    if (!unjudgedAnswers.some((row) => row.operation === found.name && row.applies(exchange)))
        yield* bodyFindings(`the answer ${exchange.status}`, check, exchange.body);
}

function* findings(found, exchange, query) {
    if (exchange.status !== 400) {
        // A request that was refused as malformed was meant to be; every other one must be well-formed.
        yield* parameterFindings(found, query, exchange.requestHeaders);
        if (found.check.request)
            yield* bodyFindings('the request', found.check.request, exchange.requestBody);
    }
    yield* answerFindings(found, exchange);
}

const operations = (await Promise.all(Object.keys(documents).map(load))).flat();
const seen = new Map();
const problems = new Map();
const skippedHosts = new Map();
const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

for (const line of readFileSync(recordFile, 'utf8').split('\n').filter(Boolean)) {
    const exchange = JSON.parse(line);
    const url = new URL(exchange.path, `https://${exchange.host}`);
    const { document, path } = exchange.host === 'management.azure.com' ? armDocumentOf(url) : { document: documentOf(exchange), path: url.pathname };
    if (!document) {
        count(skippedHosts, exchange.host);
        continue;
    }
    if (undescribed.some((row) => document.startsWith(row.document) && row.verb === exchange.verb && row.path.test(url.pathname)))
        continue;
    const found = operationOf(operations, document, exchange.verb, path.split('/').filter(Boolean));
    if (!found) {
        count(problems, `${document}: ${exchange.verb} ${url.pathname} is no operation`);
        continue;
    }
    count(seen, `${document.padEnd(17)} ${found.name}  [${/^@?az/.test(exchange.from) ? 'Microsoft' : exchange.from ? 'Drover' : 'plain'}]`);
    for (const finding of findings(found, exchange, url.searchParams))
        count(problems, `${found.name} (${exchange.from.split('/')[0]}): ${finding}`);
}

console.log('Judged exchanges:');
for (const [operation, times] of [...seen].sort())
    console.log(`${String(times).padStart(7)}  ${operation}`);
for (const [host, times] of skippedHosts)
    console.log(`${String(times).padStart(7)}  ${host} (no document, not judged)`);
for (const [problem, times] of [...problems].sort())
    console.error(`${String(times).padStart(7)} × ${problem}`);
if (seen.size === 0)
    console.error(`${recordFile} holds nothing to judge.`);
process.exitCode = problems.size === 0 && seen.size > 0 ? 0 : 1;
