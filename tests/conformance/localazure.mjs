// Starts and stops the local Azure, and whatever else stands between it and its clients.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/// Runs a program to its end; its output goes where ours goes.
export async function run(program, args, options = {}) {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const [code, signal] = await once(child, 'close');
    return code ?? signal;
}

/// What a program printed by its end.
export async function told(program, args) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    await once(child, 'close');
    return Buffer.concat(chunks).toString();
}

/// Starts drover-azure and waits until it listens and has written its endpoints file.
export async function startLocalAzure(program, endpointsFile, speed = 60) {
    const args = ['--scenario', 'small', '--speed', String(speed), '--endpoints', endpointsFile, '--parent-pid', String(process.pid)];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close').then(([code, signal]) => code ?? signal);
    const failed = closed.then((how) => {
        throw new Error(`${program} ended with ${how} before it listened.`);
    });
    failed.catch(() => {});
    const lines = createInterface({ input: child.stdout });
    const listening = (async () => {
        for await (const line of lines) {
            if (line.startsWith('listening on '))
                return;
        }
    })();
    let timer;
    const tooLate = new Promise((_, reject) => {
        timer = setTimeout(() => {
            child.kill('SIGKILL');
            reject(new Error(`${program} did not listen within 20 s.`));
        }, 20000);
    });
    await Promise.race([listening, failed, tooLate]).finally(() => clearTimeout(timer));
    child.stdout.resume();
    return {
        async stop() {
            const alive = child.exitCode === null && child.signalCode === null;
            child.kill('SIGTERM');
            const how = await closed;
            if (!alive || how !== 0)
                throw new Error(`${program} ended with ${how} ${alive ? 'when it was asked to stop' : 'while it was used'}.`);
        },
    };
}
