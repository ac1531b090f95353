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

/// Starts drover-azure and waits until it listens and has written its endpoints file.
export async function startLocalAzure(program, endpointsFile) {
    const args = ['--scenario', 'small', '--speed', '60', '--endpoints', endpointsFile, '--parent-pid', String(process.pid)];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const failed = once(child, 'close').then(([code]) => {
        throw new Error(`${program} ended with ${code} before it listened.`);
    });
    failed.catch(() => {});
    const lines = createInterface({ input: child.stdout });
    const listening = (async () => {
        for await (const line of lines) {
            if (line.startsWith('listening on '))
                return;
        }
    })();
    const late = AbortSignal.timeout(20000);
    const tooLate = once(late, 'abort').then(() => {
        child.kill('SIGKILL');
        throw new Error(`${program} did not listen within 20 s.`);
    });
    tooLate.catch(() => {});
    await Promise.race([listening, failed, tooLate]);
    child.stdout.resume();
    return {
        async stop() {
            const closed = once(child, 'close');
            child.kill('SIGTERM');
            const [code, signal] = await closed;
            if (code !== 0)
                throw new Error(`${program} ended with ${code ?? signal} when it was asked to stop.`);
        },
    };
}
