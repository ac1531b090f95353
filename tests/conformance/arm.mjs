// What the tests of the management plane share: credentials, clients, raw requests and a browser of a few lines.
import http from 'node:http';
import https from 'node:https';
import armDps from '@azure/arm-deviceprovisioningservices';
import armHub from '@azure/arm-iothub';
import { ClientSecretCredential } from '@azure/identity';
import { endpoints } from './azure.mjs';

export const { arm, entra } = endpoints;
export const authority = { authorityHost: entra.authorityHost, disableInstanceDiscovery: true };
export const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, authority);
export const hubs = new armHub.IotHubClient(credential, arm.subscriptionId).iotHubResource;
export const provisioning = new armDps.IotDpsClient(credential, arm.subscriptionId).iotDpsResource;
export const group = `/subscriptions/${arm.subscriptionId}/resourceGroups/${arm.resourceGroup}`;

export async function all(pages) {
    const items = [];
    for await (const item of pages)
        items.push(item);
    return items;
}

/// Sends one request and answers with status, headers and text; follows nothing.
export function send(url, { method = 'GET', headers = {}, body } = {}) {
    const { request } = new URL(url).protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
        const sent = request(url, { method, headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) } }, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
            answer.on('error', reject);
        });
        sent.on('error', reject);
        sent.end(body);
    });
}

/// The same, of JSON.
export async function sendJson(url, { method, headers, body } = {}) {
    const answer = await send(url, { method, body: body && JSON.stringify(body), headers: { ...headers, ...(body && { 'content-type': 'application/json' }) } });
    return { ...answer, body: answer.text ? JSON.parse(answer.text) : undefined };
}

/// A call to Resource Manager.
export async function manage(path, { method, body, headers, scope = 'https://management.azure.com/.default' } = {}) {
    const { token } = await credential.getToken(scope);
    return sendJson(`https://${arm.host}${path}`, { method, body, headers: { authorization: `Bearer ${token}`, ...headers } });
}

/// A form sent to the authority.
export async function submit(path, fields) {
    const answer = await send(`${entra.authorityHost}/${path}`, {
        method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString(),
    });
    return { ...answer, body: JSON.parse(answer.text) };
}

/// What is done on the host "simulator".
export const simulate = (path, body, method = 'POST') => sendJson(`https://simulator${path}`, { method, body });

const unescaped = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/// Opens a page as a browser does, redirects and posting pages included; answers with where it ended.
export async function browse(url) {
    const page = await send(url);
    if (page.status === 302)
        return page.headers.location.startsWith('http:') ? send(page.headers.location) : browse(page.headers.location);
    const form = page.text.match(/<form method="POST" action="([^"]*)">/);
    if (!form)
        return page;
    const fields = [...page.text.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)]);
    return send(unescaped(form[1]), {
        method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString(),
    });
}

/// The link of a page with this id.
export const linkOf = (page, id) => unescaped(page.text.match(new RegExp(`<a id="${id}" href="([^"]*)"`))[1]);
