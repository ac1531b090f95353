#!/usr/bin/env python3
"""Whole runs against the local Azure, as JSON lines: calls and time against the services' own limits, and the time that
was planned, expected after a tenth of the run, and true.

  runs.py BIN [--speed N] [--devices N] [NAME…]     names: group, individuals, keyed, quota, eta, throughput
"""
import argparse
import json
import os
import re
import subprocess
import tempfile
import urllib.request
import ssl
from datetime import datetime

STAMPS = [{"name": name, "ring": "test", "region": "West Europe", "generation": "2", "capacity": 100000,
           "sku": "S1", "units": 1} for name in ("one", "two")]
TWIN = {"tags": {"site": "berlin"}, "desired": {"interval": 60}, "reported": {"firmware": "1.4.2"}}


def population(name, count, pattern, attestation="symmetricKey"):
    return {"name": name, "stamp": "one", "count": count, "idPattern": pattern, "twin": TWIN, "attestation": attestation}


class Azure:
    """A local Azure in a folder of its own."""

    def __init__(self, bin_dir, groups, individuals, speed, seed=1, latency=0, dps=None, stamps=None, **more):
        self.folder = tempfile.TemporaryDirectory()
        scenario = {"name": "bench", "fleet": "Bench", "dps": {"name": "bench-dps", "idScope": "0ne00BE0001"} | (dps or {}),
                    "stamps": stamps or STAMPS, "groups": groups, "individuals": individuals} | more
        with open(self.path("scenario.json"), "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        self.bin = bin_dir
        self.process = subprocess.Popen(
            [os.path.join(bin_dir, "drover-azure"), "--scenario", self.path("scenario.json"), "--speed", str(speed),
             "--seed", str(seed), "--latency", str(latency), "--endpoints", self.path("azure.json"), "--exit-with-stdin"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = re.search(r"127\.0\.0\.1:\d+", self.process.stdout.readline()).group()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def drover(self, *words):
        command = [os.path.join(self.bin, "droverctl"), "--endpoints", self.path("azure.json"), "--journal",
                   self.path("journal.sqlite"), "--json", *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], done.returncode

    def read(self, route):
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"https://{self.address}/_sim/{route}", context=context) as answer:
            return answer.read()

    def truth(self):
        return json.loads(self.read("truth"))

    def log(self):
        return [json.loads(line) for line in self.read("log").splitlines()]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def seconds(status):
    at = [datetime.fromisoformat(status[name].replace("Z", "+00:00")) for name in ("started", "now")]
    return (at[1] - at[0]).total_seconds()


def own_calls(truth):
    """What this side sent: the devices' own calls are not part of it."""
    return sum(row["count"] for row in truth["requests"]
               if row["service"] in ("dps", "hub", "arm") and "/_sim" not in row["route"])


def carry_out(azure, plan_words):
    plan, _ = azure.drover("plan", *plan_words, "-o", azure.path("move.plan"))
    told, code = azure.drover("run", azure.path("move.plan"), "--yes")
    statuses = [line for line in told if "counts" in line]
    return plan[-1], statuses, code


def efficiency(args, name, groups, individuals, what, most_calls):
    azure = Azure(args.bin, groups, individuals, args.speed, latency=args.latency)
    plan, statuses, code = carry_out(azure, what + ["--to", "two"])
    truth = azure.truth()
    azure.stop()
    last = statuses[-1]
    ceiling = args.devices / 10  # devices a second that a job of S1 comes to
    print(json.dumps({
        "figure": name, "devices": args.devices, "speed": args.speed, "latency": args.latency, "exit": code,
        "verified": last["counts"]["verified"], "failed": last["counts"]["failed"],
        "calls": own_calls(truth), "mostCalls": most_calls,
        "seconds": round(seconds(last)), "ceiling": "jobs of S1, 10 devices/s", "ceilingSeconds": ceiling,
        "ratio": round(seconds(last) / ceiling, 3), "plannedSeconds": plan["secondsExpected"],
        "rejected": sum(quota["rejected"] for quota in truth["quotas"])}), flush=True)


def steady_use(log, limit):
    """The least and the most that any 60 s of steady writing used of the DPS operations, by the server's own log."""
    bulk = 10
    at = [(datetime.fromisoformat(row["time"].replace("Z", "+00:00")).timestamp(),
           bulk if row["route"] == "POST /enrollments" else 1)
          for row in log if row["service"] == "dps" and row["status"] != 429]
    writes = [time for time, cost in at if cost == bulk]
    # The first waves are small; the long pause after the last of them is where steady writing begins.
    begin = max((later, earlier) for earlier, later in zip(writes, writes[1:]) if later - earlier > 5)[0]
    sums = []
    for start in range(int(begin) + 10, int(writes[-1]) - 60):
        sums.append(sum(cost for time, cost in at if start <= time < start + 60))
    return (round(min(sums) / limit, 4), round(max(sums) / limit, 4), len(sums)) if sums else (None, None, 0)


def quota(args):
    """How much of the documented DPS limit is used while it is what holds a run."""
    azure = Azure(args.bin, [], [population("valves", args.devices, "valve-#####", "x509")], args.speed,
                  latency=args.latency)
    carry_out(azure, ["--set", "where:STARTSWITH(deviceId,'valve-')", "--to", "two"])
    truth = azure.truth()
    operations = next(row for row in truth["quotas"] if row["service"] == "dps" and "perations" in row["quota"])
    least, most, windows = steady_use(azure.log(), operations["limit"])
    azure.stop()
    print(json.dumps({"figure": "quota-use", "devices": args.devices, "speed": args.speed, "latency": args.latency,
                      "limit": operations["limit"], "leastOfAny60s": least, "mostOfAny60s": most, "windows": windows,
                      "highestByTheServer": operations["highest"], "refused": operations["rejected"]}), flush=True)


def group(args):
    efficiency(args, "run-group", [population("meters", args.devices, "meter-#####")], [],
               ["--set", "group:meters"], 400)


def individuals(args):
    """With certificates: nothing but the enrollment is to be read, and ten are written a call."""
    efficiency(args, "run-individuals-x509", [], [population("valves", args.devices, "valve-#####", "x509")],
               ["--set", "where:STARTSWITH(deviceId,'valve-')"], 1500)


def keyed(args):
    """With symmetric keys, which are read one by one: that many calls come on top of the writes, ten a call."""
    efficiency(args, "run-individuals-keys", [], [population("valves", args.devices, "valve-#####")],
               ["--set", "where:STARTSWITH(deviceId,'valve-')"], None)


def estimate(args, name, groups, singles, what, seed):
    azure = Azure(args.bin, groups, singles, args.speed, seed)
    plan, statuses, code = carry_out(azure, what)
    azure.stop()
    true = seconds(statuses[-1])
    tenth = next((s for s in statuses if seconds(s) >= true / 10 and s["secondsLeft"] is not None), statuses[-1])
    after = seconds(tenth) + (tenth["secondsLeft"] or 0)
    print(json.dumps({
        "figure": "run-eta", "case": name, "seed": seed, "speed": args.speed, "exit": code, "seconds": round(true),
        "planned": plan["secondsExpected"], "plannedRatio": round(plan["secondsExpected"] / true, 3),
        "afterATenth": round(after), "afterATenthRatio": round(after / true, 3),
        "bottleneck": plan["bottleneck"]}), flush=True)


def eta(args):
    meters = [population("meters", 2000, "meter-####"), population("pilots", 300, "pilot-###")]
    valves = [population("valves", 500, "valve-####")]
    several = ["--set", "group:meters", "--to", "two", "--set", "where:STARTSWITH(deviceId,'valve-')", "--to", "two"]
    cases = {"a group": ["--set", "group:meters", "--to", "two"],
             "a small group": ["--set", "group:pilots", "--to", "two"],
             "individuals": ["--set", "where:STARTSWITH(deviceId,'valve-')", "--to", "two"],
             "a group by method": ["--set", "group:meters", "--to", "two", "--trigger", "method,wait"],
             "a group and individuals": several}
    for seed in range(1, args.seeds + 1):
        for name, what in cases.items():
            estimate(args, name, meters, valves, what, seed)


def throughput(args):
    """A whole group with nothing in its way: limits as high as can be told, devices that answer at once. Each device is
    enrolled, told and verified; how often it was seen between is not counted."""
    speed = max(args.speed, 5)
    azure = Azure(args.bin, [population("meters", args.devices, "meter-######")], [], speed,
                  dps={"operationsPerMinute": 1_000_000, "registrationsPerMinute": 1_000_000},
                  stamps=[stamp | {"sku": "S3", "units": 200, "capacity": 1_000_000} for stamp in STAMPS],
                  habits={"registerAfter": [0, 0.2], "connectAfter": [0, 0.2]})
    _, statuses, code = carry_out(azure, ["--set", "group:meters", "--to", "two"])
    azure.stop()
    real = seconds(statuses[-1]) / speed
    print(json.dumps({"figure": "run-throughput", "devices": args.devices, "speed": speed, "exit": code,
                      "verified": statuses[-1]["counts"]["verified"], "realSeconds": round(real, 1),
                      "transitionsPerSecond": round(3 * args.devices / real), "goal": 5000}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--speed", type=float, default=8)
    parser.add_argument("--latency", type=int, default=0, help="milliseconds that every answer takes")
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=2)
    args = parser.parse_intermixed_args()
    figures = {"group": group, "individuals": individuals, "keyed": keyed, "quota": quota, "eta": eta,
               "throughput": throughput}
    for name in args.names or figures:
        figures[name](args)


if __name__ == "__main__":
    main()
