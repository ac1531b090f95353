#include "tests/bench/azure/azure.h"
#include "tests/bench/azure/hostile.h"
#include "tests/bench/bench.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QThread>

#include <csignal>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace drover::bench;

namespace {

/// A self-signed certificate for the floor.
QString certificate(const QTemporaryDir &folder)
{
    const QString file = folder.filePath(u"floor.pem"_s);
    QProcess::execute(u"openssl"_s, {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s,
        u"-subj"_s, u"/CN=localhost"_s, u"-days"_s, u"1"_s, u"-keyout"_s, folder.filePath(u"floor.key"_s), u"-out"_s, file});
    return file;
}

/// CPU of a small TLS request, beside a bare Beast server that answers the same bytes.
void request()
{
    constexpr int count = 20'000;
    const Azure azure(u"small"_s, 1);
    Client client = azure.connect(azure.hub(1));
    const std::string target = "/devices/meter-0001?api-version=2021-04-12";
    const std::string body = client.send("GET", target, azure.hubToken()).body;
    const auto cpuOfMany = [&](Client &to, qint64 process) {
        const double before = cpuOf(process);
        for (int i = 0; i < count; ++i)
            if (to.send("GET", target, azure.hubToken()).status != 200)
                qFatal("a request was refused");
        return (cpuOf(process) - before) * 1e6 / count;
    };
    const double ours = cpuOfMany(client, azure.process());

    const QTemporaryDir folder;
    const QString floorCertificate = certificate(folder);
    unsigned short port = 0;
    const int child = startBareServer(floorCertificate.toStdString(), folder.filePath(u"floor.key"_s).toStdString(), body, port);
    double bare = 0;
    {
        Client floor(port, "localhost", floorCertificate.toStdString());
        bare = cpuOfMany(floor, child);
    }
    kill(child, SIGKILL);
    print({{u"figure"_s, u"azure.request"_s}, {u"requests"_s, count}, {u"cpuMicroseconds"_s, ours}, {u"bareBeastMicroseconds"_s, bare},
        {u"ratio"_s, ours / bare}, {u"goal"_s, u"at most 3"_s}});
}

/// A page of 1,000 twins from live state.
void query()
{
    const Azure azure(u"demo"_s, 1);
    Client client = azure.connect(azure.hub(3));
    const std::string body = R"({"query":"SELECT deviceId, connectionState, tags FROM devices"})";
    int rows = 0;
    std::string next;
    const auto page = [&] {
        std::vector<std::pair<std::string, std::string>> headers = {{"x-ms-max-item-count", "1000"}};
        if (!next.empty())
            headers.emplace_back("x-ms-continuation", next);
        const Answer answer = client.send("POST", "/devices/query?api-version=2021-04-12", azure.hubToken(), body, headers);
        rows = static_cast<int>(QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).array().size());
        next = answer.continuation;
    };
    page();
    const double before = cpuOf(azure.process());
    const double milliseconds = median(30, page);
    print({{u"figure"_s, u"azure.queryPage"_s}, {u"rows"_s, rows}, {u"milliseconds"_s, milliseconds},
        {u"serverCpuMilliseconds"_s, (cpuOf(azure.process()) - before) * 1000 / 30}, {u"goal"_s, u"at most 3"_s}});
}

/// 100,000 devices of one group are re-pointed, told by a job and register again; quotas off.
void reregistration()
{
    constexpr int devices = 100'000;
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"large.json"_s);
    QFile scenario(file);
    if (!scenario.open(QIODevice::WriteOnly))
        qFatal("the scenario could not be written");
    scenario.write(R"({"name":"large","fleet":"Large","dps":{"name":"large-dps","idScope":"0ne00000001"},"stamps":[
        {"name":"one","ring":"test","region":"West Europe","generation":"1","capacity":200000,"sku":"S3","units":10},
        {"name":"two","ring":"test","region":"West Europe","generation":"1","capacity":200000,"sku":"S3","units":10}],
        "groups":[{"name":"all","stamp":"one","count":100000,"idPattern":"device-######","twin":{"tags":{"site":"x"}}}]})");
    scenario.close();
    const Azure azure(file, 3600);
    Client dps = azure.connect(azure.dps());
    const std::string group = "/enrollmentGroups/all?api-version=2021-10-01";
    QJsonObject record = QJsonDocument::fromJson(QByteArray::fromStdString(dps.send("GET", group, azure.dpsToken()).body)).object();
    record[u"iotHubs"_s] = QJsonArray{QString::fromStdString(azure.hub(1))};
    const QByteArray put = QJsonDocument(record).toJson();
    if (dps.send("PUT", group, azure.dpsToken(), put.toStdString(), {{"If-Match", "\"*\""}}).status != 200)
        qFatal("the group could not be re-pointed");
    Client hub = azure.connect(azure.hub(0));
    QElapsedTimer timer;
    timer.start();
    const double before = cpuOf(azure.process());
    const std::string job = R"({"jobId":"all","type":"scheduleDeviceMethod","queryCondition":"*","maxExecutionTimeInSeconds":3600,
        "cloudToDeviceMethod":{"methodName":"Reprovision","payload":null,"responseTimeoutInSeconds":30}})";
    if (hub.send("PUT", "/jobs/v2/all?api-version=2021-04-12", azure.hubToken(), job).status != 200)
        qFatal("the job was refused");
    Client target = azure.connect(azure.hub(1));
    int arrived = 0;
    while (arrived < devices && timer.elapsed() < 120'000) {
        QThread::msleep(100);
        const Answer answer = target.send("GET", "/statistics/devices?api-version=2021-04-12", azure.hubToken());
        arrived = QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).object().value(u"totalDeviceCount"_s).toInt();
    }
    print({{u"figure"_s, u"azure.reregistration"_s}, {u"devices"_s, arrived}, {u"seconds"_s, static_cast<double>(timer.elapsed()) / 1000},
        {u"serverCpuSeconds"_s, cpuOf(azure.process()) - before}, {u"goal"_s, u"at most 20"_s}});
}

/// A million devices: the time until they are up, and what each costs beside the same scenario without them.
void scenario()
{
    constexpr int devices = 1'000'000;
    const QTemporaryDir folder;
    const Azure empty(scenarioOf(folder, 0), 1);
    QElapsedTimer timer;
    timer.start();
    const Azure full(scenarioOf(folder, devices), 1);
    const double seconds = static_cast<double>(timer.elapsed()) / 1000;
    const double floor = memoryOf(empty.process());
    print({{u"figure"_s, u"azure.scenario"_s}, {u"devices"_s, devices}, {u"seconds"_s, seconds}, {u"secondsGoal"_s, u"at most 10"_s},
        {u"bytesPerDevice"_s, (memoryOf(full.process()) - floor) / devices}, {u"emptyMegabytes"_s, floor / 1e6},
        {u"goal"_s, u"at most 500"_s}});
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList wanted = QCoreApplication::arguments().mid(1);
    const std::vector<std::pair<QString, void (*)()>> all
        = {{u"request"_s, request}, {u"query"_s, query}, {u"reregistration"_s, reregistration}, {u"scenario"_s, scenario}, {u"hostile"_s, hostile}, {u"scans"_s, scans}};
    int ran = 0;
    for (const auto &[name, run] : all) {
        if (!wanted.isEmpty() && !wanted.contains(name))
            continue;
        run();
        ++ran;
    }
    return ran > 0 ? 0 : 2;
}
