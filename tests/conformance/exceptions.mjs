// Where Microsoft's OpenAPI files are known to differ from what Microsoft's service and clients send. Each row says why.

const anyValue = {};
const text = { type: 'string' };
const hubError = {
    type: 'object', required: ['Message', 'ExceptionMessage'], additionalProperties: false,
    properties: { Message: text, ExceptionMessage: text },
};

const armDocuments = ['arm hubs', 'arm hubs 2021', 'arm dps', 'arm dps 2022-12', 'arm traffic', 'arm graph', 'arm metrics', 'arm subscriptions'];
const armError = {
    type: 'object', required: ['error'], additionalProperties: false,
    properties: { error: { type: 'object', required: ['code', 'message'], properties: { code: text, message: text, details: { type: 'array' } }, additionalProperties: false } },
};

/// Changes made to a document before anything is judged by it.
export const amendments = [
    {
        documents: armDocuments,
        reason: 'Resource Manager answers for its providers: what it refuses itself has the body error, which only some documents declare.',
        amend({ paths }) {
            for (const operations of Object.values(paths)) {
                for (const { responses } of Object.values(operations)) {
                    if (responses)
                        responses.default = { schema: { anyOf: [...(responses.default?.schema ? [responses.default.schema] : []), armError] } };
                }
            }
        },
    },
    {
        documents: ['arm dps', 'arm dps 2022-12'],
        reason: 'The rights of a key are declared as one of six names; a policy with several rights tells them with commas between.',
        amend({ definitions: types }) {
            types['SharedAccessSignatureAuthorizationRule[AccessRightsDescription]'].properties.rights = text;
        },
    },
    {
        documents: ['arm subscriptions'],
        reason: 'nextLink is declared as required; the last page of a list has none.',
        amend: ({ definitions: types }) => { delete types.SubscriptionListResult.required; },
    },
    {
        documents: ['arm graph'],
        reason: 'The data of an answer is declared as an object; objectArray makes it an array, as the published examples show.',
        amend({ definitions: types }) {
            types.QueryResponse.properties.data = { type: ['object', 'array'] };
        },
    },
    {
        documents: ['hub'],
        reason: 'The document calls free JSON values "object" (tags, desired and reported values, method payloads); the service takes any value.',
        amend({ definitions: types }) {
            for (const holder of [types.Twin, types.ExportImportDevice])
                holder.properties.tags.additionalProperties = anyValue;
            for (const holder of [types.TwinProperties, types.PropertyContainer]) {
                holder.properties.desired.additionalProperties = anyValue;
                holder.properties.reported.additionalProperties = anyValue;
            }
            types.CloudToDeviceMethod.properties.payload = anyValue;
            types.CloudToDeviceMethodResult.properties.payload = anyValue;
        },
    },
    {
        documents: ['service'],
        reason: 'TwinCollection calls its free JSON values "object"; initial twins hold any value.',
        amend: ({ definitions: types }) => { types.TwinCollection.additionalProperties = anyValue; },
    },
    {
        documents: ['hub'],
        reason: 'The document is of 2020-03-13, the clients speak 2021-04-12 and later: parentScopes, attributes and modelId came since.',
        amend({ definitions: types }) {
            for (const holder of [types.Device, types.Twin])
                Object.assign(holder.properties, { parentScopes: { type: 'array', items: text }, attributes: { type: 'object' }, modelId: text });
        },
    },
    {
        documents: ['hub'],
        reason: 'What is not set is sent as null: statusReason, thumbprints and the keys of devices that have none, as published answers show.',
        amend({ definitions: types }) {
            for (const [type, names] of [['Device', ['statusReason']], ['X509Thumbprint', ['primaryThumbprint', 'secondaryThumbprint']],
                ['SymmetricKey', ['primaryKey', 'secondaryKey']]]) {
                for (const name of names)
                    types[type].properties[name].type = ['string', 'null'];
            }
        },
    },
    {
        documents: ['hub'],
        reason: 'No error is declared; the real body is Message and ExceptionMessage (facts-data-plane.md, section 12).',
        amend({ paths }) {
            for (const operations of Object.values(paths)) {
                for (const { responses } of Object.values(operations))
                    responses.default ??= { schema: hubError };
            }
        },
    },
    {
        documents: ['hub'],
        reason: 'GET /jobs/v2/query is declared as a QueryResult, the service answers a bare array (SOURCES.md).',
        amend({ paths, definitions: types }) {
            paths['/jobs/v2/query'].get.responses[200].schema = { type: 'array', items: { $ref: '#/definitions/JobResponse' } };
            types.JobResponse.properties.status.enum.push('pending');
        },
    },
    {
        documents: ['hub'],
        reason: 'The Node client sends importMode in other letter case (Update, Delete), and null as the start of a job that starts now.',
        amend({ definitions: types }) {
            types.ExportImportDevice.properties.importMode = { type: 'string', pattern: '^[A-Za-z]+$' };
            types.JobRequest.properties.startTime = { type: ['string', 'null'] };
            types.JobRequest.properties.maxExecutionTimeInSeconds = { type: 'integer' };
        },
    },
    {
        documents: ['hub'],
        reason: 'A bulk call refused as a whole answers 400 with the error body, not with a result.',
        amend({ paths }) {
            const refused = paths['/devices'].post.responses[400];
            refused.schema = { anyOf: [refused.schema, hubError] };
        },
    },
];

/// Exchanges that a document does not describe.
export const undescribed = [
    { document: 'arm hubs', verb: 'GET', path: /\/operationresults\/[^/]+$/i, reason: 'Where a change is asked for is told by a header, not by the document.' },
    { document: 'arm hubs', verb: 'POST', path: /\/IotHubs\/[^/]+$/i, reason: 'A method that there is not, sent to be refused.' },
    { document: 'arm subscriptions', verb: 'GET', path: /\/resourcegroups(\/[^/]+)?$/i, reason: 'Groups have a document of their own, which is not here.' },
    { document: 'hub', verb: 'POST', path: /^\/devices\/[^/]+\/messages\/events$/i, reason: 'What devices send is not part of the service document.' },
];

/// Answers whose body the declared schema cannot describe.
export const unjudgedAnswers = [
    {
        operation: 'POST /devices/query', applies: ({ headers }) => (headers['x-ms-item-type'] ?? '').toLowerCase() !== 'twin',
        reason: 'The answer is declared as twins; a projection, a count and devices.jobs answer other rows, told by x-ms-item-type.',
    },
];
